package issuer

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"github.com/usherdev/usher/issuer/wire"
)

const memberRole = "member"

// nameKey is what makes usernames and addresses unique: case, width and composition do not count.
func nameKey(s string) string {
	return norm.NFKC.String(cases.Fold().String(norm.NFKC.String(strings.TrimSpace(s))))
}

// lifetime is the life that was asked for, and never more than the issuer's own.
func (s *Server) lifetime(in wire.Lifetime) (time.Duration, error) {
	const year = 366 * 24 * 60 // minutes; more would overflow, and is cut anyway
	if in.ExpiresInMins < 0 || in.ExpiresInSeconds < 0 || (in.ExpiresInMins > 0 && in.ExpiresInSeconds > 0) {
		no := badRequest("The life of the token is not clear.")
		no.fields = map[string]string{"expiresInMins": "Give a positive number here or in expiresInSeconds, not in both."}
		return 0, no
	}
	asked := time.Duration(min(in.ExpiresInMins, year))*time.Minute + time.Duration(min(in.ExpiresInSeconds, year*60))*time.Second
	if asked == 0 {
		return s.cfg.TokenTTL, nil
	}
	return min(asked, s.cfg.TokenTTL), nil
}

func (s *Server) signUp(w http.ResponseWriter, r *http.Request) error {
	var in wire.SignUp
	if err := decode(w, r, &in); err != nil {
		return err
	}
	ttl, err := s.lifetime(in.Lifetime)
	if err != nil {
		return err
	}
	if wait := s.throttle.signUps.take(s.cfg.Now(), s.network(r)); wait > 0 {
		return tooMany(wait)
	}
	u, err := s.create(r.Context(), in, memberRole)
	if err != nil {
		return err
	}
	s.stats.signUps.Add(1)
	if err := s.store.remember(r.Context(), u.id, s.addressKey(r), s.cfg.Now()); err != nil {
		return err
	}
	return s.start(w, r, http.StatusCreated, u, ttl)
}

// create checks the fields and makes the account. The role is never the client's to say.
func (s *Server) create(ctx context.Context, in wire.SignUp, role string) (user, error) {
	u, password, err := s.validate(in)
	if err != nil {
		return user{}, err
	}
	u.role, u.avatarID = role, strings.ToLower(rand.Text())
	if err := s.refuseTaken(ctx, u); err != nil { // before the costly hash
		return user{}, err
	}
	if u.password, err = s.hasher.hash(ctx, password); err != nil {
		return user{}, err
	}
	id, added, err := s.store.addUser(ctx, u, s.cfg.Now())
	if err != nil {
		return user{}, err
	}
	if !added { // somebody was quicker
		return user{}, cmp.Or(s.refuseTaken(ctx, u), errors.New("an account was in the way, and is gone"))
	}
	u.id = id
	return u, nil
}

func (s *Server) refuseTaken(ctx context.Context, u user) error {
	byName, byEmail, err := s.store.taken(ctx, u.username, u.email)
	if err != nil {
		return err
	}
	no := &refusal{status: http.StatusConflict, code: "taken", message: "There is an account of that name already.", fields: map[string]string{}}
	if byName {
		no.fields["username"] = "This username is taken."
	}
	if byEmail {
		no.message, no.fields["email"] = "There is an account with that e-mail address already.", "This address has an account already."
	}
	if len(no.fields) == 0 {
		return nil
	}
	return no
}

// validate returns the account to be and its password in normal form, or what is wrong with which
// field.
func (s *Server) validate(in wire.SignUp) (user, string, error) {
	u := user{
		username: norm.NFC.String(strings.TrimSpace(in.Username)), email: norm.NFC.String(strings.TrimSpace(in.Email)),
		firstName: tidy(in.FirstName), lastName: tidy(in.LastName), gender: tidy(in.Gender),
	}
	password, problem := s.policy.check(in.Password, u.username, u.email, u.firstName, u.lastName)
	fields := map[string]string{
		"username": usernameProblem(u.username), "email": emailProblem(u.email), "password": problem,
		"firstName": textProblem(u.firstName, 100), "lastName": textProblem(u.lastName, 100), "gender": textProblem(u.gender, 32),
	}
	if fields = problems(fields); len(fields) > 0 {
		return user{}, "", invalidFields(fields)
	}
	if u.firstName == "" {
		u.firstName = u.username // so that a greeting has somebody to greet
	}
	return u, password, nil
}

func problems(fields map[string]string) map[string]string {
	for name, problem := range fields {
		if problem == "" {
			delete(fields, name)
		}
	}
	return fields
}

func tidy(s string) string { return norm.NFC.String(strings.TrimSpace(s)) }

func usernameProblem(s string) string {
	n := utf8.RuneCountInString(s)
	if n < 3 || n > 32 {
		return "Use 3 to 32 characters."
	}
	for _, c := range s {
		if !unicode.IsLetter(c) && !unicode.IsDigit(c) && !unicode.IsMark(c) && !strings.ContainsRune(".-_", c) {
			return "Use letters, digits, dots, dashes and underscores only."
		}
	}
	return ""
}

func emailProblem(s string) string {
	a, err := mail.ParseAddress(s)
	if err != nil || len(s) > 254 || a.Address != s || a.Name != "" || strings.ContainsAny(s, "\"<>[]") || textProblem(s, 254) != "" {
		return "This is not an e-mail address."
	}
	return ""
}

func textProblem(s string, longest int) string {
	if utf8.RuneCountInString(s) > longest {
		return "This is too long."
	}
	if strings.ContainsFunc(s, func(c rune) bool { return unicode.IsControl(c) || c == utf8.RuneError }) {
		return "This holds characters that cannot be shown."
	}
	return ""
}

func (s *Server) logIn(w http.ResponseWriter, r *http.Request) error {
	var in wire.Login
	if err := decode(w, r, &in); err != nil {
		return err
	}
	ttl, err := s.lifetime(in.Lifetime)
	if err != nil {
		return err
	}
	if in.Username == "" || in.Password == "" {
		no := badRequest("Username and password are required.")
		no.fields = problems(map[string]string{"username": missing(in.Username), "password": missing(in.Password)})
		return no
	}
	u, err := s.authenticate(r, in)
	if err != nil {
		return err
	}
	s.stats.logins.Add(1)
	return s.start(w, r, http.StatusOK, u, ttl)
}

func missing(s string) string {
	if s == "" {
		return "It is missing."
	}
	return ""
}

func invalidCredentials() *refusal {
	return &refusal{status: http.StatusBadRequest, code: "invalid_credentials", message: "Username or password is wrong."}
}

// authenticate checks a password, and returns the user with the hash that it was found to be of. An account that does not exist costs and
// answers the same.
func (s *Server) authenticate(r *http.Request, in wire.Login) (user, error) {
	ctx := r.Context()
	u, found, err := s.store.userByName(ctx, in.Username)
	if err != nil {
		return user{}, err
	}
	known, err := s.store.knows(ctx, u.id, s.addressKey(r))
	if err != nil {
		return user{}, err
	}
	attempt, wait := s.throttle.begin(s.cfg.Now(), s.account(u, found, in.Username), s.network(r), known)
	if wait > 0 {
		s.stats.loginsThrottled.Add(1)
		return user{}, tooMany(wait)
	}
	phc := u.password
	if !found {
		phc = s.hasher.nobody
	}
	match, stale, err := s.hasher.verify(ctx, phc, normalPassword(in.Password))
	if err != nil {
		s.throttle.refund(attempt) // it was not looked at
		return user{}, err
	}
	if !match || !found {
		s.stats.loginsRefused.Add(1)
		return user{}, invalidCredentials()
	}
	s.throttle.refund(attempt)
	if stale {
		if u, err = s.rehash(ctx, u, normalPassword(in.Password)); err != nil {
			return user{}, err
		}
	}
	return u, s.store.remember(ctx, u.id, s.addressKey(r), s.cfg.Now())
}

// rehash keeps a hash of today's cost of a password in normal form, and returns the user with the hash that is there now. Where somebody was
// quicker, that is checked once more: it may be of another password.
func (s *Server) rehash(ctx context.Context, u user, normal string) (user, error) {
	phc, err := s.hasher.hash(ctx, normal)
	if err != nil {
		return user{}, err
	}
	renewed, err := s.store.renewHash(ctx, u.id, u.password, phc)
	if err != nil {
		return user{}, err
	}
	if renewed {
		u.password = phc
		return u, nil
	}
	u, found, err := s.store.userByName(ctx, u.username)
	if err != nil {
		return user{}, err
	}
	if !found {
		return user{}, invalidCredentials()
	}
	match, _, err := s.hasher.verify(ctx, u.password, normal)
	if err == nil && !match {
		err = invalidCredentials()
	}
	return u, err
}

// start begins a login and answers with the user and the tokens.
func (s *Server) start(w http.ResponseWriter, r *http.Request, status int, u user, ttl time.Duration) error {
	f, err := s.newFamily(u.id)
	if err != nil {
		return err
	}
	added, err := s.store.addFamily(r.Context(), f, u.password)
	if err != nil {
		return err
	}
	if !added {
		return conflict()
	}
	tokens, err := s.tokens(f, ttl)
	if err != nil {
		return err
	}
	respond(w, status, wire.LoggedIn{User: s.shown(u), Tokens: tokens})
	return nil
}

// tokens are what a client gets for the generation f is at.
func (s *Server) tokens(f family, ttl time.Duration) (wire.Tokens, error) {
	refresh, err := s.keys.refreshToken(f.id, f.counter)
	if err != nil {
		return wire.Tokens{}, err
	}
	access, err := s.access(f, ttl)
	return wire.Tokens{AccessToken: access, RefreshToken: refresh}, err
}

func (s *Server) shown(u user) wire.User {
	return wire.User{ID: u.id, Username: u.username, Email: u.email, FirstName: u.firstName, LastName: u.lastName,
		Gender: u.gender, Role: u.role, Image: s.cfg.Issuer + "/avatars/" + u.avatarID + ".svg"}
}

func (s *Server) me(w http.ResponseWriter, _ *http.Request, c caller) error {
	respond(w, http.StatusOK, s.shown(c.user))
	return nil
}

func (s *Server) update(w http.ResponseWriter, r *http.Request, c caller) error {
	u := c.user
	var in wire.Update
	if err := decode(w, r, &in); err != nil {
		return err
	}
	for _, f := range []struct {
		to   *string
		from *string
	}{{&u.firstName, in.FirstName}, {&u.lastName, in.LastName}, {&u.gender, in.Gender}} {
		if f.from != nil {
			*f.to = tidy(*f.from)
		}
	}
	fields := problems(map[string]string{
		"firstName": textProblem(u.firstName, 100), "lastName": textProblem(u.lastName, 100), "gender": textProblem(u.gender, 32)})
	if len(fields) > 0 {
		return invalidFields(fields)
	}
	if err := s.store.setProfile(r.Context(), u); err != nil {
		return err
	}
	respond(w, http.StatusOK, s.shown(u))
	return nil
}
