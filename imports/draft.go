package imports

import (
	"encoding/json"
	"fmt"
	"maps"
	neturl "net/url"
	"slices"
	"strings"

	"github.com/usherdev/usher/project"
)

// draft is what an import makes, before it is written as edits of the tree.
type draft struct {
	tree   *project.Tree
	types  []*dataType
	groups []*group
	env    []envVar
	auth   *authDraft  // nil: nothing about logging in was found
	reply  *replyDraft // nil: no call gets a type for its reply

	typeNames, groupNames, flowNames, envNames names
}

type dataType struct {
	name, doc string
	fields    []*field // of an object
	enum      []enumValue
	reused    bool // the project has it already, in the same words
}

type field struct {
	name, key, typ, doc string
	def                 any // nil: none
}

type enumValue struct {
	name string
	wire any // nil: the name
}

type group struct {
	name, doc, url string
	headers        object
	calls          []*apiCall
	unwrap         string // the member in which all replies are wrapped
	origin         string // where its secrets go; "" it is not known
	secrets        object // new ones
	existing       bool   // calls are added to a group of the project
}

type apiCall struct {
	group             *group
	name, doc, method string
	path              string
	params            []*param
	headers, query    object
	bodyKind          string
	body              any
	auth              string // none, optional or required, where authentication is on
	reply, replyAs    string // a type, "" json; "", text or none
	at                string // "POST /login"
	place             *node
	op                *operation // nil: not from a document
	bodyType          *dataType  // of the one parameter that is the whole body
	secured           bool       // it wants a token
	keys              []scheme   // of the application, which go along
}

func (c *apiCall) id() string { return c.group.name + "." + c.name }

type param struct {
	name, typ, doc string
	wire           string // its name in the API
	required       bool
	def            any
	choices        []string // of an enum, as they are sent
}

type envVar struct {
	name, def, doc string
	secret         bool
}

func newDraft(tree *project.Tree) *draft {
	d := &draft{tree: tree, typeNames: names{}, groupNames: names{}, flowNames: names{}, envNames: names{}}
	folders := map[string]names{"types": d.typeNames, "calls": d.groupNames, "flows": d.flowNames}
	for _, file := range tree.Files() {
		folder, rest, ok := strings.Cut(file, "/")
		if taken := folders[folder]; ok && taken != nil {
			taken[strings.ToLower(strings.TrimSuffix(rest, ".yaml"))] = true
		}
	}
	for _, key := range d.existing("/app/env").keys() {
		d.envNames[strings.ToLower(key)] = true
	}
	return d
}

// existing reads what the project says at a path, nil when nothing is there.
func (d *draft) existing(at project.Path) *node {
	raw, ok := d.tree.Value(at)
	if !ok {
		return nil
	}
	n, err := parseJSON("", raw)
	if err != nil {
		return nil // it is too large to be looked into
	}
	return n
}

// pages returns the names of the project's pages.
func (d *draft) pages() []string {
	var out []string
	for _, file := range d.tree.Files() {
		if name, ok := strings.CutPrefix(file, "pages/"); ok {
			out = append(out, strings.TrimSuffix(name, ".yaml"))
		}
	}
	return out
}

// pageAt is the name of the page that a path leads to, "" for none.
func (d *draft) pageAt(path string) string {
	for _, name := range d.pages() {
		if p := d.existing(project.Path("/pages").Join(name, "path")); p != nil && p.text == path {
			return name
		}
	}
	return ""
}

// authOn reports whether the project has authentication.
func (d *draft) authOn() bool {
	n := d.existing("/app/authentication")
	if n == nil {
		return false
	}
	on := n.get("enabled")
	return on == nil || on.text != "false"
}

// envFor returns the name of an environment value that holds this address: one that the project has, or a new one.
func (d *draft) envFor(url, wanted string) string {
	for _, e := range d.existing("/app/env").entriesOf() {
		val := e.val
		if val.kind == '{' {
			val = val.get("default")
		}
		if val != nil && strings.TrimSuffix(val.text, "/") == url {
			return e.key
		}
	}
	for _, e := range d.env {
		if e.def == url {
			return e.name
		}
	}
	if host, err := neturl.Parse(url); err == nil && d.envNames[strings.ToLower(wanted)] {
		wanted = envName(host.Hostname()) + "_URL"
	}
	name := d.envNames.take(wanted)
	d.env = append(d.env, envVar{name: name, def: url})
	return name
}

// secretEnv returns the name of a new environment value that is a secret.
func (d *draft) secretEnv(wanted, doc string) string {
	name := d.envNames.take(wanted)
	d.env = append(d.env, envVar{name: name, secret: true, doc: doc})
	return name
}

// bindable is the origin of an address, "" where no secret can be bound to it.
func bindable(u *neturl.URL) string {
	if origin := u.Scheme + "://" + u.Host; project.LegalOrigin(origin) {
		return origin
	}
	return ""
}

// secret returns the expression of a constant of the builder that calls of a group send: a secret bound to the group's origin, be it one that
// the group has, or where that is not known a secret value of the environment.
func (d *draft) secret(g *group, wanted, doc string) string {
	if g.origin == "" {
		return "env." + d.secretEnv(wanted, doc)
	}
	taken := maps.Clone(d.envNames)
	for _, e := range d.existing(project.Path("/calls").Join(g.name, "secrets")).entriesOf() {
		if origin := e.val.get("origin"); e.key == wanted && origin != nil && origin.text == g.origin {
			return "secrets." + wanted
		}
		taken.take(e.key)
	}
	for _, p := range g.secrets {
		taken.take(p.key)
	}
	name := taken.take(wanted)
	g.secrets = append(g.secrets, pair{name, object{{"origin", g.origin}}.with("doc", doc)})
	return "secrets." + name
}

func (n *node) entriesOf() []entry {
	if n == nil {
		return nil
	}
	return n.entries
}

// typeNamed returns the data type that a type text names, through lists; nil for the others.
func (d *draft) typeNamed(typ string) *dataType {
	for strings.HasPrefix(typ, "list of ") {
		typ = strings.TrimPrefix(typ, "list of ")
	}
	for _, t := range d.types {
		if t.name == typ {
			return t
		}
	}
	return nil
}

// sameEnum returns the enum of the draft that has the same values, "" when there is none.
func (d *draft) sameEnum(t *dataType) string {
	for _, o := range d.types {
		if o.enum != nil && slices.Equal(o.enum, t.enum) {
			return o.name
		}
	}
	return ""
}

// settle gives a data type its name: the wanted one, unless the project uses it for something else. A type that the project has in the same words is used again.
func (d *draft) settle(t *dataType, wanted string) {
	t.name = wanted
	if b, err := json.Marshal(t.value(nil)); err == nil && !slices.ContainsFunc(d.types, func(o *dataType) bool { return o.name == wanted }) {
		if have, ok := d.tree.Value(project.Path("/types").Join(wanted)); ok && string(have) == string(b) {
			t.reused = true
			d.types = append(d.types, t)
			return
		}
	}
	t.name = d.typeNames.take(wanted)
	d.types = append(d.types, t)
}

// value is the data type as it is written; secret holds fields that are tokens, as "Type.field".
func (t *dataType) value(secret map[string]bool) object {
	out := object{}.with("doc", t.doc)
	if t.enum != nil {
		list := []any{}
		for _, v := range t.enum {
			if v.wire == nil {
				list = append(list, v.name)
			} else {
				list = append(list, object{{"name", v.name}, {"wire", v.wire}})
			}
		}
		return append(out, pair{"enum", list})
	}
	fields := object{}
	for _, f := range t.fields {
		if secret[t.name+"."+f.name] {
			f = &field{name: f.name, key: f.key, typ: "secret", doc: f.doc}
		}
		if f.key == "" && f.doc == "" && f.def == nil {
			fields = append(fields, pair{f.name, f.typ})
			continue
		}
		full := object{{"type", f.typ}}.with("key", f.key)
		if f.def != nil {
			full = append(full, pair{"default", f.def})
		}
		fields = append(fields, pair{f.name, full.with("doc", f.doc)})
	}
	return append(out, pair{"fields", fields})
}

// value is the call as it is written. mode decides about auth: "" leaves it out, since authentication is off.
func (c *apiCall) value(mode, inherited string) object {
	out := object{}.with("doc", c.doc).with("method", c.method).with("path", c.path)
	if mode != "" && mode != inherited {
		out = out.with("auth", mode)
	}
	params := object{}
	for _, p := range c.params {
		params = append(params, pair{p.name, p.value()})
	}
	out = out.with("params", params).with("headers", c.headers).with("query", c.query)
	if c.bodyKind != "" {
		out = append(out, pair{c.bodyKind, c.body})
	}
	return out.with("reply", c.reply).with("replyAs", c.replyAs)
}

func (p *param) value() any {
	if p.required && p.def == nil && p.doc == "" {
		return p.typ
	}
	out := object{{"type", p.typ}}
	if p.def != nil {
		out = append(out, pair{"default", p.def})
	} else if !p.required {
		out = append(out, pair{"required", false})
	}
	return out.with("doc", p.doc)
}

// edits writes the draft, with what the approved roles add.
func (d *draft) edits(approved []Role) ([]project.Edit, error) {
	a, err := d.auth.approve(approved)
	if err != nil {
		return nil, err
	}
	var out []project.Edit
	var fault error
	add := func(at project.Path, v any) {
		e, err := set(at, v)
		if err != nil && fault == nil {
			fault = err
		}
		out = append(out, e)
	}
	for _, v := range d.env {
		val := any(v.def)
		if v.secret {
			val = object{{"secret", true}}.with("doc", v.doc)
		}
		add(project.Path("/app/env").Join(v.name), val)
	}
	for _, t := range slices.Concat(d.types, a.types) {
		if !t.reused {
			add(project.Path("/types").Join(t.name), t.value(a.secret))
		}
	}
	for _, g := range d.groups {
		d.groupEdits(g, a, add)
	}
	if r := d.reply; r != nil && !r.same {
		add(r.at(), r.typ)
	}
	for _, p := range a.sets {
		add(project.Path(p.key), p.val)
	}
	return out, fault
}

func (d *draft) groupEdits(g *group, a approval, add func(project.Path, any)) {
	at := project.Path("/calls").Join(g.name)
	modes := map[*apiCall]string{}
	all := ""
	for i, c := range g.calls {
		if d.authOn() || a.on {
			modes[c] = c.auth
		}
		if a.open[c] {
			modes[c] = "none"
		}
		if i == 0 {
			all = modes[c]
		} else if all != modes[c] {
			all = "none"
		}
	}
	if g.existing {
		inherited := "none"
		if n := d.existing(at.Join("auth")); n != nil {
			inherited = n.text
		}
		for _, s := range g.secrets {
			add(at.Join("secrets", s.key), s.val)
		}
		for _, c := range g.calls {
			add(at.Join("calls", c.name), a.changed(c).value(modes[c], inherited))
		}
		return
	}
	out := object{}.with("doc", g.doc).with("url", g.url).with("secrets", g.secrets)
	if all == "required" || all == "optional" {
		out = out.with("auth", all)
	} else {
		all = "none"
	}
	calls := object{}
	for _, c := range g.calls {
		calls = append(calls, pair{c.name, a.changed(c).value(modes[c], all)})
	}
	add(at, append(out.with("headers", g.headers).with("unwrap", g.unwrap), pair{"calls", calls}))
}

// made says what the draft makes.
func (d *draft) made() []Note {
	var out []Note
	for _, v := range d.env {
		what := v.def
		if v.secret {
			what = "a secret, given from outside when the app runs"
		}
		out = append(out, Note{At: "env." + v.name, Msg: what})
	}
	for _, g := range d.groups {
		names := make([]string, len(g.calls))
		for i, c := range g.calls {
			names[i] = c.name
		}
		out = append(out, Note{At: "calls/" + g.name + ".yaml", Msg: strings.Join(names, ", ")})
		for _, s := range g.secrets {
			out = append(out, Note{At: "secrets." + g.name + "." + s.key, Msg: fmt.Sprintf("sent to %s alone; give it by usher secrets set %s.%s, or as %s from outside", g.origin, g.name, s.key, s.key)})
		}
	}
	for _, t := range d.types {
		what := fmt.Sprintf("%d fields", len(t.fields))
		switch {
		case t.reused:
			what = "is there already, in the same words"
		case t.enum != nil:
			what = fmt.Sprintf("an enum of %d", len(t.enum))
		case len(t.fields) == 1:
			what = "1 field"
		}
		out = append(out, Note{At: "types/" + t.name + ".yaml", Msg: what})
	}
	if r := d.reply; r != nil && !r.same {
		out = append(out, Note{At: "calls/" + r.call.Group.Name + ".yaml", Msg: r.call.Name + " gets reply: " + r.typ})
	}
	return out
}
