package chart

import (
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"
)

// sparkColour keeps 3:1 on both the light and the dark paper, since an image can't follow the page's theme.
const sparkColour = "#4683bd"

// Spark draws a line of values as a small picture for an <img>. Only numbers enter it, so that nothing in it needs escaping. The empty
// address means that there is too little to draw.
func Spark(values []float64) template.URL {
	const width, height, pad = 120.0, 28.0, 3.0
	if len(values) < 2 {
		return ""
	}
	top := 1.0
	for _, v := range values {
		top = max(top, v)
	}
	step := (width - 2*pad) / float64(len(values)-1)
	var path strings.Builder
	var x, y float64
	for i, v := range values {
		x, y = pad+float64(i)*step, height-pad-(height-2*pad)*v/top
		fmt.Fprintf(&path, "%s%.1f %.1f", map[bool]string{true: "M", false: "L"}[i == 0], x, y)
	}
	svg := fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%g" height="%g" viewBox="0 0 %g %g"><path d="%s" fill="none" stroke="%s" stroke-width="1.5" stroke-linejoin="round"/><circle cx="%.1f" cy="%.1f" r="2.5" fill="%s"/></svg>`,
		width, height, width, height, path.String(), sparkColour, x, y, sparkColour)
	return dataURL(svg)
}

// Bars draws weekly counts as thin bars, for a line of evidence beside a name. The empty address means that there is nothing to draw.
func Bars(values []float64) template.URL {
	const width, height = 156.0, 24.0
	top := 0.0
	for _, v := range values {
		top = max(top, v)
	}
	if top == 0 {
		return ""
	}
	step := width / float64(len(values))
	var bars strings.Builder
	for i, v := range values {
		if v > 0 {
			h := max(2, (height-2)*v/max(top, 3))
			fmt.Fprintf(&bars, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f"/>`, float64(i)*step, height-1-h, max(1, step-1), h)
		}
	}
	svg := fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%g" height="%g" viewBox="0 0 %g %g"><path d="M0 %g.5H%g" stroke="#8b9298"/><g fill="%s">%s</g></svg>`,
		width, height, width, height, height-1, width, sparkColour, bars.String())
	return dataURL(svg)
}

func dataURL(svg string) template.URL {
	// The picture holds only numbers formatted above.
	return template.URL("data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString([]byte(svg))) //nolint:gosec // no outside text enters the picture
}
