// Package presets holds apps for backends that people meet: for each a folder with the calls, data types, mappings and rules that fit it, the replies
// it sends (for the journeys) and a README; and, in shared/, the pages and journeys that they have in common. `usher new --backend` makes an
// app of one. It is data and the lines that embed it: it asks no backend, and knows nothing of projects.
package presets

import (
	"archive/zip"
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

//go:embed */*
var files embed.FS

const (
	shared = "shared"
	about  = "preset.yaml"
	readme = "README.md"
	more   = "more/"
)

// Preset describes one backend. Its YAML form is presets/NAME/preset.yaml.
type Preset struct {
	Name  string `yaml:"-"`     // of its folder: dummyjson
	Title string `yaml:"title"` // as its makers write it: DummyJSON
	About string `yaml:"about"` // one sentence: what is special about logging in there
	Docs  string `yaml:"docs"`  // address of its makers' documentation; "" none
	// Pages and Tests are the parts of shared/ that its app takes over, without the ending: of login-email.yaml it makes pages/login.yaml.
	Pages []string `yaml:"pages"`
	Tests []string `yaml:"tests"`
}

// All returns every preset, by name.
func All() ([]Preset, error) {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil, err
	}
	var out []Preset
	for _, e := range entries {
		if !e.IsDir() || e.Name() == shared {
			continue
		}
		p, err := read(e.Name())
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b Preset) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

func read(name string) (Preset, error) {
	p := Preset{Name: name}
	b, err := files.ReadFile(path.Join(name, about))
	if err != nil {
		return p, err
	}
	if err := yaml.Load(b, &p, yaml.WithKnownFields()); err != nil {
		return p, fmt.Errorf("presets/%s/preset.yaml: %w", name, err)
	}
	return p, nil
}

// App returns the preset's whole app, with app.yaml at its root. What the preset's own folder holds wins over what it takes from shared/.
func (p Preset) App() (fs.FS, error) {
	from := map[string]string{} // file of the app → file of this package
	for _, part := range p.Pages {
		from["pages/"+base(part)+".yaml"] = path.Join(shared, "pages", part+".yaml")
	}
	for _, part := range p.Tests {
		from["tests/"+base(part)+".txt"] = path.Join(shared, "tests", part+".txt")
	}
	err := fs.WalkDir(files, p.Name, func(at string, d fs.DirEntry, err error) error {
		if name := strings.TrimPrefix(at, p.Name+"/"); err == nil && !d.IsDir() && name != about && name != readme && !strings.HasPrefix(name, more) {
			from[name] = at
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return gather(from)
}

// More returns what the backend can do besides, by file of an app: action blocks that pages of templates/ run, the calls that those send (a group's
// file holds them alone), their data types, and the replies for journeys. It is no part of the App: `usher add page` takes of it what a page needs.
func (p Preset) More() (map[string][]byte, error) {
	out := map[string][]byte{}
	dir := path.Join(p.Name, more)
	err := fs.WalkDir(files, dir, func(at string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist) && at == dir:
			return fs.SkipAll
		case err != nil || d.IsDir():
			return err
		}
		out[strings.TrimPrefix(at, dir+"/")], err = files.ReadFile(at)
		return err
	})
	return out, err
}

// base is what comes before the first dash: login of login-email.
func base(part string) string {
	name, _, _ := strings.Cut(part, "-")
	return name
}

// gather puts files into an archive in memory, which is the standard library's file system of bytes.
func gather(from map[string]string) (fs.FS, error) {
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for _, name := range slices.Sorted(maps.Keys(from)) {
		b, err := files.ReadFile(from[name])
		if err != nil {
			return nil, err
		}
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err != nil {
			return nil, err
		}
		if _, err := f.Write(b); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return zip.NewReader(bytes.NewReader(buf.Bytes()), int64(buf.Len()))
}

// Readme returns what a builder should know about the backend, as Markdown.
func (p Preset) Readme() (string, error) {
	b, err := files.ReadFile(path.Join(p.Name, readme))
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("presets/%s has no README.md", p.Name)
	}
	return string(b), err
}
