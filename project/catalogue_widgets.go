package project

// sharedProps are properties that every widget has, beside id and visible.
var sharedProps = []Prop{
	{Name: "grow", Kind: PropBool, Default: false, Literal: true, Group: "Layout", Doc: "Takes the space that is left in a row."},
	{Name: "width", Kind: PropEnum, Values: []string{"auto", "full", "xs", "sm", "md", "lg", "xl"}, Default: "auto", Literal: true, Group: "Layout", Doc: "Greatest width."},
}

var gap = Prop{Name: "gap", Kind: PropEnum, Values: []string{"none", "xs", "sm", "md", "lg", "xl"}, Default: "md", Literal: true, Group: "Layout", Doc: "Space between the children."}
var align = Prop{Name: "align", Kind: PropEnum, Values: []string{"start", "center", "end", "stretch"}, Default: "stretch", Literal: true, Group: "Layout", Doc: "Place across the direction."}
var justify = Prop{Name: "justify", Kind: PropEnum, Values: []string{"start", "center", "end", "between"}, Default: "start", Literal: true, Group: "Layout", Doc: "Place along the direction."}
var padding = Prop{Name: "padding", Kind: PropEnum, Values: []string{"none", "xs", "sm", "md", "lg", "xl"}, Default: "none", Literal: true, Group: "Layout", Doc: "Space inside the edge."}
var children = Slot{Name: "children", Doc: "What stands inside."}
var onTap = Event{Name: "onTap", Doc: "A click, a tap or the Enter key."}

var colorRoles = []string{"default", "primary", "secondary", "success", "warning", "error", "info", "muted"}

func inputProps(more ...Prop) []Prop {
	return append([]Prop{
		{Name: "label", Kind: PropText, Required: true, Group: "Content", Doc: "What to type or choose."},
		{Name: "help", Kind: PropText, Group: "Content", Doc: "A sentence below the input."},
		{Name: "initial", Kind: PropText, Group: "Content", Doc: "What stands in it at first."},
		{Name: "required", Kind: PropBool, Default: false, Group: "Validation", Doc: "May not be left empty."},
		{Name: "requiredMessage", Kind: PropText, Group: "Validation", Doc: "Said when it is left empty."},
		{Name: "disabled", Kind: PropBool, Default: false, Group: "Behaviour", Doc: "Shown but not usable."},
	}, more...)
}

var widgetSpecs = withShared([]*WidgetSpec{
	// Layout
	{Kind: "column", Title: "Column", Group: "Layout", Icon: "rows", Main: "children", Doc: "Children one below the other.", Props: []Prop{gap, align, justify, padding}, Slots: []Slot{children}},
	{Kind: "row", Title: "Row", Group: "Layout", Icon: "columns", Main: "children", Doc: "Children side by side; they wrap on small screens when `wrap` is on.",
		Props: []Prop{gap, {Name: "align", Kind: PropEnum, Values: align.Values, Default: "center", Literal: true, Group: "Layout", Doc: align.Doc}, justify, padding,
			{Name: "wrap", Kind: PropBool, Default: false, Literal: true, Group: "Layout", Doc: "Children wrap onto the next line."}}, Slots: []Slot{children}},
	{Kind: "container", Title: "Container", Group: "Layout", Icon: "square", Main: "children", Doc: "A centred box of a greatest width with padding and a background.",
		Props: []Prop{gap, {Name: "padding", Kind: PropEnum, Values: padding.Values, Default: "md", Literal: true, Group: "Layout", Doc: padding.Doc}, align,
			{Name: "background", Kind: PropEnum, Values: []string{"none", "surface", "subtle", "primary", "gradient"}, Default: "none", Literal: true, Group: "Style", Doc: "Background of the box."},
			{Name: "fill", Kind: PropBool, Default: false, Literal: true, Group: "Layout", Doc: "At least as high as the screen, its content in the middle."}}, Slots: []Slot{children}},
	{Kind: "card", Title: "Card", Group: "Layout", Icon: "card", Main: "children", Doc: "A raised box; with onTap the whole card is a button.",
		Props: []Prop{gap, {Name: "padding", Kind: PropEnum, Values: padding.Values, Default: "lg", Literal: true, Group: "Layout", Doc: padding.Doc},
			{Name: "variant", Kind: PropEnum, Values: []string{"raised", "outlined", "filled"}, Default: "raised", Literal: true, Group: "Style", Doc: "Look of the card."}}, Slots: []Slot{children}, Events: []Event{onTap}},
	{Kind: "spacer", Title: "Spacer", Group: "Layout", Icon: "space", Main: "size", Doc: "Empty space; without a size it takes what is left.",
		Props: []Prop{{Name: "size", Kind: PropEnum, Values: []string{"auto", "xs", "sm", "md", "lg", "xl"}, Default: "auto", Literal: true, Group: "Layout", Doc: "How much."}}},
	{Kind: "divider", Title: "Divider", Group: "Layout", Icon: "minus", Main: "text", Doc: "A line between things, with a word in it if wanted.",
		Props: []Prop{{Name: "text", Kind: PropText, Group: "Content", Doc: "A word in the line."}}},

	// Display
	{Kind: "text", Title: "Text", Group: "Display", Icon: "type", Main: "text", Doc: "Text of a chosen style.", Props: []Prop{
		{Name: "text", Kind: PropText, Required: true, Group: "Content", Doc: "The text; ${…} binds it to data."},
		{Name: "style", Kind: PropEnum, Values: []string{"display", "headline", "title", "body", "label", "caption"}, Default: "body", Literal: true, Group: "Style", Doc: "Step of the type scale; display, headline and title are headings."},
		{Name: "color", Kind: PropEnum, Values: colorRoles, Default: "default", Literal: true, Group: "Style", Doc: "Colour role."},
		{Name: "align", Kind: PropEnum, Values: []string{"start", "center", "end"}, Default: "start", Literal: true, Group: "Style", Doc: "Alignment."},
		{Name: "weight", Kind: PropEnum, Values: []string{"auto", "regular", "medium", "bold"}, Default: "auto", Literal: true, Group: "Style", Doc: "Weight."},
		{Name: "lines", Kind: PropInt, Literal: true, Group: "Style", Doc: "Cut after so many lines."},
	}},
	{Kind: "markdown", Title: "Markdown", Group: "Display", Icon: "file-text", Main: "text", Doc: "Rich text written in Markdown; HTML in it is removed.", Props: []Prop{
		{Name: "text", Kind: PropText, Required: true, Group: "Content", Doc: "The Markdown."}}},
	{Kind: "image", Title: "Image", Group: "Display", Icon: "image", Main: "src", Doc: "A picture.", Props: []Prop{
		{Name: "src", Kind: PropImage, Required: true, Group: "Content", Doc: "URL, or the name of a file in assets/."},
		{Name: "alt", Kind: PropText, Group: "Content", Doc: "What it shows, for those who do not see it; empty for decoration."},
		{Name: "ratio", Kind: PropEnum, Values: []string{"auto", "square", "wide", "photo", "portrait"}, Default: "auto", Literal: true, Group: "Style", Doc: "Shape; the picture is cropped to it."},
		{Name: "rounded", Kind: PropBool, Default: true, Literal: true, Group: "Style", Doc: "Rounded corners."},
	}},
	{Kind: "avatar", Title: "Avatar", Group: "Display", Icon: "user", Main: "src", Doc: "A round picture of a person, or initials when there is none.", Props: []Prop{
		{Name: "src", Kind: PropImage, Group: "Content", Doc: "URL of the picture."},
		{Name: "name", Kind: PropText, Required: true, Group: "Content", Doc: "The person's name: alternative text and initials."},
		{Name: "size", Kind: PropEnum, Values: []string{"sm", "md", "lg", "xl"}, Default: "md", Literal: true, Group: "Style", Doc: "Size."},
	}},
	{Kind: "icon", Title: "Icon", Group: "Display", Icon: "star", Main: "name", Doc: "A picture of the icon set.", Props: []Prop{
		{Name: "name", Kind: PropIcon, Required: true, Group: "Content", Doc: "Name in the icon set."},
		{Name: "size", Kind: PropEnum, Values: []string{"sm", "md", "lg", "xl"}, Default: "md", Literal: true, Group: "Style", Doc: "Size."},
		{Name: "color", Kind: PropEnum, Values: colorRoles, Default: "default", Literal: true, Group: "Style", Doc: "Colour role."},
		{Name: "label", Kind: PropText, Group: "Content", Doc: "What it means, for those who do not see it; empty for decoration."},
	}},
	{Kind: "progress", Title: "Progress", Group: "Display", Icon: "loader", Main: "value", Doc: "A bar that shows a share, or a spinner without a value.", Props: []Prop{
		{Name: "value", Kind: PropNumber, Group: "Content", Doc: "0 to `max`; unset spins."},
		{Name: "max", Kind: PropNumber, Default: 100, Group: "Content", Doc: "What counts as full."},
		{Name: "label", Kind: PropText, Required: true, Group: "Content", Doc: "What progresses."},
	}},
	{Kind: "chart", Title: "Chart", Group: "Display", Icon: "chart", Doc: "A line, area or bar chart, drawn by the server.", Props: []Prop{
		{Name: "data", Kind: PropList, Required: true, Group: "Content", Doc: "A list of objects, one a point."},
		{Name: "x", Kind: PropText, Required: true, Literal: true, Group: "Content", Doc: "Field with the label of a point."},
		{Name: "y", Kind: PropText, Required: true, Literal: true, Group: "Content", Doc: "Field with the number of a point."},
		{Name: "type", Kind: PropEnum, Values: []string{"line", "area", "bar"}, Default: "area", Literal: true, Group: "Style", Doc: "Kind of chart."},
		{Name: "label", Kind: PropText, Required: true, Group: "Content", Doc: "What it shows: its title for all, its alternative text for some."},
		{Name: "unit", Kind: PropText, Group: "Content", Doc: "Unit behind the numbers."},
		{Name: "empty", Kind: PropText, Default: "Nothing to show yet", Group: "Content", Doc: "Said when there is no point."},
	}},

	// Input
	{Kind: "form", Title: "Form", Group: "Input", Icon: "form", Main: "children", Doc: "Inputs that are sent together; Enter submits it.", Props: []Prop{gap}, Slots: []Slot{children},
		Events: []Event{{Name: "onSubmit", Doc: "Enter in an input, or a tap on a button of the form that has no onTap of its own. The inputs are checked first."}}},
	{Kind: "textField", Title: "Text Field", Group: "Input", Icon: "input", Doc: "A line (or lines) to type in.", Input: true, Props: inputProps(
		Prop{Name: "type", Kind: PropEnum, Values: []string{"text", "email", "password", "number", "url", "tel", "search", "multiline"}, Default: "text", Literal: true, Group: "Behaviour", Doc: "What is typed; password has an eye and is never echoed."},
		Prop{Name: "placeholder", Kind: PropText, Group: "Content", Doc: "An example, shown while empty."},
		Prop{Name: "autocomplete", Kind: PropText, Literal: true, Group: "Behaviour", Doc: "HTML autocomplete token: username, current-password, new-password, email …"},
		Prop{Name: "minLength", Kind: PropInt, Literal: true, Group: "Validation", Doc: "Fewest characters."},
		Prop{Name: "maxLength", Kind: PropInt, Literal: true, Group: "Validation", Doc: "Most characters."},
		Prop{Name: "pattern", Kind: PropText, Literal: true, Group: "Validation", Doc: "RE2 pattern that the whole value must match."},
		Prop{Name: "patternMessage", Kind: PropText, Group: "Validation", Doc: "Said when the pattern does not match."},
		Prop{Name: "sameAs", Kind: PropField, Group: "Validation", Doc: "Must equal this other input."},
		Prop{Name: "icon", Kind: PropIcon, Group: "Style", Doc: "Icon at its start."},
	), Events: []Event{{Name: "onChange", Doc: "The value changed (needs script)."}}},
	{Kind: "checkbox", Title: "Checkbox", Group: "Input", Icon: "check-square", Doc: "Yes or no.", Input: true, Props: inputProps(), Events: []Event{{Name: "onChange", Doc: "The value changed (needs script)."}}},
	{Kind: "dropdown", Title: "Dropdown", Group: "Input", Icon: "chevron-down", Doc: "One of several.", Input: true, Props: inputProps(
		Prop{Name: "options", Kind: PropOptions, Required: true, Group: "Content", Doc: "Texts, or {value, label}, or ${a list}."},
		Prop{Name: "placeholder", Kind: PropText, Group: "Content", Doc: "Shown while nothing is chosen."},
	), Events: []Event{{Name: "onChange", Doc: "The value changed (needs script)."}}},
	{Kind: "button", Title: "Button", Group: "Input", Icon: "button", Main: "text", Doc: "Runs a flow; shows that it is busy and acts once.", Props: []Prop{
		{Name: "text", Kind: PropText, Required: true, Group: "Content", Doc: "What it does."},
		{Name: "icon", Kind: PropIcon, Group: "Content", Doc: "Icon before the text."},
		{Name: "variant", Kind: PropEnum, Values: []string{"filled", "tonal", "outlined", "text", "danger"}, Default: "filled", Literal: true, Group: "Style", Doc: "Weight of the button."},
		{Name: "size", Kind: PropEnum, Values: []string{"sm", "md", "lg"}, Default: "md", Literal: true, Group: "Style", Doc: "Size."},
		{Name: "disabled", Kind: PropBool, Default: false, Group: "Behaviour", Doc: "Shown but not usable."},
		{Name: "submit", Kind: PropBool, Default: false, Literal: true, Group: "Behaviour", Doc: "Submits the form it stands in (onSubmit)."},
	}, Events: []Event{onTap}},
	{Kind: "iconButton", Title: "Icon Button", Group: "Input", Icon: "circle", Main: "icon", Doc: "A button that is only an icon.", Props: []Prop{
		{Name: "icon", Kind: PropIcon, Required: true, Group: "Content", Doc: "The icon."},
		{Name: "label", Kind: PropText, Required: true, Group: "Content", Doc: "What it does, said aloud and shown on hover."},
		{Name: "variant", Kind: PropEnum, Values: []string{"plain", "tonal", "filled", "outlined"}, Default: "plain", Literal: true, Group: "Style", Doc: "Weight of the button."},
		{Name: "disabled", Kind: PropBool, Default: false, Group: "Behaviour", Doc: "Shown but not usable."},
	}, Events: []Event{onTap}},

	// Navigation
	{Kind: "link", Title: "Link", Group: "Navigation", Icon: "link", Main: "text", Doc: "Text that opens a page or an address.", Props: []Prop{
		{Name: "text", Kind: PropText, Required: true, Group: "Content", Doc: "The text."},
		{Name: "page", Kind: PropPage, Group: "Behaviour", Doc: "Page of this app."},
		{Name: "with", Kind: PropArgs, Group: "Behaviour", Doc: "Values of the page's parameters."},
		{Name: "url", Kind: PropText, Group: "Behaviour", Doc: "https, mailto or tel address instead of a page."},
		{Name: "icon", Kind: PropIcon, Group: "Content", Doc: "Icon before the text."},
	}},
	{Kind: "tabBar", Title: "Tab Bar", Group: "Navigation", Icon: "tabs", Main: "tabs", Doc: "Tabs, one shown at a time.", Props: []Prop{
		{Name: "label", Kind: PropText, Group: "Content", Doc: "What the tabs choose between, for screen readers."}},
		Slots: []Slot{{Name: "tabs", Of: "tab", Doc: "The tabs."}}},
	{Kind: "tab", Title: "Tab", Group: "Navigation", Icon: "tab", Main: "children", Part: true, Doc: "One tab of a tab bar.", Props: []Prop{
		{Name: "label", Kind: PropText, Required: true, Group: "Content", Doc: "Its name."}, gap}, Slots: []Slot{children}},

	// Data
	{Kind: "list", Title: "List", Group: "Data", Icon: "list", Doc: "Draws its item once for every element of a list.", Props: []Prop{
		{Name: "data", Kind: PropList, Required: true, Group: "Content", Doc: "The list: usually queries.NAME.body."},
		{Name: "query", Kind: PropText, Literal: true, Group: "Content", Doc: "Query that brings the data: its fault shows the error state."},
		{Name: "key", Kind: PropText, Literal: true, Group: "Behaviour", Doc: "Field that identifies an element; the index when unset."},
		{Name: "layout", Kind: PropEnum, Values: []string{"column", "grid", "row"}, Default: "column", Literal: true, Group: "Layout", Doc: "How the elements stand."},
		{Name: "emptyText", Kind: PropText, Default: "Nothing here yet", Group: "Content", Doc: "Said when there is none and `empty` is not filled."},
		{Name: "errorText", Kind: PropText, Default: "This could not be loaded", Group: "Content", Doc: "Said when the query failed and `error` is not filled."},
		gap,
	}, Slots: []Slot{{Name: "item", Item: true, Doc: "What one element looks like; item and index are in scope."}, {Name: "empty", Doc: "Shown when there is none."}, {Name: "error", Doc: "Shown when the query failed."}}},
})

func withShared(specs []*WidgetSpec) []*WidgetSpec {
	for _, s := range specs {
		s.Props = append(s.Props, sharedProps...)
	}
	return specs
}

// icons is the icon set: names that an icon property takes. render draws each of them.
var icons = []string{
	"activity", "alert", "arrow-left", "arrow-right", "bell", "book", "calendar", "camera", "chart", "check", "chevron-down", "chevron-left",
	"chevron-right", "clock", "cloud", "compass", "edit", "eye", "eye-off", "file-text", "filter", "flag", "globe", "heart", "home", "image", "info",
	"key", "link", "list", "loader", "lock", "log-in", "log-out", "mail", "map", "map-pin", "menu", "message", "minus", "moon", "more", "mountain",
	"phone", "plane", "plus", "refresh", "search", "send", "settings", "share", "shield", "star", "sun", "tag", "trash", "user", "user-plus", "users",
	"x",
}

// Icons returns the names of the icon set, sorted as the picker shows them.
func Icons() []string { return append([]string(nil), icons...) }
