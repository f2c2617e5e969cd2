package value

import (
	"slices"
	"strings"
	"testing"
)

// TestMessages: placeholders, braces, plural forms by each language's rules, and texts that another language lends.
func TestMessages(t *testing.T) {
	plural := func(forms map[string]string) *Message {
		m, err := ParsePlural(forms)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	files := map[string]string{"one": "{count} plik", "few": "{count} pliki", "many": "{count} plików", "other": "{count} pliku"}
	pl := NewLocale("pl", map[string]*Message{"files": plural(files)}, NewLocale("en", map[string]*Message{
		"files": plural(map[string]string{"one": "{count} file", "other": "{count} files"}), "brace": plural(map[string]string{"other": "{{{name}}}"}),
	}, nil))
	for n, want := range map[any]string{1: "1 plik", 3: "3 pliki", 5: "5 plików", 22: "22 pliki", 1.5: "1,5 pliku", nil: " pliku", "x": "x pliku"} {
		if got := pl.Say("files", "count", n); got != want {
			t.Errorf("%v: %q", n, got)
		}
	}
	if got := pl.Say("brace", "name", "x"); got != "{x}" {
		t.Errorf("braces: %q", got)
	}
	for _, bad := range []string{"{", "}", "{}", "{a b}", "{1}", "a {b", "a } b"} {
		if _, err := ParseMessage(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	for lang, want := range map[string]string{"en": "one other", "de": "one other", "ja": "other", "pl": "one few many other", "ar": "zero one two few many other"} {
		if got := PluralFormsOf(lang); strings.Join(got, " ") != want {
			t.Errorf("%s: %v", lang, got)
		}
	}
	if _, err := ParsePlural(map[string]string{"one": "x"}); err == nil {
		t.Error("a message without other is taken")
	}
	if m := plural(files); !slices.Equal(m.Params(), []string{"count"}) {
		t.Errorf("placeholders %v", m.Params())
	}
	if got := (*Locale)(nil).Say("files"); got != "files" {
		t.Errorf("the nil Locale says %q", got)
	}
}

// TestTextsKeepSecrets: a secret that is filled into a text stays one, and a text is never folded into the plan of one language.
func TestTextsKeepSecrets(t *testing.T) {
	hello, err := ParseMessage("Hello {name}")
	if err != nil {
		t.Fatal(err)
	}
	en := NewLocale("en", map[string]*Message{"hello": hello, "word": {forms: map[string][]piece{"other": {{text: "word"}}}}}, nil)
	env := NewEnv().With("token", SecretType()).With("m", AnyType()).Speaking(en)
	tmpl, faults := env.Parse(`${t("hello", {name: token})}`, nil)
	if len(faults) > 0 || !tmpl.Secret() {
		t.Fatalf("%v, secret %v", faults, tmpl.Secret())
	}
	s := Scope{"token": NewSecret("hunter2"), "m": map[string]any{"name": NewSecret("hunter2")}, LocaleKey: en}
	for _, src := range []string{`${t("hello", {name: token})}`, `${t("hello", m)}`} {
		tmpl, _ := env.Parse(src, nil)
		v, err := tmpl.Eval(s)
		if _, isSecret := v.(Secret); err != nil || !isSecret {
			t.Errorf("%s: %T, %v", src, v, err)
		}
	}
	word, faults := env.Parse(`${t("word")}`, nil)
	if _, constant := word.Constant(); len(faults) > 0 || constant {
		t.Errorf("%v, constant %v", faults, constant)
	}
	if _, faults := NewEnv().Parse(`${t("word")}`, nil); len(faults) != 1 {
		t.Errorf("without texts: %v", faults)
	}
}
