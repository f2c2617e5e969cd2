// A dropdown with a search: the combobox of the ARIA Authoring Practices over a select, which is all there is without script.
import {after, before, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {Served, becomes} from './harness.mjs'
import {accessible} from './looks.mjs'

const page = `path: /
title: Combo
access: any
state: {sent: {type: text, default: ""}, heard: {type: text, default: ""}, n: {type: int, default: 0}, run: {type: bool, default: false}}
timers: [{every: 1s, when: "\${state.run}", do: [{setState: {n: "\${state.n + 1}"}}]}]
body:
  - form:
      onSubmit:
        - if: \${form.city == "Oslo"}
          then: [{fieldError: {city: Sold out.}}]
          else: [{setState: {sent: "\${form.city}"}}]
      children:
        - dropdown:
            id: city
            label: City
            searchable: true
            required: true
            options:
              - {group: Norway, options: [Ålesund, Bergen, Oslo]}
              - {group: Japan, options: [{value: kyo, label: Kyōto}, Tokyo]}
        - button: {text: Send, submit: true}
  - dropdown: {id: free, label: Free, searchable: true, allowEmpty: true, initial: b, options: [a, b, "b c"], onChange: [{setState: {heard: "<\${form.free}>"}}]}
  - button: {text: Run, onTap: [{setState: {run: true}}]}
  - text: "Drawn \${state.n} times."
  - text: "Sent: \${state.sent}. Heard: \${state.heard}."
`

let served
before(async () => { served = await Served.start({'app.yaml': 'usher: 1\nname: Combo\n', 'pages/combo.yaml': page}) })
after(() => served?.stop())

const person = options => served.atForm('/', options)
const combo = (p, name) => p.getByRole('combobox', {name, exact: true})
const shown = p => p.getByRole('option').allInnerTexts()
const active = (p, name) => combo(p, name).evaluate(el => document.getElementById(el.getAttribute('aria-activedescendant'))?.textContent)
const value = (p, id) => p.locator('#w-' + id).evaluate(el => el.value)

describe('F194 a dropdown with a search', () => {
  test('is gone through with the keys', async () => {
    const p = await person()
    const city = combo(p, 'City')
    await city.focus()
    await becomes(() => city.getAttribute('aria-expanded'), 'false')
    await p.keyboard.press('ArrowDown')
    await becomes(() => city.getAttribute('aria-expanded'), 'true')
    await becomes(() => shown(p), ['Ålesund', 'Bergen', 'Oslo', 'Kyōto', 'Tokyo'])
    assert.equal(await p.getByRole('option', {selected: true}).count(), 0)
    await becomes(() => active(p, 'City'), 'Ålesund')
    await p.keyboard.press('ArrowUp')
    await becomes(() => active(p, 'City'), 'Tokyo')
    await p.keyboard.press('Escape')
    await becomes(() => city.inputValue(), '')
    await becomes(() => city.getAttribute('aria-expanded'), 'false')
    await p.keyboard.type('kyo')
    await becomes(() => shown(p), ['Kyōto', 'Tokyo'])
    assert.deepEqual(await p.getByRole('group', {name: 'Japan'}).getByRole('option').allInnerTexts(), ['Kyōto', 'Tokyo'])
    await p.keyboard.press('ArrowDown')
    await accessible(p, 'open')
    await p.keyboard.press('Enter')
    await becomes(() => city.inputValue(), 'Kyōto')
    await becomes(() => value(p, 'city'), 'kyo')
    await p.keyboard.press('ArrowDown')
    await becomes(() => active(p, 'City'), 'Kyōto')
    await p.keyboard.press('Escape')
    await p.keyboard.press('Enter')
    await p.getByText('Sent: kyo.').waitFor()
    assert.deepEqual(p.faults, [])
  })

  test('takes what is typed in full, and puts back what means nothing', async () => {
    const p = await person()
    const city = combo(p, 'City')
    await city.fill('alesund')
    await p.keyboard.press('Tab')
    await becomes(() => city.inputValue(), 'Ålesund')
    await city.fill('nowhere')
    await becomes(() => shown(p), [])
    assert.equal(await p.locator('.u-none').first().innerText(), 'Nothing found')
    await p.keyboard.press('Tab')
    await becomes(() => city.inputValue(), 'Ålesund')
    await becomes(() => value(p, 'city'), 'Ålesund')
  })

  test('is chosen from with a pointer, and tells a change', async () => {
    const p = await person()
    const free = combo(p, 'Free')
    await free.click()
    await becomes(() => shown(p), ['None', 'a', 'b', 'b c'])
    await p.getByRole('option', {name: 'b c'}).click()
    await p.getByText('Heard: <b c>.').waitFor()
    await becomes(() => free.inputValue(), 'b c')
    await free.fill('')
    await p.keyboard.press('Tab')
    await p.getByText('Heard: <>.').waitFor()
    await becomes(() => value(p, 'free'), '')
    assert.deepEqual(p.faults, [])
  })

  test('keeps what is typed and its list while the page draws itself', async () => {
    const p = await person()
    await p.getByRole('button', {name: 'Run'}).click()
    const city = combo(p, 'City')
    await city.pressSequentially('to')
    await p.keyboard.press('ArrowDown')
    const ticked = () => p.waitForFunction(was => document.body.innerText.match(/Drawn \d+/)[0] !== was, p.drawn)
    for (let times = 0; times < 2; times++) {
      p.drawn = await p.getByText(/^Drawn/).innerText().then(text => text.match(/Drawn \d+/)[0])
      await ticked()
      await becomes(() => city.inputValue(), 'to')
      await becomes(() => shown(p), ['Kyōto', 'Tokyo'])
      await becomes(() => active(p, 'City'), 'Kyōto')
    }
    await p.keyboard.press('Enter')
    await becomes(() => value(p, 'city'), 'kyo')
    assert.deepEqual(p.faults, [])
  })

  test('is judged as its select is, by the browser and by the server', async () => {
    const p = await person()
    await p.getByRole('button', {name: 'Send'}).click()
    await p.getByText('City is required.').waitFor()
    const city = combo(p, 'City')
    await becomes(() => city.evaluate(el => el === document.activeElement), true)
    await becomes(() => city.getAttribute('aria-invalid'), 'true')
    await becomes(() => city.getAttribute('aria-describedby'), 'w-city-error')
    await city.fill('Oslo')
    await p.keyboard.press('Tab')
    await becomes(() => p.locator('#w-city-error').count(), 0)
    await p.getByRole('button', {name: 'Send'}).click()
    await p.getByText('Sold out.').waitFor()
    await becomes(() => city.inputValue(), 'Oslo')
    await becomes(() => city.getAttribute('aria-invalid'), 'true')
    await p.getByText('City', {exact: true}).click()
    await becomes(() => city.evaluate(el => el === document.activeElement), true)
    assert.deepEqual(p.faults, [])
  })

  test('is a plain list without script', async () => {
    const p = await person({script: false})
    assert.equal(await p.locator('.u-combo').first().isVisible(), false)
    await p.locator('#w-city').selectOption({label: 'Kyōto'})
    await p.getByRole('button', {name: 'Send'}).click()
    await p.getByText('Sent: kyo.').waitFor()
  })
})
