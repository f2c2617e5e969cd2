package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/usherdev/usher/imports"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/studio"
)

// inquiry is what a backend answered to a log-in with a test account. Replies hold tokens: they are described, never shown.
type inquiry struct {
	address string
	seen    []imports.Exchange
	said    []string // what was sent and how it was answered, without a value
	expires bool     // the authentication token is a JWT that says when it ends
}

// Where backends usually have what is looked for.
var (
	logInPaths   = []string{"/auth/login", "/login", "/api/auth/login", "/api/login", "/users/login", "/api/v1/auth/login", "/auth/signin", "/signin", "/sessions"}
	mePaths      = []string{"/auth/me", "/me", "/users/me", "/user", "/profile"}
	refreshPaths = []string{"/auth/refresh", "/refresh", "/token/refresh", "/auth/refresh-token"}
	nameFields   = []string{"username", "email", "login", "identifier"}
)

const (
	inquiryTimeout = 30 * time.Second
	maxAnswer      = 1 << 20
)

// asker sends the requests of one inquiry to one backend.
type asker struct {
	client http.Client
	out    *inquiry
}

// inquire logs in with a test account, and then asks who that is and for new tokens, where such paths are found.
func inquire(ctx context.Context, q studio.LoginRequest) (*inquiry, error) {
	u, err := url.Parse(strings.TrimSuffix(strings.TrimSpace(q.Address), "/"))
	switch {
	case err != nil || !isBackendAddress(q.Address):
		return nil, errNoAddress
	case q.Username == "" || q.Password == "":
		return nil, errors.New("name a test account: the backend is asked what it answers to a log-in")
	}
	ctx, cancel := context.WithTimeout(ctx, inquiryTimeout)
	defer cancel()
	a := &asker{out: &inquiry{address: u.String()}, client: http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	logIn, err := a.logIn(ctx, q)
	if err != nil {
		return nil, err
	}
	token, refresh := imports.Tokens(logIn.Reply)
	if token == "" {
		return nil, fmt.Errorf("%s answered the log-in, but no field of its answer looks like a token; its fields are %s", logIn.Path, fields(logIn.Reply))
	}
	a.out.expires = tells(token)
	beside := path.Dir(logIn.Path)
	if err := a.first(ctx, imports.Exchange{Name: "me", Type: "User", Method: http.MethodGet}, q.Me, besides(beside, "me", mePaths), nil, token); err != nil {
		return nil, err
	}
	if refresh != "" {
		body := map[string]string{"refreshToken": refresh}
		if err := a.first(ctx, imports.Exchange{Name: "renewAccessToken", Type: "Tokens", Method: http.MethodPost}, q.Refresh, besides(beside, "refresh", refreshPaths), body, ""); err != nil {
			return nil, err
		}
	}
	return a.out, nil
}

// besides puts the path beside the log-in before the usual ones.
func besides(dir, name string, usual []string) []string {
	own := path.Join(dir, name)
	return append([]string{own}, slices.DeleteFunc(slices.Clone(usual), func(p string) bool { return p == own })...)
}

// logIn finds the path and the field that a log-in with the account works with.
func (a *asker) logIn(ctx context.Context, q studio.LoginRequest) (imports.Exchange, error) {
	paths, names := logInPaths, nameFields
	if q.LogIn != "" {
		paths = []string{"/" + strings.TrimPrefix(q.LogIn, "/")}
	}
	if q.Field != "" {
		names = []string{q.Field}
	} else if strings.Contains(q.Username, "@") {
		names = []string{"email", "username", "login", "identifier"}
	}
	for _, p := range paths {
		last := 0
		for _, name := range names {
			x := imports.Exchange{Name: "login", Type: "LoginReply", Method: http.MethodPost, Path: p, Sent: []string{name, "password"}}
			status, err := a.send(ctx, &x, map[string]string{name: q.Username, "password": q.Password}, "")
			if err != nil {
				return x, err
			}
			if status/100 == 2 && json.Valid(x.Reply) {
				a.out.seen = append(a.out.seen, x)
				return x, nil
			}
			if last = status; status == http.StatusNotFound || status == http.StatusMethodNotAllowed {
				break // no log-in here: the next path
			}
		}
		if last != http.StatusNotFound && last != http.StatusMethodNotAllowed { // it is here: no other path is troubled with the account
			return imports.Exchange{}, fmt.Errorf("POST %s answered with status %d to the account (field %s): check it, or name another path or field", p, last, strings.Join(names, ", "))
		}
	}
	return imports.Exchange{}, fmt.Errorf("no log-in was found at %s: name its path", strings.Join(paths, ", "))
}

// first asks the path that is given, or the usual ones until one answers. That none does is no error: the app does without.
func (a *asker) first(ctx context.Context, x imports.Exchange, given string, usual []string, body map[string]string, token string) error {
	paths := usual
	if given != "" {
		paths = []string{"/" + strings.TrimPrefix(given, "/")}
	}
	for _, p := range paths {
		x.Path, x.Bearer, x.Sent = p, token != "", nil
		for key := range body {
			x.Sent = append(x.Sent, key)
		}
		status, err := a.send(ctx, &x, body, token)
		if err != nil {
			return err
		}
		if status/100 == 2 && json.Valid(x.Reply) {
			a.out.seen = append(a.out.seen, x)
			return nil
		}
	}
	return nil
}

// send sends one request and notes how it was answered.
func (a *asker) send(ctx context.Context, x *imports.Exchange, body map[string]string, token string) (status int, err error) {
	var sent io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return 0, err
		}
		sent = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, x.Method, a.out.address+x.Path, sent)
	if err != nil {
		return 0, fmt.Errorf("the path %q: %w", x.Path, err)
	}
	req.Header.Set("Accept", "application/json")
	if sent != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := a.client.Do(req)
	if err != nil {
		var outer *url.Error
		if errors.As(err, &outer) {
			err = outer.Err // the outer one repeats the address
		}
		return 0, fmt.Errorf("%s does not answer: %w", a.out.address, err)
	}
	defer resp.Body.Close()
	if x.Reply, err = io.ReadAll(io.LimitReader(resp.Body, maxAnswer)); err != nil {
		return 0, fmt.Errorf("%s broke off its answer: %w", a.out.address, err)
	}
	a.out.said = append(a.out.said, fmt.Sprintf("%s %s: %d", x.Method, x.Path, resp.StatusCode))
	return resp.StatusCode, nil
}

// fields names the fields of an answer.
func fields(reply []byte) string {
	var m map[string]json.RawMessage
	if json.Unmarshal(reply, &m) != nil || len(m) == 0 {
		return "none"
	}
	var names []string
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names[:min(len(names), 20)], ", ")
}

// tells reports whether a token is a JWT that says when it ends.
func tells(token string) bool {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return false
	}
	b, err := base64.RawURLEncoding.DecodeString(parts[1])
	var claims struct{ Exp float64 }
	return err == nil && json.Unmarshal(b, &claims) == nil && claims.Exp > 0
}

// finish adds to an app what the description of a backend cannot say: when its token ends.
func (i *inquiry) finish(tree *project.Tree) (*project.Tree, error) {
	if !i.expires {
		return tree, nil
	}
	var edits []project.Edit
	for _, at := range []project.Path{"/flows/logIn/actions/0/then/0/logIn", "/app/authentication/refresh/update"} {
		var token string
		raw, ok := tree.Value(at.Join("token"))
		if _, there := tree.Value(at.Join("expiry")); !ok || there || json.Unmarshal(raw, &token) != nil {
			continue
		}
		inner := strings.TrimSuffix(strings.TrimPrefix(token, "${"), "}")
		edits = append(edits, project.Edit{Op: project.OpSet, At: at.Join("expiry"), Value: jsonText("${jwt(" + inner + ").exp}")})
	}
	next, _, err := tree.Apply(edits...)
	return next, err
}
