package session

import "context"

// Each hands out every active session, without ids and tokens, in no order that means anything; an error of fn ends it. A row that cannot
// be opened, or whose time is over, is passed over and left as it is.
func (m *Manager) Each(ctx context.Context, fn func(Session) error) error {
	stores := []Store{m.cfg.Store, m.cfg.Volatile}
	if m.cfg.Volatile == m.cfg.Store {
		stores = stores[:1]
	}
	for _, st := range stores {
		at, err := m.clocks(ctx, st)
		if err != nil {
			return err
		}
		err = m.eachRow(ctx, st, func(k Keyed) error {
			e, err := m.open(k.Key, k.Row)
			if err != nil || e.Ended != "" {
				return nil
			}
			b, err := m.bounds(ctx, st, e)
			if err != nil || b.over(e.Row, at.store) != "" {
				return err
			}
			s := m.session("", k.Key, e, at.store)
			s.Auth, s.AppState = AuthData{UID: s.Auth.UID, Expiry: s.Auth.Expiry}, nil
			return fn(s)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
