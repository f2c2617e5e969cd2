package issuer

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"
	"unicode/utf8"
)

const maxDepth = 32

// scanJSON accepts one JSON value with nothing after it, no name twice in an object, valid UTF-8,
// and at most maxDepth levels.
func scanJSON(b []byte) error {
	if !utf8.Valid(b) {
		return errors.New("it is not UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if err := scanValue(d, 0); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the value")
	}
	return nil
}

func scanValue(d *json.Decoder, depth int) error {
	t, err := d.Token()
	if err != nil {
		return err
	}
	open, ok := t.(json.Delim)
	if !ok {
		return nil
	}
	if depth == maxDepth {
		return errors.New("it is nested too deeply")
	}
	seen := map[string]bool{}
	for d.More() {
		if open == '{' {
			name, err := d.Token()
			if err != nil {
				return err
			}
			if seen[name.(string)] {
				return errors.New("a name is there twice")
			}
			seen[name.(string)] = true
		}
		if err := scanValue(d, depth+1); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}

// unmarshal reads an object into dst, a pointer to a struct. encoding/json would also take
// "PASSWORD" for password; here a name that is not exactly a member's is ignored.
func unmarshal(b []byte, dst any) error {
	if err := scanJSON(b); err != nil {
		return err
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(b, &all); err != nil || all == nil {
		return errors.New("it is not an object")
	}
	known := map[string]json.RawMessage{}
	for _, f := range reflect.VisibleFields(reflect.TypeOf(dst).Elem()) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if v, ok := all[name]; ok && name != "" {
			known[name] = v
		}
	}
	exact, err := json.Marshal(known)
	if err != nil {
		return err
	}
	return json.Unmarshal(exact, dst)
}
