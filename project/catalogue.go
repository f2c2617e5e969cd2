package project

import "slices"

// The catalogue says once which widgets and actions exist. Check, studio, schema and reference docs are read from it.

// PropKind is the kind of value that a property takes.
type PropKind string

// Property kinds beside value types. Kinds named like value types (text, int, number, bool, time, json, color) take literals of that type or ${…}.
const (
	PropText    PropKind = "text"
	PropInt     PropKind = "int"
	PropNumber  PropKind = "number"
	PropBool    PropKind = "bool"
	PropTime    PropKind = "time"
	PropJSON    PropKind = "json"      // any value or tree with ${…} at its leaves
	PropColor   PropKind = "color"     // a colour role of the theme
	PropImage   PropKind = "image"     // URL or asset name
	PropMedia   PropKind = "media"     // URL of an origin that the app names, or asset name of a kind in Values
	PropWords   PropKind = "words"     // list of words of Values; literal only
	PropEnum    PropKind = "enum"      // one of Values; ${…} as well unless Literal
	PropIcon    PropKind = "icon"      // a name of the icon set; literal only
	PropPage    PropKind = "page"      // the name of a page; literal only
	PropCall    PropKind = "call"      // "group.call"; literal only
	PropBlock   PropKind = "block"     // the name of an action block; literal only
	PropVia     PropKind = "provider"  // the name of an identity provider; literal only
	PropField   PropKind = "field"     // the id of an input on the page; literal only
	PropName    PropKind = "name"      // a new name (as:); literal only
	PropArgs    PropKind = "args"      // a map: argument → value; checked against the parameters of what is called
	PropUser    PropKind = "user"      // user data: an object assignable to the user data type
	PropOptions PropKind = "options"   // list of texts or {value, label}, or ${a list}
	PropSecret  PropKind = "secret"    // text that may be a secret (Log In fields)
	PropCond    PropKind = "condition" // bool; may read secrets
	PropValues  PropKind = "values"    // a map: variable or field name → value
	PropFields  PropKind = "fields"    // list of session field names (clear:)
	PropList    PropKind = "list"      // ${a list}
	PropTexts   PropKind = "texts"     // list of texts, or ${a list}
	PropSizes   PropKind = "sizes"     // list of size classes: phone, tablet, laptop, desktop; literal only
)

// Prop is one property of a widget or an action.
type Prop struct {
	Name     string
	Kind     PropKind
	Values   []string // PropEnum
	Default  any      // nil: none
	Required bool
	Literal  bool   // ${…} is refused
	Group    string // heading in the studio: Content, Style, Behaviour, Validation
	Doc      string // one sentence
}

// Event is something a person does to a widget.
type Event struct {
	Name string // onTap
	Item bool   // of an element of the widget's data: item and index are in scope
	Doc  string
}

// Slot is a place for widgets inside a widget.
type Slot struct {
	Name  string
	Of    string   // "" any widget; else the one kind whose properties its items carry (tabs: tab)
	Holds []string // the kinds of widgets that may stand in it; any when empty
	Item  bool     // drawn once an item: item and index are in scope
	Doc   string
}

// WidgetSpec is the catalogue entry of a widget.
type WidgetSpec struct {
	Kind   string
	Title  string // for the palette
	Group  string // Layout, Display, Input, Navigation, Data
	Icon   string
	Doc    string
	Main   string // the property (or slot) that a scalar (or list) written as the widget's whole value sets
	Props  []Prop
	Slots  []Slot
	Events []Event
	Input  bool // has a value: form.<id>
	Part   bool // only inside the slot that names it (tab)
	Over   bool // stands over the page while it is open: the actions open and close

	Component bool // made of components/NAME.yaml, not of the catalogue
}

// Prop returns the property of that name, or nil. Properties that all widgets share are included.
func (s *WidgetSpec) Prop(name string) *Prop { return findProp(s.Props, name) }

// Slot returns the slot of that name, or nil.
func (s *WidgetSpec) Slot(name string) *Slot {
	for i := range s.Slots {
		if s.Slots[i].Name == name {
			return &s.Slots[i]
		}
	}
	return nil
}

// ActionSpec is the catalogue entry of an action.
type ActionSpec struct {
	Kind     string
	Title    string
	Group    string // Authentication, API, Logic, Navigation, Message, State, Form
	Icon     string
	Doc      string
	Main     string // the property that a scalar (or, for map kinds, a mapping) written as the action's value sets; "" : a mapping of properties, or nothing
	Props    []Prop
	Branches []string // keys that hold actions: then, else
	Output   bool     // may have `as:`
}

// CanFail reports whether the action may have an error branch.
func (s *ActionSpec) CanFail() bool {
	switch s.Kind {
	case "stop", "break", "continue", "back", "fail":
		return false
	}
	return true
}

// AllBranches lists every key of the action that holds actions.
func (s *ActionSpec) AllBranches() []string {
	out := append([]string(nil), s.Branches...)
	if s.CanFail() && !slices.Contains(out, "onError") {
		out = append(out, "onError")
	}
	return out
}

// Prop returns the property of that name, or nil.
func (s *ActionSpec) Prop(name string) *Prop { return findProp(s.Props, name) }

func findProp(props []Prop, name string) *Prop {
	for i := range props {
		if props[i].Name == name {
			return &props[i]
		}
	}
	return nil
}

// Widgets returns the catalogue of widgets in palette order. The slice is fresh; its specs are shared and must not be changed.
func Widgets() []*WidgetSpec { return append([]*WidgetSpec(nil), widgetSpecs...) }

// Actions returns the catalogue of actions in menu order. The slice is fresh; its specs are shared and must not be changed.
func Actions() []*ActionSpec { return append([]*ActionSpec(nil), actionSpecs...) }

// WidgetSpecOf returns the entry of a widget kind, or nil.
func WidgetSpecOf(kind string) *WidgetSpec {
	for _, s := range widgetSpecs {
		if s.Kind == kind {
			return s
		}
	}
	return nil
}

// ActionSpecOf returns the entry of an action kind, or nil.
func ActionSpecOf(kind string) *ActionSpec {
	for _, s := range actionSpecs {
		if s.Kind == kind {
			return s
		}
	}
	return nil
}
