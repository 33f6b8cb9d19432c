package gen

// Names are compounds of a bird or a tree with an old word for a place. No care company is
// called so; the birds, trees and places are only there to be easy to tell apart on a screen.
var (
	birds = []string{"Dunlin", "Siskin", "Whimbrel", "Turnstone", "Curlew", "Plover", "Kittiwake", "Fulmar", "Gannet", "Avocet",
		"Redpoll", "Wheatear", "Whinchat", "Stonechat", "Bunting", "Fieldfare", "Dotterel", "Pipit", "Phalarope", "Guillemot",
		"Razorbill", "Shearwater", "Petrel", "Merganser", "Goldeneye", "Pochard", "Gadwall", "Wigeon", "Garganey", "Smew"}
	trees = []string{"Aspen", "Hornbeam", "Whitebeam", "Medlar", "Sallow", "Spindle", "Quickbeam", "Bullace", "Osier", "Juniper",
		"Mazzard", "Damson", "Filbert", "Tamarisk", "Sycamine", "Buckthorn", "Wayfarer", "Cornel", "Larch", "Plane"}
	endings = []string{"mere", "thwaite", "stead", "bourne", "fleet", "holt", "wick", "combe", "garth", "shaw", "beck", "ness", "sike", "toft"}

	nursingEndings     = []string{"Nursing Home", "Court", "Grange", "Care Centre", "Lodge"}
	residentialEndings = []string{"House", "Lodge", "Court", "Rest Home", "Manor", "Grange"}
	smallEndings       = []string{"House", "Cottage", "Bungalow", "Farm"}
	homeCareEndings    = []string{"Home Care", "Care at Home", "Domiciliary Care", "Homecare"}
	livingEndings      = []string{"Supported Living", "Living Support", "Community Support"}
	extraEndings       = []string{"Extra Care", "Gardens", "Village"}

	companyEndings = []string{"Care Limited", "Care Homes Limited", "Healthcare Limited", "Support Limited", "Care Services Ltd", "Care Group Limited"}
	streets        = []string{"Beacon Road", "Saltpan Lane", "Chapel Row", "Netmakers Street", "Warren Drive", "Lighthouse Close", "Staithe Road",
		"Mill Pightle", "Ropewalk", "Sandbar Avenue", "Harbour Hill", "Cockle Row", "Gorse Way", "Marram Lane", "Priory Garth", "Windmill Rise"}

	givenNames = []string{"Tansy", "Bryony", "Sorrel", "Clover", "Yarrow", "Campion", "Teasel", "Burdock", "Betony", "Lovage",
		"Orpine", "Vetch", "Madder", "Comfrey", "Mallow", "Woodruff", "Borage", "Melilot", "Samphire", "Hyssop"}
	familyNames = []string{"Fernhollow", "Stonepath", "Merrowdale", "Oatfield", "Millrace", "Coldwell", "Longfurrow", "Sandlewick", "Brackendene", "Hazelgap",
		"Tidewell", "Marshlight", "Northfold", "Thistlecroft", "Wetherby-Sands", "Quarrystile", "Lowbarrow", "Peatstack", "Saltmarsh", "Harebell"}
)

// town is one of Larkshire's places: its postcode sector and its centre, all at sea.
type town struct {
	name     string
	district string
	lat, lon float64
}

var towns = []town{
	{"Ternmouth", "LK1", 54.72, 1.62}, {"Larkhaven", "LK2", 54.84, 1.80}, {"Dunlin Cross", "LK3", 54.93, 2.05},
	{"Ploverham", "LK4", 54.66, 1.98}, {"Siskin Bay", "LK5", 54.78, 2.24}, {"Wrenfield", "LK6", 55.02, 1.74},
	{"Heronsgate", "LK7", 54.97, 2.30}, {"Curlew Sands", "LK8", 54.60, 2.20}, {"Market Pipit", "LK9", 55.08, 2.02},
	{"Linnet-on-Sea", "LK10", 54.87, 1.52}, {"Great Fulmar", "LK11", 54.69, 1.42}, {"Avocet Fen", "LK12", 55.12, 2.28},
}

// The other authorities that place people in Larkshire are as fictional as it is.
const (
	council   = "Larkshire County Council"
	authority = "Larkshire"
	region    = "North Sea (fictional)"
)

var placingAuthorities = []choice{
	{76, council}, {7, "Wrenshire Council"}, {5, "Dogger and Fisher Borough Council"}, {4, "Heronbridge City Council"},
	{3, "Plover Vale Metropolitan Borough Council"}, {3, "NHS Larkshire Integrated Care Board"}, {2, ""},
}
