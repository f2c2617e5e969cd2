package stubs_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/flow"
	"github.com/usherdev/usher/internal/stubs"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

// on runs a check on one row, with files added to its project.
func on(t *testing.T, name string, more map[string]string, check func(*world)) {
	t.Helper()
	i := slices.IndexFunc(stubs.Rows(), func(r stubs.Row) bool { return r.Name == name })
	if i < 0 {
		t.Fatalf("there is no row %s", name)
	}
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, stubs.Rows()[i], more)
		defer w.close()
		check(w)
	})
}

// TestF041_HostileGuest: a backend that answers an expired token with an empty list. The probe finds it out, and the refusal of the
// renewal ends the login with a reason instead of showing nothing for ever.
func TestF041_HostileGuest(t *testing.T) {
	on(t, "pocketbase", nil, func(w *world) {
		s := w.in()
		if r := w.data(s); !r.OK || w.count("me") != 0 {
			w.t.Errorf("%+v, %d probes", r, w.count("me"))
		}
		w.backend.Expire()
		for range 3 {
			_ = w.data(s)
		}
		if w.current(s.ID).Ended != session.Revoked || w.count("me") != 1 || w.count("refresh") != 1 {
			w.t.Errorf("%q after %d probes and %d refreshes", w.current(s.ID).Ended, w.count("me"), w.count("refresh"))
		}
	})
}

// TestB6_HostileSignature: 500 for a bad signature is a fault of the backend, not an expiry; the next renewal, answered 403, ends the
// login.
func TestB6_HostileSignature(t *testing.T) {
	on(t, "dummyjson", nil, func(w *world) {
		s := w.in()
		w.backend.Revoke()
		w.backend.Odd("signature")
		if r := w.data(s); r.Status != 500 || r.Error != "invalid signature" || w.count("refresh") != 0 || !w.current(s.ID).Active() {
			w.t.Errorf("%+v, %d refreshes", r, w.count("refresh"))
		}
		time.Sleep(time.Hour)
		if _ = w.data(s); w.current(s.ID).Ended != session.Revoked || w.count("refresh") != 1 {
			w.t.Errorf("%q after %d refreshes", w.current(s.ID).Ended, w.count("refresh"))
		}
	})
}

// TestB22_HostileLoginPage: a redirect to an HTML log-in page is never a success, and is not followed.
func TestB22_HostileLoginPage(t *testing.T) {
	on(t, "sanctum", nil, func(w *world) {
		s := w.in()
		w.backend.Odd("page")
		w.backend.Expire()
		before := len(w.backend.Asked(""))
		if r := w.data(s); r.OK || r.Status != 302 || !w.current(s.ID).Active() || len(w.backend.Asked("")) != before+1 {
			w.t.Errorf("%+v", r)
		}
	})
}

// TestF041_ExpiryIsToldFromOtherRefusals: a suspended user, a token from the future and a lack of permission are no expiry.
func TestF041_ExpiryIsToldFromOtherRefusals(t *testing.T) {
	on(t, "simplejwt", nil, func(w *world) {
		s := w.in()
		w.backend.Odd("inactive")
		if r := w.data(s); r.Status != 401 || r.Error != "User is inactive" || w.count("refresh") != 0 {
			w.t.Errorf("%+v, %d refreshes", r, w.count("refresh"))
		}
	})
	on(t, "supabase", nil, func(w *world) {
		s := w.in()
		w.backend.Odd("future")
		if r := w.data(s); !r.OK || !r.Replayed || w.count("refresh") != 0 {
			w.t.Errorf("%+v, %d refreshes", r, w.count("refresh"))
		}
	})
	on(t, "supabase", nil, func(w *world) { // the same code, and an expiry after all
		s := w.in()
		w.backend.Odd("newer")
		w.backend.Expire()
		if r := w.data(s); !r.OK || !r.Replayed || w.count("refresh") != 1 {
			w.t.Errorf("%+v, %d refreshes", r, w.count("refresh"))
		}
	})
	on(t, "appwrite", nil, func(w *world) {
		s := w.in()
		w.backend.Odd("forbidden")
		time.Sleep(time.Second) // so that the new end is another one
		for range 4 {
			if r := w.data(w.current(s.ID)); r.Status != 401 {
				w.t.Errorf("%+v", r)
			}
		}
		if w.count("refresh") != 1 || !w.current(s.ID).Active() {
			w.t.Errorf("%d refreshes, %q", w.count("refresh"), w.current(s.ID).Ended)
		}
	})
	on(t, "directus", nil, func(w *world) {
		w.backend.Odd("suspended")
		if res := w.enter(stubs.Password); notes(res) != "User suspended." || w.count("refresh") != 0 {
			w.t.Errorf("%q", notes(res))
		}
	})
}

// TestB12_RefreshModeIsOff: a backend whose refresh mode is off hands out no refresh token, and one that is switched off later answers
// 404: nobody is logged out, and the log names what is the matter.
func TestB12_RefreshModeIsOff(t *testing.T) {
	on(t, "strapi", nil, func(w *world) {
		w.backend.Odd("off")
		if s := w.in(); !s.Auth.RefreshToken.IsZero() || s.Refreshable {
			w.t.Errorf("%+v", s)
		}
		w.backend.Odd("")
		s := w.in()
		w.backend.Odd("off later")
		w.backend.Expire()
		_ = w.data(s)
		if all := strings.Join(w.said, "\n"); !w.current(s.ID).Active() || !strings.Contains(all, "refresh mode is off") {
			w.t.Errorf("active %t, %s", w.current(s.ID).Active(), all)
		}
	})
}

// TestF011_SupabaseLogOutNeedsALiveToken: it is renewed for that alone.
func TestF011_SupabaseLogOutNeedsALiveToken(t *testing.T) {
	on(t, "supabase", nil, func(w *world) {
		s := w.in()
		w.backend.Expire()
		if err := w.sessions.LogOut(w.t.Context(), s.ID); err != nil || w.current(s.ID).Active() {
			w.t.Error(err)
		}
		time.Sleep(time.Minute)
		asked := w.backend.Asked("logout")
		if len(asked) != 2 || w.count("refresh") != 1 || asked[1].Query.Get("scope") != "local" || asked[1].Header.Get("apikey") != "anon" {
			w.t.Errorf("%d log-outs, %d refreshes", len(asked), w.count("refresh"))
		}
	})
}

const signUpPage = `path: /join
title: Join
access: loggedOut
body:
  - button:
      text: Join
      onTap:
        - call: auth.signUp
          with: {email: ada@example.com, password: good-password}
          as: joined
          then:
            - if: ${isSet(joined.body.access_token)}
              then:
                - logIn: {token: "${joined.body.access_token}"}
              else:
                - snackBar: Look into your mail
          else:
            - snackBar: ${joined.error ?? "?"}
`

// TestF009_SignUpWithoutASession: a good sign-up that logs nobody in is a branch, with a body or without one.
func TestF009_SignUpWithoutASession(t *testing.T) {
	for _, name := range []string{"supabase", "strapi", "directus"} {
		on(t, name, map[string]string{"pages/join.yaml": signUpPage}, func(w *world) {
			res, err := w.press("join", "", nil, nil)
			if err != nil || notes(res) != "Look into your mail" || res.LoggedIn {
				w.t.Errorf("%s: %q, %v", name, notes(res), err)
			}
		})
	}
}

const mfaPage = `path: /second
title: Log in
access: loggedOut
state: {mfaId: secret}
body:
  - textField: {id: username, label: Name, autocomplete: username}
  - textField: {id: password, label: "Password, or the code that was sent to you", type: password, autocomplete: current-password}
  - text: {text: Enter the code, visible: "${isSet(state.mfaId)}"}
  - button:
      text: Go on
      onTap:
        - if: ${isSet(state.mfaId)}
          then:
            - call: auth.otp
              with: {mfaId: "${state.mfaId}", password: "${form.password}"}
              as: otp
              then:
                - logIn: {token: "${otp.body.token}", uid: "${otp.body.record.id}"}
              else:
                - snackBar: ${otp.error ?? "?"}
          else:
            - call: auth.login
              with: {username: "${form.username}", password: "${form.password}"}
              as: login
              then:
                - logIn: {token: "${login.body.token}", uid: "${login.body.record.id}"}
              else:
                - if: ${login.status == 401 && isSet(login.body.mfaId)}
                  then:
                    - setState: {mfaId: "${login.body.mfaId}"}
                  else:
                    - snackBar: ${login.error ?? "?"}
`

// TestF009_SecondFactor: the first reply, a 401, brings what the second call needs. It waits in the sealed state of the page as a
// secret, which nothing can show, and no refresh is tried.
func TestF009_SecondFactor(t *testing.T) {
	on(t, "pocketbase", map[string]string{"pages/second.yaml": mfaPage}, func(w *world) {
		w.backend.Second()
		res, err := w.press("second", "", map[string]any{"username": "ada", "password": stubs.Password}, nil)
		held, sealed := res.State["mfaId"].(value.Secret)
		if err != nil || res.LoggedIn || !sealed || held.Reveal() != "canary-mfa-1" {
			w.t.Fatalf("%v, %q, sealed %t", err, notes(res), sealed)
		}
		if bad, err := w.press("second", "", map[string]any{"password": "000000"}, res.State); err != nil || bad.LoggedIn || notes(bad) != "Invalid or expired OTP" {
			w.t.Errorf("a wrong code: %v, %q", err, notes(bad))
		}
		res, err = w.press("second", "", map[string]any{"password": "123456"}, res.State)
		if err != nil || !res.LoggedIn || res.Session.Auth.UID != "7" || w.count("refresh") != 0 {
			w.t.Errorf("the right code: %v, %q", err, notes(res))
		}
	})
	page := strings.NewReplacer("state: {mfaId: secret}\n", "", "auth.login\n          with: {", "auth.login\n          with: {otp: \"${form.otp}\", ").Replace(`path: /second
title: Log in
access: loggedOut
state: {wanted: {type: bool, default: false}}
body:
  - textField: {id: username, label: Name, autocomplete: username}
  - textField: {id: password, label: Password, type: password, autocomplete: current-password}
  - textField: {id: otp, label: Code, type: password, visible: "${state.wanted}"}
  - button:
      text: Go on
      onTap:
        - call: auth.login
          with: {username: "${form.username}", password: "${form.password}"}
          as: login
          then:
            - logIn: {token: "${login.body.access_token}", refreshToken: "${login.body.refresh_token}"}
          else:
            - if: ${login.body.errors[0].extensions.code == "INVALID_OTP"}
              then:
                - setState: {wanted: true}
              else:
                - snackBar: ${login.error ?? "?"}
`)
	on(t, "directus", map[string]string{"pages/second.yaml": page}, func(w *world) {
		w.backend.Second()
		form := map[string]any{"username": "ada", "password": stubs.Password}
		res, err := w.press("second", "", form, nil)
		if err != nil || res.LoggedIn || res.State["wanted"] != true {
			w.t.Fatalf("%v, %+v", err, res.State)
		}
		form["otp"] = value.NewSecret("123456")
		if res, err = w.press("second", "", form, res.State); err != nil || !res.LoggedIn || res.Session.Auth.UID != "7" || w.count("refresh") != 0 {
			w.t.Errorf("%v, %q", err, notes(res))
		}
	})
}

// TestF027_DummyJSONRenamesItsToken: overnight token became accessToken. The log-in fails loudly, by field and place.
func TestF027_DummyJSONRenamesItsToken(t *testing.T) {
	on(t, "dummyjson", nil, func(w *world) {
		w.backend.Odd("renamed")
		res, err := w.press("login", "", map[string]any{"username": "ada", "password": stubs.Password}, nil)
		var fault *flow.Fault
		if !errors.As(err, &fault) || fault.Msg != "the reply has no accessToken (token: login.body.accessToken)" || res.LoggedIn {
			w.t.Errorf("%v", err)
		}
		if d := w.calls.Drifts(); len(d) != 1 || d[0].Field != "token" || d[0].Kept {
			w.t.Errorf("%+v", d)
		}
	})
}

// TestF040_FirebaseOtherHost: the refresh goes to an address of its own.
func TestF040_FirebaseOtherHost(t *testing.T) {
	on(t, "firebase", nil, func(w *world) {
		s := w.in()
		w.backend.Expire()
		if r := w.data(s); !r.OK {
			w.t.Errorf("%+v", r)
		}
		if a := w.backend.Asked("refresh"); len(a) != 1 || a[0].Path != "/secure/v1/token" || a[0].Query.Get("key") != "k" {
			w.t.Errorf("%+v", a)
		}
	})
}

// TestOAuth2ProxyShortLease: a lock of two seconds let a slower refresh be sent twice, which a strict backend takes for theft.
func TestOAuth2ProxyShortLease(t *testing.T) {
	on(t, "supabase", nil, func(w *world) {
		s := w.in()
		w.backend.Expire()
		w.backend.Slow(4 * time.Second)
		done := make(chan call.Reply, 2)
		go func() { done <- w.data(s) }()
		time.Sleep(3 * time.Second)
		go func() { done <- w.data(s) }()
		for range 2 {
			if r := <-done; !r.OK {
				w.t.Errorf("%+v", r)
			}
		}
		if w.count("refresh") != 1 || !w.current(s.ID).Active() {
			w.t.Errorf("%d refreshes", w.count("refresh"))
		}
	})
}

const updatePage = `path: /update
title: Update
access: any
body:
  - button:
      text: Update
      onTap:
        - call: auth.renew
          with: {refreshToken: "${auth.refreshToken}"}
          as: renewed
          then:
            - updateAuthenticatedUser: {token: "${renewed.body.accessToken}"}
`

// TestF010_FlutterFlowReplacedFields: an update of the token alone kept nothing else there; here everything else stays, and the word
// null is no token.
func TestF010_FlutterFlowReplacedFields(t *testing.T) {
	on(t, "dummyjson", map[string]string{"pages/update.yaml": updatePage}, func(w *world) {
		s := w.in()
		res, err := w.press("update", s.ID, nil, nil)
		now := res.Session.Auth
		if err != nil || now.Token.Equal(s.Auth.Token) || !now.RefreshToken.Equal(s.Auth.RefreshToken) || now.UID != "7" || string(now.User) != string(s.Auth.User) {
			w.t.Errorf("%v, refresh token %t, uid %q, user %s", err, now.RefreshToken.Equal(s.Auth.RefreshToken), now.UID, now.User)
		}
	})
}

// TestF040_WeWebsBugs: a rotated refresh token is kept, a failed refresh frees the next one, a refresh token in a header is sent, and
// nothing but declared headers reaches the backend.
func TestF040_WeWebsBugs(t *testing.T) {
	on(t, "autumn", nil, func(w *world) {
		s := w.in()
		for range 3 { // the second fails where the rotated one was dropped
			w.backend.Expire()
			if r := w.data(w.current(s.ID)); !r.OK {
				w.t.Fatalf("%+v", r)
			}
			time.Sleep(time.Minute)
		}
		w.backend.FailRefresh(500)
		w.backend.Expire()
		_ = w.data(w.current(s.ID))
		w.backend.FailRefresh(0)
		time.Sleep(10 * time.Minute)
		time.Sleep(time.Hour)
		if r := w.data(w.current(s.ID)); !r.OK {
			w.t.Errorf("after a failed refresh: %+v", r)
		}
		declared := []string{"Accept", "User-Agent", "Content-Type", "Content-Length", "Authorization", "X-Client-Secret", "X-Refresh-Attempt"}
		for _, a := range w.backend.Asked("") {
			for name := range a.Header {
				if !slices.Contains(declared, http.CanonicalHeaderKey(name)) {
					w.t.Errorf("%s %s carries %s", a.Method, a.Path, name)
				}
			}
		}
	})
}

// TestF027_TokenInACookie: a refresh token that comes as a cookie alone is mapped, spent and replaced like any other, and no cookie of
// the backend reaches anybody.
func TestF027_TokenInACookie(t *testing.T) {
	on(t, "strapi", nil, func(w *world) {
		w.backend.Odd("cookie")
		s := w.in()
		if s.Auth.RefreshToken.IsZero() || s.Auth.RefreshToken.Reveal() != w.backend.Issued()[1] {
			w.t.Fatal("the cookie was not mapped")
		}
		for range 2 {
			w.backend.Expire()
			if r := w.data(w.current(s.ID)); !r.OK {
				w.t.Errorf("%+v", r)
			}
			time.Sleep(time.Minute)
		}
		if a := w.backend.Asked("refresh"); len(a) != 2 || a[0].Raw == a[1].Raw || a[0].Header.Get("Cookie") != "" {
			w.t.Errorf("%d refreshes", len(a))
		}
	})
}

// TestF008_NobodySaysWhoItIs: a log-in whose me call fails is refused where nothing else says whose it is, and goes on without the user
// data where the log-in itself brought the uid.
func TestF008_NobodySaysWhoItIs(t *testing.T) {
	on(t, "directus", nil, func(w *world) {
		w.backend.Odd("nobody")
		res, err := w.press("login", "", map[string]any{"username": "ada", "password": stubs.Password}, nil)
		if m, ok := call.AsMapping(err); !ok || m.Field != "uid" || res.LoggedIn {
			w.t.Errorf("%v, logged in %t", err, res.LoggedIn)
		}
	})
	on(t, "parse", nil, func(w *world) {
		w.backend.Odd("nobody")
		s := w.in()
		if d := w.calls.Drifts(); s.Auth.UID != "7" || len(d) != 1 || !d[0].Kept {
			w.t.Errorf("uid %q, %+v", s.Auth.UID, d)
		}
	})
}

// TestB5_ParseSlides: each use lengthens the login by a year, as the backend does; unused for a year it is over.
func TestB5_ParseSlides(t *testing.T) {
	on(t, "parse", nil, func(w *world) {
		s := w.in()
		time.Sleep(100 * 24 * time.Hour)
		if r := w.data(s); !r.OK {
			w.t.Errorf("%+v", r)
		}
		if now := w.current(s.ID); !now.Auth.Expiry.After(s.Auth.Expiry.Add(99 * 24 * time.Hour)) {
			w.t.Errorf("expiry %v, was %v", now.Auth.Expiry, s.Auth.Expiry)
		}
		time.Sleep(366 * 24 * time.Hour)
		if w.current(s.ID).Active() {
			w.t.Error("unused for a year, and not over")
		}
	})
}

// TestB5_KeycloakRefreshTokenExpires: half an hour without use, and the refresh token is dead too: the backend is not asked with it.
func TestB5_KeycloakRefreshTokenExpires(t *testing.T) {
	on(t, "keycloak", nil, func(w *world) {
		s := w.in()
		time.Sleep(31 * time.Minute)
		if _ = w.data(s); w.current(s.ID).Ended != session.TokenExpired || w.count("refresh") != 0 {
			w.t.Errorf("%q after %d refreshes", w.current(s.ID).Ended, w.count("refresh"))
		}
	})
}
