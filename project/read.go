package project

import (
	"bytes"
	"encoding/json"
	"iter"
	"strconv"
)

// Value returns what is written at p as JSON, keys in the order of the file, without meaning anything yet: an expression is its text.
// It is false when p names nothing or its file cannot be read. A number that JSON does not know is its text.
func (t *Tree) Value(p Path) (json.RawMessage, bool) {
	v, ok := t.written(p)
	if !ok {
		return nil, false
	}
	var b bytes.Buffer
	writeJSON(&b, v)
	return b.Bytes(), true
}

// Keys returns the keys of the mapping at p, in the order of the file; nil when there is none.
func (t *Tree) Keys(p Path) []string {
	v, _ := t.written(p)
	m, _ := v.(object)
	var keys []string
	for _, one := range m {
		keys = append(keys, one.key)
	}
	return keys
}

// written is the plain value at p; false when there is none.
func (t *Tree) written(p Path) (any, bool) {
	file, rest := p.File()
	src, ok := t.files[file]
	if !ok {
		return nil, false
	}
	s, err := readSource(file, src)
	if err != nil {
		return nil, false
	}
	return lookup(s.value(), rest)
}

// ObjectJSON writes a JSON object whose keys keep their order, as the Value of an Edit may want it. It fails where encoding/json does.
func ObjectJSON(members iter.Seq2[string, any]) (json.RawMessage, error) {
	out := []byte{'{'}
	for key, val := range members {
		if len(out) > 1 {
			out = append(out, ',')
		}
		k, err := json.Marshal(key)
		if err != nil {
			return nil, err
		}
		v, err := json.Marshal(val)
		if err != nil {
			return nil, err
		}
		out = append(append(append(out, k...), ':'), v...)
	}
	return append(out, '}'), nil
}

// writeJSON writes a plain value.
func writeJSON(b *bytes.Buffer, v any) {
	switch v := v.(type) {
	case object:
		b.WriteByte('{')
		for i, m := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			writeJSON(b, m.key)
			b.WriteByte(':')
			writeJSON(b, m.value)
		}
		b.WriteByte('}')
	case []any:
		b.WriteByte('[')
		for i, item := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			writeJSON(b, item)
		}
		b.WriteByte(']')
	case number:
		if json.Valid([]byte(v)) {
			b.WriteString(string(v))
			return
		}
		writeJSON(b, string(v))
	case string:
		text, _ := json.Marshal(v) // text cannot fail
		b.Write(text)
	case bool:
		b.WriteString(strconv.FormatBool(v))
	default:
		b.WriteString("null")
	}
}
