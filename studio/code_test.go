package studio

import (
	"net/http"
	"net/url"
	"slices"
	"testing"
)

func TestCodeAndCanvasPointAtTheSamePlace(t *testing.T) {
	w := opened(t)
	where := decode[WhereView](t, w.ask("GET", "/api/where?at=/pages/home/body/2/column/1", nil))
	if where.File != "pages/home.yaml" || where.Line != 13 {
		t.Errorf("%+v", where)
	}
	back := decode[WhereView](t, w.ask("GET", "/api/where?file=pages/home.yaml&line=13&column=10", nil))
	if back.At != "/pages/home/body/2/column/1/text" {
		t.Errorf("%+v", back)
	}
	for _, q := range []string{"at=/pages/gone/body", "file=pages/gone.yaml&line=1&column=1", "file=pages/home.yaml&line=x&column=1"} {
		if answer := w.ask("GET", "/api/where?"+q, nil); answer.Code != http.StatusNotFound {
			t.Errorf("%s: %d", q, answer.Code)
		}
	}
}

// TestCodeIsCompletedByTheSchema asks at places of each kind of file.
func TestCodeIsCompletedByTheSchema(t *testing.T) {
	w := opened(t)
	for _, c := range []struct{ at, has, key, value string }{
		{"/pages/home", "path", "title", ""},
		{"/pages/home", "title", "queries", ""},
		{"/pages/home/access", "", "", "loggedIn"},
		{"/pages/home/body/0", "", "textField", "divider"},
		{"/pages/home/body/0/text", "text", "style", ""},
		{"/pages/home/body/0/text/style", "", "", "headline"},
		{"/pages/home/body/0/column/0/button/onTap/0", "", "callAPI", ""},
		{"/pages/home/body/0/column/0/button/onTap/0", "snackBar", "note", ""},
		{"/pages/home/body/0/button/onTap/0/navigate", "", "page", "login"},
		{"/pages/home/body/0/visible", "", "", ""},
		{"/app", "usher", "authentication", ""},
		{"/app/authentication", "enabled", "refresh", ""},
		{"/app/authentication/entryPage", "", "", "login"},
		{"/calls/auth", "url", "headers", ""},
		{"/calls/auth/calls/login", "", "method", ""},
		{"/calls/auth/calls/login/method", "", "", "POST"},
		{"/types/User", "", "fields", ""},
		{"/types/User/fields/home/type", "", "", "Place"},
		{"/flows/greet/actions/0", "if", "else", ""},
	} {
		if c.key == "callAPI" {
			c.key = "call"
		}
		view := decode[CompletionView](t, w.ask("GET", "/api/completion?"+url.Values{"at": {c.at}, "has": {c.has}}.Encode(), nil))
		names := func(all []FieldDoc) (out []string) {
			for _, f := range all {
				out = append(out, f.Name)
			}
			return out
		}
		if keys := names(view.Keys); c.key != "" && !slices.Contains(keys, c.key) {
			t.Errorf("%s: no key %s in %v", c.at, c.key, keys)
		}
		if values := names(view.Values); c.value != "" && !slices.Contains(values, c.value) {
			t.Errorf("%s: no value %s in %v", c.at, c.value, values)
		}
		if c.has != "" && slices.Contains(names(view.Keys), c.has) {
			t.Errorf("%s: %s is there already", c.at, c.has)
		}
	}
}
