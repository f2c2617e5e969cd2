package value

import (
	"slices"

	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser/lexer"
)

// RenamePath returns src with the last name of a path renamed wherever its ${expressions} read it: of constants, greeting it is greeting in
// constants.greeting and in constants.greeting.text, and in no text, key or other path. A path of one name also names functions.
func RenamePath(src string, path []string, to string) string {
	return eachHole(src, func(ts []lexer.Token, i int) bool { return endsPath(ts, i, path) }, to)
}

// RenameText returns src with the key of a text renamed wherever its ${expressions} ask for it: t("old").
func RenameText(src, key, to string) string {
	return eachHole(src, func(ts []lexer.Token, i int) bool {
		return ts[i].Is(lexer.String, key) && i > 1 && ts[i-1].Is(lexer.Bracket, "(") && ts[i-2].Is(lexer.Identifier, "t") && (i == 2 || !afterDot(ts, i-2))
	}, to)
}

// RenameMember returns src with the name of a field renamed wherever its ${expressions} read it of something (x.name, x?.name, x["name"]) or give it to
// an object ({name: 1}), and how many such places there are. pick says which of them, counted from 0, are meant: whose field it is does not show here.
func RenameMember(src, name, to string, pick func(int) bool) (out string, places int) {
	out = eachHole(src, func(ts []lexer.Token, i int) bool {
		if !isMember(ts, i, name) {
			return false
		}
		places++
		return pick(places - 1)
	}, to)
	return out, places
}

// isMember reports whether token i names a field of something.
func isMember(ts []lexer.Token, i int, name string) bool {
	inBrackets := ts[i].Is(lexer.String, name) && i > 0 && i+1 < len(ts) && ts[i-1].Is(lexer.Bracket, "[") && ts[i+1].Is(lexer.Bracket, "]") && i > 1 && !ts[i-2].Is(lexer.Operator)
	key := i > 0 && i+1 < len(ts) && ts[i+1].Is(lexer.Operator, ":") && (ts[i-1].Is(lexer.Bracket, "{") || ts[i-1].Is(lexer.Operator, ","))
	return inBrackets || ts[i].Is(lexer.Identifier, name) && (afterDot(ts, i) || key) || ts[i].Is(lexer.String, name) && key
}

// endsPath reports whether token i is the last name of path.
func endsPath(ts []lexer.Token, i int, path []string) bool {
	n := len(path) - 1
	last := ts[i]
	if n > 0 && last.Is(lexer.String, path[n]) { // constants["greeting"]
		return i >= 2 && i+1 < len(ts) && ts[i-1].Is(lexer.Bracket, "[") && ts[i+1].Is(lexer.Bracket, "]") && endsPath(ts, i-2, path[:n])
	}
	if !last.Is(lexer.Identifier, path[n]) {
		return false
	}
	if n == 0 {
		key := i+1 < len(ts) && ts[i+1].Is(lexer.Operator, ":") && i > 0 && (ts[i-1].Is(lexer.Bracket, "{") || ts[i-1].Is(lexer.Operator, ","))
		return !afterDot(ts, i) && !key
	}
	return i >= 2 && afterDot(ts, i) && endsPath(ts, i-2, path[:n])
}

func afterDot(ts []lexer.Token, i int) bool {
	return i > 0 && ts[i-1].Is(lexer.Operator, ".", "?.")
}

// eachHole puts to in the place of the tokens of src's expressions that hit names. A text keeps its quotes.
func eachHole(src string, hit func([]lexer.Token, int) bool, to string) string {
	parts, fault := split(src)
	if fault != nil {
		return src
	}
	for _, p := range slices.Backward(parts) {
		if !p.hole {
			continue
		}
		text := renameIn(p.text, hit, to)
		src = src[:p.offset] + text + src[p.offset+len(p.text):]
	}
	return src
}

func renameIn(text string, hit func([]lexer.Token, int) bool, to string) (out string) {
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
	for i, tok := range slices.Backward(tokens) {
		if !hit(tokens, i) || tok.To >= len(at) {
			continue
		}
		put := to
		if old := text[at[tok.From]:at[tok.To]]; tok.Kind == lexer.String {
			put = old[:1] + to + old[len(old)-1:]
		}
		out = out[:at[tok.From]] + put + out[at[tok.To]:]
	}
	return out
}
