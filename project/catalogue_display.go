package project

// Widgets that show something.
var displayWidgets = []*WidgetSpec{
	{Kind: "text", Title: "Text", Group: "Display", Icon: "type", Main: "text", Doc: "Text of a chosen style.", Props: []Prop{
		{Name: "text", Kind: PropText, Required: true, Group: "Content", Doc: "The text; ${…} binds it to data."},
		{Name: "style", Kind: PropEnum, Values: []string{"display", "headline", "title", "body", "label", "caption"}, Default: "body", Literal: true, Group: "Style", Doc: "Step of the type scale; display, headline and title are headings."},
		{Name: "color", Kind: PropEnum, Values: colorRoles, Default: "default", Literal: true, Group: "Style", Doc: "Colour role."},
		{Name: "align", Kind: PropEnum, Values: []string{"start", "center", "end"}, Default: "start", Literal: true, Group: "Style", Doc: "Alignment."},
		{Name: "weight", Kind: PropEnum, Values: []string{"auto", "regular", "medium", "bold"}, Default: "auto", Literal: true, Group: "Style", Doc: "Weight."},
		lines, overflow, selectable,
	}},
	{Kind: "markdown", Title: "Markdown", Group: "Display", Icon: "file-text", Main: "text", Doc: "Rich text written in Markdown; HTML in it is removed.", Props: []Prop{
		{Name: "text", Kind: PropText, Required: true, Group: "Content", Doc: "The Markdown."},
		lines, overflow, selectable,
	}},
	{Kind: "image", Title: "Image", Group: "Display", Icon: "image", Main: "src", Doc: "A picture.", Props: []Prop{
		{Name: "src", Kind: PropImage, Group: "Content", Doc: "URL, or the name of a file in assets/."},
		pictureCall, pictureWith,
		{Name: "alt", Kind: PropText, Group: "Content", Doc: "What it shows, for those who do not see it; empty for decoration."},
		{Name: "ratio", Kind: PropEnum, Values: []string{"auto", "square", "wide", "photo", "portrait"}, Default: "auto", Literal: true, Group: "Style", Doc: "Shape; the picture is cropped to it."},
		{Name: "fit", Kind: PropEnum, Values: []string{"cover", "contain"}, Default: "cover", Literal: true, Group: "Style", Doc: "Whether what does not fit the shape is cut off, or the whole picture is shown with space beside it."},
		{Name: "rounded", Kind: PropBool, Default: true, Literal: true, Group: "Style", Doc: "Rounded corners."},
		{Name: "caption", Kind: PropText, Group: "Content", Doc: "A sentence below it."},
		{Name: "fallback", Kind: PropImage, Group: "Content", Doc: "Picture shown when it does not load (needs script); otherwise a frame with its alt shows."},
		{Name: "pixels", Kind: PropText, Literal: true, Group: "Behaviour", Doc: "Width and height of a picture from elsewhere, as 800x600: its place is kept while it loads. Those in assets/ are known."},
		{Name: "lazy", Kind: PropBool, Default: true, Literal: true, Group: "Behaviour", Doc: "Loaded when it comes near the screen; off for what is seen first."},
	}},
	{Kind: "video", Title: "Video", Group: "Display", Icon: "video", Main: "src", Doc: "A video, which keeps its place while it loads.", Props: []Prop{
		{Name: "src", Kind: PropMedia, Values: []string{".mp4", ".webm"}, Required: true, Group: "Content", Doc: "Name of a file in assets/, or URL of an origin that `media` of app.yaml names."},
		{Name: "label", Kind: PropText, Required: true, Group: "Content", Doc: "What it shows, for those who do not see it."},
		{Name: "poster", Kind: PropImage, Group: "Content", Doc: "Picture shown until it plays."},
		{Name: "captions", Kind: PropMedia, Values: []string{".vtt"}, Group: "Content", Doc: "What is said and heard in it, as WebVTT: a file in assets/, or a URL of `media`, which must then allow other sites to read it and the video (CORS)."},
		{Name: "captionsLabel", Kind: PropText, Group: "Content", Doc: "Name of the captions in the browser's menu; a word for captions in the language of the page unless it is given."},
		{Name: "captionsLanguage", Kind: PropText, Literal: true, Group: "Content", Doc: "Language of the captions, such as en; that of the page unless it is given."},
		{Name: "silent", Kind: PropBool, Default: false, Literal: true, Group: "Content", Doc: "Nothing is said or heard in it, so it needs no captions."},
		{Name: "ratio", Kind: PropEnum, Values: []string{"wide", "square", "photo", "portrait"}, Default: "wide", Literal: true, Group: "Style", Doc: "Shape of its place."},
		{Name: "fit", Kind: PropEnum, Values: []string{"contain", "cover"}, Default: "contain", Literal: true, Group: "Style", Doc: "Whether the whole of it is shown, or what does not fit the shape is cut off."},
		{Name: "rounded", Kind: PropBool, Default: true, Literal: true, Group: "Style", Doc: "Rounded corners."},
		{Name: "controls", Kind: PropBool, Default: true, Literal: true, Group: "Behaviour", Doc: "Buttons to play, stop, mute and move about in it."},
		{Name: "loop", Kind: PropBool, Default: false, Literal: true, Group: "Behaviour", Doc: "Begins anew at its end."},
		{Name: "muted", Kind: PropBool, Default: false, Literal: true, Group: "Behaviour", Doc: "Starts without sound."},
		{Name: "autoplay", Kind: PropBool, Default: false, Literal: true, Group: "Behaviour", Doc: "Starts by itself; with `muted` alone, and not for people who asked their device for less motion (needs script)."},
	}},
	{Kind: "frame", Title: "Frame", Group: "Display", Icon: "globe", Main: "src", Doc: "A page from elsewhere, such as a map or a form, shut into a sandbox.", Props: []Prop{
		{Name: "src", Kind: PropText, Required: true, Group: "Content", Doc: "Its address. `frames` of app.yaml names its origin; a sentence stands where another is asked for."},
		{Name: "title", Kind: PropText, Required: true, Group: "Content", Doc: "What it is, for those who do not see it."},
		{Name: "ratio", Kind: PropEnum, Values: []string{"wide", "square", "photo", "portrait", "tall"}, Default: "wide", Literal: true, Group: "Style", Doc: "Shape of its place; tall is as high as most of a screen, whatever the width."},
		{Name: "rounded", Kind: PropBool, Default: true, Literal: true, Group: "Style", Doc: "Rounded corners."},
		{Name: "sandbox", Kind: PropWords, Values: []string{"scripts", "forms", "popups", "downloads", "modals", "sameOrigin"}, Default: []any{"scripts"}, Group: "Behaviour", Doc: "What the page in it may do. Without sameOrigin it has no cookies and storage of its own."},
		{Name: "allow", Kind: PropWords, Values: []string{"fullscreen", "autoplay", "encrypted-media", "picture-in-picture", "clipboard-write", "web-share"}, Group: "Behaviour", Doc: "Features of the browser that the page in it may use."},
		{Name: "lazy", Kind: PropBool, Default: true, Literal: true, Group: "Behaviour", Doc: "Loaded when it comes near the screen."},
	}},
	{Kind: "avatar", Title: "Avatar", Group: "Display", Icon: "user", Main: "src", Doc: "A round picture of a person, or initials when there is none.", Props: []Prop{
		{Name: "src", Kind: PropImage, Group: "Content", Doc: "URL of the picture."},
		pictureCall, pictureWith,
		{Name: "name", Kind: PropText, Required: true, Group: "Content", Doc: "The person's name: alternative text and initials."},
		{Name: "size", Kind: PropEnum, Values: []string{"sm", "md", "lg", "xl"}, Default: "md", Literal: true, Group: "Style", Doc: "Size."},
	}},
	{Kind: "icon", Title: "Icon", Group: "Display", Icon: "star", Main: "name", Doc: "A picture of the icon set.", Props: []Prop{
		{Name: "name", Kind: PropIcon, Required: true, Group: "Content", Doc: "Name in the icon set."},
		{Name: "size", Kind: PropEnum, Values: []string{"sm", "md", "lg", "xl"}, Default: "md", Literal: true, Group: "Style", Doc: "Size."},
		{Name: "color", Kind: PropEnum, Values: colorRoles, Default: "default", Literal: true, Group: "Style", Doc: "Colour role."},
		{Name: "label", Kind: PropText, Group: "Content", Doc: "What it means, for those who do not see it; empty for decoration."},
	}},
	{Kind: "logo", Title: "Logo", Group: "Display", Icon: "star", Doc: "The logo of the theme, that for light or for dark colours; the app's icon where the theme has none.", Props: []Prop{
		{Name: "size", Kind: PropEnum, Values: []string{"sm", "md", "lg", "xl"}, Default: "md", Literal: true, Group: "Style", Doc: "Size."},
		{Name: "icon", Kind: PropIcon, Group: "Content", Doc: "Icon shown instead where the theme has no logo."},
	}},
	{Kind: "progress", Title: "Progress", Group: "Display", Icon: "loader", Main: "value", Doc: "A bar or a ring that shows a share, or a spinner without a value.", Props: []Prop{
		{Name: "value", Kind: PropNumber, Group: "Content", Doc: "0 to `max`; unset spins, and what is no number moves without an end."},
		{Name: "max", Kind: PropNumber, Default: 100, Group: "Content", Doc: "What counts as full."},
		{Name: "label", Kind: PropText, Required: true, Group: "Content", Doc: "What progresses."},
		{Name: "shape", Kind: PropEnum, Values: []string{"bar", "ring"}, Default: "bar", Literal: true, Group: "Style", Doc: "A bar, or a ring with the share in its middle."},
	}},
	{Kind: "chart", Title: "Chart", Group: "Display", Icon: "chart", Doc: "A chart of lines, bars or slices, drawn by the server; the numbers stand behind it as a table for screen readers.", Props: []Prop{
		{Name: "data", Kind: PropList, Required: true, Group: "Content", Doc: "A list of objects, one a point or slice."},
		{Name: "x", Kind: PropText, Required: true, Literal: true, Group: "Content", Doc: "Field with the label of a point."},
		{Name: "y", Kind: PropText, Literal: true, Group: "Content", Doc: "Field with the number of a point, where there is one series."},
		{Name: "type", Kind: PropEnum, Values: []string{"line", "area", "bar", "pie", "donut"}, Default: "area", Literal: true, Group: "Style", Doc: "Kind of chart."},
		{Name: "label", Kind: PropText, Required: true, Group: "Content", Doc: "What it shows: its title for all, its alternative text for some."},
		{Name: "unit", Kind: PropText, Group: "Content", Doc: "Unit behind the numbers."},
		{Name: "xLabel", Kind: PropText, Group: "Content", Doc: "What stands along the chart."},
		{Name: "yLabel", Kind: PropText, Group: "Content", Doc: "What the height means."},
		{Name: "legend", Kind: PropBool, Default: true, Literal: true, Group: "Style", Doc: "Says which colour is what, where there are several."},
		{Name: "empty", Kind: PropText, Default: "Nothing to show yet", Group: "Content", Doc: "Said when there is no point."},
	}, Slots: []Slot{{Name: "series", Of: "chartSeries", Doc: "Several series instead of y, up to six: lines, areas or bars side by side."}}},
	{Kind: "chartSeries", Title: "Chart Series", Group: "Display", Icon: "trending-up", Part: true, Doc: "One series of a chart.", Props: []Prop{
		{Name: "label", Kind: PropText, Required: true, Group: "Content", Doc: "Its name in the legend."},
		{Name: "y", Kind: PropText, Required: true, Literal: true, Group: "Content", Doc: "Field with its number; a point without one is a gap."},
	}},
	{Kind: "badge", Title: "Badge", Group: "Display", Icon: "tag", Main: "text", Doc: "A word or a number that marks something: a state, a count.", Props: []Prop{
		{Name: "text", Kind: PropText, Required: true, Group: "Content", Doc: "The word."},
		{Name: "tone", Kind: PropEnum, Values: tones, Default: "neutral", Group: "Style", Doc: "What it means, as a colour; ${…} chooses it by data."},
		{Name: "variant", Kind: PropEnum, Values: []string{"soft", "filled", "outlined"}, Default: "soft", Literal: true, Group: "Style", Doc: "Look."},
		{Name: "icon", Kind: PropIcon, Group: "Content", Doc: "A picture before the word."},
		{Name: "dot", Kind: PropBool, Default: false, Literal: true, Group: "Style", Doc: "A dot before the word."},
	}},
	{Kind: "stat", Title: "Stat", Group: "Display", Icon: "trending-up", Doc: "One number that matters, how it has changed and, if wanted, its course.", Props: []Prop{
		{Name: "label", Kind: PropText, Required: true, Group: "Content", Doc: "What is counted."},
		{Name: "value", Kind: PropText, Required: true, Group: "Content", Doc: "The number, with its unit; a number by itself is written as the reader's language does."},
		{Name: "change", Kind: PropText, Group: "Content", Doc: "How it has changed, such as +12 %; its sign chooses arrow and colour. A number by itself is written with its sign, as the reader's language does."},
		{Name: "changeFormat", Kind: PropEnum, Values: []string{"number", "percent"}, Default: "number", Literal: true, Group: "Style", Doc: "How a change that is a number by itself is written: as one, or 0.12 as +12 %."},
		{Name: "lessIsBetter", Kind: PropBool, Default: false, Literal: true, Group: "Style", Doc: "A fall is good and a rise is bad."},
		{Name: "help", Kind: PropText, Group: "Content", Doc: "A few words below, such as the time it is compared with."},
		{Name: "icon", Kind: PropIcon, Group: "Content", Doc: "A picture beside the label."},
		{Name: "data", Kind: PropList, Group: "Content", Doc: "Numbers, or objects that hold one, for a small line below."},
		{Name: "y", Kind: PropText, Literal: true, Group: "Content", Doc: "Field of data with the number; unset for a list of numbers."},
	}},
	{Kind: "codeBlock", Title: "Code Block", Group: "Display", Icon: "code", Main: "code", Doc: "Code or another text in fixed width; the button that copies it needs script.", Props: []Prop{
		{Name: "code", Kind: PropText, Required: true, Group: "Content", Doc: "The text; spaces and lines stay as they are."},
		{Name: "title", Kind: PropText, Group: "Content", Doc: "What stands above it: a language or the name of a file."},
		{Name: "wrap", Kind: PropBool, Default: false, Literal: true, Group: "Style", Doc: "Long lines are broken; otherwise they scroll."},
		{Name: "copy", Kind: PropBool, Default: true, Literal: true, Group: "Behaviour", Doc: "A button that copies the text."},
	}},
}

// tones are what a colour can mean.
var tones = []string{"neutral", "primary", "success", "warning", "error", "info"}

// pictureCall and pictureWith are for pictures that the backend gives to who is logged in alone.
var (
	pictureCall = Prop{Name: "call", Kind: PropCall, Group: "Content", Doc: "Instead of src: the GET call that brings it, as group.call. The server sends it, with the login; the token stays there."}
	pictureWith = Prop{Name: "with", Kind: PropArgs, Group: "Content", Doc: "Values of the call's parameters. While a required one has no value, there is no picture."}
)
