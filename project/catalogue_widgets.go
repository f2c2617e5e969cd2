package project

import "slices"

// sharedProps are properties that every widget has, beside id and visible.
var sharedProps = []Prop{
	{Name: "grow", Kind: PropBool, Default: false, Literal: true, Group: "Layout", Doc: "Takes the space that is left in a row."},
	{Name: "width", Kind: PropEnum, Values: []string{"auto", "full", "xs", "sm", "md", "lg", "xl"}, Default: "auto", Literal: true, Group: "Layout", Doc: "Greatest width."},
	{Name: "showOn", Kind: PropSizes, Literal: true, Group: "Layout", Doc: "Size classes of the screen on which it is shown; all when unset."},
}

// SharedProps returns the properties that every widget has, beside id and visible.
func SharedProps() []Prop { return slices.Clone(sharedProps) }

// sizes are the size classes of screens, from small to large; Theme.Widths says where each ends.
var sizes = []string{"phone", "tablet", "laptop", "desktop"}

// Sizes returns the size classes of screens, from small to large.
func Sizes() []string { return append([]string(nil), sizes...) }

var gap = Prop{Name: "gap", Kind: PropEnum, Values: []string{"none", "xs", "sm", "md", "lg", "xl"}, Default: "md", Literal: true, Group: "Layout", Doc: "Space between the children."}
var align = Prop{Name: "align", Kind: PropEnum, Values: []string{"start", "center", "end", "stretch"}, Default: "stretch", Literal: true, Group: "Layout", Doc: "Place across the direction."}
var justify = Prop{Name: "justify", Kind: PropEnum, Values: []string{"start", "center", "end", "between"}, Default: "start", Literal: true, Group: "Layout", Doc: "Place along the direction."}
var padding = Prop{Name: "padding", Kind: PropEnum, Values: []string{"none", "xs", "sm", "md", "lg", "xl"}, Default: "none", Literal: true, Group: "Layout", Doc: "Space inside the edge."}
var children = Slot{Name: "children", Doc: "What stands inside."}
var onTap = Event{Name: "onTap", Doc: "A click, a tap or the Enter key."}

var colorRoles = []string{"default", "primary", "secondary", "tertiary", "success", "warning", "error", "info", "muted"}

func inputProps(more ...Prop) []Prop {
	return append([]Prop{
		{Name: "label", Kind: PropText, Required: true, Group: "Content", Doc: "What to type or choose."},
		{Name: "help", Kind: PropText, Group: "Content", Doc: "A sentence below the input."},
		{Name: "initial", Kind: PropText, Group: "Content", Doc: "What stands in it at first."},
		{Name: "required", Kind: PropBool, Default: false, Group: "Validation", Doc: "May not be left empty."},
		{Name: "requiredMessage", Kind: PropText, Group: "Validation", Doc: "Said when it is left empty."},
		{Name: "check", Kind: PropCond, Group: "Validation", Doc: "A condition of your own, checked on the server when all else is right: ${form.end > form.start}. It is asked while the input is empty, too."},
		{Name: "checkMessage", Kind: PropText, Group: "Validation", Doc: "Said when that condition does not hold."},
		{Name: "disabled", Kind: PropBool, Default: false, Group: "Behaviour", Doc: "Shown but not usable."},
	}, more...)
}

// withInitial gives an input an initial value of another kind than text.
func withInitial(kind PropKind, props []Prop) []Prop {
	findProp(props, "initial").Kind = kind
	return props
}

// typeMessage and rangeMessage replace Usher's own sentences.
var typeMessage = Prop{Name: "typeMessage", Kind: PropText, Group: "Validation", Doc: "Said when what was entered is not of this kind."}
var rangeMessage = Prop{Name: "rangeMessage", Kind: PropText, Group: "Validation", Doc: "Said when it lies outside the limits."}

var sameAs = Prop{Name: "sameAs", Kind: PropField, Group: "Validation", Doc: "Must equal this other input."}
var sameAsMessage = Prop{Name: "sameAsMessage", Kind: PropText, Group: "Validation", Doc: "Said when it does not."}

// What is cut of a text, and whether it can be marked.
var (
	lines      = Prop{Name: "lines", Kind: PropInt, Literal: true, Group: "Style", Doc: "Cut after so many lines, 10 at most; those who do not see it are told all of it."}
	overflow   = Prop{Name: "overflow", Kind: PropEnum, Values: []string{"ellipsis", "clip"}, Default: "ellipsis", Literal: true, Group: "Style", Doc: "Whether dots say that something was cut."}
	selectable = Prop{Name: "selectable", Kind: PropBool, Default: true, Literal: true, Group: "Behaviour", Doc: "People can mark and copy it; off where a tap or a drag means something else."}
)

// Rules of a text.
var (
	minLength      = Prop{Name: "minLength", Kind: PropInt, Literal: true, Group: "Validation", Doc: "Fewest characters."}
	maxLength      = Prop{Name: "maxLength", Kind: PropInt, Literal: true, Group: "Validation", Doc: "Most characters. What is longer is told, never cut."}
	lengthMessage  = Prop{Name: "lengthMessage", Kind: PropText, Group: "Validation", Doc: "Said when it is too short or too long."}
	pattern        = Prop{Name: "pattern", Kind: PropText, Literal: true, Group: "Validation", Doc: "RE2 pattern that the whole value must match."}
	patternMessage = Prop{Name: "patternMessage", Kind: PropText, Group: "Validation", Doc: "Said when the pattern does not match."}
)

var sizeMessage = Prop{Name: "sizeMessage", Kind: PropText, Group: "Validation", Doc: "Said when a file is too large."}

// fileProps are those of an input of files: nothing can stand in it at first.
func fileProps(more ...Prop) []Prop {
	return slices.DeleteFunc(inputProps(more...), func(p Prop) bool { return p.Name == "initial" })
}

// Events of what can be tapped. What needs script needs another way to the same as well.
var taps = []Event{onTap, onDoubleTap, onLongPress}

var onDoubleTap = Event{Name: "onDoubleTap", Doc: "Two taps in quick succession, or Shift and Enter (needs script). A single tap then waits a moment to see whether a second follows."}
var onLongPress = Event{Name: "onLongPress", Doc: "A tap that is held, a right click, or the context-menu key (needs script)."}

var onChange = Event{Name: "onChange", Doc: "The value changed (needs script)."}
var onFocus = Event{Name: "onFocus", Doc: "Somebody has come to the input (needs script)."}
var onBlur = Event{Name: "onBlur", Doc: "Somebody has left the input; after onChange, where the value has changed as well (needs script)."}

func numberProps(more ...Prop) []Prop {
	return inputProps(append([]Prop{
		{Name: "min", Kind: PropNumber, Group: "Validation", Doc: "Least number."},
		{Name: "max", Kind: PropNumber, Group: "Validation", Doc: "Greatest number."},
		{Name: "step", Kind: PropNumber, Group: "Validation", Doc: "Only these steps, counted from min."},
		sameAs, sameAsMessage, typeMessage, rangeMessage,
	}, more...)...)
}

func clockProps(form string) []Prop {
	return inputProps(
		Prop{Name: "min", Kind: PropText, Group: "Validation", Doc: "Earliest, as " + form + "."},
		Prop{Name: "max", Kind: PropText, Group: "Validation", Doc: "Latest, as " + form + "."},
		Prop{Name: "autocomplete", Kind: PropText, Literal: true, Group: "Behaviour", Doc: "HTML autocomplete token, such as bday."},
		sameAs, sameAsMessage, typeMessage, rangeMessage,
	)
}

// widgetSpecs is the palette, in its order; each group has a file of its own.
var widgetSpecs = withShared(slices.Concat(layoutWidgets, displayWidgets, inputWidgets, navigationWidgets, dataWidgets))

func withShared(specs []*WidgetSpec) []*WidgetSpec {
	for _, s := range specs {
		s.Props = append(s.Props, sharedProps...)
		if s.Input {
			s.Events = append(s.Events, onFocus, onBlur)
		}
	}
	return specs
}

// icons is the icon set: names that an icon property takes. render draws each of them.
var icons = []string{
	"activity", "alert", "anchor", "arrow-down", "arrow-left", "arrow-right", "arrow-up", "arrow-up-right", "award", "bed", "bell", "book",
	"bookmark", "box", "briefcase", "building", "calendar", "camera", "car", "cart", "chart", "check", "check-circle", "chevron-down",
	"chevron-left", "chevron-right", "chevron-up", "clock", "cloud", "code", "coffee", "compass", "copy", "credit-card", "database", "dollar",
	"download", "droplet", "edit", "external", "eye", "eye-off", "file", "file-text", "filter", "fingerprint", "flag", "folder", "gift",
	"globe", "grid", "heart", "help", "home", "image", "info", "key", "layers", "leaf", "link", "list", "loader", "lock", "log-in", "log-out",
	"mail", "map", "map-pin", "maximize", "menu", "message", "mic", "minus", "moon", "more", "mountain", "music", "palette", "pause", "percent",
	"phone", "pie", "plane", "play", "plus", "plus-circle", "printer", "refresh", "rotate", "search", "send", "server", "settings", "share",
	"shield", "sliders", "smile", "sort", "star", "stop", "sun", "table", "tag", "target", "terminal", "thermometer", "ticket", "trash",
	"trending-down", "trending-up", "triangle-alert", "truck", "umbrella", "unlock", "upload", "user", "user-plus", "users", "video", "wifi",
	"x", "x-circle", "zap",
}

// Icons returns the names of the icon set, sorted as the picker shows them.
func Icons() []string { return append([]string(nil), icons...) }
