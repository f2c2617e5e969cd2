package project

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"path"
	"strconv"
	"strings"
)

// Font is a typeface that an app brings along.
type Font struct {
	File     string  // asset name of a WOFF2
	Adjust   float64 // percent that one of the device is widened by to take as much room; 0: as it is
	Variable bool    // it has every weight
	Swap     bool    // text changes to it whenever it comes, though lines may move
}

var fontUses = []string{"body", "heading"}

// heavyFont is how many bytes of a typeface make a first visit slow.
const heavyFont = 150 << 10

// readFonts decodes fonts: use: file, or use: {file, adjust}.
func (c *checker) readFonts(t section) {
	p, ok := t.get("fonts")
	if !ok {
		return
	}
	s := p.section("fonts", fontUses...)
	out := map[string]Font{}
	for _, use := range fontUses {
		p, ok := s.get(use)
		if !ok {
			continue
		}
		f, at := Font{}, p
		if p.scalar() == notScalar {
			one := p.section("a font", "file", "adjust", "swap")
			f.Adjust, f.Swap = one.percent("adjust"), one.flag("swap", false)
			if at, ok = one.need("file", "a WOFF2 in assets/"); !ok {
				continue
			}
		}
		if f.File = at.asset(use + " of fonts"); f.File != "" && c.fontFits(at, &f) {
			out[use] = f
		}
	}
	c.p.App.Theme.Fonts = out
}

func (s section) percent(key string) float64 {
	p, ok := s.get(key)
	if !ok {
		return 0
	}
	v, err := strconv.ParseFloat(strings.TrimSuffix(p.n.Value, "%"), 64)
	if err != nil || v < 50 || v > 200 {
		p.fail(key+" must be between 50% and 200%, not "+p.describe(), "107% makes it seven in a hundred wider")
		return 0
	}
	return v
}

// fontFits judges a typeface by its bytes, whatever its name says.
func (c *checker) fontFits(p place, f *Font) bool {
	head, known := c.tree.heads[assetsDir+f.File]
	switch {
	case strings.ToLower(path.Ext(f.File)) != ".woff2":
		p.fail(f.File+" is no WOFF2", "fonts are served as WOFF2 alone, which every browser reads")
		return false
	case !known:
		return true
	case !bytes.HasPrefix(head, []byte("wOF2")) || len(head) < woffHeader:
		p.fail(f.File+" is no WOFF2, whatever its name says"+looksLike(head), "make one of it, with woff2_compress or fonttools")
		return false
	}
	if n := binary.BigEndian.Uint32(head[8:]); n > heavyFont {
		p.warn(fmt.Sprintf("%s has %d KB, which a first visit waits for", f.File, n>>10), "leave out the letters that the app does not need (pyftsubset)")
	}
	f.Variable = variable(head)
	return true
}

func looksLike(head []byte) string {
	for magic, kind := range map[string]string{"\x00\x01\x00\x00": "TrueType", "OTTO": "OpenType", "wOFF": "WOFF", "true": "TrueType", "ttcf": "a collection"} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return ": it is " + kind
		}
	}
	return ""
}

// Of the format WOFF2: bytes of its header, and the numbers that its list of tables gives to three of them.
const (
	woffHeader = 48
	tagGlyf    = 10
	tagLoca    = 11
	tagFvar    = 47
	tagOther   = 63
)

// variable reports whether a WOFF2 has a table of axes. It reads the list of tables, which is not compressed.
func variable(head []byte) bool {
	n, rest := int(binary.BigEndian.Uint16(head[12:])), head[woffHeader:]
	for range n {
		if len(rest) < 2 {
			return false
		}
		tag, version := rest[0]&63, rest[0]>>6
		rest = rest[1:]
		if tag == tagOther {
			if len(rest) < 4 {
				return false
			}
			if string(rest[:4]) == "fvar" {
				return true
			}
			rest = rest[4:]
		}
		if tag == tagFvar {
			return true
		}
		rest = afterNumber(rest)
		if shaped := tag == tagGlyf || tag == tagLoca; shaped != (version != 0) { // its length as it is packed stands there as well
			rest = afterNumber(rest)
		}
	}
	return false
}

// afterNumber passes over a number whose bytes but the last have the high bit.
func afterNumber(b []byte) []byte {
	for i, c := range b {
		if c < 128 {
			return b[i+1:]
		}
	}
	return nil
}
