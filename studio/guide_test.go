package studio

import (
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
)

// TestF225_TheStepsAreReadOffTheFiles: each step is done as soon as its part is in the files, and names where that is.
func TestF225_TheStepsAreReadOffTheFiles(t *testing.T) {
	files := map[string][]byte{"app.yaml": []byte("usher: 1\nname: X\n"), "pages/home.yaml": []byte("path: /home\ntitle: Home\nbody:\n  - text: Hello\n")}
	done := func() string {
		var out []string
		for _, s := range look(project.NewTree(files)).guide() {
			if s.Done {
				out = append(out, s.Name+string(s.At))
			}
		}
		return strings.Join(out, " ")
	}
	step := func(file, text, want string) {
		t.Helper()
		files[file] = []byte(text)
		if got := done(); got != want {
			t.Errorf("after %s: %s, want %s", file, got, want)
		}
	}
	if got := done(); got != "" {
		t.Errorf("at first: %s", got)
	}
	const app = "usher: 1\nname: X\nauthentication:\n  enabled: true\n  entryPage: login\n  loggedInPage: home\n  userDataType: User\n"
	want := "enable/app/authentication"
	step("app.yaml", app, want)
	want += " pages/pages/login"
	step("pages/login.yaml", "path: /login\ntitle: Log in\nbody:\n  - button: {text: Log in}\n", want)
	step("pages/login.yaml", "path: /login\ntitle: Log in\nbody:\n  - button:\n      text: Log in\n      onTap:\n        - call: auth.login\n", want+" authenticate/pages/login/body/0/button/onTap/0")
	step("flows/logIn.yaml", "actions:\n  - call: auth.login\n    then:\n      - logIn: {token: \"${login.body.token}\"}\n", want+" authenticate/flows/logIn/actions/0 save/flows/logIn/actions/0/then/0")
	want = done()
	step("pages/home.yaml", "path: /home\ntitle: Home\nbody:\n  - text: Hello ${user.name}\n", want+" access/pages/home/body/0/text")
	want = done()
	step("app.yaml", app+"  refresh: {call: auth.refresh, update: {token: x}}\n", want+" update/app/authentication/refresh")
	want = done()
	step("pages/home.yaml", "path: /home\ntitle: Home\nbody:\n  - text: Hello ${user.name}\n  - button: {text: Out, onTap: [logOut]}\n", want+" logOut/pages/home/body/1/button/onTap/0")
	step("app.yaml", "usher: [", "authenticate/flows/logIn/actions/0 save/flows/logIn/actions/0/then/0 access/pages/home/body/0/text logOut/pages/home/body/1/button/onTap/0")
}
