package doctor

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"bellwether/ingest/pseudonym"
	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/instancetest"
	"bellwether/internal/opstate"
	"bellwether/internal/tlstest"
	"bellwether/internal/tooltest"
	"bellwether/internal/warehouse"
)

func TestMain(m *testing.M) { os.Exit(instancetest.Main(m)) }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// examine looks an instance over on a machine that is well: room on the disk and a clock that follows a server.
func examine(t *testing.T, cfg config.Config, change ...func(*Options)) []Finding {
	t.Helper()
	opt := Options{Config: cfg, Now: instancetest.Clock, Free: func(string) (int64, error) { return 100 << 30, nil }, Synchronised: func() (bool, error) { return true, nil }}
	for _, c := range change {
		c(&opt)
	}
	got, err := Examine(t.Context(), opt)
	must(t, err)
	return got
}

// well makes an instance at which there is nothing to find: looked after, and for real use.
func well(t *testing.T) config.Config {
	t.Helper()
	cfg := instancetest.Copy(t)
	cfg.AsOf = ""
	cfg.Sources = map[string]config.Source{}
	must(t, errors.Join(
		opstate.Verified(cfg.Dir, opstate.Verification{At: instancetest.Noon.Add(-time.Hour), OK: true}),
		opstate.BackedUp(cfg.Dir, opstate.Backup{At: instancetest.Noon.Add(-time.Hour)}),
		opstate.Practised(cfg.Dir, opstate.RestoreTest{At: instancetest.Noon.Add(-time.Hour)})))
	return cfg
}

// told gives the findings of a check that are not ok, as one text.
func told(findings []Finding, check string) (level Level, text string) {
	level = OK
	for _, f := range findings {
		if f.Check != check || f.Level == OK {
			continue
		}
		if f.Next == "" {
			return f.Level, "NO NEXT STEP: " + f.Says
		}
		if level != Fail {
			level = f.Level
		}
		text += f.Says + " → " + f.Next + "\n"
	}
	return level, text
}

func TestAWellKeptInstance(t *testing.T) {
	findings := examine(t, well(t))
	for _, f := range findings {
		if f.Level != OK && f.Check != "sources" { // only three sources are delivered to the small instance
			t.Errorf("%+v", f)
		}
	}
	seen := map[string]bool{}
	for _, f := range findings {
		seen[f.Check] = true
	}
	for _, check := range []string{"configuration", "disk", "permissions", "keys", "clock", "snapshot", "casework", "audit", "certificates", "engine", "priority", "verify", "backup", "restore", "leftovers", "encryption"} {
		if !seen[check] {
			t.Errorf("nothing is said of %s", check)
		}
	}
	if Worst(findings) != Warn {
		t.Errorf("the worst is %s", Worst(findings))
	}
}

// Each thing that can be wrong is found, with the gravity that it has and the step that mends it.
func TestWhatIsWrongIsFound(t *testing.T) {
	year := 365 * 24 * time.Hour
	for name, c := range map[string]struct {
		spoil func(t *testing.T, cfg *config.Config, opt *Options)
		check string
		level Level
		says  string
	}{
		"a full disk": {func(_ *testing.T, _ *config.Config, o *Options) {
			o.Free = func(string) (int64, error) { return 1 << 20, nil }
		}, "disk", Fail, "make room"},
		"a disk that fills": {func(_ *testing.T, _ *config.Config, o *Options) {
			o.Free = func(string) (int64, error) { return 700 << 20, nil }
		}, "disk", Warn, "make room"},
		"a folder's own disk that is full": {func(_ *testing.T, cfg *config.Config, o *Options) {
			o.Free = func(dir string) (int64, error) {
				if dir == cfg.Path(instance.Audit) {
					return 1 << 20, nil
				}
				return 100 << 30, nil
			}
		}, "disk", Fail, "audit, which needs about 64"},
		"the authority of the database that has ended": {func(t *testing.T, cfg *config.Config, o *Options) {
			ended := tlstest.New(t).Ended(t, "127.0.0.1")
			cfg.Casework.Postgres.URL = "postgres://bellwether@db.council.example/bellwether?sslrootcert=" + ended.CertFile
			o.Now = func() time.Time { return time.Now() }
		}, "certificates", Fail, "renew it"},
		"a disk that is gone": {func(_ *testing.T, _ *config.Config, o *Options) {
			o.Free = func(string) (int64, error) { return 0, errors.New("stale") }
		}, "disk", Fail, "mounted"},
		"a missing warehouse key": {func(t *testing.T, cfg *config.Config, _ *Options) {
			cfg.Warehouse.Extensions, cfg.Warehouse.EncryptionKeyFile = tooltest.Extensions(t), "warehouse.key"
		}, "encryption", Fail, "separate copy"},
		"a warehouse key that is none": {func(t *testing.T, cfg *config.Config, _ *Options) {
			cfg.Warehouse.Extensions, cfg.Warehouse.EncryptionKeyFile = tooltest.Extensions(t), "warehouse.key"
			must(t, os.WriteFile(cfg.Path(instance.Secrets, "warehouse.key"), []byte("too short"), 0o600))
		}, "encryption", Fail, "32 random bytes"},
		"files from before the key": {func(t *testing.T, cfg *config.Config, _ *Options) {
			cfg.Warehouse.Extensions, cfg.Warehouse.EncryptionKeyFile = tooltest.Extensions(t), "warehouse.key"
			must(t, os.WriteFile(cfg.Path(instance.Secrets, "warehouse.key"), []byte("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="), 0o600))
		}, "encryption", Warn, "3 warehouse files"},
		"no extension to encrypt with": {func(_ *testing.T, cfg *config.Config, _ *Options) {
			cfg.Warehouse.EncryptionKeyFile = "warehouse.key"
		}, "encryption", Fail, "httpfs"},
		"a shared folder that is gone": {func(t *testing.T, cfg *config.Config, _ *Options) {
			cfg.Snapshots.Share = filepath.Join(t.TempDir(), "not mounted")
		}, "sharing", Fail, "is the folder mounted"},
		"a shared folder that takes nothing": {func(t *testing.T, cfg *config.Config, _ *Options) {
			cfg.Snapshots.Share = t.TempDir()
			must(t, os.WriteFile(filepath.Join(cfg.Snapshots.Share, "probes"), nil, 0o600)) // where a folder would have to be
		}, "sharing", Warn, "--follow"},
		"a bucket that does not answer": {func(t *testing.T, cfg *config.Config, _ *Options) {
			gone := httptest.NewServer(http.NotFoundHandler())
			gone.Close()
			cfg.Snapshots.Share, cfg.Snapshots.S3 = "s3://council", config.S3{Endpoint: gone.URL, AccessID: "id", SecretKeyFile: "bucket.key"}
			must(t, os.WriteFile(cfg.Path(instance.Secrets, "bucket.key"), []byte("secret\n"), 0o600))
		}, "sharing", Fail, "snapshots.s3.endpoint"},
		"a bucket without its key": {func(_ *testing.T, cfg *config.Config, _ *Options) {
			cfg.Snapshots.Share, cfg.Snapshots.S3 = "s3://council", config.S3{Endpoint: "http://127.0.0.1:1", AccessID: "id", SecretKeyFile: "bucket.key"}
		}, "sharing", Fail, "snapshots.s3.secret_key_file"},
		"a bucket that may not be tidied": {inABucket(func(w http.ResponseWriter, r *http.Request, serve http.Handler) {
			if r.URL.Query().Has("uploads") {
				refuse(w, "AccessDenied")
				return
			}
			serve.ServeHTTP(w, r)
		}), "sharing", Warn, "s3:AbortMultipartUpload"},
		"a bucket of another time": {inABucket(func(w http.ResponseWriter, r *http.Request, serve http.Handler) {
			w.Header().Set("Date", time.Now().Add(16*time.Minute+30*time.Second).UTC().Format(http.TimeFormat))
			serve.ServeHTTP(w, r)
		}), "clock", Fail, "16 minutes behind that of s3://council"},
		"a bucket a minute behind": {inABucket(func(w http.ResponseWriter, r *http.Request, serve http.Handler) {
			w.Header().Set("Date", time.Now().Add(-time.Minute).UTC().Format(http.TimeFormat))
			serve.ServeHTTP(w, r)
		}), "clock", Warn, "seconds ahead of that of s3://council"},
		"a bucket that refuses the time of day": {inABucket(func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			refuse(w, "RequestTimeTooSkewed")
		}), "sharing", Fail, "set this machine's clock right"},
		"marts never published": {func(_ *testing.T, cfg *config.Config, _ *Options) {
			cfg.Publish.Parquet.Folder = "/srv/marts"
		}, "marts", Warn, "bellwether publish parquet"},
		"marts that fail": {func(t *testing.T, cfg *config.Config, _ *Options) {
			cfg.Publish.Parquet.Folder = "/srv/marts"
			must(t, opstate.DeliveryFailed(cfg.Dir, "parquet", instancetest.Noon))
		}, "marts", Fail, "what was published before"},
		"an open secret": {func(t *testing.T, cfg *config.Config, _ *Options) {
			must(t, os.Chmod(cfg.Path(instance.Secrets, instance.LandingKey), 0o644))
		}, "permissions", Fail, "chmod 600"},
		"an open folder":   {func(t *testing.T, cfg *config.Config, _ *Options) { must(t, os.Chmod(cfg.Path(instance.Audit), 0o755)) }, "permissions", Fail, "chmod 700"},
		"a missing folder": {func(t *testing.T, cfg *config.Config, _ *Options) { must(t, os.RemoveAll(cfg.Path(instance.Inbox))) }, "permissions", Fail, "is missing"},
		"a missing key": {func(t *testing.T, cfg *config.Config, _ *Options) {
			must(t, os.Remove(cfg.Path(instance.Secrets, instance.LandingKey)))
		}, "keys", Fail, "separate copy"},
		"another landing key": {func(t *testing.T, cfg *config.Config, _ *Options) {
			must(t, os.Remove(cfg.Path(instance.Secrets, instance.LandingKey)))
			must(t, instance.EnsureKeys(cfg.Dir))
		}, "keys", Fail, "does not open the newest landed file"},
		"another pseudonym key": {func(t *testing.T, cfg *config.Config, _ *Options) {
			path := cfg.Path(instance.Secrets, instance.PseudonymKey)
			must(t, os.Remove(path))
			_, err := pseudonym.Create(path)
			must(t, err)
		}, "keys", Fail, "would no longer be linked"},
		"no audit key": {func(t *testing.T, cfg *config.Config, _ *Options) {
			must(t, os.Remove(cfg.Path(instance.Secrets, instance.AuditKey)))
		}, "keys", Fail, "signing key is missing"},
		"an empty token": {func(t *testing.T, cfg *config.Config, _ *Options) {
			must(t, os.WriteFile(cfg.Path(instance.Secrets, instance.MetricsToken), []byte("\n"), 0o600))
		}, "keys", Fail, "makes a new one"},
		"a key past its life": {func(t *testing.T, cfg *config.Config, _ *Options) {
			old := instancetest.Noon.AddDate(-2, 0, 0)
			must(t, os.WriteFile(cfg.Path(instance.Secrets, instance.MetricsToken), []byte("token\n"), 0o600))
			must(t, os.Chtimes(cfg.Path(instance.Secrets, instance.MetricsToken), old, old))
		}, "keys", Warn, "Remove it and restart"},
		"a network without TLS": {func(_ *testing.T, cfg *config.Config, _ *Options) { cfg.Server.Listen = "0.0.0.0:8080" }, "certificates", Warn, "server.web_config"},
		"a clock that went back": {func(_ *testing.T, _ *config.Config, o *Options) {
			o.Now = func() time.Time { return instancetest.Noon.Add(-24 * time.Hour) }
		}, "clock", Fail, "in the future"},
		"a clock behind what was delivered": {func(t *testing.T, cfg *config.Config, o *Options) {
			must(t, errors.Join(os.RemoveAll(cfg.Path(instance.Snapshots)), os.RemoveAll(cfg.Path(opstate.Folder)), os.Mkdir(cfg.Path(instance.Snapshots), 0o700)))
			o.Now = func() time.Time { return instancetest.Noon.Add(-24 * time.Hour) }
		}, "clock", Fail, "the newest delivery in the manifest is of 1 Oct 2026 12:00, which is in the future"},
		"a clock without a server": {func(_ *testing.T, _ *config.Config, o *Options) {
			o.Synchronised = func() (bool, error) { return false, nil }
		}, "clock", Warn, "set-ntp"},
		"a machine that says nothing": {func(_ *testing.T, _ *config.Config, o *Options) {
			o.Synchronised = func() (bool, error) { return false, errors.New("no") }
		}, "clock", Warn, "timedatectl"},
		"a demonstration":     {func(_ *testing.T, cfg *config.Config, _ *Options) { cfg.AsOf = "2026-10-01" }, "configuration", Warn, "as_of"},
		"an unknown source":   {func(_ *testing.T, cfg *config.Config, _ *Options) { cfg.Sources["cqc"] = config.Source{} }, "configuration", Fail, "no such source"},
		"an unknown rule set": {func(_ *testing.T, cfg *config.Config, _ *Options) { cfg.Rules.Set = "nowhere.yml" }, "configuration", Fail, "rules.set"},
		"nothing published": {func(t *testing.T, cfg *config.Config, _ *Options) {
			must(t, os.RemoveAll(cfg.Path(instance.Snapshots)))
			must(t, os.Mkdir(cfg.Path(instance.Snapshots), 0o700))
		}, "snapshot", Warn, "bellwether run"},
		"a cut snapshot": {func(t *testing.T, cfg *config.Config, _ *Options) {
			all, err := warehouse.Snapshots(cfg.Path(instance.Snapshots))
			must(t, err)
			must(t, os.Truncate(all[0].Path, 1000))
		}, "snapshot", Fail, "bellwether verify"},
		"sources that never came": {func(*testing.T, *config.Config, *Options) {}, "sources", Warn, "never been delivered"},
		"no casework": {func(t *testing.T, cfg *config.Config, _ *Options) {
			must(t, os.Remove(cfg.Path(instance.Casework, instance.CaseworkStore)))
		}, "casework", Warn, "user add"},
		"damaged casework": {func(t *testing.T, cfg *config.Config, _ *Options) {
			for at := int64(4096); at < 4096+64; at++ {
				instancetest.Flip(t, cfg.Path(instance.Casework, instance.CaseworkStore), at)
			}
		}, "casework", Fail, "backup"},
		"an edited audit": {func(t *testing.T, cfg *config.Config, _ *Options) {
			instancetest.Flip(t, cfg.Path(instance.Audit, instance.AuditLog), 60)
		}, "audit", Fail, "evidence"},
		"faults of the engine": {func(t *testing.T, cfg *config.Config, _ *Options) {
			must(t, opstate.Faulted(cfg.Dir, instancetest.Noon))
		}, "engine", Warn, "bellwether verify"},
		"no right to give way": {func(_ *testing.T, _ *config.Config, o *Options) {
			o.GivesWay = func(int) error { return errors.New("operation not permitted") }
		}, "priority", Warn, "setpriority"},
		"never verified": {func(t *testing.T, cfg *config.Config, _ *Options) { must(t, os.RemoveAll(cfg.Path(opstate.Folder))) }, "verify", Warn, "never done"},
		"an old backup": {func(t *testing.T, cfg *config.Config, _ *Options) {
			must(t, opstate.BackedUp(cfg.Dir, opstate.Backup{At: instancetest.Noon.AddDate(0, 0, -3)}))
		}, "backup", Warn, "3 days ago"},
		"an old practice": {func(t *testing.T, cfg *config.Config, _ *Options) {
			must(t, opstate.Practised(cfg.Dir, opstate.RestoreTest{At: instancetest.Noon.AddDate(0, -3, 0)}))
		}, "restore", Warn, "--drill"},
		"a bad verification": {func(t *testing.T, cfg *config.Config, _ *Options) {
			must(t, opstate.Verified(cfg.Dir, opstate.Verification{At: instancetest.Noon, Problems: 3}))
		}, "verify", Fail, "3 problems"},
		"a damaged state": {func(t *testing.T, cfg *config.Config, _ *Options) {
			must(t, os.WriteFile(cfg.Path(opstate.Folder, "backup.json"), []byte("{"), 0o600))
		}, "state", Warn, "remove the file"},
		"left over builds": {func(t *testing.T, cfg *config.Config, _ *Options) {
			path := cfg.Path(instance.Temp, "build-1.duckdb")
			must(t, os.WriteFile(path, nil, 0o600))
			old := instancetest.Noon.AddDate(0, 0, -2)
			must(t, os.Chtimes(path, old, old))
		}, "leftovers", Warn, "1 unfinished builds"},
		"damaged snapshots kept": {func(t *testing.T, cfg *config.Config, _ *Options) {
			must(t, os.MkdirAll(cfg.Path(instance.Snapshots, "damaged"), 0o700))
			must(t, os.WriteFile(cfg.Path(instance.Snapshots, "damaged", "x"), nil, 0o600))
		}, "leftovers", Warn, "set aside"},
		"an ended certificate":    {certificate(-time.Hour), "certificates", Fail, "ended on"},
		"a certificate that ends": {certificate(10 * 24 * time.Hour), "certificates", Warn, "in 10 days"},
		"no certificate": {func(t *testing.T, cfg *config.Config, o *Options) {
			certificate(year)(t, cfg, o)
			must(t, os.WriteFile(cfg.Path("cert.pem"), []byte("nothing"), 0o600))
		}, "certificates", Fail, "holds no certificate"},
		"no web configuration": {func(_ *testing.T, cfg *config.Config, _ *Options) {
			cfg.Metrics.Business = config.Endpoint{Listen: "127.0.0.1:0", WebConfig: "nowhere.yml"}
		}, "certificates", Fail, "nowhere.yml"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := well(t)
			var opt Options
			opt.Now, opt.Free, opt.Synchronised = instancetest.Clock, func(string) (int64, error) { return 100 << 30, nil }, func() (bool, error) { return true, nil }
			c.spoil(t, &cfg, &opt)
			findings := examine(t, cfg, func(o *Options) {
				o.Now, o.Free, o.Synchronised, o.GivesWay = opt.Now, opt.Free, opt.Synchronised, opt.GivesWay
			})
			level, text := told(findings, c.check)
			if level != c.level || !strings.Contains(text, c.says) {
				t.Errorf("%s is %s: %q, want %s with %q", c.check, level, text, c.level, c.says)
			}
			if Worst(findings) != Fail && c.level == Fail {
				t.Errorf("the worst is %s", Worst(findings))
			}
		})
	}
}

// inABucket shares the snapshots in a bucket of which something is wrong.
func inABucket(wrong func(http.ResponseWriter, *http.Request, http.Handler)) func(*testing.T, *config.Config, *Options) {
	return func(t *testing.T, cfg *config.Config, _ *Options) {
		t.Helper()
		backend := s3mem.New()
		must(t, backend.CreateBucket("council"))
		serve := gofakes3.New(backend).Server()
		store := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { wrong(w, r, serve) }))
		t.Cleanup(store.Close)
		cfg.Snapshots.Share, cfg.Snapshots.S3 = "s3://council", config.S3{Endpoint: store.URL, Region: "eu-west-2", AccessID: "id", SecretKeyFile: "bucket.key"}
		must(t, os.WriteFile(cfg.Path(instance.Secrets, "bucket.key"), []byte("secret\n"), 0o600))
	}
}

func refuse(w http.ResponseWriter, code string) {
	w.WriteHeader(http.StatusForbidden)
	fmt.Fprintf(w, "<Error><Code>%s</Code></Error>", code)
}

func TestABucketThatIsWell(t *testing.T) {
	cfg := well(t)
	inABucket(func(w http.ResponseWriter, r *http.Request, serve http.Handler) { serve.ServeHTTP(w, r) })(t, &cfg, nil)
	var agrees bool
	for _, f := range examine(t, cfg) {
		if (f.Check == "sharing" || f.Check == "clock") && f.Level != OK {
			t.Errorf("%+v", f)
		}
		agrees = agrees || strings.Contains(f.Says, "agrees with that of s3://council")
	}
	if !agrees {
		t.Error("nothing is said of the bucket's clock")
	}
}

func TestAGoodCertificate(t *testing.T) {
	cfg := well(t)
	var opt Options
	certificate(200*24*time.Hour)(t, &cfg, &opt)
	for _, f := range examine(t, cfg) {
		if f.Check == "certificates" && (f.Level != OK || !strings.Contains(f.Says, "is good until 19 Apr 2027")) {
			t.Errorf("%+v", f)
		}
	}
}

// certificate gives the operational metrics a certificate with so long left.
func certificate(left time.Duration) func(*testing.T, *config.Config, *Options) {
	return func(t *testing.T, cfg *config.Config, _ *Options) {
		t.Helper()
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		must(t, err)
		tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: instancetest.Noon.AddDate(-1, 0, 0), NotAfter: instancetest.Noon.Add(left)}
		der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
		must(t, err)
		must(t, os.WriteFile(cfg.Path("cert.pem"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
		must(t, os.WriteFile(cfg.Path("web.yml"), []byte("tls_server_config: {cert_file: cert.pem, key_file: key.pem}\n"), 0o600))
		cfg.Metrics.Operational = config.Endpoint{Listen: "127.0.0.1:0", WebConfig: "web.yml"}
	}
}

func TestAgo(t *testing.T) {
	for d, want := range map[time.Duration]string{45 * time.Second: "45 seconds", 5 * time.Minute: "5 minutes", 3 * time.Hour: "3 hours", 49 * time.Hour: "2 days", 400 * 24 * time.Hour: "400 days"} {
		if got := ago(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
}

func TestTheRealMachineAnswers(t *testing.T) {
	if n, err := free(t.TempDir()); err != nil || n <= 0 {
		t.Errorf("%d, %v", n, err)
	}
	if _, err := synchronised(); err != nil {
		t.Log("the machine does not say whether its clock is set:", err)
	}
	if _, err := Examine(t.Context(), Options{Config: well(t), Now: instancetest.Clock}); err != nil {
		t.Error(fmt.Errorf("on the real machine: %w", err))
	}
	if _, err := firstEnd(filepath.Join(t.TempDir(), "nowhere")); err == nil {
		t.Error("a certificate that is not there has an end")
	}
}
