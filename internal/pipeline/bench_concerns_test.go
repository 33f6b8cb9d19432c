package pipeline

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/warehouse"
)

// benchRows is how many concerns are generated: a million, or what the environment asks for; `make bench` asks for six million, a decade
// of England.
func benchRows(b *testing.B) int {
	b.Helper()
	n, err := strconv.Atoi(os.Getenv("BELLWETHER_BENCH_ROWS"))
	if err != nil {
		return 1_000_000
	}
	return n
}

// writeConcerns makes an extract of that many concerns with the fictional county's headings: 22 columns, four of them dropped at the door
// and two pseudonymised.
func writeConcerns(b *testing.B, path string, rows int) {
	b.Helper()
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	fmt.Fprint(w, "Concern Ref,Date Concern Received,Date Recorded,Date of Decision,Decision on Concern,Enquiry Ref,Allegation Types,Location of Alleged Abuse,"+
		"Source of Alleged Risk,Relationship to Adult,Provider Named,CQC Location ID,Provider Postcode,Adult ID,Alleged Person ID,Referrer Type,Placing Authority,"+
		"Severity,Outcome of Concern,Adult Name,Adult Date of Birth,Concern Details\n")
	start := time.Date(2016, 4, 1, 0, 0, 0, 0, time.UTC)
	for i := range rows {
		on := start.AddDate(0, 0, i*3650/rows).Format("02/01/2006")
		fmt.Fprintf(w, "SC-%08d,%s,%s,%s,Section 42 enquiry,SE-%08d,Physical; Neglect and Omission,Care Home - residential,Service provider - staff,"+
			"Paid worker - this provider,Fenwick House,9-%09d,LK1 2AB,P%07d,S%06d,CQC,Larkshire County Council,3 - Significant,Progressed to enquiry,A Name,01/02/1934,\"Some words, and more\"\n",
			i, on, on, on, i, i%50_000, i%1_200_000, i%300_000)
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkConcerns takes generated concerns from CSV through the contract's check and the pseudonyms into the raw file, and sets that
// beside the engine's own read_csv of the same file in the same run, on one thread: every cell as text into memory, with the types that it
// finds into memory, and as text into a file that is as safe on the disk afterwards as ours. The peak of memory is taken before the engine reads it.
func BenchmarkConcerns(b *testing.B) {
	rows := benchRows(b)
	dir := b.TempDir()
	file := filepath.Join(dir, "concerns.csv")
	writeConcerns(b, file, rows)
	info, err := os.Stat(file)
	if err != nil {
		b.Fatal(err)
	}
	var ours, plain, typed, kept, oursCPU, plainCPU time.Duration
	var resident int64
	for b.Loop() {
		where := b.TempDir()
		if err := instance.Create(where, instance.Options{Council: "Test"}); err != nil {
			b.Fatal(err)
		}
		if err := instance.EnsureKeys(where); err != nil {
			b.Fatal(err)
		}
		cfg, err := config.Load(where)
		if err != nil {
			b.Fatal(err)
		}
		set := cfg.Sources["safeguarding_concerns"]
		set.Mapping = "larkshire-concerns"
		cfg.Sources["safeguarding_concerns"] = set
		cfg.Ingest.MaxFileMiB = 8192
		p := open(b, cfg)
		began, used := time.Now(), processorTime(b)
		report, err := p.IngestFiles(b.Context(), "safeguarding_concerns", []string{file}, noon, false)
		if err != nil || report.Problems() || report.Rows != int64(rows) || report.Held != 0 {
			b.Fatalf("%v, %d rows, %d held: %+v", err, report.Rows, report.Held, report)
		}
		ours += time.Since(began)
		oursCPU += processorTime(b) - used
		if err := p.Close(); err != nil {
			b.Fatal(err)
		}
		if resident == 0 {
			var u syscall.Rusage
			if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
				b.Fatal(err)
			}
			resident = u.Maxrss // KiB on Linux
		}
		used = processorTime(b)
		plain += readCSV(b, dir, file, ", all_varchar = true")
		plainCPU += processorTime(b) - used
		typed += readCSV(b, dir, file, "")
		kept += readCSVToDisk(b, b.TempDir(), dir, file)
	}
	b.SetBytes(info.Size())
	b.ReportMetric(float64(rows*b.N)/ours.Seconds(), "rows/s")
	b.ReportMetric(float64(rows*b.N)/plain.Seconds(), "read_csv-rows/s")
	b.ReportMetric(plain.Seconds()/ours.Seconds(), "of-read_csv")
	b.ReportMetric(typed.Seconds()/ours.Seconds(), "of-read_csv-typed")
	b.ReportMetric(kept.Seconds()/ours.Seconds(), "of-read_csv-to-disk")
	b.ReportMetric(float64(rows*b.N)/oursCPU.Seconds(), "rows/core-s")
	b.ReportMetric(plainCPU.Seconds()/oursCPU.Seconds(), "of-read_csv-cores")
	b.ReportMetric(float64(resident)/1024, "MiB-peak")
}

// readCSVToDisk has the engine read the file into a database of its own and bring that to the disk.
func readCSVToDisk(b *testing.B, where, dir, file string) time.Duration {
	b.Helper()
	db, err := warehouse.OpenScratch(dir)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	began := time.Now()
	for _, q := range []string{"ATTACH " + warehouse.Literal(filepath.Join(dir, filepath.Base(where)+".duckdb")) + " AS kept",
		"CREATE TABLE kept.t AS SELECT * FROM read_csv(" + warehouse.Literal(file) + ", all_varchar = true)", "CHECKPOINT kept", "DETACH kept"} {
		if _, err := db.ExecContext(b.Context(), q); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(began)
}

// processorTime is what the process has used of the processors: on a busy machine the clock on the wall says little.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
