package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/usherdev/usher/imports"
	"github.com/usherdev/usher/project"
)

// Where frameworks put the description of a backend, below its address or at its root; the likeliest first.
var descriptionPaths = []string{
	"/openapi.json", "/openapi.yaml", "/openapi.yml", "/swagger.json", "/swagger.yaml", "/swagger/v1/swagger.json", "/v3/api-docs", "/v2/api-docs", "/api-docs", "/api-docs.json",
	"/swagger/doc.json", "/api/openapi.json", "/api/openapi.yaml", "/api/swagger.json", "/api/schema/", "/api/v1/openapi.json", "/api-json", "/docs-json", "/docs/openapi.json",
	"/api/docs.json", "/docs/api.json", "/.well-known/openapi.json",
}

// readersPages are the ends of addresses at which people, not programs, read a description.
var readersPages = []string{"docs", "doc", "redoc", "swagger", "swagger-ui", "swagger-ui.html", "index.html", "documentation", "api-docs", "openapi"}

// pageNames finds the address of a description in such a page.
var pageNames = regexp.MustCompile(`["']([^"'\s<>]{1,300}(?:\.json|\.ya?ml|/api-docs[^"'\s<>]{0,100}))["']`)

const (
	describeTimeout = 30 * time.Second
	describeEach    = 6 * time.Second
	maxFromPage     = 6 // addresses of a page that are looked at
	maxShownPlaces  = 5
)

// description is an OpenAPI document that an address led to.
type description struct {
	doc        imports.Document
	address    string
	title      string
	operations int
}

// String says what was found.
func (d description) String() string {
	return fmt.Sprintf("An OpenAPI description at %s: %s, %s", d.address, d.title, count(d.operations, "operation"))
}

// noDescription says that an address led to none.
type noDescription struct {
	first  error    // of the address itself
	places []string // that were looked at as well
}

func (e *noDescription) Error() string {
	shown := e.places[:min(len(e.places), maxShownPlaces)]
	return fmt.Sprintf("%s; nor is there a description in one of %d usual places, such as %s", e.first, len(e.places), strings.Join(shown, ", "))
}

func (e *noDescription) Unwrap() error { return e.first }

// describe finds the OpenAPI document that an address leads to: it is there itself, or the page there names it, or it is in one of the usual places of
// that host. No other host is asked, and an address that ends like a document's is taken by its word.
func describe(ctx context.Context, u *url.URL) (description, error) {
	src, err := fetch(ctx, u)
	var d description
	if err == nil {
		d, err = readDescription(ctx, u, src)
	}
	if err == nil || unreached(err) || slices.Contains([]string{".json", ".yaml", ".yml"}, path.Ext(u.Path)) {
		return d, err
	}
	ctx, cancel := context.WithTimeout(ctx, describeTimeout)
	defer cancel()
	none := &noDescription{first: err}
	for _, at := range append(namedIn(u, src), usualPlaces(u)...) {
		if d, err := describedAt(ctx, at); err == nil {
			return d, nil
		} else if ctx.Err() != nil {
			return d, fmt.Errorf("looking for a description at %s: %w", u.Redacted(), ctx.Err())
		}
		none.places = append(none.places, at.EscapedPath())
	}
	return d, none
}

func describedAt(ctx context.Context, u *url.URL) (description, error) {
	ctx, cancel := context.WithTimeout(ctx, describeEach)
	defer cancel()
	src, err := fetch(ctx, u)
	if err != nil {
		return description{}, err
	}
	return readDescription(ctx, u, src)
}

// readDescription reads what stands at an address as an OpenAPI document.
func readDescription(ctx context.Context, u *url.URL, src []byte) (description, error) {
	d := description{doc: imports.Document{Name: u.Redacted(), Origin: u.Scheme + "://" + u.Host, Source: src}, address: u.Redacted()}
	if len(src) <= imports.MaxSource && !bytes.Contains(src, []byte("openapi")) && !bytes.Contains(src, []byte("swagger")) {
		return d, &imports.SourceError{Name: d.address, Msg: "this is no OpenAPI document"}
	}
	plan, err := imports.OpenAPI(ctx, project.NewTree(nil), d.doc)
	if err != nil {
		return d, err
	}
	d.title, d.operations = plan.Title, plan.Operations
	return d, nil
}

// usualPlaces are the addresses where the description of a backend may be: below its address, then at its root.
func usualPlaces(u *url.URL) []*url.URL {
	bases := []string{strings.TrimSuffix(u.Path, "/")}
	for slices.Contains(readersPages, path.Base(bases[0])) {
		bases[0] = strings.TrimSuffix(path.Dir(bases[0]), "/")
	}
	if bases[0] != "" {
		bases = append(bases, "")
	}
	var out []*url.URL
	for _, base := range bases {
		for _, p := range descriptionPaths {
			out = append(out, &url.URL{Scheme: u.Scheme, User: u.User, Host: u.Host, Path: base + p})
		}
	}
	return out
}

// namedIn are the addresses of the same host that a page names and that look like a description's.
func namedIn(u *url.URL, src []byte) []*url.URL {
	var out []*url.URL
	for _, m := range pageNames.FindAllSubmatch(src, -1) {
		at, err := u.Parse(string(m[1]))
		if err != nil || at.Scheme != u.Scheme || at.Host != u.Host || slices.ContainsFunc(out, func(o *url.URL) bool { return o.String() == at.String() }) {
			continue
		}
		if at.User = u.User; len(out) < maxFromPage {
			out = append(out, at)
		}
	}
	return out
}

// providerAt is the OpenID provider that answers at an address, "" where there is none.
func providerAt(ctx context.Context, u *url.URL) string {
	ctx, cancel := context.WithTimeout(ctx, describeEach)
	defer cancel()
	at := *u
	at.Path, at.RawQuery = strings.TrimSuffix(u.Path, "/")+"/.well-known/openid-configuration", ""
	src, err := fetch(ctx, &at)
	var doc struct{ Issuer string }
	if err != nil || json.Unmarshal(src, &doc) != nil {
		return ""
	}
	if issuer, err := url.Parse(doc.Issuer); err != nil || issuer.Host != u.Host {
		return ""
	}
	return doc.Issuer
}

// unreached reports whether a host could not be asked at all, so that it has no other places either.
func unreached(err error) bool {
	var answered *answerError
	var unread *imports.SourceError
	return !errors.As(err, &answered) && !errors.As(err, &unread)
}
