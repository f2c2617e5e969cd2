package studio

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
)

// bench is Logins and Values of a test.
type bench struct {
	asked   LoginTest
	chosen  string
	secrets map[string]string
	fail    error
}

func (b *bench) TestLogin(_ context.Context, _ *project.Project, in LoginTest, tell func(LoginLine)) (LoginTestView, error) {
	tell(LoginLine{Step: "log in"})
	tell(LoginLine{Finding: &Finding{Level: "ok", Topic: "log in", Text: "fine"}})
	b.asked = in
	return LoginTestView{OK: true, Class: "success", Findings: []Finding{{Level: "ok", Topic: "log in", Text: "fine"}}}, b.fail
}

func (b *bench) Environment(*project.Project) (string, []string) {
	return b.chosen, []string{"API_URL"}
}

func (b *bench) UseEnvironment(_ context.Context, name string) error {
	b.chosen = name
	return b.fail
}

func (b *bench) Secrets(p *project.Project) ([]SecretView, error) {
	var out []SecretView
	for _, g := range p.Groups {
		for _, s := range g.Secrets {
			v := SecretView{ID: g.Name + "." + s.Name, Group: g.Name, Name: s.Name, Origin: s.Origin, State: "missing"}
			if b.secrets[v.ID] != "" {
				v.State = "set"
			}
			out = append(out, v)
		}
	}
	return out, b.fail
}

func (b *bench) SetSecret(_ context.Context, _ *project.Project, id, text string) error {
	b.secrets[id] = text
	return b.fail
}

// withBench is a studio over an app with an environment and a secret.
func withBench(t *testing.T) (*world, *bench) {
	t.Helper()
	w, b := opened(t), &bench{secrets: map[string]string{}}
	w.logins, w.values = b, b
	w.files.mu.Lock()
	w.files.tree = w.files.tree.With(map[string][]byte{
		"app.yaml":       []byte(appYAML + "env: {API_URL: http://127.0.0.1:1}\nenvironments:\n  staging: {API_URL: https://staging.example.com}\n"),
		"calls/api.yaml": []byte("url: https://api.example.com\nsecrets: {KEY: {origin: https://api.example.com}}\nheaders: {X-Key: \"${secrets.KEY}\"}\ncalls: {me: {path: /me}}\n"),
	})
	w.files.mu.Unlock()
	w.Changed(nil)
	return w, b
}

// TestE9_TheStudioTakesSecretsAndGivesNone: a value goes in and comes out nowhere, not even where it is refused; only what a group declares is taken.
func TestE9_TheStudioTakesSecretsAndGivesNone(t *testing.T) {
	const canary = "canary-of-a-secret"
	w, b := withBench(t)
	set := func(id, text string) string {
		t.Helper()
		got := w.ask("POST", "/api/secret", SecretRequest{ID: id, Value: text, Origin: "https://api.example.com"})
		if strings.Contains(got.Body.String(), "canary") {
			t.Errorf("a secret comes back: %s", got.Body)
		}
		return got.Body.String()
	}
	if got := set("api.KEY", canary); !strings.Contains(got, `"state":"set"`) || b.secrets["api.KEY"] != canary {
		t.Errorf("%s %v", got, b.secrets)
	}
	for id, text := range map[string]string{"api.OTHER": canary, "other.KEY": canary, "": canary, "api.KEY": canary + "\nX: y"} {
		if got := set(id, text); !strings.Contains(got, `"error":"secret"`) {
			t.Errorf("%s: %s", id, got)
		}
	}
	b.fail = errors.New("the disk is full")
	set("api.KEY", canary)
	b.fail = nil
	set("api.KEY", "")
	if len(b.secrets) != 1 || b.secrets["api.KEY"] != "" {
		t.Errorf("%v", b.secrets)
	}
	for _, path := range []string{"/api/values", "/api/project", "/api/value?at=/calls/api", "/api/history"} {
		if got := w.ask("GET", path, nil); strings.Contains(got.Body.String(), "canary") {
			t.Errorf("%s tells it: %s", path, got.Body)
		}
	}
	if strings.Contains(w.log.String(), "canary") {
		t.Errorf("the log tells it: %s", w.log)
	}
}

// TestE11_ASecretGoesWhereItsBuilderSaw: a value that was typed for one origin is not sealed for the one that the group has got meanwhile.
func TestE11_ASecretGoesWhereItsBuilderSaw(t *testing.T) {
	w, b := withBench(t)
	w.files.edit(t, "calls/api.yaml", "{origin: https://api.example.com}", "{origin: https://elsewhere.example.com}")
	w.Changed(nil)
	got := w.ask("POST", "/api/secret", SecretRequest{ID: "api.KEY", Value: "typed", Origin: "https://api.example.com"})
	if got.Code != http.StatusPreconditionFailed || len(b.secrets) != 0 {
		t.Errorf("%d %s %v", got.Code, got.Body, b.secrets)
	}
	if got := w.ask("POST", "/api/secret", SecretRequest{ID: "api.KEY", Value: "typed", Origin: "https://elsewhere.example.com"}); got.Code != http.StatusOK || b.secrets["api.KEY"] != "typed" {
		t.Errorf("%d %s %v", got.Code, got.Body, b.secrets)
	}
}

// TestF219_TheDevelopmentAppUsesAnEnvironment: one of the app's, or none; no other.
func TestF219_TheDevelopmentAppUsesAnEnvironment(t *testing.T) {
	w, b := withBench(t)
	v := decode[ValuesView](t, w.ask("POST", "/api/environment", EnvironmentRequest{Name: "staging"}))
	if !v.Runs || v.Environment != "staging" || b.chosen != "staging" || len(v.Outside) != 1 {
		t.Errorf("%+v", v)
	}
	if got := w.ask("POST", "/api/environment", EnvironmentRequest{Name: "production"}); got.Code != http.StatusUnprocessableEntity || b.chosen != "staging" {
		t.Errorf("%d %s", got.Code, b.chosen)
	}
	if v := decode[ValuesView](t, w.ask("POST", "/api/environment", EnvironmentRequest{})); v.Environment != "" {
		t.Errorf("%+v", v)
	}
	b.fail = errors.New("no value for env.API_URL")
	if got := w.ask("POST", "/api/environment", EnvironmentRequest{Name: "staging"}); got.Code != http.StatusConflict || !strings.Contains(got.Body.String(), "No value for env.API_URL.") {
		t.Errorf("%d %s", got.Code, got.Body)
	}
	w.values = nil
	if v := decode[ValuesView](t, w.ask("GET", "/api/values", nil)); v.Runs || v.Secrets == nil {
		t.Errorf("%+v", v)
	}
}

// TestAProbeTellsWhatItDoesLineByLine: each step and finding as it comes, then the result or that there is none; and nothing before the folder is trusted.
func TestAProbeTellsWhatItDoesLineByLine(t *testing.T) {
	w, b := withBench(t)
	in := LoginTest{Username: "ann", Password: "canary-word", Kind: TestAll}
	got := w.ask("POST", "/api/login/probe", in)
	lines := strings.Split(strings.TrimSpace(got.Body.String()), "\n")
	if got.Code != http.StatusOK || len(lines) != 3 || lines[0] != `{"step":"log in"}` || !strings.Contains(lines[1], `"finding":{"level":"ok"`) || !strings.Contains(lines[2], `"result":{"ok":true`) {
		t.Errorf("%d %s", got.Code, got.Body)
	}
	b.fail = errors.New("something broke")
	got = w.ask("POST", "/api/login/probe", in)
	if s := got.Body.String(); !strings.Contains(s, `"fault":"The probe could not go on`) || strings.Contains(s, "result") || strings.Contains(s+w.log.String(), "canary-word") {
		t.Error(s)
	}
	in.Kind = "other"
	if got := w.ask("POST", "/api/login/probe", in); got.Code != http.StatusUnprocessableEntity {
		t.Error(got.Code)
	}
	w.trust = &doubt{}
	in.Kind = TestAll
	if got := w.ask("POST", "/api/login/probe", in); got.Code < 400 || strings.Contains(got.Body.String(), "step") {
		t.Errorf("without trust: %d %s", got.Code, got.Body)
	}
}

// TestALogInIsTested: with an account, of an app without errors; the password is in no log and no answer.
func TestALogInIsTested(t *testing.T) {
	w, b := withBench(t)
	in := LoginTest{Username: "ann", Password: "canary-word", Kind: TestRefresh}
	v := decode[LoginTestView](t, w.ask("POST", "/api/login/test", in))
	if !v.OK || v.Class != "success" || len(v.Findings) != 1 || v.Edits == nil || b.asked != in {
		t.Errorf("%+v %+v", v, b.asked)
	}
	for _, bad := range []LoginTest{{Username: "ann", Kind: TestLogIn}, {Password: "canary-word", Kind: TestLogIn}, {Username: strings.Repeat("a", maxAccount), Password: "b", Kind: TestLogIn}, {Username: "ann", Password: "canary-word", Kind: "other"}} {
		if got := w.ask("POST", "/api/login/test", bad); got.Code != http.StatusUnprocessableEntity {
			t.Errorf("%d %s", got.Code, got.Body)
		}
	}
	b.fail = errors.New("something broke")
	if got := w.ask("POST", "/api/login/test", in); got.Code != http.StatusInternalServerError {
		t.Errorf("%d %s", got.Code, got.Body)
	}
	b.fail = nil
	if got := w.edit(WireEdit{Op: "set", At: "/app/authentication/entryPage", Value: json.RawMessage(`"nowhere"`)}); got.Code != http.StatusOK {
		t.Fatal(got.Body)
	}
	if got := w.ask("POST", "/api/login/test", in); got.Code != http.StatusConflict {
		t.Errorf("an app with errors: %d %s", got.Code, got.Body)
	}
	w.logins = nil
	if got := w.ask("POST", "/api/login/test", in); got.Code != http.StatusNotImplemented {
		t.Errorf("%d %s", got.Code, got.Body)
	}
	if strings.Contains(w.log.String(), "canary") {
		t.Errorf("the log tells the password: %s", w.log)
	}
}
