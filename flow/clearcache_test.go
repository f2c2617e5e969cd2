package flow

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// TestF102_ClearCache: a call that remembers is sent once in a flow, and once more after it was told to forget.
func TestF102_ClearCache(t *testing.T) {
	var n atomic.Int32
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		n.Add(1)
		_, _ = w.Write([]byte(`{}`))
	}))
	t.Cleanup(srv.Close)
	calls := strings.Replace(backendCalls, "path: /posts, auth: required", "path: /posts, auth: required, cache: {for: 5m}", 1)
	a := newApp(t, srv.URL, "\n- {call: backend.posts}\n- {call: backend.posts}\n- clearCache: backend.posts\n- {call: backend.posts}\n- clearCache\n- {call: backend.posts}\n- {call: backend.posts}\n",
		map[string]string{"calls/backend.yaml": calls})
	a.mustRun(a.logIn().ID)
	if n.Load() != 3 {
		t.Errorf("the backend was asked %d times, want 3", n.Load())
	}
}
