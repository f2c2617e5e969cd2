package stubs_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/flow"
	"github.com/usherdev/usher/internal/stubs"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
)

// world is a row's project, run by the real call, flow and session, over its stub.
type world struct {
	t        *testing.T
	row      stubs.Row
	backend  *stubs.Backend
	project  *project.Project
	calls    *call.Client
	sessions *session.Manager
	flows    *flow.Runner

	mu   sync.Mutex
	said []string // everything that logs and people may see
}

// wire hands requests to the stub without a network, so that time can be played.
type wire struct{ h http.Handler }

func (w wire) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	rec := httptest.NewRecorder()
	w.h.ServeHTTP(rec, r)
	return rec.Result(), nil
}

func (w *world) say(v any) {
	b, _ := json.Marshal(v)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.said = append(w.said, string(b)+fmt.Sprintf(" %+v", v))
}

func load(t *testing.T, row stubs.Row, more map[string]string) *project.Project {
	t.Helper()
	files := map[string][]byte{}
	for _, read := range []func() ([]byte, error){stubs.Common, row.Project} {
		b, err := read()
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range txtar.Parse(b).Files {
			files[f.Name] = f.Data
		}
	}
	for name, text := range more {
		files[name] = []byte(text)
	}
	p, problems := project.NewTree(files).Project()
	if p == nil || problems.Errors() {
		t.Fatalf("%s:\n%v", row.Name, problems)
	}
	return p
}

func newWorld(t *testing.T, row stubs.Row, more map[string]string) *world {
	t.Helper()
	w := &world{t: t, row: row, backend: stubs.New(row), project: load(t, row, more)}
	auth := w.project.App.Auth
	var err error
	w.calls, err = call.New(call.Config{Project: w.project, Transport: wire{w.backend}, Observe: func(e call.Event) { w.say(e) }, Drifted: func(d call.Drift) { w.say(d) }})
	if err != nil {
		t.Fatal(err)
	}
	c := session.Config{App: "stub", Store: session.NewMemory(), Keys: session.NewKeys([32]byte{1}), RefreshByToken: w.calls.RefreshByToken(), Revoke: w.calls.Revoker(),
		EndExpired: auth.WhenExpired == "logOut", Events: func(e session.Event) { w.say(e) }}
	if c.Refresh = w.calls.Refresher(); auth.Refresh != nil {
		c.Rotation, c.RefreshLive = session.Rotation(auth.Refresh.Rotation), auth.Refresh.Mode == project.RefreshLive
	}
	if w.sessions, err = session.New(c); err != nil {
		t.Fatal(err)
	}
	if w.flows, err = flow.New(flow.Config{Project: w.project, Calls: w.calls, Sessions: w.sessions, Mapper: w.calls.Mapper()}); err != nil {
		t.Fatal(err)
	}
	return w
}

// close ends the world and looks for tokens in all that was said.
func (w *world) close() {
	w.t.Helper()
	if err := w.sessions.Close(context.Background()); err != nil {
		w.t.Error(err)
	}
	all := strings.Join(w.said, "\n")
	for _, token := range append(w.backend.Issued(), stubs.Password, "canary") {
		if strings.Contains(all, token) {
			w.t.Errorf("%s shows %q", w.row.Name, token)
		}
	}
}

// press runs the flow of the log-in form, or that of a page's only event.
func (w *world) press(page string, id string, form, state map[string]any) (flow.Result, error) {
	w.t.Helper()
	p := w.project.Page(page)
	for _, t := range p.Actions {
		res, err := w.flows.Run(w.t.Context(), flow.Input{Actions: t.Actions, Page: p, SessionID: id, Form: form, State: state})
		w.say(res.Effects)
		w.say(res.Trace)
		return res, err
	}
	w.t.Fatalf("the page %s has no flow", page)
	return flow.Result{}, nil
}

func (w *world) enter(password string) flow.Result {
	w.t.Helper()
	res, err := w.press("login", "", map[string]any{"username": "ada", "password": password}, nil)
	if err != nil {
		w.t.Fatalf("%s: %v", w.row.Name, err)
	}
	return res
}

func (w *world) in() session.Session {
	w.t.Helper()
	res := w.enter(stubs.Password)
	if !res.LoggedIn || !res.Session.Active() {
		w.t.Fatalf("%s: not logged in: %v", w.row.Name, notes(res))
	}
	return res.Session
}

func notes(res flow.Result) string {
	var out []string
	for _, e := range res.Effects {
		if n, ok := e.(flow.Notify); ok {
			out = append(out, n.Text)
		}
	}
	return strings.Join(out, "|")
}

func (w *world) data(s session.Session) call.Reply {
	w.t.Helper()
	r, err := w.calls.Do(w.t.Context(), call.Request{Call: w.project.Call("data.items")}, call.NewBearer(w.sessions, s))
	if err != nil {
		w.t.Fatal(err)
	}
	w.say(r.Error)
	return r
}

func (w *world) current(id string) session.Session {
	w.t.Helper()
	s, _, err := w.sessions.Current(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

func (w *world) count(kind string) int { return len(w.backend.Asked(kind)) }

// each runs a check over the rows that fit.
func each(t *testing.T, fits func(stubs.Row) bool, check func(*world)) {
	ran := 0
	for _, row := range stubs.Rows() {
		if fits != nil && !fits(row) {
			continue
		}
		ran++
		t.Run(row.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, row, nil)
				defer w.close()
				check(w)
			})
		})
	}
	if ran < 3 {
		t.Errorf("%d rows fit", ran)
	}
}

func spends(r stubs.Row) bool { return r.Refresh == "rotate" || r.Refresh == "keep" }

// TestF008_EveryBackendLogsIn: a log-in fills what the backend gives, and no more.
func TestF008_EveryBackendLogsIn(t *testing.T) {
	each(t, nil, func(w *world) {
		a := w.in().Auth
		issued := w.backend.Issued()
		if a.Token.Reveal() != issued[0] || a.RefreshToken.IsZero() == spends(w.row) || a.Expiry.IsZero() == w.row.Expiry {
			w.t.Errorf("token %t, refresh token %t, expiry %v", a.Token.Reveal() == issued[0], !a.RefreshToken.IsZero(), a.Expiry)
		}
		if (a.UID == "7") != w.row.UID || strings.Contains(string(a.User), `"Ada"`) != w.row.User {
			w.t.Errorf("uid %q, user data %s", a.UID, a.User)
		}
		for _, token := range issued {
			if strings.Contains(string(a.User), token) {
				w.t.Errorf("the user data holds a token")
			}
		}
		if r := w.data(w.current(w.in().ID)); !r.OK {
			w.t.Errorf("data: %+v", r.Error)
		}
	})
}

// TestF009_EveryBackendRefusesALogIn: people read the backend's own sentence, and no refresh is tried, whatever the status.
func TestF009_EveryBackendRefusesALogIn(t *testing.T) {
	each(t, nil, func(w *world) {
		res := w.enter("wrong")
		if notes(res) != w.row.Refused || res.LoggedIn || w.count("refresh") != 0 || w.count("login") != 1 {
			w.t.Errorf("%q, %d refreshes", notes(res), w.count("refresh"))
		}
	})
}

// TestF041_EveryBackendExpires: an expired token costs one refresh, however many ask at once, and each call one replay; without a
// refresh the reply reaches the flow, and the login stays unless the app says that it ends.
func TestF041_EveryBackendExpires(t *testing.T) {
	each(t, func(r stubs.Row) bool { return r.Refresh != "live" }, func(w *world) {
		s := w.in()
		w.backend.Expire()
		if w.row.Refresh == "" {
			stays := w.project.App.Auth.WhenExpired != "logOut"
			if r := w.data(s); r.OK || r.Status != w.row.Expired || w.count("data") != 1 || w.current(s.ID).Active() != stays {
				w.t.Errorf("%d, %d requests, active %t", r.Status, w.count("data"), w.current(s.ID).Active())
			}
			return
		}
		var wait sync.WaitGroup
		for range 8 {
			wait.Go(func() {
				if r := w.data(s); !r.OK {
					w.t.Errorf("%d %s", r.Status, r.Error)
				}
			})
		}
		wait.Wait()
		if w.count("refresh") != 1 || w.count("data") > 16 {
			w.t.Errorf("%d refreshes, %d requests", w.count("refresh"), w.count("data"))
		}
		if now := w.current(s.ID); w.row.Refresh == "rotate" && now.Auth.RefreshToken.Equal(s.Auth.RefreshToken) || now.Auth.RefreshToken.IsZero() {
			w.t.Error("the new refresh token is not kept")
		}
	})
}

// TestB5_EveryBackendRenewsAhead: with an expiry that is known nobody sees an expired reply; a backend that renews only tokens that
// live is asked while they do, and never afterwards.
func TestB5_EveryBackendRenewsAhead(t *testing.T) {
	each(t, func(r stubs.Row) bool { return r.Refresh != "" }, func(w *world) {
		s := w.in()
		left := time.Until(s.Auth.Expiry)
		time.Sleep(left - min(left/20, 5*time.Second))
		if r := w.data(s); !r.OK || r.Replayed {
			w.t.Errorf("%+v", r)
		}
		synctest.Wait()
		if now := w.current(s.ID); w.count("refresh") != 1 || !now.Auth.Expiry.After(s.Auth.Expiry) {
			w.t.Errorf("%d refreshes, expiry %v, was %v", w.count("refresh"), now.Auth.Expiry, s.Auth.Expiry)
		}
		if w.row.Refresh == "live" {
			time.Sleep(left + time.Hour)
			if now := w.current(s.ID); now.Ended != session.TokenExpired || w.count("refresh") != 1 {
				w.t.Errorf("%q after %d refreshes", now.Ended, w.count("refresh"))
			}
		}
	})
}

// TestB12_EveryBackendRefusesARefresh: a definite no ends the login with a reason; trouble keeps it.
func TestB12_EveryBackendRefusesARefresh(t *testing.T) {
	each(t, func(r stubs.Row) bool { return r.Refresh != "" }, func(w *world) {
		s := w.in()
		w.backend.Expire()
		for _, status := range []int{503, 502, 404, 405} {
			w.backend.FailRefresh(status)
			if _ = w.data(s); !w.current(s.ID).Active() {
				w.t.Fatalf("%d ended the login", status)
			}
			time.Sleep(time.Minute)
		}
		w.backend.FailRefresh(0)
		w.backend.Revoke()
		s = w.in()
		w.backend.Revoke()
		if _ = w.data(s); w.current(s.ID).Ended != session.Revoked {
			w.t.Errorf("a refused refresh: %q", w.current(s.ID).Ended)
		}
	})
}

// TestF011_EveryBackendLogsOut: the log-out is asked for in the backend's own way, with what it wants.
func TestF011_EveryBackendLogsOut(t *testing.T) {
	each(t, nil, func(w *world) {
		s := w.in()
		if err := w.sessions.LogOut(w.t.Context(), s.ID); err != nil {
			w.t.Fatal(err)
		}
		time.Sleep(time.Minute)
		asked := w.backend.Asked("logout")
		if w.row.LogOut == "" {
			if len(asked) != 0 {
				w.t.Errorf("asked %+v", asked)
			}
			return
		}
		if len(asked) != 1 || asked[0].Method+" "+asked[0].Path != w.row.LogOut {
			w.t.Fatalf("asked %+v", asked)
		}
		a := asked[0]
		carries := map[string]bool{
			"bearer": a.Header.Get("Authorization") == "Bearer "+s.Auth.Token.Reveal(), "refresh": strings.Contains(a.Raw, s.Auth.RefreshToken.Reveal()),
			"token": strings.Contains(a.Raw, s.Auth.Token.Reveal()) || slices.Contains(headerValues(a.Header), s.Auth.Token.Reveal()),
		}
		if !carries[w.row.Errand] {
			w.t.Errorf("the log-out does not hold its %s", w.row.Errand)
		}
	})
}

func headerValues(h http.Header) (out []string) {
	for _, v := range h {
		out = append(out, v...)
	}
	return out
}

// TestEveryRowHasAProject: no project without its row.
func TestEveryRowHasAProject(t *testing.T) {
	files, err := os.ReadDir("projects")
	if err != nil || len(files) != len(stubs.Rows())+1 {
		t.Errorf("%d files for %d rows, %v", len(files), len(stubs.Rows()), err)
	}
}
