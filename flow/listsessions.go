package flow

import (
	"context"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
)

// doListSessions tells where the person is logged in, the newest log-in first. Its output holds neither ids nor tokens.
func doListSessions(ctx context.Context, n *run, f *frame, a *project.Action) error {
	if n.res.SessionID == "" || !n.seen.Active() {
		return fault(a, "nobody is logged in", nil)
	}
	if a.As == "" {
		return nil
	}
	all := []session.Session{n.seen} // without a uid it belongs to nobody who could have others
	if n.seen.Auth.UID != "" {
		var err error
		if all, err = n.r.sessions.List(ctx, n.seen.Auth.UID); err != nil {
			return err
		}
	}
	out := make([]any, 0, len(all))
	for i := len(all) - 1; i >= 0; i-- { // the list begins with the oldest
		s := all[i]
		out = append(out, map[string]any{
			"browser": s.Auth.Device.Browser, "system": s.Auth.Device.System, "created": s.Created, "seen": s.Seen, "current": s.Key == n.seen.Key,
		})
	}
	f.scope[a.As] = out
	return nil
}
