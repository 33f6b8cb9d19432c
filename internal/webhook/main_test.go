package webhook

import (
	"testing"

	"go.uber.org/goleak"
)

// Whatever a test starts has ended when the tests have.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
