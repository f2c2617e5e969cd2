package project_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

func outlookFiles() *project.Tree {
	return project.NewTree(map[string][]byte{
		"app.yaml": []byte(`usher: 1
name: Trail
constants: {company: Acme}
env: {baseURL: https://api.example.com, apiKey: {secret: true}}
state: {visits: {type: int, default: 0}}
authentication:
  enabled: true
  entryPage: login
  loggedInPage: home
  userDataType: User
onAppStart:
  - setAppState: {visits: 1}
onSessionExpired:
  - snackBar: "Gone: ${session.reason}"
`),
		"types/User.yaml": []byte("fields:\n  firstName: text\n  age: int\n  token: secret\n"),
		"types/Post.yaml": []byte("fields:\n  title: text\n  likes: int\n  created: time\n"),
		"calls/posts.yaml": []byte(`url: https://api.example.com
calls:
  list:
    path: /posts
    params: {author: {type: text, default: ada}, most: {type: int, default: 3}}
    query: {by: "${params.author}"}
    reply: list of Post
  add:
    method: POST
    path: /posts
    params: {title: {type: text}}
    json: {title: "${params.title}"}
    reply: Post
`),
		"flows/greet.yaml": []byte(`params: {who: {type: text}}
actions:
  - snackBar: "Hello ${params.who}"
`),
		"components/PostCard.yaml": []byte(`props: {post: Post}
state: {open: {type: bool, default: false}}
body:
  - text: ${props.post.title}
`),
		"pages/login.yaml": []byte(`path: /login
title: Log in
access: loggedOut
body:
  - textField: {id: email, label: Email}
  - button:
      text: Log in
      onTap:
        - call: posts.add
          with: {title: "${form.email}"}
          as: added
        - snackBar: ${added.body.title}
        - forEach: ${[1, 2]}
          do:
            - snackBar: Hi
        - call: posts.list
          onError:
            - snackBar: Oh
`),
		"pages/home.yaml": []byte(`path: /home
title: Home
access: loggedIn
params: {tab: {type: text}}
state: {open: {type: bool, default: false}}
queries:
  posts: {call: posts.list, with: {author: "${user.firstName}"}}
onLoad:
  - setState: {open: true}
body:
  - text: Hello
  - column:
      - text: {text: "${user.firstName}", style: title}
  - list:
      data: ${queries.posts.body}
      item:
        - text: ${item.title}
  - PostCard: {post: "${first(queries.posts.body)}"}
`),
	})
}

// TestF171_WhatMayBeReadAtEachKindOfPlace asks at places that are written and at some that are not.
func TestF171_WhatMayBeReadAtEachKindOfPlace(t *testing.T) {
	tree := outlookFiles()
	if problems := tree.Check(project.CheckOptions{}); problems.Errors() {
		t.Fatal(problems)
	}
	flow := "/pages/login/body/1/button/onTap"
	for _, c := range []struct {
		name string
		at   project.Path
		kind value.Kind
		has  string // names, separated by blanks
		not  string
	}{
		{"a widget", "/pages/home/body/0", value.KindAny, "auth user app state params queries form constants now page", "item reply"},
		{"a property in short form", "/pages/home/body/0/text", value.KindText, "state", "item"},
		{"a property in full", "/pages/home/body/1/column/0/text/text", value.KindText, "state", "item"},
		{"a property that is not written", "/pages/home/body/1/column/0/text/visible", value.KindBool, "state", "item"},
		{"the item of a list", "/pages/home/body/2/list/item/0/text", value.KindText, "item index state", "reply"},
		{"the data of a list", "/pages/home/body/2/list/data", value.KindList, "queries", "item"},
		{"the title of a page", "/pages/home/title", value.KindText, "user queries", "item"},
		{"an argument of a query", "/pages/home/queries/posts/with/author", value.KindText, "params state", "queries form"},
		{"an argument of a query that is not written", "/pages/home/queries/posts/with/most", value.KindInt, "params state", "queries"},
		{"the flow of a page's load", "/pages/home/onLoad/0/setState/open", value.KindBool, "state params", "queries form"},
		{"the first action", project.Path(flow + "/0"), value.KindAny, "form", "added"},
		{"an argument of a call", project.Path(flow + "/0/with/title"), value.KindText, "form", "added"},
		{"an action behind another", project.Path(flow + "/1/snackBar"), value.KindText, "form added", "error"},
		{"an action that is not there yet", project.Path(flow + "/9"), value.KindAny, "form", "item"},
		{"the body of a loop", project.Path(flow + "/2/do/0/snackBar"), value.KindText, "added each", "error"},
		{"the branch of an error", project.Path(flow + "/3/onError/0/snackBar"), value.KindText, "added error", "item"},
		{"an action block", "/flows/greet/actions/0/snackBar", value.KindText, "params auth app", "form state"},
		{"a call", "/calls/posts/calls/list", value.KindAny, "params env constants", "auth user form"},
		{"the query of a call", "/calls/posts/calls/list/query/limit", value.KindAny, "params env", "auth"},
		{"the error message of a call", "/calls/posts/calls/add/errorMessage", value.KindText, "reply env", "auth"},
		{"the headers of a group", "/calls/posts/headers/X-Key", value.KindText, "env constants", "user"},
		{"the body of a component", "/components/PostCard/body/0/text", value.KindText, "props own auth", "queries item"},
		{"a property of a component in use", "/pages/home/body/3/PostCard/post", value.KindObject, "queries", "props"},
		{"an event of the app", "/app/onSessionExpired/0/snackBar", value.KindText, "session app", "form"},
	} {
		got, ok := tree.Outlook(c.at, "", "")
		if !ok {
			t.Fatalf("%s: nothing is known", c.name)
		}
		names := got.Env.Names()
		for _, want := range strings.Fields(c.has) {
			if !slices.Contains(names, want) {
				t.Errorf("%s: no %s among %v", c.name, want, names)
			}
		}
		for _, other := range strings.Fields(c.not) {
			if slices.Contains(names, other) {
				t.Errorf("%s: %s is offered", c.name, other)
			}
		}
		kind := value.KindAny
		if got.Type != nil {
			kind = got.Type.Kind
		}
		if kind != c.kind {
			t.Errorf("%s: needs %s, want %s", c.name, kind, c.kind)
		}
	}
}

// TestF174_ATextIsJudgedWhereItWouldStand gives the checker's own words, with the place in the text.
func TestF174_ATextIsJudgedWhereItWouldStand(t *testing.T) {
	tree := outlookFiles()
	for _, c := range []struct {
		at   project.Path
		kind project.PropKind
		text string
		says string // "" it is right
		from int
	}{
		{"/pages/home/body/0/text", "", "Hi ${user.firstName}", "", 0},
		{"/pages/home/body/0/text", "", "Hi ${user.frstName}", "frstName", 10},
		{"/pages/home/body/0/text", "", "${auth.token}", "secret", 2},
		{"/pages/home/body/0/text", "", "Ä\n${nothing}", "unknown name", 4},
		{"/pages/home/body/1/column/0/text/visible", "", "${user.age}", "a bool is needed", 2},
		{"/pages/home/body/1/column/0/text/visible", "", "${user.age > 3}", "", 0},
		{"/pages/home/body/0/text", "", "${item}", "unknown name", 2},
		{"/pages/home/body/0/text", project.PartOfValue, "${auth.token}", "", 0},
		{"/pages/home/body/1/column/0/text/visible", project.PartOfValue, "${user.age}", "", 0},
		{"/pages/home/body/1/column/0/text/visible", project.PartOfValue, "${user.ages}", "no field", 7},
		{"/pages/login/body/1/button/onTap/1/snackBar", "", "${added.body.title}", "", 0},
		{"/pages/login/body/1/button/onTap/0/with/title", "", "${added.body.title}", "unknown name", 2},
		{"/pages/login/body/1/button/onTap/0", project.PropInt, `${"a"}`, "an int is needed", 2},
		{"/calls/posts/calls/list/query/by", "", "${env.apiKey}", "in a URL", 0},
		{"/calls/posts/calls/list/query/by", "", "${user.firstName}", "unknown name", 2},
		{"/pages/home/body/0/text", "", "${", "not closed", 0},
	} {
		got, ok := tree.Outlook(c.at, c.kind, c.text)
		if !ok {
			t.Fatal("nothing is known")
		}
		if c.says == "" {
			if len(got.Faults) > 0 || got.Value == nil {
				t.Errorf("%s %s: %v", c.at, c.text, got.Faults)
			}
			continue
		}
		if len(got.Faults) == 0 || !strings.Contains(got.Faults[0].Msg, c.says) || got.Faults[0].Offset != c.from {
			t.Errorf("%s %s: %+v, want %q at %d", c.at, c.text, got.Faults, c.says, c.from)
		}
	}
	if got := string(tree.Bytes("pages/home.yaml")); !strings.Contains(got, "- text: Hello") {
		t.Error("asking changed the project")
	}
}
