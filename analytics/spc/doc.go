// Package spc says in NHS Making Data Count's terms what a series shows: an XmR
// chart, or a chart of the gaps where events are too rare for one, with the
// variation and assurance icons and their words.
//
// Pages call it in one of two ways.
//
// A measure with a value in every period (a share, an occupancy, a count that
// is seldom nought):
//
//	c, err := spc.Series(values, spc.Options{Better: spc.HighIsGood, Target: spc.To(0.9)})
//	c.Variation.Icon() // ID, letter and words of the variation icon
//	c.Assurance.Icon() // the same for the target; None without one
//
// Events of one provider on their days, of which most periods hold none: the
// package chooses the chart itself and says why in Chart.Because.
//
//	c, err := spc.Events(days, firstDay, lastDay, spc.Options{Better: spc.LowIsGood})
//
// An [Icon] is data. The dashboard draws it with chart.Icon, as an image whose
// alternative text is Icon.Says, so that nothing rests on colour.
//
// A chart is a picture of one series. It allows neither for the size of a home
// nor for how many homes are looked at, and its rules speak far too often to
// raise a flag: nothing here does.
package spc
