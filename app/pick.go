package app

import (
	"strconv"
	"strings"
)

// pick copies the value at a dotted path of a scope to the same place below out. What is absent, and what lies behind a list,
// is copied as far up as the path can be followed.
func pick(out map[string]any, scope map[string]any, path string) {
	parts := strings.Split(path, ".")
	from := scope
	for i, p := range parts {
		v, ok := from[p]
		if !ok {
			return
		}
		next, isMap := v.(map[string]any)
		if i == len(parts)-1 || !isMap {
			out[p] = v
			return
		}
		into, ok := out[p].(map[string]any)
		if !ok {
			if _, taken := out[p]; taken {
				return // all of it has been copied already
			}
			into = map[string]any{}
			out[p] = into
		}
		from, out = next, into
	}
}

// atoi reads a small index; -1 for anything else.
func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > 999 {
		return -1
	}
	return n
}
