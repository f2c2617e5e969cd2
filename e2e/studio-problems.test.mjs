// What is wrong and what would end it, what was done in this sitting, and the way back.
import {after, before, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {dirname} from 'node:path'
import {becomes, readFileSync, writeFileSync} from './harness.mjs'
import {Studio, accessible} from './studio.mjs'

describe('problems and history', () => {
  let s, page, original
  const file = 'pages/profile.yaml'
  const drawer = name => page.getByRole('region', {name, exact: true})
  before(async () => {
    s = await new Studio().start()
    original = s.text(file)
    const dir = dirname(s.path('app.yaml'))
    const git = (...args) => execFileSync('git', ['-C', dir, '-c', 'user.name=Nora', '-c', 'user.email=nora@example.com', ...args], {stdio: 'pipe'})
    git('init', '-q')
    git('add', '.')
    git('commit', '-q', '-m', 'Begin TouristTrail')
    page = await s.open()
    await page.getByRole('button', {name: 'No problems'}).click()
  })
  after(async () => { await s?.stop() })

  test('F216 F217 what is wrong is listed by file, and a fix that is offered ends it', async () => {
    await drawer('Problems').getByText('Everything fits together').waitFor()
    writeFileSync(s.path(file), original.replace('access: loggedIn', 'access: any').replace('${user.firstName}', '${user.fistName}'))
    const problems = drawer('Problems')
    await problems.getByText('User has no field "fistName"').waitFor()
    await problems.getByRole('radio', {name: /^Warnings/}).click()
    await problems.getByText('everybody may open this page').first().waitFor()
    await becomes(() => problems.getByText('User has no field').count(), 0)
    await problems.getByRole('radio', {name: /^All/}).click()
    for (const dark of [false, true]) {
      if (dark) await page.getByRole('button', {name: 'Studio in dark'}).click()
      await accessible(page, `problems, ${dark ? 'dark' : 'light'}`)
      await s.look(page, `problems-${dark ? 'dark' : 'light'}`)
    }
    await problems.getByRole('button', {name: 'Write firstName'}).first().click()
    await s.poll('the right name', () => !s.text(file).includes('fistName'))
    await problems.getByRole('button', {name: 'Let only people who are logged in open the page'}).first().click()
    await s.poll('the file as it was', () => s.text(file) === original)
    await page.getByRole('button', {name: 'No problems'}).waitFor()
  })

  test('F216 F217 a click leads to the field that ends the problem, in the settings, a page and a widget', async () => {
    const app = s.text('app.yaml'), problems = drawer('Problems')
    const jump = async (message, field) => {
      await problems.getByRole('button', {name: message}).first().click()
      await s.poll(`the way to ${message}`, () => field.evaluate(f => f === document.activeElement))
    }
    writeFileSync(s.path('app.yaml'), app.replace(/ {2}entryPage: .*\n/, ''))
    await jump(/authentication needs entryPage/, page.getByRole('combobox', {name: 'Entry Page'}))
    await accessible(page, 'the field that a problem led to')
    await s.look(page, 'problems-field')
    writeFileSync(s.path('app.yaml'), app)
    await page.getByRole('button', {name: 'No problems'}).waitFor()
    writeFileSync(s.path(file), original.replace(/title: .*\n/, ''))
    await jump(/a page needs "title"/, page.getByRole('textbox', {name: 'Title'}))
    writeFileSync(s.path(file), original.replace('label: Back home', 'size: md'))
    await jump(/iconButton needs "label"/, page.getByRole('textbox', {name: 'Label'}))
    await page.getByRole('heading', {name: 'Icon Button'}).waitFor()
    await page.setViewportSize({width: 1280, height: 700})
    writeFileSync(s.path(file), original.replace(/^(\s+)- logOut$/m, '$1- updateAuthenticatedUser: {clear: [token]}'))
    await jump(/a login whose token is cleared/, page.getByRole('checkbox', {name: 'Authentication Token'}))
    assert.equal(await page.evaluate(() => document.documentElement.scrollTop), 0, 'the window itself was scrolled')
    await page.setViewportSize({width: 1440, height: 1060})
    writeFileSync(s.path(file), original)
    await page.getByRole('button', {name: 'No problems'}).waitFor()
  })

  test('F216 what is no YAML leads to its line in the text', async () => {
    for (const [name, line, text] of [[file, 2, original], ['app.yaml', 3, s.text('app.yaml')]]) {
      const lines = text.split('\n')
      writeFileSync(s.path(name), [...lines.slice(0, line - 1), 'about: see: there', ...lines.slice(line - 1)].join('\n'))
      await drawer('Problems').getByRole('button', {name: /put quotes around the text/}).click()
      const code = page.getByRole('region', {name: `File ${name}`, exact: true})
      await s.poll(`the line of ${name}`, () => code.locator('.cm-activeLine', {hasText: 'about: see: there'}).count().then(n => n === 1))
      await s.poll('the cursor is in the text', () => code.getByRole('textbox').evaluate(el => el === document.activeElement))
      if (name === file) await s.look(page, 'problems-line')
      writeFileSync(s.path(name), text)
      await page.getByRole('button', {name: 'No problems'}).waitFor()
    }
    assert.equal(s.text(file), original)
  })

  test('a step is gone back to, and forward again; files tell what has changed', async () => {
    await page.getByRole('button', {name: 'History', exact: true}).click()
    const history = drawer('History')
    const steps = history.getByRole('list', {name: 'Steps'}).getByRole('button')
    await s.poll('two steps', async () => await steps.count() === 3)
    await steps.nth(0).click()
    await s.poll('the start', () => s.text(file).includes('fistName') && s.text(file).includes('access: any'))
    await history.getByText('taken back').first().waitFor()
    for (const step of await steps.all()) assert.ok((await step.boundingBox()).height < 40, 'a step is one line')
    await accessible(page, 'history')
    await history.getByRole('radio', {name: /^Changed files/}).click()
    await history.getByText('access: any').waitFor()
    await history.getByText('access: loggedIn').waitFor()
    await accessible(page, 'changed files')
    await s.look(page, 'history-files')
    await history.getByRole('radio', {name: /^Steps/}).click()
    await s.look(page, 'history-steps')
    await steps.nth(2).click()
    await s.poll('the end', () => s.text(file) === original)
    await history.getByRole('radio', {name: 'Changed files 0'}).click()
    await history.getByText('All files are as they were').waitFor()
  })

  test('F221 the project leaves as one archive, and the keys are told', async () => {
    const menu = () => page.getByRole('button', {name: /^TouristTrail ?: the project/}).click()
    await menu()
    await s.look(page, 'project-menu')
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', {name: /Export as one archive/}).click()])
    assert.equal(download.suggestedFilename(), 'TouristTrail.zip')
    const bytes = readFileSync(await download.path())
    assert.equal(bytes.subarray(0, 2).toString(), 'PK')
    assert.ok(bytes.includes('pages/profile.yaml'))
    await menu()
    await page.getByRole('menuitem', {name: 'Keys of the studio'}).click()
    await page.getByRole('dialog').getByText('Duplicate').waitFor()
    await accessible(page, 'keys')
    await s.look(page, 'keys')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({state: 'detached'})
  })

  test('what version control knows is told', async () => {
    await drawer('History').getByRole('radio', {name: 'Commits 1'}).click()
    await drawer('History').getByText('Begin TouristTrail').waitFor()
    assert.deepEqual(page.faults, [])
  })
})
