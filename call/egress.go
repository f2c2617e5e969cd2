package call

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"time"
)

const dialTimeout = 3 * time.Second

// newTransport is the safe default: no proxy from the environment, short dialling, no cookies anywhere. With reuse
// off each request has a connection of its own.
func newTransport(reuse bool, d guardedDialer) *http.Transport {
	return &http.Transport{
		DialContext:            d.dial,
		TLSHandshakeTimeout:    dialTimeout,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           256,
		MaxIdleConnsPerHost:    64,
		IdleConnTimeout:        30 * time.Second,
		ExpectContinueTimeout:  time.Second,
		MaxResponseHeaderBytes: 64 << 10,
		DisableKeepAlives:      !reuse,
	}
}

// guardedDialer judges every address at the moment it is dialled, after names were resolved, so that no spelling and no
// name server gets round it (F7).
type guardedDialer struct {
	// public allows public addresses alone: for addresses that came from data, such as a redirect. The origins that the
	// operator wrote may be private and loopback ones.
	public   bool
	resolver *net.Resolver // nil: the machine's
}

func (g guardedDialer) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	d := net.Dialer{Timeout: dialTimeout, KeepAlive: 15 * time.Second, Resolver: g.resolver}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	if strings.HasSuffix(host, ".localhost") { // RFC 6761; name servers need not know it
		addr = net.JoinHostPort("localhost", port)
	}
	d.Control = func(_, address string, _ syscall.RawConn) error { return g.mayDial(address) }
	conn, err := d.DialContext(ctx, network, addr)
	if until, ok := ctx.Value(untilKey{}).(time.Time); ok && err == nil {
		return inTime{conn, until}, nil
	}
	return conn, err
}

var errForbiddenAddress = errors.New("the host leads to an address that no backend has")

// mayDial judges an address: metadata services, unspecified, link-local, multicast and reserved addresses are never
// dialled, in whatever form of IPv6 they are wrapped.
func (g guardedDialer) mayDial(address string) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil || ap.Addr().Zone() != "" {
		return errForbiddenAddress
	}
	for _, a := range embedded(ap.Addr().Unmap()) {
		if never(a) || g.public && !isPublic(a) {
			return errForbiddenAddress
		}
	}
	return nil
}

func never(a netip.Addr) bool {
	return a.IsLinkLocalUnicast() || a.IsMulticast() || a.IsUnspecified() || within(a, "0.0.0.0/8", "240.0.0.0/4", "fec0::/10", "100::/64") ||
		slices.Contains([]string{"100.100.100.200", "192.0.0.192", "168.63.129.16", "fd00:ec2::254", "fd20:ce::254"}, a.String()) // metadata of clouds
}

// isPublic reports whether an address belongs to the public internet.
func isPublic(a netip.Addr) bool {
	return !a.IsPrivate() && !a.IsLoopback() && !within(a, "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15",
		"198.51.100.0/24", "203.0.113.0/24", "64:ff9b:1::/48", "2001:db8::/32", "3fff::/20", "5f00::/16")
}

func within(a netip.Addr, prefixes ...string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return netip.MustParsePrefix(p).Contains(a) })
}

// embedded returns an address and the IPv4 address that it carries as IPv4-compatible, NAT64, 6to4, ISATAP or Teredo
// address, if it is one.
func embedded(a netip.Addr) []netip.Addr {
	out := []netip.Addr{a}
	if a.Is4() {
		return out
	}
	b := a.As16()
	four := func(i int) { out = append(out, netip.AddrFrom4([4]byte(b[i:i+4]))) }
	switch {
	case within(a, "64:ff9b::/96"), within(a, "::/96") && binary.BigEndian.Uint32(b[12:]) > 1:
		four(12)
	case within(a, "2002::/16"):
		four(2)
	case within(a, "2001::/32"):
		for i := range 4 {
			b[12+i] ^= 0xff
		}
		four(12)
	case [4]byte(b[8:12]) == [4]byte{0, 0, 0x5e, 0xfe}:
		four(12)
	}
	return out
}
