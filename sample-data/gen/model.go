package gen

// Kinds of service, in the words of the warehouse.
const (
	nursing     = "care_home_nursing"
	residential = "care_home"
	homeCare    = "home_care"
	livingKind  = "supported_living"
	extraCare   = "extra_care"
)

// county is everything that is made before anything is written.
type county struct {
	seed      uint64
	brands    []*brand
	providers []*provider
	locations []*location
	concerns  []*concern
	enquiries []*enquiry
	complains []*complaint
	cast      cast
	notes     planted
}

type brand struct {
	id, name  string
	providers []*provider
}

type provider struct {
	id, name         string
	ownership        string
	companyNumber    string
	charityNumber    string
	brand            *brand
	focus            string // care, homecare or living: what it mostly runs
	registered, left Day
	home             site
	locations        []*location
}

// site is an address.
type site struct {
	street, town, postcode string
	lat, lon               float64
}

type location struct {
	id, name, ods    string
	provider         *provider
	kind             string
	beds             int     // registered beds; 0 where CQC holds none
	people           float64 // people supported: the beds in use, or a community service's people
	learning         bool    // a service for people with a learning disability
	at               site
	phone            string
	registered, left Day
	dormant          bool
	predecessor      *location
	successor        *location
	linkReason       string
	ratings          []rating // oldest first
	managers         []spell
	residents        string // stream name of the people who live there; a successor keeps its predecessor's

	rate       float64 // this place's own rate against its peers
	complaints float64 // the same for complaints
	steady     bool    // no drift and no over-dispersion: a place made to be ordinary
	quiet      Day     // from this day the baseline makes no provider-attributed concern; the story writes its own
	surges     []surge
}

// surge multiplies a stream from a day on; ramp days are the time it takes to get there.
type surge struct {
	from, to Day
	ramp     int
	concerns float64
	complain float64
}

// spell is one registered manager's time; to is zero while it lasts.
type spell struct {
	from, to Day
	notified Day // absence told to CQC from this day
	badge    string
}

// rating is one published set of ratings; levels run from 1 Inadequate to 4 Outstanding.
type rating struct {
	on        Day
	overall   int
	key       [5]int // Safe, Effective, Caring, Responsive, Well-led
	assessed  bool   // published under the single assessment framework
	inherited bool
}

// Key questions in CQC's own order.
var keyQuestions = [5]string{"Safe", "Effective", "Caring", "Responsive", "Well-led"}

func (l *location) careHome() bool { return l.kind == nursing || l.kind == residential }

// open tells whether the location is registered on a day.
func (l *location) open(on Day) bool {
	return on >= l.registered && (l.left == 0 || on < l.left)
}

// manager is the manager in post on a day, or nil.
func (l *location) manager(on Day) *spell {
	for i := range l.managers {
		s := &l.managers[i]
		if on >= s.from && (s.to == 0 || on < s.to) {
			return s
		}
	}
	return nil
}

// current is the newest rating published by a day, or nil.
func (l *location) current(by Day) *rating {
	var out *rating
	for i := range l.ratings {
		if l.ratings[i].on <= by {
			out = &l.ratings[i]
		}
	}
	return out
}

// factor is what the planted surges do to a stream on a day.
func (l *location) factor(on Day, complaints bool) float64 {
	f := 1.0
	for _, s := range l.surges {
		if on < s.from || (s.to != 0 && on > s.to) {
			continue
		}
		peak := s.concerns
		if complaints {
			peak = s.complain
		}
		share := 1.0
		if s.ramp > 0 && on < s.from+Day(s.ramp) {
			share = float64(on-s.from) / float64(s.ramp)
		}
		f *= 1 + (peak-1)*share
	}
	return f
}

// cast names the places of the planted stories.
type cast struct {
	cluster, decline, pattern, large *location
	group                            *brand
	failing                          []*location // the group's homes that do fail
	insolvent                        *provider
	before, after                    *location // the re-registration
}

// planted collects what the record-level stories did, for the truth file.
type planted struct {
	duplicates, corrected, late []string
	broken                      []brokenRow
	controls                    []*location // homes that the recording change touches most
	extraRows                   int
}

// brokenRow is a row that breaks its contract on purpose.
type brokenRow struct {
	File   string `json:"file"`
	Ref    string `json:"ref"`
	Column string `json:"column"`
	Why    string `json:"why"`
}
