// Dialogs of flows: by pointer, by keyboard, sent again, with and without script.
import {after, before, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {Served, World, becomes, join, out, poll, root, stopClock} from './harness.mjs'
import {accessible, fits} from './looks.mjs'

const page = `path: /asking
title: Asking
access: any
state: {log: {type: text, default: ""}}
body:
  - container:
      children:
        - text: {text: Asking, style: headline}
        - text: "Log: \${state.log}"
        - textField: {id: note, label: Note}
        - row:
            wrap: true
            children:
              - button:
                  text: Delete
                  onTap:
                    - confirm: {title: Delete this trip?, text: "The trip and its pictures are gone for good, for everybody it was shared with.", confirm: Delete, cancel: Keep, tone: danger}
                      then: [{setState: {log: "\${state.log}gone \${form.note}."}}]
                      else: [{setState: {log: "\${state.log}kept."}}]
              - button:
                  text: Name
                  variant: tonal
                  onTap:
                    - dialog: {title: Give it a name, text: It stands above the trip., input: Name}
                      as: said
                    - setState: {log: "\${state.log}\${said.value}."}
              - button:
                  text: Wait
                  variant: outlined
                  onTap:
                    - wait: 300ms
                    - setState: {log: "\${state.log}waited."}
`

const usable = async (p, name) => {
  await accessible(p, name)
  await fits(p, name)
  await p.screenshot({path: join(out, `overlay-${name}.png`)})
}

describe('flows that ask', () => {
  let w
  before(async () => {
    w = await World.start({files: {'pages/asking.yaml': page}})
  })
  after(async () => { await w?.stop() })

  const focused = p => p.evaluate(() => document.activeElement.textContent.trim())

  test('F149 yes, no and Escape, with the focus held and given back', async () => {
    const p = await w.person()
    await p.goto(w.url + '/asking')
    await p.getByLabel('Note').fill('today')
    await p.getByRole('button', {name: 'Delete'}).focus()
    await p.keyboard.press('Enter')
    const dialog = p.getByRole('dialog', {name: 'Delete this trip?'})
    await dialog.waitFor()
    await becomes(() => dialog.evaluate(d => d.matches(':modal')), true)
    await becomes(() => focused(p), 'Keep')
    await usable(p, 'confirm-desktop')
    for (let i = 0; i < 4; i++) {
      await p.keyboard.press('Tab')
      assert.ok(await p.evaluate(() => document.activeElement === document.body || !!document.activeElement.closest('dialog')), 'the focus has left the dialog')
    }
    await p.keyboard.press('Escape')
    await p.getByText('Log: kept.').waitFor()
    await becomes(() => p.getByRole('dialog').count(), 0)
    await becomes(() => focused(p), 'Delete')
    await becomes(() => p.getByLabel('Note').inputValue(), 'today')
    await p.keyboard.press('Enter')
    await p.getByRole('dialog').getByRole('button', {name: 'Delete'}).click()
    await p.getByText('Log: kept.gone today.').waitFor()
    assert.deepEqual(p.faults, [])
  })

  test('F149 a dialog asks for text, and Enter says yes', async () => {
    const p = await w.person({width: 390, height: 844, dark: true})
    await p.goto(w.url + '/asking')
    await p.getByRole('button', {name: 'Name'}).click()
    await p.getByRole('dialog').getByLabel('Name').waitFor()
    await usable(p, 'dialog-phone-dark')
    await becomes(() => p.evaluate(() => document.activeElement.tagName), 'INPUT')
    await p.keyboard.type('Alps')
    await p.keyboard.press('Enter')
    await p.getByText('Log: Alps.').waitFor()
    assert.deepEqual(p.faults, [])
  })

  test('F149 an answer that is sent again does nothing', async () => {
    const p = await w.person({script: false})
    await p.goto(w.url + '/asking')
    await p.getByRole('button', {name: 'Delete'}).click()
    const dialog = p.getByRole('dialog')
    await dialog.waitFor()
    await p.screenshot({path: join(out, 'overlay-noscript.png')})
    await p.getByRole('button', {name: 'Name', exact: true}).click({timeout: 500}).then(() => assert.fail('the page behind can be used'), () => {})
    await dialog.getByRole('button', {name: 'Delete'}).click()
    await p.getByText('Log: gone').waitFor()
    const [again] = await Promise.all([p.waitForRequest(r => r.method() === 'POST'), p.reload()])
    assert.match(again.postData(), /_answer=yes/)
    await p.getByText('Log:').waitFor()
    await becomes(() => p.getByText('gone').count(), 0, 'the answer acted twice')
  })

  test('F152 a flow goes on after a while by itself', async () => {
    const p = await w.person()
    await stopClock(p)
    await p.goto(w.url + '/asking')
    await p.getByRole('button', {name: 'Wait'}).click()
    await p.locator('[data-wait]').waitFor()
    await p.screenshot({path: join(out, 'overlay-wait.png')})
    await poll('the flow to go on', async () => { // not while the answer that brought the wait is being drawn
      await p.clock.runFor(200)
      return p.getByText('Log: waited.').isVisible()
    })
    assert.deepEqual(p.faults, [])
  })

  test('F152 without script a button goes on', async () => {
    const p = await w.person({script: false})
    await p.goto(w.url + '/asking')
    await p.getByRole('button', {name: 'Wait'}).click()
    await p.getByRole('button', {name: 'Continue'}).click()
    await p.getByText('Log: waited.').waitFor()
  })
})

describe('ways through the gallery', () => {
  let served, url
  before(async () => {
    served = await Served.start(join(root, 'examples', 'gallery'))
    url = served.url
  })
  after(() => served?.stop())
  const person = options => served.person({viewport: {width: 1280, height: 800}, ...options})

  test('F202 a menu opens, is walked through and closes by keyboard', async () => {
    const p = await person()
    await p.goto(url + '/menu')
    const menu = p.locator('details[data-menu]').first()
    const focused = () => p.evaluate(() => document.activeElement.textContent.trim())
    await menu.locator('summary').focus()
    await p.keyboard.press('Enter')
    await menu.getByRole('link', {name: 'This page'}).waitFor()
    assert.equal(await menu.getByRole('link', {name: 'This page'}).getAttribute('aria-current'), 'page')
    await p.screenshot({path: join(out, 'overlay-menu.png')})
    await p.keyboard.press('ArrowDown')
    await becomes(() => focused(), 'This page')
    await p.keyboard.press('ArrowUp')
    await becomes(() => focused(), 'Delete')
    await p.keyboard.press('Escape')
    await becomes(() => menu.getAttribute('open'), null)
    await becomes(() => menu.locator('summary').evaluate(s => s === document.activeElement), true)
    await p.keyboard.press('ArrowDown')
    await p.mouse.click(900, 780)
    await becomes(() => menu.getAttribute('open'), null, 'a click elsewhere leaves it open')
    await menu.locator('summary').click()
    await menu.getByRole('button', {name: 'Delete'}).click()
    await p.getByRole('dialog').getByRole('button', {name: 'OK'}).click()
    await p.getByText('Deleted').waitFor()
  })

  test('F202 a bar marks the page that is open, at the bottom of a phone and the side of a desk', async () => {
    for (const [name, width, height, colorScheme] of [['phone', 390, 844, 'light'], ['desk', 1280, 800, 'dark']]) {
      const p = await person({viewport: {width, height}, colorScheme})
      await p.goto(url + '/navBar')
      const bar = p.getByRole('navigation', {name: 'Main'})
      assert.deepEqual(await bar.locator('[aria-current=page]').allTextContents(), ['Bars'])
      const box = await bar.boundingBox()
      if (name === 'phone') assert.ok(Math.abs(box.y + box.height - height) < 1 && box.width === width, JSON.stringify(box))
      else assert.ok(box.x === 0 && box.height === height && box.width < 120, JSON.stringify(box))
      await p.screenshot({path: join(out, `overlay-navbar-${name}.png`)})
      await p.goto(url + '/appBar')
      await p.screenshot({path: join(out, `overlay-appbar-${name}.png`)})
    }
  })

  test('F203 the arrow keys go through tabs, and against the writing direction where that is right to left', async () => {
    const p = await person()
    await p.goto(url + '/tabBar')
    const focused = () => p.evaluate(() => document.activeElement.textContent.trim())
    await p.getByRole('tab', {name: 'Way up'}).focus()
    for (const [key, want] of [['ArrowRight', 'Summit'], ['ArrowRight', 'Way down'], ['ArrowRight', 'Way up'], ['ArrowLeft', 'Way down'], ['Home', 'Way up'], ['End', 'Way down'], ['ArrowLeft', 'Summit']]) {
      await p.keyboard.press(key)
      await becomes(() => focused(), want, key)
    }
    await p.keyboard.press('Enter')
    await p.getByText('The whole fjord lies below.').waitFor()
    await becomes(() => focused(), 'Summit', 'the focus is lost when the tab is shown')
    await p.evaluate(() => { document.documentElement.dir = 'rtl' })
    await p.keyboard.press('ArrowLeft')
    await becomes(() => focused(), 'Way down')
  })

  test('F202 a drawer opens over the page, holds the focus, and closes by Escape, by a tap beside it and by what leads elsewhere', async () => {
    for (const [name, width, height, colorScheme] of [['phone', 390, 844, 'light'], ['desk', 1280, 800, 'dark']]) {
      const p = await person({viewport: {width, height}, colorScheme})
      await p.goto(url + '/drawer')
      const opener = p.getByRole('button', {name: 'Trips'})
      const panel = p.getByRole('dialog', {name: 'Trips'})
      await opener.click()
      await panel.waitFor()
      const box = await panel.boundingBox()
      assert.ok(box.x === 0 && box.y === 0 && box.height === height && box.width <= width - 48, JSON.stringify(box))
      await becomes(() => panel.evaluate(e => e.contains(document.activeElement)), true)
      const held = []
      for (let i = 0; i < 6; i++) {
        await p.keyboard.press('Tab')
        held.push(await panel.evaluate(e => e.contains(document.activeElement)))
      }
      assert.deepEqual(held, Array(6).fill(true), 'the focus has left the drawer')
      await p.screenshot({path: join(out, `overlay-drawer-${name}.png`)})
      await usable(p, `drawer, ${name}`)
      await p.keyboard.press('Escape')
      await panel.waitFor({state: 'hidden'})
      await becomes(() => opener.evaluate(e => e === document.activeElement), true, 'the focus is not back')
      await opener.click()
      await p.mouse.click(width - 10, height - 10)
      await panel.waitFor({state: 'hidden'})
      await opener.click()
      await panel.getByRole('button', {name: 'Forget all'}).click()
      await p.getByText('Forgotten').waitFor()
      await panel.waitFor({state: 'hidden'})
    }
  })

  test('F202 a drawer opens, closes and acts without script', async () => {
    const p = await person({javaScriptEnabled: false})
    await p.goto(url + '/drawer')
    await p.getByRole('button', {name: 'Trips'}).click()
    const panel = p.getByRole('dialog', {name: 'Trips'})
    await panel.waitFor()
    await p.keyboard.press('Escape')
    await panel.waitFor({state: 'hidden'})
    await p.getByRole('button', {name: 'Trips'}).click()
    await panel.getByRole('button', {name: 'Forget all'}).click()
    await p.getByText('Forgotten').waitFor()
  })

  test('F202 a menu opens and its buttons act without script', async () => {
    const p = await person({javaScriptEnabled: false})
    await p.goto(url + '/menu')
    await p.locator('summary', {hasText: 'Sort'}).click()
    await p.getByRole('button', {name: /Donaudampf/}).click()
    await p.getByText('Long', {exact: true}).waitFor()
  })
})
