package issuer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/usherdev/usher/issuer/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const passphrase = "a kettle sings at dawn"

// clock is set by hand.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// bed is an issuer and a way to talk to it.
type bed struct {
	*Server
	t     *testing.T
	clock *clock
	log   *bytes.Buffer
}

func newBed(t *testing.T, change ...func(*Config)) *bed {
	t.Helper()
	b := &bed{t: t, clock: &clock{t: time.Date(2026, 7, 6, 9, 0, 0, 0, time.UTC)}, log: &bytes.Buffer{}}
	cfg := Config{Path: ":memory:", Now: b.clock.now, cost: argonCost{memory: 64, time: 1, threads: 1},
		Log: slog.New(slog.NewTextHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	for _, fn := range change {
		fn(&cfg)
	}
	var err error
	if b.Server, err = New(cfg); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

// reply is what came back.
type reply struct {
	status int
	header http.Header
	body   []byte
}

func (r reply) into(t *testing.T, dst any) {
	t.Helper()
	if err := json.Unmarshal(r.body, dst); err != nil {
		t.Fatalf("%v in %s", err, r.body)
	}
}

func (r reply) code() string {
	var e wire.Error
	if json.Unmarshal(r.body, &e) != nil {
		return "not JSON"
	}
	return e.Code
}

func (r reply) fields() map[string]string {
	var e wire.Error
	_ = json.Unmarshal(r.body, &e)
	return e.Fields
}

// ask sends a request; a body that is not a string is sent as JSON. Extra are header pairs, and
// "from" is the client's address.
func (b *bed) ask(method, path string, body any, extra ...string) reply {
	b.t.Helper()
	var in io.Reader
	switch v := body.(type) {
	case nil:
	case string:
		in = strings.NewReader(v)
	default:
		raw, err := json.Marshal(v)
		if err != nil {
			b.t.Fatal(err)
		}
		in = bytes.NewReader(raw)
	}
	r := httptest.NewRequest(method, path, in)
	if in != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(extra); i += 2 {
		if extra[i] == "from" {
			r.RemoteAddr = extra[i+1]
			continue
		}
		r.Header.Set(extra[i], extra[i+1])
	}
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	return reply{w.Code, w.Header(), w.Body.Bytes()}
}

func (b *bed) get(path, token string) reply {
	b.t.Helper()
	return b.ask("GET", path, nil, "Authorization", "Bearer "+token)
}

func person(n int) wire.SignUp {
	return wire.SignUp{Username: fmt.Sprintf("walker%d", n), Email: fmt.Sprintf("walker%d@example.com", n), Password: passphrase, FirstName: "Wilma", LastName: "Walker"}
}

func (b *bed) signUp(n int) wire.LoggedIn {
	b.t.Helper()
	r := b.ask("POST", "/auth/signup", person(n))
	if r.status != http.StatusCreated {
		b.t.Fatalf("sign up: %d %s", r.status, r.body)
	}
	var out wire.LoggedIn
	r.into(b.t, &out)
	return out
}

func (b *bed) refresh(token string) (wire.Tokens, reply) {
	b.t.Helper()
	r := b.ask("POST", "/auth/refresh", wire.Refresh{RefreshToken: token})
	var out wire.Tokens
	if r.status == http.StatusOK {
		r.into(b.t, &out)
	}
	return out, r
}

// mustRefresh returns the child of a token.
func (b *bed) mustRefresh(token string) wire.Tokens {
	b.t.Helper()
	out, r := b.refresh(token)
	if r.status != http.StatusOK {
		b.t.Fatalf("refresh: %d %s", r.status, r.body)
	}
	return out
}

func TestF223_SignUpLogInMePostsActivity(t *testing.T) {
	b := newBed(t)
	if err := b.Seed(t.Context(), DemoData("wander far and write home")); err != nil {
		t.Fatal(err)
	}
	in := b.signUp(1)
	if in.Username != "walker1" || in.Role != "member" || in.ID == 0 || in.AccessToken == "" || in.RefreshToken == "" {
		t.Fatalf("sign up gave %+v", in.User)
	}
	for _, name := range []string{"walker1", "WALKER1@Example.com"} {
		r := b.ask("POST", "/auth/login", wire.Login{Username: name, Password: passphrase})
		var out map[string]any
		r.into(t, &out)
		for _, key := range []string{"id", "username", "email", "firstName", "lastName", "gender", "image", "role", "accessToken", "refreshToken"} {
			if _, ok := out[key]; !ok || r.status != http.StatusOK || len(out) != 10 {
				t.Fatalf("log in as %s: %d, no %s in %s", name, r.status, key, r.body)
			}
		}
	}
	var me wire.User
	b.get("/auth/me", in.AccessToken).into(t, &me)
	if me != in.User {
		t.Errorf("me = %+v, want %+v", me, in.User)
	}
	var page wire.Posts
	b.get("/posts?limit=3&skip=2", in.AccessToken).into(t, &page)
	if page.Total != 14 || len(page.Posts) != 3 || page.Posts[0].CreatedAt.Before(page.Posts[1].CreatedAt) {
		t.Errorf("posts = %d of %d", len(page.Posts), page.Total)
	}
	var post wire.Post
	b.get(fmt.Sprintf("/posts/%d", page.Posts[1].ID), in.AccessToken).into(t, &post)
	if post.Title != page.Posts[1].Title || !strings.Contains(post.Body, "\n\n") || len(post.Tags) == 0 || post.ReadMinutes < 2 {
		t.Errorf("post = %+v", post)
	}
	for _, image := range []string{me.Image, post.Image} {
		r := b.ask("GET", strings.TrimPrefix(image, b.cfg.Issuer), nil)
		if r.status != 200 || r.header.Get("Content-Type") != "image/svg+xml" || !bytes.HasPrefix(r.body, []byte("<svg")) {
			t.Errorf("%s: %d", image, r.status)
		}
	}
	checkWeek(t, b, in)
}

func checkWeek(t *testing.T, b *bed, in wire.LoggedIn) {
	t.Helper()
	var a, again, other wire.Activity
	b.get("/activity", in.AccessToken).into(t, &a)
	b.get("/activity", in.AccessToken).into(t, &again)
	b.get("/activity", b.signUp(2).AccessToken).into(t, &other)
	if len(a.Days) != 7 || a.Days[6].Day != "2026-07-06" || a.Days[6].Label != "Mon" || a.TotalVisits < 7 {
		t.Errorf("activity = %+v", a)
	}
	if fmt.Sprint(a) != fmt.Sprint(again) || fmt.Sprint(a) == fmt.Sprint(other) {
		t.Error("activity is not each user's own")
	}
}

func TestF223_EmptyIssuerAnswersWithLists(t *testing.T) {
	b := newBed(t)
	in := b.signUp(1)
	if r := b.get("/posts", in.AccessToken); !bytes.Contains(r.body, []byte(`"posts":[]`)) {
		t.Errorf("posts: %s", r.body)
	}
	if r := b.get("/posts/1", in.AccessToken); r.status != 404 || r.code() != "not_found" {
		t.Errorf("post: %d %s", r.status, r.body)
	}
	if r := b.get("/posts?limit=x&skip=-1", in.AccessToken); r.status != 422 || len(r.fields()) != 2 {
		t.Errorf("bad page: %d %s", r.status, r.body)
	}
}

func TestF223_LifeOfAccessTokens(t *testing.T) {
	b := newBed(t, func(c *Config) { c.TokenTTL = time.Hour })
	b.signUp(1)
	for _, c := range []struct {
		body  string
		alive time.Duration
	}{
		{`{}`, time.Hour}, {`{"expiresInMins":30}`, 30 * time.Minute}, {`{"expiresInSeconds":2}`, 2 * time.Second},
		{`{"expiresInMins":999999999999}`, time.Hour}, {`{"expiresInSeconds":9999999999}`, time.Hour},
	} {
		body := strings.Replace(c.body, "{", `{"username":"walker1","password":"`+passphrase+`",`, 1)
		body = strings.Replace(body, ",}", "}", 1)
		var in wire.LoggedIn
		b.ask("POST", "/auth/login", body).into(t, &in)
		b.clock.pass(c.alive - time.Second)
		if r := b.get("/auth/me", in.AccessToken); r.status != 200 {
			t.Errorf("%s: %d before its end", c.body, r.status)
		}
		b.clock.pass(time.Second)
		if r := b.get("/auth/me", in.AccessToken); r.status != 401 || r.code() != "invalid_token" || !bytes.Contains(r.body, []byte("expired")) {
			t.Errorf("%s: %d %s after its end", c.body, r.status, r.body)
		}
	}
	for _, bad := range []string{`"expiresInMins":-1`, `"expiresInSeconds":-5`, `"expiresInMins":1,"expiresInSeconds":1`, `"expiresInMins":"ten"`, `"expiresInMins":1.5`} {
		r := b.ask("POST", "/auth/login", `{"username":"walker1","password":"`+passphrase+`",`+bad+`}`)
		if r.status != 400 || r.code() != "invalid_request" {
			t.Errorf("%s: %d %s", bad, r.status, r.body)
		}
	}
}

func TestF223_ARealServerSurvivesRestart(t *testing.T) {
	path := t.TempDir() + "/data/issuer.db"
	open := func() (*httptest.Server, *Server) {
		s, err := New(Config{Path: path, cost: argonCost{memory: 64, time: 1, threads: 1}})
		if err != nil {
			t.Fatal(err)
		}
		return httptest.NewServer(s), s
	}
	post := func(url string, body, out any) int {
		raw, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.Post(url, "application/json", bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if err := json.NewDecoder(res.Body).Decode(out); err != nil {
			t.Fatal(err)
		}
		return res.StatusCode
	}
	web, s := open()
	var in wire.LoggedIn
	if status := post(web.URL+"/auth/signup", person(1), &in); status != 201 {
		t.Fatal(status)
	}
	web.Close()
	s.Close()
	web, s = open()
	defer s.Close()
	defer web.Close()
	var tokens wire.Tokens
	if status := post(web.URL+"/auth/refresh", wire.Refresh{RefreshToken: in.RefreshToken}, &tokens); status != 200 {
		t.Fatalf("refresh after a restart: %d", status)
	}
	http.DefaultClient.CloseIdleConnections()
}
