package decode

import (
	"testing"
)

func FuzzXML(f *testing.F) {
	f.Add([]byte("<a b='&amp;'>x<p:c xmlns:p='u'/><!-- y --><![CDATA[<]]></a>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := xmlAgree(string(data)); err != nil {
			t.Fatal(err)
		}
	})
}
