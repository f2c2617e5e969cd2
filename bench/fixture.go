package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/usherdev/usher/app"
	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/examples"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/session/sqlstore"
)

// posts is how many stories the home page lists.
const posts = 12

const (
	postsReply    = `{"posts":[%s],"total":%d,"skip":0,"limit":12}`
	postReply     = `{"id":%d,"title":"Story %d & more","place":"Place %d","country":"Country","body":"Text","tags":["a","b"],"likes":%d,"author":"Jo Doe","readMinutes":4,"image":"http://127.0.0.1:7071/covers/%d.svg"}`
	activityReply = `{"days":[{"day":"2026-11-16","label":"Mon","distance":4.2,"visits":3},{"day":"2026-11-17","label":"Tue","distance":7.5,"visits":1},{"day":"2026-11-18","label":"Wed","distance":0,"visits":0},{"day":"2026-11-19","label":"Thu","distance":12.1,"visits":2},{"day":"2026-11-20","label":"Fri","distance":3.3,"visits":1},{"day":"2026-11-21","label":"Sat","distance":18.9,"visits":5},{"day":"2026-11-22","label":"Sun","distance":9.4,"visits":4}],"totalDistance":55.4,"totalVisits":16}`
	userJSON      = `{"id":7,"username":"emily","email":"emily@example.com","firstName":"Emily","lastName":"Hart","image":"http://127.0.0.1:7071/avatars/7.svg","role":"member"}`
)

// stub answers the home page's calls inside the process, so that only Usher's own work is measured.
type stub struct{ posts string }

func newStub() stub {
	var b strings.Builder
	for i := range posts {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, postReply, i+1, i+1, i+1, 100+i, i+1)
	}
	return stub{fmt.Sprintf(postsReply, b.String(), posts)}
}

// RoundTrip implements http.RoundTripper.
func (s stub) RoundTrip(r *http.Request) (*http.Response, error) {
	body := activityReply
	if r.URL.Path == "/posts" {
		body = s.posts
	}
	return &http.Response{
		StatusCode: http.StatusOK, Status: "200 OK", Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Request: r,
	}, nil
}

// fixture is an app with one person logged in, over a SQLite store.
type fixture struct {
	project *project.Project
	path    string // of the page that is measured
	app     *app.App
	cookie  string
	host    string
	close   func() error
}

func loadTouristTrail() (*project.Project, error) {
	tree, err := project.LoadTree(examples.TouristTrail())
	if err != nil {
		return nil, err
	}
	p, problems := tree.Project()
	if problems.Errors() {
		return nil, fmt.Errorf("touristtrail: %v", problems)
	}
	return p, nil
}

// newFixture is TouristTrail's home page.
func newFixture(ctx context.Context, dir string) (*fixture, error) {
	p, err := loadTouristTrail()
	if err != nil {
		return nil, err
	}
	return serveProject(ctx, p, "/home", filepath.Join(dir, "sessions.db"))
}

// serveProject serves a project whose page at path is measured.
func serveProject(ctx context.Context, p *project.Project, path, db string) (*fixture, error) {
	store, err := sqlstore.Open(ctx, db)
	if err != nil {
		return nil, err
	}
	keys := session.NewKeys([32]byte{1})
	calls, err := call.New(call.Config{Project: p, Transport: newStub()})
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	m, err := session.New(session.Config{App: p.App.ID, Store: store, Keys: keys, Refresh: calls.Refresher()})
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	f := &fixture{project: p, path: path, host: "bench.localhost", close: func() error { return errors.Join(m.Close(ctx), store.Close()) }}
	s, err := m.LogIn(ctx, "", session.AuthData{
		Token: session.NewSecret("bench-token"), RefreshToken: session.NewSecret("bench-refresh"), Expiry: time.Now().Add(24 * time.Hour), UID: "7", User: []byte(userJSON),
	}, true)
	if err != nil {
		return nil, errors.Join(err, f.close())
	}
	f.cookie, _, _ = strings.Cut(session.SessionCookie(p.App.ID, false).Write(s.ID, 0), ";")
	f.app, err = app.New(app.Config{Project: p, Sessions: m, Calls: calls, Keys: keys, URL: &url.URL{Scheme: "http", Host: f.host}})
	if err != nil {
		return nil, errors.Join(err, f.close())
	}
	return f, nil
}

// request is one visit of the home page by the person logged in.
func (f *fixture) request(base string) (*http.Request, error) {
	r, err := http.NewRequest(http.MethodGet, base+f.path, nil)
	if err != nil {
		return nil, err
	}
	r.Host = f.host
	r.Header.Set("Cookie", f.cookie)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Sec-Fetch-Mode", "navigate")
	r.Header.Set("Accept", "text/html")
	return r, nil
}
