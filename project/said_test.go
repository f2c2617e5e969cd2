package project

import (
	"slices"
	"testing"

	"github.com/usherdev/usher/value"
)

// What a browser is told to say is, word for word, what Validate says of the same value.
func TestRulesSayWhatValidateSays(t *testing.T) {
	tree := NewTree(map[string][]byte{
		"app.yaml": []byte("usher: 1\nname: T\n"),
		"pages/x.yaml": []byte(`path: /
title: X
access: any
body:
  - textField: {id: name, label: Name, required: true, minLength: 3, maxLength: 5, lengthMessage: Three to five.}
  - textField: {id: mail, label: Mail, type: email}
  - textField: {id: site, label: Site, type: url}
  - textField: {id: code, label: Code, pattern: "[a-z]+", patternMessage: Small letters.}
  - textField: {id: again, label: Again, sameAs: code}
  - numberField: {id: seats, label: Seats, integer: true, min: 1, max: 8}
  - dateField: {id: day, label: Day, min: "2026-01-01", max: "2026-12-31"}
  - radioGroup: {id: plan, label: Plan, required: true, options: [Free]}
  - checkbox: {id: agreed, label: I agree, required: true}
  - switch: {id: news, label: News, required: true}
`)})
	p, problems := tree.Project()
	if problems.Errors() {
		t.Fatal(problems)
	}
	page := p.Pages[0]
	good := map[string]any{"name": "Nora", "mail": "n@example.com", "site": "https://example.com", "code": "abc", "again": "abc", "seats": 2, "day": "2026-05-31",
		"plan": "Free", "agreed": true, "news": true}
	for _, c := range []struct {
		id, rule string
		wrong    any
	}{
		{"name", "required", ""}, {"name", "minLength", "ab"}, {"name", "maxLength", "abcdef"}, {"mail", "email", "n"}, {"site", "url", "x"}, {"code", "pattern", "ABC"},
		{"again", "sameAs", "x"}, {"seats", "number", "two"}, {"seats", "integer", 2.5}, {"seats", "min", 0}, {"seats", "max", 9}, {"day", "min", "2025-12-31"},
		{"day", "max", "2027-01-01"}, {"plan", "required", ""}, {"agreed", "required", false}, {"news", "required", false},
	} {
		values := map[string]any{}
		for k, v := range good {
			values[k] = v
		}
		values[c.id] = c.wrong
		said := page.Validate(nil, values, value.Scope{})[c.id]
		w := page.Fields[slices.IndexFunc(page.Fields, func(w *Widget) bool { return w.ID == c.id })]
		rules := w.Rules(page, value.Scope{})
		i := slices.IndexFunc(rules, func(r Rule) bool { return r.Name == c.rule })
		if i < 0 || said == "" || rules[i].Sentence != said {
			t.Errorf("%s, %s: the server says %q, the browser knows %q", c.id, c.rule, said, rules)
		}
	}
}
