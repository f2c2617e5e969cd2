package hostile_test

import (
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
)

// cable carries one node's connections to a store; it can be cut. What was under way when it is cut may have arrived, and
// its answer has not.
type cable struct {
	url string // of the store by way of the cable
	to  string

	mu    sync.Mutex
	ln    net.Listener
	whole bool
	conns map[net.Conn]bool
	wg    sync.WaitGroup
}

func newCable(t testing.TB, store string) *cable {
	t.Helper()
	u, err := url.Parse(store)
	if err != nil {
		t.Fatal(err)
	}
	c := &cable{to: u.Host, whole: true, conns: map[net.Conn]bool{}}
	if c.ln, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	u.Host = c.ln.Addr().String()
	c.url = u.String()
	c.wg.Go(c.accept)
	t.Cleanup(func() {
		_ = c.ln.Close()
		c.cut()
		c.wg.Wait()
	})
	return c
}

func (c *cable) accept() {
	for {
		near, err := c.ln.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", c.to)
		if err != nil || !c.hold(near, far) {
			_ = near.Close()
			if err == nil {
				_ = far.Close()
			}
			continue
		}
		carry := func(to, from net.Conn) {
			_, _ = io.Copy(to, from) // until either end, or the cable, is gone
			c.drop(near, far)
		}
		c.wg.Go(func() { carry(near, far) })
		c.wg.Go(func() { carry(far, near) })
	}
}

// hold keeps connections to be cut; false: the cable is cut.
func (c *cable) hold(conns ...net.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range conns {
		c.conns[conn] = c.whole
	}
	return c.whole
}

func (c *cable) drop(conns ...net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range conns {
		_ = conn.Close()
		delete(c.conns, conn)
	}
}

// cut breaks every connection, the node's side first, and takes no new one.
func (c *cable) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.whole = false
	for conn := range c.conns {
		_ = conn.Close()
	}
	clear(c.conns)
}

func (c *cable) mend() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.whole = true
}
