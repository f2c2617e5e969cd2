package fitting

import (
	"strings"
	"testing"

	"github.com/usherdev/usher/value"
)

// TestF191_WhichRouteAnswersACall: by method, path and what the query must hold, wherever the address of the backend ends.
func TestF191_WhichRouteAnswersACall(t *testing.T) {
	for _, one := range []struct {
		on, request string
		want        bool
	}{
		{"POST /auth/login", "POST /auth/login", true},
		{"GET /auth/login", "POST /auth/login", false},
		{"POST /api/auth/login", "POST /auth/login", true}, // the address ends in /api
		{"POST /auth/login", "POST /api/auth/login", false},
		{"POST /api/token/", "POST /api/token", true},
		{"GET /posts/{id}", "GET /posts/*", true},
		{"GET /posts/{id}", "GET /a", false},
		{"GET /posts/{id}", "GET /posts", false},
		{"POST /api/collections/users/auth-refresh", "POST /api/collections/*/auth-refresh", true},
		{"POST /auth/v1/token?grant_type=password", "POST /auth/v1/token?grant_type=password", true},
		{"POST /auth/v1/token?grant_type=refresh_token", "POST /auth/v1/token?grant_type=password", false},
		{"POST securetoken.googleapis.com/v1/token?key=k", "POST /v1/token", true},
	} {
		if got := answers(one.on, one.request); got != one.want {
			t.Errorf("%s for %s: %v", one.on, one.request, got)
		}
	}
}

// TestF191_ARouteIsAddedAndAllElseStays: comments, blank lines and what follows the list of routes.
func TestF191_ARouteIsAddedAndAllElseStays(t *testing.T) {
	const before = "# mine\nstandin: 1\nroutes:\n- on: GET /a # first\n  json: {}\n\n# of the end\ndata: {x: 1}\n"
	items, err := routesOf([]byte("routes:\n  - on: GET /b\n    replies:\n      - json: {b: 1}\n\n  - on: GET /c\n"))
	if err != nil || len(items) != 2 || items[1] != "- on: GET /c" {
		t.Fatalf("%q, %v", items, err)
	}
	got, err := withRoute([]byte(before), items[0])
	if err != nil {
		t.Fatal(err)
	}
	const want = "# mine\nstandin: 1\nroutes:\n- on: GET /a # first\n  json: {}\n- on: GET /b\n  replies:\n    - json: {b: 1}\n\n# of the end\ndata: {x: 1}\n"
	if string(got) != want {
		t.Errorf("%s", got)
	}
	for _, src := range []string{"standin: 1\n", "routes: []\n", "routes: [\n"} {
		if _, err := withRoute([]byte(src), items[0]); err == nil {
			t.Errorf("%q took a route", src)
		}
	}
}

// TestF191_WhatAPersonIsCalled: by the user data type, whatever its fields are called, and without one.
func TestF191_WhatAPersonIsCalled(t *testing.T) {
	text := value.TextType()
	for fields, want := range map[string]string{
		"name email":                  "${user.name}, ${user.name}, ${user.email}",
		"firstName lastName username": "${user.firstName} ${user.lastName}, ${user.firstName}, ",
		"username mail":               "${user.username}, ${user.username}, ${user.mail}",
		"email":                       "${user.email}, ${user.email}, ${user.email}",
		"id":                          "${auth.uid}, ${auth.uid}, ",
	} {
		typ := value.ObjectOf("User")
		for _, name := range strings.Fields(fields) {
			typ.Fields = append(typ.Fields, value.Field{Name: name, Type: text})
		}
		p := personOf(typ)
		if got := p.Name + ", " + p.First + ", " + p.Mail; got != want {
			t.Errorf("%s: %s, want %s", fields, got, want)
		}
	}
	if p := personOf(nil); p.Name != "${auth.uid}" {
		t.Errorf("without a type: %s", p.Name)
	}
}

// TestF191_LabelsAreWrittenAsTheyAre: what a label of the app holds cannot become YAML.
func TestF191_LabelsAreWrittenAsTheyAre(t *testing.T) {
	for in, want := range map[string]string{"First name": "First name", "E-mail": "E-mail", "Name: or, #mail": `"Name: or, #mail"`, "no": `"no"`, "{x}": `"{x}"`, "Prénom": "Prénom"} {
		if got := plain(in); got != want {
			t.Errorf("%s: %s", in, got)
		}
	}
}
