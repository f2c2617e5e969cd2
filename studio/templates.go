package studio

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/usherdev/usher/project"
)

// Templates makes pages to begin with fit the app, as the command add does. It asks no backend.
type Templates interface {
	Templates() ([]TemplateView, error)
	Fit(app *project.Tree, wish TemplateRequest) (*Fitting, error) // a Misfit says why there can be no such page
}

// Misfit says why a page of a template cannot be made for the app.
type Misfit struct{ Msg string }

func (m *Misfit) Error() string { return m.Msg }

// Fitting is a page of a template as it will be. Base and Next hold the app's files and its journeys.
type Fitting struct {
	Base, Next *project.Tree
	Page       string
	Made, Left []string // sentences
	Setting    string   // of app.yaml, that names another page, such as entryPage; "" none
	Names      string   // that other page
}

// errNoTemplates says that this studio has no pages to begin with.
var errNoTemplates = fault{http.StatusNotFound, "missing", "There are no templates here."}

// getTemplates is GET /api/templates.
func (s *Studio) getTemplates(*http.Request, none) (TemplatesView, error) {
	if s.templates == nil {
		return TemplatesView{Templates: []TemplateView{}}, nil
	}
	all, err := s.templates.Templates()
	return TemplatesView{Templates: all}, err
}

// postTemplatePlan is POST /api/template/plan: what a page of a template would write, drawn on the canvas. It writes nothing.
func (s *Studio) postTemplatePlan(_ *http.Request, in TemplateRequest) (TemplatePlan, error) {
	v := s.snapshot()
	out := TemplatePlan{Revision: v.revision, Files: []FileView{}, Made: []string{}, Left: []string{}}
	fit, err := s.fitting(v.tree, in)
	var no *Misfit
	if errors.As(err, &no) {
		out.Misfit = no.Msg
		return out, nil
	} else if err != nil {
		return out, err
	}
	for _, name := range changedFiles(fit.Base, fit.Next) {
		out.Files = append(out.Files, FileView{File: name, Before: fileText(fit.Base, name), After: fileText(fit.Next, name)})
	}
	out.Page, out.Made, out.Left, out.Setting, out.Names = fit.Page, append(out.Made, fit.Made...), append(out.Left, fit.Left...), fit.Setting, fit.Names
	next, _, _, err := fit.apply(v.tree)
	if err != nil {
		return out, err
	}
	if out.Canvas, err = s.preview.Plan(next, fit.Page); err != nil {
		s.log.Warn("a page to be cannot be drawn", "template", in.Template, "error", err)
	}
	return out, nil
}

// apply makes the app's files those of the fitting, which was made for tree, and says which journeys go with them.
func (f *Fitting) apply(tree *project.Tree) (*project.Tree, []project.Edit, beside, error) {
	var edits []project.Edit
	journeys := beside{}
	for _, name := range changedFiles(f.Base, f.Next) {
		if strings.HasPrefix(name, "tests/") {
			journeys[name] = [2]*string{fileText(f.Base, name), fileText(f.Next, name)}
			continue
		}
		edits = append(edits, tree.Retype(name, string(f.Next.Bytes(name)))...)
	}
	next, undo, err := tree.Apply(edits...)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("a page of a template: %w", err)
	}
	return next, undo, journeys, nil
}

func (s *Studio) fitting(tree *project.Tree, in TemplateRequest) (*Fitting, error) {
	if s.templates == nil {
		return nil, errNoTemplates
	}
	return s.templates.Fit(tree, in)
}

// postTemplate is POST /api/template: it writes the page of a template and what that needs, journeys too, in one step.
func (s *Studio) postTemplate(r *http.Request, in TemplateRequest) (ProjectView, error) {
	s.edits.Lock()
	defer s.edits.Unlock()
	tree, err := s.current(in.Revision)
	if err != nil {
		return ProjectView{}, err
	}
	fit, err := s.fitting(tree, in)
	var no *Misfit
	if errors.As(err, &no) {
		return ProjectView{}, fault{http.StatusUnprocessableEntity, "misfit", sentence(no)}
	} else if err != nil {
		return ProjectView{}, err
	}
	next, undo, journeys, err := fit.apply(tree)
	if err != nil {
		return ProjectView{}, err
	}
	if err := s.saveWith(r.Context(), tree, next, journeys); err != nil {
		return ProjectView{}, err
	}
	at := project.Path("/pages").Join(fit.Page)
	s.undone.add(change{label: "adding the page " + fit.Page, about: at, revert: undo, beside: journeys.back()})
	s.adopt(next)
	return s.projectView(at), nil
}

// changedFiles are the files in which two trees differ, sorted.
func changedFiles(base, next *project.Tree) (names []string) {
	all := slices.Concat(base.Files(), next.Files())
	slices.Sort(all)
	for _, name := range slices.Compact(all) {
		before, after := fileText(base, name), fileText(next, name)
		if before == nil || after == nil || *before != *after {
			names = append(names, name)
		}
	}
	return names
}

// beside are files that belong to a step and are not of what the app is made of, journeys: each before and after it; nil is none.
type beside map[string][2]*string

// back is the same the other way round.
func (b beside) back() beside {
	out := beside{}
	for name, texts := range b {
		out[name] = [2]*string{texts[1], texts[0]}
	}
	return out
}

// with adds the texts before (0) or after (1) the step to a tree.
func (b beside) with(tree *project.Tree, which int) *project.Tree {
	files := map[string][]byte{}
	for name := range maps.Keys(b) {
		if text := b[name][which]; text != nil {
			files[name] = []byte(*text)
		}
	}
	if len(files) == 0 {
		return tree
	}
	return tree.With(files)
}
