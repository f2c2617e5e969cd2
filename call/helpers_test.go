package call

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

// tmpl parses a template in which every name of a call's scope is json.
func tmpl(t testing.TB, src string) *value.Template {
	t.Helper()
	env := value.NewEnv()
	for _, n := range []string{"params", "env", "constants", "auth", "user", "reply", "item"} {
		env = env.With(n, nil)
	}
	out, faults := env.Parse(src, nil)
	if len(faults) > 0 {
		t.Fatalf("%s: %v", src, faults)
	}
	return out
}

func object(t testing.TB, kv ...string) *value.Template {
	t.Helper()
	var keys []string
	var vals []*value.Template
	for i := 0; i < len(kv); i += 2 {
		keys = append(keys, kv[i])
		vals = append(vals, tmpl(t, kv[i+1]))
	}
	return value.MapOf(keys, vals)
}

// api is a project with one group that points to url, and the calls in it.
func api(t testing.TB, url string, calls ...*project.Call) *project.Project {
	t.Helper()
	g := &project.Group{Name: "api", URL: value.Const(url), Calls: calls}
	for _, c := range calls {
		c.Group = g
		c.ID = "api." + c.Name
		if c.Method == "" {
			c.Method = http.MethodGet
		}
		if c.Path == nil {
			c.Path = tmpl(t, "/"+c.Name)
		}
		if c.Auth == "" {
			c.Auth = project.AuthNone
		}
	}
	return &project.Project{Groups: []*project.Group{g}, App: project.App{Name: "Test", ID: "test"}}
}

func client(t testing.TB, p *project.Project) *Client {
	t.Helper()
	c, err := New(Config{Project: p})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func args(m map[string]any) func(value.Scope) (map[string]any, error) {
	return func(value.Scope) (map[string]any, error) { return m, nil }
}

func do(t testing.TB, c *Client, call *project.Call, m map[string]any, login Login) Reply {
	t.Helper()
	r, err := c.Do(t.Context(), Request{Call: call, Args: args(m)}, login)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// got is a request as a backend saw it.
type got struct {
	method, uri, body string
	header            http.Header
}

// backend answers by a function and keeps what it was asked.
type backend struct {
	*httptest.Server
	mu   sync.Mutex
	seen []got
}

func newBackend(t testing.TB, answer func(w http.ResponseWriter, r *http.Request, body string)) *backend {
	t.Helper()
	b := &backend{}
	b.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		b.mu.Lock()
		b.seen = append(b.seen, got{method: r.Method, uri: r.RequestURI, body: string(body), header: r.Header.Clone()})
		b.mu.Unlock()
		if answer != nil {
			answer(w, r, string(body))
		}
	}))
	t.Cleanup(b.Close)
	return b
}

func (b *backend) requests() []got {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]got(nil), b.seen...)
}

func (b *backend) last(t testing.TB) got {
	t.Helper()
	all := b.requests()
	if len(all) == 0 {
		t.Fatal("the backend was not asked")
	}
	return all[len(all)-1]
}

// writeJSON answers with a body of JSON.
func writeJSON(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// fakeLogin is a Login whose token is renewed to "t2", "t3", …
type fakeLogin struct {
	mu     sync.Mutex
	s      session.Session
	renews int
	refuse error
}

func loggedIn(token string) *fakeLogin {
	return &fakeLogin{s: session.Session{ID: "id", Key: "key", Ver: 1, Auth: session.AuthData{
		Token: session.NewSecret(token), RefreshToken: session.NewSecret("refresh-1"), UID: "7",
		Expiry: time.Now().Add(time.Hour), User: []byte(`{"name":"Ada"}`),
	}}}
}

func (f *fakeLogin) Session() (session.Session, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.s, f.s.Active()
}

func (f *fakeLogin) Fresh(context.Context) (session.Session, bool, error) {
	s, ok := f.Session()
	return s, ok, nil
}

func (f *fakeLogin) Renew(_ context.Context, ver int64) (session.Session, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.renews++
	if f.refuse != nil {
		return f.s, f.refuse
	}
	if f.s.Ver == ver {
		f.s.Ver++
		f.s.Auth.Token = session.NewSecret("t" + string(rune('0'+f.s.Ver)))
	}
	return f.s, nil
}
