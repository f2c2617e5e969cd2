package journey

import (
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// pair is one field as a form sends it.
type pair struct {
	name, value string
	file        bool   // an input of files
	content     []byte // of the file that is called value; "" none was chosen
}

// formOf is the form that a control belongs to, nil for none.
func (p *page) formOf(n *html.Node) *html.Node {
	if id := attr(n, "form"); id != "" {
		if f := p.byID(id); f != nil && f.Data == "form" {
			return f
		}
		return nil
	}
	for up := range n.Ancestors() {
		if up.Type == html.ElementNode && up.Data == "form" {
			return up
		}
	}
	return nil
}

// controls are what belongs to a form and may be sent, in the order of the page.
func (p *page) controls(f *html.Node) []*html.Node {
	var out []*html.Node
	for n := range p.doc.Descendants() {
		if n.Type == html.ElementNode && slices.Contains([]string{"input", "select", "textarea", "button"}, n.Data) && p.formOf(n) == f && !disabled(n) {
			out = append(out, n)
		}
	}
	return out
}

func disabled(n *html.Node) bool {
	if has(n, "disabled") {
		return true
	}
	for up := range n.Ancestors() {
		if up.Type == html.ElementNode && up.Data == "fieldset" && has(up, "disabled") {
			return true
		}
	}
	return false
}

// pairs is the entry list of a form that by submits.
func (p *page) pairs(f, by *html.Node) []pair {
	var out []pair
	for _, n := range p.controls(f) {
		name := attr(n, "name")
		if name == "" {
			continue
		}
		switch kind := kindOf(n); {
		case kind == "submit" || kind == "button" || kind == "reset" || kind == "image":
			if n == by && kind == "submit" {
				out = append(out, pair{name: name, value: attr(n, "value")})
			}
		case kind == "checkbox" || kind == "radio":
			if has(n, "checked") {
				out = append(out, pair{name: name, value: checkedValue(n)})
			}
		case n.Data == "select":
			for _, o := range chosen(n) {
				out = append(out, pair{name: name, value: optionValue(o)})
			}
		case kind == "file":
			out = append(out, p.filePairs(n)...)
		default:
			out = append(out, pair{name: name, value: current(n)})
		}
	}
	return out
}

func checkedValue(n *html.Node) string {
	if has(n, "value") {
		return attr(n, "value")
	}
	return "on"
}

// current is what an input holds now.
func current(n *html.Node) string {
	switch n.Data {
	case "textarea":
		return strings.ReplaceAll(rawText(n), "\n", "\r\n")
	case "select":
		if all := chosen(n); len(all) > 0 {
			return optionText(all[0])
		}
		return ""
	}
	return attr(n, "value")
}

func options(n *html.Node) []*html.Node {
	var out []*html.Node
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.Data == "option" {
			out = append(out, d)
		}
	}
	return out
}

func optionText(o *html.Node) string { return words(rawText(o)) }

func optionValue(o *html.Node) string {
	if has(o, "value") {
		return attr(o, "value")
	}
	return optionText(o)
}

// chosen are the options that a select would send: of those that take one, the last selected, else the first that is not disabled.
func chosen(n *html.Node) []*html.Node {
	var picked []*html.Node
	all := options(n)
	for _, o := range all {
		if has(o, "selected") && !has(o, "disabled") {
			picked = append(picked, o)
		}
	}
	if has(n, "multiple") || len(picked) == 1 {
		return picked
	}
	if len(picked) > 1 {
		return picked[len(picked)-1:]
	}
	for _, o := range all {
		if !has(o, "disabled") {
			return []*html.Node{o}
		}
	}
	return nil
}

// defaultButton is the button that Enter presses, nil for none.
func (p *page) defaultButton(f *html.Node) *html.Node {
	for n := range p.doc.Descendants() {
		if n.Type == html.ElementNode && (n.Data == "button" || n.Data == "input") && (kindOf(n) == "submit" || kindOf(n) == "image") && p.formOf(n) == f {
			return n
		}
	}
	return nil
}

// unfit are the sentences with which a browser would refuse to send a form.
func (p *page) unfit(f *html.Node) []string {
	var out []string
	for _, n := range p.controls(f) {
		if !isField(n) || has(n, "readonly") {
			continue
		}
		if msg := p.objection(n); msg != "" {
			out = append(out, p.nameOf(n)+": "+msg)
		}
	}
	return out
}

func (p *page) objection(n *html.Node) string {
	kind, v := kindOf(n), current(n)
	if n.Data == "select" {
		v = ""
		for _, o := range chosen(n) {
			v += optionValue(o)
		}
	}
	if kind == "checkbox" {
		if has(n, "required") && !has(n, "checked") {
			return "the browser wants it checked"
		}
		return ""
	}
	if kind == "file" && len(p.files[n]) > 0 {
		return ""
	}
	switch {
	case v == "" && has(n, "required"):
		return "the browser wants it filled in"
	case v == "":
		return ""
	case kind == "email":
		if a, err := mail.ParseAddress(v); err != nil || a.Address != v {
			return "the browser wants an e-mail address"
		}
	}
	if least, err := strconv.Atoi(attr(n, "minlength")); err == nil && has(n, typedMark) && utf8.RuneCountInString(v) < least {
		return "the browser wants at least " + strconv.Itoa(least) + " characters"
	}
	return ""
}

// typedMark is the attribute of an input in which somebody typed: browsers measure only those.
const typedMark = "data-journey-typed"

// typeIn puts text into an input as a person would.
func typeIn(n *html.Node, text string) error {
	kind := kindOf(n)
	switch {
	case disabled(n) || has(n, "readonly"):
		return sayf("the field cannot be changed")
	case n.Data == "select":
		return sayf("the field is a list to choose from: choose %q \"option\"", attr(n, "id"))
	case kind == "checkbox":
		return sayf("the field is a box to check: check \"label\"")
	case kind == "file":
		return sayf("the field takes files: choose file \"label\" \"picture.png\"")
	}
	if most, err := strconv.Atoi(attr(n, "maxlength")); err == nil && most >= 0 && utf8.RuneCountInString(text) > most {
		text = string([]rune(text)[:most]) // as browsers do
	}
	set(n, typedMark, "")
	if n.Data == "textarea" {
		for n.FirstChild != nil {
			n.RemoveChild(n.FirstChild)
		}
		n.AppendChild(&html.Node{Type: html.TextNode, Data: text})
		return nil
	}
	set(n, "value", text)
	return nil
}

// pick selects the option that shows text, or has it as its value.
func pick(n *html.Node, text string) error {
	var names []string
	var found *html.Node
	for _, o := range options(n) {
		if has(o, "disabled") {
			continue
		}
		names = append(names, optionText(o))
		if optionText(o) == words(text) || found == nil && optionValue(o) == text {
			found = o
		}
	}
	if found == nil {
		return sayf("there is no option %q; there are %s", text, strings.Join(names, ", "))
	}
	if !has(n, "multiple") {
		for _, o := range options(n) {
			drop(o, "selected")
		}
	}
	set(found, "selected", "")
	return nil
}
