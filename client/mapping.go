package client

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// at returns what path names in a decoded JSON value.
func at(v any, path string) (any, bool) {
	if path == "" {
		return nil, false
	}
	if path == "." {
		return v, true
	}
	for name := range strings.SplitSeq(path, ".") {
		switch in := v.(type) {
		case map[string]any:
			next, ok := in[name]
			if !ok {
				return nil, false
			}
			v = next
		case []any:
			n, err := strconv.Atoi(name)
			if err != nil || n < 0 || n >= len(in) {
				return nil, false
			}
			v = in[n]
		default:
			return nil, false
		}
	}
	return v, true
}

// textAt returns a text; "" for everything else.
func textAt(v any, path string) string {
	found, _ := at(v, path)
	text, _ := found.(string)
	return text
}

// scalarAt returns a text or a number as it is written; "" for everything else.
func scalarAt(v any, path string) string {
	found, _ := at(v, path)
	switch x := found.(type) {
	case string:
		return x
	case json.Number:
		return x.String()
	}
	return ""
}

// without returns v with the field that path names left out; v itself is not changed.
func without(v any, path string) any {
	name, rest, deeper := strings.Cut(path, ".")
	switch in := v.(type) {
	case map[string]any:
		next, ok := in[name]
		if !ok {
			return v
		}
		out := maps.Clone(in)
		if deeper {
			out[name] = without(next, rest)
		} else {
			delete(out, name)
		}
		return out
	case []any:
		n, err := strconv.Atoi(name)
		if err != nil || n < 0 || n >= len(in) {
			return v
		}
		out := slices.Clone(in)
		if deeper {
			out[n] = without(in[n], rest)
		} else {
			out[n] = nil
		}
		return out
	}
	return v
}

// read returns when the token expires, on our clock; zero if that is unknown.
func (x Expiry) read(r reply, body any, token string) (time.Time, error) {
	fixed := time.Time{}
	if x.TTL > 0 {
		fixed = r.sent.Add(x.TTL)
	}
	if x.Path == "" {
		if x.TTL > 0 {
			return fixed, nil
		}
		exp, ok := jwtExpiry(token)
		if ok {
			exp = exp.Add(-r.skew())
		}
		return exp, nil
	}
	found, ok := at(body, x.Path)
	if !ok || found == nil {
		return fixed, nil
	}
	when, relative, err := x.Kind.parse(scalarAt(body, x.Path))
	switch {
	case err != nil:
		return time.Time{}, fmt.Errorf("the expiry at %q is not of the kind %s", x.Path, x.Kind)
	case relative >= 0:
		return r.sent.Add(relative), nil
	}
	return when.Add(-r.skew()), nil
}

// parse returns a moment on the backend's clock, or, if relative is not negative, a life.
func (k ExpiryKind) parse(text string) (when time.Time, relative time.Duration, err error) {
	switch k {
	case RFC3339:
		when, err = time.Parse(time.RFC3339, text)
		return when, -1, err
	case JWT:
		when, ok := jwtExpiry(text)
		if !ok {
			return when, -1, strconv.ErrSyntax
		}
		return when, -1, nil
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(n) || n < 0 || n > 1e14 {
		return when, -1, strconv.ErrRange
	}
	switch k {
	case InSeconds:
		return when, seconds(n), nil
	case InMs:
		return when, seconds(n / 1000), nil
	case UnixMs:
		return time.UnixMilli(int64(n)), -1, nil
	}
	if n > 1e11 { // milliseconds, said to be seconds
		return when, -1, strconv.ErrRange
	}
	return time.Unix(int64(n), 0), -1, nil
}

// seconds is n seconds, at most a hundred years.
func seconds(n float64) time.Duration {
	return time.Duration(min(n, 100*366*24*3600) * float64(time.Second))
}

// jwtExpiry reads the exp of a JWT. Nothing is verified: it is a hint for when to renew, no more.
func jwtExpiry(token string) (time.Time, bool) {
	_, rest, _ := strings.Cut(token, ".")
	payload, _, ok := strings.Cut(rest, ".")
	if !ok {
		return time.Time{}, false
	}
	b, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(payload, "="))
	if err != nil {
		return time.Time{}, false
	}
	var claims struct {
		Exp float64 `json:"exp"`
	}
	if json.Unmarshal(b, &claims) != nil || claims.Exp <= 0 || claims.Exp > 1e11 {
		return time.Time{}, false
	}
	return time.Unix(int64(claims.Exp), 0), true
}
