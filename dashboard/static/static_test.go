package static

import (
	"slices"
	"strings"
	"testing"

	"bellwether/dashboard/class"
	"bellwether/internal/tooltest"
)

func TestMarkingCSSQuotesItsWords(t *testing.T) {
	css := string(markingCSS(class.Markings{Open: `A"}</style>`, Sensitive: "B\\\nC"}))
	if strings.Contains(css, "<") || strings.Contains(css, `A"}`) {
		t.Errorf("the marking breaks out: %s", css)
	}
}

func TestWhichCodingsAreTaken(t *testing.T) {
	for _, c := range []struct {
		header, coding string
		want           bool
	}{
		{"", "gzip", false}, {"gzip", "gzip", true}, {"gzip, deflate, br", "br", true}, {"GZIP;q=0.5", "gzip", true}, {"br;q=0", "br", false}, {"br; q=0.000, gzip", "br", false},
		{"br;q=x", "br", false}, {"brotli", "br", false}, {"identity", "gzip", false}, {",,;;q=,", "br", false},
	} {
		if got := takes(c.header, c.coding); got != c.want {
			t.Errorf("%q takes %s: %v", c.header, c.coding, got)
		}
	}
}

func TestEmbeddedPackagesAreNamed(t *testing.T) {
	found := FrontEndPackages()
	if len(found) == 0 {
		tooltest.Missing(t, "front-end assets aren't built: run make assets")
	}
	for _, name := range []string{"echarts", "govuk-frontend", "@fontsource-variable/inter"} {
		if !slices.ContainsFunc(found, func(p FrontEndPackage) bool { return p.Name == name && p.Version != "" && p.Licence != "" }) {
			t.Errorf("%s is embedded and not named: %+v", name, found)
		}
	}
}
