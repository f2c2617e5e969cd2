package main

import (
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/session"
)

// Faults that a builder can have happen, once.
const (
	faultFail    = "failRefresh"    // the backend refuses the next renewal
	faultTrouble = "troubleRefresh" // the backend is in trouble at the next renewal
	faultLose    = "loseRefresh"    // the answer to the next renewal is lost on its way
	faultExpired = "refuseCall"     // the backend takes the token of the next call for expired
)

// faults is a way to the backend that fails on purpose, for the login of one browser: one fault at a time for each, and each happens once.
type faults struct {
	mu      sync.Mutex
	armed   map[string]string         // by browser
	owner   func(login string) string // the browser of a session's key, "" not known
	changed func()
}

// now returns the fault that is armed for a browser, "" none.
func (f *faults) now(browser string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.armed[browser]
}

// arm has a fault happen to a browser's login at the next opportunity; "" none.
func (f *faults) arm(browser, fault string) {
	f.mu.Lock()
	if f.armed == nil {
		f.armed = map[string]string{}
	}
	f.armed[browser] = fault
	if fault == "" {
		delete(f.armed, browser)
	}
	f.mu.Unlock()
	f.changed()
}

// take returns the fault that a request for the session of a key meets, and puts it away.
func (f *faults) take(s call.Sending, login string) string {
	if s == call.SendingPlain || login == "" {
		return ""
	}
	browser := f.owner(login)
	f.mu.Lock()
	fault := f.armed[browser]
	met := s == call.SendingRenewal && fault != faultExpired || s == call.SendingLogin && fault == faultExpired
	if fault == "" || !met {
		f.mu.Unlock()
		return ""
	}
	delete(f.armed, browser)
	f.mu.Unlock()
	f.changed()
	return fault
}

// wrap puts the faults before a transport.
func (f *faults) wrap(next http.RoundTripper) http.RoundTripper { return faulty{f, next} }

type faulty struct {
	faults *faults
	next   http.RoundTripper
}

// errLost is what a caller sees of an answer that never came.
var errLost = &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}

// RoundTrip implements http.RoundTripper.
func (t faulty) RoundTrip(r *http.Request) (*http.Response, error) {
	switch t.faults.take(call.SendingOf(r.Context()), session.LoginOf(r.Context())) {
	case faultFail:
		return made(r, http.StatusUnauthorized, `{"error":"invalid_grant","message":"refused on purpose, by the studio"}`)
	case faultTrouble:
		return made(r, http.StatusServiceUnavailable, `{"error":"unavailable","message":"in trouble on purpose, by the studio"}`)
	case faultExpired:
		return made(r, http.StatusUnauthorized, `{"error":"invalid_token","message":"expired on purpose, by the studio"}`)
	case faultLose:
		resp, err := t.next.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<20)) // the backend has done it all; nobody reads what it says
		_ = resp.Body.Close()
		return nil, errLost
	}
	return t.next.RoundTrip(r)
}

// made is an answer that no backend gave. The request is not sent.
func made(r *http.Request, status int, body string) (*http.Response, error) {
	if r.Body != nil {
		_ = r.Body.Close()
	}
	return &http.Response{
		Status: http.StatusText(status), StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}, nil
}
