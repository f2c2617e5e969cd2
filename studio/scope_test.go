package studio

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

func testSample(_ *project.Project, page *project.Page, _ *value.Env) value.Scope {
	return value.Scope{
		"auth": map[string]any{"loggedIn": true, "token": value.NewSecret("the-very-token-of-the-sample")},
		"user": map[string]any{"firstName": "Ada", "age": 36}, "page": map[string]any{"name": page.Name},
	}
}

func (w *world) scope(at, prop, kind string) ScopeView {
	w.t.Helper()
	q := url.Values{"at": {at}, "prop": {prop}, "kind": {kind}}
	return decode[ScopeView](w.t, w.ask("GET", "/api/scope?"+q.Encode(), nil))
}

func (w *world) judge(at, prop, kind, text string) ExpressionView {
	w.t.Helper()
	return decode[ExpressionView](w.t, w.ask("POST", "/api/expression", ExpressionRequest{At: project.Path(at), Prop: prop, Kind: kind, Text: text}))
}

// TestF170_ThePickerKnowsWhatEachPropertyNeeds asks for properties in every form that a widget or an action is written in.
func TestF170_ThePickerKnowsWhatEachPropertyNeeds(t *testing.T) {
	w := opened(t)
	answer := w.edit(
		WireEdit{Op: "set", At: "/calls/posts", Value: json.RawMessage(`{"url":"https://api.example.com","calls":{"add":{"method":"POST","path":"/add","params":{"n":"int"}}}}`)},
		WireEdit{Op: "insert", At: "/pages/home/body/0", Value: json.RawMessage(`{"button":{"text":"Go","onTap":[{"call":"posts.add","with":{"n":1},"as":"added"},{"snackBar":"Hi"},{"snackBar":{"text":"Hi"}},{"setState":{}},"back",{"call":"posts.add"}]}}`)},
	)
	if answer.Code != http.StatusOK {
		t.Fatal(answer.Body)
	}
	flow := "/pages/home/body/0/button/onTap"
	for _, c := range []struct{ at, prop, kind, needs, has string }{
		{"/pages/home/body/1", "text", "text", "text", "user"},
		{"/pages/home/body/1", "visible", "condition", "bool", "user"},
		{"/pages/home/body/2", "visible", "condition", "bool", "user"}, // a bare word
		{"/pages/home/body/3", "visible", "condition", "bool", "user"}, // its children alone
		{"/pages/home/body/3/column/0", "text", "text", "text", "user"},
		{"/pages/home/body/3/column/0", "visible", "condition", "bool", "user"}, // its text alone
		{"/pages/home/body/4/tabBar/tabs/0", "label", "text", "text", "user"},   // a part
		{"/pages/home/body/5/list/item/0", "text", "text", "text", "item"},
		{flow + "/0/with", "n", "int", "int", "user"},
		{flow + "/0/with/n", "n", "int", "int", "user"}, // named already
		{flow + "/0", "with/n", "int", "int", "user"},
		{flow + "/5", "with/n", "int", "int", "user"}, // nothing is handed over yet
		{flow + "/1", "text", "text", "text", "added"},
		{flow + "/1", "action", "text", "", "added"},
		{flow + "/2", "text", "text", "text", "added"},
		{"/calls/posts/calls/add", "path", "text", "text", "params"},
		{"/pages/home", "title", "text", "text", "user"},
	} {
		view := w.scope(c.at, c.prop, c.kind)
		if !slices.ContainsFunc(view.Scope, func(f FieldView) bool { return f.Name == c.has }) {
			t.Errorf("%s of %s: no %s in %+v", c.prop, c.at, c.has, view.Scope)
		}
		if c.needs == "" {
			continue
		}
		if view.Needs == nil || view.Needs.Kind != c.needs || !view.Exact {
			t.Errorf("%s of %s needs %+v, exact %v; want %s", c.prop, c.at, view.Needs, view.Exact, c.needs)
		}
	}
	if answer := w.ask("GET", "/api/scope?at=/pages/gone", nil); answer.Code != http.StatusNotFound {
		t.Errorf("of a page that is gone: %d", answer.Code)
	}
	w.files.edit(t, "pages/home.yaml", "body:", "body: [")
	w.Changed(nil)
	if answer := w.ask("GET", "/api/scope?at=/pages/login/body/0&prop=text", nil); answer.Code != http.StatusConflict {
		t.Errorf("with a broken page: %d %s", answer.Code, answer.Body)
	}
}

func TestF174_AnExpressionIsCheckedAndShownWithSampleData(t *testing.T) {
	w := opened(t)
	at := "/pages/home/body/0"
	good := w.judge(at, "text", "text", "Hello ${upper(user.firstName)}")
	if good.Type == nil || good.Type.Kind != "text" || len(good.Problems) > 0 || good.Preview == nil || *good.Preview != (PreviewView{"text", "Hello ADA"}) {
		t.Errorf("%+v %+v", good, good.Preview)
	}
	bad := w.judge(at, "text", "text", "Hello ${user.name}")
	if bad.Type != nil || bad.Preview != nil || len(bad.Problems) != 1 || bad.Problems[0].Offset != 13 {
		t.Errorf("%+v", bad)
	}
	for text, want := range map[string]PreviewView{
		"${user}":              {"json", `{"age":36,"firstName":"Ada"}`},
		"${user.home}":         {Kind: "none"},
		"${user.age + 1}":      {"text", "37"},
		`${fromJson("{")}`:     {Kind: "none"},
		"${isSet(auth.token)}": {"text", "true"},
	} {
		if got := w.judge(at, "visible", "condition", text); got.Type != nil && *got.Preview != want {
			t.Errorf("%s: %+v, want %+v", text, got.Preview, want)
		}
		if got := w.judge("/pages/home", "", "json", text); got.Preview == nil || *got.Preview != want {
			t.Errorf("%s: %+v, want %+v", text, got.Preview, want)
		}
	}
}

// TestF171_ASecretIsNeverInAPreview tries all that gives one, and what is made of one.
func TestF171_ASecretIsNeverInAPreview(t *testing.T) {
	w := opened(t)
	for _, text := range []string{"${auth.token}", "Bearer ${auth.token}", "${[auth.token]}", "${auth}", `${{"a": auth.token}}`, "${split(auth.token, \"-\")}", "${masked(auth.token)}", "${json(auth)}"} {
		answer := w.ask("POST", "/api/expression", ExpressionRequest{At: "/pages/home/body/0", Prop: "visible", Kind: "secret", Text: text})
		if strings.Contains(answer.Body.String(), "very-token") {
			t.Errorf("%s: %s", text, answer.Body)
		}
	}
	for _, text := range []string{"${auth.token}", "${[auth.token]}", "${auth}", "${masked(auth.token)}"} {
		answer := w.ask("POST", "/api/expression", ExpressionRequest{At: "/pages/home", Kind: "secret", Text: text})
		if strings.Contains(answer.Body.String(), "very-token") || answer.Code != http.StatusOK {
			t.Errorf("%s: %d %s", text, answer.Code, answer.Body)
		}
	}
}
