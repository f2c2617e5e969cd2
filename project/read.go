package project

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// Value returns what is written at p as JSON, keys in the order of the file, without meaning anything yet: an expression is its text.
// It is false when p names nothing or its file cannot be read. A number that JSON does not know is its text.
func (t *Tree) Value(p Path) (json.RawMessage, bool) {
	file, rest := p.File()
	src, ok := t.files[file]
	if !ok {
		return nil, false
	}
	s, err := readSource(file, src)
	if err != nil {
		return nil, false
	}
	v, ok := lookup(s.value(), rest)
	if !ok {
		return nil, false
	}
	var b bytes.Buffer
	writeJSON(&b, v)
	return b.Bytes(), true
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
