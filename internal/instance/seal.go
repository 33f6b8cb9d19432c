package instance

import "crypto/sha256"

// EnsureSeal reads the key that seals the secrets of second factors, making it on first use.
func EnsureSeal(path string) ([]byte, error) {
	text, _, err := EnsureToken(path)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte("bellwether second factor\x00" + text))
	return sum[:], nil
}
