package app

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
	"math"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/render"
)

//go:embed assets/app/*.js assets/edit.js assets/develop.js assets/htmx.min.js
var scripts embed.FS

//go:embed assets/worker.js assets/noworker.js
var workers embed.FS

// maxFile bounds one file of the project's assets folder.
const maxFile = 32 << 20

// assets are the files of one revision: ours, and those of the project. URLs hold a hash of the content, so browsers keep them for ever.
type assets struct {
	ours  map[string]*asset // by "hash/name"
	had   map[string]*asset // those of the revision before, for pages that were drawn just before this one came
	files map[string]string // project asset → hash
	sizes map[string][2]int // width and height of those that are pictures, where they say so
	fsys  fs.FS
	edit  bool
	also  []string // scripts that pages run while the app is developed

	fonts        []string // addresses of the typefaces
	mark         string   // the app's own icon, a project asset; may be ""
	logo         render.Logo
	manifestJSON []byte            // nil: the app cannot be installed
	workers      map[string][]byte // by language
}

type asset struct {
	name, hash, kind string
	body             []byte
	zipped           func() []byte          // body compressed, when it is first asked for; nil: that makes it no smaller
	later            func() ([]byte, error) // makes body when it is first asked for; nil: it is there
}

func newAssets(p *project.Project, fsys fs.FS, edit bool) (*assets, error) {
	as := &assets{ours: map[string]*asset{}, files: map[string]string{}, sizes: map[string][2]int{}, fsys: fsys, edit: edit, workers: map[string][]byte{}}
	as.add("icon.svg", "image/svg+xml", render.Favicon(p.App))
	for _, name := range as.scripts() {
		b, err := script(name)
		if err != nil {
			return nil, fmt.Errorf("app: %w", err)
		}
		as.add(name, "text/javascript; charset=utf-8", b)
	}
	if fsys != nil {
		for _, name := range p.Assets {
			hash, err := hashFile(fsys, name)
			if err != nil {
				return nil, fmt.Errorf("app: asset %s: %w", name, err)
			}
			as.files[name] = hash
			if w, h := sizeOf(fsys, name); w > 0 {
				as.sizes[name] = [2]int{w, h}
			}
		}
	}
	as.add("theme.css", "text/css; charset=utf-8", append(render.Fonts(p.App.Theme, as.fileURL), render.CSS(p.App.Theme)...))
	for _, use := range []string{"body", "heading"} {
		if u := as.fileURL(p.App.Theme.Fonts[use].File); u != "" && !slices.Contains(as.fonts, u) {
			as.fonts = append(as.fonts, u)
		}
	}
	as.mark, as.logo = p.App.Icon, as.logoOf(p.App.Theme.Logo)
	if edit {
		return as, nil
	}
	return as, as.install(p.App)
}

// sizeOf reads how large a picture says it is, 0 where it does not.
func sizeOf(fsys fs.FS, name string) (width, height int) {
	kind := kindOf(name)
	read := map[string]func(io.Reader) (image.Config, error){"image/png": png.DecodeConfig, "image/jpeg": jpeg.DecodeConfig, "image/gif": gif.DecodeConfig, "image/svg+xml": shapeOfSVG}[kind]
	if read == nil {
		return 0, 0
	}
	f, err := fsys.Open(name)
	if err != nil {
		return 0, 0
	}
	defer f.Close()
	c, err := read(bufio.NewReader(io.LimitReader(f, 1<<20)))
	if err != nil {
		return 0, 0 // a browser says so as well
	}
	return c.Width, c.Height
}

var viewBox = regexp.MustCompile(`<svg[^>]*\sviewBox=["']\s*[-0-9.]+[\s,]+[-0-9.]+[\s,]+([0-9.]+)[\s,]+([0-9.]+)\s*["']`)

// shapeOfSVG reads the box that an SVG is drawn in.
func shapeOfSVG(r io.Reader) (image.Config, error) {
	head, err := io.ReadAll(io.LimitReader(r, 4<<10))
	m := viewBox.FindSubmatch(head)
	if err != nil || m == nil {
		return image.Config{}, errors.Join(err, image.ErrFormat)
	}
	width, err1 := strconv.ParseFloat(string(m[1]), 64)
	height, err2 := strconv.ParseFloat(string(m[2]), 64)
	if err := errors.Join(err1, err2); err != nil || width < 1 || height < 1 || max(width, height) > 1<<20 {
		return image.Config{}, errors.Join(err, image.ErrFormat)
	}
	return image.Config{Width: int(math.Round(width)), Height: int(math.Round(height))}, nil
}

// logoOf is the app's logo as it is served.
func (as *assets) logoOf(l project.Logo) render.Logo {
	out := render.Logo{Light: as.fileURL(l.Light), Dark: as.fileURL(l.Dark), Alt: l.Alt}
	out.Width, out.Height = as.measure(l.Light)
	return out
}

// measure is the size of a picture among the project's assets, 0 where it is not known.
func (as *assets) measure(name string) (width, height int) {
	s := as.sizes[name]
	return s[0], s[1]
}

// script returns one of our scripts. app.js is joined from its parts: page.js first, begin.js last, the others between them by name.
func script(name string) ([]byte, error) {
	if name != "app.js" {
		return scripts.ReadFile("assets/" + name)
	}
	parts, err := fs.Glob(scripts, "assets/app/*.js")
	if err != nil {
		return nil, err
	}
	const first, last = "assets/app/page.js", "assets/app/begin.js"
	parts = slices.DeleteFunc(parts, func(p string) bool { return p == first || p == last })
	var b bytes.Buffer
	b.WriteString("(() => {\n\"use strict\";\n")
	for _, p := range slices.Concat([]string{first}, parts, []string{last}) {
		part, err := scripts.ReadFile(p)
		if err != nil {
			return nil, err
		}
		b.Write(part)
	}
	b.WriteString("})();\n")
	return b.Bytes(), nil
}

// scripts are those of a page, in the order in which they run: app.js sets htmx up.
func (as *assets) scripts() []string {
	if as.edit {
		return []string{"edit.js"}
	}
	return append([]string{"app.js", "htmx.min.js"}, as.also...)
}

// develop adds the script of an app that somebody builds.
func (as *assets) develop() error {
	const name = "develop.js"
	b, err := script(name)
	if err != nil {
		return fmt.Errorf("app: %w", err)
	}
	as.add(name, "text/javascript; charset=utf-8", b)
	as.also = append(as.also, name)
	return nil
}

func (as *assets) add(name, kind string, body []byte) {
	sum := sha256.Sum256(body)
	a := &asset{name: name, hash: hex.EncodeToString(sum[:8]), kind: kind, body: body}
	a.zipped = sync.OnceValue(func() []byte { return zipped(body) })
	as.ours[a.hash+"/"+name] = a
}

// zipped compresses a file; nil where that makes it no smaller.
func zipped(body []byte) []byte {
	var z bytes.Buffer
	w, _ := gzip.NewWriterLevel(&z, gzip.BestCompression) // the level is a valid one
	_, err := w.Write(body)
	if err != nil || w.Close() != nil || z.Len() >= len(body) {
		return nil
	}
	return z.Bytes()
}

// addLater adds a file that is made when it is first asked for; about is all that it depends on.
func (as *assets) addLater(name, kind, about string, make func() ([]byte, error)) {
	sum := sha256.Sum256([]byte(about))
	a := &asset{name: name, hash: hex.EncodeToString(sum[:8]), kind: kind, later: sync.OnceValues(make)}
	as.ours[a.hash+"/"+name] = a
}

func hashFile(fsys fs.FS, name string) (string, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if n, err := io.Copy(h, io.LimitReader(f, maxFile+1)); err != nil || n > maxFile {
		return "", fmt.Errorf("it cannot be read, or is larger than %d MiB: %w", maxFile>>20, err)
	}
	return hex.EncodeToString(h.Sum(nil)[:8]), nil
}

// url returns the address of one of our files.
func (as *assets) url(name string) string {
	for key, a := range as.ours {
		if a.name == name {
			return "/_usher/assets/" + key
		}
	}
	return ""
}

// fileURL returns the address of a project asset; "" when there is none of that name.
func (as *assets) fileURL(name string) string {
	hash, ok := as.files[name]
	if !ok {
		return ""
	}
	return "/_usher/files/" + hash + "/" + name
}

// chrome is what every page links to.
func (as *assets) chrome() render.Chrome {
	c := render.Chrome{CSS: []string{as.url("theme.css")}, Fonts: as.fonts}
	for _, name := range as.scripts() {
		c.JS = append(c.JS, as.url(name))
	}
	if !as.edit {
		c.Meta = []render.Meta{{Name: "htmx-config", Content: `{"history":false,"includeIndicatorCSS":false}`}}
	}
	c.Icon = as.url("icon.svg")
	for _, name := range []string{as.mark, "favicon.svg", "favicon.png", "favicon.ico"} {
		if u := as.fileURL(name); u != "" {
			c.Icon = u
			break
		}
	}
	c.Logo = as.logo
	c.Touch = as.url("icon-touch.png")
	if as.manifestJSON != nil {
		c.Manifest = manifestPath
	}
	return c
}

const forEver = "public, max-age=31536000, immutable"

// find answers with one of our files or one of the project's; nil when there is none.
func (as *assets) find(r *http.Request, p string) *answer {
	if rest, ok := strings.CutPrefix(p, "assets/"); ok {
		if a := cmp.Or(as.ours[rest], as.had[rest]); a != nil {
			return a.answer(r)
		}
	}
	if rest, ok := strings.CutPrefix(p, "files/"); ok {
		hash, name, _ := strings.Cut(rest, "/")
		if hash != "" && as.files[name] == hash {
			if a, err := as.file(name); err == nil {
				return a
			}
		}
	}
	return plain(http.StatusNotFound, english(textMissing))
}

func (a *asset) answer(r *http.Request) *answer {
	body := a.body
	if a.later != nil {
		var err error
		if body, err = a.later(); err != nil {
			out := plain(http.StatusNotFound, english(textMissing))
			out.fault = fmt.Errorf("%s: %w", a.name, err)
			return out
		}
	}
	out := newAnswer(http.StatusOK)
	out.header.Set("Content-Type", a.kind)
	out.header.Set("Cache-Control", forEver)
	out.header.Set("Vary", "Accept-Encoding")
	out.body = body
	if a.zipped != nil && acceptsGzip(r.Header.Get("Accept-Encoding")) {
		if z := a.zipped(); z != nil {
			out.header.Set("Content-Encoding", "gzip")
			out.body = z
		}
	}
	return out
}

func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		coding, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(coding, "gzip") {
			return strings.ReplaceAll(weight, " ", "") != "q=0"
		}
	}
	return false
}

// kindOf is the media type of the files that a browser may show; anything else is a download.
func kindOf(name string) string {
	switch strings.ToLower(path.Ext(name)) {
	case ".png":
		return "image/png"
	case ".jpg", ".jpeg":
		return "image/jpeg"
	case ".gif":
		return "image/gif"
	case ".webp":
		return "image/webp"
	case ".avif":
		return "image/avif"
	case ".svg":
		return "image/svg+xml"
	case ".ico":
		return "image/x-icon"
	case ".woff2":
		return "font/woff2"
	case ".woff":
		return "font/woff"
	case ".mp4":
		return "video/mp4"
	case ".webm":
		return "video/webm"
	case ".vtt":
		return "text/vtt; charset=utf-8"
	case ".mp3":
		return "audio/mpeg"
	case ".pdf":
		return "application/pdf"
	case ".txt":
		return "text/plain; charset=utf-8"
	}
	return ""
}

// file answers with a project asset. None of them can run anything here: an SVG opened by itself is sandboxed.
func (as *assets) file(name string) (*answer, error) {
	f, err := as.fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("asset %s: %w", name, err)
	}
	out := newAnswer(http.StatusOK)
	if out.content, err = seekable(f); err != nil {
		return nil, fmt.Errorf("asset %s: %w", name, err)
	}
	kind := kindOf(name)
	if kind == "" {
		kind = "application/octet-stream"
		out.header.Set("Content-Disposition", "attachment")
	}
	out.header.Set("Content-Type", kind)
	out.header.Set("Cache-Control", forEver)
	out.header.Set("ETag", `"`+as.files[name]+`"`)
	out.header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox")
	return out, nil
}

// seekable is a file of which parts can be read: itself, or what it holds where its folder is on no disk.
func seekable(f fs.File) (io.ReadSeekCloser, error) {
	if c, ok := f.(io.ReadSeekCloser); ok {
		return c, nil
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxFile))
	if err != nil {
		return nil, err
	}
	return readFile{bytes.NewReader(b)}, nil
}

// readFile is a file that has been read.
type readFile struct{ *bytes.Reader }

func (readFile) Close() error { return nil }
