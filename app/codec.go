package app

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/usherdev/usher/value"
)

// Values that JSON has no word for travel in sealed text as objects of one reserved key.
const (
	keySecret = "$secret"
	keyTime   = "$time"
	keyMap    = "$map" // an object that has reserved keys of its own
)

// pack turns a value into one that JSON can carry and unpack turns back, secrets included: it is for sealed text alone.
func pack(v any) any {
	switch v := v.(type) {
	case value.Secret:
		return map[string]any{keySecret: v.Reveal()}
	case time.Time:
		return map[string]any{keyTime: v.Format(time.RFC3339Nano)}
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = pack(v[i])
		}
		return out
	case map[string]any:
		return packMap(v)
	}
	return v
}

func packMap(m map[string]any) map[string]any {
	out := make(map[string]any, len(m))
	reserved := false
	for k, v := range m {
		out[k] = pack(v)
		reserved = reserved || strings.HasPrefix(k, "$")
	}
	if reserved {
		return map[string]any{keyMap: out}
	}
	return out
}

func unpack(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = unpack(v[i])
		}
	case map[string]any:
		if len(v) == 1 {
			if s, ok := v[keySecret].(string); ok {
				return value.NewSecret(s)
			}
			if s, ok := v[keyTime].(string); ok {
				t, _ := time.Parse(time.RFC3339Nano, s)
				return t
			}
			if m, ok := v[keyMap].(map[string]any); ok {
				v = m
			}
		}
		for k := range v {
			v[k] = unpack(v[k])
		}
		return v
	}
	return v
}

// encode writes values as sealed text carries them.
func encode(m map[string]any) (json.RawMessage, error) {
	if len(m) == 0 {
		return nil, nil
	}
	b, err := value.EncodeJSON(packMap(m))
	if err != nil {
		return nil, fmt.Errorf("encode values: %w", err)
	}
	return b, nil
}

// decode reads what encode wrote.
func decode(b json.RawMessage) (map[string]any, error) {
	if len(b) == 0 {
		return map[string]any{}, nil
	}
	v, err := value.DecodeJSON(b)
	if err != nil {
		return nil, fmt.Errorf("decode values: %w", err)
	}
	m, ok := unpack(v).(map[string]any)
	if !ok {
		return nil, fmt.Errorf("decode values: not an object")
	}
	return m, nil
}
