package several

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"bellwether/casework/store"
	"bellwether/casework/store/postgres/pgtest"
	"bellwether/casework/store/sqlite"
	"bellwether/internal/config"
	"bellwether/internal/doctor"
	"bellwether/internal/instance"
	"bellwether/internal/instancetest"
)

// TestCaseworkMovesIntoADatabase takes a council from its file into PostgreSQL: nothing is lost, people stay signed in, a service that was
// forgotten records nothing that nobody would read, and a backup of the database can be restored.
func TestCaseworkMovesIntoADatabase(t *testing.T) {
	address := empty(t)
	cfg := instancetest.Copy(t)
	file := cfg.Path(instance.Casework, instance.CaseworkStore)
	forgotten, err := sqlite.Open(t.Context(), file, sqlite.Options{Now: instancetest.Clock})
	if err != nil {
		t.Fatal(err)
	}
	defer forgotten.Close()
	event := store.NewEvent{Type: "acknowledged", At: instancetest.Noon, Actor: "u1", Data: json.RawMessage(`{"text":"née 😀 \u0000"}`)}
	if _, err := forgotten.Append(t.Context(), "review/f1", 0, event, event); err != nil {
		t.Fatal(err)
	}
	before := start(t, cfg)
	chair := browser(t)
	signIn(t, chair, "http://"+before.Addr())
	stop(t, before)

	onPostgres(t, cfg.Dir, address, pgtest.Password)
	cfg = load(t, cfg.Dir)
	if out, code := command("serve", "--dir", cfg.Dir); code != 2 || !strings.Contains(out, "bellwether casework move") {
		t.Fatalf("serving beside a file that was not moved: exit code %d:\n%s", code, out)
	}
	out, code := command("casework", "move", "--dir", cfg.Dir)
	if code != 0 {
		t.Fatalf("casework move: exit code %d:\n%s", code, out)
	}
	for _, want := range []string{"event             2 ", "account           1 ", "session           1 ", "Casework is in the database postgres at /"} {
		if !strings.Contains(out, want) {
			t.Errorf("the move did not say %q:\n%s", want, out)
		}
	}
	if _, err := forgotten.Append(t.Context(), "review/f1", 2, event); err == nil || !strings.Contains(err.Error(), "casework was moved out of this file") {
		t.Errorf("a service that was forgotten records a decision: %v", err)
	}
	if out, code := command("casework", "move", "--dir", cfg.Dir); code != 1 || !strings.Contains(out, "there is nothing to move") {
		t.Errorf("moving twice: exit code %d:\n%s", code, out)
	}

	after := start(t, cfg)
	if !signedIn(t, chair, "http://"+after.Addr()) {
		t.Error("people were signed out by the move")
	}
	db, err := instance.OpenStore(t.Context(), cfg, instancetest.Clock)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if events, err := db.Append(t.Context(), "review/f1", 2, event); err != nil || events[0].Position != 3 {
		t.Errorf("the next decision = %+v, %v", events, err)
	}
	for _, verb := range []string{"doctor", "verify"} {
		out, _ := command(verb, "--dir", cfg.Dir)
		if line := about(out, "casework"); strings.Contains(line, "FAIL") || strings.Contains(line, "damaged") || line == "" {
			t.Errorf("%s says of casework: %s\n%s", verb, line, out)
		}
	}
	clocks(t, cfg)
	backedUp(t, cfg.Dir, func() {
		if _, err := db.Append(t.Context(), "review/f1", 3, event); err != nil {
			t.Error(err)
		}
	})
}

// clocks: doctor says whether this machine's clock agrees with the database's.
func clocks(t *testing.T, cfg config.Config) {
	t.Helper()
	for off, want := range map[time.Duration]doctor.Finding{
		0:                         {Level: doctor.OK, Says: "it agrees with that of the casework database"},
		-150 * time.Second:        {Level: doctor.Warn, Says: "minutes behind that of the casework database"},
		3*time.Hour + time.Minute: {Level: doctor.Fail, Says: "hours ahead of that of the casework database"},
	} {
		got, err := doctor.Examine(t.Context(), doctor.Options{Config: cfg, Now: func() time.Time { return time.Now().Add(off) }})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(got, func(f doctor.Finding) bool {
			return f.Check == "clock" && f.Level == want.Level && strings.Contains(f.Says, want.Says)
		}) {
			t.Errorf("%v off: want %+v among %+v", off, want, got)
		}
	}
}

// backedUp makes a backup while the database is in use, restores it, and moves what it holds into another database.
func backedUp(t *testing.T, dir string, goOn func()) {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "backups")
	if out, code := command("backup", "--to", folder, "--dir", dir, "--secrets"); code != 0 {
		t.Fatalf("backup: exit code %d:\n%s", code, out)
	}
	goOn()
	made, err := filepath.Glob(filepath.Join(folder, "bellwether-*"))
	if err != nil || len(made) != 1 {
		t.Fatal(made, err)
	}
	restored := filepath.Join(t.TempDir(), "restored")
	if out, code := command("restore", made[0], "--to", restored); code != 0 || !strings.Contains(out, "the casework store is whole") || !strings.Contains(out, "bellwether casework move --dir") {
		t.Fatalf("restore: exit code %d:\n%s", code, out)
	}
	// The address is that of the live database: the restored instance must not be let near it.
	if out, code := command("user", "list", "--dir", restored); code != 2 || !strings.Contains(out, "casework move") {
		t.Errorf("a restored instance uses the live database: exit code %d:\n%s", code, out)
	}
	if out, code := command("casework", "move", "--dir", restored); code != 1 || !strings.Contains(out, "not empty") || !strings.Contains(out, "name an empty database") {
		t.Errorf("moving over the live database: exit code %d:\n%s", code, out)
	}
	if out, code := command("casework", "move", "--dir", restored, "--setting", "casework.postgres.url="+empty(t)); code != 0 || !strings.Contains(out, "event             3 ") {
		t.Errorf("moving a restored file into an empty database: exit code %d:\n%s", code, out)
	}
}

// What is wrong with a database is one clear sentence with the next step, whatever verb meets it, and no secret is in it.
func TestADatabaseThatCanNotBeUsed(t *testing.T) {
	empty(t)
	for _, tt := range []struct {
		name, address, password string
		code                    int
		want                    string
	}{
		{"a wrong password", database.Empty(), "guess", 1, "the server refused the user or the password"},
		{"no server", "postgres://bellwether@/casework?host=" + t.TempDir(), pgtest.Password, 1, "the server can't be reached"},
		{"a password in the address", "postgres://bellwether:guess@localhost/casework", pgtest.Password, 2, "casework.postgres.url: must not hold a password"},
		{"no TLS to another machine", "postgres://db.example/casework?sslmode=disable", pgtest.Password, 2, "casework.postgres.url: sslmode=disable would send casework to another machine"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg := instancetest.Copy(t)
			if err := os.Remove(cfg.Path(instance.Casework, instance.CaseworkStore)); err != nil {
				t.Fatal(err)
			}
			onPostgres(t, cfg.Dir, tt.address, tt.password)
			out, code := command("user", "list", "--dir", cfg.Dir)
			if code != tt.code || !strings.Contains(out, tt.want) || strings.Contains(out, "guess") || strings.Count(strings.TrimSpace(out), "\n") > 1 {
				t.Errorf("exit code %d, want %d with %q:\n%s", code, tt.code, tt.want, out)
			}
			out, code = command("doctor", "--dir", cfg.Dir)
			if line := about(out, "casework"); code == 0 || !strings.Contains(line, tt.want) {
				t.Errorf("doctor: exit code %d, says of casework: %s", code, line)
			}
		})
	}
}

// about finds the line about a part.
func about(out, part string) string {
	for line := range strings.Lines(out) {
		if strings.Contains(line, part) {
			return line
		}
	}
	return ""
}
