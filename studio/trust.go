package studio

import "net/http"

// trusted reports whether anything of the project may run.
func (s *Studio) trusted() bool { return s.trust == nil || s.trust.Trusted() }

// trustedOnly keeps what runs something from a project that nobody trusts (promise E6).
func (s *Studio) trustedOnly(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !s.trusted() {
			refuse(w, r, fault{http.StatusForbidden, "trust", "Nothing of this folder runs until you trust it."})
			return
		}
		next(w, r)
	}
}

// postTrust is POST /api/trust: the builder knows where the project comes from.
func (s *Studio) postTrust(r *http.Request, _ none) (ProjectView, error) {
	s.edits.Lock()
	defer s.edits.Unlock()
	if !s.trusted() {
		if err := s.trust.Trust(r.Context()); err != nil {
			return ProjectView{}, err
		}
		s.log.Info("the builder trusts the project")
		s.events.tell("revision", s.snapshot().revision)
	}
	return s.projectView(""), nil
}
