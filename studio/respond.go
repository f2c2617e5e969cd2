package studio

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
)

const maxBody = 8 << 20 // a whole file as text, escaped

// fault is a refusal: its status, a code for programs and a sentence for people.
type fault struct {
	status   int
	code     string
	sentence string
}

func (f fault) Error() string { return f.sentence }

// wireFault is the JSON of a refusal.
type wireFault struct {
	Error   string `json:"error"`
	Message string `json:"message"`
	ID      string `json:"id,omitempty"` // of a fault of ours, the same in the log
}

func refuse(w http.ResponseWriter, r *http.Request, f fault) {
	writeJSON(w, r, f.status, wireFault{Error: f.code, Message: f.sentence})
}

func writeJSON(w http.ResponseWriter, r *http.Request, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil { // our own types are JSON
		status, body = http.StatusInternalServerError, []byte(`{"error":"fault","message":"The answer could not be written."}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the browser has gone: nobody is left to tell
	}
}

// serveJSON makes a handler of fn: the body of a POST is read strictly into In, what fn returns is the answer. An error of fn that is a fault is
// answered as such; any other is ours: people get an id, the log the cause.
func serveJSON[In, Out any](s *Studio, fn func(r *http.Request, in In) (Out, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in In
		if !safe(r) {
			if err := readJSON(w, r, &in); err != nil {
				s.fail(w, r, err)
				return
			}
		}
		out, err := fn(r, in)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		writeJSON(w, r, http.StatusOK, out)
	}
}

func (s *Studio) fail(w http.ResponseWriter, r *http.Request, err error) {
	var f fault
	if errors.As(err, &f) {
		refuse(w, r, f)
		return
	}
	id := s.faultID()
	s.log.Error("studio", "id", id, "path", r.URL.Path, "error", err)
	writeJSON(w, r, http.StatusInternalServerError, wireFault{Error: "fault", Message: "Something went wrong in the studio; the log says what, under " + id + ".", ID: id})
}

func readJSON(w http.ResponseWriter, r *http.Request, into any) error {
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		return fault{http.StatusUnsupportedMediaType, "media", "The studio takes JSON alone."}
	}
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	d.DisallowUnknownFields()
	err := d.Decode(into)
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return fault{http.StatusRequestEntityTooLarge, "large", "What was sent is too large."}
	}
	if err != nil {
		return fault{http.StatusBadRequest, "json", "What was sent could not be read."}
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fault{http.StatusBadRequest, "json", "What was sent is more than one value."}
	}
	return nil
}
