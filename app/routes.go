package app

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// route is a page's path, split.
type route struct {
	page *project.Page
	segs []segment
}

// segment is a literal or, with param set, one value.
type segment struct {
	lit   string
	param string
}

// routes finds pages by path and paths by page. It is immutable.
type routes struct {
	all []route // literals before parameters, so the first fit is the most specific
}

func newRoutes(pages []*project.Page) routes {
	var rs routes
	for _, p := range pages {
		r := route{page: p}
		for _, s := range strings.Split(strings.TrimPrefix(p.Path, "/"), "/") {
			if name, ok := strings.CutPrefix(s, "{"); ok {
				r.segs = append(r.segs, segment{param: strings.TrimSuffix(name, "}")})
			} else {
				r.segs = append(r.segs, segment{lit: s})
			}
		}
		rs.all = append(rs.all, r)
	}
	slices.SortStableFunc(rs.all, func(a, b route) int { return strings.Compare(a.rank(), b.rank()) })
	return rs
}

// rank orders routes: at the first segment where two differ, the literal goes first.
func (r route) rank() string {
	var b strings.Builder
	for _, s := range r.segs {
		if s.param != "" {
			b.WriteByte('1')
		} else {
			b.WriteByte('0')
		}
	}
	return b.String()
}

// match finds the page of an escaped path and the raw values of its segments.
func (rs routes) match(escaped string) (*project.Page, map[string]string) {
	if !strings.HasPrefix(escaped, "/") {
		return nil, nil
	}
	parts := strings.Split(escaped[1:], "/")
	for i, p := range parts {
		text, err := url.PathUnescape(p)
		if err != nil {
			return nil, nil
		}
		parts[i] = text
	}
	for _, r := range rs.all {
		if raw, ok := r.fits(parts); ok {
			return r.page, raw
		}
	}
	return nil, nil
}

func (r route) fits(parts []string) (map[string]string, bool) {
	if len(parts) != len(r.segs) {
		return nil, false
	}
	raw := map[string]string{}
	for i, s := range r.segs {
		switch {
		case s.param == "" && s.lit != parts[i]:
			return nil, false
		case s.param != "" && parts[i] == "":
			return nil, false
		case s.param != "":
			raw[s.param] = parts[i]
		}
	}
	return raw, true
}

// errParam says that a page cannot be opened with the parameters given.
var errParam = errors.New("wrong page parameter")

// params types what a URL says; hidden holds the sensitive ones, which never stand in it. (F190, design 8.13)
func params(p *project.Page, raw map[string]string, query url.Values, hidden map[string]any) (map[string]any, error) {
	out := map[string]any{}
	for _, prm := range p.Params {
		var given any
		switch {
		case prm.Sensitive:
			given = hidden[prm.Name]
		case has(raw, prm.Name):
			given = raw[prm.Name]
		case prm.Type != nil && prm.Type.Kind == value.KindList && len(query[prm.Name]) > 0:
			given = anyList(query[prm.Name])
		case len(query[prm.Name]) == 1:
			given = query.Get(prm.Name)
		case len(query[prm.Name]) > 1:
			return nil, fmt.Errorf("%w: %s is given twice", errParam, prm.Name)
		}
		v, err := typed(prm, given)
		if err != nil {
			return nil, err
		}
		out[prm.Name] = v
	}
	return out, nil
}

func has(m map[string]string, k string) bool { _, ok := m[k]; return ok }

func anyList(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

// typed reads one parameter by its type, or takes its default.
func typed(prm project.Param, given any) (any, error) {
	if given == nil && prm.Default != nil {
		return prm.Default.Eval(nil)
	}
	if given == nil {
		if prm.Required {
			return nil, fmt.Errorf("%w: %s is missing", errParam, prm.Name)
		}
		return nil, nil
	}
	v, wrong := value.Coerce(given, prm.Type)
	if len(wrong) > 0 {
		return nil, fmt.Errorf("%w: %s", errParam, prm.Name)
	}
	return v, nil
}

// href builds a page's URL of typed parameters. The sensitive ones come back apart. A value that cannot stand in a path
// unchanged, such as "..", is an error: it would name another page.
func (rs routes) href(p *project.Page, given map[string]any) (string, map[string]any, error) {
	i := slices.IndexFunc(rs.all, func(r route) bool { return r.page.Name == p.Name })
	if i < 0 {
		return "", nil, fmt.Errorf("page %s has no route", p.Name)
	}
	var path strings.Builder
	inPath := map[string]bool{}
	for _, s := range rs.all[i].segs {
		path.WriteByte('/')
		if s.param == "" {
			path.WriteString(url.PathEscape(s.lit))
			continue
		}
		inPath[s.param] = true
		text := value.Text(given[s.param])
		if !project.FillsPath(text) {
			return "", nil, fmt.Errorf("%w: %s of page %s is %q", errParam, s.param, p.Name, text)
		}
		path.WriteString(url.PathEscape(text))
	}
	query, hidden, err := rest(p, given, inPath)
	if err != nil {
		return "", nil, err
	}
	if len(query) > 0 {
		path.WriteString("?" + query.Encode())
	}
	return path.String(), hidden, nil
}

// rest sorts the parameters that are not in the path into those that a URL may show and the sensitive ones.
func rest(p *project.Page, given map[string]any, inPath map[string]bool) (url.Values, map[string]any, error) {
	query, hidden := url.Values{}, map[string]any{}
	for _, prm := range p.Params {
		v, ok := given[prm.Name]
		if !ok || v == nil {
			continue
		}
		switch list, isList := v.([]any); {
		case prm.Sensitive:
			hidden[prm.Name] = v
		case value.HasSecret(v):
			return nil, nil, fmt.Errorf("%w: %s of page %s is a secret and not marked sensitive", errParam, prm.Name, p.Name)
		case inPath[prm.Name]:
		case isList:
			for _, item := range list {
				query.Add(prm.Name, value.Text(item))
			}
		default:
			query.Set(prm.Name, value.Text(v))
		}
	}
	return query, hidden, nil
}
