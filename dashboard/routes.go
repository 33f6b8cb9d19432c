package dashboard

import (
	"net/http"
	"strings"

	"bellwether/dashboard/page"
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
		{Pattern: "GET /sign-in", Public: true, Bare: true, Handle: signInPage},
		{Pattern: "POST /sign-in", Public: true, Bare: true, Handle: signIn},
		{Pattern: "GET /sign-in/organisation", Public: true, Bare: true, Handle: leaveForOrganisation},
		{Pattern: "GET /sign-in/callback", Public: true, Bare: true, Handle: backFromOrganisation},
		{Pattern: "GET /sign-in/code", Public: true, Bare: true, Handle: codePage},
		{Pattern: "POST /sign-in/code", Public: true, Bare: true, Handle: enterCode},
		{Pattern: "GET /welcome", Public: true, Bare: true, Handle: welcomePage},
		{Pattern: "POST /welcome", Public: true, Bare: true, Handle: welcome},
		{Pattern: "POST /sign-out", Public: true, Bare: true, Handle: signOut},
		{Pattern: "GET /{$}", Public: true, Bare: true, Handle: func(q *page.Request) error {
			http.Redirect(q.W, q.R, "/market", http.StatusSeeOther)
			return nil
		}},

		own("GET /account", accountPage),
		own("GET /account/confirm", confirmPage),
		own("POST /account/confirm", confirm),
		own("POST /account/sessions/end", endSession),
		own("GET /account/password", passwordPage),
		own("POST /account/password", changePassword),
		own("GET /account/stay", staySignedIn),
		own("GET /account/draft", draftPage),
		own("POST /account/draft", dropDraft),

		own("POST /look-back", lookBack),
		own("POST /account/calendar", changeCalendar),
		{Pattern: "GET /calendar/{file}", Public: true, Bare: true, Handle: calendarFile},
		own("GET /account/access", rightsPage),
		own("GET /account/second", secondPage),
		own("POST /account/second", setSecond),
		{Pattern: "GET /requests", Action: access.View, Class: b, Kind: access.InformationRequest, Bare: true, Handle: requestsPage},
		{Pattern: "POST /requests", Action: access.Record, Class: b, Kind: access.InformationRequest, Bare: true, Handle: logRequest},
		{Pattern: "GET /requests/{id}", Action: access.View, Class: b, Kind: access.InformationRequest, Bare: true, Handle: requestPage},
		{Pattern: "POST /requests/{id}/build", Action: access.Record, Class: b, Kind: access.InformationRequest, Bare: true, Handle: buildAnswer},
		{Pattern: "POST /requests/{id}/sign", Action: access.Review, Class: b, Kind: access.InformationRequest, Bare: true, Handle: signAnswer},
		{Pattern: "GET /requests/{id}/answer.zip", Action: access.Record, Class: b, Kind: access.InformationRequest, Bare: true, Handle: answerFile},
		{Pattern: "POST /requests/{id}/answered", Action: access.Record, Class: b, Kind: access.InformationRequest, Bare: true, Handle: answered},
		// Whether people may be looked up is asked with the reason, which the route itself has not.
		{Pattern: "POST /requests/{id}/paper", Action: access.Record, Class: b, Kind: access.InformationRequest, Bare: true, Handle: layOut},
		{Pattern: "GET /audit", Action: access.View, Class: b, Kind: access.AuditLog, Bare: true, Handle: new(chainCheck).auditPage},
		{Pattern: "GET /audit.csv", Action: access.Export, Class: b, Kind: access.AuditLog, Bare: true, Handle: auditCSV},
		own("GET /restrictions", restrictionsPage),
		own("POST /restrictions", openRestriction),
		own("POST /restrictions/{id}", changeRestriction),
		own("GET /emergency", emergencyPage),
		own("POST /emergency", breakGlass),
		own("POST /emergency/end", endGlass),
		{Pattern: "POST /emergency/{id}/review", Action: access.Review, Class: b, Kind: access.BreakGlassUse, Bare: true, Handle: reviewGlass},

		view("/market", a, access.Market, new(market).marketPage),
		export("/market/weeks.csv", a, access.Market, marketWeeksCSV),
		export("/market/ratings.csv", a, access.Market, marketRatingsCSV),
		export("/market/levels.csv", b, access.Provider, marketLevelsCSV),
		view("/providers", a, access.Provider, providersPage),
		view("/providers/suggest", a, access.Provider, suggestProviders),
		view("/providers/compare", a, access.Provider, comparePage),
		own("POST /account/views", saveView),
		own("POST /account/views/{id}", deleteView),
		export("/providers.csv", a, access.Provider, providersCSV),
		view("/locations/{id}", a, access.Provider, locationPage),
		view("/providers/{id}", a, access.Provider, providerPage),
		rows("/providers/{id}/intelligence", b, access.Intelligence, intelligencePage),
		post("/providers/{id}/intelligence", access.Record, b, access.Intelligence, intelligenceAct),
		rows("/providers/{id}/intelligence/{note}", b, access.Intelligence, intelligencePage),
		post("/providers/{id}/intelligence/{note}", access.Record, b, access.Intelligence, intelligenceAct),
		export("/providers/{id}/weeks.csv", b, access.Timeline, providerWeeksCSV),
		rows("/flags", b, access.Flag, flagsPage),
		export("/flags.csv", b, access.Flag, flagsCSV),
		rows("/flags/{id}", b, access.Flag, flagPage),
		rows("/review", b, access.ReviewItem, reviewPage),
		rows("/review/{id}", b, access.ReviewItem, reviewPage),
		post("/review/{id}", access.Review, b, access.ReviewItem, reviewAct),
		rows("/review/changes", b, access.ReviewItem, reviewChangesPage),
		post("/review/changes", access.Record, b, access.Minutes, reviewMet),
		rows("/review/interests", b, access.ReviewItem, interestsPage),
		post("/review/interests", access.View, b, access.ReviewItem, interestsAct),
		view("/map", a, access.Provider, mapPage),
		view("/trends", a, access.Market, trendsPage),
		rows("/contingency", b, access.Capacity, contingencyPage),
		export("/contingency/list.csv", b, access.Paper, contingencyCSV),
		{Pattern: "GET /contingency/clear", Action: access.Review, Class: b, Kind: access.PlacementStatus, Handle: clearPage},
		{Pattern: "POST /contingency/clear", Action: access.Review, Class: b, Kind: access.PlacementStatus, Handle: clearList},
		onCases(view("/cases", b, access.Case, casesPage)),
		{Pattern: "GET /cases/new", Action: access.OpenCase, Class: b, Kind: access.Case, Handle: caseNewPage},
		{Pattern: "POST /cases/new", Action: access.OpenCase, Class: b, Kind: access.Case, Handle: caseOpen},
		onCases(view("/cases/{id}", b, access.Case, casePage)),
		onCases(post("/cases/{id}", access.Record, b, access.Case, caseAct)),
		onCases(post("/cases/{id}/interest", access.View, b, access.Case, declareInterest)),
		onCases(view("/review/cases/{id}", b, access.Case, escalationPage)),
		{Pattern: "POST /review/cases/{id}", Action: access.Review, Class: b, Kind: access.ReviewItem, Each: true, Handle: escalationAct},
		onCases(post("/cases/{id}/notifications/due", access.Record, b, access.Notification, notifyAll)),
		onCases(post("/cases/{id}/affected/listed", access.Record, c, access.Person, listAffected)),
		onCases(view("/cases/{id}/actions.csv", b, access.ActionItem, trackerCSV)),
		onCases(view("/cases/{id}/actions.xlsx", b, access.ActionItem, trackerXLSX)),
		onCases(post("/cases/{id}/actions/import", access.Record, b, access.ActionItem, trackerImport)),
		rows("/review/pack", b, access.ReviewItem, groupPackPage),
		{Pattern: "POST /review/pack", Action: access.Export, Class: b, Kind: access.Pack, Handle: groupPackMake},
		rows("/review/pack/actions.xlsx", b, access.ReviewItem, groupTrackerXLSX),
		onCases(view("/cases/{id}/meetings/{number}/papers", b, access.Meeting, packPage)),
		onCases(page.Route{Pattern: "POST /cases/{id}/meetings/{number}/papers", Action: access.Export, Class: b, Kind: access.Pack, Handle: packMake}),
		{Pattern: "GET /papers/{id}", Action: access.View, Class: a, Kind: access.OwnAccount, Bare: true, Handle: paperFetch},
		onCases(view("/actions", b, access.ActionItem, actionsPage)),
		onCases(view("/cases/{id}/{register}", b, access.Case, registerPage)),
		onCases(post("/cases/{id}/{register}", access.Record, b, access.Case, registerAct)),
		onCases(view("/cases/{id}/{register}/{number}", b, access.Case, registerPage)),
		onCases(post("/cases/{id}/{register}/{number}", access.Record, b, access.Case, registerAct)),
		view("/records/concerns", c, access.Concern, recordsPage("concerns")),
		view("/records/enquiries", c, access.Enquiry, recordsPage("enquiries")),
		view("/records/complaints", c, access.Person, recordsPage("complaints")),
		view("/records/contracts", a, access.Market, recordsPage("contracts")),
		view("/records/locations", a, access.Provider, recordsPage("locations")),
		view("/records/openings", a, access.Provider, recordsPage("openings")),
		view("/records/closures", a, access.Provider, recordsPage("closures")),
		rows("/records/capacity", b, access.Capacity, recordsPage("capacity")),
		rows("/records/placements", b, access.Capacity, recordsPage("placements")),
		view("/data", a, access.Source, dataPage),
		view("/data/snapshots", a, access.Source, snapshotsPage),
		early(view("/data/runs", a, access.Source, runsPage)),
		early(view("/data/runs/{id}", a, access.Source, runPage)),
		early(view("/data/runs/{id}/lines.txt", a, access.Source, runLines)),
		view("/data/lineage", a, access.Source, lineagePage),
		view("/data/dictionary", a, access.Source, dictionaryPage),
		view("/data/quarantine", a, access.Quarantine, quarantinePage),
		{Pattern: "GET /data/held/{id}", Action: access.Operate, Class: a, Kind: access.Source, Handle: heldPage},
		{Pattern: "POST /data/held/{id}", Action: access.Operate, Class: a, Kind: access.Source, Handle: acceptHeld},
		view("/data/matches", b, access.Match, matchesPage),
		view("/data/matches/{id}", b, access.Match, matchPage),
		{Pattern: "POST /data/matches/{id}/confirm", Action: access.Review, Class: b, Kind: access.Match, Handle: matchConfirmPage},
		{Pattern: "POST /data/matches/{id}", Action: access.Review, Class: b, Kind: access.Match, Handle: matchAct},
		view("/rules", a, access.Rules, rulesPage),
		view("/rules/try", a, access.Rules, new(trials).rulesTryPage),
		view("/rules/backtest", a, access.Rules, rulesBacktestPage),
		{Pattern: "GET /help", Action: access.View, Class: a, Kind: access.OwnAccount, Bare: true, Handle: helpPage},

		view("/api/v1/market", a, access.Market, apiMarket),
		view("/api/v1/providers", a, access.Provider, apiProviders),
		view("/api/v1/providers/{id}", a, access.Provider, apiProvider),
		rows("/api/v1/flags", b, access.Flag, apiFlags),
		rows("/api/v1/flags/{id}", b, access.Flag, apiFlag),
		view("/api/v1/sources", a, access.Source, apiSources),
		{Pattern: "GET /api/v1/openapi.json", Action: access.View, Class: a, Kind: access.OwnAccount, Bare: true, Handle: apiDocument},
	}
}
