package value

import (
	"slices"

	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser/lexer"
)

// EachPath returns src with the paths that its ${expressions} read replaced by what put makes of them; a path that put makes "" of stays. A path is
// the names that are read one in the other: form.email. Functions, keys and texts are none.
func EachPath(src string, put func(path []string) string) string {
	parts, fault := split(src)
	if fault != nil {
		return src
	}
	for _, p := range slices.Backward(parts) {
		if p.hole {
			text := pathsIn(p.text, put)
			src = src[:p.offset] + text + src[p.offset+len(p.text):]
		}
	}
	return src
}

func pathsIn(text string, put func(path []string) string) (out string) {
	defer func() {
		if recover() != nil { // the lexer is a library's
			out = text
		}
	}()
	tokens, err := lexer.Lex(file.NewSource(text))
	if err != nil {
		return text
	}
	at := runeOffsets(text)
	out = text
	for i := range slices.Backward(tokens) {
		path, last := pathAt(tokens, i)
		if path == nil || tokens[last].To >= len(at) {
			continue
		}
		if to := put(path); to != "" {
			out = out[:at[tokens[i].From]] + to + out[at[tokens[last].To]:]
		}
	}
	return out
}

// pathAt is the path that begins with token i, and its last token; nil when none does.
func pathAt(ts []lexer.Token, i int) (path []string, last int) {
	if ts[i].Kind != lexer.Identifier || !endsPath(ts, i, []string{ts[i].Value}) || calls(ts, i) {
		return nil, 0
	}
	path, last = []string{ts[i].Value}, i
	for last+2 < len(ts) && ts[last+1].Is(lexer.Operator, ".", "?.") && ts[last+2].Kind == lexer.Identifier && !calls(ts, last+2) {
		last += 2
		path = append(path, ts[last].Value)
	}
	return path, last
}

// calls reports whether token i is the name of a function that is called.
func calls(ts []lexer.Token, i int) bool { return i+1 < len(ts) && ts[i+1].Is(lexer.Bracket, "(") }
