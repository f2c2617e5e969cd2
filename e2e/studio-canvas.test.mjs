// Building pages in the studio: the palette, the canvas and its menu, the tree, by mouse and by keyboard.
import {after, afterEach, before, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {poll} from './harness.mjs'
import {Studio, accessible} from './studio.mjs'

describe('pages are built by mouse and by keyboard', () => {
  let s, page, canvas, original
  const file = 'pages/home.yaml'
  const tree = () => page.getByRole('tree', {name: /^Widgets of/})
  const row = name => tree().getByRole('treeitem', {name})
  const tab = name => page.getByRole('tab', {name, exact: true}).click()
  const tile = name => page.getByRole('tabpanel').getByRole('button', {name, exact: true})
  const heading = name => page.getByRole('complementary', {name: 'Properties'}).getByRole('heading', {name, exact: true}).waitFor()
  const menu = () => page.getByRole('menu', {name: 'What to do with the selection'})
  const drawn = text => canvas.locator('[data-path]', {hasText: text}).last()
  // undone takes everything back.
  const undone = async () => {
    const undo = page.getByRole('button', {name: 'Undo', exact: true})
    const now = () => Object.keys(original).map(n => s.text(n)).join()
    const nothing = async () => await undo.getAttribute('aria-disabled') === 'true'
    const wanted = Object.values(original).join()
    for (let i = 0; i < 60 && (now() !== wanted || !await nothing()); i++) {
      const seen = now()
      await undo.click({force: true})
      await poll('undo', async () => now() !== seen || await nothing())
    }
    await poll('nothing more to take back', nothing)
    for (const name of Object.keys(original)) assert.equal(s.text(name), original[name])
  }
  const openPage = name => page.getByRole('navigation', {name: 'Pages'}).getByRole('button', {name: new RegExp(`^${name}`)}).first().click()

  before(async () => {
    s = await new Studio().start()
    original = Object.fromEntries(['pages/home.yaml', 'pages/login.yaml', 'pages/missing.yaml', 'app.yaml'].map(n => [n, s.text(n)]))
    page = await s.open()
    page.setDefaultTimeout(8000)
    canvas = page.frameLocator('iframe')
    await canvas.getByText(/^Welcome/).first().waitFor()
  })
  afterEach(async () => {
    await undone()
    await openPage('home')
    await canvas.getByText('Where to next?').waitFor()
  })
  after(async () => { await s?.stop() })

  test('a click in the palette puts a widget behind what is selected, as somebody would write it', async () => {
    await canvas.getByText('Where to next?').click()
    await tab('Add')
    await accessible(page, 'the palette')
    await s.look(page, 'palette')
    await tile('Button').click()
    await s.saved(file, 'color: muted}\n                          - button: {text: Button}\n')
    await canvas.locator('[data-kind=button]', {hasText: 'Button'}).waitFor()
    await heading('Button')
  })

  test('the keyboard finds a widget and adds it', async () => {
    await canvas.getByText('Where to next?').click()
    await tab('Add')
    await page.getByRole('searchbox', {name: 'Search widgets'}).fill('drop')
    await page.keyboard.press('ArrowDown')
    await poll('focus on the tile', () => page.evaluate(() => document.activeElement?.textContent === 'Dropdown'))
    await page.keyboard.press('Enter')
    await s.saved(file, 'id: choice\n')
    await page.keyboard.press('Enter')
    await s.saved(file, 'id: choice2\n')
    await page.getByRole('searchbox', {name: 'Search widgets'}).fill('')
  })

  test('every widget of the palette can be added, and is no fault once it is', async () => {
    await openPage('missing')
    await tab('Add')
    await canvas.getByText('Off the trail').waitFor()
    const names = await page.getByRole('tabpanel').locator('.tile').allTextContents()
    assert.ok(names.length > 40, names.join())
    for (const name of names) {
      const seen = s.text('pages/missing.yaml')
      await page.keyboard.press('Escape')
      await page.evaluate(() => document.activeElement?.blur())
      await tile(name).click()
      await poll(`${name} in the file`, () => s.text('pages/missing.yaml') !== seen)
      await poll(`${name} on the canvas`, async () => !(await page.getByText(/^\d+ problems?$/).count()) || Promise.reject(new Error(`${name}: ${s.text('pages/missing.yaml')}`)))
      await page.keyboard.press('ControlOrMeta+Z')
      await poll(`${name} taken back`, async () => s.text('pages/missing.yaml') === seen && await page.getByRole('button', {name: 'Undo', exact: true}).getAttribute('aria-disabled') === 'true')
    }
  })

  test('the menu of a widget: wrap, duplicate, remove what is around, by mouse on the canvas', async () => {
    await tab('Tree')
    await canvas.getByText('Where to next?').click({button: 'right'})
    await menu().waitFor()
    await accessible(page, 'the menu')
    await s.look(page, 'menu')
    await menu().getByRole('menuitem', {name: 'Wrap in'}).hover()
    await page.getByRole('menuitem', {name: 'Card', exact: true}).click()
    await s.saved(file, '- card:\n')
    await heading('Card')
    await row(/^Card$/).first().click({button: 'right'})
    await menu().getByRole('menuitem', {name: /^Duplicate/}).click()
    await poll('the copy', () => s.text(file).split('Where to next?').length === 3)
    await page.getByRole('button', {name: 'Menu of the selection'}).click()
    await menu().getByRole('menuitem', {name: 'Remove, keep what is in it'}).click()
    await poll('the card is gone', () => s.text(file).split('- card:').length === original[file].split('- card:').length + 1)
    await heading('Text')
  })

  test('the menu by the keyboard: Shift F10 on the canvas and in the tree', async () => {
    await tab('Tree')
    await canvas.getByText('Where to next?').click()
    await page.keyboard.press('Shift+F10')
    await menu().waitFor()
    await page.keyboard.press('Escape')
    await poll('closed', async () => await menu().count() === 0)
    await heading('Text')
    await row(/^Text Where to next/).focus()
    await page.keyboard.press('Shift+F10')
    await menu().waitFor()
    await page.keyboard.press('d') // to Duplicate, by its letter
    await page.keyboard.press('Enter')
    await poll('the copy', () => s.text(file).split('Where to next?').length === 3)
  })

  test('copy and paste across pages, cut and paste back; an id that is taken gets another', async () => {
    await tab('Tree')
    await openPage('login')
    await row(/^Text Field Username or e-mail/).click()
    await page.keyboard.press('ControlOrMeta+C')
    await page.getByText('Copied Text Field').waitFor()
    await page.keyboard.press('ControlOrMeta+V')
    await s.saved('pages/login.yaml', 'id: username2')
    await openPage('home')
    await canvas.getByText('Where to next?').click()
    await page.keyboard.press('ControlOrMeta+V')
    await s.saved(file, 'id: username')
    await heading('Text Field')
    await page.keyboard.press('ControlOrMeta+X')
    await poll('it is cut', () => s.text(file) === original[file])
    await page.keyboard.press('ControlOrMeta+Z')
  })

  test('several are selected: a property is set in all, they move and go together', async () => {
    await tab('Tree')
    await canvas.locator('[data-kind=text]', {hasText: /^Welcome/}).first().click()
    await canvas.getByText('Where to next?').click({modifiers: ['ControlOrMeta']})
    await heading('2 widgets')
    await s.look(page, 'several')
    await accessible(page, 'several')
    await page.getByRole('combobox', {name: 'Style'}).click()
    await page.getByRole('option', {name: 'label', exact: true}).click()
    await poll('both', () => s.text(file).split('style: label').length === 3)
    await row(/^Text Where/).focus()
    await page.keyboard.press('ControlOrMeta+D')
    await poll('two more', () => s.text(file).split('style: label').length === 5)
    await page.keyboard.press('Delete')
    await poll('gone again', () => s.text(file).split('style: label').length === 3)
    await undone()
    await row(/^Text Welcome/).click()
    await row(/^Text Where/).click({modifiers: ['Shift']})
    await heading('2 widgets')
    await page.keyboard.press('Alt+ArrowLeft')
    await poll('out of the column', () => /column:\n\s+gap: none\n\s+children: \[\]\n\s+- text: \{text: "Welcome/.test(s.text(file)))
    await heading('2 widgets')
    await page.keyboard.press('Alt+ArrowRight')
    await poll('and into it again', () => /children:\n\s+- text: \{text: "Welcome/.test(s.text(file)))
  })

  // dragTo drags from the middle of one thing to a share of another, and waits for the name of the place.
  const middle = async (locator, share = [0.5, 0.5]) => {
    const box = await locator.boundingBox()
    return [box.x + box.width * share[0], box.y + box.height * share[1]]
  }
  const dragTo = async (from, to, share, named) => {
    await from.scrollIntoViewIfNeeded()
    await page.mouse.move(...await middle(from))
    await page.mouse.down()
    const [x, y] = await middle(to, share)
    await page.mouse.move(x - 20, y, {steps: 4})
    await page.mouse.move(x, y, {steps: 4})
    await page.locator('.ghost', {hasText: named}).waitFor()
  }

  test('a widget is dragged from the palette to before, behind and into what is on the canvas', async () => {
    await tab('Add')
    const welcome = canvas.locator('[data-kind=text]', {hasText: /^Welcome/}).first()
    await dragTo(tile('Button'), welcome, [0.5, 0.9], 'Button after Text')
    await s.look(page, 'drag')
    await page.mouse.up()
    await s.saved(file, 'style: headline}\n                          - button: {text: Button}\n')
    await dragTo(tile('Badge'), canvas.locator('[data-kind=button]', {hasText: 'Button'}), [0.5, 0.1], 'Badge before Button')
    await page.mouse.up()
    await s.saved(file, '- badge: {text: Badge}\n                          - button: {text: Button}\n')
    await dragTo(tile('Card'), canvas.locator('[data-kind=badge]'), [0.5, 0.1], 'before Badge')
    await page.mouse.up()
    const hollow = canvas.locator('[data-slot]')
    await hollow.waitFor()
    await s.look(page, 'empty')
    await dragTo(tile('Text'), hollow, [0.5, 0.5], 'Text into Card')
    await page.mouse.up()
    await poll('the text in the card', () => /- card:\n\s+children:\n\s+- text: Text\n/.test(s.text(file)))
    await dragTo(tile('Text'), canvas.locator('[data-kind=badge]'), [0.5, 0.1], 'before Badge')
    await page.keyboard.press('Escape')
    await page.mouse.up()
    await poll('let go', async () => await page.locator('.ghost').count() === 0)
    assert.equal(s.text(file).split('- text: Text\n').length, 2)
  })

  test('within the page and in the tree a drag moves, with all that is selected', async () => {
    await tab('Tree')
    const welcome = canvas.locator('[data-kind=text]', {hasText: /^Welcome/}).first()
    const [x, y] = await middle(welcome)
    await page.mouse.move(x, y)
    await page.mouse.down()
    const [tx, ty] = await middle(canvas.getByText('Where to next?'), [0.5, 0.8])
    await page.mouse.move(tx, ty - 6, {steps: 5})
    await page.mouse.move(tx, ty, {steps: 5})
    await page.locator('.ghost', {hasText: 'after Text'}).waitFor()
    await page.mouse.up()
    await poll('moved', () => s.text(file).indexOf('Welcome ${user.firstName}') > s.text(file).indexOf('Where to next?'))
    await dragTo(row(/^Text Welcome/), row(/^Text Where/), [0.3, 0.15], 'before Text')
    await s.look(page, 'drag-tree')
    await page.mouse.up()
    await poll('and back', () => s.text(file) === original[file])
    await poll('it is selected', async () => await row(/^Text Welcome/).getAttribute('aria-posinset') === '1')
    await row(/^Text Welcome/).click()
    await row(/^Text Where/).click({modifiers: ['ControlOrMeta']})
    await dragTo(row(/^Text Where/), row(/^Card$/).first(), [0.3, 0.5], 'into Card')
    await page.mouse.up()
    await poll('both in the card', () => s.text(file).indexOf('Welcome ${user.firstName}') > s.text(file).indexOf('type: area') && s.text(file).indexOf('Where to next?') > s.text(file).indexOf('Welcome ${user.firstName}'))
    await heading('2 widgets')
  })

  test('F198 the canvas shows the page as to somebody who is logged in, or logged out', async () => {
    await tab('Tree')
    await canvas.getByText('Where to next?').click()
    const field = page.getByRole('combobox', {name: 'Style'})
    await field.waitFor()
    await page.getByRole('button', {name: 'Set Visible from variable'}).waitFor()
    await page.getByRole('radio', {name: 'As logged out'}).click()
    await poll('nobody is greeted', async () => await canvas.getByText(/^Welcome Ada/).count() === 0)
    await page.getByRole('radio', {name: /^As logged in/}).click()
    await canvas.getByText(/^Welcome Ada/).waitFor()
  })

  test('the frame is drawn larger and smaller', async () => {
    const width = async () => (await page.locator('.device').boundingBox()).width
    await page.getByRole('button', {name: 'Smaller', exact: true}).click()
    await poll('smaller', async () => await width() < 370)
    await page.getByRole('button', {name: /click to fit/}).click()
    await page.getByRole('button', {name: 'Larger', exact: true}).click()
    await poll('larger', async () => await width() > 420)
    await page.getByRole('button', {name: /click to fit/}).click()
    await page.setViewportSize({width: 900, height: 800})
    await accessible(page, 'at 900')
    await s.look(page, 'canvas-900')
    await page.setViewportSize({width: 1440, height: 1060})
  })

  test('nothing is in the console', () => assert.deepEqual(page.faults, []))
})
