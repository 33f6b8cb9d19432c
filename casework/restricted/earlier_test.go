package restricted

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"bellwether/casework/store"
	"bellwether/internal/access"
)

func (d *desk) caseEvent(version int64, kind, by, data string) {
	d.t.Helper()
	if _, err := d.store.Append(d.ctx, "case/c1", version, store.NewEvent{Type: kind, At: d.at, Actor: by, Data: json.RawMessage(data)}); err != nil {
		d.t.Fatal(err)
	}
	d.must(d.Refresh(d.ctx))
}

// TestCasesThatKeptTheirOwnRestriction: what older versions wrote into the case hides it as ever, and is changed and lifted by two people
// like any other.
func TestCasesThatKeptTheirOwnRestriction(t *testing.T) {
	d := newDesk(t)
	d.caseEvent(0, "case.opened", "ada", `{"provider_name":"Saltmarsh"}`)
	if d.Restricted("c1") {
		t.Error("opening a case restricts it")
	}
	d.caseEvent(1, "case.restricted", "ada", `{"text":"police","named":["ada","ben"]}`)
	r, err := d.About(d.ctx, access.Resource{CaseID: "c1"})
	if err != nil || r.Restricted != access.PoliceRestriction || !slices.Equal(r.Named, []string{"ada", "ben"}) {
		t.Errorf("%+v, %v", r, err)
	}
	if d.Visible(subject("eve"), "c1") || !d.Visible(subject("ben"), "c1") || d.Counts()[access.PoliceRestriction] != 1 {
		t.Error("it does not hide the case")
	}
	known := d.Known("ben")
	if len(known) != 1 || known[0].Owner != "ada" || !idLike(known[0].ID) {
		t.Fatalf("known %+v", known)
	}
	d.must(d.Propose(d.ctx, known[0].ID, "ada", "cat", time.Time{}, "leads the enquiry"))
	d.must(d.Confirm(d.ctx, known[0].ID, "ben"))
	if !d.Visible(subject("cat"), "c1") {
		t.Error("confirmed by two, and not let in")
	}
	other, err := NewBook(d.ctx, d.store, func() time.Time { return d.at })
	if err != nil || !other.Visible(subject("cat"), "c1") || other.Visible(subject("eve"), "c1") {
		t.Errorf("read again from the start: %v", err)
	}
	d.must(d.Propose(d.ctx, known[0].ID, "cat", "", time.Time{}, "the trial has ended"))
	d.must(d.Confirm(d.ctx, known[0].ID, "ada"))
	if d.Restricted("c1") {
		t.Error("lifted by two, still in force")
	}
}

func TestCasesThatLiftedTheirOwnRestriction(t *testing.T) {
	d := newDesk(t)
	d.caseEvent(0, "case.opened", "ada", `{}`)
	d.caseEvent(1, "case.restricted", "ada", `{"text":"court_order","named":["ada","ben"]}`)
	d.caseEvent(2, "case.lifted", "ada", `{}`)
	if d.Restricted("c1") {
		t.Error("lifted, still in force")
	}
	d.caseEvent(3, "case.restricted", "ben", `{"text":"court_order","named":["cat","ben"]}`)
	if !d.Restricted("c1") || d.Visible(subject("ada"), "c1") {
		t.Error("restricted again, and not in force")
	}
}

func idLike(id string) bool { return len(id) == 16 }
