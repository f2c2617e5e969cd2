package value

import (
	"maps"
	"slices"
)

func takeFn(_ *run, a []any) (any, error) {
	return cutAt(a, func(list []any, n int) []any { return list[:n:n] }), nil
}

func skipFn(_ *run, a []any) (any, error) {
	return cutAt(a, func(list []any, n int) []any { return list[n:] }), nil
}

// cutAt cuts a list at a number that is brought between its ends.
func cutAt(a []any, cut func(list []any, n int) []any) any {
	list, _ := asList(a[0])
	n, ok := asFloat(a[1])
	if !ok || len(list) == 0 {
		return []any{}
	}
	return cut(list, min(max(clampInt(n), 0), len(list)))
}

func flattenFn(r *run, a []any) (any, error) {
	list, _ := asList(a[0])
	out := []any{}
	for _, e := range list {
		if inner, ok := asList(e); ok {
			out = append(out, inner...)
		} else {
			out = append(out, e)
		}
		if err := r.spend(1); err != nil {
			return nil, err
		}
	}
	return out, r.spend(len(out))
}

// averageFn is the mean of what is a number in a list; of none it is nil.
func averageFn(r *run, a []any) (any, error) {
	list, _ := asList(a[0])
	numbers := slices.DeleteFunc(slices.Clone(list), func(v any) bool { _, ok := asFloat(v); return !ok })
	if len(numbers) == 0 {
		return nil, nil
	}
	total, err := sumOp(r, []any{numbers})
	if err != nil {
		return nil, err
	}
	return divOp(r, []any{total, len(numbers)})
}

// valuesFn gives the values of an object in the order of keys().
func valuesFn(r *run, a []any) (any, error) {
	m, _ := a[0].(map[string]any)
	out := make([]any, 0, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, m[k])
	}
	return out, r.spend(len(out))
}

func entriesFn(r *run, a []any) (any, error) {
	m, _ := a[0].(map[string]any)
	out := make([]any, 0, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, map[string]any{"key": k, "value": m[k]})
	}
	return out, r.spend(2 * len(out))
}

func mergeFn(r *run, a []any) (any, error) {
	base, ok1 := a[0].(map[string]any)
	over, ok2 := a[1].(map[string]any)
	if !ok1 && !ok2 {
		return nil, nil
	}
	out := make(map[string]any, len(base)+len(over))
	maps.Copy(out, base)
	maps.Copy(out, over)
	return out, r.spend(len(base) + len(over))
}

func pickFn(r *run, a []any) (any, error) {
	return r.fields(a, func(m map[string]any, names []any) map[string]any {
		out := map[string]any{}
		for _, n := range names {
			if v, ok := m[Text(n)]; ok {
				out[Text(n)] = v
			}
		}
		return out
	})
}

func omitFn(r *run, a []any) (any, error) {
	return r.fields(a, func(m map[string]any, names []any) map[string]any {
		out := maps.Clone(m)
		for _, n := range names {
			delete(out, Text(n))
		}
		return out
	})
}

// fields makes an object of another and a list of names.
func (r *run) fields(a []any, of func(m map[string]any, names []any) map[string]any) (any, error) {
	m, ok := a[0].(map[string]any)
	if !ok {
		return nil, nil
	}
	names, _ := asList(a[1])
	return of(m, names), r.spend(len(m) + len(names))
}

// valueType is the type of the values of an object.
func (t *Type) valueType() *Type {
	if t.kind() != KindObject || t.Open && t.Rest == nil {
		return AnyType()
	}
	all := t.Rest
	for _, f := range t.Fields {
		all = unify(all, f.Type)
	}
	if all == nil {
		return AnyType()
	}
	return all
}

func valuesType(args []info) *Type { return ListOf(args[0].typ.valueType()) }

func entriesType(args []info) *Type {
	return ListOf(ObjectOf("", Field{Name: "key", Type: TextType()}, Field{Name: "value", Type: args[0].typ.valueType()}))
}

// mergedType has the fields of both objects; those of the second count.
func mergedType(args []info) *Type {
	a, b := args[0].typ, args[1].typ
	if a.kind() != KindObject || b.kind() != KindObject || a.Open || b.Open {
		return AnyType()
	}
	fields := slices.DeleteFunc(slices.Clone(a.Fields), func(f Field) bool { _, over := b.Field(f.Name); return over })
	return ObjectOf("", append(fields, b.Fields...)...)
}

func flatType(args []info) *Type {
	elem := args[0].typ.elem()
	if elem.kind() == KindList {
		return elem
	}
	return ListOf(elem)
}
