package project

import (
	"encoding/binary"
	"testing"
)

// woff makes the beginning of a WOFF2 of so many bytes with these entries of its list of tables.
func woff(size uint32, entries ...[]byte) []byte {
	b := make([]byte, woffHeader)
	copy(b, "wOF2")
	binary.BigEndian.PutUint32(b[8:], size)
	binary.BigEndian.PutUint16(b[12:], uint16(len(entries)))
	for _, e := range entries {
		b = append(b, e...)
	}
	return b
}

// TestF200_Fonts: a typeface is judged by its bytes; whether it is a variable one stands in its list of tables.
func TestF200_Fonts(t *testing.T) {
	cmap, glyf, loca, fvar := []byte{0, 10}, []byte{10, 0x81, 0x02, 5}, []byte{11, 9, 0}, []byte{47, 7}
	for name, tc := range map[string]struct {
		head     []byte
		warn     bool
		variable bool
	}{
		"static":            {woff(9000, cmap, glyf, loca), false, false},
		"variable":          {woff(9000, cmap, glyf, loca, fvar), false, true},
		"untransformed":     {woff(9000, []byte{10 | 3<<6, 4}, []byte{11 | 3<<6, 47}, fvar), false, true},
		"its tag spelt out": {woff(9000, append([]byte{63}, "fvar\x07"...)), false, true},
		"large":             {woff(400<<10, cmap), true, false},
		"cut off":           {woff(9000, cmap, glyf)[:woffHeader+3], false, false},
	} {
		tree := NewTree(map[string][]byte{
			"app.yaml": []byte("usher: 1\nname: A\ntheme: {fonts: {body: {file: a.woff2, adjust: 107%}}}\n"), "assets/a.woff2": tc.head,
			"pages/home.yaml": []byte("path: /\ntitle: Home\nbody: [text: Hi]\n"),
		})
		p, problems := tree.Project()
		if problems.Errors() || (len(problems) > 0) != tc.warn {
			t.Errorf("%s: %v", name, problems)
			continue
		}
		if f := p.App.Theme.Fonts["body"]; f != (Font{File: "a.woff2", Adjust: 107, Variable: tc.variable}) {
			t.Errorf("%s: %+v", name, f)
		}
	}
}
