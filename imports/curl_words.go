package imports

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Marks around the name of a shell variable that a word holds: $TOKEN. Both are private characters, which no source may hold.
const (
	varOpen  = "\ue000"
	varClose = "\ue001"
)

// word is a word of a command as the shell would hand it over.
type word struct {
	text      string
	line, col int
}

// wordReader splits a command.
type wordReader struct {
	src   []byte
	at    int
	lines lineIndex
	word  strings.Builder
	begun bool
	start int
	out   []word
	rest  bool // more was written behind the command: a pipe, a redirection, a second command
}

// splitWords reads one command line with the quotes, escapes and line continuations of a shell: '…', "…", $'…', \ and, as other consoles write them,
// ^ and ` at the end of a line. Nothing is run. Errors name line and column.
func splitWords(src []byte) ([]word, bool, error) {
	r := &wordReader{src: src, lines: indexLines(src)}
	for r.at < len(src) && !r.rest {
		if err := r.step(); err != nil {
			return nil, false, err
		}
	}
	r.end()
	return r.out, r.rest, nil
}

func (r *wordReader) fail(at int, msg string) error {
	line, col := r.lines.at(r.src, at)
	return &SourceError{Name: "curl", Line: line, Col: col, Msg: msg}
}

func (r *wordReader) begin() {
	if !r.begun {
		r.begun, r.start = true, r.at
	}
}

func (r *wordReader) end() {
	if r.begun {
		line, col := r.lines.at(r.src, r.start)
		r.out = append(r.out, word{r.word.String(), line, col})
		r.word.Reset()
		r.begun = false
	}
}

// next is the byte after the one at hand, 0 at the end.
func (r *wordReader) next() byte {
	if r.at+1 < len(r.src) {
		return r.src[r.at+1]
	}
	return 0
}

// continued steps over a line continuation.
func (r *wordReader) continued() bool {
	for _, end := range []string{"\n", "\r\n"} {
		if strings.HasPrefix(string(r.src[r.at+1:min(r.at+3, len(r.src))]), end) {
			r.at += 1 + len(end)
			return true
		}
	}
	return false
}

func (r *wordReader) step() error {
	c := r.src[r.at]
	switch {
	case (c == '\\' || c == '^' || c == '`') && r.continued():
	case c == ' ' || c == '\t' || c == '\r':
		r.end()
		r.at++
	case c == '\n' || c == ';' || c == '|' || c == '>' || c == '<' || c == '&' && r.next() == '&':
		r.end()
		if len(r.out) == 0 && c != '\n' {
			return r.fail(r.at, "a command is expected here")
		}
		r.at++
		if len(r.out) > 0 {
			r.rest = strings.TrimSpace(string(r.src[r.at:])) != ""
			if !r.rest {
				r.at = len(r.src)
			}
		}
	case c == '#' && !r.begun:
		for r.at < len(r.src) && r.src[r.at] != '\n' {
			r.at++
		}
	case c == '\'':
		r.begin()
		return r.single()
	case c == '"':
		r.begin()
		return r.double()
	case c == '$' && r.next() == '\'':
		r.begin()
		return r.ansi()
	case c == '$' || c == '`':
		r.begin()
		return r.dollar()
	case c == '\\':
		r.begin()
		if r.at++; r.at >= len(r.src) {
			return r.fail(r.at-1, "the command ends with a backslash")
		}
		r.char()
	default:
		r.begin()
		r.char()
	}
	return nil
}

// char takes one letter as it is.
func (r *wordReader) char() {
	_, n := utf8.DecodeRune(r.src[r.at:])
	r.word.Write(r.src[r.at : r.at+n])
	r.at += n
}

func (r *wordReader) single() error {
	start := r.at
	for r.at++; r.at < len(r.src); r.at++ {
		if r.src[r.at] == '\'' {
			r.at++
			return nil
		}
		r.word.WriteByte(r.src[r.at])
	}
	return r.fail(start, "this quote is not closed")
}

func (r *wordReader) double() error {
	start := r.at
	for r.at++; r.at < len(r.src); {
		switch c := r.src[r.at]; {
		case c == '"':
			r.at++
			return nil
		case c == '\\' && r.continued():
		case c == '\\' && strings.IndexByte("\\\"$`", r.next()) >= 0 && r.next() != 0:
			r.at++
			r.char()
		case c == '$' || c == '`':
			if err := r.dollar(); err != nil {
				return err
			}
		default:
			r.char()
		}
	}
	return r.fail(start, "this quote is not closed")
}

// dollar reads a variable; a command inside a command is refused, and a lone $ is a letter.
func (r *wordReader) dollar() error {
	rest := string(r.src[r.at+1:])
	switch {
	case r.src[r.at] == '`' || strings.HasPrefix(rest, "("):
		return r.fail(r.at, "a command inside the command is not run; put its result here")
	case strings.HasPrefix(rest, "{"):
		end := strings.IndexByte(rest, '}')
		if end < 2 || !isVariable(rest[1:end]) {
			return r.fail(r.at, "only ${NAME} is understood of the shell's variables")
		}
		r.word.WriteString(varOpen + rest[1:end] + varClose)
		r.at += end + 2
		return nil
	}
	n := 0
	for n < len(rest) && isVariable(rest[:n+1]) {
		n++
	}
	if n == 0 {
		r.char()
		return nil
	}
	r.word.WriteString(varOpen + rest[:n] + varClose)
	r.at += n + 1
	return nil
}

func isVariable(s string) bool {
	for i, c := range []byte(s) {
		if c != '_' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

var ansiEscapes = map[byte]string{'n': "\n", 't': "\t", 'r': "\r", 'a': "\a", 'b': "\b", 'f': "\f", 'v': "\v", 'e': "\x1b", '\\': "\\", '\'': "'", '"': "\"", '?': "?"}

// ansi reads $'…'.
func (r *wordReader) ansi() error {
	start := r.at
	for r.at += 2; r.at < len(r.src); {
		switch c := r.src[r.at]; c {
		case '\'':
			r.at++
			return nil
		case '\\':
			if err := r.escape(); err != nil {
				return err
			}
		default:
			r.char()
		}
	}
	return r.fail(start, "this quote is not closed")
}

func (r *wordReader) escape() error {
	c := r.next()
	if text, ok := ansiEscapes[c]; ok {
		r.word.WriteString(text)
		r.at += 2
		return nil
	}
	digits, base, skip := map[byte]int{'x': 2, 'u': 4, 'U': 8}[c], 16, 2
	if c >= '0' && c <= '7' {
		digits, base, skip = 3, 8, 1
	}
	n := 0
	for n < digits && r.at+skip+n < len(r.src) && isDigit(r.src[r.at+skip+n], base) {
		n++
	}
	if n == 0 {
		return r.fail(r.at, "this escape is not known")
	}
	code, err := strconv.ParseUint(string(r.src[r.at+skip:r.at+skip+n]), base, 32)
	if err != nil || code == 0 {
		return r.fail(r.at, "this escape is not known")
	}
	if c == 'u' || c == 'U' {
		r.word.WriteRune(rune(code))
	} else {
		r.word.WriteByte(byte(code))
	}
	r.at += skip + n
	return nil
}

func isDigit(c byte, base int) bool {
	n, err := strconv.ParseUint(string(c), base, 8)
	return err == nil && n < uint64(base)
}

// variable returns the name of the shell variable that a text is, "" when it is none.
func variable(s string) string {
	name, ok := strings.CutPrefix(s, varOpen)
	if !ok || !strings.HasSuffix(name, varClose) || strings.Count(name, varOpen) > 0 {
		return ""
	}
	return strings.TrimSuffix(name, varClose)
}

// shown is a word for a message: variables as they were written, cut short.
func shown(s string) string {
	return fmt.Sprintf("%q", sentence(strings.NewReplacer(varOpen, "$", varClose, "").Replace(s)))
}
