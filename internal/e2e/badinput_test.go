package e2e

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bellwether/internal/app"
	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/warehouse"
)

// county makes an instance with the county's mappings and, as its first delivery, one good extract.
func county(t *testing.T) (dir, extract string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "county")
	if out, code := command("init", dir, "--council", "Larkshire"); code != 0 {
		t.Fatal(out)
	}
	settings, err := os.ReadFile(filepath.Join(demo.dir, config.FileName))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, config.FileName), string(settings))
	found, err := filepath.Glob(filepath.Join(demo.dir, instance.Inbox, "safeguarding_concerns", "*", "*_2026_08.csv"))
	if err != nil || len(found) != 1 {
		t.Fatalf("the extract of August 2026: %v, %v", found, err)
	}
	src, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	return dir, string(src)
}

// rowsLoaded counts what lies in the raw file's concerns.
func rowsLoaded(t *testing.T, dir string) (n int) {
	t.Helper()
	raw, err := warehouse.OpenRaw(t.Context(), filepath.Join(dir, instance.Warehouse), warehouse.Limits{MemoryMiB: 256, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	if has, err := raw.HasTable(t.Context(), "safeguarding_concern"); err != nil || !has {
		return 0
	}
	if err := raw.DB().QueryRow("SELECT count(*) FROM raw.safeguarding_concern").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func zipped(content string) string {
	var b bytes.Buffer
	g := gzip.NewWriter(&b)
	w := tar.NewWriter(g)
	_ = w.WriteHeader(&tar.Header{Name: "body.json", Mode: 0o600, Size: int64(len(content))})
	_, _ = w.Write([]byte(content))
	_ = w.Close()
	_ = g.Close()
	return b.String()
}

// TestBadDeliveries gives the loader one broken file of each kind: each gets one message that says what, where, why and what to do, an
// exit code, and nothing of a refused file is loaded. A broken row is held alone.
func TestBadDeliveries(t *testing.T) {
	dir, extract := county(t)
	lines := strings.SplitAfter(extract, "\n")
	head, rows := lines[0], lines[1:]
	swap := func(row int, old, new string) string {
		out := append([]string{}, lines...)
		out[row] = strings.Replace(out[row], old, new, 1)
		return strings.Join(out, "")
	}
	field := func(row, n int) string { return strings.Split(lines[row], ",")[n] }
	complaints, err := filepath.Glob(filepath.Join(demo.dir, instance.Inbox, "complaints", "*", "*.xlsx"))
	if err != nil || len(complaints) == 0 {
		t.Fatal(err)
	}
	book, err := os.ReadFile(complaints[0])
	if err != nil {
		t.Fatal(err)
	}
	archive := zipped(`{"locationId": "9-1", "name": "` + strings.Repeat("Curlew ", 5000) + `"}`)
	for _, c := range []struct {
		name, source, file, content string
		code, loaded                int
		want                        []string
	}{
		{"wrong header", "safeguarding_concerns", "other.csv", "a,b,c\n1,2,3\n", 3, 0, []string{"other.csv", "Concern Ref", "no header row", "add its headings to the mapping"}},
		{"a heading renamed", "safeguarding_concerns", "renamed.csv", strings.Replace(extract, "Concern Ref", "Our number", 1), 3, 0, []string{`column "Concern Ref"`, "header on row 1", "Rename the column"}},
		{"a column missing", "safeguarding_concerns", "shifted.csv", head + strings.ReplaceAll(strings.Join(rows, ""), "SC-2026", "x,SC-2026"), 3, 0, []string{"rejected: shifted.csv", "392 of 392 rows break the contract", "shifted_row", "mend the mapping"}},
		{"a bad date", "safeguarding_concerns", "date.csv", swap(2, field(2, 1), "31/02/2026"), 0, len(rows) - 2, []string{"held: 1 row of", "Date Concern Received", "bad_date"}},
		{"an unknown code", "safeguarding_concerns", "code.csv", swap(1, field(1, 4), "Sent to the moon"), 0, 0, []string{"code.csv", `1 value was kept although safeguarding_concern."decision" must be one of`, "the source's mapping"}},
		{"cut in a row", "safeguarding_concerns", "cut.csv", extract[:5000], 3, 0, []string{"cut.csv", "line ", "cut short", "extract made again"}},
		{"cut workbook", "complaints", "cut.xlsx", string(book[:len(book)/2]), 3, 0, []string{"cut.xlsx", "damaged or cut short", "Send the file again"}},
		{"cut archive", "cqc_api", "cut.tar.gz", archive[:len(archive)/2], 3, 0, []string{"cut.tar.gz", "cut short", "Send the file again"}},
		{"cut body", "cqc_api", "cut.json", `{"locationId": "9-1", "name": "A`, 3, 0, []string{"cut.json"}},
		{"empty", "safeguarding_concerns", "empty.csv", "", 3, 0, []string{"empty.csv", "the file is empty", "again"}},
		{"not what its name says", "complaints", "log.xlsx", "Reference,Date received\n1,2\n", 3, 0, []string{"named .xlsx but it is text", "Rename it"}},
		{"not text", "safeguarding_concerns", "noise.csv", "a,b\n\x00\x01\x02\n", 3, 0, []string{"noise.csv", "NUL character", "CSV UTF-8"}},
		{"no such file", "safeguarding_concerns", "", "", 3, 0, []string{"no such file", "not loaded"}},
		{"no such source", "gossip", "log.csv", "a\n", 2, 0, []string{"gossip", "the sources are"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := rowsLoaded(t, dir)
			path := filepath.Join(t.TempDir(), "nowhere.csv")
			if c.file != "" {
				path = filepath.Join(t.TempDir(), c.file)
				write(t, path, c.content)
			}
			out, code := command("ingest", c.source, path, "--dir", dir)
			if code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			for _, want := range c.want {
				if !strings.Contains(out, want) {
					t.Errorf("lacks %q", want)
				}
			}
			after := rowsLoaded(t, dir)
			if c.code != 0 && after != before {
				t.Errorf("%d rows of a refused file were loaded", after-before)
			}
			if c.loaded > 0 && after-before < 1 {
				t.Errorf("the good rows of the file were not loaded: %d before, %d after", before, after)
			}
			if t.Failed() {
				t.Log(out)
			}
		})
	}
	if out, code := command("quarantine", "list", "--dir", dir); code != 0 || !strings.Contains(out, "bad_date") || !strings.Contains(out, "date.csv") {
		t.Errorf("what is held is not listed before the next publication (exit code %d):\n%s", code, out)
	}
}

// TestSecondDeliveryIsNothingNew loads one file twice, the second time under another name.
func TestSecondDeliveryIsNothingNew(t *testing.T) {
	dir, extract := county(t)
	for i, name := range []string{"first.csv", "second.csv"} {
		path := filepath.Join(t.TempDir(), name)
		write(t, path, extract)
		before := rowsLoaded(t, dir)
		out, code := command("ingest", "safeguarding_concerns", path, "--dir", dir)
		if code != 0 {
			t.Fatal(out)
		}
		if i == 1 && (!strings.Contains(out, "already loaded") || rowsLoaded(t, dir) != before) {
			t.Errorf("a second delivery was loaded:\n%s", out)
		}
	}
}

// TestBrokenSurroundings takes away what the program stands on, a piece at a time.
func TestBrokenSurroundings(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(t *testing.T, dir string)
		args  []string
		code  int
		want  []string
	}{
		{"landing folder missing", func(t *testing.T, dir string) { remove(t, filepath.Join(dir, instance.Landing)) }, []string{"run"}, 1, []string{"landing folder", "is missing", "Restore it from its backup"}},
		{"inbox missing", func(t *testing.T, dir string) { remove(t, filepath.Join(dir, instance.Inbox)) }, []string{"run"}, 1, []string{"drop zone", "make the folder"}},
		{"no configuration", func(t *testing.T, dir string) { remove(t, filepath.Join(dir, config.FileName)) }, []string{"run"}, 2, []string{config.FileName, "does not exist", "bellwether init"}},
		{"configuration that is a folder", func(t *testing.T, dir string) {
			remove(t, filepath.Join(dir, config.FileName))
			if err := os.Mkdir(filepath.Join(dir, config.FileName), 0o700); err != nil {
				t.Fatal(err)
			}
		}, []string{"status"}, 2, []string{config.FileName, "can't be read", "check the file's permissions"}},
		{"configuration cut short", func(t *testing.T, dir string) { write(t, filepath.Join(dir, config.FileName), "council: [\n") }, []string{"run"}, 2, []string{"[1:10]", "Correct that line", "docs/configuration.md"}},
		{"an unknown setting", func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, config.FileName), "council: Larkshire\nnonsense: 1\n")
		}, []string{"run"}, 2, []string{"[2:1]", `unknown field "nonsense"`, "Correct that line"}},
		{"pseudonym key missing", func(t *testing.T, dir string) { remove(t, filepath.Join(dir, instance.Secrets, instance.PseudonymKey)) }, []string{"run"}, 1, []string{instance.PseudonymKey, "backup"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "place")
			if out, code := command("init", dir, "--council", "Larkshire"); code != 0 {
				t.Fatal(out)
			}
			c.spoil(t, dir)
			out, code := command(append(c.args, "--dir", dir)...)
			if code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			for _, want := range c.want {
				if !strings.Contains(out, want) {
					t.Errorf("lacks %q:\n%s", want, out)
				}
			}
		})
	}
}

// TestHeldDatabase opens the raw file as another program would and asks for a run.
func TestHeldDatabase(t *testing.T) {
	dir, _ := county(t)
	raw, err := warehouse.OpenRaw(t.Context(), filepath.Join(dir, instance.Warehouse), warehouse.Limits{MemoryMiB: 256, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	out, code := inAnotherProcess(t, "run", "--dir", dir)
	if code != 4 || !strings.Contains(out, "raw.duckdb") || !strings.Contains(out, "held") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
}

// TestTakenPort serves where somebody else listens already: the verb says so, the demonstration takes another port.
func TestTakenPort(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	addr := taken.Addr().String()
	out, code := command("serve", "--dir", demo.dir, "--listen", addr)
	if code != 1 || !strings.Contains(out, "the address "+addr+" is taken by another program") || !strings.Contains(out, "--listen") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
	cfg, err := config.Load(demo.dir)
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.New(t.Context(), app.Options{Config: cfg, Listen: addr, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Stop(context.WithoutCancel(t.Context()))
	var portTaken *app.PortTakenError
	if err := a.Start(t.Context()); !errors.As(err, &portTaken) || portTaken.Addr != addr {
		t.Errorf("starting on a taken port gave %v", err)
	}
}

// TestPreviousSnapshotStays breaks a delivery, then a whole run, and asks what is served.
func TestPreviousSnapshotStays(t *testing.T) {
	dir, extract := county(t)
	inbox := filepath.Join(dir, instance.Inbox, "safeguarding_concerns")
	if err := os.MkdirAll(inbox, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(inbox, "good.csv"), extract)
	if out, code := command("run", "--dir", dir); code != 0 {
		t.Fatal(out)
	}
	inForce := func() string {
		all, err := warehouse.Snapshots(filepath.Join(dir, instance.Snapshots))
		if err != nil || len(all) == 0 {
			t.Fatalf("no snapshot: %v", err)
		}
		return all[0].ID
	}
	first := inForce()
	write(t, filepath.Join(inbox, "bad.csv"), "nothing,of,use\n1,2,3\n")
	out, code := command("run", "--dir", dir)
	if code != 3 || !strings.Contains(out, "bad.csv") || !strings.Contains(out, first) || inForce() != first {
		t.Errorf("exit code %d, snapshot %s after %s:\n%s", code, inForce(), first, out)
	}
	base := serve(t, dir)
	if code, _ := get(t, http.DefaultClient, base+"/readyz"); code != http.StatusOK {
		t.Errorf("after a refused delivery the server answers %d", code)
	}
}
