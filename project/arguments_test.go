package project

import (
	"fmt"
	"strings"
	"testing"
)

// argumentFiles are an action block, a component, a call and a page whose parameters have types.
var argumentFiles = map[string]string{
	"types/Size.yaml":      "enum: [small, large]\n",
	"types/Item.yaml":      "fields: {name: text, price: number}\n",
	"flows/order.yaml":     "params: {n: int, sure: bool, size: Size, day: {type: time, required: false}, item: {type: Item, required: false}, tags: {type: list of text, required: false}}\nactions: [stop]\n",
	"components/Part.yaml": "props: {n: int, sure: {type: bool, default: false}, size: {type: Size, default: small}, tags: {type: list of text, required: false}}\nevents: {pick: int}\nbody:\n  - text: ${props.size}\n",
	"calls/shop.yaml":      "url: https://shop.test\ncalls:\n  buy: {method: POST, path: /buy, params: {n: int, size: Size}, json: {n: \"${params.n}\", size: \"${params.size}\"}}\n",
	"pages/item.yaml":      "path: /item/{n}\ntitle: Item\naccess: any\nparams: {n: int, big: bool, required: {type: text, required: true}}\nbody: []\n",
}

// TestF154_ArgumentsAreOfTheirTypes: whoever takes them, what does not fit is refused where it stands.
func TestF154_ArgumentsAreOfTheirTypes(t *testing.T) {
	const page = "path: /p\ntitle: P\naccess: any\nstate: {n: int, sure: bool, size: Size, name: text, items: list of Item}\nbody:\n  - button:\n      text: Go\n      onTap:\n"
	for _, c := range []struct{ action, says string }{
		{`block: order
          with: {n: 1, sure: true, size: large, day: 2026-01-31, item: {name: a, price: 2.5}, tags: [a, b]}`, ""},
		{`block: order
          with: {n: "${state.n}", sure: "${state.sure}", size: "${state.size}", item: "${state.items[0]}"}`, ""},
		{`block: order
          with: {n: many, sure: true, size: large}`, `10:21: n of order`},
		{`block: order
          with: {n: 1, sure: "${state.name}", size: large}`, `10:33: state.name is text, but a bool is needed`},
		{`block: order
          with: {n: 1, sure: true, size: huge}`, `10:42: "huge" is not Size`},
		{`block: order
          with: {n: 1, sure: true, size: large, day: soon}`, `10:54: "soon" is not a time`},
		{`block: order
          with: {n: 1, sure: true, size: large, item: 3}`, `10:55: item of order`},
		{`block: order
          with: {n: 1, sure: true, size: large, item: {price: dear}}`, `10:63: price of item of order must be a number`},
		{`block: order
          with: {n: 1, sure: true, size: large, tags: "${state.name}"}`, `10:58: state.name is text, but a list of text is needed`},
		{`block: order
          with: {n: 1, sure: true, size: large, hue: red}`, `10:49: order has no parameter "hue"`},
		{`block: order
          with: {n: 1, sure: true}`, `9:11: order needs size (Size)`},
		{`snackBar: Gone
          action: Undo
          block: order
          with: {n: 1, sure: 3, size: large}`, `12:30: sure of order`},
		{`call: shop.buy
          with: {n: "${state.name}", size: small}`, `10:24: state.name is text, but an int is needed`},
		{`call: shop.buy
          with: {n: 1, size: "${state.n}"}`, `10:33: state.n is int, but Size is needed`},
		{`navigate: item
          with: {n: x, required: y}`, `10:21: n of item`},
		{`navigate: item
          with: {n: 1, big: "${state.n}", required: y}`, `10:32: state.n is int, but a bool is needed`},
		{`navigate: item
          with: {n: 1}`, `9:11: item needs required (text)`},
		{`back: item
          with: {n: 1, required: y, big: 7}`, `10:42: big of item`},
		{`setState: {sure: "${state.n}"}`, `9:31: state.n is int, but a bool is needed`},
		{`setState: {size: huge}`, `9:28: "huge" is not Size`},
	} {
		files := map[string]string{"pages/p.yaml": page + "        - " + c.action + "\n"}
		for name, src := range argumentFiles {
			files[name] = src
		}
		_, problems := with(t, files)
		expectAt(t, problems, c.action, c.says)
	}
	for _, c := range []struct{ use, says string }{
		{"{n: 1, sure: true, size: large, tags: [a]}", ""},
		{"{n: many}", "6:15: n of Part"},
		{"{n: 1, sure: maybe}", "6:24: sure of Part"},
		{"{n: 1, size: huge}", `6:24: "huge" is not Size`},
		{"{n: 1, tags: \"${3}\"}", "6:27: 3 is int, but a list of text is needed"},
	} {
		files := map[string]string{"pages/p.yaml": "path: /p\ntitle: P\naccess: any\nbody:\n  - divider\n  - Part: " + c.use + "\n"}
		for name, src := range argumentFiles {
			files[name] = src
		}
		_, problems := with(t, files)
		expectAt(t, problems, c.use, c.says)
	}
}

// expectAt fails unless the first error in pages/p.yaml begins with its line and column as says does; "" is none.
func expectAt(t *testing.T, problems Problems, what, says string) {
	t.Helper()
	var got []string
	for _, p := range problems {
		if !p.Warning && p.File == "pages/p.yaml" {
			got = append(got, fmt.Sprintf("%d:%d: %s", p.Line, p.Col, p.Msg))
		}
	}
	if says == "" && len(got) > 0 || says != "" && (len(got) != 1 || !strings.HasPrefix(got[0], says)) {
		t.Errorf("%s\nsays %q, not %q", what, got, says)
	}
}

// TestF201_APropertyHasTheControlOfItsType: what the studio offers for each property of a component.
func TestF201_APropertyHasTheControlOfItsType(t *testing.T) {
	files := map[string]string{"components/Part.yaml": "props: {a: text, b: int, c: {type: bool, default: true}, d: {type: Size, default: large}, e: time, f: list of text, g: Item, h: list of int, i: color, j: image}\nbody:\n  - text: ${props.a}\n"}
	for _, name := range []string{"types/Size.yaml", "types/Item.yaml"} {
		files[name] = argumentFiles[name]
	}
	p, _ := with(t, files)
	var got []string
	for _, prop := range p.Kinds[0].Props[:10] {
		got = append(got, fmt.Sprint(prop.Name, " ", prop.Kind, " ", prop.Values, " ", prop.Default, " ", prop.Required))
	}
	want := "a text [] <nil> true, b int [] <nil> true, c bool [] true false, d enum [small large] large false, e time [] <nil> true, " +
		"f texts [] <nil> true, g json [] <nil> true, h json [] <nil> true, i text [] <nil> true, j image [] <nil> true"
	if strings.Join(got, ", ") != want {
		t.Errorf("%s", strings.Join(got, ", "))
	}
}

// TestF154_ATokenThatABlockBringsIsSecret: what a flow takes as a token from the result of a block is a secret wherever else that reply is read, also
// where the result has several outputs.
func TestF154_ATokenThatABlockBringsIsSecret(t *testing.T) {
	for result, path := range map[string]string{"${login}": "enter", `"${{login: login, more: more}}"`: "enter.login", "${ login }": "enter"} {
		_, problems := with(t, map[string]string{
			"calls/raw.yaml":   "url: https://raw.test\ncalls:\n  login: {method: POST, path: /raw}\n  more: {path: /more}\n",
			"flows/enter.yaml": "actions:\n  - call: raw.login\n    as: login\n  - call: raw.more\n    as: more\nresult: " + result + "\n",
			"pages/p.yaml": "path: /p\ntitle: P\naccess: any\nbody:\n  - button:\n      text: Go\n      onTap:\n        - block: enter\n          as: enter\n" +
				"        - snackBar: ${" + path + ".body.token}\n        - logIn: {token: \"${" + path + ".body.token}\"}\n",
		})
		expect(t, problems, false, "pages/p.yaml:10:", path+".body.token", "secret")
	}
}
