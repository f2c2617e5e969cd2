package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// maxItems bounds how many items the pages of one query add up to.
const maxItems = 5000

// extent is how far a query with pages has come in a visit; it travels in the page's sealed state. The replies themselves are in the
// memory of queries, and are asked for again where that has lost them. (F104, design 9.12)
type extent struct {
	Of   string `json:"o"` // stands for the call and the arguments of its first page: with others it begins anew
	Want int    `json:"w"` // pages asked for
	Have int    `json:"h"` // pages that came
}

// loadMore asks for one page more of queries; a page that did not come is asked for again instead.
func (st *pageState) loadMore(names []string) {
	for _, name := range names {
		if e, ok := st.Pages[name]; ok {
			e.Want = max(e.Want, e.Have+1)
			st.Pages[name] = e
		}
	}
}

// reached remembers how far a query has come.
func (st *pageState) reached(qu *project.Query, e extent) {
	if qu.Pages == nil {
		return
	}
	if st.Pages == nil {
		st.Pages = map[string]extent{}
	}
	st.Pages[qu.Name] = e
}

// pages asks for the pages of a query one after the other, for each may need what the one before it said, up to those that this visit has
// asked for. The result is the last reply with the items of all; a page that fails keeps those before it.
func (o *opened) pages(ctx context.Context, qu *project.Query, s value.Scope, send sender) (any, extent, error) {
	done := extent{Want: 1}
	items := []any{}
	var last map[string]any
	more := true
	for more && done.Have < done.Want {
		scope := paged(s, done.Have, len(items), last)
		args, err := arguments(qu, scope)
		if err != nil {
			return nil, extent{}, fmt.Errorf("query %s: %w", qu.Name, err)
		}
		if done.Have == 0 {
			done.Of = subject(qu, args)
			if before := o.st.Pages[qu.Name]; before.Of == done.Of {
				done.Want = min(max(before.Want, 1), qu.Pages.Most)
			}
		}
		reply, err := o.ask(ctx, qu, scope, send, o.memoryKey(qu, args, done.Have))
		if err != nil {
			return nil, extent{}, err
		}
		last = reply
		var list []any
		if reply["ok"] == true {
			if list, more, err = further(qu, scope, reply, len(items)); err != nil {
				return nil, extent{}, fmt.Errorf("query %s: %w", qu.Name, err)
			}
		}
		if list == nil {
			last, more = failed(scope, reply), done.Have > 0
			break
		}
		done.Have++
		items = append(items, list...)
		more = more && done.Have < qu.Pages.Most && len(items) < maxItems
	}
	out := maps.Clone(last)
	out["items"], out["more"] = items[:min(len(items), maxItems)], more
	return out, done, nil
}

// failed is a reply that adds nothing, with a sentence for people.
func failed(s value.Scope, reply map[string]any) map[string]any {
	if reply["ok"] != true {
		return reply
	}
	out := maps.Clone(reply)
	out["ok"], out["error"] = false, say(s, "call.shape")
	return out
}

// subject stands for what a query asks for.
func subject(qu *project.Query, args string) string {
	sum := sha256.Sum256([]byte(qu.Call.ID + "\x00" + args))
	return hex.EncodeToString(sum[:12])
}

// paged is a scope in which page.* says how far a query has come.
func paged(s value.Scope, index, loaded int, last map[string]any) value.Scope {
	out := maps.Clone(s)
	page := map[string]any{}
	if have, ok := s["page"].(map[string]any); ok {
		maps.Copy(page, have)
	}
	page["index"], page["loaded"], page["last"] = index, loaded, nil
	if last != nil {
		page["last"] = last
	}
	out["page"] = page
	return out
}

// further is the list that a reply adds, nil when it holds none, and whether there is another page.
func further(qu *project.Query, s value.Scope, reply map[string]any, loaded int) ([]any, bool, error) {
	s = maps.Clone(s)
	s["reply"] = reply
	v, err := qu.Pages.Items.Eval(s)
	if err != nil {
		return nil, false, fmt.Errorf("pages: items: %w", err)
	}
	list, ok := v.([]any)
	switch {
	case v == nil:
		list = []any{} // how some backends write a list of none
	case !ok:
		return nil, false, nil
	}
	if qu.Pages.More == nil {
		return list, len(list) > 0, nil
	}
	index, _ := s["page"].(map[string]any)["index"].(int)
	last, _ := s["page"].(map[string]any)["last"].(map[string]any)
	s = paged(s, index, loaded+len(list), last)
	if v, err = qu.Pages.More.Eval(s); err != nil {
		return nil, false, fmt.Errorf("pages: more: %w", err)
	}
	return list, value.Truth(v), nil
}
