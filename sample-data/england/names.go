package england

import (
	"fmt"
	"math/rand/v2"
)

// Names are compounds of plants and birds with old words for a place, and no postcode area LK is in use. The number of pairs is larger than
// the number of places, so that every place has a name of its own.
var (
	stems = []string{"Dunlin", "Siskin", "Whimbrel", "Turnstone", "Curlew", "Plover", "Kittiwake", "Fulmar", "Gannet", "Avocet", "Redpoll", "Wheatear",
		"Whinchat", "Stonechat", "Bunting", "Fieldfare", "Dotterel", "Pipit", "Phalarope", "Guillemot", "Razorbill", "Shearwater", "Petrel", "Merganser",
		"Goldeneye", "Pochard", "Gadwall", "Wigeon", "Garganey", "Smew", "Aspen", "Hornbeam", "Whitebeam", "Medlar", "Sallow", "Spindle", "Quickbeam",
		"Bullace", "Osier", "Juniper", "Mazzard", "Damson", "Filbert", "Tamarisk", "Sycamine", "Buckthorn", "Wayfarer", "Cornel", "Larch", "Plane"}
	middles = []string{"", "ing", "er", "al", "en", "ham", "don", "ley", "by", "ford", "ton", "ster", "wyn", "low", "ost", "und", "arn", "esk", "ild", "orm"}
	places  = []string{"mere", "thwaite", "stead", "bourne", "fleet", "holt", "wick", "combe", "garth", "shaw", "beck", "ness", "sike", "toft", "wold", "rigg",
		"hythe", "minster", "worth", "lathe", "croft", "haven", "sands", "staithe", "warren"}
	endings = [][]string{
		nursing:     {"Nursing Home", "Court Nursing Home", "Care Centre", "Grange Nursing Home", "Manor Nursing Home"},
		residential: {"House", "Lodge", "Rest Home", "Cottage", "Villa"},
		homeCare:    {"Home Care", "Care at Home", "Homecare", "Domiciliary Care", "Care Visits"},
		living:      {"Supported Living", "Living Support", "Community Support", "Shared Houses", "Own Front Door"},
		surgery:     {"Surgery", "Dental Practice", "Medical Centre", "Clinic", "Health Centre"},
	}
	firms  = []string{"Care Limited", "Care Homes Limited", "Healthcare Limited", "Support Limited", "Care Services Ltd", "Care Group Limited"}
	given  = []string{"Tansy", "Bryony", "Sorrel", "Clover", "Yarrow", "Campion", "Teasel", "Burdock", "Betony", "Lovage", "Orpine", "Vetch"}
	family = []string{"Fernhollow", "Stonepath", "Merrowdale", "Oatfield", "Millrace", "Coldwell", "Longfurrow", "Sandlewick", "Brackendene", "Hazelgap"}
)

type namer struct{ stems int }

func newNamer() *namer { return &namer{stems: len(stems) * len(middles) * len(places)} }

// stem spreads the numbers over all compounds: a step that shares no factor with their number visits each once.
func (n *namer) stem(i int) string {
	i = i * 7919 % n.stems
	return stems[i%len(stems)] + middles[i/len(stems)%len(middles)] + places[i/len(stems)/len(middles)]
}

// place names the i-th place; once the compounds are used up its ending moves on.
func (n *namer) place(kind, i int) string {
	of := endings[kind]
	return n.stem(i) + " " + of[i/n.stems%len(of)]
}

func (n *namer) company(i int) string {
	return n.stem(i*3+1) + " " + firms[i/n.stems%len(firms)]
}

const authorities = 153

func authority(i int) string {
	return stems[i%len(stems)] + []string{"shire", " Borough", " City", " Vale"}[i/len(stems)]
}

// siteOf gives the i-th address: a postcode of its own, and one of as many authorities as England has.
func siteOf(r *rand.Rand, i int) site {
	a := r.IntN(authorities)
	const letters = "ABDEFGHJLNPQRSTUWXYZ"
	code := fmt.Sprintf("LK%d %d%c%c", 1+i/4000%99, i%10, letters[i/10%20], letters[i/200%20])
	return site{postcode: code, town: stems[a%len(stems)] + "ton", authority: authority(a), lat: 54.6 + r.Float64()/2, lon: 1.4 + r.Float64()}
}

func person(n int) string { return given[n%len(given)] + " " + family[n/len(given)%len(family)] }
