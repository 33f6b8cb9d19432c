package retention

import (
	"os"
	"testing"

	"bellwether/internal/instancetest"
)

func TestMain(m *testing.M) { os.Exit(instancetest.Main(m)) }
