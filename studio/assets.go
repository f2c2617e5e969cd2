package studio

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"strings"
)

//go:embed ui/dist
var dist embed.FS

// assets is the studio's browser code, served under a hash of all of it.
type assets struct {
	files map[string][]byte
	hash  string
}

func newAssets() (*assets, error) {
	as := &assets{files: map[string][]byte{}}
	sum := sha256.New()
	err := fs.WalkDir(dist, "ui/dist", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := dist.ReadFile(name)
		_, _ = sum.Write(append([]byte(name), b...))
		as.files[strings.TrimPrefix(name, "ui/dist/")] = b
		return err
	})
	as.hash = hex.EncodeToString(sum.Sum(nil)[:8])
	return as, err
}

func (s *Studio) asset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	body, ok := s.assets.files[name]
	if !s.guard.fetched(r) {
		refuse(w, r, fault{http.StatusForbidden, "origin", "This did not come from the studio's own page."})
		return
	}
	if !ok || r.PathValue("hash") != s.assets.hash {
		refuse(w, r, fault{http.StatusNotFound, "missing", "The studio has nothing at this address."})
		return
	}
	media := "text/plain; charset=utf-8"
	switch {
	case strings.HasSuffix(name, ".js"):
		media = "text/javascript; charset=utf-8"
	case strings.HasSuffix(name, ".css"):
		media = "text/css; charset=utf-8"
	}
	w.Header().Set("Content-Type", media)
	w.Header().Set("Cache-Control", "private, max-age=31536000, immutable")
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the browser has gone: nobody is left to tell
	}
}
