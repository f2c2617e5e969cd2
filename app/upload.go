package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// Limits of files that people send.
const (
	inMemory    = 64 << 10         // bytes of one file that need no room on disk
	maxSpooled  = 1 << 30          // bytes of all files that lie on disk at once
	maxDrained  = 64 << 20         // bytes beyond what may be sent that are still read, so that the page can say so
	maxParts    = 1000             // parts of one post
	uploadPause = 30 * time.Second // between two pieces of a post with files
	uploadTime  = 15 * time.Minute // for all of it
	answerTime  = 90 * time.Second // for the answer
)

// uploads are the files of one post: small ones in memory, the others in files without a name, which are gone with the post.
type uploads struct {
	dir   string
	room  *atomic.Int64 // bytes on disk, of all posts
	disk  int64         // ours of them
	files []*os.File
	sent  map[string][]project.SentFile // by field; an empty list: the field was there
}

// errNoRoom says that too much lies on disk already.
var errNoRoom = errors.New("no room for more files")

// close gives back what the files took.
func (u *uploads) close() {
	if u == nil {
		return
	}
	for _, f := range u.files {
		_ = f.Close()
		_ = os.Remove(f.Name()) // where an open file cannot be removed
	}
	u.room.Add(-u.disk)
	u.files, u.disk = nil, 0
}

// take reads one file. Of one that is larger than limit, or beyond those that the field may have, nothing is kept.
func (u *uploads) take(field, name string, in io.Reader, limit int64, most int) error {
	f := project.SentFile{Name: value.CleanFileName(name)}
	buf := make([]byte, inMemory)
	n, err := io.ReadFull(in, buf)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return err
	}
	buf = buf[:n:n]
	f.Head = buf[:min(n, 512)]
	if name == "" && n == 0 {
		u.sent[field] = append([]project.SentFile{}, u.sent[field]...)
		return nil // an input in which nothing is chosen
	}
	f.Large = int64(n) > limit
	if n < inMemory || f.Large || len(u.sent[field]) >= most {
		f.Make = func(media string) value.File { return value.NewFile(f.Name, media, buf) }
		u.sent[field] = append(u.sent[field], f)
		return drain(in)
	}
	file, size, err := u.spool(io.MultiReader(bytes.NewReader(buf), in), limit)
	if err != nil {
		return err
	}
	if f.Large = size > limit; f.Large {
		err = drain(in)
	}
	f.Make = func(media string) value.File {
		return value.NewFileOf(f.Name, media, random(), size, func() io.ReadCloser { return io.NopCloser(io.NewSectionReader(file, 0, size)) })
	}
	u.sent[field] = append(u.sent[field], f)
	return err
}

func drain(in io.Reader) error {
	_, err := io.Copy(io.Discard, in)
	return err
}

// spool writes a file to disk, up to one byte more than limit.
func (u *uploads) spool(in io.Reader, limit int64) (*os.File, int64, error) {
	file, err := os.CreateTemp(u.dir, "usher-upload-*")
	if err != nil {
		return nil, 0, fmt.Errorf("a file that somebody sends: %w", err)
	}
	u.files = append(u.files, file)
	_ = os.Remove(file.Name()) // it stays readable until it is closed, and no crash leaves it behind
	size, err := io.Copy(counted{file, u}, io.LimitReader(in, limit+1))
	return file, size, err
}

// counted writes to disk as long as there is room.
type counted struct {
	w io.Writer
	u *uploads
}

// Write implements io.Writer.
func (c counted) Write(b []byte) (int, error) {
	c.u.disk += int64(len(b))
	if c.u.room.Add(int64(len(b))) > maxSpooled {
		return 0, errNoRoom
	}
	n, err := c.w.Write(b)
	if err != nil {
		err = fmt.Errorf("%w: %w", errNoRoom, err)
	}
	return n, err
}

// fileFields are the inputs of files of the page that was posted to, by name.
func (q *ask) fileFields() (page *project.Page, fields map[string]*project.Widget) {
	page, _ = q.rt.routes.match(q.r.URL.EscapedPath())
	fields = map[string]*project.Widget{}
	if page == nil {
		return nil, fields
	}
	for _, w := range page.Fields {
		if w.Kind == "fileUpload" {
			fields[w.Key] = w
		}
	}
	return page, fields
}

// readParts reads a posted form with files; an answer means that it is refused.
func (q *ask) readParts(ctx context.Context, boundary string) (*answer, error) {
	page, fields := q.fileFields()
	if len(fields) == 0 {
		return q.refusal(http.StatusUnsupportedMediaType, textMedia), nil
	}
	total := int64(maxForm)
	for _, w := range fields {
		size, count := w.FileLimit()
		total += size * int64(count)
	}
	body := http.MaxBytesReader(nil, q.r.Body, total+maxDrained)
	q.files = &uploads{dir: q.app.cfg.Temp, room: &q.app.spooled, sent: map[string][]project.SentFile{}}
	err := q.parts(ctx, multipart.NewReader(patience{body, q.conn, time.Now().Add(uploadTime)}, boundary), page, fields)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge), errors.Is(err, errFormSize):
		a := q.refusal(http.StatusRequestEntityTooLarge, textLarge)
		a.header.Set("Connection", "close") // what is left of it is not read
		return a, nil
	case errors.Is(err, errNoRoom):
		a := q.refusal(http.StatusServiceUnavailable, textUploads)
		a.header.Set("Retry-After", "30")
		a.header.Set("Connection", "close")
		a.fault = err
		return a, nil
	case errors.Is(err, errForm):
		return q.refusal(http.StatusBadRequest, textForm), nil
	}
	return nil, err
}

var (
	errForm     = errors.New("the form cannot be read")
	errFormSize = errors.New("the form is too large")
)

// parts reads one part after the other.
func (q *ask) parts(ctx context.Context, in *multipart.Reader, page *project.Page, fields map[string]*project.Widget) error {
	q.form = url.Values{}
	room := int64(maxForm)
	var welcome bool // files are kept
	for n := 0; ; n++ {
		p, err := in.NextRawPart()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return unreadable(err)
		case n == maxParts:
			return errForm
		}
		name, file, isFile := partNames(p)
		w := fields[name]
		if w == nil || !isFile {
			text, err := io.ReadAll(io.LimitReader(p, room+1))
			if err != nil {
				return unreadable(err)
			}
			if room -= int64(len(text) + len(name)); room < 0 {
				return errFormSize
			}
			if !isFile {
				q.form.Add(name, string(text))
			}
			continue
		}
		if !welcome {
			if welcome, err = q.drewFor(ctx, page); err != nil {
				return err
			}
		}
		size, count := w.FileLimit()
		if !welcome {
			count = 0
		}
		if err := q.files.take(name, file, p, size, count); err != nil {
			return unreadable(err)
		}
	}
}

// unreadable is an error of reading a form: what the browser did wrong, unless it is about size or room.
func unreadable(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) || errors.Is(err, errNoRoom) {
		return err
	}
	return fmt.Errorf("%w: %w", errForm, err)
}

// partNames are the field of a part, and the name of its file, which is empty where none was chosen.
func partNames(p *multipart.Part) (field, file string, isFile bool) {
	_, params, err := mime.ParseMediaType(p.Header.Get("Content-Disposition"))
	if err != nil {
		return "", "", false
	}
	file, isFile = params["filename"]
	return params["name"], file, isFile
}

// drewFor reports whether the page's posted state says that it was drawn for whoever asks: only then are files taken to disk. The state
// stands before the inputs.
func (q *ask) drewFor(ctx context.Context, page *project.Page) (bool, error) {
	v, err := q.app.visit(ctx, q.r)
	if err != nil {
		return false, err
	}
	_, stale := q.app.seal.openState(q.form.Get("_state"), bond{Who: v.key(), Rev: q.rt.project.Revision, Page: page.Name})
	return stale == nil, nil
}

// patience gives each piece of a large post its own time: the server's own limits are for small ones.
type patience struct {
	io.Reader
	conn  *http.ResponseController
	until time.Time
}

// Read implements io.Reader.
func (p patience) Read(b []byte) (int, error) {
	now := time.Now()
	next := now.Add(uploadPause)
	if next.After(p.until) {
		next = p.until
	}
	_ = p.conn.SetReadDeadline(next) // a connection that knows no limits needs none
	_ = p.conn.SetWriteDeadline(now.Add(answerTime))
	return p.Reader.Read(b)
}

// readFiles reads the posted files, by the catalogue's types. What is wrong with them is said beside their inputs, whatever the event: no
// flow sees a file that its input does not take. Without script the browser forgets what was chosen, so that is told as well (design 9.14).
func (o *opened) readFiles() {
	o.badFiles = map[string]string{}
	for _, w := range o.page.Fields {
		if w.Kind != "fileUpload" {
			continue
		}
		sent, there := o.q.sentFiles(w.Key)
		v, wrong := w.Files(sent, o.scope())
		o.form[w.ID] = v
		if there {
			o.posted[w.ID] = v
		}
		if wrong != "" {
			o.badFiles[w.ID] = wrong
		}
		switch {
		case scripted(o.q.r):
			delete(o.values, w.Key)
		case len(sent) > 0:
			o.values[w.Key] = named(sent)
		}
	}
}

func (q *ask) sentFiles(field string) (sent []project.SentFile, there bool) {
	if q.files == nil {
		return nil, false
	}
	sent, there = q.files.sent[field]
	return sent, there
}

// named lists the names of files, as far as people will read them.
func named(sent []project.SentFile) string {
	var names []string
	for i, f := range sent {
		if i == 10 {
			names = append(names, "…")
			break
		}
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}

// withoutFiles is v without the files in it: none crosses to another request.
func withoutFiles(v any) any {
	switch x := v.(type) {
	case value.File:
		return nil
	case []any:
		out := make([]any, 0, len(x))
		for _, e := range x {
			if _, is := e.(value.File); !is {
				out = append(out, withoutFiles(e))
			}
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(x))
		for k, e := range x {
			out[k] = withoutFiles(e)
		}
		return out
	}
	return v
}
