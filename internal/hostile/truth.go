package hostile

import (
	"net/http"
	"slices"
	"time"
)

// Presented is one refresh token that came in.
type Presented struct {
	At         time.Time // on our clock
	Family     int       // 0: a token that was never issued
	Generation int
	Spent      bool   // a newer one had been issued
	Dead       bool   // its login was over
	Attempt    string // the X-Refresh-Attempt header
}

// Head is the head of a request: its first line and header lines as they came, byte by byte.
type Head struct{ Path, Bytes string }

// state is what a Server knows. Its lock is the Server's.
type state struct {
	calls     int // of /refresh since the script was set
	unread    int // connections that were reset before a request was whole
	families  []*family
	refreshes map[string]issued
	accesses  map[string]issued
	canaries  []string
	presented []Presented
	heads     []Head
	revoked   int // logins that lived until a /logout
	flying    int
	mostAll   int
}

func newState() state {
	return state{refreshes: map[string]issued{}, accesses: map[string]issued{}}
}

// sending is what is known of an answer to a refresh when it is over.
type sending struct {
	f         *family
	landed    bool
	issued    bool
	delivered bool
}

// enter notes a call of /refresh and gives it its step.
func (s *Server) enter(req *http.Request, body, head []byte) (Step, *family) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	s.heads = append(s.heads, Head{req.URL.Path, string(head)})
	p := Presented{At: time.Now(), Attempt: req.Header.Get("X-Refresh-Attempt")}
	t, known := s.refreshes[presentedIn(body)]
	if known {
		p.Family, p.Generation = t.f.live.Family, t.generation
		p.Spent, p.Dead = t.generation < t.f.live.Generation, t.f.dead
		t.f.flying++
		t.f.most = max(t.f.most, t.f.flying)
	}
	s.presented = append(s.presented, p)
	s.flying++
	s.mostAll = max(s.mostAll, s.flying)
	if s.script == nil {
		return Step{}, t.f
	}
	return s.script(s.calls), t.f
}

// land ends a call for the count of those under way: from here on its client may make another.
func (s *Server) land(sent *sending) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if sent.landed {
		return
	}
	sent.landed = true
	s.flying--
	if sent.f != nil {
		sent.f.flying--
	}
}

func (s *Server) leave(sent *sending) {
	s.land(sent)
	s.mu.Lock()
	defer s.mu.Unlock()
	if sent.f != nil && sent.issued && !sent.delivered {
		sent.f.lost++
	}
}

// Presented returns the refresh tokens that came in, in order.
func (s *Server) Presented() []Presented {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.presented)
}

// Sends returns how many calls of /refresh were read whole.
func (s *Server) Sends() int { return len(s.Presented()) }

// Spent returns how many of the presented tokens had a successor already.
func (s *Server) Spent() int {
	n := 0
	for _, p := range s.Presented() {
		if p.Spent {
			n++
		}
	}
	return n
}

// Unread returns how many connections ended before their request was read whole.
func (s *Server) Unread() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.unread
}

// Live returns what the login's holder should have by now; false if the login is over.
func (s *Server) Live(family int) (Pair, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.families[family-1]
	return f.live, !f.dead
}

// FamilyOf returns the login that a refresh token belongs to, 0 for a token that was never issued.
func (s *Server) FamilyOf(refresh string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t, ok := s.refreshes[refresh]; ok {
		return t.f.live.Family
	}
	return 0
}

// IssuedAs returns which generation of its login a refresh or access token was issued with; -1 for
// one that never was.
func (s *Server) IssuedAs(token string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t, ok := s.refreshes[token]; ok {
		return t.generation
	}
	if t, ok := s.accesses[token]; ok {
		return t.generation
	}
	return -1
}

// Revoked returns how many logins lived until a call of /logout.
func (s *Server) Revoked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.revoked
}

// Lost returns how many pairs of a login were issued and did not arrive whole.
func (s *Server) Lost(family int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.families[family-1].lost
}

// InFlight returns the most calls that were under way at once: of any one login, and in all. A client
// that has given up is gone when the server notices.
func (s *Server) InFlight() (oneLogin, all int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.families {
		oneLogin = max(oneLogin, f.most)
	}
	return oneLogin, s.mostAll
}

// Heads returns the head of each request.
func (s *Server) Heads() []Head {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.heads)
}

// Canaries returns every token that was issued.
func (s *Server) Canaries() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.canaries)
}
