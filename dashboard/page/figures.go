package page

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
func (q *Request) figureAsked() bool {
	return q.R.Method == http.MethodGet && q.R.URL.Query().Get("figure") != ""
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
func (q *Request) figure(view any) error {
	p := q.Params()
	f, ok := figureIn(view, p.Text("figure", 60))
	if !ok {
		return ErrNotFound
	}
	format := p.One("format", "svg", "csv", "xlsx", "parquet", "arrow")
	if format == "svg" {
		return q.drawing(f, view)
	}
	c := classOf(f, view)
	if d := q.MayTake(c); !d.Allow {
		return q.Refuse(d, "")
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
		return q.CSV(name, head, rows, OfClass(c))
	}
	return q.table(name, format, head, rows, OfClass(c))
}

// classOf is a figure's own class, or that of the page where it states none.
func classOf(f chart.Figure, view any) class.Class {
	if f.Class != class.None {
		return f.Class
	}
	return class.Of(view)
}

// MayTake asks whether the reader may take away figures of a class from this page.
func (q *Request) MayTake(c class.Class) access.Decision {
	return q.Config.Authorise(q.Subject, access.Export, access.Resource{Class: access.Class(max(c, class.A).String()), Kind: q.Route.Kind})
}

// OfClass is a value of a class, for what a figure shows.
func OfClass(c class.Class) any {
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
func (q *Request) drawing(f chart.Figure, view any) error {
	if f.Option == "" || q.Server.SVG == nil {
		return ErrNotFound
	}
	if _, err := q.account(OfClass(classOf(f, view))); err != nil {
		return err
	}
	body, err := q.Server.SVG.Draw(q.R.Context(), svg.Picture{Option: f.Option, Title: f.Title, Description: f.Summary, Width: figureWidth, Height: f.Height})
	if err != nil {
		q.Config.Log.Warn("a figure could not be drawn", "reference", q.Reference, "error", err)
		return &Problem{Status: http.StatusServiceUnavailable, Title: "The chart can't be drawn just now", Says: "Its figures are in the table beside it."}
	}
	h := q.W.Header()
	h.Set("Content-Type", "image/svg+xml; charset=utf-8")
	h.Set("X-Snapshot", q.Snapshot.ID)
	q.W.WriteHeader(http.StatusOK)
	_, _ = q.W.Write(body)
	return nil
}

// table writes a download in a typed format, marked and recorded as a CSV is.
func (q *Request) table(name, format string, head []string, rows [][]string, shown ...any) error {
	c, err := q.TakeAway(len(rows), shown...)
	if err != nil {
		return err
	}
	mark := q.Config.Words.Markings.For(c)
	body, err := tables.Write(tables.Table{Name: name, Head: head, Rows: rows, Notes: [][2]string{{"marking", mark.Text}, {"snapshot", q.Snapshot.ID}, {"as_of", ISO(&q.Frame.Run.AsOf)},
		{"rule_set", q.Frame.Run.RuleSet + "@" + q.Frame.Run.RuleSetHash}}}, format)
	if err != nil {
		return fmt.Errorf("page: writing %s: %w", name, err)
	}
	file := "bellwether_" + name + "_" + ShortID(q.Snapshot.ID)
	if mark.Sensitive {
		file += "_OS"
	}
	h := q.W.Header()
	h.Set("Content-Type", tables.Formats[format])
	h.Set("Content-Disposition", `attachment; filename="`+file+"."+format+`"`)
	h.Set("X-Protective-Marking", mark.Text)
	h.Set("X-Snapshot", q.Snapshot.ID)
	q.W.WriteHeader(http.StatusOK)
	_, _ = q.W.Write(body)
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
