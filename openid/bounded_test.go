package openid

import (
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/golang-jwt/jwt/v5"
)

// TestF8_DocumentsAreBounded: a discovery document or a key set without end is given up after one MiB, and nobody is logged in by it.
func TestF8_DocumentsAreBounded(t *testing.T) {
	i := newIssuer(t)
	sound := i.Config.Handler
	var endless string
	var written atomic.Int64
	i.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != endless {
			sound.ServeHTTP(w, r)
			return
		}
		for written.Store(0); written.Load() < 64<<20; written.Add(64 << 10) {
			if _, err := io.WriteString(w, strings.Repeat(" ", 64<<10)); err != nil {
				return
			}
		}
		sound.ServeHTTP(w, r) // a sound document after all that
	})
	token := i.sign(t, jwt.SigningMethodES256, i.key, i.claims(nil))
	for _, endless = range []string{"/keys", wellKnown} {
		if _, err := i.provider(t).Verify(t.Context(), token, "n", ""); err == nil || !strings.Contains(err.Error(), "too large") || written.Load() >= 64<<20 {
			t.Errorf("%s: %v after %d bytes", endless, err, written.Load())
		}
	}
	endless = ""
	if _, err := i.provider(t).Verify(t.Context(), token, "n", ""); err != nil {
		t.Errorf("sound documents: %v", err)
	}
}
