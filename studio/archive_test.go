package studio

import (
	"bytes"
	"errors"
	"io/fs"
	"net/http"
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
)

// asZip is the headers of a POST of an archive by our own page.
func asZip() map[string]string {
	return map[string]string{"Sec-Fetch-Site": "same-origin", "X-Usher": "1", "Content-Type": "application/zip"}
}

// TestF221_TheStudioGivesAndTakesAnArchive: what one studio gives, another takes into an empty folder, to the byte.
func TestF221_TheStudioGivesAndTakesAnArchive(t *testing.T) {
	w := opened(t)
	got := w.send("GET", "/api/archive", nil, map[string]string{"Sec-Fetch-Site": "same-origin"})
	if got.Code != http.StatusOK || got.Header().Get("Content-Type") != "application/zip" || got.Header().Get("Content-Disposition") != `attachment; filename="Trail.zip"` {
		t.Fatalf("%d %v", got.Code, got.Header())
	}
	archive := got.Body.Bytes()
	other := opened(t)
	other.files.tree = project.NewTree(nil)
	other.Changed(nil)
	view := decode[ProjectView](t, other.send("POST", "/api/archive", bytes.NewReader(archive), asZip()))
	if view.Name != "Trail" || other.files.Tree().Revision() != w.files.Tree().Revision() || view.Revision != w.files.Tree().Revision() {
		t.Errorf("%+v", view)
	}
	if again := other.send("GET", "/api/archive", nil, map[string]string{"Sec-Fetch-Site": "same-origin"}); !bytes.Equal(again.Body.Bytes(), archive) {
		t.Error("the archive of the copy is another")
	}
}

// TestG6_TheStudioNeverOverwrites: an archive goes into an empty project alone, whole or not at all.
func TestG6_TheStudioNeverOverwrites(t *testing.T) {
	w := opened(t)
	archive := w.send("GET", "/api/archive", nil, map[string]string{"Sec-Fetch-Site": "same-origin"}).Body.Bytes()
	before := w.files.Tree().Revision()
	if got := w.send("POST", "/api/archive", bytes.NewReader(archive), asZip()); got.Code != http.StatusConflict || w.files.Tree().Revision() != before {
		t.Errorf("into an app: %d %s", got.Code, got.Body)
	}
	w.files.tree = project.NewTree(nil)
	w.Changed(nil)
	empty := w.files.Tree().Revision()
	headers := asZip()
	headers["Content-Type"] = "application/json"
	for what, got := range map[string]int{
		"cut off":       w.send("POST", "/api/archive", bytes.NewReader(archive[:len(archive)-40]), asZip()).Code,
		"nothing":       w.send("POST", "/api/archive", strings.NewReader(""), asZip()).Code,
		"too large":     w.send("POST", "/api/archive", bytes.NewReader(make([]byte, project.MaxArchiveBytes+1)), asZip()).Code,
		"another media": w.send("POST", "/api/archive", bytes.NewReader(archive), headers).Code,
	} {
		if want := map[string]int{"too large": http.StatusRequestEntityTooLarge, "another media": http.StatusUnsupportedMediaType}[what]; got != want && (want != 0 || got != http.StatusUnprocessableEntity) {
			t.Errorf("%s: %d", what, got)
		}
	}
	w.files.fail = fs.ErrExist // what is no file of an app
	if got := w.send("POST", "/api/archive", bytes.NewReader(archive), asZip()); got.Code != http.StatusConflict || !strings.Contains(got.Body.String(), "not empty") {
		t.Errorf("beside something else: %d %s", got.Code, got.Body)
	}
	w.files.fail = http.ErrAbortHandler
	if got := w.send("POST", "/api/archive", bytes.NewReader(archive), asZip()); got.Code != http.StatusInternalServerError {
		t.Errorf("a full disk: %d %s", got.Code, got.Body)
	}
	if w.files.Tree().Revision() != empty {
		t.Error("something was written")
	}
}

// TestE6_AnArchiveIsNotTrusted: what comes in an archive was made elsewhere, so a folder that was trusted because it was empty is not trusted
// with it; one that stays empty is as before.
func TestE6_AnArchiveIsNotTrusted(t *testing.T) {
	archive := opened(t).send("GET", "/api/archive", nil, map[string]string{"Sec-Fetch-Site": "same-origin"}).Body.Bytes()
	d := &doubt{given: true}
	w := opened(t, func(c *Config) { c.Trust = d })
	w.files.tree = project.NewTree(nil)
	w.Changed(nil)
	w.files.fail = http.ErrAbortHandler
	if got := w.send("POST", "/api/archive", bytes.NewReader(archive), asZip()); got.Code != http.StatusInternalServerError || !d.given {
		t.Errorf("a folder that stays empty: %d, trusted: %v", got.Code, d.given)
	}
	w.files.fail, d.fail = nil, errors.New("disk full")
	if got := w.send("POST", "/api/archive", bytes.NewReader(archive), asZip()); got.Code != http.StatusInternalServerError || len(w.files.Tree().Files()) > 0 {
		t.Errorf("a doubt that is not remembered: %d, %v", got.Code, w.files.Tree().Files())
	}
	d.fail = nil
	view := decode[ProjectView](t, w.send("POST", "/api/archive", bytes.NewReader(archive), asZip()))
	if view.Name != "Trail" || view.Trusted || d.given {
		t.Errorf("%s is trusted: %v, %v", view.Name, view.Trusted, d.given)
	}
}

// TestASentenceLeavesNamesAsTheyAre: a file and a place are not written with a capital, and no letter is cut.
func TestASentenceLeavesNamesAsTheyAre(t *testing.T) {
	for text, want := range map[string]string{
		"the archive is refused":             "The archive is refused.",
		"types/User.yaml is there already":   "types/User.yaml is there already.",
		"curl:1:6: this quote is not closed": "curl:1:6: this quote is not closed.",
		"“x” is no name":                     "“x” is no name.",
		"öffnen":                             "Öffnen.",
	} {
		if got := sentence(errors.New(text)); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}
