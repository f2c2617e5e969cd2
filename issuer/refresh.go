package issuer

import (
	"context"
	"errors"
	"net/http"

	"github.com/usherdev/usher/issuer/wire"
)

const logoutMessage = "Logged out."

func invalidGrant(message string) *refusal {
	return &refusal{status: http.StatusBadRequest, code: "invalid_grant", message: message}
}

func (s *Server) refresh(w http.ResponseWriter, r *http.Request) error {
	var in wire.Refresh
	if err := decode(w, r, &in); err != nil {
		return err
	}
	ttl, err := s.lifetime(in.Lifetime)
	if err != nil {
		return err
	}
	if in.RefreshToken == "" {
		no := badRequest("A refresh token is needed here.")
		no.fields = map[string]string{"refreshToken": "It is missing."}
		return no
	}
	f, verdict, err := s.spend(r.Context(), in.RefreshToken)
	if err != nil {
		return err
	}
	s.stats.refreshes[verdict].Add(1)
	switch verdict {
	case rotate, repeat:
	case reused:
		s.cfg.Log.Warn("a spent refresh token came back; the login has ended", "user", f.userID)
		return invalidGrant("This login has ended: its refresh token was used twice.")
	case expired:
		return invalidGrant("This login is too old; log in again.")
	case revoked:
		return invalidGrant("This login has ended.")
	default:
		return invalidGrant("The refresh token is not valid.")
	}
	tokens, err := s.tokens(f, ttl)
	if err != nil {
		return err
	}
	respond(w, http.StatusOK, tokens)
	return nil
}

// spend applies the rule to the row in one transaction and returns the family as it is afterwards.
func (s *Server) spend(ctx context.Context, token string) (after family, verdict outcome, err error) {
	p, genuine := s.keys.parseRefresh(token)
	if !genuine {
		return family{}, unknown, nil
	}
	verdict = unknown // when the login has been forgotten
	_, err = s.store.updateFamily(ctx, p.family, func(f family) (family, bool, error) {
		now := s.cfg.Now()
		verdict = judge(f, p, now)
		switch verdict {
		case rotate:
			f, err = s.rotated(f)
		case reused:
			f.revokedAt = now
		}
		after = f
		return f, verdict == rotate || verdict == reused, err
	})
	return after, verdict, err
}

// logOut ends the login of the refresh token in the body, and that of the access token in the
// header, if they are genuine. Whatever came, the reply is the same.
func (s *Server) logOut(w http.ResponseWriter, r *http.Request) error {
	var ids []string
	var in wire.Logout
	var no *refusal
	if err := decode(w, r, &in); err != nil && !errors.As(err, &no) {
		return err
	}
	if p, ok := s.keys.parseRefresh(in.RefreshToken); ok {
		ids = append(ids, p.family)
	}
	if token, ok := bearer(r); ok {
		if c, err := s.verify(token); err == nil || errors.Is(err, errExpired) {
			ids = append(ids, c.Family)
		}
	}
	for _, id := range ids {
		if err := s.store.revoke(r.Context(), id, s.cfg.Now()); err != nil {
			return err
		}
	}
	s.stats.logouts.Add(1)
	respond(w, http.StatusOK, wire.Message{Message: logoutMessage})
	return nil
}
