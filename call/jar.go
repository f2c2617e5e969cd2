package call

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
)

// Bounds of a jar. What goes beyond them pushes the oldest out.
const (
	jarCookies = 40
	jarCookie  = 4 << 10  // bytes of a name and value together
	jarBytes   = 16 << 10 // of a whole jar
	keepWithin = 5 * time.Second
)

// kept is one cookie of a backend. It belongs to the origin that set it, whatever its Domain says.
type kept struct {
	Origin string    `json:"o"`
	Name   string    `json:"n"`
	Value  string    `json:"v"`
	Path   string    `json:"p"`
	Until  time.Time `json:"u,omitzero"` // zero: as long as the login
}

// size is a bound for what a cookie takes in a jar.
func (k kept) size() int { return len(k.Origin) + 2*(len(k.Name)+len(k.Value)+len(k.Path)) + 80 }

// Jar keeps the cookies of backends for somebody who is not logged in, for as long as one flow runs: a Log In in it takes them over.
// The zero Jar is empty. It is safe for concurrent use.
type Jar struct {
	mu sync.Mutex
	b  []byte
}

// Bytes returns what a login takes over as session.AuthData.Jar; nil when there is nothing.
func (j *Jar) Bytes() []byte {
	if j == nil {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b
}

// Refill puts back what Bytes gave, for a flow that goes on after it waited.
func (j *Jar) Refill(b []byte) { j.merge(func([]byte) []byte { return b }) }

func (j *Jar) merge(fn func([]byte) []byte) {
	if j == nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.b = fn(j.b)
}

// readJar reads a jar; one that cannot be read is empty.
func readJar(b []byte) []kept {
	var jar []kept
	if len(b) == 0 || json.Unmarshal(b, &jar) != nil {
		return nil
	}
	return jar
}

// cookieHeader is what of a jar goes to a path of an origin; "" nothing.
func cookieHeader(b []byte, origin, path string, now time.Time) string {
	var pairs []string
	for _, k := range readJar(b) {
		if k.Origin == origin && underPath(path, k.Path) && (k.Until.IsZero() || now.Before(k.Until)) {
			pairs = append(pairs, k.Name+"="+k.Value)
		}
	}
	return strings.Join(pairs, "; ")
}

// SpoilJar returns what gives every cookie of a jar another value, for tests of what happens when a backend knows a login no more.
func SpoilJar(text string) func([]byte) []byte {
	return func(b []byte) []byte {
		jar := readJar(b)
		for i := range jar {
			jar[i].Value = text
		}
		out, err := json.Marshal(jar)
		if err != nil { // texts and times alone: it cannot fail
			return b
		}
		return out
	}
}

// addCookies puts cookies of a jar beside those that carry a token, which win over one of the same name.
func addCookies(h http.Header, cookies string) {
	had := h.Get("Cookie")
	if had == "" {
		if cookies != "" {
			h.Set("Cookie", cookies)
		}
		return
	}
	for pair := range strings.SplitSeq(cookies, "; ") {
		name, _, _ := strings.Cut(pair, "=")
		if pair != "" && !strings.Contains("; "+h.Get("Cookie"), "; "+name+"=") {
			h.Set("Cookie", h.Get("Cookie")+"; "+pair)
		}
	}
}

// underPath is the path-match of RFC 6265.
func underPath(path, of string) bool {
	if path == "" {
		path = "/"
	}
	return path == of || strings.HasPrefix(path, of) && (strings.HasSuffix(of, "/") || path[len(of)] == '/')
}

// mergeJar returns what makes a new jar of a stored one and the cookies of one reply: by name, so that of calls at the same time each
// changes what it was told to and nothing else. Nil when the reply sets none.
func mergeJar(h http.Header, origin, path string, now time.Time) func([]byte) []byte {
	lines := h["Set-Cookie"]
	if len(lines) == 0 {
		return nil
	}
	var fresh []kept
	for _, line := range lines[:min(len(lines), jarCookies)] {
		if k, ok := keptOf(line, origin, path, now); ok {
			fresh = append(fresh, k)
		}
	}
	return func(b []byte) []byte { return putInto(readJar(b), fresh, now) }
}

// keptOf reads a Set-Cookie line; a cookie that is over already takes the one that was kept away.
func keptOf(line, origin, path string, now time.Time) (kept, bool) {
	c, err := http.ParseSetCookie(line)
	if err != nil || len(c.Name)+len(c.Value) > jarCookie || !ascii(c.Value) || strings.ContainsAny(c.Value, "; ,\"\\") {
		return kept{}, false
	}
	if c.Secure && !strings.HasPrefix(origin, "https://") && !strings.Contains(origin, "://localhost") && !strings.Contains(origin, "://127.0.0.1") && !strings.Contains(origin, "://[::1]") {
		return kept{}, false
	}
	k := kept{Origin: origin, Name: c.Name, Value: c.Value, Path: c.Path}
	if !strings.HasPrefix(k.Path, "/") || len(k.Path) > 1024 {
		k.Path = path[:strings.LastIndexByte(path, '/')+1]
		if len(k.Path) > 1 {
			k.Path = strings.TrimSuffix(k.Path, "/")
		}
		if k.Path == "" {
			k.Path = "/"
		}
	}
	switch {
	case c.MaxAge < 0:
		k.Until = time.Unix(1, 0)
	case c.MaxAge > 0:
		k.Until = now.Add(time.Duration(min(c.MaxAge, 400*24*3600)) * time.Second)
	case !c.Expires.IsZero():
		k.Until = c.Expires
	}
	return k, true
}

// putInto writes a jar anew, the newest cookies last; nil when none is left.
func putInto(jar, fresh []kept, now time.Time) []byte {
	for _, k := range fresh {
		same := func(o kept) bool { return o.Origin == k.Origin && o.Name == k.Name && o.Path == k.Path }
		if i := slices.IndexFunc(jar, same); i >= 0 && jar[i] == k {
			continue // as it is, where it is
		}
		jar = append(slices.DeleteFunc(jar, same), k)
	}
	jar = slices.DeleteFunc(jar, func(k kept) bool { return !k.Until.IsZero() && !now.Before(k.Until) })
	size := 0
	for i := len(jar) - 1; i >= 0; i-- {
		if size += jar[i].size(); size > jarBytes || len(jar)-i > jarCookies {
			jar = jar[i+1:]
			break
		}
	}
	if len(jar) == 0 {
		return nil
	}
	b, err := json.Marshal(jar)
	if err != nil {
		return nil // unreachable: it holds texts and times
	}
	return b
}

// CookieKeeper is a Login that keeps cookies of backends. Bearer is one.
type CookieKeeper interface {
	// KeepCookies changes the login's jar by merge; a login that ended meanwhile keeps nothing, and that is no error.
	KeepCookies(ctx context.Context, merge func(jar []byte) []byte) error
}

// KeepCookies implements CookieKeeper. It is done even when ctx ends: the backend has changed its mind already.
func (b *Bearer) KeepCookies(ctx context.Context, merge func([]byte) []byte) error {
	if s, ok := b.Session(); ok && bytes.Equal(merge(s.Auth.Jar), s.Auth.Jar) {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keepWithin)
	defer cancel()
	s, err := b.sessions.Update(ctx, b.id, session.Update{MergeJar: merge}, session.UpdateOptions{})
	if errors.Is(err, session.ErrNotLoggedIn) {
		return nil
	}
	if err == nil {
		b.see(s)
	}
	return err
}

// jarOf is the jar that a call goes out with: the login's where the call goes by the login, else that of the flow.
func (d *doing) jarOf(s session.Session, loggedIn bool) []byte {
	if !d.req.Call.Group.KeepCookies {
		return nil
	}
	if loggedIn && d.req.Call.Auth != project.AuthNone {
		return s.Auth.Jar
	}
	return d.req.Jar.Bytes()
}

// keepCookies puts the cookies of a reply where the next call finds them.
func (d *doing) keepCookies(ctx context.Context, loggedIn bool, req *http.Request, ans answer) error {
	if !d.req.Call.Group.KeepCookies {
		return nil
	}
	merge := mergeJar(ans.header, d.c.baseOf(d.req.Call).origin, req.URL.EscapedPath(), d.c.now())
	if merge == nil {
		return nil
	}
	keeper, ok := d.login.(CookieKeeper)
	if !ok || !loggedIn || d.req.Call.Auth == project.AuthNone {
		d.req.Jar.merge(merge)
		return nil
	}
	return keeper.KeepCookies(ctx, merge)
}

// jarFor is the jar of a call of the session's own: refresh or log-out.
func jarFor(call *project.Call, a session.AuthData) []byte {
	if !call.Group.KeepCookies {
		return nil
	}
	return a.Jar
}
