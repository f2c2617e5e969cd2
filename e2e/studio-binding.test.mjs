// Set from variable, used like a builder would: sources, operations, conditions, combined text, code, and the field that completes.
import {after, before, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {becomes} from './harness.mjs'
import {Studio, accessible} from './studio.mjs'

describe('Set from variable', () => {
  let s, page, canvas, picker
  const file = 'pages/home.yaml'
  const field = () => page.getByLabel('Text', {exact: true}).and(page.locator('textarea'))
  const open = async () => {
    await page.getByRole('button', {name: 'Set Text from variable'}).click()
    picker = page.getByRole('dialog', {name: 'Set Text from variable'})
    await picker.getByRole('heading', {name: 'Set from variable'}).waitFor()
  }
  const search = name => picker.getByRole('searchbox', {name: 'Search variables'}).fill(name)
  const pick = async (find, row) => {
    await search(find)
    await picker.getByRole('treeitem', {name: row}).click()
  }
  const operation = async (find, title) => {
    await picker.getByRole('button', {name: 'Operation', exact: true}).click()
    await picker.getByRole('searchbox', {name: 'Search operations'}).fill(find)
    await picker.getByRole('treeitem', {name: title}).first().click()
    await picker.getByRole('button', {name: 'Add operation'}).click()
    await picker.getByRole('region', {name: title}).first().waitFor()
  }
  const choose = async (label, option) => {
    await picker.getByRole('combobox', {name: label, exact: true}).click()
    await page.getByRole('option', {name: option, exact: true}).click()
  }
  const gives = text => picker.locator('.preview', {hasText: text}).waitFor()
  const set = async text => {
    await picker.getByRole('button', {name: 'Set', exact: true}).click()
    await s.saved(file, text)
    await s.poll('it is shown', async () => (await field().inputValue()).includes(text.replace(/^"|"$/g, '')))
  }

  before(async () => {
    s = await new Studio().start()
    page = await s.open()
    canvas = page.frameLocator('iframe')
    await page.getByRole('navigation', {name: 'Pages'}).getByRole('button', {name: /^home/}).click()
    await canvas.getByText('Where to next?').click()
    await s.poll('the text', async () => await field().inputValue() === 'Where to next?')
  })
  after(async () => { await s?.stop() })

  test('F170 it says what is needed, marks what does not fit, and offers what does instead', async () => {
    await open()
    await picker.getByText('Text of this text · needs text').waitFor()
    await s.look(page, 'binding-open')
    await pick('posts', /^posts list of Post/)
    await picker.getByText(/text needs a single value/).waitFor()
    await s.look(page, 'binding-unfit')
    await picker.getByRole('button', {name: 'Join its items'}).click()
    await picker.getByRole('region', {name: 'Join the items'}).waitFor()
    await picker.getByRole('button', {name: 'Remove Join the items'}).click()
    await search('')
    await picker.getByRole('button', {name: 'Only what fits'}).click()
    await s.poll('the queries are hidden', async () => await picker.getByRole('treeitem', {name: /^User Data Fields/}).count() === 1)
    await accessible(page, 'the picker')
  })

  test('F176 operations are chosen by a menu, with their arguments, help and a preview', async () => {
    await picker.getByRole('button', {name: 'Only what fits'}).click()
    await pick('posts', /^posts list of Post/)
    await picker.getByRole('button', {name: 'Operation', exact: true}).click()
    await picker.getByRole('treeitem', {name: /^Sort by a field/}).click()
    await picker.getByText('gives', {exact: true}).waitFor()
    await s.look(page, 'binding-operations')
    await accessible(page, 'the operations')
    await picker.getByRole('button', {name: 'Add operation'}).click()
    await choose('Field of each item', 'title')
    await operation('map', 'Map each item')
    await picker.getByRole('region', {name: 'Map each item'}).getByRole('combobox', {name: 'Field of each item'}).click()
    await page.getByRole('option', {name: 'title', exact: true}).click()
    await operation('join', 'Join the items')
    await picker.getByRole('textbox', {name: 'Separator, if any'}).fill(' · ')
    await gives(/A title of some words · /)
    await s.look(page, 'binding-chain')
    await accessible(page, 'a chain of operations')
    await set('join(map(sortBy(queries.posts.body.posts, .title), .title), " · ")')
  })

  test('F176 what was set is taken apart again', async () => {
    await open()
    for (const name of ['Sort by a field', 'Map each item', 'Join the items']) await picker.getByRole('region', {name}).waitFor()
    await picker.getByRole('button', {name: 'Remove Join the items'}).click()
    await operation('first', 'First')
    await set('${first(map(sortBy(queries.posts.body.posts, .title), .title))}')
  })

  test('F175 a default stands in for what is empty', async () => {
    await open()
    await pick('first', /^firstName text/)
    await picker.getByRole('textbox', {name: 'Default value'}).fill('stranger')
    await set('user.firstName ?? "stranger"')
  })

  test('F172 one of two values by a condition', async () => {
    await open()
    await picker.getByRole('radio', {name: 'If / Else'}).click()
    await picker.getByRole('button', {name: 'Condition 1 from variable'}).click()
    await pick('logged', /^Is User Logged In/)
    await picker.getByRole('button', {name: 'Use', exact: true}).click()
    await choose('Comparison 1', 'is true')
    await picker.getByRole('textbox', {name: 'Else', exact: true}).fill('Hello, stranger')
    await s.look(page, 'binding-condition')
    await accessible(page, 'a condition')
    await gives('Ada')
    await set('auth.loggedIn ? user.firstName ?? "stranger" : "Hello, stranger"')
  })

  test('F173 text and values are combined', async () => {
    await open()
    await picker.getByRole('radio', {name: 'Combine'}).click()
    await picker.getByRole('textbox', {name: 'Piece 1', exact: true}).fill('Hello ')
    await picker.getByRole('button', {name: 'Value', exact: true}).click()
    await pick('first', /^firstName text/)
    await picker.getByRole('button', {name: 'Use', exact: true}).click()
    await picker.getByRole('button', {name: 'Text', exact: true}).click()
    await picker.getByRole('textbox', {name: 'Piece 3'}).fill('!')
    await gives('Hello Ada!')
    await s.look(page, 'binding-combine')
    await accessible(page, 'combined text')
    await set('Hello ${user.firstName}!')
  })

  test('F174 code is completed and checked while it is typed', async () => {
    await open()
    await picker.getByRole('radio', {name: 'Code'}).click()
    const code = picker.getByRole('textbox', {name: 'Expression'})
    await code.fill('')
    await code.pressSequentially('upper(user.fir')
    await page.getByRole('option', {name: /^firstName/}).waitFor()
    await s.look(page, 'binding-code')
    await page.keyboard.press('Enter')
    await becomes(() => code.inputValue(), 'upper(user.firstName')
    await code.pressSequentially('s)')
    await picker.getByText(/no field/).waitFor()
    await s.look(page, 'binding-code-wrong')
    await accessible(page, 'wrong code')
    await becomes(() => picker.getByRole('button', {name: 'Set', exact: true}).isDisabled(), true)
    await code.fill('upper(user.firstName)')
    await gives('ADA')
    await set('${upper(user.firstName)}')
  })

  test('F142 F172 a condition compares what is no yes or no, and several are joined', async () => {
    const visible = () => page.getByRole('region', {name: 'General'}).getByLabel('Visible', {exact: true})
    const choosing = async () => {
      await page.getByRole('button', {name: 'Set Visible from variable'}).click()
      picker = page.getByRole('dialog', {name: 'Set Visible from variable'})
      await picker.getByRole('heading', {name: 'Set from variable'}).waitFor()
    }
    await choosing()
    await pick('role', /^role text/)
    await picker.getByText('This is text; yes or no is needed.').waitFor()
    await picker.getByRole('button', {name: 'Compare it'}).click()
    await picker.getByText('Fill in what the operation asks for.').waitFor()
    await becomes(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label')), 'With')
    await page.keyboard.type('editor')
    await gives('false')
    await picker.getByRole('button', {name: 'Remove Compare'}).click()
    await becomes(() => page.evaluate(() => document.activeElement?.textContent?.trim()), 'Operation') // a key goes on there
    await picker.getByRole('button', {name: 'Compare it'}).click()
    await picker.getByRole('textbox', {name: 'With'}).fill('editor')
    await picker.getByRole('radio', {name: 'If / Else'}).click()
    await picker.getByRole('button', {name: 'Condition', exact: true}).click()
    await picker.getByRole('button', {name: 'Condition 2 from variable'}).click()
    await pick('logged', /^Is User Logged In/)
    await picker.getByRole('button', {name: 'Use', exact: true}).click()
    await choose('Comparison 2', 'is true')
    await gives('false')
    await picker.getByRole('button', {name: 'Set', exact: true}).click()
    await s.saved(file, 'user.role == "editor" and auth.loggedIn')
    await choosing()
    await picker.getByRole('radio', {name: 'all are so', checked: true}).waitFor()
    await picker.getByRole('radio', {name: 'any is so'}).click()
    await picker.getByRole('button', {name: 'Set', exact: true}).click()
    await s.saved(file, 'user.role == "editor" or auth.loggedIn')
    await visible().fill('${user.role == "editor" and (auth.loggedIn or user.id == 1)}')
    await visible().press('Enter')
    await s.saved(file, 'user.role == "editor" and (auth.loggedIn or user.id == 1)')
    await choosing()
    await picker.locator('.picker-foot .expression').getByText('${user.role == "editor" and (auth.loggedIn or user.id == 1)}', {exact: true}).waitFor() // what it is taken apart to means the same
    await page.keyboard.press('Escape')
    await page.getByRole('button', {name: 'Visible back to the default'}).click()
    await s.poll('it is always shown', () => !s.text(file).includes('user.role'))
  })

  test('F177 a variable is copied and pasted', async () => {
    await open()
    await picker.getByRole('button', {name: 'Copy variable'}).click()
    await picker.getByRole('radio', {name: 'Variable'}).click()
    await page.keyboard.press('Escape')
    await canvas.locator('[data-kind=text]', {hasText: /^Welcome/}).first().click()
    await s.poll('the other text', async () => (await field().inputValue()).startsWith('Welcome'))
    await open()
    await picker.getByRole('button', {name: 'Paste variable'}).click()
    await picker.getByRole('region', {name: 'Upper case'}).waitFor()
    await set('${upper(user.firstName)}')
    await s.poll('both', () => s.text(file).split('${upper(user.firstName)}').length === 3)
  })

  test('F174 the field beside it offers paths and functions inside ${…} and says what is wrong', async () => {
    await field().fill('')
    await field().pressSequentially('Hi ${us')
    await page.getByRole('option', {name: /^user /}).waitFor()
    await page.keyboard.press('Enter')
    await field().pressSequentially('.la')
    await page.getByRole('option', {name: /^lastName/}).waitFor()
    await s.look(page, 'binding-field')
    await accessible(page, 'the completing field')
    await page.keyboard.press('Enter')
    await field().pressSequentially('}')
    await becomes(() => field().inputValue(), 'Hi ${user.lastName}')
    await page.keyboard.press('Enter')
    await s.saved(file, 'Hi ${user.lastName}')
    await field().fill('Hi ${user.nick}')
    await page.getByText(/has no field/).first().waitFor()
    await s.look(page, 'binding-field-wrong')
    assert.deepEqual(page.faults, [])
  })

  test('the picker in the dark', async () => {
    const dark = await s.window({dark: true})
    await dark.context().addCookies(await page.context().cookies())
    await dark.goto(s.url + '/')
    await dark.frameLocator('iframe').getByText(/\S/).first().waitFor()
    await dark.getByRole('region', {name: 'Widget tree'}).getByRole('treeitem', {name: /^Text/}).first().click()
    await dark.getByRole('button', {name: 'Set Text from variable'}).click()
    await dark.getByRole('dialog').getByRole('heading', {name: 'Set from variable'}).waitFor()
    await accessible(dark, 'the picker in the dark')
    await s.look(dark, 'binding-dark')
    await dark.context().close()
  })
})
