package dashboard

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"bellwether/dashboard/chart"
	"bellwether/dashboard/class"
	tables "bellwether/dashboard/export"
	"bellwether/dashboard/svg"
	"bellwether/internal/access"
)

// figureWidth is the width of a figure drawn on the server, in pixels.
const figureWidth = 960

// figureAsked says whether a page was asked for one of its figures alone, as a drawing or as rows. The page's own handler answers, so
// that a figure is decided, recorded and marked as its page is.
func (q *request) figureAsked() bool {
	return q.r.Method == http.MethodGet && q.r.URL.Query().Get("figure") != ""
}

// figureIn looks for a figure in a page's view.
func figureIn(view any, id string) (chart.Figure, bool) {
	return findFigure(reflect.ValueOf(view), id)
}

var figureType = reflect.TypeFor[chart.Figure]()

func findFigure(v reflect.Value, id string) (chart.Figure, bool) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			return findFigure(v.Elem(), id)
		}
	case reflect.Slice:
		if v.Type().Elem() != figureType {
			return chart.Figure{}, false
		}
		for i := range v.Len() {
			if f, ok := findFigure(v.Index(i), id); ok {
				return f, true
			}
		}
	case reflect.Struct:
		if v.Type() == figureType {
			f, _ := v.Interface().(chart.Figure)
			return f, f.ID == id && f.ID != ""
		}
		for i := range v.NumField() {
			if !v.Type().Field(i).IsExported() {
				continue
			}
			if f, ok := findFigure(v.Field(i), id); ok {
				return f, true
			}
		}
	}
	return chart.Figure{}, false
}

// figure answers with one figure of a page: drawn, or its rows in a format.
func (q *request) figure(view any) error {
	p := q.params()
	f, ok := figureIn(view, p.text("figure", 60))
	if !ok {
		return errNotFound
	}
	format := p.one("format", "svg", "csv", "xlsx", "parquet", "arrow")
	if format == "svg" {
		return q.drawing(f, view)
	}
	c := classOf(f, view)
	if d := q.mayTake(c); !d.Allow {
		return q.refuse(d, "")
	}
	head := make([]string, len(f.Table.Head))
	for i, h := range f.Table.Head {
		head[i] = h.Text
	}
	var rows [][]string
	for _, r := range f.Table.Rows {
		row := make([]string, len(r))
		for i, cell := range r {
			row[i] = cell.Text
			if cell.Number {
				row[i] = strings.ReplaceAll(cell.Text, ",", "")
			}
		}
		rows = append(rows, row)
	}
	name := strings.ReplaceAll(f.ID, "-", "_")
	if format == "csv" {
		return q.csv(name, head, rows, ofClass(c))
	}
	return q.table(name, format, head, rows, ofClass(c))
}

// classOf is a figure's own class, or that of the page where it states none.
func classOf(f chart.Figure, view any) class.Class {
	if f.Class != class.None {
		return f.Class
	}
	return class.Of(view)
}

// mayTake asks whether the reader may take away figures of a class from this page.
func (q *request) mayTake(c class.Class) access.Decision {
	return q.cfg.Authorise(q.sub, access.Export, access.Resource{Class: access.Class(max(c, class.A).String()), Kind: q.route.kind})
}

// ofClass is a value of a class, for what a figure shows.
func ofClass(c class.Class) any {
	switch c {
	case class.None, class.A:
		return struct {
			X bool `class:"A"`
		}{true}
	case class.B:
		return struct {
			X bool `class:"B"`
		}{true}
	case class.C:
		return struct {
			X bool `class:"C"`
		}{true}
	default:
		return struct {
			X bool `class:"D"`
		}{true}
	}
}

// drawing gives the figure as SVG. The tag names the snapshot and what is drawn.
func (q *request) drawing(f chart.Figure, view any) error {
	if f.Option == "" || q.s.svg == nil {
		return errNotFound
	}
	if _, err := q.account(ofClass(classOf(f, view))); err != nil {
		return err
	}
	body, err := q.s.svg.Draw(q.r.Context(), svg.Picture{Option: f.Option, Title: f.Title, Description: f.Summary, Width: figureWidth, Height: f.Height})
	if err != nil {
		q.cfg.Log.Warn("a figure could not be drawn", "reference", q.ref, "error", err)
		return &problem{status: http.StatusServiceUnavailable, title: "The chart can't be drawn just now", says: "Its figures are in the table beside it."}
	}
	h := q.w.Header()
	h.Set("Content-Type", "image/svg+xml; charset=utf-8")
	h.Set("X-Snapshot", q.snap.ID)
	q.w.WriteHeader(http.StatusOK)
	_, _ = q.w.Write(body)
	return nil
}

// table writes a download in a typed format, marked and recorded as a CSV is.
func (q *request) table(name, format string, head []string, rows [][]string, shown ...any) error {
	c, err := q.takeAway(len(rows), shown...)
	if err != nil {
		return err
	}
	mark := q.cfg.Words.Markings.For(c)
	body, err := tables.Write(tables.Table{Name: name, Head: head, Rows: rows, Notes: [][2]string{{"marking", mark.Text}, {"snapshot", q.snap.ID}, {"as_of", isoOf(&q.frame.Run.AsOf)},
		{"rule_set", q.frame.Run.RuleSet + "@" + q.frame.Run.RuleSetHash}}}, format)
	if err != nil {
		return fmt.Errorf("dashboard: writing %s: %w", name, err)
	}
	file := "bellwether_" + name + "_" + shortID(q.snap.ID)
	if mark.Sensitive {
		file += "_OS"
	}
	h := q.w.Header()
	h.Set("Content-Type", tables.Formats[format])
	h.Set("Content-Disposition", `attachment; filename="`+file+"."+format+`"`)
	h.Set("X-Protective-Marking", mark.Text)
	h.Set("X-Snapshot", q.snap.ID)
	q.w.WriteHeader(http.StatusOK)
	_, _ = q.w.Write(body)
	return nil
}

// address tells every figure of a view where it is asked for alone. Views are passed by value, so that this works on a copy.
func address(view any, page string, take func(chart.Figure) bool) any {
	v := reflect.New(reflect.TypeOf(view)).Elem()
	v.Set(reflect.ValueOf(view))
	setPage(v, page, take)
	return v.Interface()
}

func setPage(v reflect.Value, page string, take func(chart.Figure) bool) {
	switch v.Kind() {
	case reflect.Slice:
		if v.Type().Elem() == figureType {
			for i := range v.Len() {
				setPage(v.Index(i), page, take)
			}
		}
	case reflect.Struct:
		if v.Type() == figureType {
			v.FieldByName("Page").SetString(page)
			f, _ := v.Interface().(chart.Figure)
			may := take(f)
			v.FieldByName("Takeaway").SetBool(may)
			if !may {
				v.FieldByName("Download").SetString("") // a link that would be refused isn't offered
			}
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && v.Field(i).CanSet() {
				setPage(v.Field(i), page, take)
			}
		}
	}
}
