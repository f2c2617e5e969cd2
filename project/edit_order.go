package project

import (
	"path"
	"slices"
)

// keyBehind is the key of a mapping that a new one is written before, as people do: the parameters of an action before its branches, the queries of
// a page before its body. "" is the end.
func (s *source) keyBehind(st step) string {
	if st.op != OpSet || len(st.at) == 0 {
		return ""
	}
	holder, _ := lookup(s.value(), st.at[:len(st.at)-1])
	o, ok := holder.(object)
	if !ok {
		return ""
	}
	order := keyOrder(o)
	dir := path.Dir(s.file)
	switch {
	case len(st.at) == 1:
		order = fileKeys[dir]
	case dir == "." && len(st.at) == 2 && st.at[0] == "authentication":
		order = authOrder
	case dir == "calls" && len(st.at) == 3 && st.at[0] == "calls":
		order = callOrder
	}
	if order == nil && len(st.at) > 2 {
		order = argOrder(s.value(), st.at[:len(st.at)-2], st.at[len(st.at)-2])
	}
	mine := slices.Index(order, st.at[len(st.at)-1])
	if mine < 0 {
		return ""
	}
	for _, m := range o {
		if slices.Index(order, m.key) > mine {
			return m.key
		}
	}
	return ""
}

// fileKeys are the keys of the files of a folder in the order in which people write them.
var fileKeys = map[string][]string{".": appOrder, "pages": pageKeys, "flows": blockKeys, "types": typeKeys, "calls": groupOrder}

// The order in which people write what an app and its authentication say.
var (
	appOrder = []string{"usher", "name", "id", "shortName", "icon", "installable", "language", "theme", "bars", "env", "environments", "constants", "state", "authentication", "notFound", "errorPage", "media", "frames",
		"onAppStart", "onResume", "onLogIn", "onLogOut", "onSessionExpired"}
	authOrder = []string{"enabled", "type", "entryPage", "loggedInPage", "pagesRequireAuthentication", "persistSessions", "absolute", "idle", "userDataType", "roleField", "token", "whenExpired", "expired", "sliding",
		"refresh", "logOut", "me", "probe", "providers"}
)

// The order in which people write what a group and a call say.
var (
	groupOrder = []string{"doc", "url", "auth", "token", "clientAddress", "cookies", "params", "headers", "secrets", "timeout", "retry", "limits", "unwrap", "errorMessage", "fieldErrors", "onRequest", "onResponse", "calls"}
	callOrder  = []string{"doc", "method", "url", "path", "auth", "timeout", "retry", "idempotent", "limits", "params", "query", "headers", "json", "form", "multipart", "text", "file", "unwrap", "reply", "replyAs",
		"errorMessage", "fieldErrors", "cache", "redirects", "interceptors", "onRequest", "onResponse"}
)

// argOrder is the order of what stands in braces or lines below the kind of an action: token before user data. nil where kind is none.
func argOrder(root any, at []string, kind string) []string {
	spec := ActionSpecOf(kind)
	if _, listed := index(at[len(at)-1]); spec == nil || !listed {
		return nil
	}
	holder, _ := lookup(root, at)
	if o, ok := holder.(object); !ok || o.find(kind) < 0 {
		return nil
	}
	return propNames(spec.Props)
}

// keyOrder is the order of the keys of an action, nil for what is none.
func keyOrder(o object) []string {
	for _, m := range o {
		if spec := ActionSpecOf(m.key); spec != nil {
			order := append([]string{spec.Kind}, propNames(spec.Props)...)
			return slices.Concat(order, []string{"as", "note", "disabled"}, spec.AllBranches())
		}
	}
	return nil
}
