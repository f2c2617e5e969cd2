package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/entrance"
	"github.com/usherdev/usher/imports"
	"github.com/usherdev/usher/presets"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/studio"
)

// begun makes an app by the starter and returns its project, which has no errors and is formatted.
func begun(t *testing.T, s *starter, in studio.StartRequest) (map[string][]byte, *project.Project) {
	t.Helper()
	files, err := s.Make(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	own := maps.Clone(files)
	maps.DeleteFunc(own, func(name string, _ []byte) bool { return strings.HasPrefix(name, "tests/") })
	tree := project.NewTree(own)
	p, problems := tree.Project()
	for _, o := range problems {
		if !o.Warning {
			t.Errorf("%s", o)
		}
	}
	if _, changed, failures := formatAll(tree); len(changed)+len(failures) > 0 {
		t.Errorf("not formatted: %v %v", changed, failures)
	}
	return files, p
}

// entered logs in by the app's own form.
func entered(t *testing.T, p *project.Project, username, password string) entrance.Outcome {
	t.Helper()
	calls, err := call.New(call.Config{Project: p})
	if err != nil {
		t.Fatal(err)
	}
	defer calls.Close()
	in, err := entrance.New(entrance.Config{Project: p, Calls: calls, Username: username, Password: password})
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close(t.Context())
	out, err := in.LogIn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func newStarter(t *testing.T) *starter {
	t.Helper()
	b := develops(t, map[string]string{".keep": ""})
	return &starter{bench: b.workbench, name: "Shop"}
}

// TestF223_TheSampleBackendLogsIn: an app that is begun with the sample backend, and the tutorial's app, log its person in at once; opened again, the
// project finds its backend where it was.
func TestF223_TheSampleBackendLogsIn(t *testing.T) {
	s := newStarter(t)
	if got, err := s.Offer(); err != nil || got.Sample != nil || len(got.Backends) < 20 {
		t.Errorf("before: %+v %v", got.Sample, err)
	}
	for _, app := range []string{"", "touristtrail"} {
		_, p := begun(t, s, studio.StartRequest{Kind: "sample", Backend: app, Name: "Corner Shop"})
		got, err := s.Offer()
		if err != nil || got.Sample == nil {
			t.Fatalf("%+v %v", got, err)
		}
		if out := entered(t, p, got.Sample.Username, got.Sample.Password); !out.In() {
			t.Errorf("%q: %s", app, out.Why())
		}
		if want := map[string]string{"": "Corner Shop", "touristtrail": "TouristTrail"}[app]; p.App.Name != want {
			t.Errorf("it is called %s", p.App.Name)
		}
	}
	first := s.bench.sample.view()
	if err := s.bench.sample.close(); err != nil {
		t.Fatal(err)
	}
	if err := s.bench.sample.resume(t.Context()); err != nil || *s.bench.sample.view() != *first {
		t.Errorf("opened again: %+v, first %+v (%v)", s.bench.sample.view(), first, err)
	}
}

// TestF225_AnAppBeginsWithAKnownBackend: what the studio makes for a known backend is what usher new makes, with the settings that were given.
func TestF225_AnAppBeginsWithAKnownBackend(t *testing.T) {
	s := newStarter(t)
	all, err := presets.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		files, _ := begun(t, s, studio.StartRequest{Kind: "backend", Backend: p.Name, Name: "My Shop"})
		dir := filepath.Join(t.TempDir(), "my-shop")
		con := &console{Out: io.Discard, Err: io.Discard, Env: func(string) (string, bool) { return "", false }, Log: newLogger(io.Discard, "error", "text")}
		if err := (newCmd{Dir: dir, For: p.Name}).Run(con); err != nil {
			t.Fatal(err)
		}
		for name, src := range files {
			if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != string(src) {
				t.Errorf("%s: %s differs from that of usher new (%v)", p.Name, name, err)
			}
		}
	}
	files, _ := begun(t, s, studio.StartRequest{Kind: "backend", Backend: "supabase", Settings: map[string]string{"API_URL": "https://abc.supabase.co/", "SUPABASE_KEY": "pk-1", "OTHER": "x"}})
	if got := string(files["app.yaml"]); !strings.Contains(got, "API_URL: https://abc.supabase.co #") || !strings.Contains(got, "SUPABASE_KEY: pk-1 #") || strings.Contains(got, "OTHER") {
		t.Errorf("%s", got)
	}
	files, _ = begun(t, s, studio.StartRequest{Kind: "backend", Backend: "passport", Settings: map[string]string{"CLIENT_SECRET": "hush-canary", "CLIENT_ID": "7"}})
	if got := string(files["app.yaml"]); strings.Contains(got, "canary") || !strings.Contains(got, `CLIENT_ID: {default: "7"`) {
		t.Errorf("%s", got)
	}
	if _, err := s.Make(t.Context(), studio.StartRequest{Kind: "backend", Backend: "supabase", Settings: map[string]string{"API_URL": "abc"}}); err == nil {
		t.Error("an address that is none")
	}
	offer, err := s.Offer()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(offer.Backends, func(b studio.BackendView) bool { return b.Name == "keycloak" })
	if got := offer.Backends[i].Settings; len(got) != 4 || got[0].Doc != "Where Keycloak answers" || got[1].Value != "my-realm" || !got[3].Secret {
		t.Errorf("%+v", got)
	}
}

// TestF225_AnAppBeginsWithAnEmptyPage: without any backend there is an app of one page, as a person would begin it.
func TestF225_AnAppBeginsWithAnEmptyPage(t *testing.T) {
	files, _ := begun(t, newStarter(t), studio.StartRequest{Kind: "page", Name: "Corner: Shop"})
	want := map[string]string{
		"app.yaml":        "usher: 1\nname: \"Corner: Shop\"\n",
		"pages/home.yaml": "path: /\ntitle: Home\n\nbody:\n  - text: {text: Home, style: headline}\n",
	}
	if len(files) != len(want) {
		t.Errorf("%d files", len(files))
	}
	for name, text := range want {
		if got := string(files[name]); got != text {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// plainBackend answers like a backend that nobody has written down: no expiry field, a person beside the tokens.
func plainBackend(t *testing.T) *httptest.Server {
	t.Helper()
	claims := fmt.Sprintf(`{"exp":%d}`, time.Now().Add(time.Hour).Unix())
	jwt := "eyJhbGciOiJub25lIn0." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".c2lnbi1jYW5hcnk"
	answer := func(w http.ResponseWriter, status int, v any) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(v)
	}
	person := map[string]any{"id": 7, "email": "ann@example.com", "firstName": "Ann"}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body map[string]string
		_ = json.NewDecoder(r.Body).Decode(&body)
		switch r.Method + " " + r.URL.Path {
		case "POST /api/auth/login":
			if body["email"] != "ann@example.com" || body["password"] != "canary-password" {
				answer(w, 400, map[string]any{"message": "no"})
				return
			}
			answer(w, 200, map[string]any{"accessToken": jwt, "refreshToken": "r-canary", "user": person})
		case "GET /api/auth/me":
			if r.Header.Get("Authorization") != "Bearer "+jwt {
				answer(w, 401, map[string]any{"message": "no"})
				return
			}
			answer(w, 200, person)
		case "POST /api/auth/refresh":
			if body["refreshToken"] != "r-canary" {
				answer(w, 403, map[string]any{"message": "no"})
				return
			}
			answer(w, 200, map[string]any{"accessToken": jwt, "refreshToken": "r-canary"})
		default:
			answer(w, 404, map[string]any{"message": "no"})
		}
	}))
	t.Cleanup(srv.Close)
	return srv
}

// TestF225_AnAppBeginsWithAnAddress: asked with a test account, a backend of unknown shape becomes an app that logs in and renews; neither the
// password nor a token nor a value is in what the studio shows or in the files.
func TestF225_AnAppBeginsWithAnAddress(t *testing.T) {
	s, backend := newStarter(t), plainBackend(t)
	in := studio.StartRequest{Kind: "login", Name: "Shop", Login: studio.LoginRequest{Address: backend.URL, Username: "ann@example.com", Password: "canary-password"}}
	plan, err := s.Plan(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range plan.Guesses {
		in.Approve = append(in.Approve, g.Role)
	}
	if !slices.Equal(in.Approve, []imports.Role{imports.RoleLogIn, imports.RoleRefresh, imports.RoleMe}) {
		t.Errorf("guessed: %v", in.Approve)
	}
	files, p := begun(t, s, in)
	shown, err := json.Marshal(plan)
	if err != nil {
		t.Fatal(err)
	}
	all := string(shown)
	for name, src := range files {
		all += name + "\n" + string(src)
	}
	for _, secret := range []string{"canary", "Ann", "eyJ"} {
		if strings.Contains(all, secret) {
			t.Errorf("%s is in it:\n%s", secret, all)
		}
	}
	for _, want := range []string{"expiry: ${jwt(login.body.accessToken).exp}", "${jwt(reply.body.accessToken).exp}", "userDataType: User\n", "name: Shop\n", "POST /api/auth/login: 200"} {
		if !strings.Contains(all, want) {
			t.Errorf("%s is not in it:\n%s", want, all)
		}
	}
	out := entered(t, p, "ann@example.com", "canary-password")
	if !out.In() || out.Session.Auth.Expiry.IsZero() || out.Session.Auth.UID != "7" {
		t.Errorf("%s %+v", out.Why(), out.Session.Auth)
	}
	in.Login.Password = "wrong"
	if _, err := s.Plan(t.Context(), in); err == nil || strings.Contains(err.Error(), "wrong") || !strings.Contains(err.Error(), "POST /api/auth/login answered with status 400") {
		t.Errorf("a wrong password: %v", err)
	}
}

// TestF225_AnAppBeginsWithADescription: an OpenAPI document, by its address or as a file; without an approved guess it brings its calls alone.
func TestF225_AnAppBeginsWithADescription(t *testing.T) {
	s := newStarter(t)
	if err := s.bench.sample.begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	sample := s.bench.sample.view()
	_, p := begun(t, s, studio.StartRequest{Kind: "openapi", Name: "Shop", Source: sample.Address + "/openapi.yaml", Approve: []imports.Role{imports.RoleLogIn, imports.RoleRefresh, imports.RoleMe}})
	if out := entered(t, p, sample.Username, sample.Password); !out.In() {
		t.Errorf("%s", out.Why())
	}
	doc := `{"openapi":"3.0.3","info":{"title":"T","version":"1"},"servers":[{"url":"https://api.example.com"}],"paths":{"/things":{"get":{"operationId":"things","responses":{"200":{"description":"x"}}}}}}`
	files, p := begun(t, s, studio.StartRequest{Kind: "openapi", Name: "Shop", Source: "api.json", Text: doc})
	if len(p.Groups) != 1 || len(p.Pages) != 1 || files["pages/home.yaml"] == nil {
		t.Errorf("%v", files)
	}
	for source, want := range map[string]string{"": "is no address", "ftp://x/y": "is no address", sample.Address + "/none.json": "404"} {
		if _, err := s.Plan(t.Context(), studio.StartRequest{Kind: "openapi", Source: source}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", source, err)
		}
	}
}
