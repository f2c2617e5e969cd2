package project

import (
	"fmt"
	"slices"

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
		s.fail("the image shows nothing", "give it src, or the call that brings it")
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
