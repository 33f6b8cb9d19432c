package e2e

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// TestPagesOverTheCounty reads every page as the chair would, follows a flag to its evidence, and tries the doors as others.
func TestPagesOverTheCounty(t *testing.T) {
	base := serve(t, demo.dir)
	chair := signIn(t, base, "chair")
	for path, want := range map[string]string{
		"/market": "providers stand above market management", "/providers": "Larkshire", "/flags": "Provider concern", "/data": "safeguarding_concerns", "/rules": "local setting", "/help": "Market management",
		"/trends": "Not a league table", "/trends?what=manager_absent_days&by=service": "half of those known lie between", "/trends?what=concerns_12w&by=size": "Counted for each one expected", "/trends?what=rating_overall&by=brand": "rated below Good",
		"/api/v1/providers": `"provider`, "/api/v1/flags": `"rule_id"`, "/api/v1/market": "{",
	} {
		code, body := get(t, chair, base+path)
		if code != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s: %d, lacks %q", path, code, want)
		}
		if strings.Contains(body, "<nil>") || strings.Contains(body, "NaN") || strings.Contains(body, "%!") {
			t.Errorf("%s shows a number that isn't one", path)
		}
	}
	_, flags := get(t, chair, base+"/flags")
	link := regexp.MustCompile(`href="(/flags/[0-9a-f]{8,})"`).FindStringSubmatch(flags)
	if link == nil {
		t.Fatal("the flags page links to no flag")
	}
	code, flag := get(t, chair, base+link[1])
	for _, want := range []string{"Would clear", "Known from", "snapshot"} {
		if code != http.StatusOK || !strings.Contains(flag, want) {
			t.Errorf("%s: %d, lacks %q", link[1], code, want)
		}
	}
	admin := signIn(t, base, "admin")
	for _, path := range []string{"/flags", "/providers", link[1]} {
		if code, body := get(t, admin, base+path); code == http.StatusOK && strings.Contains(body, "Care") {
			t.Errorf("the system administrator can read %s", path)
		}
	}
	stranger := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if code, _ := get(t, stranger, base+"/flags"); code != http.StatusSeeOther {
		t.Errorf("a stranger gets %d from /flags", code)
	}
	if code, _ := get(t, stranger, base+"/metrics/business"); code != http.StatusUnauthorized {
		t.Errorf("a stranger gets %d from /metrics/business", code)
	}
}
