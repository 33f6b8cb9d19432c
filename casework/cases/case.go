package cases

import (
	"slices"
	"strconv"
	"time"

	"bellwether/casework/pathway"
	"bellwether/casework/workdays"
)

// Seen is what the newest snapshot said of the provider when somebody acted: the evidence that a step stood on.
type Seen struct {
	Snapshot string `json:"snapshot,omitempty"`
	RuleSet  string `json:"rule_set,omitempty"`
	Level    int    `json:"level"`
	Flags    int    `json:"flags"`
	Headline string `json:"headline,omitempty"`
	// Open are the ids of the open flags. Records from before it was kept have the number alone.
	Open []string `json:"open,omitempty"`
}

// Case is all that has been recorded about one provider since the case was opened.
type Case struct {
	ID      string
	Version int64
	// ProviderID is empty for a provider that is not in the data.
	ProviderID, ProviderName string
	FlagID                   string
	Reason                   string
	OpenedBy                 string
	OpenedAt                 time.Time
	Stage                    string
	// Since is the day on which the case came into its stage.
	Since   time.Time
	Ticks   map[string]Tick // by stage or track, a slash, and the point
	Records map[string][]Record
	Tracks  []Track
	Moves   []Move
	LastAt  time.Time
	History []Entry
}

// Tick is a point of a checklist that has been met.
type Tick struct {
	By   string
	At   time.Time
	Note string
}

// Move is one move between stages.
type Move struct {
	ID, From, To, By, Reason string
	At                       time.Time
	Seen                     Seen
}

// Track is a process begun beside the stages.
type Track struct {
	ID, By, Reason string
	At             time.Time
}

// Record is one entry of a register. Values are as last amended; what they were stays in the history.
type Record struct {
	Number  int
	Values  map[string]string
	By      string
	At      time.Time
	Amended int
	LastBy  string
	LastAt  time.Time
}

// Entry is one line of a case's history.
type Entry struct {
	Version  int64
	At       time.Time
	By       string
	What     string
	Text     string
	Register string
	Number   int
	Seen     Seen
	// Values are what an entry of a register said from this line on.
	Values map[string]string
}

// Day reads a date of an entry; zero if there is none.
func (r Record) Day(field string) time.Time {
	at, err := time.Parse(time.DateOnly, r.Values[field])
	if err != nil {
		return time.Time{}
	}
	return at
}

// Find finds an entry by its number.
func (c *Case) Find(register string, number int) (Record, bool) {
	i := slices.IndexFunc(c.Records[register], func(r Record) bool { return r.Number == number })
	if i < 0 {
		return Record{}, false
	}
	return c.Records[register][i], true
}

// Refers finds the entry that a reference points to.
func (c *Case) Refers(f Field, value string) (Record, bool) {
	n, err := strconv.Atoi(value)
	if err != nil {
		return Record{}, false
	}
	return c.Find(f.Ref(), n)
}

// any says whether a register has an entry that fits.
func (c *Case) any(register string, fits func(Record) bool) bool {
	return slices.ContainsFunc(c.Records[register], fits)
}

// Raised counts the flags that are open now and were not when the case came into its stage. A flag that stood when a case was closed does
// not bring it back: whoever closed the case had it before them.
func (c *Case) Raised(now Seen) int {
	if len(c.Moves) == 0 {
		return 0
	}
	before := c.Moves[len(c.Moves)-1].Seen
	if len(before.Open) == 0 && before.Flags > 0 {
		return max(0, now.Flags-before.Flags)
	}
	n := 0
	for _, id := range now.Open {
		if !slices.Contains(before.Open, id) {
			n++
		}
	}
	return n
}

// Open says whether the case has not come to its end.
func (c *Case) Open(p *pathway.Pathway) bool { return !p.Ended(c.Stage) }

// DaysInStage counts the days since the case came into its stage.
func (c *Case) DaysInStage(now time.Time) int {
	return int(workdays.Day(now).Sub(c.Since).Hours() / 24)
}

// People are the accounts with a part in the case: whoever opened it, whoever is named in its roles, and their deputies.
func (c *Case) People() []string {
	people := []string{c.OpenedBy}
	for _, r := range c.Records["roles"] {
		for _, field := range []string{"person", "deputy_person"} {
			if p := r.Values[field]; p != "" && r.Values["until"] == "" && !slices.Contains(people, p) {
				people = append(people, p)
			}
		}
	}
	return people
}

// Interested are the accounts that have declared an interest which the chair has not cleared.
func (c *Case) Interested() []string {
	var out []string
	for _, r := range c.Records["interests"] {
		if p := r.Values["person"]; r.Values["cleared_on"] == "" && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// SharedWith are the organisations with which the case is shared on a day.
func (c *Case) SharedWith(now time.Time) []string {
	var out []string
	for _, r := range c.Records["shares"] {
		if until := r.Day("until"); until.IsZero() || !workdays.Day(now).After(until) {
			out = append(out, r.Values["organisation"])
		}
	}
	return out
}

// PlacedBy are the authorities that the case's own registers say have placed people.
func (c *Case) PlacedBy() []string {
	var out []string
	for _, register := range []string{"adults", "affected"} {
		for _, r := range c.Records[register] {
			if p := r.Values["placing"]; p != "" && !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	for _, r := range c.Records["roles"] {
		if p := r.Values["organisation"]; r.Values["role"] == "placing_authority" && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// Holds says whether an account has a role on the case now.
func (c *Case) Holds(user, role string) bool {
	return c.any("roles", func(r Record) bool {
		return r.Values["role"] == role && r.Values["person"] == user && r.Values["until"] == ""
	})
}

// Removed says whether the provider is out of the community directory on a day: a removal that has expired counts no longer.
func (c *Case) Removed(now time.Time) bool {
	return c.any("directory", func(r Record) bool {
		return r.Values["restored_on"] == "" && !workdays.Day(now).After(r.Day("expires_on")) && !workdays.Day(now).Before(r.Day("on"))
	})
}

// Role gives who holds a role now, empty if nobody does.
func (c *Case) Role(role string) string {
	for _, r := range slices.Backward(c.Records["roles"]) {
		if r.Values["role"] == role && r.Values["until"] == "" {
			if r.Values["name"] != "" {
				return r.Values["name"] + ", " + r.Values["organisation"]
			}
			return r.Values["organisation"]
		}
	}
	return ""
}

// Investigation says whether a criminal investigation is active.
func (c *Case) Investigation() bool {
	return c.any("police", func(r Record) bool { return r.Values["kind"] == "investigation" && r.Values["ended_on"] == "" })
}

// ContactRestricted says whether no letter may go to the provider: by a decision on its involvement, or on the advice of the police.
func (c *Case) ContactRestricted() bool {
	if n := len(c.Records["involvement"]); n > 0 && c.Records["involvement"][n-1].Values["contact"] == "restricted" {
		return true
	}
	return c.Investigation() && c.any("police", func(r Record) bool { return r.Values["tell"] == "no" && r.Values["ended_on"] == "" })
}

// Referred says whether the case is before the strategic group.
func (c *Case) Referred() bool {
	return slices.ContainsFunc(c.Tracks, func(t Track) bool { return t.ID == "strategic_group" })
}

// NotMeasured are the measures that a plan should have and of which no issue of the case is, as forms call them.
func (c *Case) NotMeasured() []string {
	issues, _ := Find("issues")
	measure, _ := issues.Field("measure")
	var out []string
	for _, o := range measure.Options {
		value, text := Option(o)
		if !c.any("issues", func(r Record) bool { return r.Values["measure"] == value }) {
			out = append(out, lower(text))
		}
	}
	return out
}

// Placement is the present decision on placements, with false if there is none in force.
func (c *Case) Placement() (Record, bool) {
	for _, r := range slices.Backward(c.Records["placements"]) {
		if r.Values["lifted_on"] == "" {
			return r, r.Values["status"] != "none"
		}
	}
	return Record{}, false
}
