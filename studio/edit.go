package studio

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/usherdev/usher/project"
)

// change is one step that can be taken back.
type change struct {
	label  string
	step   string // joins edits of one gesture, "" never
	about  project.Path
	revert []project.Edit
	beside beside   // what revert does to journeys
	asset  *shelved // of a change of an asset, which has no revert
}

// history is the undo log of this sitting. Not safe for concurrent use.
type history struct {
	past, future []change
}

func (h *history) undoLabel() string { return last(h.past) }
func (h *history) redoLabel() string { return last(h.future) }

func last(cs []change) string {
	if len(cs) == 0 {
		return ""
	}
	return cs[len(cs)-1].label
}

// add files a change; one of the same step joins the last.
func (h *history) add(c change) {
	h.future = nil
	if n := len(h.past); n > 0 && c.step != "" && h.past[n-1].step == c.step {
		h.past[n-1].revert = append(c.revert, h.past[n-1].revert...)
		return
	}
	h.past = append(h.past, c)
	h.bound()
}

// stepped files a change that was taken back in the list of those that can be done again, or the other way round.
func (h *history) stepped(from, to *[]change, c change) {
	*from = (*from)[:len(*from)-1]
	*to = append(*to, c)
	h.bound()
}

const maxEdits = 100

func (s *Studio) postEdit(r *http.Request, in EditRequest) (ProjectView, error) {
	s.edits.Lock()
	defer s.edits.Unlock()
	tree, err := s.current(in.Revision)
	if err != nil {
		return ProjectView{}, err
	}
	if len(in.Edits) == 0 || len(in.Edits) > maxEdits {
		return ProjectView{}, fault{http.StatusBadRequest, "edits", fmt.Sprintf("An edit has 1 to %d parts.", maxEdits)}
	}
	next, undo, err := s.apply(tree, in.Edits)
	if err != nil {
		return ProjectView{}, err
	}
	if next.Revision() == tree.Revision() {
		return s.projectView(""), nil
	}
	if err := s.save(r.Context(), tree, next); err != nil {
		return ProjectView{}, err
	}
	label := in.Label
	if label == "" {
		label = "edit"
	}
	s.undone.add(change{label: label, step: in.Step, about: in.Edits[0].At, revert: undo})
	s.adopt(next)
	return s.projectView(""), nil
}

// current returns the tree on disk if it is the revision that the browser knows. The caller holds edits.
func (s *Studio) current(revision string) (*project.Tree, error) {
	tree := s.files.Tree()
	if tree == nil {
		return nil, fmt.Errorf("the project cannot be read")
	}
	if now := s.adopt(tree); now.revision != revision {
		return nil, fault{http.StatusPreconditionFailed, "stale", "The files have changed meanwhile; here they are. Please make the change again."}
	}
	if err := tree.Newer(); err != nil {
		return nil, fault{http.StatusConflict, "newer", sentence(err) + " Nothing of it is changed here."}
	}
	return tree, nil
}

// apply carries out the browser's edits one after the other, for each may move what the next one names.
func (s *Studio) apply(tree *project.Tree, edits []WireEdit) (next *project.Tree, undo []project.Edit, err error) {
	next = tree
	for _, e := range edits {
		after, back, err := s.carryOut(next, e)
		var refused fault
		if errors.As(err, &refused) {
			return nil, nil, refused
		} else if err != nil {
			return nil, nil, fault{http.StatusUnprocessableEntity, "edit", "This change cannot be made: " + err.Error() + "."}
		}
		told, more, err := tells(next, after, e)
		if err != nil {
			return nil, nil, fmt.Errorf("naming a text field: %w", err)
		}
		next, undo = told, append(append(more, back...), undo...)
	}
	return next, undo, nil
}

func (s *Studio) carryOut(tree *project.Tree, e WireEdit) (*project.Tree, []project.Edit, error) {
	if own := ownEdits[e.Op]; own != nil {
		return own(tree, e)
	}
	plain, err := s.plain(tree, e)
	if err != nil {
		return nil, nil, err
	}
	return tree.Apply(plain...)
}

// plain turns an edit of the browser into edits of the project.
func (s *Studio) plain(tree *project.Tree, e WireEdit) ([]project.Edit, error) {
	switch op := project.Op(e.Op); op {
	case project.OpSet, project.OpInsert, project.OpDelete, project.OpMove:
		return []project.Edit{{Op: op, At: e.At, From: e.From, Value: e.Value}}, nil
	case "prop":
	default:
		return nil, fault{http.StatusBadRequest, "edits", fmt.Sprintf("There is no edit %q.", e.Op)}
	}
	v := s.snapshot()
	if v.tree != tree {
		v = look(tree)
	}
	w := v.widgetAt(e.At)
	if w == nil {
		return nil, fault{http.StatusUnprocessableEntity, "edit", fmt.Sprintf("There is no widget at %s.", e.At)}
	}
	return v.written(w).setProp(w.Spec, e.Name, e.Value)
}

// widgetAt finds a widget by its path, nil when there is none.
func (v *snapshot) widgetAt(at project.Path) (found *project.Widget) {
	for _, p := range v.sheets() {
		ahead := eachWidget(p.Body, func(w *project.Widget) bool {
			if w.At == at {
				found = w
			}
			return found == nil
		})
		if !ahead {
			break
		}
	}
	return found
}

// saveWith is save with journeys that belong to the step.
func (s *Studio) saveWith(ctx context.Context, base, next *project.Tree, journeys beside) error {
	return s.save(ctx, journeys.with(base, 0), journeys.with(next, 1))
}

// save writes next. If the disk has changed under us, the browser is to see that first.
func (s *Studio) save(ctx context.Context, base, next *project.Tree) error {
	err := s.files.Save(ctx, base, next)
	if err == nil {
		return nil
	}
	if now := s.files.Tree(); now != nil && now.Revision() != s.snapshot().revision {
		s.adopt(now)
		return fault{http.StatusPreconditionFailed, "stale", "The files have changed meanwhile; here they are. Please make the change again."}
	}
	return fmt.Errorf("saving: %w", err)
}

func (s *Studio) postUndo(r *http.Request, in RevisionRequest) (ProjectView, error) {
	return s.step(r, in, &s.undone.past, &s.undone.future)
}

func (s *Studio) postRedo(r *http.Request, in RevisionRequest) (ProjectView, error) {
	return s.step(r, in, &s.undone.future, &s.undone.past)
}

// step takes the last change of one list back and files how to make it again in the other.
func (s *Studio) step(r *http.Request, in RevisionRequest, from, to *[]change) (ProjectView, error) {
	s.edits.Lock()
	defer s.edits.Unlock()
	tree, err := s.current(in.Revision)
	if err != nil {
		return ProjectView{}, err
	}
	if len(*from) == 0 {
		return ProjectView{}, fault{http.StatusConflict, "nothing", "There is nothing more to take back or to do again."}
	}
	c := (*from)[len(*from)-1]
	if c.asset != nil {
		if c.asset, err = s.putBack(r.Context(), *c.asset); err != nil {
			return ProjectView{}, err
		}
		s.undone.stepped(from, to, c)
		if err := s.showAssets(); err != nil {
			return ProjectView{}, err
		}
		return s.projectView(c.about), nil
	}
	next, back, err := tree.Apply(c.revert...)
	if err != nil {
		return ProjectView{}, fault{http.StatusConflict, "conflict", "The same lines were changed elsewhere, so this step stays as it is: " + err.Error() + "."}
	}
	journeys := c.beside
	err = s.saveWith(r.Context(), tree, next, journeys)
	if err != nil && len(journeys) > 0 { // somebody has changed a journey since: it stays as it is
		journeys = nil
		err = s.save(r.Context(), tree, next)
	}
	if err != nil {
		return ProjectView{}, err
	}
	s.undone.stepped(from, to, change{label: c.label, about: c.about, revert: back, beside: journeys.back()})
	s.adopt(next)
	return s.projectView(c.about), nil
}
