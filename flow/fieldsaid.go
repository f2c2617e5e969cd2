package flow

import (
	"slices"
	"strings"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// beside puts what a backend said of its fields to the inputs of the page, and returns the sentences that belong to none. The action
// says which input a field is; one that it does not name is the input of that name in the form that was sent.
func (n *run) beside(a *project.Action, said []call.FieldError) (homeless []string) {
	if n.in.Page == nil || n.around != nil || n.inEvent {
		return nil
	}
	for _, e := range said {
		id := n.inputFor(a, e.Field)
		if id == "" {
			homeless = append(homeless, sentence(e))
			continue
		}
		if was := n.res.FieldErrors[id]; was != "" && was != e.Message {
			n.res.FieldErrors[id] = was + " " + e.Message
		} else {
			n.res.FieldErrors[id] = e.Message
		}
	}
	return homeless
}

func (n *run) inputFor(a *project.Action, field string) string {
	id, named := a.Fields[field]
	if !named {
		id = field
	}
	for _, w := range n.in.Page.Fields {
		if w.ID == id && id != "" && (named || w.Form == n.in.Sent) {
			return id
		}
	}
	return ""
}

// whole are the names under which backends speak of a request as a whole.
var whole = []string{"", "non_field_errors", "__all__", "detail", "base", "message", "error"}

// sentence is what a backend said of a field that the page does not have. It begins with the field's name unless it holds it.
func sentence(e call.FieldError) string {
	if slices.Contains(whole, e.Field) {
		return e.Message
	}
	name := value.Words(e.Field)
	if strings.Contains(strings.ToLower(e.Message), strings.ToLower(name)) {
		return e.Message
	}
	return name + ": " + e.Message
}

// tellOnce shows sentences in snack bars, but for those that the flow has shown already.
func (n *run) tellOnce(sentences []string) {
	for _, s := range sentences {
		told := slices.ContainsFunc(n.res.Effects, func(e Effect) bool {
			note, ok := e.(Notify)
			return ok && note.Text == s
		})
		if !told {
			n.res.Effects = append(n.res.Effects, Notify{Text: s, Tone: "error"})
		}
	}
}
