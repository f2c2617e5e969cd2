package app

import (
	"net/http"
	"slices"
	"strings"

	"github.com/usherdev/usher/project"
)

// policy is the Content-Security-Policy of a page. Pages have no inline script or style, so it needs no nonce. Pictures may
// come from any https address, for people's portraits live on hosts nobody lists; and from the origins of the app's API
// groups, which in development are plain http. Videos and framed pages come from the origins that the app names, and from itself videos alone:
// ours reports which origins are the app's own. framer is the one origin that may show the page in a frame, "" nobody.
func policy(images []string, app project.App, ours func(origin string) bool, framer string) string {
	if framer == "" {
		framer = "'none'"
	}
	framed := slices.DeleteFunc(slices.Clone(app.Frames), func(o string) bool { return ours != nil && ours(o) })
	if len(framed) == 0 {
		framed = []string{"'none'"}
	}
	return strings.Join([]string{
		"default-src 'self'",
		strings.Join(append([]string{"img-src 'self' data: https:"}, images...), " "),
		strings.Join(append([]string{"media-src 'self'"}, app.Media...), " "),
		"frame-src " + strings.Join(framed, " "),
		"object-src 'none'",
		"base-uri 'none'",
		"form-action 'self'",
		"frame-ancestors " + framer,
	}, "; ")
}

// secure sets the headers that every response carries, errors included (promise A12).
func secure(h http.Header, csp string, https bool) {
	lines := []string{
		"Content-Security-Policy", csp,
		"X-Content-Type-Options", "nosniff",
		"Cross-Origin-Opener-Policy", "same-origin",
		"Cross-Origin-Resource-Policy", "same-origin",
		"Referrer-Policy", "same-origin",
		"Permissions-Policy", "camera=(), geolocation=(), microphone=()",
		"Cache-Control", "no-store",
		"Vary", "Cookie",
		"Strict-Transport-Security", "max-age=31536000",
	}
	if !https {
		lines = lines[:len(lines)-2]
	}
	for i := 0; i < len(lines); i += 2 { // the names are in the form that Set would give them, and the values need no slice each
		h[lines[i]] = lines[i+1 : i+2 : i+2]
	}
}
