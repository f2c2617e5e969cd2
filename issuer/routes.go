package issuer

import (
	_ "embed"
	"errors"
	"net/http"
	"strings"

	"github.com/usherdev/usher/issuer/wire"
)

//go:embed openapi.yaml
var openAPI []byte

// route is one row of the router; openapi.yaml describes each, and a test compares the two.
type route struct {
	method, path string
	handle       func(w http.ResponseWriter, r *http.Request) error
}

func (s *Server) table() []route {
	routes := []route{
		{"POST", "/auth/signup", s.signUp},
		{"POST", "/auth/login", s.logIn},
		{"POST", "/auth/refresh", s.refresh},
		{"POST", "/auth/logout", s.logOut},
		{"GET", "/auth/me", s.loggedIn(s.me)},
		{"PATCH", "/auth/me", s.loggedIn(s.update)},
		{"POST", "/auth/password", s.loggedIn(s.changePassword)},
		{"POST", "/auth/forgot", s.sendCode(forReset, "Your new password")},
		{"POST", "/auth/reset", s.reset},
		{"POST", "/auth/code", s.sendCode(forLogin, "Your code to log in")},
		{"POST", "/auth/code/login", s.logInWithCode},
		{"GET", "/posts", s.loggedIn(s.posts)},
		{"GET", "/posts/{id}", s.loggedIn(s.post)},
		{"GET", "/activity", s.loggedIn(s.activity)},
		{"GET", "/avatars/{file}", s.avatar},
		{"GET", "/covers/{file}", s.cover},
		{"GET", "/healthz", s.health},
		{"GET", "/openapi.yaml", s.document},
	}
	if s.cfg.Debug {
		routes = append(routes,
			route{"GET", "/debug/stats", s.debugStats},
			route{"POST", "/debug/revoke", s.debugRevoke})
	}
	return routes
}

func newMux(s *Server) *http.ServeMux {
	mux := http.NewServeMux()
	for _, rt := range s.routes {
		mux.HandleFunc(rt.method+" "+rt.path, func(w http.ResponseWriter, r *http.Request) {
			if err := rt.handle(w, r); err != nil {
				s.fail(w.(*recorder), err)
			}
		})
	}
	return mux
}

// caller is who asks: a user, by one of their logins.
type caller struct {
	user
	login string // the id of its family
}

// loggedIn lets a request through that has the access token of a login that lives. It is asked of
// the store each time, so a login that ended takes its access tokens with it.
func (s *Server) loggedIn(next func(http.ResponseWriter, *http.Request, caller) error) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		token, ok := bearer(r)
		if !ok {
			return invalidToken("An access token is needed here.")
		}
		c, err := s.verify(token)
		if errors.Is(err, errExpired) {
			return invalidToken("The access token has expired.")
		}
		if err != nil {
			return invalidToken("The access token is not valid.")
		}
		f, u, found, err := s.store.login(r.Context(), c.Family)
		if err != nil {
			return err
		}
		if !found || c.Subject != u.subject() || !f.alive(s.cfg.Now()) {
			return invalidToken("This login has ended.")
		}
		// The child counts as used from the first access token that came with it.
		if !f.childUsed && c.Generation == f.counter {
			if err := s.store.markUsed(r.Context(), f); err != nil {
				return err
			}
		}
		return next(w, r, caller{u, f.id})
	}
}

// bearer returns the token of the one Authorization header.
func bearer(r *http.Request) (string, bool) {
	values := r.Header.Values("Authorization")
	if len(values) != 1 {
		return "", false
	}
	scheme, token, ok := strings.Cut(values[0], " ")
	return token, ok && token != "" && strings.EqualFold(scheme, "Bearer")
}

func (s *Server) health(w http.ResponseWriter, r *http.Request) error {
	if err := s.store.db.Read.PingContext(r.Context()); err != nil {
		return err
	}
	respond(w, http.StatusOK, wire.Health{Status: "ok"})
	return nil
}

func (s *Server) document(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/yaml")
	_, err := w.Write(openAPI)
	return err
}
