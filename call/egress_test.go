package call

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/usherdev/usher/project"
)

// answers is a name server that answers by a function, with a TTL of 0; nothing for a name is "no such host".
func answers(t *testing.T, answer func(name string) []string) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			var q dnsmessage.Message
			if q.Unpack(buf[:n]) != nil || len(q.Questions) == 0 {
				continue
			}
			out := dnsmessage.Message{Header: dnsmessage.Header{ID: q.ID, Response: true, RecursionAvailable: true}, Questions: q.Questions}
			name := q.Questions[0].Name
			head := dnsmessage.ResourceHeader{Name: name, Class: dnsmessage.ClassINET}
			addrs := answer(strings.TrimSuffix(name.String(), "."))
			for _, text := range addrs {
				a := netip.MustParseAddr(text)
				switch {
				case a.Is4() && q.Questions[0].Type == dnsmessage.TypeA:
					out.Answers = append(out.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.AResource{A: a.As4()}})
				case !a.Is4() && q.Questions[0].Type == dnsmessage.TypeAAAA:
					out.Answers = append(out.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.AAAAResource{AAAA: a.As16()}})
				}
			}
			if len(addrs) == 0 {
				out.RCode = dnsmessage.RCodeNameError
			}
			if b, err := out.Pack(); err == nil {
				_, _ = conn.WriteTo(b, from)
			}
		}
	})
	t.Cleanup(func() { _ = conn.Close(); wg.Wait() })
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

// neverDialled are spellings of metadata services, of no machine at all, and of reserved addresses.
var neverDialled = []string{
	"169.254.169.254", "169.254.0.1", "169.254.170.2", "169.254.255.255", "100.100.100.200", "192.0.0.192", "168.63.129.16", "fd00:ec2::254", "fd20:ce::254",
	"0.0.0.0", "0.0.0.1", "0.1.2.3", "::", "::ffff:0.0.0.0", "::0.0.0.0", "0:0:0:0:0:0:0:0", "255.255.255.255", "240.0.0.1", "250.1.2.3",
	"224.0.0.1", "239.255.255.250", "ff02::1", "ff05::2", "fe80::1", "fe80::a9fe:a9fe", "febf::1", "fec0::1", "100::1",
	"::ffff:169.254.169.254", "::ffff:a9fe:a9fe", "0:0:0:0:0:ffff:a9fe:a9fe", "::ffff:100.100.100.200", "::ffff:224.0.0.1", "::a9fe:a9fe", "::169.254.169.254",
	"64:ff9b::169.254.169.254", "64:ff9b::a9fe:a9fe", "64:ff9b::0.0.0.0", "64:ff9b::100.100.100.200", "2002:a9fe:a9fe::1", "2002:a9fe:a9fe::", "2002:0000:0000::1",
	"2001:0:0:0:0:0:5601:5601", "2001::5601:5601", "2001:db8::5efe:a9fe:a9fe", "fd00::5efe:169.254.169.254",
}

// privateSpellings are spellings of this machine and of private networks: for the operator to write, and for no redirect to lead to.
var privateSpellings = []string{
	"127.0.0.1", "127.0.0.2", "127.1.2.3", "127.255.255.254", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1", "::ffff:7f00:1", "64:ff9b::127.0.0.1", "2002:7f00:1::1",
	"10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.254", "192.168.0.1", "192.168.255.255", "::ffff:10.0.0.1", "64:ff9b::10.0.0.1", "2002:c0a8:1::1",
	"fc00::1", "fd12:3456::1", "100.64.0.1", "100.127.255.254", "198.18.0.1", "198.19.255.255", "192.0.2.1", "198.51.100.1", "203.0.113.1", "192.0.0.1",
	"192.88.99.1", "2001:db8::1", "3fff::1", "5f00::1", "64:ff9b:1::1",
}

// TestF7_EightySpellings: written as an address or given by a name server, no spelling of a forbidden address is dialled; private ones are
// for the operator's own words alone. What a name server says is judged again at each dial.
func TestF7_EightySpellings(t *testing.T) {
	if n := len(neverDialled) + len(privateSpellings); n < 80 {
		t.Fatalf("only %d spellings", n)
	}
	var says atomic.Value
	says.Store("")
	r := answers(t, func(string) []string { return []string{says.Load().(string)} })
	for _, public := range []bool{false, true} {
		g := guardedDialer{public: public, resolver: r}
		list := neverDialled
		if public {
			list = append(list[:len(list):len(list)], privateSpellings...)
		}
		for _, a := range list {
			if conn, err := g.dial(t.Context(), "tcp", net.JoinHostPort(a, "80")); !errors.Is(err, errForbiddenAddress) {
				t.Fatalf("public %v: %s: %v, %v", public, a, conn, err) // dialling the others too would take minutes
			}
			says.Store(a)
			if conn, err := g.dial(t.Context(), "tcp", "backend.test:80"); !errors.Is(err, errForbiddenAddress) {
				t.Fatalf("public %v: a name for %s: %v, %v", public, a, conn, err)
			}
		}
	}
	for _, a := range append(privateSpellings, "93.184.216.34", "2606:2800:220:1::1") {
		if err := (guardedDialer{}).mayDial(net.JoinHostPort(a, "80")); err != nil {
			t.Errorf("the operator's own %s: %v", a, err)
		}
	}
	for _, a := range []string{"93.184.216.34", "2606:2800:220:1::1", "64:ff9b::93.184.216.34"} {
		if err := (guardedDialer{public: true}).mayDial(net.JoinHostPort(a, "80")); err != nil {
			t.Errorf("the public %s: %v", a, err)
		}
	}
	for _, odd := range []string{"nonsense", "", "[fe80::1%eth0]:80", "[::1%lo]:80", "1.2.3.4"} {
		if (guardedDialer{}).mayDial(odd) == nil {
			t.Errorf("%q may be dialled", odd)
		}
	}
}

// TestF7_NumbersForNames: what old resolvers read as addresses, and names that flip, reach no listener in the public mode; a flipping name
// reaches it in the operator's mode as long as it says this machine, which shows that the listener would have seen it.
func TestF7_NumbersForNames(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var reached atomic.Int32
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			reached.Add(1)
			_ = conn.Close()
		}
	})
	defer wg.Wait()
	defer func() { _ = ln.Close() }()
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	var turn atomic.Int32
	r := answers(t, func(name string) []string {
		if name != "flip.test" {
			return nil
		}
		return []string{[]string{"93.184.216.34", "127.0.0.1", "169.254.169.254", "10.0.0.1"}[turn.Load()%4]}
	})
	for _, host := range []string{"2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "127.0.1", "017700000001", "0x7F.0.0.1", "127.0.0.1.", "①②⑦.0.0.1", "localhost", "localhost.",
		"LOCALHOST", "app.localhost", "a.b.localhost", "127.0.0.1.nip.test", "flip.test"} {
		for range 4 {
			turn.Add(1)
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			if turn.Load()%4 == 0 && host == "flip.test" {
				cancel() // the public address is not asked
			}
			if conn, err := (guardedDialer{public: true, resolver: r}).dial(ctx, "tcp", net.JoinHostPort(host, port)); err == nil {
				t.Errorf("%s is reached at %s", host, conn.RemoteAddr())
			}
			cancel()
		}
	}
	if n := reached.Load(); n != 0 {
		t.Errorf("%d connections", n)
	}
	turn.Store(1)
	conn, err := (guardedDialer{resolver: r}).dial(t.Context(), "tcp", net.JoinHostPort("flip.test", port))
	if err != nil {
		t.Fatalf("the operator's own name: %v", err)
	}
	_ = conn.Close()
}

// TestA3_FollowedRedirects: a call that may follow goes on, within the same rules: no private address of a stranger, no
// declared header to another origin, a bounded number of hops; one that carries a token gets the redirect as its reply.
func TestA3_FollowedRedirects(t *testing.T) {
	stranger := newBackend(t, func(w http.ResponseWriter, _ *http.Request, _ string) { writeJSON(w, 200, `"stranger"`) })
	b := newBackend(t, func(w http.ResponseWriter, r *http.Request, _ string) {
		switch {
		case r.URL.Path == "/to":
			http.Redirect(w, r, r.URL.Query().Get("u"), http.StatusFound)
		case strings.HasPrefix(r.URL.Path, "/loop"):
			http.Redirect(w, r, r.URL.Path+"x", http.StatusTemporaryRedirect)
		default:
			writeJSON(w, 200, `"here"`)
		}
	})
	to := func(name string, follow bool, auth project.AuthMode) *project.Call {
		return &project.Call{Name: name, Path: tmpl(t, "/to"), Query: []project.KV{{Name: "u", Value: tmpl(t, "${params.u}")}}, Params: textParams("u"), Follow: follow, Auth: auth,
			Headers: []project.KV{{Name: "X-Mine", Value: tmpl(t, "1")}}}
	}
	follow, stay, token := to("follow", true, project.AuthNone), to("stay", false, project.AuthNone), to("token", true, project.AuthOptional)
	loop := &project.Call{Name: "loop", Follow: true}
	p := api(t, b.URL, follow, stay, token, loop)
	c := client(t, p)
	at := func(c *Client, call *project.Call, u string) Reply {
		return do(t, c, call, map[string]any{"u": u}, loggedIn("t1"))
	}
	if r := at(c, follow, "/there?a=1"); !r.OK || r.Body != "here" || b.last(t).uri != "/there?a=1" || b.last(t).header.Get("X-Mine") != "1" {
		t.Errorf("within the origin: %+v, %+v", r, b.last(t))
	}
	if r := at(c, stay, "/there"); r.Status != 302 {
		t.Errorf("not told to follow: %+v", r)
	}
	if r := at(c, token, "/there"); r.Status != 302 {
		t.Errorf("with a token: %+v", r)
	}
	if r := at(c, follow, stranger.URL+"/x"); r.OK || len(stranger.requests()) != 0 {
		t.Errorf("a stranger on this machine was asked: %+v", r)
	}
	for _, u := range []string{"javascript:alert(1)", "//user:pw@" + strings.TrimPrefix(b.URL, "http://") + "/", `\\evil.test/`, "ftp://x.test/", "http:///x"} {
		if r := at(c, follow, u); r.Status != 302 {
			t.Errorf("%q: %+v", u, r)
		}
	}
	n := len(b.requests())
	if r := do(t, c, loop, nil, nil); r.Status != 307 || len(b.requests())-n != maxHops+1 {
		t.Errorf("a loop: %+v after %d requests", r, len(b.requests())-n)
	}
	open, err := New(Config{Project: p, Transport: http.DefaultTransport.(*http.Transport).Clone()}) // without our dialler
	if err != nil {
		t.Fatal(err)
	}
	if r := at(open, follow, stranger.URL+"/x"); !r.OK || stranger.last(t).header.Get("X-Mine") != "" {
		t.Errorf("the guard is not what kept the stranger out: %+v, or a header went along: %+v", r, stranger.requests())
	}
}

// TestF8_Bombs: whatever a reply does to grow, it ends in an error and takes less than 64 MiB.
func TestF8_Bombs(t *testing.T) {
	bombs := makeBombs(t)
	b := newBackend(t, func(w http.ResponseWriter, r *http.Request, _ string) { bombs[strings.TrimPrefix(r.URL.Path, "/")](w) })
	var calls []*project.Call
	for name := range bombs {
		calls = append(calls, &project.Call{Name: name, Path: tmpl(t, "/"+name)})
	}
	c := client(t, api(t, b.URL, calls...))
	var most int64
	for _, call := range calls {
		before := givenBack()
		if r := do(t, c, call, nil, nil); r.OK || r.Error == "" || r.Body != nil {
			t.Errorf("%s: ok %v, %q", call.Name, r.OK, r.Error)
		}
		grown := memoryHeld() - before
		if grown > 64<<20 {
			t.Errorf("%s: %d MiB more were used", call.Name, grown>>20)
		}
		most = max(most, grown)
	}
	t.Logf("%d bombs, at most %d MiB more memory for one", len(bombs), most>>20)
}
