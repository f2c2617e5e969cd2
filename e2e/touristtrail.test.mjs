// The tutorial's app, lived through in a real browser, with script and without.
import {after, before, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {World, freePort, logIn, poll, renewedOnce, searched} from './harness.mjs'
import {createServer} from 'node:http'

const welcome = 'Welcome Emily'
// expired waits until the backend takes the newest token no more.
const expired = w => poll('the token to expire', async () => {
  const token = [...w.wire.secrets].filter(s => s.startsWith('eyJ')).at(-1)
  return (await fetch(w.issuerURL + '/posts', {headers: {Authorization: `Bearer ${token}`}})).status === 401
})
// signUp opens the tab of those who have no account yet; without script that is another page.
const signUp = page => poll('the tab', async () => {
  await page.getByText('Sign Up', {exact: true}).click()
  await page.getByLabel('First name').waitFor({timeout: 10_000})
  return true
})
const expectText = (page, text) => page.getByText(text).first().waitFor()

for (const script of [true, false]) {
  describe(`TouristTrail ${script ? 'with' : 'without'} script`, () => {
    let w
    before(async () => { w = await World.start() })
    after(async () => { await w?.stop() })

    test('step 3 and 4: create an account and be logged in', async () => {
      const page = await w.person({script})
      await page.goto(w.url + '/')
      await signUp(page)
      await page.getByLabel('First name').fill('Nora')
      await page.getByLabel('Last name').fill('Hill')
      await page.getByLabel('E-mail').fill(`nora-${script}@example.com`)
      await page.getByLabel('Username', {exact: true}).fill(`nora-${script}`)
      await page.getByLabel('Password', {exact: true}).fill('granite lantern 42')
      await page.getByLabel('Repeat the password').fill('granite lantern 42')
      w.wire.secrets.add('granite lantern 42')
      await page.getByRole('button', {name: 'Create account'}).click()
      await expectText(page, 'Welcome Nora')
      assert.equal(new URL(page.url()).pathname, '/home')
      await expectText(page, 'Your account is ready')
      assert.deepEqual(page.faults, [])
    })

    test('F196 what is wrong with the form is said beside the field, and nothing typed is lost', async () => {
      const page = await w.person({script})
      await page.goto(w.url + '/')
      await signUp(page)
      const before = w.wire.count('POST /auth/signup')
      await page.getByLabel('First name').fill('Nora')
      await page.getByLabel('E-mail').fill('not an address')
      await page.getByRole('button', {name: 'Create account'}).click()
      assert.equal(await page.getByLabel('E-mail').evaluate(e => e.validity.typeMismatch), true, 'the browser itself says what is wrong with an address')
      await page.getByLabel('E-mail').fill('nora@example.com')
      await page.getByLabel('Username', {exact: true}).fill('nora')
      await page.getByLabel('Password', {exact: true}).fill('granite lantern 42')
      await page.getByLabel('Repeat the password').fill('granite lantern 43')
      await page.getByRole('button', {name: 'Create account'}).click()
      await page.locator('[aria-invalid="true"]').first().waitFor()
      assert.equal(await page.locator('[aria-invalid="true"]').getAttribute('name'), 'repeat')
      assert.equal(await page.getByLabel('First name').inputValue(), 'Nora')
      assert.equal(await page.getByLabel('E-mail').inputValue(), 'nora@example.com')
      assert.equal(w.wire.count('POST /auth/signup'), before, 'the backend is not asked')
    })

    test('a wrong password shows the backend\'s own message at the form', async () => {
      const page = await w.person({script})
      await logIn(page, w, {password: 'not the password'})
      await expectText(page, 'Username or password is wrong')
      assert.equal(await page.getByLabel('Username or e-mail').inputValue(), 'emily')
      assert.equal(new URL(page.url()).pathname, '/login')
    })

    test('F064 F225 log in, see own data: name, chart, stories, profile', async () => {
      const page = await w.person({script})
      await logIn(page, w)
      await expectText(page, welcome)
      assert.ok(await page.locator('svg.u-chart, .u-chart svg').count() > 0, 'a chart is drawn')
      const stories = page.locator('[data-key]')
      assert.ok(await stories.count() >= 6, 'stories are listed')
      const title = await stories.first().getByRole('heading').innerText()
      await stories.first().getByRole('button').first().click()
      await page.waitForURL(/\/posts\//)
      await page.getByRole('heading', {name: title}).first().waitFor()
      await page.goto(w.url + '/profile')
      await expectText(page, 'emily')
      await expectText(page, 'User UID')
      assert.deepEqual(page.faults, [])
    })

    test('F063 a deep link while logged out leads to login and on to the page asked for', async () => {
      const page = await w.person({script})
      await page.goto(w.url + '/profile')
      assert.equal(new URL(page.url()).pathname, '/login')
      await page.getByLabel('Username or e-mail').fill(w.username)
      await page.getByLabel('Password', {exact: true}).fill(w.password)
      await page.getByRole('button', {name: 'Sign in', exact: true}).click()
      await page.waitForURL(w.url + '/profile')
      await expectText(page, 'Your profile')
    })

    test('F066 F015 log out: Back shows nothing', async () => {
      const page = await w.person({script})
      await logIn(page, w)
      await expectText(page, welcome)
      await page.getByRole('button', {name: 'Log out'}).click()
      await page.waitForURL(w.url + '/login')
      await page.goBack().catch(() => {})
      await poll('the entry page after Back', async () => !(await page.content()).includes(welcome))
      const direct = await poll('the way to another page', () => page.goto(w.url + '/home')) // the page may be on its way to the log-in by itself
      assert.equal(new URL(direct.url()).pathname, '/login')
    })

    test('F025 two tabs: a log-out in one is a log-out in the other', async () => {
      const page = await w.person({script})
      await logIn(page, w)
      await expectText(page, welcome)
      const other = await page.context().newPage()
      await other.goto(w.url + '/profile')
      await other.getByText('Your profile').first().waitFor()
      await page.getByRole('button', {name: 'Log out'}).click()
      await page.waitForURL(w.url + '/login')
      if (!script) await other.reload() // with script it goes there by itself
      await other.waitForURL(w.url + '/login')
    })

    test('F195 a double click acts once', async () => {
      const page = await w.person({script})
      await page.goto(w.url + '/')
      await page.getByLabel('Username or e-mail').fill(w.username)
      await page.getByLabel('Password', {exact: true}).fill(w.password)
      const before = w.wire.count('POST /auth/login')
      await page.getByRole('button', {name: 'Sign in', exact: true}).dblclick()
      await expectText(page, welcome)
      assert.equal(w.wire.count('POST /auth/login') - before, 1)
    })

    test('F065 an unknown address shows the not-found page', async () => {
      const page = await w.person({script})
      const r = await page.goto(w.url + '/no/such/page')
      assert.equal(r.status(), 404)
      await expectText(page, 'Off the trail')
    })

    test('a link from another site to a guarded page opens it, with no login page between', async () => {
      const port = await freePort()
      const site = createServer((_, res) => res.writeHead(200, {'Content-Type': 'text/html'}).end(`<a href="${w.url}/profile">to the profile</a>`))
      await new Promise(ok => site.listen(port, '127.0.0.1', ok))
      try {
        const page = await w.person({script})
        await logIn(page, w)
        await expectText(page, welcome)
        await page.goto(`http://other.localhost:${port}/`)
        const visited = []
        page.on('framenavigated', f => visited.push(new URL(f.url()).pathname))
        await page.getByText('to the profile').click()
        await expectText(page, 'Your profile')
        assert.ok(!visited.includes('/login'), `visited ${visited}`)
      } finally {
        site.closeAllConnections?.()
        site.close()
      }
    })

    test('the backend answers HTML, breaks off, or is away: a clear sentence, and nobody is logged out', async () => {
      const page = await w.person({script})
      await logIn(page, w)
      await expectText(page, welcome)
      for (const fault of [{status: 200, body: '<html>maintenance</html>'}, {status: 200, headers: {'Content-Type': 'application/json'}, body: '{"posts": ['}, {status: 500, body: 'oops'}, 'down']) {
        w.wire.fault = req => req.url.startsWith('/posts') ? fault : undefined
        await page.goto(w.url + '/home')
        await expectText(page, 'The stories could not be loaded')
        await expectText(page, welcome)
      }
      w.wire.fault = null
      await page.goto(w.url + '/home')
      await page.locator('[data-key]').first().waitFor()
    })

    test('A1 no token or password reached a browser or a log', async () => {
      assert.ok(w.wire.secrets.size > 4, 'tokens passed the wire')
      assert.deepEqual(await w.leaks(), [])
    })
  })

  describe(`renewal ${script ? 'with' : 'without'} script`, () => {
    let w
    before(async () => { w = await World.start({tokenTTL: '2s'}) })
    after(async () => { await w?.stop() })

    test('F041 F043 a token of 2 s expires: the list still loads, with exactly one refresh', async () => {
      const page = await w.person({script})
      await logIn(page, w)
      await expectText(page, welcome)
      await renewedOnce(2, () => expired(w), () => w.wire.count('POST /auth/refresh'), async () => {
        await page.reload()
        await page.locator('[data-key]').first().waitFor()
        await expectText(page, welcome)
      })
    })

    test('F044 the refresh token is revoked: the entry page says why', async () => {
      const page = await w.person({script})
      await logIn(page, w)
      await expectText(page, welcome)
      await w.revoke()
      await poll('the end of the session', async () => {
        await page.goto(w.url + '/home')
        return new URL(page.url()).pathname === '/login'
      })
      await expectText(page, 'your session ended')
    })

    test('B10 the backend is away while the token expires: still logged in when it is back', async () => {
      const page = await w.person({script})
      await logIn(page, w)
      await expectText(page, welcome)
      w.wire.fault = () => 'down'
      const home = async wanted => {
        const status = (await page.goto(w.url + '/home')).status()
        if (status !== wanted || new URL(page.url()).pathname !== '/home') throw new Error(`${status} at ${page.url()}`)
        return true
      }
      await poll('a page that says it is unavailable', () => home(503))
      w.wire.fault = null
      await poll('the page to be back', async () => await home(200) && (await page.content()).includes(welcome))
    })

    test('A1 no token or password reached a browser or a log', async () => {
      assert.deepEqual(await w.leaks(), [])
    })
  })
}

describe('Persist Auth Sessions', () => {
  test('C5 on: a restart of the server keeps people logged in', async () => {
    const w = await World.start()
    try {
      const page = await w.person()
      await logIn(page, w)
      await expectText(page, welcome)
      const cookie = (await page.context().cookies()).find(c => c.name.startsWith('__Host-Http-touristtrail') && !c.name.endsWith('-next'))
      assert.ok(cookie.expires > Date.now() / 1000 + 86400 * 300, 'the cookie outlives the browser')
      await w.restart()
      await page.reload()
      await expectText(page, welcome)
    } finally { await w.stop() }
  })

  test('C6 F005 off: a restart of the server ends the session', async () => {
    const w = await World.start({edits: [['app.yaml', 'persistSessions: true', 'persistSessions: false']]})
    try {
      const page = await w.person()
      await logIn(page, w)
      await expectText(page, welcome)
      const cookie = (await page.context().cookies()).find(c => c.name.startsWith('__Host-Http-touristtrail') && !c.name.endsWith('-next'))
      assert.equal(cookie.expires, -1, 'a session cookie')
      await w.restart()
      await page.goto(w.url + '/home')
      assert.equal(new URL(page.url()).pathname, '/login')
    } finally { await w.stop() }
  })
})

describe('the manual recipe', () => {
  test('F048 status 401, RenewAccessToken, Update Authenticated User, and nothing else is lost', async () => {
    const w = await World.start({project: 'manual-refresh', tokenTTL: '2s'})
    try {
      const page = await w.person()
      await logIn(page, w)
      await expectText(page, welcome)
      await page.locator('[data-key]').first().waitFor()
      for (let round = 0; round < 2; round++) { // twice: the refresh token must have been kept
        await renewedOnce(2, () => expired(w), () => w.wire.count('POST /auth/refresh'), async () => {
          await page.goto(w.url + '/home')
          await page.locator('[data-key]').first().waitFor()
          await expectText(page, welcome)
        })
      }
      assert.deepEqual(await w.leaks(), [])
    } finally { await w.stop() }
  })
})

after(() => { console.log(`# responses searched for tokens: ${searched.responses}`) })
