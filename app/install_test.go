package app

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/andybalholm/cascadia"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/render"
)

// attrOf returns an attribute of the first element that a selector finds.
func attrOf(p *page, selector, name string) (string, bool) {
	n := cascadia.Query(p.doc, cascadia.MustCompile(selector))
	if n == nil {
		return "", false
	}
	return attr(n, name), true
}

// blot is a PNG of one colour.
func blot(t *testing.T, px int) []byte {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, px, px))
	for i := 0; i < len(m.Pix); i += 4 {
		m.Pix[i], m.Pix[i+3] = 200, 255
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestF204_TheManifest says what a device needs to know, and each of its icons is a PNG of the size that it names.
func TestF204_TheManifest(t *testing.T) {
	src := "usher: 1\nname: Élan\nshortName: E\nicon: assets/mark.png\ntheme: {accent: \"#0f766e\"}\n"
	mark := blot(t, 600)
	for name, files := range map[string]map[string][]byte{
		"a letter":  {"app.yaml": []byte("usher: 1\nname: Élan\nshortName: E\ntheme: {accent: \"#0f766e\"}\n")},
		"a picture": {"app.yaml": []byte(src), "assets/mark.png": mark},
	} {
		files["pages/home.yaml"] = []byte("path: /\ntitle: Home\nbody: [text: Hello]\n")
		w := newWorldOf(t, load(t, project.NewTree(files)), func(c *Config) { c.Assets = fstest.MapFS{"mark.png": {Data: mark}} })
		c := w.browser()
		res := c.get("/manifest.webmanifest")
		var m struct {
			Name, Short_name, Start_url, Scope, Display, Theme_color string
			Icons                                                    []manifestIcon
		}
		if err := json.Unmarshal([]byte(res.body), &m); err != nil || res.Header.Get("Content-Type") != "application/manifest+json" {
			t.Fatalf("%s: %v: %s", name, err, res.body)
		}
		if m.Name != "Élan" || m.Short_name != "E" || m.Start_url != "/" || m.Scope != "/" || m.Display != "standalone" || len(m.Icons) != 3 {
			t.Errorf("%s: %+v", name, m)
		}
		home := c.get("/")
		touch, _ := attrOf(home, `link[rel=apple-touch-icon]`, "href")
		if link, _ := attrOf(home, `link[rel=manifest]`, "href"); link != manifestPath || touch == "" {
			t.Errorf("%s: the page links %q and %q", name, link, touch)
		}
		for _, icon := range append(m.Icons, manifestIcon{Src: touch, Sizes: "180x180", Purpose: "square"}) {
			res := c.get(icon.Src)
			px, err := png.Decode(strings.NewReader(res.body))
			if err != nil || res.Header.Get("Cache-Control") != forEver {
				t.Fatalf("%s: %s: %v, %v", name, icon.Src, err, res.Header)
			}
			_, _, _, corner := px.At(0, 0).RGBA()
			if size := px.Bounds().Size(); icon.Sizes != size.String()[1:4]+"x"+size.String()[5:8] {
				t.Errorf("%s: %s is %v", name, icon.Sizes, size)
			}
			if full := corner == 0xffff; name == "a letter" && full != (icon.Purpose != "any") {
				t.Errorf("the corner of %s (%s) is filled: %v", icon.Src, icon.Purpose, full)
			}
			middle := color.NRGBAModel.Convert(px.At(px.Bounds().Dx()/2, px.Bounds().Dy()/2)).(color.NRGBA)
			if name == "a picture" && middle != (color.NRGBA{200, 0, 0, 255}) {
				t.Errorf("the picture's middle is %v", middle)
			}
		}
	}
}

// TestA1_F204_TheWorkerKeepsNothingPrivate: the list of what it keeps holds our own hashed files, and the page among them is the same whoever asks.
func TestA1_F204_TheWorkerKeepsNothingPrivate(t *testing.T) {
	w := newWorld(t, nil)
	c := w.browser()
	guest := c.get("/_usher/worker/en.js")
	if guest.Header.Get("Service-Worker-Allowed") != "/" || guest.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("header %v", guest.Header)
	}
	c.logIn("ada")
	if mine := c.get("/_usher/worker/en.js"); mine.body != guest.body {
		t.Error("the worker is another for somebody who is logged in")
	}
	list := regexp.MustCompile(`= (\[.*\]);`).FindStringSubmatch(guest.body)
	var kept []string
	if list == nil || json.Unmarshal([]byte(list[1]), &kept) != nil || len(kept) < 4 {
		t.Fatalf("it keeps %v", list)
	}
	own := regexp.MustCompile(`^/_usher/assets/[0-9a-f]{16}/[a-z.-]+$`)
	for i, url := range kept {
		res := c.get(url)
		if !own.MatchString(url) || res.StatusCode != 200 || res.Header.Get("Cache-Control") != forEver {
			t.Errorf("%s: %d %v", url, res.StatusCode, res.Header)
		}
		if i == 0 && (!strings.Contains(res.body, "You are offline") || !strings.Contains(res.body, "You have not been logged out") || strings.Contains(res.body, "_state") || strings.Contains(res.body, "data-live")) {
			t.Errorf("the page: %s", res.body)
		}
	}
	if other := c.get("/_usher/worker/xx.js"); other.body != guest.body {
		t.Error("a language that the app does not speak has a worker of its own")
	}
}

// TestF204_NotInstallable: no manifest, and a worker that takes away what an earlier version left.
func TestF204_NotInstallable(t *testing.T) {
	w := newWorldOf(t, load(t, project.NewTree(map[string][]byte{
		"app.yaml": []byte("usher: 1\nname: Plain\ninstallable: false\n"), "pages/home.yaml": []byte("path: /\ntitle: Home\nbody: [text: Hello]\n"),
	})))
	c := w.browser()
	if _, ok := attrOf(c.get("/"), `link[rel=manifest]`, "href"); ok {
		t.Error("the page links a manifest")
	}
	if res := c.get(manifestPath); res.StatusCode != 404 {
		t.Errorf("the manifest: %d", res.StatusCode)
	}
	if res := c.get("/_usher/worker/en.js"); !strings.Contains(res.body, "unregister") || strings.Contains(res.body, "addAll") {
		t.Errorf("the worker: %s", res.body)
	}
}

// TestF204_OfflineInEachLanguage: each language of the app has a page and a worker.
func TestF204_OfflineInEachLanguage(t *testing.T) {
	w := newWorldOf(t, load(t, project.NewTree(map[string][]byte{
		"app.yaml": []byte("usher: 1\nname: Two\n"), "pages/home.yaml": []byte("path: /\ntitle: Home\nbody: [text: Hello]\n"),
		"locales/en.yaml": []byte("hi: Hi\n"), "locales/de.yaml": []byte("hi: Hallo\n"),
	})))
	c := w.browser()
	for lang, said := range map[string]string{"en": "Try again", "de": "Keine Verbindung"} {
		page := regexp.MustCompile(`/_usher/assets/[0-9a-f]+/offline-` + lang + `\.html`).FindString(c.get("/_usher/worker/" + lang + ".js").body)
		if got := c.get(page); !strings.Contains(got.body, said) || strings.Contains(got.body, "logged out") {
			t.Errorf("%s: %s: %s", lang, page, got.body)
		}
	}
}

// TestF204_AnSVGHasItsPNGBesideIt: devices that take PNGs alone get the file of the same name, and the page for when nothing can be reached
// keeps the logo that it shows.
func TestF204_AnSVGHasItsPNGBesideIt(t *testing.T) {
	svg, mark := []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 10"/>`), blot(t, 600)
	files := map[string][]byte{
		"app.yaml":        []byte("usher: 1\nname: Élan\nicon: mark.svg\ntheme: {logo: {light: mark.svg, dark: dark.svg}}\n"),
		"pages/home.yaml": []byte("path: /\ntitle: Home\nbody: [appBar: Hello]\n"),
		"assets/mark.svg": svg, "assets/mark.png": mark, "assets/dark.svg": svg,
	}
	fsys := fstest.MapFS{"mark.svg": {Data: svg}, "mark.png": {Data: mark}, "dark.svg": {Data: svg}}
	w := newWorldOf(t, load(t, project.NewTree(files)), func(c *Config) { c.Assets = fsys })
	c := w.browser()
	home := c.get("/")
	touch, _ := attrOf(home, `link[rel=apple-touch-icon]`, "href")
	icon, err := png.Decode(strings.NewReader(c.get(touch).body))
	if err != nil {
		t.Fatal(err)
	}
	fitted, err := render.FitIcon(w.cfg.Project.App, mark, 180, render.IconSquare)
	if err != nil {
		t.Fatal(err)
	}
	want, err := png.Decode(bytes.NewReader(fitted))
	if err != nil || icon.At(90, 90) != want.At(90, 90) {
		t.Errorf("the icon is %v in its middle, the PNG %v: %v", icon.At(90, 90), want.At(90, 90), err)
	}
	if alt, _ := attrOf(home, ".u-appbar img", "alt"); alt != "Élan" || !strings.Contains(home.body, `width="30" height="10"`) {
		t.Errorf("the bar has no logo:\n%s", home.body)
	}
	as := w.app.rt.Load().assets
	worker := c.get("/_usher/worker/en.js").body
	for _, name := range []string{"mark.svg", "dark.svg"} {
		if !strings.Contains(worker, as.fileURL(name)) {
			t.Errorf("%s is not kept: %.300s", name, worker)
		}
	}
}
