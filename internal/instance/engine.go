package instance

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"

	"bellwether/internal/config"
	"bellwether/internal/warehouse"
)

// keyBytes is the length of the key with which the engine encrypts files.
const keyBytes = 32

// Limits are what the configuration lets one handle of the engine use, and how its files are encrypted.
func Limits(cfg config.Config) warehouse.Limits {
	return warehouse.Limits{MemoryMiB: cfg.Warehouse.MemoryMiB, Threads: cfg.Warehouse.Threads, TempDir: cfg.Path(Temp), Vault: Vault(cfg)}
}

// SmallLimits are for a short look beside the work proper.
func SmallLimits(cfg config.Config) warehouse.Limits {
	lim := Limits(cfg)
	lim.MemoryMiB, lim.Threads = min(lim.MemoryMiB, 256), 1
	return lim
}

// Extensions says where the configuration has the engine's extensions come from.
func Extensions(cfg config.Config) warehouse.Extensions {
	return warehouse.Extensions{Folder: cfg.Warehouse.Extensions, Install: cfg.Warehouse.InstallExtensions}
}

// Vault says how the instance's warehouse files are encrypted; without a key's file they are plain.
func Vault(cfg config.Config) warehouse.Vault {
	v := warehouse.Vault{Extensions: Extensions(cfg)}
	if cfg.Warehouse.EncryptionKeyFile != "" {
		v.Key = func() (string, error) { return WarehouseKey(cfg) }
	}
	return v
}

// WarehouseKey reads the key of the warehouse files.
func WarehouseKey(cfg config.Config) (string, error) {
	return ReadWarehouseKey(cfg.Path(Secrets, cfg.Warehouse.EncryptionKeyFile))
}

// ReadWarehouseKey reads such a key from wherever it lies.
func ReadWarehouseKey(path string) (string, error) {
	key, err := ReadSecret(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("the key of the warehouse files, %s, is missing: put it back from your separate copy of the secrets folder; for an instance that has no encrypted file yet make one: (umask 077; openssl rand -base64 32 > %s)", path, path)
	}
	if err != nil {
		return "", err
	}
	if raw, err := base64.StdEncoding.DecodeString(key); err != nil || len(raw) != keyBytes {
		return "", fmt.Errorf("%s must hold %d random bytes in base64, as `openssl rand -base64 %d` writes them", path, keyBytes, keyBytes)
	}
	return key, nil
}
