package stubs_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
)

// docFiles is an app with the calls that the examples of docs/backends.md name.
var docFiles = map[string]string{
	"app.yaml": "usher: 1\nname: Doc\nenv: {API_URL: http://127.0.0.1:1}\nauthentication:\n  entryPage: login\n  loggedInPage: home\n",
	"calls/auth.yaml": `url: ${env.API_URL}
calls:
  login: {method: POST, path: /login, params: {username: text, password: secret}, json: {u: "${params.username}", p: "${params.password}"}}
  otp: {method: POST, path: /otp, params: {mfaId: secret, password: secret}, json: {id: "${params.mfaId}", p: "${params.password}"}}
  renew: {method: POST, path: /renew, params: {refreshToken: secret}, json: {refreshToken: "${params.refreshToken}"}}
  plain: {method: POST, path: /renew}
  live: {method: POST, path: /renew, auth: required}
  logOut: {method: POST, path: /out, params: {refreshToken: secret}, json: {refreshToken: "${params.refreshToken}"}}
  me: {path: /me, auth: required}
`,
	"pages/home.yaml":  "path: /home\ntitle: Home\naccess: loggedIn\nbody:\n  - text: Hello\n",
	"pages/login.yaml": "path: /login\ntitle: Log in\naccess: loggedOut\nbody:\n  - button:\n      text: Go\n      onTap:\n        - call: auth.login\n          with: {username: a, password: \"${form.p}\"}\n          as: login\n          then:\nFLOW  - textField: {id: p, label: P, type: password, autocomplete: current-password}\n",
}

// TestTheExamplesOfTheDocsAreSound: each example of docs/backends.md, put where it belongs, is a project without a problem.
func TestTheExamplesOfTheDocsAreSound(t *testing.T) {
	b, err := os.ReadFile("../../docs/backends.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(b), -1)
	if len(blocks) < 10 {
		t.Fatalf("%d examples", len(blocks))
	}
	for _, m := range blocks {
		files := map[string][]byte{}
		flow := "            - stop\n"
		for name, text := range docFiles {
			files[name] = []byte(text)
		}
		switch text := m[1]; {
		case strings.HasPrefix(text, "authentication:\n"):
			files["app.yaml"] = append(files["app.yaml"], strings.TrimPrefix(text, "authentication:\n")...)
		case strings.HasPrefix(text, "- logIn:"):
			flow = "            " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n            ") + "\n"
		case strings.HasPrefix(text, "path:"):
			files["pages/example.yaml"] = []byte(text)
		case strings.HasPrefix(text, "url:"):
			files["calls/example.yaml"] = []byte(text)
		default:
			t.Errorf("nobody knows where this goes:\n%s", text)
		}
		files["pages/login.yaml"] = []byte(strings.Replace(docFiles["pages/login.yaml"], "FLOW", flow, 1))
		if _, problems := project.NewTree(files).Project(); len(problems) > 0 {
			t.Errorf("%s\n%v", m[1], problems)
		}
	}
}
