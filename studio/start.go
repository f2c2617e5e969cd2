package studio

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"

	"github.com/usherdev/usher/imports"
)

// Starter begins an app in a folder that has none: with the same files that the commands new and import would make. It asks nobody but whom the
// builder names.
type Starter interface {
	Offer() (StartView, error)
	Look(ctx context.Context, address string) (LookView, error)    // at a backend, without an account
	Plan(context.Context, StartRequest) (PlanView, error)          // of a backend that is asked or described
	Make(context.Context, StartRequest) (map[string][]byte, error) // the app's files
}

// errNoStarter says that this studio begins no app.
var errNoStarter = fault{http.StatusNotFound, "missing", "An app cannot be begun here."}

// getStart is GET /api/start.
func (s *Studio) getStart(*http.Request, none) (StartView, error) {
	if s.starter == nil {
		return StartView{}, errNoStarter
	}
	return s.starter.Offer()
}

// postLook is POST /api/start/look.
func (s *Studio) postLook(r *http.Request, in LookRequest) (LookView, error) {
	if s.starter == nil {
		return LookView{}, errNoStarter
	}
	out, err := s.starter.Look(r.Context(), in.Address)
	if err != nil {
		return LookView{}, fault{http.StatusUnprocessableEntity, "start", sentence(err)}
	}
	return out, nil
}

// postPlan is POST /api/start/plan.
func (s *Studio) postPlan(r *http.Request, in StartRequest) (PlanView, error) {
	if s.starter == nil {
		return PlanView{}, errNoStarter
	}
	plan, err := s.starter.Plan(r.Context(), in)
	if err != nil {
		return PlanView{}, fault{http.StatusUnprocessableEntity, "start", sentence(err)}
	}
	if plan.Asked == nil {
		plan.Asked = []string{}
	}
	if plan.Made == nil {
		plan.Made = []imports.Note{}
	}
	if plan.Left == nil {
		plan.Left = []imports.Note{}
	}
	if plan.Guesses == nil {
		plan.Guesses = []imports.Guess{}
	}
	return plan, nil
}

// postStart is POST /api/start: the app's files, all or none, where nothing is yet.
func (s *Studio) postStart(r *http.Request, in StartRequest) (ProjectView, error) {
	if s.starter == nil {
		return ProjectView{}, errNoStarter
	}
	files, err := s.starter.Make(r.Context(), in)
	if err != nil {
		return ProjectView{}, fault{http.StatusUnprocessableEntity, "start", sentence(err)}
	}
	return s.fill(r.Context(), files, "an app is begun in an empty one", false)
}

// fill makes files the project, where there is none. what says that of what becomes it; foreign files run once they are trusted (promise E6).
func (s *Studio) fill(ctx context.Context, files map[string][]byte, what string, foreign bool) (ProjectView, error) {
	s.edits.Lock()
	defer s.edits.Unlock()
	tree := s.files.Tree()
	if tree == nil || len(tree.Files()) > 0 {
		return ProjectView{}, fault{http.StatusConflict, "there", "There is an app in this folder already; " + what + "."}
	}
	doubted := foreign && s.trust != nil && s.trust.Trusted()
	if doubted { // before there is anything that could run
		if err := s.trust.Distrust(ctx); err != nil {
			return ProjectView{}, err
		}
	}
	if err := s.files.Fill(ctx, files); err != nil {
		if doubted { // it is as empty as it was
			err = errors.Join(err, s.trust.Trust(context.WithoutCancel(ctx)))
		}
		if errors.Is(err, fs.ErrExist) {
			return ProjectView{}, fault{http.StatusConflict, "there", "This folder is not empty; " + what + "."}
		}
		return ProjectView{}, fmt.Errorf("filling the folder: %w", err)
	}
	if tree = s.files.Tree(); tree == nil {
		return ProjectView{}, errors.New("the project cannot be read")
	}
	s.undone = history{}
	s.adopt(tree)
	return s.projectView(""), nil
}
