package batch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"bellwether/internal/config"
	"bellwether/internal/instance"
)

// Verb is the hidden verb of the command line with which a process does one order.
const Verb = "scheduled-work"

// given is what a process is told, as one JSON object on its standard input. The configuration travels with it: the work is done with the
// settings that the service was started with, wherever they came from. The input's end, without more, tells it to stop.
type given struct {
	Dir    string `json:"dir"`
	Config string `json:"config"` // as the file has it
	Order  Order  `json:"order"`
}

// told is one thing that a process says on its standard output, a JSON object each.
type told struct {
	Request *request `json:"request,omitempty"`
	Done    *done    `json:"done,omitempty"`
}

// request is a request that was made to a source, for the service's metrics.
type request struct {
	Source string        `json:"source"`
	Code   string        `json:"code"`
	Took   time.Duration `json:"took"`
}

// done is the end of the work.
type done struct {
	Outcome Outcome  `json:"outcome"`
	Error   string   `json:"error,omitempty"`
	Held    *heldErr `json:"held,omitempty"` // somebody else is at work
}

type heldErr struct {
	Machine string          `json:"machine,omitempty"`
	Holder  instance.Holder `json:"holder"`
}

// Process has orders done by processes of their own, one at a time.
type Process struct {
	// Command makes the process, which runs Verb. It is given the streams that the order and the outcome go through.
	Command func() (*exec.Cmd, error)
	Config  config.Config
	// Requested is told of each request that was made to a source; nil for nobody.
	Requested func(source, code string, took time.Duration)
}

// Do has an order done and waits for its end. When the context ends, the process is told to stop at the next point at which nothing is half
// done, and waited for.
func (p Process) Do(ctx context.Context, o Order) (Outcome, error) {
	text, err := write(p.Config)
	if err != nil {
		return Outcome{}, err
	}
	cmd, err := p.Command()
	if err != nil {
		return Outcome{}, err
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		return Outcome{}, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return Outcome{}, err
	}
	// A process that ends with the one that began it ends with that one's thread, so the thread has to stay.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	endTogether(cmd)
	if err := cmd.Start(); err != nil {
		return Outcome{}, fmt.Errorf("begin a process of its own: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = in.Close() })
	defer stop()
	sent := json.NewEncoder(in).Encode(given{Dir: p.Config.Dir, Config: text, Order: o})
	end, heard := p.listen(out)
	ended := cmd.Wait()
	switch {
	case end == nil && ctx.Err() != nil:
		return Outcome{}, ctx.Err()
	case end == nil:
		return Outcome{}, fmt.Errorf("the process that did this ended before it was done (%w); nothing half-done was kept, and the next look goes on from there", errors.Join(sent, heard, ended))
	case end.Held != nil:
		return end.Outcome, &instance.HeldError{Dir: p.Config.Dir, Machine: end.Held.Machine, Holder: end.Held.Holder}
	case end.Error != "":
		return end.Outcome, errors.New(end.Error)
	default:
		return end.Outcome, nil
	}
}

// listen hears a process out.
func (p Process) listen(out io.Reader) (end *done, err error) {
	for said := json.NewDecoder(out); ; {
		var t told
		if err := said.Decode(&t); err != nil {
			if !errors.Is(err, io.EOF) {
				_, _ = io.Copy(io.Discard, out) // so that it does not wait for a reader
				return end, fmt.Errorf("what it said is not JSON: %w", err)
			}
			return end, nil
		}
		if t.Request != nil && p.Requested != nil {
			p.Requested(t.Request.Source, t.Request.Code, t.Request.Took)
		}
		if t.Done != nil {
			end = t.Done
		}
	}
}

// write writes settings as the file has them.
func write(cfg config.Config) (string, error) {
	text, err := yaml.Marshal(cfg)
	if err != nil {
		return "", fmt.Errorf("write the settings down for a process of its own: %w", err)
	}
	return string(text), nil
}

// settings reads the configuration of an order.
func (g given) settings() (config.Config, error) {
	cfg, err := config.Parse("the service's settings", []byte(g.Config))
	cfg.Dir = g.Dir
	return cfg, err
}

// ending puts what came of the work into the words of a done.
func ending(out Outcome, err error) *done {
	d := &done{Outcome: out}
	var held *instance.HeldError
	switch {
	case errors.As(err, &held):
		d.Held = &heldErr{held.Machine, held.Holder}
	case err != nil:
		d.Error = strings.TrimSpace(err.Error())
	}
	return d
}
