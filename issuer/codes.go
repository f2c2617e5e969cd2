package issuer

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"database/sql"
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

// Mail is a message to a person.
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
		for _, key := range []string{s.network(r), "to " + nameKey(in.Email)} {
			if wait := s.throttle.mails.take(s.cfg.Now(), key); wait > 0 {
				return tooMany(wait)
			}
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
			if err := s.cfg.Mail(r.Context(), Mail{To: u.email, Subject: subject, Text: text}); err != nil {
				return err
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

// redeem takes a code that was sent to an address, and returns whose it is.
func (s *Server) redeem(r *http.Request, email, purpose, code string) (user, error) {
	wrong := &refusal{status: http.StatusBadRequest, code: "invalid_code", message: "This code is wrong, or its time is over. Ask for a new one."}
	if wait := s.throttle.networks.take(s.cfg.Now(), s.network(r)); wait > 0 {
		return user{}, tooMany(wait)
	}
	good, err := s.store.spendCode(r.Context(), s.mailKey(email), purpose, s.codeKey(email, purpose, code), s.cfg.Now())
	if err != nil {
		return user{}, err
	}
	u, found, err := s.store.userByEmail(r.Context(), email)
	if err != nil {
		return user{}, err
	}
	if !good || !found {
		return user{}, wrong
	}
	return u, nil
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
	u, err := s.redeem(r, in.Email, forLogin, in.Code)
	if err != nil {
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
	// What is wrong with the password is told before the code is spent.
	normal, problem := s.policy.check(in.NewPassword, in.Email)
	if problem != "" {
		return invalidFields(map[string]string{"newPassword": problem})
	}
	u, err := s.redeem(r, in.Email, forReset, in.Code)
	if err != nil {
		return err
	}
	if err := s.changeTo(r.Context(), u, normal, ""); err != nil {
		return err
	}
	respond(w, http.StatusOK, wire.Message{Message: "The password is changed. Log in with it."})
	return nil
}

// changePassword sets a new password for who knows the old one, and ends every other login of the account.
func (s *Server) changePassword(w http.ResponseWriter, r *http.Request, u user) error {
	var in wire.ChangePassword
	if err := decode(w, r, &in); err != nil {
		return err
	}
	normal, problem := s.policy.check(in.NewPassword, u.username, u.email, u.firstName, u.lastName)
	fields := problems(map[string]string{"currentPassword": missing(in.CurrentPassword), "newPassword": problem})
	if len(fields) > 0 {
		return invalidFields(fields)
	}
	if _, err := s.authenticate(r, wire.Login{Username: u.username, Password: in.CurrentPassword}); err != nil {
		if no, is := err.(*refusal); is && no.code == "invalid_credentials" {
			return invalidFields(map[string]string{"currentPassword": "This is not your password."})
		}
		return err
	}
	token, _ := bearer(r)
	c, err := s.verify(token)
	if err != nil {
		return err
	}
	u, found, err := s.store.userByName(r.Context(), u.username) // its hash may have been renewed just now
	if err != nil || !found {
		return orElse(err, error(notFound("account")))
	}
	if err := s.changeTo(r.Context(), u, normal, c.Family); err != nil {
		return err
	}
	respond(w, http.StatusOK, wire.Message{Message: "The password is changed."})
	return nil
}

// changeTo sets a password in normal form and ends every login but one.
func (s *Server) changeTo(ctx context.Context, u user, normal, but string) error {
	phc, err := s.hasher.hash(ctx, normal)
	if err != nil {
		return err
	}
	if err := s.store.setPassword(ctx, u.id, u.password, phc); err != nil {
		return err
	}
	return s.store.revokeOthers(ctx, u.id, but, s.cfg.Now())
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

// spendCode reports whether the code is the one that was sent, which it then is no more. Each guess counts, and after codeTries none is right.
func (st *store) spendCode(ctx context.Context, address []byte, purpose string, code []byte, now time.Time) (good bool, err error) {
	err = st.write(ctx, func(tx *sql.Tx) error {
		var want []byte
		var tries int
		found, err := one(tx.QueryRowContext(ctx, `SELECT code, tries FROM codes WHERE address = ? AND purpose = ? AND expires_at > ?`,
			address, purpose, now.UnixMilli()), &want, &tries)
		if err != nil || !found || tries >= codeTries {
			return err
		}
		if good = hmac.Equal(want, code); good {
			_, err = tx.ExecContext(ctx, `DELETE FROM codes WHERE address = ? AND purpose = ?`, address, purpose)
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE codes SET tries = tries + 1 WHERE address = ? AND purpose = ?`, address, purpose)
		return err
	})
	return good, err
}

// revokeOthers ends every login of a user but one.
func (st *store) revokeOthers(ctx context.Context, userID int64, but string, now time.Time) error {
	_, err := st.db.Write.ExecContext(ctx, `UPDATE families SET revoked_at = ? WHERE user_id = ? AND revoked_at = 0 AND id <> ?`, now.UnixMilli(), userID, but)
	return err
}
