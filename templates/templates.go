// Package templates holds pages to begin with: log in, sign up, reset a password, profile, a list and its details, settings … For each a folder
// with what it is and needs (template.yaml), the page and a journey, both to be filled in with what an app has. `usher add page` makes a page of
// one. It is data and the lines that embed it: it knows nothing of projects.
package templates

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

//go:embed */*
var files embed.FS

// Template describes one page. Its YAML form is templates/NAME/template.yaml; texts between [[ and ]] are filled in (package fitting).
type Template struct {
	Name  string `yaml:"-"`     // of its folder: forgot-password
	Title string `yaml:"title"` // for people: Forgotten password
	About string `yaml:"about"` // one sentence: what it does
	Page  string `yaml:"page"`  // name of the page it makes; Name when unset
	Path  string `yaml:"path"`  // route of that page
	// Blocks are the action blocks it runs, by role: logIn, forgotPassword, … Some is used where an app has it, and needed by nobody.
	Blocks []string `yaml:"blocks"`
	Some   []string `yaml:"some"`
	// Lists are the calls it shows: list, detail.
	Lists []string `yaml:"lists"`
	// Setting names the page in app.yaml, below /app: notFound, authentication/entryPage. "" none.
	Setting string `yaml:"setting"`
	// Login says that only who is logged in sees it, so that its journey begins with a log-in.
	Login bool `yaml:"login"`
	// Left are sentences about what a builder may still want to do; those that come out empty are not said.
	Left []string `yaml:"left"`
}

// All returns every template, by name.
func All() ([]Template, error) {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil, err
	}
	var out []Template
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		t := Template{Name: e.Name()}
		b, err := files.ReadFile(path.Join(t.Name, "template.yaml"))
		if err != nil {
			return nil, err
		}
		if err := yaml.Load(b, &t, yaml.WithKnownFields()); err != nil {
			return nil, fmt.Errorf("templates/%s/template.yaml: %w", t.Name, err)
		}
		if t.Page == "" {
			t.Page = t.Name
		}
		out = append(out, t)
	}
	slices.SortFunc(out, func(a, b Template) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// Source returns the page, to be filled in.
func (t Template) Source() (string, error) { return t.read("page.tmpl") }

// Second returns the page of one item of a list, to be filled in.
func (t Template) Second() (string, error) { return t.read("second.tmpl") }

// Journey returns the journey, to be filled in.
func (t Template) Journey() (string, error) { return t.read("journey.tmpl") }

func (t Template) read(name string) (string, error) {
	b, err := files.ReadFile(path.Join(t.Name, name))
	return string(b), err
}
