package value

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxDepth  = 64      // of JSON, and of values that expressions build
	maxKeys   = 100_000 // of all objects of one JSON value together
	maxValues = 120_000 // in one JSON value: a short one takes fifty times its text as memory (F8)
	maxText   = 4 << 20 // bytes that one value may take as text
)

var errGobSecret = errors.New("a secret does not travel by gob")

// DecodeJSON reads one JSON value strictly (F9): a key given twice, be it in another case, more than 64 levels, more
// than 100,000 keys or 120,000 values, anything after the value and invalid UTF-8 are errors that name the byte. A UTF-8 byte order mark
// is skipped. Numbers become int, float64 or, where neither is exact, Number. No bytes, or white space alone, is an error.
func DecodeJSON(b []byte) (any, error) { return DecodeJSONWithin(b, maxDepth) }

// DecodeJSONWithin is DecodeJSON that allows fewer levels than 64; a depth of 0, or more than 64, means 64.
func DecodeJSONWithin(b []byte, depth int) (any, error) {
	if depth <= 0 || depth > maxDepth {
		depth = maxDepth
	}
	b = trimBOM(b)
	if !utf8.Valid(b) {
		return nil, errors.New("not JSON: invalid UTF-8")
	}
	r := jsonReader{b: b, deepest: depth}
	v, err := r.value(0)
	if err != nil {
		return nil, err
	}
	if r.space(); r.at < len(b) {
		return nil, r.fault("more after the value")
	}
	return v, nil
}

func trimBOM(b []byte) []byte {
	if len(b) >= 3 && b[0] == 0xEF && b[1] == 0xBB && b[2] == 0xBF {
		return b[3:]
	}
	return b
}

type jsonReader struct {
	b       []byte
	at      int
	deepest int // levels that may be
	keys    int // read so far
	values  int // likewise
}

// fault names a place, never the bytes there: they may be a token.
func (r *jsonReader) fault(what string) error {
	return fmt.Errorf("not JSON at byte %d: %s", r.at, what)
}

func (r *jsonReader) space() {
	for r.at < len(r.b) {
		switch r.b[r.at] {
		case ' ', '\t', '\n', '\r':
			r.at++
		default:
			return
		}
	}
}

// peek skips white space and returns the next byte, 0 at the end.
func (r *jsonReader) peek() byte {
	r.space()
	if r.at < len(r.b) {
		return r.b[r.at]
	}
	return 0
}

func (r *jsonReader) value(depth int) (any, error) {
	r.values++
	switch c := r.peek(); {
	case r.values > maxValues:
		return nil, r.fault("more than 120,000 values")
	case depth >= r.deepest && (c == '{' || c == '['):
		return nil, r.fault(fmt.Sprintf("more than %d levels deep", r.deepest))
	case c == '{':
		return r.object(depth)
	case c == '[':
		return r.array(depth)
	case c == '"':
		return r.text()
	case c == '-' || '0' <= c && c <= '9':
		return r.number()
	case r.at >= len(r.b):
		return nil, r.fault("it ends too early")
	case r.word("null"):
		return nil, nil
	case r.word("true"):
		return true, nil
	case r.word("false"):
		return false, nil
	}
	return nil, r.fault("a value is missing")
}

// word steps over w if it is next.
func (r *jsonReader) word(w string) bool {
	if !bytes.HasPrefix(r.b[r.at:], []byte(w)) {
		return false
	}
	r.at += len(w)
	return true
}

func (r *jsonReader) number() (any, error) {
	start := r.at
	for r.at < len(r.b) && isNumberByte(r.b[r.at]) {
		r.at++
	}
	s := string(r.b[start:r.at])
	if !isNumberText(s) {
		r.at = start
		return nil, r.fault("a bad number")
	}
	return parseNumber(s), nil
}

func isNumberByte(c byte) bool {
	return '0' <= c && c <= '9' || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E'
}

func (r *jsonReader) text() (string, error) {
	start := r.at
	r.at++
	plain := true
	for r.at < len(r.b) {
		switch c := r.b[r.at]; {
		case c == '"':
			r.at++
			if plain {
				return string(r.b[start+1 : r.at-1]), nil
			}
			var s string
			if err := json.Unmarshal(r.b[start:r.at], &s); err != nil {
				r.at = start
				return "", r.fault("a bad escape in a text")
			}
			return s, nil
		case c == '\\':
			plain = false
			r.at += 2
		case c < ' ':
			return "", r.fault("a control character in a text")
		default:
			r.at++
		}
	}
	r.at = len(r.b)
	return "", r.fault("a text does not end")
}

func (r *jsonReader) array(depth int) (any, error) {
	r.at++
	list := []any{}
	if r.peek() == ']' {
		r.at++
		return list, nil
	}
	for {
		v, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
		switch r.peek() {
		case ',':
			r.at++
		case ']':
			r.at++
			return list, nil
		default:
			return nil, r.fault("a list needs , or ] here")
		}
	}
}

func (r *jsonReader) object(depth int) (any, error) {
	r.at++
	m := map[string]any{}
	var seen foldedKeys
	if r.peek() == '}' {
		r.at++
		return m, nil
	}
	for {
		if r.peek() != '"' {
			return nil, r.fault("a key is missing")
		}
		key, err := r.text()
		if err != nil {
			return nil, err
		}
		if r.keys++; r.keys > maxKeys {
			return nil, r.fault("more than 100,000 keys")
		}
		if _, twice := m[key]; twice || seen.add(key) {
			return nil, r.fault("a key is given twice")
		}
		if r.peek() != ':' {
			return nil, r.fault("a key needs a : after it")
		}
		r.at++
		if m[key], err = r.value(depth + 1); err != nil {
			return nil, err
		}
		switch r.peek() {
		case ',':
			r.at++
		case '}':
			r.at++
			return m, nil
		default:
			return nil, r.fault("an object needs , or } here")
		}
	}
}

// foldedKeys finds keys of one object that differ in case alone: readers disagree on which of them counts.
type foldedKeys struct {
	few  [12]string // the first keys, compared one by one
	n    int
	many map[string]struct{} // all keys in one case, once there are more
}

// add reports whether a key that differs in case alone, if at all, was added before.
func (f *foldedKeys) add(key string) bool {
	if f.many == nil {
		for _, k := range f.few[:f.n] {
			if strings.EqualFold(k, key) {
				return true
			}
		}
		if f.n < len(f.few) {
			f.few[f.n] = key
			f.n++
			return false
		}
		f.many = make(map[string]struct{}, 4*len(f.few))
		for _, k := range f.few {
			f.many[oneCase(k)] = struct{}{}
		}
	}
	key = oneCase(key)
	_, twice := f.many[key]
	f.many[key] = struct{}{}
	return twice
}

// oneCase maps texts that strings.EqualFold calls equal to the same text.
func oneCase(s string) string {
	return strings.Map(func(r rune) rune {
		least := r
		for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
			least = min(least, next)
		}
		return least
	}, s)
}
