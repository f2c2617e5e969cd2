package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"slices"
	"strings"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/render"
	"github.com/usherdev/usher/value"
)

// manifestPath is where browsers read what the app is called and looks like once it is installed.
const manifestPath = "/manifest.webmanifest"

// appIcons are the icons that devices ask for; those of the manifest first.
var appIcons = []struct {
	name    string
	px      int
	shape   render.IconShape
	purpose string // in the manifest; "" is not there
}{
	{"icon-192.png", 192, render.IconRounded, "any"},
	{"icon-512.png", 512, render.IconRounded, "any"},
	{"icon-maskable.png", 512, render.IconMaskable, "maskable"},
	{"icon-touch.png", 180, render.IconSquare, ""},
}

// install adds the icons, the manifest and the page for when nothing can be reached. Icons are drawn when first asked for.
func (as *assets) install(app project.App) error {
	picture, drawn := app.IconPNG, project.App{Name: app.Name, Theme: app.Theme}
	for _, icon := range appIcons {
		about := as.files[picture] + render.IconName(drawn, icon.px, icon.shape)
		as.addLater(icon.name, "image/png", about, func() ([]byte, error) {
			if picture == "" || as.files[picture] == "" {
				return render.AppIcon(drawn, icon.px, icon.shape)
			}
			b, err := as.read(picture)
			if err != nil {
				return nil, err
			}
			return render.FitIcon(drawn, b, icon.px, icon.shape)
		})
	}
	if app.Closed {
		return nil
	}
	b, err := as.manifest(app)
	if err != nil {
		return fmt.Errorf("app: the manifest: %w", err)
	}
	as.manifestJSON = b
	return nil
}

// read returns a whole file of the project's assets.
func (as *assets) read(name string) ([]byte, error) {
	f, err := as.fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxFile))
}

type manifestIcon struct {
	Src     string `json:"src"`
	Sizes   string `json:"sizes"`
	Type    string `json:"type"`
	Purpose string `json:"purpose"`
}

func (as *assets) manifest(app project.App) ([]byte, error) {
	light, dark := app.Theme.Palette()
	colors := light
	if app.Theme.Mode == "dark" {
		colors = dark
	}
	var icons []manifestIcon
	if strings.HasSuffix(strings.ToLower(app.Icon), ".svg") {
		icons = append(icons, manifestIcon{as.fileURL(app.Icon), "any", "image/svg+xml", "any"})
	}
	for _, icon := range appIcons {
		if icon.purpose != "" {
			icons = append(icons, manifestIcon{as.url(icon.name), fmt.Sprintf("%dx%d", icon.px, icon.px), "image/png", icon.purpose})
		}
	}
	l := app.Locale()
	return json.Marshal(struct {
		ID         string         `json:"id"`
		Name       string         `json:"name"`
		Short      string         `json:"short_name"`
		Lang       string         `json:"lang"`
		Dir        string         `json:"dir"`
		Start      string         `json:"start_url"`
		Scope      string         `json:"scope"`
		Display    string         `json:"display"`
		Background string         `json:"background_color"`
		Theme      string         `json:"theme_color"`
		Icons      []manifestIcon `json:"icons"`
	}{"/", app.Name, app.Short, l.Language(), "auto", "/", "/", "standalone", colors["bg"], colors["bg"], icons})
}

// describe answers with the manifest.
func (as *assets) describe() *answer {
	if as.manifestJSON == nil {
		return plain(http.StatusNotFound, english(textMissing))
	}
	a := newAnswer(http.StatusOK)
	a.header.Set("Content-Type", "application/manifest+json")
	a.header.Set("Cache-Control", "no-cache")
	a.body = as.manifestJSON
	return a
}

// The worker is a script that browsers run beside the pages. What it keeps is written into it.
const (
	workerPath = "worker/"
	workerFile = "assets/worker.js"
	noWorker   = "assets/noworker.js"
)

// addWorkers makes the page for when nothing can be reached and the worker that shows it, in each language of the app.
func (as *assets) addWorkers(app project.App, chrome render.Chrome) error {
	locales := app.Locales
	if len(locales) == 0 {
		locales = []*value.Locale{app.Locale()}
	}
	script, err := fs.ReadFile(workers, workerFile)
	if app.Closed {
		script, err = fs.ReadFile(workers, noWorker)
	}
	if err != nil {
		return fmt.Errorf("app: %w", err)
	}
	for _, l := range locales {
		name := "offline-" + l.Language() + ".html"
		page, err := offlinePage(app, chrome, l)
		if err != nil {
			return fmt.Errorf("app: %w", err)
		}
		as.add(name, "text/html; charset=utf-8", page)
		kept, err := json.Marshal(append([]string{as.url(name)}, as.kept(chrome)...))
		if err != nil {
			return fmt.Errorf("app: %w", err)
		}
		as.workers[l.Language()] = bytes.Replace(script, []byte("/* kept */ []"), kept, 1)
	}
	return nil
}

// kept are the files that the page for when nothing can be reached is made of.
func (as *assets) kept(c render.Chrome) []string {
	files := slices.Concat(c.CSS, c.JS, c.Fonts)
	for _, logo := range []string{c.Logo.Light, c.Logo.Dark} {
		if logo != "" && logo != c.Icon && !slices.Contains(files, logo) {
			files = append(files, logo)
		}
	}
	if c.Icon != "" {
		files = append(files, c.Icon)
	}
	return files
}

func offlinePage(app project.App, chrome render.Chrome, l *value.Locale) ([]byte, error) {
	in := render.DocumentInput{
		App: app, Chrome: chrome, Locale: l, Icon: "wifi", Heading: l.Say("usher.heading.offline"), Text: l.Say("usher.text.offline"),
		Links: []render.DocumentLink{{Text: l.Say("usher.link.retry"), Again: true}},
	}
	if app.Auth.Enabled {
		in.Text = l.Say("usher.text.offlineLogin")
	}
	var b bytes.Buffer
	err := render.Document(&b, in)
	return b.Bytes(), err
}

// worker answers with the worker of a language; one that the app does not speak is its own.
func (q *ask) worker(file string) *answer {
	lang := strings.TrimSuffix(file, ".js")
	script, ok := q.rt.assets.workers[lang]
	if !ok {
		script = q.rt.assets.workers[q.rt.own.Language()]
	}
	a := newAnswer(http.StatusOK)
	a.header.Set("Content-Type", "text/javascript; charset=utf-8")
	a.header.Set("Cache-Control", "no-cache")
	a.header.Set("Service-Worker-Allowed", "/")
	a.body = script
	return a
}
