package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// place writes a configuration and gives its folder.
func place(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, FileName), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestEverySettingIsReachedThreeWays sets each setting by file, by flag and by environment; all three must read alike.
func TestEverySettingIsReachedThreeWays(t *testing.T) {
	all, err := Settings()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		key := strings.ReplaceAll(s.Key, "."+each+".", ".complaints.")
		if strings.Contains(key, ".api.") {
			key = strings.ReplaceAll(key, "complaints", "cqc_api")
		}
		value, needs := example(key)
		flags, err := FromFlags(without(needs, key, value))
		if err != nil {
			t.Fatal(err)
		}
		var environ []string
		for _, pair := range without(needs, key, value) {
			k, v, _ := strings.Cut(pair, "=")
			environ = append(environ, EnvName(k)+"="+v)
		}
		env, err := FromEnviron(environ, []string{"complaints", "cqc_api"})
		if err != nil || len(env) != len(environ) {
			t.Errorf("%s: %d of %d variables were read, %v", key, len(env), len(environ), err)
			continue
		}
		byFlag, errFlag := LoadWith(place(t, ""), flags)
		byEnv, errEnv := LoadWith(place(t, ""), env)
		if given(byFlag, key) != given(byEnv, key) || given(byFlag, key) == "" {
			t.Errorf("%s: %q by flag (%v), %q by environment (%v)", key, given(byFlag, key), errFlag, given(byEnv, key), errEnv)
		}
	}
}

// example gives a value that a setting takes, and what it needs beside it.
func example(key string) (value string, needs []string) {
	switch name := key[strings.LastIndex(key, ".")+1:]; {
	case strings.Contains(key, ".api.") && name == "full_every_days":
		return "7", []string{"sources.cqc_api.api.key_file=secrets/k"}
	case strings.Contains(key, ".api.") && name == "areas":
		return "Larkshire, Elsewhere", []string{"sources.cqc_api.api.key_file=secrets/k"}
	case strings.Contains(key, ".api.") && name != "key_file":
		return "words", []string{"sources.cqc_api.api.key_file=secrets/k"}
	case name == "issuer":
		return "https://other.example", []string{"server.public_url=https://b.example", "sign_in.oidc.client_id=b", "sign_in.oidc.roles={panel: qsig_member}"}
	case strings.HasPrefix(key, "sign_in.oidc.") && name != "roles":
		return "words", []string{"server.public_url=https://b.example", "sign_in.oidc.issuer=https://id.example", "sign_in.oidc.client_id=b", "sign_in.oidc.roles={panel: qsig_member}"}
	case key == "server.trusted_proxies":
		return "127.0.0.1, 10.1.0.0/16", nil
	case key == "runs.nice":
		return "15", nil
	case key == "areas" || name == "areas":
		return "Larkshire, Elsewhere", nil
	case key == "as_of":
		return "2026-03-14", nil
	case key == "casework.postgres.lease" || key == "snapshots.every":
		return "7s", nil
	case name == "recipients":
		return "{qsig_member: [a@council.example]}", nil
	case name == "hour", name == "port":
		return "7", nil
	case name == "listen":
		return "127.0.0.1:9999", nil
	case name == "public_url":
		return "https://bellwether.example", nil
	case name == "second_factor":
		return "required", nil
	case name == "roles":
		return "{panel: qsig_member}", []string{"server.public_url=https://b.example", "sign_in.oidc.issuer=https://id.example", "sign_in.oidc.client_id=b"}
	case name == "export_rows_per_day":
		return "1000", nil
	case name == "session_idle":
		return "20m", nil
	case name == "session_absolute", name == "every":
		return "10h", nil
	case strings.HasPrefix(name, "max_"), strings.HasPrefix(name, "keep"), name == "threads", strings.HasSuffix(name, "_days"):
		return "7", nil
	case key == "publish.parquet.folder", key == "warehouse.extensions":
		return "/srv/marts", nil
	case key == "publish.ducklake.catalogue":
		return "postgres://b@db.example/lake", []string{"publish.ducklake.data=/srv/lake"}
	case name == "path_style":
		return "true", nil
	case name == "memory_mib":
		return "512", nil
	case name == "local", name == "enabled", name == "install_extensions":
		return "true", nil
	}
	return "words.yml", nil
}

// without gives what a setting needs beside it, and the setting last; what it needs is not itself.
func without(needs []string, key, value string) []string {
	out := slices.DeleteFunc(slices.Clone(needs), func(n string) bool { return strings.HasPrefix(n, key+"=") })
	return append(out, key+"="+value)
}

func given(c Config, key string) string {
	for _, g := range c.Given() {
		if g[0] == key {
			return g[1]
		}
	}
	return ""
}

func TestFlagsWinOverEnvironmentAndFile(t *testing.T) {
	dir := place(t, "server: {listen: \"127.0.0.1:1000\", session_idle: 5m}\nsources: {complaints: {every: 3h, expected_days: 9}}\n")
	env, err := FromEnviron([]string{"BELLWETHER_SERVER_LISTEN=127.0.0.1:2000", "BELLWETHER_SOURCES_COMPLAINTS_EVERY=4h", "HOME=/root", "BELLWETHER_DIR=x"}, []string{"complaints"})
	if err != nil {
		t.Fatal(err)
	}
	flags, err := FromFlags([]string{"server.listen=127.0.0.1:3000", "areas=Larkshire"})
	if err != nil {
		t.Fatal(err)
	}
	c, err := LoadWith(dir, append(env, flags...))
	if err != nil {
		t.Fatal(err)
	}
	s := c.Sources["complaints"]
	if c.Server.Listen != "127.0.0.1:3000" || c.Server.SessionIdle != 5*time.Minute || s.Every != 4*time.Hour || s.Expected != 9 || !slices.Equal(c.Areas, []string{"Larkshire"}) {
		t.Errorf("%+v", c)
	}
}

func TestWhatIsNoSettingIsNamed(t *testing.T) {
	dir := place(t, "")
	for _, c := range []struct{ flag, env, want string }{
		{flag: "server.listn=x", want: "--setting: server.listn: is not a setting"},
		{flag: "server=x", want: "is a section"},
		{flag: "sources.complaints=x", want: "is a section"},
		{flag: "warehouse.threads=two", want: `"two" does not read as a number`},
		{flag: "server.session_idle=soon", want: "does not read as a duration, such as 15m"},
		{flag: "sign_in.local=perhaps", want: "true or false"},
		{flag: "warehouse.threads=0", want: "with --setting: warehouse.threads: must be between"},
		{flag: "nonsense", want: "is not KEY=VALUE"},
		{env: "BELLWETHER_SERVER_LISTN=x", want: "environment: BELLWETHER_SERVER_LISTN: is not a setting"},
		{env: "BELLWETHER_WAREHOUSE_MEMORY_MIB=1", want: "with BELLWETHER_WAREHOUSE_MEMORY_MIB: warehouse.memory_mib"},
	} {
		var over []Override
		var err error
		if c.env != "" {
			over, err = FromEnviron([]string{c.env}, nil)
		} else {
			over, err = FromFlags([]string{c.flag})
		}
		if err == nil {
			_, err = LoadWith(dir, over)
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s%s: %v, want %q", c.flag, c.env, err, c.want)
		}
	}
}
