package standin

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
)

const filesBackend = `
standin: 1
variables: {PASSWORD: orange-river-stone}
accounts:
  - {username: emily, password: orange-river-stone}
tokens: {access: {life: 1h}}
routes:
  - on: POST /login
    logIn: {name: "${body.username}", password: "${body.password}"}
    json: {token: "${issued.access}"}
  - on: POST /photo
    auth: required
    set: {photo: "${body.photo}", title: "${body.title}"}
    json: {name: "${account.photo.name}", size: "${account.photo.size}", kind: "${account.photo.type}", title: "${account.title}"}
  - on: PUT /photo
    auth: required
    set: {photo: "${body}"}
    status: 204
  - on: POST /many
    json: {count: "${len(body.photo)}", last: "${body.photo[1].name}"}
  - on: GET /photo
    auth: required
    replies:
      - when: ${isSet(account.photo)}
        file: ${account.photo}
        headers: {ETag: '"1"'}
      - {status: 404, json: {message: No picture yet.}}
`

// form is a multipart body with a title and so many pictures.
func form(t *testing.T, photos ...string) (string, string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	_ = w.WriteField("title", "The hut")
	for _, p := range photos {
		part, err := w.CreatePart(map[string][]string{"Content-Disposition": {`form-data; name="photo"; filename="` + p + `"`}, "Content-Type": {"image/png"}})
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(part, "\x89PNG\x00\xff"+p)
	}
	_ = w.Close()
	return b.String(), w.FormDataContentType()
}

// TestF224_TheStandInReadsAndGivesFiles: a form with files, a file alone, and a reply that is a file, byte for byte.
func TestF224_TheStandInReadsAndGivesFiles(t *testing.T) {
	w := start(t, filesBackend)
	token := w.ask("POST /login", `{"username":"emily","password":"orange-river-stone"}`).str("token")
	login := []string{"Authorization", "Bearer " + token}
	if got := w.ask("GET /photo", "", login...); got.status != 404 {
		t.Errorf("before: %d", got.status)
	}
	body, kind := form(t, "hut.png")
	got := w.ask("POST /photo", body, append(login, "Content-Type", kind)...)
	if got.status != 200 || got.text != `{"kind":"image/png","name":"hut.png","size":13,"title":"The hut"}` {
		t.Errorf("%d %s", got.status, got.text)
	}
	if got = w.ask("GET /photo", "", login...); got.text != "\x89PNG\x00\xffhut.png" || got.header.Get("Content-Type") != "image/png" || got.header.Get("ETag") != `"1"` {
		t.Errorf("%d %q %v", got.status, got.text, got.header)
	}
	if got = w.ask("PUT /photo", "GIF89a\x00", append(login, "Content-Type", "image/gif")...); got.status != http.StatusNoContent {
		t.Errorf("%d %s", got.status, got.text)
	}
	if got = w.ask("GET /photo", "", login...); got.text != "GIF89a\x00" || got.header.Get("Content-Type") != "image/gif" {
		t.Errorf("%q %v", got.text, got.header)
	}
	body, kind = form(t, "a.png", "b.png")
	if got = w.ask("POST /many", body, "Content-Type", kind); got.text != `{"count":2,"last":"b.png"}` {
		t.Errorf("%d %s", got.status, got.text)
	}
	if got = w.ask("POST /photo", body[:len(body)-80], append(login, "Content-Type", kind)...); got.status != http.StatusBadRequest {
		t.Errorf("half a form: %d", got.status)
	}
	if got = w.ask("POST /many", strings.Repeat("x", maxFiles+1), "Content-Type", "image/png"); got.status != http.StatusBadRequest {
		t.Errorf("a huge file: %d", got.status)
	}
	if faults := w.b.Faults(); len(faults) != 2 {
		t.Errorf("%q", faults)
	}
}

// TestF224_WrongFilesOfAStandIn: what cannot be is said with its place.
func TestF224_WrongFilesOfAStandIn(t *testing.T) {
	for route, want := range map[string]string{
		`{on: GET /a, set: {x: 1}}`:                              "set is a mapping",
		`{on: GET /a, auth: required, set: x}`:                   "set is a mapping",
		`{on: GET /a, auth: required, set: {x: 1}, logOut: "x"}`: "a route does one of",
		`{on: GET /a, json: {}, file: "${body}"}`:                "json, text or a file",
	} {
		if _, problems := Parse("b.yaml", []byte("standin: 1\nroutes:\n  - "+route+"\n")); len(problems) != 1 || !strings.Contains(problems[0].Msg, want) {
			t.Errorf("%s: %v", route, problems)
		}
	}
}
