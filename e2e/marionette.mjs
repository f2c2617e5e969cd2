// Drives Firefox by its own remote protocol, Marionette: length-prefixed JSON over a loopback socket.
import {spawn} from 'node:child_process'
import {connect} from 'node:net'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {freePort, poll, which} from './harness.mjs'

export class Firefox {
  static async start() {
    const f = new Firefox()
    f.profile = mkdtempSync(join(tmpdir(), 'usher-firefox-'))
    const port = await freePort()
    writeFileSync(join(f.profile, 'user.js'), [
      ['marionette.port', port], ['app.update.enabled', false], ['datareporting.policy.dataSubmissionEnabled', false], ['toolkit.telemetry.enabled', false],
      ['browser.shell.checkDefaultBrowser', false], ['network.captive-portal-service.enabled', false], ['network.connectivity-service.enabled', false],
      ['browser.safebrowsing.malware.enabled', false], ['browser.safebrowsing.phishing.enabled', false], ['services.settings.server', 'http://127.0.0.1:9/'],
      ['extensions.getAddons.cache.enabled', false], ['browser.newtabpage.enabled', false], ['browser.startup.page', 0], ['signon.rememberSignons', false],
    ].map(([k, v]) => `user_pref(${JSON.stringify(k)}, ${JSON.stringify(v)});`).join('\n'))
    f.child = spawn(which('firefox-esr', 'firefox'), ['--headless', '--marionette', '--no-remote', '--profile', f.profile],
      {stdio: 'ignore', env: {...process.env, HOME: f.profile, MOZ_HEADLESS: '1'}})
    f.done = new Promise(ok => f.child.on('exit', ok))
    try {
      await f.connect(port)
      await f.send('WebDriver:NewSession', {capabilities: {alwaysMatch: {acceptInsecureCerts: false, pageLoadStrategy: 'normal'}}})
    } catch (e) {
      await f.stop()
      throw e
    }
    return f
  }

  async connect(port) {
    this.socket = await poll('Firefox to listen', () => new Promise((ok, no) => {
      const s = connect(port, '127.0.0.1', () => ok(s)).on('error', no)
    }), 60_000)
    this.waiting = new Map()
    this.id = 0
    let buffer = Buffer.alloc(0)
    this.socket.on('error', () => {})
    this.socket.on('data', d => {
      buffer = Buffer.concat([buffer, d])
      for (;;) {
        const colon = buffer.indexOf(':')
        if (colon < 0) return
        const length = Number(buffer.subarray(0, colon).toString())
        if (buffer.length < colon + 1 + length) return
        const message = JSON.parse(buffer.subarray(colon + 1, colon + 1 + length).toString())
        buffer = buffer.subarray(colon + 1 + length)
        if (!Array.isArray(message)) continue // the greeting
        const [, id, error, value] = message
        const w = this.waiting.get(id)
        this.waiting.delete(id)
        if (error) w?.no(new Error(`${w.name}: ${error.error}: ${error.message}`))
        else w?.ok(value)
      }
    })
  }

  send(name, params = {}) {
    const id = ++this.id
    const text = JSON.stringify([0, id, name, params])
    return new Promise((ok, no) => {
      this.waiting.set(id, {ok, no, name})
      this.socket.write(`${Buffer.byteLength(text)}:${text}`)
    })
  }

  go(url) { return this.send('WebDriver:Navigate', {url}) }
  async url() { return (await this.send('WebDriver:GetCurrentURL')).value }
  async run(script, ...args) { return (await this.send('WebDriver:ExecuteScript', {script, args})).value }
  async text() { return this.run('return document.body.innerText') }
  async find(css) { return Object.values((await this.send('WebDriver:FindElement', {using: 'css selector', value: css})).value)[0] }
  async type(css, text) { return this.send('WebDriver:ElementSendKeys', {id: await this.find(css), text}) }
  async click(css) { return this.send('WebDriver:ElementClick', {id: await this.find(css)}) }
  async sees(text) { return poll(`"${text}" in Firefox`, async () => (await this.text()).includes(text)) }

  async stop() {
    this.socket?.destroy()
    if (this.child.exitCode === null) this.child.kill('SIGTERM')
    await this.done
    rmSync(this.profile, {recursive: true, force: true, maxRetries: 5, retryDelay: 100})
  }
}
