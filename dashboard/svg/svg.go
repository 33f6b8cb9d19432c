// Package svg draws a chart's option on the server, with the same ECharts that browsers run, for pages without scripts, for print and for
// papers.
//
// The option is data: colours are names and formatters are names, resolved here from the style sheet's light theme. A drawing holds no
// script and no outside reference, and the same option gives the same bytes.
package svg

import (
	"container/list"
	"context"
	"crypto/sha256"
	_ "embed"
	"errors"
	"fmt"
	"html"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/dop251/goja"
)

// ErrBusy says that too many drawings wait already.
var ErrBusy = errors.New("svg: too many charts are being drawn; try again in a moment")

//go:embed draw.js
var drawJS string

// Limits of one drawing and of what is kept.
const (
	Timeout     = 8 * time.Second
	MaxOption   = 4 << 20
	atOnce      = 2
	keepPieces  = 64
	keepBytes   = 16 << 20
	maxPictures = 4 << 20
)

// Picture is what to draw.
type Picture struct {
	// Option is the chart's option as JSON.
	Option string
	// Title and Description are read to those who can't see the drawing.
	Title, Description string
	Width, Height      int
}

// Renderer draws and remembers drawings.
type Renderer struct {
	echarts, draw *goja.Program
	colours       map[string]string
	slots         chan struct{}

	mu    sync.Mutex
	order *list.List
	kept  map[[32]byte]*list.Element
	bytes int
}

type piece struct {
	key [32]byte
	svg []byte
}

// New compiles the script once. css is the style sheet whose first values of the tokens are the light theme's.
func New(echarts, css []byte) (*Renderer, error) {
	e, err := goja.Compile("echarts.min.js", string(echarts), false)
	if err != nil {
		return nil, fmt.Errorf("svg: the chart library can't be compiled: %w", err)
	}
	d, err := goja.Compile("draw.js", drawJS, true)
	if err != nil {
		return nil, fmt.Errorf("svg: the drawing script can't be compiled: %w", err)
	}
	return &Renderer{echarts: e, draw: d, colours: Tokens(css), slots: make(chan struct{}, atOnce), order: list.New(), kept: map[[32]byte]*list.Element{}}, nil
}

var token = regexp.MustCompile(`--bw-([a-z0-9-]+):(#[0-9A-Fa-f]{3,8})`)

// Tokens reads the first value of every colour token of a style sheet.
func Tokens(css []byte) map[string]string {
	out := map[string]string{}
	for _, m := range token.FindAllSubmatch(css, -1) {
		if _, had := out[string(m[1])]; !had {
			out[string(m[1])] = string(m[2])
		}
	}
	return out
}

// Draw gives the picture as SVG. At most two are drawn at a time; one that takes longer than [Timeout] is stopped.
func (r *Renderer) Draw(ctx context.Context, p Picture) ([]byte, error) {
	if len(p.Option) > MaxOption || p.Width < 50 || p.Height < 50 || p.Width > 4000 || p.Height > 4000 {
		return nil, fmt.Errorf("svg: a picture of %d by %d from %d bytes is outside what is drawn", p.Width, p.Height, len(p.Option))
	}
	key := sha256.Sum256(fmt.Appendf(nil, "%d\x00%d\x00%s\x00%s\x00%s", p.Width, p.Height, p.Title, p.Description, p.Option))
	if svg, ok := r.remembered(key); ok {
		return svg, nil
	}
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	select {
	case r.slots <- struct{}{}:
		defer func() { <-r.slots }()
	case <-ctx.Done():
		return nil, ErrBusy
	}
	body, err := r.run(ctx, p)
	if err != nil {
		return nil, err
	}
	out, err := finish(body, p)
	if err != nil {
		return nil, err
	}
	r.remember(key, out)
	return out, nil
}

// run draws in an engine of its own: nothing that one option leaves behind can reach the next.
func (r *Renderer) run(ctx context.Context, p Picture) (string, error) {
	vm := goja.New()
	vm.SetMaxCallStackSize(2000)
	stop := context.AfterFunc(ctx, func() { vm.Interrupt("timeout") })
	defer stop()
	if _, err := vm.RunString("var window = undefined, setTimeout = function () { return 0; }, clearTimeout = function () {}, console = { log() {}, warn() {}, error() {} };"); err != nil {
		return "", fmt.Errorf("svg: preparing the engine: %w", err)
	}
	if _, err := vm.RunProgram(r.echarts); err != nil {
		return "", fmt.Errorf("svg: loading the chart library: %w", err)
	}
	draw, err := vm.RunProgram(r.draw)
	if err != nil {
		return "", fmt.Errorf("svg: loading the drawing script: %w", err)
	}
	call, ok := goja.AssertFunction(draw)
	if !ok {
		return "", errors.New("svg: the drawing script gives no function")
	}
	v, err := call(goja.Undefined(), vm.ToValue(p.Option), vm.ToValue(r.colours), vm.ToValue(p.Width), vm.ToValue(p.Height))
	var stopped *goja.InterruptedError
	switch {
	case errors.As(err, &stopped):
		return "", fmt.Errorf("svg: the chart took longer than %s", Timeout)
	case err != nil:
		// The engine's words may hold a part of the option.
		return "", errors.New("svg: the chart library refused the option")
	}
	return v.String(), nil
}

var (
	zrender = regexp.MustCompile(`zr\d+-`)
	active  = regexp.MustCompile(`(?i)<script|<foreignobject|javascript:|\son[a-z]+\s*=|<image|href\s*=\s*["']?(https?:|//|data:text)`)
)

// finish gives the drawing a title and a description, and refuses one that could do more than be looked at. Text of an option arrives
// here escaped.
func finish(body string, p Picture) ([]byte, error) {
	at := strings.IndexByte(body, '>')
	if !strings.HasPrefix(body, "<svg") || at < 0 || len(body) > maxPictures {
		return nil, errors.New("svg: the chart library gave no drawing")
	}
	if active.MatchString(stripText(body)) {
		return nil, errors.New("svg: the drawing holds more than shapes and text")
	}
	body = body[:at+1] + "<title>" + html.EscapeString(p.Title) + "</title><desc>" + html.EscapeString(p.Description) + "</desc>" + body[at+1:]
	return []byte(zrender.ReplaceAllString(body, "z-")), nil
}

var between = regexp.MustCompile(`>[^<]*<`)

// stripText leaves the markup only: words of a name are not markup, whatever they spell.
func stripText(s string) string { return between.ReplaceAllString(s, "><") }

func (r *Renderer) remembered(key [32]byte) ([]byte, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e, ok := r.kept[key]
	if !ok {
		return nil, false
	}
	r.order.MoveToFront(e)
	return e.Value.(piece).svg, true
}

func (r *Renderer) remember(key [32]byte, svg []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, had := r.kept[key]; had {
		return
	}
	r.kept[key] = r.order.PushFront(piece{key, svg})
	r.bytes += len(svg)
	for r.order.Len() > keepPieces || r.bytes > keepBytes {
		last := r.order.Back()
		p := r.order.Remove(last).(piece)
		delete(r.kept, p.key)
		r.bytes -= len(p.svg)
	}
}
