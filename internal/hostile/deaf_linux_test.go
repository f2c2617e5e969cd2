package hostile

import (
	"errors"
	"net"
	"syscall"
	"testing"
)

// TestStopIsDeafThoughAnotherProcessHasThePort: a process that is being started has a copy of the listener for a moment; it must not take
// connections that the tests mean to be refused.
func TestStopIsDeafThoughAnotherProcessHasThePort(t *testing.T) {
	s, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	child, err := s.ln.(*net.TCPListener).File() // what a fork does to it
	if err != nil {
		t.Fatal(err)
	}
	defer child.Close()
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	var d net.Dialer
	if c, err := d.DialContext(t.Context(), "tcp", s.addr); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("connection %v, error %v", c, err)
	}
}
