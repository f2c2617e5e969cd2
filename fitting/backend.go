package fitting

import (
	"cmp"
	"encoding/json"
	"errors"
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/usherdev/usher/presets"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// backend is a preset with all that it can do.
type backend struct {
	preset presets.Preset
	tree   *project.Tree // its app, and its action blocks, calls and types beyond
	tests  []byte        // its stand-in
	more   []byte        // what else that answers
}

func load(p presets.Preset) (*backend, error) {
	app, err := p.App()
	if err != nil {
		return nil, err
	}
	tree, err := project.LoadTree(app)
	if err != nil {
		return nil, err
	}
	more, err := p.More()
	if err != nil {
		return nil, err
	}
	b := &backend{preset: p, more: more[standinFile]}
	if b.tests, err = fs.ReadFile(app, standinFile); err != nil {
		return nil, err
	}
	delete(more, standinFile)
	b.tree, err = merged(tree, more)
	return b, err
}

// merged adds files to a tree; a group that is there gets the calls of the file of its name.
func merged(tree *project.Tree, more map[string][]byte) (*project.Tree, error) {
	var edits []project.Edit
	extra, fresh := project.NewTree(more), map[string][]byte{}
	for name, src := range more {
		if tree.Bytes(name) == nil {
			fresh[name] = src
			continue
		}
		at := project.Path("/" + strings.TrimSuffix(name, ".yaml")).Join("calls")
		if name == "app.yaml" {
			at = "/app/env"
		}
		for _, key := range extra.Keys(at) {
			written, _ := extra.Value(at.Join(key))
			edits = append(edits, project.Edit{Op: project.OpSet, At: at.Join(key), Value: written})
		}
	}
	next, _, err := tree.With(fresh).Apply(edits...)
	return next, err
}

// need is what a page wants of its backend. It chooses among presets that look alike.
type need struct {
	does string // “none has a call to …”
	hint string
	met  func(*backend) bool
}

// recognise finds the preset whose backend the app speaks with: by the name given, or the one that has most calls with the app in common, the one
// to log in among them. Of several such, only those count that have what is needed. nil is none.
func (f *fit) recognise(n need) (*backend, error) {
	if f.backend != nil {
		return f.backend, nil
	}
	likes, err := f.lookalikes()
	if err != nil || len(likes) == 0 {
		return nil, err
	}
	able := likes
	if len(likes) > 1 {
		able = slices.DeleteFunc(slices.Clone(likes), func(b *backend) bool { return !n.met(b) })
	}
	switch len(able) {
	case 0:
		return nil, refuse(n.hint, "the calls of this app look like those of several backends (%s), and none of these has a call to %s", namesOf(likes), n.does)
	case 1:
		f.backend = able[0]
		return f.backend, nil
	}
	return nil, refuse("say which: --backend "+able[0].preset.Name, "the calls of this app look like those of several backends: %s", namesOf(able))
}

// lookalikes are the presets that have most calls with the app in common.
func (f *fit) lookalikes() (likes []*backend, err error) {
	all, err := presets.All()
	if err != nil {
		return nil, err
	}
	mine, best := sends(f.app.Tree), 0
	for _, p := range all {
		b, err := load(p)
		if err != nil {
			return nil, err
		}
		switch n := b.likeness(mine, f.app.Tree); {
		case n > best:
			best, likes = n, []*backend{b}
		case n == best && n > 0:
			likes = append(likes, b)
		}
	}
	return likes, nil
}

func namesOf(list []*backend) string {
	var names []string
	for _, b := range list {
		names = append(names, b.preset.Name)
	}
	return strings.Join(names, ", ")
}

// named takes the preset that the wish names.
func (f *fit) named() error {
	all, err := presets.All()
	if err != nil {
		return err
	}
	var names []string
	for _, p := range all {
		if names = append(names, p.Name); p.Name == f.wish.Backend {
			f.backend, err = load(p)
			return err
		}
	}
	return refuse(value.Choices(f.wish.Backend, "one of", names), "there is no preset for the backend %q", f.wish.Backend)
}

// likeness counts what an app has in common with the backend. It is 0 without the call to log in, and the same host outweighs any other call.
func (b *backend) likeness(mine map[string]string, app *project.Tree) int {
	n, logsIn := 0, false
	for id, req := range sends(b.tree) {
		if len(like(mine, req)) > 0 {
			n++
			logsIn = logsIn || strings.Contains(string(b.tree.Bytes("flows/logIn.yaml")), "call: "+id+"\n")
		}
	}
	if !logsIn {
		return 0
	}
	if host := hostOf(app); host != "" && host == hostOf(b.tree) {
		n += 1000
	}
	return n
}

// hostOf is the host of the address that an app's env begins with.
func hostOf(t *project.Tree) string {
	written, _ := t.Value("/app/env/API_URL")
	var address string
	if json.Unmarshal(written, &address) != nil {
		return ""
	}
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

// api is what of a group is looked at.
type api struct {
	URL   string             `json:"url"`
	Calls map[string]written `json:"calls"`
}

// written is what of a call is looked at.
type written struct {
	URL    string         `json:"url"`
	Method string         `json:"method"`
	Path   string         `json:"path"`
	Query  map[string]any `json:"query"`
}

var hole = regexp.MustCompile(`\$\{[^}]*\}`)

// group reads a group of calls; what it cannot make sense of is nothing that could be compared.
func group(t *project.Tree, name string) (g api) {
	if src, ok := t.Value(project.Path("/calls").Join(name)); ok {
		_ = json.Unmarshal(src, &g)
	}
	return g
}

// sends are the requests of an app by the ids of its calls, each as “POST /auth/token?grant_type=password”, with * for what is filled in.
func sends(t *project.Tree) map[string]string {
	out := map[string]string{}
	for _, file := range t.Files() {
		name, ok := strings.CutPrefix(strings.TrimSuffix(file, ".yaml"), "calls/")
		if !ok {
			continue
		}
		g := group(t, name)
		for call := range g.Calls {
			out[name+"."+call] = g.request(call)
		}
	}
	return out
}

// request is what a call of an app sends.
func request(t *project.Tree, name, call string) string { return group(t, name).request(call) }

func (g api) request(call string) string {
	c := g.Calls[call]
	out := cmp.Or(c.Method, "GET") + " " + pathOf(cmp.Or(c.URL, g.URL)+c.Path)
	var fixed []string
	for name, v := range c.Query {
		if text, ok := v.(string); ok && !hole.MatchString(text) {
			fixed = append(fixed, name+"="+text)
		}
	}
	slices.Sort(fixed)
	if len(fixed) > 0 {
		out += "?" + strings.Join(fixed, "&")
	}
	return out
}

// like returns the ids of the calls that send a request, sorted.
func like(sent map[string]string, req string) (out []string) {
	for id, r := range sent {
		if r == req {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// pathOf is the path of an address: without what names the host, and with * for what is filled in.
func pathOf(address string) string {
	if i := strings.Index(address, "://"); i >= 0 {
		_, rest, _ := strings.Cut(address[i+3:], "/")
		address = "/" + rest
	}
	return path.Clean("/" + strings.TrimPrefix(hole.ReplaceAllString(address, "*"), "*"))
}

var calls = regexp.MustCompile(`\bcall: ([\w-]+\.[\w-]+)`)

// bring takes a block of the backend into the app, with what it needs there.
func (f *fit) bring(b *backend, r role) error {
	src := string(b.tree.Bytes("flows/" + r.name + ".yaml"))
	ids := map[string]string{} // the backend's → the app's, put in at once: an id of the app may be another one of the backend
	for _, m := range calls.FindAllStringSubmatch(src, -1) {
		if ids[m[1]] != "" {
			continue
		}
		group, call, _ := strings.Cut(m[1], ".")
		own := f.same(b, group, call)
		if own == "" {
			var err error
			if own, err = f.bringCall(b, group, call); err != nil {
				return err
			}
		}
		ids[m[1]] = own
		if err := f.answer(b, request(b.tree, group, call)); err != nil {
			return err
		}
	}
	src = calls.ReplaceAllStringFunc(src, func(m string) string { return "call: " + ids[strings.TrimPrefix(m, "call: ")] })
	if err := f.bringTypes(b, src); err != nil {
		return err
	}
	f.made("flows/%s.yaml, as %s wants it", r.name, b.preset.Title)
	return f.write("flows/"+r.name+".yaml", []byte(src))
}

// same finds the app's call that is one of the backend's: it sends the same, and where the backend has several calls that do, its name is the same.
func (f *fit) same(b *backend, group, call string) string {
	req := request(b.tree, group, call)
	own := like(sends(f.next), req)
	for _, id := range own {
		if strings.HasSuffix(id, "."+call) {
			return id
		}
	}
	if len(own) == 1 && len(like(sends(b.tree), req)) == 1 {
		return own[0]
	}
	return ""
}

// bringCall takes a call of the backend into the group that speaks with the same address, or brings the group.
func (f *fit) bringCall(b *backend, group, call string) (id string, err error) {
	at := project.Path("/calls").Join(group)
	src, _ := b.tree.Value(at.Join("calls", call))
	if err := errors.Join(f.bringTypes(b, string(src)), f.bringEnv(b, string(src))); err != nil {
		return "", err
	}
	home := f.groupLike(b, group)
	if home == "" {
		return group + "." + call, f.bringGroup(b, group, call, src)
	}
	place := project.Path("/calls").Join(home, "calls", call)
	if _, there := f.next.Value(place); there {
		return "", refuse("rename it in calls/"+home+".yaml, or name yours with --call", "the app has another call named %s.%s than %s", home, call, b.preset.Title)
	}
	f.made("the call %s.%s", home, call)
	return home + "." + call, f.apply(project.Edit{Op: project.OpSet, At: place, Value: src})
}

// groupLike finds the app's group that is the backend's: it has calls in common with it.
func (f *fit) groupLike(b *backend, name string) string {
	mine := sends(f.next)
	counts := map[string]int{}
	best := ""
	for id, req := range sends(b.tree) {
		if !strings.HasPrefix(id, name+".") {
			continue
		}
		for _, own := range like(mine, req) {
			home, _, _ := strings.Cut(own, ".")
			if counts[home]++; counts[home] > counts[best] {
				best = home
			}
		}
	}
	if best == "" || pathOf(group(f.next, best).URL) != pathOf(group(b.tree, name).URL) {
		return ""
	}
	return best
}

// bringGroup makes a group of the backend with one call.
func (f *fit) bringGroup(b *backend, group, call string, src json.RawMessage) error {
	at := project.Path("/calls").Join(group)
	if f.next.Bytes("calls/"+group+".yaml") != nil {
		return refuse("rename it, or name your own call with --call", "calls/%s.yaml is there already, and speaks with another address than that of %s", group, b.preset.Title)
	}
	var g object
	for _, key := range b.tree.Keys(at) {
		val, _ := b.tree.Value(at.Join(key))
		if key == "calls" {
			val = jsonOf(object{{call, src}})
		} else if err := f.bringEnv(b, string(val)); err != nil {
			return err
		}
		g = append(g, member{key, val})
	}
	f.made("calls/%s.yaml with the call %s.%s", group, group, call)
	return f.apply(project.Edit{Op: project.OpSet, At: at, Value: jsonOf(g)})
}

var envName = regexp.MustCompile(`\benv\.(\w+)`)

// bringEnv adds the env.* that a call reads and the app lacks, as the backend has it.
func (f *fit) bringEnv(b *backend, text string) error {
	for _, m := range envName.FindAllStringSubmatch(text, -1) {
		at := project.Path("/app/env").Join(m[1])
		val, known := b.tree.Value(at)
		if _, there := f.next.Value(at); there || !known {
			continue
		}
		f.made("app.yaml: env.%s", m[1])
		where := "app.yaml: env."
		if f.wish.Studio {
			where = "Settings, Environments & secrets: "
		}
		f.left("%s%s is %s; give yours.", where, m[1], val)
		if err := f.apply(project.Edit{Op: project.OpSet, At: at, Value: val}); err != nil {
			return err
		}
	}
	return nil
}

// bringTypes adds the data types that a text names and the app lacks, with those that they name.
func (f *fit) bringTypes(b *backend, text string) error {
	for _, name := range b.tree.Files() {
		typ, ok := strings.CutPrefix(strings.TrimSuffix(name, ".yaml"), "types/")
		if !ok || f.next.Bytes(name) != nil || !regexp.MustCompile(`(reply|params|: |of )[^\n]*\b`+regexp.QuoteMeta(typ)+`\b`).MatchString(text) {
			continue
		}
		if err := errors.Join(f.write(name, b.tree.Bytes(name)), f.bringTypes(b, string(b.tree.Bytes(name)))); err != nil {
			return err
		}
		f.made("%s", name)
	}
	return nil
}
