// Command bellwether is an early-warning system for a care market: it loads what a council knows about care providers, finds those
// drifting towards concern or failure, and shows the evidence.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"bellwether/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Run(ctx, os.Args[1:], cli.OS())
	stop()
	os.Exit(code)
}
