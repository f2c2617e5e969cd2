package issuer

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"time"

	"github.com/usherdev/usher/internal/sqldb"
)

// store is every query of the issuer but those of posts.
type store struct{ db *sqldb.DB }

// user is a row of users.
type user struct {
	id                                                           int64
	username, email, firstName, lastName, gender, role, avatarID string
	password                                                     string // PHC
}

func (u user) subject() string { return strconv.FormatInt(u.id, 10) }

const userColumns = `u.id, u.username, u.email, u.first_name, u.last_name, u.gender, u.role, u.avatar, u.password`

func (u *user) targets() []any {
	return []any{&u.id, &u.username, &u.email, &u.firstName, &u.lastName, &u.gender, &u.role, &u.avatarID, &u.password}
}

// one reads a single row: value, absent and fault are three results.
func one(row *sql.Row, targets ...any) (bool, error) {
	err := row.Scan(targets...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// userByName finds a user by username or e-mail address, without regard to case.
func (st *store) userByName(ctx context.Context, name string) (u user, found bool, err error) {
	key := nameKey(name)
	found, err = one(st.db.Read.QueryRowContext(ctx,
		`SELECT `+userColumns+` FROM users u WHERE u.username_key = ? OR u.email_key = ?`, key, key), u.targets()...)
	return u, found, err
}

func (st *store) userByAvatar(ctx context.Context, avatar string) (u user, found bool, err error) {
	found, err = one(st.db.Read.QueryRowContext(ctx, `SELECT `+userColumns+` FROM users u WHERE u.avatar = ?`, avatar), u.targets()...)
	return u, found, err
}

// taken tells which of the two names have an account already.
func (st *store) taken(ctx context.Context, username, email string) (byName, byEmail bool, err error) {
	err = st.db.Read.QueryRowContext(ctx,
		`SELECT EXISTS (SELECT 1 FROM users WHERE username_key = ?), EXISTS (SELECT 1 FROM users WHERE email_key = ?)`,
		nameKey(username), nameKey(email)).Scan(&byName, &byEmail)
	return byName, byEmail, err
}

// addUser makes the account, unless its username or e-mail address has one: then added is false.
func (st *store) addUser(ctx context.Context, u user, now time.Time) (id int64, added bool, err error) {
	row := st.db.Write.QueryRowContext(ctx, `
		INSERT INTO users (username, username_key, email, email_key, first_name, last_name, gender, role, avatar, password, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id`,
		u.username, nameKey(u.username), u.email, nameKey(u.email), u.firstName, u.lastName, u.gender, u.role, u.avatarID, u.password, now.UnixMilli())
	added, err = one(row, &id)
	return id, added, err
}

// renewHash puts another hash of the same password in the place of one, and reports whether that was still there.
func (st *store) renewHash(ctx context.Context, id int64, old, phc string) (renewed bool, err error) {
	res, err := st.db.Write.ExecContext(ctx, `UPDATE users SET password = ? WHERE id = ? AND password = ?`, phc, id, old)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

func (st *store) setProfile(ctx context.Context, u user) error {
	_, err := st.db.Write.ExecContext(ctx, `UPDATE users SET first_name = ?, last_name = ?, gender = ? WHERE id = ?`,
		u.firstName, u.lastName, u.gender, u.id)
	return err
}

const familyColumns = `f.id, f.user_id, f.counter, f.cur, f.prev, f.rotated_at, f.child_used, f.idle_until, f.abs_until, f.revoked_at, f.created_at`

// stamp reads and writes a time as milliseconds; the zero time is 0.
type stamp struct{ t *time.Time }

func (s stamp) Scan(v any) error {
	ms, ok := v.(int64)
	if !ok {
		return errors.New("a time in the database is not a number")
	}
	*s.t = time.Time{}
	if ms != 0 {
		*s.t = time.UnixMilli(ms)
	}
	return nil
}

func (f *family) targets() []any {
	return []any{&f.id, &f.userID, &f.counter, &f.cur, &f.prev, stamp{&f.rotatedAt}, &f.childUsed,
		stamp{&f.idleUntil}, stamp{&f.absUntil}, stamp{&f.revokedAt}, stamp{&f.createdAt}}
}

// login reads a family and its user.
func (st *store) login(ctx context.Context, id string) (f family, u user, found bool, err error) {
	found, err = one(st.db.Read.QueryRowContext(ctx,
		`SELECT `+familyColumns+`, `+userColumns+` FROM families f JOIN users u ON u.id = f.user_id WHERE f.id = ?`, id),
		append(f.targets(), u.targets()...)...)
	return f, u, found, err
}

// addFamily stores a new login, and forgets those whose absolute limit is long past. It reports false, and stores none, where phc is no longer
// the hash of the user's password: whoever changed it has ended all logins from before.
func (st *store) addFamily(ctx context.Context, f family, phc string) (added bool, err error) {
	err = st.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM families WHERE abs_until < ?`, f.createdAt.Add(-24*time.Hour).UnixMilli()); err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, `
			INSERT INTO families (id, user_id, counter, cur, prev, rotated_at, child_used, idle_until, abs_until, created_at)
			SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM users WHERE id = ? AND password = ?)`,
			f.id, f.userID, f.counter, f.cur, f.prev, f.rotatedAt.UnixMilli(), f.childUsed, f.idleUntil.UnixMilli(), f.absUntil.UnixMilli(), f.createdAt.UnixMilli(),
			f.userID, phc)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		added = n == 1
		return err
	})
	return added && err == nil, err
}

// updateFamily runs fn over the row in one transaction; fn does no I/O and reports whether the
// row it returns is to be kept.
func (st *store) updateFamily(ctx context.Context, id string, fn func(family) (family, bool, error)) (found bool, err error) {
	err = st.write(ctx, func(tx *sql.Tx) error {
		var f family
		found, err = one(tx.QueryRowContext(ctx, `SELECT `+familyColumns+` FROM families f WHERE f.id = ?`, id), f.targets()...)
		if err != nil || !found {
			return err
		}
		f, changed, err := fn(f)
		if err != nil || !changed {
			return err
		}
		var revokedAt int64
		if !f.revokedAt.IsZero() {
			revokedAt = f.revokedAt.UnixMilli()
		}
		_, err = tx.ExecContext(ctx, `
			UPDATE families SET counter = ?, cur = ?, prev = ?, rotated_at = ?, child_used = ?, idle_until = ?, revoked_at = ? WHERE id = ?`,
			f.counter, f.cur, f.prev, f.rotatedAt.UnixMilli(), f.childUsed, f.idleUntil.UnixMilli(), revokedAt, id)
		return err
	})
	return found, err
}

// markUsed notes that somebody has f's current refresh token, unless it was rotated meanwhile.
func (st *store) markUsed(ctx context.Context, f family) error {
	_, err := st.db.Write.ExecContext(ctx, `UPDATE families SET child_used = 1 WHERE id = ? AND counter = ?`, f.id, f.counter)
	return err
}

func (st *store) revoke(ctx context.Context, id string, now time.Time) error {
	_, err := st.db.Write.ExecContext(ctx, `UPDATE families SET revoked_at = ? WHERE id = ? AND revoked_at = 0`, now.UnixMilli(), id)
	return err
}

// revokeAll ends every login of a user and returns how many were not ended before.
func (st *store) revokeAll(ctx context.Context, userID int64, now time.Time) (n int64, err error) {
	err = st.write(ctx, func(tx *sql.Tx) error {
		n, err = endLogins(ctx, tx, userID, "", now)
		return err
	})
	return n, err
}

// endLogins ends every login of a user but one, and returns how many were not ended before.
func endLogins(ctx context.Context, tx *sql.Tx, userID int64, but string, now time.Time) (int64, error) {
	res, err := tx.ExecContext(ctx, `UPDATE families SET revoked_at = ? WHERE user_id = ? AND revoked_at = 0 AND id <> ?`, now.UnixMilli(), userID, but)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

const maxAddresses = 16

// knows tells whether the user has logged in from the address before.
func (st *store) knows(ctx context.Context, userID int64, address []byte) (known bool, err error) {
	err = st.db.Read.QueryRowContext(ctx,
		`SELECT EXISTS (SELECT 1 FROM known_addresses WHERE user_id = ? AND address = ?)`, userID, address).Scan(&known)
	return known, err
}

// remember keeps the address, and the latest maxAddresses of a user.
func (st *store) remember(ctx context.Context, userID int64, address []byte, now time.Time) error {
	return st.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO known_addresses (user_id, address, seen_at) VALUES (?, ?, ?)
			ON CONFLICT (user_id, address) DO UPDATE SET seen_at = excluded.seen_at`, userID, address, now.UnixMilli())
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `
			DELETE FROM known_addresses WHERE user_id = ?1 AND address NOT IN
			(SELECT address FROM known_addresses WHERE user_id = ?1 ORDER BY seen_at DESC LIMIT ?2)`, userID, maxAddresses)
		return err
	})
}

func (st *store) write(ctx context.Context, fn func(*sql.Tx) error) error {
	tx, err := st.db.Write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := fn(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}
