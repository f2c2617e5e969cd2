package call

import (
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// TestF080_F106_MethodsAndBodies: each method goes out as it is, with any body or none, and the body arrives.
func TestF080_F106_MethodsAndBodies(t *testing.T) {
	b := newBackend(t, nil)
	bodies := map[project.BodyKind]string{
		project.BodyNone: "", project.BodyJSON: `{"a":"x"}`, project.BodyForm: "a=x", project.BodyText: "x",
	}
	var calls []*project.Call
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} {
		for kind := range bodies {
			call := &project.Call{Name: method + string(kind), Method: method, BodyKind: kind, Params: textParams("a")}
			switch kind {
			case project.BodyText:
				call.Body = tmpl(t, "${params.a}")
			case project.BodyJSON, project.BodyForm:
				call.Body = object(t, "a", "${params.a}")
			}
			calls = append(calls, call)
		}
	}
	c := client(t, api(t, b.URL, calls...))
	for _, call := range calls {
		r := do(t, c, call, map[string]any{"a": "x"}, nil)
		if got := b.last(t); !r.OK || got.method != call.Method || got.body != bodies[call.BodyKind] {
			t.Errorf("%s: %+v, %+v", call.Name, got, r.Error)
		}
	}
}

// multipartOf reads what a backend reads of a multipart body: name, file name, type and text of each part.
func multipartOf(t *testing.T, g got) []string {
	t.Helper()
	kind, params, err := mime.ParseMediaType(g.header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		t.Fatalf("Content-Type %q", g.header.Get("Content-Type"))
	}
	var out []string
	for r := multipart.NewReader(strings.NewReader(g.body), params["boundary"]); ; {
		p, err := r.NextRawPart()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(p)
		out = append(out, strings.Join([]string{p.FormName(), p.FileName(), p.Header.Get("Content-Type"), string(text)}, "|"))
	}
}

// TestF087_Multipart: fields and files arrive in order; no value can end its part or begin another; the same parts give the same bytes.
func TestF087_Multipart(t *testing.T) {
	b := newBackend(t, nil)
	call := &project.Call{Name: "up", Method: "POST", BodyKind: project.BodyMultipart, Params: append(textParams("title", "tags", "gone", "name"), project.Param{Name: "photo", Type: value.FileType()}),
		Headers: []project.KV{{Name: "Content-Type", Value: tmpl(t, "application/json")}},
		Parts: []project.Part{{Name: "title", Value: tmpl(t, "${params.title}")}, {Name: "tag", Value: tmpl(t, "${params.tags}")}, {Name: "gone", Value: tmpl(t, "${params.gone}")},
			{Name: "photo", Value: tmpl(t, "${params.photo}"), FileName: tmpl(t, "${params.name}"), Type: tmpl(t, "image/png")}}}
	c := client(t, api(t, b.URL, call))
	values := map[string]any{"title": "a\r\n--x\r\nContent-Disposition: form-data; name=\"evil\"\r\n\r\n1", "tags": []any{"x", 2}, "name": "my\"; name=\"evil\r\n.png", "photo": "\x89PNG\x00\r\n"}
	do(t, c, call, values, nil)
	one := b.last(t)
	want := []string{"title|||" + values["title"].(string), "tag|||x", "tag|||2", "photo|my%22; name=%22evil%0D%0A.png|image/png|\x89PNG\x00\r\n"}
	if got := multipartOf(t, one); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if do(t, c, call, values, nil); b.last(t).body != one.body {
		t.Error("the same parts gave other bytes: a replay would not be equal")
	}
	call.Parts[3].Type = tmpl(t, "${params.title}")
	n := len(b.requests())
	if r := do(t, c, call, values, nil); r.OK || len(b.requests()) != n {
		t.Errorf("a media type with a line break went out: %+v", r)
	}
}

// TestF087_Files: a file goes out with its own bytes, name and type, as a part or as the whole body; what the project says of them wins.
func TestF087_Files(t *testing.T) {
	b := newBackend(t, nil)
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	odd := "He said \"hi\"; name=\"x\".png"
	photo, other := value.NewFile(odd, "image/png", every), value.NewFile("Hütte 山.txt", "", []byte("two\r\n--\r\n"))
	params := []project.Param{{Name: "photo", Type: value.FileType()}, {Name: "all", Type: value.ListOf(value.FileType())}}
	parts := &project.Call{Name: "parts", Method: "POST", BodyKind: project.BodyMultipart, Params: params, Parts: []project.Part{
		{Name: "photo", Value: tmpl(t, "${params.photo}"), FileName: value.Const(""), Type: value.Const("")},
		{Name: "bare", Value: tmpl(t, "${params.photo}")},
		{Name: "named", Value: tmpl(t, "${params.photo}"), FileName: value.Const("me.bin"), Type: value.Const("application/pdf")},
		{Name: "all", Value: tmpl(t, "${params.all}")},
	}}
	whole := &project.Call{Name: "whole", Method: "PUT", BodyKind: project.BodyFile, Body: tmpl(t, "${params.photo}"), Params: params}
	asJSON := &project.Call{Name: "json", Method: "POST", BodyKind: project.BodyJSON, Body: object(t, "a", "${params.photo}"), Params: params}
	c := client(t, api(t, b.URL, parts, whole, asJSON))
	do(t, c, parts, map[string]any{"photo": photo, "all": []any{photo, other}}, nil)
	escaped, bytes := strings.ReplaceAll(odd, `"`, "%22"), string(every)
	want := []string{"photo|" + escaped + "|image/png|" + bytes, "bare|" + escaped + "|image/png|" + bytes, "named|me.bin|application/pdf|" + bytes,
		"all|" + escaped + "|image/png|" + bytes, "all|Hütte 山.txt|application/octet-stream|two\r\n--\r\n"}
	if got := multipartOf(t, b.last(t)); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	do(t, c, whole, map[string]any{"photo": photo}, nil)
	if got := b.last(t); got.body != bytes || got.header.Get("Content-Type") != "image/png" {
		t.Errorf("the body is %q as %q", got.body, got.header.Get("Content-Type"))
	}
	if do(t, c, whole, map[string]any{"photo": "text"}, nil); b.last(t).body != "text" || b.last(t).header.Get("Content-Type") != "application/octet-stream" {
		t.Errorf("text as a file: %+v", b.last(t))
	}
	n := len(b.requests())
	broken := value.NewFile("x", "image/png\r\nEvil: 1", every)
	for _, one := range []struct {
		call *project.Call
		with map[string]any
	}{{asJSON, map[string]any{"photo": photo}}, {whole, map[string]any{"photo": broken}}, {parts, map[string]any{"photo": broken}}} {
		if r := do(t, c, one.call, one.with, nil); r.OK || len(b.requests()) != n {
			t.Errorf("%s went out: %+v", one.call.Name, r)
		}
	}
}

// TestF089_OwnAddress: a call with a url of its own goes there, without the group's secret headers and without its token.
func TestF089_OwnAddress(t *testing.T) {
	main, other := newBackend(t, nil), newBackend(t, nil)
	secret, _ := value.NewEnv().With("env", value.ObjectOf("env", value.Field{Name: "KEY", Type: value.SecretType()})).Parse("${env.KEY}", nil)
	call := &project.Call{Name: "x", URL: tmpl(t, other.URL+"/v2")}
	p := api(t, main.URL, call, &project.Call{Name: "y"})
	p.App.Env = []project.EnvVar{{Name: "KEY", Secret: true}}
	p.Groups[0].Headers = []project.KV{{Name: "apikey", Value: secret}, {Name: "X-App", Value: tmpl(t, "a")}}
	c, err := New(Config{Project: p, Env: map[string]string{"KEY": "canary-key"}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	do(t, c, call, nil, loggedIn("t1"))
	if got := other.last(t); got.uri != "/v2/x" || got.header.Get("Apikey") != "" || got.header.Get("X-App") != "a" || len(main.requests()) != 0 {
		t.Errorf("%+v", got)
	}
	if do(t, c, p.Groups[0].Calls[1], nil, nil); main.last(t).header.Get("Apikey") != "canary-key" {
		t.Error("the group's own calls lost their header")
	}
	if o := c.Origins(); len(o) != 2 {
		t.Errorf("origins %v", o)
	}
}

func TestF083_ListStyles(t *testing.T) {
	b := newBackend(t, nil)
	kv := func(comma bool) []project.KV {
		return []project.KV{{Name: "t", Value: tmpl(t, "${params.t}"), Comma: comma}}
	}
	repeat, comma := &project.Call{Name: "r", Params: textParams("t"), Query: kv(false)}, &project.Call{Name: "c", Params: textParams("t"), Query: kv(true)}
	c := client(t, api(t, b.URL, repeat, comma))
	list := map[string]any{"t": []any{"a,b", nil, 2}}
	if do(t, c, repeat, list, nil); b.last(t).uri != "/r?t=a%2Cb&t=2" {
		t.Errorf("repeat: %s", b.last(t).uri)
	}
	if do(t, c, comma, list, nil); b.last(t).uri != "/c?t=a%2Cb%2C2" {
		t.Errorf("comma: %s", b.last(t).uri)
	}
	if do(t, c, comma, nil, nil); b.last(t).uri != "/c" {
		t.Errorf("nothing: %s", b.last(t).uri)
	}
}

// TestF8_LimitsOfACall: a call that says less than the default gets less: bytes either way, and levels.
func TestF8_LimitsOfACall(t *testing.T) {
	b := newBackend(t, func(w http.ResponseWriter, _ *http.Request, _ string) {
		writeJSON(w, 200, `{"a":{"b":["`+strings.Repeat("x", 2000)+`"]}}`)
	})
	plain := &project.Call{Name: "p", ReplyAs: project.ReplyJSON}
	small := &project.Call{Name: "s", Limits: project.CallLimits{Reply: 1024}}
	flat := &project.Call{Name: "f", ReplyAs: project.ReplyJSON, Limits: project.CallLimits{Depth: 2}}
	out := &project.Call{Name: "o", Method: "POST", BodyKind: project.BodyText, Body: tmpl(t, strings.Repeat("x", 1025)), Limits: project.CallLimits{Request: 1024}}
	c := client(t, api(t, b.URL, plain, small, flat, out))
	if r := do(t, c, plain, nil, nil); !r.OK {
		t.Errorf("without limits: %s", r.Error)
	}
	if r := do(t, c, small, nil, nil); r.OK || !strings.Contains(r.Error, "too large") {
		t.Errorf("reply: %+v", r)
	}
	if r := do(t, c, flat, nil, nil); r.OK || r.Status != 200 {
		t.Errorf("depth: %+v", r)
	}
	n := len(b.requests())
	if r := do(t, c, out, nil, nil); r.OK || r.Status != 0 || len(b.requests()) != n {
		t.Errorf("request: %+v", r)
	}
}

// TestF095_ReplyAs: how a body is read, and where its payload is.
func TestF095_ReplyAs(t *testing.T) {
	b := newBackend(t, func(w http.ResponseWriter, r *http.Request, _ string) {
		w.Header().Set("Set-Cookie", "sid=cookie-canary; HttpOnly; Path=/")
		w.Header().Add("Set-Cookie", "old=; Max-Age=0")
		switch r.URL.Path {
		case "/wrapped":
			writeJSON(w, 200, `{"status":"ok","data":{"result":{"id":7}}}`)
		case "/bare":
			writeJSON(w, 200, `{"status":"ok"}`)
		case "/refused":
			writeJSON(w, 422, `{"message":"no","data":{"result":{"accessToken":"tok-canary"}}}`)
		case "/token":
			_, _ = io.WriteString(w, "1|tok-canary")
		default:
			writeJSON(w, 200, `"12"`)
		}
	})
	wrap := []string{"data", "result"}
	calls := map[string]*project.Call{
		"wrapped": {Unwrap: wrap, Reply: loginReply()}, "bare": {Unwrap: wrap}, "typed bare": {Path: tmpl(t, "/bare"), Unwrap: wrap, Reply: loginReply()},
		"refused": {Unwrap: wrap, Reply: loginReply()}, "token": {Reply: value.SecretType()}, "text": {ReplyAs: project.ReplyText},
		"json": {Path: tmpl(t, "/token"), ReplyAs: project.ReplyJSON}, "none": {ReplyAs: project.ReplyNone}, "head": {Method: "HEAD", Path: tmpl(t, "/wrapped")},
	}
	var list []*project.Call
	for name, c := range calls {
		c.Name = strings.ReplaceAll(name, " ", "-")
		list = append(list, c)
	}
	c := client(t, api(t, b.URL, list...))
	for name, want := range map[string]struct {
		ok   bool
		body string
	}{
		"wrapped": {true, `{"id":7}`}, "bare": {true, ""}, "typed bare": {false, ""}, "token": {true, "[redacted]"}, "text": {true, `"12"`},
		"json": {false, ""}, "none": {true, ""}, "head": {true, ""}, "refused": {false, `{"data":{"result":{"accessToken":"[redacted]"}},"message":"no"}`},
	} {
		r := do(t, c, calls[name], nil, nil)
		if body := value.Text(r.Body); r.OK != want.ok || body != want.body {
			t.Errorf("%s: ok %v, body %s, %s", name, r.OK, body, r.Error)
		}
		jar, _ := r.Value()["cookies"].(map[string]any)
		if sid, ok := jar["sid"].(value.Secret); !ok || sid.Reveal() != "cookie-canary" || len(jar) != 1 {
			t.Errorf("%s: cookies %v", name, jar)
		}
	}
}
