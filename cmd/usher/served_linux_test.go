package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/session/sqlstore"
)

// served is the tutorial's app, served by a process of its own over a SQLite file, with people who are logged in and a backend that knows them.
type served struct {
	t       *testing.T
	dir     string
	app     string // folder
	addr    string
	private string // metrics
	host    string
	ids     []string // sessions, by person
	backend *trail
	http    *http.Client
}

// newServed logs n people in, whose tokens live for life. No server runs yet.
func newServed(t *testing.T, n int, life time.Duration) *served {
	t.Helper()
	s := &served{t: t, dir: t.TempDir(), app: filepath.Join(repoExamples(t), "touristtrail"), addr: free(t), private: free(t), backend: newTrail(t, n, life)}
	_, port, _ := net.SplitHostPort(s.addr)
	s.host = "touristtrail.localhost:" + port
	s.http = &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	t.Cleanup(s.http.CloseIdleConnections)
	keys, _, err := session.LoadKeys(filepath.Join(s.dir, "usher.key"), true)
	if err != nil {
		t.Fatal(err)
	}
	st, err := sqlstore.Open(t.Context(), filepath.Join(s.dir, "sessions.db"))
	if err != nil {
		t.Fatal(err)
	}
	m, err := session.New(session.Config{App: "touristtrail", Store: st, Keys: keys})
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		in, err := m.LogIn(t.Context(), "", s.backend.login(i), true)
		if err != nil {
			t.Fatal(err)
		}
		s.ids = append(s.ids, in.ID)
	}
	if err := errors.Join(m.Close(context.Background()), st.Close()); err != nil {
		t.Fatal(err)
	}
	return s
}

// serve starts the server; the words before it may start it in some other way. It ends with the test if it has not been ended.
func (s *served) serve(before ...string) (*exec.Cmd, *lockedLog) {
	s.t.Helper()
	log := &lockedLog{}
	words := append(before, "usher", "serve", s.app, "--listen", s.addr, "--data", s.dir, "--metrics", s.private)
	cmd := exec.CommandContext(s.t.Context(), words[0], words[1:]...)
	cmd.Env = append(os.Environ(), "API_URL="+s.backend.URL)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	eventually(s.t, "msg=serving", log)
	return cmd, log
}

// end stops a server as an operator does.
func (s *served) end(cmd *exec.Cmd, log *lockedLog) {
	s.t.Helper()
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		s.t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		s.t.Errorf("%v\n%s", err, log)
	}
}

// request is what the browser of a person sends.
func (s *served) request(method, path string, person int, body io.Reader) *http.Request {
	r, err := http.NewRequestWithContext(s.t.Context(), method, "http://"+s.addr+path, body)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Host = s.host
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Sec-Fetch-Mode", "navigate")
	r.Header.Set("Accept", "text/html")
	if person >= 0 {
		cookie, _, _ := strings.Cut(session.SessionCookie("touristtrail", false).Write(s.ids[person], 0), ";")
		r.Header.Set("Cookie", cookie)
	}
	return r
}

// visit asks for the home page of a person; any other answer than their own page is an error.
func (s *served) visit(person int) error {
	resp, err := s.http.Do(s.request(http.MethodGet, "/home", person, nil))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if want := "Welcome " + name(person) + "<"; resp.StatusCode != http.StatusOK || !strings.Contains(string(b), want) {
		return fmt.Errorf("person %d got %s, their page: %t", person, resp.Status, strings.Contains(string(b), want))
	}
	return nil
}

func name(person int) string { return fmt.Sprintf("Person-%d", person) }

// trail is a backend that gives a token a short life and refuses each that is not the person's newest or the one before.
type trail struct {
	*httptest.Server
	life time.Duration

	mu      sync.Mutex
	gens    []int
	renewed int
	wrong   []string
}

func newTrail(t *testing.T, people int, life time.Duration) *trail {
	b := &trail{life: life, gens: make([]int, people)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /posts", b.answer(`{"posts":[{"id":1,"title":"Story","place":"P","country":"C","body":"T","tags":["a"],"likes":3,"author":"J","readMinutes":4,"image":""}],"total":1,"skip":0,"limit":12}`))
	mux.HandleFunc("GET /activity", b.answer(`{"days":[{"day":"2026-11-16","label":"Mon","distance":4.2,"visits":3}],"totalDistance":4.2,"totalVisits":3}`))
	mux.HandleFunc("POST /auth/login", b.logIn)
	mux.HandleFunc("POST /auth/refresh", b.renew)
	mux.HandleFunc("POST /auth/logout", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "{}") })
	b.Server = httptest.NewServer(mux)
	t.Cleanup(b.Close)
	return b
}

// pair makes the tokens of a generation; the access token has the shape of a JWT.
func (b *trail) pair(person, gen int) (access, refresh string, expiry time.Time) {
	expiry = time.Now().Add(b.life).Truncate(time.Second)
	claims := fmt.Sprintf(`{"exp":%d,"who":%d,"gen":%d}`, expiry.Unix(), person, gen)
	return "e30." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".x", fmt.Sprintf("r-%d-%d", person, gen), expiry
}

func user(person int) string {
	return fmt.Sprintf(`{"id":%d,"username":"u","email":"u@example.com","firstName":%q,"lastName":"L","image":"","role":"member"}`, person, name(person))
}

func (b *trail) login(person int) session.AuthData {
	access, refresh, expiry := b.pair(person, 0)
	return session.AuthData{Token: session.NewSecret(access), RefreshToken: session.NewSecret(refresh), Expiry: expiry, UID: strconv.Itoa(person), User: []byte(user(person))}
}

// refuse notes what should not have been asked. b.mu is held.
func (b *trail) refuse(w http.ResponseWriter, format string, args ...any) {
	b.wrong = append(b.wrong, fmt.Sprintf(format, args...))
	w.WriteHeader(http.StatusUnauthorized)
	fmt.Fprint(w, `{"message":"no"}`)
}

func (b *trail) answer(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var claims struct{ Exp, Who, Gen int }
		parts := strings.Split(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), ".")
		raw, err := base64.RawURLEncoding.DecodeString(parts[min(1, len(parts)-1)])
		if err == nil {
			err = json.Unmarshal(raw, &claims)
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		if err != nil || int64(claims.Exp) < time.Now().Unix() || claims.Gen < b.gens[claims.Who]-1 {
			b.refuse(w, "%s with generation %d of %d, %v", r.URL.Path, claims.Gen, b.gens[claims.Who], err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, body)
	}
}

func (b *trail) renew(w http.ResponseWriter, r *http.Request) {
	var in struct{ RefreshToken string }
	var person, gen int
	err := json.NewDecoder(r.Body).Decode(&in)
	if err == nil {
		_, err = fmt.Sscanf(in.RefreshToken, "r-%d-%d", &person, &gen)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if err != nil || gen != b.gens[person] {
		b.refuse(w, "refresh with generation %d of %d, %v", gen, b.gens[person], err)
		return
	}
	b.gens[person]++
	b.renewed++
	b.reply(w, person)
}

func (b *trail) logIn(w http.ResponseWriter, _ *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.reply(w, 0)
}

func (b *trail) reply(w http.ResponseWriter, person int) {
	access, refresh, _ := b.pair(person, b.gens[person])
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"accessToken":%q,"refreshToken":%q,"user":%s}`, access, refresh, user(person))
}

// truth returns how many refreshes there were and what was asked wrongly.
func (b *trail) truth() (renewed int, wrong []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.renewed, b.wrong
}
