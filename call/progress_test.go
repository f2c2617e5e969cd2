package call

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"testing"
)

// unending is a body that holds its end back until it is let go.
type unending struct {
	io.Reader
	end chan struct{}
}

func (u unending) Read(b []byte) (int, error) {
	n, err := u.Reader.Read(b)
	if errors.Is(err, io.EOF) {
		<-u.end
	}
	return n, err
}

// TestB9_WhatIsInDoubtIsNotCalledUnsent: a request is sent again as if nothing had happened only where its last byte has certainly not gone.
func TestB9_WhatIsInDoubtIsNotCalledUnsent(t *testing.T) {
	early := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Connection", "close") // so that it answers before anything is read
		w.WriteHeader(http.StatusTeapot)
	})
	plain, backend := httptest.NewServer(early), httptest.NewUnstartedServer(early)
	t.Cleanup(plain.Close)
	backend.EnableHTTP2 = true
	backend.StartTLS()
	t.Cleanup(backend.Close)
	address := backend.Listener.Addr().String()

	var answered progress
	body := unending{strings.NewReader("token"), make(chan struct{})}
	t.Cleanup(func() { close(body.end) })
	req, err := http.NewRequestWithContext(answered.watched(t.Context()), http.MethodPost, plain.URL, body)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := plain.Client().Transport.RoundTrip(req)
	if err != nil || answered.wrote.Load() {
		t.Fatalf("error %v, written %v: this tests nothing", err, answered.wrote.Load())
	}
	_ = resp.Body.Close()
	if answered.unsent() {
		t.Error("a backend that has answered is said not to have been asked")
	}

	for protocol, unsent := range map[string]bool{"http/1.1": true, "h2": false} {
		conn, err := tls.Dial("tcp", address, &tls.Config{NextProtos: []string{protocol}, RootCAs: backend.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs})
		if err != nil {
			t.Fatal(err)
		}
		var p progress
		trace := httptrace.ContextClientTrace(p.watched(t.Context()))
		trace.GotConn(httptrace.GotConnInfo{Conn: conn})
		if p.unsent() != unsent {
			t.Errorf("%s broke before it said anything: unsent %v", protocol, p.unsent())
		}
		if trace.WroteRequest(httptrace.WroteRequestInfo{Err: net.ErrClosed}); !p.unsent() {
			t.Errorf("%s: writing failed, and yet the request is said to be sent", protocol)
		}
		if trace.WroteRequest(httptrace.WroteRequestInfo{}); p.unsent() {
			t.Errorf("%s: a request that was written is said not to be", protocol)
		}
		_ = conn.Close()
	}
	if !new(progress).unsent() {
		t.Error("without a connection the request is said to be sent")
	}
}
