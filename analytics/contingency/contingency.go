// Package contingency works out where the people of services that stop could go: which known spare places suit whom, how many people
// are left over, and why.
//
// It is arithmetic over what others counted: no clock, no database and no opinion on a home's safety. What it returns is a proposal
// that somebody who knows more must clear.
package contingency

import (
	"math"
	"strings"
)

// Kind is a kind of place. A person needs one kind; a vacancy is of one kind.
type Kind string

// The kinds of place that services report spare capacity of, and supported living, of which they report none.
const (
	Residential         Kind = "residential"
	ResidentialDementia Kind = "residential_dementia"
	Nursing             Kind = "nursing"
	NursingDementia     Kind = "nursing_dementia"
	LearningDisability  Kind = "learning_disability"
	MentalHealth        Kind = "mental_health"
	HomeCare            Kind = "home_care"
	Supported           Kind = "supported"
)

// Kinds lists every kind, in the order in which they are shown.
var Kinds = []Kind{Nursing, NursingDementia, Residential, ResidentialDementia, LearningDisability, MentalHealth, HomeCare, Supported}

// Name is the kind in words.
func (k Kind) Name() string {
	switch k {
	case ResidentialDementia:
		return "residential care with dementia"
	case Nursing:
		return "nursing care"
	case NursingDementia:
		return "nursing care with dementia"
	case LearningDisability:
		return "care for people with a learning disability"
	case MentalHealth:
		return "mental health care"
	case HomeCare:
		return "home care"
	case Supported:
		return "supported or extra care housing"
	default:
		return "residential care"
	}
}

// Requires says which kind of place a person needs, from the service the person has now and the recorded primary need. A person's
// needs are assessed again before any move; this only sorts people into the right column.
func Requires(service, need string) Kind {
	n := strings.ToLower(need)
	nursing := service == "care_home_nursing"
	switch {
	case service == "home_care":
		return HomeCare
	case service != "care_home" && !nursing:
		return Supported
	case strings.Contains(n, "learning"):
		return LearningDisability
	case strings.Contains(n, "mental"):
		return MentalHealth
	case strings.Contains(n, "memory"), strings.Contains(n, "dementia"):
		if nursing {
			return NursingDementia
		}
		return ResidentialDementia
	case nursing:
		return Nursing
	}
	return Residential
}

// Point is a position. The zero point is an unknown one.
type Point struct{ Lat, Lon float64 }

// Known says whether the position is known.
func (p Point) Known() bool { return p != Point{} }

// Miles is the distance as the crow flies; ok is false where either end is unknown.
func Miles(a, b Point) (miles float64, ok bool) {
	if !a.Known() || !b.Known() {
		return 0, false
	}
	const radius = 3958.8
	rad := func(d float64) float64 { return d * math.Pi / 180 }
	dLat, dLon := rad(b.Lat-a.Lat), rad(b.Lon-a.Lon)
	h := math.Pow(math.Sin(dLat/2), 2) + math.Cos(rad(a.Lat))*math.Cos(rad(b.Lat))*math.Pow(math.Sin(dLon/2), 2)
	return 2 * radius * math.Asin(min(1, math.Sqrt(h))), true
}

// Group is people who are the same for this purpose: one service, one need, one payer.
type Group struct {
	ID     string
	From   string // the location they live at or are served by
	At     Point
	Kind   Kind
	People int
	// Hours is what each person needs a week, for home care; 0 is not known.
	Hours float64
}

// Place is spare capacity of one kind at one location.
type Place struct {
	ID       string
	Location string
	At       Point
	Kind     Kind
	// Free is how many people could come; for home care how many hours a week.
	Free int
	// Rating is CQC's score from 1 (inadequate) to 4 (outstanding); 0 is not rated or not known.
	Rating int
	// Level is where the provider itself stands, 0 to 3; -1 is not known to the reader.
	Level int
	// Accepting says whether the service takes admissions: "yes", "no", or "" for not known.
	Accepting string
}

// Assumptions narrow which places count. The zero value takes every place of the right kind that isn't closed to admissions.
type Assumptions struct {
	// MaxMiles is the furthest a person should move; 0 is any distance.
	MaxMiles float64
	// MinRating is the lowest rating that counts; 0 takes every rating and none.
	MinRating int
	// MaxLevel is the highest level of concern that counts, 0 to 3.
	MaxLevel int
	// AcceptingOnly leaves out services that have not said that they take admissions. Those that said no are always left out.
	AcceptingOnly bool
	// NursingForResidential lets a person who needs residential care take a nursing place of the same speciality.
	NursingForResidential bool
}

// serves says whether a place of kind p can serve a person who needs kind g.
func (a Assumptions) serves(p, g Kind) bool {
	return p == g || a.NursingForResidential && (g == Residential && p == Nursing || g == ResidentialDementia && p == NursingDementia)
}

// meets says whether a place counts at all, whoever would come.
func (a Assumptions) meets(p Place) bool {
	return p.Accepting != "no" && (p.Accepting == "yes" || !a.AcceptingOnly) && p.Level <= a.MaxLevel && (a.MinRating == 0 || p.Rating >= a.MinRating)
}

// reach gives the distance from a group to a place and whether it is close enough. An unknown distance is never close enough where
// there is a limit.
func (a Assumptions) reach(g Group, p Place) (miles float64, known, near bool) {
	miles, known = Miles(g.At, p.At)
	return miles, known, a.MaxMiles <= 0 || known && miles <= a.MaxMiles
}
