package call

import (
	"net/http"
	"testing"
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// TestF101_HeadersOfARequest: they win over the declared ones, never over the login; a remembered reply is for the same headers alone; and what
// would break the request or give a secret away is refused.
func TestF101_HeadersOfARequest(t *testing.T) {
	var seen http.Header
	b := newBackend(t, func(w http.ResponseWriter, r *http.Request, _ string) {
		seen = r.Header
		_, _ = w.Write([]byte(`{}`))
	})
	call := &project.Call{Name: "a", Auth: project.AuthRequired, Cache: &project.CallCache{For: time.Minute}, Headers: []project.KV{{Name: "X-A", Value: value.Const("declared")}}}
	c := client(t, api(t, b.URL, call))
	ada := loggedIn("t1")
	send := func(h ...Header) (Reply, error) { return c.Do(t.Context(), Request{Call: call, Headers: h}, ada) }
	for _, lang := range []string{"de", "fr"} {
		if r, err := send(Header{"X-A", lang}, Header{"Authorization", "mine"}); err != nil || !r.OK || r.Cached || seen.Get("X-A") != lang || seen.Get("Authorization") != "Bearer t1" {
			t.Errorf("%s: %+v, %v, sent %v", lang, r, err, seen)
		}
	}
	if r, err := send(Header{"X-A", "de"}, Header{"Authorization", "mine"}); err != nil || !r.Cached {
		t.Errorf("the same headers: %+v, %v", r, err)
	}
	if _, err := send(Header{"X-A", nil}); err != nil || seen.Values("X-A") != nil {
		t.Errorf("nil: %v, sent %v", err, seen)
	}
	if r, err := send(Header{"X-A", "a\r\nX-B: b"}); err == nil && r.OK {
		t.Errorf("a line break: %+v", r)
	}
	if r, err := send(Header{"X-A", value.NewSecret("s3cret")}); err == nil {
		t.Errorf("a secret: %+v", r)
	}
}
