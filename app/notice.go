package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/usherdev/usher/flow"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/render"
	"github.com/usherdev/usher/value"
)

// notice is a message that has not been shown yet. Its button is sealed for the page on which it is shown.
type notice struct {
	render.Notice
	Block string          `json:"b,omitempty"` // what its button runs
	With  json.RawMessage `json:"p,omitempty"`
	File  string          `json:"f,omitempty"` // the call whose file it leads to
	Name  string          `json:"m,omitempty"` // of that file
}

func note(text, tone string) notice { return notice{Notice: render.Notice{Text: text, Tone: tone}} }

func clip(text string) notice { return notice{Notice: render.Notice{Clip: text}} }

// rootBlock marks, among the flows that may wait for an answer, an action block that the button of a message runs.
const rootBlock = "block:"

// notice is what a flow has to say.
func (o *opened) notice(e flow.Notify) (notice, error) {
	n := note(e.Text, e.Tone)
	n.For, n.Action, n.Replace = e.For, e.Action, e.Replace
	var err error
	switch {
	case e.Block != nil:
		n.Block = e.Block.Name
		n.With, err = encode(map[string]any{"params": e.With})
	case e.Page != nil:
		var hidden map[string]any
		n.Href, hidden, err = o.q.rt.routes.href(e.Page, e.With)
		if err == nil && len(hidden) > 0 {
			err = fmt.Errorf("a link cannot carry the sensitive parameters of page %s", e.Page.Name)
		}
	}
	return n, err
}

// launch is the link that stands there until script has opened what it leads to.
func (o *opened) launch(e flow.Launch) notice {
	place := e.URL
	if u, err := url.Parse(e.URL); err == nil && u.Host != "" {
		place = u.Host
	}
	n := note(o.q.say("text.launch", "place", place), "info")
	n.Action, n.Href, n.Launch = o.q.say("page.open"), e.URL, "same"
	if e.NewTab {
		n.Launch = "tab"
	}
	return n
}

// fetch is the link that leads to a file; script follows it by itself.
func (o *opened) fetch(e flow.Fetch) (notice, error) {
	n := note(o.q.say("text.file"), "info")
	if e.Name != "" {
		n.Text = o.q.say("text.fileNamed", "name", value.CleanFileName(e.Name))
	}
	n.Action, n.Launch, n.File, n.Name = o.q.say("page.download"), "file", e.Call.ID, e.Name
	var err error
	n.With, err = encode(e.With)
	return n, err
}

// drawnNotices seals the buttons of the messages for this drawing of the page. A block that the app has no more is left out.
func (o *opened) drawnNotices(seal func(any) (string, error)) ([]render.Notice, error) {
	var out []render.Notice
	until := o.q.app.now().Add(pressLife).Unix()
	for _, n := range o.notices {
		at := len(out)
		if n.Replace { // it comes before what the browser does at once, for script takes away all that stands before it
			out = slices.DeleteFunc(out, func(before render.Notice) bool { return before.Clip == "" && before.Launch == "" })
			at = 0
		}
		if o.q.rt.block(n.Block) != nil {
			var err error
			if n.Event, err = seal(event{bond: o.st.bond, Nonce: o.st.Nonce, Trigger: rootBlock + n.Block, Reads: n.With, Own: random(), Until: until, After: o.q.v.s.LastSpent}); err != nil {
				return nil, err
			}
		}
		if n.File != "" && o.q.rt.project.Call(n.File) != nil {
			var err error
			if n.Href, err = o.download(n); err != nil {
				return nil, err
			}
		}
		out = slices.Insert(out, at, n.Notice)
	}
	return out, nil
}

func (rt *runtime) block(name string) *project.Flow {
	for _, f := range rt.project.Flows {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// pressLife is how long the button of a message works on drawings after its own: a message may wait for others. It ends before where so much is
// done meanwhile that the session would forget that it was pressed.
const pressLife = 10 * time.Minute

// flowOf is the flow that began at a root: of a trigger, the page's load flow, or an action block. False: there is none.
func (o *opened) flowOf(root string) (*project.Trigger, []*project.Action, bool) {
	if root == rootLoad {
		return nil, o.page.OnLoad, true
	}
	if t := o.q.rt.project.App.OnResume; t != nil && t.ID == root {
		return t, t.Actions, true
	}
	if name, is := strings.CutPrefix(root, rootBlock); is {
		if f := o.q.rt.block(name); f != nil {
			return nil, f.Actions, true
		}
		return nil, nil, false
	}
	t := o.page.Actions[root]
	if t == nil {
		return nil, nil, false
	}
	return t, t.Actions, true
}

// pressed runs the action block of a message's button, once.
func (q *ask) pressed(o *opened, ev event, actions []*project.Action) (*answer, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(q.r.Context()), eventTime)
	defer cancel()
	if err := q.freshen(ctx, o.page); err != nil {
		return nil, err
	}
	if out, err := o.takeFields(ctx, nil); out != nil || err != nil {
		return out, err
	}
	o.root, o.reads, o.press = ev.Trigger, ev.Reads, &ev
	return o.once(ctx, nil, actions)
}
