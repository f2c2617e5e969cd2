package call

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/usherdev/usher/project"
)

// taken is what came of a Download.
type taken struct {
	in   Incoming
	body []byte
	cut  error
	n    int
}

func download(t *testing.T, c *Client, call *project.Call, login Login, have string) (Reply, taken) {
	t.Helper()
	var got taken
	r, err := c.Download(t.Context(), Request{Call: call}, login, have, func(in Incoming) error {
		got.in, got.n = in, got.n+1
		got.body, got.cut = io.ReadAll(in.Body)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return r, got
}

// sends answers with a body of a kind, in pieces.
func sends(media, body string, header ...string) func(http.ResponseWriter, *http.Request, string) {
	return func(w http.ResponseWriter, _ *http.Request, _ string) {
		w.Header().Set("Content-Type", media)
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		_, _ = io.WriteString(w, body)
	}
}

// TestF108_AFileIsHandedOnWhileItComes: all its bytes come to take, with what the backend says of it, however small or large it is.
func TestF108_AFileIsHandedOnWhileItComes(t *testing.T) {
	for _, size := range []int{0, 1, fileHead - 1, fileHead, fileHead + 1, judged, 3 << 20} {
		for _, media := range []string{"image/png", "application/json", "application/geo+json; charset=utf-8"} {
			body := strings.Repeat("x", size)
			b := newBackend(t, sends(media, body, "ETag", `"v1"`, "Content-Disposition", `attachment; filename="../a/hut.png"`))
			photo := &project.Call{Name: "photo"}
			r, got := download(t, client(t, api(t, b.URL, photo)), photo, nil, "")
			if !r.OK || got.n != 1 || string(got.body) != body || got.cut != nil {
				t.Errorf("%d bytes of %s: %+v, taken %d times, %d bytes, %v", size, media, r, got.n, len(got.body), got.cut)
			}
			if in := got.in; in.Name != "hut.png" || !strings.HasPrefix(media, in.Media) || in.ETag != `"v1"` || len(in.Head) != min(size, fileHead) {
				t.Errorf("%d bytes of %s: it is said to be %q, %q, %q with a head of %d", size, media, in.Name, in.Media, in.ETag, len(in.Head))
			}
			if accept := b.last(t).header.Get("Accept"); accept != "*/*" {
				t.Errorf("asked for %q", accept)
			}
		}
	}
}

// TestF108_WhatIsNoFileIsAReply: a refusal, an answer without content, a redirect and one that breaks off before it began come to nobody as a file.
func TestF108_WhatIsNoFileIsAReply(t *testing.T) {
	for name, tc := range map[string]struct {
		answer func(http.ResponseWriter, *http.Request, string)
		says   string
	}{
		"refused": {func(w http.ResponseWriter, _ *http.Request, _ string) {
			writeJSON(w, 404, `{"message":"No such picture."}`)
		}, "No such picture."},
		"no content": {func(w http.ResponseWriter, _ *http.Request, _ string) { w.WriteHeader(204) }, "nothing"},
		"a part":     {func(w http.ResponseWriter, _ *http.Request, _ string) { w.WriteHeader(206) }, "nothing"},
		"elsewhere": {func(w http.ResponseWriter, r *http.Request, _ string) {
			http.Redirect(w, r, "https://evil.example", http.StatusFound)
		}, "another address"},
		"packed": {sends("image/png", "xyz", "Content-Encoding", "br"), "encoding"},
		"cut off": {func(w http.ResponseWriter, _ *http.Request, _ string) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "abc")
		}, "cut off"},
		"said to be large": {sends("image/png", strings.Repeat("x", 2000)), "large"},
		"large": {func(w http.ResponseWriter, _ *http.Request, _ string) {
			w.Header().Set("Content-Type", "application/json")
			w.(http.Flusher).Flush()
			_, _ = io.WriteString(w, strings.Repeat("x", 2000))
		}, "large"},
	} {
		b := newBackend(t, tc.answer)
		photo := &project.Call{Name: "photo", Limits: project.CallLimits{File: 1 << 10}, Retry: 2}
		r, got := download(t, client(t, api(t, b.URL, photo)), photo, nil, "")
		if r.OK || got.n != 0 || !strings.Contains(r.Error, tc.says) {
			t.Errorf("%s: %+v, taken %d times", name, r, got.n)
		}
	}
}

// TestF108_BoundsOfAFile: one that turns out to be larger than the call allows, or breaks off, ends in an error for whoever reads it, and so does a
// silence; nothing of that looks like a whole file.
func TestF108_BoundsOfAFile(t *testing.T) {
	endless := func(n int, then func(w http.ResponseWriter, r *http.Request)) func(http.ResponseWriter, *http.Request, string) {
		return func(w http.ResponseWriter, r *http.Request, _ string) {
			w.Header().Set("Content-Type", "video/mp4")
			w.(http.Flusher).Flush()
			_, _ = w.Write(bytes.Repeat([]byte("x"), n))
			w.(http.Flusher).Flush()
			then(w, r)
		}
	}
	for name, tc := range map[string]struct {
		answer func(http.ResponseWriter, *http.Request, string)
		most   int
	}{
		"large":   {endless(5000, func(http.ResponseWriter, *http.Request) {}), 2 << 10},
		"cut off": {endless(1000, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), 1000},
		"silence": {endless(1000, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }), 1000},
	} {
		b := newBackend(t, tc.answer)
		film := &project.Call{Name: "film", Limits: project.CallLimits{File: 2 << 10}, Timeout: 300 * time.Millisecond}
		_, got := download(t, client(t, api(t, b.URL, film)), film, nil, "")
		if got.n != 1 || got.cut == nil || len(got.body) > tc.most {
			t.Errorf("%s: taken %d times, %d bytes, %v", name, got.n, len(got.body), got.cut)
		}
	}
}

// TestF108_B6_RenewedBeforeTheFile: an expired login is renewed and the file asked for again, once, also where the backend says so with a success;
// once the file has begun, nothing is sent again.
func TestF108_B6_RenewedBeforeTheFile(t *testing.T) {
	b := newBackend(t, func(w http.ResponseWriter, r *http.Request, _ string) {
		switch token := r.Header.Get("Authorization"); {
		case token == "Bearer t1":
			writeJSON(w, 401, `{"message":"Token expired"}`)
		case token == "Bearer t2" && strings.HasSuffix(r.RequestURI, "polite"):
			writeJSON(w, 200, `{"error":"expired"}`)
		default:
			sends("image/png", "the picture of "+token)(w, r, "")
		}
	})
	photo, polite := &project.Call{Name: "photo", Auth: project.AuthRequired}, &project.Call{Name: "polite", Auth: project.AuthRequired}
	refresh := &project.Call{Name: "refresh"}
	p := api(t, b.URL, photo, polite, refresh)
	p.App.Auth = project.Auth{Enabled: true, Header: "Authorization", TokenFormat: "Bearer {token}",
		Refresh: &project.Refresh{Call: refresh, Expired: tmpl(t, `${reply.status == 401 || reply.body?.error == "expired"}`)}}
	c := client(t, p)
	login := loggedIn("t1")
	r, got := download(t, c, photo, login, "")
	if !r.OK || !r.Replayed || login.renews != 1 || string(got.body) != "the picture of Bearer t2" {
		t.Errorf("%+v, %d renewals, %q", r, login.renews, got.body)
	}
	r, got = download(t, c, polite, login, "")
	if !r.OK || login.renews != 2 || got.n != 1 || string(got.body) != "the picture of Bearer t3" {
		t.Errorf("a polite backend: %+v, %d renewals, %q taken %d times", r, login.renews, got.body, got.n)
	}
	if r, got = download(t, c, photo, nil, ""); r.OK || got.n != 0 || r.Status != 0 {
		t.Errorf("sent without a login: %+v", r)
	}
}

// TestF108_TheSameFileIsNotSentAgain: what the browser has is not fetched once more, and what is no ETag goes nowhere.
func TestF108_TheSameFileIsNotSentAgain(t *testing.T) {
	b := newBackend(t, func(w http.ResponseWriter, r *http.Request, _ string) {
		if r.Header.Get("If-None-Match") == `W/"v1"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		sends("image/png", "new", "ETag", `"a b"`)(w, r, "")
	})
	photo := &project.Call{Name: "photo"}
	c := client(t, api(t, b.URL, photo))
	if r, got := download(t, c, photo, nil, `W/"v1"`); r.Status != http.StatusNotModified || got.n != 0 {
		t.Errorf("%+v", r)
	}
	for _, have := range []string{"", "v1", `"v1`, `"a", "b"`, "\"a\r\nX: y\"", `"` + strings.Repeat("x", longestTag) + `"`, "*"} {
		r, got := download(t, c, photo, nil, have)
		if sent := b.last(t).header["If-None-Match"]; !r.OK || sent != nil || got.in.ETag != "" {
			t.Errorf("%q: %v was sent, %q came", have, sent, got.in.ETag)
		}
	}
}

// TestF108_WhoeverTakesMayFail: its error comes back, and the connection is given up.
func TestF108_WhoeverTakesMayFail(t *testing.T) {
	b := newBackend(t, sends("image/png", strings.Repeat("x", 1<<20)))
	photo := &project.Call{Name: "photo"}
	gone := errors.New("the browser has gone")
	_, err := client(t, api(t, b.URL, photo)).Download(t.Context(), Request{Call: photo}, nil, "", func(Incoming) error { return fmt.Errorf("x: %w", gone) })
	if !errors.Is(err, gone) {
		t.Errorf("%v", err)
	}
}

// TestF108_A3_FilesThatLieElsewhere: a backend may send on to where it keeps a file, if the call says so. That place gets nothing of the call, neither at
// once nor by way of another redirect; what it answers says nothing about the login; private addresses are asked only where the app declares them.
func TestF108_A3_FilesThatLieElsewhere(t *testing.T) {
	var b *backend
	storage := newBackend(t, func(w http.ResponseWriter, r *http.Request, _ string) {
		switch r.URL.Path {
		case "/back":
			http.Redirect(w, r, b.URL+"/back", http.StatusSeeOther)
		case "/closed":
			w.WriteHeader(http.StatusUnauthorized)
		default:
			sends("image/png", "the picture", "ETag", `"v1"`, "Set-Cookie", "theirs=1")(w, r, "")
		}
	})
	b = newBackend(t, func(w http.ResponseWriter, r *http.Request, _ string) {
		if r.URL.Path == "/back" {
			_, _ = io.WriteString(w, "token: "+r.Header.Get("Authorization")+r.Header.Get("X-Mine"))
			return
		}
		http.Redirect(w, r, r.URL.Query().Get("u"), http.StatusTemporaryRedirect)
	})
	to := func(name, path string, files bool) *project.Call {
		return &project.Call{Name: name, Path: tmpl(t, "/to"), Query: []project.KV{{Name: "u", Value: tmpl(t, path)}}, Auth: project.AuthRequired, FollowFiles: files, Headers: []project.KV{{Name: "X-Mine", Value: tmpl(t, "1")}}}
	}
	file, stay, back, closed := to("file", storage.URL+"/signed?by=us", true), to("stay", storage.URL+"/signed", false), to("back", storage.URL+"/back", true), to("closed", storage.URL+"/closed", true)
	near, loop, post := to("near", "/back", true), to("loop", "/to?u=/to", true), to("post", storage.URL+"/signed", true)
	post.Method = http.MethodPost
	p := api(t, b.URL, file, stay, back, closed, near, loop, post)
	refresh := &project.Call{Name: "refresh", Group: file.Group}
	p.App.Auth = project.Auth{Enabled: true, Header: "Authorization", TokenFormat: "Bearer {token}", Refresh: &project.Refresh{Call: refresh, Expired: tmpl(t, `${reply.status == 401}`)}}
	open, err := New(Config{Project: p, Transport: http.DefaultTransport.(*http.Transport).Clone()}) // without our dialler
	if err != nil {
		t.Fatal(err)
	}
	r, got := download(t, open, file, loggedIn("t1"), `"v0"`)
	if !r.OK || string(got.body) != "the picture" || got.in.ETag != `"v1"` || r.Headers["set-cookie"] != "" {
		t.Errorf("%+v %q", r, got.body)
	}
	if h := storage.last(t).header; h.Get("Authorization") != "" || h.Get("X-Mine") != "" || h.Get("Cookie") != "" || h.Get("Referer") != "" || h.Get("If-None-Match") != `"v0"` || storage.last(t).uri != "/signed?by=us" {
		t.Errorf("%s %v", storage.last(t).uri, h)
	}
	if _, got := download(t, open, back, loggedIn("t1"), ""); string(got.body) != "token: " {
		t.Errorf("a stranger sent it back: %q", got.body)
	}
	if _, got := download(t, open, near, loggedIn("t1"), ""); string(got.body) != "token: Bearer t11" {
		t.Errorf("within the origin: %q", got.body)
	}
	login := loggedIn("t1")
	if r, _ := download(t, open, closed, login, ""); r.OK || r.Status != http.StatusUnauthorized || login.renews != 0 {
		t.Errorf("a stranger's refusal renewed the login: %+v", r)
	}
	m := len(storage.requests())
	for _, call := range []*project.Call{stay, post} {
		if r, got := download(t, open, call, loggedIn("t1"), ""); r.OK || got.n != 0 || !strings.Contains(r.Error, "another address") || len(storage.requests()) != m {
			t.Errorf("%s: %+v", call.Name, r)
		}
	}
	n := len(b.requests())
	if r, _ := download(t, open, loop, loggedIn("t1"), ""); r.OK || len(b.requests())-n > maxHops+1 {
		t.Errorf("a loop: %+v after %d requests", r, len(b.requests())-n)
	}
	m = len(storage.requests())
	if r, got := download(t, client(t, p), file, loggedIn("t1"), ""); r.OK || got.n != 0 || len(storage.requests()) != m {
		t.Errorf("a private address was asked: %+v", r)
	}
	p.Groups = append(p.Groups, &project.Group{Name: "storage", URL: tmpl(t, storage.URL)})
	if r, got := download(t, client(t, p), file, loggedIn("t1"), ""); !r.OK || string(got.body) != "the picture" || storage.last(t).header.Get("Authorization") != "" {
		t.Errorf("an origin of the app: %+v", r)
	}
}
