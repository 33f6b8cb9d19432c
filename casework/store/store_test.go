package store

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestCheckAppend(t *testing.T) {
	at := time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC)
	good := NewEvent{Type: "acknowledged", At: at, Actor: "u1", Data: json.RawMessage(`{}`)}
	with := func(change func(*NewEvent)) []NewEvent {
		e := good
		change(&e)
		return []NewEvent{good, e}
	}
	tests := []struct {
		name     string
		stream   string
		expected int64
		events   []NewEvent
		want     string // field named by the error, "" for none
	}{
		{"good", "review/f1", 0, []NewEvent{good}, ""},
		{"no stream", "", 0, []NewEvent{good}, "stream"},
		{"space in stream", "review/f 1", 0, []NewEvent{good}, "stream"},
		{"line break in stream", "review/f\n1", 0, []NewEvent{good}, "stream"},
		{"letters beyond ASCII", "review/é", 0, []NewEvent{good}, "stream"},
		{"stream at the limit", strings.Repeat("s", MaxStreamLength), 0, []NewEvent{good}, ""},
		{"stream above the limit", strings.Repeat("s", MaxStreamLength+1), 0, []NewEvent{good}, "stream"},
		{"negative version", "s", -1, []NewEvent{good}, "expected version"},
		{"no events", "s", 0, nil, "events"},
		{"too many events", "s", 0, make([]NewEvent, MaxBatch+1), "events"},
		{"no type", "s", 0, with(func(e *NewEvent) { e.Type = "" }), "event 2: type"},
		{"no actor", "s", 0, with(func(e *NewEvent) { e.Actor = "" }), "event 2: actor"},
		{"no time", "s", 0, with(func(e *NewEvent) { e.At = time.Time{} }), "event 2: time"},
		{"year 1", "s", 0, with(func(e *NewEvent) { e.At = time.Date(1, 2, 2, 0, 0, 0, 0, time.UTC) }), "event 2: time"},
		{"not JSON", "s", 0, with(func(e *NewEvent) { e.Data = json.RawMessage(`{`) }), "event 2: data"},
		{"no data", "s", 0, with(func(e *NewEvent) { e.Data = nil }), "event 2: data"},
		{"large data", "s", 0, with(func(e *NewEvent) {
			e.Data = json.RawMessage(`"` + strings.Repeat("x", MaxDataBytes) + `"`)
		}), "event 2: data"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := CheckAppend(tt.stream, tt.expected, tt.events)
			if tt.want == "" {
				if err != nil {
					t.Fatalf("CheckAppend() = %v, want no error", err)
				}
				return
			}
			var invalid *InvalidError
			if !errors.As(err, &invalid) {
				t.Fatalf("CheckAppend() = %v, want an *InvalidError", err)
			}
			if invalid.Field != tt.want {
				t.Errorf("field = %q, want %q", invalid.Field, tt.want)
			}
		})
	}
}

func TestErrorsNeverShowValues(t *testing.T) {
	secret := "Margaret\nHopkins"
	err := CheckAppend("s", 0, []NewEvent{{Type: secret, Actor: secret, At: time.Unix(1, 0), Data: json.RawMessage(secret)}})
	if err == nil || strings.Contains(err.Error(), "Margaret") {
		t.Errorf("error shows a value that was passed in: %v", err)
	}
}

func TestConflictNamesBothVersions(t *testing.T) {
	err := &ConflictError{Stream: "review/f1", Expected: 2, Actual: 4}
	for _, want := range []string{"review/f1", "version 4", "not 2", "read it again"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not mention %q", err, want)
		}
	}
}
