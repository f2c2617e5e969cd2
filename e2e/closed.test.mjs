// What becomes of a login when its browser is closed: the cookie goes with it, unless the browser brings its tabs and cookies back.
import {describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {mkdirSync, writeFileSync} from 'node:fs'
import {request} from 'node:http'
import {join} from 'node:path'
import {chromium} from 'playwright-core'
import {World, logIn, poll, wholeBrowser} from './harness.mjs'

const welcome = 'Welcome Emily'
const long = process.env.USHER_LONG === '1'
const off = {edits: [['app.yaml', 'persistSessions: true', 'persistSessions: false']]}

// Profile is a browser that continues where it was left off.
class Profile {
  constructor(world) {
    this.dir = join(world.dir, 'profile')
    mkdirSync(join(this.dir, 'Default'), {recursive: true})
    writeFileSync(join(this.dir, 'Default', 'Preferences'), JSON.stringify({session: {restore_on_startup: 1}, profile: {exit_type: 'Normal'}}))
  }
  async open() {
    this.context = await chromium.launchPersistentContext(this.dir, {
      executablePath: wholeBrowser(),
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--restore-last-session'],
    })
    return this.context
  }
  async close() { await this.context?.close(); this.context = undefined }
}

const cookies = async context => (await context.cookies()).filter(c => /touristtrail$/.test(c.name))

// returns opens the browser again and looks for the page that it brings back by itself.
async function returns(profile, w) {
  const context = await profile.open()
  return poll('the tab to come back', () => context.pages().find(p => p.url().startsWith(w.url)))
}

// byHand sends a cookie from outside a browser and returns the status of the answer.
function byHand(w, cookie) {
  const headers = {Host: new URL(w.url).host, Cookie: `${cookie.name}=${cookie.value}`, 'Sec-Fetch-Site': 'none', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document'}
  return new Promise((ok, no) => request({host: '127.0.0.1', port: w.port, path: '/home', headers}, r => { r.resume(); ok(r.statusCode) }).on('error', no).end())
}

describe('Persist Auth Sessions off, in a browser that restores its tabs', () => {
  test('C6 within the window the restored browser goes on', async () => {
    const w = await World.start(off)
    const profile = new Profile(w)
    try {
      let page = (await profile.open()).pages()[0]
      await logIn(page, w)
      await page.getByText(welcome).first().waitFor()
      const [before] = await cookies(profile.context)
      assert.equal(before.expires, -1, 'a session cookie')
      await profile.close()
      page = await returns(profile, w)
      await page.getByText(welcome).first().waitFor()
      const [after] = await cookies(profile.context)
      assert.equal(after.value, before.value, 'the browser has brought the cookie back: only the server can end this')
      assert.equal(w.wire.count('POST /auth/logout'), 0)
    } finally { await profile.close(); await w.stop() }
  })

  test('C6 after the window the session is over, on the server and at the backend, and the restored tab shows the entry page', {
    skip: !long && 'it waits for the real window of five minutes: USHER_LONG=1 runs it', timeout: 600_000,
  }, async () => {
    const w = await World.start(off)
    const profile = new Profile(w)
    try {
      let page = (await profile.open()).pages()[0]
      await logIn(page, w)
      await page.getByText(welcome).first().waitFor()
      const [before] = await cookies(profile.context)
      assert.equal(await byHand(w, before), 200)
      await profile.close()
      await poll('the backend to be told', () => w.wire.count('POST /auth/logout') === 1, 420_000)
      assert.match(w.app.out + w.app.err, /event=session_end .*reason=timeout_away/)
      page = await returns(profile, w)
      await page.getByLabel('Username or e-mail').waitFor()
      assert.equal(new URL(page.url()).pathname, '/login')
      assert.ok(!(await page.content()).includes(welcome))
      assert.equal(await byHand(w, before), 303, 'the cookie, kept and sent by hand, opens nothing')
    } finally { await profile.close(); await w.stop() }
  })
})
