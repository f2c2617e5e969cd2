package session_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/usherdev/usher/session"
)

// api is a backend that takes the tokens of ok.
type api struct {
	*httptest.Server
	mu     sync.Mutex
	ok     func(token string) bool
	tokens []string
	bodies []string
}

func newAPI(t *testing.T, ok func(string) bool) *api {
	a := &api{ok: ok}
	a.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		a.mu.Lock()
		a.tokens, a.bodies = append(a.tokens, token), append(a.bodies, string(body))
		a.mu.Unlock()
		switch {
		case r.URL.Path == "/away":
			http.Redirect(w, r, r.URL.Query().Get("to"), http.StatusFound)
		case r.URL.Path == "/forbidden":
			w.WriteHeader(http.StatusForbidden)
		case !a.ok(token):
			w.WriteHeader(http.StatusUnauthorized)
		default:
			io.WriteString(w, "hello "+token)
		}
	}))
	t.Cleanup(a.Close)
	return a
}

func client(t *testing.T, m *session.Manager, id string, a *api) *http.Client {
	t.Helper()
	rt, err := m.Transport(id, session.Hooks{Origin: a.URL, Base: a.Client().Transport})
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Transport: rt}
}

func TestB6_TransportRenewsOnceAndReplaysTheSameBody(t *testing.T) {
	sizes := []int{0, 1, 1000, 4095, 4096, 4097, 1<<20 - 1, 1 << 20}
	for range volume(4, 100) {
		sizes = append(sizes, rand.IntN(1<<20+1))
	}
	noise := rand.NewChaCha8([32]byte{6})
	for _, size := range sizes {
		for _, getBody := range []bool{true, false} {
			b := newBackend()
			m, _ := manager(t, b)
			a := newAPI(t, func(token string) bool { return token != "a0" })
			body := make([]byte, size)
			_, _ = noise.Read(body) // it never fails
			req, err := http.NewRequestWithContext(t.Context(), "POST", a.URL+"/posts", bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			if !getBody {
				req.GetBody = nil
			}
			reply, err := client(t, m, logIn(t, m, b).ID, a).Do(req)
			if err != nil {
				t.Fatal(err)
			}
			reply.Body.Close()
			if reply.StatusCode != 200 || b.count() != 1 || len(a.bodies) != 2 || a.bodies[0] != string(body) || a.bodies[1] != string(body) {
				t.Errorf("%d bytes: status %d, %d refreshes, %d sends", size, reply.StatusCode, b.count(), len(a.bodies))
			}
		}
	}
}

func TestB6_SecondExpiredReplyIsShown(t *testing.T) {
	b := newBackend()
	m, _ := manager(t, b)
	a := newAPI(t, func(string) bool { return false })
	reply, err := client(t, m, logIn(t, m, b).ID, a).Get(a.URL)
	if err != nil || reply.StatusCode != http.StatusUnauthorized || b.count() != 1 || len(a.tokens) != 2 {
		t.Fatalf("%v, %d refreshes, %d sends", err, b.count(), len(a.tokens))
	}
	reply.Body.Close()
}

func TestB6_LargeBodyIsSentWholeButOnce(t *testing.T) {
	b := newBackend()
	m, _ := manager(t, b)
	a := newAPI(t, func(string) bool { return false })
	req, _ := http.NewRequestWithContext(t.Context(), "POST", a.URL, io.LimitReader(endless{}, 1<<20+1))
	reply, err := client(t, m, logIn(t, m, b).ID, a).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	reply.Body.Close()
	if len(a.bodies) != 1 || len(a.bodies[0]) != 1<<20+1 || b.count() != 0 {
		t.Errorf("%d sends, %d refreshes", len(a.bodies), b.count())
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// TestB7_ForbiddenNeverRefreshes: a thousand times, by four at once.
func TestB7_ForbiddenNeverRefreshes(t *testing.T) {
	b := newBackend()
	m, _ := manager(t, b)
	a := newAPI(t, func(string) bool { return true })
	c := client(t, m, logIn(t, m, b).ID, a)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 250 {
				reply, err := c.Get(a.URL + "/forbidden")
				if err != nil || reply.StatusCode != http.StatusForbidden {
					t.Errorf("%v", err)
					return
				}
				reply.Body.Close()
			}
		})
	}
	wg.Wait()
	if b.count() != 0 || len(a.tokens) != 1000 {
		t.Errorf("%d refreshes, %d requests", b.count(), len(a.tokens))
	}
}

func TestA3_TokensStayAtTheirOrigin(t *testing.T) {
	b := newBackend()
	m, _ := manager(t, b)
	home := newAPI(t, func(string) bool { return true })
	away := newAPI(t, func(string) bool { return true })
	c := client(t, m, logIn(t, m, b).ID, home)
	for _, to := range []string{away.URL, strings.Replace(away.URL, "127.0.0.1", "localhost", 1)} {
		reply, err := c.Get(home.URL + "/away?to=" + to)
		if err != nil {
			t.Fatal(err)
		}
		reply.Body.Close()
	}
	for _, token := range away.tokens {
		if token != "" {
			t.Errorf("the other origin got %q", token)
		}
	}
	if len(away.tokens) != 2 || home.tokens[0] != "a0" {
		t.Errorf("home %v away %v", home.tokens, away.tokens)
	}
	for _, origin := range []string{"", "api", "https://", "https://u@h", "https://h/p", "https://h?q"} {
		if _, err := m.Transport("id", session.Hooks{Origin: origin}); err == nil {
			t.Errorf("origin %q was taken", origin)
		}
	}
}

func TestTransportOfNobodyFails(t *testing.T) {
	b := newBackend()
	m, _ := manager(t, b)
	a := newAPI(t, func(string) bool { return true })
	if _, err := client(t, m, session.NewID(), a).Get(a.URL); !errors.Is(err, session.ErrNotLoggedIn) {
		t.Errorf("err = %v", err)
	}
	if len(a.tokens) != 0 {
		t.Error("a request left")
	}
}
