package project

import (
	"reflect"
	"slices"
	"testing"

	"github.com/usherdev/usher/value"
)

func TestTouristTrailAsAModel(t *testing.T) {
	p, problems := exampleTree(t, "touristtrail").Project()
	if len(problems) > 0 {
		t.Fatal(told(problems))
	}
	a := p.App.Auth
	if !a.Enabled || !a.Persist || a.EntryPage != p.Page("login") || len(a.Landing) != 1 || a.Landing[0].Page != p.Page("home") || a.UserType.Name != "User" {
		t.Errorf("authentication: %+v", a)
	}
	if a.Refresh == nil || a.Refresh.Call != p.Call("auth.renewAccessToken") || a.Refresh.Update.Token == nil || a.Refresh.Update.User != nil || a.LogOut.Call.ID != "auth.logOut" {
		t.Errorf("refresh: %+v", a.Refresh)
	}
	if text, err := a.Format.Fill(value.Scope{"token": value.NewSecret("abc")}, func(v any) (string, error) { return v.(value.Secret).Reveal(), nil }); text != "Bearer abc" || err != nil {
		t.Errorf("token placement: %q %v", text, err)
	}
	if p.App.ID != "touristtrail" || p.App.NotFound != "missing" || len(p.App.Events["onSessionExpired"]) != 1 {
		t.Errorf("app: %+v", p.App)
	}
	c := p.Call("trail.posts")
	if c.Auth != AuthRequired || c.Reply.Name != "Posts" || c.Params[0].Required || c.Timeout.Seconds() != 30 {
		t.Errorf("call: %+v", c)
	}
	post := p.Page("post")
	if post.Access != AccessLoggedIn || !post.Params[0].Required || post.Queries[0].Call != p.Call("trail.post") {
		t.Errorf("page post: %+v", post)
	}
}

func TestTriggersKnowWhatTheirFlowsRead(t *testing.T) {
	p, problems := with(t, map[string]string{"pages/x.yaml": `path: /x/{id}
title: X
access: loggedIn
queries: {me: {call: auth.me}}
body:
  - list:
      data: ${[queries.me.body]}
      item:
        - button:
            text: a
            onTap:
              - if: ${index > 0}
                then: [{snackBar: "${item.name} of ${queries.me.body.name} in ${params.id}, ${user.name}"}]
  - button: {id: plain, text: b, onTap: [back]}
`})
	if len(problems) > 0 {
		t.Fatal(told(problems))
	}
	page := p.Page("x")
	for id, want := range map[string][]string{"button-2.onTap": {"index", "item.name", "params.id", "queries.me.body.name"}, "plain.onTap": nil} {
		tr := page.Actions[id]
		if tr == nil || tr.ID != id || len(tr.Reads) != len(want) || len(want) > 0 && !reflect.DeepEqual(tr.Reads, want) {
			t.Errorf("%s: %+v among %v", id, tr, page.Actions)
		}
	}
}

func TestKeysAreUniqueAndStable(t *testing.T) {
	collect := func() []string {
		p, _ := exampleTree(t, "touristtrail").Project()
		var keys []string
		var walk func(ws []*Widget)
		walk = func(ws []*Widget) {
			for _, w := range ws {
				keys = append(keys, w.Key)
				for _, slot := range w.Spec.Slots {
					walk(w.Slots[slot.Name])
				}
			}
		}
		seen := map[string]bool{}
		walk(p.Page("login").Body)
		for _, k := range keys {
			if seen[k] || k == "" {
				t.Errorf("the key %q is there twice", k)
			}
			seen[k] = true
		}
		return keys
	}
	if a, b := collect(), collect(); !reflect.DeepEqual(a, b) || len(a) < 20 {
		t.Errorf("%v\n%v", a, b)
	}
}

func TestAFaultyWidgetLeavesTheOthers(t *testing.T) {
	p, problems := with(t, map[string]string{"pages/x.yaml": "path: /x\ntitle: X\nbody:\n  - text: a\n  - txet: b\n  - column:\n      children:\n        - text: {text: c, style: huge}\n        - text: d\n"})
	if p == nil || len(problems) != 2 {
		t.Fatalf("%v\n%s", p, told(problems))
	}
	body := p.Page("x").Body
	if len(body) != 3 || body[0].Fault != "" || body[1].Fault == "" || body[1].Spec == nil || body[2].Fault != "" {
		t.Errorf("%+v", body)
	}
	inner := body[2].Slots["children"]
	if len(inner) != 2 || inner[0].Fault == "" || inner[1].Fault != "" {
		t.Errorf("%+v", inner)
	}
}

func TestUnreadableFilesHoldTheProject(t *testing.T) {
	for _, name := range []string{"app.yaml", "pages/home.yaml", "types/User.yaml", "calls/auth.yaml"} {
		p, problems := with(t, map[string]string{name: "a: [\n"})
		if p != nil || !problems.Errors() {
			t.Errorf("%s: %v\n%s", name, p, told(problems))
		}
		if len(problems) != 1 {
			t.Errorf("%s: what refers to it is reported too:\n%s", name, told(problems))
		}
	}
}

// TestEachActionVisitsBranchesInOrder: an action before what its branches hold, these by name; blocks are left to who asks.
func TestEachActionVisitsBranchesInOrder(t *testing.T) {
	block := &Flow{Actions: []*Action{{ID: "in the block"}}}
	list := []*Action{
		{ID: "1", Branches: map[string][]*Action{
			"then": {{ID: "1 then", Branches: map[string][]*Action{"body": {{ID: "1 then body"}}}}},
			"else": {{ID: "1 else"}},
			"done": {{ID: "1 done"}},
		}},
		{ID: "2", Block: block},
	}
	var got []string
	EachAction(list, func(a *Action) { got = append(got, a.ID) })
	if want := []string{"1", "1 done", "1 else", "1 then", "1 then body", "2"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
