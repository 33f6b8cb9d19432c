package instance

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bellwether/internal/config"
)

var update = flag.Bool("update", false, "write docs/trust/keys.md anew")

const keysPage = "../../docs/trust/keys.md"

// everyKey names a file wherever the configuration takes one.
const everyKey = `
warehouse: {encryption_key_file: warehouse.key, extensions: /opt/extensions}
server: {public_url: https://b.example}
sign_in: {oidc: {issuer: https://login.example, client_id: b, client_secret_file: oidc.secret, roles: {a: auditor}}}
webhook: {url: https://hook.example, secret_file: webhook.key}
digest: {recipients: {qsig_member: [a@b.example]}, smtp: {host: mail.example, from: b@b.example, username: b, password_file: mail.secret}}
casework: {postgres: {url: postgres://b@db.example/b, password_file: casework.secret}}
publish: {ducklake: {catalogue: postgres://b@db.example/lake, password_file: lake.secret, data: "s3://lake/p", s3: {region: eu-west-2, access_id: x, secret_key_file: lake-bucket.key}}}
snapshots: {share: "s3://shared/p", s3: {endpoint: https://s3.example, region: eu-west-2, access_id: x, secret_key_file: share-bucket.key}}
tracing: {url: https://traces.example, token_file: traces.token}
metrics: {listed_providers: [1-101]}
sources: {cqc_api: {api: {key_file: secrets/cqc-api.key}}}
`

// TestTheInventoryOfKeys: every file that the configuration can name as a secret is in the list with what it is for and when it ends, and
// the page for the council is made from it.
func TestTheInventoryOfKeys(t *testing.T) {
	cfg, err := config.Parse("test", []byte(everyKey))
	if err != nil {
		t.Fatal(err)
	}
	keys := Keys(cfg)
	listed := map[string]bool{}
	var page strings.Builder
	page.WriteString(keysHead)
	for _, k := range keys {
		if listed[k.File] || k.File == "" || k.Protects == "" || k.Algorithm == "" || k.Never == "" || k.Made == "" || k.Change == "" {
			t.Errorf("%+v", k)
		}
		listed[k.File] = true
		life := "with what it protects"
		if k.Life > 0 {
			life = fmt.Sprintf("%d days", int(k.Life.Hours()/24))
		}
		fmt.Fprintf(&page, "| `%s` | %s | %s | %s. | %s | %s | %s |\n", k.File, k.Protects, k.Algorithm, k.Never, k.Made, life, k.Change)
	}
	for _, line := range strings.Split(everyKey, "\n") {
		for _, word := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune("{}, \"", r) }) {
			if strings.HasSuffix(word, ".key") || strings.HasSuffix(word, ".secret") || strings.HasSuffix(word, ".token") {
				if !listed[word] && !listed[Secrets+"/"+word] {
					t.Errorf("%s is named by the configuration and isn't in the inventory", word)
				}
			}
		}
	}
	if few := Keys(config.Default()); len(few) != 5 {
		t.Errorf("a plain instance has %d keys", len(few))
	}
	page.WriteString(keysFoot)
	if *update {
		if err := os.WriteFile(keysPage, []byte(page.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	src, err := os.ReadFile(keysPage)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(src), page.String()); diff != "" {
		t.Errorf("docs/trust/keys.md is not current (go test ./internal/instance -update writes it):\n%s", diff)
	}
}

const keysHead = `# Keys and secrets

Made from the code (` + "`internal/instance`" + `). ` + "`bellwether doctor`" + ` counts those that an instance has, tries them, and warns of each whose life has ended, by the
day that its file was written. All lie in files that only the service's user may read; none stands in the configuration, the environment's
reports, a log, an address or an error. Each belongs to one instance and one purpose.

A key is made by the system's random source (` + "`crypto/rand`" + `), kept in ` + "`secrets/`" + ` apart from what it protects, copied with ` + "`backup --secrets`" + `
to a place of its own, replaced at the end of its life or when it may have been seen, and destroyed by removing its file and the copies.

| file | protects | with | limits | made by | life | how it is replaced |
|---|---|---|---|---|---|---|
`

const keysFoot = `
Certificates are named by a web configuration (` + "`server.web_config`, `metrics.*.web_config`" + `); ` + "`doctor`" + ` warns thirty days before one ends.

Beside these the program uses, without a key of its own: argon2id for passwords (64 MiB, three passes, RFC 9106), SHA-256 for the names of
sessions, links and loads, for the audit's chain and for content hashes, AES-256 with a password of six drawn words for papers
(PDF 2.0, revision 6), and SHA-1 in two places where a format of others wants it: codes of authenticators (RFC 6238, as an HMAC) and
public lists of leaked passwords. Nothing here is yet signed or sealed by an algorithm that withstands quantum computers; Go's TLS agrees on
keys by X25519 with ML-KEM-768 where the other side can.
`
