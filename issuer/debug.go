package issuer

import (
	"net/http"
	"sync/atomic"

	"github.com/usherdev/usher/issuer/wire"
)

// counters are since the start.
type counters struct {
	signUps, logins, loginsRefused, loginsThrottled, logouts atomic.Int64
	refreshes                                                [outcomes]atomic.Int64
}

// Stats returns the counts since the start, also when Config.Debug is off.
func (s *Server) Stats() wire.Stats {
	c := &s.stats
	return wire.Stats{
		SignUps: c.signUps.Load(), Logins: c.logins.Load(), LoginsRefused: c.loginsRefused.Load(),
		LoginsThrottled: c.loginsThrottled.Load(), Logouts: c.logouts.Load(),
		Refreshes: wire.Refreshes{
			Rotated: c.refreshes[rotate].Load(), Repeated: c.refreshes[repeat].Load(), Reused: c.refreshes[reused].Load(),
			Expired: c.refreshes[expired].Load(), Revoked: c.refreshes[revoked].Load(), Unknown: c.refreshes[unknown].Load(),
		},
	}
}

func (s *Server) debugStats(w http.ResponseWriter, _ *http.Request) error {
	respond(w, http.StatusOK, s.Stats())
	return nil
}

func (s *Server) debugRevoke(w http.ResponseWriter, r *http.Request) error {
	var in wire.Revoke
	if err := decode(w, r, &in); err != nil {
		return err
	}
	u, found, err := s.store.userByName(r.Context(), in.Username)
	if err != nil {
		return err
	}
	if !found {
		return notFound("user")
	}
	n, err := s.store.revokeAll(r.Context(), u.id, s.cfg.Now())
	if err != nil {
		return err
	}
	respond(w, http.StatusOK, wire.Revoked{Revoked: n})
	return nil
}
