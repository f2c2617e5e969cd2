package app

import (
	"fmt"
	"slices"
	"strings"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// entrance is what the gate says of a page and a visitor.
type entrance struct {
	pass     bool
	to       *project.Page // where to go instead; nil with pass false: nowhere, it is forbidden
	remember bool          // the page is opened after a log-in
}

// gate decides who may open a page; s is what rules read, made only where there is one. Nothing of the page runs before it. It never sends anybody to a page that would refuse for
// the same reason. (F061, F063, F066, F071, F073; design 9.17)
func (rt *runtime) gate(page *project.Page, in bool, s func() value.Scope) (entrance, error) {
	first, err := rt.admit(page, in, s)
	seen := map[*project.Page]bool{page: true}
	for next := first; err == nil && !next.pass; {
		if next.to == nil || seen[next.to] {
			return entrance{}, nil
		}
		seen[next.to] = true
		next, err = rt.admit(next.to, in, s)
	}
	return first, err
}

func (rt *runtime) admit(page *project.Page, in bool, s func() value.Scope) (entrance, error) {
	switch {
	case page.Access == project.AccessLoggedIn && !in:
		return entrance{to: rt.project.App.Auth.EntryPage, remember: true}, nil
	case page.Access == project.AccessLoggedOut && in:
		to, err := rt.start(true, s())
		return entrance{to: to}, err
	case page.Access != project.AccessRule:
		return entrance{pass: true}, nil
	case !in && readsLogin(page.Rule):
		return entrance{to: rt.project.App.Auth.EntryPage, remember: true}, nil
	}
	v, err := page.Rule.Eval(s())
	if err != nil {
		return entrance{}, fmt.Errorf("access of page %s: %w", page.Name, err)
	}
	if value.Truth(v) {
		return entrance{pass: true}, nil
	}
	return entrance{to: page.Otherwise}, nil
}

// readsLogin reports whether a rule is about who is logged in: for a guest it means "log in first".
func readsLogin(t *value.Template) bool {
	return slices.ContainsFunc(t.Reads(), func(path string) bool {
		root, _, _ := strings.Cut(path, ".")
		return root == "auth" || root == "user"
	})
}
