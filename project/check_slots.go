package project

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/usherdev/usher/value"
)

// SlotKind is the kind of what stands in a component for what the place of use puts there.
const SlotKind = "slot"

// slotSpec is what stands in a component for what the place of use puts there. It is in no catalogue: elsewhere there is no such widget.
var slotSpec = &WidgetSpec{Kind: SlotKind, Title: "Slot", Group: "Components", Icon: "box", Main: "name", Doc: "What the place of use of the component puts here.", Props: []Prop{
	{Name: "name", Kind: PropName, Required: true, Literal: true, Group: "Content", Doc: "One of the component's slots."}}}

// SlotWidget describes what stands in a component for what the place of use puts there; it can stand nowhere else.
func SlotWidget() *WidgetSpec { return slotSpec }

// readSlots decodes slots: [header, footer].
func (k *component) readSlots(p place) {
	for _, item := range p.items("slots") {
		name, ok := item.literal("a slot")
		switch {
		case !ok:
		case !eventPattern.MatchString(name):
			item.fail(fmt.Sprintf("a slot cannot be named %s", quoted(name)), "begin with a small letter, then letters and digits: footer")
		case slices.Contains(k.slots, name):
			item.fail(fmt.Sprintf("the slot %q is there twice", name), "")
		case name == "id" || name == "visible" || findProp(sharedProps, name) != nil || slices.ContainsFunc(k.props, func(p Param) bool { return p.Name == name }):
			item.fail(fmt.Sprintf("a slot cannot be named %q, which is a property already", name), "")
		default:
			k.slots = append(k.slots, name)
		}
	}
}

// noteSlot notes in which form a slot stands: what is put there is of that form.
func (w *pageWork) noteSlot(body, form *yaml.Node) {
	name := body.Value
	for i := 0; i+1 < len(body.Content) && body.Kind == yaml.MappingNode; i += 2 {
		if body.Content[i].Value == "name" {
			name = body.Content[i+1].Value
		}
	}
	if w.slots == nil {
		w.slots = map[string]*yaml.Node{}
	}
	w.slots[name] = form
}

// slotOf decodes a slot in the body of a component. What is put there reads what is read at the place of use.
func (sc scope) slotOf(at, body place, in nest) *Widget {
	mark := len(at.c.problems)
	w := &Widget{Kind: slotSpec.Kind, At: at.at, Spec: slotSpec, Props: map[string]*value.Template{}, Slots: map[string][]*Widget{},
		Triggers: map[string]*Trigger{}, Form: in.form, Use: sc.within()}
	s := widgetSection(at, slotSpec, body)
	sc.identify(w, s, in)
	sc.visibility(w, s)
	sc.fillWidgetProps(w, s)
	name := w.word("name")
	if p, ok := s.get("name"); ok && w.Props["name"] != nil {
		sc.placeSlot(p, name)
	}
	if w.Fault = at.c.firstError(mark); w.Fault != "" || sc.use.widget == nil {
		return w
	}
	if p, ok := sc.use.s.get(name); ok {
		in.item, in.row = in.item || sc.use.nest.item, in.row || sc.use.nest.row
		w.Slots[slotContent] = sc.use.outer.widgets(p, in)
	}
	return w
}

// slotContent is the slot of a slot that holds what the place of use puts there.
const slotContent = "content"

// placeSlot notes that a slot is placed in the body of its component.
func (sc scope) placeSlot(p place, name string) {
	k := sc.use.comp
	switch _, twice := k.placed[name]; {
	case !slices.Contains(k.slots, name):
		p.misnamed(fmt.Sprintf("%s has no slot %q", k.name, name), name, k.slots)
	case sc.use.widget != nil:
	case twice:
		p.fail(fmt.Sprintf("the slot %q is placed twice", name), "what is put there would be there twice, with one name")
	default:
		k.placed[name] = p
	}
}

// checkPlaced reports slots that what is put there would never be seen in.
func (k *component) checkPlaced() {
	at, ok := k.s.get("slots")
	if !ok {
		return
	}
	for _, name := range k.slots {
		if _, ok := k.placed[name]; !ok {
			at.fail(fmt.Sprintf("the slot %q is placed nowhere", name), "put it into the body: - slot: "+name)
		}
	}
}
