package call

import (
	"maps"
	"strings"

	"github.com/usherdev/usher/value"
)

// ArgsOf returns the Args of a Request for the `with` of an action, a query or a refresh: a map template in scope s.
// What reads auth.* is evaluated each time; everything else once, so that a replay is byte-equal in it (design 9.4).
// The result is for one request at a time.
func ArgsOf(with *value.Template, s value.Scope) func(auth value.Scope) (map[string]any, error) {
	kept := map[string]any{}
	return func(auth value.Scope) (map[string]any, error) {
		scope := maps.Clone(s)
		if scope == nil {
			scope = value.Scope{}
		}
		maps.Copy(scope, auth)
		keys := with.Keys()
		if keys == nil {
			v, err := with.Eval(scope)
			m, _ := v.(map[string]any)
			return m, err
		}
		out := make(map[string]any, len(keys))
		for _, k := range keys {
			v, ok := kept[k]
			if !ok {
				var err error
				if v, err = with.Field(k).Eval(scope); err != nil {
					return nil, err
				}
				if !readsAuth(with.Field(k)) {
					kept[k] = v
				}
			}
			out[k] = v
		}
		return out, nil
	}
}

func readsAuth(t *value.Template) bool {
	for _, r := range t.Reads() {
		if r == "auth" || strings.HasPrefix(r, "auth.") {
			return true
		}
	}
	return false
}
