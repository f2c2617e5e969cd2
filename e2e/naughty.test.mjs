// Strings and attacks of our own through every place of a page that shows text, in a real browser: with the content policy and without it.
// Without it there is nothing but the drawing to keep them from running. The switch for that is a proxy of this test: the app knows of none.
import {after, before, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {createServer, request} from 'node:http'
import {execFileSync} from 'node:child_process'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {Process, World, freePort, join, launch, poll, root} from './harness.mjs'

const long = Boolean(process.env.USHER_LONG)
const data = mkdtempSync(join(tmpdir(), 'usher-e2e-'))
const made = JSON.parse(execFileSync('go', ['run', './internal/naughty/print', join(data, 'app')], {cwd: root, maxBuffer: 64 << 20}))
const texts = list => list.map(s => Buffer.from(s, 'base64').toString('utf8'))
const every = (list, n) => list.filter((_, i) => i % n === 0)
const all = {strings: texts(made.strings), payloads: texts(made.payloads)}
const corpus = [...every(all.strings, 2), ...every(all.payloads, 5)]
// Each place has another text, and each turn moves them all on: with USHER_LONG until every text was in every place, otherwise a dozen times.
const turns = Array.from({length: long ? corpus.length : 12}, (_, i) => long ? i : i * 83)

// Proxy stands between browser and app. It lets nothing out, remembers who was asked for, and takes the policy away if it is told to.
class Proxy {
  constructor(app, policy) { Object.assign(this, {app, policy, pages: 0, strange: []}) }
  async start() {
    this.server = createServer((req, res) => this.pass(req, res))
    this.server.on('connect', (req, socket) => { this.strange.push(req.url); socket.destroy() })
    this.server.on('upgrade', (req, socket) => { this.strange.push(req.url); socket.destroy() })
    this.port = await freePort()
    await new Promise(ok => this.server.listen(this.port, '127.0.0.1', ok))
    return this
  }
  pass(req, res) {
    const url = URL.canParse(req.url) ? new URL(req.url) : null // a browser asks for some that Node reads as none
    if (url?.host !== this.app.host) {
      this.strange.push(req.url)
      res.writeHead(204)
      return res.end()
    }
    if (req.headers['sec-fetch-dest'] === 'image') { // what texts name as a picture is not there: the app need not say so each time
      res.writeHead(404)
      return res.end()
    }
    const onward = request({host: '127.0.0.1', port: this.app.port, method: req.method, path: url.pathname + url.search, headers: req.headers}, reply => {
      const headers = {...reply.headers}
      if (headers['content-security-policy']) this.pages++
      if (!this.policy) delete headers['content-security-policy']
      res.writeHead(reply.statusCode, headers)
      reply.pipe(res)
    })
    onward.on('error', () => res.destroy())
    req.pipe(onward)
  }
  stop() {
    this.server.closeAllConnections()
    return new Promise(ok => this.server.close(ok))
  }
}

// backend fills each field with another text; turn decides with which.
const backend = {turn: 0}
const fill = () => Object.fromEntries(made.sinks.map((s, i) => [s.Field, corpus[(backend.turn + i) % corpus.length]]))

let app, api, url, browser
before(async () => {
  const port = await freePort()
  api = createServer((req, res) => {
    const good = req.url === '/rows'
    res.writeHead(good ? 200 : 500, {'Content-Type': 'application/json'})
    res.end(JSON.stringify(good ? fill() : {message: corpus[backend.turn % corpus.length]}))
  })
  await new Promise(ok => api.listen(port, '127.0.0.1', ok))
  app = new Process(['serve', join(data, 'app'), '--listen', `127.0.0.1:${await freePort()}`, '--data', join(data, 'data')], {API_URL: `http://127.0.0.1:${port}`})
  await app.says(' is at ')
  url = new URL(/is at (http\S+?)\/?\s/.exec(app.out)[1])
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await app?.stop()
  api?.closeAllConnections()
  await new Promise(ok => api ? api.close(ok) : ok())
  rmSync(data, {recursive: true, force: true})
})

// watched is a page whose every sign of an execution is written down.
async function watched(proxy) {
  const context = await browser.newContext({proxy: {server: `http://127.0.0.1:${proxy.port}`}, reducedMotion: 'reduce'})
  const seen = {hits: [], violations: [], strange: []}
  await context.exposeBinding('__hit', ({frame}) => { seen.hits.push(frame.url()) })
  await context.exposeBinding('__violated', (_, what) => { seen.violations.push(what) })
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', e => globalThis.__violated(`${e.effectiveDirective} ${e.blockedURI} ${e.sample}`))
    for (const name of ['alert', 'confirm', 'prompt', 'print', 'open']) globalThis[name] = () => globalThis.__hit()
  })
  const page = await context.newPage()
  context.on('page', p => seen.hits.push(`a window: ${p.url()}`))
  page.on('dialog', d => { seen.hits.push(`a dialog: ${d.message()}`); d.dismiss() })
  page.on('framenavigated', f => {
    if (f !== page.mainFrame() && !/^($|about:blank$|chrome-error:|https:\/\/naughty\.example\/)/.test(f.url())) seen.hits.push(`a frame: ${f.url()}`)
  })
  page.on('pageerror', e => seen.hits.push(`an error: ${e}`))
  context.on('request', r => {
    if (![url.origin, 'https://naughty.example'].includes(URL.canParse(r.url()) ? new URL(r.url()).origin : r.url()) && !['image', 'media'].includes(r.resourceType())) seen.strange.push(`${r.resourceType()} ${r.url()}`)
  })
  return {context, page, seen}
}

// addresses are those of the page that a browser would not simply open, as the browser itself reads them.
const addresses = page => page.evaluate(() => {
  const bad = []
  for (const e of document.querySelectorAll('[href], [src], [action], [formaction], [data-fallback], [srcset], [data], [poster], [ping]')) {
    for (const name of ['href', 'src', 'action', 'formaction', 'data-fallback', 'data', 'poster', 'ping']) {
      if (!e.hasAttribute(name)) continue
      let u
      try { u = new URL(e.getAttribute(name), document.baseURI) } catch { continue }
      if (!['http:', 'https:', 'mailto:', 'tel:'].includes(u.protocol)) bad.push(`${e.localName} ${name} ${u}`)
    }
  }
  for (const e of document.querySelectorAll('iframe, frame, object, embed, base, style, applet, meta[http-equiv], script:not([src])')) {
    const shut = e.localName === 'iframe' && e.hasAttribute('sandbox') && !e.sandbox.contains('allow-same-origin') && !e.hasAttribute('srcdoc') && new URL(e.src).origin === 'https://naughty.example'
    if (!shut) bad.push(e.outerHTML.slice(0, 120)) // the widget frame shows the one origin that its app names
  }
  return bad
})

// redrawn presses a button that shows a text in a snack bar, and waits until script has drawn the answer into the page.
async function redrawn(page) {
  await page.evaluate(() => {
    document.body.setAttribute('data-before', '')
    globalThis.__stays = true
    document.querySelector('button[form=page][name=_event]').click()
  })
  await page.waitForFunction(() => !document.body.hasAttribute('data-before'))
  assert.equal(await page.evaluate(() => globalThis.__stays), true, 'script has drawn it, not a page loaded anew')
}

for (const policy of [true, false]) {
  describe(policy ? 'with the content policy' : 'without the content policy', () => {
    let proxy, context, page, seen
    before(async () => {
      proxy = await new Proxy(url, policy).start();
      ({context, page, seen} = await watched(proxy))
    })
    after(async () => {
      await context?.close()
      await proxy?.stop()
    })

    test('F1 the hooks see what runs', async () => {
      await page.goto(url.origin + '/')
      await page.evaluate(() => document.body.insertAdjacentHTML('beforeend', '<img src="/nowhere" onerror="__hit()"><img src="//canary.invalid/x">'))
      await page.waitForFunction(() => [...document.images].every(i => i.complete))
      if (!policy) await poll('the handler to run', () => seen.hits.length > 0)
      assert.equal(seen.hits.length > 0, !policy, 'an injected handler')
      if (policy) await poll('the violation', () => seen.violations.some(v => v.startsWith('script-src')))
      else assert.deepEqual(seen.violations.filter(v => v.startsWith('script-src')), [])
      assert.ok(proxy.strange.some(s => s.includes('canary.invalid')) || policy, 'the canary hears')
      seen.hits.length = seen.violations.length = seen.strange.length = 0
    })

    test('F1 the corpus is as large as the promise', () => {
      assert.ok(every(all.strings, 2).length >= 485 && every(all.payloads, 5).length >= 500, `${all.strings.length} strings, ${all.payloads.length} payloads`)
    })

    test('F1 F2 nothing runs in any place that shows text', async t => {
      let loads = 0
      const began = performance.now()
      const clean = async name => {
        loads++
        assert.deepEqual(await addresses(page), [], `${name}, turn ${backend.turn}`)
      }
      for (backend.turn of turns) {
        for (const name of made.pages) {
          await page.goto(`${url.origin}/${name.toLowerCase()}`, {waitUntil: 'domcontentloaded'})
          await clean(name)
          if (name !== 'full') {
            assert.equal(await page.locator('dialog[open]').count(), 1, `${name} is open`)
            continue
          }
          await redrawn(page)
          await clean('full, drawn again')
        }
        const text = encodeURIComponent(corpus[backend.turn % corpus.length])
        await page.goto(`${url.origin}/other/${text}?q=${text}#${text}`, {waitUntil: 'domcontentloaded'})
        await clean('parameters')
        assert.deepEqual(seen.hits, [], `turn ${backend.turn}`)
      }
      t.diagnostic(`${turns.length} turns of ${corpus.length} texts in ${made.sinks.length} places: ${loads} pages, ${Math.round((performance.now() - began) / loads)} ms each`)
      assert.deepEqual(seen.strange, [])
      assert.deepEqual(seen.violations.filter(v => !v.startsWith('img-src')), [])
      assert.ok(proxy.pages >= loads, 'the pages came by the proxy')
    })
  })
}

describe('after a log-in', () => {
  let w
  before(async () => { w = await World.start() })
  after(async () => { await w?.stop() })

  test('F6 the browser stays with the app, whatever address it asked for', async t => {
    const page = await w.person()
    const elsewhere = []
    await page.context().route(u => u.origin !== w.url, r => {
      if (r.request().resourceType() !== 'image') elsewhere.push(r.request().url())
      r.abort()
    })
    const forms = every(texts(made.redirects), long ? 8 : 90)
    for (const [i, form] of forms.entries()) {
      const text = encodeURIComponent(form)
      const ask = [`/posts/${text}`, `/home?next=${text}`, `/login?return=${text}`, '/' + form][i % 4]
      await page.goto(w.url + ask).catch(() => {}) // the last form may be no address at all
      if (!page.url().startsWith(w.url + '/login')) await page.goto(w.url + '/login')
      await page.getByLabel('Username or e-mail').fill(w.username)
      await page.getByLabel('Password', {exact: true}).fill(w.password)
      await page.getByRole('button', {name: 'Sign in', exact: true}).click()
      await poll('the log-in', async () => page.evaluate(() => document.body.dataset.live))
      assert.equal(new URL(page.url()).origin, w.url, ask)
      await page.goto('about:blank') // a page that is left open notices that its login is gone, and goes to the log-in page by itself
      await page.context().clearCookies()
    }
    t.diagnostic(`${forms.length} addresses`)
    assert.deepEqual(elsewhere, [])
  })
})
