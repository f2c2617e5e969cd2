// Starts the real parts for a journey: issuer, recording wire, app, browser. Everything listens on free loopback ports, lives in a temporary
// folder, and is ended by its own process id.
import assert from 'node:assert/strict'
import {spawn, execFileSync} from 'node:child_process'
import {createServer, request} from 'node:http'
import {mkdtempSync, rmSync, cpSync, readFileSync, readdirSync, writeFileSync, mkdirSync, existsSync} from 'node:fs'
import {createServer as tcp} from 'node:net'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {isDeepStrictEqual} from 'node:util'
import {chromium} from 'playwright-core'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..')
export const binary = process.env.USHER_BINARY ?? join(root, '.build', 'usher')
export const out = join(root, 'e2e', 'out')
mkdirSync(out, {recursive: true})

// freePort finds a free port below those that the system lends to outgoing connections, so that nobody takes it before it is used.
export async function freePort() {
  for (let tries = 0; ; tries++) {
    const port = 10_240 + Math.floor(Math.random() * 22_000)
    const free = await new Promise(ok => {
      const s = tcp().on('error', () => ok(false)).listen(port, '127.0.0.1', () => s.close(() => ok(true)))
    })
    if (free) return port
    if (tries > 100) throw new Error('no free port on 127.0.0.1')
  }
}

// poll calls fn until it returns something true; the deadline is for a fault, not for timing.
export async function poll(what, fn, ms = 40_000) {
  const end = Date.now() + ms
  for (let last; ;) {
    try {
      const v = await fn()
      if (v) return v
    } catch (e) { last = e }
    if (Date.now() > end) throw new Error(`waited in vain for ${what}${last ? ': ' + last.message : ''}`)
    await new Promise(r => setTimeout(r, 25))
  }
}

// becomes waits until what is read is what is wanted, and says what it was instead.
export async function becomes(read, wanted, what) {
  let last
  await poll('a value', async () => isDeepStrictEqual(last = await read(), wanted)).catch(() => assert.deepEqual(last, wanted, what))
}

// stopClock has time pass in a page only where a test says so: what a timer does is not overtaken by its next time on a busy machine.
export async function stopClock(page) {
  await page.clock.install({time: '2026-05-31T08:00:00'})
  await page.clock.pauseAt('2026-05-31T08:00:01')
}

// renewedOnce does what needs a token that has expired, and asks that it was renewed once. Where that takes longer than a token lives,
// another renewal, which begins in the last fifth of its life, is no fault: it is done again.
export async function renewedOnce(seconds, expired, renewals, act) {
  for (let tries = 0; ; tries++) {
    await expired()
    const [before, began] = [renewals(), Date.now()]
    await act()
    const times = renewals() - before
    if (times === 1 || tries === 5 || Date.now() - began < seconds * 800) return assert.equal(times, 1, 'renewals')
  }
}

export class Process {
  constructor(args, env = {}) {
    this.out = ''
    this.err = ''
    this.child = spawn(binary, args, {env: {...process.env, ...env}, stdio: ['ignore', 'pipe', 'pipe']})
    this.child.stdout.on('data', d => { this.out += d })
    this.child.stderr.on('data', d => { this.err += d })
    this.done = new Promise(ok => this.child.on('exit', code => { this.code = code; ok(code) }))
  }
  async says(text) {
    await poll(`"${text}" from usher`, () => {
      if (this.code !== undefined) throw Object.assign(new Error(`usher ended with ${this.code}:\n${this.out}${this.err}`))
      return this.out.includes(text)
    })
  }
  async stop(signal = 'SIGTERM') {
    if (this.code === undefined) this.child.kill(signal)
    await this.done
  }
}

// Wire stands between app and backend: it records every token that passes, counts calls and can misbehave.
export class Wire {
  constructor(target) {
    this.target = target
    this.calls = []
    this.secrets = new Set()
    this.own = null // (req, res) => true when it answers by itself
    this.fault = null // (req) => 'down' | {status, headers, body} | undefined
  }
  async start() {
    this.server = createServer((req, res) => this.pass(req, res))
    this.port = await freePort()
    await new Promise(ok => this.server.listen(this.port, '127.0.0.1', ok))
    this.url = `http://127.0.0.1:${this.port}`
    return this
  }
  count(path) { return this.calls.filter(c => c === path).length }
  learn(headers, body) {
    const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? '')
    if (bearer) this.secrets.add(bearer[1])
    for (const m of body.matchAll(/"(?:accessToken|refreshToken|password)"\s*:\s*"([^"]+)"/g)) this.secrets.add(m[1])
  }
  pass(req, res) {
    this.calls.push(`${req.method} ${new URL(req.url, 'http://x').pathname}`)
    if (this.own?.(req, res)) return this.learn(req.headers, '')
    const answer = this.fault?.(req)
    if (answer === 'down') return req.socket.destroy()
    if (answer === 'silent') return
    if (answer) {
      res.writeHead(answer.status, answer.headers ?? {'Content-Type': 'text/html'})
      return res.end(answer.body)
    }
    const chunks = []
    req.on('data', d => chunks.push(d)).on('end', () => {
      const body = Buffer.concat(chunks)
      this.learn(req.headers, body.toString())
      const onward = request(this.target + req.url, {method: req.method, headers: {...req.headers, host: new URL(this.target).host}}, reply => {
        const parts = []
        reply.on('data', d => parts.push(d)).on('end', () => {
          let text = Buffer.concat(parts)
          if (/json/.test(reply.headers['content-type'] ?? '')) {
            this.learn({}, text.toString())
            text = Buffer.from(text.toString().replaceAll(this.target, this.url)) // pictures come from the origin that the app knows
            delete reply.headers['content-length']
          }
          res.writeHead(reply.statusCode, reply.headers)
          res.end(text)
        })
      })
      onward.on('error', () => res.destroy())
      onward.end(body)
    })
  }
  async stop() {
    this.server.closeAllConnections?.()
    await new Promise(ok => this.server.close(ok))
  }
}

// searched counts the responses whose bytes were searched for secrets, over the whole suite of a file.
export const searched = {responses: 0, hits: []}

function shapes(secret) {
  return [secret, Buffer.from(secret).toString('base64').replace(/=+$/, ''), Buffer.from(secret).toString('base64url'), encodeURIComponent(secret), Buffer.from(secret).toString('hex')]
}

// written puts files, by their names, into a folder.
export function written(folder, files) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), {recursive: true})
    writeFileSync(join(folder, name), text)
  }
  return folder
}

// World is one journey's backend, app and browsers.
export class World {
  constructor(options) { this.options = options; this.cleanups = [] }

  static async start(options = {}) {
    const w = new World({tokenTTL: '1h', project: 'touristtrail', ...options})
    try {
      await w.begin()
    } catch (e) {
      await w.stop()
      throw e
    }
    return w
  }

  async begin() {
    this.dir = mkdtempSync(join(tmpdir(), 'usher-e2e-'))
    this.cleanups.push(() => rmSync(this.dir, {recursive: true, force: true}))
    if (this.options.backend) this.wire = this.options.backend
    else await this.beginIssuer()
    this.project = join(this.dir, 'app')
    cpSync(join(root, 'examples', this.options.project), this.project, {recursive: true})
    for (const [file, from, to] of this.options.edits ?? []) this.edit(file, from, to)
    written(this.project, this.options.files ?? {})
    this.port = await freePort()
    await this.serve()
  }

  // beginIssuer starts the demo's backend, which comes with posts, and the wire before it.
  async beginIssuer() {
    const [demoPort, issuerPort] = [await freePort(), await freePort()]
    this.issuerURL = `http://127.0.0.1:${issuerPort}`
    this.demoData = join(this.dir, 'demo')
    this.demo = new Process(['demo', '--no-studio', '--debug', '--listen', `127.0.0.1:${demoPort}`, '--issuer', `127.0.0.1:${issuerPort}`, '--data', this.demoData, '--token-ttl', this.options.tokenTTL])
    this.cleanups.push(() => this.demo.stop())
    await this.demo.says('Ctrl-C stops it')
    this.username = 'emily'
    this.password = readFileSync(join(this.demoData, 'password.txt'), 'utf8')
    this.wire = await new Wire(this.issuerURL).start()
    this.wire.secrets.add(this.password)
    this.cleanups.push(() => this.wire.stop())
  }

  edit(file, from, to) {
    const path = join(this.project, file)
    const text = readFileSync(path, 'utf8')
    if (!text.includes(from)) throw new Error(`${file} does not hold ${from}`)
    writeFileSync(path, text.replace(from, to))
  }

  async serve() {
    this.app = new Process(['serve', this.project, '--listen', `127.0.0.1:${this.port}`, '--data', join(this.dir, 'data'), '--log-level', 'debug'], {API_URL: this.wire.url})
    await this.app.says(' is at ')
    this.url = /is at (http\S+?)\/?\s/.exec(this.app.out)[1]
    this.logs = (this.logs ?? '')
  }

  async restart() {
    await this.app.stop()
    this.logs += this.app.out + this.app.err
    await this.serve()
  }

  async revoke(username = this.username) {
    const r = await fetch(`${this.issuerURL}/debug/revoke`, {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({username})})
    if (!r.ok) throw new Error(`revoke: ${r.status}`)
  }

  // person opens a fresh browser profile. Every response is kept and searched for secrets at the end.
  async person({script = true, dark = false, width = 1280, height = 900, touch = false, state, serviceWorkers} = {}) {
    this.browser ??= await launch(this.options.wholeBrowser ? wholeBrowser() : undefined)
    const context = await this.browser.newContext({javaScriptEnabled: script, colorScheme: dark ? 'dark' : 'light', viewport: {width, height}, hasTouch: touch, storageState: state, serviceWorkers, reducedMotion: 'reduce'})
    this.contexts = [...this.contexts ?? [], context]
    this.seen ??= []
    context.on('response', r => this.seen.push(this.keep(r)))
    const page = await context.newPage()
    page.faults = []
    page.on('console', m => { if (m.type() === 'error' && !/status of (4|5)\d\d/.test(m.text())) page.faults.push(m.text()) })
    page.on('pageerror', e => page.faults.push(String(e)))
    return page
  }

  async keep(response) {
    // A response whose page was left may never end; what it brought until then was cancelled unread. The headers as they came on the wire are not
    // told of one that a worker handed on; those that the page sees are.
    const within = (promise, otherwise) => Promise.race([promise.catch(() => otherwise), new Promise(ok => setTimeout(ok, 10_000, otherwise).unref())])
    const [headers, body] = await Promise.all([within(response.headersArray(), response.headers()), within(response.body(), Buffer.alloc(0))])
    return {url: response.url(), bytes: JSON.stringify(headers) + response.url() + body.toString('latin1')}
  }

  // leaks searches everything that reached a browser, and the app's own logs, for every token and password that ever passed the wire.
  async leaks() {
    const hits = []
    const all = await Promise.all(this.seen ?? [])
    for (const context of this.contexts ?? []) all.push({url: 'cookies and storage', bytes: JSON.stringify(await context.storageState())})
    all.push({url: 'the log', bytes: this.logs + this.app.out + this.app.err})
    for (const secret of this.wire.secrets) {
      for (const shape of shapes(secret)) {
        for (const r of all) if (r.bytes.includes(shape)) hits.push(r.url)
      }
    }
    searched.responses += all.length
    return hits
  }

  async stop() {
    for (const c of this.contexts ?? []) await c.close().catch(() => {})
    await this.browser?.close()
    await this.app?.stop()
    for (const c of this.cleanups.reverse()) await c()
  }
}

export function which(...names) {
  for (const n of names) {
    try {
      return execFileSync('sh', ['-c', `command -v ${n}`], {encoding: 'utf8'}).trim()
    } catch { /* the next name */ }
  }
  throw new Error(`none of ${names.join(', ')} is installed; run scripts/setup.sh`)
}

const whole = ['chromium', 'chromium-browser', 'google-chrome']

// wholeBrowser is Chromium with all that its shell for tests lacks: tabs that are restored, pages that are kept for Back.
export const wholeBrowser = () => which(...whole)

// launch starts the shell, which needs two thirds of the processor time of the whole browser, or that one.
export async function launch(executablePath = which('chromium-headless-shell', ...whole)) {
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  })
}

// Served is an app that needs no backend of ours, in a folder or of files (name → text), with a browser before it.
export class Served {
  static async start(from) {
    const w = new Served()
    w.dir = mkdtempSync(join(tmpdir(), 'usher-e2e-'))
    const folder = typeof from === 'string' ? from : written(join(w.dir, 'app'), from)
    try {
      w.app = new Process(['serve', folder, '--listen', `127.0.0.1:${await freePort()}`, '--data', join(w.dir, 'data')])
      await w.app.says(' is at ')
      w.url = /is at (http\S+?)\/?\s/.exec(w.app.out)[1]
      w.browser = await launch()
    } catch (e) {
      await w.stop()
      throw e
    }
    return w
  }

  // person is a page of a browser of its own; faults gathers what its console complains about, but for what is expected.
  async person({expected, ...options} = {}) {
    const context = await this.browser.newContext({viewport: {width: 1280, height: 900}, reducedMotion: 'reduce', ...options})
    const page = await context.newPage()
    page.faults = []
    page.on('console', m => { if (m.type() === 'error' && !expected?.test(m.text())) page.faults.push(m.text()) })
    page.on('pageerror', e => page.faults.push(String(e)))
    return page
  }

  // atForm is a person with a phone at a page of forms, where refusals are expected; posts counts what is sent.
  async atForm(path = '/', {script = true, clock, ...options} = {}) {
    const page = await this.person({expected: /status of 422/, javaScriptEnabled: script, viewport: {width: 390, height: 844}, ...options})
    page.posts = 0
    page.on('request', r => { if (r.method() === 'POST') page.posts++ })
    if (clock) await clock(page)
    await page.goto(this.url + path)
    return page
  }

  async stop() {
    await this.browser?.close()
    await this.app?.stop()
    rmSync(this.dir, {recursive: true, force: true})
  }
}

export async function logIn(page, world, {username = world.username, password = world.password} = {}) {
  await page.goto(world.url + '/')
  await page.getByLabel('Username or e-mail').fill(username)
  await page.getByLabel('Password', {exact: true}).fill(password)
  await page.getByRole('button', {name: 'Sign in', exact: true}).click()
}

export {existsSync, join, readFileSync, readdirSync, writeFileSync}
