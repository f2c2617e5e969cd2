package value

// Replace returns data (lists and mappings of texts, numbers …) with with(leaf) in the place of each of its leaves. The data itself stays as it is.
func Replace(data any, with func(leaf any) any) any {
	switch x := data.(type) {
	case []any:
		out := make([]any, len(x))
		for i, e := range x {
			out[i] = Replace(e, with)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(x))
		for k, e := range x {
			out[k] = Replace(e, with)
		}
		return out
	}
	return with(data)
}
