package issuer

import (
	"fmt"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"testing"
	"time"

	"github.com/usherdev/usher/issuer/wire"
)

func (b *bed) try(name, password, from string) reply {
	b.t.Helper()
	return b.ask("POST", "/auth/login", wire.Login{Username: name, Password: password}, "from", from)
}

// A thousand guesses from as many addresses; the owner is at home.
func TestD7_StrangersAreThrottledTheOwnerIsNot(t *testing.T) {
	b := newBed(t)
	b.signUp(1)
	const home = "203.0.113.7:5000"
	if r := b.try("walker1", passphrase, home); r.status != 200 {
		t.Fatal(r.status)
	}
	checked := 0
	for i := range 1000 {
		name := []string{"walker1", "WALKER1", "walker1@example.com"}[i%3]
		r := b.try(name, fmt.Sprintf("guess number %d", i), fmt.Sprintf("198.51.%d.%d:1", i/250, i%250+1))
		switch r.status {
		case 400:
			checked++
		case 429:
			if wait, err := strconv.Atoi(r.header.Get("Retry-After")); err != nil || wait < 1 || r.code() != "too_many_attempts" {
				t.Fatalf("%v %s", r.header, r.body)
			}
		default:
			t.Fatal(r.status)
		}
		if i%100 == 50 {
			if r := b.try("walker1", passphrase, home); r.status != 200 {
				t.Fatalf("the owner was locked out: %d", r.status)
			}
		}
		b.clock.pass(10 * time.Millisecond)
	}
	if checked == 0 || checked > 100 {
		t.Errorf("%d guesses were checked", checked)
	}
	if got := b.Stats(); got.LoginsRefused != int64(checked) || got.LoginsThrottled != int64(1000-checked) {
		t.Errorf("stats = %+v", got)
	}
}

// Even the right password does not help a stranger past the limit, and the wait ends.
func TestD7_TheBudgetComesBack(t *testing.T) {
	b := newBed(t)
	b.signUp(1)
	for range 20 {
		b.try("walker1", "a wrong password", "198.51.100.1:1")
	}
	if r := b.try("walker1", passphrase, "198.51.100.2:1"); r.status != 429 {
		t.Fatalf("%d, the guard does nothing", r.status)
	}
	b.clock.pass(31 * time.Second)
	if r := b.try("walker1", passphrase, "198.51.100.2:1"); r.status != 200 {
		t.Errorf("after the wait: %d", r.status)
	}
}

func TestD7_OneNetworkOverManyAccounts(t *testing.T) {
	b := newBed(t)
	got := map[int]int{}
	for i := range 300 {
		// one /64, many hosts in it
		r := b.try(fmt.Sprintf("nobody%d", i), "a wrong password", fmt.Sprintf("[2001:db8::%x]:1", i+1))
		got[r.status]++
	}
	if got[400] < 50 || got[400] > 70 || got[429] != 300-got[400] {
		t.Errorf("statuses = %v", got)
	}
}

func TestD7_RightPasswordsCostNothing(t *testing.T) {
	b := newBed(t)
	b.signUp(1)
	for i := range 200 {
		if r := b.try("walker1", passphrase, "198.51.100.1:1"); r.status != 200 {
			t.Fatalf("log-in %d: %d", i, r.status)
		}
	}
	var n int
	if err := b.store.db.Read.QueryRow(`SELECT count(*) FROM known_addresses`).Scan(&n); err != nil || n != 2 {
		t.Errorf("%d addresses, %v", n, err)
	}
}

// Who does not exist is throttled and answered like anybody.
func TestD7_NamesThatDoNotExist(t *testing.T) {
	b := newBed(t)
	b.signUp(1)
	for i := range 12 {
		from := fmt.Sprintf("198.51.100.%d:1", i+1)
		known, unknown := b.try("walker1", "a wrong password", from), b.try("nobody", "a wrong password", from)
		if known.status != unknown.status || string(known.body) != string(unknown.body) || fmt.Sprint(known.header) != fmt.Sprint(unknown.header) {
			t.Errorf("try %d: %d %s, %d %s", i, known.status, known.body, unknown.status, unknown.body)
		}
	}
}

func TestD7_ClientAddress(t *testing.T) {
	proxy := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8")}
	for _, c := range []struct {
		trusted          []netip.Prefix
		peer, xff, wants string
	}{
		{nil, "127.0.0.1:9", "1.2.3.4", "127.0.0.1"},
		{proxy, "127.0.0.1:9", "1.2.3.4", "1.2.3.4"},
		{proxy, "127.0.0.1:9", "6.6.6.6, 1.2.3.4", "1.2.3.4"},
		{proxy, "127.0.0.1:9", "6.6.6.6, 1.2.3.4, 10.0.0.1", "1.2.3.4"},
		{proxy, "9.9.9.9:9", "1.2.3.4", "9.9.9.9"},
		{proxy, "127.0.0.1:9", "", "127.0.0.1"},
		{proxy, "127.0.0.1:9", "junk", "127.0.0.1"},
		{proxy, "[::ffff:127.0.0.1]:9", "2001:db8::1", "2001:db8::1"},
	} {
		s := &Server{cfg: Config{TrustedProxies: c.trusted}}
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.peer
		if c.xff != "" {
			r.Header.Set("X-Forwarded-For", c.xff)
		}
		if got := s.client(r).String(); got != c.wants {
			t.Errorf("%s via %s: %s, want %s", c.xff, c.peer, got, c.wants)
		}
	}
}
