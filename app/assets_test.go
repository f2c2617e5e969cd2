package app

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestI4_VendoredScript compares the vendored script with its published checksum; its licence lies beside it.
func TestI4_VendoredScript(t *testing.T) {
	b, err := scripts.ReadFile("assets/htmx.min.js")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(b)
	if got := hex.EncodeToString(sum[:]); got != "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130" || len(b) != 37448 {
		t.Errorf("htmx.min.js is not htmx.org 4.0.1: %s, %d bytes", got, len(b))
	}
	licence, err := os.ReadFile("assets/htmx.LICENSE.txt")
	if err != nil || !strings.Contains(string(licence), "Zero-Clause BSD") {
		t.Errorf("licence: %v", err)
	}
}

// TestScriptPartsNameThingsOnce: app.js is joined from parts that share one scope, where a name declared twice stops all of them.
func TestScriptPartsNameThingsOnce(t *testing.T) {
	src, err := script("app.js")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^(?:const|let|var|function|async function|class) +([\w$]+|\{[^}]*\})`).FindAllStringSubmatch(string(src), -1) {
		for name := range strings.FieldsFuncSeq(m[1], func(r rune) bool { return strings.ContainsRune("{}, ", r) }) {
			if seen[name] {
				t.Errorf("%s is declared twice", name)
			}
			seen[name] = true
		}
	}
	if len(seen) < 50 {
		t.Errorf("only %d names were found", len(seen))
	}
}

// TestA12_NoInlineScript looks at every page: no inline script, style, style= or on…=, so the policy needs no nonce.
func TestA12_NoInlineScript(t *testing.T) {
	w := newWorld(t, extra)
	c := w.browser()
	bad := regexp.MustCompile(`(?i)<script(?:[^>]*)>[^<]|<style|\sstyle=|\son[a-z]+=|javascript:`)
	check := func(p *page) {
		t.Helper()
		if m := bad.FindString(p.body); m != "" {
			t.Errorf("%s holds %q", p.url, m)
		}
	}
	for _, path := range []string{"/login", "/nowhere", "/counter", "/desk"} {
		check(c.get(path))
	}
	check(c.logIn("ada"))
	for _, path := range []string{"/home", "/profile", "/posts/1", "/vault"} {
		check(c.get(path))
	}
}
