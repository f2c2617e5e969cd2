package project

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/usherdev/usher/value"
)

// flowFile is an action block while it is checked.
type flowFile struct {
	flow  *Flow
	s     section
	state int // 0 not begun, 1 being checked, 2 done
	typ   *value.Type

	pauses bool   // it asks somebody, or waits
	logsIn bool   // somebody is logged in by it
	alone  string // what in it cannot run beside other actions, "" nothing
	stays  string // what in it needs somebody who stays on the page, "" nothing

	brings map[string]*callWork // the calls whose outputs its result is, by output; "" where it is one output itself
}

// flowWork is one flow while it is checked: a trigger's, a load flow, an event of the app, an action block.
type flowWork struct {
	c       *checker
	outputs map[string]*callWork  // output name → the call that fills it
	blocks  map[string]*flowFile  // output name → the action block that brings it
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
	beside  bool                  // they run beside others
	caught  int                   // error branches around them
	around  *intercepted          // the group or call that the flow runs around, nil none
	before  bool                  // it runs before the call is sent
	block   *flowFile             // the action block that this is, nil none
	asked   bool                  // somebody was asked before, or a while has passed: files are gone
	leaving bool                  // it runs while the page is left
	replies []*callWork           // what reply.* stands for in a flow that runs after one of them
}

func newFlow(c *checker) *flowWork {
	return &flowWork{c: c, outputs: map[string]*callWork{}, blocks: map[string]*flowFile{}, names: map[string]bool{}, items: map[string][][]string{}, reads: map[string]bool{}}
}

// read notes what an expression of the flow reads, and warns of fields that the event does not send.
func (f *flowWork) read(p place, offset int, dotted string) {
	root, rest, _ := strings.Cut(dotted, ".")
	switch root {
	case "item", "index", "queries", "params", "props":
		if f.reads != nil {
			f.reads[dotted] = true
		}
	case "own":
		f.readOwn()
	case "form":
		field, _, _ := strings.Cut(rest, ".")
		in := f.input(field)
		if f.inPage && in != nil && in.form != f.form {
			line, col := p.f.position(p.n, offset)
			f.c.report(p, line, col, fmt.Sprintf("%s stands in another form, whose inputs this event sends only with script", dotted),
				"put both into one form", true, nil)
		}
	}
}

// readOwn notes that the flow must know which use of a component it belongs to.
func (f *flowWork) readOwn() {
	if f.reads != nil {
		f.reads[value.UseKey] = true
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
	if block := f.blocks[parts[0]]; w == nil && block != nil && len(parts) > 1 {
		w, body = block.brings[parts[1]], 2
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
	c.watched.around(w.s.at, sc)
	sc.flow.block = w
	if p, ok := w.s.need("actions", "what the block does"); ok {
		w.flow.Actions, sc = sc.actions(p)
	}
	if p, ok := w.s.get("result"); ok {
		w.flow.Result = sc.value(p, want{what: "result", secret: true, null: true})
		if w.flow.Result != nil {
			w.typ = w.flow.Result.Type()
			w.brings = sc.flow.broughtBy(p)
		}
	}
	c.onPage = page
	c.blocks = c.blocks[:len(c.blocks)-1]
	w.state = 2
}

// broughtBy are the calls whose outputs a result is: of ${reply} the one, of ${{a: a, b: b}} those that keep their names.
func (f *flowWork) broughtBy(result place) map[string]*callWork {
	brings := map[string]*callWork{}
	value.EachPath(result.n.Value, func(path []string) string {
		if w := f.outputs[path[0]]; w != nil && len(path) == 1 {
			brings[path[0]] = w
		}
		return ""
	})
	if inner, ok := strings.CutPrefix(strings.ReplaceAll(result.n.Value, " ", ""), "${"); ok && f.outputs[strings.TrimSuffix(inner, "}")] != nil {
		brings[""] = f.outputs[strings.TrimSuffix(inner, "}")]
	}
	return brings
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
		if name != "onAppStart" && name != "onResume" && !c.p.App.Auth.Enabled {
			p.fail(name+" needs authentication, which is off", "set authentication: enabled: true in app.yaml", p.c.turnedOn()...)
		}
		c.p.App.Events[name], _ = sc.actions(p)
		if name == "onResume" {
			c.p.App.OnResume = &Trigger{ID: "app:" + name, At: p.at, Event: name, Actions: c.p.App.Events[name]}
		}
	}
}

// actions decodes a list of actions. The scope that it returns holds the outputs of the list.
func (sc scope) actions(p place) ([]*Action, scope) {
	var out []*Action
	p.c.watched.around(p.at, sc)
	for _, item := range p.items("a flow") {
		var a *Action
		p.c.watched.around(item.at, sc)
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
	if a.Disabled {
		p.warn(spec.Kind+" is disabled and does not run", "take disabled: true away, or the action")
	}
	sc.actionAllowed(p, spec)
	for i := range spec.Props {
		if spec.Props[i].Required {
			s.need(spec.Props[i].Name, "")
		}
	}
	output, failed := sc.fill(a, s)
	sc.flow.asked = sc.flow.asked || p.c.asks(a)
	inside, branch := sc, sc
	if as, ok := s.get("as"); ok && spec.Output {
		if name, ok := sc.outputName(as, spec); ok {
			a.As = name
			inside, branch = sc.with(name, output), sc.with(name, failed)
			sc.flow.outputs[name] = p.c.calls[callID(a)]
			if a.Block != nil {
				block := p.c.flows[a.Block.Name]
				sc.flow.blocks[name], sc.flow.outputs[name] = block, block.brings[""]
			}
		}
	}
	sc.branches(a, s, inside, branch)
	if spec.Kind == "parallel" {
		inside = sc.parallel(a, s)
	}
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
	s := section{place: p}
	if p.scalar() != notScalar {
		kind, ok := p.literal("an action")
		spec := ActionSpecOf(kind)
		if ok && spec == nil {
			p.misnamed(fmt.Sprintf("there is no action %q", kind), kind, actionKinds())
		}
		s.what = kind
		return s, spec, spec != nil
	}
	entries := p.entries("an action")
	at := slices.IndexFunc(entries, func(e entry) bool { return ActionSpecOf(e.name) != nil })
	if at < 0 {
		if len(entries) > 0 {
			entries[0].key.misnamed(fmt.Sprintf("there is no action %q", entries[0].name), entries[0].name, actionKinds())
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
			s.vals = append(s.vals, e)
		case spec.Prop(e.name) != nil && e.name != spec.Main:
			s.set(e)
		case ActionSpecOf(e.name) != nil:
			e.key.fail(fmt.Sprintf("one item holds two actions: %s and %s", spec.Kind, e.name), "begin the second with “- ”")
		default:
			e.key.misnamed(fmt.Sprintf("%s has no %q", spec.Kind, e.name), e.name, append(beside, propNames(spec.Props)...))
		}
	}
	return s, spec, true
}

// set adds a property unless it is there already.
func (s *section) set(e entry) {
	if _, twice := s.get(e.name); twice {
		e.key.fail(fmt.Sprintf("%s has %q twice", s.what, e.name), "")
		return
	}
	s.vals = append(s.vals, e)
}

// mainValue spreads the value of an action's key: a mapping of properties, or the main property.
func (s *section) mainValue(spec *ActionSpec, v place) {
	main := spec.Prop(spec.Main)
	switch {
	case v.null():
	case v.n.Kind == yaml.MappingNode && (main == nil || main.Kind != PropValues):
		for _, e := range v.entries(spec.Kind) {
			if spec.Prop(e.name) == nil {
				hint := didYouMean(e.name, propNames(spec.Props))
				if slices.Contains(spec.AllBranches(), e.name) {
					hint = "write it beside " + spec.Kind + ":, not under it"
				}
				e.key.fail(fmt.Sprintf("%s has no %q", spec.Kind, e.name), hint)
				continue
			}
			s.set(e)
		}
	case main == nil:
		v.fail(fmt.Sprintf("%s takes properties, not %s", spec.Kind, v.describe()), "")
	default:
		s.vals = append(s.vals, entry{main.Name, v, v})
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
		p.fail(spec.Kind+" needs authentication, which is off", "set authentication: enabled: true in app.yaml", p.c.turnedOn()...) // F001
	}
	sc.placeAllows(p, spec)
	if spec.Kind == "logIn" || spec.Kind == "logInWith" {
		sc.loginPlace(p, "Log In")
	}
}

// loginPlace warns of a log-in where only people come who are logged in, be it in an action block.
func (sc scope) loginPlace(p place, what string) {
	if sc.flow.block != nil {
		sc.flow.block.logsIn = true
	}
	if sc.page != nil && sc.page.needsLogin() {
		p.warn(what+" on a page that only logged-in people can open", "to create users for others, call the API without Log In",
			Fix{"Let only people who are logged out open the page", []Edit{access(sc.page.page, "loggedOut")}}) // F217
	}
}

// placeAllows reports actions that the place refuses, whatever they say.
func (sc scope) placeAllows(p place, spec *ActionSpec) {
	sc.interceptorOnly(p, spec)
	if pausing(spec.Kind) {
		sc.pauseAllowed(p, spec.Kind)
	}
	sc.loopOnly(p, spec)
	sc.aloneOnly(p, spec.Kind, spec.Kind)
	sc.leaveOnly(p, spec.Kind, spec.Kind)
	if ev := sc.flow.event; ev == "onLogIn" && (spec.Kind == "logIn" || spec.Kind == "logInWith") || ev == "onLogOut" && spec.Kind == "logOut" {
		p.fail(fmt.Sprintf("%s would run itself again", ev), "do it in a flow of a page")
	}
	if ev := sc.flow.event; (ev == "onLogOut" || ev == "onSessionExpired") && (spec.Kind == "updateAuthenticatedUser" || spec.Kind == "listSessions") {
		p.fail(fmt.Sprintf("%s cannot stand in %s: nobody is logged in any more", spec.Kind, ev), "do it before logOut, in the flow that logs out")
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
