package project

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// renamable is an app in which everything is named in all ways that there are.
func renamable() map[string][]byte {
	files := map[string]string{
		"app.yaml": `usher: 1
name: X
state:
  cart: text # of all
env:
  API_URL: https://api.test # the backend
environments:
  staging: {API_URL: https://staging.test}
constants:
  greeting: Hello # said first
  other: greeting
  nested: {greeting: no}
authentication:
  enabled: true
  type: custom
  entryPage: login # where it begins
  loggedInPage:
    - when: ${user.name == "home"}
      page: lost
    - page: home
  userDataType: User
  refresh:
    call: auth.renew
    with: {refreshToken: "${auth.refreshToken}"}
    update: {token: "${reply.body.accessToken}"}
notFound: lost
bars:
  - Note: {title: "${constants.greeting}"}
`,
		"types/User.yaml":      "fields:\n  name: text\n  places: list of Place # their\n  home: Place\n",
		"types/Place.yaml":     "fields:\n  city: text\n",
		"types/Session.yaml":   "fields:\n  accessToken: secret\n  user: User\n",
		"calls/auth.yaml":      "url: ${env.API_URL}/auth\nheaders:\n  X-Note: \"env.API_URL is ${env.API_URL}\"\ncalls:\n  login: {method: POST, path: /login, params: {name: text, password: secret}, json: {name: \"${params.name}\", password: \"${params.password}\"}, reply: Session}\n  renew: {method: POST, path: /renew, params: {refreshToken: secret}, json: {refreshToken: \"${params.refreshToken}\"}, reply: Session}\n",
		"calls/posts.yaml":     "url: ${env.API_URL}/posts\ncalls:\n  list: {path: /, auth: required, reply: list of User}\n",
		"components/Note.yaml": "props: {title: text}\nbody:\n  - text: ${props.title}\n",
		"components/Box.yaml":  "state: {sides: int}\nbody:\n  # a note in it\n  - Note: {title: Note}\n  - button: {text: \"${string(own.sides)} sides\", onTap: [{setState: {sides: 1}}, {change: own.sides, increment: 1}]}\n",
		"flows/greet.yaml":     "params:\n  who: User\nactions:\n  - snackBar: ${constants.greeting + \" greeting \" + (params.who.name ?? \"\")}\n",
		"pages/home.yaml": `path: /home
title: home
access: ${user.name == "home"}
otherwise: lost
params: {tab: text, who: text}
state:
  open: bool # or shut
queries:
  posts: {call: posts.list}
body:
  - text: {text: "${params.tab} tab", visible: "${state.open}"}
  - button:
      text: Open
      onTap:
        - setState: {open: "${!state.open}"}
        - setAppState: {cart: "${app.cart} cart"}
        - navigate: {page: home, with: {tab: "${params.tab}", who: tab}}
  # home
  - text: home
  - text: '${t("home.title", {name: user.name})}' # the title
  - text: "${'home.title'} greeting"
  - text: ${constants["greeting"]}
  - Note: {title: "${constants.greeting} constants.greeting"}
  - Box
  - button:
      text: Go
      onTap:
        - navigate: login
        - block: greet
          with: {who: "${User({name: constants.greeting})}"}
`,
		"pages/login.yaml": `path: /login
title: Log in
access: loggedOut
body:
  - textField: {id: name, label: Name}
  - textField: {id: password, label: Password, type: password}
  - button:
      text: Sign in
      onTap:
        - call: auth.login # for real
          with: {name: "${form.name}", password: "${form.password}"}
          as: login
          then:
            - logIn: {token: "${login.body.accessToken}", user: "${login.body.user}"}
`,
		"pages/lost.yaml": "path: /lost\ntitle: Lost\nbody:\n  - text: \"${t('home.title', {name: 'x'})}\"\n  - link: {text: home, page: home}\n",
		"locales/en.yaml": "home:\n  title: \"Hello {name}\" # the title\n",
		"locales/de.yaml": "home:\n  # Titel\n  title: \"Hallo {name}\"\n",
	}
	out := map[string][]byte{}
	for name, src := range files {
		out[name] = []byte(src)
	}
	return out
}

func errorsOf(problems Problems) []string {
	var out []string
	for _, p := range problems {
		if !p.Warning {
			out = append(out, p.String())
		}
	}
	return out
}

// TestF221_ARenameIsFollowed: whatever gets another name gets it everywhere, the check says the same before and after, comments stay, words
// that only look like the name stay, and undo gives the bytes back.
func TestF221_ARenameIsFollowed(t *testing.T) {
	tree := NewTree(renamable())
	if bad := errorsOf(tree.Check(CheckOptions{})); len(bad) > 0 {
		t.Fatal(strings.Join(bad, "\n"))
	}
	for _, c := range []struct {
		at   Path
		to   string
		want []string // file: text that must be there then
		keep []string // file: text that must still be there
	}{
		{"/pages/login", "signIn", []string{"app.yaml:entryPage: signIn # where it begins", "pages/home.yaml:navigate: signIn", "pages/signIn.yaml:path: /login"}, []string{"pages/signIn.yaml:as: login", "pages/signIn.yaml:auth.login"}},
		{"/pages/home", "start", []string{"app.yaml:- page: start", "pages/lost.yaml:page: start"}, []string{"pages/start.yaml:title: home", "pages/start.yaml:- text: home\n", "app.yaml:user.name == \"home\"", "pages/lost.yaml:text: home"}},
		{"/pages/lost", "nowhere", []string{"app.yaml:notFound: nowhere", "app.yaml:      page: nowhere", "pages/home.yaml:otherwise: nowhere"}, nil},
		{"/components/Note", "Hint", []string{"app.yaml:- Hint: {title", "components/Box.yaml:  # a note in it\n  - Hint: {title: Note}", "pages/home.yaml:- Hint: {title"}, nil},
		{"/components/Box", "Frame", []string{"pages/home.yaml:- Frame\n"}, nil},
		{"/calls/auth", "session", []string{"app.yaml:call: session.renew", "pages/login.yaml:call: session.login # for real"}, []string{"app.yaml:auth.refreshToken"}},
		{"/calls/posts", "articles", []string{"pages/home.yaml:posts: {call: articles.list}"}, nil},
		{"/calls/auth/calls/login", "signIn", []string{"pages/login.yaml:call: auth.signIn # for real", "calls/auth.yaml:  signIn: {method"}, []string{"pages/login.yaml:as: login", "pages/login.yaml:login.body.user"}},
		{"/calls/auth/calls/renew", "refresh", []string{"app.yaml:call: auth.refresh\n"}, nil},
		{"/types/User", "Person", []string{"app.yaml:userDataType: Person", "types/Session.yaml:user: Person", "calls/posts.yaml:reply: list of Person", "flows/greet.yaml:who: Person", "pages/home.yaml:Person({name"}, nil},
		{"/types/Place", "Spot", []string{"types/User.yaml:home: Spot", "types/User.yaml:list of Spot # their"}, nil},
		{"/types/User/fields/name", "fullName", []string{"types/User.yaml:  fullName: {type: text, key: name}", "app.yaml:${user.fullName == \"home\"}", "pages/home.yaml:{name: user.fullName}", "pages/home.yaml:User({fullName: constants.greeting})", "flows/greet.yaml:params.who.fullName"},
			[]string{"pages/login.yaml:with: {name: \"${form.name}\"", "calls/auth.yaml:json: {name: \"${params.name}\""}},
		{"/types/User/fields/places", "spots", []string{"types/User.yaml:spots: {type: list of Place, key: places} # their"}, nil},
		{"/types/Session/fields/accessToken", "token", []string{"types/Session.yaml:  token: {type: secret, key: accessToken}", "app.yaml:update: {token: \"${reply.body.token}\"}", "pages/login.yaml:logIn: {token: \"${login.body.token}\""}, nil},
		{"/flows/greet", "welcome", []string{"pages/home.yaml:block: welcome"}, nil},
		{"/app/constants/greeting", "hello", []string{"app.yaml:  hello: Hello # said first", "app.yaml:${constants.hello}", "flows/greet.yaml:constants.hello + \" greeting \"", "pages/home.yaml:${constants[\"hello\"]}", "pages/home.yaml:${constants.hello} constants.greeting", "pages/home.yaml:name: constants.hello"}, []string{"app.yaml:other: greeting", "app.yaml:nested: {greeting: no}"}},
		{"/app/env/API_URL", "BACKEND", []string{"app.yaml:  BACKEND: https://api.test # the", "app.yaml:staging: {BACKEND: ", "calls/auth.yaml:url: ${env.BACKEND}/auth", "calls/auth.yaml:env.API_URL is ${env.BACKEND}", "calls/posts.yaml:${env.BACKEND}"}, nil},
		{"/app/state/cart", "basket", []string{"app.yaml:  basket: text # of all", "pages/home.yaml:setAppState: {basket: \"${app.basket} cart\"}"}, nil},
		{"/pages/home/state/open", "shown", []string{"pages/home.yaml:  shown: bool # or shut", "pages/home.yaml:visible: \"${state.shown}\"", "pages/home.yaml:setState: {shown: \"${!state.shown}\"}"}, nil},
		{"/pages/home/params/tab", "part", []string{"pages/home.yaml:params: {part: text, who: text}", "pages/home.yaml:${params.part} tab", "pages/home.yaml:with: {part: \"${params.part}\", who: tab}"}, nil},
		{"/components/Note/props/title", "words", []string{"components/Note.yaml:props: {words: text}", "components/Note.yaml:${props.words}", "components/Box.yaml:Note: {words: Note}", "app.yaml:Note: {words: "}, nil},
		{"/components/Box/state/sides", "edges", []string{"components/Box.yaml:state: {edges: int}", "components/Box.yaml:${string(own.edges)} sides", "components/Box.yaml:setState: {edges: 1}", "components/Box.yaml:change: own.edges"}, nil},
		{"/flows/greet/params/who", "person", []string{"flows/greet.yaml:params.person.name", "pages/home.yaml:with: {person: "}, nil},
		{"/calls/auth/calls/login/params/name", "user", []string{"calls/auth.yaml:params: {user: text, password", "calls/auth.yaml:json: {name: \"${params.user}\"", "pages/login.yaml:with: {user: \"${form.name}\""}, nil},
		{"/pages/login/body/0/textField/id", "userName", []string{"pages/login.yaml:{id: userName, label: Name}", "pages/login.yaml:with: {name: \"${form.userName}\""}, nil},
		{"/locales/en/home/title", "heading", []string{"locales/en.yaml:  heading: \"Hello {name}\" # the title", "locales/de.yaml:  # Titel\n  heading:", "pages/home.yaml:'${t(\"home.heading\", {name: user.name})}' # the title", "pages/lost.yaml:t('home.heading'"}, []string{"pages/home.yaml:${'home.title'} greeting"}},
	} {
		next, undo, err := tree.Rename(c.at, c.to)
		if err != nil {
			t.Errorf("%s: %v", c.at, err)
			continue
		}
		for _, w := range slices.Concat(c.want, c.keep) {
			file, text, _ := strings.Cut(w, ":")
			if !strings.Contains(string(next.Bytes(file)), text) {
				t.Errorf("%s → %s: %s lacks %q:\n%s", c.at, c.to, file, text, next.Bytes(file))
			}
		}
		if bad := errorsOf(next.Check(CheckOptions{})); len(bad) > 0 {
			t.Errorf("%s → %s: %s", c.at, c.to, strings.Join(bad, "\n"))
		}
		if got, want := comments(next), comments(tree); got != want {
			t.Errorf("%s: %d comments became %d", c.at, want, got)
		}
		back, _, err := next.Apply(undo...)
		if err != nil || back.Revision() != tree.Revision() {
			t.Errorf("%s: undo: %v", c.at, err)
		}
	}
}

// TestF120_AFieldThatHadAnotherNameInJSONGetsItBack: key goes where the name is the key.
func TestF120_AFieldThatHadAnotherNameInJSONGetsItBack(t *testing.T) {
	tree := NewTree(renamable())
	there, _, err := tree.Rename("/types/User/fields/name", "fullName")
	if err != nil {
		t.Fatal(err)
	}
	back, _, err := there.Rename("/types/User/fields/fullName", "name")
	if err != nil || !strings.Contains(string(back.Bytes("types/User.yaml")), "  name: text\n") {
		t.Errorf("%v\n%s", err, back.Bytes("types/User.yaml"))
	}
	uses, err := tree.Uses("/types/User/fields/name")
	if err != nil || !slices.ContainsFunc(uses, func(p Problem) bool { return p.File == "flows/greet.yaml" }) {
		t.Errorf("%v %v", err, uses)
	}
	for _, to := range []string{"home", "a b", ""} {
		if _, _, err := tree.Rename("/types/User/fields/name", to); err == nil {
			t.Errorf("a field is called %q", to)
		}
	}
}

// TestF089_ACallGoesToAnotherGroup: what names it follows, its comments come along, and undo gives the bytes back.
func TestF089_ACallGoesToAnotherGroup(t *testing.T) {
	files := renamable()
	files["calls/auth.yaml"] = append(files["calls/auth.yaml"], "  # who it is\n  me: {path: /me, auth: required, reply: User} # asked once\n"...)
	files["pages/lost.yaml"] = append(files["pages/lost.yaml"], "queries:\n  me: {call: auth.me} # asked\n"...)
	tree := NewTree(files)
	next, undo, err := tree.MoveCall("/calls/auth/calls/me", "posts")
	if err != nil {
		t.Fatal(err)
	}
	for file, text := range map[string]string{"calls/posts.yaml": "  # who it is\n  me: {path: /me, auth: required, reply: User} # asked once", "pages/lost.yaml": "me: {call: posts.me} # asked"} {
		if !strings.Contains(string(next.Bytes(file)), text) {
			t.Errorf("%s lacks %q:\n%s", file, text, next.Bytes(file))
		}
	}
	if bad := errorsOf(next.Check(CheckOptions{})); len(bad) > 0 || next.hasCall("auth", "me") {
		t.Error(bad)
	}
	if back, _, err := next.Apply(undo...); err != nil || back.Revision() != tree.Revision() {
		t.Errorf("undo: %v", err)
	}
	if same, _, err := tree.MoveCall("/calls/auth/calls/me", "auth"); err != nil || same != tree {
		t.Errorf("to where it is: %v", err)
	}
	files["calls/posts.yaml"] = append(files["calls/posts.yaml"], "  login: {path: /other}\n"...)
	for at, group := range map[Path]string{"/calls/auth/calls/login": "posts", "/calls/auth/calls/none": "posts", "/calls/auth": "posts", "/pages/home": "posts", "/calls/auth/calls/me": "nowhere"} {
		if next, _, err := NewTree(files).MoveCall(at, group); err == nil || next != nil {
			t.Errorf("%s goes to %s", at, group)
		}
	}
	files["calls/auth.yaml"] = []byte("params: {lang: {type: text, default: en}}\nurl: ${env.API_URL}\ncalls:\n  about: {path: \"/${params.lang}\"}\n")
	if _, _, err := NewTree(files).MoveCall("/calls/auth/calls/about", "posts"); err == nil || !strings.Contains(err.Error(), "it cannot be moved, for then ") {
		t.Errorf("a call that reads its group's parameter: %v", err)
	}
}

func (t *Tree) hasCall(group, name string) bool {
	_, there := t.Value(Path("/calls").Join(group, "calls", name))
	return there
}

func comments(t *Tree) (n int) {
	for _, name := range t.Files() {
		n += strings.Count(string(t.Bytes(name)), "# ")
	}
	return n
}

// TestF221_RenamesAreRefusedWhole: a name that is taken, is none, or would mean something else changes nothing.
func TestF221_RenamesAreRefusedWhole(t *testing.T) {
	tree := NewTree(renamable())
	for at, to := range map[Path]string{
		"/pages/login": "home", "/pages/home": "../x", "/pages/lost": "", "/components/Note": "text", "/components/Box": "Note", "/calls/auth": "posts", "/calls/auth/calls/login": "renew", "/types/User": "text", "/types/Place": "User",
		"/app/constants/greeting": "other", "/app/constants/other": "a b", "/app/env/API_URL": "1", "/locales/en/home/title": "a.b", "/app/name": "x", "/app": "x", "/pages/none": "x", "/pages/home/title": "x", "/types/Session": "in", "/nowhere": "x", "": "x", "/locales/en": "fr",
	} {
		if next, undo, err := tree.Rename(at, to); err == nil || next != nil || undo != nil {
			t.Errorf("%s → %q: %v", at, to, errorsOf(next.Check(CheckOptions{})))
		} else if !strings.HasPrefix(err.Error(), string(at)+": ") {
			t.Errorf("%s → %q: the error names no place: %v", at, to, err)
		}
	}
	files := renamable()
	files["pages/lost.yaml"] = []byte("path: [")
	if _, _, err := NewTree(files).Rename("/pages/login", "signIn"); err == nil {
		t.Error("a file that cannot be read may name it")
	}
	files["pages/lost.yaml"] = []byte("path: /lost\ntitle: Lost\nbody:\n  - text: ${nobody.knows}\n  - link: {text: a, page: login}\n")
	if next, _, err := NewTree(files).Rename("/pages/login", "signIn"); err != nil || !strings.Contains(string(next.Bytes("pages/lost.yaml")), "page: signIn") {
		t.Errorf("an app with a fault elsewhere: %v", err)
	}
}

// TestF221_EverythingInTheExamplesCanBeRenamed: each named thing of each example gets another name, and the check says the same.
func TestF221_EverythingInTheExamplesCanBeRenamed(t *testing.T) {
	renamed := 0
	for _, example := range []string{"touristtrail", "manual-refresh", "starter"} {
		tree, err := LoadTree(os.DirFS("../examples/" + example))
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range namedPaths(tree) {
			next, undo, err := tree.Rename(at, "renamedThing")
			if err != nil {
				t.Errorf("%s %v", example, err)
				continue
			}
			renamed++
			if got, want := len(next.Check(CheckOptions{})), len(tree.Check(CheckOptions{})); got != want {
				t.Errorf("%s %s: %d problems became %d", example, at, want, got)
			}
			if back, _, err := next.Apply(undo...); err != nil || back.Revision() != tree.Revision() {
				t.Errorf("%s %s: undo: %v", example, at, err)
			}
			if uses, err := tree.Uses(at); err != nil {
				t.Errorf("%s %s: %d uses, %v", example, at, len(uses), err)
			}
		}
	}
	if renamed < 40 {
		t.Errorf("only %d things", renamed)
	}
}

// namedPaths lists what can be renamed.
func namedPaths(t *Tree) (out []Path) {
	for _, file := range t.Files() {
		at := filePath(file)
		switch dir, _, _ := strings.Cut(file, "/"); dir {
		case "pages", "components", "types", "flows":
			out = append(out, at)
			for _, part := range []string{"params", "state", "props"} {
				for _, name := range t.Keys(at.Join(part)) {
					out = append(out, at.Join(part, name))
				}
			}
		case "calls":
			out = append(out, at)
			for _, name := range t.Keys(at.Join("calls")) {
				out = append(out, at.Join("calls", name))
				for _, param := range t.Keys(at.Join("calls", name, "params")) {
					out = append(out, at.Join("calls", name, "params", param))
				}
			}
		case "app.yaml":
			for _, part := range []string{"constants", "env", "state"} {
				for _, name := range t.Keys(at.Join(part)) {
					out = append(out, at.Join(part, name))
				}
			}
		}
	}
	return out
}

// TestF147_OutputsAreRenamed: an output gets another name with all that reads it, and nothing else of that name changes.
func TestF147_OutputsAreRenamed(t *testing.T) {
	files := renamable()
	files["flows/sign.yaml"] = []byte(`params: {login: text}
actions:
  - call: auth.login
    with: {name: "${params.login}", password: login}
    as: login # what came
    then:
      - snackBar: "${login.ok ? 'login' : params.login}"
    else:
      - snackBar: ${login.error ?? "no"}
  - forEach: ${[1, 2]}
    as: number
    do: [{snackBar: "${string(number)}"}]
result: ${login.status}
`)
	want := strings.NewReplacer("as: login #", "as: entry #", "login.ok", "entry.ok", "login.error", "entry.error", "login.status", "entry.status").Replace(string(files["flows/sign.yaml"]))
	tree := NewTree(files)
	next, undo, err := tree.Rename("/flows/sign/actions/0/as", "entry")
	if err != nil {
		t.Fatal(err)
	}
	if got := string(next.Bytes("flows/sign.yaml")); got != want {
		t.Errorf("%s", got)
	}
	if back, _, err := next.Apply(undo...); err != nil || back.Revision() != tree.Revision() {
		t.Errorf("undo does not give the bytes back: %v", err)
	}
	if next, _, err = tree.Rename("/flows/sign/actions/1/as", "one"); err != nil || !strings.Contains(string(next.Bytes("flows/sign.yaml")), "as: one\n    do: [{snackBar: \"${string(one)}\"}]") {
		t.Errorf("%v %s", err, next.Bytes("flows/sign.yaml"))
	}
	for at, to := range map[Path]string{"/flows/sign/actions/0/as": "user", "/flows/sign/actions/1/as": "a b", "/flows/sign/actions/0/call": "x", "/flows/sign/actions/0/with/name": "x"} {
		if _, _, err := tree.Rename(at, to); err == nil {
			t.Errorf("%s can be renamed to %s", at, to)
		}
	}
}
