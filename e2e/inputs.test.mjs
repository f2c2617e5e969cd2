// Inputs that are more than a line to type in: by keyboard, by pasting, with and without script.
import {after, before, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {Served, join} from './harness.mjs'

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

let served, folder
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'usher-inputs-'))
  mkdirSync(join(folder, 'pages'))
  writeFileSync(join(folder, 'app.yaml'), 'usher: 1\nname: Inputs\n')
  for (const [name, text] of Object.entries({codes})) writeFileSync(join(folder, 'pages', name + '.yaml'), text)
  served = await Served.start(folder)
})
after(async () => {
  await served?.stop()
  if (folder) rmSync(folder, {recursive: true, force: true})
})

async function person(path, {script = true, ...options} = {}) {
  const p = await served.person({expected: /status of 422/, javaScriptEnabled: script, viewport: {width: 390, height: 844}, ...options})
  p.posts = 0
  p.on('request', r => { if (r.method() === 'POST') p.posts++ })
  await p.goto(served.url + path)
  return p
}

// paste puts text into an input as the clipboard does: at once.
const paste = (p, label, text) => p.getByLabel(label, {exact: true}).focus().then(() => p.keyboard.insertText(text))

describe('a pin code', () => {
  test('takes what is pasted, and sends the form with the last digit', async () => {
    const p = await person('/')
    await paste(p, 'Code', 'Your code: 007 123')
    await p.getByText('Said: 007123 sent.').waitFor()
    assert.equal(p.posts, 1)
    await p.keyboard.press('Backspace')
    assert.equal(await p.getByLabel('Code').inputValue(), '00712')
    await p.keyboard.type('x9')
    await p.getByText('Said: 007129 sent.').waitFor()
    await p.getByLabel('Code').press('End')
    await p.keyboard.type('55')
    assert.equal(await p.getByLabel('Code').inputValue(), '007129')
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
