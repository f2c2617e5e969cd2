package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func repoExamples(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../../examples")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// freePort sets the named variable to a loopback address that was free a moment ago: freeport NAME.
func freePort(ts *testscript.TestScript, _ bool, args []string) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Setenv(args[0], ln.Addr().String())
	ts.Check(ln.Close())
}

// ask sends one GET with the Host given, straight to the address: *.localhost needs no resolver then. Redirects are not followed.
func ask(addr, host, path string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+path, nil)
	if err != nil {
		return "", err
	}
	req.Host = host
	resp, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return resp.Status + "\n" + resp.Header.Get("Location") + "\n" + string(body), err
}

// await polls until the address answers: await ADDR HOST PATH.
func await(ts *testscript.TestScript, _ bool, args []string) {
	deadline := time.Now().Add(20 * time.Second)
	for {
		_, err := ask(args[0], args[1], args[2])
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("no answer from %s: %v", args[0], err)
		}
		time.Sleep(10 * time.Millisecond) // between polls of a condition that has a deadline
	}
}

// get asserts that the answer's status, location or body matches: [!] get ADDR HOST PATH REGEXP.
func get(ts *testscript.TestScript, neg bool, args []string) {
	answer, err := ask(args[0], args[1], args[2])
	ts.Check(err)
	if regexp.MustCompile(args[3]).MatchString(answer) == neg {
		ts.Fatalf("GET %s%s as %s answered:\n%s", args[0], args[2], args[1], strings.TrimSpace(answer))
	}
}

// port sets the named variable to the port of an address: port NAME ADDR.
func port(ts *testscript.TestScript, _ bool, args []string) {
	_, p, err := net.SplitHostPort(args[1])
	ts.Check(err)
	ts.Setenv(args[0], p)
}

// until polls until the answer matches: until ADDR HOST PATH REGEXP.
func until(ts *testscript.TestScript, _ bool, args []string) {
	deadline := time.Now().Add(20 * time.Second)
	for {
		answer, err := ask(args[0], args[1], args[2])
		if err == nil && regexp.MustCompile(args[3]).MatchString(answer) {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("GET %s%s as %s answered:\n%s%v", args[0], args[2], args[1], strings.TrimSpace(answer), err)
		}
		time.Sleep(10 * time.Millisecond) // between polls of a condition that has a deadline
	}
}
