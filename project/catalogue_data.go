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
		{Name: "more", Kind: PropEnum, Values: []string{"none", "button", "scroll"}, Default: "none", Literal: true, Group: "Behaviour", Doc: "How the next page of the query comes: by a button, or when the end comes near (with script; a button without)."},
		{Name: "refresh", Kind: PropBool, Default: false, Literal: true, Group: "Behaviour", Doc: "Has a button that asks the query again; with script a finger pulls the page down instead."},
		gap,
	}, Slots: []Slot{{Name: "item", Item: true, Doc: "What one element looks like; item and index are in scope."}, {Name: "empty", Doc: "Shown when there is none."}, {Name: "error", Doc: "Shown when the query failed, instead of a sentence and a button that tries again."}, {Name: "loading", Doc: "Shown while the query is asked again or for more (with script), instead of grey bars."}}},
	{Kind: "repeat", Title: "Repeat", Group: "Data", Icon: "copy", Doc: "Draws its item once for every element of a list, as if each were written here: no list for screen readers, no states of its own but empty.", Props: []Prop{
		{Name: "data", Kind: PropList, Required: true, Group: "Content", Doc: "The list."},
		{Name: "key", Kind: PropText, Literal: true, Group: "Behaviour", Doc: "Field that identifies an element; the index when unset."},
		{Name: "layout", Kind: PropEnum, Values: []string{"column", "wrap", "grid"}, Default: "column", Literal: true, Group: "Layout", Doc: "How the elements stand."},
		gap,
	}, Slots: []Slot{{Name: "item", Item: true, Doc: "What one element looks like; item and index are in scope."}, {Name: "empty", Doc: "Shown when there is none."}}},
	{Kind: "table", Title: "Table", Group: "Data", Icon: "table", Doc: "Rows and columns, sorted by a click on a heading and shown page by page; on phones each row is a card.", Props: []Prop{
		{Name: "data", Kind: PropList, Required: true, Group: "Content", Doc: "The list: usually queries.NAME.body."},
		{Name: "label", Kind: PropText, Required: true, Group: "Content", Doc: "What it lists: its caption."},
		{Name: "hideLabel", Kind: PropBool, Default: false, Literal: true, Group: "Style", Doc: "The caption is for screen readers alone."},
		{Name: "query", Kind: PropText, Literal: true, Group: "Content", Doc: "Query that brings the data: its fault shows the error state."},
		{Name: "key", Kind: PropText, Literal: true, Group: "Behaviour", Doc: "Field that identifies an element; the index when unset."},
		{Name: "pageSize", Kind: PropInt, Literal: true, Group: "Behaviour", Doc: "Rows of a page; all on one when unset."},
		{Name: "sortBy", Kind: PropInt, Literal: true, Group: "Behaviour", Doc: "Number of the column by which it is sorted at first, from 1; as the data is when unset."},
		{Name: "descending", Kind: PropBool, Default: false, Literal: true, Group: "Behaviour", Doc: "The greatest first, at first."},
		{Name: "height", Kind: PropEnum, Values: []string{"auto", "sm", "md", "lg"}, Default: "auto", Literal: true, Group: "Layout", Doc: "Greatest height; more rows scroll under the headings."},
		{Name: "phone", Kind: PropEnum, Values: []string{"cards", "scroll"}, Default: "cards", Literal: true, Group: "Layout", Doc: "What becomes of it on a phone: each row a card, or a table that scrolls sideways."},
		{Name: "emptyText", Kind: PropText, Default: "Nothing here yet", Group: "Content", Doc: "Said when there is no row and `empty` is not filled."},
		{Name: "errorText", Kind: PropText, Default: "This could not be loaded", Group: "Content", Doc: "Said when the query failed and `error` is not filled."},
	}, Slots: []Slot{{Name: "columns", Of: "tableColumn", Item: true, Doc: "The columns; item and index are in scope."}, {Name: "empty", Doc: "Shown when there is no row."}, {Name: "error", Doc: "Shown when the query failed."}},
		Events: []Event{{Name: "onTap", Item: true, Doc: "A click, a tap or the Enter key on a row; item and index are in scope."},
			{Name: "onDoubleTap", Item: true, Doc: onDoubleTap.Doc}, {Name: "onLongPress", Item: true, Doc: onLongPress.Doc}}},
	{Kind: "tableColumn", Title: "Table Column", Group: "Data", Icon: "columns", Part: true, Doc: "A column of a table.", Props: []Prop{
		{Name: "label", Kind: PropText, Required: true, Group: "Content", Doc: "The heading."},
		{Name: "field", Kind: PropText, Literal: true, Group: "Content", Doc: "Field of the element that it shows."},
		{Name: "value", Kind: PropJSON, Group: "Content", Doc: "What it shows instead of a field: text or ${…} over item."},
		{Name: "format", Kind: PropEnum, Values: []string{"auto", "number", "percent"}, Default: "auto", Literal: true, Group: "Style", Doc: "How numbers are written: as they are, with separators, or 0.25 as 25 %."},
		{Name: "align", Kind: PropEnum, Values: []string{"auto", "start", "center", "end"}, Default: "auto", Literal: true, Group: "Style", Doc: "Alignment; by itself numbers stand at the end."},
		{Name: "sortable", Kind: PropBool, Default: true, Literal: true, Group: "Behaviour", Doc: "A click on the heading sorts by it, where it has a field or a value."},
	}, Slots: []Slot{{Name: "cell", Item: true, Doc: "Widgets that stand in the cell instead of text; item and index are in scope."}}},
}
