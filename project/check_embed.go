package project

import (
	"fmt"
	"net/netip"
	"net/url"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/usherdev/usher/value"
)

// Origin returns the scheme and host of an address as browsers name it, "" where it has none that a page may embed: https, or http on this
// machine, without a name and password.
func Origin(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || strings.ContainsAny(address, "\\ ") {
		return ""
	}
	host, port := strings.ToLower(u.Host), u.Port()
	if u.Scheme == "https" && port == "443" || u.Scheme == "http" && port == "80" {
		host = strings.TrimSuffix(host, ":"+port)
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !thisMachine(strings.ToLower(u.Hostname()))) {
		return ""
	}
	return u.Scheme + "://" + host
}

// thisMachine reports whether a name can only mean the machine of whoever asks.
func thisMachine(name string) bool {
	ip, err := netip.ParseAddr(name)
	return err == nil && ip.IsLoopback() || name == "localhost" || strings.HasSuffix(name, ".localhost")
}

// readEmbeds decodes whose videos and whose pages the app may show.
func (c *checker) readEmbeds(s section) {
	c.p.App.Media, c.p.App.Frames = s.origins("media"), s.origins("frames")
}

// origins reads a list of origins: https://www.example.com.
func (s section) origins(key string) []string {
	p, ok := s.get(key)
	if !ok {
		return nil
	}
	var out []string
	for _, item := range p.items(key) {
		text, ok := item.literal("an origin")
		origin := Origin(text)
		u, err := url.Parse(text)
		switch {
		case !ok:
		case err != nil || origin == "" || strings.Contains(origin, "*"):
			item.fail(quoted(text)+" is no origin of "+key, "write https:// and the whole name of the host, such as https://www.example.com")
		case strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "":
			item.fail(quoted(text)+" is more than an origin", "write "+origin)
		case slices.Contains(out, origin):
			item.warn(origin+" is there twice", "")
		default:
			out = append(out, origin)
		}
	}
	return out
}

// media decodes the address of a video or of its captions, or the name of an asset of one of the kinds.
func (sc scope) media(p place, what string, kinds []string) *value.Template {
	t := sc.value(p, want{what: what, typ: value.TextType()})
	v, ok := t.Constant()
	name, isText := v.(string)
	if t == nil || !ok || !isText || name == "" {
		return t
	}
	file := strings.TrimPrefix(name, assetsDir)
	switch {
	case strings.Contains(name, ":"):
		p.within(what, name, "media", p.c.p.App.Media)
	case !slices.Contains(p.c.p.Assets, file):
		p.misnamed(fmt.Sprintf("there is no asset %q", name), file, p.c.p.Assets)
	case !slices.Contains(kinds, strings.ToLower(path.Ext(file))):
		p.fail(what+" cannot be "+quoted(name), "a file that ends in "+strings.Join(kinds, ", "))
	}
	return t
}

// within reports an address whose origin the app does not name.
func (p place) within(what, address, key string, origins []string) {
	switch origin := Origin(address); {
	case origin == "":
		p.fail(what+" cannot be "+quoted(address), "an address that begins with https://")
	case !slices.Contains(origins, origin):
		p.fail(fmt.Sprintf("app.yaml does not name %s, where %s comes from", origin, what), fmt.Sprintf("add it there: %s: [%s]", key, origin), p.admitted(key, origin)...)
	}
}

// checkVideo judges whether those who do not hear a video miss nothing, and those who do not want it can stop it.
func checkVideo(w *Widget, s section) {
	on := func(name string) bool {
		v, _ := w.Prop(name).Constant()
		return value.Truth(v)
	}
	if p, ok := s.get("autoplay"); ok && on("autoplay") {
		switch {
		case !on("muted"):
			p.fail("a video that starts by itself must be muted", "add muted: true; browsers refuse it otherwise, and people are startled")
		case !on("controls"):
			p.warn("nobody can stop this video", "leave controls on: what moves by itself has to be stopped by who cannot bear it (WCAG 2.2.2)")
		}
	} else if !on("controls") {
		s.lacks("controls").warn("nobody can start this video", "leave controls on, or let it start by itself: autoplay and muted")
	}
	captions, has := s.get("captions")
	switch {
	case has && on("silent"):
		captions.fail("a silent video has no captions", "remove silent")
	case !has && !on("silent"):
		s.lacks("captions").warn("this video has no captions for those who do not hear it", "give it captions, a WebVTT file; or say silent: true where nothing is said or heard (WCAG 1.2.2)")
	}
	for _, name := range []string{"captionsLabel", "captionsLanguage"} {
		if p, ok := s.get(name); ok && !has {
			p.fail(name+" belongs to captions", "")
		}
	}
	if p, ok := s.get("captionsLanguage"); ok && p.n.Kind == yaml.ScalarNode && !languagePattern.MatchString(p.n.Value) {
		p.fail(quoted(p.n.Value)+" is not a language tag", "such as en, de or pt-BR")
	}
}

// checkFrame judges a constant address: one that data brings is judged when the page is drawn.
func checkFrame(w *Widget, s section) {
	p, ok := s.get("src")
	v, known := w.Props["src"].Constant()
	address, isText := v.(string)
	if ok && known && isText && address != "" {
		p.within("src of frame", address, "frames", p.c.p.App.Frames)
	}
	if len(p.c.p.App.Frames) == 0 && ok && !known {
		p.fail("app.yaml names no frames, so nothing would ever be shown here", "name the origins that may be: frames: [https://www.example.com]")
	}
}
