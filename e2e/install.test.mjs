// The app on a device: it can be installed, says what it is while nothing can be reached, keeps nothing private for that, and Back is fast
// without showing what a log-out has taken away.
import {after, before, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {chromium} from 'playwright-core'
import {World, becomes, join, logIn, out, poll, wholeBrowser} from './harness.mjs'
import {accessible} from './looks.mjs'

const welcome = 'Welcome Emily'

// phone is a browser with a profile of its own that keeps pages for Back, as browsers of people do.
async function phone(w, {dark = false, script = true} = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'usher-install-'))
  const context = await chromium.launchPersistentContext(dir, {
    executablePath: wholeBrowser(), viewport: {width: 390, height: 844}, colorScheme: dark ? 'dark' : 'light', javaScriptEnabled: script, reducedMotion: 'reduce',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--enable-features=CacheControlNoStoreEnterBackForwardCache,CacheControlNoStoreRestoreFromBackForwardCache,CacheControlNoStoreEnterBackForwardCache:level/restore-unless-http-only-cookie-change'],
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  })
  w.cleanups.push(async () => { await context.close(); rmSync(dir, {recursive: true, force: true}) })
  const page = context.pages()[0] ?? await context.newPage()
  page.faults = []
  page.on('pageerror', e => page.faults.push(String(e)))
  return page
}

const working = page => page.evaluate(() => navigator.serviceWorker.ready.then(r => r.active.scriptURL))

describe('on a device', () => {
  let w
  before(async () => { w = await World.start() })
  after(async () => { await w?.stop() })

  test('F204 the app can be installed: name, colours, icons', async () => {
    const page = await phone(w)
    await page.goto(w.url + '/login')
    const cdp = await page.context().newCDPSession(page)
    await becomes(async () => (await cdp.send('Page.getInstallabilityErrors')).installabilityErrors.filter(e => e.errorId !== 'in-incognito'), [])
    const {url, errors, data} = await cdp.send('Page.getAppManifest')
    assert.equal(url, w.url + '/manifest.webmanifest')
    assert.deepEqual(errors, [])
    const manifest = JSON.parse(data)
    assert.deepEqual([manifest.name, manifest.short_name, manifest.start_url, manifest.scope, manifest.display], ['TouristTrail', 'TouristTrail', '/', '/', 'standalone'])
    for (const icon of manifest.icons) {
      const px = await page.evaluate(src => new Promise((ok, no) => { const i = new Image(); i.onload = () => ok(`${i.naturalWidth}x${i.naturalHeight}`); i.onerror = no; i.src = src }), icon.src)
      assert.equal(px, icon.sizes)
    }
    assert.equal(await page.locator('link[rel=apple-touch-icon]').count(), 1)
    assert.equal(await page.locator('meta[name=theme-color]').count(), 2)
  })

  for (const dark of [false, true]) {
    test(`F204 nothing can be reached: a page says so, in ${dark ? 'dark' : 'light'}, and people stay logged in`, async () => {
      const page = await phone(w, {dark})
      await logIn(page, w)
      await page.getByText(welcome).first().waitFor()
      await working(page)
      await page.goto(w.url + '/profile') // drawn with the worker in charge
      await page.getByText('Your profile').first().waitFor()
      await w.app.stop()
      await page.goto(w.url + '/home')
      await page.getByRole('heading', {name: 'You are offline'}).waitFor()
      await page.getByText('You have not been logged out').waitFor()
      await page.screenshot({path: join(out, `offline-${dark ? 'dark' : 'light'}.png`)})
      await accessible(page, 'offline')
      w.logs += w.app.out + w.app.err
      await w.serve()
      await page.getByRole('link', {name: 'Try again'}).click()
      await page.getByText(welcome).first().waitFor()
      assert.equal(new URL(page.url()).pathname, '/home')
      assert.deepEqual(page.faults, [])
    })
  }

  test('A1 F204 what the worker keeps is the same for everybody: no page, no token, nothing of a person', async () => {
    const page = await phone(w)
    await logIn(page, w)
    await page.getByText(welcome).first().waitFor()
    await working(page)
    for (const at of ['/profile', '/posts/1', '/home']) await page.goto(w.url + at)
    await page.getByRole('button', {name: 'Log out'}).click()
    await page.getByLabel('Username or e-mail').waitFor()
    const kept = await page.evaluate(async () => {
      const all = []
      for (const name of await caches.keys()) {
        const cache = await caches.open(name)
        for (const request of await cache.keys()) all.push({url: new URL(request.url).pathname, text: await (await cache.match(request, {ignoreVary: true})).text()})
      }
      return all
    })
    assert.ok(kept.length >= 4, `${kept.length} files`)
    for (const {url, text} of kept) {
      assert.match(url, /^\/_usher\/assets\/[0-9a-f]{16}\/(offline-en\.html|theme\.css|app\.js|htmx\.min\.js|icon\.svg)$/)
      for (const mine of ['Emily', 'emily', 'User UID', 'data-live=', 'name="_state"', ...w.wire.secrets]) assert.ok(!text.includes(mine), `${url} holds ${mine}`)
    }
  })

  test('F204 with the worker in charge: redirects, events, a link from elsewhere and the stream are as without', async () => {
    const page = await phone(w)
    await page.goto(w.url + '/login')
    await working(page)
    await logIn(page, w)
    await page.getByText(welcome).first().waitFor()
    assert.match(page.url(), /\/home$/)
    const cookies = (await page.context().cookies()).filter(c => /touristtrail$/.test(c.name))
    assert.ok(cookies.length > 0 && cookies.every(c => c.sameSite === 'Strict'))
    // A link on a page of another site: the browser holds the strict cookie back, worker or not, and the app asks again by itself.
    const elsewhere = await page.context().newPage()
    await elsewhere.goto(w.url.replace('touristtrail.localhost', '127.0.0.1') + '/healthz')
    const sent = elsewhere.waitForEvent('request', r => r.url().endsWith('/profile') && r.isNavigationRequest())
    await elsewhere.evaluate(url => { const a = document.createElement('a'); a.href = url; document.body.append(a); a.click() }, w.url + '/profile')
    await sent
    await elsewhere.getByText('Your profile').first().waitFor()
    // The stream: a change in one tab shows in the other.
    await elsewhere.bringToFront()
    await page.getByRole('button', {name: 'Log out'}).click()
    await elsewhere.getByLabel('Username or e-mail').waitFor()
    assert.deepEqual(page.faults, [])
  })

  test('A15 Back is fast while the login is the same, and shows nothing after a log-out', async () => {
    const page = await phone(w)
    await logIn(page, w)
    await page.getByText(welcome).first().waitFor()
    const cdp = await page.context().newCDPSession(page)
    await cdp.send('Page.enable')
    const why = []
    cdp.on('Page.backForwardCacheNotUsed', e => why.push(...e.notRestoredExplanations.map(x => x.reason)))
    const kept = async () => {
      await page.goto(w.url + '/profile')
      await page.getByText('Your profile').first().waitFor()
      await page.evaluate(() => { window.kept = true })
      await page.goto(w.url + '/home')
      await page.getByText(welcome).first().waitFor()
      await page.goBack({waitUntil: 'commit'}) // what comes from memory is not loaded
      await page.getByText('Your profile').first().waitFor()
      await poll('the page to be seen', () => page.evaluate(() => !document.documentElement.hasAttribute('data-away')))
      return page.evaluate(() => window.kept === true)
    }
    for (let tries = 0; tries < 3 && !await kept(); tries++) await page.waitForLoadState() // a machine that is short of time or memory keeps no page
    assert.equal(await page.evaluate(() => window.kept), true, `the page was not kept: ${why}`)
    await page.getByRole('button', {name: 'Update from the backend'}).click() // it still acts, and follows its login
    await page.getByText('up to date').waitFor()
    const other = await page.context().newPage()
    await other.goto(w.url + '/home')
    await other.getByText(welcome).first().waitFor()
    await page.goto('about:blank')
    await other.getByRole('button', {name: 'Log out'}).click()
    await other.getByLabel('Username or e-mail').waitFor()
    const seen = []
    page.on('framenavigated', async () => seen.push(await page.evaluate(() => document.documentElement.hasAttribute('data-away') ? '' : document.body?.innerText ?? '').catch(() => '')))
    await page.goBack({waitUntil: 'commit'}).catch(() => {})
    await page.getByLabel('Username or e-mail').waitFor()
    assert.deepEqual(seen.filter(text => /Emily|User UID/.test(text)), [])
  })
})
