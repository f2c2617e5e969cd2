package project

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/usherdev/usher/value"
)

// pageWork is a page while it is checked.
type pageWork struct {
	page     *Page
	s        section
	access   *place // as written
	inputs   map[string]*input
	ids      map[string]place
	queries  map[string]*callWork
	paging   map[string]*Paging // of queries that go on page by page
	weights  []weight           // calls that send files
	opens    []opening          // what actions open
	overlays []string           // ids of its dialogs and bottom sheets
	counter  int
	slots    map[string]*yaml.Node // of a component: the form that each stands in
	inlined  int                   // widgets of components
	full     bool                  // they are too many, and that is said
	warned   bool                  // about reading user data without a guard
}

// input is a widget with a value, known before the page's expressions are read.
type input struct {
	typ  *value.Type
	form *yaml.Node // the form widget it stands in, nil: the page's own
}

var (
	holes          = regexp.MustCompile(`\$\{[^}]*\}`)
	segmentPattern = regexp.MustCompile(`^[A-Za-z0-9._~-]+$`)
	holePattern    = regexp.MustCompile(`^\{([A-Za-z][A-Za-z0-9_]*)\}$`)
)

// readPageHeads decodes what others need to know of pages: names, routes, parameters, access.
func (c *checker) readPageHeads() {
	for _, f := range c.in("pages") {
		if f.root == nil {
			continue
		}
		p := c.rootOf(f)
		s := p.section("a page", pageKeys...)
		w := &pageWork{page: &Page{Name: baseName(f.name), File: f.name, Revision: c.tree.hash([]string{f.name}), Actions: map[string]*Trigger{}}, s: s,
			inputs: map[string]*input{}, ids: map[string]place{}, queries: map[string]*callWork{}, paging: map[string]*Paging{}}
		if pp, ok := s.get("params"); ok {
			w.page.Params = c.params(pp, true)
		}
		w.readPath()
		w.readAccess()
		c.pages[w.page.Name] = w
		c.p.Pages = append(c.p.Pages, w.page)
	}
	if len(c.p.Pages) == 0 && len(c.in("pages")) == 0 {
		c.app.fail("the app has no pages", "add pages/home.yaml")
	}
}

// readPath decodes the route and its parameters.
func (w *pageWork) readPath() {
	p, ok := w.s.need("path", "such as /"+w.page.Name)
	if !ok {
		return
	}
	route, ok := p.literal("path")
	if !ok {
		return
	}
	w.page.Path = route
	if msg, hint := routeFault(route); msg != "" {
		p.fail(msg, hint)
		return
	}
	seen := map[string]bool{}
	for _, seg := range strings.Split(route, "/") {
		m := holePattern.FindStringSubmatch(seg)
		if m == nil {
			continue
		}
		if seen[m[1]] {
			p.fail(fmt.Sprintf("path names {%s} twice", m[1]), "")
		}
		seen[m[1]] = true
		w.routeParam(p, m[1])
	}
	w.checkParams(seen)
}

// InPath reports whether a parameter is a part of the page's path, so that a value without text, . or .. would name another page.
func (p *Page) InPath(param string) bool {
	return slices.Contains(strings.Split(p.Path, "/"), "{"+param+"}")
}

// FillsPath reports whether a value can be a part of a path.
func FillsPath(v any) bool {
	text := value.Text(v)
	return text != "" && text != "." && text != ".."
}

// routeParam makes a part of the path a required parameter: declared, or text by default.
func (w *pageWork) routeParam(p place, name string) {
	par := findParam(w.page.Params, name)
	if par == nil {
		if p.name("a parameter", name) {
			w.page.Params = append(w.page.Params, Param{Name: name, Type: value.TextType(), Required: true})
		}
		return
	}
	par.Required = true
	switch {
	case par.Sensitive:
		p.fail(fmt.Sprintf("{%s} is sensitive, so it may not stand in the path", name), "take it out of the path: sensitive parameters travel sealed")
	case par.Default != nil:
		p.fail(fmt.Sprintf("{%s} stands in the path, so its default is never used", name), "remove the default")
	}
}

// checkParams judges the types of parameters: what stands in a URL must be simple, and nothing may be secret.
func (w *pageWork) checkParams(inPath map[string]bool) {
	p, ok := w.s.get("params")
	if !ok {
		return
	}
	for _, e := range p.entries("params") {
		par := findParam(w.page.Params, e.name)
		if par == nil {
			continue
		}
		switch k := par.Type.Kind; {
		case par.Type.HasSecret():
			e.val.fail("a page parameter cannot be secret", "tokens belong to the Authenticated User")
			par.Type = value.TextType()
		case k == value.KindObject, k == value.KindList && inPath[e.name], k == value.KindAny && inPath[e.name], k == value.KindFile:
			e.val.fail(fmt.Sprintf("a page parameter cannot be %s", par.Type), "hand over an id, and read the rest with a query")
		}
	}
}

// routeFault says what is wrong with a route.
func routeFault(route string) (msg, hint string) {
	switch {
	case !strings.HasPrefix(route, "/"):
		return "path must begin with /", ""
	case route == "/":
		return "", ""
	case strings.HasSuffix(route, "/"):
		return "path may not end with /", "write " + strings.TrimRight(route, "/")
	case strings.HasPrefix(route+"/", "/_usher/") || route == "/healthz" || route == "/manifest.webmanifest":
		return "this path is used by Usher itself", "choose another"
	}
	for _, seg := range strings.Split(route[1:], "/") {
		switch {
		case seg == "":
			return "path holds //", ""
		case seg == "." || seg == "..":
			return "path may not hold . or .. as a part", ""
		case strings.HasPrefix(seg, ":") || strings.HasPrefix(seg, "${"):
			return "a parameter of the path is written {name}", "such as /posts/{id}"
		case strings.ContainsAny(seg, "{}") && !holePattern.MatchString(seg):
			return fmt.Sprintf("%s is not a parameter of the path", quoted(seg)), "a parameter fills a whole part: /posts/{id}"
		case !segmentPattern.MatchString(seg) && !holePattern.MatchString(seg):
			return fmt.Sprintf("path may not hold %s", quoted(seg)), "use letters, digits, - . _ and ~"
		}
	}
	return "", ""
}

// readAccess decodes who may open the page. The expression of a rule is parsed with the page.
func (w *pageWork) readAccess() {
	a := &w.s.c.p.App.Auth
	w.page.Access = AccessAny
	p, ok := w.s.get("access")
	if !ok {
		if a.PagesNeedLogin && !w.isOpenByNature() {
			w.page.Access = AccessLoggedIn
		}
		return
	}
	w.access = &p
	switch text := p.n.Value; {
	case p.scalar() == textScalar && strings.Contains(text, "${"):
		w.page.Access = AccessRule
	default:
		v, ok := p.oneOf("access", string(AccessAny), string(AccessLoggedIn), string(AccessLoggedOut))
		if !ok {
			w.page.Access = AccessLoggedIn // closed while nobody knows who was meant
			return
		}
		w.page.Access = AccessKind(v)
		if v != string(AccessAny) && !a.Enabled {
			p.fail("access: "+v+" needs authentication, which is off", "set authentication: enabled: true in app.yaml", p.c.turnedOn()...)
		}
	}
}

// isOpenByNature reports the pages that must be seen without a login: the Entry Page and the page for unknown addresses.
func (w *pageWork) isOpenByNature() bool {
	for _, s := range []section{w.s.c.app.auth, w.s.c.app.section} {
		for _, key := range []string{"entryPage", "notFound", "errorPage"} {
			if p, ok := s.get(key); ok && p.n.Value == w.page.Name {
				return true
			}
		}
	}
	return false
}

// needsLogin reports whether only logged-in people can open the page.
func (w *pageWork) needsLogin() bool {
	switch w.page.Access {
	case AccessLoggedIn:
		return true
	case AccessRule:
		return slices.ContainsFunc(w.page.Rule.Reads(), func(r string) bool {
			return strings.HasPrefix(r, "auth") || strings.HasPrefix(r, "user")
		})
	}
	return false
}

// unguardedRead warns, once a page, of data of a login on a page that anybody may open.
func (w *pageWork) unguardedRead(p place, what string) {
	if w.warned || w.needsLogin() {
		return
	}
	w.warned = true
	p.warn(what+" is empty for people who are not logged in, and everybody may open this page",
		"set access: loggedIn, or show it only when ${auth.loggedIn}", Fix{"Let only people who are logged in open the page", []Edit{access(w.page, "loggedIn")}})
}

// pageNamed resolves the name of a page, nil after reporting that there is none.
func (c *checker) pageNamed(p place, what string) *Page {
	name, ok := p.literal(what)
	if !ok {
		return nil
	}
	if w := c.pages[name]; w != nil {
		return w.page
	}
	if c.unread("pages/" + name + ".yaml") {
		return nil
	}
	hint := didYouMean(name, slices.Collect(maps.Keys(c.pages)))
	for _, w := range c.pages {
		if w.page.Path == name {
			hint = "pages go by the names of their files: write " + w.page.Name
		}
	}
	p.fail(fmt.Sprintf("there is no page %q", name), hint, p.renamed(name, nearest(name, slices.Collect(maps.Keys(c.pages))))...)
	return nil
}

// readPages decodes everything else of the pages, one by one.
func (c *checker) readPages() {
	for _, p := range c.p.Pages { // rules first: who needs a login is asked everywhere
		w := c.pages[p.Name]
		if p.Access == AccessRule {
			sc := scope{env: c.app.base}
			p.Rule = sc.value(*w.access, want{what: "access", typ: value.BoolType(), secret: true})
			if p.Rule == nil {
				p.Access = AccessLoggedIn
			}
		}
	}
	for _, p := range c.p.Pages {
		w := c.pages[p.Name]
		c.onPage = w
		w.read()
		c.onPage = nil
	}
}

func (w *pageWork) read() {
	c, s, p := w.s.c, w.s, w.page
	if op, ok := s.get("otherwise"); ok {
		p.Otherwise = c.pageNamed(op, "otherwise")
		if p.Access != AccessRule {
			op.fail("otherwise belongs to an access rule", "set access: ${…}; others go to the Entry Page or the Logged In Page by themselves")
		}
	}
	if sp, ok := s.get("state"); ok {
		p.State = c.vars(sp, "page state", false)
	}
	body, hasBody := s.need("body", "the widgets of the page")
	if hasBody {
		w.findInputs(body, "", nil)
	}
	w.findBarInputs()
	sc := scope{env: c.app.base.With("params", paramsType(p.Params)).With("state", varsType("state", p.State)), page: w}
	w.readQueries(sc)
	if lp, ok := s.get("onLoad"); ok {
		load := sc
		load.flow = newFlow(c)
		p.OnLoad, _ = load.actions(lp)
	}
	sc.env = sc.env.With("queries", w.queriesType()).With("form", w.formType())
	p.Env = sc.env
	w.s.c.watched.around(w.s.at, sc)
	p.Title = value.Const(p.Name)
	if tp, ok := s.need("title", "what stands in the browser's tab"); ok {
		if t := sc.value(tp, want{what: "title", typ: value.TextType()}); t != nil {
			p.Title = t
		}
	}
	w.readOwnEvents(sc)
	w.readBars(sc)
	if hasBody {
		p.Body = sc.widgets(body, nest{})
		w.checkFields()
		w.checkWeights()
		w.checkOpens()
	}
}

// readQueries decodes the queries. They run in parallel, so none reads another.
func (w *pageWork) readQueries(sc scope) {
	p, ok := w.s.get("queries")
	if !ok {
		return
	}
	for _, e := range p.entries("queries") {
		e.key.name("a query", e.name)
		s := e.val.section("a query", "call", "with", "when", "pages")
		q := &Query{Name: e.name, At: e.val.at}
		w.queries[e.name] = nil
		cp, ok := s.need("call", "as group.call")
		if !ok {
			continue
		}
		call := p.c.callNamed(cp)
		w.queries[e.name] = call
		if wp, ok := s.get("when"); ok {
			q.When = sc.value(wp, want{what: "when", typ: value.BoolType(), secret: true})
		}
		if call == nil {
			continue
		}
		q.Call = call.call
		in := sc
		if pp, ok := s.get("pages"); ok {
			in = w.readPaging(sc, q, call, pp)
		}
		q.With = in.args(s, "with", argsOf{what: call.call.ID, params: call.call.Params, secret: call.callSecrets})
		w.checkPaging(q, s)
		if call.call.Auth == AuthRequired && !w.needsLogin() && q.When == nil {
			e.val.warn(call.call.ID+" needs a login, and everybody may open this page", "set access: loggedIn, or when: ${auth.loggedIn}",
				Fix{"Let only people who are logged in open the page", []Edit{access(w.page, "loggedIn")}},
				Fix{"Ask only when somebody is logged in", []Edit{set(e.val.at.key("when"), "${auth.loggedIn}")}})
		}
		if call.call.Method != "GET" {
			e.val.warn(fmt.Sprintf("%s is a %s call; a query runs each time the page is drawn", call.call.ID, call.call.Method), "use a GET call, or an action")
		}
		w.page.Queries = append(w.page.Queries, q)
	}
}

func (w *pageWork) queriesType() *value.Type {
	t := value.ObjectOf("queries")
	for _, name := range slices.Sorted(maps.Keys(w.queries)) {
		t.Fields = append(t.Fields, value.Field{Name: name, Type: w.queryType(name)})
	}
	return t
}

func (w *pageWork) formType() *value.Type {
	t := value.ObjectOf("form")
	for _, id := range slices.Sorted(maps.Keys(w.inputs)) {
		t.Fields = append(t.Fields, value.Field{Name: id, Type: w.inputs[id].typ})
	}
	return t
}

// findInputs learns which inputs the page has before any expression is read. kind is the part whose properties the items carry.
func (w *pageWork) findInputs(list place, part string, form *yaml.Node) {
	eachWidget(list.n, part, func(kind string, item, body *yaml.Node) {
		if k := w.s.c.components[kind]; k != nil {
			for id, in := range k.inputs() {
				if w.inputs[id] == nil {
					w.inputs[id] = &input{in.typ, cmp.Or(in.form, form)}
				}
			}
			eachSlot(k.spec, body, func(slot *Slot, list *yaml.Node) {
				w.findInputs(place{n: list}, "", cmp.Or(k.work.slots[slot.Name], form))
			})
			return
		}
		if kind == slotSpec.Kind {
			w.noteSlot(body, form)
		}
		inside := form
		if kind == "form" || form == nil && ownForm(kind, func(key string) bool { return hasKey(body, key) }) {
			inside = item
		}
		w.findIn(WidgetSpecOf(kind), body, inside)
	})
}

func (w *pageWork) findIn(spec *WidgetSpec, body *yaml.Node, form *yaml.Node) {
	if spec == nil {
		return
	}
	eachSlot(spec, body, func(slot *Slot, list *yaml.Node) { w.findInputs(place{n: list}, slot.Of, form) })
	said := map[string]string{}
	for i := 0; i+1 < len(body.Content) && body.Kind == yaml.MappingNode; i += 2 {
		said[body.Content[i].Value] = body.Content[i+1].Value
	}
	id := said["id"]
	if _, twice := w.inputs[id]; spec.Input && id != "" && !twice {
		w.inputs[id] = &input{inputType(spec.Kind, said), form}
	}
}

// inputType is the type of form.<id>; said is what is written of the widget.
func inputType(widget string, said map[string]string) *value.Type {
	switch kind := said["type"]; {
	case widget == "checkbox", widget == "switch":
		return value.BoolType()
	case widget == "checkboxGroup":
		return value.ListOf(value.TextType())
	case widget == "numberField", widget == "slider", kind == "number":
		return value.NumberType()
	case widget == "fileUpload" && said["multiple"] == "true":
		return value.ListOf(value.FileType())
	case widget == "fileUpload":
		return value.FileType()
	case kind == "password", widget == "pinCode" && said["secret"] == "true":
		return value.SecretType()
	}
	return value.TextType()
}

// checkRoutes reports routes that two pages share or that one address could mean both of.
func (c *checker) checkRoutes() {
	pages := slices.Clone(c.p.Pages)
	for i, a := range pages {
		if fault, _ := routeFault(a.Path); fault != "" {
			continue
		}
		p, _ := c.pages[a.Name].s.get("path")
		if a.Path == "/" && c.p.App.Auth.Enabled {
			p.fail("/ is the start of the app: it shows the Entry Page or the Logged In Page", "choose another path, such as /"+a.Name)
		}
		for _, b := range pages[:i] {
			switch routeRelation(a.Path, b.Path) {
			case sameRoute:
				p.fail(fmt.Sprintf("the pages %s and %s have the same path", b.Name, a.Name), "") // F060
			case ambiguousRoute:
				p.fail(fmt.Sprintf("%s and %s (page %s) both fit the same address, and neither is the closer one", a.Path, b.Path, b.Name), "")
			}
		}
	}
}

type relation int

const (
	differentRoutes relation = iota
	sameRoute
	closerRoute
	ambiguousRoute
)

// routeRelation compares two routes part by part: a literal is closer than a parameter.
func routeRelation(a, b string) relation {
	x, y := strings.Split(a, "/"), strings.Split(b, "/")
	if len(x) != len(y) {
		return differentRoutes
	}
	var aCloser, bCloser bool
	for i := range x {
		ah, bh := strings.HasPrefix(x[i], "{"), strings.HasPrefix(y[i], "{")
		switch {
		case ah && !bh:
			bCloser = true
		case bh && !ah:
			aCloser = true
		case !ah && x[i] != y[i]:
			return differentRoutes
		}
	}
	switch {
	case aCloser && bCloser:
		return ambiguousRoute
	case aCloser || bCloser:
		return closerRoute
	}
	return sameRoute
}

// checkErrorPage resolves the page that is drawn where another could not be. It is one that can be drawn whatever has gone wrong: it asks nobody.
func (c *checker) checkErrorPage(p place) {
	page := c.pageNamed(p, "errorPage")
	if page == nil {
		return
	}
	c.p.App.ErrorPage = page
	switch {
	case page.Access != AccessAny:
		p.fail("the page for faults must be open to everybody", "set access: any on "+page.Name)
	case len(page.Queries) > 0 || len(page.OnLoad) > 0:
		p.fail("the page for faults cannot have queries or a load flow: what they need may be what is broken", "")
	case slices.ContainsFunc(page.Params, func(p Param) bool { return p.Required }):
		p.fail("the page for faults cannot need parameters", "it is given id, if it declares that: {type: text, required: false}")
	}
}

// checkLanding judges the Entry Page and the Logged In Page, and resolves notFound.
func (c *checker) checkLanding() {
	a := &c.p.App.Auth
	if p, ok := c.app.get("notFound"); ok {
		if page := c.pageNamed(p, "notFound"); page != nil {
			c.p.App.NotFound = page.Name
			if len(page.Params) > 0 && page.Params[0].Required {
				p.fail("the page for unknown addresses cannot need parameters", "")
			}
		}
	}
	if p, ok := c.app.get("errorPage"); ok {
		c.checkErrorPage(p)
	}
	if !a.Enabled {
		return
	}
	if p, ok := c.app.auth.get("entryPage"); ok && a.EntryPage != nil {
		if c.pages[a.EntryPage.Name].needsLogin() {
			p.fail("the Entry Page needs a login, so logged-out people would be sent to it for ever", "set access: loggedOut or any on "+a.EntryPage.Name,
				Fix{"Let people who are logged out open " + a.EntryPage.Name, []Edit{access(a.EntryPage, "loggedOut")}})
		}
		c.startParams(p, a.EntryPage)
	}
	p, _ := c.app.auth.get("loggedInPage")
	for _, l := range a.Landing {
		switch l.Page.Access {
		case AccessLoggedOut:
			p.fail("the Logged In Page "+l.Page.Name+" is closed to people who are logged in", "set access: loggedIn on it",
				Fix{"Let people who are logged in open " + l.Page.Name, []Edit{access(l.Page, "loggedIn")}})
		case AccessAny:
			p.fail("the Entry Page and the Logged In Page are the same page", "make two pages of it")
		}
		c.startParams(p, l.Page)
	}
}

// startParams refuses a start page that cannot be opened without being told something.
func (c *checker) startParams(p place, page *Page) {
	for _, par := range page.Params {
		if par.Required {
			p.fail(fmt.Sprintf("%s needs the parameter %s, which nobody gives it at the start", page.Name, par.Name), "")
			return
		}
	}
}

// checkRedirects finds circles in which people could be sent from page to page for ever.
func (c *checker) checkRedirects() {
	edges := map[string][]string{}
	var names []string
	for _, p := range c.p.Pages {
		names = append(names, p.Name)
		switch {
		case p.Access == AccessRule && p.Otherwise != nil:
			edges[p.Name] = append(edges[p.Name], p.Otherwise.Name)
		case p.Access == AccessLoggedOut:
			for _, l := range c.p.App.Auth.Landing {
				if l.Page != p { // said already
					edges[p.Name] = append(edges[p.Name], l.Page.Name)
				}
			}
		}
	}
	for _, cycle := range cycles(names, edges) {
		w := c.pages[cycle[0]]
		for _, name := range cycle {
			if _, ok := c.pages[name].s.get("otherwise"); ok {
				w = c.pages[name]
				break
			}
		}
		p, ok := w.s.get("otherwise")
		if !ok {
			p = w.s.place
		}
		p.fail("these pages send people on to one another: "+strings.Join(cycle, " → "), "let otherwise name a page that is open to them")
	}
}

// pageKeys are the keys of a page.
var pageKeys = []string{"path", "title", "access", "otherwise", "params", "state", "queries", "onLoad", "onLeave", "timers", "bars", "body", "doc"}
