package value

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
)

const (
	maxPattern = 1000    // bytes of a regular expression
	maxMatch   = 4 << 20 // instructions of a pattern times bytes of text: keeps the worst match under 100 ms (F17)
)

// pattern is a compiled regular expression with the number of its instructions: RE2's time is that number times
// the length of the text.
type pattern struct {
	re     *regexp.Regexp
	size   int
	beyond int // letters that a search may read behind the end of what it finds; below zero: all there are
}

func compilePattern(s string) (*pattern, error) {
	if len(s) > maxPattern {
		return nil, fmt.Errorf("it is longer than %d bytes", maxPattern)
	}
	tree, err := syntax.Parse(s, syntax.Perl)
	if err != nil {
		return nil, errors.New(strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	code, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return nil, err
	}
	re, err := regexp.Compile(s)
	return &pattern{re: re, size: len(code.Inst), beyond: reach(tree.Simplify())}, err
}

// matchesOp matches a text with a pattern; what is no text matches nothing.
func matchesOp(r *run, a []any) (any, error) {
	if !isText(a[0]) {
		return false, nil
	}
	s := Reveal(a[0]).(string)
	p, ok := a[1].(*pattern)
	if !ok {
		if !isText(a[1]) {
			return false, nil
		}
		var err error
		if p, err = compilePattern(Reveal(a[1]).(string)); err != nil {
			return nil, errors.New("a pattern is not a regular expression")
		}
		if err = r.spend(10 * p.size); err != nil {
			return nil, err
		}
	}
	if len(s) > maxMatch/p.size {
		return nil, errors.New("a text is too long for its pattern")
	}
	if err := r.spend(len(s) * p.size / 8); err != nil {
		return nil, err
	}
	return p.re.MatchString(s), nil
}

// reach is how far a search for t may read beyond the end of its match: as long as what comes before its last repetition can be, when all that
// follows is one repetition of single letters. It is below zero when nothing bounds it.
func reach(t *syntax.Regexp) int {
	switch t.Op {
	case syntax.OpCapture:
		return reach(t.Sub[0])
	case syntax.OpAlternate:
		most := 0
		for _, sub := range t.Sub {
			n := reach(sub)
			if n < 0 {
				return n
			}
			most = max(most, n)
		}
		return most
	case syntax.OpStar, syntax.OpPlus:
		if longest(t.Sub[0]) == 1 {
			return 1
		}
		return -1
	case syntax.OpConcat:
		before := 0
		for _, sub := range t.Sub[:len(t.Sub)-1] {
			n := longest(sub)
			if n < 0 {
				return n
			}
			before += n
		}
		if last := reach(t.Sub[len(t.Sub)-1]); last >= 0 {
			return before + last
		}
		return -1
	}
	return longest(t)
}

// longest is the number of letters that t matches at most, below zero when there is no bound.
func longest(t *syntax.Regexp) int {
	switch t.Op {
	case syntax.OpLiteral:
		return len(t.Rune)
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return 1
	case syntax.OpStar, syntax.OpPlus:
		return -1
	case syntax.OpRepeat:
		if n := longest(t.Sub[0]); n >= 0 && t.Max >= 0 {
			return n * t.Max
		}
		return -1
	case syntax.OpCapture, syntax.OpQuest, syntax.OpConcat, syntax.OpAlternate:
		sum, most := 0, 0
		for _, sub := range t.Sub {
			n := longest(sub)
			if n < 0 {
				return n
			}
			sum, most = sum+n, max(most, n)
		}
		if t.Op == syntax.OpAlternate {
			return most
		}
		return sum
	}
	return 0 // what stands between letters
}
