package link

import (
	"net/url"
	"testing"

	"pgregory.net/rapid"
)

func TestLinks(t *testing.T) {
	for _, tc := range []struct{ got, want string }{
		{Provider("1-9000001"), "/providers/1-9000001"}, {Provider("../x?y#z"), "/providers/..%2Fx%3Fy%23z"}, {Location("a/b"), "/locations/a%2Fb"}, {Flag(`"><a`), "/flags/%22%3E%3Ca"},
		{With("/flags"), "/flags"}, {With("/flags", "rule", ""), "/flags"}, {With("/flags", "rule", "a&b=c", "state", "all"), "/flags?rule=a%26b%3Dc&state=all"},
		{Records("concerns", "from", "2026-09-21"), "/records/concerns?from=2026-09-21"},
	} {
		if tc.got != tc.want {
			t.Errorf("got %q, want %q", tc.got, tc.want)
		}
	}
}

func TestValuesComeBackWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.StringN(1, 40, -1).Draw(t, "v")
		u, err := url.Parse(With("/x", "q", v))
		if err != nil || u.Query().Get("q") != v || u.Path != "/x" {
			t.Fatalf("%q came back as %v, %v", v, u, err)
		}
	})
}
