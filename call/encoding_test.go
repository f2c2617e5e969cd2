package call

import (
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
)

// packed is {"id":1} as gzip, as node:zlib makes Brotli of it, and as zstd does.
func packed(t *testing.T) map[string][]byte {
	t.Helper()
	var gz bytes.Buffer
	w := gzip.NewWriter(&gz)
	_, _ = w.Write([]byte(`{"id":1}`))
	_ = w.Close()
	out := map[string][]byte{"gzip": gz.Bytes()}
	for name, text := range map[string]string{"br": "8b03807b226964223a317d03", "zstd": "28b52ffd04584100007b226964223a317d23e8df91"} {
		b, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = b
	}
	return out
}

// TestF8_EncodingsThatNobodyAskedFor: gzip is asked for and nothing else. A reply in another encoding is not read and ends in a sentence
// that says so; its status still counts, so an expired token is renewed and a renewal that cannot be read logs nobody out.
func TestF8_EncodingsThatNobodyAskedFor(t *testing.T) {
	bodies := packed(t)
	b := newBackend(t, func(w http.ResponseWriter, r *http.Request, _ string) {
		enc, status := r.URL.Query().Get("as"), http.StatusOK
		w.Header().Set("Content-Encoding", enc)
		w.Header().Set("Content-Type", "application/json")
		switch {
		case r.URL.Path == "/none":
			status = http.StatusNoContent
		case r.URL.Path == "/guarded" && r.Header.Get("Authorization") == "Bearer t1":
			status = http.StatusUnauthorized
		}
		w.WriteHeader(status)
		if status != http.StatusNoContent {
			_, _ = w.Write(bodies[enc])
		}
	})
	at := func(name, method string, auth project.AuthMode) *project.Call {
		return &project.Call{Name: name, Method: method, Auth: auth, Path: tmpl(t, "/"+name), Query: []project.KV{{Name: "as", Value: tmpl(t, "${params.as}")}}, Params: textParams("as")}
	}
	plain, head, none, guarded := at("plain", "GET", ""), at("head", "HEAD", ""), at("none", "GET", ""), at("guarded", "GET", project.AuthRequired)
	p := api(t, b.URL, plain, head, none, guarded)
	p.App.Auth = project.Auth{Enabled: true, Refresh: &project.Refresh{}}
	c := client(t, p)
	if r := do(t, c, plain, map[string]any{"as": "gzip"}, nil); !r.OK || r.Text != `{"id":1}` || b.last(t).header.Get("Accept-Encoding") != "gzip" {
		t.Errorf("gzip: %+v, asked for %q", r, b.last(t).header["Accept-Encoding"])
	}
	for _, enc := range []string{"br", "zstd"} {
		as := map[string]any{"as": enc}
		if r := do(t, c, plain, as, nil); r.OK || r.Status != 200 || r.Text != "" || r.Body != nil || !strings.Contains(r.Error, "encoding that was not asked for") {
			t.Errorf("%s: %+v", enc, r)
		}
		for _, call := range []*project.Call{head, none} {
			if r := do(t, c, call, as, nil); !r.OK {
				t.Errorf("%s without a body, %s: %+v", enc, call.Name, r)
			}
		}
		login := loggedIn("t1")
		if r := do(t, c, guarded, as, login); login.renews != 1 || !r.Replayed || r.OK {
			t.Errorf("%s of a 401: %d renewals, %+v", enc, login.renews, r)
		}
		backend := newBackend(t, func(w http.ResponseWriter, _ *http.Request, _ string) {
			w.Header().Set("Content-Encoding", enc)
			_, _ = w.Write(bodies[enc])
		})
		if ans := refresh(t, refreshApp(t, backend.URL, nil)); ans.Class != session.Ambiguous {
			t.Errorf("a renewal as %s: %v %s", enc, ans.Class, ans.Reason)
		}
	}
}

// TestF8_AStreamHeldByDoIsBounded: what a query gathers of a stream ends before its values fill the memory.
func TestF8_AStreamHeldByDoIsBounded(t *testing.T) {
	message := "data: [" + strings.Repeat("0,", maxMessage/2-20) + "0]\n\n"
	b := newBackend(t, func(w http.ResponseWriter, _ *http.Request, _ string) {
		w.Header().Set("Content-Type", "text/event-stream")
		for range shownByDo {
			if _, err := w.Write([]byte(message)); err != nil {
				return
			}
		}
	})
	call := &project.Call{Name: "x", ReplyAs: project.ReplyEvents}
	c := client(t, api(t, b.URL, call))
	before := givenBack()
	r := do(t, c, call, nil, nil)
	list, _ := r.Body.([]any)
	if grown := memoryHeld() - before; !r.OK || len(list) == 0 || len(list) == shownByDo || grown > 64<<20 {
		t.Errorf("%v %q, %d messages, %d MiB more were used", r.OK, r.Error, len(list), grown>>20)
	}
}
