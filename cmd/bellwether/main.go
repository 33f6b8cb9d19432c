// Command bellwether is an early-warning system for a care market: it loads what a council knows about care providers, finds those
// drifting towards concern or failure, and shows the evidence.
package main

import (
	"context"
	"os"

	"bellwether/internal/cli"
)

func main() {
	os.Exit(cli.Main(context.Background(), os.Args[1:], cli.OS()))
}
