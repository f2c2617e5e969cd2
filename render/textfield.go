package render

import "github.com/usherdev/usher/project"

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
		if kind == "multiline" {
			b.textarea(w)
		} else {
			b.input(w, kind)
		}
		b.raw("</div>")
	})
}

// field draws what all inputs have around them: label above, help and error below.
func (b *builder) field(w *project.Widget, class markup, control func()) {
	b.raw("<div")
	b.mark(w, class)
	b.raw(">")
	b.label(w, "u-label", b.word(w, "type") == "search" || w.Kind == "slider")
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

// described ties an input to its help sentence and its error message.
func (b *builder) described(w *project.Widget) {
	help := w.Prop("help") != nil
	wrong := b.sub(func() {
		b.raw(` aria-invalid="true" aria-describedby="`)
		b.ref(w.Key, "-error")
		if help {
			b.raw(" ")
			b.ref(w.Key, "-help")
		}
		b.raw(`"`)
	})
	right := b.sub(func() {
		if help {
			b.id("aria-describedby", w.Key, "-help")
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
	b.raw(`<textarea rows="4"`)
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
		b.eye(w)
		return
	}
	initial := b.prop(w, "initial")
	b.do(func(r *run) {
		if s := r.posted(w, initial); s != "" {
			r.attr("value", s)
		}
	})
	b.raw(">")
}

// inputTypes are the attributes of each type of text field. Numbers are typed as text: spin buttons and wheels change
// them by accident, and browsers hide what they can not parse.
var inputTypes = map[string]markup{
	"text":     ` type="text"`,
	"email":    ` type="email" autocapitalize="none" spellcheck="false"`,
	"password": ` type="password" autocapitalize="none" spellcheck="false"`,
	"number":   ` type="text" inputmode="decimal"`,
	"url":      ` type="url" autocapitalize="none" spellcheck="false"`,
	"tel":      ` type="tel"`,
	"search":   ` type="search"`,
}

// typing writes the attributes of what is typed. The greatest length is none of them: browsers count an emoji twice, and cut what is pasted
// without a word.
func (b *builder) typing(w *project.Widget) {
	b.bind("placeholder", b.prop(w, "placeholder"))
	b.bind("autocomplete", b.prop(w, "autocomplete"))
	b.bind("minlength", b.prop(w, "minLength"))
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
