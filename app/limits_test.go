package app

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/usherdev/usher/session"
)

// TestC7_EditedCookiesBuyNoTime: the real limits on the test's clock. A second before the idle limit the cookie is good; a second
// after it nothing that a browser's owner can write into the cookie brings the session back.
func TestC7_EditedCookiesBuyNoTime(t *testing.T) {
	for name, after := range map[string]time.Duration{"before": -time.Second, "after": time.Second} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				y := newStay(t, false)
				time.Sleep(30*time.Minute + after)
				pair := strings.SplitN(y.app.cookies.session.Write(y.s.ID, 0), ";", 2)[0]
				cookie, value, _ := strings.Cut(pair, "=")
				edits := []string{
					pair, pair + "; Max-Age=99999999", pair + "; Expires=Fri, 31 Dec 9999 23:59:59 GMT", pair + "; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=99999999",
					"$Version=1; " + pair, pair + "; " + pair, cookie + `="` + value + `"`, cookie + "=v2." + y.s.ID, cookie + "=" + y.s.ID, cookie + "=v1." + y.s.Key,
					"touristtrail=" + value, strings.ToLower(cookie) + "=" + value, cookie + "-next=" + value, cookie + "-guest=" + value,
				}
				for i, jar := range edits {
					r := y.request(t.Context(), "/profile")
					r.Header.Set("Cookie", jar)
					rec := httptest.NewRecorder()
					y.app.ServeHTTP(rec, r)
					in := rec.Code == http.StatusOK
					if in && (after > 0 || i > 3) { // the first four carry the one good cookie
						t.Errorf("%q opens the page", jar)
					}
					if !in && after < 0 && i == 0 {
						t.Errorf("a second before the limit the page is answered %d", rec.Code)
					}
				}
				want := session.Reason("")
				if after > 0 {
					want = session.TimeoutIdle
				}
				if i, found, err := y.m.Current(t.Context(), y.s.ID); err != nil || found && i.Ended != want || !found && after < 0 {
					t.Errorf("found %v, ended %q, %v", found, i.Ended, err)
				}
			})
		})
	}
}
