package relational

import (
	"testing"
	"time"

	"bellwether/casework/store/storetest"
)

func TestTimeText(t *testing.T) {
	for _, in := range []time.Time{{}, storetest.Start, time.Unix(0, 0)} {
		text := ""
		if !in.IsZero() {
			text = Time(in)
		}
		got, err := ParseTime(text)
		if err != nil || !got.Equal(in) {
			t.Errorf("%v came back as %v, %v", in, got, err)
		}
	}
	if _, err := ParseTime("yesterday"); err == nil {
		t.Error("ParseTime accepted a word")
	}
}
