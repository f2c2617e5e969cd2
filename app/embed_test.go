package app

import (
	"io/fs"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

// film is what the tests take for a video.
const film = "0123456789abcdefghij"

const filmPage = `path: /film
title: Film
access: any
params: {src: {type: text, required: false}}
body:
  - video: {src: film.mp4, label: A film, silent: true}
  - frame: {src: "${params.src ?? ''}", title: A page}
`

func newFilm(t *testing.T, fsys fs.FS) *world {
	t.Helper()
	app, err := os.ReadFile("../examples/touristtrail/app.yaml")
	if err != nil {
		t.Fatal(err)
	}
	named := string(app) + "\nmedia: [https://videos.example.com]\nframes: [https://maps.example.com, \"" + origin + "\"]\n"
	return newWorld(t, map[string]string{"app.yaml": named, "assets/film.mp4": film, "pages/film.yaml": filmPage}, func(c *Config) { c.Assets = fsys })
}

// memoryFS is a folder whose files cannot be read from their middle.
type memoryFS struct{ fs.FS }

func (m memoryFS) Open(name string) (fs.File, error) {
	f, err := m.FS.Open(name)
	return struct{ fs.File }{f}, err
}

// TestF193_PartsOfAVideo: a browser asks for parts of a video, and gets them while the file is the one it has begun with.
func TestF193_PartsOfAVideo(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(dir+"/film.mp4", []byte(film), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, fsys := range map[string]fs.FS{"disk": os.DirFS(dir), "no disk": memoryFS{fstest.MapFS{"film.mp4": {Data: []byte(film)}}}} {
		t.Run(name, func(t *testing.T) { parts(t, newFilm(t, fsys)) })
	}
}

func parts(t *testing.T, w *world) {
	c := w.browser()
	as := w.app.rt.Load().assets
	url := as.fileURL("film.mp4")
	tag := `"` + as.files["film.mp4"] + `"`
	for _, one := range []struct {
		method string
		ask    map[string]string
		status int
		body   string
		span   string
	}{
		{"GET", nil, 200, film, ""},
		{"HEAD", nil, 200, "", ""},
		{"GET", map[string]string{"Range": "bytes=0-3"}, 206, "0123", "bytes 0-3/20"},
		{"GET", map[string]string{"Range": "bytes=10-"}, 206, "abcdefghij", "bytes 10-19/20"},
		{"GET", map[string]string{"Range": "bytes=-2"}, 206, "ij", "bytes 18-19/20"},
		{"HEAD", map[string]string{"Range": "bytes=0-3"}, 206, "", "bytes 0-3/20"},
		{"GET", map[string]string{"Range": "bytes=0-3", "If-Range": tag}, 206, "0123", "bytes 0-3/20"},
		{"GET", map[string]string{"Range": "bytes=0-3", "If-Range": `"another"`}, 200, film, ""},
		{"GET", map[string]string{"Range": "bytes=20-"}, 416, "", "bytes */20"},
		{"GET", map[string]string{"Range": "lines=1"}, 416, "", ""},
		{"GET", map[string]string{"If-None-Match": tag}, 304, "", ""},
	} {
		r := c.request(one.method, url, nil)
		for k, v := range one.ask {
			r.Header.Set(k, v)
		}
		p := c.roundTrip(r)
		wrong := p.StatusCode != one.status || p.Header.Get("Content-Range") != one.span || one.status != 416 && p.body != one.body
		if wrong || one.status < 300 && (p.Header.Get("Content-Type") != "video/mp4" || p.Header.Get("ETag") != tag || p.Header.Get("Accept-Ranges") != "bytes") {
			t.Errorf("%s %v: %d %q %v", one.method, one.ask, p.StatusCode, p.body, p.Header)
		}
		if kept := strings.Contains(p.Header.Get("Cache-Control"), "immutable"); kept != (one.status != 416) {
			t.Errorf("%s %v: kept for ever is %v", one.method, one.ask, kept)
		}
		if p.Header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(p.Header.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("%s %v: %v", one.method, one.ask, p.Header)
		}
	}
	if got := w.log.String(); !strings.Contains(got, "status=206") && !strings.Contains(got, `"status":206`) {
		t.Errorf("the log does not tell a part:\n%s", got)
	}
}

// TestF193_WhereVideosAndFramesComeFrom: a page's policy lets in what the app names and no more, and never the app itself into a frame.
func TestF193_WhereVideosAndFramesComeFrom(t *testing.T) {
	w := newFilm(t, fstest.MapFS{"film.mp4": {Data: []byte(film)}})
	c := w.browser()
	csp := c.get("/film").Header.Get("Content-Security-Policy")
	for _, want := range []string{"media-src 'self' https://videos.example.com;", "frame-src https://maps.example.com;"} {
		if !strings.Contains(csp, want) {
			t.Errorf("%q is not in %s", want, csp)
		}
	}
	plain := newWorld(t, nil).browser().get("/login").Header.Get("Content-Security-Policy")
	if !strings.Contains(plain, "media-src 'self';") || !strings.Contains(plain, "frame-src 'none';") {
		t.Errorf("an app that embeds nothing has %s", plain)
	}
	for src, shown := range map[string]bool{"https://maps.example.com/way": true, "https://elsewhere.example/": false, origin + "/login": false, "/login": false, "": false} {
		p := c.get("/film?src=" + src)
		p.want(t, http.StatusOK)
		if got := strings.Contains(p.body, "<iframe"); got != shown {
			t.Errorf("%q in a frame: %v", src, got)
		}
		if refused := strings.Contains(p.text(), "This cannot be shown here"); refused != (!shown && src != "") {
			t.Errorf("%q: said %v", src, refused)
		}
	}
}
