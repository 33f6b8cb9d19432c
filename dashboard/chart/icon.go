package chart

import (
	"fmt"
	"html/template"

	"bellwether/analytics/spc"
)

// iconColours keep 3:1 on both the light and the dark paper; the letter and the icon's words say what the colour says.
var iconColours = map[spc.Tone]string{spc.Plain: "#7c858d", spc.Better: "#3d84c6", spc.Worse: "#c4641f", spc.Special: "#8a6bb1"}

// Icon draws a variation or assurance icon for an <img> whose alternative text is the icon's Says: a ring with a letter, and below it three
// dots that rise, fall or lie level. Only fixed letters and numbers enter it.
func Icon(i spc.Icon) template.URL {
	colour, known := iconColours[i.Tone]
	if !known {
		colour = iconColours[spc.Plain]
	}
	dots := map[string][3]int{"H": {33, 30, 27}, "L": {27, 30, 33}}[i.Letter]
	if dots == [3]int{} {
		dots = [3]int{30, 30, 30}
	}
	return dataURL(fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40" viewBox="0 0 40 40"><circle cx="20" cy="20" r="17" fill="none" stroke="%[1]s" stroke-width="4"/><text x="20" y="24" text-anchor="middle" font-family="sans-serif" font-size="15" font-weight="700" fill="%[1]s">%[2]s</text><g fill="%[1]s"><circle cx="13" cy="%[3]d" r="2"/><circle cx="20" cy="%[4]d" r="2"/><circle cx="27" cy="%[5]d" r="2"/></g></svg>`,
		colour, i.Letter, dots[0], dots[1], dots[2]))
}
