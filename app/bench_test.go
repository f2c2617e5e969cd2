package app

import (
	"net/http/httptest"
	"testing"
)

// BenchmarkHome is a logged-in page with two calls to a backend on the loopback: session, gate, queries, sealing, drawing.
func BenchmarkHome(b *testing.B) { benchmarkGet(b, "/home") }

// BenchmarkProfile is a logged-in page without calls.
func BenchmarkProfile(b *testing.B) { benchmarkGet(b, "/profile") }

func benchmarkGet(b *testing.B, path string) {
	w := newWorld(b, nil)
	c := w.browser()
	c.logIn("ada")
	w.cfg.Log = nil
	quiet, err := New(w.cfg)
	if err != nil {
		b.Fatal(err)
	}
	r := c.request("GET", path, nil)
	b.ReportAllocs()
	for b.Loop() {
		rec := httptest.NewRecorder()
		quiet.ServeHTTP(rec, r)
		if rec.Code != 200 {
			b.Fatal(rec.Code)
		}
	}
}
