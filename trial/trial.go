// Package trial sends one call of an app for real and shows what came back: the request by its names, the reply as a tree in which each value
// stands beside the expression that reads it, what does not fit the reply type, and the data types that the reply could have.
//
// It never shows a secret: what the app types or maps as one, what was sent as one, what is named like a credential and what is a JWT reads
// [redacted]. It writes no file, reads no environment and knows no terminal.
package trial

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/imports"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// Bench tries the calls of one project. It is safe for concurrent use; it tries one call at a time.
type Bench struct {
	project *project.Project
	calls   *call.Client
	given   []string // values of the app's own secrets

	trying sync.Mutex // held for one Try
	mu     sync.Mutex
	id     string // of the call that is tried
	last   *call.Event
}

// New makes a Bench, with a Client of its own. Errors are those of call.New.
func New(cfg call.Config) (*Bench, error) {
	b := &Bench{project: cfg.Project}
	observe := cfg.Observe
	cfg.Observe = func(e call.Event) {
		b.see(e)
		if observe != nil {
			observe(e)
		}
	}
	var err error
	if b.calls, err = call.New(cfg); err != nil {
		return nil, err
	}
	for _, s := range cfg.Secrets {
		b.given = append(b.given, s.Value.Reveal())
	}
	for _, v := range cfg.Project.App.Env {
		if v.Secret {
			b.given = append(b.given, cfg.Env[v.Name])
		}
	}
	return b, nil
}

// Calls is the Bench's own Client, for who logs in before a call is tried.
func (b *Bench) Calls() *call.Client { return b.calls }

// Close drops idle connections.
func (b *Bench) Close() { b.calls.Close() }

func (b *Bench) see(e call.Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if e.Call == b.id {
		b.last = &e
	}
}

func (b *Bench) watch(id string) *call.Event {
	b.mu.Lock()
	defer b.mu.Unlock()
	last := b.last
	b.id, b.last = id, nil
	return last
}

// Ask is one call to try. The zero values of all but Call are fine.
type Ask struct {
	Call  *project.Call
	Args  map[string]any // by parameter: see Args
	As    string         // what expressions call the output; "": the call's name, or "output" where that cannot be one
	Login call.Login     // nil: a guest
	Lines int            // most lines of the tree; 0: 300
	Items int            // most items of each list in it; 0: 20
}

// Header is one header of a reply.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Mismatch is one place where a reply is not what its type says: the expression, what was wanted and what kind of thing was there (F093).
type Mismatch struct {
	Path string `json:"path"`
	Want string `json:"want"`
	Got  string `json:"got"`
}

// Result is what came of one call. It holds no secret, so it can be shown and sent on as JSON.
type Result struct {
	Call       string     `json:"call"`
	Method     string     `json:"method"`
	Address    string     `json:"address"` // without values; "" when nothing was sent
	Sent       []string   `json:"sentHeaders"`
	OK         bool       `json:"ok"`
	Status     int        `json:"status"` // 0: nothing came back
	Took       Duration   `json:"took"`
	Refreshed  bool       `json:"refreshed,omitempty"` // the login was renewed for it
	Replayed   bool       `json:"replayed,omitempty"`  // and it was sent a second time
	Sentence   string     `json:"error,omitempty"`     // what people read when it failed
	Trouble    string     `json:"trouble,omitempty"`   // what went wrong on the way, for whoever builds the app
	Headers    []Header   `json:"headers"`             // of the reply, without cookies
	Tree       []Line     `json:"tree"`
	More       int        `json:"more,omitempty"` // lines that the tree leaves out
	Mismatches []Mismatch `json:"mismatches"`
	Raw        string     `json:"-"` // the body as it came; what is secret is redacted, and then JSON is written anew
	Rewritten  bool       `json:"-"` // Raw is not as it came

	call  *project.Call
	as    string
	body  any    // as expressions read it, without secrets
	text  string // as it came: it may hold tokens
	shown any    // text, decoded, secrets as value.Secret; nil: no JSON
}

// Duration is a time.Duration that is written as text in JSON.
type Duration time.Duration

// MarshalText writes it as Go does: 12ms.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// String writes it in milliseconds, short ones in microseconds.
func (d Duration) String() string {
	if t := time.Duration(d); t >= time.Millisecond {
		return t.Round(time.Millisecond).String()
	}
	return time.Duration(d).Round(time.Microsecond).String()
}

// Try sends the call and reads what came back. The error is a fault of the project or of ctx; what the network or the backend does is a Result.
func (b *Bench) Try(ctx context.Context, ask Ask) (*Result, error) {
	if ask.Call == nil {
		return nil, errors.New("trial: there is no call to try")
	}
	b.trying.Lock()
	defer b.trying.Unlock()
	b.watch(ask.Call.ID)
	reply, err := b.calls.Do(ctx, call.Request{Call: ask.Call, Args: func(value.Scope) (map[string]any, error) { return maps.Clone(ask.Args), nil }}, ask.Login)
	event := b.watch("")
	if err != nil {
		return nil, err
	}
	v := b.veil(ask, reply)
	r := &Result{
		Call: ask.Call.ID, Method: ask.Call.Method, OK: reply.OK, Status: reply.Status, Took: Duration(reply.Took), Refreshed: reply.Refreshed, Replayed: reply.Replayed,
		Sentence: v.inside(reply.Error), Sent: []string{}, Headers: []Header{}, Tree: []Line{}, Mismatches: []Mismatch{},
		call: ask.Call, as: outputName(ask), text: reply.Text,
	}
	if event != nil {
		r.Address, r.Trouble = event.URL, event.Err
		r.Sent = append(r.Sent, event.Headers...)
	}
	headers, _ := reply.Value()["headers"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		shown := redacted
		if s, ok := headers[name].(string); ok {
			shown = v.text(name, s)
		}
		r.Headers = append(r.Headers, Header{Name: v.inside(name), Value: shown})
	}
	for _, m := range reply.Mismatches {
		r.Mismatches = append(r.Mismatches, Mismatch{Path: v.inside(under(r.as+".body", m.Path)), Want: m.Want, Got: m.Got})
	}
	r.body = v.tree("", reply.Body)
	if ask.Call.ReplyAs == project.ReplyEvents {
		v.messages(r.body)
	}
	r.body = v.renamed(r.body)
	r.Tree, r.More = lines(r.as+".body", r.body, limit(ask.Lines, 300), limit(ask.Items, 20))
	r.raw(v, reply)
	return r, nil
}

func limit(n, otherwise int) int {
	if n > 0 {
		return n
	}
	return otherwise
}

func under(root, path string) string {
	switch {
	case path == "":
		return root
	case strings.HasPrefix(path, "["):
		return root + path
	}
	return root + "." + path
}

// outputName is what expressions call the output.
func outputName(ask Ask) string {
	for _, name := range []string{ask.As, ask.Call.Name} {
		if project.LegalOutput(name) {
			return name
		}
	}
	return "output"
}

// MakeType plans the data types of the reply, and that the call's reply is of them (F094). It fails where the reply shows none.
func (r *Result) MakeType(tree *project.Tree, name string) (*imports.Plan, error) {
	switch {
	case !r.OK:
		return nil, errors.New("the call failed, so its reply does not show what a good one is like")
	case r.shown == nil:
		return nil, errors.New("the reply is not JSON, so it has no data type")
	}
	return imports.Reply(tree, r.call, name, []byte(r.text), r.shown)
}

// Args reads the values of a call's parameters as they are typed in: numbers, true and false, times and texts as they are, lists, data types and
// json as JSON. Errors name the parameters, all of them at once, and never a value.
func Args(c *project.Call, typed map[string]string, files map[string][]value.File) (map[string]any, error) {
	out := map[string]any{}
	var faults []error
	var names []string
	for _, p := range c.Params {
		names = append(names, p.Name)
		text, given := typed[p.Name]
		sent, isFile := files[p.Name]
		switch {
		case isFile:
			v, err := fileArg(p, sent)
			if err != nil {
				faults = append(faults, err)
			}
			out[p.Name] = v
		case given:
			v, err := arg(p, text)
			if err != nil {
				faults = append(faults, err)
			}
			out[p.Name] = v
		case p.Required && p.Default == nil:
			faults = append(faults, fmt.Errorf("parameter %s (%s) has no value", p.Name, p.Type))
		}
	}
	given := slices.Concat(slices.Collect(maps.Keys(typed)), slices.Collect(maps.Keys(files)))
	slices.Sort(given)
	for _, name := range slices.Compact(given) {
		if slices.Contains(names, name) {
			continue
		}
		hint := "it has none"
		if len(names) > 0 {
			hint = "it has " + strings.Join(names, ", ")
		}
		if near := value.Nearest(name, names); near != "" {
			hint = "did you mean " + near + "?"
		}
		faults = append(faults, fmt.Errorf("%s has no parameter %s: %s", c.ID, name, hint))
	}
	return out, errors.Join(faults...)
}

// fileArg is the value of a parameter that takes a file, or a list of them.
func fileArg(p project.Param, sent []value.File) (any, error) {
	switch {
	case p.Type.Kind == value.KindFile && len(sent) == 1:
		return sent[0], nil
	case p.Type.Kind == value.KindFile:
		return nil, fmt.Errorf("parameter %s takes one file", p.Name)
	case p.Type.Kind == value.KindList && p.Type.Elem != nil && p.Type.Elem.Kind == value.KindFile:
		list := make([]any, len(sent))
		for i, f := range sent {
			list[i] = f
		}
		return list, nil
	}
	return nil, fmt.Errorf("parameter %s is %s, not a file", p.Name, p.Type)
}

func arg(p project.Param, text string) (any, error) {
	var v any = text
	switch p.Type.Kind {
	case value.KindFile:
		return nil, fmt.Errorf("parameter %s is a file, which cannot be typed in", p.Name)
	case value.KindList, value.KindObject, value.KindAny:
		decoded, err := value.DecodeJSON([]byte(text))
		switch {
		case err == nil:
			v = decoded
		case p.Type.HasSecret():
			return nil, fmt.Errorf("parameter %s is %s, to be written as JSON", p.Name, p.Type)
		case p.Type.Kind != value.KindAny:
			return nil, fmt.Errorf("parameter %s is %s, to be written as JSON: %v", p.Name, p.Type, err)
		}
	}
	out, wrong := value.Coerce(v, p.Type)
	if len(wrong) > 0 {
		return nil, fmt.Errorf("parameter %s should be %s, not %s", under(p.Name, wrong[0].Path), wrong[0].Want, wrong[0].Got)
	}
	return out, nil
}
