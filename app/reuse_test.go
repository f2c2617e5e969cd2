package app

import (
	"math/rand/v2"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/usherdev/usher/session"
)

// volume picks how often a proof is repeated: the first in every run, the second with USHER_LONG=1.
func volume(short, long int) int {
	if os.Getenv("USHER_LONG") != "" {
		return long
	}
	return short
}

// TestA8_TheOldIDIsDeadOnAnotherNode: two servers share a store. An id that was planted before the log-in, and each id that a
// log-in, a changed uid, a changed role and a log-out leave behind, is brought to the other server up to 5 ms after the answer.
func TestA8_TheOldIDIsDeadOnAnotherNode(t *testing.T) {
	const who = `
path: /who
title: Who
access: loggedIn
body:
  - text: "Here is ${user.username}, ${user.role}"
  - button: {text: Become a guide, onTap: [{updateAuthenticatedUser: {user: {role: guide}}}]}
  - button: {text: Become another, onTap: [{updateAuthenticatedUser: {uid: "8"}}]}
  - button: {text: Log in again, onTap: [{logIn: {token: "${'tok' + 'en'}", uid: "9", user: {username: ada, role: guide}}}]}
  - button: {text: Log out, onTap: [logOut]}
`
	conf := strings.Replace(string(tourist(t, nil).Bytes("app.yaml")), "userDataType: User", "userDataType: User\n  roleField: role", 1)
	files := map[string]string{"pages/who.yaml": who, "app.yaml": conf}
	store := session.NewMemory()
	here, there := newWorldOver(t, store, files), newWorldOver(t, store, files)
	accepted, tried := 0, 0
	dead := func(cookie string) {
		t.Helper()
		time.Sleep(rand.N(5 * time.Millisecond)) // the thief comes at a random moment; nothing is waited for
		thief := there.browser()
		thief.cookies[sessionName()] = cookie
		tried++
		if q := thief.roundTrip(thief.request("GET", "/who", nil)); q.StatusCode != http.StatusSeeOther || q.Header.Get("Location") != "/login" {
			accepted++
			t.Errorf("the old id is answered with %d %s", q.StatusCode, q.Header.Get("Location"))
		}
	}
	for range volume(30, 1000) {
		here.app.guesses = newGuesses() // so many log-ins from one address are slowed down
		c := here.browser()
		planted := "v1." + session.NewID()
		c.cookies[sessionName()] = planted
		c.press(c.get("/login"), "Sign in", map[string]string{"username": "ada", "password": "good-password"})
		dead(planted)
		for _, change := range []string{"Become a guide", "Become another", "Log in again", "Log out"} {
			old := c.cookies[sessionName()]
			same := there.browser()
			same.cookies[sessionName()] = old
			same.get("/who").want(t, 200, "Here is") // it lived until now, on that node too
			c.pressOnce(c.get("/who"), change, nil)
			if now := c.cookies[sessionName()]; now == old || now == planted {
				t.Fatalf("%s keeps the id", change)
			}
			dead(old)
		}
	}
	t.Logf("%d old or planted ids brought to another server: %d accepted", tried, accepted)
}
