package studio

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/usherdev/usher/project"
)

// Logins logs in to the app's backend with a test account, as the app's own log-in page would, and says what came of it. No login outlasts it.
type Logins interface {
	// TestLogin tells of the steps and findings of a TestAll as they come; ctx ends it before its time.
	TestLogin(ctx context.Context, p *project.Project, account LoginTest, tell func(LoginLine)) (LoginTestView, error)
}

// Values gives the app that is developed what its files do not hold: the values of its environment, and its secrets, which go in and never
// come out again (promise E9).
type Values interface {
	Environment(p *project.Project) (chosen string, outside []string) // "" none; the names of env.* that the environment of the process gives
	UseEnvironment(ctx context.Context, name string) error
	Secrets(p *project.Project) ([]SecretView, error)
	SetSecret(ctx context.Context, p *project.Project, id, text string) error // "" forgets it
}

// What a test tries beside the log-in.
const (
	TestLogIn   = "logIn"
	TestRefresh = "refresh"
	TestAll     = "probe"
)

const (
	maxAccount    = 1 << 10
	maxSecretText = 16 << 10
)

var errNoValues = fault{http.StatusNotImplemented, "values", "This studio runs no app."}

// settled returns the project when nothing is wrong with it: what has errors is not run.
func (s *Studio) settled() (*project.Project, error) {
	v := s.snapshot()
	if v.project == nil || v.problems.Errors() {
		return nil, fault{http.StatusConflict, "problems", "The app has problems. Mend them first: the badge above lists them."}
	}
	return v.project, nil
}

// postLoginTest is POST /api/login/test.
func (s *Studio) postLoginTest(r *http.Request, in LoginTest) (LoginTestView, error) {
	p, err := s.testable(in)
	if err != nil {
		return LoginTestView{}, err
	}
	return s.testLogin(r.Context(), p, in, func(LoginLine) {})
}

// testable returns the project when a login of it can be tested with an account.
func (s *Studio) testable(in LoginTest) (*project.Project, error) {
	switch {
	case s.logins == nil:
		return nil, errNoValues
	case in.Username == "" || in.Password == "" || len(in.Username)+len(in.Password) > maxAccount:
		return nil, fault{http.StatusUnprocessableEntity, "account", "Type the name and the password of a test account."}
	case !slices.Contains([]string{TestLogIn, TestRefresh, TestAll}, in.Kind):
		return nil, fault{http.StatusUnprocessableEntity, "kind", "There is no such test."}
	}
	return s.settled()
}

func (s *Studio) testLogin(ctx context.Context, p *project.Project, in LoginTest, tell func(LoginLine)) (LoginTestView, error) {
	out, err := s.logins.TestLogin(ctx, p, in, tell)
	out.Findings, out.Edits = append([]Finding{}, out.Findings...), append([]WireEdit{}, out.Edits...)
	return out, err
}

// postProbe is POST /api/login/probe: the same test, of which each step and each finding is a line of JSON when it comes. The last line has the result,
// or says why there is none. A browser that goes ends the test.
func (s *Studio) postProbe(w http.ResponseWriter, r *http.Request) {
	var in LoginTest
	err := readJSON(w, r, &in)
	var p *project.Project
	if err == nil {
		p, err = s.testable(in)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	out := http.NewResponseController(w)
	w.Header().Set("Content-Type", "application/x-ndjson")
	w.Header().Set("X-Accel-Buffering", "no")
	lines := json.NewEncoder(w)
	send := func(l LoginLine) {
		_ = out.SetWriteDeadline(s.now().Add(probeTime)) // the server's own limit is for answers that come at once
		if lines.Encode(l) != nil || out.Flush() != nil {
			cancel()
		}
	}
	result, err := s.testLogin(ctx, p, in, send)
	if err != nil {
		if ctx.Err() == nil {
			s.log.Error("studio", "path", r.URL.Path, "error", err)
		}
		send(LoginLine{Fault: "The probe could not go on; the log says why."})
		return
	}
	send(LoginLine{Result: &result})
}

// probeTime is how long a probe may take, with the time that it leaves between two of its lines.
const probeTime = 3 * time.Minute

// getValues is GET /api/values.
func (s *Studio) getValues(*http.Request, none) (ValuesView, error) {
	v := s.snapshot()
	out := ValuesView{Revision: v.revision, Outside: []string{}, Secrets: []SecretView{}}
	if s.values == nil || v.project == nil {
		return out, nil
	}
	chosen, outside := s.values.Environment(v.project)
	secrets, err := s.values.Secrets(v.project)
	out.Runs, out.Environment, out.Outside, out.Secrets = true, chosen, append(out.Outside, outside...), append(out.Secrets, secrets...)
	return out, err
}

// postEnvironment is POST /api/environment: which of the app's environments the development app uses.
func (s *Studio) postEnvironment(r *http.Request, in EnvironmentRequest) (ValuesView, error) {
	p, err := s.settled()
	switch {
	case s.values == nil:
		return ValuesView{}, errNoValues
	case err != nil:
		return ValuesView{}, err
	}
	if _, ok := p.App.Environment(in.Name); in.Name != "" && !ok {
		return ValuesView{}, fault{http.StatusUnprocessableEntity, "environment", "The app has no such environment."}
	}
	if err := s.values.UseEnvironment(r.Context(), in.Name); err != nil {
		return ValuesView{}, fault{http.StatusConflict, "environment", sentence(err)}
	}
	return s.getValues(r, none{})
}

// postSecret is POST /api/secret: a value goes in. An empty one forgets what was there.
func (s *Studio) postSecret(r *http.Request, in SecretRequest) (ValuesView, error) {
	v := s.snapshot()
	switch {
	case s.values == nil:
		return ValuesView{}, errNoValues
	case v.project == nil:
		return ValuesView{}, fault{http.StatusConflict, "problems", "The files cannot be read, so nobody knows where the secret may go."}
	case len(in.Value) > maxSecretText || strings.ContainsAny(in.Value, "\r\n\x00"):
		return ValuesView{}, fault{http.StatusUnprocessableEntity, "secret", "A secret is one line of at most 16 KB."}
	}
	origin, declared := originOf(v.project, in.ID)
	switch {
	case !declared:
		return ValuesView{}, fault{http.StatusUnprocessableEntity, "secret", "No API group declares this secret."}
	case in.Value != "" && in.Origin != origin:
		return ValuesView{}, fault{http.StatusPreconditionFailed, "stale", "The group sends this secret to another origin now; here it is. Please set it again."}
	}
	if err := s.values.SetSecret(r.Context(), v.project, in.ID, in.Value); err != nil {
		return ValuesView{}, err
	}
	return s.getValues(r, none{})
}

// originOf tells where a declared secret goes.
func originOf(p *project.Project, id string) (origin string, declared bool) {
	for _, g := range p.Groups {
		for _, s := range g.Secrets {
			if g.Name+"."+s.Name == id {
				return s.Origin, true
			}
		}
	}
	return "", false
}
