package gen

import "strings"

// namer hands out names and never the same one twice.
type namer struct {
	r    *rng
	used map[string]bool
}

func (n *namer) fresh(invent func() string) string {
	for {
		s := invent()
		if !n.used[s] {
			n.used[s] = true
			return s
		}
	}
}

func (n *namer) stem(from []string) string {
	return n.fresh(func() string { return n.r.oneOf(from...) + n.r.oneOf(endings...) })
}

func (n *namer) brand() string {
	return n.stem(birds) + " " + n.r.oneOf("Group", "Care Group", "Homes Group")
}

func (n *namer) company() string { return n.stem(trees) + " " + n.r.oneOf(companyEndings...) }

func (n *namer) partnership() string {
	return n.r.oneOf(familyNames...) + " and " + n.stem(trees) + " Partners"
}

func (n *namer) location(kind string, learning bool) string {
	stem := n.stem(birds)
	switch {
	case kind == nursing:
		return stem + " " + n.r.oneOf(nursingEndings...)
	case kind == residential && learning:
		return stem + " " + n.r.oneOf(smallEndings...)
	case kind == residential:
		return stem + " " + n.r.oneOf(residentialEndings...)
	case kind == homeCare:
		return stem + " " + n.r.oneOf(homeCareEndings...)
	case kind == livingKind:
		return stem + " " + n.r.oneOf(livingEndings...)
	default:
		return stem + " " + n.r.oneOf(extraEndings...)
	}
}

// typed is how somebody at the front door writes a provider's name: mostly right, sometimes not.
func typed(r *rng, l *location) string {
	name := l.name
	switch x := r.float(); {
	case x < 0.52:
		return name
	case x < 0.60:
		return strings.ToUpper(name)
	case x < 0.68:
		return name + ", " + l.at.town
	case x < 0.75:
		return abbreviate(name)
	case x < 0.83:
		return slip(r, name)
	case x < 0.88:
		return l.provider.name
	case x < 0.92:
		return name + " (" + strings.Replace(l.provider.name, "Limited", "Ltd", 1) + ")"
	case x < 0.96:
		return "The " + name
	default:
		return strings.ToLower(name) + " "
	}
}

func abbreviate(s string) string {
	return strings.NewReplacer("Nursing Home", "N/H", "Rest Home", "R/H", "House", "Hse", "Court", "Ct", "Lodge", "Ldge",
		"Supported Living", "SL", "Home Care", "HC", "Grange", "Grge").Replace(s)
}

// slip makes one typing mistake: a letter lost, doubled or swapped with its neighbour.
func slip(r *rng, s string) string {
	b := []byte(s)
	i := r.between(1, len(b)-3)
	switch r.intn(3) {
	case 0:
		return string(append(b[:i:i], b[i+1:]...))
	case 1:
		return string(b[:i]) + string(b[i]) + string(b[i:])
	default:
		b[i], b[i+1] = b[i+1], b[i]
		return string(b)
	}
}

// person is the invented name that belongs to a person number.
func person(seed uint64, number string) (given, family string) {
	r := stream(seed, "person", number)
	return r.oneOf(givenNames...), r.oneOf(familyNames...)
}
