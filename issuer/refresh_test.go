package issuer

import (
	"bytes"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/usherdev/usher/issuer/wire"
)

// The golden table: presented token × time since the rotation × child seen.
func TestD1_TheRule(t *testing.T) {
	const never = -1
	for _, c := range []struct {
		presented string
		after     time.Duration
		used      bool
		want      outcome
	}{
		{"cur", 0, false, rotate}, {"cur", 11 * time.Second, true, rotate}, {"cur", 9 * time.Hour, false, rotate}, {"cur", 9 * time.Hour, true, rotate},
		{"prev", 0, false, repeat}, {"prev", 0, true, repeat}, {"prev", 10 * time.Second, false, repeat}, {"prev", 10 * time.Second, true, repeat},
		{"prev", 10001 * time.Millisecond, false, repeat}, {"prev", 10001 * time.Millisecond, true, reused},
		{"prev", 9 * time.Hour, false, repeat}, {"prev", 9 * time.Hour, true, reused},
		{"older", 0, false, reused}, {"older", 0, true, reused}, {"older", 9 * time.Hour, false, reused}, {"older", 9 * time.Hour, true, reused},
		{"future", 0, false, unknown}, {"future", 9 * time.Hour, true, unknown},
		{"cur", 15 * 24 * time.Hour, false, expired}, {"prev", 15 * 24 * time.Hour, false, expired}, {"older", 15 * 24 * time.Hour, true, expired},
		{"cur", never, false, revoked}, {"prev", never, true, revoked}, {"older", never, false, revoked},
	} {
		start := time.Date(2026, 7, 6, 9, 0, 0, 0, time.UTC)
		f := family{counter: 5, cur: []byte("five"), prev: []byte("four"), rotatedAt: start, childUsed: c.used,
			idleUntil: start.Add(14 * 24 * time.Hour), absUntil: start.Add(90 * 24 * time.Hour)}
		if c.after == never {
			f.revokedAt, c.after = start, 0
		}
		p := map[string]presented{"cur": {counter: 5, digest: f.cur}, "prev": {counter: 4, digest: f.prev},
			"older": {counter: 3, digest: []byte("three")}, "future": {counter: 6, digest: []byte("six")}}[c.presented]
		if got := judge(f, p, start.Add(c.after)); got != c.want {
			t.Errorf("%s after %v, child used %v: outcome %d, want %d", c.presented, c.after, c.used, got, c.want)
		}
	}
}

func TestD1_EveryRefreshRotates(t *testing.T) {
	b := newBed(t)
	in := b.signUp(1)
	seen := map[string]bool{in.RefreshToken: true, in.AccessToken: true}
	token := in.RefreshToken
	for range 50 {
		b.clock.pass(time.Minute)
		next := b.mustRefresh(token)
		if seen[next.RefreshToken] || seen[next.AccessToken] {
			t.Fatal("a token came twice")
		}
		seen[next.RefreshToken], seen[next.AccessToken] = true, true
		token = next.RefreshToken
	}
	if got := b.Stats().Refreshes; got != (wire.Refreshes{Rotated: 50}) {
		t.Errorf("stats = %+v", got)
	}
}

// A thief has a copy of R1 and stays one step behind the owner.
func TestD1_ThiefInLockStepIsCaughtInRoundOne(t *testing.T) {
	b := newBed(t)
	stolen := b.signUp(1).RefreshToken
	owner := b.mustRefresh(stolen)
	if r := b.get("/auth/me", owner.AccessToken); r.status != 200 {
		t.Fatal(r.status)
	}
	b.clock.pass(time.Minute)
	if _, r := b.refresh(stolen); r.status != 400 || r.code() != "invalid_grant" {
		t.Fatalf("the thief got %d %s", r.status, r.body)
	}
	if _, r := b.refresh(owner.RefreshToken); r.status != 400 {
		t.Errorf("the login lived on: %d", r.status)
	}
	if got := b.Stats().Refreshes; got.Reused != 1 || got.Revoked != 1 {
		t.Errorf("stats = %+v", got)
	}
}

// The thief is first: the owner's own refresh gives him away.
func TestD1_ThiefWhoIsFirstIsCaughtByTheOwner(t *testing.T) {
	b := newBed(t)
	shared := b.signUp(1).RefreshToken
	thief := b.mustRefresh(shared)
	b.get("/posts", thief.AccessToken)
	b.clock.pass(time.Minute)
	if _, r := b.refresh(shared); r.status != 400 {
		t.Fatalf("the owner got %d", r.status)
	}
	if r := b.get("/posts", thief.AccessToken); r.status != 401 {
		t.Errorf("the thief still reads: %d", r.status)
	}
}

func TestD1_LostReplyIsHealed(t *testing.T) {
	for _, late := range []time.Duration{2 * time.Second, time.Minute, 9 * time.Hour} {
		b := newBed(t)
		parent := b.signUp(1).RefreshToken
		lost := b.mustRefresh(parent)
		b.clock.pass(late)
		again := b.mustRefresh(parent)
		if again.RefreshToken != lost.RefreshToken {
			t.Errorf("%v late: another child", late)
		}
		if r := b.get("/auth/me", again.AccessToken); r.status != 200 {
			t.Errorf("%v late: %d", late, r.status)
		}
		b.clock.pass(time.Minute)
		b.mustRefresh(again.RefreshToken)
	}
}

// The access token of the parent's own generation says nothing about the child.
func TestD1_OldAccessTokenDoesNotMarkTheChild(t *testing.T) {
	b := newBed(t)
	in := b.signUp(1)
	b.mustRefresh(in.RefreshToken)
	if r := b.get("/auth/me", in.AccessToken); r.status != 200 {
		t.Fatal(r.status)
	}
	b.clock.pass(time.Minute)
	b.mustRefresh(in.RefreshToken)
}

// A child that is presented counts as seen: its grandparent is dead, within the ten seconds too.
func TestD1_OldGenerationInsideTheWindow(t *testing.T) {
	b := newBed(t)
	r1 := b.signUp(1).RefreshToken
	r2 := b.mustRefresh(r1).RefreshToken
	r3 := b.mustRefresh(r2)
	if _, r := b.refresh(r1); r.status != 400 {
		t.Fatalf("R1 after R3: %d", r.status)
	}
	if r := b.get("/auth/me", r3.AccessToken); r.status != 401 {
		t.Errorf("access after reuse: %d", r.status)
	}
}

func TestD1_TwentyParallelCallersConverge(t *testing.T) {
	b := newBed(t)
	parent := b.signUp(1).RefreshToken
	children := make([]string, 20)
	var wg sync.WaitGroup
	for i := range children {
		wg.Go(func() { children[i] = b.mustRefresh(parent).RefreshToken })
	}
	wg.Wait()
	for _, child := range children {
		if child != children[0] || child == parent {
			t.Fatal("the callers have different children")
		}
	}
	if got := b.Stats().Refreshes; got != (wire.Refreshes{Rotated: 1, Repeated: 19}) {
		t.Errorf("stats = %+v", got)
	}
}

func TestD1_ForgedTokensRevokeNothing(t *testing.T) {
	b := newBed(t)
	other := newBed(t)
	in := b.signUp(1)
	raw := []byte(in.RefreshToken)
	for i := range raw {
		forged := bytes.Clone(raw)
		forged[i] ^= 1
		if _, r := b.refresh(string(forged)); r.status != 400 || (r.code() != "invalid_grant" && r.code() != "invalid_request") {
			t.Fatalf("byte %d: %d %s", i, r.status, r.body)
		}
	}
	for _, forged := range []string{"x", "urt1.", in.RefreshToken + "A", in.RefreshToken + "\n", in.RefreshToken[:40] + "\n" + in.RefreshToken[40:], " " + in.RefreshToken, other.signUp(1).RefreshToken} {
		if _, r := b.refresh(forged); r.status != 400 || r.code() != "invalid_grant" {
			t.Errorf("%q: %d %s", forged, r.status, r.body)
		}
	}
	b.mustRefresh(in.RefreshToken)
}

// The guard can fail: without the child-used mark a thief in lock-step would go on.
func TestD1_TheMarkIsWhatCatches(t *testing.T) {
	b := newBed(t)
	stolen := b.signUp(1).RefreshToken
	owner := b.mustRefresh(stolen)
	b.get("/auth/me", owner.AccessToken)
	if _, err := b.store.db.Write.Exec(`UPDATE families SET child_used = 0`); err != nil {
		t.Fatal(err)
	}
	b.clock.pass(time.Minute)
	b.mustRefresh(stolen)
}

func TestD2_ReuseKillsTheFamily(t *testing.T) {
	for round := range 8 {
		b := newBed(t)
		in := b.signUp(1)
		bystander := b.signUp(2)
		refreshes, accesses := []string{in.RefreshToken}, []string{in.AccessToken}
		for range 4 {
			b.clock.pass(time.Minute)
			next := b.mustRefresh(refreshes[len(refreshes)-1])
			b.get("/auth/me", next.AccessToken)
			refreshes, accesses = append(refreshes, next.RefreshToken), append(accesses, next.AccessToken)
		}
		b.clock.pass(time.Minute)
		old := round % 4
		if _, r := b.refresh(refreshes[old]); r.status != 400 || r.code() != "invalid_grant" {
			t.Fatalf("round %d: generation %d: %d", round, old, r.status)
		}
		for i := range refreshes {
			if _, r := b.refresh(refreshes[i]); r.status != 400 {
				t.Errorf("refresh token %d lives", i)
			}
			for _, path := range []string{"/auth/me", "/posts", "/posts/1", "/activity"} {
				if r := b.get(path, accesses[i]); r.status != 401 || r.code() != "invalid_token" {
					t.Errorf("access token %d: %s %d", i, path, r.status)
				}
			}
		}
		if r := b.get("/auth/me", bystander.AccessToken); r.status != 200 {
			t.Errorf("another login died with it: %d", r.status)
		}
	}
}

func TestD3_AbsoluteLimitIsNeverExtended(t *testing.T) {
	b := newBed(t, func(c *Config) { c.RefreshIdle, c.RefreshAbsolute = 3*time.Hour, 100*time.Hour })
	token := b.signUp(1).RefreshToken
	for i := range 99 {
		b.clock.pass(time.Hour)
		_, r := b.refresh(token)
		if r.status != 200 {
			t.Fatalf("after %d hours: %d", i+1, r.status)
		}
		var out wire.Tokens
		r.into(t, &out)
		token = out.RefreshToken
	}
	b.clock.pass(time.Hour - time.Minute)
	last := b.mustRefresh(token)
	b.clock.pass(time.Minute - time.Millisecond)
	if r := b.get("/auth/me", last.AccessToken); r.status == 500 {
		t.Fatal(r.status)
	}
	b.clock.pass(time.Millisecond)
	if _, r := b.refresh(last.RefreshToken); r.status != 400 || r.code() != "invalid_grant" {
		t.Errorf("at the limit: %d", r.status)
	}
	if r := b.get("/auth/me", last.AccessToken); r.status != 401 {
		t.Errorf("an access token outlived the login: %d", r.status)
	}
	if got := b.Stats().Refreshes; got.Rotated != 100 || got.Expired != 1 {
		t.Errorf("stats = %+v", got)
	}
}

func TestD3_IdleLimitIsExact(t *testing.T) {
	b := newBed(t, func(c *Config) { c.RefreshIdle = 3 * time.Hour })
	token := b.signUp(1).RefreshToken
	for range 10 {
		b.clock.pass(3*time.Hour - time.Millisecond)
		token = b.mustRefresh(token).RefreshToken
	}
	b.clock.pass(3 * time.Hour)
	if _, r := b.refresh(token); r.status != 400 || r.code() != "invalid_grant" {
		t.Errorf("after the idle limit: %d", r.status)
	}
}

func TestD3_OldLoginsAreForgotten(t *testing.T) {
	b := newBed(t)
	token := b.signUp(1).RefreshToken
	b.clock.pass(92 * 24 * time.Hour)
	b.signUp(2)
	var n int
	if err := b.store.db.Read.QueryRow(`SELECT count(*) FROM families`).Scan(&n); err != nil || n != 1 {
		t.Errorf("%d families, %v", n, err)
	}
	if _, r := b.refresh(token); r.status != 400 || r.code() != "invalid_grant" {
		t.Errorf("forgotten: %d", r.status)
	}
}

func TestD9_TokensAreOfNoUseForEachOther(t *testing.T) {
	b := newBed(t)
	in := b.signUp(1)
	tried := 0
	for _, rt := range b.routes {
		if rt.path == "/auth/signup" || rt.path == "/auth/login" {
			continue
		}
		r := b.ask(rt.method, rt.path, nil, "Authorization", "Bearer "+in.RefreshToken)
		protected := rt.path == "/auth/me" || rt.path == "/posts" || rt.path == "/posts/{id}" || rt.path == "/activity"
		if protected {
			tried++
			if r.status != 401 || r.code() != "invalid_token" {
				t.Errorf("%s %s takes a refresh token: %d", rt.method, rt.path, r.status)
			}
		}
	}
	if tried != 5 {
		t.Errorf("%d protected routes tried", tried)
	}
	if _, r := b.refresh(in.AccessToken); r.status != 400 || r.code() != "invalid_grant" {
		t.Errorf("refresh takes an access token: %d", r.status)
	}
	b.mustRefresh(in.RefreshToken)
}

func TestD10_LogoutTellsNothing(t *testing.T) {
	b := newBed(t)
	in, other := b.signUp(1), newBed(t).signUp(1)
	var first reply
	for i, c := range []struct {
		body any
		auth string
	}{
		{wire.Logout{RefreshToken: in.RefreshToken}, ""}, {wire.Logout{RefreshToken: in.RefreshToken}, ""},
		{wire.Logout{RefreshToken: other.RefreshToken}, ""}, {wire.Logout{RefreshToken: "unknown"}, ""}, {wire.Logout{}, ""}, {nil, ""},
		{"not json", ""}, {`{"refreshToken":7}`, ""}, {nil, "Bearer " + in.AccessToken}, {nil, "Bearer " + other.AccessToken}, {nil, "Bearer junk"}, {nil, "Basic junk"},
	} {
		r := b.ask("POST", "/auth/logout", c.body, "Authorization", c.auth)
		if i == 0 {
			first = r
		}
		if r.status != 200 || !bytes.Equal(r.body, first.body) || fmt.Sprint(r.header) != fmt.Sprint(first.header) {
			t.Errorf("case %d: %d %s", i, r.status, r.body)
		}
	}
	if _, r := b.refresh(in.RefreshToken); r.status != 400 {
		t.Errorf("refresh after log-out: %d", r.status)
	}
}

func TestD10_EitherTokenEndsTheLogin(t *testing.T) {
	for name, send := range map[string]func(b *bed, in wire.LoggedIn) reply{
		"refresh token": func(b *bed, in wire.LoggedIn) reply {
			return b.ask("POST", "/auth/logout", wire.Logout{RefreshToken: in.RefreshToken})
		},
		"access token": func(b *bed, in wire.LoggedIn) reply {
			return b.ask("POST", "/auth/logout", nil, "Authorization", "Bearer "+in.AccessToken)
		},
		"expired access token": func(b *bed, in wire.LoggedIn) reply {
			b.clock.pass(2 * time.Hour)
			return b.ask("POST", "/auth/logout", "{}", "Authorization", "Bearer "+in.AccessToken)
		},
	} {
		b := newBed(t)
		in, kept := b.signUp(1), b.signUp(2)
		if r := send(b, in); r.status != http.StatusOK {
			t.Errorf("%s: %d", name, r.status)
		}
		if r := b.get("/auth/me", in.AccessToken); r.status != 401 {
			t.Errorf("%s: access lives", name)
		}
		if _, r := b.refresh(in.RefreshToken); r.status != 400 {
			t.Errorf("%s: refresh lives", name)
		}
		b.mustRefresh(kept.RefreshToken)
	}
}
