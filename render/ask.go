package render

import "time"

// Ask is a question that a flow waits for, or a wait. The token goes back with the answer.
type Ask struct {
	Token        string
	Kind         string // confirm, dialog or wait
	Title, Text  string
	Yes, No      string // the buttons; "": as the language says
	Two          bool   // both buttons are there
	Danger       bool   // yes destroys something
	Input, Value string // label of a field, "" none; and what stands in it
	Wait         time.Duration
}

// askWords are the buttons where the app does not name them.
type askWords struct{ ok, cancel, goOn, moment string }

// modal reports whether the page behind the question is out of reach.
func (a *Ask) modal() bool { return a != nil && a.Kind != "wait" }

// outOfReach takes what stands behind an open dialog away from keyboard, pointer and screen readers, without script too.
func (b *builder) outOfReach() {
	b.do(func(r *run) {
		if r.frame.Ask.modal() {
			r.lit(" inert")
		}
	})
}

// main draws what belongs to the page itself, and over it the dialog that is open.
func (b *builder) main(body func()) {
	b.levels = &levels{}
	inside := b.gather(body)
	b.levels = nil
	b.do(func(r *run) {
		if r.frame.Open != "" {
			r.under(inside)
			return
		}
		r.openMain(r.frame.Ask.modal())
		r.block(inside)
		r.lit("</main>")
	})
}

func (r *run) openMain(behind bool) {
	r.lit(`<main id="main" class="u-main" tabindex="-1"`)
	if behind {
		r.lit(" inert")
	}
	r.lit(">")
}

// ask draws the question of a flow that waits: a dialog that is open by itself and that script makes modal, or a way on.
func (b *builder) ask() {
	words := askWords{ok: b.own("ask.ok"), cancel: b.own("ask.cancel"), goOn: b.own("ask.goOn"), moment: b.own("ask.moment")}
	b.do(func(r *run) {
		switch a := r.frame.Ask; {
		case a == nil:
		case a.modal():
			r.dialog(a, words)
		default:
			r.wait(a, words)
		}
	})
}

func (r *run) dialog(a *Ask, words askWords) {
	r.lit(`<div class="u-scrim" aria-hidden="true"></div><dialog id="u-ask" class="u-dialog" open data-ask aria-modal="true"`)
	if a.Title != "" {
		r.lit(` aria-labelledby="u-ask-title" aria-describedby="u-ask-text">`)
	} else {
		r.lit(` aria-labelledby="u-ask-text">`)
	}
	r.answers(a)
	if a.Title != "" {
		r.lit(`<h2 class="u-dialog-title" id="u-ask-title">`)
		r.text(a.Title)
		r.lit("</h2>")
	}
	r.lit(`<p class="u-dialog-text" id="u-ask-text">`)
	r.text(a.Text)
	r.lit("</p>")
	if a.Input != "" {
		r.lit(`<div class="u-field"><label class="u-label" for="u-ask-input">`)
		r.text(a.Input)
		r.lit(`</label><div class="u-control"><input id="u-ask-input" name="_text" autocomplete="off" maxlength="1000" autofocus`)
		r.attr("value", a.Value)
		r.lit("></div></div>")
	}
	r.lit(`<div class="u-dialog-end">`)
	no, yes := orText(a.No, words.cancel), orText(a.Yes, words.ok)
	if a.Two {
		r.choice("no", "u-btn-text", no, a.Danger && a.Input == "")
	}
	look := markup("u-btn-filled")
	if a.Danger {
		look = "u-btn-danger"
	}
	r.choice("yes", look, yes, !a.Danger && a.Input == "")
	r.lit("</div></form></dialog>")
}

// answers opens the form that takes an answer back. Enter in its field says yes.
func (r *run) answers(a *Ask) {
	r.lit(`<form method="post" class="u-dialog-form"`)
	r.url("action", r.frame.Action, "")
	r.lit(`><button class="u-default" name="_answer" value="yes" tabindex="-1" aria-hidden="true"></button><input type="hidden" name="_state"`)
	r.attr("value", r.frame.State)
	r.lit(`><input type="hidden" name="_pause"`)
	r.attr("value", a.Token)
	r.lit(">")
}

func (r *run) choice(answer string, look markup, text string, focus bool) {
	r.lit(`<button name="_answer" class="u-btn u-btn-md ` + look + `"`)
	r.attr("value", answer)
	if focus {
		r.lit(" autofocus")
	}
	r.lit("><span>")
	r.text(text)
	r.lit("</span></button>")
}

// wait draws what goes on by itself with script, and by a button without.
func (r *run) wait(a *Ask, words askWords) {
	r.lit(`<div class="u-wait" role="status"`)
	r.open("data-wait")
	r.int(int(a.Wait / time.Millisecond))
	r.lit(`"><span class="u-spinner" aria-hidden="true"></span><span>`)
	r.text(words.moment)
	r.lit("</span>")
	r.answers(a)
	r.choice("yes", "u-btn-tonal", words.goOn, false)
	r.lit("</form></div>")
}

func orText(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
