package call

import (
	"strings"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// wrapSecrets makes secrets of what the reply type calls one (Coerce did) and of what the app maps to a token.
func (c *Client) wrapSecrets(call *project.Call, r *Reply) {
	for _, p := range c.secrets[call] {
		root, rest, _ := strings.Cut(p, ".")
		switch root {
		case "body":
			r.Body = wrap(r.Body, rest)
			if !r.OK && len(call.Unwrap) > 0 { // a failure is not unwrapped
				r.Body = wrap(r.Body, strings.Join(call.Unwrap, ".")+"."+rest)
			}
		case "text":
			r.secretText = true
		case "headers":
			r.secretHeaders = append(r.secretHeaders, rest)
		}
	}
}

// wrap returns v with the text at a dotted path made a secret. Other values, and a path that is not there, stay.
func wrap(v any, path string) any {
	switch x := v.(type) {
	case string:
		if path == "" {
			return value.NewSecret(x)
		}
	case map[string]any:
		key, rest, _ := strings.Cut(path, ".")
		if e, ok := x[key]; ok && key != "" {
			x[key] = wrap(e, rest)
		}
	}
	return v
}

const longSecret = 16 // characters; what is shorter may stand in a reply by chance

// wrapEchoes makes secrets of the texts of a reply in which the backend repeats a secret that was sent to it (A1).
func wrapEchoes(r *Reply, sent []string) {
	for _, x := range sent {
		if len(x) < longSecret {
			continue
		}
		if strings.Contains(r.Text, x) {
			r.secretText, r.Body = true, wrapContaining(r.Body, x)
		}
		for k, v := range r.Headers {
			if strings.Contains(v, x) {
				r.secretHeaders = append(r.secretHeaders, k)
			}
		}
	}
}

func wrapContaining(v any, secret string) any {
	switch x := v.(type) {
	case string:
		if strings.Contains(x, secret) {
			return value.NewSecret(x)
		}
	case []any:
		for i, e := range x {
			x[i] = wrapContaining(e, secret)
		}
	case map[string]any:
		for k, e := range x {
			x[k] = wrapContaining(e, secret)
		}
	}
	return v
}

// hideTyped makes secrets of what t calls one in a body that need not be a t: that of a failure.
func hideTyped(v any, t *value.Type) any {
	if t == nil || !t.HasSecret() {
		return v
	}
	switch x := v.(type) {
	case string:
		if t.Kind == value.KindSecret {
			return value.NewSecret(x)
		}
	case []any:
		for i := range x {
			if t.Kind == value.KindList {
				x[i] = hideTyped(x[i], t.Elem)
			}
		}
	case map[string]any:
		for _, f := range t.Fields {
			if e, ok := x[f.JSONKey()]; ok {
				x[f.JSONKey()] = hideTyped(e, f.Type)
			}
		}
	}
	return v
}

// mappedSecrets finds, for each call, the reply paths that the app maps to a token or refresh token: in its declared
// refresh and in every Log In and Update Authenticated User that reads the output of the call (design 9.3).
func mappedSecrets(p *project.Project) map[*project.Call][]string {
	m := map[*project.Call][]string{}
	note := func(call *project.Call, as string, templates ...*value.Template) {
		for _, t := range templates {
			for _, r := range t.Reads() {
				if rest, ok := strings.CutPrefix(r, as+"."); ok {
					m[call] = append(m[call], rest)
				}
			}
		}
	}
	if r := p.App.Auth.Refresh; r != nil {
		note(r.Call, "reply", r.Update.Token, r.Update.RefreshToken)
	}
	notesIn := func(call *project.Call, as string, flow []*project.Action) {
		project.EachAction(flow, func(a *project.Action) {
			if a.Kind == "logIn" || a.Kind == "updateAuthenticatedUser" {
				note(call, as, a.Props["token"], a.Props["refreshToken"])
			}
		})
	}
	for _, g := range p.Groups {
		for _, call := range g.Calls {
			notesIn(call, "reply", g.OnResponse)
			notesIn(call, "reply", call.OnResponse)
		}
	}
	for _, flow := range flowsOf(p) {
		outputs := map[string][]*project.Call{}
		project.EachAction(flow, func(a *project.Action) {
			if a.Call != nil && a.As != "" {
				outputs[a.As] = append(outputs[a.As], a.Call)
			}
		})
		for as, calls := range outputs {
			for _, call := range calls {
				notesIn(call, as, flow)
			}
		}
	}
	return m
}

// flowsOf lists every flow of the project.
func flowsOf(p *project.Project) [][]*project.Action {
	var flows [][]*project.Action
	for _, actions := range p.App.Events {
		flows = append(flows, actions)
	}
	for _, f := range p.Flows {
		flows = append(flows, f.Actions)
	}
	for _, g := range p.Groups {
		flows = append(flows, g.OnRequest, g.OnResponse)
		for _, call := range g.Calls {
			flows = append(flows, call.OnRequest, call.OnResponse)
		}
	}
	for _, pg := range p.Pages {
		flows = append(flows, pg.OnLoad)
		for _, t := range pg.Actions {
			flows = append(flows, t.Actions)
		}
	}
	return flows
}
