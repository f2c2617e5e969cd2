// The studio's thin slice, used like a builder would: the real page in the canvas, a text, a property, a binding, the settings, undo.
import {after, before, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {becomes, poll, writeFileSync} from './harness.mjs'
import {Studio, accessible} from './studio.mjs'

describe('the studio over TouristTrail', () => {
  let s, page, canvas, original
  const file = 'pages/home.yaml'
  const saved = (name, has) => s.saved(name, has)
  const look = name => s.look(page, name)
  const selectWelcome = async () => {
    await canvas.locator('[data-kind=text]', {hasText: /^(Welcome|Hello)/}).first().click()
    await page.getByRole('heading', {name: 'Text', exact: true}).waitFor()
    await s.poll('the welcome is selected', async () => /^(Welcome|Hello)/.test(await field().inputValue()))
  }
  const field = () => page.getByLabel('Text', {exact: true}).and(page.locator('textarea'))

  before(async () => {
    s = await new Studio().start()
    original = {[file]: s.text(file), 'app.yaml': s.text('app.yaml')}
    page = s.follow(await s.window())
  })
  after(async () => { await s?.stop() })

  test('E3 its link opens it once', async () => {
    await page.goto(s.link)
    await page.waitForURL(s.url + '/')
    canvas = page.frameLocator('iframe')
    await canvas.getByText(/^Welcome/).first().waitFor()
    await page.getByRole('button', {name: 'No problems'}).waitFor()
    const stranger = await s.window()
    const answer = await stranger.goto(s.link)
    assert.equal(answer.status(), 403)
    await stranger.getByText('This link does not open the studio').waitFor()
    assert.equal((await stranger.goto(s.url + '/')).status(), 401)
    await stranger.context().close()
    const token = new URL(s.link).search.slice(1)
    assert.equal(s.usher.err.includes(token), false, 'the log holds the link')
    await look('opened')
  })

  test('a click in the canvas selects; a double click writes in place, and the binding in the text stays', async () => {
    await selectWelcome()
    assert.equal(await page.getByLabel('Text', {exact: true}).inputValue(), 'Welcome ${user.firstName}')
    await look('selected')
    const welcome = canvas.locator('[data-kind=text]', {hasText: /^Welcome/}).first()
    const drawn = (await welcome.textContent()).trim()
    await welcome.dblclick()
    await page.keyboard.press('ControlOrMeta+A')
    await page.keyboard.type(drawn.replace('Welcome', 'Hello'))
    await page.keyboard.press('Enter')
    await saved(file, 'Hello')
    assert.equal(s.text(file), original[file].replace('"Welcome ${user.firstName}"', '"Hello ${user.firstName}"'), 'all other bytes and comments stay')
    await canvas.getByText(drawn.replace('Welcome', 'Hello')).first().waitFor()
  })

  test('the text is changed on the right, and shows on the canvas while it is typed', async () => {
    await selectWelcome()
    await field().fill('Welcome back, ${user.firstName}')
    await canvas.getByText(/^Welcome back, /).first().waitFor()
    await saved(file, 'Welcome back')
    assert.equal(s.text(file), original[file].replace('"Welcome ${user.firstName}"', '"Welcome back, ${user.firstName}"'))
  })

  test('a property is set from its catalogue entry', async () => {
    await page.getByRole('combobox', {name: 'Style'}).click()
    await page.getByRole('option', {name: 'display'}).click()
    await saved(file, 'style: display}')
    await canvas.locator('.u-t-display').first().waitFor()
  })

  test('F013 Set from variable offers the Authenticated User and writes the binding', async () => {
    await canvas.getByText('Where to next?').click()
    await page.getByLabel('Text', {exact: true}).and(page.locator('textarea')).waitFor()
    await s.poll('the second text', async () => await page.getByLabel('Text', {exact: true}).inputValue() === 'Where to next?')
    await page.getByRole('button', {name: 'Set Text from variable'}).click()
    const picker = page.getByRole('dialog')
    for (const name of ['Authenticated User', 'Auth Properties', 'User Data Fields']) await picker.getByRole('treeitem', {name, exact: true}).waitFor()
    await picker.getByRole('treeitem', {name: /^Authentication Token/}).click()
    await picker.getByText('is secret: it never reaches the browser').waitFor()
    await accessible(page, 'the picker')
    await look('secret')
    await picker.getByRole('searchbox').fill('first')
    await picker.getByRole('treeitem', {name: 'firstName text', exact: true}).click()
    await look('set-from-variable')
    await picker.getByRole('button', {name: 'Set', exact: true}).click()
    await saved(file, '- text: {text: "${user.firstName}", color: muted}')
    await page.getByText('Authenticated User › firstName').waitFor()
    await s.poll('the sample value on the canvas', async () => await canvas.getByText('Where to next?').count() === 0)
  })

  test('the settings of step 1 write app.yaml', async () => {
    await s.section(page, 'Settings')
    await page.getByRole('heading', {name: 'Authentication', exact: true}).waitFor()
    for (const name of ['Enable Authentication', 'Persist Auth Sessions', 'Associate User Data Type']) {
      await becomes(() => page.getByRole('switch', {name}).getAttribute('aria-checked'), 'true', name)
    }
    await page.getByText('NIST SP 800-63B').waitFor()
    await accessible(page, 'the settings')
    await look('authentication')
    await page.getByRole('switch', {name: 'Persist Auth Sessions'}).click()
    await saved('app.yaml', 'persistSessions: false # people stay')
    assert.equal(s.text('app.yaml'), original['app.yaml'].replace('persistSessions: true', 'persistSessions: false'))
    await page.getByRole('combobox', {name: 'Entry Page'}).click()
    await page.getByRole('option', {name: 'missing'}).click()
    await saved('app.yaml', 'entryPage: missing # where')
  })

  test('what is wrong is said, and a click goes there', async () => {
    await s.section(page, 'Pages')
    await page.getByRole('navigation', {name: 'Pages'}).getByRole('button', {name: /^home/}).click()
    await selectWelcome()
    await page.getByLabel('Text', {exact: true}).fill('Hello ${user.nickname}')
    await page.getByRole('button', {name: /^\d+ problems?$/}).click()
    const problem = page.getByRole('region', {name: 'Problems'}).getByRole('button', {name: /nickname/})
    await problem.waitFor()
    await page.getByRole('navigation', {name: 'Pages'}).getByRole('button', {name: /^login/}).click()
    await problem.click()
    await page.getByRole('heading', {name: 'Text', exact: true}).waitFor()
    await becomes(() => field().inputValue(), 'Hello ${user.nickname}')
    await accessible(page, 'with problems')
    await look('problems')
    await page.getByRole('button', {name: 'Close the problems'}).click()
  })

  test('the keyboard walks the tree, moves and removes', async () => {
    const tree = page.getByRole('tree', {name: 'Widgets of home'})
    const text = tree.getByRole('treeitem', {name: /^Text Hello/})
    await text.focus()
    await page.keyboard.press('Alt+ArrowDown')
    await s.poll('the move', () => s.text(file).indexOf('nickname') > s.text(file).indexOf('color: muted}'))
    await s.poll('focus on the moved widget', () => page.evaluate(() => document.activeElement?.textContent?.startsWith('Text Hello') && document.activeElement.getAttribute('aria-posinset') === '2'))
    await page.keyboard.press('ArrowUp')
    await s.poll('focus on the one above', () => page.evaluate(() => document.activeElement?.getAttribute('aria-posinset') === '1'))
    await page.keyboard.press('Delete')
    await s.poll('the removal', () => !s.text(file).includes('"${user.firstName}", color: muted'))
  })

  test('undo takes everything back, byte by byte', async () => {
    const undo = page.getByRole('button', {name: 'Undo', exact: true})
    const now = () => s.text(file) + s.text('app.yaml')
    const wanted = original[file] + original['app.yaml']
    for (let i = 0; i < 40 && now() !== wanted; i++) {
      const seen = now()
      await page.keyboard.press('ControlOrMeta+Z')
      await poll('undo', () => now() !== seen, 5_000).catch(() => undo.click()) // a key that comes while the page is busy may be nobody's
      await s.poll('undo', () => now() !== seen)
    }
    await s.poll('nothing more to undo', async () => await undo.getAttribute('aria-disabled') === 'true')
    for (const [name, text] of Object.entries(original)) assert.equal(s.text(name), text, name)
    await page.getByRole('button', {name: 'No problems'}).waitFor()
  })

  test('what another editor writes shows at once', async () => {
    await page.getByRole('navigation', {name: 'Pages'}).getByRole('button', {name: /^home/}).click()
    writeFileSync(s.path(file), original[file].replace('Where to next?', 'Written elsewhere'))
    await canvas.getByText('Written elsewhere').waitFor()
    await page.getByRole('treeitem', {name: 'Text Written elsewhere'}).waitFor()
    writeFileSync(s.path(file), original[file])
    await canvas.getByText('Where to next?').waitFor()
  })

  test('a widget in a tab that is not open is drawn once it is selected', async () => {
    await page.getByRole('navigation', {name: 'Pages'}).getByRole('button', {name: /^login/}).click()
    await page.getByRole('treeitem', {name: /^Text Field Repeat the password/}).click()
    await canvas.getByText('Repeat the password').waitFor()
    await page.getByRole('treeitem', {name: /^Text Field Username or e-mail/}).click()
    await canvas.getByText('Username or e-mail').waitFor()
    await page.getByRole('navigation', {name: 'Pages'}).getByRole('button', {name: /^home/}).click()
    await canvas.getByText(/^Welcome/).first().waitFor()
  })

  test('the phone, the tablet and the desk, light and dark; the studio too', async () => {
    await selectWelcome()
    for (const [device, width] of [['Tablet, 820 wide', 820], ['Desktop, 1280 wide', 1280], ['Phone, 390 wide', 390]]) {
      await page.getByRole('radio', {name: device}).click()
      await s.poll(device, async () => await canvas.locator('html').evaluate(() => innerWidth) === width)
      await accessible(page, device)
    }
    await page.getByRole('radio', {name: 'The app in dark'}).click()
    await s.poll('dark', async () => await canvas.locator('html').getAttribute('data-mode') === 'dark')
    await page.getByRole('button', {name: 'Studio in dark'}).click()
    await page.getByRole('radio', {name: 'Desktop, 1280 wide'}).click()
    await accessible(page, 'dark')
    await look('dark')
  })

  test('E5 the canvas lives on another origin and never sees the studio\'s cookie', async () => {
    const frame = page.frames().find(f => f !== page.mainFrame())
    assert.notEqual(new URL(frame.url()).hostname, new URL(s.url).hostname)
    assert.equal(await frame.evaluate(() => { try { return parent.document.title } catch { return 'refused' } }), 'refused')
    assert.equal(await frame.evaluate(url => fetch(url, {credentials: 'include'}).then(r => r.status, () => 'refused'), s.url + '/api/project'), 'refused')
    const forged = await frame.evaluate(() => { parent.postMessage({usher: 'forged', type: 'select', path: '/pages/home/body/0'}, '*'); return true })
    assert.ok(forged)
    await page.getByRole('radio', {name: 'Phone, 390 wide'}).click()
    await selectWelcome()
    await page.getByRole('heading', {name: 'Text', exact: true}).waitFor()
    assert.equal(await page.getByRole('heading', {name: 'Container', exact: true}).count(), 0, 'a message without the nonce selects nothing')
    assert.deepEqual(page.faults.filter(f => !/\/api\/project/.test(f)), [], 'nothing but that refusal is in the console')
  })
})
