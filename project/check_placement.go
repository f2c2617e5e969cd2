package project

import (
	"fmt"
	"regexp"
	"strings"
)

var (
	cookiePattern = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")
	queryPattern  = regexp.MustCompile(`^[A-Za-z0-9_.~-]+$`)
)

// bearer is where a token travels unless an app says otherwise.
func bearer() Placement {
	return Placement{In: InHeader, Name: "Authorization", Format: "Bearer {token}"}
}

// placement decodes where a token travels: {header, format}, {query} or {cookie}; mayBeNone admits the word none.
func (p place) placement(what string, mayBeNone bool) (Placement, bool) {
	if mayBeNone && p.scalar() != notScalar {
		_, ok := p.oneOf(what, "none")
		return Placement{In: InNone}, ok
	}
	s := p.section(what, placementKeys...)
	out, found := bearer(), 0
	for _, in := range []string{InHeader, InQuery, InCookie} {
		v, ok := s.get(in)
		if !ok {
			continue
		}
		if found++; found == 2 {
			v.fail(what+" names two places", "header, query or cookie")
		}
		if name, ok := v.placementName(in); ok {
			out.In, out.Name = in, name
		}
		if in != InHeader {
			out.Format = "{token}"
		}
	}
	if f, ok := s.get("format"); ok {
		v, ok := f.literal("format")
		switch {
		case !ok:
		case strings.Count(v, "{token}") != 1 || strings.ContainsAny(v, "\r\n"):
			f.fail("format must hold {token} once", "such as \"Bearer {token}\"")
		case out.In == InCookie && v != "{token}":
			f.fail("a cookie holds the token alone", "remove format")
		default:
			out.Format = v
		}
	}
	if v, ok := s.get(InQuery); ok {
		v.warn(fmt.Sprintf("%s puts the token into the address of every call, where logs and proxies see it", what), "use a header if the backend reads one")
	}
	return out, true
}

// placementName reads the name of the header, query parameter or cookie.
func (p place) placementName(in string) (string, bool) {
	if in == InHeader {
		return p.headerName(in)
	}
	v, ok := p.literal(in)
	pattern, kind := cookiePattern, "a cookie"
	if in == InQuery {
		pattern, kind = queryPattern, "a query parameter"
	}
	if ok && !pattern.MatchString(v) {
		p.fail(fmt.Sprintf("%s is not the name of %s", quoted(v), kind), "")
		return "", false
	}
	return v, ok
}
