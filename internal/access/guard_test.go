package access

import (
	"errors"
	"strings"
	"testing"

	"bellwether/internal/audit"

	"github.com/google/go-cmp/cmp"
)

// notebook records entries in memory, or fails.
type notebook struct {
	entries []audit.Record
	err     error
}

func (n *notebook) Append(r audit.Record) error {
	if n.err == nil {
		n.entries = append(n.entries, r)
	}
	return n.err
}

func TestWhatIsRecorded(t *testing.T) {
	for _, tt := range []struct {
		name   string
		role   string
		action Action
		class  Class
		kind   Kind
		want   bool
	}{
		{"a public page", "qsig_member", View, ClassA, Market, false},
		{"a scrape", "metrics_scraper", Scrape, ClassA, MetricsOperational, false},
		{"a provider", "qsig_member", View, ClassB, Provider, true},
		{"case detail", "qsig_member", View, ClassC, Count, true},
		{"a decision", "qsig_member", Review, ClassB, Flag, true},
		{"an export of public figures", "qsig_member", Export, ClassA, Market, true},
		{"a refused public page", "metrics_scraper", View, ClassA, Market, true},
		{"a refused provider", "auditor", View, ClassB, Provider, true},
		{"a refused scrape", "auditor", Scrape, ClassA, MetricsOperational, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := &notebook{}
			s, r := request(tt.role, tt.class, tt.kind)
			d, err := Guard{Default(), n}.Check(s, tt.action, r, Request{ID: "r-1"})
			if err != nil || d != Authorise(s, tt.action, r) {
				t.Errorf("Check() = %+v, %v", d, err)
			}
			if (len(n.entries) == 1) != tt.want {
				t.Errorf("%d entries, want one: %v", len(n.entries), tt.want)
			}
		})
	}
}

func TestRecordedEntry(t *testing.T) {
	n := &notebook{}
	s, r := request("safeguarding_officer", ClassD, Identity, "own_case", "reason")
	r.Restricted, r.Named = CourtRestriction, []string{"u1"}
	if _, err := (Guard{Default(), n}).Check(s, View, r, Request{ID: "r-1", Session: "s-1"}); err != nil {
		t.Fatal(err)
	}
	want := []audit.Record{{Actor: "u1", Session: "s-1", Action: "view", Class: "D", Kind: "identity", ID: "r1",
		Restricted: true, Allow: true, Reason: "safeguarding_officer:view:D", Purpose: "enquiry", PolicyHash: Hash(), RequestID: "r-1"}}
	if diff := cmp.Diff(want, n.entries); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNoRecordNoRead(t *testing.T) {
	full := errors.New("no space left on device")
	s, r := request("qsig_member", ClassB, Provider)
	for name, g := range map[string]Guard{
		"the disk is full": {Default(), &notebook{err: full}},
		"no audit at all":  {Default(), nil},
	} {
		d, err := g.Check(s, View, r, Request{})
		if err == nil || d.Allow || d.Reason != ReasonNoAudit {
			t.Errorf("%s: Check() = %+v, %v", name, d, err)
		}
	}
	_, err := Guard{Default(), &notebook{err: full}}.Check(s, View, r, Request{})
	if !errors.Is(err, full) || strings.Contains(err.Error(), "p1") {
		t.Errorf("error = %v", err)
	}
	// What needs no entry goes on.
	s, r = request("qsig_member", ClassA, Market)
	if d, err := (Guard{Default(), &notebook{err: full}}).Check(s, View, r, Request{}); err != nil || !d.Allow {
		t.Errorf("a public page without the audit = %+v, %v", d, err)
	}
}

func TestGuardWithoutPolicyDenies(t *testing.T) {
	n := &notebook{}
	s, r := request("qsig_member", ClassA, Market)
	if d, err := (Guard{Audit: n}).Check(s, View, r, Request{}); d.Allow || err != nil || len(n.entries) != 1 {
		t.Errorf("Check() = %+v, %v, %d entries", d, err, len(n.entries))
	}
}
