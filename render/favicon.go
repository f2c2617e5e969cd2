package render

import (
	"strings"

	"github.com/usherdev/usher/project"
)

// Favicon returns an SVG for an app without a logo: its first letter on its accent. Serve it as image/svg+xml and put
// its URL into Chrome.Icon.
func Favicon(app project.App) []byte {
	light, _ := app.Theme.Palette()
	b := newBuilder(frame{}, Options{})
	b.raw(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8"`)
	b.attr("fill", light["accent"])
	b.raw(`/><text x="16" y="22.5" text-anchor="middle" font-family="system-ui,sans-serif" font-weight="700" font-size="19"`)
	b.attr("fill", light["on-accent"])
	b.raw(">")
	b.say(letter(strings.TrimSpace(app.Name)))
	b.raw("</text></svg>")
	return b.lit
}
