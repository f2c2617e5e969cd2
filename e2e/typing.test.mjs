// What helps while somebody types: masks, counts, the strength of a password, lines that grow. Without script the server does what can be done.
import {after, before, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {Served, becomes} from './harness.mjs'

const page = `path: /
title: Typing
access: any
state: {sent: {type: text, default: ""}, heard: {type: text, default: ""}}
body:
  - form:
      onSubmit: [{setState: {sent: "\${form.phone}, \${form.plate}"}}]
      children:
        - textField: {id: phone, label: Phone, type: tel, prefix: "+47", mask: (000) 000-0000, clearButton: true}
        - textField: {id: plate, label: Plate, mask: AA 00000}
        - textField: {id: abroad, label: Abroad, mask: "+49 000"}
        - textField: {id: share, label: Share, mask: 00%}
        - textField: {id: user, label: User, type: username}
        - textField: {id: fresh, label: New password, type: password, autocomplete: new-password, strength: true}
        - textField: {id: again, label: Again, type: password, autocomplete: new-password}
        - textField: {id: pass, label: Phrase, type: password, strength: true}
        - textField: {id: note, label: Note, type: multiline, rows: 2, maxLength: 10, counter: true}
        - textField: {id: fixed, label: Fixed, readOnly: true, clearButton: true, initial: as it is}
        - button: {text: Send, submit: true}
  - textField: {id: live, label: Live, wait: 100, onChange: [{setState: {heard: "\${form.live}"}}]}
  - text: "Sent: \${state.sent}. Heard: \${state.heard}."
`

let served
before(async () => { served = await Served.start({'app.yaml': 'usher: 1\nname: Typing\n', 'pages/typing.yaml': page}) })
after(() => served?.stop())

const person = options => served.atForm('/', options)
const field = (p, label) => p.getByLabel(label, {exact: true})
// now is what stands in an input, with the caret as a bar.
const now = (p, label) => field(p, label).evaluate(el => el.value.slice(0, el.selectionStart) + '|' + el.value.slice(el.selectionStart))
const at = (p, label, caret) => field(p, label).evaluate((el, caret) => { el.focus(); el.setSelectionRange(caret, caret) }, caret)

describe('F194 a mask', () => {
  test('takes its form while somebody types, and drops what has no place', async () => {
    const p = await person()
    await field(p, 'Phone').focus()
    for (const [keys, want] of [['5', '(5|'], ['55', '(555|'], ['1', '(555) 1|'], ['x', '(555) 1|'], ['23-', '(555) 123-|'], ['45678', '(555) 123-4567|']]) {
      await p.keyboard.type(keys)
      await becomes(() => now(p, 'Phone'), want, keys)
    }
    await field(p, 'Plate').pressSequentially('no123456')
    await becomes(() => now(p, 'Plate'), 'NO 12345|')
    await field(p, 'Abroad').pressSequentially('49301')
    await becomes(() => now(p, 'Abroad'), '+49 301|')
    assert.deepEqual(p.faults, [])
  })

  test('keeps the caret where somebody changes something', async () => {
    const p = await person()
    await field(p, 'Phone').pressSequentially('555123456')
    await at(p, 'Phone', 2)
    await p.keyboard.type('9')
    await becomes(() => now(p, 'Phone'), '(59|5) 512-3456')
    await p.keyboard.press('Backspace')
    await becomes(() => now(p, 'Phone'), '(5|55) 123-456')
    await p.keyboard.press('Delete')
    await becomes(() => now(p, 'Phone'), '(5|51) 234-56')
    await at(p, 'Phone', 4)
    await p.keyboard.press('Delete')
    await becomes(() => now(p, 'Phone'), '(551) |234-56')
    await p.keyboard.press('Delete')
    await becomes(() => now(p, 'Phone'), '(551) |345-6')
    for (let i = 0; i < 5; i++) await p.keyboard.press('Backspace')
    assert.equal((await now(p, 'Phone')).replace('|', ''), '(345) 6')
    await p.keyboard.press('End')
    for (let i = 0; i < 12; i++) await p.keyboard.press('Backspace')
    await becomes(() => now(p, 'Phone'), '|')
  })

  test('is emptied key by key, also where it ends in what nobody types', async () => {
    const p = await person()
    await field(p, 'Share').pressSequentially('12')
    await becomes(() => now(p, 'Share'), '12%|')
    await p.keyboard.press('Backspace')
    await becomes(() => now(p, 'Share'), '12|')
    await p.keyboard.press('Backspace')
    await becomes(() => now(p, 'Share'), '1|')
    await field(p, 'Abroad').pressSequentially('49')
    for (let i = 0; i < 4; i++) await p.keyboard.press('Backspace')
    await becomes(() => now(p, 'Abroad'), '|')
  })

  test('takes what is pasted, and leaves and tells what does not fit', async () => {
    const p = await person()
    await field(p, 'Phone').focus()
    await p.keyboard.insertText('555.123.4567')
    await becomes(() => now(p, 'Phone'), '(555) 123-4567|')
    await field(p, 'Phone').fill('')
    await p.keyboard.insertText('call 555 1234567')
    await becomes(() => now(p, 'Phone'), 'call 555 1234567|')
    await p.getByRole('button', {name: 'Send'}).click()
    await p.getByText('Use the form (000) 000-0000.').waitFor()
    await becomes(() => field(p, 'Phone').inputValue(), 'call 555 1234567')
    await p.getByRole('button', {name: 'Clear'}).click()
    await becomes(() => field(p, 'Phone').inputValue(), '')
    await p.keyboard.type('5550100199')
    await field(p, 'Plate').fill('no12345')
    await p.getByRole('button', {name: 'Send'}).click()
    await p.getByText('Sent: (555) 010-0199, NO 12345.').waitFor()
    assert.deepEqual(p.faults, [])
  })

  test('is the server’s to keep without script', async () => {
    const p = await person({script: false})
    await field(p, 'Phone').fill('555 12')
    await p.getByRole('button', {name: 'Send'}).click()
    await p.getByText('Use the form (000) 000-0000.').waitFor()
    await becomes(() => field(p, 'Phone').inputValue(), '555 12')
    await field(p, 'Phone').fill('555-0100199')
    await field(p, 'Plate').fill('no 12345')
    await p.getByRole('button', {name: 'Send'}).click()
    await p.getByText('Sent: (555) 010-0199, NO 12345.').waitFor()
    await becomes(() => field(p, 'Phone').inputValue(), '(555) 010-0199')
    assert.equal(await p.locator('.u-count').isVisible(), false)
  })
})

describe('F194 while somebody types', () => {
  test('characters are counted, and told where it gets close; none is cut', async () => {
    const p = await person()
    const count = p.locator('#w-note-count')
    await becomes(() => count.locator('[aria-hidden]').innerText(), '0 / 10')
    assert.equal(await field(p, 'Note').getAttribute('aria-describedby'), 'w-note-count')
    await field(p, 'Note').pressSequentially('12345678👍')
    await becomes(() => count.locator('[aria-hidden]').innerText(), '9 / 10')
    await p.getByText('9 of 10 characters').waitFor({state: 'attached'})
    await p.keyboard.insertText('0123456789')
    await becomes(() => count.locator('[aria-hidden]').innerText(), '19 / 10')
    await becomes(() => field(p, 'Note').inputValue(), '12345678👍0123456789')
    await p.getByRole('button', {name: 'Send'}).click()
    await p.getByText('Use at most 10 characters.').waitFor()
  })

  test('lines grow with their text', async () => {
    const p = await person()
    const tall = () => field(p, 'Note').evaluate(el => el.getBoundingClientRect().height)
    const at = await tall()
    await field(p, 'Note').fill('a\nb\nc\nd\ne')
    const grown = await tall()
    assert.ok(grown > at + 40, `${at} became ${grown}`)
    await field(p, 'Note').fill('a')
    await becomes(() => tall(), at)
  })

  test('a password is judged in a word and a bar, and nothing of it is sent', async () => {
    const p = await person()
    const word = (of = 'fresh') => p.locator(`[data-of=w-${of}] [role=status]`).innerText()
    const bar = p.locator('[data-of=w-fresh]')
    await becomes(() => bar.isVisible(), false)
    await field(p, 'User').fill('norahansen')
    for (const [weak, strong] of [['password', 'Weak'], ['P@ssw0rd1!', 'Weak'], ['Sommer2026!', 'Weak'], ['12345678', 'Weak'], ['aaaaaaaaaaaaaaaa', 'Weak'], ['norahansen99', 'Weak'],
      ['kX8#mQ2!v', 'Good'], ['kX8#mQ2!vL9z', 'Strong'], ['correct horse battery staple', 'Good'], ['correct horse battery staple bridge', 'Strong']]) {
      await field(p, 'New password').fill(weak)
      await becomes(async () => new RegExp(strong).test(await word()), true, weak)
    }
    await p.getByRole('button', {name: 'Send'}).click()
    await p.getByText('Sent: , .').waitFor()
    await becomes(async () => /Strong/.test(await word()), true)
    await field(p, 'New password').fill('')
    await becomes(() => bar.isVisible(), false)
    await p.locator('[aria-controls=w-again]').click() // shown, it is still no name
    await field(p, 'Again').fill('kX8#mQ2!vL9z')
    await field(p, 'New password').fill('kX8#mQ2!vL9z')
    await becomes(async () => /Strong/.test(await word()), true)
    await p.locator('[aria-controls=w-pass]').click()
    for (const [text, says] of [['password', 'Weak'], ['kX8#mQ2!vL9z', 'Strong']]) {
      await field(p, 'Phrase').fill(text)
      await becomes(async () => new RegExp(says).test(await word('pass')), true, 'while it is shown')
    }
    assert.deepEqual(p.faults, [])
  })

  test('what has one direction keeps it on a page from right to left, at the side where lines begin', async () => {
    const p = await person()
    await p.evaluate(() => { document.documentElement.dir = 'rtl' })
    for (const label of ['Phone', 'Plate']) {
      const how = await field(p, label).evaluate(el => (({direction, unicodeBidi, textAlign}) => ({direction, unicodeBidi, textAlign}))(getComputedStyle(el)))
      assert.deepEqual(how, {direction: 'rtl', unicodeBidi: 'plaintext', textAlign: 'right'}, label)
    }
    const ends = await p.locator('.u-affix').evaluate(el => [0, el.textContent.length - 1].map(at => {
      const one = document.createRange()
      one.setStart(el.firstChild, at)
      one.setEnd(el.firstChild, at + 1)
      return one.getBoundingClientRect().x
    }))
    assert.ok(ends[0] < ends[1], '+47 begins with its sign')
    const leaves = await p.evaluate(() => ['ltr', 'rtl'].map(dir => {
      document.documentElement.dir = dir
      const motion = document.body.animate([{}, {translate: 'calc(var(--turn, 1) * -1.5rem)'}], {duration: 1000})
      motion.pause()
      motion.currentTime = 500
      const {translate} = getComputedStyle(document.body)
      motion.cancel()
      return translate
    }))
    assert.deepEqual(leaves, ['-12px', '12px'], 'the side to which a page leaves')
  })

  test('a change is told after a pause', async () => {
    const p = await person()
    await field(p, 'Live').pressSequentially('fjord')
    await p.getByText('Heard: fjord.').waitFor()
    await becomes(() => p.evaluate(() => document.activeElement.name), 'live')
  })

  test('what is only to read stays', async () => {
    const p = await person()
    assert.equal(await p.locator('[aria-controls=w-fixed]').isVisible(), false)
    await field(p, 'Fixed').focus()
    await p.keyboard.type('x')
    await becomes(() => field(p, 'Fixed').inputValue(), 'as it is')
  })
})
