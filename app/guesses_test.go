package app

import (
	"fmt"
	"net/http"
	"testing"
	"time"
)

// Log-ins leave from one address, so the backend cannot tell who guesses; the app slows guessing by account and address (design 9.10).
func TestGuessingIsSlowedPerAccount(t *testing.T) {
	w := newWorld(t, nil)
	for range accountBurst + 5 { // whoever knows the password is nobody to slow down
		w.browser().logIn("emily").want(t, http.StatusOK)
	}
	c := w.browser()
	guess := func(user string) *page {
		p := c.get("/login")
		return c.pressOnce(p, "Sign in", map[string]string{"username": user, "password": "wrong-password"})
	}
	for range accountBurst {
		if p := guess("emily"); p.StatusCode == http.StatusTooManyRequests {
			t.Fatal("slowed too early")
		}
	}
	asked := w.backend.count("POST /auth/login")
	p := guess("Emily")
	p.want(t, http.StatusTooManyRequests, "Too many attempts")
	if p.Header.Get("Retry-After") == "" {
		t.Error("it does not say when to try again")
	}
	if n := w.backend.count("POST /auth/login"); n != asked {
		t.Errorf("the backend was asked %d times more", n-asked)
	}
	if p := guess("somebody else"); p.StatusCode == http.StatusTooManyRequests {
		t.Error("another account from the same address is locked out as well")
	}
}

// TestWhoLogsInDoesNotGuess: one's own log-ins cost nothing, and guesses between them count as before.
func TestWhoLogsInDoesNotGuess(t *testing.T) {
	g, now := newGuesses(), time.Unix(0, 0)
	for range 3 * accountBurst {
		if g.wait(now, "192.0.2.1", "ann") != 0 {
			t.Fatal("somebody who logs in is slowed down")
		}
		g.right(now, "192.0.2.1", "Ann")
	}
	for range accountBurst {
		if g.wait(now, "192.0.2.1", "ann") != 0 {
			t.Fatal("a guess is refused too early")
		}
	}
	if g.wait(now, "192.0.2.1", "ann") == 0 {
		t.Error("log-ins that were right have made room for more guesses")
	}
	g.right(now, "192.0.2.9", "nobody")
	for range addressBurst {
		g.wait(now, "192.0.2.3", "mallory")
		g.right(now, "192.0.2.3", "mallory")
	}
	if g.wait(now, "192.0.2.3", "ann") == 0 {
		t.Error("an account of one's own lets an address guess for ever")
	}
}

func TestGuessesAreBoundedAndForgive(t *testing.T) {
	g, now := newGuesses(), time.Unix(0, 0)
	for range accountBurst {
		g.wait(now, "192.0.2.1", "ann")
	}
	if g.wait(now, "192.0.2.1", "ann") == 0 || g.wait(now, "192.0.2.1", "ANN") == 0 {
		t.Error("one too many passes")
	}
	if g.wait(now, "192.0.2.2", "ann") != 0 {
		t.Error("a stranger's guesses lock the owner out at another address")
	}
	if g.wait(now.Add(accountEvery), "192.0.2.1", "ann") != 0 {
		t.Error("patience is not rewarded")
	}
	if network("2001:db8::1") != network("2001:db8::2") || network("2001:db8::1") == network("2001:db8:0:1::1") {
		t.Error("an IPv6 network is not taken as one")
	}
	for i := range guessMemory + 10 {
		g.wait(now, fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255), "")
	}
	if len(g.by) > guessMemory || g.used.Len() != len(g.by) {
		t.Errorf("%d keys are remembered", len(g.by))
	}
}
