package issuer

import (
	"crypto/hmac"
	"crypto/rand"
	"encoding/base64"
	"time"
)

// convergence is how long after a rotation the parent may still be presented by callers that ran
// in parallel and did not know.
const convergence = 10 * time.Second

// family is one login: the line of refresh tokens that descend from it.
type family struct {
	id        string
	userID    int64
	counter   int64  // the number of the current refresh token
	cur, prev []byte // keyed hashes; prev is empty before the first rotation
	rotatedAt time.Time
	childUsed bool // somebody certainly has the current refresh token
	idleUntil time.Time
	absUntil  time.Time
	revokedAt time.Time // zero: not revoked
	createdAt time.Time
}

// outcome is what the rule says about a presented refresh token.
type outcome int

const (
	rotate  outcome = iota // a new child
	repeat                 // the same child again
	reused                 // somebody else has it: the login ends
	expired                // the login is too old
	revoked                // the login has ended
	unknown                // not a token of a login we know
	outcomes
)

func (f family) alive(now time.Time) bool {
	return f.revokedAt.IsZero() && now.Before(f.idleUntil) && now.Before(f.absUntil)
}

// judge is the rule of refresh (docs/promises.md, D1). It is pure; p is certainly genuine.
//
// A parent is good while callers converge, and for as long as nobody has been seen with its child:
// then the reply was lost. Afterwards two parties hold the line, and nobody can tell which is the
// thief.
func judge(f family, p presented, now time.Time) outcome {
	switch {
	case !f.revokedAt.IsZero():
		return revoked
	case !f.alive(now):
		return expired
	case hmac.Equal(p.digest, f.cur):
		return rotate
	case hmac.Equal(p.digest, f.prev):
		if now.Sub(f.rotatedAt) <= convergence || !f.childUsed {
			return repeat
		}
		return reused
	case p.counter < f.counter:
		return reused
	}
	return unknown // of a future that a restored backup has forgotten
}

// newFamily starts a login. Its first refresh token is known to be used: it has no parent.
func (s *Server) newFamily(userID int64) (family, error) {
	id := make([]byte, familySize)
	rand.Read(id) // never fails: it ends the process instead
	now := s.cfg.Now()
	f := family{
		id: base64.RawURLEncoding.EncodeToString(id), userID: userID, prev: []byte{}, rotatedAt: now, childUsed: true,
		idleUntil: now.Add(s.cfg.RefreshIdle), absUntil: now.Add(s.cfg.RefreshAbsolute), createdAt: now,
	}
	first, err := s.keys.refreshToken(f.id, 0)
	f.cur = s.keys.hash(first)
	return f, err
}

// rotated is f after its current token was spent. The absolute limit stays.
func (s *Server) rotated(f family) (family, error) {
	now := s.cfg.Now()
	child, err := s.keys.refreshToken(f.id, f.counter+1)
	f.counter++
	f.prev, f.cur = f.cur, s.keys.hash(child)
	f.rotatedAt, f.childUsed, f.idleUntil = now, false, now.Add(s.cfg.RefreshIdle)
	return f, err
}
