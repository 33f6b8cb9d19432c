package instance

import (
	"path/filepath"
	"time"

	"bellwether/internal/config"
)

// Key is one secret of an instance: what it is for, and for how long.
type Key struct {
	// File is where it lies, in the instance folder unless the path is whole.
	File string
	// What it protects and with what, and what it must never be used for.
	Protects, Algorithm, Never string
	// Who makes it.
	Made string
	// Life is after how long it is to be replaced; 0 for one that lives as long as what it protects.
	Life time.Duration
	// Change says how it is replaced, or why it isn't.
	Change string
}

const (
	quarter = 92 * 24 * time.Hour
	year    = 366 * 24 * time.Hour
)

// Keys is the inventory of an instance: those that every instance has, and those that its configuration names.
func Keys(cfg config.Config) []Key {
	in := func(name string) string { return filepath.Join(Secrets, name) }
	all := []Key{
		{File: in(PseudonymKey), Protects: "people: who is behind a pseudonym", Algorithm: "HMAC-SHA-256, a key of 256 bits for each domain", Never: "Never leaves the machine with the warehouse or its backups", Made: "`bellwether init`", Change: "Lives as long as the warehouse: under another key nobody's earlier records would be linked. If it may have been seen, `docs/operations.md`, When something is wrong"},
		{File: in(LandingKey), Protects: "delivered files at rest", Algorithm: "age (X25519, ChaCha20-Poly1305), a key of its own for each file under it", Never: "Opens no file of another instance", Made: "`bellwether init`", Change: "Lives as long as the landed files, which no other key opens; a file's own key goes with it"},
		{File: in(AuditKey), Protects: "the audit's checkpoints", Algorithm: "Ed25519", Never: "Signs nothing else", Made: "the first entry", Change: "Lives as long as the audit: earlier checkpoints are held against it"},
		{File: in(SecondKey), Protects: "the secrets of second factors", Algorithm: "AES-256-GCM", Never: "Seals nothing else", Made: "the first start", Change: "Lives as long as the accounts: with another key everybody sets a second factor up again (`bellwether user drop-second-factor`)"},
		{File: in(MetricsToken), Protects: "the metrics", Algorithm: "192 random bits, compared by their SHA-256", Never: "Opens no page", Made: "the first start", Life: year, Change: "Remove it and restart; give the new one to Prometheus"},
	}
	if len(cfg.Metrics.ListedProviders) > 0 {
		all = append(all, Key{File: in(ReferenceKey), Protects: "the references of listed providers in metrics", Algorithm: "192 random bits, the key of an HMAC-SHA-256", Never: "Opens nothing; whoever has it can work out which provider a reference stands for",
			Made: "the first start with metrics.listed_providers set", Change: "Remove it and restart: every listed provider gets another reference"})
	}
	named := func(file string, k Key) {
		if file != "" {
			k.File = file
			all = append(all, k)
		}
	}
	secret := func(name string) string {
		if name == "" {
			return ""
		}
		return in(name)
	}
	if f := cfg.Warehouse.EncryptionKeyFile; f != "" {
		named(in(f), Key{Protects: "raw file, builds and snapshots at rest", Algorithm: "AES-256-GCM, by the engine", Never: "Opens no backup of another instance", Made: "the operator", Life: 3 * year, Change: "`docs/security.md`, Encryption at rest"})
	}
	if o := cfg.SignIn.OIDC; o != nil {
		named(secret(o.SecretFile), Key{Protects: "Bellwether towards the identity provider", Algorithm: "the provider's", Never: "Is used for nothing else", Made: "the identity provider", Life: year, Change: "Replace the file and restart"})
	}
	named(secret(cfg.Webhook.SecretFile), Key{Protects: "messages of the webhook", Algorithm: "HMAC-SHA-256", Never: "Is shared with the receiver alone", Made: "the operator", Life: year, Change: "`docs/operations.md`, Webhook"})
	named(secret(cfg.Digest.SMTP.PasswordFile), Key{Protects: "Bellwether towards the mail server", Algorithm: "the server's", Never: "Is used for nothing else", Made: "the mail server", Life: year, Change: "Replace the file and restart"})
	named(secret(cfg.Casework.Postgres.PasswordFile), Key{Protects: "the casework database", Algorithm: "SCRAM-SHA-256", Never: "Belongs to a user of that database alone", Made: "the database's keeper", Life: year, Change: "Change it in the database, replace the file and restart"})
	named(secret(cfg.Publish.DuckLake.PasswordFile), Key{Protects: "the catalogue of the published lake", Algorithm: "SCRAM-SHA-256", Never: "Belongs to a user of that database alone", Made: "the database's keeper", Life: year, Change: "Change it in the database, replace the file and restart"})
	named(secret(cfg.Publish.DuckLake.S3.SecretKeyFile), Key{Protects: "the bucket of the published lake", Algorithm: "HMAC-SHA-256 (SigV4)", Never: "Opens that bucket alone", Made: "the bucket's service", Life: quarter, Change: "Make another there, replace the file and restart"})
	named(secret(cfg.Snapshots.S3.SecretKeyFile), Key{Protects: "the bucket of shared snapshots", Algorithm: "HMAC-SHA-256 (SigV4)", Never: "Opens that bucket alone", Made: "the bucket's service", Life: quarter, Change: "Make another there, replace the file and restart"})
	named(secret(cfg.Tracing.TokenFile), Key{Protects: "Bellwether towards the collector of traces", Algorithm: "a bearer token over TLS", Never: "Is used for nothing else", Made: "the collector's keeper", Life: year, Change: "Replace the file and restart"})
	if api := cfg.Sources["cqc_api"].API; api != nil {
		named(api.KeyFile, Key{Protects: "the subscription to the register's API", Algorithm: "a key in a header, over TLS", Never: "Is used for nothing else", Made: "the Care Quality Commission", Life: year, Change: "Make another in the Commission's portal and replace the file"})
	}
	return all
}

// Path is where a key lies.
func (k Key) Path(cfg config.Config) string {
	if filepath.IsAbs(k.File) {
		return k.File
	}
	return cfg.Path(k.File)
}
