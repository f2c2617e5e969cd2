package hostile_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/internal/hostile"
	"github.com/usherdev/usher/session"
)

// patient is quick with time for what a loaded machine does to the slowest of many.
func patient(c *session.Config) {
	c.Tuning.AttemptBudget, c.Tuning.Lease, c.Tuning.Patience = 10*time.Second, 15*time.Second, 10*time.Second
}

// inParallel runs fn n times in all, by workers who each have a number.
func inParallel(workers, n int, fn func(worker int)) {
	var left atomic.Int64
	left.Store(int64(n))
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for left.Add(-1) >= 0 {
				fn(w)
			}
		})
	}
	wg.Wait()
}

// person is a login in the hands of one worker.
type person struct {
	s      session.Session
	family int
}

func people(t *testing.T, n *node, count int) []*person {
	t.Helper()
	var out []*person
	for i := range count {
		s, family := n.login(t, fmt.Sprint("user", i))
		out = append(out, &person{s, family})
	}
	return out
}

func upTo(d time.Duration) time.Duration { return rand.N(d) }

// TestB4_ClosedTabs: the request is cancelled at a random moment of the refresh; what is stored afterwards is what the
// backend knows, even where it takes no token twice.
func TestB4_ClosedTabs(t *testing.T) {
	srv := start(t, hostile.Config{Rotation: hostile.RotateStrict})
	srv.Script(func(int) hostile.Step {
		return hostile.Step{DelayBefore: upTo(40 * time.Millisecond), DelayHeaders: upTo(20 * time.Millisecond), DelayBody: upTo(20 * time.Millisecond)}
	})
	n := newNode(t, srv, rotation(hostile.RotateStrict), patient)
	all := people(t, n, 10)
	var cancelled atomic.Int64
	runs := volume(100, 1000)
	inParallel(len(all), runs, func(w int) {
		p := all[w]
		n.expire(t, p.s.ID)
		ctx, cancel := context.WithTimeout(t.Context(), upTo(100*time.Millisecond))
		defer cancel()
		if _, _, err := n.Fresh(ctx, p.s.ID); err != nil {
			cancelled.Add(1)
		}
		n.isLive(t, n.settle(t, p.s.ID), p.family)
	})
	n.oneSendAnAttempt(t)
	if srv.Sends() != runs || srv.Spent() != 0 || cancelled.Load() == 0 {
		t.Errorf("%d calls for %d expiries, %d spent, %d cancelled", srv.Sends(), runs, srv.Spent(), cancelled.Load())
	}
	t.Logf("%d of %d requests cancelled; the stored pair was the live one %d times", cancelled.Load(), runs, runs)
}

// losing is a script that loses a share of the answers after the rotation, each in another way.
func losing(share float64) func(int) hostile.Step {
	ways := []hostile.Step{
		{Reset: hostile.AfterRead}, {Reset: hostile.AfterHeaders}, {Reset: hostile.MidBody}, {Truncate: true, TruncateAt: 0.7},
		{Status: 504}, {Status: 500}, {Truncate: true, NoLength: true, TruncateAt: 0.3}, {DelayHeaders: hostile.Silence},
	}
	return func(int) hostile.Step {
		if rand.Float64() < share {
			return ways[rand.IntN(len(ways))]
		}
		return hostile.Step{}
	}
}

// TestB8_LostAnswers: answers are lost after the rotation, and asked for again 2 s, 60 s and 9 h later by the backend's
// clock: nobody is ever logged out.
func TestB8_LostAnswers(t *testing.T) {
	for _, pause := range []time.Duration{2 * time.Second, time.Minute, 9 * time.Hour} {
		t.Run(pause.String(), func(t *testing.T) {
			t.Parallel()
			srv := start(t, hostile.Config{})
			srv.Script(losing(0.05))
			n := newNode(t, srv, rotation(hostile.RotateRetrySafe), late)
			all := people(t, n, 8)
			refreshes := volume(120, 3334)
			inParallel(len(all), refreshes, func(w int) {
				p := all[w]
				n.expire(t, p.s.ID)
				if _, _, err := n.Fresh(t.Context(), p.s.ID); err != nil {
					srv.Advance(pause)
				}
				n.isLive(t, n.settle(t, p.s.ID), p.family)
			})
			n.oneSendAnAttempt(t)
			if ends := n.of(session.EventEnd); len(ends) != 0 {
				t.Errorf("%d false log-outs", len(ends))
			}
			t.Logf("%d refreshes, %d answers lost, 0 false log-outs", refreshes, lost(srv, all))
		})
	}
}

// late makes no quick retries, so that a lost answer is asked for again only when somebody comes.
func late(c *session.Config) {
	c.Tuning.AmbiguousDelays, c.Tuning.FailGuard = []time.Duration{}, time.Millisecond
	c.Tuning.AttemptBudget, c.Tuning.Lease, c.Tuning.Patience = 2*time.Second, 3*time.Second, 5*time.Second
}

func lost(srv *hostile.Server, all []*person) (n int) {
	for _, p := range all {
		n += srv.Lost(p.family)
	}
	return n
}

// TestB9_LostAnswersOfAStrictBackend: at most one log-out for each answer that was lost, and each says lost_rotation.
func TestB9_LostAnswersOfAStrictBackend(t *testing.T) {
	srv := start(t, hostile.Config{Rotation: hostile.RotateStrict})
	srv.Script(losing(0.05))
	n := newNode(t, srv, rotation(hostile.RotateStrict), late)
	all := people(t, n, 8)
	var mu sync.Mutex
	past := []*person{}
	refreshes := volume(300, 10_000)
	inParallel(len(all), refreshes, func(w int) {
		p := all[w]
		n.expire(t, p.s.ID)
		if s := n.settle(t, p.s.ID); s.Ended == "" {
			n.isLive(t, s, p.family)
			return
		}
		mu.Lock()
		past = append(past, &person{p.s, p.family})
		mu.Unlock()
		p.s, p.family = n.login(t, fmt.Sprint("user", w))
	})
	n.oneSendAnAttempt(t)
	ends := n.of(session.EventEnd)
	for _, e := range ends {
		if e.Reason != session.LostRotation {
			t.Errorf("ended %q", e.Reason)
		}
	}
	lostAnswers := lost(srv, append(past, all...))
	if len(ends) > lostAnswers || len(ends) == 0 || len(ends) != len(past) {
		t.Errorf("%d log-outs for %d lost answers", len(ends), lostAnswers)
	}
	t.Logf("%d refreshes, %d answers lost, %d log-outs, all coded lost_rotation", refreshes, lostAnswers, len(ends))
}

// brokenBody is a body that cannot be used, and how it is read.
type brokenBody struct {
	step  hostile.Step
	class session.Class
}

// cutBodies is the answer cut off at each of twenty places, whole as far as HTTP can tell.
func cutBodies(good string, all map[string]brokenBody) {
	for i := range 20 {
		at := i * len(good) / 20
		all[fmt.Sprint("cut at ", at)] = brokenBody{hostile.Step{Body: []byte(good[:at])}, session.Ambiguous}
	}
}

// bombs are bodies that are huge, or become huge when they are unpacked.
func bombs(all map[string]brokenBody) {
	all["gzip bomb of 200 MiB"] = brokenBody{hostile.Step{GzipBomb: 200 << 20}, session.Ambiguous}
	all["100 MiB"] = brokenBody{hostile.Step{Body: bytes.Repeat([]byte(" "), 100<<20)}, session.Ambiguous}
}

// TestB14_BrokenBodies: whatever the body of the answer is, what is stored stays whole, and the next good answer is taken.
func TestB14_BrokenBodies(t *testing.T) {
	good := `{"accessToken":"A","refreshToken":"R","uid":"ada","expiresAt":4000000000000}`
	all := map[string]brokenBody{}
	cutBodies(good, all)
	bombs(all)
	for name, tc := range map[string]struct {
		body  string
		class session.Class
	}{
		"trailing JSON":          {good + good, session.Ambiguous},
		"trailing text":          {good + " ok", session.Ambiguous},
		"trailing NUL":           {good + "\x00", session.Ambiguous},
		"duplicate token":        {`{"accessToken":"A","accessToken":"B"}`, session.Ambiguous},
		"duplicate but for case": {`{"accessToken":"A","ACCESSTOKEN":"B"}`, session.Ambiguous},
		"duplicate elsewhere":    {`{"accessToken":"A","x":{"y":1,"y":2}}`, session.Ambiguous},
		"UTF-16":                 {"\xff\xfe{\x00}\x00", session.Ambiguous},
		"invalid UTF-8":          {"{\"accessToken\":\"A\xff\"}", session.Ambiguous},
		"single quotes":          {`{'accessToken':'A'}`, session.Ambiguous},
		"comment":                {good + "// fine", session.Ambiguous},
		"trailing comma":         {`{"accessToken":"A",}`, session.Ambiguous},
		"NaN":                    {`{"accessToken":NaN}`, session.Ambiguous},
		"half a rune":            {`{"accessToken":"\ud800`, session.Ambiguous},
		"two documents":          {good + "\n" + good, session.Ambiguous},
		"deep":                   {repeat("[", 100) + repeat("]", 100), session.Ambiguous},
		"too large":              {`{"accessToken":"` + repeat("x", 1<<20) + `"}`, session.Ambiguous},
		"a word":                 {`OK`, session.Ambiguous},
		"white space":            {" \n\t ", session.Ambiguous},
		"null":                   {`null`, session.Misconfig},
		"list":                   {`[` + good + `]`, session.Misconfig},
		"text":                   {`"A"`, session.Misconfig},
		"number":                 {`12`, session.Misconfig},
		"true":                   {`true`, session.Misconfig},
		"case varied":            {`{"AccessToken":"A"}`, session.Misconfig},
		"empty token":            {`{"accessToken":""}`, session.Misconfig},
		"null token":             {`{"accessToken":null}`, session.Misconfig},
		"number token":           {`{"accessToken":1}`, session.Misconfig},
		"list token":             {`{"accessToken":["A"]}`, session.Misconfig},
		"object token":           {`{"accessToken":{"value":"A"}}`, session.Misconfig},
		"bool token":             {`{"accessToken":true}`, session.Misconfig},
		"token with newline":     {`{"accessToken":"A\nB"}`, session.Misconfig},
		"token with CRLF":        {`{"accessToken":"A\r\nX: y"}`, session.Misconfig},
		"token with NUL":         {`{"accessToken":"A\u0000"}`, session.Misconfig},
		"token not ASCII":        {`{"accessToken":"tök"}`, session.Misconfig},
		"token of 17 KiB":        {`{"accessToken":"` + repeat("x", 17<<10) + `"}`, session.Misconfig},
		"the word null":          {`{"accessToken":"null"}`, session.Misconfig},
		"the word undefined":     {`{"accessToken":"undefined"}`, session.Misconfig},
		"refresh with newline":   {`{"accessToken":"A","refreshToken":"R\n"}`, session.Misconfig},
		"refresh of 17 KiB":      {`{"accessToken":"A","refreshToken":"` + repeat("x", 17<<10) + `"}`, session.Misconfig},
		"refresh is a list":      {`{"accessToken":"A","refreshToken":["R"]}`, session.Misconfig},
		"nested elsewhere":       {`{"data":` + good + `}`, session.Misconfig},
		"an error with 200":      {`{"error":"invalid_client"}`, session.Misconfig},
	} {
		all[name] = brokenBody{hostile.Step{Body: []byte(tc.body)}, tc.class}
	}
	t.Logf("%d bodies", len(all))
	for name, tc := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := start(t, hostile.Config{})
			n := newNode(t, srv, late)
			s, family := n.login(t, "ada")
			srv.Next(tc.step)
			n.expire(t, s.ID)
			if _, _, err := n.Fresh(t.Context(), s.ID); !errors.Is(err, session.ErrUnavailable) {
				t.Fatalf("Fresh: %v", err)
			}
			failed := n.of(session.EventRenewFailed)
			if len(failed) != 1 || failed[0].Class != tc.class {
				t.Errorf("read as %+v, want %v", failed, tc.class)
			}
			got, _, err := n.Current(t.Context(), s.ID)
			if err != nil || !got.Auth.Token.Equal(s.Auth.Token) || !got.Auth.RefreshToken.Equal(s.Auth.RefreshToken) || string(got.Auth.User) != string(s.Auth.User) {
				t.Errorf("what is stored has changed: ver %d, %v", got.Ver, err)
			}
			n.isLive(t, n.settle(t, s.ID), family)
		})
	}
}

// TestB14_ByteOrderMark: some frameworks put one before every answer; the answer behind it is whole.
func TestB14_ByteOrderMark(t *testing.T) {
	srv := start(t, hostile.Config{})
	n := newNode(t, srv, late)
	s, _ := n.login(t, "ada")
	srv.Next(hostile.Step{Body: []byte("\ufeff" + `{"accessToken":"A","expiresAt":4000000000000}`)})
	n.expire(t, s.ID)
	if got := n.settle(t, s.ID); got.Auth.Token.Reveal() != "A" || !got.Auth.RefreshToken.Equal(s.Auth.RefreshToken) {
		t.Errorf("ver %d, ended %q", got.Ver, got.Ended)
	}
}

func repeat(s string, n int) string {
	b := make([]byte, 0, n*len(s))
	for range n {
		b = append(b, s...)
	}
	return string(b)
}

// TestB17_LogOutAtAnyMoment: a log-out meets the refresh at a random moment. The session stays over, and the backend is
// told of the pair that lives there.
func TestB17_LogOutAtAnyMoment(t *testing.T) {
	srv := start(t, hostile.Config{Rotation: hostile.RotateStrict})
	srv.Script(func(int) hostile.Step {
		return hostile.Step{DelayBefore: upTo(4 * time.Millisecond), DelayHeaders: upTo(4 * time.Millisecond)}
	})
	n := newNode(t, srv, rotation(hostile.RotateStrict), patient)
	runs := volume(150, 10_000)
	inParallel(8, runs, func(w int) {
		s, family := n.login(t, fmt.Sprint("user", w))
		n.expire(t, s.ID)
		var wg sync.WaitGroup
		wg.Go(func() { _, _, _ = n.Fresh(t.Context(), s.ID) }) // any outcome is fine
		time.Sleep(upTo(12 * time.Millisecond))
		if err := n.LogOut(t.Context(), s.ID); err != nil {
			t.Error(err)
		}
		wg.Wait()
		eventually(t, "the backend is told", func() bool { _, alive := srv.Live(family); return !alive })
		if got, _, err := n.Current(t.Context(), s.ID); err != nil || got.Ended != session.LoggedOut || !got.Auth.Token.IsZero() {
			t.Errorf("revived: ended %q, %v", got.Ended, err)
		}
	})
	n.oneSendAnAttempt(t)
	t.Logf("%d log-outs during a refresh: 0 resurrections, %d revoked", runs, runs)
}

// TestB20_SlowBackendPilesNothingUp: whether the backend waits, sends byte by byte or stops in the middle, waiters are sent
// away when patience ends, and nothing of them stays.
func TestB20_SlowBackendPilesNothingUp(t *testing.T) {
	ways := []struct {
		name string
		slow hostile.Step
	}{
		{"30 s before it answers", hostile.Step{DelayBefore: 30 * time.Second}},
		{"byte by byte", hostile.Step{Drip: 50 * time.Millisecond}},
		{"30 s before the body", hostile.Step{DelayBody: 30 * time.Second}},
		{"half an answer, slowly, and no more", hostile.Step{Truncate: true, NoLength: true, TruncateAt: 0.5, Drip: 20 * time.Millisecond}},
	}
	for _, w := range ways[:volume(2, len(ways))] {
		t.Run(w.name, func(t *testing.T) { pile(t, w.slow, volume(1000, 5000)) })
	}
}

func pile(t *testing.T, slow hostile.Step, waiters int) {
	srv := start(t, hostile.Config{})
	srv.Always(slow)
	n := newNode(t, srv)
	s, _ := n.login(t, "ada")
	n.expire(t, s.ID)
	base := goroutines()
	var told, longest atomic.Int64
	var wg sync.WaitGroup
	for range waiters {
		wg.Go(func() {
			began := time.Now()
			_, _, err := n.Fresh(t.Context(), s.ID)
			if (errors.Is(err, session.ErrBusy) || errors.Is(err, session.ErrUnavailable)) && session.RetryAfter(err) >= time.Second {
				told.Add(1)
			}
			for took := int64(time.Since(began)); ; {
				if was := longest.Load(); took <= was || longest.CompareAndSwap(was, took) {
					break
				}
			}
		})
	}
	wg.Wait()
	if told.Load() != int64(waiters) {
		t.Errorf("%d of %d were told to come back", told.Load(), waiters)
	}
	eventually(t, "the goroutines are back", func() bool { return goroutines() <= base+10 })
	if got, _, err := n.Current(t.Context(), s.ID); err != nil || got.Ended != "" {
		t.Errorf("ended %q, %v", got.Ended, err)
	}
	t.Logf("%d waiters told to come back, the last after %v with a patience of %v; %d goroutines, %d before", waiters,
		time.Duration(longest.Load()).Round(time.Millisecond), quick().Patience, goroutines(), base)
}

// resending is a Transport that keeps connections, and a refresh call that names itself idempotent: with a body that it
// can rewind, Go's transport would send such a call again by itself.
func resending(t *testing.T, url string) *call.Client {
	t.Helper()
	tr := &http.Transport{}
	t.Cleanup(tr.CloseIdleConnections)
	p := app(url)
	p.App.Auth.Refresh.Call.Headers = append(p.App.Auth.Refresh.Call.Headers, header("Idempotency-Key", "k"))
	c, err := call.New(call.Config{Project: p, Transport: tr})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestB21_OneSendOnAReusedConnection: a connection is reset after it has been used; with an Idempotency-Key and without,
// each journalled attempt is one request at the socket.
func TestB21_OneSendOnAReusedConnection(t *testing.T) {
	for _, kept := range []bool{false, true} {
		t.Run(fmt.Sprint("kept connections and a key: ", kept), func(t *testing.T) {
			srv := start(t, hostile.Config{})
			srv.Script(func(call int) hostile.Step {
				if call%2 == 0 {
					return hostile.Step{Reset: hostile.AfterRead}
				}
				return hostile.Step{}
			})
			n := newNode(t, srv, late, func(c *session.Config) {
				if kept {
					c.Refresh = resending(t, srv.URL()).Refresher()
				}
			})
			s, family := n.login(t, "ada")
			for range 20 {
				n.expire(t, s.ID)
				n.isLive(t, n.settle(t, s.ID), family)
			}
			n.oneSendAnAttempt(t)
			if sends, attempts := srv.Sends()+srv.Unread(), len(n.journalled()); sends != attempts || sends < 30 {
				t.Errorf("%d sends, %d attempts", sends, attempts)
			}
		})
	}
}

// TestB21_TheSocketCountCanFail shows that the count above sees what Go's transport does with a body that it can rewind.
func TestB21_TheSocketCountCanFail(t *testing.T) {
	srv := start(t, hostile.Config{})
	tr := &http.Transport{}
	defer tr.CloseIdleConnections()
	srv.Next(hostile.Step{}, hostile.Step{Reset: hostile.AfterRead})
	for range 2 {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL()+"/refresh", body(`{}`))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Idempotency-Key", "k")
		resp, err := tr.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		drain(resp)
	}
	if srv.Sends() != 3 {
		t.Errorf("%d requests at the socket, want the third that nobody asked for", srv.Sends())
	}
}

// TestB26_NoRotation: a backend that never sends a refresh token again keeps the one it gave.
func TestB26_NoRotation(t *testing.T) {
	srv := start(t, hostile.Config{Rotation: hostile.RotateNone})
	n := newNode(t, srv, rotation(hostile.RotateNone))
	s, family := n.login(t, "ada")
	for range 50 {
		n.expire(t, s.ID)
		got := n.settle(t, s.ID)
		n.isLive(t, got, family)
		if !got.Auth.RefreshToken.Equal(s.Auth.RefreshToken) {
			t.Fatal("the refresh token was dropped")
		}
	}
	if srv.Sends() != 50 {
		t.Errorf("%d calls", srv.Sends())
	}
}
