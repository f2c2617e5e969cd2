package project

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// fixed applies a fix and reports whether the problem is gone and the file can still be read.
func fixed(t *testing.T, tree *Tree, p Problem, fix Fix) bool {
	t.Helper()
	next, _, err := tree.Apply(fix.Edits...)
	if err != nil {
		t.Errorf("%s: %s: %v", p, fix.Title, err)
		return false
	}
	_, left := next.Project()
	return !slices.ContainsFunc(left, func(q Problem) bool { return q.At == p.At && q.Msg == p.Msg })
}

func TestF217_EachFixEndsItsProblem(t *testing.T) {
	base := baseFiles(t)
	names, err := filepath.Glob(filepath.Join(brokenDir, "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	fixes := 0
	for _, path := range names {
		files, _, _ := archiveFiles(t, filepath.Base(path), base)
		tree := NewTree(files)
		_, problems := tree.Project()
		for _, p := range problems {
			for _, fix := range p.Fixes {
				fixes++
				if !fixed(t, tree, p, fix) {
					t.Errorf("%s\n%s: “%s” leaves it", filepath.Base(path), p, fix.Title)
				}
			}
		}
	}
	if fixes < 60 {
		t.Errorf("only %d fixes were tried", fixes)
	}
}

// TestF193_AnOriginThatIsMissingIsOffered lets app.yaml name one more origin, behind those that it names already.
func TestF193_AnOriginThatIsMissingIsOffered(t *testing.T) {
	files := baseFiles(t)
	files["pages/x.yaml"] = []byte("path: /x\ntitle: X\nbody:\n  - frame: {src: https://maps.example.com/a, title: A map}\n  - frame: {src: https://forms.example.com/b, title: A form}\n")
	tree := NewTree(files)
	for _, origin := range []string{"https://maps.example.com", "https://forms.example.com"} {
		_, problems := tree.Project()
		i := slices.IndexFunc(problems, func(p Problem) bool { return strings.Contains(p.Msg, "does not name "+origin) })
		if i < 0 || len(problems[i].Fixes) != 1 || problems[i].Fixes[0].Title != "Let the app show "+origin {
			t.Fatalf("%s is not offered: %+v", origin, problems)
		}
		next, _, err := tree.Apply(problems[i].Fixes[0].Edits...)
		if err != nil {
			t.Fatal(err)
		}
		tree = next
	}
	if _, problems := tree.Project(); len(problems) > 0 {
		t.Errorf("left: %v", problems)
	}
	if app := string(tree.files["app.yaml"]); !strings.Contains(app, "frames:\n  - https://maps.example.com\n  - https://forms.example.com\n") {
		t.Errorf("app.yaml: %s", app)
	}
}

// TestF217_WhatBuildersGetWrongWithLogins has each rule of the list, and what the studio offers to do.
func TestF217_WhatBuildersGetWrongWithLogins(t *testing.T) {
	const page = "path: /x\ntitle: X\naccess: loggedIn\n"
	for name, c := range map[string]struct {
		file, text string // put in the place of the base's
		old, new   string // or changed in app.yaml
		says, fix  string
	}{
		"off but used": {old: "authentication:\n", new: "authentication:\n  enabled: false\n", says: "authentication, which is off", fix: "Turn authentication on"},
		"log in on a page for the logged in": {file: "pages/x.yaml", text: page + "body: [button: {text: a, onTap: [{logIn: {token: \"${params.t}\"}}]}]\nparams: {t: text}\n",
			says: "Log In on a page that only logged-in people can open", fix: "Let only people who are logged out open the page"},
		"persisted without a token": {file: "pages/x.yaml", text: "path: /x\ntitle: X\nbody: [button: {text: a, onTap: [{logIn: {uid: a}}]}]\n", says: "leaves the token unset", fix: "Turn Persist Auth Sessions off"},
		"token in text":             {file: "pages/x.yaml", text: page + "body: [text: \"${auth.token}\"]\n", says: "is secret", fix: "Show a masked form of it"},
		"data of a login on an open page": {file: "pages/x.yaml", text: "path: /x\ntitle: X\nbody: [text: \"${user.name}\"]\n",
			says: "everybody may open this page", fix: "Let only people who are logged in open the page"},
		"a call that needs a login on an open page": {file: "pages/x.yaml", text: "path: /x\ntitle: X\nqueries: {me: {call: auth.me}}\nbody: [text: a]\n",
			says: "auth.me needs a login", fix: "Let only people who are logged in open the page"},
		"the Logged In Page for everybody": {file: "pages/home.yaml", text: "path: /\ntitle: Home\naccess: any\nbody: [text: a]\n",
			says: "whatever its access says", fix: "Let only people who are logged in open the page"},
		"an update of nothing": {file: "pages/x.yaml", text: page + "body: [button: {text: a, onTap: [{back: {}}, {updateAuthenticatedUser: {}}]}]\n", says: "Update Authenticated User sets nothing", fix: "Remove the action"},
		"a slip in a name":     {file: "pages/x.yaml", text: page + "body: [text: \"${user.nam}\"]\n", says: "has no field \"nam\"", fix: "Write name"},
		"a slip in a key":      {file: "pages/x.yaml", text: page + "body: [button: {txet: a}]\n", says: "button has no \"txet\"", fix: "Write text"},
	} {
		t.Run(name, func(t *testing.T) {
			files := baseFiles(t)
			if c.file != "" {
				files[c.file] = []byte(c.text)
			} else {
				now := strings.Replace(string(files["app.yaml"]), c.old, c.new, 1)
				if now == string(files["app.yaml"]) {
					t.Fatalf("app.yaml has no %q:\n%s", c.old, now)
				}
				files["app.yaml"] = []byte(now)
			}
			tree := NewTree(files)
			_, problems := tree.Project()
			i := slices.IndexFunc(problems, func(p Problem) bool { return strings.Contains(p.Msg, c.says) })
			if i < 0 {
				t.Fatalf("nothing says %q:\n%s", c.says, told(problems))
			}
			j := slices.IndexFunc(problems[i].Fixes, func(f Fix) bool { return f.Title == c.fix })
			if j < 0 {
				t.Fatalf("%s offers %v", problems[i], problems[i].Fixes)
			}
			if !fixed(t, tree, problems[i], problems[i].Fixes[j]) {
				t.Errorf("“%s” leaves: %s", c.fix, problems[i])
			}
		})
	}
}

// TestF217_WhatLosesALoginIsTold: a log-in that an action block does counts for the page that runs it, and an update that clears the token, or
// sets none, is told as that.
func TestF217_WhatLosesALoginIsTold(t *testing.T) {
	for action, says := range map[string]string{
		"{block: outer}": "Log In in the action block outer on a page that only logged-in people can open",
		"{updateAuthenticatedUser: {clear: [uid, token]}}": "a login whose token is cleared goes on",
		"{updateAuthenticatedUser: {token: \"\"}}":         "the token is an empty text",
	} {
		files := baseFiles(t)
		files["flows/outer.yaml"] = []byte("actions: [{block: enter, with: {t: a}}]\n")
		files["flows/enter.yaml"] = []byte("params: {t: text}\nactions: [{logIn: {token: \"${params.t}\"}}]\n")
		files["pages/x.yaml"] = []byte("path: /x\ntitle: X\naccess: loggedIn\nbody: [button: {text: a, onTap: [" + action + "]}]\n")
		_, problems := NewTree(files).Project()
		if !slices.ContainsFunc(problems, func(p Problem) bool { return p.File == "pages/x.yaml" && p.Warning && strings.Contains(p.Msg, says) }) {
			t.Errorf("%s: nothing warns that %s:\n%s", action, says, told(problems))
		}
	}
}

// TestF194_WhatALogInFormLacksIsOffered: where password managers are not told which input is which, the word is one click away: a form with two
// passwords makes an account, as one does whose field says so.
func TestF194_WhatALogInFormLacksIsOffered(t *testing.T) {
	for fields, want := range map[string]string{
		"{textField: {id: who, label: Who}}, {textField: {id: pw, label: P, type: password}}":                                                                    "username current-password",
		"{textField: {id: a, label: A, type: email, autocomplete: email}}, {textField: {id: newPassword, label: P, type: password}}":                             "new-password",
		"{textField: {id: a, label: A, autocomplete: username}}, {textField: {id: p, label: P, type: password}}, {textField: {id: q, label: Q, type: password}}": "new-password new-password",
	} {
		files := baseFiles(t)
		files["pages/x.yaml"] = []byte("path: /x\ntitle: X\naccess: loggedOut\nbody:\n  - form: {onSubmit: [{logIn: {token: \"${string(now())}\", uid: a}}], children: [" + fields + "]}\n")
		_, problems := NewTree(files).Project()
		var got []string
		for _, p := range problems {
			if strings.Contains(p.Msg, "password managers") && len(p.Fixes) == 1 && strings.HasSuffix(string(p.At), "/textField/autocomplete") {
				got = append(got, strings.TrimPrefix(p.Fixes[0].Title, "Write autocomplete: "))
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %q\n%s", fields, got, told(problems))
		}
	}
}
