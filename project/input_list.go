package project

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/usherdev/usher/value"
)

// between parts the texts of a list in one text: no input can hold it.
const between = "\x00"

// Joined is a list of texts as one text, the form in which a page remembers what was chosen of several.
func Joined(list []string) string { return strings.Join(list, between) }

// Split is the list that Joined made one text of.
func Split(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, between)
}

// Many reports whether the value of an input is a list.
func (w *Widget) Many() bool { return w.fieldKind() == value.KindList }

// readMany decodes what was chosen of several, each once.
func readMany(raw []string) (v any, shown string) {
	list := []any{}
	var texts []string
	for _, one := range raw {
		if one = cleaned(one); one != "" && !slices.Contains(texts, one) {
			list, texts = append(list, one), append(texts, one)
		}
	}
	return list, Joined(texts)
}

// chosen checks what was chosen of several.
func (w *Widget) chosen(v any, s value.Scope) string {
	list, _ := v.([]any)
	if len(list) == 0 {
		if truth(w.Prop("required"), s) {
			return w.say("requiredMessage", s, "valid.required", "field", w.label(s))
		}
		return ""
	}
	for _, one := range list {
		if msg := w.oneOption(value.Text(one), s); msg != "" {
			return msg
		}
	}
	if least, ok := intProp(w, "minCount"); ok && len(list) < least {
		return w.say("countMessage", s, "valid.fewest", "count", least)
	}
	if most, ok := intProp(w, "maxCount"); ok && len(list) > most {
		return w.say("countMessage", s, "valid.mostOf", "count", most)
	}
	return ""
}

// checkBounds judges how few and how many there may be of something, by the names of the two properties.
func checkBounds(w *Widget, s section, fewest, mostOf string) {
	least, _ := intProp(w, fewest)
	most, limited := intProp(w, mostOf)
	if p, ok := s.get(fewest); ok && least < 0 {
		p.fail(fewest+" is too small", "")
	}
	if p, ok := s.get(mostOf); ok && limited && most < 1 {
		p.fail(mostOf+" is too small", "")
	}
	if p, ok := s.get(fewest); ok && most > 0 && least > most {
		p.fail(fmt.Sprintf("%s %d is more than %s %d", fewest, least, mostOf, most), "")
	}
}

// ownForm reports whether an input that stands in no form is sent by itself.
func ownForm(kind string, has func(key string) bool) bool {
	return kind == "searchField" && (has("onSubmit") || has("onChange"))
}

// hasKey reports whether a mapping has a key.
func hasKey(body *yaml.Node, key string) bool {
	for i := 0; i+1 < len(body.Content) && body.Kind == yaml.MappingNode; i += 2 {
		if body.Content[i].Value == key {
			return true
		}
	}
	return false
}

// checkWait judges how long an input waits for a pause in typing.
func checkWait(w *Widget, s section) {
	if p, ok := s.get("wait"); ok {
		if n, _ := intProp(w, "wait"); n < 0 {
			p.fail("wait is too small", "")
		}
	}
}

// checkSearch judges when a search is sent.
func checkSearch(w *Widget, s section, in nest) {
	checkWait(w, s)
	if p, ok := s.get("onSubmit"); ok && in.form != nil {
		p.fail("in a form, Enter sends the form", "put the actions into onSubmit of the form")
	}
}
