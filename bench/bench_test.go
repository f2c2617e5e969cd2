package main

import "testing"

// TestBaselineDrawsTheSamePage keeps the comparison honest: the template must draw what the plan draws.
func TestBaselineDrawsTheSamePage(t *testing.T) {
	f, err := newFixture(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer f.close()
	page, _, err := f.fetchOnce()
	if err != nil {
		t.Fatal(err)
	}
	if len(page) < 2000 {
		t.Errorf("the home page has only %d bytes", len(page))
	}
	if _, err := templateFor(f); err != nil {
		t.Error(err)
	}
}
