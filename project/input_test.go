package project

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/usherdev/usher/value"
)

const fieldsPage = `path: /fields
title: Fields
access: loggedIn
state: {hide: bool, colours: list of text}
body:
  - textField: {id: name, label: Name, required: true, requiredMessage: "Say who you are, ${user.name}", minLength: 2, maxLength: 5}
  - textField: {id: mail, label: E-mail, type: email}
  - textField: {id: site, label: Site, type: url}
  - textField: {id: age, label: Age, type: number}
  - textField: {id: code, label: Code, pattern: "[A-Z]{3}|[0-9]", patternMessage: Three capitals}
  - checkbox: {id: terms, label: The terms, required: true}
  - dropdown: {id: size, label: Size, options: [S, {value: m, label: Medium}]}
  - dropdown: {id: colour, label: Colour, options: "${state.colours}"}
  - column:
      visible: ${!state.hide}
      children:
        - textField: {id: hidden, label: Hidden, required: true}
  - textField: {id: off, label: Off, required: true, disabled: true}
  - form:
      children:
        - textField: {id: pw, label: Password, type: password, required: true, minLength: 8}
        - textField: {id: again, label: Again, type: password, sameAs: pw}
  - tabBar:
      tabs:
        - label: A
          children:
            - textField: {id: first, label: First, required: true}
        - label: B
          children:
            - textField: {id: second, label: Second, required: true}
`

func fieldsOf(t *testing.T) *Page {
	t.Helper()
	p, problems := with(t, map[string]string{"pages/fields.yaml": fieldsPage})
	if len(problems) > 0 {
		t.Fatal(told(problems))
	}
	return p.Page("fields")
}

func field(t *testing.T, p *Page, id string) *Widget {
	t.Helper()
	for _, w := range p.Fields {
		if w.ID == id {
			return w
		}
	}
	t.Fatalf("no field %s", id)
	return nil
}

func TestF196_ReadDecodesByTheFieldsType(t *testing.T) {
	p := fieldsOf(t)
	for _, c := range []struct {
		id    string
		raw   []string
		want  any
		shown string
	}{
		{"name", []string{" Ann "}, " Ann ", " Ann "},
		{"name", nil, "", ""},
		{"name", []string{"a\x00b\xffc\r\nd"}, "abc\nd", "abc\nd"},
		{"mail", []string{" a@b.c "}, "a@b.c", " a@b.c "},
		{"age", []string{" 42 "}, 42, " 42 "},
		{"age", []string{"1.5"}, 1.5, "1.5"},
		{"age", []string{""}, nil, ""},
		{"age", []string{"old"}, "old", "old"},
		{"terms", []string{"on"}, true, "on"},
		{"terms", nil, false, ""},
		{"size", []string{"m"}, "m", "m"},
	} {
		v, shown := field(t, p, c.id).Read(c.raw, nil)
		if !reflect.DeepEqual(v, c.want) || shown != c.shown {
			t.Errorf("%s %q: %#v %q, want %#v %q", c.id, c.raw, v, shown, c.want, c.shown)
		}
	}
	v, shown := field(t, p, "pw").Read([]string{"hunter22"}, nil)
	if s, ok := v.(value.Secret); !ok || s.Reveal() != "hunter22" || shown != "" || strings.Contains(fmt.Sprint(v), "hunter") {
		t.Errorf("password: %v %q", v, shown)
	}
}

func TestF196_ValidateSaysWhatIsWrong(t *testing.T) {
	p := fieldsOf(t)
	good := map[string]any{"name": "Ann", "terms": true, "hidden": "x", "first": "x"}
	scope := value.Scope{"user": map[string]any{"name": "Bo"}, "state": map[string]any{"hide": false, "colours": []any{"red"}}}
	if got := p.Validate(nil, good, scope); len(got) > 0 {
		t.Fatalf("sound input: %v", got)
	}
	for _, c := range []struct {
		id   string
		v    any
		want string
	}{
		{"name", "  ", "Say who you are, Bo"},
		{"name", "A", "Use at least 2 characters."},
		{"name", "Annabel", "Use at most 5 characters."},
		{"name", "Ännä", ""},
		{"mail", "ann", "Enter an e-mail address such as name@example.com."},
		{"mail", "ann@localhost", "Enter an e-mail address such as name@example.com."},
		{"mail", "ann@exämple.org", ""},
		{"site", "javascript:alert(1)", "Enter an address such as https://example.com."},
		{"site", "https://example.com/x", ""},
		{"age", "old", "Enter a number."},
		{"age", 7, ""},
		{"code", "ABCD", "Three capitals"},
		{"code", "A\n1", "Three capitals"},
		{"code", "ABC", ""},
		{"terms", false, "The terms must be ticked."},
		{"size", "L", "Choose one of the options."},
		{"size", "m", ""},
		{"size", "", ""},
		{"colour", "blue", "Choose one of the options."},
		{"colour", "red", ""},
		{"hidden", "", "Hidden is required."},
		{"first", "", "First is required."},
	} {
		values := map[string]any{}
		for k, v := range good {
			values[k] = v
		}
		values[c.id] = c.v
		got := p.Validate(nil, values, scope)
		if got[c.id] != c.want || len(got) > 1 {
			t.Errorf("%s = %#v: %v, want %q", c.id, c.v, got, c.want)
		}
	}
	scope["state"] = map[string]any{"hide": true, "colours": []any{}}
	delete(good, "hidden")
	if got := p.Validate(nil, good, scope); len(got) > 0 {
		t.Errorf("a hidden input is asked for: %v", got)
	}
}

func TestF196_ValidateComparesPasswordsOfOneForm(t *testing.T) {
	p := fieldsOf(t)
	form := field(t, p, "pw").Form
	if form == nil || form.Kind != "form" {
		t.Fatal("the password stands in no form")
	}
	got := p.Validate(form, map[string]any{"pw": value.NewSecret("correct horse"), "again": value.NewSecret("")}, value.Scope{})
	if want := map[string]string{"again": "This is not the same as Password."}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
	got = p.Validate(form, map[string]any{"pw": value.NewSecret("short"), "again": value.NewSecret("short")}, value.Scope{})
	if want := map[string]string{"pw": "Use at least 8 characters."}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
}

// TestClosedInputs: what was posted for an input that is disabled or hidden is told apart; what is open, and what was not posted, is not named.
func TestClosedInputs(t *testing.T) {
	p := fieldsOf(t)
	posted := map[string]any{"name": "Ann", "hidden": "x", "off": "x", "first": "x"}
	for hide, want := range map[bool]string{false: "off", true: "hidden off"} {
		var got []string
		for _, w := range p.Closed(posted, value.Scope{"state": map[string]any{"hide": hide}}) {
			got = append(got, w.ID)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("hide %v: %q are closed, want %q", hide, got, want)
		}
	}
}
