package flow

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

const goodLogin = `200 {"accessToken":"tok-1234567","refreshToken":"ref-1234567","id":42,"name":"Ada","city":"Bonn","role":"user"}`

const logInFlow = `
  - call: backend.login
    with: {username: ada, password: pw}
    as: login
    then:
      - logIn:
          token: ${login.body.accessToken}
          refreshToken: ${login.body.refreshToken}
          expiry: ${jwt(login.body.accessToken).exp}
          uid: ${string(login.body.id)}
          user: ${login.body}
      - snackBar: "in as ${user.name}, ${auth.loggedIn}"
    else:
      - snackBar: {text: "${login.error}", tone: error}
  - snackBar: after
`

// TestEveryActionIsDone: the catalogue and this package know the same actions.
func TestEveryActionIsDone(t *testing.T) {
	var want []string
	for _, s := range project.Actions() {
		want = append(want, s.Kind)
	}
	slices.Sort(want)
	if got := slices.Sorted(maps.Keys(actions())); !slices.Equal(got, want) {
		t.Errorf("actions %v\nthe catalogue has %v", got, want)
	}
}

// TestF009_LogIn: a session with a new id holds what the reply said; the person lands on the Logged In Page.
func TestF009_LogIn(t *testing.T) {
	a := newApp(t, serve(t, map[string]string{"POST /login": goodLogin}), logInFlow, nil)
	res := a.mustRun("")
	if !res.LoggedIn || !res.SessionChanged || res.SessionID == "" || notes(res) != "in as Ada, true|after" {
		t.Errorf("%+v", res)
	}
	if to := target(res); to == nil || to.After != "logIn" || to.Page != nil {
		t.Errorf("navigates to %+v", to)
	}
	s := a.current(res.SessionID)
	if s.Auth.Token.Reveal() != "tok-1234567" || s.Auth.RefreshToken.Reveal() != "ref-1234567" || s.Auth.UID != "42" || !s.Auth.Expiry.IsZero() || !s.Persist {
		t.Errorf("session %+v", s)
	}
	if string(s.Auth.User) != `{"city":"Bonn","id":42,"name":"Ada","role":"user"}` {
		t.Errorf("user data %s", s.Auth.User)
	}
	if shown := strings.Join(traceText(res), " "); strings.Contains(shown, "tok-") || !strings.Contains(shown, "backend.login: 200") {
		t.Errorf("trace %s", shown)
	}
}

func traceText(res Result) []string {
	var out []string
	for _, s := range res.Trace {
		out = append(out, s.Kind+" "+s.Note+" "+s.Err)
	}
	return out
}

func TestF009_LogInOptions(t *testing.T) {
	flow := "\n  - logIn: {token: \"${'abc' + 'def'}\", persist: \"${form.name == 'typed' ? false : true}\", navigate: false}\n"
	a := newApp(t, "http://127.0.0.1:1", flow, nil)
	old := a.logIn()
	res := a.mustRun(old.ID)
	if target(res) != nil || res.SessionID == old.ID || a.current(res.SessionID).Persist {
		t.Errorf("%+v", res)
	}
	if s := a.current(old.ID); s.Ended != session.Replaced {
		t.Errorf("the old session ended %q", s.Ended)
	}
}

// TestF009_WrongPassword: the else branch has the backend's sentence, and nobody is logged in.
func TestF009_WrongPassword(t *testing.T) {
	a := newApp(t, serve(t, map[string]string{"POST /login": `401 {"message":"Wrong password"}`}), logInFlow, nil)
	if res := a.mustRun(""); res.LoggedIn || res.SessionID != "" || res.SessionChanged || notes(res) != "Wrong password|after" || target(res) != nil {
		t.Errorf("%+v", res)
	}
}

// TestF027_NoToken: a reply without the mapped token is a loud fault that names field and path; nothing is stored.
func TestF027_NoToken(t *testing.T) {
	for body, want := range map[string]string{
		`{"token":"x"}`:               "the reply has no accessToken (token: login.body.accessToken)",
		`{"accessToken":null}`:        "the reply has no accessToken (token: login.body.accessToken)",
		`{"accessToken":""}`:          "the reply has no accessToken (token: login.body.accessToken)",
		`{"accessToken":"null"}`:      "the reply has no accessToken (token: login.body.accessToken)",
		`{"accessToken":{"jwt":""}}`:  "the reply has no accessToken (token: login.body.accessToken)",
		`{"accessToken":"undefined"}`: "the reply has no accessToken (token: login.body.accessToken)",
	} {
		a := newApp(t, serve(t, map[string]string{"POST /login": "200 " + body}), logInFlow, nil)
		res, err := a.run("", nil)
		var f *Fault
		if !errors.As(err, &f) || f.Kind != "logIn" || f.Msg != want || res.SessionID != "" || res.LoggedIn {
			t.Errorf("%s: %v, %+v", body, err, res)
		}
	}
}

// TestA17_LogInTokensThatNoHeaderCarries: refused, and no session is made.
func TestA17_LogInTokensThatNoHeaderCarries(t *testing.T) {
	for _, bad := range []string{`a\r\nX: 1`, `a\nb`, `a\u0000b`, `t\u00f6ken`, `a\u2028b`, `a\tb`, strings.Repeat("x", 16<<10+1)} {
		for _, field := range []string{"accessToken", "refreshToken"} {
			body := strings.Replace(`{"accessToken":"fine","refreshToken":"fine","id":1}`, `"`+field+`":"fine"`, `"`+field+`":"`+bad+`"`, 1)
			a := newApp(t, serve(t, map[string]string{"POST /login": "200 " + body}), logInFlow, nil)
			res, err := a.run("", nil)
			var f *Fault
			if !errors.As(err, &f) || res.SessionID != "" || strings.Contains(err.Error(), bad) {
				t.Errorf("%s %.20q: %v", field, bad, err)
			}
		}
	}
}

// TestF067_LoginFlowCompletes: everything after Log In runs, and the last navigation counts.
func TestF067_LoginFlowCompletes(t *testing.T) {
	flow := logInFlow + "  - setState: {count: 5}\n  - call: backend.posts\n    as: posts\n  - snackBar: \"posts ${posts.status}\"\n"
	a := newApp(t, serve(t, map[string]string{"POST /login": goodLogin, "GET /posts": `200 []`}), flow, nil)
	res := a.mustRun("")
	if notes(res) != "in as Ada, true|after|posts 200" || res.State["count"] != 5 || target(res).After != "logIn" {
		t.Errorf("%+v", res)
	}
	a = newApp(t, serve(t, map[string]string{"POST /login": goodLogin}), logInFlow+"  - navigate: post\n    with: {id: \"${auth.uid}\"}\n", nil)
	res = a.mustRun("")
	if to := target(res); to == nil || to.Page == nil || to.Page.Name != "post" || to.After != "" || !reflect.DeepEqual(to.Params, map[string]any{"id": "42"}) {
		t.Errorf("navigates to %+v", to)
	}
}

// TestF068_OnlyTheTakenBranchNavigates.
func TestF068_OnlyTheTakenBranchNavigates(t *testing.T) {
	flow := `
  - if: ${auth.loggedIn}
    then:
      - logOut: {navigate: false}
    else:
      - logOut
`
	a := newApp(t, "http://127.0.0.1:1", flow, nil)
	res := a.mustRun(a.logIn().ID)
	if !res.LoggedOut || target(res) != nil {
		t.Errorf("%+v", res)
	}
	if res = a.mustRun(""); target(res) == nil || target(res).After != "logOut" {
		t.Errorf("%+v", res)
	}
}

// TestF010_UpdateKeepsWhatIsUnset: the tutorial's own step 6: only the token is set.
func TestF010_UpdateKeepsWhatIsUnset(t *testing.T) {
	a := newApp(t, "http://127.0.0.1:1", "\n  - updateAuthenticatedUser: {token: \"${'new' + 'token'}\"}\n", nil)
	was := a.logIn()
	res := a.mustRun(was.ID)
	s := a.current(was.ID)
	if s.Auth.Token.Reveal() != "newtoken" || s.Auth.RefreshToken.Reveal() != "r1" || s.Auth.UID != "7" || !strings.Contains(string(s.Auth.User), "Ada") || res.SessionChanged {
		t.Errorf("%+v", s)
	}
	if !s.Auth.Expiry.IsZero() {
		t.Errorf("the old token's expiry stands for the new one: %v", s.Auth.Expiry)
	}
	if s.Ver <= was.Ver || res.Session.Ver != s.Ver {
		t.Errorf("generation %d, was %d", s.Ver, was.Ver)
	}
}

func TestF010_Clear(t *testing.T) {
	a := newApp(t, "http://127.0.0.1:1", "\n  - updateAuthenticatedUser: {token: \"${'new' + 'token'}\", clear: [refreshToken, expiry]}\n  - snackBar: \"${isSet(auth.refreshToken)} ${isSet(auth.expiry)}\"\n", nil)
	s := a.logIn()
	if res := a.mustRun(s.ID); notes(res) != "false false" {
		t.Errorf("%+v", res)
	}
	if s = a.current(s.ID); !s.Auth.RefreshToken.IsZero() || s.Auth.Token.Reveal() != "newtoken" {
		t.Errorf("%+v", s)
	}
}

// TestF012_OneUserField: one field is set, the others stay.
func TestF012_OneUserField(t *testing.T) {
	a := newApp(t, "http://127.0.0.1:1", "\n  - updateAuthenticatedUser: {user: {city: \"${form.name}\"}}\n  - snackBar: \"${user.name} of ${user.city}\"\n", nil)
	s := a.logIn()
	if res := a.mustRun(s.ID); notes(res) != "Ada of typed" || res.SessionChanged {
		t.Errorf("%+v", res)
	}
	if s = a.current(s.ID); string(s.Auth.User) != `{"city":"typed","id":7,"name":"Ada","role":"user"}` {
		t.Errorf("user data %s", s.Auth.User)
	}
}

// TestRoleChangeMakesANewID: uid or role of another kind is another person as far as the cookie goes (design 9.6).
func TestRoleChangeMakesANewID(t *testing.T) {
	for flow, changes := range map[string]bool{"user: {role: admin}": true, "user: {role: user}": false, "uid: \"8\"": true, "uid: \"7\"": false, "clear: [user]": true} {
		a := newApp(t, "http://127.0.0.1:1", "\n  - updateAuthenticatedUser: {"+flow+"}\n  - snackBar: \"${auth.loggedIn}\"\n", nil)
		s := a.logIn()
		res := a.mustRun(s.ID)
		if res.SessionChanged != changes || !a.current(res.SessionID).Active() || notes(res) != "true" {
			t.Errorf("%s: %+v", flow, res)
		}
	}
}

// TestUpdateWhileNobodyIsLoggedIn is a fault of the flow (design 8.11).
func TestUpdateWhileNobodyIsLoggedIn(t *testing.T) {
	a := newApp(t, "http://127.0.0.1:1", "\n  - updateAuthenticatedUser: {uid: x}\n", nil)
	for _, id := range []string{"", "no-such-id"} {
		if _, err := a.run(id, nil); !errors.Is(err, session.ErrNotLoggedIn) {
			t.Errorf("%q: %v", id, err)
		}
	}
}

// TestF011_LogOut: over here and now; app state is lost but for what is kept; auth.* is empty at once.
func TestF011_LogOut(t *testing.T) {
	a := newApp(t, "http://127.0.0.1:1", "\n  - logOut\n  - snackBar: \"${auth.loggedIn} ${isSet(user.name)} ${isSet(auth.token)}\"\n", nil)
	s := a.logIn()
	res := a.mustRun(s.ID)
	if !res.LoggedOut || res.SessionID != "" || !res.SessionChanged || notes(res) != "false false false" || target(res).After != "logOut" {
		t.Errorf("%+v", res)
	}
	if a.current(s.ID).Active() {
		t.Error("the session lives")
	}
	if want := map[string]any{"theme": "dark", "cart": 0}; !reflect.DeepEqual(res.AppState, want) {
		t.Errorf("app state %v, want %v", res.AppState, want)
	}
}

// TestF011_SessionsOfAPerson: where somebody is logged in is told without ids and tokens, and log out elsewhere leaves this login alone.
func TestF011_SessionsOfAPerson(t *testing.T) {
	a := newApp(t, "http://127.0.0.1:1", `
  - listSessions: {}
    as: mine
  - snackBar: ${string(len(mine))} ${json(mine[0].current)} ${mine[1].browser} ${mine[1].system} ${string(isSet(mine[0].seen))}
  - logOut: {elsewhere: true}
  - listSessions: {}
    as: left
  - snackBar: ${string(len(left))} ${json(left[0].current)} ${string(auth.loggedIn)}
`, nil)
	elsewhere := a.logIn()
	s := a.logIn()
	res := a.mustRun(s.ID)
	if res.LoggedOut || res.SessionID != s.ID || res.SessionChanged || notes(res) != "2 true   true|1 true true" || target(res) != nil {
		t.Errorf("%q %+v", notes(res), res)
	}
	if a.current(elsewhere.ID).Active() || !a.current(s.ID).Active() {
		t.Error("the wrong session lives")
	}
	if strings.Contains(fmt.Sprint(res.Trace), s.ID) || strings.Contains(fmt.Sprint(res.Trace), s.Key) {
		t.Error("the trace names the session")
	}
	if _, err := a.run("", nil); err == nil {
		t.Error("a guest was told of sessions")
	}
}

// TestF030_AuthActionsInBlocks: Log In, Update and Log Out work inside action blocks and app events.
func TestF030_AuthActionsInBlocks(t *testing.T) {
	more := map[string]string{
		"flows/enter.yaml": "params: {token: secret}\nactions:\n  - logIn: {token: \"${params.token}\", uid: \"9\", user: {name: Bea}}\n  - updateAuthenticatedUser: {user: {city: Ulm}}\nresult: \"${user.name} of ${user.city}\"\n",
		"flows/leave.yaml": "actions:\n  - logOut\n",
		"app.yaml":         appHead + appState + "onLogIn:\n  - snackBar: welcome ${user.name}\nonLogOut:\n  - snackBar: bye\n",
	}
	a := newApp(t, "http://127.0.0.1:1", "\n  - block: enter\n    with: {token: \"${'abc' + 'def'}\"}\n    as: entered\n  - snackBar: \"${entered}, uid ${auth.uid}\"\n", more)
	res := a.mustRun("")
	if !res.LoggedIn || notes(res) != "welcome Bea|Bea of Ulm, uid 9" || target(res).After != "logIn" {
		t.Errorf("%+v", res)
	}
	b := newApp(t, "http://127.0.0.1:1", "\n  - block: leave\n  - snackBar: \"${auth.loggedIn}\"\n", more)
	if res = b.mustRun(b.logIn().ID); !res.LoggedOut || notes(res) != "bye|false" {
		t.Errorf("%+v", res)
	}
}

// TestF048_ManualRecipe: status 401 → call → Update Authenticated User; nothing else of the login is lost.
func TestF048_ManualRecipe(t *testing.T) {
	flow := `
  - call: backend.posts
    as: posts
    else:
      - if: ${posts.status == 401}
        then:
          - call: backend.renew
            with: {refreshToken: "${auth.refreshToken}"}
            as: renewed
            then:
              - updateAuthenticatedUser: {token: "${renewed.body.accessToken}"}
              - call: backend.posts
                as: again
              - snackBar: "again ${again.status}"
            else:
              - snackBar: "${renewed.error}"
`
	a := newApp(t, serve(t, map[string]string{"expired": `401 {"message":"Token Expired!"}`, "GET /posts": "200 []", "POST /renew": `200 {"accessToken":"a2"}`}), flow, nil)
	s := a.logIn()
	res := a.mustRun(s.ID)
	now := a.current(s.ID)
	if notes(res) != "again 200" || now.Auth.Token.Reveal() != "a2" || now.Auth.RefreshToken.Reveal() != "r1" || now.Auth.UID != "7" || len(now.Auth.User) == 0 {
		t.Errorf("%+v\n%+v", res, now)
	}
}

const declared = `  refresh:
    call: backend.renew
    with: {refreshToken: "${auth.refreshToken}"}
    update: {token: "${reply.body.accessToken}", refreshToken: "${reply.body.refreshToken}"}
`

// TestF041_DeclaredRefreshInAFlow: the flow never sees the 401; auth.* is the new login afterwards.
func TestF041_DeclaredRefreshInAFlow(t *testing.T) {
	flow := "\n  - call: backend.posts\n    as: posts\n  - snackBar: \"${posts.status} ${masked(auth.token)}\"\n"
	more := map[string]string{"app.yaml": appHead + declared + appState}
	a := newApp(t, serve(t, map[string]string{"expired": `401 {}`, "GET /posts": "200 []", "POST /renew": `200 {"accessToken":"a-renewed-token-of-length-40","refreshToken":"r2"}`}), flow, more)
	s := a.logIn()
	if res := a.mustRun(s.ID); !strings.HasPrefix(notes(res), "200 a-rene") || res.SessionChanged || res.Session.Ver <= s.Ver {
		t.Errorf("%+v", res)
	}
}

// TestF044_SessionEndsInAFlow: a refused refresh ends the login; the flow goes on as a guest and the reason is told.
func TestF044_SessionEndsInAFlow(t *testing.T) {
	flow := "\n  - call: backend.posts\n    as: posts\n  - snackBar: \"${posts.status} ${auth.loggedIn}\"\n"
	more := map[string]string{"app.yaml": appHead + declared + appState}
	a := newApp(t, serve(t, map[string]string{"GET /posts": `401 {}`, "POST /renew": `400 {"error":"invalid_grant"}`}), flow, more)
	s := a.logIn()
	res := a.mustRun(s.ID)
	if res.Ended != session.Revoked || notes(res) != "401 false" || res.SessionID != s.ID || res.LoggedOut {
		t.Errorf("%+v", res)
	}
	a = newApp(t, serve(t, map[string]string{"GET /posts": `401 {}`, "POST /renew": `503 {}`}), flow, more)
	s = a.logIn()
	if res = a.mustRun(s.ID); res.Ended != "" || notes(res) != "401 true" {
		t.Errorf("trouble on the way: %+v", res)
	}
}

// TestDataChanged: a successful call other than GET raises the counter of the session (design 9.12).
func TestDataChanged(t *testing.T) {
	for answer, changed := range map[string]bool{"POST /save": true, "nothing": false} {
		a := newApp(t, serve(t, map[string]string{answer: "200 {}"}), "\n  - call: backend.save\n", nil)
		s := a.logIn()
		res := a.mustRun(s.ID)
		if res.DataChanged != changed || (a.current(s.ID).Data > s.Data) != changed || (len(res.ChangedGroups) == 1) != changed {
			t.Errorf("%s: %+v", answer, res)
		}
		if res = a.mustRun(""); res.DataChanged != changed {
			t.Errorf("%s as a guest: %+v", answer, res)
		}
	}
}

// TestNotLoggedInIsNotSent: auth required as a guest is an ordinary failure of the call (design 9.8).
func TestNotLoggedInIsNotSent(t *testing.T) {
	a := newApp(t, "http://127.0.0.1:1", "\n  - call: backend.posts\n    as: posts\n    else:\n      - snackBar: \"${posts.status} ${posts.error}\"\n", nil)
	if res := a.mustRun(""); notes(res) != "0 not logged in" {
		t.Errorf("%+v", res)
	}
}

func TestStateAndFields(t *testing.T) {
	flow := `
  - setState: {count: "${state.count + 1}", note: "${form.name}"}
  - setAppState: {cart: "${app.cart + state.count}"}
  - setField: {name: "${state.note}!"}
  - fieldError: {name: "${form.name} is taken"}
  - refresh
  - snackBar: {text: "", tone: error}
  - snackBar: {text: "${state.count} ${app.cart} ${form.name}", tone: success}
  - navigate: home
  - navigate: "/"
    replace: true
`
	a := newApp(t, "http://127.0.0.1:1", flow, nil)
	res := a.mustRun("")
	want := Result{
		State: map[string]any{"count": 2, "note": "typed"}, AppState: map[string]any{"theme": "dark", "cart": 5}, Form: map[string]any{"name": "typed!"},
		FieldErrors: map[string]string{"name": "typed! is taken"}, RefreshAll: true,
		Effects: []Effect{Notify{Text: "2 5 typed!", Tone: "success"}, Navigate{Replace: true}},
	}
	res.Trace, res.Scope = nil, nil
	if !reflect.DeepEqual(res, want) {
		t.Errorf("got  %+v\nwant %+v", res, want)
	}
	b := newApp(t, "http://127.0.0.1:1", "\n  - back\n  - stop\n  - snackBar: no\n", nil)
	if res = b.mustRun(""); !res.Stopped || len(res.Effects) != 1 || !target(res).Back {
		t.Errorf("%+v", res)
	}
}

// TestInputsAreNotChanged: a run works on copies.
func TestInputsAreNotChanged(t *testing.T) {
	a := newApp(t, "http://127.0.0.1:1", "\n  - setState: {count: 9}\n  - setAppState: {cart: 9}\n  - setField: {name: x}\n", nil)
	page := a.project.Page("start")
	in := Input{Actions: a.actions(), Page: page, Scope: value.Scope{"params": map[string]any{}}, State: map[string]any{"count": 1}, AppState: map[string]any{"cart": 1}, Form: map[string]any{"name": "a"}}
	if _, err := a.runner.Run(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if in.State["count"] != 1 || in.AppState["cart"] != 1 || in.Form["name"] != "a" || len(in.Scope) != 1 {
		t.Errorf("%+v", in)
	}
}

func TestValidateEndsTheFlow(t *testing.T) {
	a := newApp(t, "http://127.0.0.1:1", "\n  - validate\n  - snackBar: fine\n", nil)
	page := a.project.Page("start")
	for _, found := range []map[string]string{nil, {"name": "is empty"}} {
		res, err := a.runner.Run(t.Context(), Input{Actions: a.actions(), Page: page, Validate: func() map[string]string { return found }})
		if err != nil || res.Stopped != (found != nil) || (notes(res) == "fine") != (found == nil) || len(res.FieldErrors) != len(found) {
			t.Errorf("%v: %+v, %v", found, res, err)
		}
	}
}

func TestF154_Blocks(t *testing.T) {
	flow := "\n  - block: greeting\n    with: {who: \"${form.name}\"}\n    as: said\n  - snackBar: \"${said}\"\n  - snackBar: off\n    disabled: true\n"
	a := newApp(t, "http://127.0.0.1:1", flow, nil)
	if res := a.mustRun(""); notes(res) != "Hello typed|greeted typed" {
		t.Errorf("%+v", res)
	}
	more := map[string]string{"flows/ends.yaml": "actions:\n  - stop\n"}
	a = newApp(t, "http://127.0.0.1:1", "\n  - block: ends\n  - snackBar: no\n", more)
	if res := a.mustRun(""); !res.Stopped || notes(res) != "" {
		t.Errorf("stop in a block: %+v", res)
	}
}

// TestG5_Budget: a flow that calls itself, and one with too many actions, end with a fault.
func TestG5_Budget(t *testing.T) {
	a := newApp(t, "http://127.0.0.1:1", "\n  - snackBar: x\n", nil)
	note := a.actions()[0]
	loop := &project.Flow{Name: "loop"}
	loop.Actions = []*project.Action{{Kind: "block", Block: loop}}
	for name, list := range map[string][]*project.Action{"deep": loop.Actions, "long": slices.Repeat([]*project.Action{note}, 1001)} {
		_, err := a.runner.Run(t.Context(), Input{Actions: list})
		var f *Fault
		if !errors.As(err, &f) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := a.runner.Run(t.Context(), Input{Actions: slices.Repeat([]*project.Action{note}, 1000)}); err != nil {
		t.Error(err)
	}
}

// TestF18_PanicIsAFault: a panic of one action ends its flow, not the server, and shows no value.
func TestF18_PanicIsAFault(t *testing.T) {
	a := newApp(t, "http://127.0.0.1:1", "\n  - snackBar: x\n", nil)
	list := []*project.Action{{Kind: "validate", At: "/pages/start/onLoad/0"}}
	_, err := a.runner.Run(t.Context(), Input{Actions: list, Validate: func() map[string]string { panic("canary") }})
	var f *Fault
	if !errors.As(err, &f) || strings.Contains(err.Error(), "canary") {
		t.Errorf("%v", err)
	}
	if _, err = a.runner.Run(t.Context(), Input{Actions: []*project.Action{{Kind: "fly"}}}); !errors.As(err, &f) {
		t.Errorf("unknown action: %v", err)
	}
}

// TestA2_SecretsStayInside: what may not hold a secret refuses one at run time too.
func TestA2_SecretsStayInside(t *testing.T) {
	a := newApp(t, "http://127.0.0.1:1", "\n  - snackBar: x\n", nil)
	page := a.project.Page("start")
	env := value.NewEnv().With("auth", nil)
	token, _ := env.Parse("${auth.token}", nil)
	joined, _ := env.Parse("my ${auth.token}", nil)
	id := a.logIn().ID
	for _, tpl := range []*value.Template{token, joined} {
		values := func(key string) map[string]*value.Template {
			return map[string]*value.Template{"values": value.MapOf([]string{key}, []*value.Template{tpl})}
		}
		for _, act := range []*project.Action{
			{Kind: "snackBar", Props: map[string]*value.Template{"text": tpl}},
			{Kind: "setState", Props: values("note")},
			{Kind: "setAppState", Props: values("theme")},
			{Kind: "setField", Props: values("name")},
			{Kind: "fieldError", Props: values("name")},
			{Kind: "navigate", Page: a.project.Page("post"), Props: map[string]*value.Template{"with": value.MapOf([]string{"id"}, []*value.Template{tpl})}},
		} {
			res, err := a.runner.Run(t.Context(), Input{Actions: []*project.Action{act}, Page: page, SessionID: id})
			var f *Fault
			if !errors.As(err, &f) || strings.Contains(f.Msg, "a1") || len(res.Effects) != 0 {
				t.Errorf("%s: %v, %+v", act.Kind, err, res)
			}
		}
	}
}

// TestUnderlyingFault: what happened before a fault stands.
func TestUnderlyingFault(t *testing.T) {
	a := newApp(t, serve(t, map[string]string{"POST /login": goodLogin}), logInFlow+"  - navigate: post\n    with: {id: \"${form.name == 'typed' ? nil : 'x'}\"}\n", nil)
	res, err := a.run("", nil)
	var f *Fault
	if !errors.As(err, &f) || f.Kind != "navigate" || !res.LoggedIn || !res.SessionChanged || !a.current(res.SessionID).Active() {
		t.Errorf("%v, %+v", err, res)
	}
	if len(res.Trace) == 0 || res.Trace[len(res.Trace)-1].Err == "" {
		t.Errorf("trace %+v", res.Trace)
	}
}

// TestA2_SecretPageState: a page keeps a secret only in a variable that is typed so; there it stays one.
func TestA2_SecretPageState(t *testing.T) {
	start := "path: /start\ntitle: Start\naccess: any\nstate: {held: secret}\nbody:\n  - button: {text: Go, onTap: [{setState: {held: \"${auth.token}\"}}]}\n"
	a := newApp(t, "http://127.0.0.1:1", "", map[string]string{"pages/start.yaml": start})
	res, err := a.run(a.logIn().ID, nil)
	if held, ok := res.State["held"].(value.Secret); err != nil || !ok || held.Reveal() != "a1" {
		t.Errorf("%v, a secret %t", err, ok)
	}
}

// TestB18_LogInOfABackendWhoseClockIsWrong: its times are brought to ours by the Date of its reply (promises 2.10).
func TestB18_LogInOfABackendWhoseClockIsWrong(t *testing.T) {
	theirs := time.Now().Add(2 * time.Hour)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", theirs.UTC().Format(http.TimeFormat))
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"accessToken":"a1","at":%d}`, theirs.Add(10*time.Minute).Unix())
	}))
	t.Cleanup(s.Close)
	a := newApp(t, s.URL, `
  - call: backend.login
    with: {username: a, password: "${form.name}"}
    as: login
    then:
      - logIn: {token: "${login.body.accessToken}", expiry: "${unix(login.body.at)}"}
`, nil)
	res := a.mustRun("")
	if off := res.Session.Auth.Expiry.Sub(theirs.Add(10*time.Minute - 2*time.Hour)).Abs(); off > time.Minute {
		t.Errorf("the expiry is off by %v", off)
	}
}
