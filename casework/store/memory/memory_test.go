package memory_test

import (
	"testing"

	"bellwether/casework/store"
	"bellwether/casework/store/memory"
	"bellwether/casework/store/storetest"
)

func TestConformance(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store { return memory.New() })
}
