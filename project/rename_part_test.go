package project

import (
	"slices"
	"strings"
	"testing"
)

// parted is an app with a component that tells two events and leaves two places to fill, used on a page, in a component and in the bars.
func parted() map[string][]byte {
	return map[string][]byte{
		"app.yaml": []byte(`usher: 1
name: X
bars:
  - searchField: {id: find, label: Search} # everywhere
  - text: ${form.find}
  - Card: {onChoose: [{snackBar: "${form.find} find"}]}
`),
		"components/Card.yaml": []byte(`props: {name: {type: text, default: more}}
# what it tells
events: [open, choose] # two
slots:
  - more # below

  # at the end
  - foot
body:
  - text: choose
  - slot: more # here
  - column:
      children:
        - slot: {name: foot, visible: true}
  - button:
      text: more
      onTap:
        # first this
        - emit: choose # then that
        - if: ${props.name == "choose"}
          then: [{emit: {event: choose}}]
  - button: {text: Open, onTap: [{emit: open}]}
`),
		"components/Pick.yaml": []byte(`events: {choose: text, other: null}
slots: [more]
body:
  - Card:
      # for the page
      onChoose: [{emit: {event: choose, value: Rome}}] # told on

      more:
        - slot: more
  - Card: {onOpen: [{emit: other}], foot: [divider]}
`),
		"pages/home.yaml": []byte(`path: /
title: Home
state: {choose: text}
body:
  - Card:
      onOpen:
        - snackBar: open
      onChoose: # what was chosen
        - setState: {choose: onChoose}
      more: # in it
        - textField: {id: note, label: Note}
        - Card: {more: [divider], onChoose: [{snackBar: "${form.note}"}]}
  - Pick: {more: [divider], onChoose: [{setState: {choose: "${event.value}"}}]}
  - text: ${form.note + form.find}
`),
	}
}

// TestF201_EventsAndSlotsOfAComponentAreRenamed: the flows of its uses, what is put into it and what it emits follow; events of that name of other components,
// comments, order and blank lines stay; undo gives the bytes back.
func TestF201_EventsAndSlotsOfAComponentAreRenamed(t *testing.T) {
	files := parted()
	tree := NewTree(files)
	if bad := errorsOf(tree.Check(CheckOptions{})); len(bad) > 0 {
		t.Fatal(strings.Join(bad, "\n"))
	}
	for _, c := range []struct {
		at   Path
		to   string
		want map[string][]string // file: old, new, …
	}{
		{"/components/Card/events/1", "pick", map[string][]string{
			"components/Card.yaml": {"[open, choose]", "[open, pick]", "emit: choose #", "emit: pick #", "event: choose}", "event: pick}"},
			"components/Pick.yaml": {"onChoose: [{emit", "onPick: [{emit"},
			"pages/home.yaml":      {"onChoose: #", "onPick: #", "more: [divider], onChoose: [{snackBar", "more: [divider], onPick: [{snackBar"},
			"app.yaml":             {"onChoose", "onPick"}}},
		{"/components/Pick/events/choose", "pick", map[string][]string{
			"components/Pick.yaml": {"{choose: text", "{pick: text", "event: choose", "event: pick"},
			"pages/home.yaml":      {"onChoose: [{setState", "onPick: [{setState"}}},
		{"/components/Pick/events/other", "open", map[string][]string{"components/Pick.yaml": {"other: null", "open: null", "emit: other", "emit: open"}}},
		{"/components/Card/slots/0", "rest", map[string][]string{
			"components/Card.yaml": {"- more # below", "- rest # below", "slot: more # here", "slot: rest # here"},
			"components/Pick.yaml": {"      more:\n", "      rest:\n"},
			"pages/home.yaml":      {"more: # in it", "rest: # in it", "Card: {more:", "Card: {rest:"}}},
		{"/components/Card/slots/1", "end", map[string][]string{
			"components/Card.yaml": {"- foot", "- end", "name: foot", "name: end"},
			"components/Pick.yaml": {"foot: [", "end: ["}}},
		{"/app/bars/0/searchField/id", "wanted", map[string][]string{
			"app.yaml":        {"id: find", "id: wanted", "form.find", "form.wanted"},
			"pages/home.yaml": {"form.find", "form.wanted"}}},
	} {
		next, undo, err := tree.Rename(c.at, c.to)
		if err != nil {
			t.Errorf("%s: %v", c.at, err)
			continue
		}
		for file, src := range files {
			if got, want := string(next.Bytes(file)), strings.NewReplacer(c.want[file]...).Replace(string(src)); got != want {
				t.Errorf("%s → %s: %s is\n%s", c.at, c.to, file, got)
			}
		}
		if back, _, err := next.Apply(undo...); err != nil || back.Revision() != tree.Revision() {
			t.Errorf("%s: undo: %v", c.at, err)
		}
		uses, err := tree.Uses(c.at)
		for file := range c.want {
			if err != nil || !slices.ContainsFunc(uses, func(p Problem) bool { return p.File == file }) {
				t.Errorf("%s: no use in %s: %v %v", c.at, file, uses, err)
			}
		}
	}
}

// TestF201_ANameThatAComponentHasIsNotGivenTwice: neither by the studio nor by hand.
func TestF201_ANameThatAComponentHasIsNotGivenTwice(t *testing.T) {
	files := parted()
	for at, to := range map[Path]string{
		"/components/Card/events/1": "open", "/components/Card/slots/0": "foot", "/components/Pick/events/choose": "other", "/components/Card/events/0": "On it", "/components/Card/slots/1": "name",
		"/components/Card/events/9": "x", "/components/Card/events": "x", "/app/bars/0/searchField/id": "note", "/app/bars/0/searchField/label": "x",
	} {
		if next, _, err := NewTree(files).Rename(at, to); err == nil || next != nil {
			t.Errorf("%s → %s", at, to)
		}
	}
	for want, head := range map[string]string{
		`the event "choose" is there twice`: "events: [choose, choose]", `an event cannot be named "save", for onSave is a property already`: "props: {onSave: text}\nevents: {save: text}",
	} {
		files["components/Extra.yaml"] = []byte(head + "\nbody: [divider]\n")
		if bad := errorsOf(NewTree(files).Check(CheckOptions{})); len(bad) != 1 || !strings.Contains(bad[0], want) {
			t.Errorf("%s: %v", head, bad)
		}
	}
}
