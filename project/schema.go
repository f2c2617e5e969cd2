package project

import (
	"encoding/json"
	"slices"
)

// node is a JSON Schema, or a part of one.
type node = map[string]any

const hole = `\$\{` // of text that is bound to data

// Schemas returns the JSON Schemas (draft 2020-12) of an app's files by file name: app.schema.json and one for each folder. They are made of
// the catalogue and say what an editor can know of one file alone; what names other files is the business of the check.
func Schemas() map[string][]byte {
	out := map[string][]byte{}
	for name, body := range map[string]node{"app": appSchema(), "page": pageSchema(), "calls": callsSchema(), "component": componentSchema(), "type": typeSchema(), "flow": flowSchema(), "locale": localeSchema()} {
		body["$schema"] = "https://json-schema.org/draft/2020-12/schema"
		if name == "page" || name == "component" || name == "flow" || name == "app" || name == "calls" {
			body["$defs"] = catalogueSchemas(name == "page" || name == "component" || name == "app")
		}
		b, err := json.MarshalIndent(body, "", "  ")
		if err != nil { // maps, slices and texts alone
			panic(err)
		}
		out[name+".schema.json"] = append(b, '\n')
	}
	return out
}

// catalogueSchemas are the definitions of actions and, for pages, of widgets.
func catalogueSchemas(widgets bool) node {
	defs := node{"flow": node{"type": []string{"array", "null"}, "items": ref("action")}}
	var bare []string
	var whole []any
	for _, s := range actionSpecs {
		bare = append(bare, s.Kind)
		whole = append(whole, node{"required": []string{s.Kind}})
		defs["action."+s.Kind] = actionSchema(s)
	}
	defs["action"] = node{"anyOf": []any{node{"type": "string", "enum": bare}, node{"type": "object", "anyOf": whole, "allOf": actionsByKind()}}}
	if !widgets {
		return defs
	}
	defs["widgets"] = node{"type": []string{"array", "null"}, "items": ref("widget")}
	slot := node{"anyOf": []any{node{"type": "string"}, mapping("", []string{"name", "id", "visible"}, node{"name": oneText("One of the component's slots.")}, "name")}, "description": slotSpec.Doc}
	component := node{"type": []string{"object", "null"}, "description": "A component of this name, with its props and the flows of its events."}
	defs["widget"] = node{"anyOf": []any{node{"type": "string", "enum": widgetKinds()}, node{"type": "string", "pattern": componentPattern.String()},
		node{"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": false, "properties": kindsOf(),
			"patternProperties": node{componentPattern.String(): component, "^slot$": slot}}}}
	for _, s := range widgetSpecs {
		defs["widget."+s.Kind] = widgetSchema(s)
	}
	return defs
}

func ref(name string) node { return node{"$ref": "#/$defs/" + name} }

// actionsByKind chooses an action's schema by the key that is its kind. A kind that other actions have as a property (confirm) counts only
// without them.
func actionsByKind() []any {
	var all []any
	for _, s := range actionSpecs {
		when := node{"required": []string{s.Kind}}
		var others []any
		for _, o := range actionSpecs {
			if o != s && o.Prop(s.Kind) != nil {
				others = append(others, node{"required": []string{o.Kind}})
			}
		}
		if others != nil {
			when["not"] = node{"anyOf": others}
		}
		all = append(all, node{"if": when, "then": ref("action." + s.Kind)})
	}
	return all
}

func kindsOf() node {
	kinds := node{}
	for _, s := range widgetSpecs {
		if !s.Part {
			kinds[s.Kind] = node{"$ref": "#/$defs/widget." + s.Kind, "description": s.Doc}
		}
	}
	return kinds
}

// widgetSchema is what may stand below a widget's kind: its properties, or the main one alone.
func widgetSchema(s *WidgetSpec) node {
	props, required := propSchemas(s.Props), requiredOf(s.Props)
	if p := s.Prop("variant"); p != nil { // those of the catalogue, or one of the theme
		props["variant"] = node{"anyOf": []any{node{"enum": p.Values}, node{"type": "string", "pattern": variantPattern.String()}}, "default": p.Default, "description": p.Doc}
	}
	props["id"] = node{"type": "string", "pattern": namePattern.String(), "description": "Its name on the page."}
	props["visible"] = node{"anyOf": []any{node{"type": "boolean"}, bound()}, "description": "Drawn only while this holds."}
	if s.Input {
		required = append(required, "id")
	}
	for _, slot := range s.Slots {
		items := ref("widgets")
		if slot.Of != "" {
			items = node{"type": []string{"array", "null"}, "items": ref("widget." + slot.Of)}
		}
		items["description"] = slot.Doc
		props[slot.Name] = items
	}
	for _, e := range s.Events {
		props[e.Name] = node{"$ref": "#/$defs/flow", "description": e.Doc}
	}
	body := node{"type": "object", "description": s.Doc, "properties": props, "additionalProperties": false}
	if len(required) > 0 {
		body["required"] = required
	}
	var alone any
	if p := s.Prop(s.Main); p != nil {
		alone = propSchema(p)
	} else if slot := s.Slot(s.Main); slot != nil {
		alone = props[slot.Name]
	}
	forms := []any{body}
	if alone != nil && (len(required) == 0 || slices.Equal(required, []string{s.Main})) {
		forms = append(forms, alone)
	}
	if len(required) == 0 {
		forms = append(forms, node{"type": "null"})
	}
	return node{"anyOf": forms}
}

// actionSchema is a whole item of a flow: the kind with its value, and what stands beside it.
func actionSchema(s *ActionSpec) node {
	props := propSchemas(s.Props)
	main := s.Prop(s.Main)
	inside := []any{node{"type": "null"}}
	if main == nil || main.Kind != PropValues {
		inside = append(inside, node{"type": "object", "properties": props, "additionalProperties": false})
	}
	if main != nil {
		inside = append(inside, propSchema(main))
	}
	beside := node{}
	for k, v := range props {
		if k != s.Main {
			beside[k] = v
		}
	}
	beside[s.Kind] = node{"anyOf": inside, "description": s.Doc}
	beside["note"] = node{"type": "string", "description": "A note for people."}
	beside["disabled"] = node{"type": "boolean", "description": "Left out when the flow runs."}
	for _, b := range s.AllBranches() {
		beside[b] = ref("flow")
	}
	if _, has := beside["elseIf"]; has {
		beside["elseIf"] = node{"type": "array", "items": node{
			"type": "object", "required": []string{"if", "then"}, "additionalProperties": false,
			"properties": node{"if": propSchema(main), "then": ref("flow")},
		}}
	}
	if s.Output {
		beside["as"] = node{"type": "string", "pattern": namePattern.String(), "description": "Name of its output."}
	}
	return node{"type": "object", "properties": beside, "additionalProperties": false}
}

func propSchemas(props []Prop) node {
	out := node{}
	for i := range props {
		out[props[i].Name] = propSchema(&props[i])
	}
	return out
}

func requiredOf(props []Prop) []string {
	var names []string
	for _, p := range props {
		if p.Required {
			names = append(names, p.Name)
		}
	}
	return names
}

// bound is text that is bound to data.
func bound() node { return node{"type": "string", "pattern": hole} }

// propSchema is the schema of a property's value.
func propSchema(p *Prop) node {
	out := kindSchema(p)
	out["description"] = p.Doc
	if p.Default != nil {
		out["default"] = p.Default
	}
	return out
}

func kindSchema(p *Prop) node {
	either := func(literal node) node {
		if p.Literal {
			return literal
		}
		return node{"anyOf": []any{literal, bound()}}
	}
	switch p.Kind {
	case PropInt:
		return either(node{"type": "integer"})
	case PropNumber:
		return either(node{"type": "number"})
	case PropBool:
		return either(node{"type": "boolean"})
	case PropCond:
		return node{"anyOf": []any{node{"type": "boolean"}, bound()}}
	case PropEnum:
		return either(node{"type": "string", "enum": p.Values})
	case PropIcon:
		return node{"type": "string", "enum": Icons()}
	case PropOptions, PropList, PropTexts:
		return either(node{"type": "array"})
	case PropArgs, PropValues, PropUser:
		return node{"anyOf": []any{node{"type": "object"}, bound()}}
	case PropSizes:
		return node{"type": "array", "items": node{"type": "string", "enum": sizes}}
	case PropWords:
		return node{"type": "array", "items": node{"type": "string", "enum": p.Values}}
	case PropFields:
		return node{"type": "array", "items": node{"type": "string"}}
	case PropJSON:
		return node{}
	}
	return node{"type": []string{"string", "number"}}
}

// mapping is a mapping with these keys and no other. Keys without a schema take anything.
func mapping(what string, keys []string, known node, required ...string) node {
	props := node{}
	for _, k := range keys {
		props[k] = true
		if s, ok := known[k]; ok {
			props[k] = s
		}
	}
	out := node{"type": "object", "title": what, "properties": props, "additionalProperties": false}
	if len(required) > 0 {
		out["required"] = required
	}
	return out
}

func oneText(doc string) node  { return node{"type": []string{"string", "number"}, "description": doc} }
func yesNo(doc string) node    { return node{"type": "boolean", "description": doc} }
func lengthOf(doc string) node { return node{"type": "string", "description": doc} }
func byName(of any, doc string) node {
	return node{"type": []string{"object", "null"}, "propertyNames": node{"pattern": "^[A-Za-z_][A-Za-z0-9_-]*$"}, "additionalProperties": of, "description": doc}
}
func oneWord(doc string, of ...string) node {
	return node{"type": "string", "enum": of, "description": doc}
}

// typed is a variable or a parameter: its type, or a mapping with it.
func typed(keys ...string) node {
	return node{"anyOf": []any{node{"type": "string"}, mapping("", append([]string{"type", "default", "doc"}, keys...),
		node{"type": oneText("Its type: text, int, list of Post …"), "doc": oneText("A note for people.")}, "type")}}
}

func appSchema() node {
	known := node{"usher": node{"const": Version, "description": "Version of the grammar."}, "name": oneText("What people see as the app's name."),
		"id":       node{"type": "string", "pattern": idPattern.String(), "description": "Names the cookie and the host; made of the name unless given."},
		"language": node{"type": "string", "pattern": languagePattern.String(), "default": "en", "description": "Language of the pages."},
		"theme":    described(themeSchema(), "How the app looks: one accent colour is enough."), "authentication": described(authSchema(), "Who may log in, and how a login is kept."), "notFound": oneText("Page drawn for unknown addresses."),
		"errorPage": oneText("Page drawn where another could not be; its parameter id names the fault in the log."),
		"env":       byName(true, "Values from outside, by name, with their defaults."), "environments": byName(true, "Values by environment."),
		"shortName":   oneText("Name below the icon on a device, 12 characters at best; the name unless it is given."),
		"icon":        oneText("Icon of the app: a PNG, square and 512 px or more, or an SVG, in assets/. Without one it is the first letter of the name on the accent."),
		"installable": usually(yesNo("Devices offer to install it, and show a page of its own while it cannot be reached."), true),
		"constants":   byName(true, "Values that never change: constants.*"), "state": byName(typed("keep"), "App state: name and type.")}
	for key, doc := range map[string]string{"media": "Origins whose videos and captions the app may show: https://videos.example.com.", "frames": "Origins whose pages the app may show in a frame: https://www.example.com."} {
		known[key] = node{"type": "array", "items": node{"type": "string"}, "description": doc}
	}
	known["bars"] = described(ref("widgets"), "Drawn on every page, before and behind what stands in it.")
	for e, doc := range map[string]string{"onAppStart": "When a browser opens the app's first page.", "onResume": "When somebody comes back to the app after half a minute or more.", "onLogIn": "After a log-in.", "onLogOut": "After a log-out.", "onSessionExpired": "When a login has ended by itself."} {
		known[e] = described(ref("flow"), doc)
	}
	return mapping("app.yaml of an Usher app", append(slices.Clone(appKeys), appEvents...), known, "usher", "name")
}

func pageSchema() node {
	return mapping("a page of an Usher app", pageKeys, node{"path": node{"type": "string", "pattern": "^/", "description": "Its address: /posts/{id}"},
		"access": node{"anyOf": []any{oneWord("Who may see it.", "any", "loggedIn", "loggedOut"), bound()}},
		"title":  oneText("Title of the window."), "doc": oneText("A note for people."),
		"params": byName(typed("required"), "Parameters of the address."), "state": byName(typed(), "Page state: name and type."),
		"queries": byName(node{"type": "object", "required": []string{"call"}}, "Calls whose replies the page shows."),
		"onLoad":  ref("flow"), "onLeave": described(ref("flow"), "When somebody goes to another page, or away: calls alone."), "timers": timersSchema(), "bars": yesNo("Drawn with the bars of app.yaml."), "body": ref("widgets")}, "path")
}

// timersSchema is what a page does again and again while it is looked at.
func timersSchema() node {
	timer := mapping("", timerKeys, node{"every": lengthOf("How long from one time to the next: 1s to 1h."), "do": ref("flow"),
		"when": node{"anyOf": []any{node{"type": "boolean"}, bound()}, "description": "It runs while this is true."}, "doc": oneText("A note for people.")}, "every", "do")
	return node{"type": "array", "items": timer, "maxItems": maxTimers, "description": "Flows that run again and again while the page is looked at."}
}

func componentSchema() node {
	events := node{"anyOf": []any{node{"type": "array", "items": node{"type": "string", "pattern": eventPattern.String()}},
		byName(node{"type": []string{"string", "null"}}, "Events by name, with the type of what each hands over.")}, "description": "What it can tell the place where it is used."}
	return mapping("a component of an Usher app", componentKeys, node{"doc": oneText("A note for people."), "props": byName(typed("required"), "What the place of use gives it."),
		"state":  byName(typed(), "State of its own, which each use has for itself: name and type."),
		"events": events, "slots": node{"type": "array", "items": node{"type": "string", "pattern": eventPattern.String()}, "description": "Places in the body that the place of use fills: - slot: name."}, "body": ref("widgets")}, "body")
}

func callsSchema() node {
	settings := node{"headers": byName(true, "Sent with each call."), "params": byName(typed("required"), "Parameters."), "onRequest": ref("flow"), "onResponse": ref("flow"),
		"auth": oneWord("Whether the login's token goes along.", "none", "optional", "required"), "timeout": lengthOf("When a call gives up."),
		"fieldErrors": oneText("Where a failed reply tells of single fields: ${reply.body.errors}."), "retry": node{"type": "integer", "minimum": 0, "maximum": 5, "description": "Repetitions after a fault."}, "doc": oneText("A note for people.")}
	call := node{"method": oneWord("HTTP method.", methods...), "path": oneText("Added to the group's address."), "idempotent": yesNo("May be repeated."), "reply": oneText("Type of the reply's body.")}
	group := node{"url": oneText("The address that the paths are added to."), "cookies": oneWord("The backend's cookies.", "drop", "keep")}
	for k, v := range settings {
		call[k], group[k] = v, v
	}
	group["calls"] = byName(mapping("a call", slices.Concat(callKeys, settingKeys), call), "The calls by name.")
	return mapping("an API group of an Usher app", slices.Concat(groupKeys, settingKeys), group, "url")
}

func typeSchema() node {
	return mapping("a data type of an Usher app", typeKeys, node{"doc": oneText("A note for people."), "fields": byName(typed("key"), "Fields by name."),
		"enum": node{"type": "array", "description": "The values, in order."}})
}

func flowSchema() node {
	return mapping("an action block of an Usher app", blockKeys, node{"doc": oneText("A note for people."), "params": byName(typed("required"), "Parameters."), "actions": ref("flow")})
}

// localeSchema is a file of texts: keys, which may be nested, and a text or its plural forms.
func localeSchema() node {
	forms := node{}
	for _, form := range []string{"zero", "one", "two", "few", "many", "other"} {
		forms[form] = node{"type": []string{"string", "number", "boolean"}}
	}
	plural := node{"type": "object", "properties": forms, "required": []string{"other"}, "additionalProperties": false, "description": "Plural forms, chosen by {count}."}
	return node{"type": "object", "title": "texts of an Usher app in one language", "additionalProperties": ref("texts"),
		"$defs": node{"texts": node{"anyOf": []any{node{"type": []string{"string", "number", "boolean"}, "description": "A text; {name} is a placeholder."}, plural, node{"type": "object", "additionalProperties": ref("texts")}}}}}
}
