package postgres

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"bellwether/casework/store/storetest"
)

// childDatabase in the environment makes the test program a server that
// appends until it is killed.
const childDatabase = "BELLWETHER_TEST_POSTGRES_CHILD"

// child appends events to a stream and says the version of each once it has
// been acknowledged.
func child(address string) int {
	ctx := context.Background()
	db, err := Open(ctx, options(address))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	events, err := db.Load(ctx, "a")
	for v := int64(len(events)); err == nil; v++ {
		if _, err = db.Append(ctx, "a", v, storetest.New(int(v)+1)); err == nil {
			fmt.Println(v + 1)
		}
	}
	fmt.Fprintln(os.Stderr, err)
	return 1
}

func testKill(t *testing.T, server databases) {
	address := server.Empty()
	db := open(t, address)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	acknowledged := int64(0)
	for round := range 5 {
		cmd := exec.Command(self)
		cmd.Env = append(os.Environ(), childDatabase+"="+address)
		var said strings.Builder
		cmd.Stderr = &said
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			if acknowledged, err = strconv.ParseInt(lines.Text(), 10, 64); err != nil {
				t.Fatal(err)
			}
			if n == 10+7*round {
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		_ = cmd.Wait()
		if said.Len() > 0 {
			t.Fatalf("the server said: %s", said.String())
		}
		// The next writer is not held up by the dead one, and everything acknowledged is there.
		events, err := db.Load(context.Background(), "a")
		if err != nil || int64(len(events)) < acknowledged || int64(len(events)) > acknowledged+1 {
			t.Fatalf("round %d: %d events, %v; %d were acknowledged", round, len(events), err, acknowledged)
		}
		if _, err := db.Append(context.Background(), "b", int64(round), storetest.New(round)); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Check(context.Background()); err != nil {
		t.Error(err)
	}
}
