package call

import (
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// bytesOf is a body that lies in memory.
func bytesOf(p payload) []byte {
	b, _ := io.ReadAll(p.open())
	return b
}

// pattern is a file of any size that takes no room.
type pattern struct{ at, size int64 }

func (p *pattern) Read(b []byte) (int, error) {
	n := int(min(int64(len(b)), p.size-p.at))
	for i := range b[:n] {
		b[i] = byte((p.at + int64(i)) % 251)
	}
	if p.at += int64(n); n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// TestF087_LargeFilesAreStreamed: a file of 64 MiB goes out whole as a part and as a body, before and after a renewal of the login, and never
// lies in memory: all that is allocated meanwhile is a small part of it.
func TestF087_LargeFilesAreStreamed(t *testing.T) {
	const size = 64 << 20
	want := sha256.New()
	_, _ = io.Copy(want, &pattern{size: size})
	var got, opened atomic.Int64
	b := newBackend(t, nil)
	b.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sum := sha256.New()
		var in io.Reader = r.Body
		if parts, err := r.MultipartReader(); err == nil {
			if in, err = parts.NextPart(); err != nil {
				t.Error(err)
				return
			}
		}
		if _, err := io.Copy(sum, in); err == nil && string(sum.Sum(nil)) == string(want.Sum(nil)) {
			got.Add(1)
		}
		if r.Header.Get("Authorization") != "Bearer t2" {
			writeJSON(w, 401, `{}`)
			return
		}
		writeJSON(w, 200, `{}`)
	})
	file := value.NewFileOf("film.mp4", "video/mp4", "one", size, func() io.ReadCloser {
		opened.Add(1)
		return io.NopCloser(&pattern{size: size})
	})
	params := []project.Param{{Name: "film", Type: value.FileType()}}
	parts := &project.Call{Name: "parts", Method: "POST", Auth: project.AuthRequired, BodyKind: project.BodyMultipart, Params: params, Parts: []project.Part{{Name: "film", Value: tmpl(t, "${params.film}")}}}
	whole := &project.Call{Name: "whole", Method: "PUT", Auth: project.AuthRequired, BodyKind: project.BodyFile, Body: tmpl(t, "${params.film}"), Params: params}
	parts.Limits.Request, whole.Limits.Request = 2*size, 2*size
	c := client(t, withRefresh(api(t, b.URL, parts, whole)))
	for _, call := range []*project.Call{parts, whole} {
		got.Store(0)
		opened.Store(0)
		login := loggedIn("t1")
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		r := do(t, c, call, map[string]any{"film": file}, login)
		runtime.ReadMemStats(&after)
		if !r.OK || !r.Replayed || login.renews != 1 || got.Load() != 2 || opened.Load() != 2 {
			t.Errorf("%s: %d %q, replayed %v, arrived whole %d times, read %d times", call.Name, r.Status, r.Error, r.Replayed, got.Load(), opened.Load())
		}
		if room := after.TotalAlloc - before.TotalAlloc; room > size/16 {
			t.Errorf("%s: %d KiB were allocated to send %d MiB twice", call.Name, room>>10, size>>20)
		} else {
			t.Logf("%s: %d KiB allocated to send %d MiB twice", call.Name, room>>10, size>>20)
		}
	}
}

// TestF041_F047_ALargeBodyIsSentAgain: whatever its size, with the same bytes.
func TestF041_F047_ALargeBodyIsSentAgain(t *testing.T) {
	b := guarded(t, "t2", `{}`)
	call := &project.Call{Name: "x", Method: "POST", Auth: project.AuthRequired, BodyKind: project.BodyMultipart, Params: []project.Param{{Name: "f", Type: value.FileType()}},
		Parts: []project.Part{{Name: "f", Value: tmpl(t, "${params.f}")}}}
	content := make([]byte, 3<<20)
	for i := range content {
		content[i] = byte(i % 251)
	}
	login := loggedIn("t1")
	r := do(t, client(t, withRefresh(api(t, b.URL, call))), call, map[string]any{"f": value.NewFile("x.bin", "", content)}, login)
	all := b.requests()
	if !r.OK || !r.Replayed || len(all) != 2 || all[0].body != all[1].body || len(all[0].body) < len(content) {
		t.Fatalf("%+v, %d requests", r.Status, len(all))
	}
	if part := multipartOf(t, all[1]); part[0] != fmt.Sprintf("f|x.bin|application/octet-stream|%s", content) {
		t.Error("the second sending holds other bytes")
	}
}
