// Package fitting makes a page of a template fit an app: it finds the action blocks and calls that the page runs, brings those that the app lacks
// from the preset of its backend or makes them of a call that is named, and fills in page and journey. The answer is a Plan: the files as they
// will be, all of them sound, and what is left to do. It never opens a file, never asks a backend, and changes nothing that a builder wrote but for
// what it adds to lists and mappings.
package fitting

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/templates"
)

// App is what a page is fitted to.
type App struct {
	Tree  *project.Tree
	Tests map[string][]byte // files of tests/, by name from the project's root
}

// Wish says which page is wanted.
type Wish struct {
	Template templates.Template
	As       string            // name of the page; the template's when unset
	Path     string            // route of the page; the template's when unset
	Calls    map[string]string // role → group.call, for what the app's backend is not known to do
	Backend  string            // name of the preset to take calls from; recognised when unset
	Use      bool              // name the page in app.yaml even where another one is named
	Studio   bool              // what is left to do is done in the studio, not by commands and in files
}

// Plan is what will be written. Base and Next hold the app's files and its tests.
type Plan struct {
	Base, Next *project.Tree
	Page, Path string
	Made       []string // sentences: what is added
	Left       []string // sentences: what a builder may still want to do
}

// Refusal says why a page cannot be made, and what would help.
type Refusal struct{ Msg, Hint string }

func (r *Refusal) Error() string { return r.Msg }

func refuse(hint, format string, args ...any) error {
	return &Refusal{Msg: fmt.Sprintf(format, args...), Hint: hint}
}

// fit is the state of one New.
type fit struct {
	wish    Wish
	app     App
	project *project.Project // of the app as it was
	next    *project.Tree    // the app as it will be
	tests   map[string][]byte
	backend *backend // recognised at the first need
	plan    *Plan
	facts   *facts
	shown   *list // what the page lists, nil nothing
}

// New plans the page, or says with a Refusal why there can be none. The app must have no errors.
func New(app App, w Wish) (*Plan, error) {
	p, problems := app.Tree.Project()
	if problems.Errors() {
		return nil, refuse("usher check lists them", "the app has errors")
	}
	if w.As == "" {
		w.As = w.Template.Page
	}
	if w.Path == "" {
		w.Path = w.Template.Path
	}
	f := &fit{wish: w, app: app, project: p, next: app.Tree, tests: maps.Clone(app.Tests), plan: &Plan{Page: w.As, Path: w.Path}}
	if f.tests == nil {
		f.tests = map[string][]byte{}
	}
	for _, step := range []func() error{f.free, f.authentication, f.blocks, f.lists, f.page, f.setting, f.sound, f.journey, f.sayLeft} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	f.plan.Base, f.plan.Next = app.Tree.With(app.Tests), f.next.With(f.tests) // saved at once
	return f.plan, nil
}

var plainPath = regexp.MustCompile(`^(/[\w.~-]+)+$`)

// free refuses a page, a path or a journey that is there already.
func (f *fit) free() error {
	file := "pages/" + f.wish.As + ".yaml"
	if got, rest := project.Path("/pages").Join(f.wish.As).File(); got != file || len(rest) > 0 {
		return refuse("take letters, digits and dashes: --as my-page", "%q can be no name of a page", f.wish.As)
	}
	onPath := func(p *project.Page) bool { return p.Path == f.wish.Path }
	for _, p := range f.project.Pages {
		switch {
		case strings.EqualFold(p.Name, f.wish.As) && slices.ContainsFunc(f.project.Pages, onPath):
			return refuse("give it another name and path: --as "+f.wish.As+"2 --path "+f.wish.Path+"2", "there is a page %s already: %s", p.Name, p.File)
		case strings.EqualFold(p.Name, f.wish.As):
			return refuse("give it another name: --as "+f.wish.As+"2", "there is a page %s already: %s", p.Name, p.File)
		case onPath(p):
			return refuse("give it another path: --path "+f.wish.Path+"-2", "the path %s is taken by %s", f.wish.Path, p.File)
		}
	}
	switch {
	case f.wish.Path != "" && !strings.HasPrefix(f.wish.Path, "/"):
		return refuse("--path /"+f.wish.Path, "the path %q does not begin with a slash", f.wish.Path)
	case !plainPath.MatchString(f.wish.Path):
		return refuse("take letters, digits, dashes and slashes: --path /my/page", "the path %q holds what no path of a new page may", f.wish.Path)
	}
	return nil
}

// authentication refuses a page of logins for an app that has none.
func (f *fit) authentication() error {
	if t := f.wish.Template; (t.Login || len(t.Blocks) > 0) && !f.project.App.Auth.Enabled {
		return refuse("usher new --backend list shows backends; docs/tutorial.md shows how authentication: is written", "this app has no authentication, which the page needs")
	}
	return nil
}

// apply carries edits out on the app to be.
func (f *fit) apply(edits ...project.Edit) error {
	next, _, err := f.next.Apply(edits...)
	if err != nil {
		return fmt.Errorf("fitting %s: %w", f.wish.Template.Name, err)
	}
	f.next = next
	return nil
}

// write adds a file that is not there.
func (f *fit) write(name string, src []byte) error {
	if f.next.Bytes(name) != nil {
		return refuse("rename it, or name another page with --as", "%s is there already", name)
	}
	src, err := project.Format(name, src)
	if err != nil {
		return fmt.Errorf("fitting %s: %w", f.wish.Template.Name, err)
	}
	f.next = f.next.With(map[string][]byte{name: src})
	return nil
}

func (f *fit) made(format string, args ...any) {
	f.plan.Made = append(f.plan.Made, fmt.Sprintf(format, args...))
}

func (f *fit) left(format string, args ...any) {
	f.plan.Left = append(f.plan.Left, fmt.Sprintf(format, args...))
}

// page fills the page in and adds it.
func (f *fit) page() error {
	source, err := f.wish.Template.Source()
	if err != nil {
		return err
	}
	if f.facts, err = f.learn(); err != nil {
		return err
	}
	text, err := f.facts.fill(source)
	if err != nil {
		return err
	}
	f.made("pages/%s.yaml, at %s", f.wish.As, f.wish.Path)
	if err := f.write("pages/"+f.wish.As+".yaml", []byte(text)); err != nil {
		return err
	}
	return f.second()
}

// second adds the page of one item, beside the one that lists them.
func (f *fit) second() error {
	if f.shown == nil || f.shown.Detail == "" {
		return nil
	}
	source, err := f.wish.Template.Second()
	if err != nil {
		return err
	}
	text, err := f.facts.fill(source)
	if err != nil {
		return err
	}
	f.made("pages/%s.yaml, at %s/{%s}", f.facts.DetailPage(), f.wish.Path, f.shown.Param.Name)
	return f.write("pages/"+f.facts.DetailPage()+".yaml", []byte(text))
}

// setting names the page in app.yaml.
func (f *fit) setting() error {
	t := f.wish.Template
	if t.Setting == "" {
		return nil
	}
	at := project.Path("/app/" + t.Setting)
	key := strings.ReplaceAll(t.Setting, "/", ".")
	if named, there := f.next.Value(at); there && !f.wish.Use {
		f.left("app.yaml says %s: %s; --use names this page instead.", key, strings.Trim(string(named), `"`))
		return nil
	}
	f.facts.Set = true
	f.made("app.yaml: %s: %s", key, f.wish.As)
	return f.apply(project.Edit{Op: project.OpSet, At: at, Value: jsonOf(f.wish.As)})
}

// sound refuses a result that says anything which the app did not say before.
func (f *fit) sound() error {
	before := map[string]bool{}
	for _, p := range f.app.Tree.Check(project.CheckOptions{}) {
		before[string(p.At)+p.Msg] = true
	}
	var fresh []string
	for _, p := range f.next.Check(project.CheckOptions{}) {
		if !before[string(p.At)+p.Msg] {
			fresh = append(fresh, p.String())
		}
	}
	if len(fresh) > 0 {
		return refuse("nothing was written", "the page would not pass the check:\n  %s", strings.Join(fresh[:min(len(fresh), 5)], "\n  "))
	}
	return nil
}

// sayLeft fills in what the template says about the time after.
func (f *fit) sayLeft() error {
	for _, source := range f.wish.Template.Left {
		text, err := f.facts.fill(source)
		if err != nil {
			return err
		}
		if text = strings.TrimSpace(text); text != "" {
			f.left("%s", text)
		}
	}
	slices.Sort(f.plan.Made)
	return nil
}
