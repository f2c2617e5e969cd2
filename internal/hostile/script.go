package hostile

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// Point is where a connection is reset, with SO_LINGER 0.
type Point int

// The points. BeforeRead takes the next connection, whatever it was meant for.
const (
	NoReset Point = iota
	BeforeRead
	AfterRead
	AfterHeaders
	MidBody
)

// Step is what happens to one call of /refresh. The zero value works as it should.
type Step struct {
	Unprocessed  bool          // nothing is rotated; Status or Body say what is answered
	DelayBefore  time.Duration // between reading and processing
	DelayHeaders time.Duration // between processing and the first byte of the answer
	DelayBody    time.Duration // between headers and body
	Drip         time.Duration // after each byte of the body
	Status       int           // instead of what the processing came to
	Header       http.Header   // added
	Body         []byte        // instead of what the processing came to; empty but not nil: none
	Truncate     bool          // the body ends early, at TruncateAt, and the connection is closed
	TruncateAt   float64       // share of the body that is sent, from 0
	NoLength     bool          // no Content-Length: the end of the connection ends the body
	Reset        Point
	Redirect     string        // Location; Status is 302 unless set
	GzipBomb     int64         // the body is that many zeros, compressed
	ClockOffset  time.Duration // of the Date header alone
}

// Silence outlasts the patience of every client.
const Silence = time.Hour

// reply is an answer as it is meant to be.
type reply struct {
	status int
	body   []byte
	issued bool // it carries a pair
}

// handle answers one request; false ends the connection.
func (s *Server) handle(w *wire, req *http.Request, body, head []byte) bool {
	if req.URL.Path != "/refresh" || req.Method != http.MethodPost {
		return s.send(w, Step{}, s.other(req, body, head), func() {}) == nil
	}
	step, f := s.enter(req, body, head)
	sent := &sending{f: f}
	defer s.leave(sent)
	if w.wait(step.DelayBefore) != nil {
		return false
	}
	r := reply{status: http.StatusOK, body: []byte("{}")}
	if !step.Unprocessed {
		r = s.refresh(body)
	}
	sent.issued = r.issued
	if step.Reset == AfterRead {
		reset(w.tcp)
		return false
	}
	altered := step.Status != 0 || step.Body != nil || step.Redirect != "" || step.GzipBomb > 0
	err := s.send(w, step, s.apply(step, r), func() { s.land(sent) })
	sent.delivered = err == nil && !altered
	return err == nil
}

// apply puts what the script says in the place of what was processed.
func (s *Server) apply(step Step, r reply) reply {
	if step.Status != 0 {
		r = reply{status: step.Status, body: []byte{}}
	}
	if step.Redirect != "" && step.Status == 0 {
		r = reply{status: http.StatusFound, body: []byte{}}
	}
	if step.Body != nil {
		r.body = step.Body
	}
	if step.GzipBomb > 0 {
		r.body = s.bomb(step.GzipBomb)
	}
	return r
}

// bomb is that many zeros, compressed. The last one is kept.
func (s *Server) bomb(n int64) []byte {
	s.bombs.Lock()
	defer s.bombs.Unlock()
	if s.bombs.zeros == n {
		return s.bombs.body
	}
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed) // the level is valid
	_, _ = io.CopyN(z, zeros{}, n)
	_ = z.Close()
	s.bombs.zeros, s.bombs.body = n, b.Bytes()
	return s.bombs.body
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// send writes an answer as the step wants it; an error means that it did not arrive whole. last is
// called before the bytes after which the client may go on.
func (s *Server) send(w *wire, step Step, r reply, last func()) error {
	if err := w.wait(step.DelayHeaders); err != nil {
		return err
	}
	if len(r.body) == 0 {
		last()
	}
	if _, err := w.conn.Write(s.headers(step, r)); err != nil {
		return err
	}
	if step.Reset == AfterHeaders {
		reset(w.tcp)
		return errGone
	}
	if err := w.wait(step.DelayBody); err != nil {
		return err
	}
	body := r.body
	switch {
	case step.Reset == MidBody:
		body = body[:len(body)/2]
	case step.Truncate:
		body = body[:int(float64(len(body))*step.TruncateAt)]
	}
	last()
	if err := w.write(body, step.Drip); err != nil {
		return err
	}
	switch {
	case step.Reset == MidBody:
		reset(w.tcp)
		return errGone
	case step.Truncate:
		return errGone
	case step.NoLength:
		return w.conn.Close()
	}
	return nil
}

func (w *wire) write(body []byte, drip time.Duration) error {
	if drip == 0 {
		_, err := w.conn.Write(body)
		return err
	}
	for i := range body {
		if _, err := w.conn.Write(body[i : i+1]); err != nil {
			return err
		}
		if err := w.wait(drip); err != nil {
			return err
		}
	}
	return nil
}

func (s *Server) headers(step Step, r reply) []byte {
	s.mu.Lock()
	date := s.now().Add(step.ClockOffset)
	s.mu.Unlock()
	h := http.Header{"Date": {date.UTC().Format(http.TimeFormat)}, "Content-Type": {"application/json"}}
	if !step.NoLength {
		h.Set("Content-Length", strconv.Itoa(len(r.body)))
	}
	if step.Redirect != "" {
		h.Set("Location", step.Redirect)
	}
	if step.GzipBomb > 0 {
		h.Set("Content-Encoding", "gzip")
	}
	for name, values := range step.Header {
		h[name] = values
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\n", r.status, http.StatusText(r.status))
	_ = h.Write(&b) // a buffer takes everything
	b.WriteString("\r\n")
	return b.Bytes()
}
