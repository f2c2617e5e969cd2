package sessiontest

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/usherdev/usher/session"
)

// Useless fills st, a store that is still empty, and tries everything that files returns of it as a cookie: each 32 to 64
// characters that stand together, each 32 bytes, and each 64 hexadecimal digits as the bytes that they stand for. None of it
// opens a session. (A9)
func Useless(t *testing.T, st session.Store, files func() map[string][]byte) {
	m := keeper(t, st)
	var last session.Session
	for i := range 5 {
		last = enter(t, m, fmt.Sprint("ada", i))
		if err := m.SetAppState(t.Context(), last.ID, []byte("state")); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.LogOut(t.Context(), enter(t, m, "gone").ID); err != nil {
		t.Fatal(err)
	}
	th := &thief{m: m, cookie: session.SessionCookie("app", false), tried: map[string]bool{}}
	for name, b := range files() {
		if len(b) == 0 {
			t.Errorf("%s is empty", name)
		}
		if opened := th.all(t, b); len(opened) > 0 {
			t.Errorf("%s: %d cookies in it open a session", name, len(opened))
		}
		t.Logf("%s: %d bytes, %d cookies tried by now, 0 log-ins", name, len(b), len(th.tried))
	}
	raw, err := base64.RawURLEncoding.DecodeString(last.ID)
	if err != nil {
		t.Fatal(err)
	}
	for form, text := range map[string]string{"itself": "v1." + last.ID, "its bytes": string(raw), "its digits": hex.EncodeToString(raw)} {
		other := &thief{m: m, cookie: th.cookie, tried: map[string]bool{}}
		if opened := other.all(t, []byte("before "+text+" behind")); len(opened) != 1 {
			t.Errorf("the search does not see a session's id where %s stand: %v", form, opened)
		}
	}
}

// thief tries what a copy of the store's files holds.
type thief struct {
	m      *session.Manager
	cookie session.Cookie
	tried  map[string]bool
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// all returns the ids found in b that open a session.
func (th *thief) all(t *testing.T, b []byte) (opened []string) {
	t.Helper()
	try := func(value string) {
		id, ok := th.cookie.Read(http.Header{"Cookie": {th.cookie.Name() + "=" + value}})
		if !ok || th.tried[id] {
			return
		}
		th.tried[id] = true
		if _, found, err := th.m.Current(t.Context(), id); err != nil {
			t.Fatal(err)
		} else if found {
			opened = append(opened, id)
		}
	}
	var together int // characters of a cookie's value that end here
	for end := range len(b) + 1 {
		if end > 0 {
			together++
			if c := b[end-1]; c != '.' && strings.IndexByte(alphabet, c) < 0 {
				together = 0
			}
		}
		for n := 32; n <= min(together, 64); n++ {
			text := string(b[end-n : end])
			try(text)
			try("v1." + text)
		}
		if end >= 32 {
			try("v1." + base64.RawURLEncoding.EncodeToString(b[end-32:end]))
		}
		if end >= 64 {
			if raw, err := hex.DecodeString(string(b[end-64 : end])); err == nil {
				try("v1." + base64.RawURLEncoding.EncodeToString(raw))
			}
		}
	}
	return opened
}
