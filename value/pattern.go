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
	re   *regexp.Regexp
	size int
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
	return &pattern{re: re, size: len(code.Inst)}, err
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
