package dashboard

import (
	"net/http"
	"strings"

	"bellwether/dashboard/accountpages"
	"bellwether/dashboard/api"
	"bellwether/dashboard/casepages"
	"bellwether/dashboard/contingencypages"
	"bellwether/dashboard/datapages"
	"bellwether/dashboard/flagpages"
	"bellwether/dashboard/marketpages"
	"bellwether/dashboard/oversightpages"
	"bellwether/dashboard/page"
	"bellwether/dashboard/paperpages"
	"bellwether/dashboard/providerpages"
	"bellwether/dashboard/requestpages"
	"bellwether/dashboard/reviewpages"
	"bellwether/dashboard/rulepages"
	"bellwether/dashboard/signinpages"
	"bellwether/internal/access"
)

func view(pattern string, class access.Class, kind access.Kind, handle func(*page.Request) error) page.Route {
	return page.Route{Pattern: "GET " + pattern, Action: access.View, Class: class, Kind: kind, Handle: handle}
}

func rows(pattern string, class access.Class, kind access.Kind, handle func(*page.Request) error) page.Route {
	r := view(pattern, class, kind, handle)
	r.Each = true
	return r
}

// post is a form that records something; whether it may is asked again about the very thing that it names.
func post(pattern string, action access.Action, class access.Class, kind access.Kind, handle func(*page.Request) error) page.Route {
	return page.Route{Pattern: "POST " + pattern, Action: action, Class: class, Kind: kind, Each: true, Handle: handle}
}

// early serves a route even while nothing is published yet.
func early(r page.Route) page.Route {
	r.Early = true
	return r
}

// onCases makes a route one about cases, each of which is decided by itself.
func onCases(r page.Route) page.Route {
	r.Each, r.Cases = true, true
	return r
}

func export(pattern string, class access.Class, kind access.Kind, handle func(*page.Request) error) page.Route {
	r := rows(pattern, class, kind, handle)
	r.Action = access.Export
	return r
}

// own is about the reader's own account; it needs no snapshot.
func own(pattern string, handle func(*page.Request) error) page.Route {
	rt := page.Route{Pattern: pattern, Action: access.View, Class: access.ClassA, Kind: access.OwnAccount, Bare: true, Handle: handle}
	if !strings.HasPrefix(pattern, "GET ") {
		rt.Action = access.Administer
	}
	return rt
}

// routes is the whole table.
func routes() []page.Route {
	const a, b, c = access.ClassA, access.ClassB, access.ClassC
	return []page.Route{
		{Pattern: "GET /sign-in", Public: true, Bare: true, Handle: signinpages.Page},
		{Pattern: "POST /sign-in", Public: true, Bare: true, Handle: signinpages.SignIn},
		{Pattern: "GET /sign-in/organisation", Public: true, Bare: true, Handle: signinpages.LeaveForOrganisation},
		{Pattern: "GET /sign-in/callback", Public: true, Bare: true, Handle: signinpages.BackFromOrganisation},
		{Pattern: "GET /sign-in/code", Public: true, Bare: true, Handle: signinpages.CodePage},
		{Pattern: "POST /sign-in/code", Public: true, Bare: true, Handle: signinpages.EnterCode},
		{Pattern: "GET /welcome", Public: true, Bare: true, Handle: signinpages.WelcomePage},
		{Pattern: "POST /welcome", Public: true, Bare: true, Handle: signinpages.Welcome},
		{Pattern: "POST /sign-out", Public: true, Bare: true, Handle: signinpages.SignOut},
		{Pattern: "GET /{$}", Public: true, Bare: true, Handle: func(q *page.Request) error {
			http.Redirect(q.W, q.R, "/market", http.StatusSeeOther)
			return nil
		}},

		own("GET /account", accountpages.Page),
		own("GET /account/confirm", accountpages.ConfirmPage),
		own("POST /account/confirm", accountpages.Confirm),
		own("POST /account/sessions/end", accountpages.EndSession),
		own("GET /account/password", accountpages.PasswordPage),
		own("POST /account/password", accountpages.ChangePassword),
		own("GET /account/stay", signinpages.StaySignedIn),
		own("GET /account/draft", signinpages.Draft),
		own("POST /account/draft", signinpages.DropDraft),

		own("POST /look-back", datapages.LookBack),
		own("POST /account/calendar", accountpages.ChangeCalendar),
		{Pattern: "GET /calendar/{file}", Public: true, Bare: true, Handle: accountpages.CalendarFile},
		own("GET /account/access", oversightpages.Rights),
		own("GET /account/second", signinpages.SecondPage),
		own("POST /account/second", signinpages.SetSecond),
		{Pattern: "GET /requests", Action: access.View, Class: b, Kind: access.InformationRequest, Bare: true, Handle: requestpages.List},
		{Pattern: "POST /requests", Action: access.Record, Class: b, Kind: access.InformationRequest, Bare: true, Handle: requestpages.Log},
		{Pattern: "GET /requests/{id}", Action: access.View, Class: b, Kind: access.InformationRequest, Bare: true, Handle: requestpages.Page},
		{Pattern: "POST /requests/{id}/build", Action: access.Record, Class: b, Kind: access.InformationRequest, Bare: true, Handle: requestpages.Build},
		{Pattern: "POST /requests/{id}/sign", Action: access.Review, Class: b, Kind: access.InformationRequest, Bare: true, Handle: requestpages.Sign},
		{Pattern: "GET /requests/{id}/answer.zip", Action: access.Record, Class: b, Kind: access.InformationRequest, Bare: true, Handle: requestpages.File},
		{Pattern: "POST /requests/{id}/answered", Action: access.Record, Class: b, Kind: access.InformationRequest, Bare: true, Handle: requestpages.Answered},
		// Whether people may be looked up is asked with the reason, which the route itself has not.
		{Pattern: "POST /requests/{id}/paper", Action: access.Record, Class: b, Kind: access.InformationRequest, Bare: true, Handle: requestpages.LayOut},
		{Pattern: "GET /audit", Action: access.View, Class: b, Kind: access.AuditLog, Bare: true, Handle: new(oversightpages.Audit).Page},
		{Pattern: "GET /audit.csv", Action: access.Export, Class: b, Kind: access.AuditLog, Bare: true, Handle: oversightpages.AuditCSV},
		own("GET /restrictions", oversightpages.Restrictions),
		own("POST /restrictions", oversightpages.OpenRestriction),
		own("POST /restrictions/{id}", oversightpages.ChangeRestriction),
		own("GET /emergency", oversightpages.Emergency),
		own("POST /emergency", oversightpages.BreakGlass),
		own("POST /emergency/end", oversightpages.EndGlass),
		{Pattern: "POST /emergency/{id}/review", Action: access.Review, Class: b, Kind: access.BreakGlassUse, Bare: true, Handle: oversightpages.ReviewGlass},

		view("/market", a, access.Market, new(marketpages.Market).Page),
		export("/market/weeks.csv", a, access.Market, marketpages.WeeksCSV),
		export("/market/ratings.csv", a, access.Market, marketpages.RatingsCSV),
		export("/market/levels.csv", b, access.Provider, marketpages.LevelsCSV),
		view("/providers", a, access.Provider, providerpages.List),
		view("/providers/suggest", a, access.Provider, providerpages.Suggest),
		view("/providers/compare", a, access.Provider, providerpages.Compare),
		own("POST /account/views", providerpages.SaveView),
		own("POST /account/views/{id}", providerpages.DeleteView),
		export("/providers.csv", a, access.Provider, providerpages.CSV),
		view("/locations/{id}", a, access.Provider, providerpages.Location),
		view("/providers/{id}", a, access.Provider, providerpages.Page),
		rows("/providers/{id}/intelligence", b, access.Intelligence, providerpages.Intelligence),
		post("/providers/{id}/intelligence", access.Record, b, access.Intelligence, providerpages.ActOnIntelligence),
		rows("/providers/{id}/intelligence/{note}", b, access.Intelligence, providerpages.Intelligence),
		post("/providers/{id}/intelligence/{note}", access.Record, b, access.Intelligence, providerpages.ActOnIntelligence),
		export("/providers/{id}/weeks.csv", b, access.Timeline, providerpages.WeeksCSV),
		rows("/flags", b, access.Flag, flagpages.List),
		export("/flags.csv", b, access.Flag, flagpages.CSV),
		rows("/flags/{id}", b, access.Flag, flagpages.Page),
		rows("/review", b, access.ReviewItem, reviewpages.Page),
		rows("/review/{id}", b, access.ReviewItem, reviewpages.Page),
		post("/review/{id}", access.Review, b, access.ReviewItem, reviewpages.Act),
		rows("/review/changes", b, access.ReviewItem, reviewpages.Changes),
		post("/review/changes", access.Record, b, access.Minutes, reviewpages.Met),
		rows("/review/interests", b, access.ReviewItem, reviewpages.Interests),
		post("/review/interests", access.View, b, access.ReviewItem, reviewpages.ActOnInterests),
		view("/map", a, access.Provider, marketpages.Map),
		view("/trends", a, access.Market, marketpages.Trends),
		rows("/contingency", b, access.Capacity, contingencypages.Page),
		export("/contingency/list.csv", b, access.Paper, contingencypages.ListCSV),
		{Pattern: "GET /contingency/clear", Action: access.Review, Class: b, Kind: access.PlacementStatus, Handle: contingencypages.ClearPage},
		{Pattern: "POST /contingency/clear", Action: access.Review, Class: b, Kind: access.PlacementStatus, Handle: contingencypages.ClearList},
		onCases(view("/cases", b, access.Case, casepages.List)),
		{Pattern: "GET /cases/new", Action: access.OpenCase, Class: b, Kind: access.Case, Handle: casepages.OpenPage},
		{Pattern: "POST /cases/new", Action: access.OpenCase, Class: b, Kind: access.Case, Handle: casepages.Open},
		onCases(view("/cases/{id}", b, access.Case, casepages.Page)),
		onCases(post("/cases/{id}", access.Record, b, access.Case, casepages.Act)),
		onCases(post("/cases/{id}/interest", access.View, b, access.Case, casepages.DeclareInterest)),
		onCases(view("/review/cases/{id}", b, access.Case, reviewpages.Escalation)),
		{Pattern: "POST /review/cases/{id}", Action: access.Review, Class: b, Kind: access.ReviewItem, Each: true, Handle: reviewpages.ActOnEscalation},
		onCases(post("/cases/{id}/notifications/due", access.Record, b, access.Notification, casepages.NotifyAll)),
		onCases(post("/cases/{id}/affected/listed", access.Record, c, access.Person, casepages.ListAffected)),
		onCases(view("/cases/{id}/actions.csv", b, access.ActionItem, casepages.TrackerCSV)),
		onCases(view("/cases/{id}/actions.xlsx", b, access.ActionItem, casepages.TrackerXLSX)),
		onCases(post("/cases/{id}/actions/import", access.Record, b, access.ActionItem, casepages.ImportTracker)),
		rows("/review/pack", b, access.ReviewItem, paperpages.Group),
		{Pattern: "POST /review/pack", Action: access.Export, Class: b, Kind: access.Pack, Handle: paperpages.IssueGroup},
		rows("/review/pack/actions.xlsx", b, access.ReviewItem, paperpages.GroupTracker),
		onCases(view("/cases/{id}/meetings/{number}/papers", b, access.Meeting, paperpages.Meeting)),
		onCases(page.Route{Pattern: "POST /cases/{id}/meetings/{number}/papers", Action: access.Export, Class: b, Kind: access.Pack, Handle: paperpages.IssueMeeting}),
		{Pattern: "GET /papers/{id}", Action: access.View, Class: a, Kind: access.OwnAccount, Bare: true, Handle: paperpages.Fetch},
		onCases(view("/actions", b, access.ActionItem, casepages.Actions)),
		onCases(view("/cases/{id}/{register}", b, access.Case, casepages.Register)),
		onCases(post("/cases/{id}/{register}", access.Record, b, access.Case, casepages.Record)),
		onCases(view("/cases/{id}/{register}/{number}", b, access.Case, casepages.Register)),
		onCases(post("/cases/{id}/{register}/{number}", access.Record, b, access.Case, casepages.Record)),
		view("/records/concerns", c, access.Concern, datapages.Records("concerns")),
		view("/records/enquiries", c, access.Enquiry, datapages.Records("enquiries")),
		view("/records/complaints", c, access.Person, datapages.Records("complaints")),
		view("/records/contracts", a, access.Market, datapages.Records("contracts")),
		view("/records/locations", a, access.Provider, datapages.Records("locations")),
		view("/records/openings", a, access.Provider, datapages.Records("openings")),
		view("/records/closures", a, access.Provider, datapages.Records("closures")),
		rows("/records/capacity", b, access.Capacity, datapages.Records("capacity")),
		rows("/records/placements", b, access.Capacity, datapages.Records("placements")),
		view("/data", a, access.Source, datapages.Page),
		view("/data/snapshots", a, access.Source, datapages.Snapshots),
		early(view("/data/runs", a, access.Source, datapages.Runs)),
		early(view("/data/runs/{id}", a, access.Source, datapages.Run)),
		early(view("/data/runs/{id}/lines.txt", a, access.Source, datapages.RunLines)),
		view("/data/lineage", a, access.Source, datapages.Lineage),
		view("/data/dictionary", a, access.Source, datapages.Dictionary),
		view("/data/quarantine", a, access.Quarantine, datapages.Quarantine),
		{Pattern: "GET /data/held/{id}", Action: access.Operate, Class: a, Kind: access.Source, Handle: datapages.Held},
		{Pattern: "POST /data/held/{id}", Action: access.Operate, Class: a, Kind: access.Source, Handle: datapages.AcceptHeld},
		view("/data/matches", b, access.Match, datapages.Matches),
		view("/data/matches/{id}", b, access.Match, datapages.Match),
		{Pattern: "POST /data/matches/{id}/confirm", Action: access.Review, Class: b, Kind: access.Match, Handle: datapages.ConfirmMatch},
		{Pattern: "POST /data/matches/{id}", Action: access.Review, Class: b, Kind: access.Match, Handle: datapages.DecideMatch},
		view("/rules", a, access.Rules, rulepages.Page),
		view("/rules/try", a, access.Rules, new(rulepages.Trials).Page),
		view("/rules/backtest", a, access.Rules, rulepages.BackTest),
		{Pattern: "GET /help", Action: access.View, Class: a, Kind: access.OwnAccount, Bare: true, Handle: helpPage},

		view("/api/v1/market", a, access.Market, api.Market),
		view("/api/v1/providers", a, access.Provider, api.Providers),
		view("/api/v1/providers/{id}", a, access.Provider, api.Provider),
		rows("/api/v1/flags", b, access.Flag, api.Flags),
		rows("/api/v1/flags/{id}", b, access.Flag, api.Flag),
		view("/api/v1/sources", a, access.Source, api.Sources),
		{Pattern: "GET /api/v1/openapi.json", Action: access.View, Class: a, Kind: access.OwnAccount, Bare: true, Handle: api.Document},
	}
}
