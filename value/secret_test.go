package value

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"text/template"

	"go.yaml.in/yaml/v4"
)

// doors prints v through every door that a value can leave by.
func doors(v any) map[string]string {
	out := map[string]string{}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%T", "%10s", "%-5q", "%p", "%U"} {
		out["fmt "+verb] = fmt.Sprintf(verb, v)
	}
	out["print"] = fmt.Sprint(v)
	out["error"] = fmt.Errorf("failed: %w %v", errors.New("x"), v).Error()
	b, err := json.Marshal(v)
	out["json"] = fmt.Sprint(string(b), err)
	b, err = xml.Marshal(v)
	out["xml"] = fmt.Sprint(string(b), err)
	b, err = yaml.Marshal(v)
	out["yaml"] = fmt.Sprint(string(b), err)
	var text, logged, binary bytes.Buffer
	slog.New(slog.NewTextHandler(&logged, nil)).Info("m", "v", v)
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("m", "v", v)
	out["slog"] = logged.String()
	_ = gob.NewEncoder(&binary).Encode(v)
	out["gob"] = binary.String()
	_ = template.Must(template.New("").Parse("{{.}}")).Execute(&text, v)
	out["template"] = text.String()
	return out
}

type holder struct {
	Shown  Secret
	hidden Secret
	Deep   map[string]any
}

func TestA1_SecretPrintsThroughNoDoor(t *testing.T) {
	s := NewSecret(canary)
	for name, v := range map[string]any{
		"itself": s, "pointer": &s, "struct": holder{Shown: s, hidden: s, Deep: map[string]any{"a": []any{s}}},
		"map": map[string]any{"token": s}, "list": []any{s}, "text": Text(s), "joined": joinText("a", s),
	} {
		for door, out := range doors(v) {
			if strings.Contains(out, canary) || strings.Contains(out, fmt.Sprintf("%x", canary)) {
				t.Errorf("%s leaks by %s: %s", name, door, out)
			}
		}
	}
	if out := doors(canary)["fmt %v"]; !strings.Contains(out, canary) {
		t.Fatal("the test would not see a leak")
	}
	if s.Reveal() != canary || (Secret{}).Reveal() != "" || fmt.Sprint(s) != "[redacted]" {
		t.Error("Reveal or String is wrong")
	}
}

func TestA1_RevealAndHasSecret(t *testing.T) {
	plain := map[string]any{"a": []any{1, "x"}}
	if HasSecret(plain) || !HasSecret([]any{map[string]any{"t": NewSecret("x")}}) {
		t.Error("HasSecret is wrong")
	}
	in := map[string]any{"t": NewSecret("x"), "l": []any{NewSecret("y"), 1}}
	got := fmt.Sprint(Reveal(in))
	if got != "map[l:[y 1] t:x]" {
		t.Errorf("Reveal = %s", got)
	}
	if !HasSecret(in) {
		t.Error("Reveal changed what it was given")
	}
}

func TestA1_EncodeJSONRefusesSecrets(t *testing.T) {
	for _, v := range []any{NewSecret(canary), []any{NewSecret(canary)}, map[string]any{"a": map[string]any{"b": NewSecret(canary)}}} {
		b, err := EncodeJSON(v)
		if !errors.Is(err, ErrSecret) || b != nil {
			t.Errorf("EncodeJSON = %q, %v", b, err)
		}
	}
}
