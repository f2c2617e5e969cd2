package main

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/usherdev/usher/fitting"
	"github.com/usherdev/usher/internal/folder"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/studio"
	"github.com/usherdev/usher/templates"
	"github.com/usherdev/usher/value"
)

// pageMaker makes pages of templates for the studio, with the files that usher add page would make.
type pageMaker struct{ folder *folder.Folder }

// Templates implements studio.Templates.
func (pageMaker) Templates() ([]studio.TemplateView, error) {
	all, err := templates.All()
	if err != nil {
		return nil, err
	}
	out := []studio.TemplateView{}
	for _, t := range all {
		out = append(out, studio.TemplateView{Name: t.Name, Title: t.Title, About: t.About, Page: t.Page, Path: t.Path, Roles: append(append([]string{}, t.Blocks...), t.Lists...)})
	}
	return out, nil
}

// Fit implements studio.Templates.
func (m pageMaker) Fit(tree *project.Tree, wish studio.TemplateRequest) (*studio.Fitting, error) {
	all, err := templates.All()
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(t templates.Template) bool { return t.Name == wish.Template })
	if i < 0 {
		return nil, &studio.Misfit{Msg: "There is no such template."}
	}
	tests, err := m.folder.Tests()
	if err != nil {
		return nil, err
	}
	plan, err := fitting.New(fitting.App{Tree: tree, Tests: tests}, fitting.Wish{Template: all[i], As: wish.Name, Path: wish.Path, Calls: wish.Calls, Use: wish.Use, Studio: true})
	if no := (*fitting.Refusal)(nil); errors.As(err, &no) {
		return nil, &studio.Misfit{Msg: inStudio(no)}
	} else if err != nil {
		return nil, err
	}
	out := &studio.Fitting{Base: plan.Base, Next: plan.Next, Page: plan.Page, Made: plan.Made}
	for _, s := range plan.Left {
		if setting, names, ok := namesAnother(s); ok {
			out.Setting, out.Names = setting, names
			continue
		}
		out.Left = append(out.Left, s)
	}
	return out, nil
}

var callFlag = regexp.MustCompile(`^--call (\w+): `)

// inStudio says why there can be no such page without naming flags: there, calls are chosen in a list.
func inStudio(no *fitting.Refusal) string {
	msg := callFlag.ReplaceAllStringFunc(no.Msg, func(flag string) string { return value.Words(callFlag.FindStringSubmatch(flag)[1]) + ": " })
	if strings.Contains(no.Hint, "--call ") && msg == no.Msg {
		msg += "; choose one under “Which calls it sends”"
	}
	return msg
}

// namesAnother reads what a plan says of a setting that names another page: the studio asks instead of naming a flag.
func namesAnother(said string) (setting, page string, ok bool) {
	rest, found := strings.CutPrefix(said, "app.yaml says ")
	rest, flag := strings.CutSuffix(rest, "; --use names this page instead.")
	setting, page, pair := strings.Cut(rest, ": ")
	return setting, page, found && flag && pair
}
