package openid

import "net/http"

// bounded is a transport whose replies fail beyond a size: what reads key sets reads them whole, however long they are (F8).
type bounded struct {
	http.RoundTripper
	most int64 // bytes, after decompression
}

func (t bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := t.RoundTripper.RoundTrip(r)
	if err == nil {
		res.Body = http.MaxBytesReader(nil, res.Body, t.most)
	}
	return res, err
}
