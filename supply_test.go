package usher

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	npmInstall = regexp.MustCompile(`(?m)(?:^|&&|\|\||[;(])\s*(npm (?:--prefix \S+ )?(?:ci|i|install|add|update|exec)\b[^\n|&)]*|npx [^\n]*)`)
	looseMods  = regexp.MustCompile(`-mod[= ]mod\b|GOFLAGS=\S*-mod\b|GONOSUMDB|GONOSUMCHECK|GOINSECURE|GOSUMDB=off`)
	exact      = regexp.MustCompile(`^\d+\.\d+\.\d+(-[\w.]+)?$`)
)

// scriptFaults lists what lets a package in that is not the one that was locked, or lets it run something.
func scriptFaults(name, src string) (faults []string) {
	for _, m := range npmInstall.FindAllStringSubmatch(src, -1) {
		line := m[1]
		if !strings.HasPrefix(line, "npm ci") || !strings.Contains(line, "--ignore-scripts") {
			faults = append(faults, name+": "+line)
		}
	}
	for _, line := range looseMods.FindAllString(src, -1) {
		faults = append(faults, name+": "+line)
	}
	return faults
}

// lockFaults lists the packages of a lock file that have no checksum or may run something.
func lockFaults(name string, src []byte) (faults []string) {
	var lock struct {
		Packages map[string]struct {
			Version, Integrity string
			Link               bool
		}
	}
	if err := json.Unmarshal(src, &lock); err != nil {
		return []string{name + ": " + err.Error()}
	}
	for path, p := range lock.Packages {
		if path != "" && (!strings.HasPrefix(p.Integrity, "sha512-") || p.Version == "" || p.Link) {
			faults = append(faults, name+": "+path)
		}
	}
	return faults
}

// TestI3_WhatIsLockedIsWhatIsUsed: modules are verified and never looked up anew; npm packages come from lock files with checksums, by exact
// versions, run no scripts, and none younger than a week is taken in.
func TestI3_WhatIsLockedIsWhatIsUsed(t *testing.T) {
	scripts, err := filepath.Glob("scripts/*.sh")
	if err != nil || len(scripts) < 3 {
		t.Fatalf("%v %v", scripts, err)
	}
	for _, name := range append(scripts, "Makefile", ".ci/run") {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range scriptFaults(name, string(src)) {
			t.Error(f)
		}
	}
	if src, err := os.ReadFile("scripts/test.sh"); err != nil || !strings.Contains(string(src), "\ngo mod verify") {
		t.Errorf("the tests do not verify the modules (%v)", err)
	}
	folders := 0
	err = filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "node_modules" || d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && path != "."):
			return filepath.SkipDir
		case d.Name() != "package.json":
			return nil
		}
		folders++
		packageFolder(t, filepath.Dir(path))
		return nil
	})
	if err != nil || folders < 2 {
		t.Errorf("%d folders with packages (%v)", folders, err)
	}
	for bad, where := range map[string]string{"npm install x": "s", "(cd e2e && npm ci --silent)": "s", "npx playwright": "s", "go build -mod=mod ./...": "s", "GONOSUMDB=* go get": "s"} {
		if len(scriptFaults(where, bad)) == 0 {
			t.Errorf("%q is not seen", bad)
		}
	}
	if len(lockFaults("x", []byte(`{"packages":{"node_modules/a":{"version":"1.0.0"}}}`))) == 0 {
		t.Error("a package without a checksum is not seen")
	}
}

// packageFolder checks one folder with a package.json.
func packageFolder(t *testing.T, dir string) {
	t.Helper()
	lock, err := os.ReadFile(filepath.Join(dir, "package-lock.json"))
	if err != nil {
		t.Errorf("%s has no lock file: %v", dir, err)
		return
	}
	for _, f := range lockFaults(dir, lock) {
		t.Error(f)
	}
	var pkg struct{ Dependencies, DevDependencies map[string]string }
	src, err := os.ReadFile(filepath.Join(dir, "package.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(src, &pkg); err != nil {
		t.Fatalf("%s: %v", dir, err)
	}
	for _, all := range []map[string]string{pkg.Dependencies, pkg.DevDependencies} {
		for name, version := range all {
			if !exact.MatchString(version) {
				t.Errorf("%s: %s is wanted as %q, which is no one version", dir, name, version)
			}
		}
	}
	rc, err := os.ReadFile(filepath.Join(dir, ".npmrc"))
	if err != nil || !strings.Contains(string(rc), "ignore-scripts=true\n") || !strings.Contains(string(rc), "min-release-age=7\n") || !strings.Contains(string(rc), "save-exact=true\n") {
		t.Errorf("%s/.npmrc does not say: no scripts, exact versions, none younger than a week (%v)", dir, err)
	}
}
