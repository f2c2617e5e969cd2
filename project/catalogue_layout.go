package project

// columnProps are numbers of columns by size class. Fewer columns on small screens are the default.
var columnProps = []Prop{
	{Name: "columns", Kind: PropInt, Literal: true, Group: "Layout", Doc: "Number of columns, 1 to 6; two at most on tablets and one on phones unless they say otherwise."},
	{Name: "laptopColumns", Kind: PropInt, Literal: true, Group: "Layout", Doc: "Number of columns on laptops."},
	{Name: "tabletColumns", Kind: PropInt, Literal: true, Group: "Layout", Doc: "Number of columns on tablets."},
	{Name: "phoneColumns", Kind: PropInt, Literal: true, Group: "Layout", Doc: "Number of columns on phones."},
}

// Widgets that place others.
var layoutWidgets = []*WidgetSpec{
	{Kind: "column", Title: "Column", Group: "Layout", Icon: "rows", Main: "children", Doc: "Children one below the other.", Props: []Prop{gap, align, justify, padding}, Slots: []Slot{children}},
	{Kind: "row", Title: "Row", Group: "Layout", Icon: "columns", Main: "children", Doc: "Children side by side; they wrap on small screens when `wrap` is on.",
		Props: []Prop{gap, {Name: "align", Kind: PropEnum, Values: align.Values, Default: "center", Literal: true, Group: "Layout", Doc: align.Doc}, justify, padding,
			{Name: "wrap", Kind: PropBool, Default: false, Literal: true, Group: "Layout", Doc: "Children wrap onto the next line."},
			{Name: "stackOn", Kind: PropEnum, Values: []string{"none", "phone", "tablet"}, Default: "none", Literal: true, Group: "Layout", Doc: "Screens on which the children stand one below the other: phones, or phones and tablets."}}, Slots: []Slot{children}},
	{Kind: "wrap", Title: "Wrap", Group: "Layout", Icon: "columns", Main: "children", Doc: "Children side by side, as many as fit, the others on the next line.",
		Props: []Prop{{Name: "gap", Kind: PropEnum, Values: gap.Values, Default: "sm", Literal: true, Group: "Layout", Doc: gap.Doc},
			{Name: "align", Kind: PropEnum, Values: align.Values, Default: "center", Literal: true, Group: "Layout", Doc: align.Doc}, justify, padding}, Slots: []Slot{children}},
	{Kind: "grid", Title: "Grid", Group: "Layout", Icon: "grid", Main: "children", Doc: "Children in columns of equal width: as many as fit, or a number by the size of the screen.",
		Props: append([]Prop{gap, padding,
			{Name: "minWidth", Kind: PropEnum, Values: []string{"xs", "sm", "md", "lg"}, Default: "md", Literal: true, Group: "Layout", Doc: "Least width of a column while no number of columns is given."},
		}, columnProps...), Slots: []Slot{children}},
	{Kind: "stack", Title: "Stack", Group: "Layout", Icon: "layers", Main: "children", Doc: "Layers over each other: the children below, what stands in a corner or the middle above them.",
		Props: []Prop{gap, {Name: "padding", Kind: PropEnum, Values: padding.Values, Default: "sm", Literal: true, Group: "Layout", Doc: "Space between the corners and what stands in them."},
			{Name: "overlap", Kind: PropBool, Default: false, Literal: true, Group: "Layout", Doc: "What stands at the edge reaches over it, as a badge on a picture does."}},
		Slots: []Slot{children, {Name: "topStart", Doc: "Above, where lines begin."}, {Name: "top", Doc: "Above, in the middle."}, {Name: "topEnd", Doc: "Above, where lines end."}, {Name: "center", Doc: "In the middle."},
			{Name: "bottomStart", Doc: "Below, where lines begin."}, {Name: "bottom", Doc: "Below, in the middle."}, {Name: "bottomEnd", Doc: "Below, where lines end."}}},
	{Kind: "conditional", Title: "Conditional", Group: "Layout", Icon: "help", Doc: "Draws one of two things, by a condition.",
		Props: []Prop{{Name: "when", Kind: PropCond, Required: true, Group: "Behaviour", Doc: "The condition."}, gap},
		Slots: []Slot{{Name: "then", Doc: "Shown while the condition holds."}, {Name: "else", Doc: "Shown while it does not."}}},
	{Kind: "container", Title: "Container", Group: "Layout", Icon: "square", Main: "children", Doc: "A centred box of a greatest width with padding and a background.",
		Props: []Prop{gap, {Name: "padding", Kind: PropEnum, Values: padding.Values, Default: "md", Literal: true, Group: "Layout", Doc: padding.Doc}, align,
			{Name: "background", Kind: PropEnum, Values: []string{"none", "surface", "subtle", "primary", "gradient"}, Default: "none", Literal: true, Group: "Style", Doc: "Background of the box."},
			{Name: "fill", Kind: PropBool, Default: false, Literal: true, Group: "Layout", Doc: "At least as high as the screen, its content in the middle."}}, Slots: []Slot{children}},
	{Kind: "card", Title: "Card", Group: "Layout", Icon: "card", Main: "children", Doc: "A raised box; with onTap the whole card is a button.",
		Props: []Prop{gap, {Name: "padding", Kind: PropEnum, Values: padding.Values, Default: "lg", Literal: true, Group: "Layout", Doc: padding.Doc},
			{Name: "variant", Kind: PropEnum, Values: []string{"raised", "outlined", "filled"}, Default: "raised", Literal: true, Group: "Style", Doc: "Look of the card."}}, Slots: []Slot{children}, Events: taps},
	{Kind: "spacer", Title: "Spacer", Group: "Layout", Icon: "space", Main: "size", Doc: "Empty space; without a size it takes what is left.",
		Props: []Prop{{Name: "size", Kind: PropEnum, Values: []string{"auto", "xs", "sm", "md", "lg", "xl"}, Default: "auto", Literal: true, Group: "Layout", Doc: "How much."}}},
	{Kind: "divider", Title: "Divider", Group: "Layout", Icon: "minus", Main: "text", Doc: "A line between things, with a word in it if wanted.",
		Props: []Prop{{Name: "text", Kind: PropText, Group: "Content", Doc: "A word in the line."}}},
}
