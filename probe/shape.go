package probe

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/usherdev/usher/value"
)

const maxNames = 40

// shape names what a reply holds, with kinds and without values.
func shape(v any) string {
	var out []string
	var walk func(prefix string, v any, depth int)
	walk = func(prefix string, v any, depth int) {
		switch x := v.(type) {
		case map[string]any:
			for _, k := range slices.Sorted(maps.Keys(x)) {
				walk(strings.TrimPrefix(prefix+"."+k, "."), x[k], depth+1)
			}
		case []any:
			if len(x) > 0 && depth < 6 {
				walk(prefix+"[0]", x[0], depth+1)
				return
			}
			out = append(out, prefix+" (list)")
		default:
			out = append(out, fmt.Sprintf("%s (%s)", prefix, kind(v)))
		}
	}
	walk("", v, 0)
	if len(out) > maxNames {
		out = append(out[:maxNames], "…")
	}
	if len(out) == 0 {
		return "nothing"
	}
	return strings.Join(out, ", ")
}

func kind(v any) string {
	switch x := v.(type) {
	case nil:
		return "null"
	case bool:
		return "bool"
	case value.Secret:
		if isJWT(x.Reveal()) {
			return "JWT"
		}
		return "text"
	case string:
		if isJWT(x) {
			return "JWT"
		}
		return "text"
	}
	return "number"
}

// isJWT reports whether a token has the three parts of a signed JWT.
func isJWT(s string) bool {
	return strings.HasPrefix(s, "eyJ") && strings.Count(s, ".") == 2
}
