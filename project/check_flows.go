package project

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/usherdev/usher/value"
)

// flowFile is an action block while it is checked.
type flowFile struct {
	flow  *Flow
	s     section
	state int // 0 not begun, 1 being checked, 2 done
	typ   *value.Type

	pauses bool // it asks somebody, or waits
}

// flowWork is one flow while it is checked: a trigger's, a load flow, an event of the app, an action block.
type flowWork struct {
	c       *checker
	outputs map[string]*callWork  // output name → the call that fills it
	names   map[string]bool       // output names used so far
	items   map[string][][]string // name of a loop's item → what its list reads
	reads   map[string]bool       // of item, index, queries and params
	reply   *callWork             // what reply.* stands for, nil none
	message *callWork             // the stream that message.* stands for, nil none
	event   string                // onLogIn and the like, "" none
	form    *yaml.Node            // the form that the event sends
	inPage  bool                  // form is meaningful
	held    bool                  // a component emits within one of the places where nobody can be asked
	loops   int                   // loops around the actions that are being read
	caught  int                   // error branches around them
	around  *intercepted          // the group or call that the flow runs around, nil none
	before  bool                  // it runs before the call is sent
	block   *flowFile             // the action block that this is, nil none
	replies []*callWork           // what reply.* stands for in a flow that runs after one of them
}

func newFlow(c *checker) *flowWork {
	return &flowWork{c: c, outputs: map[string]*callWork{}, names: map[string]bool{}, items: map[string][][]string{}, reads: map[string]bool{}}
}

// read notes what an expression of the flow reads, and warns of fields that the event does not send.
func (f *flowWork) read(p place, offset int, dotted string) {
	root, rest, _ := strings.Cut(dotted, ".")
	switch root {
	case "item", "index", "queries", "params", "props":
		if f.reads != nil {
			f.reads[dotted] = true
		}
	case "form":
		field, _, _ := strings.Cut(rest, ".")
		in := f.input(field)
		if f.inPage && in != nil && in.form != f.form {
			line, col := p.f.position(p.n, offset)
			f.c.report(p, line, col, fmt.Sprintf("%s stands in another form, whose inputs this event sends only with script", dotted),
				"put both into one form", true)
		}
	}
}

func (f *flowWork) input(id string) *input {
	if f.c.onPage == nil {
		return nil
	}
	return f.c.onPage.inputs[id]
}

// sealed returns what a trigger's button must carry.
func (f *flowWork) sealed() []string { return slices.Sorted(maps.Keys(f.reads)) }

var indexStep = regexp.MustCompile(`^(\[[0-9]+\]|\["[^"]*"\]|\['[^']*'\]|\??\.[A-Za-z_][A-Za-z0-9_]*)`)

// taint learns which paths of a reply hold a token: those that a template for token or refreshToken reads.
func (f *flowWork) taint(p place, t *value.Template) {
	for _, read := range p.readPaths(t) {
		for _, path := range f.behind(read) {
			f.taintPath(path)
		}
	}
}

// readPaths returns what a template reads, each path with the indexes behind it.
func (p place) readPaths(t *value.Template) [][]string {
	var out [][]string
	for _, r := range t.Reads() {
		path := strings.Split(r, ".")
		if i := strings.Index(p.n.Value, r); i >= 0 {
			path = append(path, indexes(p.n.Value[i+len(r):])...)
		}
		out = append(out, path)
	}
	return out
}

func (f *flowWork) taintPath(parts []string) {
	w := f.outputs[parts[0]]
	body := 1
	var pages *Paging
	switch {
	case parts[0] == "reply":
		w = f.reply
	case parts[0] == "queries" && len(parts) > 1 && f.c.onPage != nil:
		w, body = f.c.onPage.queries[parts[1]], 2
		pages = f.c.onPage.paging[parts[1]]
	}
	if parts[0] == "message" && len(parts) > 1 && f.message != nil {
		if parts = slices.Clone(parts); parts[1] == "data" {
			parts[1] = "body"
		}
		w = f.message
	}
	if parts[0] == "reply" && len(parts) > 1 {
		for _, one := range f.replies {
			f.c.taintReply(one, parts[1:])
		}
	}
	if w != nil && len(parts) > body {
		f.c.taintReply(w, pages.ofReply(parts[body:]))
	}
}

// taintReply notes that a path of a call's reply holds a token, unless its type says so.
func (c *checker) taintReply(w *callWork, path []string) {
	if (len(path) > 1 || path[0] == "text") && pathType(w.output(false), path).Kind != value.KindSecret {
		c.addTaint(w.call.ID, strings.Join(path, "."))
	}
}

func (c *checker) addTaint(call, path string) {
	if !slices.Contains(c.hidden[call], path) && !slices.Contains(c.taints[call], path) {
		c.taints[call] = append(c.taints[call], path)
	}
}

// indexes reads what follows a path that ended at an index: [0].token is [] and token, ["x-token"] is x-token.
func indexes(rest string) []string {
	var out []string
	if !strings.HasPrefix(rest, "[") {
		return nil
	}
	for {
		step := indexStep.FindString(rest)
		if step == "" {
			return out
		}
		rest = rest[len(step):]
		switch name := strings.Trim(step, "?.[]\"'"); {
		case step[0] != '[' || step[1] == '"' || step[1] == '\'':
			out = append(out, name)
		default:
			out = append(out, "[]")
		}
	}
}

func pathType(t *value.Type, path []string) *value.Type {
	for _, step := range path {
		if step == "[]" && t.Kind == value.KindList {
			t = t.Elem
			continue
		}
		f, ok := t.Field(step)
		if !ok {
			return value.AnyType()
		}
		t = f.Type
	}
	return t
}

// readFlowHeads decodes names and parameters of flows/*.yaml.
func (c *checker) readFlowHeads() {
	for _, f := range c.in("flows") {
		if f.root == nil {
			continue
		}
		p := c.rootOf(f)
		s := p.section("an action block", blockKeys...)
		w := &flowFile{flow: &Flow{Name: baseName(f.name), File: f.name, Doc: s.text("doc")}, s: s, typ: value.AnyType()}
		if pp, ok := s.get("params"); ok {
			w.flow.Params = c.params(pp, false)
		}
		c.flows[w.flow.Name] = w
		c.p.Flows = append(c.p.Flows, w.flow)
	}
}

// readFlows decodes every action block; one that another needs comes first.
func (c *checker) readFlows() {
	for _, f := range c.p.Flows {
		c.buildFlow(c.flows[f.Name])
	}
}

func (c *checker) buildFlow(w *flowFile) {
	if w.state != 0 {
		return
	}
	w.state = 1
	c.blocks = append(c.blocks, w.flow.Name)
	page := c.onPage
	c.onPage = nil
	sc := scope{env: c.app.base.With("params", paramsType(w.flow.Params)), flow: newFlow(c)}
	w.flow.Env = sc.env
	sc.flow.block = w
	if p, ok := w.s.need("actions", "what the block does"); ok {
		w.flow.Actions, sc = sc.actions(p)
	}
	if p, ok := w.s.get("result"); ok {
		w.flow.Result = sc.value(p, want{what: "result", secret: true, null: true})
		if w.flow.Result != nil {
			w.typ = w.flow.Result.Type()
		}
	}
	c.onPage = page
	c.blocks = c.blocks[:len(c.blocks)-1]
	w.state = 2
}

// readAppEvents decodes the events of app.yaml.
func (c *checker) readAppEvents() {
	c.p.App.Events = map[string][]*Action{}
	for _, name := range appEvents {
		p, ok := c.app.get(name)
		if !ok {
			continue
		}
		sc := scope{env: c.app.base, flow: newFlow(c)}
		sc.flow.event = name
		if name == "onSessionExpired" {
			sc = sc.with("session", value.ObjectOf("session", value.Field{Name: "reason", Type: value.TextType()}, value.Field{Name: "uid", Type: value.TextType()}))
		}
		if name != "onAppStart" && !c.p.App.Auth.Enabled {
			p.fail(name+" needs authentication, which is off", "set authentication: enabled: true in app.yaml")
		}
		c.p.App.Events[name], _ = sc.actions(p)
	}
}

// actions decodes a list of actions. The scope that it returns holds the outputs of the list.
func (sc scope) actions(p place) ([]*Action, scope) {
	var out []*Action
	for _, item := range p.items("a flow") {
		var a *Action
		if a, sc = sc.action(item); a != nil {
			out = append(out, a)
		}
	}
	return out, sc
}

// action decodes one action and returns the scope of those after it.
func (sc scope) action(p place) (*Action, scope) {
	s, spec, ok := p.actionParts()
	if !ok {
		return nil, sc
	}
	a := &Action{Kind: spec.Kind, ID: string(p.at), At: p.at, Spec: spec, Props: map[string]*value.Template{}, Branches: map[string][]*Action{}}
	a.Note, a.Disabled = s.text("note"), s.flag("disabled", false)
	sc.actionAllowed(p, spec)
	for i := range spec.Props {
		if spec.Props[i].Required {
			s.need(spec.Props[i].Name, "")
		}
	}
	output, failed := sc.fill(a, s)
	inside, branch := sc, sc
	if as, ok := s.get("as"); ok && spec.Output {
		if name, ok := sc.outputName(as, spec); ok {
			a.As = name
			inside, branch = sc.with(name, output), sc.with(name, failed)
			sc.flow.outputs[name] = p.c.calls[callID(a)]
		}
	}
	sc.branches(a, s, inside, branch)
	return a, inside
}

func callID(a *Action) string {
	if a.Call == nil {
		return ""
	}
	return a.Call.ID
}

// actionParts finds the action's kind and gathers its properties from its value and the keys beside it.
func (p place) actionParts() (section, *ActionSpec, bool) {
	s := section{place: p, vals: map[string]entry{}}
	if p.scalar() != notScalar {
		kind, ok := p.literal("an action")
		spec := ActionSpecOf(kind)
		if ok && spec == nil {
			p.fail(fmt.Sprintf("there is no action %q", kind), didYouMean(kind, actionKinds()))
		}
		s.what = kind
		return s, spec, spec != nil
	}
	entries := p.entries("an action")
	at := slices.IndexFunc(entries, func(e entry) bool { return ActionSpecOf(e.name) != nil })
	if at < 0 {
		if len(entries) > 0 {
			entries[0].key.fail(fmt.Sprintf("there is no action %q", entries[0].name), didYouMean(entries[0].name, actionKinds()))
		}
		return s, nil, false
	}
	spec := ActionSpecOf(entries[at].name)
	s.what = spec.Kind
	s.mainValue(spec, entries[at].val)
	beside := append([]string{"note", "disabled"}, spec.AllBranches()...)
	if spec.Output {
		beside = append(beside, "as")
	}
	for i, e := range entries {
		switch {
		case i == at:
		case slices.Contains(beside, e.name):
			s.vals[e.name] = e
		case spec.Prop(e.name) != nil && e.name != spec.Main:
			s.set(e)
		case ActionSpecOf(e.name) != nil:
			e.key.fail(fmt.Sprintf("one item holds two actions: %s and %s", spec.Kind, e.name), "begin the second with “- ”")
		default:
			e.key.fail(fmt.Sprintf("%s has no %q", spec.Kind, e.name), didYouMean(e.name, append(beside, propNames(spec.Props)...)))
		}
	}
	return s, spec, true
}

// set adds a property unless it is there already.
func (s section) set(e entry) {
	if _, twice := s.vals[e.name]; twice {
		e.key.fail(fmt.Sprintf("%s has %q twice", s.what, e.name), "")
		return
	}
	s.vals[e.name] = e
}

// mainValue spreads the value of an action's key: a mapping of properties, or the main property.
func (s section) mainValue(spec *ActionSpec, v place) {
	main := spec.Prop(spec.Main)
	switch {
	case v.null():
	case v.n.Kind == yaml.MappingNode && (main == nil || main.Kind != PropValues):
		for _, e := range v.entries(spec.Kind) {
			if spec.Prop(e.name) == nil {
				e.key.fail(fmt.Sprintf("%s has no %q", spec.Kind, e.name), didYouMean(e.name, propNames(spec.Props)))
				continue
			}
			s.set(e)
		}
	case main == nil:
		v.fail(fmt.Sprintf("%s takes properties, not %s", spec.Kind, v.describe()), "")
	default:
		s.vals[main.Name] = entry{main.Name, v, v}
	}
}

func propNames(props []Prop) []string {
	names := make([]string, len(props))
	for i, p := range props {
		names[i] = p.Name
	}
	return names
}

func actionKinds() []string {
	names := make([]string, len(actionSpecs))
	for i, s := range actionSpecs {
		names[i] = s.Kind
	}
	return names
}

// outputName reads `as`: a name used once in the flow that hides no source.
func (sc scope) outputName(p place, spec *ActionSpec) (string, bool) {
	name, ok := p.literal("as")
	switch {
	case !ok || !p.name("an output", name):
		return "", false
	case slices.Contains(sources, name):
		p.fail(fmt.Sprintf("an output cannot be named %q, which expressions read already", name), "")
		return "", false
	case sc.flow.names[name]:
		p.fail(fmt.Sprintf("the output name %q is used twice in this flow", name), "choose another name")
		return "", false
	}
	sc.flow.names[name] = true
	return name, true
}

// actionAllowed reports actions that cannot stand where they are.
func (sc scope) actionAllowed(p place, spec *ActionSpec) {
	if spec.Group == "Authentication" && !p.c.p.App.Auth.Enabled {
		p.fail(spec.Kind+" needs authentication, which is off", "set authentication: enabled: true in app.yaml") // F001
	}
	sc.interceptorOnly(p, spec)
	if pausing(spec.Kind) {
		sc.pauseAllowed(p, spec.Kind)
	}
	sc.loopOnly(p, spec)
	if ev := sc.flow.event; ev == "onLogIn" && (spec.Kind == "logIn" || spec.Kind == "logInWith") || ev == "onLogOut" && spec.Kind == "logOut" {
		p.fail(fmt.Sprintf("%s would run itself again", ev), "")
	}
	if sc.page != nil && (spec.Kind == "logIn" || spec.Kind == "logInWith") && sc.page.needsLogin() {
		p.warn("Log In on a page that only logged-in people can open", "to create users for others, call the API without Log In") // F217
	}
}

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
	case "logInWith":
		sc.fillProvider(a, s)
	case "dialog":
		sc.fillProps(a, s)
		output = value.ObjectOf("dialog", value.Field{Name: "ok", Type: value.BoolType()}, value.Field{Name: "value", Type: value.TextType()})
	case "wait":
		sc.fillProps(a, s)
		s.duration("for", 0, 50*time.Millisecond, time.Minute)
	default:
		sc.fillProps(a, s)
	}
	return output, failed
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
			e.val.fail(fmt.Sprintf("there is no input %q", id), didYouMean(id, slices.Collect(maps.Keys(sc.page.inputs))))
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
	name, ok := p.literal("block")
	if !ok {
		return value.AnyType()
	}
	w := c.flows[name]
	if w == nil {
		if !c.unread("flows/" + name + ".yaml") {
			p.fail(fmt.Sprintf("there is no action block %q", name), didYouMean(name, slices.Collect(maps.Keys(c.flows))))
		}
		return value.AnyType()
	}
	if w.state == 1 {
		way := append(slices.Clone(c.blocks[slices.Index(c.blocks, name):]), name)
		p.fail("action blocks run themselves: "+strings.Join(way, " → "), "")
	}
	c.buildFlow(w)
	if w.pauses {
		sc.pauseAllowed(p, name)
	}
	a.Block = w.flow
	a.Props["block"] = value.Const(name)
	a.Props["with"] = sc.args(s, "with", argsOf{what: name, params: w.flow.Params, secret: func(param string) string {
		if par := findParam(w.flow.Params, param); par.Type.HasSecret() {
			return ""
		}
		return param + " of " + name + ", which is not typed secret"
	}})
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
	return sc.args(s, "with", argsOf{what: page.Name, params: page.Params, secret: func(string) string { return "a page parameter" }})
}

// fillValues decodes a map of variables or inputs.
func (sc scope) fillValues(a *Action, s section) {
	p, ok := s.get("values")
	if !ok {
		return
	}
	types, what := sc.targets(a.Kind, p)
	if types == nil {
		return
	}
	var keys []string
	var vals []*value.Template
	for _, e := range p.entries(a.Kind) {
		t, ok := types[e.name]
		if !ok {
			e.key.fail(fmt.Sprintf("there is no %s %q", what, e.name), didYouMean(e.name, slices.Collect(maps.Keys(types))))
			continue
		}
		if tmpl := sc.value(e.val, want{what: e.name + " of " + a.Kind, typ: t, null: true, secret: a.Kind == "setState" && t.Kind == value.KindSecret}); tmpl != nil {
			keys, vals = append(keys, e.name), append(vals, tmpl)
		}
	}
	a.Props["values"] = value.MapOf(keys, vals)
}

// targets returns what an action may set, nil after reporting that it can set nothing here.
func (sc scope) targets(kind string, p place) (map[string]*value.Type, string) {
	types := map[string]*value.Type{}
	if kind == "setAppState" {
		for _, v := range p.c.p.App.State {
			types[v.Name] = v.Type
		}
		return types, "variable of the app state"
	}
	if kind == "setState" && sc.pageOnly(p, kind) {
		return nil, ""
	}
	if sc.page == nil {
		p.fail(kind+" works on pages only", "give the block a result, and set it where the block is run")
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
	if sc.pageOnly(p, "the query "+quoted(name)) {
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
		p.fail(fmt.Sprintf("the page has no query %q", name), didYouMean(name, slices.Collect(maps.Keys(sc.page.queries))))
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
				if _, set := s.get(name); set {
					item.fail(name+" is both set and cleared", "")
				}
				a.Clear = append(a.Clear, name)
			}
		}
	}
	if _, ok := s.get("token"); !ok && a.Kind == "logIn" && s.c.p.App.Auth.Persist && !slices.ContainsFunc(s.c.p.Groups, func(g *Group) bool { return g.KeepCookies }) {
		s.warn("Log In leaves the token unset, so the login cannot be kept over a restart", "set token, or persistSessions: false") // F006
	}
	if a.Kind == "updateAuthenticatedUser" && len(a.Props) == 0 && len(a.Clear) == 0 {
		s.warn("Update Authenticated User sets nothing", "")
	}
}

// pausing reports whether an action of that kind ends the answer of the server before the flow is over.
func pausing(kind string) bool { return kind == "confirm" || kind == "dialog" || kind == "wait" }

// pauseAllowed reports flows in which nobody can be asked: those that belong to no page.
func (sc scope) pauseAllowed(p place, what string) {
	switch {
	case sc.flow.unasked():
		p.fail(what+" asks or waits, which cannot be in a loop, an error branch or a message of a stream", "ask before it, or behind it")
	case sc.flow.block != nil:
		sc.flow.block.pauses = true
	case sc.flow.event != "" || sc.flow.around != nil:
		p.fail(what+" cannot stand here: it asks or waits on a page, and this flow belongs to none", "put it into a flow of a page")
	}
}

// unasked reports whether the actions being read stand where a flow cannot stop to ask and go on later.
func (f *flowWork) unasked() bool {
	return f.held || f.loops > 0 || f.caught > 0 || f.message != nil
}

// blockKeys are the keys of an action block.
var blockKeys = []string{"doc", "params", "actions", "result"}
