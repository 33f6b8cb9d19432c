//go:build browser

package browsertest

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Complaints collects everything that the browser complains about from here on: errors and warnings of scripts, broken promises of the
// content policy, answers that are errors. Each call of what it gives back takes those since the last.
func Complaints(t testing.TB, ctx context.Context) (take func() []string) {
	t.Helper()
	var mu sync.Mutex
	var said []string
	err := chromedp.Listen(ctx, func(ev any) {
		mu.Lock()
		defer mu.Unlock()
		switch e := ev.(type) {
		case *runtime.EventConsoleAPICalled:
			if e.Type == "error" || e.Type == "warning" {
				line := "console " + string(e.Type) + ":"
				for _, a := range e.Args {
					line += " " + string(a.Value) + a.Description
				}
				said = append(said, line)
			}
		case *runtime.EventExceptionThrown:
			said = append(said, fmt.Sprintf("exception: %+v", *e.ExceptionDetails))
		case *log.EventEntryAdded:
			if e.Entry.Level == "error" || e.Entry.Source == "security" {
				said = append(said, fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL))
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		out := said
		said = nil
		return out
	}
}
