package metrics

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Work is what cases still ask of people. Restricted cases are in none of its counts: a figure must not give one away.
type Work struct {
	// Cases are the open ones, by the level of their stage.
	Cases map[string]int
	// OverLimit counts cases that have stood in their stage for longer than the local limit.
	OverLimit                            int
	ActionsOpen, ActionsOverdue          int
	MinutesOverdue, NotificationsOverdue int
}

// Cases counts what cases ask of people.
type Cases interface {
	Work(ctx context.Context) (Work, error)
}

type casework struct {
	cases                                                       Cases
	log                                                         *slog.Logger
	open, over, actions, late, minutes, notifications, failures *prometheus.Desc
}

// Casework registers the clocks of the case work: stages over their limit, actions, minutes and notifications past their date.
func Casework(reg prometheus.Registerer, cases Cases, log *slog.Logger) error {
	return reg.Register(&casework{cases: cases, log: log,
		open:          desc("cases_open", "Open cases that are not restricted, by the level of their stage.", "concern_stage"),
		over:          desc("cases_over_stage_limit", "Open cases that have stood in their stage for longer than the local limit."),
		actions:       desc("actions_open", "Actions of the trackers that are not completed."),
		late:          desc("actions_overdue", "Actions of the trackers that are past their due date."),
		minutes:       desc("meeting_notes_overdue", "Meetings, of cases and of the reviewing group, whose minutes have not been circulated within five working days."),
		notifications: desc("notifications_overdue", "Notifications that are past the day on which they were to be sent."),
		failures:      desc("casework_errors", "1 if the case work could not be counted at this scrape, 0 if it could."),
	})
}

var _ prometheus.Collector = (*casework)(nil)

// Describe implements prometheus.Collector.
func (c *casework) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{c.open, c.over, c.actions, c.late, c.minutes, c.notifications, c.failures} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (c *casework) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	gauge := func(d *prometheus.Desc, v int, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(v), labels...)
	}
	w, err := c.cases.Work(ctx)
	if err != nil {
		c.log.Error("the case work could not be counted", "error", err.Error())
		gauge(c.failures, 1)
		return
	}
	gauge(c.failures, 0)
	for _, level := range append([]string{"market_management"}, levels...) {
		gauge(c.open, w.Cases[level], level)
	}
	gauge(c.over, w.OverLimit)
	gauge(c.actions, w.ActionsOpen)
	gauge(c.late, w.ActionsOverdue)
	gauge(c.minutes, w.MinutesOverdue)
	gauge(c.notifications, w.NotificationsOverdue)
}
