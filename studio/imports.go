package studio

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"

	"github.com/usherdev/usher/imports"
	"github.com/usherdev/usher/project"
)

// ImportRequest is POST /api/import: a source whose preview is asked for. Nothing is written.
type ImportRequest struct {
	Revision string `json:"revision"`
	Kind     string `json:"kind"`  // curl, openapi, json, or reply: what a call answered when it was tried last
	Text     string `json:"text"`  // the source; of openapi either this or URL
	URL      string `json:"url"`   // where the document is, or its backend
	Name     string `json:"name"`  // of the data type (json, reply), or of the file (openapi)
	Group    string `json:"group"` // that the call goes to (curl); "" the one with the same address, or a new one
	Call     string `json:"call"`  // group.call (reply)
}

// ImportChoice is POST /api/import/choose and /api/import/write: which guesses of a preview are taken on.
type ImportChoice struct {
	Revision string   `json:"revision"`
	ID       string   `json:"id"`
	Approve  []string `json:"approve"` // roles
}

// ImportView is what a source becomes.
type ImportView struct {
	Revision string          `json:"revision"`
	ID       string          `json:"id"`
	Title    string          `json:"title"`
	Found    string          `json:"found"` // where the source was, "" where it was looked for first
	Made     []imports.Note  `json:"made"`
	Left     []imports.Note  `json:"left"`
	Guesses  []imports.Guess `json:"guesses"`
	Files    []FileView      `json:"files"` // as they would be written
}

// planned is the preview that was asked for last. Safe for concurrent use.
type planned struct {
	mu   sync.Mutex
	id   string
	tree *project.Tree
	plan *imports.Plan
}

func (p *planned) put(id string, tree *project.Tree, plan *imports.Plan) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.id, p.tree, p.plan = id, tree, plan
}

func (p *planned) get(id string) (*project.Tree, *imports.Plan, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.plan == nil || p.id != id {
		return nil, nil, fault{http.StatusConflict, "preview", "This preview is no longer here. Please ask for it again."}
	}
	return p.tree, p.plan, nil
}

// postImport reads a source and says what it becomes.
func (s *Studio) postImport(r *http.Request, in ImportRequest) (ImportView, error) {
	v := s.snapshot()
	plan, found, err := s.plan(r.Context(), v.tree, in)
	if err != nil {
		return ImportView{}, err
	}
	id := s.faultID()
	s.planned.put(id, v.tree, plan)
	out, err := importView(v.tree, plan, id, nil)
	out.Found = found
	return out, err
}

// plan reads a source; found says where it was, when that is not where it was looked for first.
func (s *Studio) plan(ctx context.Context, tree *project.Tree, in ImportRequest) (plan *imports.Plan, found string, err error) {
	switch in.Kind {
	case "curl":
		plan, err = imports.CURL(tree, in.Text, in.Group)
	case "json":
		plan, err = imports.Sample(tree, in.Name, []byte(in.Text), "the sample")
	case "reply":
		reply, ok := s.tried.last(in.Call)
		if !ok || reply.MakeType == nil {
			return nil, "", fault{http.StatusConflict, "preview", "The reply is no longer here, or too large. Please send the call again."}
		}
		plan, err = reply.MakeType(tree, in.Name)
	case "openapi":
		doc := imports.Document{Name: in.Name, Source: []byte(in.Text)}
		if in.URL != "" {
			if doc, found, err = s.describe(ctx, in.URL); err != nil {
				return nil, "", err
			}
		}
		plan, err = imports.OpenAPI(ctx, tree, doc)
	default:
		return nil, "", fault{http.StatusBadRequest, "kind", fmt.Sprintf("Nothing is imported from %q.", in.Kind)}
	}
	if err != nil {
		return nil, "", fault{http.StatusUnprocessableEntity, "source", sentence(err)}
	}
	return plan, found, nil
}

// describe has a document read from the net.
func (s *Studio) describe(ctx context.Context, address string) (imports.Document, string, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return imports.Document{}, "", fault{http.StatusUnprocessableEntity, "source", "The address must begin with http:// or https://."}
	}
	if s.trial == nil {
		return imports.Document{}, "", fault{http.StatusNotFound, "missing", "This studio reads nothing from the net."}
	}
	doc, found, err := s.trial.Describe(ctx, address)
	if err != nil {
		return imports.Document{}, "", fault{http.StatusUnprocessableEntity, "source", sentence(err)}
	}
	return doc, found, nil
}

func roles(names []string) []imports.Role {
	out := make([]imports.Role, 0, len(names))
	for _, n := range names {
		out = append(out, imports.Role(n))
	}
	return out
}

func importView(tree *project.Tree, plan *imports.Plan, id string, approve []string) (ImportView, error) {
	next, err := plan.Apply(roles(approve)...)
	if err != nil {
		return ImportView{}, fault{http.StatusUnprocessableEntity, "source", sentence(err)}
	}
	out := ImportView{Revision: tree.Revision(), ID: id, Title: plan.Title, Made: orEmpty(plan.Made), Left: orEmpty(plan.Left), Guesses: orEmpty(plan.Guesses), Files: []FileView{}}
	for _, name := range next.Files() {
		before, after := fileText(tree, name), fileText(next, name)
		if before == nil || *before != *after {
			out.Files = append(out.Files, FileView{File: name, Before: before, After: after})
		}
	}
	return out, nil
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// postImportChoose shows the files of a preview anew, with the guesses that are taken on.
func (s *Studio) postImportChoose(_ *http.Request, in ImportChoice) (ImportView, error) {
	tree, plan, err := s.planned.get(in.ID)
	if err != nil {
		return ImportView{}, err
	}
	return importView(tree, plan, in.ID, in.Approve)
}

// postImportWrite writes what a preview showed, all of it or nothing, as one step.
func (s *Studio) postImportWrite(r *http.Request, in ImportChoice) (ProjectView, error) {
	s.edits.Lock()
	defer s.edits.Unlock()
	tree, err := s.current(in.Revision)
	if err != nil {
		return ProjectView{}, err
	}
	seen, plan, err := s.planned.get(in.ID)
	if err != nil {
		return ProjectView{}, err
	}
	if seen.Revision() != tree.Revision() {
		return ProjectView{}, fault{http.StatusPreconditionFailed, "stale", "The files have changed since the preview. Please ask for it again."}
	}
	if _, err := plan.Apply(roles(in.Approve)...); err != nil {
		return ProjectView{}, fault{http.StatusUnprocessableEntity, "source", sentence(err)}
	}
	edits, err := plan.Edits(roles(in.Approve)...)
	if err != nil {
		return ProjectView{}, err
	}
	if len(edits) == 0 {
		return s.projectView(""), nil
	}
	next, undo, err := tree.Apply(edits...)
	if err != nil {
		return ProjectView{}, errors.Join(errors.New("writing what was imported"), err)
	}
	if err := s.save(r.Context(), tree, next); err != nil {
		return ProjectView{}, err
	}
	s.undone.add(change{label: "import of " + plan.Title, about: edits[len(edits)-1].At, revert: undo})
	s.adopt(next)
	return s.projectView(edits[len(edits)-1].At), nil
}
