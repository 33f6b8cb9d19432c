package e2e

import (
	"bufio"
	"fmt"
	"net"
	"net/textproto"
	"strings"
	"sync"
	"testing"
)

// letters is a mail relay that keeps what it is given: to whom, and the subject.
type letters struct {
	addr string
	mu   sync.Mutex
	got  []string // "recipient subject"
	text string   // all that was in them, headings included
}

// relay starts one on an address of its own until the test ends.
func relay(t *testing.T) *letters {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	box := &letters{addr: l.Addr().String()}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go box.talk(conn)
		}
	}()
	return box
}

// talk speaks as much of SMTP as taking a letter needs.
func (b *letters) talk(conn net.Conn) {
	defer conn.Close()
	say := func(line string) bool { _, err := fmt.Fprint(conn, line+"\r\n"); return err == nil }
	if !say("220 relay") {
		return
	}
	in := textproto.NewReader(bufio.NewReader(conn))
	var to []string
	for {
		line, err := in.ReadLine()
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(line, " ")
		answer := "250 OK"
		switch strings.ToUpper(verb) {
		case "RCPT":
			_, who, _ := strings.Cut(rest, "<")
			who, _, _ = strings.Cut(who, ">")
			to = append(to, who)
		case "DATA":
			if !say("354 go on") {
				return
			}
			head, err := in.ReadMIMEHeader()
			if err != nil {
				return
			}
			lines, err := in.ReadDotLines()
			if err != nil {
				return
			}
			// Long lines of a letter are broken after a sign of equality.
			b.keep(to, head.Get("Subject"), fmt.Sprint(head)+strings.ReplaceAll(strings.Join(lines, "\n"), "=\n", ""))
			to = nil
		case "QUIT":
			say("221 bye")
			return
		}
		if !say(answer) {
			return
		}
	}
}

func (b *letters) keep(to []string, subject, text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text += text
	for _, who := range to {
		b.got = append(b.got, who+" "+subject)
	}
}

// has says whether somebody was written to about something.
func (b *letters) has(who, about string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, l := range b.got {
		if strings.HasPrefix(l, who+" ") && strings.Contains(l, about) {
			return true
		}
	}
	return false
}
