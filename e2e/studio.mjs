// Starts the studio for journeys, and finds out whether everybody can use what it shows.
import assert from 'node:assert/strict'
import {createRequire} from 'node:module'
import {mkdirSync, mkdtempSync, readdirSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {Process, freePort, join, launch, out, poll, readFileSync, root, writeFileSync, written} from './harness.mjs'
import {ofRoom} from './looks.mjs'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const wcag = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

const pictures = join(root, 'docs', 'pictures', 'studio')
const documented = new Set(Array.from(readFileSync(join(root, 'docs', 'studio.md'), 'utf8').matchAll(/pictures\/studio\/([\w-]+)\.png/g), m => m[1]))
if (process.env.UPDATE_PICTURES) mkdirSync(pictures, {recursive: true})

// passing is what the console may say: refusals, and that a canvas which was overtaken while it loaded asked for the colours of a revision that is gone.
const passing = /status of (4|5)\d\d|Refused to apply style .*theme\.css/

// asks tells what the studio asks to show and to write from what takes as long as a backend does.
const asks = url => /\/api\/(?!events|trial|login|debug|curl|archive|project\?settled)/.test(url)

// Studio is a studio, and a browser to open it in: that of the demo, or, with a folder or files (name → text), that of usher dev over them.
export class Studio {
  async start({dir, files, args = [], env = {}, trust = true} = {}) {
    this.dir = mkdtempSync(join(tmpdir(), 'usher-studio-'))
    const listen = ['--listen', `127.0.0.1:${await freePort()}`]
    if (dir || files) {
      this.folder = dir ?? join(this.dir, 'app')
      mkdirSync(this.folder, {recursive: true})
      written(this.folder, files ?? {})
      this.usher = new Process(['dev', this.folder, ...listen, '--data', join(this.dir, 'data'), ...trust ? ['--trust'] : [], ...args], env)
    } else {
      this.folder = join(this.dir, 'demo', 'touristtrail')
      this.issuer = `127.0.0.1:${await freePort()}`
      this.usher = new Process(['demo', ...listen, '--issuer', this.issuer, '--data', join(this.dir, 'demo'), ...args], env)
    }
    await this.usher.says('Ctrl-C stops it')
    this.link = /Studio +(http:\/\/\S+)/.exec(this.usher.out)[1]
    this.app = /App +(http:\/\/\S+)\//.exec(this.usher.out)[1]
    this.url = new URL(this.link).origin
    this.browser = await launch()
    return this
  }
  path(file) { return join(this.folder, file) }
  files(folder) { return readdirSync(this.path(folder)).filter(f => !f.startsWith('.')) } // a save that is under way is none of them
  samplePassword() { return readFileSync(join(this.dir, 'data', 'password.txt'), 'utf8') } // of emily, at the sample backend
  text(file) { return readFileSync(this.path(file), 'utf8') }
  async window({dark = false, width = 1440, height = 1060} = {}) {
    const context = await this.browser.newContext({viewport: {width, height}, colorScheme: dark ? 'dark' : 'light', reducedMotion: 'reduce'})
    const page = await context.newPage()
    page.faults = []
    page.on('console', m => { if (['error', 'warning'].includes(m.type()) && !passing.test(m.text())) page.faults.push(m.text()) })
    page.on('pageerror', e => page.faults.push(String(e)))
    return page
  }
  // open opens the link, which works once, in a window of its own.
  async open(options) {
    const page = await this.window(options)
    await page.goto(this.link)
    await page.waitForURL(this.url + '/')
    return this.follow(page)
  }
  // follow has saved and poll wait for what a page of the studio asks its server.
  follow(page) {
    this.page = page
    this.asking = new Set()
    page.on('request', r => { if (r.url().startsWith(this.url) && asks(r.url())) this.asking.add(r) })
    page.on('framenavigated', f => { if (f === page.mainFrame()) this.asking.clear() })
    for (const end of ['requestfinished', 'requestfailed']) page.on(end, r => this.asking.delete(r))
    return page
  }
  // settled waits until the page shows what the files say and asks for nothing more: what a test does next is meant for that.
  settled() {
    const {page, asking} = this
    if (!page || page.isClosed()) return
    return poll('the studio to show what the files say', async () => await page.evaluate(async () => {
      const shown = () => document.querySelector('.studio')?.dataset.revision
      if (!shown()) return true
      const {revision} = await (await fetch('/api/project?settled', {headers: {'X-Usher': '1'}})).json()
      for (let frames = 0; frames < 2; frames++) await new Promise(ok => { requestAnimationFrame(ok); setTimeout(ok, 100) }) // a page behind another draws none
      return shown() === revision
    }) && asking.size === 0)
  }
  // poll is poll for what a change of the studio brings, in the files or on the page.
  async poll(what, fn) {
    await poll(what, fn)
    await this.settled()
  }
  // copy is a page that shows what another shows that opens itself anew every other moment.
  async copy(page, options) {
    const still = await this.window(options)
    await still.setContent(await poll('a page between two of its openings', () => page.content()))
    return still
  }
  // section goes to a part of the studio by the rail.
  section(page, title) { return page.getByRole('navigation', {name: 'Sections'}).getByRole('button', {name: title, exact: true}).click() }
  // saved waits for a text in a file of the app.
  saved(file, has) { return this.poll(`${has} in ${file}`, () => this.text(file).includes(has)) }
  // look takes a picture for whoever wants to look; with UPDATE_PICTURES=1 those that docs/studio.md shows go there as well.
  async look(page, name) {
    const picture = await page.screenshot({path: join(out, `studio-${name}.png`)})
    if (process.env.UPDATE_PICTURES && documented.has(name)) writeFileSync(join(pictures, `${name}.png`), picture)
  }
  async stop() {
    await this.browser?.close()
    await this.usher?.stop()
    rmSync(this.dir, {recursive: true, force: true})
  }
}

// accessible refuses what axe-core finds; of what is seen in dark, in its colours and where room was less, for all else was asked in light.
export async function accessible(page, name) {
  // The studio's own policy allows no foreign script: axe is evaluated by the test's debugger connection, not by the page.
  if (!await page.evaluate(() => 'axe' in globalThis)) await page.evaluate(axe)
  const only = /\bdark\b/.test(name) ? ['color-contrast', ...ofRoom] : wcag
  const {violations} = await page.evaluate(runOnly => globalThis.axe.run(document, {runOnly, iframes: false, resultTypes: ['violations']}), only)
  assert.deepEqual(violations.map(v => `${name}: ${v.id}: ${v.nodes.map(n => n.html.slice(0, 140)).join(' | ')}`), [])
}

// like compares the folder, file by file, with a golden one; UPDATE_GOLDEN=1 writes that. The backend's address is another each time.
export function like(s, name, address) {
  const golden = join(root, 'e2e', 'golden', name)
  const files = readdirSync(s.folder, {recursive: true}).filter(f => f.endsWith('.yaml')).sort()
  const made = Object.fromEntries(files.map(f => [f, s.text(f).replaceAll(address, 'https://api.example.com')]))
  if (process.env.UPDATE_GOLDEN) written(golden, made)
  assert.deepEqual(readdirSync(golden, {recursive: true}).filter(f => f.endsWith('.yaml')).sort(), files)
  for (const [file, text] of Object.entries(made)) assert.equal(text, readFileSync(join(golden, file), 'utf8'), file)
}
