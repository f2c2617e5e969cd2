package project

// Widgets that draw lists.
var dataWidgets = []*WidgetSpec{
	{Kind: "list", Title: "List", Group: "Data", Icon: "list", Doc: "Draws its item once for every element of a list.", Props: []Prop{
		{Name: "data", Kind: PropList, Required: true, Group: "Content", Doc: "The list: usually queries.NAME.body."},
		{Name: "query", Kind: PropText, Literal: true, Group: "Content", Doc: "Query that brings the data: its fault shows the error state."},
		{Name: "key", Kind: PropText, Literal: true, Group: "Behaviour", Doc: "Field that identifies an element; the index when unset."},
		{Name: "layout", Kind: PropEnum, Values: []string{"column", "grid", "row"}, Default: "column", Literal: true, Group: "Layout", Doc: "How the elements stand."},
		{Name: "emptyText", Kind: PropText, Default: "Nothing here yet", Group: "Content", Doc: "Said when there is none and `empty` is not filled."},
		{Name: "errorText", Kind: PropText, Default: "This could not be loaded", Group: "Content", Doc: "Said when the query failed and `error` is not filled."},
		gap,
	}, Slots: []Slot{{Name: "item", Item: true, Doc: "What one element looks like; item and index are in scope."}, {Name: "empty", Doc: "Shown when there is none."}, {Name: "error", Doc: "Shown when the query failed."}}},
}
