package dashboard

import (
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"
)

// TestMain closes the shared county and then looks for goroutines that a server or a session left behind.
func TestMain(m *testing.M) {
	code := m.Run()
	if shared.wall != nil {
		_ = shared.wall.Close()
	}
	if shared.db != nil {
		_ = shared.db.Close()
	}
	if code == 0 {
		if err := goleak.Find(goleak.IgnoreTopFunction("net/http.(*persistConn).readLoop"), goleak.IgnoreTopFunction("net/http.(*persistConn).writeLoop")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}
