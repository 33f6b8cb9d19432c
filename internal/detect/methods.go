package detect

import (
	"bellwether/analytics/surveillance/panel"
)

// Methods are the detectors a panel can be scored with: the product's own, and
// two to compare it with.
var Methods = []string{"change", "gps", "count"}

// method is a detector over one panel.
type method struct {
	// look scores every unit at a week, in input order.
	look   func(week int) ([]float64, error)
	engine *panel.Engine
	// product says that the product's thresholds apply; threshold is the
	// method's usual one for so many streams.
	product   bool
	threshold func(streams int) float64
}

var methods = map[string]func(panel.Input) (method, error){
	"change": changeMethod,
	"gps":    referenceMethod,
	"count":  countMethod,
}

func changeMethod(in panel.Input) (method, error) {
	s := panel.Defaults()
	s.Workers = 1 // looks run side by side instead
	e, err := panel.New(in, s)
	if err != nil {
		return method{}, err
	}
	look := func(week int) ([]float64, error) {
		l, err := e.Look(week)
		if err != nil {
			return nil, err
		}
		out := make([]float64, len(l.Units))
		for i := range l.Units {
			out[i] = l.Units[i].Score
		}
		return out, nil
	}
	return method{look: look, engine: e, product: true, threshold: func(int) float64 { return panel.DefaultThresholds().Concern }}, nil
}

// referenceMethod is the gamma-Poisson scan as published: windows to 26 weeks,
// a baseline of 104 weeks that ends 26 weeks ago.
func referenceMethod(in panel.Input) (method, error) {
	e, err := panel.New(in, panel.Defaults())
	if err != nil {
		return method{}, err
	}
	return method{look: e.Reference, engine: e, threshold: func(n int) float64 {
		if n <= 1 {
			return 2.77
		}
		return 2.92
	}}, nil
}

// countMethod is the rule of thumb: records of the first stream seen in twelve
// weeks of event dates.
func countMethod(in panel.Input) (method, error) {
	e, err := panel.New(in, panel.Defaults())
	if err != nil {
		return method{}, err
	}
	return method{look: func(week int) ([]float64, error) { return e.Counts(0, week, 12) }, engine: e, threshold: func(int) float64 { return 3 }}, nil
}
