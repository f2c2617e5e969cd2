package client_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/usherdev/usher/client"
	"github.com/usherdev/usher/session"
)

// person is the user data of these tests.
type person struct {
	Name string `json:"name"`
	City string `json:"city,omitempty"`
}

// backend is a JSON API with one account and rotating refresh tokens. A spent one is refused.
type backend struct {
	*httptest.Server
	mu        sync.Mutex
	secrets   []string      // every token ever handed out, and the password
	live      string        // the token that /data takes
	refresh   string        // the refresh token that /refresh takes
	life      time.Duration // of tokens handed out by refreshes; zero: an hour
	firstLife time.Duration // of those of log-ins
	down      bool
	dead      bool // every refresh is refused
	logins    int
	refreshes int
	revoked   []string
	data      []string // tokens that /data got
	onData    func(token string)
}

const password = "canary-password"

func newBackend(t *testing.T) *backend {
	b := &backend{life: time.Hour, firstLife: time.Hour, secrets: []string{password}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /login", b.logIn)
	mux.HandleFunc("POST /refresh", b.renew)
	mux.HandleFunc("POST /logout", b.logOut)
	mux.HandleFunc("/data", b.serveData)
	mux.HandleFunc("GET /away", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.Query().Get("to"), http.StatusFound)
	})
	b.Server = httptest.NewServer(mux)
	t.Cleanup(b.Close)
	return b
}

// pair hands out a new pair.
func (b *backend) pair(life time.Duration) map[string]any {
	n := b.logins + b.refreshes
	b.live, b.refresh = fmt.Sprintf("canary-a%d", n), fmt.Sprintf("canary-r%d", n)
	b.secrets = append(b.secrets, b.live, b.refresh)
	return map[string]any{"token": b.live, "refresh": b.refresh, "expires_in": life.Seconds()}
}

func decode(r *http.Request) map[string]string {
	in := map[string]string{}
	_ = json.NewDecoder(r.Body).Decode(&in)
	return in
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func (b *backend) logIn(w http.ResponseWriter, r *http.Request) {
	in := decode(r)
	b.mu.Lock()
	defer b.mu.Unlock()
	if in["password"] != password {
		answer(w, 400, map[string]string{"error": "invalid_credentials", "message": "No such person with " + in["password"]})
		return
	}
	b.logins++
	out := b.pair(b.firstLife)
	out["user"] = map[string]any{"id": 7, "name": in["username"]}
	answer(w, 200, out)
}

func (b *backend) renew(w http.ResponseWriter, r *http.Request) {
	in := decode(r)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refreshes++
	switch {
	case b.down:
		w.WriteHeader(http.StatusBadGateway)
	case b.dead || in["refresh"] != b.refresh:
		answer(w, 401, map[string]string{"error": "invalid_grant"})
	default:
		answer(w, 200, b.pair(b.life))
	}
}

func (b *backend) logOut(w http.ResponseWriter, r *http.Request) {
	in := decode(r)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.revoked = append(b.revoked, in["refresh"])
	w.WriteHeader(http.StatusNoContent)
}

func (b *backend) serveData(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	b.mu.Lock()
	b.data = append(b.data, token)
	onData := b.onData
	b.mu.Unlock()
	if onData != nil {
		onData(token)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if token == "" || token != b.live {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	_, _ = w.Write(append([]byte("data "), body...))
}

// expire makes the backend refuse the token that it has handed out.
func (b *backend) expire() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.live = ""
}

func (b *backend) set(fn func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	fn()
}

func (b *backend) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.refreshes
}

func (b *backend) told() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.revoked)
}

func api() client.API {
	reply := client.Reply{Token: "token", RefreshToken: "refresh", Expiry: client.Expiry{Path: "expires_in", Kind: client.InSeconds}}
	in := reply
	in.UID, in.User = "user.id", "user"
	return client.API{
		LogIn:   client.Endpoint{URL: "/login", Body: map[string]any{"username": "{username}", "password": "{password}"}, Reply: in},
		Refresh: client.Endpoint{URL: "/refresh", Body: map[string]any{"refresh": "{refreshToken}"}, Reply: reply},
		LogOut:  client.Endpoint{URL: "/logout", Body: map[string]any{"refresh": "{refreshToken}"}},
	}
}

// config is that of a client of the API at url, quick to give up.
func config(t interface{ Fatal(...any) }, url string, store client.Storage) client.Config[person] {
	cfg, err := client.JSON[person](url, api())
	if err != nil {
		t.Fatal(err)
	}
	cfg.Name, cfg.Store = "test", store
	cfg.Base = &http.Transport{DisableKeepAlives: true}
	cfg.Tuning = session.Tuning{NotSentDelays: []time.Duration{}, AmbiguousDelays: []time.Duration{}}
	return cfg
}

// open makes a Client that closes with the test.
func open(t *testing.T, b *backend, store client.Storage, set ...func(*client.Config[person])) *client.Client[person] {
	t.Helper()
	cfg := config(t, b.URL, store)
	for _, fn := range set {
		fn(&cfg)
	}
	c, err := client.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shut(t, c) })
	return c
}

func shut(t *testing.T, c *client.Client[person]) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := c.Close(ctx); err != nil {
		t.Errorf("close: %v", err)
	}
}

func logIn(t *testing.T, c *client.Client[person]) client.Login[person] {
	t.Helper()
	l, err := c.LogIn(t.Context(), client.Password("ada", password))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// get asks for url and returns status and body.
func get(t *testing.T, c *client.Client[person], url string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := c.HTTPClient().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, string(body)
}

func current(t *testing.T, c *client.Client[person]) (client.Login[person], bool) {
	t.Helper()
	l, ok, err := c.Current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return l, ok
}

// eventually polls until ok holds.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}
