package project

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"go.yaml.in/yaml/v4"
)

// A plain value is what an edit carries and what a file means, without meaning anything yet: nil, bool, number, string, []any or
// object. Edits are carried out on it as well as on the text, and the two must agree.
type (
	number string   // as written
	object []member // keys in order
	member struct {
		key   string
		value any
	}
)

func (o object) find(key string) int {
	return slices.IndexFunc(o, func(m member) bool { return m.key == key })
}

// readJSON reads the value of an edit.
func readJSON(raw json.RawMessage) (any, error) {
	if len(raw) == 0 {
		return nil, errors.New("the edit has no value")
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	v, err := jsonValue(d, 0)
	if err != nil {
		return nil, fmt.Errorf("the edit's value is not JSON: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("the edit's value is more than one JSON value")
	}
	return v, nil
}

func jsonValue(d *json.Decoder, depth int) (any, error) {
	if depth > MaxDepth {
		return nil, errDepth
	}
	tok, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch tok := tok.(type) {
	case json.Number:
		return number(tok), nil
	case json.Delim:
		if tok == '[' {
			return jsonList(d, depth)
		}
		return jsonObject(d, depth)
	}
	return tok, nil // nil, bool, string
}

func jsonList(d *json.Decoder, depth int) (any, error) {
	list := []any{}
	for d.More() {
		v, err := jsonValue(d, depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := d.Token()
	return list, err
}

func jsonObject(d *json.Decoder, depth int) (any, error) {
	o := object{}
	for d.More() {
		tok, err := d.Token()
		if err != nil {
			return nil, err
		}
		key, _ := tok.(string)
		if o.find(key) >= 0 {
			return nil, fmt.Errorf("the key %q is written twice", key)
		}
		v, err := jsonValue(d, depth+1)
		if err != nil {
			return nil, err
		}
		o = append(o, member{key, v})
	}
	_, err := d.Token()
	return o, err
}

// nodeValue is the plain value of a YAML node.
func nodeValue(n *yaml.Node) any {
	switch n.Kind {
	case yaml.MappingNode:
		o := make(object, 0, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			o = append(o, member{n.Content[i].Value, nodeValue(n.Content[i+1])})
		}
		return o
	case yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, c := range n.Content {
			list[i] = nodeValue(c)
		}
		return list
	}
	switch n.ShortTag() {
	case "!!null":
		return nil
	case "!!bool":
		return n.Value == "true" || n.Value == "True" || n.Value == "TRUE"
	case "!!int", "!!float":
		return number(n.Value)
	}
	return n.Value
}

// equal compares two plain values; the order of keys counts.
func equal(a, b any) bool {
	switch a := a.(type) {
	case object:
		b, ok := b.(object)
		return ok && slices.EqualFunc(a, b, func(x, y member) bool { return x.key == y.key && equal(x.value, y.value) })
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, equal)
	}
	switch b.(type) {
	case object, []any:
		return false
	}
	return a == b
}

// lookup returns the value at parts below v.
func lookup(v any, parts []string) (any, bool) {
	for _, part := range parts {
		switch c := v.(type) {
		case object:
			i := c.find(part)
			if i < 0 {
				return nil, false
			}
			v = c[i].value
		case []any:
			i, ok := index(part)
			if !ok || i >= len(c) {
				return nil, false
			}
			v = c[i]
		default:
			return nil, false
		}
	}
	return v, true
}

// change returns v with what stands at parts replaced by fn of it; only the way there is copied. fn gets the collection that
// holds the last part.
func change(v any, parts []string, fn func(holder any, last string) any) any {
	if len(parts) == 1 {
		return fn(v, parts[0])
	}
	switch c := v.(type) {
	case object:
		c = slices.Clone(c)
		i := c.find(parts[0])
		c[i].value = change(c[i].value, parts[1:], fn)
		return c
	case []any:
		c = slices.Clone(c)
		i, _ := index(parts[0])
		c[i] = change(c[i], parts[1:], fn)
		return c
	}
	return v
}

// with returns v after a step: the in-memory result that the spliced text must mean.
func (st step) with(v any) any {
	if len(st.at) == 0 {
		return st.value
	}
	return change(v, st.at, func(holder any, last string) any {
		switch c := holder.(type) {
		case []any:
			i, _ := index(last)
			return st.withItem(c, i)
		case object:
			return st.withKey(c, last)
		}
		if st.op == OpInsert { // nothing is there yet: null
			return []any{st.value}
		}
		return object{{last, st.value}}
	})
}

func (st step) withItem(list []any, i int) any {
	switch st.op {
	case OpInsert:
		return slices.Insert(slices.Clone(list), i, st.value)
	case OpDelete:
		return slices.Delete(slices.Clone(list), i, i+1)
	}
	list = slices.Clone(list)
	list[i] = st.value
	return list
}

func (st step) withKey(o object, key string) any {
	i := o.find(key)
	o = slices.Clone(o)
	switch {
	case st.op == OpDelete:
		return slices.Delete(o, i, i+1)
	case st.op == opRename:
		o[i].key = st.name
	case i < 0 && st.ahead != "":
		o = slices.Insert(o, o.find(st.ahead), member{key, st.value})
	case i < 0:
		o = append(o, member{key, st.value})
	default:
		o[i].value = st.value
	}
	return o
}
