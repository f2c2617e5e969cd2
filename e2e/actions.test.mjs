// What flows ask of the browser: messages with a button, the clipboard, another tab, light or dark.
import {after, before, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {World, becomes, join, out} from './harness.mjs'
import {accessible} from './looks.mjs'

const page = `path: /acting
title: Acting
access: any
body:
  - container:
      children:
        - text: {text: Acting, style: headline}
        - row:
            wrap: true
            children:
              - button: {text: Delete, onTap: [{snackBar: The trip to the lakes is deleted, action: Undo, block: undo, with: {what: lakes}}]}
              - button: {text: Copy, onTap: [{copy: "https://example.com/lakes"}, {snackBar: Copied it}]}
              - button: {text: Open, onTap: [{openUrl: "http://elsewhere.localhost:9/lakes"}]}
              - button: {text: Dark, onTap: [{setTheme: dark}]}
`

const usable = async (p, name) => {
  await accessible(p, name)
  await p.screenshot({path: join(out, `actions-${name}.png`)})
}

describe('what flows ask of the browser', () => {
  let w
  before(async () => {
    w = await World.start({files: {'pages/acting.yaml': page, 'flows/undo.yaml': 'params: {what: text}\nactions:\n  - {snackBar: "${params.what} again", tone: success}\n'}})
  })
  after(async () => { await w?.stop() })

  test('F149 a button in a message, by keyboard, on a phone in the dark', async () => {
    const p = await w.person({width: 390, height: 844, dark: true})
    await p.goto(w.url + '/acting')
    await p.getByRole('button', {name: 'Delete'}).click()
    const undo = p.getByRole('button', {name: 'Undo'})
    await undo.focus() // what has the focus stays
    await p.waitForFunction(() => document.getAnimations().every(a => a.playState === 'finished'))
    await usable(p, 'snack-phone-dark')
    await undo.press('Enter')
    await p.getByText('lakes again').waitFor()
    assert.deepEqual(p.faults, [])
  })

  test('F149 the text is on the clipboard, and its bar is gone; refused, it is chosen', async () => {
    const p = await w.person()
    await p.goto(w.url + '/acting')
    await p.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await p.getByRole('button', {name: 'Copy'}).click()
    await p.getByText('Copied it').waitFor()
    await p.locator('[data-clip]').waitFor({state: 'detached'})
    await becomes(() => p.evaluate(() => navigator.clipboard.readText()), 'https://example.com/lakes')
    await p.evaluate(() => { navigator.clipboard.writeText = () => Promise.reject(new Error('refused')) })
    await p.getByRole('button', {name: 'Copy'}).first().click()
    await p.waitForFunction(() => String(getSelection()) === 'https://example.com/lakes')
    await usable(p, 'copy-desktop')
    assert.deepEqual(p.faults, [])
  })

  test('F149 another tab opens, and cannot reach back', async () => {
    const p = await w.person()
    await p.goto(w.url + '/acting')
    await p.context().route('http://elsewhere.localhost:9/**', r => r.fulfill({body: 'There'}))
    const popup = p.waitForEvent('popup')
    await p.getByRole('button', {name: 'Open'}).click()
    const there = await popup
    await there.getByText('There').waitFor()
    assert.equal(await there.evaluate(() => opener), null)
    await p.locator('[data-launch]').waitFor({state: 'detached'})
  })

  test('F200 dark at once, and after a reload', async () => {
    const p = await w.person()
    await p.goto(w.url + '/acting')
    await p.getByRole('button', {name: 'Dark'}).click()
    await p.locator('html[data-mode=dark]').waitFor()
    await p.reload()
    await becomes(() => p.evaluate(() => getComputedStyle(document.documentElement).colorScheme), 'dark')
  })

  test('F149 without script the text and the link are there', async () => {
    const p = await w.person({script: false})
    await p.goto(w.url + '/acting')
    await p.getByRole('button', {name: 'Copy'}).click()
    await p.getByText('https://example.com/lakes').waitFor()
    await p.getByRole('button', {name: 'Open'}).click()
    await becomes(() => p.getByRole('link', {name: 'Open'}).getAttribute('target'), '_blank')
    await p.screenshot({path: join(out, 'actions-noscript.png')})
  })
})
