package instance

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"bellwether/internal/config"
)

// References gives the opaque reference of each provider on the allow-list of metrics: the first twelve hex digits of an HMAC-SHA-256 of
// its id under a key of this instance alone, so that nobody who reads a time series can work out whose it is, not even by trying every id
// of the public register. The key is made when the list is first used. An instance without a list has no key and no references.
func References(cfg config.Config) (map[string]string, error) {
	if len(cfg.Metrics.ListedProviders) == 0 {
		return nil, nil
	}
	key, _, err := EnsureToken(cfg.Path(Secrets, ReferenceKey))
	if err != nil {
		return nil, fmt.Errorf("the key of the metrics' references: %w", err)
	}
	out := make(map[string]string, len(cfg.Metrics.ListedProviders))
	for _, id := range cfg.Metrics.ListedProviders {
		mac := hmac.New(sha256.New, []byte(key))
		mac.Write([]byte("provider\x00" + id))
		out[id] = hex.EncodeToString(mac.Sum(nil))[:12]
	}
	return out, nil
}
