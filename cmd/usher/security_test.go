package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/usherdev/usher/session"
)

// scene is a Manager whose events go through the log of the command, with a backend that a test scripts.
type scene struct {
	t       *testing.T
	m       *session.Manager
	store   *flaky
	log     *lockedLog
	metrics *metrics
	answer  session.Answer
	revoked error
}

// flaky is a memory store that a test can unplug.
type flaky struct {
	*session.Memory
	down bool
}

func (f *flaky) Read(ctx context.Context, key string) (session.Row, bool, error) {
	if f.down {
		return session.Row{}, false, errors.New("unplugged")
	}
	return f.Memory.Read(ctx, key)
}

func newScene(t *testing.T, keys *session.Keys, change ...func(*session.Config)) *scene {
	t.Helper()
	s := &scene{t: t, store: &flaky{Memory: session.NewMemory()}, log: &lockedLog{}, metrics: newMetrics()}
	con := &console{Out: s.log, Err: s.log, Log: newLogger(s.log, "info", "json")}
	cfg := session.Config{
		App: "shop", Store: s.store, Volatile: s.store, Keys: keys, Events: sessionLog(con, s.metrics),
		Refresh: func(context.Context, session.AuthData) (session.Answer, error) { return s.answer, nil },
		Revoke:  func(context.Context, session.AuthData) error { return s.revoked },
	}
	for _, f := range change {
		f(&cfg)
	}
	var err error
	if s.m, err = session.New(cfg); err != nil {
		t.Fatal(err)
	}
	return s
}

const request = "req123"

func (s *scene) ctx() context.Context { return session.WithRequest(s.t.Context(), request) }

func (s *scene) logIn(persist bool) session.Session {
	s.t.Helper()
	a := session.AuthData{Token: session.NewSecret("t-canary"), RefreshToken: session.NewSecret("r-canary"), Expiry: time.Now().Add(time.Hour), UID: "7"}
	out, err := s.m.LogIn(s.ctx(), "", a, persist)
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

func (s *scene) current(id string) { _, _, _ = s.m.Current(s.ctx(), id) }

// renew has the session refreshed on a backend's word; what comes of it is in the log.
func (s *scene) renew(in session.Session) { _, _ = s.m.Renew(s.ctx(), in.ID, in.Ver) }

// lines returns those of an event, and with a reason only those that give it.
func (s *scene) lines(event, reason string) []map[string]any {
	s.t.Helper()
	var found []map[string]any
	for _, line := range strings.Split(strings.TrimSpace(s.log.String()), "\n") {
		var l map[string]any
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			s.t.Fatalf("%v: %q", err, line)
		}
		if l["event"] == event && (reason == "" || l["reason"] == reason) {
			found = append(found, l)
		}
	}
	return found
}

func (s *scene) damage(key string) {
	s.t.Helper()
	_, err := s.store.Update(s.t.Context(), key, func(r session.Row) (session.Row, error) {
		r.Sealed[len(r.Sealed)-1] ^= 1
		return r, nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// securityScenes are what must be told of sessions; app has those of the guard, the gate and the throttle.
var securityScenes = []struct {
	event, reason string
	endpoint      bool // it is about the backend, not about one session
	act           func(s *scene)
}{
	{event: "log_in", act: func(s *scene) { s.logIn(true) }},
	{event: "session_end", reason: "logged_out", act: func(s *scene) { _ = s.m.LogOut(s.ctx(), s.logIn(true).ID) }},
	{event: "session_end", reason: "logged_out_elsewhere", act: func(s *scene) { _ = s.m.Kill(s.ctx(), s.logIn(true).Key) }},
	{event: "session_end", reason: "replaced", act: func(s *scene) {
		_, _ = s.m.LogIn(s.ctx(), s.logIn(true).ID, session.AuthData{Token: session.NewSecret("other")}, true)
	}},
	{event: "session_end", reason: "timeout_idle", act: func(s *scene) { in := s.logIn(false); time.Sleep(40 * time.Minute); s.current(in.ID) }},
	{event: "session_end", reason: "timeout_absolute", act: func(s *scene) {
		in := s.logIn(false)
		for range 35 {
			time.Sleep(20 * time.Minute)
			_, _ = s.m.Touch(s.ctx(), in.ID)
		}
		time.Sleep(25 * time.Minute)
		s.current(in.ID)
	}},
	{event: "session_end", reason: "timeout_away", act: func(s *scene) {
		in := s.logIn(false)
		_ = s.m.Present(s.ctx(), in.ID)
		time.Sleep(6 * time.Minute)
		s.current(in.ID)
	}},
	{event: "session_end", reason: "tampered", act: func(s *scene) { in := s.logIn(true); s.damage(in.Key); s.current(in.ID); s.current(in.ID) }},
	{event: "renew_failed", act: func(s *scene) { s.answer.Class = session.Reject; s.renew(s.logIn(true)) }},
	{event: "session_end", reason: "revoked", act: func(s *scene) { s.answer.Class = session.Reject; s.renew(s.logIn(true)) }},
	{event: "session_end", reason: "lost_rotation", act: func(s *scene) {
		in := s.logIn(true)
		s.answer.Class = session.Ambiguous
		s.renew(in)
		s.answer.Class = session.Reject
		time.Sleep(2 * time.Hour)
		_, _, _ = s.m.Fresh(s.ctx(), in.ID)
	}},
	{event: "session_end", reason: "uid_changed", act: func(s *scene) {
		uid, token := "8", session.NewSecret("t2-canary")
		s.answer = session.Answer{Class: session.Success, Update: session.Update{UID: &uid, Token: &token}}
		s.renew(s.logIn(true))
	}},
	{event: "renewed", act: func(s *scene) {
		token := session.NewSecret("t2-canary")
		s.answer = session.Answer{Class: session.Success, Update: session.Update{Token: &token}}
		s.renew(s.logIn(true))
	}},
	{event: "refresh_endpoint_down", endpoint: true, act: func(s *scene) {
		s.answer.Class = session.Misconfig
		for range 12 {
			s.renew(s.logIn(true))
		}
	}},
	{event: "mass_reject_hold", endpoint: true, act: func(s *scene) {
		s.answer.Class = session.Reject
		for range 25 {
			s.renew(s.logIn(true))
		}
	}},
	{event: "upstream_logout_failed", act: func(s *scene) { s.revoked = errors.New("backend away"); _ = s.m.LogOut(s.ctx(), s.logIn(true).ID) }},
	{event: "session_store_fault", endpoint: true, act: func(s *scene) { in := s.logIn(true); s.store.down = true; s.current(in.ID) }},
}

// TestH4_SessionEventsAreLoggedOnce: each event of a session is one line with UTC time, the session's keyed hash and the request's id.
func TestH4_SessionEventsAreLoggedOnce(t *testing.T) {
	for _, sc := range securityScenes {
		t.Run(strings.TrimSuffix(sc.event+"_"+sc.reason, "_"), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScene(t, session.NewKeys([32]byte{1}))
				sc.act(s)
				synctest.Wait()
				if err := s.m.Close(context.Background()); err != nil {
					t.Error(err)
				}
				checkOnce(t, s, sc.event, sc.reason, sc.endpoint)
			})
		})
	}
}

func checkOnce(t *testing.T, s *scene, event, reason string, endpoint bool) {
	t.Helper()
	found := s.lines(event, reason)
	if len(found) != 1 {
		t.Fatalf("%d lines, want 1:\n%s", len(found), s.log)
	}
	l := found[0]
	if at, _ := l["time"].(string); !strings.HasSuffix(at, "Z") {
		t.Errorf("the time is not UTC: %v", l["time"])
	}
	if swept := strings.HasPrefix(reason, "timeout_"); swept == (l["id"] == request) { // the sweeper finds those, and no request is behind it
		t.Errorf("the request's id: %v", l)
	}
	if hash, _ := l["session"].(string); (len(hash) == 12) == endpoint {
		t.Errorf("session %q", hash)
	}
	if strings.Contains(s.log.String(), "canary") {
		t.Error("a token is in the log")
	}
}

// TestH4_AMissingKeyIsLoggedOnce: rows that nobody can open any more end with the reason.
func TestH4_AMissingKeyIsLoggedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := newScene(t, session.NewKeys([32]byte{1}))
		in := first.logIn(true)
		s := newScene(t, session.NewKeys([32]byte{2}), func(c *session.Config) { c.Store, c.Volatile = first.store, first.store })
		s.current(in.ID)
		s.current(in.ID)
		for _, m := range []*session.Manager{first.m, s.m} {
			if err := m.Close(context.Background()); err != nil {
				t.Error(err)
			}
		}
		checkOnce(t, s, "session_end", "key_missing", false)
	})
}

// TestH4_TimesAreUTC holds for both forms of the log.
func TestH4_TimesAreUTC(t *testing.T) {
	for format, mark := range map[string]string{"text": "time=", "json": `"time":"`} {
		var b bytes.Buffer
		newLogger(&b, "info", format).Info("x")
		_, rest, _ := strings.Cut(b.String(), mark)
		at, _, _ := strings.Cut(strings.Trim(strings.Fields(rest)[0], `"`), `"`)
		if _, err := time.Parse("2006-01-02T15:04:05.999999999Z", at); err != nil {
			t.Errorf("%s: %v", format, err)
		}
	}
}
