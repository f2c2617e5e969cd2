// Widgets that show something or stand over the page, where a browser alone can tell.
import {after, before, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {createRequire} from 'node:module'
import {readFileSync} from 'node:fs'
import {Served, join, out, poll, root} from './harness.mjs'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

let served
before(async () => { served = await Served.start(join(root, 'examples', 'gallery')) })
after(() => served?.stop())

const settled = page => page.evaluate(async () => {
  for (const img of document.images) {
    img.loading = 'eager'
    await img.decode().catch(() => {})
  }
})

describe('pictures that do not load', () => {
  test('F193 a picture gives way to its fallback, and keeps its place', async () => {
    const page = await served.person()
    await page.goto(served.url + '/image')
    const other = page.getByAltText('Other hills')
    const before = await other.boundingBox()
    await settled(page)
    await poll('the fallback', () => other.evaluate(img => img.naturalWidth > 0 && img.src.includes('hills.png')))
    assert.deepEqual(await other.boundingBox(), before)
    assert.equal(await page.getByAltText('Green hills').evaluate(img => img.getAttribute('width')), '480')
    assert.deepEqual(page.faults, [])
  })

  for (const javaScriptEnabled of [true, false]) {
    test(`F193 otherwise a frame with its alt, ${javaScriptEnabled ? 'with' : 'without'} script`, async () => {
      const page = await served.person({javaScriptEnabled})
      await page.goto(served.url + '/image')
      const hut = page.getByAltText('A hut under snow')
      await hut.scrollIntoViewIfNeeded()
      await poll('the frame', async () => (await hut.boundingBox()).height > 60)
      await hut.screenshot({path: join(out, `image-torn-${javaScriptEnabled}.png`)})
    })
  }
})

const focused = page => page.evaluate(() => document.activeElement.getAttribute('aria-label') || document.activeElement.textContent.trim() || document.activeElement.id)

async function usable(page, name) {
  await page.evaluate(axe)
  const {violations} = await page.evaluate(() => globalThis.axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}))
  assert.deepEqual(violations.map(v => `${name}: ${v.id}: ${v.nodes.map(n => n.html.slice(0, 120)).join(' | ')}`), [])
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), `${name} is wider than the screen`)
  await page.screenshot({path: join(out, `display-${name}.png`)})
}

describe('dialogs of a page', () => {
  test('F153 the keyboard opens one, stays in it, and Escape gives the focus back', async () => {
    const page = await served.person()
    await page.goto(served.url + '/dialog')
    await page.getByRole('button', {name: 'Rename'}).focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', {name: 'Rename the trip'})
    await dialog.waitFor()
    assert.ok(await dialog.evaluate(d => d.matches(':modal')))
    for (let i = 0; i < 8; i++) {
      await page.keyboard.press('Tab')
      assert.ok(await page.evaluate(() => document.activeElement === document.body || !!document.activeElement.closest('dialog')), 'the focus has left the dialog')
    }
    await usable(page, 'dialog-desk-light')
    await page.keyboard.press('Escape')
    await dialog.waitFor({state: 'detached'})
    assert.equal(await focused(page), 'Rename')
    await page.keyboard.press('Enter')
    await dialog.getByLabel('Name').fill('Over the pass')
    await page.keyboard.press('Enter')
    await dialog.waitFor({state: 'detached'})
    await page.getByText('Over the pass').waitFor()
    assert.deepEqual(page.faults, [])
  })

  test('F153 a press beside it closes, one without a button of its own stays', async () => {
    const page = await served.person({viewport: {width: 390, height: 844}, colorScheme: 'dark'})
    await page.goto(served.url + '/bottomSheet')
    await page.getByRole('button', {name: 'Share'}).click()
    const sheet = page.getByRole('dialog', {name: 'Share the trip'})
    await sheet.waitFor()
    await usable(page, 'sheet-phone-dark')
    await page.mouse.click(190, 60)
    await sheet.waitFor({state: 'detached'})
    await page.getByRole('button', {name: 'Share'}).click()
    await sheet.getByRole('button', {name: 'Delete'}).click()
    await page.getByRole('dialog').filter({hasText: 'Delete this trip?'}).getByRole('button', {name: 'OK'}).click()
    await page.getByText('Deleted').waitFor()
    assert.equal(await page.getByRole('dialog').count(), 0)
    await page.goto(served.url + '/dialog')
    await page.getByRole('button', {name: 'Read the terms'}).click()
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.mouse.click(190, 60)
    assert.equal(await page.getByRole('dialog').count(), 1)
    await page.getByRole('button', {name: 'Agreed'}).click()
    await page.getByRole('dialog').waitFor({state: 'detached'})
    assert.deepEqual(page.faults, [])
  })

  test('F153 without script a dialog opens, keeps the page behind it out of reach, and closes', async () => {
    const page = await served.person({javaScriptEnabled: false, viewport: {width: 390, height: 844}})
    await page.goto(served.url + '/dialog')
    await page.getByRole('button', {name: 'Rename'}).click()
    const dialog = page.getByRole('dialog', {name: 'Rename the trip'})
    await dialog.waitFor()
    await page.screenshot({path: join(out, 'display-dialog-noscript.png')})
    await page.getByRole('button', {name: 'Read the terms'}).click({timeout: 500}).then(() => assert.fail('the page behind can be used'), () => {})
    await dialog.getByLabel('Name').fill('Through the gorge')
    await dialog.getByRole('button', {name: 'Rename'}).click()
    await page.getByText('Through the gorge').waitFor()
    await page.getByRole('button', {name: 'Rename'}).click()
    await dialog.getByRole('button', {name: 'Dismiss'}).click()
    await page.getByText('Through the gorge').waitFor()
    assert.equal(await page.getByRole('dialog').count(), 0)
  })
})
