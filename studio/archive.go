package studio

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/usherdev/usher/project"
)

// getArchive is GET /api/archive: the project as one file, as it is on disk now.
func (s *Studio) getArchive(w http.ResponseWriter, r *http.Request) {
	files, err := s.files.Contents()
	if err != nil {
		s.fail(w, r, err)
		return
	}
	var b bytes.Buffer
	if err := project.WriteArchive(&b, files); err != nil {
		s.fail(w, r, fault{http.StatusUnprocessableEntity, "archive", "The project cannot be packed: " + err.Error() + "."})
		return
	}
	w.Header().Set("Content-Type", "application/zip")
	w.Header().Set("Content-Disposition", "attachment; filename="+strconv.Quote(s.archiveName()))
	w.Header().Set("Content-Length", strconv.Itoa(b.Len()))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(b.Bytes()) // the browser has gone: nobody is left to tell
	}
}

// archiveName is the file's name: the app's, of letters and digits alone.
func (s *Studio) archiveName() string {
	name := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '-'
	}, s.snapshot().text("/app/name"))
	if name = strings.Trim(name, "-"); name == "" {
		name = "app"
	}
	return name[:min(len(name), 60)] + ".zip"
}

// postArchive is POST /api/archive: an archive becomes the project, where there is none yet. Nothing of it runs before its builder trusts it.
func (s *Studio) postArchive(w http.ResponseWriter, r *http.Request) {
	view, err := s.takeArchive(w, r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	writeJSON(w, r, http.StatusOK, view)
}

func (s *Studio) takeArchive(w http.ResponseWriter, r *http.Request) (ProjectView, error) {
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/zip" {
		return ProjectView{}, fault{http.StatusUnsupportedMediaType, "media", "An archive is a zip file."}
	}
	src, err := io.ReadAll(http.MaxBytesReader(w, r.Body, project.MaxArchiveBytes))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return ProjectView{}, fault{http.StatusRequestEntityTooLarge, "large", fmt.Sprintf("An archive has %d MiB at most.", project.MaxArchiveBytes>>20)}
	} else if err != nil {
		return ProjectView{}, fault{http.StatusBadRequest, "archive", "The archive did not arrive whole."}
	}
	files, _, err := project.ReadArchive(bytes.NewReader(src), int64(len(src)))
	if err != nil {
		return ProjectView{}, fault{http.StatusUnprocessableEntity, "archive", sentence(err)}
	}
	return s.fill(r.Context(), files, "an archive becomes an app in an empty one", true)
}

// sentence makes a sentence of an error. A name that it begins with, or a place, stays as it is written.
func sentence(err error) string {
	text := err.Error()
	if first, _, _ := strings.Cut(text, " "); strings.ContainsAny(first, "./:") {
		return text + "."
	}
	r, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(r)) + text[size:] + "."
}
