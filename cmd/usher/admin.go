package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/usherdev/usher/session"
)

// admin is what an operator may do to the sessions of one app. A running server offers it on a Unix socket in its data folder, which its
// owner alone may open; without a server, the commands open the store and use it directly. It never tells a token or a session's id.
type admin struct {
	app      string
	keyFile  string
	keys     *session.Keys
	store    session.Store
	shared   bool // other nodes use the store as well
	sessions *session.Manager
	log      *slog.Logger
	scratch  string // folder for a backup in the making: that of the SQLite file
	mu       sync.Mutex
}

func (rt *runtime) admin(con *console, cfg runtimeConfig) *admin {
	file, _ := strings.CutPrefix(cfg.store, "sqlite:")
	return &admin{
		app: cfg.project.App.ID, keyFile: cfg.keyFile, keys: rt.keys, store: rt.store, shared: rt.shared, sessions: rt.sessions, log: con.Log, scratch: filepath.Dir(file),
	}
}

// handler answers the commands. Whoever reaches it may do everything, so it is served on the socket alone.
func (a *admin) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /sessions", a.answer(a.list))
	mux.HandleFunc("POST /sessions/end", a.answer(a.end))
	mux.HandleFunc("POST /keys/reload", a.answer(func(w http.ResponseWriter, r *http.Request) error { return a.reload(r.Context()) }))
	mux.HandleFunc("POST /keys/rewrap", a.answer(a.rewrap))
	mux.HandleFunc("POST /keys/drop", a.answer(a.drop))
	mux.HandleFunc("GET /backup", a.answer(a.backup))
	return mux
}

// reply is an error on its way to the command.
type reply struct {
	Error string `json:"error"`
	Hint  string `json:"hint,omitempty"`
}

// answer makes a handler of a function. What it does may take as long as it takes.
func (a *admin) answer(fn func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_ = http.NewResponseController(w).SetWriteDeadline(time.Time{}) // of the listener's; a command without a server has none
		err := fn(w, r)
		if err == nil {
			return
		}
		out := reply{Error: err.Error()}
		var f *fault
		if errors.As(err, &f) {
			out.Hint = f.hint
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusConflict)
		_ = json.NewEncoder(w).Encode(out) // the command has gone
	}
}

// line is a session as operators see it.
type line struct {
	Session string    `json:"session"` // keyed hash, as in the log
	UID     string    `json:"uid"`
	Created time.Time `json:"created"`
	Seen    time.Time `json:"seen"`
	Expires time.Time `json:"expires,omitzero"` // of the authentication token; zero: unknown
	Persist bool      `json:"persist"`
	Renews  bool      `json:"renews"` // a refresh is declared and what it spends is there
	Version int64     `json:"version"`
	Error   string    `json:"error,omitempty"` // of the list, which ends here
}

func lineOf(s session.Session) line {
	return line{Session: s.Hash, UID: s.Auth.UID, Created: s.Created.UTC(), Seen: s.Seen.UTC(), Expires: s.Auth.Expiry.UTC(), Persist: s.Persist, Renews: s.Refreshable, Version: s.Ver}
}

// list writes one line of JSON a session: of a person (?uid=), of one session (?session=), or all.
func (a *admin) list(w http.ResponseWriter, r *http.Request) error {
	uid, hash := r.FormValue("uid"), r.FormValue("session")
	enc := json.NewEncoder(w)
	if uid != "" {
		all, err := a.sessions.List(r.Context(), uid)
		if err != nil {
			return err
		}
		for _, s := range all {
			if err := enc.Encode(lineOf(s)); err != nil {
				return err
			}
		}
		return nil
	}
	return a.sessions.Each(r.Context(), func(s session.Session) error {
		if hash != "" && s.Hash != hash {
			return nil
		}
		return enc.Encode(lineOf(s))
	})
}

type ended struct {
	Ended int `json:"ended"`
}

// end logs a person out everywhere (uid=), or ends one session (session=).
func (a *admin) end(w http.ResponseWriter, r *http.Request) error {
	uid, hash := r.FormValue("uid"), r.FormValue("session")
	if uid != "" {
		n, err := a.sessions.EndAll(r.Context(), uid, session.LoggedOutAway)
		if err != nil {
			return err
		}
		return json.NewEncoder(w).Encode(ended{n})
	}
	var keys []string
	err := a.sessions.Each(r.Context(), func(s session.Session) error {
		if s.Hash == hash {
			keys = append(keys, s.Key)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, key := range keys {
		if err := a.sessions.Kill(r.Context(), key); err != nil {
			return err
		}
	}
	return json.NewEncoder(w).Encode(ended{len(keys)})
}

// reload takes up the key file as it is now, without a restart. Nothing changes when it cannot be read.
func (a *admin) reload(ctx context.Context) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.takeUp(ctx)
}

func (a *admin) takeUp(ctx context.Context) error {
	next, _, err := session.LoadKeys(a.keyFile, false)
	if err != nil {
		return err
	}
	a.keys.Replace(next)
	a.log.Info("keys", "event", "keys_loaded", "active", next.IDs()[0], "keys", len(next.IDs()))
	if a.shared { // the row that tells nodes with other keys apart follows the active key
		return sameKeys(ctx, a.store, a.app, a.keys)
	}
	return nil
}

// rewrap seals everything anew with the active key, beside all other work.
func (a *admin) rewrap(w http.ResponseWriter, r *http.Request) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	done, err := a.sessions.Rewrap(r.Context())
	if err != nil {
		return err
	}
	return json.NewEncoder(w).Encode(done)
}

// drop takes a key (id=) out of the file when no row names it any more.
func (a *admin) drop(_ http.ResponseWriter, r *http.Request) error {
	id := r.FormValue("id")
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.takeUp(r.Context()); err != nil { // the file may have been rotated since
		return err
	}
	ids := a.keys.IDs()
	switch slices.Index(ids, id) {
	case -1:
		return hinted(fmt.Errorf("there is no key %s", id), "usher keys list")
	case 0:
		return hinted(fmt.Errorf("key %s is the active one", id), "usher keys rotate makes another one active")
	}
	for range 3 { // what was being written during one pass is seen by the next
		done, err := a.sessions.Rewrap(r.Context())
		if err != nil {
			return fmt.Errorf("key %s stays: %w", id, err)
		}
		if done.Moved == 0 && done.Keys[id] == 0 {
			if err := session.DropKey(a.keyFile, id); err != nil {
				return err
			}
			a.log.Info("keys", "event", "key_dropped", "key", id)
			return a.takeUp(r.Context())
		}
	}
	return hinted(fmt.Errorf("key %s stays: sessions are still being sealed with it", id), "another node has not taken up the new active key: send it SIGHUP, then try again")
}

// socketName is the admin socket in the data folder.
const socketName = "usher.sock"

// maxSocket is the longest path that every system takes for a socket.
const maxSocket = 100

// adminSite listens on the socket of a data folder; nil, with a word in the log, where there can be none.
func adminSite(ctx context.Context, con *console, data string, h http.Handler) (*site, error) {
	if data == "" {
		con.Log.Warn("no data folder, so usher sessions, keys and backup cannot reach this server", "hint", "--data DIR")
		return nil, nil
	}
	path := filepath.Join(data, socketName)
	if len(path) > maxSocket {
		con.Log.Warn("the data folder's path is too long for a socket, so usher sessions, keys and backup cannot reach this server", "path", path)
		return nil, nil
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, fmt.Errorf("admin socket: %w", err)
	}
	if conn, err := dialSocket(ctx, path); err == nil {
		con.Log.Warn("another server uses this data folder; usher sessions, keys and backup will speak to that one", "socket", path)
		return nil, conn.Close()
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) { // left by a server that was killed
		return nil, fmt.Errorf("admin socket: %w", err)
	}
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "unix", path)
	if err != nil {
		return nil, fmt.Errorf("admin socket: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, fmt.Errorf("admin socket: %w", errors.Join(err, ln.Close()))
	}
	return &site{name: "the admin socket", ln: ln, handler: h}, nil
}

func dialSocket(ctx context.Context, path string) (net.Conn, error) {
	var d net.Dialer
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	return d.DialContext(ctx, "unix", path)
}
