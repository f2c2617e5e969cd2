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
}
