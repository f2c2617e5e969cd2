package session

import (
	"crypto/subtle"
	"fmt"
	"log/slog"
)

// redacted is what a Secret shows of itself.
const redacted = "[redacted]"

// Secret holds a token or password that must not be printed. Whatever formats, encodes or logs it
// gets "[redacted]"; only Reveal gives the text. The zero value is the empty secret. (H2)
//
// The text sits in a closure, not in a field, because printers that walk values by reflection
// ignore methods.
type Secret struct{ text func() string }

// NewSecret wraps s. An empty s gives the zero Secret.
func NewSecret(s string) Secret {
	if s == "" {
		return Secret{}
	}
	return Secret{text: func() string { return s }}
}

// Reveal returns the text itself. Call it only where the text is sent or sealed.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return s.text()
}

// IsZero reports whether there is no text.
func (s Secret) IsZero() bool { return s.text == nil }

// Equal compares in constant time for texts of equal length.
func (s Secret) Equal(t Secret) bool {
	return subtle.ConstantTimeCompare([]byte(s.Reveal()), []byte(t.Reveal())) == 1
}

// Format implements fmt.Formatter for every verb.
func (s Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, redacted) }

// String returns "[redacted]".
func (s Secret) String() string { return redacted }

// LogValue implements slog.LogValuer.
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText implements encoding.TextMarshaler; JSON, XML and map keys go through it.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalJSON implements json.Marshaler.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// MarshalYAML implements the marshaler of the YAML packages.
func (s Secret) MarshalYAML() (any, error) { return redacted, nil }

// GobEncode implements gob.GobEncoder.
func (s Secret) GobEncode() ([]byte, error) { return []byte(redacted), nil }

// MarshalBinary implements encoding.BinaryMarshaler.
func (s Secret) MarshalBinary() ([]byte, error) { return []byte(redacted), nil }
