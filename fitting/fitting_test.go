package fitting

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/usherdev/usher/examples"
	"github.com/usherdev/usher/project"
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

// TestF191_OfBackendsThatLookAlikeThoseCountThatCan: one that can do what is needed is taken, and the others are no choice.
func TestF191_OfBackendsThatLookAlikeThoseCountThatCan(t *testing.T) {
	starter, err := project.LoadTree(examples.Starter())
	if err != nil {
		t.Fatal(err)
	}
	app, _, err := starter.Apply(project.Edit{Op: project.OpSet, At: "/app/env/API_URL", Value: jsonOf("https://api.example.com")})
	if err != nil {
		t.Fatal(err)
	}
	for can, want := range map[string]string{
		"issuer":           "",
		"issuer dummyjson": "the calls of this app look like those of several backends: dummyjson, issuer",
		"supabase":         "the calls of this app look like those of several backends (dummyjson, issuer), and none of these has a call to fly",
	} {
		f := &fit{app: App{Tree: app}, next: app}
		b, err := f.recognise(need{does: "fly", met: func(b *backend) bool { return slices.Contains(strings.Fields(can), b.preset.Name) }})
		switch {
		case want == "" && (err != nil || b.preset.Name != can):
			t.Errorf("%s: %v", can, err)
		case want != "" && (err == nil || err.Error() != want || f.backend != nil):
			t.Errorf("%s: %v", can, err)
		}
	}
}

// TestF191_ABlockNamesEachCallOnce: where an id of the app is that of another call of the backend, each line of the block is written once.
func TestF191_ABlockNamesEachCallOnce(t *testing.T) {
	b := &backend{tree: project.NewTree(map[string][]byte{
		"calls/a.yaml":     []byte("url: https://b.example\ncalls:\n  one: {method: POST, path: /one}\n  two: {method: POST, path: /two}\n"),
		"flows/logIn.yaml": []byte("actions:\n  - call: a.one\n    as: x\n  - call: a.two\n    as: y\n  - call: a.one\n    as: z\n"),
	})}
	f := &fit{plan: &Plan{}, next: project.NewTree(map[string][]byte{
		"calls/a.yaml": []byte("url: https://b.example\ncalls:\n  two: {method: POST, path: /one}\n  three: {method: POST, path: /two}\n"),
	})}
	if err := f.bring(b, roleOf("logIn")); err != nil {
		t.Fatal(err)
	}
	const want = "actions:\n  - call: a.two\n    as: x\n  - call: a.three\n    as: y\n  - call: a.two\n    as: z\n"
	if got := string(f.next.Bytes("flows/logIn.yaml")); got != want {
		t.Errorf("%s", got)
	}
}

// TestF191_AGroupBringsItsEnv: what the address and the headers of a group read comes with it, as what its call reads does.
func TestF191_AGroupBringsItsEnv(t *testing.T) {
	b := &backend{tree: project.NewTree(map[string][]byte{
		"app.yaml":     []byte("usher: 1\nname: B\nenv:\n  HOST: https://b.example\n  KEY: k\n  PLACE: p\n  OTHER: o\n"),
		"calls/a.yaml": []byte("url: ${env.HOST}\nheaders: {apikey: \"${env.KEY}\"}\ncalls:\n  one: {path: \"/${env.PLACE}\"}\n  two: {path: \"/${env.OTHER}\"}\n"),
	})}
	f := &fit{plan: &Plan{}, next: project.NewTree(map[string][]byte{"app.yaml": []byte("usher: 1\nname: Mine\n")})}
	if _, err := f.bringCall(b, "a", "one"); err != nil {
		t.Fatal(err)
	}
	if got := f.next.Keys("/app/env"); !slices.Equal(slices.Sorted(slices.Values(got)), []string{"HOST", "KEY", "PLACE"}) {
		t.Errorf("%v", got)
	}
	if len(f.plan.Left) != 3 {
		t.Errorf("%v", f.plan.Left)
	}
}

// TestF191_WhichCallMakesAccounts: sessions and tokens are created, too.
func TestF191_WhichCallMakesAccounts(t *testing.T) {
	for name, want := range map[string]bool{"signUp": true, "sign_up": true, "register": true, "createAccount": true, "create": true,
		"createSession": false, "createEmailSession": false, "createToken": false, "login": false} {
		if makesAccounts(name) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
}

// TestF191_AJourneyTypesWhatIsKnown: without an account no step types nothing, and what is known is written as journeys read it.
func TestF191_AJourneyTypesWhatIsKnown(t *testing.T) {
	for _, one := range []struct {
		k            facts
		source, want string
	}{
		{facts{}, `fill "identifier" [[.Who]]`, ""},
		{facts{}, `fill "Password" [[.Password]]`, ""},
		{facts{}, `fill "E-mail" [[.Mail]]`, ""},
		{facts{}, `fill "Code" "123456"`, `fill "Code" "123456"`},
		{facts{Identifier: field{ID: "secret", Kind: "password"}}, `[[$.Sample .Identifier]]`, ""},
		{facts{Identifier: field{ID: "email", Kind: "email"}}, `[[$.Sample .Identifier]]`, `"nora-{unique}@example.com"`},
		{facts{who: "$IDENTIFIER", password: `"p"`, mail: said(`a"\b@example.com`)}, `[[.Who]] [[.Password]] [[.Mail]]`, `$IDENTIFIER "p" "a\"\\b@example.com"`},
	} {
		got, err := one.k.fill(one.source)
		if got != one.want || errors.Is(err, errNoAccount) != (one.want == "") {
			t.Errorf("%s: %q, %v", one.source, got, err)
		}
	}
}

// TestF191_ANewPasswordLogsInByABlockToo: the page after it is the home page, wherever the Log In stands.
func TestF191_ANewPasswordLogsInByABlockToo(t *testing.T) {
	in := []*project.Action{{Kind: "call", Branches: map[string][]*project.Action{"then": {{Kind: "logIn"}}}}}
	for _, actions := range [][]*project.Action{in, {{Kind: "block", Block: &project.Flow{Name: "enter", Actions: in}}}} {
		k := &facts{Home: "home", Entry: "login", project: &project.Project{Flows: []*project.Flow{{Name: "resetPassword", Actions: actions}}}}
		if got := k.AfterReset(); got != "home" {
			t.Errorf("the page after it is %s", got)
		}
	}
}
