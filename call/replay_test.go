package call

import (
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

// picky is a backend that takes only the tokens of ok, and keeps what it was sent.
type picky struct {
	*httptest.Server
	mu        sync.Mutex
	status    int // of a token that it does not take
	ok        func(token string) bool
	bodies    []string
	refreshes int
}

func newPicky(t *testing.T, status int, ok func(string) bool) *picky {
	t.Helper()
	b := &picky{status: status, ok: ok}
	b.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		b.mu.Lock()
		defer b.mu.Unlock()
		if r.URL.Path == "/refresh" {
			b.refreshes++
			writeJSON(w, 200, `{"accessToken":"fresh","refreshToken":"r2"}`)
			return
		}
		b.bodies = append(b.bodies, string(body))
		if !b.ok(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")) {
			writeJSON(w, b.status, `{"message":"not with this token"}`)
			return
		}
		writeJSON(w, 200, `{}`)
	}))
	t.Cleanup(b.Close)
	return b
}

// post is an app with a call that posts text to b, and a login whose token is old.
func (b *picky) post(t *testing.T) (*Client, *project.Call, *session.Manager, session.Session) {
	t.Helper()
	send := &project.Call{Name: "send", Method: "POST", Auth: project.AuthRequired, BodyKind: project.BodyText, Params: textParams("text"), Body: tmpl(t, "${params.text}")}
	refresh := &project.Call{Name: "refresh", Method: "POST", BodyKind: project.BodyJSON, Body: object(t, "x", "1")}
	p := api(t, b.URL, send, refresh)
	p.App.Auth = project.Auth{Enabled: true, Refresh: &project.Refresh{Call: refresh,
		Update: project.AuthFields{Token: tmpl(t, "${reply.body.accessToken}"), RefreshToken: tmpl(t, "${reply.body.refreshToken}")}}}
	c := client(t, p)
	m := manager(t, c, nil)
	s, err := m.LogIn(t.Context(), "", session.AuthData{Token: session.NewSecret("old"), RefreshToken: session.NewSecret("r1"), UID: "7"}, true)
	if err != nil {
		t.Fatal(err)
	}
	return c, send, m, s
}

func saying(text string) func(value.Scope) (map[string]any, error) {
	return func(value.Scope) (map[string]any, error) { return map[string]any{"text": text}, nil }
}

// TestB6_CallsAreReplayedByteForByte: an app's POST that met a 401 goes out again with the same bytes, be they none or a mebibyte, after
// one refresh; where the new token meets a 401 too, that is the answer, and no third request leaves.
func TestB6_CallsAreReplayedByteForByte(t *testing.T) {
	sizes := []int{0, 1, 1000, 4095, 4096, 4097, 1<<20 - 1, 1 << 20}
	for range 4 {
		sizes = append(sizes, rand.IntN(1<<20))
	}
	for _, forever := range []bool{false, true} {
		for _, size := range sizes {
			b := newPicky(t, 401, func(token string) bool { return !forever && token == "fresh" })
			c, send, m, s := b.post(t)
			text := make([]byte, size)
			for i := range text {
				text[i] = byte(' ' + rand.IntN(95))
			}
			r, err := c.Do(t.Context(), Request{Call: send, Args: saying(string(text))}, NewBearer(m, s))
			if err != nil || r.OK == forever || b.refreshes != 1 || len(b.bodies) != 2 || b.bodies[0] != string(text) || b.bodies[1] != string(text) {
				t.Errorf("%d bytes, 401 for ever %v: status %d, %v, %d refreshes, %d sends", size, forever, r.Status, err, b.refreshes, len(b.bodies))
			}
		}
	}
}

// TestB7_ForbiddenCallsNeverRefresh: a thousand of them.
func TestB7_ForbiddenCallsNeverRefresh(t *testing.T) {
	b := newPicky(t, 403, func(string) bool { return false })
	c, send, m, s := b.post(t)
	for range 1000 {
		if r, err := c.Do(t.Context(), Request{Call: send, Args: saying("x")}, NewBearer(m, s)); err != nil || r.Status != 403 {
			t.Fatalf("%d, %v", r.Status, err)
		}
	}
	if b.refreshes != 0 || len(b.bodies) != 1000 {
		t.Errorf("%d refreshes, %d calls", b.refreshes, len(b.bodies))
	}
}
