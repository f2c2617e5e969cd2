package openid

import (
	"errors"
	"io"
	"net/http"
)

var errTooLarge = errors.New("the document is too large")

// bounded is a transport whose replies fail beyond a size: what reads key sets reads them whole, however long they are (F8).
type bounded struct {
	http.RoundTripper
	most int64 // bytes, after decompression
}

func (t bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := t.RoundTripper.RoundTrip(r)
	if err == nil {
		res.Body = &boundedBody{res.Body, t.most}
	}
	return res, err
}

// boundedBody is a body that fails beyond left bytes; exactly so many are fine.
type boundedBody struct {
	io.ReadCloser
	left int64
}

func (b *boundedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.left+1)])
	if int64(n) > b.left {
		n, err = int(b.left), errTooLarge
	}
	b.left -= int64(n)
	return n, err
}
