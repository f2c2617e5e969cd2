// A backend with the shapes of dummyjson.com's auth: no expiry field, a new refresh token with each refresh, 400 for a wrong password,
// 401 for a dead access token and 403 for a dead refresh token.
import {createServer} from 'node:http'
import {createHmac, randomBytes} from 'node:crypto'
import {freePort} from './harness.mjs'

export class DummyJSON {
  constructor({ttl = 3600} = {}) {
    this.ttl = ttl
    this.key = randomBytes(32)
    this.calls = []
    this.secrets = new Set()
    this.user = {id: 1, username: 'emilys', email: 'emily.johnson@x.dummyjson.com', firstName: 'Emily', lastName: 'Johnson', gender: 'female', image: ''}
    this.password = 'emilyspass-' + randomBytes(6).toString('hex')
    this.secrets.add(this.password)
    this.refused = false
  }

  token(kind, ttl) {
    const b64 = o => Buffer.from(JSON.stringify(o)).toString('base64url')
    const body = `${b64({alg: 'HS256', typ: 'JWT'})}.${b64({kind, ...this.user, n: randomBytes(8).toString('hex'), iat: now(), exp: now() + ttl})}`
    const token = `${body}.${createHmac('sha256', this.key).update(body).digest('base64url')}`
    this.secrets.add(token)
    return token
  }

  valid(token, kind) {
    const [head, claims, sign] = (token ?? '').split('.')
    if (!sign || createHmac('sha256', this.key).update(`${head}.${claims}`).digest('base64url') !== sign) return false
    const c = JSON.parse(Buffer.from(claims, 'base64url'))
    return c.kind === kind && c.exp > now()
  }

  pair() { return {accessToken: this.token('access', this.ttl), refreshToken: this.token('refresh', 30 * 86400)} }

  count(call) { return this.calls.filter(c => c === call).length }

  answer(call, body, bearer) {
    switch (call) {
      case 'POST /auth/login':
        if (body.username !== this.user.username || body.password !== this.password) return [400, {message: 'Invalid credentials'}]
        return [200, {...this.user, ...this.pair()}]
      case 'POST /auth/refresh':
        if (!body.refreshToken) return [401, {message: 'Refresh token required'}]
        if (this.refused || !this.valid(body.refreshToken, 'refresh')) return [403, {message: 'Invalid refresh token'}]
        return [200, this.pair()]
      case 'GET /auth/me':
        if (!this.valid(bearer, 'access')) return [401, {message: 'Token Expired!'}]
        return [200, this.user]
    }
    return [404, {message: `${call} not found`}]
  }

  async start() {
    this.port = await freePort()
    this.url = `http://127.0.0.1:${this.port}`
    this.server = createServer((req, res) => {
      const chunks = []
      req.on('data', d => chunks.push(d)).on('end', () => {
        const call = `${req.method} ${new URL(req.url, this.url).pathname}`
        this.calls.push(call)
        const text = Buffer.concat(chunks).toString()
        const [status, reply] = this.answer(call, text ? JSON.parse(text) : {}, (req.headers.authorization ?? '').replace(/^Bearer /, ''))
        res.writeHead(status, {'Content-Type': 'application/json; charset=utf-8'}).end(JSON.stringify(reply))
      })
    })
    await new Promise(ok => this.server.listen(this.port, '127.0.0.1', ok))
    return this
  }

  async stop() {
    this.server.closeAllConnections?.()
    await new Promise(ok => this.server.close(ok))
  }
}

const now = () => Math.floor(Date.now() / 1000)
