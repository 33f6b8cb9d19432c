package dashboard

import (
	"net/http"
	"strings"

	"bellwether/internal/access"
)

func page(pattern string, class access.Class, kind access.Kind, handle func(*request) error) route {
	return route{pattern: "GET " + pattern, action: access.View, class: class, kind: kind, handle: handle}
}

func rows(pattern string, class access.Class, kind access.Kind, handle func(*request) error) route {
	r := page(pattern, class, kind, handle)
	r.each = true
	return r
}

// post is a form that records something; whether it may is asked again about the very thing that it names.
func post(pattern string, action access.Action, class access.Class, kind access.Kind, handle func(*request) error) route {
	return route{pattern: "POST " + pattern, action: action, class: class, kind: kind, each: true, handle: handle}
}

// early serves a route even while nothing is published yet.
func early(r route) route {
	r.early = true
	return r
}

// onCases makes a route one about cases, each of which is decided by itself.
func onCases(r route) route {
	r.each, r.cases = true, true
	return r
}

func export(pattern string, class access.Class, kind access.Kind, handle func(*request) error) route {
	r := rows(pattern, class, kind, handle)
	r.action = access.Export
	return r
}

// own is about the reader's own account; it needs no snapshot.
func own(pattern string, handle func(*request) error) route {
	rt := route{pattern: pattern, action: access.View, class: access.ClassA, kind: access.OwnAccount, bare: true, handle: handle}
	if !strings.HasPrefix(pattern, "GET ") {
		rt.action = access.Administer
	}
	return rt
}

// routes is the whole table.
func routes() []route {
	const a, b, c = access.ClassA, access.ClassB, access.ClassC
	return []route{
		{pattern: "GET /sign-in", public: true, bare: true, handle: signInPage},
		{pattern: "POST /sign-in", public: true, bare: true, handle: signIn},
		{pattern: "GET /sign-in/organisation", public: true, bare: true, handle: leaveForOrganisation},
		{pattern: "GET /sign-in/callback", public: true, bare: true, handle: backFromOrganisation},
		{pattern: "GET /sign-in/code", public: true, bare: true, handle: codePage},
		{pattern: "POST /sign-in/code", public: true, bare: true, handle: enterCode},
		{pattern: "GET /welcome", public: true, bare: true, handle: welcomePage},
		{pattern: "POST /welcome", public: true, bare: true, handle: welcome},
		{pattern: "POST /sign-out", public: true, bare: true, handle: signOut},
		{pattern: "GET /{$}", public: true, bare: true, handle: func(q *request) error {
			http.Redirect(q.w, q.r, "/market", http.StatusSeeOther)
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
		{pattern: "GET /calendar/{file}", public: true, bare: true, handle: calendarFile},
		own("GET /account/access", rightsPage),
		own("GET /account/second", secondPage),
		own("POST /account/second", setSecond),
		{pattern: "GET /requests", action: access.View, class: b, kind: access.InformationRequest, bare: true, handle: requestsPage},
		{pattern: "POST /requests", action: access.Record, class: b, kind: access.InformationRequest, bare: true, handle: logRequest},
		{pattern: "GET /requests/{id}", action: access.View, class: b, kind: access.InformationRequest, bare: true, handle: requestPage},
		{pattern: "POST /requests/{id}/build", action: access.Record, class: b, kind: access.InformationRequest, bare: true, handle: buildAnswer},
		{pattern: "POST /requests/{id}/sign", action: access.Review, class: b, kind: access.InformationRequest, bare: true, handle: signAnswer},
		{pattern: "GET /requests/{id}/answer.zip", action: access.Record, class: b, kind: access.InformationRequest, bare: true, handle: answerFile},
		{pattern: "POST /requests/{id}/answered", action: access.Record, class: b, kind: access.InformationRequest, bare: true, handle: answered},
		// Whether people may be looked up is asked with the reason, which the route itself has not.
		{pattern: "POST /requests/{id}/paper", action: access.Record, class: b, kind: access.InformationRequest, bare: true, handle: layOut},
		{pattern: "GET /audit", action: access.View, class: b, kind: access.AuditLog, bare: true, handle: new(chainCheck).auditPage},
		{pattern: "GET /audit.csv", action: access.Export, class: b, kind: access.AuditLog, bare: true, handle: auditCSV},
		own("GET /restrictions", restrictionsPage),
		own("POST /restrictions", openRestriction),
		own("POST /restrictions/{id}", changeRestriction),
		own("GET /emergency", emergencyPage),
		own("POST /emergency", breakGlass),
		own("POST /emergency/end", endGlass),
		{pattern: "POST /emergency/{id}/review", action: access.Review, class: b, kind: access.BreakGlassUse, bare: true, handle: reviewGlass},

		page("/market", a, access.Market, new(market).marketPage),
		export("/market/weeks.csv", a, access.Market, marketWeeksCSV),
		export("/market/ratings.csv", a, access.Market, marketRatingsCSV),
		export("/market/levels.csv", b, access.Provider, marketLevelsCSV),
		page("/providers", a, access.Provider, providersPage),
		page("/providers/suggest", a, access.Provider, suggestProviders),
		page("/providers/compare", a, access.Provider, comparePage),
		own("POST /account/views", saveView),
		own("POST /account/views/{id}", deleteView),
		export("/providers.csv", a, access.Provider, providersCSV),
		page("/locations/{id}", a, access.Provider, locationPage),
		page("/providers/{id}", a, access.Provider, providerPage),
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
		page("/map", a, access.Provider, mapPage),
		page("/trends", a, access.Market, trendsPage),
		rows("/contingency", b, access.Capacity, contingencyPage),
		export("/contingency/list.csv", b, access.Paper, contingencyCSV),
		{pattern: "GET /contingency/clear", action: access.Review, class: b, kind: access.PlacementStatus, handle: clearPage},
		{pattern: "POST /contingency/clear", action: access.Review, class: b, kind: access.PlacementStatus, handle: clearList},
		onCases(page("/cases", b, access.Case, casesPage)),
		{pattern: "GET /cases/new", action: access.OpenCase, class: b, kind: access.Case, handle: caseNewPage},
		{pattern: "POST /cases/new", action: access.OpenCase, class: b, kind: access.Case, handle: caseOpen},
		onCases(page("/cases/{id}", b, access.Case, casePage)),
		onCases(post("/cases/{id}", access.Record, b, access.Case, caseAct)),
		onCases(post("/cases/{id}/interest", access.View, b, access.Case, declareInterest)),
		onCases(page("/review/cases/{id}", b, access.Case, escalationPage)),
		{pattern: "POST /review/cases/{id}", action: access.Review, class: b, kind: access.ReviewItem, each: true, handle: escalationAct},
		onCases(post("/cases/{id}/notifications/due", access.Record, b, access.Notification, notifyAll)),
		onCases(post("/cases/{id}/affected/listed", access.Record, c, access.Person, listAffected)),
		onCases(page("/cases/{id}/actions.csv", b, access.ActionItem, trackerCSV)),
		onCases(page("/cases/{id}/actions.xlsx", b, access.ActionItem, trackerXLSX)),
		onCases(post("/cases/{id}/actions/import", access.Record, b, access.ActionItem, trackerImport)),
		rows("/review/pack", b, access.ReviewItem, groupPackPage),
		{pattern: "POST /review/pack", action: access.Export, class: b, kind: access.Pack, handle: groupPackMake},
		rows("/review/pack/actions.xlsx", b, access.ReviewItem, groupTrackerXLSX),
		onCases(page("/cases/{id}/meetings/{number}/papers", b, access.Meeting, packPage)),
		onCases(route{pattern: "POST /cases/{id}/meetings/{number}/papers", action: access.Export, class: b, kind: access.Pack, handle: packMake}),
		{pattern: "GET /papers/{id}", action: access.View, class: a, kind: access.OwnAccount, bare: true, handle: paperFetch},
		onCases(page("/actions", b, access.ActionItem, actionsPage)),
		onCases(page("/cases/{id}/{register}", b, access.Case, registerPage)),
		onCases(post("/cases/{id}/{register}", access.Record, b, access.Case, registerAct)),
		onCases(page("/cases/{id}/{register}/{number}", b, access.Case, registerPage)),
		onCases(post("/cases/{id}/{register}/{number}", access.Record, b, access.Case, registerAct)),
		page("/records/concerns", c, access.Concern, recordsPage("concerns")),
		page("/records/enquiries", c, access.Enquiry, recordsPage("enquiries")),
		page("/records/complaints", c, access.Person, recordsPage("complaints")),
		page("/records/contracts", a, access.Market, recordsPage("contracts")),
		page("/records/locations", a, access.Provider, recordsPage("locations")),
		page("/records/openings", a, access.Provider, recordsPage("openings")),
		page("/records/closures", a, access.Provider, recordsPage("closures")),
		rows("/records/capacity", b, access.Capacity, recordsPage("capacity")),
		rows("/records/placements", b, access.Capacity, recordsPage("placements")),
		page("/data", a, access.Source, dataPage),
		page("/data/snapshots", a, access.Source, snapshotsPage),
		early(page("/data/runs", a, access.Source, runsPage)),
		early(page("/data/runs/{id}", a, access.Source, runPage)),
		early(page("/data/runs/{id}/lines.txt", a, access.Source, runLines)),
		page("/data/lineage", a, access.Source, lineagePage),
		page("/data/dictionary", a, access.Source, dictionaryPage),
		page("/data/quarantine", a, access.Quarantine, quarantinePage),
		{pattern: "GET /data/held/{id}", action: access.Operate, class: a, kind: access.Source, handle: heldPage},
		{pattern: "POST /data/held/{id}", action: access.Operate, class: a, kind: access.Source, handle: acceptHeld},
		page("/data/matches", b, access.Match, matchesPage),
		page("/data/matches/{id}", b, access.Match, matchPage),
		{pattern: "POST /data/matches/{id}/confirm", action: access.Review, class: b, kind: access.Match, handle: matchConfirmPage},
		{pattern: "POST /data/matches/{id}", action: access.Review, class: b, kind: access.Match, handle: matchAct},
		page("/rules", a, access.Rules, rulesPage),
		page("/rules/try", a, access.Rules, new(trials).rulesTryPage),
		page("/rules/backtest", a, access.Rules, rulesBacktestPage),
		{pattern: "GET /help", action: access.View, class: a, kind: access.OwnAccount, bare: true, handle: helpPage},

		page("/api/v1/market", a, access.Market, apiMarket),
		page("/api/v1/providers", a, access.Provider, apiProviders),
		page("/api/v1/providers/{id}", a, access.Provider, apiProvider),
		rows("/api/v1/flags", b, access.Flag, apiFlags),
		rows("/api/v1/flags/{id}", b, access.Flag, apiFlag),
		page("/api/v1/sources", a, access.Source, apiSources),
		{pattern: "GET /api/v1/openapi.json", action: access.View, class: a, kind: access.OwnAccount, bare: true, handle: apiDocument},
	}
}
