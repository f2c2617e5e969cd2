package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener whose connections are in memory, so that a test's clock is theirs.
type pipes struct {
	accept chan net.Conn
	once   sync.Once
	done   chan struct{}
}

func newPipes() *pipes { return &pipes{accept: make(chan net.Conn), done: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.accept:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.done) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 7070} }

// dial opens a connection to the listener.
func (p *pipes) dial() net.Conn {
	here, there := net.Pipe()
	p.accept <- there
	return here
}

const slowHost = "Host: touristtrail.localhost:7070\r\n"

// TestF10_SlowRequestsAreCutOff: however slowly somebody sends or reads, the connection is closed when its time is over; and while a thousand
// of them are open (with USHER_LONG=1, otherwise two hundred) a request of somebody else is answered at once. The clock is the test's.
func TestF10_SlowRequestsAreCutOff(t *testing.T) {
	n := 40
	if os.Getenv("USHER_LONG") != "" {
		n = 200
	}
	synctest.Test(t, func(t *testing.T) {
		ln := newPipes()
		ctx, stop := context.WithCancel(t.Context())
		log := &lockedLog{}
		ended := make(chan error, 1)
		go func() {
			ended <- serveAll(ctx, &console{Out: log, Err: log, Log: newLogger(log, "warn", "text")}, &site{name: "app", ln: ln, handler: openTourist(t, newMetrics()).app})
		}()
		began := time.Now()
		var all sync.WaitGroup
		for what, slow := range map[string]struct {
			most time.Duration
			send func(net.Conn)
		}{
			"says nothing": {readHeaderTimeout, func(net.Conn) {}},
			"half a header": {readHeaderTimeout, func(c net.Conn) {
				fmt.Fprint(c, "GET /login HTTP/1.1\r\n"+slowHost+"X-Half: ")
			}},
			"a header byte by byte": {readHeaderTimeout + time.Second, func(c net.Conn) {
				for _, err := fmt.Fprint(c, "GET /login HTTP/1.1\r\n"+slowHost+"X-Long: "); err == nil; _, err = fmt.Fprint(c, "a") {
					time.Sleep(time.Second)
				}
			}},
			"half a body": {readTimeout, func(c net.Conn) {
				fmt.Fprint(c, "POST /login HTTP/1.1\r\n"+slowHost+"Origin: http://touristtrail.localhost:7070\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\n_state=")
			}},
			"reads nothing": {writeTimeout + time.Second, func(c net.Conn) {
				fmt.Fprint(c, "GET /login HTTP/1.1\r\n"+slowHost+"\r\n")
				time.Sleep(writeTimeout + time.Second)
			}},
			"stays for nothing": {idleTimeout, func(c net.Conn) {
				fmt.Fprint(c, "GET /healthz HTTP/1.1\r\n"+slowHost+"\r\n")
			}},
		} {
			for range n {
				all.Go(func() {
					c := ln.dial()
					defer c.Close()
					_ = c.SetDeadline(began.Add(5 * time.Minute)) // a server without limits fails the test instead of holding it up
					slow.send(c)
					_, _ = io.Copy(io.Discard, c) // until the server closes it
					if took := time.Since(began); took > slow.most {
						t.Errorf("%s: it was open for %v, at most %v are allowed", what, took, slow.most)
					}
				})
			}
		}
		synctest.Wait() // all of them hang
		before := time.Now()
		c := ln.dial()
		fmt.Fprint(c, "GET /login HTTP/1.1\r\n"+slowHost+"Connection: close\r\n\r\n")
		r, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil || r.StatusCode != http.StatusOK || time.Since(before) > 0 {
			t.Errorf("somebody else waits: %v, %v", r, err)
		}
		c.Close()
		all.Wait()
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// TestF10_BigRequestsAreRefused: a head that is too long gets 431, a body that is too long 413, and neither is read to its end.
func TestF10_BigRequestsAreRefused(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	log := &lockedLog{}
	ended := make(chan error, 1)
	go func() {
		ended <- serveAll(ctx, &console{Out: log, Err: log, Log: newLogger(log, "warn", "text")}, &site{name: "app", ln: ln, handler: openTourist(t, newMetrics()).app})
	}()
	const big = 100 << 20
	for what, c := range map[string]struct {
		head, fill string
		want       int
	}{
		"a long header":  {"GET /login HTTP/1.1\r\n" + slowHost + "X-Long: ", strings.Repeat("a", 64<<10) + "\r\n\r\n", http.StatusRequestHeaderFieldsTooLarge},
		"many headers":   {"GET /login HTTP/1.1\r\n" + slowHost, strings.Repeat("X-Many: a\r\n", 6<<10) + "\r\n", http.StatusRequestHeaderFieldsTooLarge},
		"a long address": {"GET /login?", strings.Repeat("a", 64<<10) + " HTTP/1.1\r\n" + slowHost + "\r\n", http.StatusRequestHeaderFieldsTooLarge},
		"a long body": {"POST /login HTTP/1.1\r\n" + slowHost + "Origin: http://touristtrail.localhost:7070\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n" +
			fmt.Sprintf("Content-Length: %d\r\n\r\n", big), "", http.StatusRequestEntityTooLarge},
	} {
		conn, err := net.Dial("tcp", ln.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		sent := make(chan int64, 1)
		go func() {
			n, _ := io.WriteString(conn, c.head+c.fill)
			more := int64(0)
			if c.fill == "" {
				more, _ = io.CopyN(conn, endless{}, big)
			}
			sent <- int64(n) + more
		}()
		r, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil || r.StatusCode != c.want {
			t.Errorf("%s: %v, %v", what, r, err)
		}
		conn.Close()
		if n := <-sent; n >= big {
			t.Errorf("%s: all %d bytes were taken", what, n)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// endless is a body of one letter.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}
