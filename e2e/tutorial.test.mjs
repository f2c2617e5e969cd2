// docs/tutorial.md, step by step; and the same way to a working login against a backend shaped like dummyjson.com.
import {after, before, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {World, poll, renewedOnce} from './harness.mjs'
import {DummyJSON} from './dummyjson.mjs'

const sees = (page, text) => page.getByText(text).first().waitFor()

describe('F225 the seven steps of the tutorial', () => {
  let w, page
  before(async () => {
    w = await World.start({tokenTTL: '3s'})
    page = await w.person()
  })
  after(async () => { await w?.stop() })

  test('step 1: authentication is enabled: the Entry Page meets those who are logged out', async () => {
    await page.goto(w.url + '/')
    assert.equal(new URL(page.url()).pathname, '/login')
  })

  test('step 2: the pages are there, and the Logged In Page is behind login', async () => {
    await sees(page, 'Sign In')
    await sees(page, 'Sign Up')
    const calls = w.wire.calls.length
    await page.goto(w.url + '/home')
    assert.equal(new URL(page.url()).pathname, '/login')
    assert.equal(w.wire.calls.length, calls, 'nothing was called for a page that may not be seen')
  })

  test('step 3: Sign Up and Sign In call the backend', async () => {
    await page.goto(w.url + '/login')
    await page.getByText('Sign Up', {exact: true}).click()
    for (const [label, text] of [['First name', 'Iris'], ['Last name', 'Vale'], ['E-mail', 'iris@example.com'], ['Username', 'iris'], ['Password', 'granite lantern 42'], ['Repeat the password', 'granite lantern 42']]) {
      await page.getByLabel(label, {exact: true}).fill(text)
    }
    w.wire.secrets.add('granite lantern 42')
    await page.getByRole('button', {name: 'Create account'}).click()
    await poll('the sign-up call', () => w.wire.count('POST /auth/signup') === 1)
  })

  test('step 4: Log In saved what the backend handed out, and went to the Logged In Page', async () => {
    await page.waitForURL(w.url + '/home')
    const jar = await page.context().cookies()
    assert.ok(jar.some(c => c.name === '__Host-Http-touristtrail' && c.httpOnly && c.secure && c.sameSite === 'Strict'))
  })

  test('step 5: Authenticated User is a source everywhere', async () => {
    await sees(page, 'Welcome Iris')
    await page.goto(w.url + '/profile')
    await sees(page, 'iris@example.com')
    assert.match(await page.getByText('…').first().innerText(), /^\S{6}…\S{4}$/, 'the token is masked')
  })

  test('step 6: the token expires, is renewed once, and nobody notices', async () => {
    const expired = () => poll('the token to expire', async () => {
      const token = [...w.wire.secrets].filter(s => s.startsWith('eyJ')).at(-1)
      return (await fetch(w.issuerURL + '/posts', {headers: {Authorization: `Bearer ${token}`}})).status === 401
    })
    await renewedOnce(3, expired, () => w.wire.count('POST /auth/refresh'), async () => {
      await page.goto(w.url + '/home')
      await page.locator('[data-key]').first().waitFor()
    })
    await sees(page, 'Welcome Iris')
  })

  test('step 7: Log Out ends it here at once, and at the backend', async () => {
    await page.getByRole('button', {name: 'Log out'}).click()
    await page.waitForURL(w.url + '/login')
    await poll('the backend to be told', () => w.wire.count('POST /auth/logout') === 1)
    await page.goto(w.url + '/home')
    assert.equal(new URL(page.url()).pathname, '/login')
    assert.deepEqual(await w.leaks(), [])
  })
})

describe('F225 a new app against a backend shaped like dummyjson.com', () => {
  const life = 5 // seconds: what is asked for with a token that was just renewed has to arrive while it lives
  let w, backend
  before(async () => {
    backend = await new DummyJSON({ttl: life}).start()
    w = await World.start({project: 'starter', backend})
  })
  after(async () => {
    await w?.stop()
    await backend?.stop()
  })

  const enter = async password => {
    const page = await w.person()
    await page.goto(w.url + '/')
    await page.getByLabel('Username or e-mail').fill('emilys')
    await page.getByLabel('Password', {exact: true}).fill(password)
    await page.getByRole('button', {name: 'Log in', exact: true}).click()
    return page
  }

  test('a wrong password is no expired token: the message is shown, nothing is refreshed', async () => {
    const page = await enter('not it')
    await sees(page, 'Invalid credentials')
    assert.equal(backend.count('POST /auth/refresh'), 0)
  })

  test('expiry comes from the JWT, each refresh token is kept, a refused refresh ends the session with a sentence', async () => {
    const page = await enter(backend.password)
    await sees(page, 'Welcome Emily')
    for (let round = 0; round < 2; round++) {
      const token = [...backend.secrets].at(-2)
      await poll('the token to expire', () => !backend.valid(token, 'access'))
      const [before, began] = [backend.count('POST /auth/refresh'), Date.now()]
      await page.getByRole('button', {name: 'Ask the backend who I am'}).click()
      await sees(page, 'The backend says you are emilys')
      if (Date.now() - began < (life - 1) * 800) assert.ok(backend.count('POST /auth/refresh') - before <= 1, 'at most one refresh')
      await page.reload()
    }
    assert.ok(backend.count('POST /auth/refresh') >= 1)
    backend.refused = true
    const token = [...backend.secrets].at(-2)
    await poll('the token to expire', () => !backend.valid(token, 'access'))
    await page.getByRole('button', {name: 'Ask the backend who I am'}).click() // one navigation only: the sentence is told once
    await page.waitForURL(w.url + '/login')
    await sees(page, 'Your session ended')
    assert.deepEqual(await w.leaks(), [])
  })
})
