package project

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/usherdev/usher/value"
)

// fill decodes an action's properties; it returns the types of its output when it worked and when it failed.
func (sc scope) fill(a *Action, s section) (output, failed *value.Type) {
	output, failed = value.AnyType(), value.AnyType()
	switch a.Kind {
	case "call":
		return sc.fillCall(a, s)
	case "stream":
		return sc.fillStream(a, s)
	case "block":
		return sc.fillBlock(a, s), failed
	case "navigate":
		sc.fillNavigate(a, s)
	case "back":
		sc.fillBack(a, s)
	case "setState", "setAppState", "setField", "fieldError":
		sc.fillValues(a, s)
	case "openUrl":
		sc.fillProps(a, s)
		if p, ok := s.get("url"); ok {
			p.address("url of openUrl", a.Props["url"])
		}
	case "snackBar":
		sc.fillSnackBar(a, s)
	case "download":
		sc.fillDownload(a, s)
	case "resetForm", "clearFields":
		sc.fillFormFields(a, s)
	case "change":
		sc.fillChange(a, s)
	case "refresh", "loadMore":
		sc.fillQuery(a, s)
	case "clearCache":
		fillClearCache(a, s)
	case "forEach", "while":
		sc.fillLoop(a, s)
	case "setRequest":
		sc.fillSetRequest(a, s)
	case "setLanguage":
		sc.fillProps(a, s)
		sc.spoken(a, s)
	case "logIn", "updateAuthenticatedUser":
		sc.fillAuth(a, s)
	case "emit":
		sc.fillEmit(a, s)
	case "open":
		sc.fillOpen(a, s)
	case "close":
		sc.stray(s.place, a.Kind)
	case "logInWith":
		sc.fillProvider(a, s)
	case "dialog":
		sc.fillProps(a, s)
		output = value.ObjectOf("dialog", value.Field{Name: "ok", Type: value.BoolType()}, value.Field{Name: "value", Type: value.TextType()})
	case "listSessions":
		output = sessionsType()
	case "wait":
		sc.fillProps(a, s)
		s.duration("for", 0, 50*time.Millisecond, time.Minute)
	default:
		sc.fillProps(a, s)
	}
	return output, failed
}

// sessionsType is what listSessions hands out.
func sessionsType() *value.Type {
	return value.ListOf(value.ObjectOf("session",
		value.Field{Name: "browser", Type: value.TextType()}, value.Field{Name: "system", Type: value.TextType()},
		value.Field{Name: "created", Type: value.TimeType()}, value.Field{Name: "seen", Type: value.TimeType()},
		value.Field{Name: "current", Type: value.BoolType()}))
}

func (sc scope) fillProps(a *Action, s section, except ...string) {
	for i := range a.Spec.Props {
		spec := &a.Spec.Props[i]
		p, ok := s.get(spec.Name)
		if !ok || slices.Contains(except, spec.Name) {
			continue
		}
		if t := sc.prop(spec, p, a.Kind); t != nil {
			a.Props[spec.Name] = t
		}
	}
}

func (sc scope) fillCall(a *Action, s section) (output, failed *value.Type) {
	p, ok := s.get("call")
	if !ok {
		return value.AnyType(), value.AnyType()
	}
	w := s.c.callNamed(p)
	if w == nil {
		return value.AnyType(), value.AnyType()
	}
	a.Call = w.call
	a.Props["call"] = value.Const(w.call.ID)
	a.Props["with"] = sc.args(s, "with", argsOf{what: w.call.ID, params: w.call.Params, secret: w.callSecrets})
	sc.weigh(a, s)
	sc.fillFields(a, s)
	return w.output(false), w.output(true)
}

// fillFields decodes which inputs the errors of a backend's fields belong to. A block may be run on any page, so its inputs are not known.
func (sc scope) fillFields(a *Action, s section) {
	p, ok := s.get("fields")
	if !ok {
		return
	}
	if a.Call.FieldErrors == nil {
		p.warn(a.Call.ID+" does not say where its replies tell of single fields", "give it fieldErrors: ${reply.body.errors}")
	}
	a.Fields = map[string]string{}
	for _, e := range p.entries("fields") {
		id, ok := e.val.literal("an input")
		if !ok {
			continue
		}
		if sc.page != nil && sc.page.inputs[id] == nil {
			e.val.misnamed(fmt.Sprintf("there is no input %q", id), id, slices.Collect(maps.Keys(sc.page.inputs)))
			continue
		}
		a.Fields[e.name] = id
	}
}

// fillStream is fillCall for a call that streams: its output has the messages no more, only how the stream ended.
func (sc scope) fillStream(a *Action, s section) (output, failed *value.Type) {
	p, ok := s.get("call")
	if !ok {
		return value.AnyType(), value.AnyType()
	}
	w := s.c.anyCallNamed(p)
	switch {
	case w == nil:
		return value.AnyType(), value.AnyType()
	case w.call.ReplyAs != ReplyEvents:
		p.fail(w.call.ID+" does not stream its reply", "say replyAs: events in the call, or use the action call")
	case sc.flow.message != nil:
		p.fail("a stream cannot be opened within a message of another", "open it in onClose")
	}
	a.Call = w.call
	a.Props["call"] = value.Const(w.call.ID)
	a.Props["with"] = sc.args(s, "with", argsOf{what: w.call.ID, params: w.call.Params, secret: w.callSecrets})
	return w.output(true), w.output(true)
}

// onMessage decodes what runs for each message of a stream.
func (sc scope) onMessage(p place, call *Call) []*Action {
	w := (*callWork)(nil)
	if call != nil {
		w = p.c.calls[call.ID]
	}
	data, text := w.reply(), value.TextType()
	if data.HasSecret() || w != nil && w.hiddenText {
		text = value.SecretType()
	}
	was := sc.flow.message
	sc.flow.message = w
	defer func() { sc.flow.message = was }()
	out, _ := sc.with("message", value.ObjectOf("the message", value.Field{Name: "data", Type: data}, value.Field{Name: "text", Type: text},
		value.Field{Name: "event", Type: value.TextType()}, value.Field{Name: "id", Type: value.TextType()})).actions(p)
	return out
}

func (sc scope) fillBlock(a *Action, s section) *value.Type {
	p, ok := s.get("block")
	if !ok {
		return value.AnyType()
	}
	c := s.c
	name, w := c.flowNamed(p)
	if w == nil {
		return value.AnyType()
	}
	if w.state == 1 {
		way := append(slices.Clone(c.blocks[slices.Index(c.blocks, name):]), name)
		p.fail("action blocks run themselves: "+strings.Join(way, " → "), "")
	}
	c.buildFlow(w)
	if w.alone != "" {
		sc.aloneOnly(p, w.alone, name+", which has "+w.alone+",")
	}
	if w.stays != "" {
		sc.leaveOnly(p, w.stays, name+", which has "+w.stays+",")
	}
	if w.pauses {
		sc.pauseAllowed(p, name)
	}
	if w.logsIn {
		sc.loginPlace(p, "Log In in the action block "+name)
	}
	a.Block = w.flow
	a.Props["block"] = value.Const(name)
	a.Props["with"] = sc.blockArgs(s, w.flow)
	return w.typ
}

func (sc scope) fillNavigate(a *Action, s section) {
	sc.fillProps(a, s, "page", "with")
	p, ok := s.get("page")
	if !ok {
		return
	}
	if p.n.Value == "/" && p.scalar() == textScalar {
		a.Props["page"] = value.Const("/")
		if w, ok := s.get("with"); ok {
			w.fail("the start page takes no parameters here", "name the page to hand it parameters")
		}
		return
	}
	if a.Page = s.c.pageNamed(p, "page"); a.Page == nil {
		return
	}
	a.Props["page"] = value.Const(a.Page.Name)
	a.Props["with"] = sc.pageArgs(s, a.Page)
}

// fillBack decodes where Navigate Back leads when no page is before this one.
func (sc scope) fillBack(a *Action, s section) {
	p, ok := s.get("otherwise")
	if with, given := s.get("with"); given && !ok {
		with.fail("with belongs to otherwise", "")
	}
	if !ok {
		return
	}
	if a.Page = s.c.pageNamed(p, "otherwise"); a.Page != nil {
		a.Props["otherwise"] = value.Const(a.Page.Name)
		a.Props["with"] = sc.pageArgs(s, a.Page)
	}
}

// pageArgs checks the parameters handed to a page; they stand in its URL or its state, so none may be secret.
func (sc scope) pageArgs(s section, page *Page) *value.Template {
	return sc.args(s, "with", argsOf{what: page.Name, params: page.Params, inPath: page.InPath, secret: func(string) string { return "a page parameter" }})
}

// fillValues decodes a map of variables or inputs.
func (sc scope) fillValues(a *Action, s section) {
	p, ok := s.get("values")
	if !ok {
		return
	}
	kind := a.Kind
	if a.Own = kind == "setState" && sc.keeps(); a.Own {
		kind = setOwn
	}
	types, what := sc.targets(kind, a.Kind, p)
	if types == nil {
		return
	}
	var keys []string
	var vals []*value.Template
	for _, e := range p.entries(a.Kind) {
		t, ok := types[e.name]
		if !ok {
			e.key.misnamed(fmt.Sprintf("there is no %s %q", what, e.name), e.name, slices.Collect(maps.Keys(types)))
			continue
		}
		if tmpl := sc.value(e.val, want{what: e.name + " of " + a.Kind, typ: t, null: true, secret: a.Kind == "setState" && t.Kind == value.KindSecret}); tmpl != nil {
			if strings.HasPrefix(a.Kind, "set") && a.Kind != "setField" && holdsFile(tmpl.Type()) {
				e.val.fail("no state can hold a file", "a file is there while its event runs: let the event send it")
			}
			keys, vals = append(keys, e.name), append(vals, tmpl)
		}
	}
	a.Props["values"] = value.MapOf(keys, vals)
}

// setOwn is setState where it sets the state of a component.
const setOwn = "setOwn"

// keeps reports whether the component that is being read has state.
func (sc scope) keeps() bool { return sc.use != nil && len(sc.use.comp.state) > 0 }

// ownTargets are the variables of the component that is being read.
func (sc scope) ownTargets(called string, p place) (map[string]*value.Type, string) {
	if !sc.keeps() {
		p.fail(called+" works in a component that has state", "declare it in the component: state: {open: bool}")
		return nil, ""
	}
	sc.flow.readOwn()
	types := map[string]*value.Type{}
	for _, v := range sc.use.comp.state {
		types[v.Name] = v.Type
	}
	return types, "variable of the state of " + sc.use.comp.name
}

// targets returns what an action, called so in messages, may set, nil after reporting that it can set nothing here.
func (sc scope) targets(kind, called string, p place) (map[string]*value.Type, string) {
	types := map[string]*value.Type{}
	if kind == "setAppState" {
		for _, v := range p.c.p.App.State {
			types[v.Name] = v.Type
		}
		return types, "variable of the app state"
	}
	if kind == setOwn {
		return sc.ownTargets(called, p)
	}
	if kind == "setState" && sc.pageOnly(p, called, true) {
		return nil, ""
	}
	if sc.page == nil {
		p.fail(called+" works on pages only", "give the block a result, and set it where the block is run")
		return nil, ""
	}
	if kind == "setState" {
		for _, v := range sc.page.page.State {
			types[v.Name] = v.Type
		}
		return types, "variable of the page state"
	}
	for id, in := range sc.page.inputs {
		switch {
		case kind == "fieldError":
			types[id] = value.TextType()
		case in.typ.Kind == value.KindSecret:
			types[id] = value.TextType()
		default:
			types[id] = in.typ
		}
	}
	return types, "input"
}

// fillSnackBar decodes a message with its button. The block that this runs begins a flow of its own, so it may be the one that says so.
func (sc scope) fillSnackBar(a *Action, s section) {
	sc.fillProps(a, s, "block", "page", "with")
	s.duration("duration", 0, 2*time.Second, time.Minute)
	label, labelled := s.get("action")
	block, blocks := s.get("block")
	page, pages := s.get("page")
	switch {
	case blocks && pages:
		page.fail("the button of a snackBar runs a block or opens a page, not both", "let the block navigate")
	case labelled && !blocks && !pages:
		label.fail("action is the text of a button that does nothing", "add the block that it runs, or the page that it opens")
	case !labelled && (blocks || pages):
		s.lacks("action").fail("the button of a snackBar needs a text", "add action: Undo")
	case blocks:
		sc.fillPressed(a, s, block)
	case pages:
		if a.Page = s.c.pageNamed(page, "page"); a.Page != nil {
			a.Props["page"], a.Props["with"] = value.Const(a.Page.Name), sc.pageArgs(s, a.Page)
		}
	default:
		if with, ok := s.get("with"); ok {
			with.fail("with belongs to block or page", "")
		}
	}
}

func (sc scope) fillPressed(a *Action, s section, p place) {
	if name, w := s.c.flowNamed(p); w != nil {
		a.Pressed = w.flow
		a.Props["block"], a.Props["with"] = value.Const(name), sc.blockArgs(s, w.flow)
	}
}

// flowNamed finds the action block that p names.
func (c *checker) flowNamed(p place) (string, *flowFile) {
	name, ok := p.literal("block")
	if !ok {
		return "", nil
	}
	w := c.flows[name]
	if w == nil && !c.unread("flows/"+name+".yaml") {
		p.misnamed(fmt.Sprintf("there is no action block %q", name), name, slices.Collect(maps.Keys(c.flows)))
	}
	return name, w
}

// blockArgs checks the parameters handed to a block.
func (sc scope) blockArgs(s section, f *Flow) *value.Template {
	return sc.args(s, "with", argsOf{what: f.Name, params: f.Params, secret: func(param string) string {
		if par := findParam(f.Params, param); par.Type.HasSecret() {
			return ""
		}
		return param + " of " + f.Name + ", which is not typed secret"
	}})
}

// fillFormFields decodes the ids of inputs.
func (sc scope) fillFormFields(a *Action, s section) {
	p, ok := s.get("fields")
	if !ok {
		return
	}
	types, what := sc.targets("setField", a.Kind+" with fields", p)
	if types == nil {
		return
	}
	var ids []*value.Template
	for _, item := range p.items("fields") {
		id, ok := item.literal("an input")
		if ok && types[id] == nil {
			item.misnamed(fmt.Sprintf("there is no %s %q", what, id), id, slices.Collect(maps.Keys(types)))
		}
		ids = append(ids, value.Const(id))
	}
	a.Props["fields"] = value.ListOfTemplates(ids)
}

func fillClearCache(a *Action, s section) {
	p, ok := s.get("call")
	if !ok {
		return
	}
	if w := s.c.callNamed(p); w != nil {
		a.Call = w.call
		a.Props["call"] = value.Const(w.call.ID)
		if w.call.Cache == nil {
			p.warn(w.call.ID+" remembers nothing", "give it a cache: {for: 5m}")
		}
	}
}

// fillQuery decodes what names a query of the page.
func (sc scope) fillQuery(a *Action, s section) {
	p, ok := s.get("query")
	if !ok {
		return
	}
	name, ok := p.literal("query")
	if !ok {
		return
	}
	if sc.pageOnly(p, "the query "+quoted(name), false) {
		return
	}
	if sc.page == nil {
		hint := "write refresh alone: it runs all queries of the page again"
		if a.Kind == "loadMore" {
			hint = "write it in a flow of the page"
		}
		p.fail("queries belong to pages", hint)
		return
	}
	if _, ok := sc.page.queries[name]; !ok {
		p.misnamed(fmt.Sprintf("the page has no query %q", name), name, slices.Collect(maps.Keys(sc.page.queries)))
		return
	}
	if a.Kind == "loadMore" && sc.page.queries[name] != nil && sc.page.paging[name] == nil {
		p.fail(fmt.Sprintf("the query %s has no further pages", name), "give it pages: {items: ${reply.body…}}")
		return
	}
	a.Props["query"] = value.Const(name)
}

// fillAuth decodes Log In and Update Authenticated User.
func (sc scope) fillAuth(a *Action, s section) {
	f := sc.authFields(s)
	for name, t := range map[string]*value.Template{"token": f.Token, "refreshToken": f.RefreshToken, "expiry": f.Expiry,
		"refreshExpiry": f.RefreshExpiry, "uid": f.UID, "user": f.User} {
		if t != nil {
			a.Props[name] = t
		}
	}
	sc.fillProps(a, s, append([]string{"clear", "optional"}, sessionFields...)...)
	a.Optional = optionalFields(s)
	if p, ok := s.get("clear"); ok {
		for _, item := range p.items("clear") {
			if name, ok := item.oneOf("clear", sessionFields...); ok {
				switch _, set := s.get(name); {
				case set:
					item.fail(name+" is both set and cleared", "")
				case name == "token":
					item.warn("a login whose token is cleared goes on, and no call is its own any more", "what is not set is kept anyway; Log Out ends a login") // F217
				}
				a.Clear = append(a.Clear, name)
			}
		}
	}
	if _, ok := s.get("token"); !ok && a.Kind == "logIn" && s.c.p.App.Auth.Persist && !slices.ContainsFunc(s.c.p.Groups, func(g *Group) bool { return g.KeepCookies }) {
		s.lacks("token").warn("Log In leaves the token unset, so the login cannot be kept over a restart", "set token, or persistSessions: false",
			Fix{"Turn Persist Auth Sessions off", []Edit{set("/app/authentication/persistSessions", false)}}) // F006
	}
	if a.Kind == "updateAuthenticatedUser" && len(a.Props) == 0 && len(a.Clear) == 0 {
		s.warn("Update Authenticated User sets nothing", "", Fix{"Remove the action", []Edit{{Op: OpDelete, At: s.at}}})
	}
}
