package studio

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/usherdev/usher/project"
)

// editor is a browser with the studio open, on a connection of its own.
type editor struct {
	t      *testing.T
	at     string
	cookie string
	client *http.Client
}

func (e *editor) ask(method, path string, in any) (int, []byte) {
	e.t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		e.t.Error(err)
		return 0, nil
	}
	r, err := http.NewRequest(method, e.at+path, bytes.NewReader(body))
	if err != nil {
		e.t.Error(err)
		return 0, nil
	}
	for k, v := range ours {
		r.Header.Set(k, v)
	}
	r.Header.Set("Cookie", e.cookie)
	answer, err := e.client.Do(r)
	if err != nil {
		e.t.Error(err)
		return 0, nil
	}
	defer answer.Body.Close()
	out, err := io.ReadAll(answer.Body)
	if err != nil {
		e.t.Error(err)
	}
	return answer.StatusCode, out
}

// save makes one edit as a person does who is told that the files have changed: look again, and make it again. It returns how often it was told.
func (e *editor) save(edit WireEdit) (told int) {
	for {
		status, body := e.ask("GET", "/api/project", nil)
		var view ProjectView
		if err := json.Unmarshal(body, &view); err != nil || status != http.StatusOK {
			e.t.Errorf("%d %s", status, body)
			return told
		}
		status, body = e.ask("POST", "/api/edit", EditRequest{Revision: view.Revision, Edits: []WireEdit{edit}, Label: "one"})
		switch status {
		case http.StatusOK:
			return told
		case http.StatusPreconditionFailed:
			told++
		default:
			e.t.Errorf("%d %s", status, body)
			return told
		}
	}
}

// TestE11_RacingSavesLoseNothing: two editors over HTTP, and a third who writes the files himself, save at once: what was acknowledged is
// there in the end, all of it.
func TestE11_RacingSavesLoseNothing(t *testing.T) {
	each := 60
	if os.Getenv("USHER_LONG") != "" {
		each = 500
	}
	w := opened(t)
	w.files.tree = project.NewTree(map[string][]byte{"app.yaml": []byte("usher: 1\nname: X\nconstants:\n  first: 0 # stays\n")})
	w.Changed(nil)
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		r.Host = "studio.localhost:7070"
		w.ServeHTTP(rw, r)
	}))
	defer srv.Close()
	var work sync.WaitGroup
	var mu sync.Mutex
	told := 0
	for _, name := range []string{"a", "b"} {
		e := &editor{t: t, at: srv.URL, cookie: w.cookie, client: &http.Client{Transport: &http.Transport{}}}
		defer e.client.CloseIdleConnections()
		work.Go(func() {
			for i := range each {
				n := e.save(WireEdit{Op: "set", At: project.Path(fmt.Sprintf("/app/constants/%s%d", name, i)), Value: json.RawMessage("1")})
				mu.Lock()
				told += n
				mu.Unlock()
			}
		})
	}
	work.Go(func() { // an editor of files: reads, writes, and reads again when the file has changed
		for i := range each {
			for {
				base := w.files.Tree()
				next, _, err := base.Apply(project.Edit{Op: project.OpSet, At: project.Path(fmt.Sprintf("/app/constants/file%d", i)), Value: json.RawMessage("1")})
				if err != nil {
					t.Error(err)
					return
				}
				if w.files.Save(t.Context(), base, next) == nil {
					break
				}
			}
			w.Changed(nil)
		}
	})
	work.Wait()
	text := w.text("app.yaml")
	for _, name := range []string{"a", "b", "file"} {
		for i := range each {
			if !strings.Contains(text, fmt.Sprintf("\n  %s%d: 1\n", name, i)) {
				t.Errorf("%s%d is lost", name, i)
			}
		}
	}
	if !strings.Contains(text, "first: 0 # stays") {
		t.Error("what was there is lost")
	}
	if told == 0 {
		t.Error("nobody met anybody")
	}
	t.Logf("%d saves, of which %d were told to look again", 3*each, told)
}

// spellings are ways to write an address that might lead past a check, each made of one path.
func spellings(path string) []string {
	rest := strings.TrimPrefix(path, "/")
	first, after, _ := strings.Cut(rest, "/")
	return []string{path + "?x=/assets/", path + "?/launch", path + "#/launch", path + "%23", path + ";/assets/", path + ";x=1", path + "/", path + "//", path + "/.", path + "/..", path + "/../" + rest, path + "%00", path + "%20", path + ".js", path + "~", path + "\\", path + "%0a", path + "%2e",
		"/" + path, "//" + rest, "/./" + rest, "/../" + rest, "/x/../" + rest, "/assets/../" + rest, "/assets/x/../../" + rest, "/launch/../" + rest, "/%2e/" + rest, "/%2e%2e/" + rest, "/assets/%2e%2e/" + rest, "/" + first + "%2f" + after, "/" + first + "//" + after, "/" + first + "/./" + after, "/" + first + "\\" + after, "/" + first + "/%2e/" + after,
		"/%61" + strings.TrimPrefix(rest, "a"), "/" + strings.ToUpper(rest), "/" + strings.ToUpper(first) + "/" + after, "/%2561" + strings.TrimPrefix(rest, "a"), "/%c0%af" + rest, "/\u00a0" + rest, "/*/" + rest}
}

// TestE8_NoSpellingOfAnyRoute: each route that needs the cookie, in some forty spellings, with each header that others take for an address or a
// method: nothing answers and nothing changes without it.
func TestE8_NoSpellingOfAnyRoute(t *testing.T) {
	w := start(t)
	before := w.files.Tree().Revision()
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		r.Host = "studio.localhost:7070"
		w.ServeHTTP(rw, r)
	}))
	defer srv.Close()
	tricks := []map[string]string{{}, {"X-Original-URL": "/assets/", "X-Rewrite-URL": "/launch"}, {"X-Forwarded-Uri": "/assets/x", "X-Forwarded-Prefix": "/assets"}, {"X-HTTP-Method-Override": "GET", "X-HTTP-Method": "GET", "X-Method-Override": "GET"}, {"User-Agent": "kube-probe/1.30"}, {"X-Forwarded-For": "127.0.0.1", "X-Real-Ip": "127.0.0.1", "Forwarded": "for=127.0.0.1;host=studio.localhost"}, {"Authorization": "Bearer x", "Cookie": "__Host-Http-studio=" + strings.Repeat("A", 43)}}
	asked := 0
	for _, rt := range w.table() {
		if rt.role != builder {
			continue
		}
		path := strings.Replace(rt.pattern, "{name}", "home", 1)
		all := append(spellings(path), path)
		if len(all) < 40 {
			t.Errorf("only %d spellings", len(all))
		}
		for i, target := range all {
			for _, headers := range []map[string]string{tricks[i%len(tricks)], tricks[(i+1)%len(tricks)]} {
				asked++
				w.raw(t, srv.Listener.Addr().String(), rt.method, target, headers)
			}
		}
	}
	if asked < 800 || w.files.Tree().Revision() != before {
		t.Errorf("%d requests; the files changed: %v", asked, w.files.Tree().Revision() != before)
	}
}

// raw sends a request line as it is given, and requires that the answer is a refusal.
func (w *world) raw(t *testing.T, addr, method, target string, headers map[string]string) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: studio.localhost:7070\r\nConnection: close\r\nSec-Fetch-Site: same-origin\r\nX-Usher: 1\r\nContent-Type: application/json\r\nContent-Length: 2\r\n", method, target)
	for k, v := range headers {
		fmt.Fprintf(&b, "%s: %s\r\n", k, v)
	}
	b.WriteString("\r\n{}")
	if _, err := io.WriteString(conn, b.String()); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	if status, _, _ := strings.Cut(strings.TrimPrefix(string(answer), "HTTP/1.1 "), " "); len(status) != 3 || status[0] == '2' {
		t.Errorf("%s %s %v: %.200s", method, target, headers, answer)
	}
	if strings.Contains(string(answer), `"revision"`) {
		t.Errorf("%s %s %v tells something: %.200s", method, target, headers, answer)
	}
}
