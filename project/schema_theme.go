package project

import "slices"

func themeSchema() node {
	count := node{"type": "integer", "description": "Widest screen of that size class, in px."}
	return mapping("theme", themeKeys, node{"accent": usually(colorSchema("The one colour that the others are computed from."), defaultAccent),
		"colors":      colorsSchema(),
		"mode":        usually(oneWord("Light, dark, or as the system is set.", "system", "light", "dark"), "system"),
		"radius":      node{"anyOf": []any{node{"enum": radii}, node{"type": "integer", "minimum": 0, "maximum": 40}}, "default": "medium", "description": "Roundness of corners: a word, or px."},
		"density":     usually(oneWord("Space in and between things.", densities...), "regular"),
		"font":        usually(oneWord("Kind of typeface, of those that the device has.", fontKinds...), "system"),
		"transition":  usually(oneWord("How one page gives way to the next, in browsers that can show it and for people who want motion.", transitions...), "none"),
		"fonts":       fontsSchema(),
		"type":        typeScaleSchema(),
		"spacing":     spacingSchema(),
		"maxWidth":    node{"type": "integer", "minimum": 320, "maximum": 4000, "default": 1088, "description": "Greatest width of a page's content, in px."},
		"variants":    variantsSchema(),
		"logo":        node{"anyOf": []any{node{"type": "string"}, mapping("", []string{"light", "dark", "alt"}, node{"light": oneText("Picture in assets/ for light colours."), "dark": oneText("And for dark ones."), "alt": oneText("What it says; the app's name unless it is given.")}, "light")}, "description": "Picture in assets/ that app bars, the widget logo, and the pages of faults and for when nothing can be reached show."},
		"breakpoints": described(mapping("breakpoints", sizes[:3], node{"phone": count, "tablet": count, "laptop": count}), "Where the size classes of screens end.")})
}

func usually(n node, otherwise any) node {
	n["default"] = otherwise
	return n
}

func described(n node, doc string) node {
	n["description"] = doc
	return n
}

func colorSchema(doc string) node {
	return node{"type": "string", "pattern": colorPattern.String(), "description": doc}
}

func colorsSchema() node {
	known := node{}
	for _, r := range colorTable {
		pair := mapping("", []string{"light", "dark"}, node{"light": colorSchema("In light mode."), "dark": colorSchema("In dark mode.")})
		known[r.name] = node{"anyOf": []any{colorSchema("In light mode; the dark one is computed."), pair}, "description": r.doc}
	}
	return described(mapping("colors", ThemeColors(), known), "Colours by role: one for light, or light and dark. What is not set is computed from the accent.")
}

func fontsSchema() node {
	one := mapping("", []string{"file", "adjust", "swap"}, node{"file": oneText("A WOFF2 in assets/."), "adjust": oneText("How wide it is beside Arial: 107%."), "swap": usually(yesNo("Text changes to it whenever it comes, though lines may move."), false)}, "file")
	known := node{}
	for use, doc := range map[string]string{"body": "Of all text.", "heading": "Of headings."} {
		known[use] = node{"anyOf": []any{node{"type": "string"}, one}, "description": doc}
	}
	return described(mapping("fonts", fontUses, known), "Typefaces that the app brings along, as WOFF2 in assets/; none comes from elsewhere.")
}

func typeScaleSchema() node {
	return described(mapping("type", []string{"base", "ratio"}, node{
		"base":  node{"type": "integer", "minimum": 12, "maximum": 24, "default": 16, "description": "Size of body text in px, where the browser's own is 16; everything grows with it."},
		"ratio": node{"type": "number", "minimum": 1, "maximum": 1.6, "default": 1.2, "description": "How much larger each step of the type scale is than the one below."}}), "Sizes of text.")
}

func spacingSchema() node {
	known := node{}
	for _, step := range steps {
		known[step] = node{"type": "integer", "minimum": 0, "maximum": 200, "default": defaultSpacing[step], "description": "In px, at regular density."}
	}
	return described(mapping("spacing", steps, known), "The steps that gap takes.")
}

func variantsSchema() node {
	kinds := node{}
	roles := append(ThemeColors(), "none")
	for _, kind := range varied() {
		look := mapping("a variant", variantKeys, node{
			"like":       oneWord("The variant that it begins with.", WidgetSpecOf(kind).Prop("variant").Values...),
			"background": oneWord("Colour role behind it.", roles...), "color": oneWord("Colour role of its text; computed where there is a background.", ThemeColors()...),
			"border": oneWord("Colour role of its border.", roles...), "radius": oneWord("Roundness of its corners.", append(slices.Clone(radii), "full")...),
			"weight": oneWord("Weight of its text.", weights...), "shadow": oneWord("Shadow below it.", shadows...)})
		kinds[kind] = node{"type": []string{"object", "null"}, "propertyNames": node{"pattern": variantPattern.String()}, "additionalProperties": look, "description": "Looks of " + kind + ", by name."}
	}
	return described(mapping("variants", varied(), kinds), "Looks of widgets, by kind and name, made of tokens.")
}
