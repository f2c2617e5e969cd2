package imports

import (
	"fmt"
	"strings"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// replyDraft is the type that the reply of a call gets.
type replyDraft struct {
	call *project.Call
	typ  string
	same bool // the call says so already
}

func (r *replyDraft) at() project.Path {
	return project.Path("/calls").Join(r.call.Group.Name, "calls", r.call.Name, "reply")
}

// Reply plans the data types that a reply to call shows, by the name given and below it, and that the call's reply is of them (F094). text is the
// JSON as it came, shown the same value as decoded, in which what is a token is a value.Secret: such fields become secret. A call that declares
// another type for its reply keeps it: that is an error.
func Reply(tree *project.Tree, call *project.Call, name string, text []byte, shown any) (*Plan, error) {
	if err := typeName(name); err != nil {
		return nil, err
	}
	if call.ReplyAs == project.ReplyText || call.ReplyAs == project.ReplyNone {
		return nil, fmt.Errorf("%s says replyAs: %s, so its reply has no data type", call.ID, call.ReplyAs)
	}
	source := "the reply to " + call.ID
	if len(text) > MaxSource {
		return nil, &SourceError{Name: source, Msg: fmt.Sprintf("it is larger than %d MiB", MaxSource>>20)}
	}
	root, err := parseJSON(source, text)
	if err != nil {
		return nil, err
	}
	markSecrets(root, shown)
	if inside := root.find(call.Unwrap...); inside != nil {
		root = inside
	}
	d := newDraft(tree)
	list, plan, err := sampled(d, name, root, source)
	if err != nil {
		return nil, err
	}
	d.reply = &replyDraft{call: call, typ: name}
	if list {
		d.reply.typ = "list of " + name
	}
	if old, ok := tree.Value(d.reply.at()); ok {
		if said := strings.Trim(string(old), `"`); said != d.reply.typ {
			return nil, fmt.Errorf("%s says reply: %s already, and nothing is overwritten; take that line out first", call.ID, said)
		}
		d.reply.same = true
	}
	plan.Title, plan.Made = source, d.made()
	return plan, nil
}

// markSecrets marks the texts of a source that are secrets; shown is the same value with each of them a value.Secret.
func markSecrets(n *node, shown any) {
	switch x := shown.(type) {
	case value.Secret:
		n.kind = 'x'
	case map[string]any:
		for _, e := range n.entries {
			markSecrets(e.val, x[e.key])
		}
	case []any:
		for i, item := range n.items {
			if i < len(x) {
				markSecrets(item, x[i])
			}
		}
	}
}
