package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/priority"
	"bellwether/internal/trouble"
	"bellwether/internal/warehouse"
	"bellwether/transform"
)

// The exit codes; the package comment says what each means.
const (
	ExitOK          = 0
	ExitFailed      = 1
	ExitUsage       = 2
	ExitRefused     = 3
	ExitHeld        = 4
	ExitInterrupted = 130
)

// Env is the world outside: streams, clock, whether a person is watching.
type Env struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Now            func() time.Time
	Getenv         func(string) string
	Environ        func() []string // settings of the environment; nil for none
	Terminal       bool            // standard error is a terminal that shows progress

	GiveWay func(nice int) error // has this process give way to others for the rest of its life; nil for never
}

// OS is the real world.
func OS() Env {
	return Env{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Now: time.Now, Getenv: os.Getenv, Environ: os.Environ, GiveWay: priority.Lower,
		Terminal: term.IsTerminal(int(os.Stderr.Fd())) && os.Getenv("TERM") != "dumb"}
}

// Globals are the flags that every verb takes.
type Globals struct {
	Dir     string   `short:"d" help:"The instance folder." default:"instance" env:"BELLWETHER_DIR" type:"path" placeholder:"FOLDER"`
	JSON    bool     `help:"Print results as JSON, for machines."`
	Quiet   bool     `short:"q" help:"No progress."`
	Setting []string `help:"A setting, over the file and the environment; may be repeated. See bellwether config --reference." placeholder:"KEY=VALUE" sep:"none"`
}

type root struct {
	Globals

	Init       initCmd        `cmd:"" help:"Make a new instance folder: configuration, keys, inbox and a first account."`
	Demo       demoCmd        `cmd:"" help:"Make or reuse a demonstration instance with the fictional county, run everything and serve it."`
	Run        runCmd         `cmd:"" help:"Ingest what is due, transform, analyse and publish a snapshot."`
	Serve      serveCmd       `cmd:"" help:"Serve the dashboard, the API and the metrics, and run the schedule."`
	Ingest     ingestCmd      `cmd:"" help:"Load files of one source into the warehouse."`
	Map        mapCmd         `cmd:"" help:"Map your own extracts: propose a mapping, see what it would do."`
	Match      matchCmd       `cmd:"" help:"Decide who is meant by names that match no provider."`
	Quarantine quarantineCmd  `cmd:"" help:"Show rows that were held back, and load them again once mended."`
	Status     statusCmd      `cmd:"" help:"What is loaded, how fresh it is, what is wrong."`
	Snapshots  snapshotsCmd   `cmd:"" help:"List the published snapshots."`
	Runs       runsCmd        `cmd:"" help:"List the runs of this machine, or print what one of them said."`
	Verify     verifyCmd      `cmd:"" help:"Read everything that the instance keeps and say whether it is whole."`
	Backup     backupCmd      `cmd:"" help:"Copy the instance while it serves."`
	Restore    restoreCmd     `cmd:"" help:"Make an instance again from a backup, or practise it."`
	Doctor     doctorCmd      `cmd:"" help:"Look the instance over and say what is wrong and what to do."`
	Audit      auditCmd       `cmd:"" help:"The record of who read what: verify it, sign how far it has come."`
	Query      queryCmd       `cmd:"" help:"Ask the newest snapshot a question in SQL (read-only, audited)."`
	Review     reviewCmd      `cmd:"" help:"Read the review queue: what waits for the group, what was decided."`
	Digest     digestCmd      `cmd:"" help:"Write the weekly digest, or post it to those who have not had it this week."`
	Casework   caseworkCmd    `cmd:"" help:"Move casework into a database that several servers share."`
	Pathway    pathwayCmd     `cmd:"" help:"Draw or check the pathway that cases follow."`
	Publish    publishCmd     `cmd:"" help:"Give the marts of the snapshot in force to engines that the council runs itself, by hand."`
	Release    releaseCmd     `cmd:"" help:"Write a table for somebody outside: small counts hidden, held against earlier releases."`
	FOI        foiCmd         `cmd:"" name:"foi" help:"Answer requests under the Freedom of Information Act with counts that a second person signs off."`
	Subject    subjectCmd     `cmd:"" name:"subject-access" help:"Answer people who ask what is held about them: two people, once, recorded."`
	Rollup     rollupCmd      `cmd:"" help:"Add up what several councils released: a regional table between two bounds."`
	Relink     relinkCmd      `cmd:"" help:"Make the people of a provider known again by the council's own references: two people, once, recorded."`
	Check      checkPersonCmd `cmd:"" name:"check-person" help:"Ask whether a named individual was alleged to have caused harm before, at any provider."`
	Retention  retentionCmd   `cmd:"" help:"What has been kept for long enough: propose, appraise, hold, destroy with a certificate."`
	User       userCmd        `cmd:"" help:"Local accounts: list, add, disable, reset a password."`
	Sample     sampleCmd      `cmd:"" help:"Write the fictional county's files to a folder."`
	Explain    explainCmd     `cmd:"" help:"Recompute a flag from the snapshot, and say what it rests on."`
	Backtest   backtestCmd    `cmd:"" help:"Replay history as it was known: how well did the rules foretell what happened?"`
	Rules      rulesCmd       `cmd:"" help:"Check and read rule sets."`
	Detect     detectCmd      `cmd:"" help:"Run the detectors over your own files."`
	Lineage    lineageCmd     `cmd:"" help:"Show which tables and files a table comes from."`
	Config     configCmd      `cmd:"" help:"The settings in force, and every setting there is."`
	Version    versionCmd     `cmd:"" help:"Print the version."`
	Scheduled  scheduledCmd   `cmd:"" name:"scheduled-work" hidden:"" help:"For the service alone: one piece of scheduled work, told on standard input."`
	Completion completionCmd  `cmd:"" help:"Print a completion script for your shell."`
}

// session is what a verb is given.
type session struct {
	Env
	*Globals
	ctx   context.Context
	atEnd []func(context.Context) error // what is still to be sent when the verb is done
	watch *watched                      // how far loading has come; nil for verbs that load nothing
}

// Run parses the arguments, runs the verb and returns the exit code. It never panics on what a user typed.
func Run(ctx context.Context, args []string, env Env) int {
	var r root
	code := -1
	parser, err := kong.New(&r,
		kong.Name("bellwether"),
		kong.Description("Early warning for England's care markets: signals that warrant review, with their evidence."),
		kong.Writers(env.Stdout, env.Stderr),
		kong.Exit(func(c int) { code = c }),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, Summary: true}),
		kong.Bind(&r.Globals),
	)
	if err != nil {
		fmt.Fprintf(env.Stderr, "bellwether: %v\n", err)
		return ExitFailed
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	kctx, err := parser.Parse(args)
	if code >= 0 { // --help was answered
		return code
	}
	if err != nil {
		fmt.Fprintf(env.Stderr, "bellwether: %v\nTry `bellwether --help`, or `bellwether VERB --help` for an example.\n", err)
		return ExitUsage
	}
	s := &session{Env: env, Globals: &r.Globals, ctx: ctx}
	done := kctx.Run(s, parser)
	s.flush()
	return s.finish(done)
}

// flush sends what is still held, such as traces; a receiver that is gone costs seconds and nothing else.
func (s *session) flush() {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.ctx), 5*time.Second)
	defer cancel()
	for _, end := range s.atEnd {
		if err := end(ctx); err != nil && !s.Quiet {
			fmt.Fprintf(s.Stderr, "Traces were not sent: the collector at tracing.url does not take them.\n")
		}
	}
}

// finish says what went wrong and gives the exit code.
func (s *session) finish(err error) int {
	if err == nil {
		return ExitOK
	}
	if s.watch != nil && s.ctx.Err() != nil {
		fmt.Fprintln(s.Stderr, "bellwether: "+s.watch.interrupted())
		return ExitInterrupted
	}
	if errors.Is(err, context.Canceled) || s.ctx.Err() != nil {
		fmt.Fprintln(s.Stderr, "bellwether: interrupted; nothing half-done was kept. Run the same command again to go on.")
		return ExitInterrupted
	}
	fmt.Fprintf(s.Stderr, "bellwether: %s\n", strings.TrimSpace(err.Error()))
	if advice := trouble.Advice(err); advice != "" {
		fmt.Fprintln(s.Stderr, advice)
	}
	return exitCode(err)
}

// refusal marks an error after which the command has finished but something was refused.
type refusal struct{ error }

func (r refusal) Unwrap() error { return r.error }

// usage marks an error of the user's own words.
type usage struct{ error }

func (u usage) Unwrap() error { return u.error }

func exitCode(err error) int {
	var (
		held     *instance.HeldError
		heldFile *warehouse.HeldError
		cfg      *config.Error
		broken   *transform.BrokenError
		ref      refusal
		use      usage
	)
	switch {
	case errors.As(err, &held), errors.As(err, &heldFile):
		return ExitHeld
	case errors.As(err, &cfg), errors.As(err, &use), errors.Is(err, config.ErrNoInstance):
		return ExitUsage
	case errors.As(err, &broken), errors.As(err, &ref):
		return ExitRefused
	default:
		return ExitFailed
	}
}

// config reads the instance's configuration: its file, over that the environment, over that --setting.
func (s *session) config() (config.Config, error) {
	var over []config.Override
	if s.Environ != nil {
		var err error
		if over, err = config.FromEnviron(s.Environ(), sourceNames()); err != nil {
			return config.Config{}, err
		}
	}
	flags, err := config.FromFlags(s.Setting)
	if err != nil {
		return config.Config{}, err
	}
	return config.LoadWith(s.Dir, append(over, flags...))
}

// logger writes structured lines to standard error.
func (s *session) logger() *slog.Logger {
	if s.Quiet {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewTextHandler(s.Stderr, nil))
}
