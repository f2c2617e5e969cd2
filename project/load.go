package project

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// folders are the places that hold files of an app; assets/ holds names alone.
var folders = []string{"types", "calls", "pages", "components", "flows", localesDir}

const (
	appFile   = "app.yaml"
	assetsDir = "assets/"
	pagesDir  = "pages/"
)

// NewTree returns the tree of these files: name (slash separated, relative) → bytes. Names below assets/ count as names alone, their
// bytes are not read but for the first few, which say of what kind they are. The map is copied; the bytes are shared and must not be changed.
func NewTree(files map[string][]byte) *Tree { return (&Tree{}).With(files) }

// With returns a tree that has these files as well, in place of those that have their names. What is said of NewTree's files holds for them.
func (t *Tree) With(files map[string][]byte) *Tree {
	next := &Tree{files: map[string][]byte{}, heads: map[string][]byte{}, read: t.read, once: &verdict{}}
	if next.read == nil {
		next.read = &readings{}
	}
	maps.Copy(next.files, t.files)
	maps.Copy(next.heads, t.heads)
	for name, b := range files {
		next.files[name] = b
		if judged(name) && len(b) > 0 {
			next.heads[name] = b[:min(len(b), headBytes)]
		}
	}
	return next
}

// headBytes are how many bytes of an asset say of what kind it is: an SVG may begin with a comment.
const headBytes = 2 << 10

// judged reports whether the check looks into an asset: fonts and icons.
func judged(name string) bool {
	return strings.HasPrefix(name, assetsDir) && slices.Contains([]string{".woff2", ".png", ".svg"}, strings.ToLower(path.Ext(name)))
}

// LoadTree reads the app's files below the root of fsys: app.yaml, the YAML files of types, calls, pages, components and flows, and the names of
// the assets. Names that begin with a dot and what is not a regular file are passed over. It fails when something cannot be read or
// there are more than MaxFiles; a file larger than MaxFileBytes is cut one byte beyond, so that Project reports it.
func LoadTree(fsys fs.FS) (*Tree, error) {
	t := &Tree{files: map[string][]byte{}, heads: map[string][]byte{}, read: &readings{}, once: &verdict{}}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist) && name != ".":
			return nil // gone while we walked
		case err != nil:
			return err
		case name != "." && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			if name != "." && !known(name+"/") {
				return fs.SkipDir
			}
			return nil
		case !d.Type().IsRegular() || !wanted(name):
			return nil
		case len(t.files) == MaxFiles:
			return fmt.Errorf("the project has more than %d files", MaxFiles)
		}
		if judged(name) {
			if t.heads[name], err = readHead(fsys, name, headBytes); err != nil {
				return err
			}
		}
		t.files[name], err = readLimited(fsys, name)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the project: %w", err)
	}
	return t, nil
}

func readLimited(fsys fs.FS, name string) ([]byte, error) {
	if strings.HasPrefix(name, assetsDir) {
		return nil, nil
	}
	return readHead(fsys, name, MaxFileBytes+1)
}

func readHead(fsys fs.FS, name string, most int64) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	src, err := io.ReadAll(io.LimitReader(f, most))
	return src, errors.Join(err, f.Close())
}

// known reports whether a path lies in one of the app's folders.
func known(name string) bool {
	first, _, _ := strings.Cut(name, "/")
	return first+"/" == assetsDir || slices.Contains(folders, first)
}

// wanted reports whether a file belongs to the app. Files that look like YAML with another ending are, so that check can say so.
func wanted(name string) bool {
	if strings.HasPrefix(name, assetsDir) {
		return true
	}
	yamlLike := strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml")
	return yamlLike && (known(name) || !strings.Contains(name, "/"))
}

// Files returns the names of all files, sorted.
func (t *Tree) Files() []string { return slices.Sorted(maps.Keys(t.files)) }

// Bytes returns the bytes of a file, nil when there is none or it is an asset. They must not be changed.
func (t *Tree) Bytes(name string) []byte { return t.files[name] }

// Revision returns a short hash of all files; trees with equal bytes have equal revisions.
func (t *Tree) Revision() string { return t.hash(t.Files()) }

// beside is a short hash of all files but those of pages.
func (t *Tree) beside() string {
	return t.hash(slices.DeleteFunc(t.Files(), func(name string) bool { return strings.HasPrefix(name, pagesDir) }))
}

func (t *Tree) hash(names []string) string {
	sum := sha256.New()
	for _, name := range names {
		_, _ = fmt.Fprintf(sum, "%d %s %d\n", len(name), name, len(t.files[name]))
		_, _ = sum.Write(t.files[name])
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

// assets returns the names below assets/, sorted.
func (t *Tree) assets() []string {
	var names []string
	for _, name := range t.Files() {
		if rest, ok := strings.CutPrefix(name, assetsDir); ok && rest != "" {
			names = append(names, rest)
		}
	}
	return names
}

// baseName is a file's name without folder and ending: the name of the page, type, group or block in it.
func baseName(file string) string { return strings.TrimSuffix(path.Base(file), ".yaml") }
