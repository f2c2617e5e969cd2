package issuer

import (
	"hash/maphash"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// throttle counts wrong passwords and wrong codes. A client's network has a budget for all accounts; an account
// has one budget for strangers, however many networks they come from, and one for each network its
// owner has logged in from before. So strangers cannot lock the owner out.
type throttle struct {
	networks  *buckets
	strangers *buckets
	owners    *buckets
	signUps   *buckets
	mails     *buckets // by who asks, and by who gets them
}

func newThrottle() *throttle {
	return &throttle{
		networks:  newBuckets(60, time.Second),
		strangers: newBuckets(10, 30*time.Second),
		owners:    newBuckets(10, 6*time.Second),
		signUps:   newBuckets(150, 2*time.Second),
		mails:     newBuckets(5, time.Minute),
	}
}

// attempt is what a log-in took from the budgets, and gets back when its password or code was right.
type attempt struct {
	buckets []*buckets
	keys    []string
}

// begin takes one try from each budget that applies, or says how long to wait.
func (t *throttle) begin(now time.Time, account, network string, known bool) (attempt, time.Duration) {
	second, key := t.strangers, account
	if known {
		second, key = t.owners, account+" "+network
	}
	a := attempt{buckets: []*buckets{second, t.networks}, keys: []string{key, network}}
	return a, t.take(now, a)
}

// beginMail takes one mail from the budget of who asks for it and of who gets it, or says how long to wait.
func (t *throttle) beginMail(now time.Time, network, email string) time.Duration {
	return t.take(now, attempt{buckets: []*buckets{t.mails, t.mails}, keys: []string{network, "to " + nameKey(email)}})
}

// take takes one try from each budget of a; where one has none, it takes nothing and says how long to wait.
func (t *throttle) take(now time.Time, a attempt) time.Duration {
	for i, b := range a.buckets {
		if wait := b.take(now, a.keys[i]); wait > 0 {
			t.refund(attempt{buckets: a.buckets[:i], keys: a.keys[:i]})
			return wait
		}
	}
	return 0
}

func (t *throttle) refund(a attempt) {
	for i, b := range a.buckets {
		b.put(a.keys[i])
	}
}

const slots = 1 << 14

// buckets is a fixed table of token buckets: its memory never grows, and nobody can push another's
// count out of it. Two keys may share a slot, which only makes them wait sooner.
type buckets struct {
	mu    sync.Mutex
	seed  maphash.Seed
	burst float64
	every time.Duration // one more try each
	slot  [slots]struct {
		used float64
		at   time.Time
	}
}

func newBuckets(burst float64, every time.Duration) *buckets {
	return &buckets{seed: maphash.MakeSeed(), burst: burst, every: every}
}

// take takes one try, or returns how long it is until there is one.
func (b *buckets) take(now time.Time, key string) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := &b.slot[maphash.String(b.seed, key)%slots]
	if passed := now.Sub(s.at); passed > 0 {
		s.used = max(0, s.used-float64(passed)/float64(b.every))
		s.at = now
	}
	if over := s.used + 1 - b.burst; over > 0 {
		return max(time.Duration(over*float64(b.every)), time.Millisecond)
	}
	s.used++
	return 0
}

func (b *buckets) put(key string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := &b.slot[maphash.String(b.seed, key)%slots]
	s.used = max(0, s.used-1)
}

func tooMany(wait time.Duration) *refusal {
	return later(http.StatusTooManyRequests, "too_many_attempts", "Too many attempts. Wait a little and try again.", wait)
}

// account is the key of an account's budget: the same for its username and its e-mail address,
// and there for names that have no account.
func (s *Server) account(u user, found bool, name string) string {
	if found {
		return "u" + strconv.FormatInt(u.id, 10)
	}
	return "n" + nameKey(name)
}

// network is what one client can be taken to own: an IPv4 address, or an IPv6 /64.
func (s *Server) network(r *http.Request) string {
	addr := s.client(r)
	if addr.Is6() {
		if p, err := addr.WithZone("").Prefix(64); err == nil {
			return p.String()
		}
	}
	return addr.String()
}

func (s *Server) addressKey(r *http.Request) []byte {
	return mac(s.keys.address, []byte(s.network(r)))
}

// client is the address of the client: the peer's, or what a trusted proxy says it is.
func (s *Server) client(r *http.Request) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		addr = addr.Unmap()
		trusted := slices.ContainsFunc(s.cfg.TrustedProxies, func(p netip.Prefix) bool { return p.Contains(addr) })
		next, err := netip.ParseAddr(strings.TrimSpace(hop))
		if !trusted || err != nil {
			break
		}
		addr = next
	}
	return addr.Unmap()
}
