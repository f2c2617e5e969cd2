package project

import (
	"fmt"
	"slices"
	"strings"

	"github.com/usherdev/usher/value"
)

// intercepted is a group or a call whose onRequest and onResponse are read once blocks and calls are known.
type intercepted struct {
	s                     section
	params                []Param
	onRequest, onResponse *[]*Action
	group                 *Group
	call                  *callWork // nil: the group
}

// readInterceptors decodes the flows around calls (F101).
func (c *checker) readInterceptors() {
	for _, x := range c.around {
		sc := scope{env: c.app.base.With("request", requestType()).With("params", paramsType(x.params))}
		if p, ok := x.s.get("onRequest"); ok {
			sc.flow = newFlow(c)
			sc.flow.around, sc.flow.before = x, true
			*x.onRequest, _ = sc.actions(p)
		}
		if p, ok := x.s.get("onResponse"); ok {
			sc.flow = newFlow(c)
			sc.flow.around = x
			reply := replyType(value.AnyType())
			for _, call := range x.group.Calls {
				if x.call == nil || x.call.call == call {
					sc.flow.replies = append(sc.flow.replies, c.calls[call.ID])
				}
			}
			if x.call != nil {
				reply = x.call.output(true)
			}
			*x.onResponse, _ = sc.with("reply", reply).actions(p)
		}
	}
}

func requestType() *value.Type {
	return value.ObjectOf("request", value.Field{Name: "call", Type: value.TextType()}, value.Field{Name: "method", Type: value.TextType()})
}

// interceptorOnly reports actions that mean something around a call alone.
func (sc scope) interceptorOnly(p place, spec *ActionSpec) {
	switch {
	case spec.Kind == "setRequest" && !sc.flow.before:
		p.fail("setRequest works in onRequest alone", "write it in calls/GROUP.yaml, below onRequest of the group or the call")
	case spec.Kind == "fail" && sc.flow.around == nil:
		p.fail("fail works in onRequest and onResponse alone", "to end a flow, write stop")
	}
}

// fillSetRequest decodes what an interceptor adds to a request: never the login, and nothing secret.
func (sc scope) fillSetRequest(a *Action, s section) {
	if !sc.flow.before {
		return
	}
	if p, ok := s.get("headers"); ok {
		var keys []string
		var vals []*value.Template
		for _, e := range p.entries("headers") {
			if !e.key.goodHeader("headers", e.name) || !sc.flow.around.mayHeader(e.key, e.name) {
				continue
			}
			if t := sc.value(e.val, want{what: "header " + e.name, typ: value.TextType(), null: true}); t != nil {
				keys, vals = append(keys, e.name), append(vals, t)
			}
		}
		a.Props["headers"] = value.MapOf(keys, vals)
	}
	if p, ok := s.get("params"); ok {
		var keys []string
		var vals []*value.Template
		for _, e := range p.entries("params") {
			par := findParam(sc.flow.around.params, e.name)
			if par == nil {
				e.key.misnamed(fmt.Sprintf("there is no parameter %q", e.name), e.name, paramNames(sc.flow.around.params))
				continue
			}
			if t := sc.value(e.val, want{what: "parameter " + e.name, typ: par.Type, null: true}); t != nil {
				keys, vals = append(keys, e.name), append(vals, t)
			}
		}
		a.Props["params"] = value.MapOf(keys, vals)
	}
	if len(a.Props) == 0 {
		s.warn("setRequest sets nothing", "give it headers or params")
	}
}

// mayHeader refuses the headers in which a login travels, or the person's address.
func (x *intercepted) mayHeader(p place, name string) bool {
	auth := &p.c.p.App.Auth
	taken := []string{"authorization", "proxy-authorization", auth.Header, x.group.ClientAddress}
	places := []*Placement{&auth.Token, x.group.Token}
	if auth.Refresh != nil {
		places = append(places, auth.Refresh.Token)
	}
	if auth.LogOut != nil {
		places = append(places, auth.LogOut.Token)
	}
	for _, at := range places {
		if at != nil && at.In == InHeader {
			taken = append(taken, at.Name)
		}
	}
	if slices.ContainsFunc(taken, func(t string) bool { return strings.EqualFold(t, name) }) {
		p.fail(fmt.Sprintf("%s says who is asking, so no interceptor sets it", name), "auth and token of the group say where the login goes")
		return false
	}
	return true
}
