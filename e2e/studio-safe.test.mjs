// No edit of a builder is lost, however fast it comes after the one before, and undo leads back to the very bytes that there were.
import {after, before, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {existsSync, writeFileSync} from 'node:fs'
import {poll} from './harness.mjs'
import {Studio} from './studio.mjs'

const words = Array.from({length: 10}, (_, i) => `word${i}`)
const names = Array.from({length: 10}, (_, i) => `name${i}`)

const files = {
  'app.yaml': `usher: 1
id: safe
name: Safe # what people read

# What each visit keeps.
state:
${names.map(n => `  ${n}: text # ${n} as it was\n`).join('')}
theme:
  colors:
    primary: "#224488" # ours
`,
  'pages/home.yaml': 'title: Home\npath: /\n\nbody:\n  - text: Hello\n',
  'flows/greet.yaml': 'actions:\n  # first of all\n  - snackBar: Hello\n',
  'types/State.yaml': 'enum:\n  # The first of all.\n  - open\n  - closed # the last\n',
  'calls/api.yaml': `url: https://api.example.com
calls:
  list:
    path: /list
    query:
      ids: ""  # which
    headers:
      X-One: "1" # first
      X-Two: "2"
`,
}

describe('edits that come faster than the server', () => {
  let s, page
  const all = () => Object.fromEntries(Object.keys(files).map(f => [f, s.text(f)]))
  // burst does all of a list in one turn of the browser, before it hears of anything: [role or label of a control, what is typed, or nothing for a click].
  const burst = steps => page.evaluate(async steps => {
    const find = name => [...document.querySelectorAll('[aria-label]')].find(e => e.getAttribute('aria-label') === name)
    for (const [name, text] of steps) {
      await null // what was done is drawn, and nothing has been answered
      const el = name === '' ? document.activeElement : find(name) ?? [...document.querySelectorAll('button')].find(b => b.textContent.trim() === name)
      if (!el) throw new Error(`there is no ${name}`)
      if (text === undefined) { el.click(); continue }
      el.focus()
      Object.getOwnPropertyDescriptor(Object.getPrototypeOf(el), 'value').set.call(el, text)
      el.dispatchEvent(new Event('input', {bubbles: true}))
      el.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true, cancelable: true}))
    }
  }, steps)
  const undoAll = async () => {
    const undo = page.getByRole('button', {name: /^Undo/}).first()
    await s.poll('all is as it was', async () => {
      if (Object.entries(files).every(([f, text]) => s.text(f) === text)) return true
      await undo.click({timeout: 500}).catch(() => {}) // the last one has been taken back, and is on its way to the disk
      return false
    })
    assert.deepEqual(all(), files)
  }
  const settings = async name => {
    await s.section(page, 'Settings')
    await page.getByRole('navigation', {name: 'Settings'}).getByRole('button', {name, exact: true}).click()
  }

  before(async () => {
    s = await new Studio().start({files})
    page = await s.open()
    await page.frameLocator('iframe').getByText('Hello').waitFor()
  })
  after(async () => {
    const faults = page?.faults
    await s?.stop()
    assert.deepEqual(faults, [])
  })

  test('E11 each of two changes to what was written short counts', async () => {
    await settings('State & constants')
    await page.getByRole('group', {name: 'Variable name9'}).waitFor()
    await burst(names.flatMap(n => [[`${n} is kept after a log-out`], [`Note on ${n}`, `About ${n}`], [`Default of ${n}`, 'first']]))
    await s.poll('all three of each', () => names.every(n => new RegExp(`^  ${n}: .*keep: true`, 'm').test(s.text('app.yaml')) && s.text('app.yaml').includes(`About ${n}`)) && s.text('app.yaml').split('default: first').length === 11)
    for (const n of names) assert.match(s.text('app.yaml'), new RegExp(`# ${n} as it was`))
    await undoAll()
  })

  test('E11 ten words are added and one is moved, all at once', async () => {
    await s.section(page, 'Data types')
    await page.getByRole('textbox', {name: 'Word 2'}).waitFor()
    await burst([['Move open down'], ...words.flatMap(w => [['Add word'], ['The new word', w]]), ['Name of closed in JSON', 'shut'], ['Move open down'], ['Move open down']])
    await s.poll('all words', () => words.every(w => s.text('types/State.yaml').includes(`- ${w}\n`)) && s.text('types/State.yaml').includes('wire: shut') && /word1\n.*\n? *- open/.test(s.text('types/State.yaml')))
    assert.match(s.text('types/State.yaml'), /# the last/)
    await burst(words.map(w => [`Remove ${w}`]))
    await s.poll('no words', () => !s.text('types/State.yaml').includes('word'))
    await undoAll()
  })

  test('E11 a colour is given for light and for dark in one go, and both are taken away in one', async () => {
    await settings('Theme')
    await page.getByLabel('primary in dark', {exact: true}).waitFor()
    await burst([['primary in dark as text', '#88aaff'], ['primary in light as text', '#112233'], ['secondary in dark as text', '#101010'], ['secondary in light as text', '#fefefe']])
    await s.poll('both of both', () => ['#88aaff', '#112233', '#101010', '#fefefe'].every(c => s.text('app.yaml').includes(c)))
    assert.match(s.text('app.yaml'), /# ours/)
    await undoAll()
  })

  test('E11 the last rows go at once with what held them, and one that is added meanwhile stays', async () => {
    await s.section(page, 'API')
    await page.getByRole('treeitem', {name: /^list/}).click()
    await page.getByLabel('Value of the header X-One').waitFor()
    await burst([['Remove the header X-One'], ['Remove the header X-Two'], ['Value of the parameter ids', '${7}'], ['Add parameter'], ['Name of the new parameter', 'page']])
    await s.poll('no headers', () => !s.text('calls/api.yaml').includes('headers') && s.text('calls/api.yaml').includes('page: ""') && s.text('calls/api.yaml').includes('ids: "${7}"'))
    await undoAll()
    await burst([['Remove the parameter ids'], ['Add parameter'], ['Name of the new parameter', 'page']])
    await s.poll('the new one alone', () => !s.text('calls/api.yaml').includes('ids') && s.text('calls/api.yaml').includes('page: ""'))
    await undoAll()
  })

  test('E11 what was refused can be sent again, and is not shown as if it were written', async () => {
    await s.section(page, 'Pages')
    await page.getByRole('navigation', {name: 'Pages'}).getByRole('button', {name: /^home/}).click()
    const path = page.getByRole('textbox', {name: 'Path', exact: true})
    // overtaken types, and has somebody else change the file before the server hears of it.
    const overtaken = async (text, from, to) => {
      await page.route('**/api/edit', async route => {
        writeFileSync(s.path('pages/home.yaml'), s.text('pages/home.yaml').replace(from, to))
        const seen = () => page.evaluate(() => fetch('/api/project?settled', {headers: {'X-Usher': '1'}}).then(r => r.json()).then(p => p.revision))
        await poll('the server to see it', async () => await seen() !== route.request().postDataJSON().revision)
        await route.continue()
      }, {times: 1})
      await path.fill(text)
      await path.press('Enter')
      await page.getByText('The files have changed meanwhile').waitFor()
      await s.settled()
    }
    await overtaken('/one', 'title: Home', 'title: House')
    assert.equal(await path.inputValue(), '/one', 'what was typed is still there')
    await s.poll('it is sent again', async () => {
      await path.press('Enter')
      return s.text('pages/home.yaml').includes('path: /one')
    })
    assert.ok(s.text('pages/home.yaml').includes('title: House'))
    await page.getByRole('button', {name: 'Close', exact: true}).evaluateAll(all => all.forEach(b => b.click())) // it goes by itself as well
    await page.getByText('The files have changed meanwhile').waitFor({state: 'hidden'})
    await overtaken('/two', 'path: /one', 'path: /three')
    await s.poll('what somebody else wrote', async () => await path.inputValue() === '/three')
    assert.match(s.text('pages/home.yaml'), /path: \/three/)
    writeFileSync(s.path('pages/home.yaml'), files['pages/home.yaml'])
    await s.settled()
  })

  test('F221 pictures that were replaced and removed come back by undo, in order with the other edits', async () => {
    const red = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="red"/></svg>')
    const wide = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 18 9"><rect width="18" height="9" fill="navy"/></svg>')
    const upload = buffer => page.getByLabel('Files to upload').setInputFiles({name: 'logo.svg', mimeType: 'image/svg+xml', buffer})
    const list = page.getByRole('list', {name: 'Assets'})
    const undo = page.getByRole('button', {name: /^Undo/}).first()
    const there = buffer => s.poll('the picture', () => existsSync(s.path('assets/logo.svg')) && s.text('assets/logo.svg') === String(buffer))
    await settings('Assets')
    await upload(red)
    await there(red)
    await list.getByText('logo.svg').waitFor()
    const said = page.waitForEvent('dialog').then(async d => { await d.accept(); return d.message() })
    await upload(wide)
    assert.match(await said, /Undo brings the other back/)
    await there(wide)
    await page.getByRole('button', {name: 'Remove logo.svg'}).click()
    await page.getByRole('alertdialog').getByText(/Undo brings it back/).waitFor()
    await page.getByRole('alertdialog').getByRole('button', {name: 'Remove'}).click()
    await page.getByText('logo.svg is removed. Undo brings it back.').waitFor()
    await page.getByText('No assets yet').waitFor()
    await settings('State & constants')
    await page.getByRole('button', {name: 'Remove variable name0'}).click()
    await s.poll('the variable is gone', () => !s.text('app.yaml').includes('name0'))
    await undo.click()
    await s.saved('app.yaml', 'name0')
    await undo.click()
    await there(wide)
    await list.getByText('logo.svg').waitFor() // undo shows where it was
    await s.look(page, 'safe-assets')
    await undo.click()
    await there(red)
    await s.poll('the picture that was there is drawn', () => list.locator('img').evaluate(i => i.complete && i.naturalWidth === i.naturalHeight && i.naturalWidth > 0))
    await undo.click()
    await page.getByText('No assets yet').waitFor()
    await undoAll()
  })

  test('E11 each property of an action counts that was written short', async () => {
    await s.section(page, 'Flows')
    await page.getByRole('navigation', {name: 'Flows'}).getByRole('button', {name: 'greet', exact: true}).click()
    await page.locator('.flow-main').first().click()
    await page.getByRole('complementary', {name: 'Define Action'}).getByLabel('Button', {exact: true}).waitFor()
    await burst([['In place of others'], ['Button', 'Again'], ['Disabled']])
    await s.poll('all of it', () => ['replace: true', 'action: Again', 'disabled: true', 'Hello', '# first of all'].every(t => s.text('flows/greet.yaml').includes(t)))
    await undoAll()
  })

  // held keeps what the studio asks its server from getting there until it is let go.
  const held = async what => {
    let go
    const free = new Promise(ok => { go = ok })
    await page.route(what, async route => { await free; await route.continue() })
    return go
  }

  test('E11 what is typed while what was typed before is on its way stays in the field', async () => {
    await s.section(page, 'Pages')
    await page.frameLocator('iframe').getByText('Hello').click()
    const field = page.getByLabel('Text', {exact: true}).and(page.locator('textarea'))
    await s.poll('the text', async () => await field.inputValue() === 'Hello')
    const release = await held('**/api/edit')
    const sent = page.waitForRequest('**/api/edit')
    await field.fill('Hello y')
    await field.press('Enter')
    await sent
    await field.fill('Hello you')
    await field.evaluate(el => {
      globalThis.shown = new Set()
      const look = () => { globalThis.shown.add(el.value); requestAnimationFrame(look) }
      look()
    })
    release()
    await s.saved('pages/home.yaml', 'Hello you')
    assert.deepEqual(await page.evaluate(() => [...globalThis.shown]), ['Hello you'])
    await undoAll()
  })

  test('E11 an action that is chosen before all is known of its place is added once it is', async () => {
    await s.section(page, 'Flows')
    await page.getByRole('navigation', {name: 'Flows'}).getByRole('button', {name: 'greet', exact: true}).click()
    const begin = async word => {
      await page.getByRole('button', {name: 'Add an action at the end'}).click()
      await page.getByRole('searchbox', {name: 'Search actions'}).fill(word)
      await page.getByRole('searchbox', {name: 'Search actions'}).press('Enter')
    }
    const known = await held('**/api/fits?*')
    await begin('snack')
    known()
    await s.poll('a second message', () => s.text('flows/greet.yaml').split('snackBar').length === 3)
    const calls = await held(/\/api\/value\?at=%2Fcalls%2F/)
    await begin('api call')
    await page.getByRole('searchbox', {name: 'Search calls'}).press('Enter')
    calls()
    await s.saved('flows/greet.yaml', 'call: api.list')
    await undoAll()
  })
})
