package app

import (
	"net/http"
	"strings"
	"testing"
)

// TestF150_StateUpdates: page state lives with the page, app state with the browser; types hold, and each person has their own.
func TestF150_StateUpdates(t *testing.T) {
	w := newWorld(t, map[string]string{
		"app.yaml": string(tourist(t, nil).Bytes("app.yaml")) + "\nstate:\n  total: {type: int, default: 0}\n",
		"pages/count.yaml": `
path: /count
title: Count
access: any
state: {n: {type: int, default: 5}, list: {type: list of text, default: [a]}, o: json}
body:
  - text: "N ${state.n} total ${app.total} list ${join(state.list, '+')} o ${state.o.deep ?? 'none'}"
  - textField: {id: to, label: To}
  - button: {text: Both, onTap: [{setState: {n: "${state.n + 1}", list: "${state.list + ['b']}", o: {deep: here}}}, {setAppState: {total: "${app.total + state.n}"}}]}
  - button: {text: Clear, onTap: [{setState: {n: 0, list: [], o: "${nil}"}}]}
`})
	c := w.browser()
	p := c.get("/count")
	p.want(t, 200, "N 5 total 0 list a o none")
	p = c.press(p, "Both", nil)
	p.want(t, 200, "N 6 total 6 list a+b o here")
	p = c.press(p, "Both", nil)
	p.want(t, 200, "N 7 total 13 list a+b+b o here")
	c.press(p, "Clear", nil).want(t, 200, "N 0 total 13 list o none")
	c.get("/count").want(t, 200, "N 5 total 13 list a o none")
	w.browser().get("/count").want(t, 200, "N 5 total 0")
}

// TestF151_ResetAndClear: the form whose event runs goes back to what it was at first, or is emptied; other inputs keep what was typed. With
// script the names of those inputs go along, for a morph keeps what stands in one.
func TestF151_ResetAndClear(t *testing.T) {
	w := newWorld(t, map[string]string{"pages/profile.yaml": `
path: /profile
title: Profile
access: any
state: {city: {type: text, default: Bonn}}
body:
  - textField: {id: outside, label: Outside, initial: out}
  - form:
      children:
        - textField: {id: city, label: City, initial: "${state.city}"}
        - textField: {id: pin, label: Pin, type: password}
        - checkbox: {id: news, label: News, initial: "true"}
        - numberField: {id: age, label: Age, initial: 7}
        - button: {text: Reset, onTap: [{setField: {age: 9}}, resetForm, {snackBar: "now ${form.city} ${form.news} ${form.age + 1}"}]}
        - button: {text: Clear, onTap: [clearFields, {snackBar: "now ${form.city == ''} ${form.news} ${isSet(form.age)} ${isEmpty(form.pin)}"}]}
        - button: {text: One, onTap: [{resetForm: [city]}, {clearFields: [age]}, {setField: {news: true}}]}
        - button: {text: Block, onTap: [{block: wipe}]}
`, "flows/wipe.yaml": "actions: [clearFields, {resetForm: {}}]\n"})
	c := w.browser()
	typed := map[string]string{"city": "Kiel", "age": "33", "pin": "1234"}
	delete(typed, "news")
	has := func(p *page, selectors ...string) {
		t.Helper()
		for _, s := range selectors {
			if !p.has(s) {
				t.Errorf("%s: no %s", p.url, s)
			}
		}
	}
	first := []string{"#w-city[value=Bonn]", "#w-news[checked]", "#w-age[value='7']"}
	p := c.press(c.get("/profile"), "Reset", typed)
	p.want(t, 200, "now Bonn true 8")
	has(p, append(first, "#w-outside[value=out]")...)
	if got := p.Header.Get("X-Usher-Set"); got != "age,city,news,pin" {
		t.Errorf("the browser is told of %q", got)
	}
	p = c.press(p, "Clear", typed)
	p.want(t, 200, "now true false false true")
	has(p, "#w-city:not([value]), #w-city[value='']", "#w-news:not([checked])", "#w-age:not([value]), #w-age[value='']")
	p = c.press(p, "One", typed)
	has(p, "#w-city[value=Bonn]", "#w-news[checked]", "#w-age:not([value]), #w-age[value='']")
	has(c.press(p, "Block", typed), first...)
}

// TestF150_StateIsBounded: an action that would make a state too large is a fault of its own, which names the variable; page, state and login stand.
func TestF150_StateIsBounded(t *testing.T) {
	w := newWorld(t, map[string]string{
		"app.yaml": string(tourist(t, nil).Bytes("app.yaml")) + "\nstate:\n  pile: {type: list of text, default: []}\n",
		"pages/pile.yaml": `
path: /pile
title: Pile
access: any
state: {text: {type: text, default: "0123456789012345678901234567890123456789"}, pile: {type: list of text, default: []}}
body:
  - text: "page ${len(state.pile)} app ${len(app.pile)}"
  - button:
      text: Page
      onTap:
        - while: ${true}
          most: 1000
          do: [{change: state.pile, append: "${state.text + state.text + state.text + state.text}"}]
          onError: [{snackBar: "${error.message}"}]
  - button:
      text: App
      onTap:
        - while: ${true}
          most: 1000
          do: [{change: app.pile, append: "${state.text + state.text}"}]
          onError: [{snackBar: "${error.message}"}]
`})
	c := w.browser()
	p := c.press(c.get("/pile"), "Page", nil)
	p.want(t, 200, "page 401 app 0", "bytes, more than 65536: the variable pile")
	c.press(c.get("/pile"), "App", nil).want(t, 200, "page 0 app 23", "the app state takes")
}

// TestF151_FormActions: validate ends the flow with messages, Set Form Field fills and empties inputs, Show Field Error speaks beside one.
func TestF151_FormActions(t *testing.T) {
	w := newWorld(t, map[string]string{"pages/book.yaml": `
path: /book
title: Book
access: any
body:
  - form:
      onSubmit:
        - if: ${form.code == "TAKEN"}
          then:
            - fieldError: {code: "Code ${form.code} is taken"}
          else:
            - snackBar: "Booked ${form.name} ${form.code} ${form.note}"
            - setField: {name: "", note: "again?", agree: false}
      children:
        - textField: {id: name, label: Name, required: true, maxLength: 5}
        - textField: {id: code, label: Code, pattern: "[A-Z]+", patternMessage: Capitals only}
        - textField: {id: note, label: Note}
        - checkbox: {id: agree, label: Agree, required: true}
        - button: {text: Book, submit: true}
        - button: {text: Check, onTap: [validate, {snackBar: All is well}]}
        - button: {text: Skip, onTap: [{snackBar: Skipped}]}
`})
	c := w.browser()
	wrong := map[string]string{"name": "Too long", "code": "abc"}
	for _, button := range []string{"Book", "Check"} {
		p := c.press(c.get("/book"), button, wrong)
		p.want(t, 422, "Use at most 5 characters.", "Capitals only", "Agree must be ticked.")
		if strings.Contains(p.text(), "Booked") || strings.Contains(p.text(), "All is well") || !p.has(`input[name=name][value="Too long"]`) {
			t.Errorf("%s went on or lost what was typed: %s", button, p.text())
		}
	}
	c.press(c.get("/book"), "Skip", wrong).want(t, 200, "Skipped") // only validate and submit check
	good := map[string]string{"name": "Ada", "code": "ABC", "note": "n", "agree": "on"}
	c.press(c.get("/book"), "Check", good).want(t, 200, "All is well")
	p := c.press(c.get("/book"), "Book", good)
	p.want(t, 200, "Booked Ada ABC n")
	if !p.has(`input[name=note][value="again?"]`) || p.has(`input[name=name][value=Ada]`) || p.has("input[name=agree][checked]") {
		t.Error("the fields were not set")
	}
	good["code"] = "TAKEN"
	p = c.press(c.get("/book"), "Book", good)
	p.want(t, 422, "Code TAKEN is taken")
	if !p.has(`input[name=code][aria-invalid=true]`) {
		t.Error("the message is not beside its field")
	}
}

// TestF196_InputsThatQueriesShow are checked like all others: a required one cannot be skipped by leaving it out of the post.
func TestF196_InputsThatQueriesShow(t *testing.T) {
	w := newWorld(t, map[string]string{"pages/ask.yaml": `
path: /ask
title: Ask
access: loggedIn
queries:
  posts: {call: trail.posts}
body:
  - form:
      onSubmit: [{snackBar: "Sent ${form.why} ${form.which}"}]
      children:
        - column:
            visible: ${queries.posts.ok}
            children:
              - textField: {id: why, label: Why, required: true}
        - textField: {id: sorry, label: Sorry, required: true, visible: "${!queries.posts.ok}"}
        - dropdown: {id: which, label: Which, options: "${queries.posts.body.posts[0].title == nil ? [] : [queries.posts.body.posts[0].title]}"}
        - button: {text: Send, submit: true}
`})
	c := w.browser()
	c.logIn("ada")
	p := c.get("/ask")
	action, form := p.form(t, "Send", map[string]string{"which": "Story of ada"})
	form.Del("why")
	c.roundTrip(c.request("POST", action, form)).want(t, 422, "Why is required.")
	c.press(c.get("/ask"), "Send", map[string]string{"why": "so", "which": "Other"}).want(t, 422, "Choose one of the options.")
	before := w.backend.count("GET /posts")
	p = c.get("/ask")
	c.press(p, "Send", map[string]string{"why": "so", "which": "Story of ada"}).want(t, 200, "Sent so Story of ada")
	if n := w.backend.count("GET /posts") - before; n != 1 {
		t.Errorf("the query ran %d times in one visit", n)
	}
	w.backend.on("GET /posts", func(rw http.ResponseWriter, _ *http.Request) { reply(rw, 500, map[string]any{}) })
	c.press(c.get("/ask"), "Send", nil).want(t, 422, "Sorry is required.")
}

// TestF190_ParamsAndState: parameters are typed, required or defaulted; without a required one, or with a wrong one, there is no page.
func TestF190_ParamsAndState(t *testing.T) {
	w := newWorld(t, map[string]string{"pages/room.yaml": `
path: /room/{floor}
title: Room
access: any
params: {floor: int, view: {type: text, required: true}, beds: {type: int, default: 2}, sea: bool}
state: {doubled: {type: int, default: 0}}
onLoad: [{setState: {doubled: "${params.floor * 2}"}}]
body:
  - text: "Floor ${params.floor + 1}, view ${params.view}, beds ${params.beds}, sea ${params.sea ?? 'unset'}, doubled ${state.doubled}"
`})
	c := w.browser()
	c.get("/room/3?view=north").want(t, 200, "Floor 4, view north, beds 2, sea unset, doubled 6")
	c.get("/room/3?view=north&beds=5&sea=true").want(t, 200, "Floor 4, view north, beds 5, sea true, doubled 6")
	for _, path := range []string{"/room/3", "/room/x?view=north", "/room/3.5?view=north", "/room/3?view=north&beds=many", "/room/3?view=north&sea=perhaps", "/room"} {
		if p := c.get(path); p.StatusCode != 404 {
			t.Errorf("%s: %d %s", path, p.StatusCode, p.text())
		}
	}
}

// TestF220_ConstantsAndAppState: constants are the same for all and nobody can set them; app state is kept sealed where the browser
// or the session is, and a log-out leaves only what says keep.
func TestF220_ConstantsAndAppState(t *testing.T) {
	w := newWorld(t, map[string]string{
		"app.yaml": string(tourist(t, nil).Bytes("app.yaml")) + "\nconstants: {limit: 3, shop: {name: Huts & Co}}\nstate:\n  cart: {type: int, default: 1}\n  tongue: {type: text, default: en, keep: true}\n",
		"pages/shop.yaml": `
path: /shop
title: Shop
access: any
body:
  - text: "${constants.shop.name}: ${app.cart} of ${constants.limit}, ${app.tongue}"
  - button: {text: Buy, onTap: [{if: "${app.cart < constants.limit}", then: [{setAppState: {cart: "${app.cart + 1}", tongue: fr}}], else: [{snackBar: Full}]}]}
  - button: {text: Leave, onTap: [{logOut: {navigate: false}}]}
`})
	c := w.browser()
	c.logIn("ada")
	p := c.get("/shop")
	p.want(t, 200, "Huts & Co: 1 of 3, en")
	p = c.press(p, "Buy", nil)
	p = c.press(p, "Buy", nil)
	p.want(t, 200, "Huts & Co: 3 of 3, fr")
	p = c.press(p, "Buy", nil)
	p.want(t, 200, "3 of 3", "Full")
	again := w.browser() // the same login in another tab: app state belongs to the session
	again.cookies = c.cookies
	again.get("/shop").want(t, 200, "3 of 3, fr")
	if s := c.session(); strings.Contains(string(s.AppState), "fr") == strings.Contains(p.body, `"fr"`) {
		t.Errorf("app state: %s", s.AppState)
	}
	c.press(p, "Leave", nil).want(t, 200, "Huts & Co: 1 of 3, fr")
	action, form := c.get("/shop").form(t, "Buy", map[string]string{"constants.limit": "99", "app.cart": "50"})
	c.roundTrip(c.request("POST", action, form)).want(t, 200, "2 of 3")
}
