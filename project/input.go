package project

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/usherdev/usher/value"
)

// Read decodes what a browser posted for an input: its value, and the text to show again when the page is drawn once more. A password
// becomes a value.Secret and is never shown; a checkbox is true or false; an empty number is nil, and text that is no number stays
// text, which Validate reports. Nothing posted reads as empty. in is the language in which it was typed, nil for what no person did.
func (w *Widget) Read(raw []string, in *value.Locale) (v any, shown string) {
	if w.Many() {
		return readMany(raw)
	}
	if w.Kind == "fileUpload" { // files do not come as text
		return nil, ""
	}
	text := ""
	if len(raw) > 0 {
		text = cleaned(raw[0])
	}
	if w.Kind == "pinCode" {
		text = digitsOf(text)
	}
	switch w.fieldKind() {
	case value.KindBool:
		if text == "" {
			return false, ""
		}
		return true, "on"
	case value.KindSecret:
		return value.NewSecret(text), ""
	case value.KindNumber:
		trimmed := strings.TrimSpace(text)
		if trimmed == "" {
			return nil, text
		}
		if n, misses := value.Coerce(numberText(trimmed, in), value.NumberType()); len(misses) == 0 {
			return n, text
		}
		return text, text
	}
	if w.word("mask") != "" {
		text = w.Formed(text)
		return text, text
	}
	switch w.word("type") {
	case "email", "url", "tel", "username":
		return strings.TrimSpace(text), text
	}
	if clockLayouts(w.Kind) != nil {
		return strings.TrimSpace(text), text
	}
	return text, text
}

func (w *Widget) fieldKind() value.Kind {
	if w.Field == nil {
		return value.KindText
	}
	return w.Field.Kind
}

// cleaned drops what no person types, and makes line ends one character.
func cleaned(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\r\n", "\n")
	return strings.ReplaceAll(s, "\x00", "")
}

// word returns a constant text property, "" when there is none.
func (w *Widget) word(name string) string {
	v, _ := w.Prop(name).Constant()
	s, _ := v.(string)
	return s
}

// Validate checks the inputs of a form, nil for those outside any form, and returns a sentence for each that is wrong, by id.
// values holds what Read returned for the inputs that were posted. Inputs that the scope hides, disabled ones and those of a tab
// or a dialog of which nothing was posted are passed over, since nobody could fill them in.
func (p *Page) Validate(form *Widget, values map[string]any, s value.Scope) map[string]string {
	out := map[string]string{}
	for _, w := range shownFields(p.drawn(), values, s) {
		if w.Form != form || w.ID == "" || truth(w.Prop("disabled"), w.within(s)) {
			continue
		}
		if msg := w.check(p, values, w.within(s)); msg != "" {
			out[w.ID] = msg
		}
	}
	return out
}

// Closed lists the inputs that nobody could fill in, because they are disabled or the scope hides them: what is posted as theirs counts as
// not sent, as Validate passes them over. values are as for Validate.
func (p *Page) Closed(values map[string]any, s value.Scope) []*Widget {
	open := map[string]bool{}
	for _, w := range shownFields(p.drawn(), values, s) {
		open[w.ID] = open[w.ID] || !truth(w.Prop("disabled"), w.within(s))
	}
	var out []*Widget
	for _, w := range p.Fields {
		if _, posted := values[w.ID]; posted && !open[w.ID] {
			out = append(out, w)
		}
	}
	return out
}

// drawn is all that stands on the page.
func (p *Page) drawn() []*Widget {
	if p.Bars == nil {
		return p.Body
	}
	return append([]*Widget{p.Bars}, p.Body...)
}

// shownFields lists the inputs that were drawn.
func shownFields(widgets []*Widget, values map[string]any, s value.Scope) []*Widget {
	var out []*Widget
	for _, w := range widgets {
		if w.Visible != nil && !truth(w.Visible, s) {
			continue
		}
		if w.Spec.Input {
			out = append(out, w)
		}
		if w.Spec.Component {
			out = append(out, shownFields(w.Body, values, w.Inside(s, nil, nil))...)
		}
		if w.Kind == SlotKind {
			out = append(out, shownFields(w.Slots[slotContent], values, Outside(s))...)
		}
		for i := range w.Spec.Slots {
			slot := &w.Spec.Slots[i]
			for _, child := range w.Slots[slot.Name] {
				inside := shownFields([]*Widget{child}, values, s)
				if (slot.Of != "" || w.Spec.Over) && !anyPosted(inside, values) {
					continue
				}
				out = append(out, inside...)
			}
		}
	}
	return out
}

// FieldsReadQueries reports whether Validate needs queries.* in its scope, because an input is shown, required or filled by them:
// without them such an input would pass unchecked.
func (p *Page) FieldsReadQueries() bool {
	_, reads := inputsIn(p.drawn())
	return reads
}

// inputsIn reports whether there are inputs among widgets, and whether what decides about them reads queries.*.
func inputsIn(widgets []*Widget) (some, reads bool) {
	for _, w := range widgets {
		here := w.Spec.Input
		for _, children := range w.Slots {
			s, r := inputsIn(children)
			here, reads = here || s, reads || r
		}
		if w.Spec.Component {
			s, r := inputsIn(w.Body)
			here, reads = here || s, reads || r
		}
		some = some || here
		reads = reads || here && readsQueries(w.Visible)
		for _, t := range w.Props {
			reads = reads || here && (w.Spec.Input || w.Spec.Component) && readsQueries(t)
		}
	}
	return some, reads
}

func readsQueries(t *value.Template) bool {
	return slices.ContainsFunc(t.Reads(), func(path string) bool { return path == "queries" || strings.HasPrefix(path, "queries.") })
}

func anyPosted(fields []*Widget, values map[string]any) bool {
	for _, w := range fields {
		if _, ok := values[w.ID]; ok {
			return true
		}
	}
	return false
}

func truth(t *value.Template, s value.Scope) bool {
	v, err := t.Eval(s)
	return err == nil && value.Truth(v)
}

// check returns the first thing that is wrong with the input's value: what its kind and its rules say, then the app's own condition.
func (w *Widget) check(p *Page, values map[string]any, s value.Scope) string {
	v := value.Reveal(values[w.ID])
	if msg := w.rules(p, v, values, s); msg != "" {
		return msg
	}
	if mine := w.Prop("check"); mine != nil && !truth(mine, s) { // one that cannot be found out does not hold
		return w.say("checkMessage", s, "valid.check")
	}
	return ""
}

func (w *Widget) rules(p *Page, v any, values map[string]any, s value.Scope) string {
	if w.Kind == "fileUpload" { // what the files are was looked at when they came: see Files
		if list, _ := v.([]any); (v == nil || list != nil && len(list) == 0) && truth(w.Prop("required"), s) {
			return w.say("requiredMessage", s, "valid.required", "field", w.label(s))
		}
		return ""
	}
	if w.Many() {
		return w.chosen(v, s)
	}
	text := value.Text(v)
	if w.fieldKind() == value.KindBool {
		if truth(w.Prop("required"), s) && !value.Truth(v) {
			return w.say("requiredMessage", s, w.mustBe(), "field", w.label(s))
		}
		return ""
	}
	if strings.TrimSpace(text) == "" {
		if truth(w.Prop("required"), s) {
			return w.say("requiredMessage", s, "valid.required", "field", w.label(s))
		}
		if text == "" {
			return w.sameAs(p, text, values, s)
		}
	}
	if w.Kind == "dropdown" || w.Kind == "radioGroup" {
		return w.oneOption(text, s)
	}
	for _, rule := range []func(any, string, value.Scope) string{w.shape, w.mask, w.clock, w.number, w.length, w.digits} {
		if msg := rule(v, text, s); msg != "" {
			return msg
		}
	}
	if pattern := w.word("pattern"); pattern != "" {
		if re, err := regexp.Compile(`\A(?:` + pattern + `)\z`); err == nil && !re.MatchString(text) {
			return w.say("patternMessage", s, "valid.pattern")
		}
	}
	return w.sameAs(p, text, values, s)
}

// mustBe is the sentence about a yes or no that was left at no.
func (w *Widget) mustBe() string {
	if w.Kind == "switch" {
		return "valid.on"
	}
	return "valid.ticked"
}

// length checks how much was typed.
func (w *Widget) length(_ any, text string, s value.Scope) string {
	n := utf8.RuneCountInString(text)
	if least, ok := intProp(w, "minLength"); ok && n < least {
		return w.say("lengthMessage", s, "valid.minLength", "count", least)
	}
	if most, ok := intProp(w, "maxLength"); ok && n > most {
		return w.say("lengthMessage", s, "valid.maxLength", "count", most)
	}
	return ""
}

// own is what Usher says itself, in the language of whoever reads.
func own(s value.Scope, key string, pairs ...any) string {
	return Locale(s).Say(ownKey+"."+key, pairs...)
}

// What an e-mail address and an address of the web look like; rules.js has the same patterns.
var (
	emailPattern = regexp.MustCompile(`^[^\pZ\x00-\x20\x7f-\x{9f}@<>()\[\],;:\\"]+@[\pL\pN]([\pL\pN-]*[\pL\pN])?(\.[\pL\pN]([\pL\pN-]*[\pL\pN])?)+$`)
	urlPattern   = regexp.MustCompile(`^[Hh][Tt][Tt][Pp][Ss]?://([^\pZ\x00-\x20\x7f-\x{9f}/?#@\\]+@)?(\[[0-9A-Fa-f:.]+\]|[\pL\pM\pN._~-]+)(:[0-9]{1,5})?([/?#](%[0-9A-Fa-f]{2}|[^\pZ\x00-\x20\x7f-\x{9f}%])*)?$`)
)

// shape checks what the type of a text field promises.
func (w *Widget) shape(_ any, text string, s value.Scope) string {
	switch w.word("type") {
	case "email":
		if len(text) > 254 || !emailPattern.MatchString(text) {
			return w.say("typeMessage", s, "valid.email")
		}
	case "url":
		if _, err := url.Parse(text); err != nil || !urlPattern.MatchString(text) {
			return w.say("typeMessage", s, "valid.url")
		}
	}
	return ""
}

// mask checks that a text fits its mask.
func (w *Widget) mask(_ any, text string, s value.Scope) string {
	mask := w.word("mask")
	if mask == "" {
		return ""
	}
	if _, fits := masked(mask, text); fits {
		return ""
	}
	return w.say("patternMessage", s, "valid.mask", "form", shownMask(mask))
}

// sameAs checks that the input repeats another.
func (w *Widget) sameAs(p *Page, text string, values map[string]any, s value.Scope) string {
	id := w.word("sameAs")
	if id == "" || text == value.Text(value.Reveal(values[id])) {
		return ""
	}
	for _, other := range p.Fields {
		if other.ID == id {
			return w.say("sameAsMessage", s, "valid.same", "field", other.label(s))
		}
	}
	return ""
}

// oneOption checks that what was chosen was offered.
func (w *Widget) oneOption(text string, s value.Scope) string {
	v, err := w.Prop("options").Eval(s)
	options, ok := v.([]any)
	if err != nil || !ok { // nobody knows what was offered
		return own(s, "valid.option")
	}
	for _, o := range options {
		if m, ok := o.(map[string]any); ok {
			o = m["value"]
		}
		if value.Text(o) == text {
			return ""
		}
	}
	return own(s, "valid.option")
}

func (w *Widget) label(s value.Scope) string {
	text, err := w.Prop("label").String(s)
	if err != nil || text == "" {
		return own(s, "field.unnamed")
	}
	return text
}

// say returns the app's own message, otherwise Usher's of a key.
func (w *Widget) say(prop string, s value.Scope, key string, pairs ...any) string {
	if text, err := w.Prop(prop).String(s); err == nil && text != "" {
		return text
	}
	return own(s, key, pairs...)
}
