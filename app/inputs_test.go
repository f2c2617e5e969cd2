package app

import (
	"net/url"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"
)

const inputsPage = `path: /inputs
title: Inputs
access: any
state: {said: text}
body:
  - form:
      onSubmit:
        - setState: {said: "${form.size} ${form.on} ${form.n + 1} ${form.day} ${form.at} ${form.meet}"}
      children:
        - radioGroup: {id: size, label: Size, options: [S, {value: m, label: Medium}], required: true}
        - switch: {id: on, label: "On", initial: "true"}
        - numberField: {id: n, label: Number, integer: true, min: 1, max: 9}
        - dateField: {id: day, label: Day, min: "2026-01-01"}
        - timeField: {id: at, label: At}
        - dateTimeField: {id: meet, label: Meet, check: "${form.meet > form.day}", checkMessage: Meet later than that}
        - button: {text: Send, submit: true}
  - text: "Said: ${state.said}"
`

const codePage = `path: /code
title: Code
access: any
state: {said: text}
body:
  - form:
      onSubmit:
        - setState: {said: "${form.code} ${form.pin == form.again}"}
      children:
        - pinCode: {id: code, label: Code, required: true}
        - pinCode: {id: pin, label: PIN, length: 4, secret: true}
        - pinCode: {id: again, label: Again, length: 4, secret: true, sameAs: pin}
        - button: {text: Send, submit: true}
  - text: "Said: ${state.said}"
`

// TestF194_CodesAreDigits: a code is read as people write it, keeps its zeros, and a secret one is never shown again.
func TestF194_CodesAreDigits(t *testing.T) {
	w := newWorld(t, map[string]string{"pages/code.yaml": codePage})
	c := w.browser()
	p := c.get("/code")
	if !p.has(`input[name=code][autocomplete=one-time-code][inputmode=numeric]:not([maxlength])`) || !p.has(`input[name=pin][type=password]`) {
		t.Fatalf("the page lacks its codes:\n%s", p.body)
	}
	for typed, want := range map[string]string{"": "Code is required.", "12345": "Enter all 6 digits.", "1234567": "Enter all 6 digits.", "12345x": "Enter all 6 digits."} {
		p = c.press(p, "Send", map[string]string{"code": typed, "pin": "4711", "again": "4712"})
		p.want(t, 422, want, "This is not the same as PIN.")
		if strings.Contains(p.body, "4711") || !p.has(`input[name=code][value="`+typed+`"]`) && typed != "" {
			t.Errorf("%q comes back as\n%s", typed, p.body)
		}
	}
	for _, typed := range []string{"007 123", "007-123", "٠٠٧١٢٣", " 00 71 23 "} {
		p = c.press(p, "Send", map[string]string{"code": typed, "pin": "4711", "again": "4711"})
		p.want(t, 200, "Said: 007123 true")
	}
}

const manyPage = `path: /many
title: Many
access: any
state: {said: text, q: text}
body:
  - form:
      onSubmit:
        - setState: {said: "${join(form.wishes, '+')} ${form.size * 2} ${len(form.days)}"}
        - setField: {days: ["Tue"]}
      children:
        - checkboxGroup: {id: wishes, label: Wishes, required: true, minCount: 2, maxCount: 2, options: [Sea, {value: old, label: Old towns}, Huts]}
        - checkboxGroup: {id: days, label: Days, options: [Mon, Tue], initial: [Mon]}
        - slider: {id: size, label: Size, min: 10, max: 20, step: 5}
        - textField: {id: must, label: Must, required: true}
        - button: {text: Send, submit: true}
  - searchField: {id: live, label: Live, onChange: [{setState: {q: "live ${form.live}"}}]}
  - searchField: {id: asked, label: Asked, required: true, onSubmit: [{setState: {q: "asked ${form.asked}"}}]}
  - text: "Said: ${state.said}, ${state.q}."
`

// TestF194_SeveralOfThemAndSliders: what is chosen of several is a list, kept when something is wrong; a slider is a number within its ends.
func TestF194_SeveralOfThemAndSliders(t *testing.T) {
	w := newWorld(t, map[string]string{"pages/many.yaml": manyPage})
	c := w.browser()
	p := c.get("/many")
	send := func(fields url.Values) *page {
		t.Helper()
		action, form := p.form(t, "Send", nil)
		for k, v := range fields {
			form[k] = v
		}
		return c.roundTrip(c.request("POST", action, form))
	}
	if !p.has(`input[name=days][value=Mon][checked]`) || p.has(`input[type=checkbox][required]`) || !p.has(`input[type=range][name=size][value="10"]`) {
		t.Fatalf("the page lacks its inputs:\n%s", p.body)
	}
	for _, one := range []struct {
		fields url.Values
		want   string
	}{
		{url.Values{"must": {"x"}}, "Wishes is required."},
		{url.Values{"must": {"x"}, "wishes": {"Sea", "Sea"}}, "Choose at least 2."},
		{url.Values{"must": {"x"}, "wishes": {"Sea", "old", "Huts"}}, "Choose at most 2."},
		{url.Values{"must": {"x"}, "wishes": {"Sea", "Moon"}}, "Choose one of the options."},
		{url.Values{"must": {"x"}, "wishes": {"Sea", "old"}, "size": {"25"}}, "Enter 20 or less."},
		{url.Values{"must": {"x"}, "wishes": {"Sea", "old"}, "size": {"12"}}, "Enter a number in steps of 5, counted from 10."},
	} {
		p = send(one.fields)
		p.want(t, 422, one.want)
		if p.has(`input[name=days][checked]`) {
			t.Errorf("%v: what was unticked is ticked again", one.fields)
		}
	}
	if p = send(url.Values{"wishes": {"Sea", "old"}, "size": {"15"}}); !p.has(`input[value=Sea][checked]`) || !p.has(`input[value=old][checked]`) || p.has(`input[value=Huts][checked]`) || !p.has(`input[type=range][value="15"]`) {
		t.Errorf("what was chosen is lost:\n%s", p.body)
	}
	p = send(url.Values{"must": {"x"}, "wishes": {"Sea", "old"}, "size": {"15"}, "days": {"Mon"}})
	p.want(t, 200, "Said: Sea+old 30 1,")
	if !p.has(`input[name=days][value=Tue][checked]`) || p.has(`input[name=days][value=Mon][checked]`) {
		t.Errorf("what the flow has ticked is not:\n%s", p.body)
	}
}

// TestF194_ASearchIsAFormOfItsOwn: its event checks and sends it alone, whatever else the page asks for.
func TestF194_ASearchIsAFormOfItsOwn(t *testing.T) {
	w := newWorld(t, map[string]string{"pages/many.yaml": manyPage})
	c := w.browser()
	search := func(id, words string) *page {
		t.Helper()
		p := c.get("/many")
		f := cascadia.Query(p.doc, cascadia.MustCompile(`form[role=search][id=f-`+id+`]`))
		if f == nil {
			t.Fatalf("no form of %s:\n%s", id, p.body)
		}
		form := url.Values{id: {words}}
		for _, n := range cascadia.QueryAll(f, cascadia.MustCompile(`[name^="_"]`)) {
			form.Set(attr(n, "name"), attr(n, "value"))
		}
		return c.roundTrip(c.request("POST", attr(f, "action"), form))
	}
	search("live", "hut").want(t, 200, ", live hut.")
	search("asked", "fjord").want(t, 200, ", asked fjord.")
	search("asked", "").want(t, 422, "Asked is required.")
}

// TestF196_WhatWasNotOfferedIsRefused: a choice is one of the options, also where these cannot be found out; a dropdown shows no other in its place.
func TestF196_WhatWasNotOfferedIsRefused(t *testing.T) {
	w := newWorld(t, map[string]string{"pages/pick.yaml": `path: /pick
title: Pick
access: any
state: {said: text, list: list of text}
body:
  - form:
      onSubmit: [{setState: {said: "${form.a}${form.b}"}}]
      children:
        - dropdown: {id: a, label: A, options: [Sea, Huts], initial: Sea}
        - dropdown: {id: b, label: B, options: "${state.list}"}
        - button: {text: Send, submit: true}
  - text: "Said: ${state.said}."
`})
	c := w.browser()
	p := c.press(c.get("/pick"), "Send", map[string]string{"a": "Moon"})
	p.want(t, 422, "Choose one of the options.", "Said: .")
	if !p.has(`select[name=a] option[value=""][selected]`) || p.has(`select[name=a] option[value=Sea][selected]`) {
		t.Errorf("another choice stands in its place:\n%s", p.body)
	}
	c.press(p, "Send", map[string]string{"a": "Sea", "b": "anything"}).want(t, 422, "Choose one of the options.", "Said: .")
	c.press(p, "Send", map[string]string{"a": "Sea", "b": ""}).want(t, 200, "Said: Sea.")
}

// TestF194_InputsReachTheFlowWithTheirTypes: what is chosen and typed arrives as the kind says, and nothing of it is lost when one is wrong.
func TestF194_InputsReachTheFlowWithTheirTypes(t *testing.T) {
	w := newWorld(t, map[string]string{"pages/inputs.yaml": inputsPage})
	c := w.browser()
	p := c.get("/inputs")
	if !p.has(`fieldset input[type=radio][name=size][value=m]`) || !p.has(`input[role=switch][name=on][checked]`) {
		t.Fatal("the page lacks its inputs")
	}
	typed := map[string]string{"size": "m", "n": "12", "day": "2026-05-31", "at": "14:30", "meet": "2026-05-30T08:00"}
	p = c.press(p, "Send", typed)
	if p.StatusCode != 422 || !p.has(`input[type=radio][value=m][checked]`) || !p.has(`input[name=n][value="12"][aria-invalid=true]`) || !p.has(`input[name=day][value="2026-05-31"]`) ||
		!strings.Contains(p.body, "Enter 9 or less.") || !strings.Contains(p.body, "Meet later than that") || strings.Contains(p.body, "Said: m") {
		t.Fatalf("a wrong form: %d\n%s", p.StatusCode, p.body)
	}
	typed["n"], typed["meet"], typed["on"] = "8", "2026-06-01T08:00", ""
	p = c.press(p, "Send", typed)
	if want := "Said: m false 9 2026-05-31 14:30 2026-06-01T08:00"; !strings.Contains(p.body, want) {
		t.Errorf("the flow did not say %q: %d\n%s", want, p.StatusCode, p.body)
	}
	if p = c.press(p, "Send", map[string]string{"size": "xl"}); p.StatusCode != 422 || !strings.Contains(p.body, "Choose one of the options.") {
		t.Errorf("an option that was not offered: %d", p.StatusCode)
	}
}
