package call

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/usherdev/usher/project"
)

// nameServer answers every question of this test with 0.0.0.0, behind which this machine itself answers.
func nameServer(t *testing.T) {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 512)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			m.Response, m.Additionals = true, nil
			if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
				m.Answers = []dnsmessage.Resource{{
					Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}, Body: &dnsmessage.AResource{A: [4]byte{0, 0, 0, 0}},
				}}
			}
			if out, err := m.Pack(); err == nil {
				_, _ = conn.WriteTo(out, from)
			}
		}
	}()
	before := net.DefaultResolver
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
	t.Cleanup(func() {
		net.DefaultResolver = before
		_ = conn.Close()
		<-done
	})
}

// TestF7_NamesThatLeadToForbiddenAddresses: a name server's word is not enough to reach what no backend has.
func TestF7_NamesThatLeadToForbiddenAddresses(t *testing.T) {
	b := newBackend(t, func(w http.ResponseWriter, _ *http.Request, _ string) { writeJSON(w, 200, `{}`) })
	nameServer(t)
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(b.URL, "http://"))
	call := &project.Call{Name: "x"}
	r := do(t, client(t, api(t, "http://backend.example:"+port, call)), call, nil, nil)
	if r.OK || r.Status != 0 || len(b.requests()) != 0 {
		t.Errorf("reached by a name: %+v, %d requests", r, len(b.requests()))
	}
	conn, err := guardedDialer{}.dial(t.Context(), "tcp", "backend.example:"+port)
	if err == nil {
		_ = conn.Close()
	}
	if !errors.Is(err, errForbiddenAddress) {
		t.Errorf("dialled: %v", err)
	}
}
