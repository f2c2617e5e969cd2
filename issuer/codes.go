package issuer

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"time"

	"github.com/usherdev/usher/issuer/wire"
)

// What a code that was sent by mail is good for.
const (
	forReset = "reset"
	forLogin = "login"
)

// A code is short, so that people can type it: it lives briefly and takes few guesses.
const (
	codeLife  = 10 * time.Minute
	codeTries = 5
)

// Mail is a message to a person. Its text holds the code, which is a secret: it is for the person alone, and never for a log.
type Mail struct{ To, Subject, Text string }

// sendCode answers the request for a code. The answer is the same for every address, with an account or without.
func (s *Server) sendCode(purpose, subject string) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		var in wire.Address
		if err := decode(w, r, &in); err != nil {
			return err
		}
		if problem := emailProblem(tidy(in.Email)); problem != "" {
			return invalidFields(map[string]string{"email": problem})
		}
		if wait := s.throttle.beginMail(s.cfg.Now(), s.network(r), in.Email); wait > 0 {
			return tooMany(wait)
		}
		u, found, err := s.store.userByEmail(r.Context(), in.Email)
		if err != nil {
			return err
		}
		code, err := newCode()
		if err != nil {
			return err
		}
		if err := s.store.setCode(r.Context(), s.mailKey(in.Email), purpose, s.codeKey(in.Email, purpose, code), s.cfg.Now()); err != nil {
			return err
		}
		if found && s.cfg.Mail != nil {
			text := fmt.Sprintf("Your code is %s. It is good for %d minutes. If you did not ask for it, do nothing.", code, int(codeLife.Minutes()))
			if err := s.cfg.Mail(r.Context(), Mail{To: u.email, Subject: subject, Text: text}); err != nil { // an answer of its own would tell who has an account
				s.cfg.Log.ErrorContext(r.Context(), "a mail with a code could not be sent", "user", u.id, "error", err)
			}
		}
		respond(w, http.StatusOK, wire.Message{Message: "If there is an account with this address, a mail with a code is on its way."})
		return nil
	}
}

// newCode is six random digits.
func newCode() (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%06d", n), nil
}

func (s *Server) mailKey(email string) []byte {
	return mac(s.keys.digest, []byte("mail\x00"+nameKey(email)))
}

func (s *Server) codeKey(email, purpose, code string) []byte {
	return mac(s.keys.digest, []byte("code\x00"+purpose+"\x00"+nameKey(email)+"\x00"+code))
}

func invalidCode() *refusal {
	return &refusal{status: http.StatusBadRequest, code: "invalid_code", message: "This code is wrong, or its time is over. Ask for a new one."}
}

// prove returns whose the code is that was sent to an address. The code is good afterwards as well, until useUp. Wrong ones have the budget of
// an account that strangers have, for a new code has tries of its own.
func (s *Server) prove(r *http.Request, email, purpose, code string) (user, error) {
	attempt, wait := s.throttle.begin(s.cfg.Now(), "code "+nameKey(email), s.network(r), false)
	if wait > 0 {
		return user{}, tooMany(wait)
	}
	good, err := s.store.tryCode(r.Context(), s.mailKey(email), purpose, s.codeKey(email, purpose, code), s.cfg.Now())
	if err != nil {
		s.throttle.refund(attempt) // it was not looked at
		return user{}, err
	}
	u, found, err := s.store.userByEmail(r.Context(), email)
	if err != nil {
		return user{}, err
	}
	if !good || !found {
		return user{}, invalidCode()
	}
	s.throttle.refund(attempt)
	return u, nil
}

// useUp spends a code that was proved. Of several that come with it at once, one gets through.
func (s *Server) useUp(ctx context.Context, email, purpose, code string) error {
	spent, err := s.store.spendCode(ctx, s.mailKey(email), purpose, s.codeKey(email, purpose, code))
	if err == nil && !spent {
		return invalidCode()
	}
	return err
}

// logInWithCode logs in by a code instead of a password.
func (s *Server) logInWithCode(w http.ResponseWriter, r *http.Request) error {
	var in wire.CodeLogin
	if err := decode(w, r, &in); err != nil {
		return err
	}
	ttl, err := s.lifetime(in.Lifetime)
	if err != nil {
		return err
	}
	u, err := s.prove(r, in.Email, forLogin, in.Code)
	if err != nil {
		return err
	}
	if err := s.useUp(r.Context(), in.Email, forLogin, in.Code); err != nil {
		return err
	}
	s.stats.logins.Add(1)
	return s.start(w, r, http.StatusOK, u, ttl)
}

// reset sets a new password by a code, and ends every login of the account.
func (s *Server) reset(w http.ResponseWriter, r *http.Request) error {
	var in wire.Reset
	if err := decode(w, r, &in); err != nil {
		return err
	}
	u, err := s.prove(r, in.Email, forReset, in.Code)
	if err != nil {
		return err
	}
	// What is wrong with the password is told before the code is spent, and to nobody without it: the answer depends on the names of the account.
	normal, problem := s.policy.check(in.NewPassword, u.username, u.email, u.firstName, u.lastName)
	if problem != "" {
		return invalidFields(map[string]string{"newPassword": problem})
	}
	if err := s.useUp(r.Context(), in.Email, forReset, in.Code); err != nil {
		return err
	}
	if err := s.changeTo(r.Context(), u, normal, "", ""); err != nil {
		return err
	}
	respond(w, http.StatusOK, wire.Message{Message: "The password is changed. Log in with it."})
	return nil
}

// changePassword sets a new password for who knows the old one, and ends every other login of the account.
func (s *Server) changePassword(w http.ResponseWriter, r *http.Request, c caller) error {
	var in wire.ChangePassword
	if err := decode(w, r, &in); err != nil {
		return err
	}
	normal, problem := s.policy.check(in.NewPassword, c.username, c.email, c.firstName, c.lastName)
	fields := problems(map[string]string{"currentPassword": missing(in.CurrentPassword), "newPassword": problem})
	if len(fields) > 0 {
		return invalidFields(fields)
	}
	u, err := s.authenticate(r, wire.Login{Username: c.username, Password: in.CurrentPassword})
	if no, is := errors.AsType[*refusal](err); is && no.code == "invalid_credentials" {
		return invalidFields(map[string]string{"currentPassword": "This is not your password."})
	}
	if err != nil {
		return err
	}
	if err := s.changeTo(r.Context(), u, normal, u.password, c.login); err != nil {
		return err
	}
	respond(w, http.StatusOK, wire.Message{Message: "The password is changed."})
	return nil
}

// changeTo sets a password in normal form, ends every login but one, and makes worthless what codes are under way. old is the hash that was
// verified, "" where a code was proved instead.
func (s *Server) changeTo(ctx context.Context, u user, normal, old, but string) error {
	phc, err := s.hasher.hash(ctx, normal)
	if err != nil {
		return err
	}
	changed, err := s.store.changePassword(ctx, change{user: u.id, old: old, phc: phc, address: s.mailKey(u.email), but: but, now: s.cfg.Now()})
	if err == nil && !changed {
		return conflict()
	}
	return err
}

func (st *store) userByEmail(ctx context.Context, email string) (u user, found bool, err error) {
	found, err = one(st.db.Read.QueryRowContext(ctx, `SELECT `+userColumns+` FROM users u WHERE u.email_key = ?`, nameKey(email)), u.targets()...)
	return u, found, err
}

// setCode keeps the hash of a code in place of an older one, and forgets those whose time is over.
func (st *store) setCode(ctx context.Context, address []byte, purpose string, code []byte, now time.Time) error {
	return st.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM codes WHERE expires_at <= ?`, now.UnixMilli()); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `
			INSERT INTO codes (address, purpose, code, tries, expires_at) VALUES (?, ?, ?, 0, ?)
			ON CONFLICT (address, purpose) DO UPDATE SET code = excluded.code, tries = 0, expires_at = excluded.expires_at`,
			address, purpose, code, now.Add(codeLife).UnixMilli())
		return err
	})
}

// tryCode reports whether the code is the one that was sent. Each wrong guess counts, and after codeTries none is right.
func (st *store) tryCode(ctx context.Context, address []byte, purpose string, code []byte, now time.Time) (good bool, err error) {
	err = st.write(ctx, func(tx *sql.Tx) error {
		var want []byte
		var tries int
		found, err := one(tx.QueryRowContext(ctx, `SELECT code, tries FROM codes WHERE address = ? AND purpose = ? AND expires_at > ?`,
			address, purpose, now.UnixMilli()), &want, &tries)
		if err != nil || !found || tries >= codeTries {
			return err
		}
		if good = hmac.Equal(want, code); good {
			return nil
		}
		_, err = tx.ExecContext(ctx, `UPDATE codes SET tries = tries + 1 WHERE address = ? AND purpose = ?`, address, purpose)
		return err
	})
	return good, err
}

// spendCode forgets a code, and reports whether it was there.
func (st *store) spendCode(ctx context.Context, address []byte, purpose string, code []byte) (spent bool, err error) {
	res, err := st.db.Write.ExecContext(ctx, `DELETE FROM codes WHERE address = ? AND purpose = ? AND code = ?`, address, purpose, code)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// change is a new password of a user: old is the hash it replaces, or "" for whichever; the login but lives on.
type change struct {
	user     int64
	old, phc string
	address  []byte
	but      string
	now      time.Time
}

// changePassword sets a password, ends the logins and forgets the codes of its user, all or nothing. It reports false where the hash to be
// replaced is no longer there.
func (st *store) changePassword(ctx context.Context, c change) (changed bool, err error) {
	err = st.write(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `UPDATE users SET password = ? WHERE id = ? AND (? = '' OR password = ?)`, c.phc, c.user, c.old, c.old)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		if changed = n == 1; err != nil || !changed {
			return err
		}
		if _, err := endLogins(ctx, tx, c.user, c.but, c.now); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM codes WHERE address = ?`, c.address)
		return err
	})
	return changed && err == nil, err
}
