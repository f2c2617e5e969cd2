package client

import (
	"context"
	"errors"

	"github.com/usherdev/usher/session"
)

const sealPointer = "client/current/v1"

// pointer remembers, in a row of its own, which session of the store is the current one, so that a
// program finds its login again after a restart and programs that share a store see each other's. The
// id is sealed like a token.
type pointer struct {
	st   session.Store
	keys *session.Keys
	name string
}

// key is out of the way of session keys, which are hashes.
func (p pointer) key() string { return "client/" + p.name }

// id returns the current session's id; "" if there has been no log-in, or if why says what became of
// the row.
func (p pointer) id(ctx context.Context) (id string, why session.Reason, err error) {
	r, found, err := p.st.Read(ctx, p.key())
	if err != nil || !found {
		return "", "", err
	}
	id, why = p.open(r)
	return id, why, nil
}

func (p pointer) open(r session.Row) (id string, why session.Reason) {
	b, err := p.keys.Open(sealPointer, []byte(p.name), r.Sealed)
	switch {
	case errors.Is(err, session.ErrKeyMissing):
		return "", session.KeyMissing
	case err != nil:
		return "", session.Tampered
	}
	return string(b), ""
}

// set makes id the current one and returns the one before.
func (p pointer) set(ctx context.Context, id string) (before string, err error) {
	sealed := p.keys.Seal(sealPointer, []byte(p.name), []byte(id))
	for {
		_, err := p.st.Update(ctx, p.key(), func(r session.Row) (session.Row, error) {
			before, _ = p.open(r)
			r.Sealed = sealed
			return r, nil
		})
		if !errors.Is(err, session.ErrAbsent) {
			return before, err
		}
		// The app's name is one that no Manager can have: nothing sweeps or reads this row as a session.
		err = p.st.Create(ctx, p.key(), session.Row{App: "client/" + p.name, Sealed: sealed})
		if !errors.Is(err, session.ErrExists) {
			return "", err
		}
	}
}
