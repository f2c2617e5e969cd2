package flow

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/usherdev/usher/value"
)

// TestF103_Stream: each message runs onMessage in order, then onClose, or onError when none came; a message has a budget of its own.
func TestF103_Stream(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/broken" {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, strings.Repeat("data: {\"n\": 2}\n\n", 700))
	}))
	t.Cleanup(srv.Close)
	calls := strings.Replace(backendCalls, "calls:\n", "calls:\n  feed: {path: /feed, replyAs: events}\n  broken: {path: /broken, replyAs: events}\n", 1)
	more := map[string]string{"calls/backend.yaml": calls}
	add := "\n    - setState: {count: \"${state.count + message.data.n}\"}\n    - if: ${message.data.n == 2}\n"
	a := newApp(t, srv.URL, "\n- stream: backend.feed\n  as: end\n  onMessage:"+add+"  onClose: [setState: {note: \"closed ${end.status}\"}]\n  onError: [setState: {note: failed}]\n", more)
	res := a.mustRun("")
	if res.State["note"] != "closed 200" || value.Text(res.State["count"]) != "1401" {
		t.Errorf("%v", res.State)
	}
	a = newApp(t, srv.URL, "\n- stream: backend.broken\n  as: end\n  onMessage: [stop]\n  onClose: [setState: {note: closed}]\n  onError: [setState: {note: \"failed ${end.status} ${error.kind}\"}]\n", more)
	if res = a.mustRun(""); res.State["note"] != "failed 502 reply" {
		t.Errorf("%v", res.State)
	}
	a = newApp(t, srv.URL, "\n- stream: backend.feed\n  as: end\n  onMessage: [updateAuthenticatedUser: {uid: x}]\n  onError: [setState: {note: \"${error.action} ${end.status}\"}]\n", more)
	if res = a.mustRun(""); res.State["note"] != "updateAuthenticatedUser 0" {
		t.Errorf("a message that failed: %v", res.State)
	}
	a = newApp(t, srv.URL, "\n- stream: backend.feed\n  onMessage: [stop]\n- setState: {note: on}\n", more)
	if res = a.mustRun(""); !res.Stopped || res.State["note"] == "on" {
		t.Errorf("stop within a message: %v %v", res.Stopped, res.State)
	}
	a = newApp(t, srv.URL, "\n- stream: backend.feed\n  onMessage:\n"+strings.Repeat("    - if: ${true}\n", messageSteps+1), more)
	if _, err := a.run("", nil); err == nil || !strings.Contains(err.Error(), "more actions") {
		t.Errorf("a message beyond its budget: %v", err)
	}
	a = newApp(t, srv.URL, "\n- stream: backend.feed\n  onMessage:\n"+strings.Repeat("    - if: ${true}\n", streamSteps/700+1), more)
	if _, err := a.run("", nil); err == nil || !strings.Contains(err.Error(), "more actions") {
		t.Errorf("all messages beyond theirs: %v", err)
	}
}
