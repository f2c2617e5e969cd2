package app

import (
	"net/http"
	"strings"
)

// policy is the Content-Security-Policy of a page. Pages have no inline script or style, so it needs no nonce. Pictures may
// come from any https address, for people's portraits live on hosts nobody lists; and from the origins of the app's API
// groups, which in development are plain http. framer is the one origin that may show the page in a frame, "" nobody.
func policy(images []string, framer string) string {
	if framer == "" {
		framer = "'none'"
	}
	return strings.Join([]string{
		"default-src 'self'",
		strings.Join(append([]string{"img-src 'self' data: https:"}, images...), " "),
		"object-src 'none'",
		"base-uri 'none'",
		"form-action 'self'",
		"frame-ancestors " + framer,
	}, "; ")
}

// secure sets the headers that every response carries, errors included (promise A12).
func secure(h http.Header, csp string, https bool) {
	h.Set("Content-Security-Policy", csp)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Cookie")
	if https {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}
