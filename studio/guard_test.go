package studio

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestE2_OnlyTheStudiosOwnHost(t *testing.T) {
	w := opened(t)
	for _, host := range []string{"localhost:7070", "127.0.0.1:7070", "studio.localhost", "studio.localhost:7071", "studio.localhost.evil.test:7070", "studio.localhost.:7070", "evil.test",
		"app.localhost:7070", "[::1]:7070", "[::1%25lo]:7070", "2130706433:7070", "0x7f.1:7070", "studio.localhost:7070@evil.test", " studio.localhost:7070", "studio.localhost:07070", ""} {
		for _, rt := range w.table() {
			r := httptest.NewRequest(rt.method, testURL+strings.NewReplacer("{$}", "", "{name}", "home", "{hash}", w.assets.hash).Replace(rt.pattern), nil)
			for k, v := range ours {
				r.Header.Set(k, v)
			}
			r.Header.Set("Cookie", w.cookie)
			r.Header.Set("X-Forwarded-Host", "studio.localhost:7070")
			r.Host = host
			rec := httptest.NewRecorder()
			w.ServeHTTP(rec, r)
			if rec.Code != http.StatusMisdirectedRequest {
				t.Errorf("%s %s with Host %q: %d", rt.method, rt.pattern, host, rec.Code)
			}
		}
	}
	if got := w.send("GET", "/", nil, map[string]string{"Host": "STUDIO.localhost:7070", "Sec-Fetch-Site": "none"}); got.Code != http.StatusOK {
		t.Errorf("the studio's own host: %d", got.Code)
	}
}

func TestE3_TheLinkWorksOnce(t *testing.T) {
	w := start(t)
	link, err := url.Parse(w.LaunchURL())
	if err != nil {
		t.Fatal(err)
	}
	if bits := len(link.RawQuery) * 6; bits < 128 {
		t.Errorf("the link has %d bits", bits)
	}
	open := map[string]string{"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
	for _, wrong := range []string{"", "x", strings.Repeat("A", 22), link.RawQuery + "A", link.RawQuery[:21], strings.ToLower(link.RawQuery)} {
		if got := w.send("GET", "/launch?"+wrong, nil, open); got.Code != http.StatusForbidden || got.Header().Get("Set-Cookie") != "" {
			t.Errorf("a wrong link: %d %v", got.Code, got.Header())
		}
	}
	// What fetches ahead, or shows it in a frame or as a picture, does not spend it.
	for _, h := range []map[string]string{{"Sec-Purpose": "prefetch"}, {"Purpose": "prefetch"}, {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "image"}, {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}} {
		if got := w.send("GET", link.RequestURI(), nil, h); got.Code != http.StatusForbidden {
			t.Errorf("%v: %d", h, got.Code)
		}
	}
	if got := w.send("HEAD", link.RequestURI(), nil, open); got.Header().Get("Set-Cookie") != "" {
		t.Error("a HEAD request spends the link")
	}
	first := w.send("GET", link.RequestURI(), nil, open)
	cookie := first.Header().Get("Set-Cookie")
	if first.Code != http.StatusSeeOther || first.Header().Get("Location") != "/" {
		t.Fatalf("the link: %d %v", first.Code, first.Header())
	}
	if name, rest, _ := strings.Cut(cookie, "="); name != "__Host-Http-studio" || !strings.HasSuffix(rest, "; Path=/; Secure; HttpOnly; SameSite=Strict") {
		t.Errorf("the cookie: %s", cookie)
	}
	second := w.send("GET", link.RequestURI(), nil, open)
	if second.Code != http.StatusForbidden || second.Header().Get("Set-Cookie") != "" {
		t.Errorf("the link again: %d %v", second.Code, second.Header())
	}
	value, _, _ := strings.Cut(cookie, ";")
	for _, jar := range []string{"", value + "x", value + "; " + value, "studio=" + value, strings.ToLower(value)} {
		if got := w.send("GET", "/api/project", nil, map[string]string{"Sec-Fetch-Site": "same-origin", "Cookie": jar}); got.Code != http.StatusUnauthorized {
			t.Errorf("cookie %q: %d", jar, got.Code)
		}
	}
	if got := w.send("GET", "/api/project", nil, map[string]string{"Sec-Fetch-Site": "same-origin", "Cookie": value}); got.Code != http.StatusOK {
		t.Errorf("the cookie: %d", got.Code)
	}
	_, secret, _ := strings.Cut(value, "=")
	if strings.Contains(w.log.String(), link.RawQuery) || strings.Contains(w.log.String(), secret) {
		t.Errorf("the log holds a secret: %s", w.log)
	}
}

func TestE3_NothingOfTheLinkIsKept(t *testing.T) {
	w := opened(t)
	w.files.fail = io.ErrUnexpectedEOF
	if got := w.edit(WireEdit{Op: "set", At: "/app/name", Value: []byte(`"X"`)}); got.Code != http.StatusInternalServerError || strings.Contains(got.Body.String(), "EOF") {
		t.Errorf("%d %s", got.Code, got.Body)
	}
	if !strings.Contains(w.log.String(), "unexpected EOF") {
		t.Errorf("the log does not say why: %s", w.log)
	}
	if strings.Contains(w.log.String(), strings.TrimPrefix(w.cookie, "__Host-Http-studio=")) {
		t.Error("the log holds the cookie")
	}
}

func TestE4_OnlyOurOwnPageIsAnswered(t *testing.T) {
	w := opened(t)
	const own, other = testURL, "http://localhost:9999"
	cases := []struct {
		site, origin, header string
		read, write          bool
	}{
		{"same-origin", "", "1", true, true},
		{"same-origin", own, "1", true, true},
		{"same-origin", own, "", true, false},
		{"same-origin", own, "2", true, false},
		{"", own, "1", true, true},
		{"", own, "", true, false},
		{"", "", "1", false, false},
		{"", "", "", false, false},
		{"", other, "1", false, false},
		{"", "null", "1", false, false},
		{"", "https://studio.localhost:7070", "1", false, false},
		{"", "http://studio.localhost", "1", false, false},
		{"same-origin", other, "1", false, false},
		{"same-origin", "null", "1", false, false},
		{"same-site", own, "1", false, false},
		{"same-site", other, "1", false, false},
		{"cross-site", own, "1", false, false},
		{"cross-site", other, "1", false, false},
		{"none", "", "1", false, false},
		{"none", own, "1", false, false},
	}
	for _, c := range cases {
		headers := map[string]string{"Sec-Fetch-Site": c.site, "Origin": c.origin, "X-Usher": c.header, "Content-Type": "application/json"}
		for _, path := range []string{"/api/project", "/api/catalogue", "/api/page/home"} {
			if got := w.send("GET", path, nil, headers); (got.Code == http.StatusOK) != c.read {
				t.Errorf("%+v: GET %s: %d", c, path, got.Code)
			}
		}
		before := w.files.Tree().Revision()
		body := strings.NewReader(`{"revision":"` + before + `","edits":[{"op":"set","at":"/app/name","value":"N` + c.site + c.origin + `"}],"label":"","step":""}`)
		got := w.send("POST", "/api/edit", body, headers)
		if changed := w.files.Tree().Revision() != before; changed != c.write || (got.Code == http.StatusOK) != c.write {
			t.Errorf("%+v: POST: %d, changed %v", c, got.Code, changed)
		}
		for _, h := range []string{"Access-Control-Allow-Origin", "Access-Control-Allow-Headers"} {
			if got.Header().Get(h) != "" {
				t.Errorf("%+v: %s", c, h)
			}
		}
	}
	doubled := httptest.NewRequest("GET", testURL+"/api/project", nil)
	doubled.Header["Sec-Fetch-Site"] = []string{"same-origin", "cross-site"}
	doubled.Header.Set("Cookie", w.cookie)
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, doubled)
	if rec.Code != http.StatusForbidden {
		t.Errorf("two Sec-Fetch-Site headers: %d", rec.Code)
	}
}

func TestE4_FormsCannotPost(t *testing.T) {
	w := opened(t)
	for _, media := range []string{"application/x-www-form-urlencoded", "multipart/form-data", "text/plain", ""} {
		got := w.send("POST", "/api/edit", strings.NewReader(`{}`), map[string]string{"Sec-Fetch-Site": "same-origin", "X-Usher": "1", "Content-Type": media})
		if got.Code != http.StatusUnsupportedMediaType {
			t.Errorf("%q: %d", media, got.Code)
		}
	}
}

func TestE4_OthersCannotLoadTheCode(t *testing.T) {
	w := opened(t)
	path := "/assets/" + w.assets.hash + "/main.js"
	for site, want := range map[string]int{"same-origin": 200, "none": 200, "cross-site": 403, "same-site": 403} {
		got := w.send("GET", path, nil, map[string]string{"Sec-Fetch-Site": site})
		if got.Code != want || got.Header().Get("Cross-Origin-Resource-Policy") != "same-origin" {
			t.Errorf("%s: %d %v", site, got.Code, got.Header())
		}
	}
}

func TestE7_EveryRouteHasARole(t *testing.T) {
	w := start(t)
	public := map[string]bool{"/launch": true, "/{$}": true, "/assets/{hash}/{name}": true}
	for _, rt := range w.table() {
		if rt.role != anyone && rt.role != builder && rt.role != runner {
			t.Errorf("%s %s has no role", rt.method, rt.pattern)
		}
		if (rt.role == anyone) != public[rt.pattern] {
			t.Errorf("%s %s is for %s", rt.method, rt.pattern, rt.role)
		}
		if rt.role != anyone {
			if got := w.send(rt.method, strings.Replace(rt.pattern, "{name}", "home", 1), strings.NewReader("{}"), ours); got.Code != http.StatusUnauthorized {
				t.Errorf("%s %s without the cookie: %d %s", rt.method, rt.pattern, got.Code, got.Body)
			}
		}
	}
	if got := w.send("GET", "/", nil, map[string]string{"Sec-Fetch-Site": "none"}); got.Code != http.StatusUnauthorized || strings.Contains(got.Body.String(), "main.js") {
		t.Errorf("/ without the cookie: %d %s", got.Code, got.Body)
	}
}

func TestE8_NoSpellingSkipsACheck(t *testing.T) {
	w := start(t)
	for _, path := range []string{"/api/project?x=/assets/", "/api//project", "/./api/project", "/assets/../api/project", "/api%2fproject", "/%61pi/project", "/API/project", "/api/project/", "/api/project;/launch",
		"/launch/../api/project", "/api/project%00", "//api/project"} {
		r := httptest.NewRequest("GET", testURL+"/", nil)
		r.URL.Path, _ = url.PathUnescape(strings.SplitN(path, "?", 2)[0])
		r.RequestURI = path
		for k, v := range ours {
			r.Header.Set(k, v)
		}
		for _, h := range []string{"X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Uri", "X-HTTP-Method-Override"} {
			r.Header.Set(h, "/assets/")
		}
		rec := httptest.NewRecorder()
		w.ServeHTTP(rec, r)
		if rec.Code >= 200 && rec.Code < 300 {
			t.Errorf("%s: %d", path, rec.Code)
		}
	}
}

func TestE14_NobodyMayFrameTheStudio(t *testing.T) {
	w := opened(t)
	for _, path := range []string{"/", "/launch?x", "/api/project", "/nowhere", "/assets/" + w.assets.hash + "/main.js"} {
		got := w.send("GET", path, nil, map[string]string{"Sec-Fetch-Site": "same-origin"})
		if csp := got.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "frame-ancestors 'none'") || got.Header().Get("X-Frame-Options") != "DENY" {
			t.Errorf("%s: %s", path, csp)
		}
	}
	framed := w.send("GET", "/", nil, map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"})
	if framed.Code != http.StatusForbidden {
		t.Errorf("in a frame: %d", framed.Code)
	}
	page := w.send("GET", "/", nil, map[string]string{"Sec-Fetch-Site": "none", "X-Forwarded-Host": "evil.test", "Origin": "http://evil.test"})
	csp := page.Header().Get("Content-Security-Policy")
	if !strings.Contains(csp, "frame-src http://preview.localhost:7070;") || !strings.Contains(csp, "script-src 'self';") || strings.Contains(csp, "unsafe") {
		t.Errorf("the page's policy: %s", csp)
	}
	nonce := strings.TrimSuffix(strings.SplitAfter(strings.SplitN(csp, "'nonce-", 2)[1], "'")[0], "'")
	if !strings.Contains(page.Body.String(), `content="`+nonce+`"`) || strings.Contains(page.Body.String(), "evil.test") {
		t.Errorf("the page: %s", page.Body)
	}
	if again := w.send("GET", "/", nil, map[string]string{"Sec-Fetch-Site": "none"}); again.Header().Get("Content-Security-Policy") == csp {
		t.Error("two pages share a nonce")
	}
	if !strings.HasPrefix(w.LaunchURL(), testURL+"/launch?") {
		t.Errorf("the link: %s", w.LaunchURL())
	}
}

func TestE5_ThePreviewLivesElsewhere(t *testing.T) {
	own, _ := url.Parse(testURL)
	for _, frame := range []string{testURL, "http://studio.localhost:7071", "http://preview.localhost:7070/x", "preview.localhost", "http://a.test; script-src *", "javascript:alert(1)", ""} {
		if _, err := newGuard(own, frame); err == nil {
			t.Errorf("%q is taken for the preview's origin", frame)
		}
	}
}

func TestCrossSiteLinkFindsTheCookie(t *testing.T) {
	w := start(t)
	led := map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
	if got := w.send("GET", "/", nil, led); got.Code != http.StatusOK || !strings.Contains(got.Body.String(), `http-equiv="refresh"`) {
		t.Errorf("%d %s", got.Code, got.Body)
	}
	if got := w.send("GET", "/", nil, map[string]string{"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}); got.Code != http.StatusUnauthorized {
		t.Errorf("asked again: %d", got.Code)
	}
}
