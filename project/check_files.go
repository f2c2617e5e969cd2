package project

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/usherdev/usher/value"
)

// fillPicture decodes where a picture comes from: an address, or a call that only the server can send (F108).
func (sc scope) fillPicture(w *Widget, s section) {
	_, addressed := s.get("src")
	p, called := s.get("call")
	with, given := s.get("with")
	switch {
	case addressed && called:
		p.fail("a picture has an address or comes by a call, not both", "remove src or call")
	case !addressed && !called && w.Kind == "image":
		s.lacks("src").fail("the image shows nothing", "give it src, or the call that brings it")
	case given && !called:
		with.fail("with belongs to call", "")
	}
	if called {
		w.Call, w.Props["with"] = sc.fileCall(s, p)
	}
}

// fillDownload decodes the action that hands a file to the browser.
func (sc scope) fillDownload(a *Action, s section) {
	sc.fillProps(a, s, "call", "with")
	if p, ok := s.get("call"); ok {
		a.Call, a.Props["with"] = sc.fileCall(s, p)
		a.Props["call"] = value.Const(callID(a))
	}
}

// fileCall judges a call whose reply the browser gets as a file. What it is asked with stands, sealed, in an address, and browsers ask for an
// address as often as they like.
func (sc scope) fileCall(s section, p place) (*Call, *value.Template) {
	w := s.c.callNamed(p)
	if w == nil {
		return nil, nil
	}
	call := w.call
	switch {
	case call.Method != "GET":
		p.fail(fmt.Sprintf("%s brings a file to the browser, which may ask for it again and again, and %s is a %s", s.what, call.ID, call.Method), "name a GET call")
	case s.c.intercepted(call):
		p.fail("no flow runs around a call that brings a file to the browser, and one is declared around "+call.ID, "say interceptors: none in a call for files")
	}
	return call, sc.args(s, "with", argsOf{what: call.ID, params: call.Params, secret: func(string) string { return "the address of a file" }})
}

// intercepted reports whether flows are declared around a call; they may not have been read yet.
func (c *checker) intercepted(call *Call) bool {
	return slices.ContainsFunc(c.around, func(x *intercepted) bool {
		_, before := x.s.get("onRequest")
		_, after := x.s.get("onResponse")
		own := x.call != nil && x.call.call == call
		return (before || after) && (own || x.call == nil && x.group == call.Group && !call.Bare)
	})
}

// holdsFile reports whether a value of a type is a file, or has one in it.
func holdsFile(t *value.Type) bool {
	switch {
	case t == nil:
		return false
	case t.Kind == value.KindFile:
		return true
	case t.Kind == value.KindList:
		return holdsFile(t.Elem)
	case t.Kind == value.KindObject:
		return holdsFile(t.Rest) || slices.ContainsFunc(t.Fields, func(f value.Field) bool { return holdsFile(f.Type) })
	}
	return false
}

// asks reports whether an action ends the answer of the server before the flow is over.
func (c *checker) asks(a *Action) bool {
	return pausing(a.Kind) || a.Kind == "block" && a.Block != nil && c.flows[a.Block.Name].pauses
}

// fileIn returns the part of a path that is a file, or a list of them; false where no part is.
func (sc scope) fileIn(path string) (string, bool) {
	steps := strings.Split(path, ".")
	t, ok := sc.env.Lookup(steps[0])
	for i := range steps {
		if i > 0 && ok {
			var f value.Field
			f, ok = t.Field(steps[i])
			t = f.Type
		}
		switch {
		case !ok || t == nil:
			return "", false
		case t.Kind == value.KindFile, t.Kind == value.KindList && t.Elem != nil && t.Elem.Kind == value.KindFile:
			return strings.Join(steps[:i+1], "."), true
		}
	}
	return "", false
}

// goneFile warns of a file that is read when the flow has asked somebody, or waited.
func (sc scope) goneFile(p place, offset int, path string) {
	file, ok := sc.fileIn(path)
	if !ok || !sc.flow.asked {
		return
	}
	line, col := p.f.position(p.n, offset)
	p.c.report(p, line, col, file+" is gone by then: a flow that asks or waits keeps no files", "send it before the flow asks", true, nil)
}

// defaultRequest is what a call sends at most when it says nothing, as package call has it.
const defaultRequest = 8 << 20

// weight is a call that sends files of a page's inputs.
type weight struct {
	at   place
	call *Call
	ids  []string // of the inputs
}

// weigh notes which inputs of files a call sends.
func (sc scope) weigh(a *Action, s section) {
	p, ok := s.get("with")
	if !ok || sc.page == nil {
		return
	}
	one := weight{at: p, call: a.Call}
	for _, name := range a.Props["with"].Keys() {
		for _, read := range a.Props["with"].Field(name).Reads() {
			id, isField := strings.CutPrefix(read, "form.")
			if file, ok := sc.fileIn(read); ok && isField && file == read && !slices.Contains(one.ids, id) {
				one.ids = append(one.ids, id)
			}
		}
	}
	if len(one.ids) > 0 {
		sc.page.weights = append(sc.page.weights, one)
	}
}

// checkWeights warns of inputs that take more than the call sends that is to bring it to the backend.
func (w *pageWork) checkWeights() {
	for _, one := range w.weights {
		var total int64
		for _, f := range w.page.Fields {
			if f.Kind == "fileUpload" && slices.Contains(one.ids, f.ID) {
				size, count := f.FileLimit()
				total += size * int64(count)
			}
		}
		most := cmp.Or(one.call.Limits.Request, defaultRequest)
		if total < most {
			continue
		}
		one.at.warn(fmt.Sprintf("%s can bring %s, and %s sends %s at most, all around it included", strings.Join(one.ids, " and "), sizeText(total), one.call.ID, sizeText(most)),
			"say limits: {request: …} in the call, or a smaller maxSize or maxCount of the input")
	}
}
