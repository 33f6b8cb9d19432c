package dashboard

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestMeetingPack: the page is the file's twin, the password is shown once, each copy is logged, and nobody else can fetch the file.
func TestMeetingPack(t *testing.T) {
	st := newSite(t, county(t), withPeople)
	path := st.opens("chair", fill("provider_id", "1-9000001", "flag_id", flagConcerns, "stage", "decision_to_initiate", "reason", "Concerns continue."))
	st.sends("chair", path+"/meetings", entry(map[string]string{"on": today}, "type", "initial", "chair", "Ada Chair", "agenda", "1. Introductions"), "Recorded: meeting.")
	st.sends("chair", path+"/actions", entry(map[string]string{"due_on": "2026-10-20"}, "number", "1", "detail", "Visit on a weekend", "owner", "Oz", "organisation", "Council", "duty", "commissioning"), "Recorded")
	st.sends("chair", path+"/risks", entry(map[string]string{"review_on": "2026-10-20"}, "theme", "Medicines", "description", "Late rounds", "likelihood", "4", "impact", "4", "controls", "Weekly checks", "owner", "Oz", "trigger", "A hospital admission"), "Score 16 of 25.")
	pack := path + "/meetings/1/papers"
	_, body := st.get("member", pack)
	needs(t, body, "Initial provider concerns meeting: Saltmarsh Homes", "1. Introductions", "Visit on a weekend", "17 concerns in 12 weeks", "The signals propose provider concern", "Concerns by week over the last 52 weeks", "Score 16 of 25.", "OFFICIAL-SENSITIVE", "Make the encrypted paper")
	st.audit.take()
	st.refuses("member", pack, fill("recipients", " \n "), "say who gets a copy")
	version := st.version("member", pack)
	resp, body := st.send("member", http.MethodPost, pack, fill("recipients", "Chief Nurse, ICB\nDirector of Adult Social Services", "version", version), nil)
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%d\n%s", resp.StatusCode, mainOf(body))
	}
	password := regexp.MustCompile(`class="bw-secret">([a-z]+(?:-[a-z]+){5})<`).FindStringSubmatch(body)
	file := regexp.MustCompile(`href="(/papers/[0-9a-f]{36})"`).FindStringSubmatch(body)
	if password == nil || file == nil {
		t.Fatalf("no password or no file\n%s", mainOf(body))
	}
	needs(t, body, "Chief Nurse, ICB, 1 Oct 2026, by Mo Member", "Director of Adult Social Services, 1 Oct 2026")
	for _, e := range st.audit.take() {
		if strings.Contains(e.ID+e.Reason, password[1]) {
			t.Error("the password is in the audit")
		}
	}
	resp, pdf := st.get("member", file[1])
	if resp.StatusCode != http.StatusOK || !strings.HasPrefix(pdf, "%PDF-2.0") || strings.Contains(pdf, "Saltmarsh") || strings.Contains(pdf, password[1]) || strings.Contains(resp.Header.Get("Content-Disposition"), "Saltmarsh") ||
		resp.Header.Get("X-Protective-Marking") != "OFFICIAL-SENSITIVE" || resp.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d, %v", resp.StatusCode, resp.Header)
	}
	if resp, _ := st.get("chair", file[1]); resp.StatusCode != http.StatusNotFound {
		t.Errorf("somebody else fetches it: %d", resp.StatusCode)
	}
	if _, again := st.get("member", pack); strings.Contains(again, password[1]) {
		t.Error("the password is shown again")
	}
	_, history := st.get("chair", path)
	needs(t, history, "Copy issued", "Chief Nurse, ICB")
	st.now = st.now.Add(11 * time.Minute)
	if resp, _ := st.get("member", file[1]); resp.StatusCode != http.StatusNotFound {
		t.Errorf("after ten minutes: %d", resp.StatusCode)
	}
	// Ten minutes after signing in a fresh proof is asked for before anything leaves.
	st.now = st.now.Add(time.Minute)
	if resp, body := st.send("member", http.MethodPost, pack, fill("recipients", "Somebody", "version", version), nil); resp.StatusCode == http.StatusOK || strings.Contains(body, "bw-secret") {
		t.Errorf("without a fresh proof: %d", resp.StatusCode)
	}
	for as, want := range map[string]int{"sandy": 403, "everywhere": 403, "governance": 403} {
		resp, _ := st.send(as, http.MethodPost, pack, fill("recipients", "Somebody", "version", version), nil)
		if resp.StatusCode != want {
			t.Errorf("%s issues papers: %d, want %d", as, resp.StatusCode, want)
		}
	}
}
