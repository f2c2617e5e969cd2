package session

import (
	"testing"
	"time"
)

// TestRenewableByOwner: a login of an identity provider has its refresh token alone; without a renewal of the app's own, only such
// logins can be renewed.
func TestRenewableByOwner(t *testing.T) {
	tok, ref := NewSecret("t"), NewSecret("r")
	for _, c := range []struct {
		a                     AuthData
		own, byToken, viaOnly bool // what a policy of that kind says
	}{
		{AuthData{Token: tok, RefreshToken: ref}, true, true, false},
		{AuthData{Token: tok}, false, true, false},
		{AuthData{Token: tok, RefreshToken: ref, Via: "campus"}, true, true, true},
		{AuthData{Token: tok, Via: "campus"}, false, false, false},
		{AuthData{}, false, false, false},
	} {
		if got := (policy{}).renewable(c.a); got != c.own {
			t.Errorf("%+v: %v", c.a, got)
		}
		if got := (policy{tokenOK: true}).renewable(c.a); got != c.byToken {
			t.Errorf("by token: %+v: %v", c.a, got)
		}
		if got := (policy{viaOnly: true, tokenOK: true}).renewable(c.a); got != c.viaOnly {
			t.Errorf("via only: %+v: %v", c.a, got)
		}
	}
}

// TestRenewalOfLiveTokensIsTheAppsOwn: where the app's backend renews living tokens alone, a provider's login still has its refresh
// token after the token has expired.
func TestRenewalOfLiveTokensIsTheAppsOwn(t *testing.T) {
	p := testPolicy().with(func(p *policy) { p.live = true })
	for via, want := range map[string]bool{"": false, "campus": true} {
		e := entry{Row: row(0)}
		p.setAuth(&e, AuthData{Token: NewSecret("t"), RefreshToken: NewSecret("r"), Expiry: t0.Add(time.Minute), Via: via}, clocks{t0, t0})
		if got := p.canFly(e.Row, t0.Add(time.Hour)); got != want {
			t.Errorf("via %q: %v", via, got)
		}
	}
}

// TestViaStays: whose tokens a login holds is sealed with them, stays through updates and renewals, and goes along to the outbox.
func TestViaStays(t *testing.T) {
	a := AuthData{Token: NewSecret("t"), RefreshToken: NewSecret("r"), UID: "1", Via: "campus"}
	next := NewSecret("t2")
	if got, err := a.patch(Update{Token: &next, Clear: []Field{FieldUID}}); err != nil || got.Via != "campus" {
		t.Errorf("%+v, %v", got, err)
	}
	m, err := New(Config{App: "app", Store: NewMemory(), Keys: NewKeys([32]byte{1})})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close(t.Context())
	if got, err := m.openAuth(sealTokens, []byte("x"), m.sealAuth(sealTokens, []byte("x"), a)); err != nil || got.Via != "campus" {
		t.Errorf("%+v, %v", got, err)
	}
	p := testPolicy()
	e := entry{Row: row(0), Auth: a}
	p.end(&e, TimeoutIdle, t0)
	if len(e.queue) != 1 || e.queue[0].Via != "campus" {
		t.Errorf("%+v", e.queue)
	}
	if _, err := a.patch(Update{}); err != nil {
		t.Error(err)
	}
	a.Via = string(make([]byte, maxVia+1))
	if a.check() == nil {
		t.Error("a long name was taken")
	}
}
