package fitting

import (
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
	files := map[string][]byte{}
	for _, name := range tree.Files() {
		files[name] = tree.Bytes(name)
	}
	var edits []project.Edit
	extra := project.NewTree(more)
	for name, src := range more {
		if files[name] == nil {
			files[name] = src
			continue
		}
		at := project.Path("/" + strings.TrimSuffix(name, ".yaml")).Join("calls")
		for _, call := range keys(extra, at) {
			written, _ := extra.Value(at.Join(call))
			edits = append(edits, project.Edit{Op: project.OpSet, At: at.Join(call), Value: written})
		}
	}
	next, _, err := project.NewTree(files).Apply(edits...)
	return next, err
}

// keys returns the keys of a mapping, in the order of the file.
func keys(t *project.Tree, at project.Path) []string {
	written, ok := t.Value(at)
	if !ok {
		return nil
	}
	dec := json.NewDecoder(strings.NewReader(string(written)))
	var out []string
	if tok, err := dec.Token(); err != nil || tok != json.Delim('{') {
		return nil
	}
	for dec.More() {
		tok, err := dec.Token()
		if err != nil {
			return out
		}
		name, _ := tok.(string)
		out = append(out, name)
		var skip json.RawMessage
		if err := dec.Decode(&skip); err != nil {
			return out
		}
	}
	return out
}

// recognise finds the preset whose backend the app speaks with: by the name given, or the one that has most calls with the app in common, the one
// to log in among them. nil is none.
func (f *fit) recognise() (*backend, error) {
	if f.backend != nil {
		return f.backend, nil
	}
	all, err := presets.All()
	if err != nil {
		return nil, err
	}
	if f.wish.Backend != "" {
		return f.named(all)
	}
	mine := requests(f.app.Tree)
	best, likes := 0, []*backend(nil)
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
	switch len(likes) {
	case 0:
		return nil, nil
	case 1:
		f.backend = likes[0]
		return f.backend, nil
	}
	var names []string
	for _, b := range likes {
		names = append(names, b.preset.Name)
	}
	return nil, refuse("say which: --backend "+names[0], "the calls of this app look like those of several backends: %s", strings.Join(names, ", "))
}

func (f *fit) named(all []presets.Preset) (*backend, error) {
	var names []string
	for _, p := range all {
		if names = append(names, p.Name); p.Name == f.wish.Backend {
			b, err := load(p)
			f.backend = b
			return b, err
		}
	}
	hint := "one of " + strings.Join(names, ", ")
	if near := value.Nearest(f.wish.Backend, names); near != "" {
		hint = "did you mean " + near + "? " + hint
	}
	return nil, refuse(hint, "there is no preset for the backend %q", f.wish.Backend)
}

// likeness counts what an app has in common with the backend. It is 0 without the call to log in, and the same host outweighs any other call.
func (b *backend) likeness(mine map[string]string, app *project.Tree) int {
	n, logsIn := 0, false
	for req, id := range requests(b.tree) {
		if mine[req] != "" {
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

// written is what of a call is looked at.
type written struct {
	URL    string         `json:"url"`
	Method string         `json:"method"`
	Path   string         `json:"path"`
	Query  map[string]any `json:"query"`
}

var hole = regexp.MustCompile(`\$\{[^}]*\}`)

// requests maps each call of an app by what it sends, such as “POST /auth/token?grant_type=password”, to its id.
func requests(t *project.Tree) map[string]string {
	out := map[string]string{}
	for _, name := range t.Files() {
		group, ok := strings.CutPrefix(strings.TrimSuffix(name, ".yaml"), "calls/")
		if !ok {
			continue
		}
		for _, call := range keys(t, project.Path("/calls").Join(group, "calls")) {
			out[request(t, group, call)] = group + "." + call
		}
	}
	return out
}

// request is what a call sends, as a stand-in's route would be written, with * for what is filled in.
func request(t *project.Tree, group, call string) string {
	c := callOf(t, group, call)
	out := c.Method + " " + pathOf(c.URL+c.Path)
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

// callOf reads a call; its URL is the group's where it has none of its own.
func callOf(t *project.Tree, group, call string) written {
	var g, c written
	at := project.Path("/calls").Join(group)
	for place, to := range map[project.Path]any{at.Join("url"): &g.URL, at.Join("calls", call): &c} {
		if src, ok := t.Value(place); ok {
			_ = json.Unmarshal(src, to) // what is no text there is nothing that could be compared
		}
	}
	if c.URL == "" {
		c.URL = g.URL
	}
	if c.Method == "" {
		c.Method = "GET"
	}
	return c
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
	mine := requests(f.next)
	for _, m := range calls.FindAllStringSubmatch(src, -1) {
		group, call, _ := strings.Cut(m[1], ".")
		own := mine[request(b.tree, group, call)]
		if own == "" {
			var err error
			if own, err = f.bringCall(b, group, call); err != nil {
				return err
			}
		}
		src = strings.ReplaceAll(src, "call: "+m[1]+"\n", "call: "+own+"\n")
		if err := f.answer(b, request(b.tree, group, call)); err != nil {
			return err
		}
	}
	if err := f.bringTypes(b, src); err != nil {
		return err
	}
	f.made("flows/%s.yaml, as %s wants it", r.name, b.preset.Title)
	return f.write("flows/"+r.name+".yaml", []byte(src))
}

// bringCall takes a call of the backend into the group that speaks with the same address, or brings the group.
func (f *fit) bringCall(b *backend, group, call string) (id string, err error) {
	at := project.Path("/calls").Join(group)
	src, _ := b.tree.Value(at.Join("calls", call))
	if err := f.bringTypes(b, string(src)); err != nil {
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
func (f *fit) groupLike(b *backend, group string) string {
	mine := requests(f.next)
	counts := map[string]int{}
	best := ""
	for req, id := range requests(b.tree) {
		if own := mine[req]; own != "" && strings.HasPrefix(id, group+".") {
			name, _, _ := strings.Cut(own, ".")
			if counts[name]++; counts[name] > counts[best] {
				best = name
			}
		}
	}
	if best == "" || pathOf(groupURL(f.next, best)) != pathOf(groupURL(b.tree, group)) {
		return ""
	}
	return best
}

func groupURL(t *project.Tree, group string) string { return callOf(t, group, "").URL }

// bringGroup makes a group of the backend with one call.
func (f *fit) bringGroup(b *backend, group, call string, src json.RawMessage) error {
	at := project.Path("/calls").Join(group)
	if f.next.Bytes("calls/"+group+".yaml") != nil {
		return refuse("rename it, or name your own call with --call", "calls/%s.yaml is there already, and speaks with another address than that of %s", group, b.preset.Title)
	}
	var g object
	for _, key := range keys(b.tree, at) {
		val, _ := b.tree.Value(at.Join(key))
		if key == "calls" {
			val = jsonOf(object{{call, src}})
		}
		g = append(g, member{key, val})
	}
	f.made("calls/%s.yaml with the call %s.%s", group, group, call)
	return f.apply(project.Edit{Op: project.OpSet, At: at, Value: jsonOf(g)})
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
