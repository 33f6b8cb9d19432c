package chart

import (
	"encoding/base64"
	"encoding/xml"
	"strings"
	"testing"

	"bellwether/analytics/spc"
)

func TestIconsAreDrawnApart(t *testing.T) {
	seen := map[string]string{}
	for _, i := range []spc.Icon{spc.Common.Icon(), spc.ImprovingHigh.Icon(), spc.ImprovingLow.Icon(), spc.ConcerningHigh.Icon(), spc.ConcerningLow.Icon(),
		spc.SpecialHigh.Icon(), spc.SpecialLow.Icon(), spc.HitAndMiss.Icon(), spc.WillPass.Icon(), spc.WillFail.Icon()} {
		url := string(Icon(i))
		body, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(url, "data:image/svg+xml;base64,"))
		if err != nil {
			t.Fatal(err)
		}
		if err := xml.Unmarshal(body, new(any)); err != nil {
			t.Errorf("%s is no well-formed picture: %v", i.ID, err)
		}
		if other, had := seen[url]; had {
			t.Errorf("%s looks like %s", i.ID, other)
		}
		seen[url] = i.ID
		if i.Letter != "" && !strings.Contains(string(body), ">"+i.Letter+"<") {
			t.Errorf("%s does not show its letter", i.ID)
		}
	}
	if Icon(spc.Icon{Tone: "else"}) == "" {
		t.Error("an unknown tone has no picture")
	}
}
