package project

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/usherdev/usher/value"
)

func TestF002_AuthenticationTypeIsCustom(t *testing.T) {
	app := string(baseFiles(t)["app.yaml"])
	p, problems := with(t, map[string]string{"app.yaml": app + "  type: custom\n"})
	if len(problems) > 0 || p.App.Auth.Type != "custom" {
		t.Errorf("type %q\n%s", p.App.Auth.Type, told(problems))
	}
	if p, problems = with(t, nil); len(problems) > 0 || p.App.Auth.Type != "custom" {
		t.Errorf("by default %q\n%s", p.App.Auth.Type, told(problems))
	}
	for _, other := range []string{"firebase", "supabase", "Custom", "none"} {
		_, problems := with(t, map[string]string{"app.yaml": app + "  type: " + other + "\n"})
		expect(t, problems, false, "app.yaml:", "type", "custom")
	}
}

// TestF007_UserDataTypeTypesTheUser: with a type its fields are known and checked, in bindings, in Set User Data and in Update;
// without one user data is json.
func TestF007_UserDataTypeTypesTheUser(t *testing.T) {
	base := baseFiles(t)
	page := func(body string) map[string]string {
		return map[string]string{"pages/me.yaml": "path: /me\ntitle: Me\naccess: loggedIn\nbody:\n" + body}
	}
	p, problems := with(t, page("  - text: ${user.name}\n"))
	if len(problems) > 0 || p.App.Auth.UserType == nil || p.App.Auth.UserType.Kind != value.KindObject {
		t.Fatalf("%+v\n%s", p.App.Auth.UserType, told(problems))
	}
	_, problems = with(t, page("  - text: ${user.nmae}\n"))
	expect(t, problems, false, "pages/me.yaml:5", "nmae", "name")
	_, problems = with(t, page("  - button: {text: Go, onTap: [{updateAuthenticatedUser: {user: {nmae: Ada}}}]}\n"))
	expect(t, problems, false, "pages/me.yaml:5", "nmae")
	app := string(base["app.yaml"])
	if !strings.Contains(app, "userDataType: User") {
		t.Fatal("the base app associates no type")
	}
	_, problems = with(t, map[string]string{"app.yaml": strings.Replace(app, "userDataType: User", "userDataType: Usre", 1)})
	expect(t, problems, false, "app.yaml:", "no data type \"Usre\"", "User")
	files := page("  - text: ${user.whatever.deep}\n")
	files["app.yaml"] = strings.Replace(app, "  userDataType: User\n", "", 1)
	_, problems = with(t, files)
	if slices.ContainsFunc(problems, func(p Problem) bool { return p.File == "pages/me.yaml" }) {
		t.Errorf("without a type:\n%s", told(problems))
	}
}

// TestF013_SourcesAreKnown: the picker's list and the checker know each Auth Property and User Data Field, and no others.
func TestF013_SourcesAreKnown(t *testing.T) {
	page := func(expr string) Problems {
		_, problems := with(t, map[string]string{"pages/me.yaml": "path: /me\ntitle: Me\naccess: loggedIn\nbody:\n  - text: {text: a, visible: \"${isSet(" + expr + ")}\"}\n"})
		return problems
	}
	for _, source := range []string{"auth.token", "auth.refreshToken", "auth.expiry", "auth.uid", "auth.loggedIn", "auth.expired", "auth.secondsLeft", "user.name"} {
		if problems := page(source); len(problems) > 0 {
			t.Errorf("%s:\n%s", source, told(problems))
		}
	}
	for _, source := range []string{"auth.tokn", "auth.password", "user.nobody", "authenticated.uid"} {
		if !page(source).Errors() {
			t.Errorf("%s is let through", source)
		}
	}
}

// TestF072_RulesOfTheLoggedInPage: they are typed, in order, and the last is for everybody.
func TestF072_RulesOfTheLoggedInPage(t *testing.T) {
	app := string(baseFiles(t)["app.yaml"])
	rules := func(list string) (*Project, Problems) {
		return with(t, map[string]string{"app.yaml": strings.Replace(app, "  loggedInPage: home\n", "  loggedInPage:\n"+list, 1), "pages/desk.yaml": "path: /desk\ntitle: D\nbody: []\n"})
	}
	p, problems := rules("    - {when: \"${user.name == 'root'}\", page: desk}\n    - {page: home}\n")
	if len(problems) > 0 || len(p.App.Auth.Landing) != 2 || p.App.Auth.Landing[0].Page.Name != "desk" || p.App.Auth.Landing[1].When != nil {
		t.Errorf("%+v\n%s", p.App.Auth.Landing, told(problems))
	}
	if p.Page("desk").Access != AccessLoggedIn {
		t.Errorf("desk is open: %s", p.Page("desk").Access)
	}
	for list, want := range map[string]string{
		"    - {when: \"${user.name == 'root'}\", page: desk}\n":                      "must have no when",
		"    - {page: home}\n    - {when: \"${user.name == 'root'}\", page: desk}\n":  "must be the last",
		"    - {when: \"${user.name}\", page: desk}\n    - {page: home}\n":            "when",
		"    - {when: \"${user.name == 'root'}\", page: dsek}\n    - {page: home}\n":  "no page \"dsek\"",
		"    - {when: \"${state.name == 'root'}\", page: desk}\n    - {page: home}\n": "state",
		"    - {when: \"${user.name == 'root'}\", page: desk}\n    - {page: login}\n": "closed to people who are logged in",
		"    []\n": "names no page",
	} {
		_, problems := rules(list)
		expect(t, problems, false, "app.yaml:", want)
	}
}

// TestF147_OutputNames: an output has a name of the builder's choice, used once in a flow, that hides no source and is known only
// after its action.
func TestF147_OutputNames(t *testing.T) {
	flow := func(actions string) Problems {
		_, problems := with(t, map[string]string{"pages/f.yaml": "path: /f\ntitle: F\naccess: any\nbody:\n  - button:\n      text: Go\n      onTap:\n        - " + strings.ReplaceAll(actions, "\n", "\n        - ") + "\n"})
		return problems
	}
	const call = `{call: auth.login, with: {username: a, password: b}, as: NAME}`
	named := func(name string) string { return strings.Replace(call, "NAME", name, 1) }
	if problems := flow(named("one") + "\n" + named("two") + "\n{snackBar: \"${one.status} ${two.ok}\"}"); len(problems) > 0 {
		t.Errorf("two names:\n%s", told(problems))
	}
	for actions, want := range map[string]string{
		named("one") + "\n" + named("one"): `"one" is used twice`,
		named("user"):                      `cannot be named "user"`,
		named("form"):                      `cannot be named "form"`,
		named("\"two words\""):             "two words",
		"{snackBar: \"${one.status}\"}\n" + named("one"):                                 "one",
		named("one") + "\n{snackBar: \"${one.statsu}\"}":                                 "statsu",
		strings.Replace(call, ", as: NAME", "", 1) + "\n{snackBar: \"${login.status}\"}": "login",
	} {
		expect(t, flow(actions), false, "pages/f.yaml:", want)
	}
}

// TestF221_ProjectsAreText: an app is its files and nothing else: written out and read back they are the same app, a change is a
// change of lines, and what cannot be read is said with its place.
func TestF221_ProjectsAreText(t *testing.T) {
	for _, name := range []string{"touristtrail", "manual-refresh", "starter"} {
		tree := exampleTree(t, name)
		first, problems := tree.Project()
		if problems.Errors() {
			t.Fatal(told(problems))
		}
		dir := t.TempDir()
		files := map[string][]byte{}
		for _, f := range tree.Files() {
			files[f] = slices.Clone(tree.Bytes(f))
			for _, b := range files[f] {
				if b == 0 || b == '\r' {
					t.Errorf("%s/%s is no plain text", name, f)
				}
			}
			write(t, dir, f, files[f])
		}
		again, err := LoadTree(os.DirFS(dir))
		if err != nil {
			t.Fatal(err)
		}
		second, problems := again.Project()
		if problems.Errors() || second.Revision != first.Revision || !slices.Equal(again.Files(), tree.Files()) {
			t.Errorf("%s: revision %s, then %s\n%s", name, first.Revision, second.Revision, told(problems))
		}
		next, _, err := tree.Apply(Edit{Op: OpSet, At: "/app/name", Value: []byte(`"Renamed"`)})
		if err != nil {
			t.Fatal(err)
		}
		if n := changedLines(string(tree.Bytes("app.yaml")), string(next.Bytes("app.yaml"))); n != 1 {
			t.Errorf("%s: a new name changes %d lines", name, n)
		}
		broken := maps.Clone(files)
		broken["app.yaml"] = append([]byte("nmae: x\n"), broken["app.yaml"]...)
		_, problems = NewTree(broken).Project()
		expect(t, problems, false, "app.yaml:1:1", "nmae")
	}
}

func write(t *testing.T, dir, name string, b []byte) {
	t.Helper()
	if i := strings.LastIndexByte(name, '/'); i > 0 {
		if err := os.MkdirAll(dir+"/"+name[:i], 0o750); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(dir+"/"+name, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func changedLines(a, b string) int {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	if len(x) != len(y) {
		return len(x) + len(y)
	}
	n := 0
	for i := range x {
		if x[i] != y[i] {
			n++
		}
	}
	return n
}

// TestG8_FilesHoldNoSecrets: where a secret could be written into the files of an app, the checker refuses it.
func TestG8_FilesHoldNoSecrets(t *testing.T) {
	app := string(baseFiles(t)["app.yaml"])
	_, problems := with(t, map[string]string{"app.yaml": strings.Replace(app, "env:\n", "env:\n  API_KEY: {secret: true, default: hunter2}\n", 1)})
	expect(t, problems, false, "app.yaml:", "a secret has no default")
	_, problems = with(t, map[string]string{"calls/key.yaml": "url: ${env.API_URL}\ncalls:\n  get: {params: {key: {type: secret, default: hunter2}}, headers: {X-Key: \"${params.key}\"}}\n"})
	expect(t, problems, false, "calls/key.yaml:", "a secret has no default")
	for _, kept := range []string{"secret", "{type: secret, default: hunter2}"} {
		_, problems = with(t, map[string]string{"app.yaml": strings.Replace(app, "theme: text", "theme: text\n  pin: "+kept, 1)})
		expect(t, problems, false, "app.yaml:", "cannot hold secrets")
	}
	_, problems = with(t, map[string]string{"app.yaml": strings.Replace(app, "env:\n", "env:\n  API_KEY: {secret: true}\n", 1)})
	if problems.Errors() {
		t.Errorf("a secret from outside:\n%s", told(problems))
	}
}

// TestF082_HeadersAtTwoPlaces: within one mapping it is an error, of group and call a warning that says which is sent.
func TestF082_HeadersAtTwoPlaces(t *testing.T) {
	_, problems := with(t, map[string]string{"calls/x.yaml": "url: https://x.test\nheaders: {X-A: a}\ncalls:\n  a: {headers: {x-a: b}}\n  b: {headers: {X-B: b, x-b: c}}\n"})
	expect(t, problems, true, "calls/x.yaml:4", "x-a", "the call's is sent")
	expect(t, problems, false, "calls/x.yaml:5", "x-b", "twice")
}

// TestF089_GroupsShare: what a group says is true of its calls unless they say otherwise; its parameters are theirs.
func TestF089_GroupsShare(t *testing.T) {
	p, problems := with(t, map[string]string{"calls/x.yaml": `url: https://x.test
auth: required
timeout: 5s
params: {lang: {type: text, default: en}, org: text}
headers: {X-Lang: "${params.lang}"}
limits: {reply: 1 MB, depth: 8}
unwrap: data
errorMessage: ${reply.body.why}
calls:
  a: {path: "/${params.org}/${params.id}", params: {id: int}}
  b: {auth: none, timeout: 1m, limits: {depth: 4}, unwrap: "", url: https://y.test}
  c: {url: https://y.test}
`})
	if len(problems) > 0 {
		t.Fatal(told(problems))
	}
	a, b, c := p.Call("x.a"), p.Call("x.b"), p.Call("x.c")
	if a.Auth != AuthRequired || a.Timeout.Seconds() != 5 || a.Limits != (CallLimits{Reply: 1 << 20, Depth: 8}) || !slices.Equal(a.Unwrap, []string{"data"}) || a.ErrorMessage == nil || len(a.Params) != 3 {
		t.Errorf("a is %+v", a)
	}
	if b.Auth != AuthNone || b.Timeout.Minutes() != 1 || b.Limits != (CallLimits{Reply: 1 << 20, Depth: 4}) || b.Unwrap != nil || b.URL == nil || len(b.Params) != 2 {
		t.Errorf("b is %+v", b)
	}
	if c.Auth != AuthNone {
		t.Errorf("a call to another address takes the group's token along: %s", c.Auth)
	}
}

// TestF104_TokensInPages: what a flow takes as a token from the items of a query's pages is a secret wherever else it is read.
func TestF104_TokensInPages(t *testing.T) {
	files := map[string]string{
		"calls/keys.yaml": "url: ${env.API_URL}\ncalls:\n  all: {path: /keys, params: {page: int}, query: {page: \"${params.page}\"}}\n",
		"pages/keys.yaml": "path: /keys\ntitle: K\nqueries:\n  keys: {call: keys.all, with: {page: \"${page.index}\"}, pages: {items: \"${reply.body.keys}\"}}\nbody:\n" +
			"  - text: ${queries.keys.items[0].token}\n  - text: ${queries.keys.items[0].name}\n" +
			"  - button: {text: Go, onTap: [{logIn: {token: \"${queries.keys.items[0].token}\"}}]}\n",
	}
	_, problems := with(t, files)
	expect(t, problems, false, "pages/keys.yaml:6", "secret")
	if slices.ContainsFunc(problems, func(p Problem) bool { return p.File == "pages/keys.yaml" && p.Line == 7 }) {
		t.Errorf("more than the token is secret:\n%s", told(problems))
	}
}
