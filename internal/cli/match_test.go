package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// small makes an instance with two homes and a complaint under a name that matches neither.
func small(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "instance")
	if _, stderr, code := line(t, "init", dir, "--council", "Larkshire County Council"); code != ExitOK {
		t.Fatal(stderr)
	}
	put(t, dir, "cqc_api", "register.jsonl", `{"locationId":"1-1","providerId":"1-100","name":"Fenwick House","type":"Social Care Org","registrationStatus":"Registered","careHome":"Y","localAuthority":"Larkshire","postalCode":"LK1 2AB"}
{"locationId":"1-2","providerId":"1-200","name":"Marram Lodge","type":"Social Care Org","registrationStatus":"Registered","careHome":"Y","localAuthority":"Larkshire","postalCode":"LK5 1ZZ"}
`)
	return dir
}

func put(t *testing.T, dir, source, name, text string) {
	t.Helper()
	folder := filepath.Join(dir, "inbox", source)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func said(t *testing.T, want string, args ...string) string {
	t.Helper()
	stdout, stderr, code := line(t, args...)
	if code != ExitOK || !strings.Contains(stdout, want) {
		t.Fatalf("bellwether %s: exit %d, %q is not in:\n%s%s", strings.Join(args, " "), code, want, stdout, stderr)
	}
	return stdout
}

func TestMatchesAreDecidedRememberedAndUndone(t *testing.T) {
	dir := small(t)
	put(t, dir, "complaints", "log.csv", "Reference,Date received,Provider,Subject,Outcome\nC1,2026-02-25,Fenwik Hse,Quality,Upheld\n")
	said(t, "", "run", "--dir", dir)
	var list []matchLine
	if err := json.Unmarshal([]byte(said(t, "Fenwik", "match", "list", "--json", "--dir", dir)), &list); err != nil || len(list) != 1 || list[0].Candidates[0].LocationID != "1-1" {
		t.Fatalf("%v %+v", err, list)
	}
	id := list[0].ID
	said(t, "1  Fenwick House (1-1), likeness", "match", "list", "--dir", dir)
	for _, args := range [][]string{{"accept", "ffff", "1"}, {"accept", id, "9"}, {"undo", id}} {
		if _, stderr, code := line(t, append(append([]string{"match"}, args...), "--dir", dir)...); code != ExitUsage || stderr == "" {
			t.Errorf("match %v: exit %d, %q", args, code, stderr)
		}
	}
	placed := func(want string) {
		t.Helper()
		said(t, "", "run", "--dir", dir)
		said(t, want, "query", "--dir", dir, "--format", "csv", "SELECT 'at ' || coalesce(location_id, 'none') AS l FROM core.complaint")
	}
	said(t, "does not mean 1-2", "match", "reject", id, "1-2", "--dir", dir)
	said(t, "means 1-1", "match", "accept", id, "1", "--why", "their letters say so", "--dir", dir)
	said(t, "No name waits", "match", "list", "--dir", dir)
	placed("at 1-1")
	out := said(t, "by operator:", "match", "list", "--decided", "--dir", dir)
	if !strings.Contains(out, "means 1-1") || !strings.Contains(out, "does not mean 1-2") {
		t.Error(out)
	}
	said(t, "stays in force", "run", "--dir", dir)
	said(t, "is open again", "match", "undo", id, "--dir", dir)
	placed("at none")
	said(t, "Nothing has been decided", "match", "list", "--decided", "--dir", dir)
}

func TestAHeldFileIsAcceptedByName(t *testing.T) {
	dir := small(t)
	log := func(month, rows int) {
		var b strings.Builder
		b.WriteString("Reference,Date received,Provider,Subject,Outcome\n")
		for i := range rows {
			fmt.Fprintf(&b, "C%d-%d,2026-%02d-25,Fenwick House,Quality,Upheld\n", month, i, month)
		}
		put(t, dir, "complaints", fmt.Sprintf("log_%02d.csv", month), b.String())
	}
	for m := range 5 {
		log(m+1, 40+m)
	}
	said(t, "", "run", "--dir", dir)
	said(t, "No file is held", "ingest", "accept", "--dir", dir)
	log(6, 3)
	if stdout, stderr, code := line(t, "run", "--dir", dir); code != ExitRefused || !strings.Contains(stdout+stderr, "held for its number of rows: it has 3") {
		t.Fatalf("exit %d: %s%s", code, stdout, stderr)
	}
	var held []heldLine
	if err := json.Unmarshal([]byte(said(t, "log_06.csv", "ingest", "accept", "--json", "--dir", dir)), &held); err != nil || len(held) != 1 {
		t.Fatalf("%v %+v", err, held)
	}
	if _, stderr, code := line(t, "ingest", "accept", "ffffffff", "--dir", dir); code == ExitOK || !strings.Contains(stderr, "there is no load") {
		t.Errorf("exit %d: %s", code, stderr)
	}
	said(t, "loaded 3 of 3 rows", "ingest", "accept", held[0].LoadID[:12], "--why", "half the team left", "--dir", dir)
	said(t, "No file is held", "ingest", "accept", "--dir", dir)
	said(t, "", "run", "--dir", dir)
	said(t, "213", "query", "--dir", dir, "--format", "csv", "SELECT count(*) AS n FROM core.complaint")
}
