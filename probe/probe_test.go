package probe_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/entrance"
	"github.com/usherdev/usher/probe"
	"github.com/usherdev/usher/project"
)

// backend issues opaque tokens and treats spent ones as a test wants.
type backend struct {
	*httptest.Server
	mu      sync.Mutex
	n       int
	family  map[string]int // refresh token → login
	live    map[string]bool
	spent   map[string]time.Time
	dead    map[int]bool
	access  map[string]bool
	now     time.Time
	rotate  bool
	grace   time.Duration // how long a spent token is taken; negative: never
	revoke  bool          // a spent token ends the login
	bad     func(w http.ResponseWriter)
	refuse  int    // status for an unknown refresh token
	login   string // replaces the reply to a log-in
	logOuts int
	issued  []string
}

func newBackend(t *testing.T) *backend {
	t.Helper()
	b := &backend{family: map[string]int{}, live: map[string]bool{}, spent: map[string]time.Time{}, dead: map[int]bool{}, access: map[string]bool{}, rotate: true, grace: -1, refuse: 401,
		bad: func(w http.ResponseWriter) { say(w, 401, map[string]any{"message": "expired"}) }, now: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)}
	b.Server = httptest.NewServer(b)
	t.Cleanup(b.Close)
	return b
}

func say(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func (b *backend) token(kind string) string {
	b.n++
	t := fmt.Sprintf("%s-%d-canary-of-this-test", kind, b.n)
	b.issued = append(b.issued, t)
	return t
}

func (b *backend) pair(family int) map[string]any {
	a, r := b.token("at"), b.token("rt")
	b.access[a], b.family[r], b.live[r] = true, family, true
	return map[string]any{"token": a, "refresh": r, "expires_in": 600}
}

func (b *backend) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var in map[string]string
	_ = json.NewDecoder(r.Body).Decode(&in)
	switch r.URL.Path {
	case "/login":
		if in["password"] != "right-password" {
			say(w, 400, map[string]any{"message": "Wrong password"})
			return
		}
		if b.login != "" {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, b.login)
			return
		}
		out := b.pair(b.n)
		out["id"], out["name"] = 7, "Ada"
		say(w, 200, out)
	case "/refresh":
		b.refresh(w, in["refresh"])
	case "/me":
		if !b.access[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")] {
			b.bad(w)
			return
		}
		say(w, 200, map[string]any{"id": 7, "name": "Ada"})
	case "/logout":
		b.logOuts++
		say(w, 200, map[string]any{})
	}
}

func (b *backend) refresh(w http.ResponseWriter, tok string) {
	family, known := b.family[tok]
	at, spent := b.spent[tok]
	switch {
	case !known || b.dead[family]:
		say(w, b.refuse, map[string]any{"message": "no"})
	case !b.rotate:
		a := b.token("at")
		b.access[a] = true
		say(w, 200, map[string]any{"token": a, "expires_in": 600})
	case spent && (b.grace < 0 || b.now.Sub(at) > b.grace):
		b.dead[family] = b.revoke
		say(w, b.refuse, map[string]any{"message": "used"})
	default:
		if !spent {
			b.spent[tok] = b.now
		}
		say(w, 200, b.pair(family))
	}
}

const app = `usher: 1
name: Probed
env: {API: http://127.0.0.1:1}
authentication:
  entryPage: login
  loggedInPage: home
  refresh:
    call: api.renew
    with: {refreshToken: "${auth.refreshToken}"}
    update: {token: "${reply.body.token}", refreshToken: "${reply.body.refresh}", expiry: "${inSeconds(reply.body.expires_in)}"}
  logOut: {call: api.logOut}
`

func files(more map[string]string) map[string][]byte {
	out := map[string]string{
		"app.yaml": app,
		"calls/api.yaml": `url: ${env.API}
calls:
  login: {method: POST, path: /login, params: {name: text, password: secret}, json: {name: "${params.name}", password: "${params.password}"}}
  renew: {method: POST, path: /refresh, params: {refreshToken: secret}, json: {refresh: "${params.refreshToken}"}}
  me: {path: /me, auth: required}
  logOut: {method: POST, path: /logout}
`,
		"flows/enter.yaml": `params: {name: text, password: secret}
actions:
  - call: api.login
    with: {name: "${params.name}", password: "${params.password}"}
    as: login
    then:
      - logIn: {token: "${login.body.token}", refreshToken: "${login.body.refresh}", expiry: "${inSeconds(login.body.expires_in)}", uid: "${string(login.body.id)}", user: {name: "${login.body.name}"}}
    else:
      - snackBar: ${login.error ?? "no"}
`,
		"pages/login.yaml": `path: /login
title: Log in
access: loggedOut
body:
  - form:
      onSubmit:
        - block: enter
          with: {name: "${form.who}", password: "${form.password}"}
      children:
        - textField: {id: who, label: Name}
        - textField: {id: password, label: Password, type: password}
        - button: {text: Log in, submit: true}
`,
		"pages/home.yaml": "path: /home\ntitle: Home\naccess: loggedIn\nbody:\n  - text: Hello\n",
	}
	for k, v := range more {
		out[k] = v
	}
	tree := map[string][]byte{}
	for k, v := range out {
		tree[k] = []byte(v)
	}
	return tree
}

// run probes b with the app; time passes only while the probe waits.
func run(t *testing.T, b *backend, more map[string]string, change func(*probe.Config)) (probe.Report, *project.Tree) {
	t.Helper()
	tree := project.NewTree(files(more))
	p, problems := tree.Project()
	if problems.Errors() {
		t.Fatal(problems)
	}
	calls, err := call.New(call.Config{Project: p, Env: map[string]string{"API": b.URL}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(calls.Close)
	cfg := probe.Config{Project: p, Calls: calls, Username: "ada", Password: "right-password", Wait: func(ctx context.Context, d time.Duration) error {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.now = b.now.Add(d)
		return ctx.Err()
	}}
	if change != nil {
		change(&cfg)
	}
	report, err := probe.Run(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Findings {
		for _, tok := range append(b.issued, "right-password") {
			if strings.Contains(f.Text, tok) {
				t.Errorf("a finding holds a secret: %s", f.Text)
			}
		}
	}
	return report, tree
}

func text(r probe.Report) string {
	var out strings.Builder
	for _, f := range r.Findings {
		fmt.Fprintf(&out, "%s %s: %s\n", f.Level, f.Topic, f.Text)
	}
	return out.String()
}

func has(t *testing.T, r probe.Report, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(text(r), w) {
			t.Errorf("no %q in\n%s", w, text(r))
		}
	}
}

// TestWhatALogInGives: field, source and kind of each part, and the probe's logins are ended.
func TestWhatALogInGives(t *testing.T) {
	b := newBackend(t)
	r, _ := run(t, b, nil, nil)
	has(t, r,
		"ok log in: authentication token: an opaque text of 24 characters, read from ${login.body.token}",
		"ok log in: refresh token: an opaque text of 24 characters, read from ${login.body.refresh}",
		"ok log in: expiry: in 10m0s, read as seconds from now from ${inSeconds(login.body.expires_in)}",
		"ok log in: uid: 1 character,", "ok log in: user data: name (text), read from login.body.name",
		"ok me: api.me: status 200; id (number), name (text)",
		"ok unknown token: status 401, which the app takes for expired",
		"ok renewal: authentication token: a new one", "ok old token: still good after a renewal",
		"ok unknown refresh token: refused", "ok log out: the logins made here were ended")
	if b.logOuts < 1 {
		t.Error("the probe left its logins behind")
	}
}

// TestRotationIsLearned: none, for a while, always, once, and once with the end of the login; the app's setting is brought in line.
func TestRotationIsLearned(t *testing.T) {
	for name, c := range map[string]struct {
		change   func(*backend)
		want     []string
		rotation string
		fault    bool
	}{
		"none":    {func(b *backend) { b.rotate = false }, []string{"refresh token: none in the reply", "the backend does not rotate"}, "none", false},
		"grace":   {func(b *backend) { b.grace = 12 * time.Second }, []string{"taken for at least 10s after it was spent, refused after 20s", "did no harm"}, "retry-safe", false},
		"always":  {func(b *backend) { b.grace = time.Hour }, []string{"still taken 1m0s after it was spent"}, "retry-safe", false},
		"strict":  {nil, []string{"refused at once", "did no harm"}, "strict", true},
		"revokes": {func(b *backend) { b.revoke = true }, []string{"refused at once", "takes it for a theft"}, "strict", true},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBackend(t)
			if c.change != nil {
				c.change(b)
			}
			r, tree := run(t, b, nil, nil)
			has(t, r, c.want...)
			next, _, err := tree.Apply(r.Edits...)
			if err != nil {
				t.Fatal(err)
			}
			p, problems := next.Project()
			if problems.Errors() || p.App.Auth.Refresh.Rotation != c.rotation {
				t.Errorf("rotation %q, %v", p.App.Auth.Refresh.Rotation, problems)
			}
			if r.Faults() != c.fault {
				t.Errorf("faults %v\n%s", r.Faults(), text(r))
			}
			again, _ := run(t, newBackendLike(t, b), map[string]string{"app.yaml": string(next.Bytes("app.yaml"))}, nil)
			if len(again.Edits) != 0 || again.Faults() {
				t.Errorf("a second probe still finds fault:\n%s", text(again))
			}
		})
	}
}

func newBackendLike(t *testing.T, old *backend) *backend {
	b := newBackend(t)
	b.rotate, b.grace, b.revoke = old.rotate, old.grace, old.revoke
	return b
}

// TestExpiredRuleIsProposed: an answer to a dead token that the app does not recognise, by status and by what the body says.
func TestExpiredRuleIsProposed(t *testing.T) {
	b := newBackend(t)
	b.bad = func(w http.ResponseWriter) {
		say(w, 403, map[string]any{"error_code": "bad_jwt", "msg": "invalid claim"})
	}
	r, tree := run(t, b, nil, nil)
	has(t, r, `fault unknown token: status 403 (error_code (text), msg (text)) is not taken for expired`, `${reply.status == 403 && reply.body.error_code == "bad_jwt"}`)
	next, _, err := tree.Apply(r.Edits...)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := run(t, newBackendWith(t, b.bad), map[string]string{"app.yaml": string(next.Bytes("app.yaml"))}, nil)
	has(t, again, "ok unknown token: status 403, which the app takes for expired")
	for status, want := range map[int]string{200: "note unknown token: status 200: the backend takes its bearer for a guest", 500: "note unknown token: status 500"} {
		r, _ := run(t, newBackendWith(t, func(w http.ResponseWriter) { say(w, status, map[string]any{}) }), nil, nil)
		has(t, r, want)
	}
}

func newBackendWith(t *testing.T, bad func(http.ResponseWriter)) *backend {
	b := newBackend(t)
	b.bad = bad
	return b
}

// TestMisfitsAreNamed: a renamed field, an expiry in the wrong unit, an expiry nobody reads, a refusal that counts as a wrong set-up, a wrong password.
func TestMisfitsAreNamed(t *testing.T) {
	b := newBackend(t)
	b.login = `{"accessToken":"at-x-canary","refresh":"rt-x","expires_in":600}`
	r, _ := run(t, b, nil, nil)
	has(t, r, "fault log in:", "login.body.token", "holds: accessToken (text), expires_in (number), refresh (text)")

	b = newBackend(t)
	b.refuse = 404
	r, _ = run(t, b, nil, nil)
	has(t, r, "fault unknown refresh token: answered with status 404")

	b = newBackend(t)
	r, _ = run(t, b, nil, func(c *probe.Config) { c.Password = "wrong" })
	has(t, r, `fault log in: api.login answered with status 400 and nobody was logged in; the app says: "Wrong password"`)
	if len(r.Edits) != 0 {
		t.Errorf("%v", r.Edits)
	}

	flow := strings.Replace(string(files(nil)["flows/enter.yaml"]), `, expiry: "${inSeconds(login.body.expires_in)}"`, "", 1)
	r, tree := run(t, newBackend(t), map[string]string{"flows/enter.yaml": flow}, nil)
	has(t, r, "the reply holds expires_in, which looks like an expiry: ${inSeconds(login.body.expires_in)}")
	next, _, err := tree.Apply(r.Edits...)
	if err != nil || !strings.Contains(string(next.Bytes("flows/enter.yaml")), "expiry:") {
		t.Errorf("%v\n%s", err, next.Bytes("flows/enter.yaml"))
	}

	flow = strings.Replace(string(files(nil)["flows/enter.yaml"]), "inSeconds(login.body.expires_in)", "unix(login.body.expires_in)", 1)
	r, _ = run(t, newBackend(t), map[string]string{"flows/enter.yaml": flow}, nil)
	has(t, r, "fault log in: expiry:", "the unit is wrong")
}

func TestProbeNeedsALogIn(t *testing.T) {
	p, problems := project.NewTree(files(map[string]string{"pages/login.yaml": "path: /login\ntitle: x\naccess: loggedOut\nbody:\n  - text: x\n"})).Project()
	if problems.Errors() {
		t.Fatal(problems)
	}
	calls, err := call.New(call.Config{Project: p})
	if err != nil {
		t.Fatal(err)
	}
	defer calls.Close()
	if _, err := probe.Run(t.Context(), probe.Config{Project: p, Calls: calls, Username: "a", Password: "b"}); !errors.Is(err, entrance.ErrNoLogIn) {
		t.Errorf("%v", err)
	}
}

// jwtFor is a JWT that is good for d from now; nobody verifies it.
func jwtFor(name string, d time.Duration) string {
	enc := base64.RawURLEncoding.EncodeToString
	return enc([]byte(`{"alg":"none"}`)) + "." + enc(fmt.Appendf(nil, `{"sub":%q,"exp":%d}`, name, time.Now().Add(d).Unix())) + "." + enc([]byte("sig"))
}

// TestF027_ExchangedTokensAreNoticed: another builder let token and refresh token be mapped the wrong way round, which a backend that takes
// either hides until the first renewal. The checker sees it by the names in the mapping, the probe by how long the two are good for.
func TestF027_ExchangedTokensAreNoticed(t *testing.T) {
	const finding = "fault log in: the authentication token outlives the refresh token by its exp"
	sound := files(nil)["flows/enter.yaml"]
	wrong := strings.NewReplacer("login.body.token", "login.body.refresh", "login.body.refresh", "login.body.token").Replace(string(sound))
	for name, tc := range map[string]struct {
		flow  string
		fault bool
	}{"exchanged": {wrong, true}, "right": {string(sound), false}} {
		b := newBackend(t)
		b.login = fmt.Sprintf(`{"token":%q,"refresh":%q,"expires_in":600,"id":7,"name":"Ada"}`, jwtFor("at", time.Hour), jwtFor("rt", 30*24*time.Hour))
		r, tree := run(t, b, map[string]string{"flows/enter.yaml": tc.flow}, nil)
		_, problems := tree.Project()
		if warned := strings.Contains(fmt.Sprint(problems), "they look exchanged"); warned != tc.fault || strings.Contains(text(r), finding) != tc.fault {
			t.Errorf("%s: the checker says %v, the probe\n%s\n%s", name, problems, text(r), tc.flow)
		}
	}
}

// try runs one of the short tests against b.
func try(t *testing.T, b *backend, do func(context.Context, probe.Config) (probe.Report, error), more map[string]string, password string) probe.Report {
	t.Helper()
	p, problems := project.NewTree(files(more)).Project()
	if problems.Errors() {
		t.Fatal(problems)
	}
	calls, err := call.New(call.Config{Project: p, Env: map[string]string{"API": b.URL}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(calls.Close)
	r, err := do(t.Context(), probe.Config{Project: p, Calls: calls, Username: "ada", Password: password})
	if err != nil {
		t.Fatal(err)
	}
	for _, tok := range append(b.issued, "right-password") {
		if strings.Contains(text(r), tok) {
			t.Errorf("a finding holds a secret: %s", text(r))
		}
	}
	return r
}

// TestOneLogIn: it says what is read, logs in once, renews nothing, and leaves no login behind.
func TestOneLogIn(t *testing.T) {
	b := newBackend(t)
	r := try(t, b, probe.LogIn, nil, "right-password")
	has(t, r, "ok log in: authentication token: an opaque text of 24 characters, read from ${login.body.token}", "ok log in: user data: name (text)", "ok me: api.me: status 200")
	if r.Faults() || r.Class != "" || len(b.issued) != 2 || b.logOuts != 1 {
		t.Errorf("%d tokens, %d log-outs, %q\n%s", len(b.issued), b.logOuts, r.Class, text(r))
	}
	r = try(t, b, probe.LogIn, nil, "wrong-password")
	has(t, r, "fault log in: api.login answered with status 400 and nobody was logged in")
}

// TestOneRenewal: a renewal is made once, and its class is told, whatever it is.
func TestOneRenewal(t *testing.T) {
	b := newBackend(t)
	r := try(t, b, probe.Renew, nil, "right-password")
	has(t, r, "ok renewal: authentication token: a new one", "ok renewal: refresh token: a new one each time", "ok me: api.me: status 200")
	if r.Faults() || r.Class != "success" || len(b.issued) != 4 {
		t.Errorf("%d tokens, %q\n%s", len(b.issued), r.Class, text(r))
	}
	b = newBackend(t)
	b.login = `{"token":"a-token","refresh":"unknown-token","expires_in":600,"id":7,"name":"Ada"}`
	r = try(t, b, probe.Renew, nil, "right-password")
	if !r.Faults() || r.Class != "reject" {
		t.Errorf("%q\n%s", r.Class, text(r))
	}
}

// TestStepsAreToldAndAProbeIsStopped: each step as it begins; who stops it in between learns nothing more, and the logins made so far are ended.
func TestStepsAreToldAndAProbeIsStopped(t *testing.T) {
	for _, last := range []string{"", "renewal"} {
		b := newBackend(t)
		var steps []string
		try(t, b, func(ctx context.Context, cfg probe.Config) (probe.Report, error) {
			ctx, stop := context.WithCancel(ctx)
			defer stop()
			cfg.Patience = -1
			cfg.Begin = func(step string) {
				steps = append(steps, step)
				if step == last {
					stop()
				}
			}
			r, err := probe.Run(ctx, cfg)
			if stopped := errors.Is(err, context.Canceled); stopped != (last != "") {
				t.Errorf("stopped at %q: %v", last, err)
			}
			return r, nil
		}, nil, "right-password")
		want := "log in, me, unknown token, renewal"
		if last == "" {
			want += ", old token, unknown refresh token, old refresh token, log out"
		}
		if got := strings.Join(steps, ", "); got != want || b.logOuts == 0 {
			t.Errorf("%s; %d log-outs", got, b.logOuts)
		}
	}
}
