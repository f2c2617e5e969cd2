package app

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/usherdev/usher/flow"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/render"
)

// rootLoad names the load flow of a page among the flows that may wait for an answer; the others go by their triggers.
const rootLoad = "onLoad"

// paused is a flow that waits for an answer, as it travels sealed in the dialog that asks. Like an event it serves one drawing of one page to
// one browser, once.
type paused struct {
	bond
	Nonce  string                   `json:"n"`
	Root   string                   `json:"t"`
	Reads  json.RawMessage          `json:"c,omitempty"`
	Points []pausedAt               `json:"o"`
	Form   json.RawMessage          `json:"f,omitempty"`
	To     *pausedTo                `json:"g,omitempty"`
	Skews  map[string]time.Duration `json:"k,omitempty"`
	Jar    []byte                   `json:"j,omitempty"`
}

// pausedAt is a flow.Point.
type pausedAt struct {
	Index int             `json:"i"`
	Kind  string          `json:"k"`
	Via   string          `json:"v,omitempty"`
	Scope json.RawMessage `json:"s,omitempty"`
}

// pausedTo is a flow.Navigate.
type pausedTo struct {
	place
	Replace bool   `json:"r,omitempty"`
	Move    string `json:"m,omitempty"`
	Back    bool   `json:"b,omitempty"`
	After   string `json:"a,omitempty"`
}

// question is what the flow of the page waits for; nil: it waits for none.
func (o *opened) question() (*render.Ask, error) {
	p := o.pending
	if p == nil {
		return nil, nil
	}
	z := paused{bond: o.st.bond, Nonce: o.st.Nonce, Root: o.root, Reads: o.reads, Skews: p.Skews, Jar: p.Jar}
	var err error
	if z.Form, err = encode(withoutFiles(p.Form).(map[string]any)); err != nil {
		return nil, fmt.Errorf("a flow that waits: %w", err)
	}
	sets := []json.RawMessage{z.Reads, z.Form, z.Jar}
	for _, pt := range p.Points {
		at := pausedAt{Index: pt.Index, Kind: pt.Kind, Via: pt.Via}
		if at.Scope, err = encode(withoutFiles(pt.Scope).(map[string]any)); err != nil {
			return nil, fmt.Errorf("a flow that waits: %w", err)
		}
		z.Points, sets = append(z.Points, at), append(sets, at.Scope)
	}
	if z.To, err = packTo(p.To); err != nil {
		return nil, err
	}
	size := 0
	for _, set := range sets {
		size += len(set)
	}
	if size > maxState {
		return nil, fmt.Errorf("a flow that waits for an answer carries %d KiB, more than %d: %s", size>>10, maxState>>10, largest(nil, sets...))
	}
	token, err := o.q.app.seal.seal(sealPause, z)
	if err != nil {
		return nil, err
	}
	return &render.Ask{
		Token: token, Kind: p.Kind, Title: p.Title, Text: p.Text, Yes: p.Yes, No: p.No, Two: p.NeedsDecision, Danger: p.Tone == "danger",
		Input: p.Input, Value: p.Value, Wait: p.For,
	}, nil
}

func packTo(to *flow.Navigate) (*pausedTo, error) {
	if to == nil {
		return nil, nil
	}
	out := &pausedTo{Replace: to.Replace, Move: to.Move, Back: to.Back, After: to.After}
	if to.Page != nil {
		out.Page = to.Page.Name
	}
	var err error
	out.Params, err = encode(to.Params)
	return out, err
}

// openTo is the page that a flow has asked for before it waited.
func (rt *runtime) openTo(z *pausedTo) (*flow.Navigate, error) {
	if z == nil {
		return nil, nil
	}
	given, err := decode(z.Params)
	if err != nil {
		return nil, err
	}
	return &flow.Navigate{Page: rt.project.Page(z.Page), Params: given, Replace: z.Replace, Move: z.Move, Back: z.Back, After: z.After}, nil
}

// openPause opens a posted continuation; it must come from the same drawing of the page as the state.
func (s sealer) openPause(text string, st pageState) (paused, error) {
	var z paused
	if err := s.open(sealPause, text, &z); err != nil {
		return paused{}, err
	}
	if err := z.check(st.bond); err != nil {
		return paused{}, err
	}
	if z.Nonce != st.Nonce {
		return paused{}, errForged
	}
	return z, nil
}

// proceed lets a flow go on with the answer that it waited for.
func (q *ask) proceed(ctx context.Context, o *opened) (*answer, error) {
	z, err := q.app.seal.openPause(q.form.Get("_pause"), o.st)
	t, actions, known := o.flowOf(z.Root)
	if err != nil || !known {
		return o.forged(ctx)
	}
	key := strings.Join([]string{o.st.Who, o.st.Nonce, sealPause, q.form.Get("_answer")}, "\x00")
	return q.app.twins.do(ctx, key, func() (*answer, error) { return q.goOn(o, t, actions, z) })
}

// goOn runs what is left of a flow, once. It goes on when its browser has gone.
func (q *ask) goOn(o *opened, t *project.Trigger, actions []*project.Action, z paused) (*answer, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(q.r.Context()), eventTime)
	defer cancel()
	if err := q.freshen(ctx, o.page); err != nil {
		return nil, err
	}
	o.readFields(nil)
	if err := o.reopen(t, z); err != nil {
		return nil, err
	}
	return o.once(ctx, t, actions)
}

// reopen makes a page what it was to a flow when that began to wait.
func (o *opened) reopen(t *project.Trigger, z paused) error {
	form, err := decode(z.Form)
	if err != nil {
		return err
	}
	o.form, o.posted = form, map[string]any{}
	for _, w := range o.page.Fields {
		if v, ok := form[w.ID]; ok && v != nil {
			o.posted[w.ID] = v
		}
	}
	if t != nil {
		o.sent = formOf(t.Widget)
	}
	to, err := o.q.rt.openTo(z.To)
	if err != nil {
		return err
	}
	o.root, o.reads = z.Root, z.Reads
	o.resume = &flow.Resume{Yes: o.q.form.Get("_answer") == "yes", Value: clipped(o.q.form.Get("_text"), maxAnswer), To: to, Skews: z.Skews, Jar: z.Jar}
	for _, at := range z.Points {
		scope, err := decode(at.Scope)
		if err != nil {
			return err
		}
		o.resume.Points = append(o.resume.Points, flow.Point{Index: at.Index, Kind: at.Kind, Via: at.Via, Scope: scope})
	}
	return nil
}

// maxAnswer bounds what somebody types into a dialog, in bytes.
const maxAnswer = 4 << 10

func clipped(s string, most int) string {
	if len(s) > most {
		s = s[:most]
	}
	return strings.ToValidUTF8(s, "")
}
