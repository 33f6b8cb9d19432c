package main

import (
	"bellwether/internal/detect"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"
)

func main() {
	t := time.Now()
	d := os.Args[1]
	m := ""
	if len(os.Args) > 3 {
		m = os.Args[3]
	}
	ev := d + "/events.csv.gz"
	if _, err := os.Stat(ev); err != nil {
		ev = d + "/events.csv"
	}
	r, err := detect.Panel(context.Background(), detect.Options{Events: ev, Units: d + "/homes.csv", FirstWeek: 156, LastWeek: 259, Out: os.Args[2], Method: m})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	b, _ := json.Marshal(r)
	fmt.Println(string(b), time.Since(t))
}
