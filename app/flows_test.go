package app

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/andybalholm/cascadia"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/project"
)

// change posts what a script sends when an input changes: its sealed event, with the fields of its form.
func (c *client) change(p *page, button, input, typed string) *page {
	c.w.t.Helper()
	n := cascadia.Query(p.doc, cascadia.MustCompile("[name="+input+"]"))
	if n == nil || attr(n, "data-change") == "" {
		c.w.t.Fatalf("no input %s with a change event", input)
	}
	action, form := p.form(c.w.t, button, map[string]string{input: typed})
	form.Set("_event", attr(n, "data-change"))
	c.script = true
	defer func() { c.script = false }()
	return c.roundTrip(c.request("POST", action, form))
}

const tracePage = `
path: /trace
title: Trace
access: any
state: {log: {type: text, default: ""}}
onLoad:
  - setState: {log: "${state.log}load,"}
body:
  - text: "Trace ${state.log}"
  - button: {text: Tap, onTap: [{setState: {log: "${state.log}tap,"}}]}
  - iconButton: {icon: star, label: Star, onTap: [{setState: {log: "${state.log}star,"}}]}
  - card: {onTap: [{setState: {log: "${state.log}card,"}}], children: [{text: {text: Box, style: title}}]}
  - textField: {id: typed, label: Typed, onChange: [{setState: {log: "${state.log}${form.typed},"}}]}
  - checkbox: {id: tick, label: Tick, onChange: [{setState: {log: "${state.log}${form.tick},"}}]}
  - dropdown: {id: pick, label: Pick, options: [one, two], onChange: [{setState: {log: "${state.log}${form.pick},"}}]}
  - form:
      onSubmit: [{setState: {log: "${state.log}submit ${form.word},"}}]
      children:
        - textField: {id: word, label: Word}
        - button: {text: Send, submit: true}
`

// TestF140_Triggers pulls every trigger once; each runs its own flow and no other.
func TestF140_Triggers(t *testing.T) {
	w := newWorld(t, map[string]string{"pages/trace.yaml": tracePage})
	c := w.browser()
	p := c.get("/trace")
	p.want(t, 200, "Trace load,")
	p = c.press(p, "Tap", nil)
	p = c.press(p, "Star", nil)
	card := cascadia.Query(p.doc, cascadia.MustCompile("button.u-card-tap"))
	if card == nil {
		t.Fatal("the card is no button")
	}
	action, form := p.form(t, "Tap", nil)
	form.Set("_event", attr(card, "value"))
	p = c.roundTrip(c.request("POST", action, form))
	p = c.change(p, "Tap", "typed", "abc")
	p = c.change(p, "Tap", "tick", "on")
	p = c.change(p, "Tap", "pick", "two")
	p = c.press(p, "Send", map[string]string{"word": "xyz"})
	p.want(t, 200, "Trace load,tap,star,card,abc,true,two,submit xyz,")
}

// TestF141_InOrderWithOutputs: what an action wrote, and what a call answered, is there for all that follow, and not before.
func TestF141_InOrderWithOutputs(t *testing.T) {
	w := newWorld(t, map[string]string{"pages/chain.yaml": `
path: /chain
title: Chain
access: loggedIn
state: {log: {type: text, default: ""}}
body:
  - text: "Log ${state.log}"
  - button:
      text: Run
      onTap:
        - setState: {log: "first"}
        - call: trail.post
          with: {id: "${state.log}"}
          as: one
        - setState: {log: "${state.log} ${one.status} ${one.body.title}"}
        - call: trail.post
          with: {id: "${one.body.id}"}
          as: two
          then:
            - setState: {log: "${state.log}; ${two.body.title} after ${one.body.title}"}
        - setState: {log: "${state.log}; ${two.ok}"}
`})
	var order []string
	var mu sync.Mutex
	for _, id := range []string{"first", "1"} {
		w.backend.on("GET /posts/"+id, func(rw http.ResponseWriter, r *http.Request) {
			mu.Lock()
			order = append(order, r.URL.Path)
			mu.Unlock()
			reply(rw, 200, map[string]any{"id": 1, "title": "Title of " + strings.TrimPrefix(r.URL.Path, "/posts/")})
		})
	}
	c := w.browser()
	c.logIn("ada")
	c.press(c.get("/chain"), "Run", nil).want(t, 200, "Log first 200 Title of first; Title of 1 after Title of first; true")
	if !slices.Equal(order, []string{"/posts/first", "/posts/1"}) {
		t.Errorf("called %v", order)
	}
}

// TestF142_Conditional: if, else-if and else over typed fields, with and, or, not and the comparisons.
func TestF142_Conditional(t *testing.T) {
	w := newWorld(t, map[string]string{"pages/grade.yaml": `
path: /grade
title: Grade
access: any
body:
  - textField: {id: points, label: Points, type: number}
  - textField: {id: name, label: Name}
  - checkbox: {id: late, label: Late}
  - button:
      text: Grade
      onTap:
        - if: ${!isSet(form.points) || form.name == ""}
          then:
            - snackBar: Incomplete
          else:
            - if: ${form.points >= 90 && !form.late && form.name != "Mallory"}
              then:
                - snackBar: Excellent
              else:
                - if: ${form.points > 50 || form.name contains "Star"}
                  then: [{snackBar: Passed}]
                  else: [{snackBar: Failed}]
        - snackBar: "Done with ${form.name}"
`})
	c := w.browser()
	for _, row := range []struct{ points, name, late, want string }{
		{"", "Ada", "", "Incomplete"}, {"91", "", "", "Incomplete"}, {"90", "Ada", "", "Excellent"}, {"95", "Ada", "on", "Passed"}, {"95", "Mallory", "", "Passed"},
		{"50", "Ada", "", "Failed"}, {"50.5", "Ada", "", "Passed"}, {"-1", "Starling", "", "Passed"}, {"0", "Bob", "on", "Failed"},
	} {
		fields := map[string]string{"points": row.points, "name": row.name}
		if row.late != "" {
			fields["late"] = row.late
		}
		p := c.press(c.get("/grade"), "Grade", fields)
		p.want(t, 200, row.want, strings.TrimSpace("Done with "+row.name))
		n := 0
		for _, word := range []string{"Incomplete", "Excellent", "Passed", "Failed"} {
			n += strings.Count(p.text(), word)
		}
		if n != 1 {
			t.Errorf("%+v: %d branches ran: %s", row, n, p.text())
		}
	}
}

const branchPage = `
path: /branch
title: Branch
access: any
body:
  - button:
      text: Call
      onTap:
        - call: auth.me
          as: me
          then: [{snackBar: "TRUE ${me.status} ${me.body.firstName}"}]
          else: [{snackBar: "FALSE ${me.status} ${me.error}"}]
        - snackBar: "After ${me.ok}"
`

// TestF143_TrueAndFalse: 2xx takes the TRUE branch; every other answer, none at all and no login take FALSE.
func TestF143_TrueAndFalse(t *testing.T) {
	w := newWorld(t, map[string]string{"pages/branch.yaml": branchPage})
	guest := w.browser()
	guest.press(guest.get("/branch"), "Call", nil).want(t, 200, "FALSE 0 not logged in", "After false")
	if n := w.backend.count("GET /auth/me"); n != 0 {
		t.Errorf("sent %d times for nobody", n)
	}
	c := w.browser()
	c.logIn("ada")
	for status, want := range map[int]string{200: "TRUE 200", 201: "TRUE 201", 299: "TRUE 299", 300: "FALSE 300", 400: "FALSE 400", 403: "FALSE 403", 404: "FALSE 404", 500: "FALSE 500", 503: "FALSE 503"} {
		w.backend.on("GET /auth/me", func(rw http.ResponseWriter, _ *http.Request) { reply(rw, status, map[string]any{"firstName": "Ada"}) })
		p := c.press(c.get("/branch"), "Call", nil)
		p.want(t, 200, want)
		if strings.Contains(p.text(), "TRUE") == strings.Contains(p.text(), "FALSE") {
			t.Errorf("%d: %s", status, p.text())
		}
	}
	w.backend.Close()
	c.press(c.get("/branch"), "Call", nil).want(t, 200, "FALSE 0", "After false")
}

// TestF146_Terminate ends the flow where it stands: nothing after it runs, what ran before it stays, blocks around it end as well.
func TestF146_Terminate(t *testing.T) {
	w := newWorld(t, map[string]string{
		"flows/maybe.yaml": "params: {end: bool}\nactions:\n  - if: ${params.end}\n    then: [stop]\n  - snackBar: Block went on\n",
		"pages/halt.yaml": `
path: /halt
title: Halt
access: any
state: {n: {type: int, default: 0}}
body:
  - text: "N ${state.n}"
  - checkbox: {id: end, label: End}
  - button: {text: Run, onTap: [{setState: {n: 1}}, {block: maybe, with: {end: "${form.end}"}}, {setState: {n: 2}}, {navigate: login}]}
`})
	c := w.browser()
	p := c.press(c.get("/halt"), "Run", map[string]string{"end": "on"})
	p.want(t, 200, "N 1")
	if p.url != "/halt" || strings.Contains(p.text(), "went on") {
		t.Errorf("it went on: %s %s", p.url, p.text())
	}
	if p = c.press(p, "Run", nil); p.url != "/login" { // without it the same flow goes on
		t.Errorf("at %s", p.url)
	}
	p.want(t, 200, "Block went on")
}

// TestF149_SnackBar shows messages in order with their tones, also across a redirect, once, and as text.
func TestF149_SnackBar(t *testing.T) {
	w := newWorld(t, map[string]string{"pages/say.yaml": `
path: /say
title: Say
access: any
body:
  - textField: {id: what, label: What}
  - button: {text: Say, onTap: [{snackBar: "${form.what}"}, {snackBar: {text: Fine, tone: success}}, {snackBar: {text: Bad, tone: error}}]}
  - button: {text: Leave, onTap: [{snackBar: "${form.what}"}, {navigate: login}]}
`})
	c := w.browser()
	const typed = `<b onclick="x()">Hi</b> & bye`
	p := c.press(c.get("/say"), "Say", map[string]string{"what": typed})
	p.want(t, 200, typed)
	said := cascadia.QueryAll(p.doc, cascadia.MustCompile(".u-snack"))
	if len(said) != 3 || p.has("b[onclick]") {
		t.Fatalf("%d messages", len(said))
	}
	for i, want := range []string{"u-snack", "u-snack u-success", "u-snack u-error"} {
		if attr(said[i], "class") != want {
			t.Errorf("message %d is %q, want %s", i, attr(said[i], "class"), want)
		}
	}
	p = c.press(c.get("/say"), "Leave", map[string]string{"what": typed})
	p.want(t, 200, typed)
	if p.url != "/login" || strings.Contains(c.get("/login").text(), "bye") {
		t.Errorf("at %s, or said twice", p.url)
	}
}

// TestF149_SnackBarAction: the button of a message runs its action block with what it was handed, on the page where the message is shown, once,
// and only for who was told; or it is a link. Without script both are there as well.
func TestF149_SnackBarAction(t *testing.T) {
	w := newWorld(t, map[string]string{
		"app.yaml": string(tourist(t, nil).Bytes("app.yaml")) + "\nstate:\n  gone: {type: list of text, default: []}\n",
		"flows/restore.yaml": `
params: {what: {type: text, required: true}}
actions:
  - confirm: "Restore ${params.what}?"
  - {change: app.gone, removeWhere: "${each == params.what}"}
  - {snackBar: "${params.what} is back", tone: success}
`,
		"pages/list.yaml": `
path: /list
title: List
access: any
body:
  - text: "gone ${join(app.gone, '+')}"
  - button: {text: Delete, onTap: [{change: app.gone, append: tea}, {snackBar: Deleted, action: Undo, block: restore, with: {what: tea}, duration: 20s}, {navigate: after}]}
  - button: {text: Link, onTap: [{snackBar: Saved, action: Show, page: after, with: {n: 3}}]}
`,
		"pages/after.yaml": "path: /after\ntitle: After\naccess: any\nparams: {n: int}\nbody:\n  - text: \"gone ${join(app.gone, '+')} n ${params.n ?? 0}\"\n",
	})
	c := w.browser()
	p := c.press(c.get("/list"), "Delete", nil)
	p.want(t, 200, "gone tea", "Deleted", "Undo")
	if p.url != "/after" || !p.has(`[role=status] .u-snack[data-for="20000"] button[form=page][name=_event]`) {
		t.Errorf("at %s without the button", p.url)
	}
	stranger := w.browser()
	stranger.get("/after")
	stranger.press(p, "Undo", nil).want(t, 409)
	asked := c.press(p, "Undo", nil)
	asked.want(t, 200, "Restore tea?", "gone tea")
	c.press(asked, "OK", nil).want(t, 200, "tea is back")
	c.get("/after").want(t, 200, "gone n 0")
	c.press(p, "Undo", nil).want(t, 200, "gone")
	if p := c.press(c.get("/list"), "Link", nil); !p.has(`.u-snack a[href="/after?n=3"]`) {
		t.Error("no link")
	}
}

// TestF149_SnackBarWaits: a message may be shown late, so its button works on a later drawing and on another page, once and not for ever.
func TestF149_SnackBarWaits(t *testing.T) {
	var later atomic.Int64
	w := newWorld(t, map[string]string{
		"app.yaml":           string(tourist(t, nil).Bytes("app.yaml")) + "\nstate:\n  n: {type: int, default: 0}\n",
		"flows/restore.yaml": "actions: [{change: app.n, increment: 1}]\n",
		"pages/list.yaml": `
path: /list
title: List
access: any
body:
  - text: "n ${app.n}"
  - button: {text: Delete, onTap: [{snackBar: Deleted, action: Undo, block: restore}]}
  - button: {text: Other, onTap: [{setAppState: {n: "${app.n}"}}]}
`,
		"pages/after.yaml": "path: /after\ntitle: After\naccess: any\nbody:\n  - text: \"n ${app.n}\"\n  - button: {text: Other, onTap: [{setAppState: {n: \"${app.n}\"}}]}\n",
	}, func(cfg *Config) { cfg.Now = func() time.Time { return time.Now().Add(time.Duration(later.Load())) } })
	c := w.browser()
	c.script = true
	told := c.press(c.get("/list"), "Delete", nil)
	undo := attr(told.button("Undo"), "value")
	pressBy := func(c *client, p *page) *page {
		action, form := p.form(t, "Other", nil)
		form.Set("_event", undo)
		return c.follow(c.roundTrip(c.request("POST", action, form)))
	}
	press := func(p *page) *page { return pressBy(c, p) }
	stranger := w.browser()
	pressBy(stranger, stranger.get("/list")).want(t, 409, "n 0")
	c.press(told, "Other", nil).want(t, 200, "n 0")
	press(c.get("/after")).want(t, 200, "n 1")
	press(c.get("/list")).want(t, 200, "n 1") // once
	undo = attr(c.press(c.get("/list"), "Delete", nil).button("Undo"), "value")
	later.Store(int64(pressLife + time.Second))
	press(c.get("/list")).want(t, 409, "n 1")
}

// TestF149_SnackBarReplaces: a message can take the place of those before it, or only take them away; what is to be copied stays.
func TestF149_SnackBarReplaces(t *testing.T) {
	w := newWorld(t, map[string]string{"pages/say.yaml": `
path: /say
title: Say
access: any
body:
  - button: {text: Say, onTap: [{snackBar: One}, {snackBar: {text: Two, replace: true}}, {snackBar: Three}]}
  - button: {text: Hush, onTap: [{snackBar: One}, {snackBar: {text: "", replace: true}}]}
  - button: {text: Copy, onTap: [{snackBar: One}, {copy: code}, {snackBar: {text: Two, replace: true}}]}
`})
	c := w.browser()
	p := c.press(c.get("/say"), "Say", nil)
	p.want(t, 200, "Two", "Three")
	if strings.Contains(p.text(), "One") || !p.has(".u-snack[data-replace] + .u-snack:not([data-replace])") {
		t.Errorf("%s", p.body)
	}
	if p = c.press(c.get("/say"), "Hush", nil); !p.has("#u-notices > .u-snack[data-replace][hidden]:only-child") {
		t.Errorf("%s", p.body)
	}
	if p = c.press(c.get("/say"), "Copy", nil); strings.Contains(p.text(), "One") || !p.has(".u-snack[data-replace] + .u-snack[data-clip]") { // which is no message
		t.Errorf("%s", p.body)
	}
}

// TestF149_CopyAndOpen: a text to copy and an address to open are drawn so that people without script can do it themselves; neither runs anything.
func TestF149_CopyAndOpen(t *testing.T) {
	w := newWorld(t, map[string]string{"pages/out.yaml": `
path: /out
title: Out
access: any
state: {to: {type: text, default: "https://example.com/a?b=1&c=2"}, bad: {type: text, default: "javascript:alert(1)"}, code: secret}
body:
  - textField: {id: to, label: To}
  - button: {text: Copy, onTap: [{copy: "x<y ${state.to}"}]}
  - button: {text: Open, onTap: [{openUrl: "${state.to}"}]}
  - button: {text: Stay, onTap: [{openUrl: "${state.to}", newTab: false}]}
  - button: {text: Mail, onTap: [{openUrl: "mailto:ada@example.com"}]}
  - button: {text: Bad, onTap: [{openUrl: "${form.to}", onError: [{snackBar: "no: ${error.message}"}]}]}
`})
	c := w.browser()
	p := c.press(c.get("/out"), "Copy", nil)
	p.want(t, 200, "Copy this:", "x<y https://example.com/a?b=1&c=2")
	p = c.press(p, "Open", nil)
	p.want(t, 200, "This leads to example.com.")
	for button, link := range map[string]string{
		"Open": `[role=status] a[data-launch=tab][target=_blank][rel="noopener noreferrer"][href="https://example.com/a?b=1&c=2"]`,
		"Stay": `a[data-launch=same]:not([target])[href^="https://example.com"]`,
		"Mail": `a[data-launch=same]:not([target])[href="mailto:ada@example.com"]`,
	} {
		if p := c.press(c.get("/out"), button, nil); !p.has(link) {
			t.Errorf("%s: no %s", button, link)
		}
	}
	for _, bad := range []string{"javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "vbscript:x", "//example.com", "/login", "file:///etc/passwd", "https://user:pw@example.com", "https:", "blob:https://example.com/x", ""} {
		p := c.press(c.get("/out"), "Bad", map[string]string{"to": bad})
		p.want(t, 200, "no: url is not a whole address")
		if p.has("[data-launch]") {
			t.Errorf("%q is opened", bad)
		}
	}
}

// TestF200_SetTheme: the colours that somebody chose are drawn at once, by the server and so without a flash, remembered in this browser alone, and
// told by page.theme.
func TestF200_SetTheme(t *testing.T) {
	w := newWorld(t, map[string]string{"pages/look.yaml": `
path: /look
title: Look
access: any
body:
  - text: "in ${page.theme}"
  - button: {text: Turn, onTap: [{setTheme: "${page.theme == 'dark' ? 'light' : 'dark'}"}, {block: said}]}
  - button: {text: Device, onTap: [{setTheme: system}]}
`, "flows/said.yaml": "actions: [{snackBar: \"now ${page.theme}\"}]\n"})
	c := w.browser()
	p := c.get("/look")
	p.want(t, 200, "in system")
	if p.has("html[data-mode]") {
		t.Error("a mode that nobody chose")
	}
	p = c.press(p, "Turn", nil)
	p.want(t, 200, "in dark", "now dark")
	again := c.get("/look")
	for _, p := range []*page{p, again, c.get("/nowhere")} {
		if !p.has("html[data-mode=dark]") || !p.has("meta[name=color-scheme][content=dark]") {
			t.Errorf("%s is not dark", p.url)
		}
	}
	c.press(again, "Turn", nil).want(t, 200, "in light", "now light")
	p = c.press(c.get("/look"), "Device", nil)
	if p.want(t, 200, "in system"); p.has("html[data-mode]") {
		t.Error("not as the device is set")
	}
	w.browser().get("/look").want(t, 200, "in system")
}

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

// TestF191_TemplatesAreWired: the apps that newcomers begin with are not drawings: every page's forms and buttons reach calls, state
// and pages, and a new person gets from sign-up to log-out by them alone.
func TestF191_TemplatesAreWired(t *testing.T) {
	for _, name := range []string{"touristtrail", "starter", "manual-refresh"} {
		tree, err := project.LoadTree(os.DirFS("../examples/" + name))
		if err != nil {
			t.Fatal(err)
		}
		p := load(t, tree)
		for _, page := range p.Pages {
			for _, loose := range unwired(page.Body) {
				t.Errorf("%s: %s on page %s does nothing", name, loose, page.Name)
			}
		}
	}
	if got := unwired([]*project.Widget{{Kind: "form"}, {Kind: "column", Slots: map[string][]*project.Widget{"children": {{Kind: "button"}}}}}); len(got) != 2 {
		t.Errorf("the search finds %v", got) // it can fail
	}
	w := newWorld(t, nil)
	c := w.browser()
	p := c.get("/")
	action, form := p.form(t, "Sign Up", nil)
	p = c.roundTrip(c.request("POST", action, form))
	p = c.press(p, "Create account", map[string]string{"firstName": "Bob", "email": "bob@example.com", "newUsername": "bob", "newPassword": "a long password", "repeat": "a long password"})
	p.want(t, 200, "Welcome Bob", "Story of bob")
	p = c.press(p, "Your profile", nil)
	p.want(t, 200, "bob@example.com")
	p = c.press(p, "Update from the backend", nil)
	p.want(t, 200, "Renamed Walker")
	p = c.press(p, "Back home", nil)
	if p = c.press(p, "Log out", nil); p.url != "/login" {
		t.Errorf("at %s", p.url)
	}
	for _, key := range []string{"POST /auth/signup", "GET /auth/me", "GET /posts", "GET /activity"} {
		if w.backend.count(key) == 0 {
			t.Errorf("%s was never called", key)
		}
	}
}

// unwired lists forms and buttons without a flow.
func unwired(widgets []*project.Widget) []string {
	var out []string
	for _, w := range widgets {
		submit, _ := w.Props["submit"].Constant()
		switch {
		case w.Kind == "form" && (w.Triggers["onSubmit"] == nil || len(w.Triggers["onSubmit"].Actions) == 0),
			(w.Kind == "button" || w.Kind == "iconButton") && submit != true && (w.Triggers["onTap"] == nil || len(w.Triggers["onTap"].Actions) == 0):
			out = append(out, w.Kind)
		}
		for _, children := range w.Slots {
			out = append(out, unwired(children)...)
		}
	}
	return out
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

// TestF090_BaseURLFromTheEnvironment: the same project calls the backend that the environment names; without a value the default's.
func TestF090_BaseURLFromTheEnvironment(t *testing.T) {
	w := newWorld(t, nil)
	staging := newBackend(t)
	staging.on("GET /posts", func(rw http.ResponseWriter, _ *http.Request) {
		reply(rw, 200, map[string]any{"posts": []any{map[string]any{"id": 1, "title": "From staging"}}})
	})
	c := w.browser()
	c.logIn("ada").want(t, 200, "Story of ada")
	next, err := call.New(call.Config{Project: w.cfg.Project, Env: map[string]string{"API_URL": staging.URL}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(next.Close)
	if err := w.app.Swap(w.cfg.Project, next); err != nil {
		t.Fatal(err)
	}
	before := w.backend.count("GET /posts")
	c.get("/home").want(t, 200, "From staging")
	if w.backend.count("GET /posts") != before || staging.count("GET /posts") != 1 {
		t.Error("both backends were called")
	}
	usual, err := call.New(call.Config{Project: w.cfg.Project})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(usual.Close)
	if got := usual.Origins(); !slices.Contains(got, "http://127.0.0.1:7071") {
		t.Errorf("by default it calls %v", got)
	}
}

// TestF158_CaughtIsLogged: a fault that an error branch has dealt with is in the log all the same, and the page goes on.
func TestF158_CaughtIsLogged(t *testing.T) {
	w := newWorld(t, map[string]string{"pages/caught.yaml": `
path: /caught
title: Caught
state: {note: {type: text, default: none}}
body:
  - text: "Note ${state.note}"
  - button:
      text: Run
      onTap:
        - forEach: [1, 2]
          onError: [{setState: {note: "${error.message}"}}]
          do: [{updateAuthenticatedUser: {uid: x}}]
`})
	c := w.browser()
	c.press(c.get("/caught"), "Run", nil).want(t, 200, "Note Nobody is logged in.")
	if log := w.log.String(); !strings.Contains(log, "caught=") || !strings.Contains(log, "updateAuthenticatedUser: nobody is logged in") {
		t.Error("what was caught is not in the log")
	}
}
