package project

// Widgets that place others.
var layoutWidgets = []*WidgetSpec{
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
}
