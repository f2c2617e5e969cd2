package flow

import (
	"context"
	"errors"
	"maps"
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// errPause ends a run that waits for an answer.
var errPause = errors.New("paused")

// Pending is a flow that waits for an answer: what to ask, and where to go on. It holds all that the rest of the flow reads and the page
// itself does not, secrets too, so it leaves the server sealed alone.
type Pending struct {
	Ask
	Points []Point // where the flow stands, outermost list first
	Form   map[string]any
	To     *Navigate                // a page that the flow has asked for so far
	Skews  map[string]time.Duration // how far the clocks of replies are ahead of ours, by output
	Jar    []byte                   // cookies that backends have set for a log-in that may follow
}

// Ask is a question to a person, or a wait.
type Ask struct {
	Kind          string // confirm, dialog or wait
	Title, Text   string
	Yes, No       string // the buttons; No "": there is none; Yes "": OK in the page's language
	Tone          string // danger, or normal
	Input, Value  string // dialog: label of a field that it has, and what stands in it at first
	For           time.Duration
	NeedsDecision bool // there are two buttons
}

// Point is where one list of a paused flow stands.
type Point struct {
	Index int
	Kind  string         // of the action there
	Via   string         // how the next list lies in that action: a branch, or "block"; "" for the action that asks
	Scope map[string]any // what the list reads by name, where it reads other things than the list around it; nil: the same
}

// Resume says how a paused flow goes on. Input.Actions is the flow as it was.
type Resume struct {
	Points []Point
	Yes    bool
	Value  string
	To     *Navigate
	Skews  map[string]time.Duration
	Jar    []byte
}

// pause is what a run notes while it stops to ask.
type pause struct {
	ask    Ask
	points []Point // innermost first
	frames []*frame
	via    string
}

// asks stops the run with a question; when the run is resumed it returns the answer instead.
func (n *run) asks(a *project.Action, q Ask) (*Resume, error) {
	if n.in.Resume != nil && n.answering {
		n.answering = false
		return n.in.Resume, nil
	}
	if n.inEvent || n.around != nil {
		return nil, fault(a, "nobody can be asked here", nil)
	}
	q.Kind = a.Kind
	n.paused = &pause{ask: q}
	return nil, errPause
}

// mark notes, while a run stops, that a list stands at one of its actions.
func (n *run) mark(f *frame, a *project.Action, index int) {
	p := n.paused
	p.points = append(p.points, Point{Index: index, Kind: a.Kind, Via: p.via})
	p.frames = append(p.frames, f)
	p.via = ""
}

// branch runs one of an action's branches.
func (n *run) branch(ctx context.Context, f *frame, a *project.Action, name string) error {
	n.went(a, name)
	err := n.list(ctx, f, a.Branches[name])
	if errors.Is(err, errPause) {
		n.paused.via = name
	}
	return err
}

// pending is the paused flow as data.
func (n *run) pending() *Pending {
	p := n.paused
	out := &Pending{Ask: p.ask, Form: n.formNow(), Skews: n.skews, Jar: n.jar.Bytes()}
	var around *frame
	for i := len(p.points) - 1; i >= 0; i-- {
		pt := p.points[i]
		if f := p.frames[i]; f != around {
			pt.Scope, around = n.outputs(f.scope), f
		}
		out.Points = append(out.Points, pt)
	}
	for i, e := range n.res.Effects {
		if to, is := e.(Navigate); is {
			out.To = &to
			n.res.Effects = append(n.res.Effects[:i:i], n.res.Effects[i+1:]...)
			break
		}
	}
	return out
}

// formNow is what the inputs hold, as the flow has set them.
func (n *run) formNow() map[string]any {
	form := map[string]any{}
	if m, ok := n.top.scope["form"].(map[string]any); ok {
		maps.Copy(form, m)
	}
	maps.Copy(form, n.res.Form)
	return form
}

// outputs is what of a scope neither the page nor the app gives by itself when the flow goes on.
func (n *run) outputs(s value.Scope) map[string]any {
	out := map[string]any{}
	for name, v := range s {
		switch name {
		case "params", "item", "index": // a block or a loop has its own
			out[name] = v
		case "auth", "user", "state", "app", "own", "form", "now":
		default:
			if _, given := n.in.Scope[name]; !given {
				out[name] = v
			}
		}
	}
	return out
}

// resume takes the next point of a flow that goes on; false when the run is where it was.
func (n *run) resume(f *frame, list []*project.Action) (Point, bool, error) {
	if len(n.way) == 0 {
		return Point{}, false, nil
	}
	pt := n.way[0]
	n.way = n.way[1:]
	if pt.Index < 0 || pt.Index >= len(list) || list[pt.Index].Kind != pt.Kind {
		return pt, false, errors.New("flow: a paused flow does not fit the app")
	}
	maps.Copy(f.scope, pt.Scope)
	n.at = &pt
	n.answering = pt.Via == ""
	return pt, true, nil
}

// back reports how an action that goes on was left, once; "" for one that begins.
func (n *run) back() string {
	if n.at == nil {
		return ""
	}
	via := n.at.Via
	n.at = nil
	return via
}

// goOn does the action where a paused flow stands: it goes on inside it, or hands it the answer.
func (n *run) goOn(ctx context.Context, f *frame, a *project.Action, via string) error {
	if via == "" || via == "block" {
		return n.r.actions[a.Kind](ctx, n, f, a)
	}
	return n.branch(ctx, f, a, via)
}
