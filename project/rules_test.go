package project

import (
	"fmt"
	"maps"
	"strings"
	"testing"
)

// with returns the problems of the base app with these files added or replaced.
func with(t testing.TB, files map[string]string) (*Project, Problems) {
	t.Helper()
	all := maps.Clone(baseFiles(t))
	for name, src := range files {
		all[name] = []byte(src)
	}
	return NewTree(all).Project()
}

// expect fails unless some problem of the wanted severity holds every one of the words.
func expect(t testing.TB, problems Problems, warning bool, words ...string) {
	t.Helper()
	for _, p := range problems {
		all := p.Warning == warning && p.File != ""
		for _, w := range words {
			all = all && strings.Contains(p.String(), w)
		}
		if all {
			return
		}
	}
	t.Errorf("no problem holds %q among:\n%s", words, told(problems))
}

const secretPage = `path: /secrets
title: %s
access: %s
state: {s: text, n: int, o: json}
queries:
  q: {call: raw.get, with: {%s}}
body:
  - form:
      onSubmit:
        - validate
%s
      children:
        - textField: {id: pw, label: P, type: password}
        - textField: {id: name, label: N}
%s
`

var secretFiles = map[string]string{
	"calls/raw.yaml": `url: ${env.API_URL}
calls:
  get: {path: "/get/${params.p}", params: {p: {type: text, required: false}, q: {type: text, required: false}, h: {type: text, required: false}, b: {type: text, required: false}}, query: {q: "${params.q}"}, headers: {X-H: "${params.h}"}, json: {b: "${params.b}"}, method: POST}
  login: {method: POST, path: /raw}
`,
	"flows/show.yaml":  "params: {text: text}\nactions:\n  - snackBar: ${params.text}\n",
	"flows/keep.yaml":  "params: {token: secret}\nactions:\n  - updateAuthenticatedUser: {token: \"${params.token}\"}\n",
	"pages/other.yaml": "path: /other/{id}\ntitle: Other\naccess: loggedIn\nparams: {id: text, note: {type: text, sensitive: true}}\nbody: []\n",
	"pages/form.yaml":  "path: /form\ntitle: F\nbody: []\n",
}

func secretProblems(t *testing.T, title, access, query, actions, widgets string) Problems {
	t.Helper()
	files := maps.Clone(secretFiles)
	indent := func(s, by string) string { return by + strings.ReplaceAll(s, "\n", "\n"+by) }
	files["pages/secrets.yaml"] = fmt.Sprintf(secretPage, title, access, query, indent(actions, "        "), indent(widgets, "  "))
	_, problems := with(t, files)
	return problems
}

func TestA2_SecretsAreRefusedWhereTheyWouldBeSeen(t *testing.T) {
	widgets := []string{
		`- text: ${auth.token}`,
		`- text: ${auth.refreshToken}`,
		`- text: "Your token: ${auth.token}"`,
		`- text: ${upper(auth.token)}`,
		`- text: ${auth.token + "x"}`,
		`- text: ${auth.token ?? "none"}`,
		`- text: "${auth.loggedIn ? auth.token : 'none'}"`,
		`- text: ${split(auth.token, ".")[0]}`,
		`- text: ${string(auth.token)}`,
		`- text: ${json(auth)}`,
		`- text: ${form.pw}`,
		`- markdown: ${auth.token}`,
		`- image: {src: "https://example.com/${auth.token}.png", alt: ""}`,
		`- image: {src: a.png, alt: "${auth.token}"}`,
		`- avatar: {src: "${auth.token}", name: a}`,
		`- avatar: {name: "${auth.token}"}`,
		`- icon: {name: heart, label: "${auth.token}"}`,
		`- divider: ${auth.token}`,
		`- progress: {label: "${auth.token}"}`,
		`- chart: {data: "${[1]}", x: a, y: b, label: "${auth.token}"}`,
		`- button: {text: "${auth.token}", onTap: [back]}`,
		`- iconButton: {icon: heart, label: "${auth.token}", onTap: [back]}`,
		`- link: {text: "${auth.token}", page: home}`,
		`- link: {text: a, url: "https://example.com/?t=${auth.token}"}`,
		`- link: {text: a, page: other, with: {id: "${auth.token}"}}`,
		`- link: {text: a, page: other, with: {id: a, note: "${auth.token}"}}`,
		`- textField: {id: x, label: X, initial: "${auth.token}"}`,
		`- textField: {id: x, label: X, placeholder: "${auth.token}", help: "${auth.refreshToken}"}`,
		`- dropdown: {id: x, label: X, options: ["${auth.token}"]}`,
		`- tabBar: {tabs: [{label: "${auth.token}", children: []}]}`,
		`- list: {data: "${[auth.token]}", item: [{text: "${item}"}]}`,
	}
	actions := []string{
		`- snackBar: ${auth.token}`,
		`- setState: {s: "${auth.token}"}`,
		`- setState: {o: {deep: ["${auth.token}"]}}`,
		`- setAppState: {theme: "${auth.token}"}`,
		`- setField: {name: "${auth.token}"}`,
		`- fieldError: {name: "${auth.token}"}`,
		"- navigate: other\n  with: {id: \"${auth.token}\"}",
		"- call: raw.get\n  with: {p: \"${auth.token}\"}",
		"- call: raw.get\n  with: {q: \"${auth.token}\"}",
		"- block: show\n  with: {text: \"${auth.token}\"}",
		"- logIn: {uid: \"${auth.token}\"}",
		"- call: auth.login\n  with: {username: a, password: b}\n  as: login\n  then:\n    - snackBar: ${login.body.accessToken}",
		"- call: auth.login\n  with: {username: a, password: b}\n  as: login\n  then:\n    - snackBar: ${login.text}",
		"- call: auth.login\n  with: {username: a, password: b}\n  as: login\n  else:\n    - snackBar: ${login.body.accessToken}",
		"- call: auth.login\n  with: {username: a, password: b}\n  as: login\n- setState: {o: \"${login.body}\"}",
		"- call: raw.login\n  as: login\n- logIn: {token: \"${login.body.access}\"}\n- setState: {s: \"${login.body.access}\"}",
		"- call: raw.login\n  as: login\n- logIn: {token: \"${login.body.access ?? login.body.token}\"}\n- snackBar: ${login.body.token}",
		"- call: raw.login\n  as: login\n- logIn: {token: \"${login.headers.token}\"}\n- snackBar: ${login.headers.token}",
		"- call: raw.login\n  as: login\n- logIn: {token: \"${login.headers['x-token']}\"}\n- snackBar: ${login.headers['x-token']}",
		"- call: raw.login\n  as: login\n- logIn: {token: \"${login.text}\"}\n- snackBar: ${login.text}",
		"- call: raw.login\n  as: login\n- logIn: {token: \"${login.body.data[0].t}\"}\n- snackBar: ${login.body.data[0].t}",
		"- call: raw.login\n  as: login\n- setState: {s: \"${login.body.a}\"}\n- logIn: {token: \"${state.s}\"}",
	}
	for _, w := range widgets {
		expectSecret(t, secretProblems(t, "T", "loggedIn", "", "- back", w), w)
	}
	for _, a := range actions {
		expectSecret(t, secretProblems(t, "T", "loggedIn", "", a, "- divider"), a)
	}
	expectSecret(t, secretProblems(t, "${auth.token}", "loggedIn", "", "- back", "- divider"), "title")
	expectSecret(t, secretProblems(t, "T", "loggedIn", `p: "${auth.token}"`, "- back", "- divider"), "query of the page")
	if n := len(widgets) + len(actions) + 2; n < 40 {
		t.Errorf("only %d illegal bindings are tried", n)
	}
}

func expectSecret(t *testing.T, problems Problems, what string) {
	t.Helper()
	for _, p := range problems {
		if !p.Warning && p.Line > 0 && p.File == "pages/secrets.yaml" && (strings.Contains(p.Msg, "is secret") || strings.Contains(p.Msg, "tokens are not kept")) {
			return
		}
	}
	t.Errorf("%s\nis not refused:\n%s", what, told(problems))
}

func TestA2_SecretsAreAllowedWhereNobodySeesThem(t *testing.T) {
	legal := []struct{ query, actions, widgets string }{
		{`h: "${auth.token}"`, "- back", "- divider"},
		{`b: "${auth.refreshToken}"`, "- back", "- divider"},
		{"", "- back", "- text: ${masked(auth.token)}"},
		{"", "- back", "- text: {text: a, visible: \"${isSet(auth.refreshToken)}\"}"},
		{"", "- back", "- text: {text: a, visible: \"${auth.token != nil}\"}"},
		{"", "- back", "- text: ${formatTime(jwt(auth.token).exp, 'datetime')}"},
		{"", "- call: raw.get\n  with: {h: \"Bearer ${auth.token}\"}", "- divider"},
		{"", "- call: auth.login\n  with: {username: \"${form.name}\", password: \"${form.pw}\"}\n  as: login\n  then:\n    - updateAuthenticatedUser: {token: \"${login.body.accessToken}\", refreshToken: \"${login.body.refreshToken}\"}", "- divider"},
		{"", "- updateAuthenticatedUser: {token: \"${auth.token}\"}", "- divider"},
		{"", "- if: ${form.pw == form.name}\n  then: [back]", "- divider"},
		{"", "- block: keep\n  with: {token: \"${auth.token}\"}", "- divider"},
		{"", "- call: auth.login\n  with: {username: a, password: b}\n  as: login\n  then: [{snackBar: \"Hello ${login.body.name}\"}]", "- divider"},
	}
	for _, l := range legal {
		problems := secretProblems(t, "T", "loggedIn", l.query, l.actions, l.widgets)
		for _, p := range problems {
			if !p.Warning {
				t.Errorf("%+v\n%s", l, p)
			}
		}
	}
}

func TestA2_OnlyTheDeclaredRefreshMayPutATokenInAQuery(t *testing.T) {
	calls := "url: ${env.API_URL}\ncalls:\n  renew: {params: {t: secret}, query: {t: \"${params.t}\"}, reply: LoginReply}\n"
	_, problems := with(t, map[string]string{"calls/q.yaml": calls})
	expect(t, problems, false, "calls/q.yaml:3", "would stand in a URL")
	app := string(baseFiles(t)["app.yaml"]) + "  refresh:\n    call: q.renew\n    with: {t: \"${auth.refreshToken}\"}\n    update: {token: \"${reply.body.accessToken}\"}\n"
	_, problems = with(t, map[string]string{"calls/q.yaml": calls, "app.yaml": app})
	if problems.Errors() {
		t.Errorf("the declared refresh is refused:\n%s", told(problems))
	}
	expect(t, problems, true, "calls/q.yaml:3", "would stand in a URL")
	expect(t, problems, true, "app.yaml", "would stand in the query of q.renew")
}

func TestF001_AuthenticationOffRefusesItsActionsAndSources(t *testing.T) {
	app := strings.Replace(string(baseFiles(t)["app.yaml"]), "authentication:\n", "authentication:\n  enabled: false\n", 1)
	_, problems := with(t, map[string]string{"app.yaml": app})
	expect(t, problems, false, "pages/login.yaml:11", "logIn needs authentication, which is off")
	expect(t, problems, false, "pages/home.yaml:8", "user.name needs authentication")
	expect(t, problems, false, "calls/auth.yaml", "auth: required needs authentication")
}

func TestF003_EntryPageIsRequiredAndOpen(t *testing.T) {
	base := string(baseFiles(t)["app.yaml"])
	_, problems := with(t, map[string]string{"app.yaml": strings.Replace(base, "  entryPage: login\n", "", 1)})
	expect(t, problems, false, "authentication needs entryPage")
	_, problems = with(t, map[string]string{"app.yaml": strings.Replace(base, "entryPage: login", "entryPage: home", 1)})
	expect(t, problems, false, "the Entry Page needs a login")
}

func TestF004_LoggedInPageIsRequiredAndGuardsItself(t *testing.T) {
	base := baseFiles(t)
	_, problems := with(t, map[string]string{"app.yaml": strings.Replace(string(base["app.yaml"]), "  loggedInPage: home\n", "", 1)})
	expect(t, problems, false, "authentication needs loggedInPage")
	p, problems := with(t, map[string]string{"pages/home.yaml": strings.Replace(string(base["pages/home.yaml"]), "access: loggedIn\n", "", 1)})
	if len(problems) > 0 || p.Page("home").Access != AccessLoggedIn {
		t.Errorf("access %s\n%s", p.Page("home").Access, told(problems))
	}
}

func TestF006_LogInWithoutTokenWarnsWhilePersistIsOn(t *testing.T) {
	base := baseFiles(t)
	login := strings.Replace(string(base["pages/login.yaml"]), `token: "${login.body.accessToken}", `, "", 1)
	_, problems := with(t, map[string]string{"pages/login.yaml": login})
	expect(t, problems, true, "pages/login.yaml:11", "leaves the token unset")
	calls := strings.Replace(string(base["calls/auth.yaml"]), "calls:", "cookies: keep\ncalls:", 1)
	_, problems = with(t, map[string]string{"pages/login.yaml": login, "calls/auth.yaml": calls})
	if text := told(problems); strings.Contains(text, "leaves the token unset") {
		t.Errorf("a login that is kept by cookies: %s", text)
	}
	app := string(base["app.yaml"]) + "  persistSessions: false\n"
	if _, problems = with(t, map[string]string{"pages/login.yaml": login, "app.yaml": app}); len(problems) > 0 {
		t.Errorf("persist off:\n%s", told(problems))
	}
}

func TestF060_RoutesAreUnique(t *testing.T) {
	_, problems := with(t, map[string]string{"pages/house.yaml": "path: /home\ntitle: H\nbody: []\n"})
	expect(t, problems, false, "pages/house.yaml:1", "the pages home and house have the same path")
}

func TestF062_PagesRequireAuthenticationByDefault(t *testing.T) {
	app := string(baseFiles(t)["app.yaml"]) + "  pagesRequireAuthentication: true\nnotFound: lost\n"
	p, problems := with(t, map[string]string{"app.yaml": app, "pages/a.yaml": "path: /a\ntitle: A\nbody: []\n",
		"pages/b.yaml": "path: /b\ntitle: B\naccess: any\nbody: []\n", "pages/lost.yaml": "path: /lost\ntitle: L\nbody: []\n"})
	if len(problems) > 0 {
		t.Fatal(told(problems))
	}
	for page, want := range map[string]AccessKind{"a": AccessLoggedIn, "b": AccessAny, "lost": AccessAny, "login": AccessLoggedOut} {
		if got := p.Page(page).Access; got != want {
			t.Errorf("%s: %s, want %s", page, got, want)
		}
	}
}

func TestG5_CyclesAreNamed(t *testing.T) {
	for n := 1; n <= 12; n++ {
		files := map[string]string{}
		var way []string
		for i := range n {
			name, next := fmt.Sprintf("n%02d", i), fmt.Sprintf("n%02d", (i+1)%n)
			way = append(way, name)
			files["flows/"+name+".yaml"] = "actions: [{block: " + next + "}]\n"
			files["types/T"+name+".yaml"] = "fields: {next: list of T" + next + "}\n"
			if n > 1 {
				files["pages/"+name+".yaml"] = "path: /" + name + "\ntitle: N\naccess: ${user.role == \"x\"}\notherwise: " + next + "\nbody: []\n"
			}
		}
		way = append(way, way[0])
		_, problems := with(t, files)
		expect(t, problems, false, "action blocks run themselves: "+strings.Join(way, " → "))
		expect(t, problems, false, "data types contain themselves: T"+strings.Join(way, " → T"))
		if n > 1 {
			expect(t, problems, false, "send people on to one another: "+strings.Join(way, " → "))
		}
	}
}

func TestStrictAdvice(t *testing.T) {
	files := baseFiles(t)
	files["pages/login.yaml"] = []byte(strings.Replace(string(files["pages/login.yaml"]), "autocomplete: current-password", "maxLength: 20, autocomplete: new-password", 1))
	tree := NewTree(files)
	if plain := tree.Check(CheckOptions{}); len(plain) > 0 {
		t.Fatalf("without strict:\n%s", told(plain))
	}
	problems := tree.Check(CheckOptions{Strict: true})
	if problems.Errors() {
		t.Errorf("advice is no error:\n%s", told(problems))
	}
	expect(t, problems, true, "pages/login.yaml", "passwords are cut at 20")
	expect(t, problems, true, "pages/login.yaml", "shorter than 8")
	expect(t, problems, true, "app.yaml", "no absolute limit")
}
