package flow

import (
	"context"
	"slices"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

// doUpdate changes the fields that are set and keeps all others (F010). User data merges by field, whether it is
// written as a map or is one ${…}: a field that the value has is set, to nil too; one that it has not is kept (F012).
func doUpdate(ctx context.Context, n *run, f *frame, a *project.Action) error {
	if !n.seen.Active() {
		return fault(a, "nobody is logged in", session.ErrNotLoggedIn)
	}
	u, err := n.fields(f, a)
	if err != nil {
		return err
	}
	for _, name := range a.Clear {
		u.Clear = append(u.Clear, session.Field(name))
	}
	if slices.Contains(u.Clear, session.FieldExpiry) && a.Props["expiry"] == nil {
		u.Expiry = nil // only a hint from the token
	}
	s, err := n.r.sessions.Update(ctx, n.seen.ID, u, session.UpdateOptions{Rotate: n.roleChanges(u)})
	if err != nil {
		return err
	}
	n.adopt(s)
	n.res.SessionID = s.ID
	return nil
}

// roleChanges reports whether a patch changes the field that says what the person may do: then the session gets a new
// id (design 9.6).
func (n *run) roleChanges(u session.Update) bool {
	field := n.r.project.App.Auth.RoleField
	if field == "" {
		return false
	}
	was := roleOf(n.seen.Auth.User, field)
	if slices.Contains(u.Clear, session.FieldUser) {
		return was != ""
	}
	patch, err := value.DecodeJSON(u.MergeUser)
	if m, ok := patch.(map[string]any); err == nil && ok {
		if role, present := m[field]; present {
			return value.Text(role) != was
		}
	}
	return false
}

func roleOf(user []byte, field string) string {
	v, err := value.DecodeJSON(user)
	m, ok := v.(map[string]any)
	if err != nil || !ok {
		return ""
	}
	return value.Text(m[field])
}
