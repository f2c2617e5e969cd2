// The first visit of every page of the gallery and of TouristTrail, on a phone and at a desk: with a typeface of its own that comes late, nothing moves;
// what has to come is small, and of it the page waits for the style sheet alone.
import {after, before, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {createServer, request} from 'node:http'
import {tmpdir} from 'node:os'
import {gzipSync} from 'node:zlib'
import {Served, World, join, logIn, poll, root} from './harness.mjs'
import {shifts, still, today} from './looks.mjs'
import {letters, woff2} from './typeface.mjs'

const most = 60 * 1024 // bytes, packed
const screens = {phone: {width: 390, height: 844}, desk: {width: 1280, height: 800}}
let largest = {bytes: 0}
after(() => console.log(`# the largest first load is ${largest.name}: ${largest.bytes} bytes`))

// Visitor is a browser's window that has nothing yet, whichever address it opens, and to which the typeface comes late.
class Visitor {
  static async of(context) {
    const v = new Visitor()
    v.page = await context.newPage()
    const cdp = await context.newCDPSession(v.page)
    await cdp.send('Network.enable')
    await cdp.send('Network.setCacheDisabled', {cacheDisabled: true})
    await v.page.route('**/*.woff2', async route => {
      await v.page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0)
      await route.continue()
    })
    const kinds = new Map(), {frameTree: {frame}} = await cdp.send('Page.getFrameTree')
    cdp.on('Network.responseReceived', e => kinds.set(e.requestId, e.frameId === frame.id ? e.type : 'of a frame'))
    cdp.on('Network.loadingFinished', e => v.came.push({kind: kinds.get(e.requestId), bytes: e.encodedDataLength}))
    return v
  }

  // opens an address and waits for all that comes.
  async opens(url) {
    await this.page.goto('about:blank')
    this.came = []
    const reply = await this.page.goto(url)
    await this.page.evaluate(() => document.fonts.ready)
    return reply
  }

  // loads refuses a page that is large, asks for more before it is whole, or moves.
  async loads(name, url) {
    const reply = await this.opens(url)
    const html = gzipSync(await reply.body()).length // pages hold what is of one person, so it is for a proxy to say whether they travel packed
    const blocking = await this.page.evaluate(() => performance.getEntriesByType('resource').filter(e => e.renderBlockingStatus === 'blocking').map(e => e.name.split('/').pop()))
    const of = kind => this.came.filter(c => c.kind === kind)
    const bytes = ['Stylesheet', 'Script'].flatMap(of).reduce((sum, c) => sum + c.bytes, html)
    if (bytes > largest.bytes) largest = {bytes, name}
    assert.ok(bytes > 5000 && bytes <= most, `${name}: ${bytes} bytes of HTML, CSS and script`)
    assert.equal(of('Document').length, 1, `${name} has been sent on`)
    assert.deepEqual(of('XHR').concat(of('Fetch')), [], `${name} asks for more before it is whole`)
    assert.deepEqual(blocking, ['theme.css'], `${name} waits for more than its style sheet`)
    await still(this.page, name)
  }
}

describe('F200 the gallery', () => {
  const dir = mkdtempSync(join(tmpdir(), 'usher-first-'))
  const app = join(dir, 'gallery')
  let served
  const themed = async more => {
    cpSync(join(root, 'examples', 'gallery'), app, {recursive: true})
    writeFileSync(join(app, 'assets', 'letters.woff2'), woff2(letters()))
    const file = join(app, 'app.yaml')
    const written = readFileSync(file, 'utf8').replace(/^theme:\n/m, `theme:\n  fonts: {body: {file: letters.woff2${more}}}\n`)
    assert.match(written, /letters/)
    writeFileSync(file, written)
    return Served.start(app)
  }
  before(async () => { served = await themed('') })
  after(async () => {
    await served?.stop()
    rmSync(dir, {recursive: true, force: true})
  })

  for (const [screen, viewport] of Object.entries(screens)) {
    const skip = screen === 'desk' && !process.env.USHER_LONG && 'the same files on a wider screen: USHER_LONG=1 runs it'
    test(`F200 nothing moves and little comes, on a ${screen}`, {skip}, async () => {
      const context = await served.browser.newContext({viewport, serviceWorkers: 'block', reducedMotion: 'reduce'})
      await context.route('https://www.openstreetmap.org/**', route => route.fulfill({contentType: 'text/html', body: 'Map'}))
      const visitor = await Visitor.of(context)
      for (const kind of today(readdirSync(join(app, 'pages')).map(f => f.slice(0, -5)))) await visitor.loads(`${kind}, ${screen}`, `${served.url}/${kind === 'index' ? '' : kind}`)
      await context.close()
    })
  }

  test('F200 nothing moves when script comes after the page was drawn', async () => {
    const context = await served.browser.newContext({viewport: {...screens.phone, height: 2400}, serviceWorkers: 'block', reducedMotion: 'reduce'})
    await context.route('https://www.openstreetmap.org/**', route => route.fulfill({contentType: 'text/html', body: 'Map'}))
    const page = await context.newPage()
    let drawn, release
    await page.route(/\.js$/, async route => { await drawn; await route.continue() })
    const moved = []
    for (const kind of today(readdirSync(join(app, 'pages')).map(f => f.slice(0, -5)))) {
      drawn = new Promise(ok => { release = ok })
      await page.goto(`${served.url}/${kind === 'index' ? '' : kind}`, {waitUntil: 'commit'})
      await poll(`${kind} to be drawn`, () => page.evaluate(() => performance.getEntriesByType('paint').length > 0))
      assert.equal(await page.evaluate(() => document.documentElement.hasAttribute('data-script')), false, `${kind} without script`)
      release()
      await page.waitForLoadState('load')
      await poll(`script on ${kind}`, () => page.evaluate(() => document.documentElement.hasAttribute('data-script')))
      const by = await shifts(page)
      if (by > 0) moved.push(`${kind} by ${by}`)
    }
    await context.close()
    assert.deepEqual(moved, [])
  })

  test('F200 a typeface that text changes to is seen to move it', async () => {
    await served.stop()
    served = await themed(', swap: true')
    const context = await served.browser.newContext({viewport: screens.phone, serviceWorkers: 'block'})
    const visitor = await Visitor.of(context)
    await visitor.opens(served.url + '/text')
    await poll('the measure to see it', async () => await shifts(visitor.page) > 0.01)
  })
})

describe('F200 TouristTrail', () => {
  let world
  before(async () => {
    world = new World({tokenTTL: '1h', project: 'touristtrail'})
    await world.begin()
  })
  after(() => world?.stop())

  for (const [screen, viewport] of Object.entries(screens)) {
    test(`F200 nothing moves and little comes, on a ${screen}`, async () => {
      const page = await world.person(viewport)
      const fresh = async () => Visitor.of(await world.browser.newContext({viewport, serviceWorkers: 'block', reducedMotion: 'reduce', storageState: await page.context().storageState()}))
      await (await fresh()).loads(`log-in, ${screen}`, world.url + '/login')
      await logIn(page, world)
      await page.getByText('Welcome Emily').waitFor()
      const visitor = await fresh()
      for (const path of ['/home', '/posts/1', '/profile', '/nowhere']) await visitor.loads(`${path}, ${screen}`, world.url + path)
    })
  }

  test('F200 a page in the middle of the screen does not move when its end comes late', async () => {
    const halves = createServer((req, res) => {
      const {host, port} = new URL(world.url)
      request({host: '127.0.0.1', port, path: req.url, headers: {...req.headers, host}}, async reply => {
        res.writeHead(reply.statusCode, reply.headers)
        const body = Buffer.concat(await reply.toArray())
        const cut = body.indexOf('type="password"')
        if (cut < 0) return res.end(body)
        res.write(body.subarray(0, cut))
        setTimeout(() => res.end(body.subarray(cut)), 400) // long enough to be painted without it
      }).end()
    })
    await new Promise(ready => halves.listen(0, '127.0.0.1', ready))
    await world.person(screens.phone) // starts the browser
    const context = await world.browser.newContext({viewport: screens.phone, serviceWorkers: 'block', reducedMotion: 'reduce'})
    try {
      const page = await context.newPage()
      await page.goto(`http://127.0.0.1:${halves.address().port}/login`)
      await page.locator('input[type=password]').waitFor()
      await still(page, 'log-in in two parts')
    } finally {
      await context.close()
      halves.closeAllConnections()
      halves.close()
    }
  })
})
