package render

import (
	"bytes"
	"compress/gzip"
	"regexp"
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
)

// TestStylesheet: small, closed, and free of addresses, so that it needs no other file and no exception of a policy.
func TestStylesheet(t *testing.T) {
	css := CSS(project.Theme{Accent: "#0f766e", Radius: "large", Density: "compact", Font: "serif"})
	var z bytes.Buffer
	w, err := gzip.NewWriterLevel(&z, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(css); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	if z.Len() > 16<<10 { // of the 60 KB that the first page may cost on its way
		t.Errorf("%d bytes compressed", z.Len())
	}
	for _, bad := range []string{"url(", "@import", "expression(", "</"} {
		if bytes.Contains(css, []byte(bad)) {
			t.Errorf("the stylesheet holds %s", bad)
		}
	}
	if bytes.Count(css, []byte("{")) != bytes.Count(css, []byte("}")) {
		t.Error("braces do not match")
	}
	if !bytes.Equal(css, CSS(project.Theme{Accent: "#0f766e", Radius: "large", Density: "compact", Font: "serif"})) {
		t.Error("the same theme makes other bytes")
	}
	if evil := CSS(project.Theme{Accent: "red;}body{x:y", Radius: "1px}", Font: "x;", Density: "}"}); !bytes.Equal(evil, CSS(project.Theme{})) {
		t.Error("a theme writes CSS of its own")
	}
	for _, m := range regexp.MustCompile(`var\(--([a-z0-9-]+)`).FindAllSubmatch(css, -1) {
		if !bytes.Contains(css, append([]byte("--"), append(m[1], ':')...)) {
			t.Errorf("--%s is never set", m[1])
		}
	}
}

// TestThemes: modes are forced by an attribute, sizes follow the theme.
func TestThemes(t *testing.T) {
	css := string(CSS(project.Theme{Radius: "none", Density: "compact", Font: "mono"}))
	for _, want := range []string{"--radius:0rem", "--control:2.25rem", "ui-monospace", ":root[data-mode=dark]", ":root:not([data-mode=light])"} {
		if !strings.Contains(css, want) {
			t.Errorf("no %s", want)
		}
	}
}
