package call

import (
	"fmt"
	"math/rand/v2"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// TestA3_FortyTricks: forty attempts to have a call's credentials sent elsewhere: in the address of the group, in values, in redirects, in
// headers of replies, by proxies, by moving the address of a secret. The thief gets no request with a token, a secret or a password.
func TestA3_FortyTricks(t *testing.T) {
	thief := newBackend(t, nil)
	evil := strings.TrimPrefix(thief.URL, "http://")
	tricks := 0
	leaked := func(what string) {
		tricks++
		for _, r := range thief.requests() {
			if all := fmt.Sprint(r.uri, r.body, r.header); strings.Contains(all, "tok-canary") || strings.Contains(all, canaryKey) || strings.Contains(all, "pw-canary") {
				t.Fatalf("%s: the thief got %s", what, all)
			}
		}
	}
	send := func(what string, p *project.Project, m map[string]any) {
		t.Helper()
		c, err := New(Config{Project: p, Secrets: map[string]Secret{"api.KEY": {Value: value.NewSecret(canaryKey), Origin: "http://127.0.0.1:1"}}})
		if err == nil {
			_ = do(t, c, p.Groups[0].Calls[0], m, loggedIn("tok-canary"))
			c.Close()
		}
		leaked(what)
	}
	call := func() *project.Call {
		return &project.Call{Name: "x", Method: "POST", Path: tmpl(t, "/x/${params.v}"), Auth: project.AuthRequired, Params: textParams("v"), BodyKind: project.BodyJSON,
			Body: object(t, "password", "pw-canary")}
	}
	home := newBackend(t, nil)
	for _, u := range []string{"http://127.0.0.1:1@" + evil, "http://127.0.0.1:1\\@" + evil, "http://127.0.0.1:1%40" + evil, "http://127.0.0.1:1#@" + evil, "http://127.0.0.1:1?@" + evil,
		"//" + evil, "http:" + evil, "http:/" + evil, "http:///" + evil, "http://user:pass@" + evil} { // none of them is an address
		send("address "+u, api(t, u, call()), map[string]any{"v": "1"})
	}
	for _, v := range []string{"@" + evil, "//" + evil, "/../../" + evil, `\\` + evil, "http://" + evil, "?@" + evil, "#@" + evil, "..", "%2e%2e/" + evil, ".;/" + evil, "\r\nHost: " + evil,
		":80@" + evil, "\t//" + evil, "\u2025/" + evil} {
		send("value "+v, api(t, home.URL, call()), map[string]any{"v": v})
	}
	for _, code := range []int{301, 302, 303, 307, 308} {
		for _, to := range []string{thief.URL + "/", "//" + evil + "/"} {
			b := newBackend(t, func(w http.ResponseWriter, _ *http.Request, _ string) {
				w.Header().Set("Location", to)
				w.Header().Set("Alt-Svc", `h2="`+evil+`"; ma=60`)
				w.Header().Set("Refresh", "0; url="+to)
				w.Header().Set("Content-Location", to)
				w.WriteHeader(code)
			})
			follow := call()
			follow.Follow = true // as no checked project says it
			send(fmt.Sprintf("%d to %s", code, to), api(t, b.URL, follow), map[string]any{"v": "1"})
		}
	}
	for _, k := range []string{"HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"} {
		t.Setenv(k, thief.URL)
		send(k, api(t, "http://backend.invalid", call()), map[string]any{"v": "1"})
	}
	moved := withSecret(t, thief.URL, thief.URL)
	send("a moved group with its secret", moved, nil)
	half := withSecret(t, thief.URL, "http://127.0.0.1:1")
	send("a moved address", half, nil)
	own := withSecret(t, "http://127.0.0.1:1", "http://127.0.0.1:1")
	own.Groups[0].Calls[0].URL = tmpl(t, thief.URL)
	send("a call's own address", own, nil)
	if tricks < 40 {
		t.Errorf("only %d tricks", tricks)
	}
	if len(home.requests()) == 0 {
		t.Error("no trick was sent at all")
	}
}

// volume picks how often a proof is repeated: the first in every run, the second with USHER_LONG=1.
func volume(short, long int) int {
	if os.Getenv("USHER_LONG") != "" {
		return long
	}
	return short
}

// hostileString draws a string that would like to change the shape of a request.
func hostileString(r *rand.Rand) string {
	pieces := []string{"/", "..", ".", "\\", "?", "&", "=", "#", "@", ":", ";", "%2f", "%2e%2e", "%00", "%", "+", " ", "\r\n", "\n", "\r", "\x00", "\t", `"`, "'", "{", "}", "[", "]", ",",
		"--", "\r\n--usher-", "Content-Disposition: form-data; name=\"x\"", "\u2028", "\u202e", "\ufeff", "ü", "日本", "\xff", "\xc0\xaf", "http://evil.test", "${params.v}", "{token}", "null", "\u0000", "a", "0", "__proto__"}
	var b strings.Builder
	for range r.IntN(8) {
		if r.IntN(4) == 0 {
			b.WriteRune(rune(r.IntN(0x3000)))
		} else {
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
	}
	return b.String()
}

// TestF4_F5_NoStringChangesTheShape: in the path, the query, a header and every kind of body, no string adds, removes or moves a part of
// the request: it arrives as itself, or the call is not sent. 100,000 strings with USHER_LONG=1.
func TestF4_F5_NoStringChangesTheShape(t *testing.T) {
	at := func(kind project.BodyKind) *project.Call {
		c := &project.Call{Name: "c" + string(kind), Method: "POST", Path: tmpl(t, "/posts/${params.v}/c"), Params: textParams("v"), BodyKind: kind,
			Query: []project.KV{{Name: "q", Value: tmpl(t, "${params.v}")}, {Name: "z", Value: tmpl(t, "1")}}}
		switch kind {
		case project.BodyJSON, project.BodyForm:
			c.Body = object(t, "a", "${params.v}", "b", "x${params.v}y")
		case project.BodyText:
			c.Body = tmpl(t, "x${params.v}y")
		case project.BodyMultipart:
			c.Parts = []project.Part{{Name: "a", Value: tmpl(t, "${params.v}")}, {Name: "f", Value: tmpl(t, "${params.v}"), FileName: tmpl(t, "${params.v}"), Type: tmpl(t, "text/plain")}}
		}
		return c
	}
	calls := []*project.Call{at(project.BodyJSON), at(project.BodyForm), at(project.BodyText), at(project.BodyMultipart)}
	header := &project.Call{Name: "h", Headers: []project.KV{{Name: "X-V", Value: tmpl(t, "a ${params.v}")}, {Name: "X-Z", Value: tmpl(t, "1")}}, Params: textParams("v")}
	c := client(t, api(t, "https://api.example.test/base", append(calls, header)...))
	r := rand.New(rand.NewPCG(7, 9))
	n, sent := volume(2_000, 100_000), 0
	for i := range n {
		s := hostileString(r)
		call := calls[i%len(calls)]
		in := buildInput{call: call, args: args(map[string]any{"v": s}), now: time.Now()}
		b, refused, err := c.build(t.Context(), in)
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		if refused == "" {
			sent++
			if what := shapeFault(b, call, s); what != "" {
				t.Fatalf("%q as %s: %s: %s %s", s, call.BodyKind, what, b.http.URL, bytesOf(b.body))
			}
		}
		in.call = header
		if b, refused, err = c.build(t.Context(), in); err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		if refused == "" && (len(b.http.Header) != 4 || len(b.http.Header["X-V"]) != 1 || b.http.Header.Get("X-V") != "a "+s || strings.ContainsAny(s, "\r\n\x00")) {
			t.Fatalf("%q: headers %q", s, b.http.Header)
		}
	}
	if sent < n/4 {
		t.Errorf("only %d of %d strings were sent at all", sent, n)
	}
	t.Logf("%d strings, %d of them sent", n, sent)
}

// shapeFault says what is wrong with a request that was made with s; "" nothing.
func shapeFault(b built, call *project.Call, s string) string {
	whole := strings.ToValidUTF8(s, "\uFFFD")
	same := func(got string) bool {
		return got == s || strings.ToValidUTF8(got, "\uFFFD") == whole || value.Text(got) == value.Text(s)
	}
	u, err := url.Parse(b.http.URL.String())
	if err != nil {
		return err.Error()
	}
	seg := strings.Split(u.EscapedPath(), "/")
	if u.Scheme != "https" || u.Host != "api.example.test" || u.User != nil || u.Fragment != "" || len(seg) != 5 || seg[1] != "base" || seg[2] != "posts" || seg[4] != "c" {
		return "address"
	}
	if got, err := url.PathUnescape(seg[3]); err != nil || !same(got) {
		return "path"
	}
	q, err := url.ParseQuery(u.RawQuery)
	if err != nil || len(q) != 2 || len(q["q"]) != 1 || !same(q.Get("q")) || q.Get("z") != "1" {
		return "query"
	}
	switch call.BodyKind {
	case project.BodyJSON:
		v, err := value.DecodeJSON(bytesOf(b.body))
		m, _ := v.(map[string]any)
		a, _ := m["a"].(string)
		if err != nil || len(m) != 2 || strings.ReplaceAll(a, "\uFFFD", "") != strings.ReplaceAll(eachBad(s), "\uFFFD", "") {
			return "JSON"
		}
	case project.BodyForm:
		f, err := url.ParseQuery(string(bytesOf(b.body)))
		if err != nil || len(f) != 2 || !same(f.Get("a")) || !same(strings.TrimSuffix(strings.TrimPrefix(f.Get("b"), "x"), "y")) {
			return "form"
		}
	case project.BodyText:
		if !same(strings.TrimSuffix(strings.TrimPrefix(string(bytesOf(b.body)), "x"), "y")) {
			return "text"
		}
	case project.BodyMultipart:
		return partsFault(b, same)
	}
	return ""
}

// eachBad is s with each of its bad bytes replaced.
func eachBad(s string) string { return strings.Map(func(r rune) rune { return r }, s) }

func partsFault(b built, same func(string) bool) string {
	_, params, err := mime.ParseMediaType(b.http.Header.Get("Content-Type"))
	if err != nil {
		return "media type"
	}
	form, err := multipart.NewReader(strings.NewReader(string(bytesOf(b.body))), params["boundary"]).ReadForm(1 << 20)
	if err != nil || len(form.Value) != 1 || len(form.File) != 1 || len(form.Value["a"]) != 1 || len(form.File["f"]) != 1 || !same(form.Value["a"][0]) {
		return "multipart"
	}
	return ""
}
