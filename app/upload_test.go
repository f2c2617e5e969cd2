package app

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	goruntime "runtime"
	"strings"
	"testing"
)

const filesCalls = `
url: ${env.API_URL}/files
calls:
  send:
    method: POST
    path: /
    auth: required
    params: {photo: {type: file, required: true}, more: list of file}
    multipart: {photo: "${params.photo}", more: "${params.more}"}
    limits: {request: 64 MB}
`

const filesPage = `
path: /files
title: Files
access: loggedIn
body:
  - form:
      onSubmit:
        - call: files.send
          with: {photo: "${form.photo}", more: "${form.more}"}
          as: sent
          then: [{snackBar: "Sent ${form.photo.name}, ${form.photo.size} bytes of ${form.photo.type}, and ${len(form.more)} more"}]
          else: [{snackBar: "Refused: ${sent.error}"}]
      children:
        - textField: {id: title, label: Title}
        - Holder
        - fileUpload: {id: more, label: More, multiple: true, maxCount: 2, maxSize: 3 MB}
        - button: {text: Send, submit: true}
        - button: {text: Other, onTap: [{snackBar: "Other ${isSet(form.photo)}"}]}
        - button: {text: Ask, onTap: [{confirm: {title: Sure, text: Sure}}, {snackBar: "Then ${isSet(form.photo)}"}]}
`

const holder = `
body:
  - fileUpload: {id: photo, label: Photo, accept: image/*, maxSize: 20 MB, required: true}
`

var aPicture = "\x89PNG\r\n\x1a\n" + strings.Repeat("picture", 20)

// upload is a file for a field.
type upload struct{ field, name, content string }

func filesWorld(t *testing.T, with ...func(*Config)) *world {
	t.Helper()
	return newWorld(t, map[string]string{"calls/files.yaml": filesCalls, "pages/files.yaml": filesPage, "components/Holder.yaml": holder}, with...)
}

// multipartOf is a form with files as a browser posts it: fields first, as they stand on these pages.
func multipartOf(form url.Values, files []upload) (body *bytes.Buffer, kind string) {
	body = &bytes.Buffer{}
	w := multipart.NewWriter(body)
	_ = w.WriteField("_state", form.Get("_state"))
	for name, v := range form {
		for _, one := range v {
			if name != "_state" && one != "" {
				_ = w.WriteField(name, one)
			}
		}
	}
	for _, f := range files {
		part, _ := w.CreateFormFile(f.field, f.name)
		_, _ = io.WriteString(part, f.content)
	}
	_ = w.Close()
	return body, w.FormDataContentType()
}

// send presses a button of a form with files.
func (c *client) send(p *page, button string, fields map[string]string, files ...upload) *page {
	c.w.t.Helper()
	action, form := p.form(c.w.t, button, fields)
	body, kind := multipartOf(form, files)
	r := c.request("POST", action, url.Values{})
	r.Body, r.ContentLength = io.NopCloser(body), int64(body.Len())
	r.Header.Set("Content-Type", kind)
	return c.follow(c.roundTrip(r))
}

// got is what the backend read of the parts it was sent: field, name, type, size and a hash of each.
func got(t *testing.T, r *http.Request) []string {
	in, err := r.MultipartReader()
	if err != nil {
		t.Error(err)
		return nil
	}
	var out []string
	for {
		p, err := in.NextPart()
		if err != nil {
			return out
		}
		sum := sha256.New()
		n, _ := io.Copy(sum, p)
		out = append(out, fmt.Sprintf("%s %s %s %d %s", p.FormName(), p.FileName(), p.Header.Get("Content-Type"), n, hex.EncodeToString(sum.Sum(nil)[:4])))
	}
}

func hashOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:4])
}

// TestF087_FilesReachTheBackend: what somebody chooses goes to the backend whole, from an input inside a component as well, and once more after a 401 with
// a renewed token. Afterwards nothing of it lies on disk.
func TestF087_FilesReachTheBackend(t *testing.T) {
	dir := t.TempDir()
	w := filesWorld(t, func(c *Config) { c.Temp = dir })
	var sent [][]string
	w.backend.on("POST /files/", func(rw http.ResponseWriter, r *http.Request) {
		parts := got(t, r)
		sent = append(sent, parts)
		w.backend.mu.Lock()
		user := w.backend.valid[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
		w.backend.mu.Unlock()
		if user == "" {
			reply(rw, 401, map[string]any{"message": "expired"})
			return
		}
		reply(rw, 200, map[string]any{})
	})
	c := w.browser()
	c.logIn("ann")
	p := c.get("/files")
	if !p.has("form[enctype='multipart/form-data'] input[type=file][name=photo]") {
		t.Fatal("the form is not sent with its files")
	}
	w.backend.expireAll()
	large, small := aPicture+strings.Repeat("x", 5<<20), "plain"
	p = c.send(p, "Send", map[string]string{"title": "T"}, upload{"photo", `C:\me\..\hut "1".png`, large}, upload{"more", "a.txt", small}, upload{"more", "b.exe", "MZ\x00"})
	p.want(t, 200, fmt.Sprintf(`Sent hut "1".png, %d bytes of image/png, and 2 more`, len(large)))
	want := []string{fmt.Sprintf("photo hut %%221%%22.png image/png %d %s", len(large), hashOf(large)), "more a.txt text/plain 5 " + hashOf(small), "more b.exe application/octet-stream 3 " + hashOf("MZ\x00")}
	if len(sent) != 2 || strings.Join(sent[0], "\n") != strings.Join(want, "\n") || strings.Join(sent[1], "\n") != strings.Join(want, "\n") {
		t.Errorf("the backend was sent\n%q\nwant twice\n%q", sent, want)
	}
	if w.backend.count("POST /auth/refresh") != 1 {
		t.Errorf("%d renewals", w.backend.count("POST /auth/refresh"))
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 || w.app.spooled.Load() != 0 {
		t.Errorf("%d files lie on disk, %d bytes are counted", len(left), w.app.spooled.Load())
	}
	if !strings.Contains(p.text(), "No longer chosen: hut") {
		t.Error("without script the page does not say that the files are chosen no more")
	}
}

// TestF121_FilesAreLookedAt: too large, too many, of another kind by name or by content: the flow does not run, whatever the event, and the input says why; what was
// typed stays.
func TestF121_FilesAreLookedAt(t *testing.T) {
	w := filesWorld(t)
	c := w.browser()
	c.logIn("ann")
	svg := `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`
	for name, tc := range map[string]struct {
		button string
		files  []upload
		says   string
	}{
		"content":      {"Send", []upload{{"photo", "a.png", "<html>"}}, "of these kinds"},
		"name":         {"Other", []upload{{"photo", "a.html", aPicture}}, "of these kinds"},
		"svg":          {"Other", []upload{{"photo", "a.svg", svg}}, "of these kinds"},
		"png as jpg":   {"Send", []upload{{"photo", "a.jpg", aPicture}}, "of these kinds"},
		"large":        {"Send", []upload{{"photo", "a.png", aPicture}, {"more", "b", strings.Repeat("x", 3<<20+1)}}, "A file may have 3 MB at most."},
		"small, large": {"Other", []upload{{"photo", "a.png", aPicture + strings.Repeat("x", 21<<20)}}, "A file may have 20 MB at most."},
		"many":         {"Send", []upload{{"more", "a", "1"}, {"more", "b", "2"}, {"more", "c", "3"}}, "Choose 2 files at most."},
		"two of one":   {"Send", []upload{{"photo", "a.png", aPicture}, {"photo", "b.png", aPicture}}, "Choose 1 file"},
	} {
		p := c.send(c.get("/files"), tc.button, map[string]string{"title": "kept words"}, tc.files...)
		p.want(t, 422, tc.says)
		if !p.has(`input[name=title][value="kept words"]`) {
			t.Errorf("%s: what was typed is gone", name)
		}
	}
	if n := w.backend.count("POST /files/"); n != 0 {
		t.Errorf("%d calls went out", n)
	}
	p := c.send(c.get("/files"), "Other", nil, upload{"photo", "", ""})
	p.want(t, 200, "Other false")
	c.press(c.get("/files"), "Other", map[string]string{"photo": "typed text"}).want(t, 200, "Other false")
	p = c.send(c.get("/files"), "Ask", nil, upload{"photo", "a.png", aPicture})
	c.press(p, "OK", nil).want(t, 200, "Then false")
}

// TestF10_UploadsAreBounded: pages without an input of files take none; a guest's state, another's and none bring nothing onto the disk; a body beyond all bounds is refused.
func TestF10_UploadsAreBounded(t *testing.T) {
	dir := t.TempDir()
	w := filesWorld(t, func(c *Config) { c.Temp = dir })
	c := w.browser()
	c.logIn("ann")
	p := c.get("/files")
	large := upload{"photo", "a.png", aPicture + strings.Repeat("x", 1<<20)}
	post := func(c *client, path string, form url.Values, files ...upload) *page {
		body, kind := multipartOf(form, files)
		r := c.request("POST", path, url.Values{})
		r.Body = io.NopCloser(body)
		r.Header.Set("Content-Type", kind)
		return c.roundTrip(r)
	}
	if got := post(c, "/home", url.Values{}, large); got.StatusCode != http.StatusUnsupportedMediaType {
		t.Errorf("a page without files: %d", got.StatusCode)
	}
	_, form := p.form(t, "Send", nil)
	guest := w.browser()
	guest.get("/login")
	old := w.app.spooled.Load
	for name, c := range map[string]*client{"guest": guest} {
		if got := post(c, "/files", form, large); got.StatusCode == http.StatusOK || old() != 0 {
			t.Errorf("%s: %d", name, got.StatusCode)
		}
	}
	w.app.spooled.Store(maxSpooled)
	if got := post(c, "/files", form, large); got.StatusCode != http.StatusServiceUnavailable || got.Header.Get("Retry-After") == "" {
		t.Errorf("no room: %d", got.StatusCode)
	}
	if w.app.spooled.Load() != maxSpooled {
		t.Error("the room is not given back")
	}
	if got := post(guest, "/files", form, large); got.StatusCode == http.StatusServiceUnavailable {
		t.Error("a file of somebody for whom the page was not drawn takes room")
	}
	w.app.spooled.Store(0)
	huge := io.MultiReader(strings.NewReader("--b\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a.png\"\r\n\r\n"), io.LimitReader(zeros{}, 200<<20))
	r := c.request("POST", "/files", url.Values{})
	r.Body = io.NopCloser(huge)
	r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
	if got := c.roundTrip(r); got.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("200 MiB: %d", got.StatusCode)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 || w.app.spooled.Load() != 0 {
		t.Errorf("%d files lie on disk", len(left))
	}
}

// zeros has no end.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// TestF087_AnUploadIsNeverHeldWhole: of 20 MB that go through a real server to the backend, a small part is allocated.
func TestF087_AnUploadIsNeverHeldWhole(t *testing.T) {
	w := filesWorld(t)
	w.backend.on("POST /files/", func(rw http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		reply(rw, 200, map[string]any{})
	})
	c := w.browser()
	c.logIn("ann")
	action, form := c.get("/files").form(t, "Send", nil)
	server := httptest.NewServer(w.app)
	defer server.Close()
	head, kind := multipartOf(form, []upload{{"photo", "a.png", aPicture}})
	const size = 19 << 20
	tail := "\r\n--" + strings.TrimPrefix(kind, "multipart/form-data; boundary=") + "--\r\n"
	head.Truncate(head.Len() - len(tail))
	r := c.request("POST", action, url.Values{})
	r.RequestURI = ""
	r.URL, _ = url.Parse(server.URL + action)
	r.Body = io.NopCloser(io.MultiReader(head, io.LimitReader(zeros{}, size), strings.NewReader(tail)))
	r.ContentLength = -1
	r.Header.Set("Content-Type", kind)
	var before, after goruntime.MemStats
	goruntime.ReadMemStats(&before)
	res, err := http.DefaultClient.Do(r)
	goruntime.ReadMemStats(&after)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(res.Body)
	if !strings.Contains(string(text), fmt.Sprintf("Sent a.png, %d bytes", size+len(aPicture))) {
		_, notice, _ := strings.Cut(string(text), "u-notices")
		t.Errorf("%d: %.600s", res.StatusCode, notice)
	}
	room := after.TotalAlloc - before.TotalAlloc
	t.Logf("%d KiB allocated for %d MiB", room>>10, size>>20)
	if room > size/4 {
		t.Errorf("%d KiB were allocated for %d MiB", room>>10, size>>20)
	}
}
