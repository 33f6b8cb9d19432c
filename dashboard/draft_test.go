package dashboard

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"bellwether/dashboard/page"
)

// aside gives a browser of its own that keeps the cookies of the given one but its session: that has ended.
func (st *site) aside(t *testing.T, from, as string) {
	t.Helper()
	at := mustURL(t, st.web.URL)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range st.as(from).Jar.Cookies(at) {
		if c.Name != "bellwether" {
			jar.SetCookies(at, []*http.Cookie{c})
		}
	}
	st.browsers[as] = &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func (st *site) signs(as, who string) *http.Response {
	st.t.Helper()
	resp, _ := st.send(as, http.MethodPost, "/sign-in", url.Values{"username": {who}, "password": {"pass-" + who}}, nil)
	return resp
}

func TestAFormSentTooLateIsKeptAndShownAgain(t *testing.T) {
	st := newSite(t, county(t), withPeople)
	path := st.opens("sal", fill("provider_id", "1-9000001", "stage", "pre_provider_concern", "reason", "Several concerns."))
	form := entry(map[string]string{"since": today}, "role", "chair", "organisation", "Council", "name", "Ada <b>Long</b> draft", "version", "1")
	st.aside(t, "sal", "later")
	resp, _ := st.send("later", http.MethodPost, path+"/roles", form, nil)
	if resp.StatusCode != 303 || resp.Header.Get("Location") != "/sign-in?next=%2Faccount%2Fdraft" {
		t.Fatalf("%d to %s", resp.StatusCode, resp.Header.Get("Location"))
	}
	if resp := st.signs("later", "sal"); resp.Header.Get("Location") != "/account/draft" {
		t.Fatalf("after signing in to %s", resp.Header.Get("Location"))
	}
	st.audit.take()
	resp, page := st.get("later", "/account/draft")
	needs(t, page, "Ada &lt;b&gt;Long&lt;/b&gt; draft", "Nothing of it was recorded", "Send it now", "OFFICIAL-SENSITIVE", `action="`+path+`/roles"`)
	if resp.StatusCode != 200 || len(st.audit.take()) != 1 {
		t.Errorf("%d, or the reading isn't recorded", resp.StatusCode)
	}
	st.sends("later", path+"/roles", form, "Recorded")
	if resp, _ := st.send("later", http.MethodPost, "/account/draft", url.Values{}, nil); resp.StatusCode != 303 {
		t.Errorf("thrown away: %d", resp.StatusCode)
	}
	if resp, _ := st.get("later", "/account/draft"); resp.StatusCode != 303 {
		t.Errorf("a draft that is gone: %d", resp.StatusCode)
	}
}

func TestADraftIsForWhoWroteIt(t *testing.T) {
	st := newSite(t, county(t), withPeople)
	path := st.opens("sal", fill("provider_id", "1-9000001", "stage", "pre_provider_concern", "reason", "Several concerns."))
	form := entry(map[string]string{"since": today}, "role", "chair", "organisation", "Council", "name", "A canary in a draft")
	st.aside(t, "sal", "later")
	st.send("later", http.MethodPost, path+"/roles", form, nil)
	if resp := st.signs("later", "north"); strings.Contains(resp.Header.Get("Location"), "draft") {
		t.Error("somebody else is led to the draft")
	}
	if resp, page := st.get("later", "/account/draft"); resp.StatusCode != 303 || strings.Contains(page, "canary") {
		t.Error("somebody else reads the draft")
	}
	for name, change := range map[string]func() (string, url.Values){
		"a browser that never signed in": func() (string, url.Values) { return path + "/roles", form },
		"a password":                     func() (string, url.Values) { return "/account/confirm", url.Values{"password": {"canary"}} },
		"a code":                         func() (string, url.Values) { return path + "/roles", url.Values{"code": {"123456"}} },
		"too much": func() (string, url.Values) {
			return path + "/roles", url.Values{"name": {strings.Repeat("x", 32<<10)}}
		},
	} {
		if name != "a browser that never signed in" {
			st.aside(t, "sal", name)
		} else {
			jar, _ := cookiejar.New(nil)
			jar.SetCookies(mustURL(t, st.web.URL), []*http.Cookie{{Name: "bellwether-last", Value: strings.Repeat("0", 32) + "." + strings.Repeat("0", 32), Path: "/"}})
			st.browsers[name] = &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		}
		to, f := change()
		resp, _ := st.send(name, http.MethodPost, to, f, nil)
		if resp.StatusCode != 303 || strings.Contains(resp.Header.Get("Location"), "draft") {
			t.Errorf("%s is kept: %d to %s", name, resp.StatusCode, resp.Header.Get("Location"))
		}
	}
}

func TestPagesSayWhenASessionEnds(t *testing.T) {
	st := newSite(t, county(t), func(c *page.Config) { c.Idle = 20 * time.Minute })
	_, page := st.get("chair", "/help")
	needs(t, page, `data-idle="1200"`, "nothing is opened for 20 minutes", "Stay signed in")
	if _, page := st.get("", "/sign-in"); strings.Contains(page, "data-idle") || strings.Contains(page, "signed out when") {
		t.Error("a stranger is told when the session ends")
	}
	if resp, body := st.get("chair", "/account/stay"); resp.StatusCode != http.StatusNoContent || body != "" {
		t.Errorf("staying: %d", resp.StatusCode)
	}
	if resp, _ := st.get("", "/account/stay"); resp.StatusCode != 303 {
		t.Errorf("staying without a session: %d", resp.StatusCode)
	}
}
