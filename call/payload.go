package call

import (
	"bytes"
	"io"
	"slices"
	"sync"

	"github.com/usherdev/usher/value"
)

// payload is a request body: pieces of it in memory, and files, which are read while it is sent and never held whole. It can be read as
// often as it has to be sent. nil is no body.
type payload []piece

// piece is data, or a file.
type piece struct {
	data []byte
	file value.File
}

func ofBytes(b []byte) payload { return payload{{data: b}} }

func (p piece) size() int64 { return int64(len(p.data)) + p.file.Size() }

func (p piece) open() io.ReadCloser {
	if p.file.Size() > 0 {
		return p.file.Open()
	}
	return io.NopCloser(bytes.NewReader(p.data))
}

// mark writes the bytes of a piece for which nothing else stands.
func (p piece) mark(w io.Writer) error {
	if p.file.Stamp() != "" {
		return nil
	}
	r := p.open()
	defer func() { _ = r.Close() }()
	_, err := io.Copy(w, r)
	return err
}

func (p payload) size() int64 {
	var n int64
	for _, one := range p {
		n += one.size()
	}
	return n
}

// open reads the body from its start.
func (p payload) open() io.ReadCloser { return &reading{left: slices.Clone(p)} }

// reading is a body being sent. A transport may close it while it reads.
type reading struct {
	mu     sync.Mutex
	left   payload
	now    io.ReadCloser
	closed bool
}

// Read implements io.Reader.
func (r *reading) Read(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for {
		switch {
		case r.closed:
			return 0, io.ErrClosedPipe
		case r.now == nil && len(r.left) == 0:
			return 0, io.EOF
		case r.now == nil:
			r.now, r.left = r.left[0].open(), r.left[1:]
		}
		n, err := r.now.Read(b)
		if err == io.EOF {
			err = r.now.Close()
			r.now = nil
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

// Close implements io.Closer.
func (r *reading) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed, r.left = true, nil
	if r.now == nil {
		return nil
	}
	err := r.now.Close()
	r.now = nil
	return err
}
