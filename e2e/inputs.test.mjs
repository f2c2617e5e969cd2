// Inputs that are more than a line to type in: by keyboard, by pasting, with and without script.
import {after, before, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {Served, becomes, stopClock} from './harness.mjs'

const codes = `path: /
title: Codes
access: any
state: {said: {type: text, default: ""}}
body:
  - form:
      onSubmit: [{setState: {said: "\${form.code} sent"}}]
      children:
        - pinCode: {id: code, label: Code, submit: true, required: true}
        - button: {text: Send, submit: true}
  - pinCode: {id: door, label: Door, length: 4, onComplete: [{setState: {said: "\${form.door} heard"}}]}
  - text: "Said: \${state.said}."
`

const more = `path: /more
title: More
access: any
state: {said: {type: text, default: ""}}
body:
  - form:
      onSubmit: [{setState: {said: "\${join(form.wishes, '+')} for \${string(form.budget)}"}}]
      children:
        - checkboxGroup: {id: wishes, label: Wishes, required: true, minCount: 2, maxCount: 2, options: [Sea, Huts, Towns]}
        - slider: {id: budget, label: Budget, min: 20, max: 80, step: 20, suffix: a night}
        - button: {text: Send, submit: true}
  - searchField: {id: q, label: Find, onChange: [{setState: {said: "typed \${form.q}"}}], onSubmit: [{setState: {said: "asked \${form.q}"}}]}
  - text: "Said: \${state.said}."
`

let served
before(async () => { served = await Served.start({'app.yaml': 'usher: 1\nname: Inputs\n', 'pages/codes.yaml': codes, 'pages/more.yaml': more}) })
after(() => served?.stop())

const person = (path, options) => served.atForm(path, options)

// paste puts text into an input as the clipboard does: at once.
const paste = (p, label, text) => p.getByLabel(label, {exact: true}).focus().then(() => p.keyboard.insertText(text))

describe('a pin code', () => {
  test('takes what is pasted, and sends the form with the last digit', async () => {
    const p = await person('/')
    await paste(p, 'Code', 'Your code: 007 123')
    await p.getByText('Said: 007123 sent.').waitFor()
    assert.equal(p.posts, 1)
    await p.keyboard.press('Backspace')
    await becomes(() => p.getByLabel('Code').inputValue(), '00712')
    await p.keyboard.type('x9')
    await p.getByText('Said: 007129 sent.').waitFor()
    await p.getByLabel('Code').press('End')
    await p.keyboard.type('55')
    await becomes(() => p.getByLabel('Code').inputValue(), '007129')
    assert.equal(p.posts, 2)
    assert.deepEqual(p.faults, [])
  })

  test('sends an event with the last digit', async () => {
    const p = await person('/')
    await p.getByLabel('Door').pressSequentially('0471')
    await p.getByText('Said: 0471 heard.').waitFor()
    assert.equal(p.posts, 1)
    assert.deepEqual(p.faults, [])
  })

  test('shows each digit in its box', async () => {
    const p = await person('/', {viewport: {width: 320, height: 640}})
    await p.getByLabel('Door').fill('0471')
    for (const label of ['Code', 'Door']) {
      const {scrolled, over} = await p.getByLabel(label).evaluate(el => ({scrolled: el.scrollLeft, over: el.parentElement.getBoundingClientRect().right - innerWidth}))
      assert.equal(scrolled, 0, label)
      assert.ok(over <= 0, label)
    }
  })

  test('works without script', async () => {
    const p = await person('/', {script: false})
    await paste(p, 'Code', '00-71-23')
    await p.keyboard.press('Enter')
    await p.getByText('Said: 007123 sent.').waitFor()
  })
})

describe('a group of checkboxes', () => {
  test('is judged as one, and acquitted', async () => {
    const p = await person('/more')
    const send = p.getByRole('button', {name: 'Send'})
    await send.click()
    await p.getByText('Wishes is required.').waitFor()
    assert.equal(p.posts, 0)
    await p.getByLabel('Sea', {exact: true}).focus()
    await p.keyboard.press('Space')
    await p.getByText('Choose at least 2.').waitFor()
    await p.keyboard.press('Tab')
    await p.keyboard.press('Space')
    await becomes(() => p.locator('.u-problem').count(), 0)
    await p.getByLabel('Towns').check()
    await send.click()
    await p.getByText('Choose at most 2.').waitFor()
    await p.getByLabel('Sea', {exact: true}).uncheck()
    await send.click()
    await p.getByText('Said: Huts+Towns for 20.').waitFor()
    assert.equal(p.posts, 1)
    assert.deepEqual(p.faults, [])
  })
})

describe('a slider', () => {
  test('moves by the arrow keys and tells its number', async () => {
    const p = await person('/more')
    const slider = p.getByRole('slider', {name: 'Budget'})
    await slider.focus()
    await p.keyboard.press('ArrowRight')
    await p.keyboard.press('End')
    await p.keyboard.press('ArrowLeft')
    await becomes(() => p.locator('output').innerText(), '60')
    await becomes(() => slider.getAttribute('aria-valuetext'), '60 a night')
    await p.getByLabel('Sea', {exact: true}).check()
    await p.getByLabel('Huts').check()
    await p.getByRole('button', {name: 'Send'}).click()
    await p.getByText('Said: Sea+Huts for 60.').waitFor()
    await becomes(() => p.locator('output').innerText(), '60')
    assert.deepEqual(p.faults, [])
  })
})

describe('a search', () => {
  test('waits while somebody types, and is cleared by a button', async () => {
    const p = await person('/more', {clock: stopClock})
    const clear = p.getByRole('button', {name: 'Clear'})
    await clear.waitFor({state: 'hidden'})
    await p.getByLabel('Find').pressSequentially('hut')
    await p.clock.runFor(2000)
    await p.getByText('Said: typed hut.').waitFor()
    assert.equal(p.posts, 1)
    await becomes(() => p.evaluate(() => document.activeElement.name), 'q')
    await p.keyboard.press('Tab')
    await becomes(() => clear.evaluate(el => el === document.activeElement), true)
    await p.keyboard.press('Enter')
    await p.getByText('Said: typed .').waitFor()
    await becomes(() => p.getByLabel('Find').inputValue(), '')
    await becomes(() => p.evaluate(() => document.activeElement.name), 'q')
    await p.keyboard.type('fjord')
    await p.keyboard.press('Enter')
    await p.getByText('Said: asked fjord.').waitFor()
    assert.deepEqual(p.faults, [])
  })
})

describe('without script', () => {
  test('boxes, slider and search are sent', async () => {
    const p = await person('/more', {script: false})
    await p.getByLabel('Sea', {exact: true}).check()
    await p.getByRole('button', {name: 'Send'}).click()
    await p.getByText('Choose at least 2.').waitFor()
    assert.equal(await p.getByLabel('Sea', {exact: true}).isChecked(), true)
    await p.getByLabel('Huts').check()
    await p.getByRole('slider', {name: 'Budget'}).press('ArrowRight')
    await p.getByRole('button', {name: 'Send'}).click()
    await p.getByText('Said: Sea+Huts for 40.').waitFor()
    await p.getByLabel('Find').fill('hut')
    await p.keyboard.press('Enter')
    await p.getByText('Said: asked hut.').waitFor()
    assert.equal(await p.getByRole('button', {name: 'Clear'}).isVisible(), false)
  })
})
