package value

import (
	"fmt"
	"io"
)

const redacted = "[redacted]"

// Secret is text that prints as [redacted] through every door: fmt with any verb, JSON, YAML, text, slog, gob.
// Only Reveal gives the text. The zero Secret holds "". It is immutable.
type Secret struct {
	// A pointer, so that fmt shows an address where it meets a Secret in another type's unexported field, which
	// is the one place where it cannot call our methods.
	text *string
}

// NewSecret returns a Secret that holds s.
func NewSecret(s string) Secret { return Secret{text: &s} }

// Reveal returns the text. Call it only to send the secret or to store it sealed.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// String returns "[redacted]".
func (Secret) String() string { return redacted }

// GoString returns "[redacted]".
func (Secret) GoString() string { return redacted }

// Format prints "[redacted]" for every verb and flag.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// MarshalText gives "[redacted]", to slog as well.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalJSON gives "[redacted]"; EncodeJSON refuses a Secret instead.
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// MarshalYAML gives "[redacted]".
func (Secret) MarshalYAML() (any, error) { return redacted, nil }

// GobEncode gives "[redacted]".
func (Secret) GobEncode() ([]byte, error) { return []byte(redacted), nil }

// GobDecode always fails: a secret does not travel by gob.
func (*Secret) GobDecode([]byte) error { return errGobSecret }

// Reveal returns v with every Secret in it replaced by its text. Use it only for what is sent to the builder's
// backend and for session fields. It copies only what holds a Secret.
func Reveal(v any) any {
	switch x := v.(type) {
	case Secret:
		return x.Reveal()
	case []any:
		if !HasSecret(x) {
			return v
		}
		out := make([]any, len(x))
		for i, e := range x {
			out[i] = Reveal(e)
		}
		return out
	case map[string]any:
		if !HasSecret(x) {
			return v
		}
		out := make(map[string]any, len(x))
		for k, e := range x {
			out[k] = Reveal(e)
		}
		return out
	}
	return v
}

// HasSecret reports whether v holds a Secret at any depth.
func HasSecret(v any) bool {
	switch x := v.(type) {
	case Secret:
		return true
	case []any:
		for _, e := range x {
			if HasSecret(e) {
				return true
			}
		}
	case map[string]any:
		for _, e := range x {
			if HasSecret(e) {
				return true
			}
		}
	}
	return false
}
