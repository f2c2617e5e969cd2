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

// maxInlined bounds how many widgets the components of one page may come to: a few that hold each other doubled would be without end.
const maxInlined = 10000

var (
	componentKeys    = []string{"doc", "props", "state", "events", "slots", "body"}
	componentPattern = regexp.MustCompile(`^[A-Z][A-Za-z0-9]*$`)
	eventPattern     = regexp.MustCompile(`^[a-z][A-Za-z0-9]*$`)
)

// component is components/NAME.yaml while it is checked.
type component struct {
	name   string
	s      section
	props  []Param
	state  []Var                  // what each use keeps for itself
	events map[string]*value.Type // what each hands over, nil nothing
	slots  []string               // places that the place of use fills
	placed map[string]place       // where they stand in the body
	spec   *WidgetSpec
	work   *pageWork            // stands for the page while the component is checked by itself
	uses   map[string]yaml.Node // components in it, and where the first use of each stands
	round  bool                 // it holds itself
	found  bool                 // its inputs are known
	scope  *value.Env           // what its expressions may read, once that is known
}

// use is one use of a component while its body is read.
type use struct {
	comp   *component
	widget *Widget // nil: the component is checked by itself
	s      section // as written at the place of use
	outer  scope   // where that stands
	nest   nest    // and in what
}

// readComponentHeads decodes what the places of use need to know of components.
func (c *checker) readComponentHeads() {
	for _, f := range c.in("components") {
		if f.root == nil {
			continue
		}
		p := c.rootOf(f)
		k := &component{name: baseName(f.name), s: p.section("a component", componentKeys...), events: map[string]*value.Type{}, uses: map[string]yaml.Node{}, placed: map[string]place{}}
		if !componentPattern.MatchString(k.name) {
			p.fail(fmt.Sprintf("a component cannot be named %s", quoted(k.name)), "begin with a capital letter, then letters and digits: PostCard")
		}
		k.work = standIn(k.name, k.s)
		if pp, ok := k.s.get("props"); ok {
			k.readProps(pp)
		}
		if sp, ok := k.s.get("state"); ok {
			k.state = c.vars(sp, "component state", false)
		}
		if ep, ok := k.s.get("events"); ok {
			k.readEvents(ep)
		}
		if sp, ok := k.s.get("slots"); ok {
			k.readSlots(sp)
		}
		k.describe()
		c.components[k.name] = k
		c.p.Kinds = append(c.p.Kinds, k.spec)
	}
	c.findRounds()
	c.readBarsHead()
}

// standIn stands for the page while a component is checked by itself.
func standIn(name string, s section) *pageWork {
	return &pageWork{page: &Page{Name: name, File: s.f.name, Actions: map[string]*Trigger{}}, s: s, warned: true,
		inputs: map[string]*input{}, ids: map[string]place{}, queries: map[string]*callWork{}, paging: map[string]*Paging{}}
}

func (k *component) readProps(p place) {
	k.props = p.c.params(p, false)
	for _, e := range p.entries("props") {
		if e.name == "id" || e.name == "visible" || findProp(sharedProps, e.name) != nil {
			e.key.fail(fmt.Sprintf("a prop cannot be named %q, which every widget has", e.name), "")
			k.props = slices.DeleteFunc(k.props, func(p Param) bool { return p.Name == e.name })
		}
	}
}

// readEvents decodes events: [save], or events: {pick: text} where something is handed over.
func (k *component) readEvents(p place) {
	legal := func(at place, name string) bool {
		_, twice := k.events[name]
		switch {
		case !eventPattern.MatchString(name):
			at.fail(fmt.Sprintf("an event cannot be named %s", quoted(name)), "begin with a small letter: save is handled as onSave")
		case twice:
			at.fail(fmt.Sprintf("the event %q is there twice", name), "")
		case slices.ContainsFunc(k.props, func(p Param) bool { return p.Name == handlerOf(name) }):
			at.fail(fmt.Sprintf("an event cannot be named %q, for %s is a property already", name, handlerOf(name)), "")
		default:
			return true
		}
		return false
	}
	if p.n.Kind == yaml.SequenceNode {
		for _, item := range p.items("events") {
			if name, ok := item.literal("an event"); ok && legal(item, name) {
				k.events[name] = nil
			}
		}
		return
	}
	for _, e := range p.entries("events") {
		if !legal(e.key, e.name) {
			continue
		}
		k.events[e.name] = nil
		if !e.val.null() {
			k.events[e.name] = p.c.typeName(e.val)
		}
	}
}

// described is the property that the catalogue would hold of a parameter: of the kind that has the control of its type.
func (p *Param) described() Prop {
	out := Prop{Name: p.Name, Kind: PropJSON, Required: p.Required, Group: "Content", Doc: p.Doc}
	switch t := p.Type; t.Kind {
	case value.KindText, value.KindInt, value.KindNumber, value.KindBool, value.KindTime, value.KindSecret, value.KindImage:
		out.Kind = PropKind(t.Kind.String())
	case value.KindColor:
		out.Kind = PropText
	case value.KindEnum:
		out.Kind = PropEnum
		for _, v := range t.Enum {
			out.Values = append(out.Values, v.Name)
		}
	case value.KindList:
		if t.Elem != nil && (t.Elem.Kind == value.KindText || t.Elem.Kind == value.KindEnum) {
			out.Kind = PropTexts
		}
	}
	if v, ok := p.Default.Constant(); ok && p.Default != nil && out.Kind != PropTime {
		out.Default = v
	}
	return out
}

// describe makes the entry that the catalogue would hold, were the component one of its widgets.
func (k *component) describe() {
	k.spec = &WidgetSpec{Kind: k.name, Title: k.name, Group: "Components", Icon: "grid", Doc: k.s.text("doc"), Component: true}
	for _, p := range k.props {
		k.spec.Props = append(k.spec.Props, p.described())
	}
	k.spec.Props = append(k.spec.Props, sharedProps...)
	for _, name := range k.slots {
		k.spec.Slots = append(k.spec.Slots, Slot{Name: name})
	}
	for _, name := range slices.Sorted(maps.Keys(k.events)) {
		k.spec.Events = append(k.spec.Events, Event{Name: handlerOf(name)})
	}
}

// handlerOf is the key under which the flow of an event stands: save is handled by onSave.
func handlerOf(event string) string { return "on" + strings.ToUpper(event[:1]) + event[1:] }

// findRounds reports components that hold themselves, which would never be drawn to the end.
func (c *checker) findRounds() {
	edges := map[string][]string{}
	names := slices.Sorted(maps.Keys(c.components))
	for _, name := range names {
		k := c.components[name]
		if body, ok := k.s.get("body"); ok {
			k.findUses(c, body.n, "")
		}
		edges[name] = slices.Sorted(maps.Keys(k.uses))
	}
	for name := range cyclic(names, edges) {
		c.components[name].round = true
	}
	for _, way := range cycles(names, edges) {
		k := c.components[way[len(way)-2]]
		n := k.uses[way[len(way)-1]]
		body, _ := k.s.get("body")
		place{c, body.f, &n, body.at}.fail("components hold themselves: "+strings.Join(way, " → "), "a component cannot be drawn within itself")
	}
}

// findUses notes which components stand in a list of widgets.
func (k *component) findUses(c *checker, list *yaml.Node, part string) {
	eachWidget(list, part, func(kind string, item, body *yaml.Node) {
		if _, twice := k.uses[kind]; c.components[kind] != nil && !twice {
			k.uses[kind] = *item
		}
		spec := WidgetSpecOf(kind)
		if used := c.components[kind]; used != nil {
			spec = used.spec
		}
		eachSlot(spec, body, func(slot *Slot, list *yaml.Node) { k.findUses(c, list, slot.Of) })
	})
}

// eachWidget calls f with each widget of a list that can be read as one. part is the kind whose properties the items carry.
func eachWidget(list *yaml.Node, part string, f func(kind string, item, body *yaml.Node)) {
	if list.Kind != yaml.SequenceNode {
		return
	}
	for _, item := range list.Content {
		switch {
		case part != "":
			f(part, item, item)
		case item.Kind == yaml.ScalarNode:
			f(item.Value, item, &yaml.Node{})
		case item.Kind == yaml.MappingNode && len(item.Content) >= 2:
			f(item.Content[0].Value, item, item.Content[1])
		}
	}
}

// eachSlot calls f with each filled slot of a widget's body.
func eachSlot(spec *WidgetSpec, body *yaml.Node, f func(slot *Slot, list *yaml.Node)) {
	if spec == nil {
		return
	}
	if body.Kind == yaml.SequenceNode {
		if slot := spec.Slot(spec.Main); slot != nil {
			f(slot, body)
		}
		return
	}
	for i := 0; i+1 < len(body.Content) && body.Kind == yaml.MappingNode; i += 2 {
		if slot := spec.Slot(body.Content[i].Value); slot != nil {
			f(slot, body.Content[i+1])
		}
	}
}

// inputs are the inputs of the component and of those in it: inputs of the page where it is used.
func (k *component) inputs() map[string]*input {
	if body, ok := k.s.get("body"); ok && !k.found && !k.round {
		k.found = true
		k.work.findInputs(body, "", nil)
	}
	return k.work.inputs
}

// env is what the expressions of the component may read.
func (k *component) env(c *checker) *value.Env {
	if k.scope == nil {
		props := paramsType(k.props)
		props.Name = "props"
		k.inputs()
		k.scope = c.app.base.With("props", props).With("form", k.work.formType())
		if len(k.state) > 0 {
			k.scope = k.scope.With("own", varsType("own", k.state))
		}
	}
	return k.scope
}

// readComponents checks each component by itself, so that what is wrong in one is said once and also where nobody uses it.
func (c *checker) readComponents() {
	all := slices.SortedFunc(maps.Values(c.components), func(a, b *component) int { return strings.Compare(a.name, b.name) })
	if c.bars != nil {
		all = append(all, c.bars)
	}
	for _, k := range all {
		c.keep(k)
		body, ok := k.s.need("body", "the widgets of the component")
		if !ok || k.round {
			continue
		}
		c.onPage = k.work
		sc := scope{env: k.env(c), page: k.work, use: &use{comp: k}}
		c.watched.around(k.s.at, sc)
		k.work.page.Body, k.work.page.Env = sc.widgets(body, nest{}), sc.env
		k.checkPlaced()
		k.work.checkFields()
		k.work.checkWeights()
		k.work.checkOpens()
		c.onPage = nil
	}
}

// keep puts a component into the project, for whoever draws it by itself.
func (c *checker) keep(k *component) {
	out := &Component{Name: k.name, File: k.s.f.name, Props: k.props, State: k.state, Sheet: k.work.page}
	if k == c.bars {
		c.p.Bars = out
		return
	}
	out.Doc = k.spec.Doc
	c.p.Parts = append(c.p.Parts, out)
}

// useOf decodes a use of a component: its properties as they are written, and the component's body for this place.
func (sc scope) useOf(at place, k *component, name, body place, in nest) *Widget {
	c := at.c
	mark := len(c.problems)
	sc.page.inlined++
	w := &Widget{Kind: k.name, At: at.at, Spec: k.spec, Props: map[string]*value.Template{}, Slots: map[string][]*Widget{},
		Triggers: map[string]*Trigger{}, Form: in.form, Use: sc.within()}
	s := widgetSection(at, k.spec, body)
	sc.identify(w, s, in)
	sc.visibility(w, s)
	sc.useProps(w, k, s)
	sc.handlers(k, s)
	w.Fault = c.firstError(mark)
	if k.round {
		w.Fault = "a component cannot be drawn within itself"
		return w
	}
	if msg := sc.misused(k, in); msg != "" {
		if !sc.page.full { // of what is too much, the first alone is named
			name.fail(msg, "")
		}
		sc.page.full = sc.page.inlined > maxInlined
		w.Fault = msg
		return w
	}
	if w.Own = k.state; len(w.Own) > 0 {
		sc.page.page.keepOwn(w)
	}
	inner := scope{env: k.env(c), page: sc.page, guarded: sc.guarded, use: &use{comp: k, widget: w, s: s, outer: sc, nest: in}}
	in.item = false
	if b, ok := k.s.get("body"); ok {
		w.Body = inner.widgets(b, in)
	}
	return w
}

// keepOwn notes that a use of a component has state.
func (p *Page) keepOwn(w *Widget) {
	if p.Owns == nil {
		p.Owns = map[string][]Var{}
	}
	p.Owns[w.Key] = w.Own
}

// misused says why a component cannot stand here, "" when it can.
func (sc scope) misused(k *component, in nest) string {
	for _, id := range slices.Sorted(maps.Keys(k.inputs())) {
		if in.item {
			return fmt.Sprintf("%s has the input %q, and an input cannot stand in the item of a list", k.name, id)
		}
		if _, twice := sc.page.ids[id]; twice {
			return fmt.Sprintf("%s has the input %q, which this page has already", k.name, id)
		}
	}
	if sc.page.inlined > maxInlined {
		return fmt.Sprintf("the components of this page come to more than %d widgets", maxInlined)
	}
	return ""
}

// within is the use whose body is being read, nil outside components.
func (sc scope) within() *Widget {
	if sc.use == nil {
		return nil
	}
	return sc.use.widget
}

func (sc scope) useProps(w *Widget, k *component, s section) {
	for i := range sharedProps {
		if p, ok := s.get(sharedProps[i].Name); ok {
			if t := sc.prop(&sharedProps[i], p, k.name); t != nil {
				w.Props[sharedProps[i].Name] = t
			}
		}
	}
	for _, par := range k.props {
		w.Given = append(w.Given, par.Name)
		if par.Required {
			s.need(par.Name, par.Doc)
		}
		w.Props[par.Name] = par.Default
		if p, ok := s.get(par.Name); ok {
			w.Props[par.Name] = sc.value(p, want{what: par.Name + " of " + k.name, typ: par.Type, secret: par.Type.Kind == value.KindSecret, null: true,
				hint: "type the prop secret, or show it with masked(…)"})
		}
		if w.Props[par.Name] == nil {
			w.Props[par.Name] = value.Const(nil)
		}
	}
}

// handlers checks the flows at the place of use by themselves: what a component emits, and how often, is no matter to that.
func (sc scope) handlers(k *component, s section) {
	for event, typ := range k.events {
		if p, ok := s.get(handlerOf(event)); ok {
			sc.handler(p, typ, newFlow(p.c))
		}
	}
}

// handler decodes the flow of an event at the place of use.
func (sc scope) handler(p place, typ *value.Type, in *flowWork) []*Action {
	sc.flow = in
	if typ != nil {
		sc = sc.with("event", value.ObjectOf("event", value.Field{Name: "value", Type: typ}))
	}
	out, _ := sc.actions(p)
	return out
}

// fillEmit decodes emit: within the action stands the flow that the place of use gives.
func (sc scope) fillEmit(a *Action, s section) {
	p, ok := s.get("event")
	if !ok {
		return
	}
	name, ok := p.literal("event")
	if !ok {
		return
	}
	if sc.stray(p, a.Kind) {
		return
	}
	typ, ok := sc.use.comp.events[name]
	if !ok {
		p.misnamed(fmt.Sprintf("%s has no event %q", sc.use.comp.name, name), name, slices.Collect(maps.Keys(sc.use.comp.events)))
		return
	}
	a.Props["event"] = value.Const(name)
	switch v, given := s.get("value"); {
	case given && typ == nil:
		v.fail(fmt.Sprintf("the event %s hands nothing over", name), fmt.Sprintf("say what in events: {%s: text}", name))
	case given:
		if t := sc.value(v, want{what: "value of " + name, typ: typ, secret: typ.Kind == value.KindSecret, null: true}); t != nil {
			a.Props["value"] = t
		}
	case typ != nil:
		p.fail(fmt.Sprintf("the event %s hands over %s", name, typ), "write emit: {event: "+name+", value: …}")
	}
	if cb, ok := sc.use.s.get(handlerOf(name)); ok && sc.use.widget != nil {
		there := newFlow(p.c)
		there.form, there.inPage, there.held = sc.flow.form, sc.flow.inPage, sc.flow.unasked()
		a.Branches[EmitBranch] = sc.use.outer.handler(cb, typ, there)
		for r := range there.reads {
			sc.flow.reads[outerRead(r)] = true
		}
	}
}

// outerRead is how a flow inside a component reads what stands around the component.
func outerRead(r string) string {
	switch root, _, _ := strings.Cut(r, "."); root {
	case "item", "index", "props", value.UseKey, value.OuterKey:
		return value.OuterKey + "." + r
	}
	return r
}

// pageOnly reports what reaches for the page from within a component: its state, or else a query.
func (sc scope) pageOnly(p place, what string, state bool) bool {
	if sc.use == nil {
		return false
	}
	if sc.use.comp == p.c.bars {
		p.fail(what+" belongs to one page, and bars stand on all", "keep it in the app state: setAppState")
		return true
	}
	hint := "give the component an event, emit it here, and act on it where the component is used"
	if state {
		hint = "declare it as state of the component, read as own, or emit an event and act on it where the component is used"
	}
	p.fail(what+" belongs to the page, not to a component", hint)
	return true
}
