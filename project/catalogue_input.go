package project

// Widgets that people fill in or press.
var inputWidgets = []*WidgetSpec{
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
		sameAs, sameAsMessage,
		Prop{Name: "lengthMessage", Kind: PropText, Group: "Validation", Doc: "Said when it is too short or too long."},
		typeMessage,
		Prop{Name: "icon", Kind: PropIcon, Group: "Style", Doc: "Icon at its start."},
	), Events: []Event{onChange}},
	{Kind: "checkbox", Title: "Checkbox", Group: "Input", Icon: "check-square", Doc: "Yes or no.", Input: true, Props: inputProps(), Events: []Event{onChange}},
	{Kind: "dropdown", Title: "Dropdown", Group: "Input", Icon: "chevron-down", Doc: "One of several.", Input: true, Props: inputProps(
		Prop{Name: "options", Kind: PropOptions, Required: true, Group: "Content", Doc: "Texts, or {value, label}, or ${a list}."},
		Prop{Name: "placeholder", Kind: PropText, Group: "Content", Doc: "Shown while nothing is chosen."},
	), Events: []Event{onChange}},
	{Kind: "numberField", Title: "Number Field", Group: "Input", Icon: "input", Doc: "A number to type in; its value is a number, nil while empty.", Input: true, Props: numberProps(
		Prop{Name: "integer", Kind: PropBool, Default: false, Literal: true, Group: "Validation", Doc: "Whole numbers only."},
		Prop{Name: "prefix", Kind: PropText, Group: "Content", Doc: "A few characters before it, such as a currency."},
		Prop{Name: "suffix", Kind: PropText, Group: "Content", Doc: "A few characters behind it, such as a unit."},
		Prop{Name: "placeholder", Kind: PropText, Group: "Content", Doc: "An example, shown while empty."},
	), Events: []Event{onChange}},
	{Kind: "dateField", Title: "Date Field", Group: "Input", Icon: "calendar", Doc: "A date. Its value is text without a time zone, 2026-05-31, empty while nothing is chosen.", Input: true,
		Props: clockProps("2026-05-31"), Events: []Event{onChange}},
	{Kind: "timeField", Title: "Time Field", Group: "Input", Icon: "clock", Doc: "A time of day. Its value is text without a time zone, 14:30, empty while nothing is chosen.", Input: true,
		Props: clockProps("14:30"), Events: []Event{onChange}},
	{Kind: "dateTimeField", Title: "Date and Time Field", Group: "Input", Icon: "calendar", Doc: "A date with a time of day. Its value is text without a time zone, 2026-05-31T14:30: what the clock on the wall shows.", Input: true,
		Props: clockProps("2026-05-31T14:30"), Events: []Event{onChange}},
	{Kind: "radioGroup", Title: "Radio Group", Group: "Input", Icon: "list", Doc: "One of a few, all of them in sight.", Input: true, Props: inputProps(
		Prop{Name: "options", Kind: PropOptions, Required: true, Group: "Content", Doc: "Texts, or {value, label}, or ${a list}."},
		Prop{Name: "direction", Kind: PropEnum, Values: []string{"column", "row"}, Default: "column", Literal: true, Group: "Style", Doc: "One below the other, or side by side."},
	), Events: []Event{onChange}},
	{Kind: "switch", Title: "Switch", Group: "Input", Icon: "check-square", Doc: "On or off.", Input: true, Props: inputProps(), Events: []Event{onChange}},
	{Kind: "pinCode", Title: "Pin Code", Group: "Input", Icon: "key", Doc: "A code of digits, such as one that came by text message; phones offer to fill it in. Its value is text: 007123 keeps its zeros.", Input: true, Props: inputProps(
		Prop{Name: "length", Kind: PropInt, Default: 6, Literal: true, Group: "Validation", Doc: "How many digits: 3 to 10."},
		Prop{Name: "secret", Kind: PropBool, Default: false, Literal: true, Group: "Behaviour", Doc: "A PIN that nobody may see: it is hidden and never echoed."},
		Prop{Name: "submit", Kind: PropBool, Default: false, Literal: true, Group: "Behaviour", Doc: "The form is sent with the last digit (needs script; a button does it without)."},
		Prop{Name: "autocomplete", Kind: PropText, Default: "one-time-code", Literal: true, Group: "Behaviour", Doc: "HTML autocomplete token; off for a PIN that people know by heart."},
		sameAs, sameAsMessage, typeMessage,
	), Events: []Event{onChange, {Name: "onComplete", Doc: "The last digit is there (needs script). Give the page a button as well."}}},
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
}
