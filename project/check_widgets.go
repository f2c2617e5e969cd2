package project

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/usherdev/usher/value"
)

// nest says what a widget stands in.
type nest struct {
	form     *Widget
	formNode *yaml.Node
	item     bool
	row      bool // in the item of a list, or in a component there
	over     bool // in a dialog
}

// widgets decodes a list of widgets.
func (sc scope) widgets(p place, in nest) []*Widget {
	var out []*Widget
	p.c.watched.around(p.at, sc)
	for _, item := range p.items("widgets") {
		if w := sc.widget(item, in); w != nil {
			out = append(out, w)
		}
	}
	return out
}

// widget decodes one item of a list of widgets: a kind alone, or one key, the kind.
func (sc scope) widget(p place, in nest) *Widget {
	if p.scalar() != notScalar {
		kind, ok := p.literal("a widget")
		if !ok {
			return sc.faulty(p, "")
		}
		return sc.build(p, kind, p, place{}, in)
	}
	entries := p.entries("a widget")
	switch {
	case len(entries) == 0:
		if p.n.Kind == yaml.MappingNode {
			p.fail("a widget is missing after “- ”", "")
		}
		return sc.faulty(p, "")
	case len(entries) > 1:
		sc.tooManyKeys(p, entries)
		return sc.faulty(p, entries[0].name)
	}
	return sc.build(p, entries[0].name, entries[0].key, entries[0].val, in)
}

// tooManyKeys explains an item with several keys: mostly a matter of indentation.
func (sc scope) tooManyKeys(p place, entries []entry) {
	if spec := WidgetSpecOf(entries[0].name); spec != nil && WidgetSpecOf(entries[1].name) == nil {
		entries[1].key.fail(fmt.Sprintf("%q stands beside %s, not in it", entries[1].name, spec.Kind), "indent it by two more spaces")
		return
	}
	p.fail(fmt.Sprintf("one item holds two widgets: %s and %s", entries[0].name, entries[1].name), "begin the second with “- ”")
}

// faulty stands for a widget that cannot be read.
func (sc scope) faulty(p place, kind string) *Widget {
	msg := "this widget cannot be read"
	if n := len(p.c.problems); n > 0 {
		msg = p.c.problems[n-1].Msg
	}
	w := &Widget{Kind: kind, At: p.at, Spec: &WidgetSpec{Kind: kind}, Fault: msg, Props: map[string]*value.Template{},
		Slots: map[string][]*Widget{}, Triggers: map[string]*Trigger{}}
	w.Key = sc.page.key("fault")
	return w
}

func (w *pageWork) key(kind string) string {
	w.counter++
	return fmt.Sprintf("%s-%d", kind, w.counter)
}

// build decodes a widget of a kind: at is its item, name where the kind is written, body its value.
func (sc scope) build(at place, kind string, name, body place, in nest) *Widget {
	if k := at.c.components[kind]; k != nil {
		return sc.useOf(at, k, name, body, in)
	}
	if kind == slotSpec.Kind && sc.use != nil {
		return sc.slotOf(at, body, in)
	}
	spec := WidgetSpecOf(kind)
	if spec == nil || spec.Part {
		if spec != nil {
			name.fail(fmt.Sprintf("%s stands only where its parent says so", kind), "put it into the slot of its parent, without its name")
		} else {
			name.misnamed(fmt.Sprintf("there is no widget %q", kind), kind, append(widgetKinds(), slices.Sorted(maps.Keys(at.c.components))...))
		}
		return sc.faulty(at, kind)
	}
	return sc.fillWidget(at, spec, body, in)
}

func widgetKinds() []string {
	var names []string
	for _, s := range widgetSpecs {
		if !s.Part {
			names = append(names, s.Kind)
		}
	}
	return names
}

// fillWidget decodes properties, then slots, then events.
func (sc scope) fillWidget(at place, spec *WidgetSpec, body place, in nest) *Widget {
	c := at.c
	mark := len(c.problems)
	if sc.within() != nil {
		sc.page.inlined++
	}
	w := &Widget{Kind: spec.Kind, At: at.at, Spec: spec, Props: map[string]*value.Template{}, Form: in.form, Use: sc.within()}
	if len(spec.Slots) > 0 {
		w.Slots = map[string][]*Widget{}
	}
	if len(spec.Events) > 0 {
		w.Triggers = map[string]*Trigger{}
	}
	s := widgetSection(at, spec, body)
	sc.identify(w, s, in)
	sc.visibility(w, s)
	sc.fillWidgetProps(w, s)
	if !s.bad {
		sc.special(w, s, in)
		if spec.Prop("autocomplete") != nil {
			checkAutofill(s)
		}
	}
	w.Fault = c.firstError(mark)
	if spec.Over {
		sc.checkOverlay(w, s, in)
	}
	inside := in
	inside.over = in.over || spec.Over
	if spec.Kind == "form" || in.form == nil && ownForm(spec.Kind, func(key string) bool { _, ok := s.get(key); return ok }) {
		inside.form, inside.formNode = w, at.n
	}
	if spec.Input {
		w.Form = inside.form
	}
	for i := range spec.Slots {
		if p, ok := s.get(spec.Slots[i].Name); ok {
			w.Slots[spec.Slots[i].Name] = sc.slot(w, &spec.Slots[i], p, inside)
		}
	}
	for _, ev := range spec.Events {
		if p, ok := s.get(ev.Name); ok {
			on := sc
			if ev.Item {
				on = sc.ofElement(w)
			}
			on.event(w, ev.Name, p, inside)
		}
	}
	return w
}

// visibility decodes when the widget is drawn; what stands behind a login is guarded by that.
func (sc *scope) visibility(w *Widget, s section) {
	if p, ok := s.get("visible"); ok {
		w.Visible = sc.value(p, want{what: "visible", typ: value.BoolType(), secret: true})
		sc.guarded = sc.guarded || slices.Contains(w.Visible.Reads(), "auth.loggedIn")
	}
}

// widgetSection gathers what is written of a widget by name; a bare value goes to the main property or slot.
func widgetSection(at place, spec *WidgetSpec, body place) section {
	s := section{place: at, what: spec.Kind}
	if !spec.Part {
		s.keys = at.at.key(spec.Kind)
	}
	if body.n == nil || body.null() {
		return s
	}
	if body.n.Kind != yaml.MappingNode {
		prop, slot := spec.Prop(spec.Main), spec.Slot(spec.Main)
		isList := body.n.Kind == yaml.SequenceNode
		switch {
		case slot != nil && isList, prop != nil && (!isList || prop.Kind == PropOptions || prop.Kind == PropList):
			s.vals = []entry{{spec.Main, body, body}}
		default:
			body.fail(fmt.Sprintf("%s takes properties, not %s", spec.Kind, body.describe()), "")
			s.bad = true
		}
		return s
	}
	entries := body.entries(spec.Kind)
	s.vals = entries[:0]
	for _, e := range entries {
		if !spec.takes(e.name) {
			e.key.fail(fmt.Sprintf("%s has no %q", spec.Kind, e.name), cmp.Or(didYouMean(e.name, spec.keys()), spec.rulesElsewhere(e.name)),
				e.key.renamed(e.name, nearest(e.name, spec.keys()))...)
			continue
		}
		s.vals = append(s.vals, e)
	}
	return s
}

// takes reports whether key is among keys, which it need not gather for that.
func (s *WidgetSpec) takes(key string) bool {
	return key == "id" || key == "visible" || s.Prop(key) != nil || s.Slot(key) != nil ||
		slices.ContainsFunc(s.Events, func(ev Event) bool { return ev.Name == key })
}

// keys are what may be written of a widget.
func (s *WidgetSpec) keys() []string {
	known := append([]string{"id", "visible"}, propNames(s.Props)...)
	for _, slot := range s.Slots {
		known = append(known, slot.Name)
	}
	for _, ev := range s.Events {
		known = append(known, ev.Name)
	}
	return known
}

// identify gives the widget its id and key, and registers inputs.
func (sc scope) identify(w *Widget, s section, in nest) {
	page := sc.page
	if p, ok := s.get("id"); ok {
		if id, ok := p.literal("id"); ok && p.name("a widget", id) {
			key := sc.ownKey(w, id)
			if first, twice := page.ids[key]; twice {
				p.fail(fmt.Sprintf("two widgets of the page have the id %q; the first is in line %d", id, first.n.Line), "")
			} else {
				page.ids[key], w.ID, w.Key = p, id, key
			}
		}
	}
	if w.Key == "" {
		w.Key = page.key(w.Kind)
	}
	if !w.Spec.Input {
		return
	}
	if _, ok := s.get("id"); !ok {
		s.lacks("id").fail(w.Kind+" needs an id", "expressions read what is entered as ${form.<id>}")
	}
	if in.item {
		s.fail("an input cannot stand in the item of a list", "let the item open a page with the input")
	}
	if got := page.inputs[w.ID]; got != nil {
		w.Field = got.typ
	} else {
		w.Field = value.TextType()
	}
	if w.ID != "" {
		page.page.Fields = append(page.page.Fields, w)
	}
}

// ownKey is the key of a widget with an id. Within a component it bears the key of the place of use, so that each use has its own; the inputs of
// a component are inputs of the page.
func (sc scope) ownKey(w *Widget, id string) string {
	if use := sc.within(); use != nil && !w.Spec.Input {
		return use.Key + "-" + id
	}
	return id
}

func (sc scope) fillWidgetProps(w *Widget, s section) {
	for i := range w.Spec.Props {
		spec := &w.Spec.Props[i]
		if spec.Required {
			s.need(spec.Name, spec.Doc)
		}
		p, ok := s.get(spec.Name)
		if !ok || spec.Kind == PropArgs {
			continue
		}
		if spec.Name == "variant" {
			themed := *spec
			themed.Values = p.c.p.App.Theme.Looks(w.Spec)
			spec = &themed
		}
		if t := sc.prop(spec, p, w.Kind); t != nil {
			w.Props[spec.Name] = t
		}
	}
}

// slot decodes what stands in a slot.
func (sc scope) slot(w *Widget, slot *Slot, p place, in nest) []*Widget {
	if slot.Item {
		if w.Spec.Prop("data") != nil {
			sc = sc.ofElement(w) // a part, such as a column, is in the scope of its table's elements already
		}
		in.item, in.row = true, true
	}
	if slot.Of == "" {
		return sc.widgets(p, in)
	}
	var out []*Widget
	for _, item := range p.items(slot.Name) {
		if item.n.Kind != yaml.MappingNode {
			item.fail(fmt.Sprintf("a %s is a mapping of its properties, not %s", slot.Of, item.describe()), "")
			continue
		}
		out = append(out, sc.fillWidget(item, WidgetSpecOf(slot.Of), item, in))
	}
	return out
}

// ofElement is the scope of one element of the widget's data.
func (sc scope) ofElement(w *Widget) scope {
	elem := value.AnyType()
	if t := w.Props["data"].Type(); t.Kind == value.KindList {
		elem = t.Elem
	}
	return sc.with("item", elem).with("index", value.IntType())
}

// event decodes the flow of an event.
func (sc scope) event(w *Widget, name string, p place, in nest) {
	sc.flow = newFlow(p.c)
	sc.flow.form, sc.flow.inPage = in.formNode, true
	w.Triggers[name] = sc.trigger(p, Trigger{ID: w.Key + "." + name, Widget: w, Event: name})
}

// trigger decodes what runs at an event.
func (sc scope) trigger(p place, t Trigger) *Trigger {
	t.At = p.at
	t.Actions, _ = sc.actions(p)
	t.Reads = sc.flow.sealed()
	sc.page.page.Actions[t.ID] = &t
	return &t
}

// special checks what only one kind of widget asks for.
func (sc scope) special(w *Widget, s section, in nest) {
	switch w.Kind {
	case "form":
		if in.form != nil {
			s.fail("a form cannot stand in a form", "")
		}
	case "button":
		sc.checkButton(s, in)
	case "textField":
		sc.checkTextField(w, s)
	case "dropdown":
		checkDropdown(w, s)
	case "pinCode":
		sc.checkPinCode(w, s, in)
	case "fileUpload":
		checkFileUpload(w, s)
	case "numberField", "slider":
		checkNumberField(w, s)
		sc.checkSameAs(w, s)
	case "dateField", "timeField", "dateTimeField":
		checkClock(w, s)
		sc.checkSameAs(w, s)
	case "checkboxGroup":
		checkBounds(w, s, "minCount", "maxCount")
	case "searchField":
		checkSearch(w, s, in)
		checkTexts(w, s)
	case "link":
		sc.fillLink(w, s)
	case "tabBar":
		if p, ok := s.get("tabs"); !ok || len(p.n.Content) == 0 {
			s.lacks("tabs").fail("a tabBar needs tabs", "")
		}
	case "navBar", "breadcrumbs", "menu":
		checkItems(w.Kind, s)
	case "list":
		sc.checkList(w, s)
	case "chart":
		sc.checkChart(w, s)
	case "text", "markdown":
		checkLines(w, s)
	case "image":
		checkImage(w, s)
		sc.fillPicture(w, s)
	case "avatar":
		sc.fillPicture(w, s)
	case "video":
		checkVideo(w, s)
	case "frame":
		checkFrame(w, s)
	case "grid":
		checkColumns(s)
	case "repeat":
		if p, ok := s.get("item"); !ok || len(p.n.Content) == 0 {
			s.lacks("item").fail("a repeat needs an item", "the widgets that show one element")
		}
		sc.elementField(w, s, "key")
	case "stat":
		sc.checkStat(w, s)
	case "table":
		sc.checkTable(w, s)
	case "tableColumn":
		sc.checkTableColumn(w, s)
	}
}

func (sc scope) checkButton(s section, in nest) {
	_, taps := s.get("onTap")
	_, twice := s.get("onDoubleTap")
	_, held := s.get("onLongPress")
	submit, submits := s.get("submit")
	submits = submits && submit.n.Value == "true"
	if sc.use != nil && sc.use.widget == nil && in.form == nil && !taps {
		return // the form may stand around the component
	}
	switch {
	case submits && in.form == nil:
		submit.fail("submit works in a form only", "put the button into a form, or give it onTap")
	case submits && taps:
		submit.fail("a button submits its form or has onTap, not both", "put the actions into onSubmit of the form")
	case !submits && !taps && !twice && !held && in.form == nil:
		s.lacks("onTap").warn("the button does nothing", "give it onTap")
	}
}

// checkDropdown judges whether nothing may be chosen.
func checkDropdown(w *Widget, s section) {
	required, _ := w.Prop("required").Constant()
	if p, ok := s.get("allowEmpty"); ok && p.n.Value == "true" && required == true {
		p.fail("required and allowEmpty contradict each other", "remove one of them")
	}
}

// checkSameAs judges which other input an input must equal.
func (sc scope) checkSameAs(w *Widget, s section) {
	p, ok := s.get("sameAs")
	if !ok || w.Props["sameAs"] == nil {
		return
	}
	switch other := p.n.Value; {
	case other == w.ID:
		p.fail("sameAs names the input itself", "")
	case sc.page.inputs[other] == nil:
		p.misnamed(fmt.Sprintf("there is no input %q on this page", other), other, slices.Collect(maps.Keys(sc.page.inputs)))
	}
}

func (sc scope) fillLink(w *Widget, s section) {
	page, hasPage := s.get("page")
	address, hasURL := s.get("url")
	switch {
	case hasPage && hasURL:
		address.fail("a link opens a page or an address, not both", "remove page or url")
	case !hasPage && !hasURL:
		s.lacks("page").fail("the link opens nothing", "give it page or url")
	case hasURL:
		address.address("url of link", w.Props["url"])
	}
	if with, ok := s.get("with"); ok && !hasPage {
		with.fail("with belongs to page", "")
	}
	if !hasPage {
		return
	}
	if w.Target = s.c.pageNamed(page, "page"); w.Target != nil {
		w.Props["with"] = sc.pageArgs(s, w.Target)
	}
}

func (sc scope) checkList(w *Widget, s section) {
	if p, ok := s.get("query"); ok && w.Props["query"] != nil && !sc.pageOnly(p, "the query "+quoted(p.n.Value), false) {
		if _, ok := sc.page.queries[p.n.Value]; !ok {
			p.misnamed(fmt.Sprintf("the page has no query %q", p.n.Value), p.n.Value, slices.Collect(maps.Keys(sc.page.queries)))
		}
	}
	query := w.word("query")
	for _, name := range []string{"more", "refresh"} {
		switch p, ok := s.get(name); {
		case !ok || w.Props[name] == nil || p.n.Value == "none" || p.n.Value == "false":
		case query == "":
			p.fail(name+" of a list belongs to a query", "name the one that brings the data: query")
		case name == "more" && sc.page.queries[query] != nil && sc.page.paging[query] == nil:
			p.fail(fmt.Sprintf("the query %q has no further pages", query), "give it pages")
		}
	}
	if p, ok := s.get("item"); !ok || len(p.n.Content) == 0 {
		s.lacks("item").fail("a list needs an item", "the widgets that show one element")
	}
	sc.elementField(w, s, "key")
}

// elementField checks a property that names a field of the elements of data; it returns the field's type.
func (sc scope) elementField(w *Widget, s section, name string) *value.Type {
	p, ok := s.get(name)
	if !ok || w.Props[name] == nil {
		return value.AnyType()
	}
	return fieldOfElement(w, p, name)
}

// fieldOfElement is elementField for a name that stands elsewhere in the widget.
func fieldOfElement(w *Widget, p place, name string) *value.Type {
	t := w.Props["data"].Type()
	if t.Kind != value.KindList || t.Elem.Kind != value.KindObject {
		return value.AnyType()
	}
	f, ok := t.Elem.Field(p.n.Value)
	if !ok && !t.Elem.Open {
		p.misnamed(fmt.Sprintf("%s has no field %q", t.Elem, p.n.Value), p.n.Value, fieldNames(t.Elem))
		return value.AnyType()
	}
	if f.Type.HasSecret() {
		p.fail(fmt.Sprintf("%s of %s is secret and may not be used in %s of %s", p.n.Value, t.Elem, name, w.Kind), "")
	}
	return f.Type
}

// MostLines is after how many lines text can be cut.
const MostLines = 10

func checkLines(w *Widget, s section) {
	p, ok := s.get("lines")
	if n, known := intProp(w, "lines"); ok && known && (n < 1 || n > MostLines) {
		p.fail(fmt.Sprintf("lines must be between 1 and %d", MostLines), "leave it out to show all of the text")
	}
	if over, ok := s.get("overflow"); ok && w.Props["lines"] == nil {
		over.fail("overflow belongs to lines", "say after how many lines the text is cut")
	}
}

var pixelsPattern = regexp.MustCompile(`^[1-9][0-9]{0,4}x[1-9][0-9]{0,4}$`)

func checkImage(w *Widget, s section) {
	if p, ok := s.get("pixels"); ok && w.Props["pixels"] != nil && !pixelsPattern.MatchString(p.n.Value) {
		p.fail(fmt.Sprintf("pixels cannot be %s", quoted(p.n.Value)), "width and height, such as 800x600")
	}
}

// maxSeries is how many series have a colour of their own.
const maxSeries = 6

func (sc scope) checkChart(w *Widget, s section) {
	sc.elementField(w, s, "x")
	y, one := s.get("y")
	if one {
		mustBeNumber(w, y, sc.elementField(w, s, "y"))
	}
	p, several := s.get("series")
	several = several && len(p.n.Content) > 0
	switch {
	case one && several:
		p.fail("a chart has y or series, not both", "make y the first of series")
	case !one && !several:
		s.lacks("y").fail("a chart needs y", "the field with the number of a point; or series, where there are several")
	case several && len(p.n.Content) > maxSeries:
		p.fail(fmt.Sprintf("a chart shows up to %d series", maxSeries), "split it")
	case several && (w.word("type") == "pie" || w.word("type") == "donut"):
		p.fail("slices show one series", "write y instead of series")
	}
	if several {
		checkSeries(w, p)
	}
}

// checkSeries checks the fields of the series.
func checkSeries(w *Widget, p place) {
	for _, item := range p.items("series") {
		if item.n.Kind != yaml.MappingNode {
			continue // said where the slot is read
		}
		for _, e := range item.entries("a series") {
			if e.name == "y" && e.val.scalar() == textScalar {
				mustBeNumber(w, e.val, fieldOfElement(w, e.val, "y"))
			}
		}
	}
}

// mustBeNumber reports a field that a chart or a stat cannot draw.
func mustBeNumber(w *Widget, p place, t *value.Type) {
	if t != nil && t.Kind != value.KindAny && t.Kind != value.KindInt && t.Kind != value.KindNumber {
		p.fail(fmt.Sprintf("y of %s must be a number, and %s is %s", w.Kind, p.n.Value, t), "")
	}
}

// checkFields warns of inputs that repeat another's value across forms.
func (w *pageWork) checkFields() {
	for _, f := range w.page.Fields {
		v, ok := f.Props["sameAs"].Constant()
		other, isText := v.(string)
		if !ok || !isText || w.inputs[other] == nil || w.inputs[f.ID] == nil {
			continue
		}
		if w.inputs[other].form != w.inputs[f.ID].form {
			w.ids[f.ID].fail(fmt.Sprintf("sameAs of %s names an input of another form", f.ID), "put both into one form")
		}
	}
}

// checkItems judges what stands in a bar, a way or a menu.
func checkItems(kind string, s section) {
	p, ok := s.get("children")
	if !ok || p.n.Kind != yaml.SequenceNode || len(p.n.Content) == 0 {
		s.lacks("children").fail("a "+kind+" needs children", "give it links")
		return
	}
	if n := len(p.n.Content); kind == "navBar" && (n < 2 || n > 5) {
		p.fail(fmt.Sprintf("a navBar has two to five links, not %d", n), "put the rest into a menu")
	}
	for _, item := range p.items("children") {
		if item.n.Kind != yaml.MappingNode || len(item.n.Content) == 0 {
			continue
		}
		name := item.n.Content[0].Value
		if slices.Contains(WidgetSpecOf(kind).Slot("children").Holds, name) {
			continue
		}
		hint := "such as - link: {text: Home, page: home}"
		item.fail(fmt.Sprintf("a %s holds no %s", kind, name), hint)
	}
}
