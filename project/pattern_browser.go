package project

import (
	"fmt"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
)

// maxBrowserPattern bounds a pattern that is sent to browsers: \pL, for one, is hundreds of ranges. The server knows those alone.
const maxBrowserPattern = 2000

// browserPattern writes a pattern in the syntax of browsers, with the u flag, so that both mean the same by it; false where it gets too long.
func browserPattern(pattern string) (string, bool) {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return "", false
	}
	var b strings.Builder
	writePattern(&b, re)
	return b.String(), b.Len() <= maxBrowserPattern
}

// assertions are what matches no character.
var assertions = map[syntax.Op]string{
	syntax.OpNoMatch: "[]", syntax.OpEmptyMatch: "(?:)", syntax.OpAnyCharNotNL: `[^\n]`, syntax.OpAnyChar: "[^]",
	syntax.OpBeginLine: `(?<![^\n])`, syntax.OpEndLine: `(?![^\n])`, syntax.OpBeginText: "(?<![^])", syntax.OpEndText: "(?![^])",
	syntax.OpWordBoundary: `\b`, syntax.OpNoWordBoundary: `\B`,
}

func writePattern(b *strings.Builder, re *syntax.Regexp) {
	switch re.Op {
	case syntax.OpLiteral:
		for _, c := range re.Rune {
			writeLetter(b, c, re.Flags&syntax.FoldCase != 0)
		}
	case syntax.OpCharClass:
		b.WriteByte('[')
		for i := 0; i+1 < len(re.Rune); i += 2 {
			fmt.Fprintf(b, "%s-%s", letter(re.Rune[i]), letter(re.Rune[i+1]))
		}
		b.WriteByte(']')
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			writePattern(b, sub)
		}
	case syntax.OpAlternate, syntax.OpCapture:
		b.WriteString("(?:")
		for i, sub := range re.Sub {
			if i > 0 {
				b.WriteByte('|')
			}
			writePattern(b, sub)
		}
		b.WriteByte(')')
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpRepeat:
		b.WriteString("(?:")
		writePattern(b, re.Sub[0])
		b.WriteString(")" + repeats(re))
	default:
		b.WriteString(assertions[re.Op])
	}
}

func repeats(re *syntax.Regexp) string {
	s := map[syntax.Op]string{syntax.OpStar: "*", syntax.OpPlus: "+", syntax.OpQuest: "?"}[re.Op]
	switch {
	case re.Op == syntax.OpRepeat && re.Max == re.Min:
		s = fmt.Sprintf("{%d}", re.Min)
	case re.Op == syntax.OpRepeat && re.Max < 0:
		s = fmt.Sprintf("{%d,}", re.Min)
	case re.Op == syntax.OpRepeat:
		s = fmt.Sprintf("{%d,%d}", re.Min, re.Max)
	}
	if re.Flags&syntax.NonGreedy != 0 {
		s += "?"
	}
	return s
}

// writeLetter writes one character, or all that differ from it by their case alone.
func writeLetter(b *strings.Builder, c rune, fold bool) {
	all := []rune{c}
	for f := unicode.SimpleFold(c); fold && f != c; f = unicode.SimpleFold(f) {
		all = append(all, f)
	}
	slices.Sort(all)
	if len(all) == 1 {
		b.WriteString(letter(c))
		return
	}
	b.WriteByte('[')
	for _, f := range all {
		b.WriteString(letter(f))
	}
	b.WriteByte(']')
}

func letter(c rune) string {
	if '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == ' ' {
		return string(c)
	}
	return fmt.Sprintf(`\u{%x}`, c)
}
