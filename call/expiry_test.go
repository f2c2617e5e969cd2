package call

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

// TestB25_ExpiryForms: sixty ways in which backends say how long a token lives, each through the function that names its
// form. It is understood, or there is no expiry (and the token's own exp, then the first 401, speak), or the check says that
// a function has to name the form. Nothing is guessed.
func TestB25_ExpiryForms(t *testing.T) {
	now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	hour := now.Add(time.Hour)
	unknown := time.Time{}
	for _, tc := range []struct {
		from, reply string // ${…} and what reply.body.x is
		want        time.Time
	}{
		{"inSeconds(reply.body.x)", `3600`, hour},
		{"inSeconds(reply.body.x)", `3600.0`, hour},
		{"inSeconds(reply.body.x)", `3600.5`, hour.Add(500 * time.Millisecond)},
		{"inSeconds(reply.body.x)", `3.6e3`, hour},
		{"inSeconds(reply.body.x)", `"3600"`, hour},
		{"inSeconds(reply.body.x)", `"3600.5"`, hour.Add(500 * time.Millisecond)},
		{"inSeconds(reply.body.x)", `0`, now},
		{"inSeconds(reply.body.x)", `"0"`, now},
		{"inSeconds(reply.body.x)", `-60`, now.Add(-time.Minute)},
		{"inSeconds(reply.body.x)", `null`, unknown},
		{"inSeconds(reply.body.x)", `""`, unknown},
		{"inSeconds(reply.body.x)", `"soon"`, unknown},
		{"inSeconds(reply.body.x)", `"1h"`, unknown},
		{"inSeconds(reply.body.x)", `true`, unknown},
		{"inSeconds(reply.body.x)", `[3600]`, unknown},
		{"inSeconds(reply.body.x)", `{"seconds":3600}`, unknown},
		{"inSeconds(reply.body.x)", `1e308`, unknown},
		{"inSeconds(reply.body.gone)", `3600`, unknown},
		{"inMs(reply.body.x)", `3600000`, hour},
		{"inMs(reply.body.x)", `"3600000"`, hour},
		{"unix(reply.body.x)", fmt.Sprint(hour.Unix()), hour},
		{"unix(reply.body.x)", fmt.Sprintf(`"%d"`, hour.Unix()), hour},
		{"unix(reply.body.x)", fmt.Sprintf(`%d.25`, hour.Unix()), hour.Add(250 * time.Millisecond)},
		{"unix(reply.body.x)", `-1`, time.Unix(-1, 0)},
		{"unix(reply.body.x)", `1e300`, unknown},
		{"unixMs(reply.body.x)", fmt.Sprint(hour.UnixMilli()), hour},
		{"unixMs(reply.body.x)", fmt.Sprintf(`"%d"`, hour.UnixMilli()), hour},
		{"unixMs(reply.body.x / 1000)", fmt.Sprint(hour.UnixMicro()), hour},
		{"time(reply.body.x)", `"` + hour.Format(time.RFC3339) + `"`, hour},
		{"time(reply.body.x)", `"2030-01-02T04:04:05.000Z"`, hour},
		{"time(reply.body.x)", `"2030-01-02T06:04:05+02:00"`, hour},
		{"time(reply.body.x)", `"2030-01-02T04:04:05"`, hour},
		{"time(reply.body.x)", `"2030-01-02 04:04:05"`, hour},
		{"time(reply.body.x)", `"` + hour.Format(http.TimeFormat) + `"`, hour},
		{"time(reply.body.x)", `"tomorrow"`, unknown},
		{"time(reply.body.x)", `null`, unknown},
		{"jwt(reply.body.x).exp", `"` + jwtWith(fmt.Sprintf(`{"exp":%d}`, hour.Unix())) + `"`, hour},
		{"jwt(reply.body.x).exp", `"` + jwtWith(`{}`) + `"`, unknown},
		{"jwt(reply.body.x).exp", `"no.jwt"`, unknown},
		{"jwt(reply.body.x).exp", `null`, unknown},
		{"inMinutes(reply.body.x)", `60`, hour},
		{"inMinutes(reply.body.x)", `"60"`, hour},
		{"inMinutes(60)", `null`, hour},
		{"inSeconds(3600)", `null`, hour},
		{"inDuration(reply.body.x)", `"3600s"`, hour},
		{"inDuration(reply.body.x)", `"1h"`, hour},
		{"inDuration(reply.body.x)", `"PT1H"`, hour},
		{"inDuration(reply.body.x)", `"PT59M60S"`, hour},
		{"inDuration(reply.body.x)", `"P1D"`, now.AddDate(0, 0, 1)},
		{"inDuration(reply.body.x)", `"3600"`, unknown},
		{"inDuration(reply.body.x)", `3600`, unknown},
		{"inDuration(reply.body.x)", `"P1M"`, unknown},
		{"inDuration(reply.body.x)", `"P"`, unknown},
		{"inDuration(reply.body.x)", `"an hour"`, unknown},
		{"time(reply.body.x, 'yyyy-MM-dd HH:mm:ss')", `"2030-01-02 04:04:05"`, hour},
		{"time(reply.body.x, 'yyyy-MM-dd HH:mm:ss', 'Europe/Brussels')", `"2030-01-02 05:04:05"`, hour},
		{"time(reply.body.x, 'yyyy-MM-dd HH:mm:ss', '-03:00')", `"2030-01-02 01:04:05"`, hour},
		{"time(reply.body.x, 'd.M.yyyy HH:mm')", `"2030-01-02 04:04:05"`, unknown},
		{"time(reply.body.x)", `{"__type":"Date","iso":"2030-01-02T04:04:05.000Z"}`, hour},
		{"time(reply.body.x)", `{"date":"2030-01-02"}`, unknown},
		{"never()", `3600`, unknown},
	} {
		b := newBackend(t, func(w http.ResponseWriter, _ *http.Request, _ string) {
			w.Header().Set("Date", now.Format(http.TimeFormat))
			writeJSON(w, 200, `{"accessToken":"a2","x":`+tc.reply+`}`)
		})
		c := refreshApp(t, b.URL, func(r *project.Refresh) {
			expiry, faults := value.NewEnv().With("reply", nil).Parse("${"+tc.from+"}", value.TimeType())
			if len(faults) > 0 {
				t.Fatalf("%s: %v", tc.from, faults)
			}
			r.Update.Expiry = expiry
		})
		c.now = func() time.Time { return now }
		ans := refresh(t, c)
		if ans.Class != session.Success || ans.Update.Expiry == nil || !ans.Update.Expiry.Equal(tc.want) {
			t.Errorf("%s of %s: %v %v (%v), want %v", tc.from, tc.reply, ans.Class, ans.Update.Expiry, ans.Err, tc.want)
		}
	}
	if _, faults := value.NewEnv().With("reply", value.NumberType()).Parse("${reply}", value.TimeType()); len(faults) == 0 {
		t.Error("a bare number passed the check as a time")
	}
}

// jwtWith is an unsigned token with these claims.
func jwtWith(claims string) string {
	enc := base64.RawURLEncoding
	return strings.Join([]string{enc.EncodeToString([]byte(`{"alg":"none"}`)), enc.EncodeToString([]byte(claims)), "x"}, ".")
}
