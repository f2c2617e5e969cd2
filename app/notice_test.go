package app

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/andybalholm/cascadia"
)

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

// undoPage has a message whose button runs the block restore.
const undoPage = `
path: /list
title: List
access: any
body:
  - text: "n ${app.n}"
  - button: {text: Delete, onTap: [{snackBar: Deleted, action: Undo, block: restore}]}
  - button: {text: Other, onTap: [{setAppState: {n: "${app.n}"}}]}
`

// TestF149_SnackBarWaits: a message may be shown late, so its button works on a later drawing and on another page, once and not for ever.
func TestF149_SnackBarWaits(t *testing.T) {
	var later atomic.Int64
	w := newWorld(t, map[string]string{
		"app.yaml":           string(tourist(t, nil).Bytes("app.yaml")) + "\nstate:\n  n: {type: int, default: 0}\n",
		"flows/restore.yaml": "actions: [{change: app.n, increment: 1}]\n",
		"pages/list.yaml":    undoPage,
		"pages/after.yaml":   "path: /after\ntitle: After\naccess: any\nbody:\n  - text: \"n ${app.n}\"\n  - button: {text: Other, onTap: [{setAppState: {n: \"${app.n}\"}}]}\n",
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

// TestF149_SnackBarIsPressedOnce: what a message's button has done is not done again, however much somebody has done since.
func TestF149_SnackBarIsPressedOnce(t *testing.T) {
	w := newWorld(t, map[string]string{
		"app.yaml":           string(tourist(t, nil).Bytes("app.yaml")) + "\nstate:\n  n: {type: int, default: 0}\n",
		"flows/restore.yaml": "actions: [{change: app.n, increment: 1}]\n",
		"pages/list.yaml":    undoPage})
	c := w.browser()
	c.logIn("ada")
	undo := attr(c.press(c.get("/list"), "Delete", nil).button("Undo"), "value")
	press := func() *page {
		action, form := c.get("/list").form(t, "Other", nil)
		form.Set("_event", undo)
		return c.follow(c.roundTrip(c.request("POST", action, form)))
	}
	press().want(t, 200, "n 1")
	for range 40 {
		c.press(c.get("/list"), "Other", nil).want(t, 200, "n 1")
	}
	press().want(t, 200, "n 1")
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
