package app

import "testing"

const closedPage = `
path: /order
title: Order
access: any
state: {locked: {type: bool, default: true}}
body:
  - form:
      onSubmit: [{snackBar: "Ordered ${form.word} for ${form.price ?? 'the price'}, ${form.rebate ?? 'no rebate'}."}]
      children:
        - textField: {id: word, label: Word}
        - numberField: {id: price, label: Price, disabled: "${state.locked}"}
        - numberField: {id: rebate, label: Rebate, visible: "${!state.locked}"}
        - button: {text: Send, submit: true}
        - button: {text: Unlock, onTap: [{setState: {locked: false}}]}
`

// TestWhatNobodyCouldFillInIsNotTaken: what is posted for an input that is disabled or hidden comes to no flow; once it is open, it does.
func TestWhatNobodyCouldFillInIsNotTaken(t *testing.T) {
	w := newWorld(t, map[string]string{"pages/order.yaml": closedPage})
	for _, scripted := range []bool{false, true} {
		c := w.browser()
		c.script = scripted
		forge := func(p *page, button string) *page {
			action, form := p.form(t, button, nil)
			for _, f := range w.app.rt.Load().project.Page("order").Fields {
				form.Set(f.Key, "7")
			}
			return c.roundTrip(c.request("POST", action, form))
		}
		p := c.get("/order")
		forge(p, "Send").want(t, 200, "Ordered 7 for the price, no rebate.")
		open := c.press(c.get("/order"), "Unlock", nil)
		forge(open, "Send").want(t, 200, "Ordered 7 for 7, 7.")
	}
}
