package app

import (
	"maps"
	"strings"
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// sampleTime is the moment that sample data shows; a fixed one, so that the canvas does not change by itself.
var sampleTime = time.Date(2026, time.May, 4, 9, 30, 0, 0, time.UTC)

// Bounds of sample data: types may refer to themselves.
const (
	sampleDepth = 5
	sampleItems = 3
)

// Sample makes up what a page of the canvas shows: somebody who is logged in (where the app has log-ins) or not, and replies of the
// types that its queries declare. Nothing in it is true and nothing is asked for.
func Sample(p *project.Project, page *project.Page, loggedIn bool) value.Scope {
	in := loggedIn && p.App.Auth.Enabled
	s := value.Scope{
		"auth": map[string]any{"loggedIn": in}, "user": nil, "form": map[string]any{}, "constants": p.App.Constants, "now": sampleTime,
		"language": p.App.Locale().Language(), value.LocaleKey: p.App.Locale(),
		"page": map[string]any{"name": page.Name, "url": page.Path},
	}
	if in {
		s["auth"] = map[string]any{
			"loggedIn": true, "expired": false, "secondsLeft": 3600, "uid": "7", "expiry": sampleTime.Add(time.Hour),
			"token": value.NewSecret("sample-authentication-token"), "refreshToken": value.NewSecret("sample-refresh-token-token"),
		}
		s["user"] = made(p.App.Auth.UserType, "user", 0, 0)
	}
	s["state"], s["app"] = sampleVars(page.State), sampleVars(p.App.State)
	params := map[string]any{}
	for _, prm := range page.Params {
		params[prm.Name] = made(prm.Type, prm.Name, 0, 0)
	}
	s["params"] = params
	queries := map[string]any{}
	for _, q := range page.Queries {
		var body any
		if q.Call != nil {
			body = made(q.Call.Reply, q.Name, 0, 0)
		}
		made := map[string]any{"ok": true, "status": 200, "headers": map[string]any{}, "body": body}
		if q.Pages != nil && q.Pages.Items != nil {
			made["items"], _ = q.Pages.Items.Eval(value.Scope{"reply": made})
			made["more"] = true
		}
		queries[q.Name] = made
	}
	s["queries"] = queries
	return s
}

// SampleOf makes up what an expression reads whose names are env's: what the canvas shows of page, which is nil outside pages, and values of the types
// of all else, such as what an action brought.
func SampleOf(p *project.Project, page *project.Page, env *value.Env) value.Scope {
	inPage := page != nil
	if !inPage {
		page = &project.Page{Name: "home", Path: "/"}
	}
	s := Sample(p, page, page.Access != project.AccessLoggedOut)
	for _, name := range env.Names() {
		t, _ := env.Lookup(name)
		_, known := s[name]
		if known = known && (inPage || name != "params" && name != "state"); !known || name == "form" {
			s[name] = made(t, name, 0, 0)
		}
	}
	return s
}

// sampleUse adds to a scope what a component is given and keeps, made up.
func sampleUse(s value.Scope, k *project.Component) value.Scope {
	props := map[string]any{}
	for _, p := range k.Props {
		props[p.Name] = made(p.Type, p.Name, 0, 0)
		if p.Default == nil {
			continue
		}
		if v, err := p.Default.Eval(nil); err == nil && v != nil && v != "" {
			props[p.Name] = v
		}
	}
	out := maps.Clone(s)
	out["props"], out["own"] = props, sampleVars(k.State)
	return out
}

func sampleVars(vars []project.Var) map[string]any {
	out := map[string]any{}
	for _, v := range vars {
		if v.Default != nil {
			out[v.Name], _ = v.Default.Eval(nil)
		}
	}
	return out
}

// made is a value of a type that looks like its name; n tells the items of a list apart.
func made(t *value.Type, name string, n, depth int) any {
	if t == nil || depth > sampleDepth {
		return nil
	}
	switch t.Kind {
	case value.KindText:
		return sampleText(name, n)
	case value.KindInt:
		return []int{3, 12, 7}[n%3]
	case value.KindNumber:
		return []float64{4.2, 7.5, 5.8}[n%3]
	case value.KindBool:
		return true
	case value.KindTime:
		return sampleTime.AddDate(0, 0, -n)
	case value.KindSecret:
		return value.NewSecret("sample-secret-sample-secret")
	case value.KindEnum:
		if len(t.Enum) > 0 {
			return t.Enum[n%len(t.Enum)].Name
		}
	case value.KindList:
		list := make([]any, sampleItems)
		for i := range list {
			list[i] = made(t.Elem, name, i, depth+1)
		}
		return list
	case value.KindObject:
		out := make(map[string]any, len(t.Fields))
		for _, f := range t.Fields {
			out[f.Name] = made(f.Type, f.Name, n, depth+1)
		}
		return out
	}
	return nil
}

// sampleTexts are what a text of this name usually looks like; the key is part of the name.
func sampleTexts() [][]string {
	return [][]string{
		{"firstname", "Ada", "Noor", "Jonas"}, {"lastname", "Lindgren", "Haddad", "Weber"}, {"username", "ada", "noor", "jonas"},
		{"email", "ada@example.com", "noor@example.com", "jonas@example.com"}, {"author", "Ada Lindgren", "Noor Haddad", "Jonas Weber"},
		{"name", "Ada Lindgren", "Noor Haddad", "Jonas Weber"}, {"title", "A title of some words", "Another title", "A third, rather longer title to see how it wraps"},
		{"body", "A paragraph of text that stands where the real one will be.", "Some words of text.", "A few more words of text."},
		{"place", "Zermatt", "Cinque Terre", "Lofoten"}, {"country", "Switzerland", "Italy", "Norway"}, {"city", "Lisbon", "Oslo", "Vienna"},
		{"role", "traveller", "traveller", "traveller"}, {"label", "Mon", "Tue", "Wed"}, {"day", "Mon", "Tue", "Wed"}, {"tags", "mountains", "sea", "huts"},
		{"id", "1", "2", "3"}, {"url", "https://example.com/1", "https://example.com/2", "https://example.com/3"},
	}
}

func sampleText(name string, n int) string {
	low := strings.ToLower(name)
	for _, row := range sampleTexts() {
		if strings.Contains(low, row[0]) {
			return row[1+n%(len(row)-1)]
		}
	}
	return "Sample " + name
}
