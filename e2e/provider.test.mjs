// A log-in with a real OpenID Connect provider (interop/openidprovider), beside the backend's own.
import {test, describe, before, after} from 'node:test'
import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {World, becomes, freePort, join, poll, root} from './harness.mjs'
import {DummyJSON} from './dummyjson.mjs'

// Provider is the provider as a process of its own.
class Provider {
  constructor(port) { this.url = `http://localhost:${port}/`; this.port = port }
  async start(redirect) {
    this.child = spawn(join(root, '.build', 'openidprovider'), ['-listen', `127.0.0.1:${this.port}`, '-redirect', redirect, '-life', '4s'], {stdio: ['ignore', 'pipe', 'inherit']})
    this.done = new Promise(ok => this.child.on('exit', ok))
    let said = ''
    this.child.stdout.on('data', d => { said += d })
    await poll('the provider', () => said.includes('issuer'))
  }
  async renewals() { return Number(await (await fetch(`http://127.0.0.1:${this.port}/test/renewals`)).text()) }
  // tokens are all that it has handed out.
  async tokens() {
    const answers = await (await fetch(`http://127.0.0.1:${this.port}/test/answers`)).json()
    return answers.flatMap(a => [a.access_token, a.refresh_token, a.id_token]).filter(Boolean)
  }
  async refuse() { await fetch(`http://127.0.0.1:${this.port}/test/refuse`, {method: 'POST'}) }
  async stop() {
    this.child.kill()
    await this.done
  }
}

const settings = issuer => `  userDataType: User
  providers:
    campus:
      issuer: ${issuer}
      clientId: web
      clientSecret: \${env.CAMPUS_SECRET}
      scopes: [profile, email, offline_access]
      user: {firstName: "\${claims.given_name}", lastName: "\${claims.family_name}", email: "\${claims.email}"}
`
const button = `            - button: {text: Log in, submit: true, icon: log-in}
        - button: {text: Log in with Campus, variant: outlined, onTap: [logInWith: campus]}
`

describe('A1 A14 log in with an OpenID Connect provider', () => {
  let w, backend, provider
  before(async () => {
    backend = await new DummyJSON().start()
    backend.valid = token => token === undefined ? false : backend.secrets.has(token) || token.length > 20 // takes the provider's tokens: they are opaque
    provider = new Provider(await freePort())
    process.env.CAMPUS_SECRET = 'secret'
    w = await World.start({
      project: 'starter', backend, edits: [
        ['app.yaml', '  userDataType: User\n', settings(provider.url)],
        ['app.yaml', 'env:\n', 'env:\n  CAMPUS_SECRET: {secret: true}\n'],
        ['pages/login.yaml', '            - button: {text: Log in, submit: true, icon: log-in}\n', button],
        ['pages/home.yaml', 'The backend says you are ${me.body.username}.', 'The backend answered.'],
        ['pages/home.yaml', '- updateAuthenticatedUser: {user: "${me.body}"}', '- setState: {}'],
      ],
    })
    await provider.start(w.url + '/_usher/back')
  })
  after(async () => {
    await w?.stop()
    await backend?.stop()
    await provider?.stop()
  })

  const there = async page => {
    await page.getByRole('button', {name: 'Log in with Campus'}).click()
    await page.waitForURL(u => u.href.startsWith(provider.url + 'login'))
  }
  const enter = async (page, password = 'verysecure') => {
    await page.getByLabel('Username').fill('test-user@localhost')
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', {name: 'Login'}).click()
  }

  for (const script of [true, false]) {
    test(`there and back ${script ? 'with' : 'without'} script: the name, mail and session are the provider's`, async () => {
      const page = await w.person({script})
      await page.goto(w.url + '/login')
      await there(page)
      await enter(page)
      await page.waitForURL(w.url + '/home')
      await page.getByText('Welcome Test').waitFor()
      await page.getByText('test-user@zitadel.ch').waitFor()
      const [session] = (await page.context().cookies()).filter(c => c.name === '__Host-Http-my-app')
      assert.ok(session.httpOnly && session.secure && session.sameSite === 'Strict')
      assert.ok(!page.url().includes('code='), 'the code stays in no address')
      await page.getByRole('button', {name: 'Log out'}).click()
      await page.waitForURL(w.url + '/login')
    })
  }

  test('the answer arrives once from there and once from here, also with the worker in charge', async () => {
    const page = await w.person()
    await page.goto(w.url + '/login')
    await page.evaluate(() => navigator.serviceWorker.ready)
    await page.reload()
    assert.ok(await page.evaluate(() => navigator.serviceWorker.controller))
    const arrived = () => (w.app.out + w.app.err).split('route=/_usher/back ').length
    const before = arrived()
    await there(page)
    await enter(page)
    await page.waitForURL(w.url + '/home')
    await page.getByText('Welcome Test').waitFor()
    await becomes(() => arrived() - before, 2)
  })

  test('its tokens are renewed by the same rules, and a refused renewal ends the login with a sentence', async () => {
    const page = await w.person()
    await page.goto(w.url + '/login')
    await there(page)
    await enter(page)
    await page.waitForURL(w.url + '/home')
    const before = await provider.renewals()
    await poll('a renewal at the provider', async () => {
      await page.goto(w.url + '/home')
      return await provider.renewals() > before
    })
    await page.getByText('Welcome Test').waitFor()
    await provider.refuse()
    await poll('the end of the login', async () => {
      await page.goto(w.url + '/home')
      return new URL(page.url()).pathname === '/login'
    })
  })

  test('an answer to nobody\'s log-in, to another browser\'s or a second time does nothing', async () => {
    const victim = await w.person()
    await victim.goto(w.url + '/_usher/back?code=stolen&state=made-up')
    await victim.getByText('was not begun in this browser').waitFor()
    const attacker = await w.person({serviceWorkers: 'block'}) // what a worker asks for is not this test's to stop
    await attacker.goto(w.url + '/login')
    await there(attacker)
    let answer
    await attacker.route(w.url + '/_usher/back**', r => { answer = r.request().url(); return r.abort() })
    await enter(attacker)
    await poll('the answer', () => answer)
    await victim.goto(w.url + '/login')
    await victim.goto(answer)
    await victim.getByText('was not begun in this browser').waitFor()
    await victim.goto(w.url + '/home')
    assert.equal(new URL(victim.url()).pathname, '/login', 'the victim is not logged in as the attacker')
  })

  test('who gives up there is back where they began, with a sentence', async () => {
    const page = await w.person()
    let state
    page.on('request', r => { state ??= new URL(r.url()).searchParams.get('state') })
    await page.goto(w.url + '/login')
    await there(page)
    assert.ok(state)
    await page.evaluate(to => { setTimeout(() => { location.href = to }) }, `${w.url}/_usher/back?error=access_denied&state=${state}`) // as the provider's own Cancel does
    await page.waitForURL(w.url + '/login')
    await page.getByText('The log-in was cancelled.').waitFor()
    assert.ok(!(w.logs + w.app.out + w.app.err).includes(state), 'the log holds nothing of the attempt')
  })

  test('no token of the provider reached the browser or the log', async () => {
    const tokens = await provider.tokens()
    assert.ok(tokens.length > 8)
    tokens.forEach(t => w.wire.secrets.add(t))
    assert.deepEqual(await w.leaks(), [])
  })
})
