package issuer

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"mime"
	"net/http"
	"path"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/usherdev/usher/issuer/wire"
)

const maxBody = 64 << 10

// refusal is an answer that says no. Every other error of a handler is a fault: the log gets it,
// the client gets its id.
type refusal struct {
	status     int
	code       string
	message    string
	fields     map[string]string
	retryAfter time.Duration
	bearer     bool // add WWW-Authenticate
}

func (r *refusal) Error() string { return r.code + ": " + r.message }

func badRequest(message string) *refusal {
	return &refusal{status: http.StatusBadRequest, code: "invalid_request", message: message}
}

func invalidFields(fields map[string]string) *refusal {
	return &refusal{status: http.StatusUnprocessableEntity, code: "invalid_input", message: "Some fields need another look.", fields: fields}
}

func invalidToken(message string) *refusal {
	return &refusal{status: http.StatusUnauthorized, code: "invalid_token", message: message, bearer: true}
}

func notFound(what string) *refusal {
	return &refusal{status: http.StatusNotFound, code: "not_found", message: "There is no such " + what + "."}
}

// conflict is the answer where somebody else changed the password of the account between two steps.
func conflict() *refusal {
	return &refusal{status: http.StatusConflict, code: "conflict", message: "This account was changed just now. Try again."}
}

func later(status int, code, message string, after time.Duration) *refusal {
	return &refusal{status: status, code: code, message: message, retryAfter: after}
}

// ServeHTTP answers a request. Refusals of the router itself are JSON too, and paths are taken
// as they are: there are no redirects.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	header.Set("Referrer-Policy", "no-referrer")
	started := time.Now()
	out := &recorder{ResponseWriter: w}
	defer func() {
		if p := recover(); p != nil {
			// The value may hold a secret, the stack does not.
			s.fail(out, fmt.Errorf("panic with a %T\n%s", p, debug.Stack()))
		}
		s.cfg.Log.DebugContext(r.Context(), "request", "method", r.Method, "route", r.Pattern, "status", out.status, "took", time.Since(started))
	}()
	if _, pattern := s.mux.Handler(r); pattern != "" && path.Clean(r.URL.Path) == r.URL.Path {
		s.mux.ServeHTTP(out, r)
		return
	}
	if allow := s.allowed(r); allow != "" {
		header.Set("Allow", allow)
		s.fail(out, &refusal{status: http.StatusMethodNotAllowed, code: "method_not_allowed", message: "This address does not take " + r.Method + "."})
		return
	}
	s.fail(out, notFound("address"))
}

// allowed lists the methods of the path when it exists.
func (s *Server) allowed(r *http.Request) string {
	if path.Clean(r.URL.Path) != r.URL.Path {
		return ""
	}
	allow := ""
	for _, method := range []string{http.MethodGet, http.MethodPatch, http.MethodPost} {
		probe := &http.Request{Method: method, URL: r.URL, Host: r.Host}
		if _, pattern := s.mux.Handler(probe); pattern != "" {
			if allow != "" {
				allow += ", "
			}
			allow += method
		}
	}
	return allow
}

// fail answers with a refusal, or logs a fault and answers with its id.
func (s *Server) fail(w *recorder, err error) {
	if w.status != 0 {
		s.cfg.Log.Error("the reply was cut off", "error", err)
		return
	}
	var no *refusal
	if !errors.As(err, &no) {
		id := rand.Text()[:10]
		s.cfg.Log.Error("request failed", "id", id, "error", err)
		respond(w, http.StatusInternalServerError, wire.Error{Code: "internal", Message: "Something went wrong on our side. Its reference is " + id + ".", ID: id})
		return
	}
	if no.bearer {
		w.Header().Set("WWW-Authenticate", `Bearer error="`+no.code+`"`)
	}
	if no.retryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(no.retryAfter.Seconds()))))
	}
	respond(w, no.status, wire.Error{Code: no.code, Message: no.message, Fields: no.fields})
}

// respond writes a JSON reply. The values are structs of wire, which always encode; a client that
// has gone away is no fault of ours.
func respond(w http.ResponseWriter, status int, body any) {
	b, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(b, '\n'))
}

// recorder remembers the status that was sent.
type recorder struct {
	http.ResponseWriter
	status int
}

// WriteHeader notes the status and sends it.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write sends bytes, with status 200 when none was set.
func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.ResponseWriter.Write(b)
}

// decode reads a JSON request body into dst, a pointer to a struct of wire.
func decode(w http.ResponseWriter, r *http.Request, dst any) error {
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if charset := params["charset"]; err != nil || kind != "application/json" || (charset != "" && charset != "utf-8" && charset != "UTF-8") {
		return &refusal{status: http.StatusUnsupportedMediaType, code: "unsupported_media_type", message: "Send JSON, with Content-Type: application/json."}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLong *http.MaxBytesError
	switch {
	case errors.As(err, &tooLong):
		return &refusal{status: http.StatusRequestEntityTooLarge, code: "too_large", message: "The request is too large."}
	case err != nil:
		return badRequest("The request was cut off.")
	}
	err = unmarshal(body, dst)
	var kindError *json.UnmarshalTypeError
	if errors.As(err, &kindError) && kindError.Field != "" {
		no := badRequest("A field has the wrong type.")
		no.fields = map[string]string{kindError.Field: "This is not a " + kindError.Type.String() + "."}
		return no
	}
	if err != nil { // its text may quote the body
		return badRequest("The request is not one well-formed JSON object.")
	}
	return nil
}
