package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

// callApp is one group with two calls that carry the login's token.
func callApp(base string) (*project.Project, error) {
	p, problems := project.NewTree(map[string][]byte{
		"app.yaml": []byte("usher: 1\nname: Bench\nauthentication: {entryPage: start, loggedInPage: home}\n"),
		"calls/api.yaml": []byte("url: " + base + "\nauth: required\ncalls:\n  small: {method: POST, path: /small, params: {q: text}, json: {q: \"${params.q}\"}}\n" +
			"  large: {method: POST, path: /large, params: {q: text}, json: {q: \"${params.q}\"}}\n"),
		"pages/start.yaml": []byte("path: /start\ntitle: Start\nbody: [{text: a}]\n"),
		"pages/home.yaml":  []byte("path: /home\ntitle: Home\naccess: loggedIn\nbody: [{text: a}]\n"),
	}).Project()
	if problems.Errors() {
		return nil, fmt.Errorf("the project of the calls: %v", problems)
	}
	return p, nil
}

// jsonOf is a JSON list of objects of about n bytes.
func jsonOf(n int) []byte {
	var b bytes.Buffer
	b.WriteString(`{"items":[`)
	for i := 0; b.Len() < n-100; i++ {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":%d,"name":"Item number %d","price":%d.5,"tags":["a","b"]}`, i, i, i)
	}
	b.WriteString(`]}`)
	return b.Bytes()
}

// callsAgainstBare compares a call (session read, token, request, strict JSON) with the code that one would write by hand around net/http
// and encoding/json, against the same server.
func callsAgainstBare(ctx context.Context, _ string) (err error) {
	bodies := map[string][]byte{"/small": jsonOf(2 << 10), "/large": jsonOf(1 << 20)}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(bodies[r.URL.Path]) // a client that left is no matter of the measurement
	})}
	go func() { _ = srv.Serve(ln) }()
	defer func() { err = errors.Join(err, srv.Close()) }()
	p, err := callApp("http://" + ln.Addr().String())
	if err != nil {
		return err
	}
	c, err := call.New(call.Config{Project: p})
	if err != nil {
		return err
	}
	defer c.Close()
	m, err := session.New(session.Config{App: "bench", Store: session.NewMemory(), Keys: session.NewKeys([32]byte{1})})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.Close(ctx)) }()
	s, err := m.LogIn(ctx, "", session.AuthData{Token: session.NewSecret(strings.Repeat("t", 800)), UID: "7"}, true)
	if err != nil {
		return err
	}
	for _, name := range []string{"small", "large"} {
		ours := func() error { return viaCall(ctx, c, m, s, p.Call("api."+name)) }
		theirs := func() error { return viaBare(ctx, "http://"+ln.Addr().String()+"/"+name, s.Auth.Token.Reveal()) }
		if err := compareCalls(fmt.Sprintf("call, reply of %d KB", (len(bodies["/"+name])+512)>>10), ours, theirs); err != nil {
			return err
		}
	}
	return nil
}

func viaCall(ctx context.Context, c *call.Client, m *session.Manager, s session.Session, what *project.Call) error {
	req := call.Request{Call: what, Args: func(value.Scope) (map[string]any, error) { return map[string]any{"q": "x"}, nil }}
	r, err := c.Do(ctx, req, call.NewBearer(m, s))
	if err == nil && (!r.OK || r.Body == nil) {
		err = fmt.Errorf("the call failed: %s", r.Error)
	}
	return err
}

func viaBare(ctx context.Context, url, token string) error {
	body, err := json.Marshal(map[string]any{"q": "x"})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	var v any
	return json.Unmarshal(b, &v)
}

// compareCalls prints the median ratio of several rounds, and what one call allocates in this process, the server's share included on both sides.
func compareCalls(what string, ours, theirs func() error) error {
	var ratio, a, b []float64
	var mine, bare testing.BenchmarkResult
	for range rounds {
		var err error
		if mine, err = timed(ours); err != nil {
			return err
		}
		if bare, err = timed(theirs); err != nil {
			return err
		}
		x, y := float64(mine.NsPerOp()), float64(bare.NsPerOp())
		a, b, ratio = append(a, x/1000), append(b, y/1000), append(ratio, x/y)
	}
	fmt.Printf("%-24s %8.0f µs  by hand %8.0f µs  ratio %.2f  allocations %d, by hand %d\n", what, median(a), median(b), median(ratio), mine.AllocsPerOp(), bare.AllocsPerOp())
	return nil
}

func timed(fn func() error) (r testing.BenchmarkResult, err error) {
	r = testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err = fn(); err != nil {
				b.FailNow()
			}
		}
	})
	return r, err
}
