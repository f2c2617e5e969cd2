package render

import (
	"encoding/json"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// rules writes what a browser can check of an input by itself, with the sentences that the server would say.
func (b *builder) rules(w *project.Widget) {
	if b.of == nil {
		return
	}
	page, locale := b.of, b.app.locale
	if constantRules(w) {
		list := w.Rules(page, value.Scope{value.LocaleKey: locale})
		if text := rulesText(list); text != "" {
			b.attr("data-rules", text)
			b.ruled = true
		}
		return
	}
	b.ruled = true
	b.do(func(r *run) {
		if text := rulesText(w.Rules(page, r.scope)); text != "" {
			r.attr("data-rules", text)
		}
	})
}

// constantRules reports whether nothing that the rules of an input read changes.
func constantRules(w *project.Widget) bool {
	for _, t := range w.Props {
		if _, ok := t.Constant(); !ok {
			return false
		}
	}
	return w.Prop("sameAs") == nil // whose label may change
}

func rulesText(list []project.Rule) string {
	if len(list) == 0 {
		return ""
	}
	rows := make([][3]string, len(list))
	for i, x := range list {
		rows[i] = [3]string{x.Name, x.Limit, x.Sentence}
	}
	text, err := json.Marshal(rows)
	if err != nil {
		return ""
	}
	return string(text)
}

// wrongTemplate draws what a script fills with a sentence of a rule.
func (b *builder) wrongTemplate() {
	if b.ruled {
		b.raw(`<template id="u-wrong"><p class="u-problem" role="alert">`, glyph("alert"), `<span></span></p></template>`)
	}
}

// summed is an input of which the summary of a form may speak.
type summed struct {
	key   string
	label prop
}

// summary draws, above the children of a form with more than one wrong input, what is wrong, with links to the inputs.
func (b *builder) summary(children func()) {
	var inputs []summed
	title := b.own("field.wrong")
	b.do(func(r *run) {
		var wrong []summed
		for _, in := range inputs {
			if r.frame.Errors[r.name(in.key)] != "" {
				wrong = append(wrong, in)
			}
		}
		if len(wrong) < 2 {
			return
		}
		r.lit(`<div class="u-wrongs" role="alert" tabindex="-1"><p>`)
		r.text(title)
		r.lit("</p><ul>")
		for _, in := range wrong {
			name := r.name(in.key)
			r.lit(`<li><a`)
			r.attr("href", "#w-"+name)
			r.lit(">")
			r.text(r.say(in.label))
			r.lit("</a>: ")
			r.text(r.frame.Errors[name])
			r.lit("</li>")
		}
		r.lit("</ul></div>")
	})
	outer := b.filled
	b.filled = nil
	children()
	inputs, b.filled = b.filled, outer
}
