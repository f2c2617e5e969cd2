package app

import (
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"net/url"
	goruntime "runtime"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"
)

const albumCalls = `
url: ${env.API_URL}/album
auth: required
limits: {file: 1 MB}
calls:
  photo: {path: "/photo/${params.id}", params: {id: text}}
  report: {path: "/report/${params.id}", params: {id: text}}
  open: {path: /open, auth: none}
  send: {method: POST, path: /send}
`

const albumPage = `
path: /album/{n}
title: Album
access: loggedIn
params: {n: text, plain: text}
body:
  - image: {call: album.photo, with: {id: "${user.username}"}, alt: Mine, fallback: hill.png}
  - avatar: {call: album.photo, with: {id: "${params.plain}"}, name: Nobody}
  - button: {text: Get, onTap: [{download: {call: album.report, with: {id: "${params.n}"}, name: "${params.plain}"}}]}
  - button: {text: Go, onTap: [{download: {call: album.report, with: {id: "7"}}}, {navigate: home}]}
  - button: {text: Draw, onTap: [{snackBar: Drawn}]}
  - button: {text: Send, onTap: [{call: album.send}]}
`

const staffPage = `
path: /staff
title: Staff
access: ${user.role == "staff"}
body:
  - image: {call: album.photo, with: {id: staff}}
`

const showPage = `
path: /show
title: Show
body:
  - image: {call: album.open}
`

func albumWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, map[string]string{"calls/album.yaml": albumCalls, "pages/album.yaml": albumPage, "pages/staff.yaml": staffPage, "pages/show.yaml": showPage, "assets/hill.png": aPicture})
	w.backend.on("GET /album/photo/ada", w.backend.needs(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("ETag", `"v1"`)
		rw.Header().Set("Content-Type", "text/html")
		rw.Header().Set("Set-Cookie", "backend=1")
		if r.Header.Get("If-None-Match") == `"v1"` {
			rw.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = io.WriteString(rw, aPicture)
	}))
	w.backend.on("POST /album/send", w.backend.needs(func(rw http.ResponseWriter, _ *http.Request) { reply(rw, 200, map[string]any{}) }))
	return w
}

// needs answers with 401 where the token is none of ours.
func (b *backend) needs(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		b.mu.Lock()
		user := b.valid[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
		b.mu.Unlock()
		if user == "" {
			reply(w, 401, map[string]any{"message": "The token has expired"})
			return
		}
		h(w, r)
	}
}

// pictureOf is the address of the first picture of a page.
func (p *page) pictureOf(t testing.TB) string {
	t.Helper()
	img := cascadia.Query(p.doc, cascadia.MustCompile("main img"))
	if img == nil {
		t.Fatalf("no picture on %s:\n%s", p.url, p.text())
	}
	return attr(img, "src")
}

// part asks for a part of a page, as a browser does for a picture.
func (c *client) part(path string) *page {
	c.w.t.Helper()
	return c.roundTrip(c.partRequest(path))
}

func (c *client) partRequest(path string) *http.Request {
	r := c.request("GET", path, nil)
	r.Header.Set("Sec-Fetch-Mode", "no-cors")
	r.Header.Set("Sec-Fetch-Dest", "image")
	return r
}

// TestF108_A1_APrivatePicture: a picture that the backend gives with a token alone is shown by an address that holds none (the harness searches all
// answers for tokens), stays the same while the page is drawn again, and is another one when the data has changed. An expired login is renewed once.
func TestF108_A1_APrivatePicture(t *testing.T) {
	w := albumWorld(t)
	c := w.browser()
	c.logIn("ada")
	p := c.get("/album/1")
	src := p.pictureOf(t)
	if !strings.HasPrefix(src, "/_usher/call/") || p.has(".u-avatar img") {
		t.Errorf("the picture is at %s; one of nobody is shown: %v", src, p.has(".u-avatar img"))
	}
	w.backend.expireAll()
	got := c.part(src)
	h := got.Header
	if got.StatusCode != 200 || got.body != aPicture || h.Get("Content-Type") != "image/png" || h.Get("Content-Disposition") != "" || h.Get("ETag") != `"v1"` {
		t.Errorf("%d %v", got.StatusCode, h)
	}
	for name, want := range map[string]string{"Content-Security-Policy": fileSandbox, "Cache-Control": "private, no-cache", "Vary": "Cookie", "X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin", "Set-Cookie": ""} {
		if h.Get(name) != want {
			t.Errorf("%s is %q", name, h.Get(name))
		}
	}
	if n, m := w.backend.count("POST /auth/refresh"), w.backend.count("GET /album/photo/ada"); n != 1 || m != 2 {
		t.Errorf("%d renewals, asked %d times", n, m)
	}
	r := c.partRequest(src)
	r.Header.Set("If-None-Match", `"v1"`)
	if again := c.roundTrip(r); again.StatusCode != http.StatusNotModified || again.body != "" {
		t.Errorf("what the browser has: %d", again.StatusCode)
	}
	p = c.press(p, "Draw", nil)
	if p.pictureOf(t) != src || c.get("/album/1").pictureOf(t) != src {
		t.Error("the address changes with each drawing")
	}
	if p = c.press(p, "Send", nil); p.pictureOf(t) == src {
		t.Error("the address stays although the data has changed")
	}
	if strings.Contains(w.log.String(), src) {
		t.Error("the log holds the address")
	}
}

// TestF108_F16_APictureIsForWhomItWasDrawn: an address opens nothing for anybody else, for nobody, after a log-out, from another site, changed,
// or where its page is closed.
func TestF108_F16_APictureIsForWhomItWasDrawn(t *testing.T) {
	w := albumWorld(t)
	c := w.browser()
	c.logIn("ada")
	src := c.get("/album/1").pictureOf(t)
	if p := c.part(src); p.StatusCode != 200 {
		t.Fatalf("the guard can fail: %d", p.StatusCode)
	}
	asked := w.backend.count("GET /album/photo/ada")
	bob := w.browser()
	bob.logIn("bob")
	guest := w.browser()
	guest.get("/show")
	for name, p := range map[string]*page{
		"another login": bob.part(src), "nobody": w.browser().part(src), "a guest": guest.part(src), "changed": c.part(mutated(src)), "none": c.part("/_usher/call/"),
		"another text of ours": c.part("/_usher/call/" + formState(t, c)),
	} {
		if p.StatusCode != http.StatusForbidden || strings.Contains(p.body, aPicture) {
			t.Errorf("%s: %d", name, p.StatusCode)
		}
	}
	for _, site := range []string{"cross-site", "same-site", "strange"} {
		r := c.partRequest(src)
		r.Header.Set("Sec-Fetch-Site", site)
		if p := c.roundTrip(r); p.StatusCode != http.StatusForbidden {
			t.Errorf("from %s: %d", site, p.StatusCode)
		}
	}
	r := c.partRequest(src)
	r.Header.Set("Origin", "https://evil.example")
	if p := c.roundTrip(r); p.StatusCode != http.StatusForbidden {
		t.Errorf("from another origin: %d", p.StatusCode)
	}
	for _, method := range []string{"HEAD", "POST"} {
		r := c.request(method, src, url.Values{})
		if p := c.roundTrip(r); p.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("%s: %d", method, p.StatusCode)
		}
	}
	if n := w.backend.count("GET /album/photo/ada"); n != asked {
		t.Errorf("the backend was asked %d times for those", n-asked)
	}
	old := c.cookies[sessionName()]
	c.press(c.get("/home"), "Log out", nil)
	if p := c.part(src); p.StatusCode != http.StatusForbidden {
		t.Errorf("after the log-out: %d", p.StatusCode)
	}
	c.cookies[sessionName()] = old
	if p := c.part(src); p.StatusCode != http.StatusForbidden {
		t.Errorf("with the cookie of before: %d", p.StatusCode)
	}
}

func formState(t *testing.T, c *client) string {
	_, form := c.get("/album/1").form(t, "Draw", nil)
	return form.Get("_state")
}

func mutated(src string) string {
	b := []byte(src)
	b[len(b)-5] ^= 1
	return string(b)
}

// TestF108_ThePageDecides: who may not open the page any more does not get its pictures, and a guest gets those of a page for everybody.
func TestF108_ThePageDecides(t *testing.T) {
	w := albumWorld(t)
	w.backend.role = "staff"
	show := func(rw http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(rw, aPicture) }
	w.backend.on("GET /album/photo/staff", show)
	w.backend.on("GET /album/open", show)
	c := w.browser()
	c.logIn("ada")
	src := c.get("/staff").pictureOf(t)
	if p := c.part(src); p.StatusCode != 200 {
		t.Fatalf("%d", p.StatusCode)
	}
	w.backend.role = "traveller"
	c.press(c.get("/profile"), "Update from the backend", nil)
	if p := c.part(src); p.StatusCode != http.StatusForbidden {
		t.Errorf("after the role has changed: %d", p.StatusCode)
	}
	guest := w.browser()
	if p := guest.part(guest.get("/show").pictureOf(t)); p.StatusCode != 200 || p.body != aPicture {
		t.Errorf("a guest: %d", p.StatusCode)
	}
	before := c.get("/album/1").pictureOf(t)
	changed := load(t, tourist(t, map[string]string{"calls/album.yaml": albumCalls, "pages/album.yaml": albumPage + "  - text: New\n", "assets/hill.png": aPicture}))
	if err := w.app.Swap(changed, w.newCalls(changed)); err != nil {
		t.Fatal(err)
	}
	if p := c.part(before); p.StatusCode != http.StatusForbidden {
		t.Errorf("of another revision: %d", p.StatusCode)
	}
}

// TestF108_OnlyPicturesAreShown: whatever the backend calls it, what could run in a browser is never shown in it, and what is no picture is a file.
func TestF108_OnlyPicturesAreShown(t *testing.T) {
	w := albumWorld(t)
	c := w.browser()
	c.logIn("ada")
	src := c.get("/album/1").pictureOf(t)
	for name, tc := range map[string]struct{ media, body, shown, kept string }{
		"png":             {"text/html", aPicture, "image/png", ""},
		"jpeg":            {"image/jpeg", "\xff\xd8\xff\xe0 picture", "image/jpeg", ""},
		"gif":             {"", "GIF89a picture", "image/gif", ""},
		"webp":            {"image/webp", "RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp", ""},
		"avif":            {"image/avif", "\x00\x00\x00\x1cftypavif", "image/avif", ""},
		"svg":             {"image/svg+xml", `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`, "", "application/octet-stream"},
		"svg as a png":    {"image/png", `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`, "", "image/png"},
		"html":            {"text/html; charset=utf-8", "<!doctype html><script>alert(1)</script>", "", "application/octet-stream"},
		"xhtml":           {"application/xhtml+xml", "<html/>", "", "application/octet-stream"},
		"script":          {"text/javascript", "alert(1)", "", "application/octet-stream"},
		"a page in parts": {"multipart/related; boundary=x", "--x", "", "application/octet-stream"},
		"pdf":             {"application/pdf", "%PDF-1.7", "", "application/pdf"},
		"nothing":         {"", "", "", "application/octet-stream"},
		"not a type":      {"a picture", "x", "", "application/octet-stream"},
	} {
		w.backend.on("GET /album/photo/ada", func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header()["Content-Type"] = []string{tc.media}
			_, _ = io.WriteString(rw, tc.body)
		})
		p := c.part(src)
		kind, where := p.Header.Get("Content-Type"), p.Header.Get("Content-Disposition")
		shown := where == ""
		if p.StatusCode != 200 || p.body != tc.body || p.Header.Get("Content-Security-Policy") != fileSandbox {
			t.Errorf("%s: %d %q %v", name, p.StatusCode, p.body, p.Header)
		}
		if shown != (tc.shown != "") || shown && kind != tc.shown || !shown && (kind != tc.kept || !strings.HasPrefix(where, "attachment")) {
			t.Errorf("%s: %q, %q", name, kind, where)
		}
	}
}

// TestF108_ADownload: the action leads to a file with a safe name; where the backend refuses, people come back to the page and read why.
func TestF108_ADownload(t *testing.T) {
	w := albumWorld(t)
	c := w.browser()
	c.logIn("ada")
	w.backend.on("GET /album/report/7", w.backend.needs(func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "text/csv")
		rw.Header().Set("Content-Disposition", `attachment; filename="../../year.csv"`)
		_, _ = io.WriteString(rw, "a,b\n")
	}))
	p := c.press(c.get("/album/7"), "Get", nil)
	p.want(t, 200, "Your file is ready.", "Download")
	link := cascadia.Query(p.doc, cascadia.MustCompile(`a[data-launch="file"]`))
	if link == nil {
		t.Fatalf("no link:\n%s", p.text())
	}
	w.backend.expireAll()
	got := c.roundTrip(c.request("GET", attr(link, "href"), nil))
	if got.StatusCode != 200 || got.body != "a,b\n" || got.Header.Get("Content-Disposition") != "attachment; filename=year.csv" || got.Header.Get("Content-Type") != "text/csv" || got.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d %q %v", got.StatusCode, got.body, got.Header)
	}
	for name, want := range map[string]string{"Ärger \u202egnp.exe": "Ärger gnp.exe", "a\r\nSet-Cookie: x=1": "aSet-Cookie: x=1", `..\..\x.csv`: "x.csv", `a"; filename="b`: `a"; filename="b`} {
		p := c.press(c.get("/album/7?plain="+url.QueryEscape(name)), "Get", nil)
		got := c.roundTrip(c.request("GET", attr(cascadia.Query(p.doc, cascadia.MustCompile(`a[data-launch="file"]`)), "href"), nil))
		kind, said, err := mime.ParseMediaType(got.Header.Get("Content-Disposition"))
		if err != nil || kind != "attachment" || said["filename"] != want || len(said) != 1 {
			t.Errorf("%q: %q, %v", name, got.Header.Get("Content-Disposition"), err)
		}
	}
	if p := c.press(c.get("/album/7"), "Go", nil); p.url != "/home" || !p.has(`a[data-launch="file"]`) {
		t.Errorf("the link does not cross to %s:\n%s", p.url, p.text())
	}
	w.backend.on("GET /album/report/7", func(rw http.ResponseWriter, _ *http.Request) {
		reply(rw, 410, map[string]any{"message": "That report is gone."})
	})
	lost := c.get(attr(link, "href"))
	lost.want(t, 200, "That report is gone.")
	if lost.url != "/album/7" {
		t.Errorf("a download that failed leads to %s", lost.url)
	}
	if p := c.part(attr(link, "href")); p.StatusCode != http.StatusBadGateway || !strings.Contains(p.body, "gone") {
		t.Errorf("asked for by script: %d %q", p.StatusCode, p.body)
	}
}

// TestF108_APartIsNotTheWhole: a file that breaks off, or is larger than its call allows, ends the connection, so that no browser keeps it for whole.
func TestF108_APartIsNotTheWhole(t *testing.T) {
	w := albumWorld(t)
	c := w.browser()
	c.logIn("ada")
	src := c.get("/album/1").pictureOf(t)
	server := httptest.NewServer(w.app)
	defer server.Close()
	for name, h := range map[string]http.HandlerFunc{
		"broken off": func(rw http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(rw, aPicture+strings.Repeat("x", 5000))
			rw.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		},
		"too large": func(rw http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(rw, aPicture)
			rw.(http.Flusher).Flush()
			_, _ = io.WriteString(rw, strings.Repeat("x", 2<<20))
		},
	} {
		w.backend.on("GET /album/photo/ada", h)
		r := c.partRequest(src)
		out, err := http.NewRequest(http.MethodGet, server.URL+src, nil)
		if err != nil {
			t.Fatal(err)
		}
		out.Host, out.Header = r.Host, r.Header
		resp, err := server.Client().Do(out)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if resp.StatusCode != 200 || err == nil || len(body) > 1<<20 {
			t.Errorf("%s: %d, %d bytes, %v", name, resp.StatusCode, len(body), err)
		}
	}
	w.backend.on("GET /album/photo/ada", func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(404) })
	if p := c.part(src); p.StatusCode != http.StatusBadGateway {
		t.Errorf("no picture: %d", p.StatusCode)
	}
}

// TestF108_F10_FilesUnderWayAreCounted: beyond so many of a login, and of all, a file is not fetched.
func TestF108_F10_FilesUnderWayAreCounted(t *testing.T) {
	w := albumWorld(t)
	c := w.browser()
	c.logIn("ada")
	src := c.get("/album/1").pictureOf(t)
	var z fileAsk
	if err := w.app.seal.open(sealFile, strings.TrimPrefix(src, "/_usher/call/"), &z); err != nil {
		t.Fatal(err)
	}
	who := z.Who
	for range maxFilesOf {
		w.app.files.join(who)
	}
	if p := c.part(src); p.StatusCode != http.StatusServiceUnavailable || p.Header.Get("Retry-After") == "" {
		t.Errorf("%d", p.StatusCode)
	}
	w.app.files.leave(who)
	if p := c.part(src); p.StatusCode != 200 {
		t.Errorf("when one is done: %d", p.StatusCode)
	}
	for i := range maxFiles {
		w.app.files.join(string(rune(i)))
	}
	if p := c.part(src); p.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("beyond all: %d", p.StatusCode)
	}
}

// TestF108_AddressesAreBounded: too many values for an address leave the picture out, and the log says why.
func TestF108_AddressesAreBounded(t *testing.T) {
	w := newWorld(t, map[string]string{"calls/album.yaml": albumCalls, "pages/long.yaml": "path: /long\ntitle: Long\nparams: {n: text}\nbody:\n  - image: {call: album.photo, with: {id: \"${params.n}\"}}\n"})
	c := w.browser()
	if p := c.get("/long?n=" + strings.Repeat("x", maxFileAsk)); p.StatusCode != 200 || p.has("main img") || !strings.Contains(w.log.String(), "an address of a file may hold") {
		t.Errorf("%d, a picture: %v\n%s", p.StatusCode, p.has("main img"), w.log.String())
	}
	if p := c.get("/long?n=x"); !p.has("main img") {
		t.Error("the guard can fail")
	}
}

// TestF108_ADownloadWithTooManyValues: values that the address of a file has no room for are a fault of the action, which the flow can deal with; what
// nearly fills it is a file.
func TestF108_ADownloadWithTooManyValues(t *testing.T) {
	w := newWorld(t, map[string]string{"calls/album.yaml": albumCalls, "pages/long.yaml": `
path: /long
title: Long
body:
  - textField: {id: id, label: Number}
  - button: {text: Get, onTap: [{download: {call: album.report, with: {id: "${form.id}"}}, onError: [{snackBar: "no: ${error.message}"}]}]}
`})
	c := w.browser()
	c.logIn("ada")
	for n := maxFileAsk - 400; n <= maxFileAsk; n += 10 {
		p := c.press(c.get("/long"), "Get", map[string]string{"id": strings.Repeat("x", n)})
		if said := strings.Contains(p.text(), "no: the values for album.report take"); p.StatusCode != 200 || said == p.has(`a[data-launch="file"]`) || said != (n > maxFileAsk-200) && (n < maxFileAsk-300 || n > maxFileAsk-100) {
			t.Errorf("%d bytes: %d, a fault: %v", n, p.StatusCode, said)
		}
	}
}

// TestF108_F8_AFileTakesNoRoom: however large files are that come by calls, and however slowly browsers take them, a small piece of each is in memory.
func TestF108_F8_AFileTakesNoRoom(t *testing.T) {
	const size = 32 << 20
	files := int64(volume(20, 50))
	w := newWorld(t, map[string]string{"calls/album.yaml": strings.Replace(albumCalls, "{file: 1 MB}", "{file: 64 MB}", 1), "pages/album.yaml": albumPage, "assets/hill.png": aPicture})
	c := w.browser()
	c.logIn("ada")
	send := func(rw http.ResponseWriter, _ *http.Request) { _, _ = io.CopyN(rw, zeros{}, size) }
	w.backend.on("GET /album/report/7", send)
	link := attr(cascadia.Query(c.press(c.get("/album/7"), "Get", nil).doc, cascadia.MustCompile(`a[data-launch="file"]`)), "href")
	server := httptest.NewServer(w.app)
	defer server.Close()
	var before, during goruntime.MemStats
	goruntime.GC()
	goruntime.ReadMemStats(&before)
	bodies := make([]io.ReadCloser, files)
	for i := range bodies {
		r := c.request("GET", link, nil)
		out, err := http.NewRequest(http.MethodGet, server.URL+link, nil)
		if err != nil {
			t.Fatal(err)
		}
		out.Host, out.Header = r.Host, r.Header
		resp, err := server.Client().Do(out)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if _, err := io.CopyN(io.Discard, resp.Body, 8<<20); err != nil {
			t.Fatal(err)
		}
		bodies[i] = resp.Body
	}
	goruntime.GC()
	goruntime.ReadMemStats(&during)
	room := int64(during.HeapAlloc+during.StackInuse) - int64(before.HeapAlloc+before.StackInuse)
	t.Logf("%d KiB for each of %d files of %d MiB, those of backend and browser included", room/files>>10, files, size>>20)
	if room > files*512<<10 {
		t.Errorf("%d KiB for %d files", room>>10, files)
	}
	for _, body := range bodies {
		if n, err := io.Copy(io.Discard, body); err != nil || n != size-8<<20 {
			t.Fatalf("%d bytes came after the first 8 MiB, %v", n, err)
		}
	}
}

// TestALongAddressKeepsNoFileBack: a page whose own address is long, as anybody can make it, still leads to its files.
func TestALongAddressKeepsNoFileBack(t *testing.T) {
	c := albumWorld(t).browser()
	c.logIn("ada")
	p := c.get("/album/7?plain=" + strings.Repeat("a", 5000))
	c.press(p, "Get", nil).want(t, 200, "Download")
}
