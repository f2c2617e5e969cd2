// The code view: a page's file beside the canvas, both live; completion, problems, and what two people type at once.
import {after, before, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {poll, writeFileSync} from './harness.mjs'
import {Studio, accessible} from './studio.mjs'

describe('the code view', () => {
  let s, page, canvas, original
  const file = 'pages/home.yaml'
  const editor = () => page.getByRole('textbox', {name: `Code of ${file}`})
  const text = () => page.evaluate(() => Array.from(document.querySelectorAll('.cm-line'), l => l.textContent).join('\n'))
  const line = has => page.locator('.cm-line', {hasText: has}).first()
  const saved = () => page.getByRole('region', {name: `File ${file}`}).getByText('Saved', {exact: true}).waitFor()
  const atEndOf = async has => {
    await line(has).click()
    await page.keyboard.press('End')
  }
  // Somebody else's change, which the studio sees while the next save of what is typed is on its way.
  const changedMeanwhile = (old, its) => page.route('**/api/edit', async route => {
    writeFileSync(s.path(file), s.text(file).replace(old, its))
    await poll('the studio has seen it', async () => (await page.evaluate(async () => (await (await fetch('/api/text?at=/pages/home', {headers: {'X-Usher': '1'}})).json()).text)).includes(its))
    await route.continue()
  }, {times: 1})

  before(async () => {
    s = await new Studio().start()
    original = s.text(file)
    page = await s.open()
    canvas = page.frameLocator('iframe')
    await page.getByRole('navigation', {name: 'Pages'}).getByRole('button', {name: /^home/}).click()
    await canvas.getByText('Where to next?').waitFor()
  })
  after(async () => { await s?.stop() })

  test('it opens beside the canvas, with what is selected in view', async () => {
    await page.getByRole('button', {name: 'Code beside the canvas'}).click()
    await editor().waitFor()
    await canvas.getByText('Where to next?').click()
    await page.locator('.cm-chosen', {hasText: 'Where to next?'}).waitFor()
    await s.look(page, 'code-beside')
    await accessible(page, 'the code beside the canvas')
    assert.deepEqual(page.faults, [])
  })

  test('what is typed is saved and drawn; what the canvas does is typed', async () => {
    await line('Where to next?').click()
    await page.keyboard.press('Home')
    const at = (await text()).split('\n').find(l => l.includes('Where to next?')).trim().indexOf('next?')
    for (let i = 0; i < at; i++) await page.keyboard.press('ArrowRight')
    await page.keyboard.type('walk ')
    await s.saved(file, 'Where to walk next?')
    await canvas.getByText('Where to walk next?').waitFor()
    assert.equal(s.text(file), original.replace('Where to next?', 'Where to walk next?'))
    await saved()
    const field = page.getByLabel('Text', {exact: true}).and(page.locator('textarea'))
    await field.fill('Where to go?')
    await line('Where to go?').waitFor()
    await s.saved(file, 'Where to go?')
  })

  test('the cursor selects on the canvas', async () => {
    await line('headline').click()
    await s.poll('the widget is selected', async () => (await page.getByLabel('Text', {exact: true}).and(page.locator('textarea')).inputValue()).startsWith('Welcome'))
  })

  test('undo is the studio’s, also here', async () => {
    await line('Where to go?').click()
    await page.keyboard.press('ControlOrMeta+z')
    await line('Where to walk next?').waitFor()
    await page.keyboard.press('ControlOrMeta+z')
    await line('Where to next?').waitFor()
    await s.poll('the file as it was', () => s.text(file) === original)
    await saved()
  })

  test('keys, values and expressions are completed', async () => {
    const indent = (await text()).split('\n').find(l => l.includes('Where to next?')).match(/^ */)[0]
    await atEndOf('Where to next?')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Shift+Home')
    await page.keyboard.type(`${indent}- tex`)
    await page.locator('.cm-tooltip-autocomplete li', {hasText: /^textField/}).waitFor()
    await s.look(page, 'code-completion')
    await page.keyboard.press('Escape')
    await page.keyboard.type('t: {text: Hi, sty')
    await page.locator('.cm-tooltip-autocomplete li', {hasText: /^style/}).waitFor()
    await page.locator('.cm-tooltip-autocomplete li', {hasText: /^style/}).click()
    await page.locator('.cm-tooltip-autocomplete li', {hasText: /^headline/}).waitFor()
    await page.keyboard.type('headline, visible: "${auth.logg')
    await page.locator('.cm-tooltip-autocomplete li', {hasText: /^loggedIn/}).waitFor()
    await accessible(page, 'a completion')
    await page.keyboard.press('Escape')
    await page.keyboard.type('edIn}')
    await s.saved(file, 'visible: "${auth.loggedIn}"')
    await saved()
    assert.match(s.text(file), /- text: \{text: Hi, style: headline, visible: "\$\{auth\.loggedIn\}"\}\n/)
  })

  test('problems are marked where they are', async () => {
    await line('style: headline, visible').click()
    await page.keyboard.press('End')
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.type(', colour: red')
    await page.locator('.cm-lintRange-error', {hasText: 'colour'}).waitFor()
    await page.locator('.cm-lintRange-error', {hasText: 'colour'}).hover()
    await page.locator('.cm-tooltip', {hasText: 'no "colour"'}).waitFor()
    await s.look(page, 'code-problem')
    await accessible(page, 'a problem in the code')
    await page.keyboard.type('x: [')
    await page.locator('.cm-lintRange-error').first().waitFor()
    await saved()
    await s.poll('taken back', async () => {
      const was = await text()
      if (!was.includes('colour')) return true
      await page.keyboard.press('ControlOrMeta+z')
      await poll('a step back', async () => await text() !== was, 5_000)
    })
  })

  test('what somebody else changes elsewhere in the file comes in while one types', async () => {
    writeFileSync(s.path(file), original)
    await s.poll('as it was', async () => (await text()).includes('Where to next?') && !(await text()).includes('text: Hi'))
    await saved()
    await changedMeanwhile('Stories from the trail', 'Tales from the trail')
    await atEndOf('title: ')
    await page.keyboard.type(' # mine')
    await s.saved(file, '# mine')
    await s.poll('both', () => s.text(file).includes('# mine') && s.text(file).includes('Tales from the trail'))
    await s.poll('both are shown', async () => (await text()).includes('# mine') && (await text()).includes('Tales'))
  })

  test('of the same line nothing that was typed is lost: who types decides', async () => {
    await saved()
    await changedMeanwhile('Tales from the trail', 'Theirs from the trail')
    await line('Tales from the trail').click()
    await page.keyboard.press('Home')
    for (let i = 0; i < (await text()).split('\n').find(l => l.includes('Tales')).trim().indexOf('Tales') + 5; i++) await page.keyboard.press('ArrowRight')
    await page.keyboard.type('!!')
    const asked = page.getByRole('alert').filter({hasText: 'What you typed is here'})
    await asked.waitFor()
    assert.match(await text(), /Tales!! from the trail/)
    assert.match(s.text(file), /Theirs from the trail/)
    await s.look(page, 'code-conflict')
    await accessible(page, 'a conflict')
    await asked.getByRole('button', {name: 'Save mine'}).click()
    await s.saved(file, 'Tales!! from the trail')
    await saved()
  })

  test('every file of the app is there', async () => {
    await s.section(page, 'Files')
    const files = page.getByRole('navigation', {name: 'Files'})
    await files.getByRole('button', {name: 'app.yaml'}).click()
    await page.getByRole('textbox', {name: 'Code of app.yaml'}).waitFor()
    await line('authentication:').waitFor()
    await accessible(page, 'all files')
    await s.look(page, 'code-files')
    await page.getByRole('button', {name: 'Studio in dark'}).click()
    await accessible(page, 'all files, dark')
    await s.look(page, 'code-files-dark')
    await page.setViewportSize({width: 900, height: 700})
    await s.section(page, 'Pages')
    await editor().waitFor()
    await s.look(page, 'code-narrow')
    await accessible(page, 'the code at 900 pixels')
    assert.deepEqual(page.faults, [])
  })
})
