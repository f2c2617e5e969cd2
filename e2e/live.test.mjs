// What open pages learn of their login without being asked for: one tab holds the stream, all of them follow.
import {after, before, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {World, becomes, logIn, poll} from './harness.mjs'

const welcome = 'Welcome Emily'
const reach = 40_000 // far more than the two seconds that TestA18_ALogOutOnAnotherNodeEndsStreamsHere allows: drawing takes its time on a busy machine
const expectText = (page, text) => page.getByText(text).first().waitFor()
const path = page => new URL(page.url()).pathname

// entry waits until a page shows the entry page, without anybody touching it.
async function entry(page, ms = reach) {
  await poll('the entry page', async () => path(page) === '/login' && await page.getByLabel('Username or e-mail').isVisible(), ms)
}

// streams counts the event streams that the pages of a context open from now on, and those that are open.
function streams(context) {
  const all = {opened: 0, open: 0}
  const ours = r => new URL(r.url()).pathname === '/_usher/live'
  context.on('request', r => { if (ours(r)) { all.opened++; all.open++ } })
  for (const end of ['requestfinished', 'requestfailed']) context.on(end, r => { if (ours(r)) all.open-- })
  return all
}

async function second(page, w, at) {
  const other = await page.context().newPage()
  other.faults = page.faults
  other.on('pageerror', e => other.faults.push(String(e)))
  await other.goto(w.url + at)
  return other
}

describe('live', () => {
  let w
  before(async () => { w = await World.start({edits: [
    ['pages/profile.yaml', '              - button:\n                  text: Log out', '              - textField: {id: note, label: Note to yourself}\n              - textField: {id: pin, label: Secret note, type: password}\n              - button:\n                  text: Log out'],
  ]}) })
  after(async () => { await w?.stop() })

  test('F025 a log-out in one tab takes the others to the entry page, untouched', async () => {
    const page = await w.person()
    const seen = streams(page.context())
    await logIn(page, w)
    await expectText(page, welcome)
    const tabs = [await second(page, w, '/profile'), await second(page, w, '/home'), await second(page, w, '/posts/1')]
    await poll('one stream for all tabs', () => seen.open === 1)
    await page.getByRole('button', {name: 'Log out'}).click()
    await entry(page)
    for (const tab of tabs) await entry(tab)
    await poll('the end of the stream', () => seen.open === 0)
    for (const p of [page, ...tabs]) {
      await p.getByLabel('Username or e-mail').fill('emily')
      assert.equal(await p.getByLabel('Username or e-mail').inputValue(), 'emily')
    }
    // Every one of the entry pages still works: their cookies did not get into each other's way.
    const last = tabs.at(-1)
    await last.getByLabel('Password', {exact: true}).fill(w.password)
    await last.getByRole('button', {name: 'Sign in', exact: true}).click()
    await expectText(last, welcome)
    assert.equal(path(last), '/home', 'a log-out forgets the page that was open')
    for (const p of [page, ...tabs]) await poll('the log-in in every tab', async () => (await p.content()).includes(welcome), reach)
    assert.deepEqual(page.faults, [])
  })

  test('F025 the tab that leads is closed: another takes over', async () => {
    const page = await w.person()
    const seen = streams(page.context())
    await logIn(page, w)
    await expectText(page, welcome)
    await poll('a stream', () => seen.open === 1)
    const other = await second(page, w, '/home')
    const third = await second(page, w, '/profile')
    await page.close()
    await poll('the stream of another tab', () => seen.opened === 2) // a page that is closed does not report its own end
    await other.getByRole('button', {name: 'Log out'}).click()
    await entry(third)
  })

  test('F025 two browsers with one session: a log-out in one ends the other', async () => {
    const page = await w.person()
    await logIn(page, w)
    await expectText(page, welcome)
    const copy = await w.person({state: await page.context().storageState()})
    await copy.goto(w.url + '/home')
    await expectText(copy, welcome)
    await poll('the copy to be the same person', async () => (await copy.evaluate(() => document.body.dataset.live)) === (await page.evaluate(() => document.body.dataset.live)))
    await page.getByRole('button', {name: 'Log out'}).click()
    await entry(page)
    await entry(copy)
  })

  test('F025 the session is ended from elsewhere: every tab leaves, and one of them says why, once', async () => {
    const page = await w.person()
    await logIn(page, w)
    await expectText(page, welcome)
    const other = await second(page, w, '/home')
    await poll('a stream', () => page.evaluate(async () => (await navigator.locks.query()).held.some(l => l.name === 'usher-live')))
    await w.revoke()
    // The backend refuses the token at the next call: that ends the session for both.
    await page.goto(w.url + '/profile')
    const told = new Set() // the sentence goes after a while: it is looked out for from the start
    for (const p of [page, other]) p.getByText('your session ended').first().waitFor().then(() => told.add(p), () => {})
    await page.getByRole('button', {name: 'Update from the backend'}).click()
    await entry(page)
    await entry(other)
    await poll('the reason', () => told.size > 0)
    const said = async p => (await p.content()).includes('your session ended')
    for (const p of [page, other]) if (await said(p)) told.add(p)
    assert.equal(told.size, 1)
  })

  test('F025 user data changes in one tab: another shows it and keeps what is typed there', async () => {
    const page = await w.person()
    await logIn(page, w)
    await expectText(page, welcome)
    const other = await second(page, w, '/profile')
    await other.getByLabel('Note to yourself').fill('half a sent')
    await other.getByLabel('Secret note').fill('granite')
    await other.getByLabel('Note to yourself').focus()
    await other.evaluate(() => { window.untouched = true })
    w.wire.fault = req => req.url.startsWith('/auth/me')
      ? {status: 200, headers: {'Content-Type': 'application/json'}, body: JSON.stringify({id: 1, username: 'emily', firstName: 'Emilia', lastName: 'Renamed', email: 'e@example.com', role: 'traveller', image: ''})} : undefined
    await page.goto(w.url + '/profile')
    await page.getByRole('button', {name: 'Update from the backend'}).click()
    await expectText(page, 'Emilia Renamed')
    w.wire.fault = null
    await poll('the new name in the other tab', async () => (await other.content()).includes('Emilia Renamed'), reach)
    await other.keyboard.type('ence')
    await becomes(() => other.getByLabel('Note to yourself').inputValue(), 'half a sentence')
    assert.equal(await other.getByLabel('Secret note').inputValue(), 'granite')
    assert.equal(await other.evaluate(() => window.untouched), true, 'the page was not loaded anew')
    assert.equal(path(other), '/profile')
    // Both pages still act.
    await other.getByRole('button', {name: 'Update from the backend'}).click()
    await expectText(other, 'up to date')
    await expectText(page, 'Emily')
    assert.deepEqual([...page.faults, ...other.faults], [])
  })

  test('A15 after a log-out Back, the page cache and the disk cache show nothing', async () => {
    const page = await w.person()
    await logIn(page, w)
    await expectText(page, welcome)
    const other = await second(page, w, '/profile')
    await expectText(other, 'Your profile')
    for (const at of ['/profile', '/posts/1', '/home']) await page.goto(w.url + at)
    await page.getByRole('button', {name: 'Log out'}).click()
    await entry(page)
    await entry(other)
    const secret = ['Emily', 'emily.', 'User UID']
    const clean = async p => {
      const html = await p.content()
      assert.deepEqual(secret.filter(s => html.includes(s)), [], p.url())
    }
    for (const p of [page, other]) {
      for (let n = 0; n < 3; n++) {
        await p.goBack().catch(() => {})
        await p.waitForLoadState()
        await poll('nothing private', () => clean(p).then(() => true))
      }
    }
    await page.context().setOffline(true)
    for (const at of ['/home', '/profile']) {
      await page.goto(w.url + at).catch(() => {})
      await other.goBack().catch(() => {})
      for (const p of [page, other]) await poll('nothing private', () => clean(p).then(() => true))
    }
    await page.context().setOffline(false)
    await page.goto(w.url + '/profile').catch(() => {}) // the offline page may be on its way there already
    await entry(page)
  })

  test('A18 the stream is for the app\'s own pages: another site cannot open it', async () => {
    const page = await w.person()
    await logIn(page, w)
    await expectText(page, welcome)
    const foreign = await page.context().newPage()
    await foreign.goto(w.url.replace('touristtrail.localhost', '127.0.0.1') + '/healthz')
    const got = await foreign.evaluate(url => fetch(url, {credentials: 'include', mode: 'no-cors'}).then(r => r.type, () => 'refused'), w.url + '/_usher/live')
    assert.ok(['opaque', 'refused'].includes(got), got)
    assert.equal(await foreign.evaluate(url => new Promise(done => {
      const s = new EventSource(url, {withCredentials: true})
      s.addEventListener('hello', () => done('heard'))
      s.onerror = () => { s.close(); done('refused') }
    }), w.url + '/_usher/live'), 'refused')
  })

  test('without script nothing is streamed and the next request tells', async () => {
    const page = await w.person({script: false})
    const seen = streams(page.context())
    await logIn(page, w)
    await expectText(page, welcome)
    const other = await page.context().newPage()
    await other.goto(w.url + '/profile')
    await page.getByRole('button', {name: 'Log out'}).click()
    await page.waitForURL(w.url + '/login')
    assert.equal(path(other), '/profile')
    await other.reload()
    assert.equal(path(other), '/login')
    assert.equal(seen.opened, 0)
  })

  test('Ctrl-C does not wait for streams, and the page finds the server again', async () => {
    const page = await w.person()
    const seen = streams(page.context())
    await logIn(page, w)
    await expectText(page, welcome)
    await poll('a stream', () => seen.open === 1)
    const old = w.app
    await w.restart()
    assert.equal(old.code, 0, 'the drain was held up')
    await poll('the stream to be back', () => seen.opened > 1 && seen.open === 1)
    await page.getByRole('button', {name: 'Log out'}).click()
    await entry(page)
  })

  test('A1 no token or password reached a browser or a log', async () => {
    assert.deepEqual(await w.leaks(), [])
  })
})
