// The debug panel over the running app: who is logged in, each call, each flow, each variable, and the buttons that make a login meet what it
// will meet.
import {after, before, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {join, out, readFileSync, writeFileSync} from './harness.mjs'
import {Studio, accessible} from './studio.mjs'

describe('the debug panel over TouristTrail', () => {
  let s, page, app, panel, password
  const look = name => s.look(page, `debug-${name}`)
  const tab = name => panel.getByRole('tab', {name, exact: true}).click()
  const button = name => panel.getByRole('group', {name: 'Have it happen'}).getByRole('button', {name: new RegExp('^' + name)})
  const row = text => panel.getByRole('list', {name: 'Requests'}).getByRole('button', {name: text})
  const home = () => app.getByText(/^Welcome Emily/).first()
  const signIn = async () => {
    await app.getByLabel('Username or e-mail').fill('emily')
    await app.getByLabel('Password', {exact: true}).fill(password)
    await app.getByRole('button', {name: 'Sign in', exact: true}).click()
    await home().waitFor()
  }
  const loggedOut = () => app.getByRole('button', {name: 'Sign in', exact: true}).waitFor()

  before(async () => {
    s = await new Studio().start()
    password = readFileSync(join(s.dir, 'demo', 'password.txt'), 'utf8')
    page = await s.open()
    await page.frameLocator('iframe').getByText(/^Welcome/).first().waitFor()
    await page.getByRole('button', {name: 'Debug', exact: true}).click()
    panel = page.getByRole('region', {name: 'Debug', exact: true})
  })
  after(async () => { await s?.stop() })

  test('F210 Run opens the app, and the panel follows it from its first request', async () => {
    await panel.getByText('The app has not been opened yet').waitFor()
    await accessible(page, 'before the first request')
    await look('empty')
    const opened = page.context().waitForEvent('page')
    await page.getByRole('link', {name: 'Run'}).click()
    app = await opened
    await loggedOut()
    await panel.getByRole('combobox', {name: 'Browser'}).getByText('a guest').waitFor()
  })

  test('F212 the login shows masked, with its claims and a countdown', async () => {
    await signIn()
    await panel.getByRole('combobox', {name: 'Browser'}).getByText('Chrome on Linux, emily').waitFor()
    await panel.getByText(/^in \d+ min \d+ s, at|^in 1 h/).waitFor()
    await panel.getByRole('region', {name: 'Claims of the token'}).getByText('not verified').waitFor()
    await panel.getByRole('region', {name: 'User data'}).getByText('Emily', {exact: true}).waitFor()
    assert.match(await panel.getByText(/^\S{6}…\S{4}$/).first().textContent(), /^eyJ/)
    await accessible(page, 'the login')
    await look('login')
  })

  test('F213 each call is in the log, with what was sent and came back, masked', async () => {
    await tab('Requests')
    await row(/auth\.login/).click()
    const detail = panel.getByRole('region', {name: 'The call auth.login'})
    await detail.getByLabel('Sent: the body').getByText('"username": "emily"').waitFor()
    const text = await detail.textContent()
    assert.ok(!text.includes(password), 'the password shows')
    assert.match(text, /"password": "…"/)
    assert.match(text, /"accessToken": "eyJ\S{3}…\S{4}"/)
    await accessible(page, 'the requests')
    await look('requests')
    await row(/trail\.posts/).click()
    const posts = panel.getByRole('region', {name: 'The call trail.posts'})
    await posts.getByText(/^Bearer eyJ\S{3}…\S{4}$/).waitFor()
    await posts.getByText(/posts\?limit=12/).waitFor()
  })

  test('F214 the trace says which actions ran and which way they went, and leads to them', async () => {
    await tab('Flows')
    await panel.getByRole('list', {name: 'Flows'}).getByRole('button', {name: /onSubmit/}).click()
    const steps = panel.getByRole('region', {name: 'Actions that ran'})
    await steps.getByRole('button', {name: /^API Call auth\.login: 200 TRUE/}).waitFor()
    await accessible(page, 'the flows')
    await look('flows')
    await steps.getByRole('button', {name: /^Log In/}).click()
    await page.getByRole('navigation', {name: 'Pages'}).getByRole('button', {name: /^login/, current: 'page'}).waitFor()
    await page.getByRole('heading', {name: 'Log In', exact: true}).first().waitFor()
    await page.locator('.flow-card', {hasText: 'API Call'}).getByText(/TRUE · \d/).waitFor()
    await page.locator('.flow-card', {hasText: 'Log In'}).getByText(/Ran · \d/).waitFor()
    assert.equal(await page.locator('.flow-card', {hasText: 'Show Snack Bar'}).locator('.ran').count(), 0, 'what did not run is marked')
    await accessible(page, 'the cards that ran')
    await look('cards')
  })

  test('F212 the variables are a tree that can be searched, and secrets in it are masked', async () => {
    await tab('Variables')
    const tree = panel.getByRole('tree', {name: 'Variables'})
    await tree.getByRole('treeitem', {name: 'firstName Emily'}).waitFor()
    await tree.getByRole('treeitem', {name: /^token eyJ\S{3}…\S{4}$/}).waitFor()
    await accessible(page, 'the variables')
    await look('variables')
    await panel.getByRole('searchbox', {name: 'Search the variables'}).fill('totaldist')
    await tree.getByRole('treeitem', {name: /^totalDistance/}).waitFor()
    assert.equal(await tree.getByRole('treeitem', {name: /firstName/}).count(), 0)
    await panel.getByRole('searchbox', {name: 'Search the variables'}).fill('')
    await panel.getByRole('combobox', {name: 'Type'}).click()
    await page.getByRole('option', {name: 'secret'}).click()
    await s.poll('secrets alone', async () => (await tree.getByRole('treeitem').allTextContents()).every(t => /…|auth|user|queries|outputs|login|body|headers/.test(t)))
    await panel.getByRole('combobox', {name: 'Type'}).click()
    await page.getByRole('option', {name: 'Any type'}).click()
  })

  test('F215 a token past its time is renewed by the next request, and nobody notices', async () => {
    await tab('Login')
    await button('Expire token now').click()
    await panel.getByText(/^expired/).waitFor()
    await app.reload()
    await home().waitFor()
    await panel.getByText('by itself; renewed once').waitFor()
    await tab('Requests')
    await row(/Renewed.*auth\.renewAccessToken/).waitFor()
  })

  test('F215 a 401, and a reply of a renewal that gets lost, are survived', async () => {
    await tab('Login')
    await button('Refuse the next call').click()
    await s.poll('it is armed', async () => await button('Refuse the next call').getAttribute('aria-pressed') === 'true')
    await look('armed')
    await app.reload()
    await home().waitFor()
    await panel.getByText('by itself; renewed 2 times').waitFor()
    await s.poll('it happened once', async () => await button('Refuse the next call').getAttribute('aria-pressed') === 'false')
    await tab('Requests')
    await row(/Expired/).first().waitFor()
    await row(/sent again after a renewal/).first().waitFor()
    await tab('Login')
    await button('Lose next refresh reply').click()
    await s.poll('it is armed', async () => await button('Lose next refresh reply').getAttribute('aria-pressed') === 'true')
    await button('Expire token now').click()
    await panel.getByText(/^expired/).waitFor()
    await app.reload()
    await home().waitFor()
    await panel.getByText('by itself; renewed 3 times').waitFor()
    await tab('Requests')
    await row(/Ambiguous.*auth\.renewAccessToken/).waitFor()
    await look('lost')
  })

  test('F212 who is logged out elsewhere reads why', async () => {
    await tab('Login')
    await button('Log out elsewhere').click()
    await panel.getByText('Logged out from another place.').waitFor()
    await loggedOut()
    await accessible(page, 'signed out')
    await look('signed-out')
  })

  test('F215 a renewal that fails ends the login', async () => {
    await signIn()
    await panel.getByText('by itself; not renewed yet').waitFor()
    await button('Fail next refresh').click()
    await s.poll('it is armed', async () => await button('Fail next refresh').getAttribute('aria-pressed') === 'true')
    await panel.getByText('to emily in this browser, and to nobody else').waitFor()
    await look('armed')
    await button('Expire token now').click()
    await panel.getByText(/^expired/).waitFor()
    await app.reload()
    await loggedOut()
    await panel.getByText('The backend refused to renew the login.').waitFor()
    await tab('Requests')
    await row(/Rejected.*auth\.renewAccessToken/).waitFor()
  })

  test('F211 Reset session logs out and lets the browser forget', async () => {
    await signIn()
    await tab('Login')
    await button('Reset session').click()
    await loggedOut()
    await app.reload()
    await loggedOut()
    await s.poll('new cookies', async () => (await app.context().cookies(app.url())).every(c => !/touristtrail$/.test(c.name)))
  })

  test('F211 one click logs a saved test user in, in the browser of the studio', async () => {
    await tab('Test users')
    await panel.getByRole('button', {name: 'Log in as emily'}).waitFor()
    const opened = page.context().waitForEvent('page')
    await panel.getByRole('button', {name: 'Log in as emily'}).click()
    await app.close()
    app = await opened
    await home().waitFor()
    assert.ok(!app.url().includes('?'), app.url())
    await panel.getByRole('textbox', {name: 'User name or e-mail'}).fill('mallory')
    await panel.getByRole('textbox', {name: 'Password'}).fill('wrong-wrong')
    await accessible(page, 'the test users')
    await look('users')
    await panel.getByRole('button', {name: 'Save', exact: true}).click()
    await tab('Requests')
    await row(/auth\.login.*log-in of emily/).waitFor()
    await tab('Test users')
    await panel.getByRole('button', {name: 'Log in as mallory'}).click()
    await page.getByText(/mallory could not log in: auth\.login answered with status 400/).waitFor()
    await panel.getByRole('button', {name: 'Forget mallory'}).click()
    await s.poll('mallory is gone', async () => await panel.getByRole('button', {name: 'Log in as mallory'}).count() === 0)
    assert.ok(!readFileSync(join(s.dir, 'demo', 'testusers.json'), 'utf8').includes(password))
  })

  test('F218 a click in the running app selects the widget in the studio', async () => {
    await panel.getByRole('button', {name: 'Inspect the running app'}).click()
    await s.poll('it is on', async () => await panel.getByRole('button', {name: 'Inspect the running app'}).getAttribute('aria-pressed') === 'true')
    await app.bringToFront()
    await s.poll('the app knows', () => app.evaluate(() => document.documentElement.style.cursor === 'crosshair'))
    await app.getByText('Stories from the trail').hover()
    await app.screenshot({path: join(out, 'studio-debug-inspect.png')})
    await app.getByText('Stories from the trail').click()
    await page.bringToFront()
    await page.getByRole('treeitem', {name: /^Text Stories from the trail/, selected: true}).waitFor()
    await panel.getByRole('button', {name: 'Inspect the running app'}).click()
    await app.bringToFront()
    await s.poll('the app knows', () => app.evaluate(() => document.documentElement.style.cursor === ''))
    await app.getByRole('button', {name: 'Your profile'}).click({modifiers: ['Alt', 'Shift']})
    await page.bringToFront()
    await page.getByRole('treeitem', {name: /^Icon Button Your profile/, selected: true}).waitFor()
    assert.match(app.url(), /\/home$/, 'the app did nothing')
  })

  test('F210 a page that is open in the app is opened anew when its files change', async () => {
    await app.bringToFront()
    const was = s.text('pages/home.yaml')
    writeFileSync(s.path('pages/home.yaml'), was.replace('Where to next?', 'Whither?'))
    await app.getByText('Whither?').waitFor()
    writeFileSync(s.path('pages/home.yaml'), was)
    await app.getByText('Where to next?').waitFor()
    await page.bringToFront()
  })

  test('F212 the canvas shows what a browser had, masked, until it is to show sample data again', async () => {
    await page.getByRole('navigation', {name: 'Pages'}).getByRole('button', {name: /^home/}).click()
    const canvas = page.frameLocator('iframe')
    await canvas.getByText('Welcome Ada').waitFor()
    await tab('Variables')
    await panel.getByRole('switch', {name: 'Show this data on the canvas'}).click()
    await canvas.getByText('Welcome Emily').waitFor()
    await accessible(page, 'with data of a browser')
    await look('sample')
    await panel.getByRole('switch', {name: 'Show this data on the canvas'}).click()
    await canvas.getByText('Welcome Ada').waitFor()
  })

  test('the panel in dark, and in a narrow window', async () => {
    await page.getByRole('button', {name: 'Studio in dark'}).click()
    for (const name of ['Login', 'Requests', 'Flows', 'Variables', 'Test users']) {
      await tab(name)
      await accessible(page, `${name} in dark`)
      await look(`dark-${name.toLowerCase().replace(' ', '-')}`)
    }
    await page.setViewportSize({width: 900, height: 700})
    for (const name of ['Login', 'Requests', 'Flows']) {
      await tab(name)
      await look(`narrow-${name.toLowerCase()}`)
      const cut = await panel.locator('.debug-call').evaluateAll(calls => calls.filter(c => [c, ...c.children].some(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline')).map(c => c.textContent))
      assert.deepEqual(cut, [], `cut off in ${name}`)
    }
    await page.setViewportSize({width: 1440, height: 1060})
  })

  test('H1 no token and no password reaches the studio', async () => {
    const answers = []
    for (const path of ['/api/debug?browser=']) answers.push(await page.evaluate(p => fetch(p, {headers: {'X-Usher': '1'}}).then(r => r.text()), path))
    for (const text of answers) {
      assert.ok(!text.includes(password), 'the password')
      assert.doesNotMatch(text, /ey[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}\./, 'a token')
    }
    assert.deepEqual(page.faults, [])
  })
})
