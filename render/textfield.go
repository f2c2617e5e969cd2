package render

import (
	"strings"
	"unicode/utf8"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// textField draws a label, an input (or a textarea), a help sentence and an error message. A password is never
// written back.
func textField(b *builder, w *project.Widget) {
	kind := b.word(w, "type")
	b.field(w, "u-field", func() {
		b.raw(`<div class="u-control`)
		if kind == "multiline" {
			b.raw(" u-control-lines")
		}
		b.raw(`">`)
		if name := b.word(w, "icon"); name != "" {
			b.raw(glyph(name))
		}
		b.affix(w, "prefix")
		if kind == "multiline" {
			b.textarea(w)
		} else {
			b.input(w, kind)
		}
		b.affix(w, "suffix")
		if b.is(w, "clearButton") {
			b.clear(w)
		}
		if name := b.word(w, "endIcon"); name != "" {
			b.raw(glyph(name))
		}
		if kind == "password" {
			b.eye(w)
		}
		b.raw("</div>")
		b.counter(w)
		b.strength(w)
	})
}

// field draws what all inputs have around them: label above, help and error below.
func (b *builder) field(w *project.Widget, class markup, control func()) {
	b.raw("<div")
	b.mark(w, class)
	b.raw(">")
	b.label(w, "u-label", b.word(w, "type") == "search" || w.Kind == "slider" || b.is(w, "readOnly"))
	control()
	b.below(w)
	b.raw("</div>")
}

// label draws the label of an input; sure says that nobody wonders whether it may be left empty.
func (b *builder) label(w *project.Widget, class markup, sure bool) {
	b.raw(`<div class="`, class, `"><label`)
	b.id("for", w.Key, "")
	b.raw(">")
	b.text(b.prop(w, "label"))
	b.raw("</label>")
	if !sure {
		b.optional(w)
	}
	b.raw("</div>")
}

// optional says that an input may be left empty; required is what most inputs are.
func (b *builder) optional(w *project.Widget) {
	b.when(b.prop(w, "required"), func() {}, func() {
		b.raw(`<span class="u-optional" aria-hidden="true">`)
		b.say(b.own("field.optional"))
		b.raw("</span>")
	})
}

// below draws the help sentence and the error message of an input.
func (b *builder) below(w *project.Widget) {
	b.filled = append(b.filled, summed{w.Key, b.prop(w, "label")})
	if help := b.prop(w, "help"); help.written() {
		b.raw(`<p class="u-help"`)
		b.id("id", w.Key, "-help")
		b.raw(">")
		b.text(help)
		b.raw("</p>")
	}
	message := b.sub(func() {
		b.raw(`<p class="u-problem" role="alert"`)
		b.id("id", w.Key, "-error")
		b.raw(">", glyph("alert"), "<span>")
		b.do(func(r *run) { r.text(r.frame.Errors[r.name(w.Key)]) })
		b.raw("</span></p>")
	})
	b.do(func(r *run) {
		if r.frame.Errors[r.name(w.Key)] != "" {
			r.block(message)
		}
	})
}

// control writes the attributes that every input has: id, name, form, required, disabled, and what describes it.
func (b *builder) control(w *project.Widget) {
	b.id("id", w.Key, "")
	b.posting(w)
	b.described(w)
	b.rules(w)
}

// posting writes what every control of an input has, also where several make one input: name, form, required, disabled and the event of a change.
func (b *builder) posting(w *project.Widget) {
	b.belongs(w)
	b.flag("required", b.prop(w, "required"))
	b.flag("disabled", b.prop(w, "disabled"))
	b.sealed(w, "onChange", "data-change")
}

// belongs writes the name of a control and the form that it belongs to.
func (b *builder) belongs(w *project.Widget) {
	b.raw(` name="`)
	b.rowed(w.Key)
	b.raw(`"`)
	if b.form == nil {
		b.raw(` form="page"`)
	}
}

// sealed writes an event that a script sends, as an attribute.
func (b *builder) sealed(w *project.Widget, event string, attr markup) {
	t, at := w.Triggers[event], below(w, event)
	if t == nil {
		return
	}
	b.do(func(r *run) { r.event("", attr, t, at) })
}

// notes are the ids, after that of the input, of what always stands below it.
func (b *builder) notes(w *project.Widget) []markup {
	var out []markup
	if w.Prop("help") != nil {
		out = append(out, "-help")
	}
	if b.is(w, "counter") {
		out = append(out, "-count")
	}
	return out
}

// described ties an input to its help sentence and its error message.
func (b *builder) described(w *project.Widget) {
	notes := b.notes(w)
	refs := func(all []markup) {
		for i, note := range all {
			if i > 0 {
				b.raw(" ")
			}
			b.ref(w.Key, note)
		}
		b.raw(`"`)
	}
	wrong := b.sub(func() {
		b.raw(` aria-invalid="true" aria-describedby="`)
		refs(append([]markup{"-error"}, notes...))
	})
	right := b.sub(func() {
		if len(notes) > 0 {
			b.raw(` aria-describedby="`)
			refs(notes)
		}
	})
	b.do(func(r *run) {
		if r.frame.Errors[r.name(w.Key)] != "" {
			r.block(wrong)
		} else {
			r.block(right)
		}
	})
}

func (b *builder) textarea(w *project.Widget) {
	b.raw("<textarea data-grows")
	b.bind("rows", b.prop(w, "rows"))
	b.control(w)
	b.typing(w)
	// Parsers drop a line break that comes first: this one is theirs.
	b.raw(">\n")
	initial := b.prop(w, "initial")
	b.do(func(r *run) { r.text(r.posted(w, initial)) })
	b.raw("</textarea>")
}

func (b *builder) input(w *project.Widget, kind string) {
	b.raw("<input", inputTypes[kind])
	b.control(w)
	b.typing(w)
	if kind == "password" {
		b.raw(">")
		return
	}
	initial := b.prop(w, "initial")
	b.do(func(r *run) {
		if s := w.Formed(r.posted(w, initial)); s != "" {
			r.attr("value", s)
		}
	})
	b.raw(">")
}

// inputTypes are the attributes of each type of text field. Numbers are typed as text: spin buttons and wheels change
// them by accident, and browsers hide what they can not parse.
var inputTypes = map[string]markup{
	"text":     ` type="text"`,
	"username": ` type="text" autocapitalize="none" autocorrect="off" spellcheck="false"`,
	"email":    ` type="email" autocapitalize="none" spellcheck="false"`,
	"password": ` type="password" autocapitalize="none" spellcheck="false"`,
	"number":   ` type="text"`,
	"url":      ` type="url" autocapitalize="none" spellcheck="false"`,
	"tel":      ` type="tel"`,
	"search":   ` type="search"`,
}

// typing writes the attributes of what is typed. The greatest length is none of them: browsers count an emoji twice, and cut what is pasted
// without a word.
func (b *builder) typing(w *project.Widget) {
	if b.is(w, "clearButton") {
		b.placeheld(w)
	} else {
		b.bind("placeholder", b.prop(w, "placeholder"))
	}
	if words := b.prop(w, "autocomplete"); words.written() || b.word(w, "type") != "username" {
		b.bind("autocomplete", words)
	} else {
		b.raw(` autocomplete="username"`)
	}
	b.bind("minlength", b.prop(w, "minLength"))
	b.flag("readonly", b.prop(w, "readOnly"))
	b.keyboard(w)
	b.bind("data-mask", b.prop(w, "mask"))
	if w.Triggers["onChange"] != nil {
		b.bind("data-typing", b.prop(w, "wait"))
	}
}

// keyboard says which keys a phone shows, where the type does not say it.
func (b *builder) keyboard(w *project.Widget) {
	mode := b.enum(w, "keyboard")
	switch mask := b.word(w, "mask"); {
	case mode != "auto":
	case b.word(w, "type") == "number":
		mode = "decimal"
	case mask != "" && b.word(w, "type") != "tel" && !strings.ContainsAny(mask, "aA*"):
		mode = "numeric"
	default:
		return
	}
	b.raw(` inputmode="`, mode, `"`)
}

// posted is what stands in an input: what was posted, else its initial value.
func (r *run) posted(w *project.Widget, initial prop) string {
	if v, ok := r.frame.Values[r.name(w.Key)]; ok {
		return v
	}
	if !initial.written() {
		return ""
	}
	return r.say(initial)
}

// eye draws the button that shows a password. It needs script; the stylesheet hides it without.
func (b *builder) eye(w *project.Widget) {
	b.raw(`<button type="button" class="u-eye" data-eye aria-pressed="false"`)
	b.id("aria-controls", w.Key, "")
	b.attr("aria-label", b.own("field.showPassword"))
	b.raw(">", glyph("eye"), glyph("eye-off"), "</button>")
}

// counter draws how much of the greatest length is there. A script keeps it true; the stylesheet hides it without.
func (b *builder) counter(w *project.Widget) {
	most, ok := w.Prop("maxLength").Constant()
	n, _ := most.(int)
	if !b.is(w, "counter") || !ok {
		return
	}
	initial, says := b.prop(w, "initial"), b.own("field.counted", "count", n, "used", "{used}")
	used := func(r *run) string { return value.Text(utf8.RuneCountInString(r.posted(w, initial))) }
	if b.word(w, "type") == "password" {
		used = func(*run) string { return "0" }
	}
	b.raw(`<p class="u-count"`)
	b.id("id", w.Key, "-count")
	b.attr("data-most", value.Text(n))
	b.attr("data-says", says)
	b.raw(`><span aria-hidden="true">`)
	b.do(func(r *run) { r.text(used(r) + " / " + value.Text(n)) })
	b.raw(`</span><span class="u-vh" role="status">`)
	b.do(func(r *run) { r.text(strings.Replace(says, "{used}", used(r), 1)) })
	b.raw("</span></p>")
}

// strength draws how hard a password is to guess, which a script estimates: a bar of four parts, and a word.
func (b *builder) strength(w *project.Widget) {
	if !b.is(w, "strength") {
		return
	}
	b.raw(`<p class="u-strength" hidden`)
	b.id("data-of", w.Key, "")
	for _, word := range []struct{ attr, key markup }{{"data-1", "field.weak"}, {"data-2", "field.fair"}, {"data-3", "field.good"}, {"data-4", "field.strong"}} {
		b.attr(word.attr, b.own(string(word.key)))
	}
	b.raw(`><span class="u-strength-bar" aria-hidden="true"><i></i><i></i><i></i><i></i></span><span role="status"><span class="u-vh">`)
	b.say(b.own("field.strength") + " ")
	b.raw("</span><span></span></span></p>")
}
