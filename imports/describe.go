package imports

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
)

// Exchange is a request that a backend was sent, and the JSON that it answered with.
type Exchange struct {
	Name   string   // of the call that it becomes: login
	Type   string   // of its reply: LoginReply
	Method string   // POST
	Path   string   // below the backend's address: /auth/login
	Sent   []string // names of the texts in the body; those named like a password or a token are secret
	Bearer bool     // it carried the authentication token
	Reply  []byte
}

// Describe writes an OpenAPI document of what a backend was seen to do, for OpenAPI to read. It holds names and kinds alone, no value that was
// sent or came back.
func Describe(title, server string, seen []Exchange) ([]byte, error) {
	paths, types := object{}, object{}
	for _, x := range seen {
		schema, err := schemaOf(x.Reply)
		if err != nil {
			return nil, fmt.Errorf("%s %s: the answer is not JSON: %w", x.Method, x.Path, err)
		}
		types = append(types, pair{x.Type, schema})
		reply := reference(x.Type)
		op := object{{"operationId", x.Name}, {"tags", []any{"auth"}}}
		if x.Bearer {
			op = append(op, pair{"security", []any{object{{"bearer", []any{}}}}})
		}
		if len(x.Sent) > 0 {
			op = append(op, pair{"requestBody", object{{"required", true}, {"content", mediaJSON(bodySchema(x.Sent))}}})
		}
		op = append(op, pair{"responses", object{{"200", object{{"description", "As it was answered."}, {"content", mediaJSON(reply)}}}}})
		paths = append(paths, pair{x.Path, object{{strings.ToLower(x.Method), op}}})
	}
	return json.Marshal(object{
		{"openapi", "3.0.3"}, {"info", object{{"title", title}, {"version", "1"}}}, {"servers", []any{object{{"url", server}}}}, {"paths", paths},
		{"components", object{{"schemas", sharing(types)}, {"securitySchemes", object{{"bearer", object{{"type", "http"}, {"scheme", "bearer"}}}}}}},
	})
}

func reference(name string) object { return object{{"$ref", "#/components/schemas/" + name}} }

// sharing lets fields whose shape is that of a whole reply be of its type, so that a person is one type wherever they come from.
func sharing(types object) object {
	for i, t := range types {
		schema, ok := t.val.(object)
		if !ok || len(schema) < 2 {
			continue
		}
		props, ok := schema[1].val.(object)
		if !ok {
			continue
		}
		for j, f := range props {
			for k, other := range types {
				if k != i && reflect.DeepEqual(f.val, other.val) {
					props[j].val = reference(other.key)
				}
			}
		}
	}
	return types
}

func mediaJSON(schema any) object { return object{{"application/json", object{{"schema", schema}}}} }

func bodySchema(names []string) object {
	props, required := object{}, []any{}
	for _, n := range names {
		s := object{{"type", "string"}}
		if SecretName(n) || isRefreshName(n) {
			s = append(s, pair{"format", "password"})
		}
		props, required = append(props, pair{n, s}), append(required, n)
	}
	return object{{"type", "object"}, {"properties", props}, {"required", required}}
}

// schemaOf describes a JSON text; the fields of objects keep their order.
func schemaOf(text []byte) (any, error) {
	if len(text) > MaxSource {
		return nil, errors.New("it is too large")
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	out, err := readSchema(dec, 0)
	if err != nil {
		return nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows it")
	}
	return out, nil
}

func readSchema(dec *json.Decoder, depth int) (any, error) {
	if depth > maxShapeDepth {
		return nil, errors.New("it is nested too deeply")
	}
	t, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch v := t.(type) {
	case json.Delim:
		if v == '{' {
			return readObject(dec, depth)
		}
		return readList(dec, depth)
	case string:
		return object{{"type", "string"}}, nil
	case json.Number:
		if strings.ContainsAny(v.String(), ".eE") {
			return object{{"type", "number"}}, nil
		}
		return object{{"type", "integer"}}, nil
	case bool:
		return object{{"type", "boolean"}}, nil
	}
	return object{}, nil // null may be anything
}

func readObject(dec *json.Decoder, depth int) (any, error) {
	props := object{}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, err
		}
		s, err := readSchema(dec, depth+1)
		if err != nil {
			return nil, err
		}
		name, _ := key.(string)
		if !slices.ContainsFunc(props, func(p pair) bool { return p.key == name }) {
			props = append(props, pair{name, s})
		}
	}
	_, err := dec.Token()
	return object{{"type", "object"}, {"properties", props}}, err
}

// readList describes a list by its first item.
func readList(dec *json.Decoder, depth int) (any, error) {
	var item any = object{}
	for n := 0; dec.More(); n++ {
		s, err := readSchema(dec, depth+1)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			item = s
		}
	}
	_, err := dec.Token()
	return object{{"type", "array"}, {"items", item}}, err
}

// Tokens finds the authentication and the refresh token in a log-in's reply, as the guesses do; "" where there is none.
func Tokens(reply []byte) (token, refresh string) {
	var body any
	if json.Unmarshal(reply, &body) != nil {
		return "", ""
	}
	best := len(tokenWords)
	findTokens(body, 0, func(name, text string) {
		if i := slices.Index(tokenWords, plain(name)); i >= 0 && i < best {
			best, token = i, text
		}
		if isRefreshName(name) && refresh == "" {
			refresh = text
		}
	})
	return token, refresh
}

// findTokens tells of all named texts, those further out first.
func findTokens(v any, depth int, tell func(name, text string)) {
	m, ok := v.(map[string]any)
	if !ok || depth > 3 {
		return
	}
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if text, ok := m[name].(string); ok && text != "" {
			tell(name, text)
		}
	}
	for _, name := range names {
		findTokens(m[name], depth+1, tell)
	}
}
