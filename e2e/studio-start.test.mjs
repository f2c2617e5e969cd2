// The beginning: usher dev over a folder of unknown origin, and over an empty one.
import {after, afterEach, before, beforeEach, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {randomUUID} from 'node:crypto'
import {execFileSync} from 'node:child_process'
import {createServer} from 'node:http'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {Process, becomes, binary, freePort, join, readFileSync, readdirSync, writeFileSync, written} from './harness.mjs'
import {DummyJSON} from './dummyjson.mjs'
import {Studio, accessible, like} from './studio.mjs'

const shop = {
  'app.yaml': 'usher: 1\nname: Corner Shop\n',
  'pages/home.yaml': 'path: /\ntitle: Home\nbody:\n  - text: Hello from the shop\n',
}

describe('usher dev over a folder that was not made here', () => {
  let s, page

  before(async () => {
    s = await new Studio().start({files: shop, trust: false})
    page = await s.open()
  })
  after(async () => { await s?.stop() })

  test('E6 it is seen and edited, and runs once its builder trusts it', async () => {
    const app = await s.window()
    await app.goto(s.app + '/')
    await app.getByRole('heading', {name: 'This folder is not trusted yet'}).waitFor()
    const copy = await s.copy(app)
    await copy.getByRole('heading', {name: 'This folder is not trusted yet'}).waitFor()
    await accessible(copy, 'the app that is not trusted')
    const canvas = page.frameLocator('iframe')
    await canvas.getByText('Hello from the shop').waitFor()
    const banner = page.getByRole('region', {name: 'Trust'})
    await banner.waitFor()
    await accessible(page, 'the banner')
    await s.look(page, 'trust')
    await banner.getByRole('button', {name: 'Trust this folder'}).click()
    await banner.waitFor({state: 'detached'})
    await app.getByText('Hello from the shop').waitFor() // by itself
    assert.deepEqual(readdirSync(s.folder).sort(), ['app.yaml', 'pages'], 'nothing of the trust is in the project')
  })

  test('F210 what an editor saves shows at once, right or wrong', async () => {
    writeFileSync(s.path('pages/home.yaml'), shop['pages/home.yaml'].replace('Hello', 'Good morning'))
    const canvas = page.frameLocator('iframe')
    await canvas.getByText('Good morning from the shop').waitFor()
    const app = await s.window()
    await app.goto(s.app + '/')
    await app.getByText('Good morning from the shop').waitFor()
    writeFileSync(s.path('pages/home.yaml'), shop['pages/home.yaml'].replace('text: ', 'txt: '))
    await page.getByRole('button', {name: '1 problem'}).waitFor()
    await app.reload()
    await app.getByText('Good morning from the shop').waitFor()
    writeFileSync(s.path('pages/home.yaml'), shop['pages/home.yaml'])
    await page.getByRole('button', {name: 'No problems'}).waitFor()
    await canvas.getByText('Hello from the shop').waitFor()
    await s.poll('the app to go on', async () => { await app.reload(); return app.getByText('Hello from the shop').isVisible() })
    assert.deepEqual(page.faults, [])
  })
})

describe('usher dev over files with errors', () => {
  let s, page

  before(async () => {
    s = await new Studio().start({files: {...shop, 'pages/home.yaml': 'path: /\ntitle: Home\nbody:\n  - txt: Hello\n  - text: Fine\n'}})
    page = await s.open({dark: true})
  })
  after(async () => { await s?.stop() })

  test('the canvas and the problems show, and the app says what is wrong', async () => {
    await page.frameLocator('iframe').getByText('Fine').waitFor()
    await page.getByRole('button', {name: '1 problem'}).waitFor()
    const app = await s.window({dark: true})
    await app.goto(s.app + '/')
    await app.getByText('pages/home.yaml:4:5').waitFor()
    const copy = await s.copy(app, {dark: true})
    await copy.getByText('pages/home.yaml:4:5').waitFor()
    await accessible(copy, 'the app that does not run')
    await s.look(copy, 'app-with-errors')
    writeFileSync(s.path('pages/home.yaml'), shop['pages/home.yaml'])
    await app.getByText('Hello from the shop').waitFor()
  })
})

// started is the studio over an empty folder, opened.
async function started(options) {
  const s = await new Studio().start({files: {}})
  const page = await s.open(options)
  await page.getByRole('heading', {name: 'What do your people log in to?'}).waitFor()
  return {s, page}
}

// issuer is the reference backend with one person in it, who is called like that of DummyJSON.
async function issuer() {
  const dir = mkdtempSync(join(tmpdir(), 'usher-issuer-'))
  const at = `127.0.0.1:${await freePort()}`
  const server = new Process(['issuer', '--listen', at, '--data', dir])
  await server.says('The issuer is at')
  const password = `words of ${randomUUID()}`
  const body = JSON.stringify({username: 'emilys', email: 'emilys@example.com', firstName: 'Emily', lastName: 'Johnson', password})
  const answer = await fetch(`http://${at}/auth/signup`, {method: 'POST', headers: {'Content-Type': 'application/json'}, body})
  assert.equal(answer.ok, true, await answer.text())
  return {url: `http://${at}`, password, secrets: new Set([password]), stop: async () => { await server.stop(); rmSync(dir, {recursive: true, force: true}) }}
}

// logsIn opens the app that the studio has made, logs in and waits for what the page after it says.
async function logsIn(s, fields, after) {
  const app = await s.window()
  await app.goto(s.app + '/')
  for (const [label, value] of Object.entries(fields)) await app.getByLabel(label, {exact: true}).fill(value)
  await app.getByRole('button', {name: /^(Log|Sign) in$/}).click()
  await app.getByText(after).first().waitFor()
  return app
}

describe('the first run', () => {
  let s, page
  beforeEach(() => { s = undefined })
  afterEach(async () => { await s?.stop() })

  test('F225 an empty folder becomes the sample app, and its person logs in', async () => {
    ({s, page} = await started())
    await accessible(page, 'the first question')
    await s.look(page, 'start')
    await page.getByRole('button', {name: 'Just show me'}).click()
    await page.getByRole('radio', {name: /^TouristTrail/}).and(page.locator(':focus')).waitFor() // the keyboard goes on from there
    await accessible(page, 'the sample')
    await s.look(page, 'start-sample')
    await page.getByRole('radio', {name: /An app to begin with/}).check()
    await page.getByLabel('Name of the app').fill('Corner Shop')
    await page.getByRole('button', {name: 'Make the app'}).click()
    await page.getByRole('status').getByText('You can log in at once: as emily, with the password').waitFor()
    await page.getByRole('heading', {name: 'Corner Shop'}).waitFor()
    await page.frameLocator('iframe').getByText(/^Welcome/).first().waitFor()
    assert.match(s.text('app.yaml'), /^name: Corner Shop$/m)
    await page.getByRole('button', {name: '7 of 7 steps'}).click()
    await page.getByText('Log in as emily with').waitFor()
    await accessible(page, 'the seven steps')
    await s.look(page, 'steps')
    await page.getByRole('button', {name: 'Go to Enable'}).click()
    await page.getByRole('switch', {name: 'Enable Authentication'}).waitFor()
    await page.getByRole('button', {name: '7 of 7 steps'}).click()
    await page.getByRole('button', {name: 'Put away'}).click()
    await page.reload()
    await page.getByRole('button', {name: '7 of 7 steps'}).click()
    await page.getByRole('button', {name: 'Keep in sight'}).click()
    await page.getByText('7 of 7 steps').waitFor()
    await logsIn(s, {Username: 'emily', Password: s.samplePassword()}, 'Welcome Emily')
    assert.deepEqual(page.faults, [])
  })

  test('F221 E6 an archive becomes the app of an empty folder, and runs once it is trusted', async () => {
    ({s, page} = await started())
    const [made, archive, broken] = ['made', 'shop.zip', 'broken.zip'].map(name => join(s.dir, name))
    written(made, shop)
    execFileSync(binary, ['export', 'archive', made, '-o', archive])
    writeFileSync(broken, readFileSync(archive).subarray(0, 300))
    await page.getByRole('button', {name: 'open an archive'}).click()
    await accessible(page, 'the choice of an archive')
    await s.look(page, 'start-archive')
    const send = page.getByRole('button', {name: 'Open it'})
    await page.locator('[aria-disabled=true]').and(send).waitFor()
    await page.getByLabel('Archive').setInputFiles(broken)
    await send.click()
    await page.getByRole('alert').getByText('archive', {exact: false}).waitFor()
    assert.deepEqual(readdirSync(s.folder), [])
    await page.getByLabel('Archive').setInputFiles(archive)
    await send.click()
    await page.frameLocator('iframe').getByText('Hello from the shop').waitFor()
    for (const [name, text] of Object.entries(shop)) assert.equal(s.text(name), text)
    const app = await s.window()
    await app.goto(s.app + '/')
    await app.getByRole('heading', {name: 'This folder is not trusted yet'}).waitFor()
    await page.getByRole('button', {name: 'Trust this folder'}).click()
    await app.getByText('Hello from the shop').waitFor()
  })

  for (const [name, start] of [['a stub of DummyJSON', () => new DummyJSON().start()], ['the issuer', issuer]]) test(`F225 an address and a test account become an app that does all seven steps, with ${name}`, async () => {
    const backend = await start()
    try {
      ({s, page} = await started({dark: true}))
      await s.look(page, 'start-dark')
      await page.getByRole('button', {name: 'I have a URL'}).focus()
      await page.keyboard.press('Enter')
      await becomes(() => page.getByLabel('Address').evaluate(e => e === document.activeElement), true)
      await page.keyboard.type(backend.url)
      await page.keyboard.press('Tab')
      await page.keyboard.type('emilys')
      await page.keyboard.press('Tab')
      await page.keyboard.type('wrong')
      await page.keyboard.press('Enter')
      await page.getByText('answered with status 400 to the account').waitFor()
      await accessible(page, 'a log-in that failed')
      await s.look(page, 'start-url-dark')
      await page.getByLabel('Password').fill(backend.password)
      await page.getByLabel('Password').press('Enter')
      await page.getByRole('heading', {name: 'This is what was found'}).waitFor()
      await accessible(page, 'what was found')
      await s.look(page, 'start-found-dark')
      await becomes(() => page.getByRole('checkbox').count(), 3)
      const shown = await page.locator('.start').innerText()
      for (const secret of backend.secrets) assert.equal(shown.includes(secret), false)
      await page.getByLabel('Name of the app').fill('My Shop')
      await page.getByLabel('Name of the app').press('Enter')
      await page.getByRole('heading', {name: 'My Shop'}).waitFor()
      await page.getByRole('button', {name: 'No problems'}).waitFor()
      // What is left of the seven steps is to show who is logged in: Set from variable, Authenticated User.
      await page.getByText('6 of 7 steps').waitFor()
      await page.getByRole('treeitem', {name: /^Text You are logged in/}).click()
      await page.getByRole('button', {name: 'Set Text from variable'}).click()
      const picker = page.getByRole('dialog', {name: 'Set Text from variable'})
      await picker.getByRole('searchbox', {name: 'Search variables'}).fill('firstName')
      await picker.getByRole('treeitem', {name: /^firstName/}).first().click()
      await picker.getByRole('button', {name: 'Set', exact: true}).click()
      await s.saved('pages/home.yaml', '${user.firstName}')
      await page.getByText('7 of 7 steps').waitFor()
      for (const args of [['check'], ['fmt', '--check']]) {
        const done = new Process([...args, s.folder])
        assert.equal(await done.done, 0, `${args}: ${done.out}${done.err}`)
      }
      like(s, name === 'the issuer' ? 'start-issuer' : 'start-login', backend.url)
      const app = await logsIn(s, {Username: 'emilys', Password: backend.password}, 'Emily')
      await app.getByRole('button', {name: 'Log out'}).click()
      await app.getByRole('button', {name: 'Log in'}).waitFor()
      assert.match(s.text('app.yaml'), /jwt\(reply\.body\.accessToken\)\.exp/)
      for (const file of ['app.yaml', 'calls/auth.yaml', 'flows/logIn.yaml', 'types/User.yaml']) {
        for (const secret of [...backend.secrets, 'Johnson']) assert.equal(s.text(file).includes(secret), false, file)
      }
      assert.deepEqual(page.faults, [])
    } finally {
      await backend.stop()
    }
  })

  test('F225 a backend that describes itself needs no more than its address', async () => {
    const doc = JSON.stringify({openapi: '3.0.3', info: {title: 'Things', version: '2'}, paths: {'/things': {get: {operationId: 'things', responses: {200: {description: 'all'}}}, post: {operationId: 'add', responses: {200: {description: 'it'}}}}}})
    const backend = createServer((req, res) => req.url === '/v3/api-docs' ? res.end(doc) : res.writeHead(404).end())
    await new Promise(done => backend.listen(0, '127.0.0.1', done))
    const url = `http://127.0.0.1:${backend.address().port}`
    try {
      ({s, page} = await started())
      await page.setViewportSize({width: 900, height: 800})
      await page.getByRole('button', {name: 'I have a URL'}).click()
      await page.getByLabel('Address').fill(`${url.replace('http', 'ftp')}`)
      await page.getByLabel('Address').press('Enter')
      await page.getByText('The address begins with https://').waitFor()
      await page.getByLabel('Address').fill('http://127.0.0.1:1')
      await page.getByLabel('Address').press('Enter')
      await page.getByText('connection refused').waitFor()
      await page.getByLabel('Address').fill(url)
      await page.getByLabel('Address').press('Enter')
      const found = page.getByRole('status').filter({hasText: `${url}/v3/api-docs`})
      await found.getByText('An OpenAPI description: Things 2, 2 operations').waitFor()
      await accessible(page, 'a description that was found')
      await s.look(page, 'start-described-900')
      await found.getByRole('button', {name: 'Use the description'}).click()
      await page.getByRole('heading', {name: 'This is what was found'}).waitFor()
      await page.getByRole('button', {name: 'Back'}).click()
      assert.equal(await page.getByLabel('Address').inputValue(), url)
      await found.getByRole('button', {name: 'Use the description'}).click()
      await page.getByRole('button', {name: 'Make the app'}).click()
      await page.getByRole('button', {name: 'No problems'}).waitFor()
      assert.match(s.text('calls/things.yaml'), /path: \/things/)
      assert.deepEqual(page.faults, [])
    } finally {
      backend.closeAllConnections()
      backend.close()
    }
  })

  test('F225 a guess is made only where it stays ticked, and tests go to the environment that is chosen', async () => {
    const backend = await new DummyJSON().start()
    try {
      ({s, page} = await started())
      await page.getByRole('button', {name: 'I have a URL'}).click()
      await page.getByLabel('Address').fill(backend.url)
      await page.getByLabel('User name or e-mail').fill('emilys')
      await page.getByLabel('Password').fill(backend.password)
      await page.getByRole('button', {name: 'Ask the backend'}).click()
      const make = page.getByRole('button', {name: 'Make the app'})
      await page.getByRole('checkbox', {name: /^Log in/}).uncheck()
      await page.getByText('The others need the log-in.').waitFor()
      await becomes(() => make.getAttribute('aria-disabled'), 'true')
      await accessible(page, 'a guess that is not right')
      await page.getByRole('checkbox', {name: /^Log in/}).check()
      await page.getByRole('checkbox', {name: /^Renew the token/}).uncheck()
      await page.getByLabel('Name of the app').fill('Short')
      await make.click()
      await page.getByRole('button', {name: 'No problems'}).waitFor()
      assert.ok(!/refresh:/.test(s.text('app.yaml')), s.text('app.yaml'))
      await s.section(page, 'Settings')
      await page.getByRole('button', {name: 'Environments & secrets', exact: true}).click()
      await page.getByRole('textbox', {name: 'Name of a new environment'}).fill('away')
      await page.getByRole('button', {name: 'Add an environment'}).click()
      const away = page.getByRole('textbox', {name: 'API_URL in away'})
      await away.fill('http://127.0.0.1:1')
      await away.press('Enter')
      await s.saved('app.yaml', 'http://127.0.0.1:1')
      const tried = async (environment, verdict) => {
        await page.getByRole('button', {name: 'Environments & secrets', exact: true}).click()
        await page.getByRole('combobox', {name: 'The development app uses'}).click()
        await page.getByRole('option', {name: environment}).click()
        await page.getByRole('combobox', {name: 'The development app uses'}).getByText(environment).waitFor()
        await page.getByRole('button', {name: 'Authentication', exact: true}).click()
        await page.getByLabel('User name or e-mail').fill('emilys')
        await page.getByLabel('Password', {exact: true}).fill(backend.password)
        await page.getByRole('button', {name: 'Test log in'}).click()
        await page.getByText(verdict).waitFor()
        await s.poll('it says where', async () => await page.getByText('In the environment away', {exact: false}).count() === (environment === 'away' ? 1 : 0))
        await s.look(page, `start-environment-${environment.split(' ').at(-1)}`)
      }
      await tried('away', 'Log-in does not work yet')
      await tried('The defaults', 'Log-in works')
      await page.getByRole('button', {name: 'Test refresh'}).click()
      await page.getByText('the app declares no refresh', {exact: false}).waitFor()
      await s.section(page, 'API')
      await page.getByRole('treeitem', {name: /GET$/}).first().click()
      await page.getByRole('radio', {name: 'Response & Test'}).click()
      await page.getByRole('combobox', {name: 'Environment'}).click()
      await page.getByRole('option', {name: 'away'}).click()
      await page.getByRole('combobox', {name: 'As whom'}).or(page.getByRole('radio', {name: 'Log in first'})).first().waitFor()
      await page.getByRole('radio', {name: 'Log in first'}).click()
      await page.getByLabel('User name or e-mail').fill('emilys')
      await page.getByLabel('Password', {exact: true}).fill(backend.password)
      await page.getByRole('button', {name: 'Send', exact: true}).click()
      await page.getByRole('alert').getByText(/^Logging in/).waitFor()
      await page.getByRole('combobox', {name: 'Environment'}).click()
      await page.getByRole('option', {name: 'The running environment'}).click()
      await page.getByRole('button', {name: 'Send', exact: true}).click()
      await page.getByText('It worked.').waitFor()
      assert.deepEqual(page.faults, [])
    } finally {
      await backend.stop()
    }
  })

  test('F225 a known backend asks for its settings; a description for what its calls are', async () => {
    ({s, page} = await started())
    await page.setViewportSize({width: 900, height: 800})
    await page.getByRole('button', {name: 'I have an OpenAPI file'}).click()
    await page.getByLabel('Or a file').setInputFiles({name: 'api.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify({
      openapi: '3.0.3', info: {title: 'Things', version: '1'}, servers: [{url: 'https://api.example.com'}], paths: {'/things': {get: {operationId: 'things', responses: {200: {description: 'all'}}}}},
    }))})
    await page.getByRole('button', {name: 'Read it'}).click()
    await page.getByText('No call looks like a log-in').waitFor()
    await accessible(page, 'a description without a log-in')
    await page.getByRole('button', {name: 'Back'}).click()
    await page.getByRole('button', {name: 'Back'}).click()
    await page.getByRole('button', {name: 'I use a known backend'}).click()
    await s.look(page, 'start-backends-900')
    await page.getByLabel('Search').fill('supab')
    await accessible(page, 'the backends')
    await page.getByRole('button', {name: /^Supabase/}).click()
    await page.getByLabel('API_URL').fill('not an address')
    await page.getByRole('button', {name: 'Make the app'}).click()
    await page.getByText('is no address of a backend').waitFor()
    await page.getByLabel('API_URL').fill('https://abc.supabase.co')
    await page.getByLabel('SUPABASE_KEY').fill('pk-1')
    await accessible(page, 'the settings')
    await s.look(page, 'start-supabase-900')
    await page.getByRole('button', {name: 'Make the app'}).click()
    await page.getByRole('button', {name: 'No problems'}).waitFor()
    assert.match(s.text('app.yaml'), /API_URL: https:\/\/abc\.supabase\.co #/)
  })
})
