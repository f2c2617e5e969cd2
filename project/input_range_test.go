package project

import (
	"math"
	"testing"

	"github.com/usherdev/usher/value"
)

const rangesPage = `path: /fields
title: Fields
access: loggedIn
state: {most: number, sizes: list of text}
body:
  - numberField: {id: guests, label: Guests, integer: true, min: 1, max: "${state.most}"}
  - numberField: {id: price, label: Price, min: 1, step: 0.1, rangeMessage: Ten cents}
  - dateField: {id: start, label: Start, min: "2026-02-01", max: "2026-12-31"}
  - dateField: {id: end, label: End, check: "${form.start == nil || form.end >= form.start}", checkMessage: "Ends before it starts, ${user.name}"}
  - timeField: {id: at, label: At, max: "10:00", typeMessage: No time}
  - dateTimeField: {id: meet, label: Meet, min: "2026-05-31T14:30"}
  - radioGroup: {id: size, label: Size, options: "${state.sizes}", required: true}
  - switch: {id: terms, label: The terms, required: true}
  - textField: {id: either, label: Either, check: "${form.at != ''}"}
  - textField: {id: short, label: Short, maxLength: 3, lengthMessage: Three at most}
`

func rangesOf(t *testing.T) *Page {
	t.Helper()
	p, problems := with(t, map[string]string{"pages/fields.yaml": rangesPage})
	if len(problems) > 0 {
		t.Fatal(told(problems))
	}
	return p.Page("fields")
}

// TestF194_F196_EachKindOfInputIsChecked: each rule refuses with its sentence, and lets through what keeps it.
func TestF194_F196_EachKindOfInputIsChecked(t *testing.T) {
	p := rangesOf(t)
	good := map[string]string{"size": "m", "terms": "on", "at": "08:00", "start": "2026-05-01"}
	for _, c := range []struct{ id, raw, want string }{
		{"guests", "8", ""}, {"guests", "", ""}, {"guests", "0", "Enter 1 or more."}, {"guests", "9", "Enter 8 or less."},
		{"guests", "1.5", "Enter a whole number."}, {"guests", "many", "Enter a number."}, {"guests", "NaN", "Enter a number."},
		{"price", "1.3", ""}, {"price", "2.7", ""}, {"price", "1.35", "Ten cents"}, {"price", "0.9", "Ten cents"},
		{"start", "2026-02-01", ""}, {"start", "2026-01-31", "This may not be before 2026-02-01."}, {"start", "2027-01-01", "This may not be after 2026-12-31."},
		{"start", "2026-02-30", "Enter a date such as 2026-05-31."}, {"start", "31.5.2026", "Enter a date such as 2026-05-31."},
		{"end", "2026-05-02", ""}, {"end", "2026-04-30", "Ends before it starts, Bo"},
		{"at", "10:00", ""}, {"at", "10:00:00", ""}, {"at", "10:01", "This may not be after 10:00."}, {"at", "25:00", "No time"},
		{"meet", "2026-05-31T14:30", ""}, {"meet", "2026-05-31T14:29", "This may not be before 2026-05-31 14:30."}, {"meet", "2026-05-31", "Enter a date and a time."},
		{"size", "", "Size is required."}, {"size", "xl", "Choose one of the options."}, {"terms", "", "The terms must be on."},
		{"short", "four", "Three at most"},
	} {
		raw := map[string]string{}
		for k, v := range good {
			raw[k] = v
		}
		if raw[c.id] = c.raw; c.id != "end" {
			raw["end"] = "2030-01-01"
		}
		form := map[string]any{}
		for _, w := range p.Fields {
			form[w.ID], _ = w.Read([]string{raw[w.ID]}, nil)
		}
		s := value.Scope{"user": map[string]any{"name": "Bo"}, "state": map[string]any{"most": 8, "sizes": []any{"s", "m"}}, "form": form}
		if got := p.Validate(nil, form, s); got[c.id] != c.want || c.want == "" && len(got) > 0 {
			t.Errorf("%s = %q: %v, want %q", c.id, c.raw, got, c.want)
		}
	}
}

// TestF196_AConditionOfTheAppsOwn: it is asked of an empty input as well, and one that cannot be found out does not hold.
func TestF196_AConditionOfTheAppsOwn(t *testing.T) {
	p := rangesOf(t)
	for at, want := range map[any]string{"08:00": "", "": "Please check this.", 5: ""} {
		form := map[string]any{"at": at, "either": ""}
		if got := p.Validate(nil, form, value.Scope{"form": form})["either"]; got != want {
			t.Errorf("at %v: %q, want %q", at, got, want)
		}
	}
	if got := p.Validate(nil, map[string]any{"start": "2026-05-01"}, value.Scope{"form": map[string]any{"start": "2026-05-01", "end": []any{}}})["end"]; got == "" {
		t.Error("a condition that faults lets everything through")
	}
}

// FuzzReadInput: whatever is posted is read without a fault, as the kind of the input, and what validation passes keeps its rules.
func FuzzReadInput(f *testing.F) {
	for _, seed := range []string{"", "8", "1e309", "-0", "2026-05-31", "2026-05-31T14:30", "10:00:00", "\x00\xff", "on", "m", "0x1p-2", "１", "1_000"} {
		f.Add(seed)
	}
	tree, problems := with(f, map[string]string{"pages/fields.yaml": rangesPage})
	if len(problems) > 0 {
		f.Fatal(told(problems))
	}
	p := tree.Page("fields")
	f.Fuzz(func(t *testing.T, raw string) {
		form := map[string]any{}
		for _, w := range p.Fields {
			form[w.ID], _ = w.Read([]string{raw}, nil)
		}
		wrong := p.Validate(nil, form, value.Scope{"form": form, "state": map[string]any{"most": 8, "sizes": []any{"m"}}})
		if n, ok := float(form["guests"]); wrong["guests"] == "" && form["guests"] != nil && (!ok || n < 1 || n > 8 || n != math.Trunc(n)) {
			t.Errorf("%q passes as guests: %v", raw, form["guests"])
		}
		if _, ok := parseClock("dateField", value.Text(form["start"])); wrong["start"] == "" && form["start"] != "" && !ok {
			t.Errorf("%q passes as a date", raw)
		}
		if wrong["size"] == "" && form["size"] != "m" {
			t.Errorf("%q passes as one of the options", raw)
		}
	})
}
