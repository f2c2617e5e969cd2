package session

import (
	"fmt"
	"testing"
	"time"
)

// The tests of this file go through the state table of the renewal (promises 2.6) cell by cell.

var t0 = time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)

func testPolicy() policy {
	return Config{
		Refresh: nil, Rotation: RotationUnknown,
	}.policy().with(func(p *policy) { p.refresh, p.revoke = true, true })
}

func (p policy) with(fn func(*policy)) policy {
	fn(&p)
	return p
}

// row returns a row whose token has lived for age of one hour.
func row(age time.Duration) Row {
	return Row{
		App: "app", Ver: 1, Gen: 1, CanFly: true, TTL: time.Hour, Renewed: t0.Add(-age), Expiry: t0.Add(time.Hour - age),
		Created: t0.Add(-age), Seen: t0,
	}
}

// The base states: an hour's token is soft in its last minute, stale in its last ten seconds.
var bases = map[string]func() Row{
	"FRESH": func() Row { return row(0) },
	"SOFT":  func() Row { return row(time.Hour - 40*time.Second) },
	"STALE": func() Row { return row(time.Hour - 5*time.Second) },
	"DEAD":  func() Row { return row(time.Hour + time.Second) },
	"MARKED": func() Row {
		r := row(0)
		r.Last401 = r.Ver
		return r
	},
}

// The overlays.
var overlays = map[string]func(*Row){
	"":       func(*Row) {},
	"FLYING": func(r *Row) { r.LeaseOwner, r.LeaseUntil, r.Failed, r.Tried = "other", t0.Add(time.Second), true, t0 },
	"LAPSED": func(r *Row) {
		r.LeaseOwner, r.LeaseUntil, r.Failed, r.Tried = "other", t0, true, t0.Add(-30*time.Second)
	},
	"DOUBT":     func(r *Row) { r.Doubt, r.Failed, r.Tried = 1, true, t0.Add(-6*time.Second) },
	"JUSTTRIED": func(r *Row) { r.Failed, r.Tried = true, t0.Add(-time.Second) },
	"HELD":      func(r *Row) { r.Failed, r.Tried, r.HoldUntil = true, t0.Add(-30*time.Second), t0.Add(30*time.Second) },
	"NOFLIGHT":  func(r *Row) { r.CanFly = false },
}

func TestStateTable_Request(t *testing.T) {
	want := map[string]need{
		"FRESH": needNothing, "SOFT": needBackground, "STALE": needWait, "DEAD": needWait, "MARKED": needWait,
		"FRESH FLYING": needNothing, "SOFT FLYING": needNothing, "STALE FLYING": needWait, "DEAD FLYING": needWait, "MARKED FLYING": needWait,
		"FRESH LAPSED": needNothing, "SOFT LAPSED": needBackground, "STALE LAPSED": needWait, "DEAD LAPSED": needWait, "MARKED LAPSED": needWait,
		"FRESH DOUBT": needNothing, "SOFT DOUBT": needBackground, "STALE DOUBT": needWait, "DEAD DOUBT": needWait, "MARKED DOUBT": needWait,
		"FRESH JUSTTRIED": needNothing, "SOFT JUSTTRIED": needNothing, "STALE JUSTTRIED": needNothing, "DEAD JUSTTRIED": needPatience, "MARKED JUSTTRIED": needPatience,
		"FRESH HELD": needNothing, "SOFT HELD": needNothing, "STALE HELD": needNothing, "DEAD HELD": needPatience, "MARKED HELD": needPatience,
		"FRESH NOFLIGHT": needNothing, "SOFT NOFLIGHT": needNothing, "STALE NOFLIGHT": needNothing, "DEAD NOFLIGHT": needNothing, "MARKED NOFLIGHT": needNothing,
	}
	cells := 0
	for base, make := range bases {
		for overlay, lay := range overlays {
			name := base
			if overlay != "" {
				name += " " + overlay
			}
			r := make()
			lay(&r)
			got, wait := testPolicy().need("key", r, t0)
			if got != want[name] {
				t.Errorf("%s: need %d, want %d", name, got, want[name])
			}
			if (got == needPatience) != (wait > 0) && got == needPatience {
				t.Errorf("%s: patience of %v", name, wait)
			}
			cells++
		}
	}
	if cells != len(want) {
		t.Errorf("%d cells, %d wanted", cells, len(want))
	}
}

func TestStateTable_StrictDoubtWaitsForTheRealEnd(t *testing.T) {
	p := testPolicy().with(func(p *policy) { p.rotation = RotationStrict })
	for base, want := range map[string]need{"FRESH": needNothing, "SOFT": needNothing, "STALE": needNothing, "DEAD": needWait, "MARKED": needWait} {
		r := bases[base]()
		overlays["DOUBT"](&r)
		if got, _ := p.need("key", r, t0); got != want {
			t.Errorf("%s: need %d, want %d", base, got, want)
		}
	}
}

func TestB5_MarginsAreJitteredAndBounded(t *testing.T) {
	p := testPolicy()
	seen := map[time.Duration]bool{}
	for i := range 200 {
		soft, hard := p.margins(fmt.Sprint("key", i), row(0))
		if soft < 54*time.Second || soft > 66*time.Second || hard != 10*time.Second {
			t.Fatalf("margins %v, %v", soft, hard)
		}
		seen[soft] = true
	}
	if len(seen) < 50 {
		t.Errorf("only %d different margins for 200 sessions", len(seen))
	}
	short := row(0)
	short.TTL = 5 * time.Second
	if soft, hard := p.margins("k", short); soft > 1100*time.Millisecond || hard != 500*time.Millisecond {
		t.Errorf("of a 5 s token: %v, %v", soft, hard)
	}
}

func TestStateTable_Begin(t *testing.T) {
	flight := beginning{key: "key", now: t0, owner: "me", attempt: "a1"}
	expired := flight
	expired.expired = 1
	mine := expired
	mine.mine = true
	for _, c := range []struct {
		name string
		base string
		set  func(*Row)
		b    beginning
		want verdict
	}{
		{"fresh again", "FRESH", nil, flight, allDone},
		{"soft", "SOFT", nil, flight, goSend},
		{"stale", "STALE", nil, flight, goSend},
		{"ended", "STALE", func(r *Row) { r.Ended = LoggedOut }, flight, isEnded},
		{"leased by another", "STALE", overlays["FLYING"], flight, isBusy},
		{"leased by me", "STALE", func(r *Row) { overlays["FLYING"](r); r.LeaseOwner = "me" }, flight, goSend},
		{"lease lapsed", "STALE", overlays["LAPSED"], flight, goSend},
		{"nothing to spend", "STALE", overlays["NOFLIGHT"], flight, noRefresh},
		{"401 of this version", "FRESH", nil, expired, goSend},
		{"401 of an older version", "FRESH", func(r *Row) { r.Ver = 2 }, expired, allDone},
		{"401 again of a version that was refreshed for it", "MARKED", nil, expired, noRefresh},
		{"401, retry of the same flight", "MARKED", nil, mine, goSend},
		{"401 while another flies", "MARKED", overlays["FLYING"], expired, isBusy},
	} {
		e := entry{Row: bases[c.base]()}
		if c.set != nil {
			c.set(&e.Row)
		}
		before := e.Row.Clone()
		if got := testPolicy().begin(&e, c.b); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
		journalled := e.Attempt.ID == "a1" && e.LeaseOwner == "me" && e.LeaseUntil.Equal(t0.Add(30*time.Second))
		if journalled != (c.want == goSend) {
			t.Errorf("%s: journalled %v", c.name, journalled)
		}
		if c.want == goSend && (c.b.expired > 0) != marked(e.Row) {
			t.Errorf("%s: marked %v", c.name, marked(e.Row))
		}
		if c.want != goSend && fmt.Sprint(before) != fmt.Sprint(e.Row) {
			t.Errorf("%s: the row was changed", c.name)
		}
	}
}

func TestStateTable_HolderDied(t *testing.T) {
	e := entry{Row: bases["STALE"]()}
	e.Attempt = Attempt{ID: "dead"}
	testPolicy().begin(&e, beginning{key: "key", now: t0, owner: "me", attempt: "a1"})
	if e.Doubt != 1 {
		t.Errorf("doubt = %d after an attempt was left open, want 1", e.Doubt)
	}
}

// flown returns an entry with an attempt under way, and that attempt's settling.
func flown(ans Answer) (*entry, settling) {
	e := &entry{Row: bases["STALE"](), Auth: AuthData{Token: NewSecret("t1"), RefreshToken: NewSecret("r1"), UID: "u", Expiry: t0.Add(5 * time.Second)}}
	testPolicy().begin(e, beginning{key: "key", now: t0, owner: "me", attempt: "a1"})
	return e, settling{attempt: e.Attempt, sent: e.Auth, answer: ans, at: clocks{t0, t0}}
}

func success() Answer {
	token, refresh, expiry := NewSecret("t2"), NewSecret("r2"), t0.Add(time.Hour)
	return Answer{Class: Success, Update: Update{Token: &token, RefreshToken: &refresh, Expiry: &expiry}}
}

func TestStateTable_Settle(t *testing.T) {
	manual := func(u Update) func(*entry, *settling) {
		return func(e *entry, _ *settling) {
			next, err := e.Auth.patch(u)
			if err != nil {
				panic(err)
			}
			testPolicy().setAuth(e, next, clocks{t0, t0})
		}
	}
	token, refresh, uid := NewSecret("t9"), NewSecret("r9"), "other"
	type row struct {
		name   string
		answer Answer
		set    func(*entry, *settling)
		want   verdict
		// the outcome
		token, refresh string
		ver            int64
		ended          Reason
		queued         int
		doubt          int
	}
	reject, notSent, ambiguous, config := Answer{Class: Reject}, Answer{Class: NotSent}, Answer{Class: Ambiguous}, Answer{Class: Misconfig}
	logOut := func(e *entry, _ *settling) { testPolicy().end(e, LoggedOut, t0); e.queue = nil }
	doubt := func(e *entry, _ *settling) { e.Doubt = 1 }
	superseded := func(e *entry, _ *settling) { e.Attempt.ID = "a2" }
	otherUID := success()
	otherUID.Update.UID = &uid
	noRefreshToken := success()
	noRefreshToken.Update.RefreshToken = nil
	for _, c := range []row{
		{"SUCCESS, token still ours", success(), nil, allDone, "t2", "r2", 2, "", 0, 0},
		{"SUCCESS in doubt", success(), doubt, allDone, "t2", "r2", 2, "", 0, 0},
		{"SUCCESS without refresh token", noRefreshToken, nil, allDone, "t2", "r1", 2, "", 0, 0},
		{"SUCCESS, refresh token changed", success(), manual(Update{RefreshToken: &refresh}), dropped, "t1", "r9", 2, "", 0, 0},
		{"SUCCESS, auth token changed", success(), manual(Update{Token: &token}), allDone, "t9", "r2", 3, "", 0, 0},
		{"SUCCESS, ENDED", success(), logOut, isEnded, "", "", 1, LoggedOut, 1, 0},
		{"SUCCESS, lease lost to another", success(), superseded, allDone, "t2", "r2", 2, "", 0, 0},
		{"SUCCESS for another person", otherUID, nil, isEnded, "", "", 1, UIDChanged, 1, 0},
		{"REJECT, token still ours", reject, nil, isEnded, "", "", 1, Revoked, 0, 0},
		{"REJECT in doubt", reject, doubt, isEnded, "", "", 1, LostRotation, 0, 1},
		{"REJECT, token changed", reject, manual(Update{RefreshToken: &refresh}), allDone, "t1", "r9", 2, "", 0, 0},
		{"REJECT, attempt superseded", reject, superseded, allDone, "t1", "r1", 1, "", 0, 0},
		{"REJECT, ENDED", reject, logOut, isEnded, "", "", 1, LoggedOut, 0, 0},
		{"REJECT, held", reject, func(_ *entry, s *settling) { s.hold = true }, giveUp, "t1", "r1", 1, "", 0, 0},
		{"NOT_SENT", notSent, nil, again, "t1", "r1", 1, "", 0, 0},
		{"AMBIGUOUS", ambiguous, nil, again, "t1", "r1", 1, "", 0, 1},
		{"AMBIGUOUS, ENDED", ambiguous, logOut, isEnded, "", "", 1, LoggedOut, 0, 0},
		{"CONFIG", config, nil, giveUp, "t1", "r1", 1, "", 0, 0},
	} {
		e, s := flown(c.answer)
		if c.set != nil {
			c.set(e, &s)
		}
		if got := testPolicy().settle(e, s); got != c.want {
			t.Errorf("%s: verdict %d, want %d", c.name, got, c.want)
		}
		if e.Auth.Token.Reveal() != c.token || e.Auth.RefreshToken.Reveal() != c.refresh || e.Ver != c.ver {
			t.Errorf("%s: %s %s ver %d, want %s %s ver %d", c.name, e.Auth.Token.Reveal(), e.Auth.RefreshToken.Reveal(), e.Ver, c.token, c.refresh, c.ver)
		}
		if e.Ended != c.ended || len(e.queue) != c.queued || e.Doubt != c.doubt {
			t.Errorf("%s: ended %q queued %d doubt %d, want %q %d %d", c.name, e.Ended, len(e.queue), e.Doubt, c.ended, c.queued, c.doubt)
		}
	}
}

func TestStateTable_SettleTwiceIsOnce(t *testing.T) {
	e, s := flown(success())
	testPolicy().settle(e, s)
	ver := e.Ver
	if v := testPolicy().settle(e, s); v != allDone || e.Ver != ver {
		t.Errorf("a repeated write: verdict %d, ver %d", v, e.Ver)
	}
}

func TestStateTable_Retry(t *testing.T) {
	strict := testPolicy().with(func(p *policy) { p.rotation = RotationStrict })
	count := func(p policy, c Class) (n int) {
		for {
			if _, ok := p.retry(c, n+1, 0); !ok {
				return n
			}
			n++
		}
	}
	if n := count(testPolicy(), NotSent); n != 3 {
		t.Errorf("not sent: %d retries", n)
	}
	if n := count(testPolicy(), Ambiguous); n != 2 {
		t.Errorf("ambiguous: %d retries", n)
	}
	if n := count(strict, Ambiguous); n != 0 {
		t.Errorf("ambiguous, strict: %d retries", n)
	}
	if n := count(strict, NotSent); n != 3 {
		t.Errorf("not sent, strict: %d retries", n)
	}
	if d, _ := testPolicy().retry(NotSent, 1, time.Hour); d != time.Minute {
		t.Errorf("Retry-After of an hour: waits %v", d)
	}
}

func TestC7_LimitsHoldToTheSecond(t *testing.T) {
	for name, c := range map[string]struct {
		set  func(*Row)
		want Reason
	}{
		"idle":     {func(r *Row) { r.IdleUntil = t0 }, TimeoutIdle},
		"absolute": {func(r *Row) { r.AbsUntil = t0 }, TimeoutAbsolute},
		"away":     {func(r *Row) { r.HereUntil = t0 }, TimeoutAway},
	} {
		r := row(0)
		c.set(&r)
		if got := over(r, t0.Add(-time.Second)); got != "" {
			t.Errorf("%s: over a second early: %q", name, got)
		}
		if got := over(r, t0); got != c.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}
