package hostile

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// Rotation says what happens when a refresh token is presented a second time.
type Rotation int

// The rotations. They differ in what they make of a spent token; a token that is two generations
// old, or unknown, is refused by all that rotate.
const (
	RotateRetrySafe    Rotation = iota // the parent gets the same child for 10 s, and as long as the child is unused
	RotateNone                         // refresh tokens stay as they are and are not sent again
	RotateInterval                     // the parent gets the same child for Config.Interval
	RotateParentAlways                 // the parent always gets the same child
	RotateStrict                       // any spent token ends the login
)

// String names the rotation for subtests.
func (r Rotation) String() string {
	return [...]string{"retry-safe", "none", "interval", "parent-always", "strict"}[r]
}

// retrySafeFor is how long two parallel callers get the same child.
const retrySafeFor = 10 * time.Second

// Pair is what a login holds after an answer.
type Pair struct {
	Access, Refresh string
	Expiry          time.Time // on the backend's clock
	UID             string
	Family          int // of the login; from 1
	Generation      int // of the refresh token; from 0
}

// family is one login with all generations of its refresh token.
type family struct {
	live      Pair
	rotated   time.Time
	childUsed bool
	dead      bool
	flying    int
	most      int // calls at once
	lost      int // pairs that were issued and did not arrive
}

// issued is where a token comes from.
type issued struct {
	f          *family
	generation int
	until      time.Time // of an access token
}

// LogIn makes a login without a request.
func (s *Server) LogIn(uid string) Pair {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := &family{live: Pair{UID: uid, Family: len(s.families) + 1}}
	s.families = append(s.families, f)
	s.newRefresh(f)
	s.newAccess(f)
	return f.live
}

// canary is a token: it stands out in whatever holds it, and no two are alike.
func (s *Server) canary(kind string) string {
	c := "cnry" + kind + rand.Text()
	s.canaries = append(s.canaries, c)
	return c
}

func (s *Server) newRefresh(f *family) {
	f.live.Refresh = s.canary("r")
	s.refreshes[f.live.Refresh] = issued{f: f, generation: f.live.Generation}
}

func (s *Server) newAccess(f *family) {
	f.live.Access, f.live.Expiry = s.canary("a"), s.now().Add(s.cfg.TTL)
	s.accesses[f.live.Access] = issued{f: f, generation: f.live.Generation, until: f.live.Expiry}
}

// refresh does what the rotation says with the token that a request presents.
func (s *Server) refresh(body []byte) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, known := s.refreshes[presentedIn(body)]
	if !known || t.f.dead || !s.accepts(t) {
		return invalidGrant
	}
	f := t.f
	if t.generation == f.live.Generation && s.cfg.Rotation != RotateNone {
		f.live.Generation++
		f.rotated, f.childUsed = s.now(), false
		s.newRefresh(f)
	}
	s.newAccess(f)
	return reply{status: http.StatusOK, body: s.answer(f), issued: true}
}

var invalidGrant = reply{status: http.StatusBadRequest, body: []byte(`{"error":"invalid_grant"}`)}

// accepts decides about a token of a living family; it ends the family where the rotation says so.
func (s *Server) accepts(t issued) bool {
	f := t.f
	age := s.now().Sub(f.rotated)
	parent := t.generation == f.live.Generation-1
	ok := t.generation == f.live.Generation
	switch s.cfg.Rotation {
	case RotateNone:
		ok = true
	case RotateRetrySafe:
		ok = ok || parent && (age <= retrySafeFor || !f.childUsed)
	case RotateInterval:
		ok = ok || parent && age <= s.cfg.Interval
	case RotateParentAlways:
		ok = ok || parent
	}
	if t.generation == f.live.Generation {
		f.childUsed = true
	}
	f.dead = !ok
	return ok
}

// answer is the body of a good refresh. The lock is held.
func (s *Server) answer(f *family) []byte {
	a := map[string]any{
		"accessToken": f.live.Access, "uid": f.live.UID,
		"expiresIn": s.cfg.TTL.Seconds(), "expiresAt": f.live.Expiry.UnixMilli(),
	}
	if s.cfg.Rotation != RotateNone {
		a["refreshToken"] = f.live.Refresh
	}
	b, _ := json.Marshal(a) // strings and numbers
	return b
}

// other serves everything but /refresh.
func (s *Server) other(req *http.Request, body, head []byte) reply {
	s.mu.Lock()
	s.heads = append(s.heads, Head{req.URL.Path, string(head)})
	s.mu.Unlock()
	switch req.Method + " " + req.URL.Path {
	case "POST /login":
		var in struct{ UID string }
		if json.Unmarshal(body, &in) != nil {
			return reply{status: http.StatusBadRequest, body: []byte("{}")}
		}
		p := s.LogIn(in.UID)
		b, _ := json.Marshal(map[string]any{"accessToken": p.Access, "refreshToken": p.Refresh, "uid": p.UID, "expiresAt": p.Expiry.UnixMilli()})
		return reply{status: http.StatusOK, body: b}
	case "POST /logout":
		s.mu.Lock()
		defer s.mu.Unlock()
		if t, ok := s.refreshes[presentedIn(body)]; ok && !t.f.dead {
			t.f.dead = true
			s.revoked++
		}
		return reply{status: http.StatusOK, body: []byte("{}")}
	case "GET /me":
		return s.me(req)
	}
	return reply{status: http.StatusNotFound, body: []byte("{}")}
}

func (s *Server) me(req *http.Request) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.accesses[strings.TrimPrefix(req.Header.Get("Authorization"), "Bearer ")]
	if !ok || t.f.dead || !t.until.After(s.now()) {
		return reply{status: http.StatusUnauthorized, body: []byte("{}")}
	}
	if t.generation == t.f.live.Generation {
		t.f.childUsed = true
	}
	b, _ := json.Marshal(map[string]string{"uid": t.f.live.UID})
	return reply{status: http.StatusOK, body: b}
}

// presentedIn finds the refresh token of a request.
func presentedIn(body []byte) string {
	var in struct {
		RefreshToken string `json:"refreshToken"`
	}
	_ = json.Unmarshal(body, &in) // what is no JSON presents nothing
	return in.RefreshToken
}
