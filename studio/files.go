package studio

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/usherdev/usher/project"
)

// Assets are the files in the project's assets/: pictures, fonts, films.
type Assets interface {
	Assets() (sizes map[string]int64, err error)
	Asset(name string) (fs.File, error)
	PutAsset(ctx context.Context, name string, content []byte) error // nil takes it away; stays inside assets/, or fails
}

// MaxAssetBytes is the most that one asset may have.
const MaxAssetBytes = 32_000_000

// assetKinds are the files that an app may bring along, by their ending: what a browser shows, and nothing that runs.
var assetKinds = map[string]string{
	".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp", ".avif": "image/avif", ".svg": "image/svg+xml", ".ico": "image/x-icon",
	".woff2": "font/woff2", ".mp4": "video/mp4", ".webm": "video/webm", ".vtt": "text/vtt; charset=utf-8", ".mp3": "audio/mpeg", ".pdf": "application/pdf", ".txt": "text/plain; charset=utf-8",
}

var errNoAssets = fault{http.StatusNotImplemented, "assets", "This studio keeps no assets."}

// getAssets is GET /api/assets.
func (s *Studio) getAssets(*http.Request, none) (AssetsView, error) {
	v := s.snapshot()
	out := AssetsView{Revision: v.revision, Assets: []AssetView{}, Most: MaxAssetBytes}
	if s.media == nil {
		return out, nil
	}
	sizes, err := s.media.Assets()
	if err != nil {
		return out, err
	}
	for _, file := range v.tree.Files() {
		name, ok := strings.CutPrefix(file, "assets/")
		if ok {
			out.Assets = append(out.Assets, AssetView{Name: name, Size: sizes[name], Media: assetKinds[strings.ToLower(path.Ext(name))], Uses: assetUses(v.tree, name)})
		}
	}
	return out, nil
}

// assetUses are the places that name an asset, with or without its folder.
func assetUses(t *project.Tree, name string) []project.Path {
	out := []project.Path{}
	for _, file := range t.Files() {
		at := project.Path("/" + strings.TrimSuffix(file, ".yaml"))
		if raw, ok := t.Value(at); ok {
			var v any
			_ = json.Unmarshal(raw, &v) // as Value writes it
			everyText(v, at, func(at project.Path, text string) {
				if text == name || text == "assets/"+name || strings.Contains(text, `"`+name+`"`) {
					out = append(out, at)
				}
			})
		}
	}
	slices.Sort(out)
	return out
}

// everyText calls fn for all texts in a value.
func everyText(v any, at project.Path, fn func(at project.Path, text string)) {
	switch v := v.(type) {
	case []any:
		for i, item := range v {
			everyText(item, at.Join(fmt.Sprint(i)), fn)
		}
	case map[string]any:
		for key, val := range v {
			everyText(val, at.Join(key), fn)
		}
	case string:
		fn(at, v)
	}
}

// getAsset is GET /api/asset/{name}: its bytes, to be looked at. Nothing in them runs.
func (s *Studio) getAsset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	media := assetKinds[strings.ToLower(path.Ext(name))]
	if s.media == nil || media == "" {
		refuse(w, r, fault{http.StatusNotFound, "missing", "There is no such asset."})
		return
	}
	f, err := s.media.Asset(name)
	if err != nil {
		refuse(w, r, fault{http.StatusNotFound, "missing", "There is no such asset."})
		return
	}
	defer f.Close()
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox")
	w.Header().Set("Content-Type", media)
	if r.Method != http.MethodHead {
		_, _ = io.Copy(w, io.LimitReader(f, MaxAssetBytes)) // the browser has gone: nobody is left to tell
	}
}

// putAsset is PUT /api/asset/{name}: the body becomes the file.
func (s *Studio) putAsset(w http.ResponseWriter, r *http.Request) {
	src, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxAssetBytes))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		err = fault{http.StatusRequestEntityTooLarge, "large", fmt.Sprintf("An asset has %d MB at most.", MaxAssetBytes/1_000_000)}
	case err != nil:
		err = fault{http.StatusBadRequest, "asset", "The file did not arrive whole."}
	case len(src) == 0:
		err = fault{http.StatusUnprocessableEntity, "asset", "The file is empty."}
	default:
		err = s.setAsset(r, r.PathValue("name"), src)
	}
	s.answerAssets(w, r, err)
}

// deleteAsset is DELETE /api/asset/{name}.
func (s *Studio) deleteAsset(w http.ResponseWriter, r *http.Request) {
	s.answerAssets(w, r, s.setAsset(r, r.PathValue("name"), nil))
}

func (s *Studio) answerAssets(w http.ResponseWriter, r *http.Request, err error) {
	var view AssetsView
	if err == nil {
		view, err = s.getAssets(r, none{})
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	writeJSON(w, r, http.StatusOK, view)
}

// setAsset writes an asset, or takes it away, and shows the project with it.
func (s *Studio) setAsset(r *http.Request, name string, src []byte) error {
	switch {
	case s.media == nil:
		return errNoAssets
	case !assetName(name):
		return fault{http.StatusUnprocessableEntity, "name", "An asset is named with letters, digits, dashes, dots and underscores, such as logo.svg."}
	case src != nil && assetKinds[strings.ToLower(path.Ext(name))] == "":
		return fault{http.StatusUnprocessableEntity, "kind", "Apps bring along pictures, WOFF2 fonts, MP4 and WebM films, MP3, VTT, PDF and text."}
	}
	s.edits.Lock()
	defer s.edits.Unlock()
	tree, err := s.current(r.URL.Query().Get("revision"))
	if err != nil {
		return err
	}
	was, err := s.assetBytes(name)
	if err != nil {
		return err
	}
	file := "assets/" + name
	for _, other := range tree.Files() {
		if src != nil && other == file && r.URL.Query().Get("replace") == "" {
			return fault{http.StatusConflict, "taken", "There is " + name + " already."}
		}
		if src != nil && other != file && strings.EqualFold(other, file) {
			return fault{http.StatusConflict, "twin", fmt.Sprintf("There is %s already, which some systems take for the same name.", strings.TrimPrefix(other, "assets/"))}
		}
	}
	err = s.media.PutAsset(r.Context(), name, src)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fault{http.StatusNotFound, "missing", "There is no such asset any more."}
	case err != nil:
		return fmt.Errorf("asset: %w", err)
	}
	s.shelve(name, was, src)
	return s.showAssets()
}

// showAssets shows the project with the assets as they are now. The caller holds edits.
func (s *Studio) showAssets() error {
	tree := s.files.Tree()
	if tree == nil {
		return errors.New("the project cannot be read")
	}
	if s.snapshot().revision != tree.Revision() {
		s.adopt(tree)
		return nil
	}
	// Names alone make a revision: another picture under the same name is shown all the same.
	if err := s.preview.Show(tree); err != nil {
		s.log.Warn("the preview keeps what it shows", "error", err)
	}
	return nil
}

// assetName reports whether a name is plain enough for every system: folders and files of letters, digits, - _ . and spaces.
func assetName(name string) bool {
	if len(name) > 200 || !fs.ValidPath(name) || name == "." {
		return false
	}
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(part, ".") || strings.HasSuffix(part, ".") || strings.TrimSpace(part) != part {
			return false
		}
		for _, r := range part {
			if !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || strings.ContainsRune("-_. @", r)) {
				return false
			}
		}
	}
	return true
}
