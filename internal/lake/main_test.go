package lake_test

import (
	"encoding/csv"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/instancetest"
	sampledata "bellwether/sample-data"
)

func TestMain(m *testing.M) { os.Exit(instancetest.MainOf(m, market)) }

// market is a market of seven invented services that no regulator registers, with two years of concerns about three of them: enough for
// every weekly table to have rows of several years, and a snapshot made in a second.
func market(dir string) (config.Config, error) {
	if err := instance.Create(dir, instance.Options{Council: "Larkshire (fictional)", Areas: []string{"Larkshire"}, AsOf: "2026-10-01", Sources: []string{"local_register", "safeguarding_concerns"}}); err != nil {
		return config.Config{}, err
	}
	if err := instance.EnsureKeys(dir); err != nil {
		return config.Config{}, err
	}
	register, err := fs.Sub(sampledata.Larkshire, "larkshire/inbox/local_register")
	if err != nil {
		return config.Config{}, err
	}
	if err := os.CopyFS(filepath.Join(dir, instance.Inbox, "local_register"), register); err != nil {
		return config.Config{}, err
	}
	if err := concerns(filepath.Join(dir, instance.Inbox, "safeguarding_concerns")); err != nil {
		return config.Config{}, err
	}
	return config.Load(dir)
}

func concerns(inbox string) error {
	if err := os.MkdirAll(inbox, 0o700); err != nil {
		return err
	}
	f, err := os.Create(filepath.Join(inbox, "concerns.csv"))
	if err != nil {
		return err
	}
	defer f.Close()
	w := csv.NewWriter(f)
	_ = w.Write([]string{"concern_ref", "received_on", "recorded_on", "decision", "abuse_types", "source_of_risk", "provider_name", "adult_ref", "referrer_type"})
	services := []string{"Sandglass Day Opportunities", "Breakwater Day Centre", "Tidepool Hub"}
	for i := range 140 {
		day := time.Date(2024, 10, 7, 0, 0, 0, 0, time.UTC).AddDate(0, 0, 5*i).Format(time.DateOnly)
		_ = w.Write([]string{fmt.Sprintf("C%04d", i), day, day, "s42", "Neglect", "Service provider - staff", services[i*i%3], fmt.Sprintf("P%d", i%9), "Family"})
	}
	w.Flush()
	return w.Error()
}
