package flow

import (
	"errors"
	"testing"

	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

const campus = `  providers:
    campus: {issuer: "http://127.0.0.1:1", clientId: shop}
onLogIn:
  - setAppState: {cart: 9}
`

func withCampus(flow string, t *testing.T) *app {
	t.Helper()
	return newApp(t, "http://127.0.0.1:1", flow, map[string]string{"app.yaml": appHead + campus + appState})
}

// TestLogInWithLeaves: the flow ends where the browser leaves; what stands behind it is not run, and nobody is logged in.
func TestLogInWithLeaves(t *testing.T) {
	for flow, persist := range map[string]bool{
		"        - logInWith: campus\n  - snackBar: never":                       true,
		"        - logInWith: {provider: campus, persist: \"${1 > 2}\"}":         false,
		"        - if: ${1 < 2}\n    then:\n      - logInWith: campus\n  - back": true,
	} {
		res := withCampus(flow, t).mustRun("")
		if len(res.Effects) != 1 || res.Effects[0] != (Leave{Provider: "campus", Persist: persist}) {
			t.Errorf("%s: %+v", flow, res.Effects)
		}
		if !res.Stopped || res.LoggedIn || res.SessionID != "" {
			t.Errorf("%s: %+v", flow, res)
		}
	}
}

// TestEnterIsALogIn: who comes back from a provider gets a new session in the place of the one before, the way to the Logged In
// Page, and onLogIn.
func TestEnterIsALogIn(t *testing.T) {
	a := withCampus("        - logInWith: campus", t)
	old := a.logIn()
	who := session.AuthData{Token: session.NewSecret("p1"), UID: "42", Via: "campus"}
	res, err := a.runner.Enter(t.Context(), Input{SessionID: old.ID, Scope: value.Scope{}, AppState: map[string]any{"cart": 3}}, who, true)
	if err != nil {
		t.Fatal(err)
	}
	if n := target(res); n == nil || n.After != "logIn" || !res.LoggedIn || !res.SessionChanged || res.SessionID == old.ID {
		t.Errorf("%+v", res)
	}
	if res.AppState["cart"] != 9 {
		t.Errorf("onLogIn did not run: %v", res.AppState)
	}
	if s := a.current(res.SessionID); s.Auth.UID != "42" || s.Auth.Via != "campus" {
		t.Errorf("%+v", s.Auth)
	}
	if s := a.current(old.ID); s.Active() {
		t.Error("the session before lives on")
	}
	if _, err := a.runner.Enter(t.Context(), Input{}, session.AuthData{Token: session.NewSecret("a\r\nb")}, true); !errors.Is(err, session.ErrInvalid) {
		t.Errorf("a token that no header can carry: %v", err)
	}
}
