package decode

import (
	"encoding/xml"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

// tokens lists what our reader finds, one line a token.
func tokens(r io.Reader, limits Limits) (list []string, err error) {
	x := newXMLStream(r, "the test", limits.orDefaults())
	for {
		kind, err := x.next()
		if err == io.EOF {
			return list, nil
		}
		if err != nil {
			return list, err
		}
		switch kind {
		case xmlStart:
			s := fmt.Sprintf("<%s %s", x.name.space, x.name.local)
			for _, a := range x.attrs {
				s += fmt.Sprintf("|%s %s=%s", a.name.space, a.name.local, a.value)
			}
			list = append(list, s)
		case xmlEnd:
			list = append(list, fmt.Sprintf(">%s %s", x.name.space, x.name.local))
		case xmlText:
			list = append(list, "="+string(x.text))
		}
	}
}

// standardTokens lists what the library finds, in the same form. Text outside the root is left out.
func standardTokens(data string) (list []string, err error) {
	d := xml.NewDecoder(strings.NewReader(data))
	depth := 0
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return list, nil
		}
		if err != nil {
			return list, err
		}
		switch e := tok.(type) {
		case xml.StartElement:
			depth++
			s := fmt.Sprintf("<%s %s", e.Name.Space, e.Name.Local)
			for _, a := range e.Attr {
				s += fmt.Sprintf("|%s %s=%s", a.Name.Space, a.Name.Local, a.Value)
			}
			list = append(list, s)
		case xml.EndElement:
			depth--
			list = append(list, fmt.Sprintf(">%s %s", e.Name.Space, e.Name.Local))
		case xml.CharData:
			if depth > 0 {
				list = append(list, "="+string(e))
			}
		case xml.Directive:
			return list, fmt.Errorf("a directive, which ours refuses")
		}
	}
}

// xmlAgree checks our reader against the library's: the same tokens, or both refuse.
func xmlAgree(data string) error {
	ours, err := tokens(strings.NewReader(data), Limits{})
	theirs, theirErr := standardTokens(data)
	switch {
	case err == nil && theirErr != nil && ascii(data):
		return fmt.Errorf("the library refuses (%v) what is accepted as %q", theirErr, ours)
	case err != nil && theirErr == nil && !stricter(data, theirs):
		return fmt.Errorf("refused (%v) what the library reads as %q", err, theirs)
	case err == nil && theirErr == nil && !reflect.DeepEqual(ours, theirs):
		return fmt.Errorf("got %q, the library %q", ours, theirs)
	}
	return nil
}

// ascii: beyond ASCII the library knows which letters may stand in a name; ours takes all.
func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// stricter says that ours may refuse what the library takes: references to half characters, and what the limits forbid.
func stricter(data string, tokens []string) bool {
	return strings.Contains(data, "&#") || strings.Count(data, "xmlns") > maxDeclared || strings.Count(data, "<") > 128
}

func TestXMLTokens(t *testing.T) {
	tests := []struct {
		name, data string
		want       []string
	}{
		{"element", "<a/>", []string{"< a", "> a"}},
		{"text", "<a>x</a>", []string{"< a", "=x", "> a"}},
		{"references", "<a b='&lt;&quot;&#x41;'>&amp;&#163;&gt;&apos;</a>", []string{"< a| b=<\"A", "=&£>'", "> a"}},
		{"line ends", "<a b='x\r\ny'>1\r2\r\n3\n</a>", []string{"< a| b=x\ny", "=1\n2\n3\n", "> a"}},
		{"cdata", "<a><![CDATA[<b>&amp;]]>x</a>", []string{"< a", "=<b>&amp;", "=x", "> a"}},
		{"comment and instruction", "<?xml version='1.0' encoding='UTF-8'?><!-- x --><a><!-- <b> --><?p q?></a>", []string{"< a", "> a"}},
		{"marked", "\ufeff<a/>", []string{"< a", "> a"}},
		{"name spaces", "<p:a xmlns:p='u' xmlns='d' q='1' p:r='2'><b/><p:c xmlns:p='v' xmlns=''><b/></p:c><b/></p:a>", []string{
			"<u a|xmlns p=u| xmlns=d| q=1|u r=2", "<d b", ">d b", "<v c|xmlns p=v| xmlns=", "< b", "> b", ">v c", "<d b", ">d b", ">u a"}},
		{"prefix without a name space", "<p:a q:b='1'/>", []string{"<p a|q b=1", ">p a"}},
		{"odd colons", "<:a b:='1'/>", []string{"< :a| b:=1", "> :a"}},
		{"spaces in tags", "<a  b = '1'\n c=\"'>'\" ></a >", []string{"< a| b=1| c='>'", "> a"}},
		{"two roots", "<a/>x<b/>", []string{"< a", "> a", "< b", "> b"}},
		{"nothing", "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tokens(strings.NewReader(tt.data), Limits{})
			if err != nil || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %q, %v", got, err)
			}
			if slow, err := tokens(iotest.OneByteReader(strings.NewReader(tt.data)), Limits{}); err != nil || !reflect.DeepEqual(slow, tt.want) {
				t.Errorf("byte by byte: %q, %v", slow, err)
			}
			if err := xmlAgree(tt.data); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestXMLRefused(t *testing.T) {
	for _, data := range []string{
		"<", "<a", "<a>", "<a b", "<a b=", "<a b='", "<a b='1'", "<a/", "</a>", "<a></b>", "<a></a x>", "<a><b></a></b>", "<1/>", "<a 1='x'/>", "<a b/>", "<a b=1/>",
		"<a b='<'/>", "<a>&x;</a>", "<a>&</a>", "<a>&#;</a>", "<a>&#xD800;</a>", "<a>&#0;</a>", "<a>&#x110000;</a>", "<a>&amp</a>", "<a>]]></a>", "<a>\x00</a>", "<a>\x01</a>",
		"<a>\xff</a>", "<a>\uffff</a>", "<a b='\x02'/>", "<a><!-- -- --></a>", "<a><!--</a>", "<a><![CDATA[</a>", "<a><![CDATA[\x01]]></a>", "<?xml version='1.1'?><a/>",
		"<?xml version='1.0' encoding='UTF-16'?><a/>", "<? ?>", "<?x", "<!DOCTYPE a>", "<!ENTITY a 'b'>", "<!x>", "<a:b:c/>", "<a x:y:z='1'/>", "<a><", "<a>x", "<a\xff/>", "<a><b/",
	} {
		if got, err := tokens(strings.NewReader(data), Limits{}); err == nil {
			t.Errorf("%q was read as %q", data, got)
		} else if _, ok := err.(*Error); !ok {
			t.Errorf("%q: %T %v", data, err, err)
		}
		if err := xmlAgree(data); err != nil {
			t.Errorf("%q: %v", data, err)
		}
	}
}

func TestXMLLimits(t *testing.T) {
	tests := []struct{ name, data, says string }{
		{"depth", strings.Repeat("<a>", 11), "nested more than 10 deep"},
		{"tag", "<a b='" + strings.Repeat("x", 3*xmlBuffer) + "'/>", "one piece of the XML of the test is larger"},
		{"text", "<a>" + strings.Repeat("x", 3*xmlBuffer) + "</a>", "one piece"},
		{"comment", "<a><!--" + strings.Repeat("x", 3*xmlBuffer) + "--></a>", "one piece"},
		{"cdata", "<a><![CDATA[" + strings.Repeat("x", 3*xmlBuffer) + "]]></a>", "one piece"},
		{"instruction", "<?x " + strings.Repeat("x", 3*xmlBuffer) + "?>", "one piece"},
		{"name spaces", "<a" + strings.Repeat(" xmlns:b='c'", maxDeclared+1) + "/>", "damaged"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := tokens(strings.NewReader(tt.data), Limits{XMLDepth: 10, XMLTokenBytes: 2 * xmlBuffer})
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, want %q", err, tt.says)
			}
		})
	}
	// What fits the limit passes, wherever it falls in the buffer.
	for _, n := range []int{xmlBuffer - 10, xmlBuffer - 4, xmlBuffer, xmlBuffer + 1} {
		data := "<r><a b='" + strings.Repeat("x", n) + "'/>" + strings.Repeat("y", n) + "<c/></r>"
		got, err := tokens(strings.NewReader(data), Limits{XMLTokenBytes: 2 * xmlBuffer})
		if err != nil || len(got) != 7 {
			t.Errorf("%d bytes: %d tokens, %v", n, len(got), err)
		}
	}
}

func TestXMLStaysRefused(t *testing.T) {
	x := newXMLStream(strings.NewReader("<a><b/"), "the test", Limits{}.orDefaults())
	x.next()
	_, first := x.next()
	_, second := x.next()
	if first == nil || first != second || x.skip() != first {
		t.Errorf("got %v, then %v", first, second)
	}
	boom := fmt.Errorf("boom")
	x = newXMLStream(iotest.ErrReader(boom), "the test", Limits{}.orDefaults())
	if _, err := x.next(); err != boom {
		t.Errorf("the reader's error came back as %v", err)
	}
}

// A file whose names never repeat is read right though they are not all remembered.
func TestXMLManyNames(t *testing.T) {
	var b strings.Builder
	b.WriteString("<r>")
	for i := range 3 * maxNames {
		fmt.Fprintf(&b, "<n%d a%d='1'/>", i, i)
	}
	b.WriteString("</r>")
	got, err := tokens(strings.NewReader(b.String()), Limits{})
	if want, _ := standardTokens(b.String()); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %d tokens, %v", len(got), err)
	}
}

func TestXMLAgreesWithTheLibrary(t *testing.T) {
	pieces := rapid.SliceOfN(rapid.SampledFrom([]string{"<a>", "</a>", "<b c='d'>", "</b>", "<a/>", "<p:a xmlns:p='u'>", "</p:a>", "<p:q/>", "x", " ", "&amp;", "&#65;", "&x;", "]]>", "]]",
		"<![CDATA[", "<!--", "-->", "--", "<?p ", "?>", "<", ">", "'", "\"", "=", "/", "\r", "\n", "é", "\x01", "<a b=\"c\" ", "/>", "xmlns='d'"}), 0, 20)
	rapid.Check(t, func(t *rapid.T) {
		data := "<a>" + strings.Join(pieces.Draw(t, "pieces"), "") + "</a>"
		if err := xmlAgree(data); err != nil {
			t.Fatalf("%q: %v", data, err)
		}
	})
}
