package class

// Markings are the words that an authority puts on what it shows.
type Markings struct {
	// Open marks public facts and disclosure-controlled figures.
	Open string
	// Sensitive marks everything else.
	Sensitive string
}

// DefaultMarkings are the Government Security Classifications' words.
var DefaultMarkings = Markings{Open: "OFFICIAL", Sensitive: "OFFICIAL-SENSITIVE"}

// Marking is what a page carries.
type Marking struct {
	Text      string
	Sensitive bool
}

// For gives the marking for the highest class shown. A page that holds nothing classed is still marked, as open.
func (m Markings) For(c Class) Marking {
	if c >= B {
		return Marking{Text: m.Sensitive, Sensitive: true}
	}
	return Marking{Text: m.Open}
}
