package hostile_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/usherdev/usher/internal/hostile"
)

// start makes a Server that closes with the test.
func start(t *testing.T, cfg hostile.Config) *hostile.Server {
	t.Helper()
	s, err := hostile.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// answered is what a plain client got.
type answered struct {
	status  int
	header  http.Header
	access  string
	refresh string
	size    int
	err     error
}

// post presents a refresh token with a client that follows nothing and keeps no connection.
func post(t *testing.T, s *hostile.Server, path, token string) answered {
	t.Helper()
	tr := &http.Transport{DisableKeepAlives: true, DisableCompression: true}
	defer tr.CloseIdleConnections()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL()+path, strings.NewReader(fmt.Sprintf(`{"refreshToken":%q}`, token)))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := tr.RoundTrip(req)
	if err != nil {
		return answered{err: err}
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	a := answered{status: resp.StatusCode, header: resp.Header, size: len(b), err: err}
	var in struct{ AccessToken, RefreshToken string }
	if json.Unmarshal(b, &in) == nil {
		a.access, a.refresh = in.AccessToken, in.RefreshToken
	}
	return a
}

func me(t *testing.T, s *hostile.Server, access string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+"/me", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+access)
	req.Close = true
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

// TestRotations: what each rotation makes of the current token, of its parent at once, late and after the child was
// used, and of a grandparent.
func TestRotations(t *testing.T) {
	for _, tc := range []struct {
		rotation                                   hostile.Rotation
		atOnce, late, usedAtOnce, usedLate, oldest bool
	}{
		{hostile.RotateNone, true, true, true, true, true},
		{hostile.RotateRetrySafe, true, true, true, false, false},
		{hostile.RotateInterval, true, false, true, false, false},
		{hostile.RotateParentAlways, true, true, true, true, false},
		{hostile.RotateStrict, false, false, false, false, false},
	} {
		for name, want := range map[string]bool{"at once": tc.atOnce, "late": tc.late, "used at once": tc.usedAtOnce, "used late": tc.usedLate, "oldest": tc.oldest} {
			t.Run(tc.rotation.String()+" "+name, func(t *testing.T) {
				s := start(t, hostile.Config{Rotation: tc.rotation, TTL: 24 * time.Hour})
				first := s.LogIn("ada")
				child := post(t, s, "/refresh", first.Refresh)
				if child.status != 200 || (child.refresh == "") != (tc.rotation == hostile.RotateNone) {
					t.Fatalf("the first refresh: %+v", child)
				}
				if strings.HasPrefix(name, "used") && me(t, s, child.access) != 200 {
					t.Fatal("the new access token does not work")
				}
				if strings.HasSuffix(name, "late") {
					s.Advance(9 * time.Hour)
				}
				if name == "oldest" && tc.rotation != hostile.RotateNone && post(t, s, "/refresh", child.refresh).status != 200 {
					t.Fatal("the second refresh")
				}
				again := post(t, s, "/refresh", first.Refresh)
				live, alive := s.Live(first.Family)
				if (again.status == 200) != want || alive != want {
					t.Errorf("status %d, alive %v, want %v", again.status, alive, want)
				}
				if want && tc.rotation != hostile.RotateNone && (again.refresh != child.refresh || live.Refresh != child.refresh) {
					t.Error("the parent did not get the same child")
				}
				if !want && me(t, s, child.access) != 401 {
					t.Error("the access token outlived its login")
				}
			})
		}
	}
}

// TestTruthLog: presented tokens with their generation, header bytes, the live pair, and what was lost.
func TestTruthLog(t *testing.T) {
	s := start(t, hostile.Config{Rotation: hostile.RotateParentAlways})
	p := s.LogIn("ada")
	s.Next(hostile.Step{}, hostile.Step{Truncate: true, TruncateAt: 0.5})
	post(t, s, "/refresh", p.Refresh)
	post(t, s, "/refresh", p.Refresh)
	post(t, s, "/refresh", "never issued")
	log := s.Presented()
	if len(log) != 3 || log[0].Spent || !log[1].Spent || log[1].Generation != 0 || log[2].Family != 0 || s.Spent() != 1 || s.Sends() != 3 {
		t.Errorf("log %+v", log)
	}
	if h := s.Heads()[0]; h.Path != "/refresh" || !strings.HasPrefix(h.Bytes, "POST /refresh HTTP/1.1\r\nHost: "+strings.TrimPrefix(s.URL(), "http://")+"\r\n") {
		t.Errorf("head %q", h.Bytes)
	}
	live, alive := s.Live(p.Family)
	if !alive || live.Generation != 1 || s.FamilyOf(live.Refresh) != p.Family || s.FamilyOf("x") != 0 || s.Lost(p.Family) != 1 {
		t.Errorf("live %+v %v, lost %d", live, alive, s.Lost(p.Family))
	}
	if one, all := s.InFlight(); one != 1 || all != 1 {
		t.Errorf("in flight %d, %d", one, all)
	}
	post(t, s, "/logout", live.Refresh)
	if _, alive := s.Live(p.Family); alive || me(t, s, live.Access) != 401 {
		t.Error("the log-out did nothing")
	}
}

// TestSteps: each thing a script can do, as a plain client meets it.
func TestSteps(t *testing.T) {
	isReset := func(a answered) bool {
		return errors.Is(a.err, syscall.ECONNRESET) || errors.Is(a.err, syscall.EPIPE) || errors.Is(a.err, io.EOF)
	}
	for name, tc := range map[string]struct {
		step      hostile.Step
		ok        func(answered) bool
		processed bool
	}{
		"works":         {hostile.Step{}, func(a answered) bool { return a.status == 200 && a.access != "" }, true},
		"before read":   {hostile.Step{Reset: hostile.BeforeRead}, isReset, false},
		"after read":    {hostile.Step{Reset: hostile.AfterRead, Unprocessed: true}, isReset, false},
		"processed":     {hostile.Step{Reset: hostile.AfterRead}, isReset, true},
		"after headers": {hostile.Step{Reset: hostile.AfterHeaders}, func(a answered) bool { return a.status == 200 && a.err != nil }, true},
		"mid body":      {hostile.Step{Reset: hostile.MidBody}, func(a answered) bool { return a.status == 200 && a.err != nil && a.access == "" }, true},
		"truncated": {hostile.Step{Truncate: true, TruncateAt: 0.9}, func(a answered) bool {
			return errors.Is(a.err, io.ErrUnexpectedEOF) && a.size > 50
		}, true},
		"no length": {hostile.Step{NoLength: true, Truncate: true, TruncateAt: 0.5}, func(a answered) bool { return a.err == nil && a.access == "" && a.size > 20 }, true},
		"status":    {hostile.Step{Status: 502}, func(a answered) bool { return a.status == 502 && a.size == 0 }, true},
		"refused":   {hostile.Step{Status: 503, Unprocessed: true, Header: http.Header{"Retry-After": {"7"}}}, func(a answered) bool { return a.header.Get("Retry-After") == "7" }, false},
		"redirect":  {hostile.Step{Redirect: "/elsewhere", Unprocessed: true}, func(a answered) bool { return a.status == 302 && a.header.Get("Location") == "/elsewhere" }, false},
		"body":      {hostile.Step{Body: []byte("<html>")}, func(a answered) bool { return a.status == 200 && a.size == 6 }, true},
		"bomb":      {hostile.Step{GzipBomb: 10 << 20}, func(a answered) bool { return a.header.Get("Content-Encoding") == "gzip" && a.size < 1<<20 }, true},
		"clock": {hostile.Step{ClockOffset: time.Hour}, func(a answered) bool {
			at, err := http.ParseTime(a.header.Get("Date"))
			return err == nil && time.Until(at) > 50*time.Minute
		}, true},
		"slow": {hostile.Step{DelayBefore: time.Millisecond, DelayHeaders: time.Millisecond, DelayBody: time.Millisecond, Drip: time.Microsecond},
			func(a answered) bool { return a.access != "" }, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, hostile.Config{})
			p := s.LogIn("ada")
			s.Next(tc.step)
			a := post(t, s, "/refresh", p.Refresh)
			live, _ := s.Live(p.Family)
			if !tc.ok(a) || (live.Generation == 1) != tc.processed {
				t.Errorf("%+v, generation %d", a, live.Generation)
			}
			if a := post(t, s, "/refresh", live.Refresh); a.access == "" {
				t.Errorf("after the script: %+v", a)
			}
		})
	}
}

// TestStopAndStart: nothing listens while it is stopped, and the same logins live afterwards.
func TestStopAndStart(t *testing.T) {
	s := start(t, hostile.Config{})
	p := s.LogIn("ada")
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	if a := post(t, s, "/refresh", p.Refresh); !errors.Is(a.err, syscall.ECONNREFUSED) {
		t.Errorf("while stopped: %v", a.err)
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	if a := post(t, s, "/refresh", p.Refresh); a.access == "" {
		t.Errorf("afterwards: %+v", a)
	}
}

func TestTLSThatNobodyTrusts(t *testing.T) {
	s := start(t, hostile.Config{TLS: true})
	if a := post(t, s, "/refresh", s.LogIn("ada").Refresh); a.err == nil || s.Sends() != 0 {
		t.Errorf("%+v", a)
	}
}

func TestBlackHole(t *testing.T) {
	addr, closeHole, err := hostile.BlackHole()
	if err != nil {
		t.Fatal(err)
	}
	defer closeHole()
	c, err := net.DialTimeout("tcp", addr, 50*time.Millisecond)
	var late net.Error
	if !errors.As(err, &late) || !late.Timeout() {
		t.Errorf("%v, %v", c, err)
	}
}

// TestFind: a canary is found in every form, and only where it is.
func TestFind(t *testing.T) {
	s := start(t, hostile.Config{})
	secret := s.LogIn("ada").Refresh
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = fmt.Fprintf(z, "some %s text", secret)
	_ = z.Close()
	for name, text := range map[string]string{
		"raw": secret, "hex": hex.EncodeToString([]byte(secret)), "HEX": strings.ToUpper(hex.EncodeToString([]byte(secret))),
		"base64": base64.StdEncoding.EncodeToString([]byte(secret)), "base64 in a text": base64.StdEncoding.EncodeToString([]byte("a" + secret + "bc")),
		"base64url": base64.RawURLEncoding.EncodeToString([]byte(`{"t":"` + secret + `"}`)),
		"percent":   "%63%6e" + url.QueryEscape(secret[2:]), "gzip": zipped.String(),
	} {
		found := hostile.Find([]byte("before "+text+" after"), "another", secret)
		if want := name != "percent"; (len(found) > 0) != want {
			t.Errorf("%s: %v", name, found)
		}
	}
	var all strings.Builder
	for i := range len(secret) {
		fmt.Fprintf(&all, "%%%02x", secret[i])
	}
	if len(hostile.Find([]byte(all.String()), secret)) == 0 || len(s.Canaries()) != 2 {
		t.Error("percent-encoding is not seen")
	}
}
