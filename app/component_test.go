package app

import (
	"strings"
	"testing"
)

var componentFiles = map[string]string{
	"components/Row.yaml": `
props: {label: text, n: int, max: {type: int, default: 9}}
events: {pick: text, more: null}
body:
  - text: {id: name, text: "${props.label} of ${string(props.max)}"}
  - list:
      data: ${[props.n, props.n + 1]}
      item:
        - Leaf: {label: "${props.label}/${string(item)}", onPress: [{emit: {event: pick, value: "${props.label}:${string(item)}:${event.value}"}}]}
  - button: {text: "More ${props.label}", onTap: [{emit: more}, {snackBar: "after ${props.label}"}]}
`,
	"components/Leaf.yaml": `
props: {label: text}
events: {press: text}
body:
  - button: {text: "${props.label}", onTap: [{emit: {event: press, value: "leaf ${props.label}"}}]}
`,
	"components/Mail.yaml": `
props: {what: text, must: bool}
events: [sent]
body:
  - form:
      onSubmit: [{emit: sent}]
      children:
        - textField: {id: mail, label: "${props.what}", required: "${props.must}", requiredMessage: "${props.what} is missing"}
        - button: {text: Send, submit: true}
`,
	"pages/parts.yaml": `
path: /parts
title: Parts
access: any
state: {log: {type: text, default: ""}, must: {type: bool, default: true}}
body:
  - text: "Log ${state.log}"
  - list:
      data: "${[{'id': 'a', 'n': 1}, {'id': 'b', 'n': 5}]}"
      key: id
      item:
        - Row:
            label: "${item.id}"
            n: ${item.n}
            onPick: [{setState: {log: "${state.log}${item.id} ${string(index)} ${event.value},"}}]
            onMore:
              - confirm: "Sure of ${item.id}?"
              - setState: {log: "${state.log}more ${item.id},"}
  - Row: {id: last, label: z, n: 8, max: 3}
  - Mail: {what: Address, must: "${state.must}", onSent: [{setState: {log: "${state.log}sent ${form.mail},"}}]}
`,
}

// TestF201_Components: a component reads its props, is drawn once a use with ids of its own, and what it emits runs where it is used, with
// the elements that stand around that place, also from a component within it.
func TestF201_Components(t *testing.T) {
	c := newWorld(t, componentFiles).browser()
	p := c.get("/parts")
	p.want(t, 200, "a of 9", "b of 9", "z of 3", "a/1", "a/2", "b/5", "b/6", "z/8", "z/9")
	seen := map[string]bool{}
	for _, at := range strings.Split(p.body, ` id="`)[1:] {
		id, _, _ := strings.Cut(at, `"`)
		if seen[id] {
			t.Errorf("the id %s is there twice", id)
		}
		seen[id] = true
	}
	if !p.has("#w-last") || !p.has("#w-last-name") {
		t.Errorf("a use with an id does not name what stands in it: %v", seen)
	}
	p = c.press(p, "b/6", nil)
	p.want(t, 200, "Log b 1 b:6:leaf b/6,")
	p = c.press(p, "More a", nil)
	p.want(t, 200, "Sure of a?")
	p = c.press(p, "OK", nil)
	p.want(t, 200, "more a,", "after a")
	c.press(p, "More z", nil).want(t, 200, "after z", "more a,") // nobody handles it, and the flow goes on
}

// TestF201_ComponentInputs: the inputs of a component are inputs of the page, and are checked by what its props say.
func TestF201_ComponentInputs(t *testing.T) {
	c := newWorld(t, componentFiles).browser()
	p := c.get("/parts")
	c.press(p, "Send", nil).want(t, 422, "Address is missing")
	c.press(p, "Send", map[string]string{"mail": "ada@example.com"}).want(t, 200, "Log sent ada@example.com,")
}

// TestF201_Slots: what the place of use puts into a component reads and does what is read and done there, in a list of the component's own, in its form,
// and through a component between.
func TestF201_Slots(t *testing.T) {
	c := newWorld(t, map[string]string{
		"components/Panel.yaml": "props: {title: text}\nslots: [body, footer]\nbody:\n  - text: \"Panel ${props.title}\"\n  - slot: body\n  - list: {data: \"${['x', 'y']}\", item: [{text: \"own ${item}\"}, {slot: {name: footer}}]}\n",
		"components/Outer.yaml": "props: {name: text}\nslots: [inside]\nbody:\n  - Panel: {title: \"of ${props.name}\", body: [{text: \"between ${props.name}\"}, {slot: inside}]}\n",
		"components/Ask.yaml":   "slots: [fields]\nevents: [sent]\nbody:\n  - form: {onSubmit: [{emit: sent}], children: [{slot: fields}, {button: {text: Send, submit: true}}]}\n",
		"pages/slots.yaml": `
path: /slots
title: Slots
access: any
state: {log: {type: text, default: "none"}}
body:
  - text: "Log ${state.log}"
  - list:
      data: "${['a', 'b']}"
      item:
        - Panel:
            title: ${item}
            footer: [{button: {text: "Foot ${item}", onTap: [{setState: {log: "${item}${string(index)}"}}]}}]
  - Outer: {name: z, inside: [{text: "far ${state.log}"}, {button: {text: Far, onTap: [{setState: {log: far}}]}}]}
  - Ask: {fields: [{textField: {id: town, label: Town, required: true}}], onSent: [{setState: {log: "${form.town}"}}]}
`}).browser()
	p := c.get("/slots")
	p.want(t, 200, "Panel a", "own x", "Foot a", "Foot b", "Panel of z", "between z", "far none")
	if n := strings.Count(p.text(), "Foot b"); n != 2 {
		t.Errorf("a slot in a list of two is there %d times", n)
	}
	p = c.press(p, "Foot b", nil)
	p.want(t, 200, "Log b1", "far b1")
	p = c.press(p, "Far", nil)
	p.want(t, 200, "Log far")
	c.press(p, "Send", nil).want(t, 422, "Town is required")
	c.press(p, "Send", map[string]string{"town": "Bergen"}).want(t, 200, "Log Bergen")
}

// TestF202_Bars: what app.yaml draws stands on every page that does not leave it out, knows the page's title, marks the page that is open, and acts.
func TestF202_Bars(t *testing.T) {
	files := map[string]string{
		"components/Top.yaml": "props: {title: text}\nbody:\n  - appBar: {title: \"${props.title}\", actions: [{button: {id: hey, text: Hey, onTap: [{snackBar: \"Hey from ${page.name}: ${props.title}\"}]}}]}\n",
		"pages/one.yaml":      "path: /one\ntitle: ${'Page ' + state.n}\naccess: any\nstate: {n: {type: text, default: one}}\nbody:\n  - text: First\n",
		"pages/two.yaml":      "path: /two\ntitle: Two\naccess: any\nbars: false\nbody:\n  - text: Second\n",
	}
	files["app.yaml"] = string(tourist(t, nil).Bytes("app.yaml")) + "bars:\n  - Top: {title: \"${props.title}\"}\n  - navBar: [{link: {text: One, page: one, icon: home}}, {link: {text: Two, page: two, icon: map}}]\n"
	c := newWorld(t, files).browser()
	p := c.get("/one")
	p.want(t, 200, "Page one", "First")
	if !p.has("main > header.u-appbar h1") || !p.has("main > nav.u-navbar [aria-current=page]") {
		t.Errorf("the bars do not stand in the page: %s", p.body)
	}
	c.press(p, "Hey", nil).want(t, 200, "Hey from one: Page one")
	if p = c.get("/two"); p.has(".u-appbar, .u-navbar") {
		t.Error("a page that leaves the bars out has them")
	}
}
