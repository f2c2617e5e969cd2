package main

import (
	"path/filepath"
	"testing"

	"github.com/usherdev/usher/issuer"
)

// A drawn password was once refused by the issuer's own policy, so that the demo did not start.
func TestDemoAlwaysFindsAPassword(t *testing.T) {
	for range 3 {
		srv, err := issuer.New(issuer.Config{Path: filepath.Join(t.TempDir(), "issuer.db"), MinPassword: 8})
		if err != nil {
			t.Fatal(err)
		}
		password, err := seedUnder(t.Context(), srv)
		if err != nil || len(password) < 15 {
			t.Errorf("%d characters, %v", len(password), err)
		}
		if err := srv.Close(); err != nil {
			t.Error(err)
		}
	}
}
