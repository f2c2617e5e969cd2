// Package imports turns what builders already have into files of an app: an OpenAPI document into API groups, calls and data types, a
// cURL command into a call, a JSON sample into data types. A source is bytes and the answer is a Plan: the edits, what could not be
// imported and why, and guesses that a person must approve. It also writes a call as a cURL command.
//
// It never opens a file, never sends a request, never changes what a project holds already, and puts no credential into a file.
package imports

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/usherdev/usher/project"
)

// Limits of what is read (promises.md G3, F18).
const (
	MaxSource     = 8 << 20 // bytes of a source, and of each file it refers to
	maxNodes      = 600_000 // values of a source
	maxDepth      = 100     // nesting of a source
	maxOperations = 1_000   // of an OpenAPI document
	maxTypes      = 800     // data types that one import makes
	maxBeside     = 50      // files that a document may refer to
	maxShapeDepth = 40      // nesting of schemas
)

// Note is one line of a report: a place and a sentence.
type Note struct {
	At   string `json:"at,omitempty"`   // what of the source is meant: "GET /pets", "Pet.status", "--proxy"
	Line int    `json:"line,omitempty"` // where it stands in the source, from 1; 0 unknown
	Col  int    `json:"column,omitempty"`
	Msg  string `json:"message"`
}

// String returns “place (line:column): sentence”.
func (n Note) String() string {
	at := n.At
	if n.Line > 0 {
		at = strings.TrimSpace(fmt.Sprintf("%s (%d:%d)", at, n.Line, n.Col))
	}
	if at == "" {
		return n.Msg
	}
	return at + ": " + n.Msg
}

// Role is the part that an operation may play in authentication.
type Role string

// The roles that are guessed.
const (
	RoleLogIn   Role = "log in"
	RoleSignUp  Role = "sign up"
	RoleRefresh Role = "refresh"
	RoleMe      Role = "me"
	RoleLogOut  Role = "log out"
)

// Roles are all roles, in the order in which they are shown.
func Roles() []Role { return []Role{RoleLogIn, RoleSignUp, RoleRefresh, RoleMe, RoleLogOut} }

// Guess is an operation that seems to play a role. It changes nothing until its role is approved.
type Guess struct {
	Role       Role     `json:"role"`
	Call       string   `json:"call"`       // group.call
	Confidence int      `json:"confidence"` // percent
	Reasons    []string `json:"reasons"`
	Does       []string `json:"does"` // what approving it writes
}

// Plan is what a source becomes. It is immutable and safe for concurrent use.
type Plan struct {
	Title   string  `json:"title"`   // what was read: "Petstore 1.0.7"
	Made    []Note  `json:"made"`    // what approving the plan makes
	Left    []Note  `json:"left"`    // what was not imported, or not wholly, and why
	Guesses []Guess `json:"guesses"` // to approve one by one

	Operations int `json:"-"` // of the document, those that are not imported included

	draft *draft
}

// Edits returns the edits that make the plan, with the guesses of the approved roles; each adds, none replaces. They fit the tree that the plan
// was made for. It fails when a role is approved that nothing was guessed for.
func (p *Plan) Edits(approved ...Role) ([]project.Edit, error) {
	for _, r := range approved {
		if !slices.ContainsFunc(p.Guesses, func(g Guess) bool { return g.Role == r }) {
			return nil, fmt.Errorf("no call was guessed for %q", string(r))
		}
	}
	return p.draft.edits(approved)
}

// Apply carries the edits out on the tree that the plan was made for and checks the result. It fails when the tree would get problems
// that it does not have: then the import is at fault, and nothing of it may be saved.
func (p *Plan) Apply(approved ...Role) (*project.Tree, error) {
	edits, err := p.Edits(approved...)
	if err != nil {
		return nil, err
	}
	next, _, err := p.draft.tree.Apply(edits...)
	if err != nil {
		return nil, fmt.Errorf("writing what was imported: %w", err)
	}
	before := map[string]bool{}
	_, old := p.draft.tree.Project()
	for _, o := range old {
		before[string(o.At)+o.Msg] = true
	}
	_, problems := next.Project()
	var fresh []error
	for _, o := range problems {
		if !o.Warning && !before[string(o.At)+o.Msg] {
			fresh = append(fresh, errors.New(o.String()))
		}
	}
	if len(fresh) > 0 {
		return nil, fmt.Errorf("the import would not pass the check: %w", errors.Join(fresh[:min(len(fresh), 5)]...))
	}
	return next, nil
}

// SourceError says where a source cannot be read.
type SourceError struct {
	Name      string // of the source, "" unknown
	Line, Col int    // from 1; 0 unknown
	Msg       string
}

// Error returns name:line:column: sentence.
func (e *SourceError) Error() string {
	name := e.Name
	if name == "" {
		name = "source"
	}
	if e.Line > 0 {
		return fmt.Sprintf("%s:%d:%d: %s", name, e.Line, e.Col, e.Msg)
	}
	return name + ": " + e.Msg
}

// object is a JSON object whose keys keep their order.
type object []pair

type pair struct {
	key string
	val any
}

// equals reports whether two pairs of texts are the same.
func (p pair) equals(o pair) bool {
	a, okA := p.val.(string)
	b, okB := o.val.(string)
	return p.key == o.key && okA && okB && a == b
}

// with appends a value unless it is empty.
func (o object) with(key string, val any) object {
	switch v := val.(type) {
	case nil:
		return o
	case string:
		if v == "" {
			return o
		}
	case object:
		if len(v) == 0 {
			return o
		}
	}
	return append(o, pair{key, val})
}

// MarshalJSON writes the keys in their order.
func (o object) MarshalJSON() ([]byte, error) {
	return project.ObjectJSON(func(yield func(string, any) bool) {
		for _, p := range o {
			if !yield(p.key, p.val) {
				return
			}
		}
	})
}

// set is the edit that adds a value.
func set(at project.Path, v any) (project.Edit, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return project.Edit{}, fmt.Errorf("%s: %w", at, err)
	}
	return project.Edit{Op: project.OpSet, At: at, Value: b}, nil
}
