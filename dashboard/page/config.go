package page

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"github.com/alexedwards/scs/v2"

	"bellwether/casework/accounts"
	"bellwether/casework/cases"
	"bellwether/casework/clearance"
	"bellwether/casework/feeds"
	"bellwether/casework/intelligence"
	"bellwether/casework/personal"
	"bellwether/casework/restricted"
	"bellwether/casework/review"
	"bellwether/dashboard/class"
	"bellwether/dashboard/geo"
	"bellwether/dashboard/read"
	"bellwether/ingest/identity"
	"bellwether/internal/access"
	"bellwether/internal/answers"
	"bellwether/internal/audit"
	"bellwether/internal/backtest"
	"bellwether/internal/oidc"
	"bellwether/internal/runlog"
)

// AuditBook reads the audit for those whose task it is.
type AuditBook interface {
	// Recent gives up to n entries that match, newest first.
	Recent(n int, match func(audit.Entry) bool) ([]audit.Entry, error)
	// Verify goes through the whole chain.
	Verify() (*audit.Report, error)
	// Status describes the log as it stands.
	Status() audit.Status
}

// Clearances remembers which lists of destinations somebody with a wider view has looked at.
type Clearances interface {
	Of(ctx context.Context, list string) (clearance.Clearance, bool, error)
	Clear(ctx context.Context, list, by string, removed, kept []string) (clearance.Clearance, error)
}

// Snapshots hands out the newest published snapshot.
type Snapshots interface {
	// Acquire gives the newest snapshot and a function to call once when done with it, or [ErrNoSnapshot] while there is none.
	Acquire(ctx context.Context) (*read.Snapshot, func(), error)
}

// Earlier opens snapshots that newer ones have replaced. [Config.Snapshots] that implement it let readers look back.
type Earlier interface {
	// At gives the snapshot with an id as Acquire does; [ErrNoSnapshot] if it isn't kept.
	At(ctx context.Context, id string) (*read.Snapshot, func(), error)
	// Kept lists the snapshots that can be looked at, newest first.
	Kept(ctx context.Context) ([]KeptSnapshot, error)
}

// KeptSnapshot is one published snapshot and the run that made it.
type KeptSnapshot struct {
	ID        string
	Published time.Time
	// Readable says that its file opens, and then Run is known.
	Readable bool
	Run      read.Run
}

// Accounts knows who may sign in.
type Accounts interface {
	// SignIn checks a name and a password. A refusal is [ErrSignIn], also as a [*RefusedError] with a code for the audit, or a
	// [*ThrottledError]; none of them says which of the two was wrong.
	SignIn(ctx context.Context, a Attempt) (Entrance, error)
	// Subject gives who a user is now, or [ErrNoAccount]. It is asked at every request, so that a change of role takes effect at once.
	Subject(ctx context.Context, userID string) (access.Subject, error)
}

// Attempt is one attempt to sign in.
type Attempt struct {
	Username, Password string
	// From is the caller's address; Device is the token of a browser that has signed in before, empty for none.
	From, Device string
}

// Entrance is a successful attempt.
type Entrance struct {
	UserID string
	// Device is the token that makes this browser known from now on; empty keeps the one it has.
	Device string
}

// Auditor records who saw what. A read that can't be recorded is refused.
type Auditor interface {
	Record(ctx context.Context, e Entry) error
}

// Facts adds to a resource what decides about it and isn't in the snapshot: a restriction and its named list, a referral, sharing.
type Facts interface {
	About(ctx context.Context, r access.Resource) (access.Resource, error)
}

// Organisation is a person's own identity provider.
type Organisation interface {
	// Begin gives the address to send a browser to and what to remember until it is back.
	Begin(ctx context.Context, fresh bool) (address string, f oidc.Flow, err error)
	// Finish checks what the provider sent back and gives the account, or an [*oidc.RefusedError] or [ErrNoAccount].
	Finish(ctx context.Context, f oidc.Flow, back url.Values) (userID string, err error)
	// Title is what the button says.
	Title() string
}

// Cases knows which cases there are.
type Cases interface {
	// ProviderOf gives the provider of a case; ok is false where there is no such case.
	ProviderOf(ctx context.Context, caseID string) (provider string, ok bool, err error)
}

// Entry is one line of the audit of reading. It never holds what was shown.
type Entry struct {
	At         time.Time
	UserID     string
	Roles      []string
	Session    string // the public id of the session, never its token
	Action     string
	Kind       string
	Class      string
	ID         string
	Allowed    bool
	Reason     string
	Purpose    string // the code of the reason that the person gave
	Restricted bool   // about something whose existence is hidden
	RequestID  string
	SnapshotID string
	RuleSet    string
}

// Why a request can't be served as asked.
var (
	ErrNoSnapshot = errors.New("page: no snapshot is published yet")
	ErrSignIn     = errors.New("page: the name or the password is wrong")
	ErrNoAccount  = errors.New("page: no such account, or it is switched off")
)

// RefusedError is a refusal to sign in with its code for the audit; the person is told no more than by [ErrSignIn], which it is.
type RefusedError struct{ Code string }

// Error implements error.
func (e *RefusedError) Error() string { return ErrSignIn.Error() }

// Is makes every refusal an [ErrSignIn].
func (e *RefusedError) Is(target error) bool { return target == ErrSignIn }

// ThrottledError says that sign-in is closed to the caller for a while.
type ThrottledError struct{ RetryAfter time.Duration }

// Error implements error.
func (e *ThrottledError) Error() string {
	return fmt.Sprintf("page: too many attempts to sign in; wait %s", e.RetryAfter.Round(time.Second))
}

// Vocabulary is an authority's own words.
type Vocabulary struct {
	// Authority names whose market this is.
	Authority string
	// Levels are the four levels from ordinary market management to failure.
	Levels [4]string
	// Group is what the quality and safeguarding group is called.
	Group string
	// Markings are the protective markings.
	Markings class.Markings
}

// DefaultVocabulary is the words of the published frameworks.
var DefaultVocabulary = Vocabulary{
	Levels:   [4]string{"market management", "pre-provider concern", "provider concern", "provider failure"},
	Group:    "Quality and Safeguarding Information Group",
	Markings: class.DefaultMarkings,
}

// Rule is one rule of the rule set, as the rules page shows it.
type Rule struct {
	ID, Title, Says    string
	Level              int
	FailureKind        string
	Strength           string // hard or soft
	Basis              string // cited or local setting
	Citation, Family   string
	Counterfactual     string
	ExpectedFalseFlags string
	// Limits are the numbers of its condition that can be tried with another.
	Limits []RuleLimit
}

// RuleLimit is a number that a rule holds an indicator against.
type RuleLimit struct {
	Indicator string
	// Says is what the indicator is, in words.
	Says  string
	Sign  string
	Value float64
}

// RuleSet is the rules that the newest run applied.
type RuleSet struct {
	Name, Hash string
	Rules      []Rule
	// Notes say what the set leaves out and why.
	Notes []string
}

// Config is what the dashboard needs from the process around it.
type Config struct {
	Snapshots Snapshots
	Accounts  Accounts
	Auditor   Auditor
	// Sessions manages sessions; nil keeps none but in memory. Its cookie is named and hardened here.
	Sessions *scs.SessionManager
	// Idle is after how long an unused session ends, for the warning before it does; fifteen minutes if zero.
	Idle time.Duration
	// Organisation signs people in through their identity provider; nil for none. NoLocal then closes the door for passwords.
	Organisation Organisation
	NoLocal      bool
	// SecondRequired asks every local account for a second factor before anything else.
	SecondRequired bool
	// Local keeps the local accounts, for their owners' own pages; nil where there are none.
	Local *accounts.Accounts
	// Visits lists and ends sessions for their owners; nil where they are kept in memory.
	Visits *accounts.Sessions
	// Authorise decides; nil is [access.Authorise].
	Authorise func(access.Subject, access.Action, access.Resource) access.Decision
	// Facts may be nil while no casework exists; Restricted answers then, if it is set.
	Facts Facts
	// Boundaries are the outlines that the map draws; none is a map without them.
	Boundaries []geo.Line
	// Clearances remembers who has cleared which list of destinations; nil leaves every list provisional.
	Clearances Clearances
	// Matches keeps who is meant by names that match no provider; nil shows none.
	Matches Matches
	// Calendars keeps the addresses of people's calendars; nil has none. PublicURL is how browsers reach the dashboard, without a slash at
	// its end, for links that are read elsewhere.
	Calendars *feeds.Book
	PublicURL string
	// Quota bounds what one person takes away in a day; the zero value bounds nothing.
	Quota Quota
	// Leads says who clears lists of destinations; nil is everybody whose role lets them. See [Clearances].
	Leads func(userID string) bool
	// Held loads files that the completeness gate holds; nil offers none.
	Held HeldFiles
	// Requests answers requests for information; nil where it isn't done on the pages.
	Requests *answers.Desk
	// Runs keeps what the runs of this machine said of themselves; nil where nothing runs.
	Runs Runs
	// Several says that other machines share the work, each with runs and an audit of its own, which pages then say.
	Several bool
	// Reviews is the review queue; nil keeps one in memory, for trying things out.
	Reviews *review.Desk
	// Personal keeps readers' own lists and what they last saw; nil keeps them in memory, for trying things out.
	Personal *personal.Book
	// Casework is the cases on their pathway; nil keeps none but in memory, for trying things out.
	Casework *cases.Desk
	// Intelligence is what people know and wrote down of providers without a case; nil keeps it in memory, for trying things out.
	Intelligence *intelligence.Book
	// People lists the accounts in use, for forms that name an owner.
	People func(ctx context.Context) ([]Person, error)
	// Restricted keeps what is hidden from those who aren't named, and the uses of emergency access.
	Restricted *restricted.Book
	// Audit reads the audit back for those whose task it is; nil where it can't be read.
	Audit AuditBook
	// Cases knows which cases there are; nil while there are none.
	Cases Cases
	// Rules gives the rule set in words; nil shows none.
	Rules func() RuleSet
	// BackTest gives the last back-test that was kept, nil for none.
	BackTest func() (*backtest.Report, error)
	// Try tries a rule with one limit moved on a snapshot's history; nil is the snapshot's own way.
	Try   func(ctx context.Context, snap *read.Snapshot, rule, indicator string, to float64) (read.Trial, error)
	Words Vocabulary
	// TLS says that browsers reach the dashboard by HTTPS: cookies are then Secure and transport security is announced.
	TLS bool
	// Limits bounds how often one caller may ask.
	Limits Limits
	// TrustedOrigins may send forms besides the dashboard's own origin.
	TrustedOrigins []string
	Log            *slog.Logger
	Now            func() time.Time
	Version        string
}

func (v Vocabulary) withDefaults() Vocabulary {
	for i, l := range DefaultVocabulary.Levels {
		if v.Levels[i] == "" {
			v.Levels[i] = l
		}
	}
	if v.Group == "" {
		v.Group = DefaultVocabulary.Group
	}
	if v.Markings.Open == "" {
		v.Markings.Open = class.DefaultMarkings.Open
	}
	if v.Markings.Sensitive == "" {
		v.Markings.Sensitive = class.DefaultMarkings.Sensitive
	}
	return v
}

// HeldFiles loads files that the completeness gate holds.
type HeldFiles interface {
	// Accept loads a held file and says in words what became of it. [ErrBusy] says that a run is under way.
	Accept(ctx context.Context, load, by, why string) (says string, err error)
}

// ErrBusy says that somebody else is loading or publishing just now.
var ErrBusy = errors.New("page: a run is under way")

// Matches keeps what people decide about who is meant by a name; the command line reads and writes the same book.
type Matches interface {
	All(ctx context.Context) ([]identity.Decision, error)
	InForce(ctx context.Context) ([]identity.Decision, error)
	Decide(ctx context.Context, d identity.Decision) (identity.Decision, error)
}

// Person is somebody with an account, as forms that name an owner list them.
type Person struct {
	Subject access.Subject
}

// Runs keeps what the runs of this machine said of themselves.
type Runs interface {
	// List gives them in short, the newest first.
	List(ctx context.Context) ([]runlog.Run, error)
	// Read gives one with its lines; [runlog.ErrUnknown] where none are kept.
	Read(ctx context.Context, id string) (runlog.Detail, error)
}
