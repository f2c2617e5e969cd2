package project

// Widgets that lead somewhere.
var navigationWidgets = []*WidgetSpec{
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
	{Kind: "appBar", Title: "App Bar", Group: "Navigation", Icon: "minus", Main: "title", Doc: "The bar above a page: its title, what leads elsewhere before it, what can be done behind it. It stays while the page scrolls.", Props: []Prop{
		{Name: "title", Kind: PropText, Required: true, Group: "Content", Doc: "The title: the page's first heading."},
		{Name: "logo", Kind: PropBool, Default: true, Literal: true, Group: "Style", Doc: "The logo of the theme, where it has one, before everything else."}},
		Slots: []Slot{{Name: "leading", Doc: "Before the title: a link or button back, a menu, an avatar."}, {Name: "actions", Doc: "Behind the title: buttons, links, a menu."}}},
	{Kind: "navBar", Title: "Navigation Bar", Group: "Navigation", Icon: "columns", Main: "children", Doc: "The app's main pages: a bar at the bottom of a phone, a rail at the side of a desk. The link of the page that is open is marked.", Props: []Prop{
		{Name: "label", Kind: PropText, Group: "Content", Doc: "What the bar is called, for screen readers."}},
		Slots: []Slot{{Name: "children", Holds: []string{"link"}, Doc: "Two to five links to pages, each with an icon."}}},
	{Kind: "breadcrumbs", Title: "Breadcrumbs", Group: "Navigation", Icon: "chevron-right", Main: "children", Doc: "The way from the start to this page.", Props: []Prop{
		{Name: "label", Kind: PropText, Group: "Content", Doc: "What the way is called, for screen readers."},
		{Name: "current", Kind: PropText, Group: "Content", Doc: "Name of this page, at the end of the way."}},
		Slots: []Slot{{Name: "children", Holds: []string{"link"}, Doc: "Links to the pages on the way."}}},
	{Kind: "menu", Title: "Menu", Group: "Navigation", Icon: "more", Main: "children", Doc: "A button that opens a list of links and buttons. Works without script; with it Escape and a click elsewhere close it, and the arrow keys go through it.", Props: []Prop{
		{Name: "label", Kind: PropText, Required: true, Group: "Content", Doc: "What is in it."},
		{Name: "icon", Kind: PropIcon, Default: "more", Group: "Content", Doc: "Icon of the button."},
		{Name: "text", Kind: PropBool, Default: false, Literal: true, Group: "Style", Doc: "Shows the label beside the icon."}},
		Slots: []Slot{{Name: "children", Holds: []string{"link", "button"}, Doc: "Links and buttons."}}},
	{Kind: "drawer", Title: "Drawer", Group: "Navigation", Icon: "menu", Main: "children", Doc: "A button that opens a panel at the side, over the page. Works without script, Escape and a tap beside it close it; with script the focus stays in it while it is open.", Props: []Prop{
		{Name: "label", Kind: PropText, Required: true, Group: "Content", Doc: "What is in it: name of the button, heading of the panel."},
		{Name: "icon", Kind: PropIcon, Default: "menu", Group: "Content", Doc: "Icon of the button."},
		{Name: "side", Kind: PropEnum, Values: []string{"start", "end"}, Default: "start", Literal: true, Group: "Style", Doc: "Where it comes from: where a line begins, or where it ends."},
		{Name: "text", Kind: PropBool, Default: false, Literal: true, Group: "Style", Doc: "Shows the label beside the icon."}},
		Slots: []Slot{{Name: "children", Doc: "Links, buttons, and what else belongs there."}}},
	overlay("dialog", "Dialog", "message", "A box over the page that the action open shows and close, Escape or its own button put away. Works without script; with it the focus stays in it and goes back afterwards."),
	overlay("bottomSheet", "Bottom Sheet", "chevron-up", "A dialog that comes from the bottom of the screen, for choices on a phone. It opens and closes as a dialog does."),
}

// overlay is a widget that stands over the page while it is open.
func overlay(kind, title, icon, doc string) *WidgetSpec {
	return &WidgetSpec{Kind: kind, Title: title, Group: "Navigation", Icon: icon, Main: "children", Doc: doc, Over: true, Props: []Prop{
		{Name: "label", Kind: PropText, Required: true, Group: "Content", Doc: "Its heading."},
		{Name: "closable", Kind: PropBool, Default: true, Literal: true, Group: "Behaviour", Doc: "Has a button that closes it, and Escape does so too; otherwise the action close alone."},
		gap}, Slots: []Slot{children}}
}
