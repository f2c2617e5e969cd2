package call

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

func textParams(names ...string) []project.Param {
	var out []project.Param
	for _, n := range names {
		out = append(out, project.Param{Name: n, Type: value.AnyType()})
	}
	return out
}

// TestF084_BodyJSON: values are written by a real encoder; numbers, lists and nil keep their type.
func TestF084_BodyJSON(t *testing.T) {
	b := newBackend(t, nil)
	call := &project.Call{Name: "save", Method: "POST", BodyKind: project.BodyJSON, Params: textParams("a", "n", "l"),
		Body: object(t, "text", "${params.a}", "joined", "<${params.a}>", "n", "${params.n}", "list", "${params.l}", "none", "${params.zzz}")}
	c := client(t, api(t, b.URL, call))
	do(t, c, call, map[string]any{"a": "say \"hi\"\n\\ </script> ü", "n": 3, "l": []any{1, "x"}}, nil)
	r := b.last(t)
	want := `{"joined":"<say \"hi\"\n\\ </script> ü>","list":[1,"x"],"n":3,"none":null,"text":"say \"hi\"\n\\ </script> ü"}`
	if v, err := value.DecodeJSON([]byte(r.body)); err != nil || value.Text(v) != want {
		t.Errorf("body %s\nwant %s (%v)", r.body, want, err)
	}
	if ct := r.header.Get("Content-Type"); ct != "application/json" {
		t.Errorf("Content-Type %q", ct)
	}
	if r.header.Get("Accept") != "application/json" || r.header.Get("User-Agent") != "Usher" {
		t.Errorf("headers %v", r.header)
	}
}

func TestF083_F085_F086_QueryFormText(t *testing.T) {
	b := newBackend(t, nil)
	q := []project.KV{{Name: "q", Value: tmpl(t, "${params.q}")}, {Name: "gone", Value: tmpl(t, "${params.gone}")}, {Name: "tag", Value: tmpl(t, "${params.tags}")}, {Name: "n&m", Value: tmpl(t, "1")}}
	form := &project.Call{Name: "form", Method: "PUT", BodyKind: project.BodyForm, Query: q, Params: textParams("q", "tags"),
		Body: object(t, "a", "${params.q}", "gone", "${params.gone}", "tags", "${params.tags}")}
	text := &project.Call{Name: "text", Method: "PATCH", BodyKind: project.BodyText, Params: textParams("q"), Body: tmpl(t, "Dear ${params.q},\nhello")}
	c := client(t, api(t, b.URL, form, text))
	do(t, c, form, map[string]any{"q": "a&b=c d", "tags": []any{"x", 2, nil}}, nil)
	r := b.last(t)
	if want := "/form?q=a%26b%3Dc+d&tag=x&tag=2&n%26m=1"; r.uri != want {
		t.Errorf("uri %s, want %s", r.uri, want)
	}
	if want := "a=a%26b%3Dc+d&tags=x&tags=2"; r.body != want || r.header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		t.Errorf("body %s, %s", r.body, r.header.Get("Content-Type"))
	}
	do(t, c, text, map[string]any{"q": "Ada"}, nil)
	if r = b.last(t); r.body != "Dear Ada,\nhello" || r.header.Get("Content-Type") != "text/plain; charset=utf-8" || r.method != "PATCH" {
		t.Errorf("text: %+v", r)
	}
}

// TestF088_ContentTypeGiven: a declared header stays; the call's wins over the group's.
func TestF088_ContentTypeGiven(t *testing.T) {
	b := newBackend(t, nil)
	call := &project.Call{Name: "x", Method: "POST", BodyKind: project.BodyJSON, Body: object(t, "a", "b"),
		Headers: []project.KV{{Name: "content-type", Value: tmpl(t, "application/vnd.api+json")}, {Name: "X-None", Value: tmpl(t, "${params.none}")}}}
	p := api(t, b.URL, call)
	p.Groups[0].Headers = []project.KV{{Name: "Content-Type", Value: tmpl(t, "text/html")}, {Name: "apikey", Value: tmpl(t, "${env.KEY}")}}
	p.App.Env = []project.EnvVar{{Name: "KEY", Secret: true}}
	c, err := New(Config{Project: p, Env: map[string]string{"KEY": "k-1"}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	do(t, c, call, nil, nil)
	r := b.last(t)
	if r.header.Get("Content-Type") != "application/vnd.api+json" || r.header.Get("Apikey") != "k-1" || r.header.Values("X-None") != nil {
		t.Errorf("headers %v", r.header)
	}
}

func TestF081_TypedArguments(t *testing.T) {
	b := newBackend(t, nil)
	call := &project.Call{Name: "x", Query: []project.KV{{Name: "n", Value: tmpl(t, "${params.n}")}, {Name: "d", Value: tmpl(t, "${params.d}")}},
		Params: []project.Param{{Name: "n", Type: value.IntType()}, {Name: "d", Type: value.IntType(), Default: value.Const(12)}, {Name: "r", Type: value.TextType(), Required: true}}}
	c := client(t, api(t, b.URL, call))
	do(t, c, call, map[string]any{"n": "7", "r": "x"}, nil)
	if r := b.last(t); r.uri != "/x?n=7&d=12" {
		t.Errorf("uri %s", r.uri)
	}
	for name, m := range map[string]map[string]any{"wrong type": {"n": "seven", "r": "x"}, "missing": {"n": 1}} {
		r := do(t, c, call, m, nil)
		if r.OK || r.Status != 0 || r.Error == "" || strings.Contains(r.Error, "seven") {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if n := len(b.requests()); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}

// TestF5_PathValues: what a value may do to a path, one by one.
func TestF5_PathValues(t *testing.T) {
	b := newBackend(t, nil)
	call := &project.Call{Name: "x", Path: tmpl(t, "/posts/${params.id}/likes"), Params: textParams("id")}
	c := client(t, api(t, b.URL+"/v1/", call))
	for in, want := range map[string]string{
		"7": "/v1/posts/7/likes", "a b": "/v1/posts/a%20b/likes", "a/b": "/v1/posts/a%2Fb/likes", "x?y=1#z": "/v1/posts/x%3Fy%3D1%23z/likes",
		"ü": "/v1/posts/%C3%BC/likes", "%2f": "/v1/posts/%252f/likes", "a;b": "/v1/posts/a%3Bb/likes", "...": "/v1/posts/.../likes",
		"": "", ".": "", "..": "", "../admin": "", "a/../b": "", `..\x`: "", "a/..": "", "..;x": "", "%2e%2E": "",
	} {
		before := len(b.requests())
		r := do(t, c, call, map[string]any{"id": in}, nil)
		switch {
		case want == "" && (len(b.requests()) != before || r.OK || r.Error == "" || r.Status != 0):
			t.Errorf("%q was sent: %+v", in, r)
		case want != "" && (len(b.requests()) != before+1 || b.last(t).uri != want):
			t.Errorf("%q: %+v, want %s", in, b.requests(), want)
		}
	}
	if r := do(t, c, call, nil, nil); r.Status != 0 || r.OK {
		t.Errorf("nil was sent")
	}
}

// TestF5_ShapeStays: no string changes path shape, query keys, host, or the shape of a JSON body.
func TestF5_ShapeStays(t *testing.T) {
	call := &project.Call{Name: "x", Method: "POST", Path: tmpl(t, "/posts/${params.v}/b-${params.v}/c?fixed=${params.v}"), Params: textParams("v"),
		Query: []project.KV{{Name: "q", Value: tmpl(t, "${params.v}")}}, BodyKind: project.BodyJSON, Body: object(t, "a", "${params.v}", "b", "x${params.v}y")}
	c := client(t, api(t, "https://api.example.test/base", call))
	rapid.Check(t, func(rt *rapid.T) {
		for _, s := range rapid.SliceOfN(rapid.OneOf(rapid.String(), rapid.StringMatching(`[./\\%?#&=;@: a\r\n]{0,12}`)), 20, 20).Draw(rt, "values") {
			b, refused, err := c.build(t.Context(), buildInput{call: call, args: args(map[string]any{"v": s}), now: time.Now()})
			if err != nil {
				rt.Fatal(err)
			}
			if refused == "" {
				checkShape(rt, b.http, bytesOf(b.body), s)
			}
		}
	})
}

func checkShape(rt *rapid.T, r *http.Request, body []byte, s string) {
	u, err := url.Parse(r.URL.String())
	if err != nil {
		rt.Fatalf("%q: %v", s, err)
	}
	segments := strings.Split(u.EscapedPath(), "/")
	if u.Scheme != "https" || u.Host != "api.example.test" || u.User != nil || u.Fragment != "" || len(segments) != 6 ||
		segments[1] != "base" || segments[2] != "posts" || segments[5] != "c" {
		rt.Fatalf("%q: address %s", s, u)
	}
	if got, _ := url.PathUnescape(segments[3]); got != s {
		rt.Fatalf("%q came out as %q", s, got)
	}
	q, err := url.ParseQuery(u.RawQuery)
	if err != nil || len(q) != 2 || len(q["q"]) != 1 || len(q["fixed"]) != 1 || q.Get("q") != s || q.Get("fixed") != s {
		rt.Fatalf("%q: query %s", s, u.RawQuery)
	}
	v, err := value.DecodeJSON(body)
	m, _ := v.(map[string]any)
	if err != nil || len(m) != 2 || m["a"] != s || m["b"] != "x"+s+"y" {
		rt.Fatalf("%q: body %s (%v)", s, body, err)
	}
}

// TestF4_NoHeaderInjection: a value that no header may carry stops the call; a declared name that is none stops the start.
func TestF4_NoHeaderInjection(t *testing.T) {
	b := newBackend(t, nil)
	call := &project.Call{Name: "x", Headers: []project.KV{{Name: "X-Name", Value: tmpl(t, "v ${params.v}")}}, Params: textParams("v")}
	c := client(t, api(t, b.URL, call))
	for _, v := range []string{"a\r\nX-Evil: 1", "a\nb", "a\rb", "a\x00b", "a\r\n fold", "a\tb", "ü", "\x7f", "\u2028", "\x1b[1m"} {
		if r := do(t, c, call, map[string]any{"v": v}, nil); r.OK || r.Status != 0 || !strings.Contains(r.Error, "X-Name") {
			t.Errorf("%q: %+v", v, r)
		}
	}
	if n := len(b.requests()); n != 0 {
		t.Fatalf("%d requests went out", n)
	}
	if do(t, c, call, map[string]any{"v": "fine"}, nil); b.last(t).header.Get("X-Name") != "v fine" {
		t.Error("a plain value was not sent")
	}
	for _, name := range []string{"", "X Y", "X:Y", "X\r\nY", "Ünder", "Connection", "host", "Content-Length", "transfer-encoding", "Cookie", "Expect", "TE", "Accept-Encoding"} {
		p := api(t, b.URL, &project.Call{Name: "y", Headers: []project.KV{{Name: name, Value: tmpl(t, "v")}}})
		if _, err := New(Config{Project: p}); err == nil {
			t.Errorf("the header %q was accepted", name)
		}
	}
}

func TestF219_MissingEnvironmentIsNamed(t *testing.T) {
	call := &project.Call{Name: "x", Headers: []project.KV{{Name: "apikey", Value: tmpl(t, "${env.KEY}")}}}
	p := api(t, "", call)
	p.Groups[0].URL = tmpl(t, "${env.API_URL}/v1")
	p.App.Env = []project.EnvVar{{Name: "API_URL"}, {Name: "KEY"}, {Name: "UNUSED"}}
	_, err := New(Config{Project: p})
	if err == nil || !strings.Contains(err.Error(), "API_URL, KEY") || strings.Contains(err.Error(), "UNUSED") {
		t.Errorf("error %v", err)
	}
	if _, err = New(Config{Project: p, Env: map[string]string{"API_URL": "http://localhost:1", "KEY": "k"}}); err != nil {
		t.Error(err)
	}
}

// TestA3_GroupAddresses: only an absolute http(s) origin without tricks can be a group's address.
func TestA3_GroupAddresses(t *testing.T) {
	for _, bad := range []string{"", "api.example.test", "ftp://x.test", "//x.test", "http://", "http://user:pw@x.test", "http://good.test@evil.test",
		"http://x.test?a=1", "http://x.test#f", "javascript:alert(1)", `http://good.test\@evil.test`, "http://b\u00fccher.test", "http:x.test"} {
		if _, err := New(Config{Project: api(t, bad)}); err == nil {
			t.Errorf("%q was accepted", bad)
		} else if bad != "" && strings.Contains(err.Error(), "pw@") {
			t.Errorf("the error shows the address: %v", err)
		}
	}
	for _, good := range []string{"http://localhost:3000", "https://api.example.test/v1/", "http://127.0.0.1:7071", "http://[::1]:80"} {
		if _, err := New(Config{Project: api(t, good)}); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
}

// TestA3_SecretsStayOutOfURLs: a secret in path or query is not sent; the declared refresh may place it in the query.
func TestA3_SecretsStayOutOfURLs(t *testing.T) {
	b := newBackend(t, func(w http.ResponseWriter, _ *http.Request, _ string) { writeJSON(w, 200, `{"t":"new"}`) })
	secret := []project.Param{{Name: "s", Type: value.SecretType()}}
	path := &project.Call{Name: "p", Path: tmpl(t, "/x/${params.s}"), Params: secret}
	query := &project.Call{Name: "q", Query: []project.KV{{Name: "s", Value: tmpl(t, "${params.s}")}}, Params: secret}
	body := &project.Call{Name: "b", Method: "POST", BodyKind: project.BodyJSON, Body: object(t, "s", "${params.s}"), Params: secret}
	p := api(t, b.URL, path, query, body)
	c := client(t, p)
	for _, call := range []*project.Call{path, query} {
		if r := do(t, c, call, map[string]any{"s": "hunter22"}, nil); r.OK || r.Status != 0 {
			t.Errorf("%s: %+v", call.Name, r)
		}
	}
	if n := len(b.requests()); n != 0 {
		t.Fatalf("%d requests went out", n)
	}
	if do(t, c, body, map[string]any{"s": "hunter22"}, nil); b.last(t).body != `{"s":"hunter22"}` {
		t.Errorf("body %s", b.last(t).body)
	}
	p.App.Auth.Refresh = &project.Refresh{Call: query}
	if do(t, client(t, p), query, map[string]any{"s": "hunter22"}, nil); b.last(t).uri != "/q?s=hunter22" {
		t.Errorf("uri %s", b.last(t).uri)
	}
}

func TestClientAddress(t *testing.T) {
	b := newBackend(t, nil)
	call := &project.Call{Name: "x", Headers: []project.KV{{Name: "X-Forwarded-For", Value: tmpl(t, "6.6.6.6")}}}
	p := api(t, b.URL, call)
	p.Groups[0].ClientAddress = "X-Forwarded-For"
	c := client(t, p)
	for in, want := range map[string]string{"192.0.2.7": "192.0.2.7", "::ffff:192.0.2.7": "192.0.2.7", "fe80::1%eth0": "fe80::1", "1.2.3.4, 5.6.7.8": "", "": ""} {
		if _, err := c.Do(t.Context(), Request{Call: call, ClientAddr: in}, nil); err != nil {
			t.Fatal(err)
		}
		if got := b.last(t).header.Get("X-Forwarded-For"); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
