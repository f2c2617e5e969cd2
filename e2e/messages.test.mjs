// Messages that wait for each other, and the motion in which a page comes.
import {after, before, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {Served, becomes, poll, stopClock} from './harness.mjs'

const say = `path: /
title: Say
access: any
state: {n: {type: int, default: 0}}
body:
  - text: "N \${state.n}, gone \${app.gone}."
  - button: {text: Three, onTap: [{snackBar: One}, {snackBar: {text: Two, tone: error}}, {snackBar: Three, action: Undo, block: count}]}
  - button: {text: More, onTap: [{setState: {n: "\${state.n + 1}"}}, {snackBar: One}, {snackBar: Four}]}
  - button: {text: Instead, onTap: [{snackBar: {text: Instead of all, replace: true}}]}
  - button: {text: Hush, onTap: [{snackBar: {text: "", replace: true}}]}
  - button: {text: Grow, onTap: [{navigate: other, transition: scale}]}
  - button: {text: Jump, onTap: [{navigate: other, transition: none}]}
  - button: {text: Go, onTap: [{snackBar: First}, {snackBar: Second}, {navigate: other}]}
`

describe('messages', () => {
  let app
  before(async () => {
    app = await Served.start({
      'app.yaml': 'usher: 1\nname: Messages\nstate: {gone: {type: int, default: 0}}\n',
      'flows/count.yaml': 'actions: [{change: app.gone, increment: 1}]\n',
      'pages/say.yaml': say,
      'pages/other.yaml': 'path: /other\ntitle: Other\naccess: any\nbody:\n  - text: This is other.\n  - button: {text: Back, onTap: [{navigate: say}]}\n',
    })
  })
  after(() => app?.stop())

  const bars = p => p.locator('.u-snack:visible:not([data-leaving]) p').allTextContents()
  const shows = (p, ...texts) => poll(texts.join() || 'nothing', async () => JSON.stringify(await bars(p)) === JSON.stringify(texts))

  test('F149 one after another, each said by itself, over what is done meanwhile, and no message twice', async () => {
    const p = await app.person()
    await stopClock(p)
    await p.goto(app.url + '/')
    await p.evaluate(() => {
      globalThis.said = []
      new MutationObserver(all => all.forEach(m => m.addedNodes.forEach(el => globalThis.said.push(el.querySelector?.('p')?.textContent)))).observe(document.getElementById('u-notices'), {childList: true})
    })
    await p.getByRole('button', {name: 'Three'}).click()
    await shows(p, 'One')
    await becomes(() => p.getByRole('status').count(), 1)
    await p.getByRole('button', {name: 'More'}).click()
    await p.getByText('N 1,').waitFor()
    await shows(p, 'One')
    await p.clock.runFor(6300)
    await shows(p, 'Two')
    await becomes(() => p.getByRole('alert').count(), 1)
    await p.getByRole('button', {name: 'Dismiss'}).click()
    await p.clock.runFor(300)
    await shows(p, 'Three')
    await p.getByRole('button', {name: 'Undo'}).click()
    await p.getByText('N 1, gone 1.').waitFor()
    await shows(p, 'Four')
    await p.mouse.move(0, 0) // what is pointed at stays
    await p.clock.runFor(8300)
    await shows(p)
    assert.deepEqual(await p.evaluate(() => globalThis.said), ['One', 'Two', 'Three', 'Four'])
    assert.deepEqual(p.faults, [])
  })

  test('F149 on the page that comes next as well, and one instead of all', async () => {
    const p = await app.person({viewport: {width: 390, height: 844}, colorScheme: 'dark'})
    await stopClock(p)
    await p.goto(app.url + '/')
    await p.getByRole('button', {name: 'Go'}).click()
    await p.getByText('This is other.').waitFor()
    await shows(p, 'First')
    await p.getByRole('button', {name: 'Back'}).click()
    await p.getByText('N 0,').waitFor()
    await shows(p, 'First')
    await p.clock.runFor(6300)
    await shows(p, 'Second')
    await p.getByRole('button', {name: 'Three'}).click()
    await p.getByRole('button', {name: 'Instead'}).click()
    await shows(p, 'Instead of all')
    await p.getByRole('button', {name: 'Hush'}).click()
    await shows(p)
    assert.deepEqual(p.faults, [])
  })

  test('F149 that nothing was reached is told for its whole time, also anew', async () => {
    const p = await app.person({expected: /ERR_FAILED|usher:/})
    await stopClock(p)
    await p.goto(app.url + '/')
    await p.route('**', route => route.request().method() === 'POST' ? route.abort() : route.continue())
    const told = p.locator('.u-snack[data-offline]:not([data-leaving])')
    const again = async () => {
      await told.evaluateAll(all => all.forEach(el => el.classList.add('before')))
      await p.getByRole('button', {name: 'More'}).click()
      await p.locator('.u-snack[data-offline]:not(.before)').waitFor()
    }
    await again()
    await p.clock.runFor(8000)
    await again()
    await p.clock.runFor(4000)
    await becomes(() => told.count(), 1)
    await p.clock.runFor(6500)
    await becomes(() => told.count(), 0)
    await p.getByText('N 0,').waitFor() // the page itself stays
  })

  test('F149 without script all of an answer are there', async () => {
    const p = await app.person({javaScriptEnabled: false})
    await p.goto(app.url + '/')
    await p.getByRole('button', {name: 'Three'}).click()
    await shows(p, 'One', 'Two', 'Three')
    await p.getByRole('button', {name: 'Undo'}).click()
    await p.getByText('gone 1.').waitFor()
    await p.getByRole('button', {name: 'Hush'}).click()
    await shows(p)
  })

  for (const [reducedMotion, want] of [['no-preference', ['scale']], ['reduce', []]]) {
    test(`F148 the motion that a flow names, for people who want ${want.length ? 'motion' : 'none'}`, async () => {
      const p = await app.person({reducedMotion})
      await p.goto(app.url + '/')
      await p.evaluate(() => {
        globalThis.moves = []
        const start = document.startViewTransition.bind(document)
        document.startViewTransition = change => { globalThis.moves.push(document.documentElement.dataset.move); return start(change) }
      })
      for (const name of ['Jump', 'Grow']) {
        await p.getByRole('button', {name}).click()
        await p.getByText('This is other.').waitFor()
        await p.getByRole('button', {name: 'Back'}).click()
        await p.getByText('N 0,').waitFor()
      }
      assert.deepEqual(await p.evaluate(() => globalThis.moves), want)
      await poll('the end of the motion', () => p.evaluate(() => !document.documentElement.dataset.move))
      assert.deepEqual(p.faults, [])
    })
  }
})
