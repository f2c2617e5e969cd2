// Files that the backend gives with the authentication token alone: a picture that is sent, shown, kept from others and gone after the log-out, and a
// file that comes as a download. The backend is the issuer, with an album before it.
import {after, before, test} from 'node:test'
import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {World, becomes, logIn, poll} from './harness.mjs'

const calls = `
url: \${env.API_URL}/album
auth: required
calls:
  photo: {path: /photo}
  send: {method: POST, path: /photo, params: {photo: file}, file: "\${params.photo}"}
  report: {path: /report}
`
const page = `
path: /album
title: Album
access: loggedIn
state: {said: {type: text, default: Nothing yet}}
body:
  - text: "\${state.said}"
  - image: {call: album.photo, alt: My hut, lazy: false}
  - form:
      onSubmit:
        - call: album.send
          with: {photo: "\${form.photo}"}
          then: [{setState: {said: "Sent \${form.photo.name}"}}]
      children:
        - fileUpload: {id: photo, label: Photo, accept: image/*, required: true}
        - button: {text: Send, submit: true}
  - button: {text: Draw, onTap: [{setState: {said: Drawn again}}]}
  - button: {text: Report, onTap: [{download: {call: album.report, name: Jahr 2026.csv}}]}
`
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')

let world, photos, refuse
before(async () => {
  world = await World.start({files: {'calls/album.yaml': calls, 'pages/album.yaml': page}})
  photos = new Map()
  world.wire.own = (req, res) => req.url.startsWith('/album/') && (answer(req, res), true)
})
after(() => world?.stop())

// answer is the album: it asks the issuer whose a token is.
async function answer(req, res) {
  const chunks = []
  for await (const c of req) chunks.push(c)
  const me = refuse?.(req) ?? await fetch(world.issuerURL + '/auth/me', {headers: {authorization: req.headers.authorization ?? ''}})
  const reply = (status, kind, body) => { res.writeHead(status, {'Content-Type': kind, ETag: '"1"'}); res.end(body) }
  if (me.status !== 200) return reply(me.status, 'application/json', JSON.stringify({message: me.message ?? 'The access token has expired.'}))
  const {username} = await me.json()
  if (req.method === 'POST') photos.set(username, Buffer.concat(chunks))
  if (req.method === 'POST') return reply(200, 'application/json', '{}')
  if (req.url === '/album/report') return reply(200, 'text/csv', `${username},1\n`)
  if (!photos.has(username)) return reply(404, 'application/json', '{"message":"There is none."}')
  reply(200, 'image/png', photos.get(username))
}

const src = p => p.getByAltText('My hut').getAttribute('src')
const shown = p => p.getByAltText('My hut').evaluate(img => img.complete && img.naturalWidth === 1)
const asked = () => world.wire.count('GET /album/photo')

async function sendPhoto(p) {
  await p.goto(world.url + '/album')
  await p.getByLabel('Photo', {exact: true}).setInputFiles({name: 'hut.png', mimeType: 'image/png', buffer: png})
  await p.getByRole('button', {name: 'Send', exact: true}).click()
  await p.getByText('Sent hut.png').waitFor()
  await poll('the picture', () => shown(p))
}

test('F108 A1 a private picture is sent and shown by an address without a token, and is not fetched again when the page is drawn again', async () => {
  const p = await world.person()
  await logIn(p, world)
  await p.waitForURL('**/home')
  await sendPhoto(p)
  const address = await src(p)
  assert.match(address, /^\/_usher\/call\//)
  const before = asked()
  await p.getByRole('button', {name: 'Draw'}).click()
  await p.getByText('Drawn again').waitFor()
  await becomes(() => src(p), address)
  assert.equal(asked(), before)
  await poll('the picture', () => shown(p))
  assert.deepEqual(p.faults, [])
})

test('F108 B6 an expired login is renewed once for a picture', async () => {
  const p = await world.person()
  await logIn(p, world)
  await p.waitForURL('**/home')
  let expired = 0
  refuse = req => req.url === '/album/photo' && expired++ === 0 ? {status: 401} : undefined
  const before = world.wire.count('POST /auth/refresh')
  await p.goto(world.url + '/album')
  await poll('the picture', () => shown(p))
  refuse = undefined
  assert.equal(world.wire.count('POST /auth/refresh'), before + 1)
})

test('F108 A15 F16 nobody else is shown it, and after the log-out nobody is, from no cache', async () => {
  const p = await world.person()
  await logIn(p, world)
  await p.waitForURL('**/home')
  await sendPhoto(p)
  const address = world.url + await src(p)
  const other = await world.person()
  await other.goto(world.url + '/')
  await other.getByText('Sign Up', {exact: true}).click()
  const fields = {'First name': 'Nora', 'Last name': 'Berg', 'E-mail': 'nora.album@example.com', Username: 'noraalbum', Password: 'granite lantern 42', 'Repeat the password': 'granite lantern 42'}
  for (const [label, text] of Object.entries(fields)) await other.getByLabel(label, {exact: true}).fill(text)
  await other.getByRole('button', {name: 'Create account'}).click()
  await other.waitForURL('**/home')
  const stranger = await world.person()
  for (const [who, one] of [['another login', other], ['nobody', stranger]]) assert.equal((await one.goto(address)).status(), 403, who)
  assert.equal((await p.goto(address)).status(), 200, 'the test can fail')
  await p.goto(world.url + '/profile')
  await p.getByRole('button', {name: 'Log out'}).click()
  await p.waitForURL('**/login')
  for (let i = 0; i < 3; i++) {
    await p.goBack().catch(() => {})
    await becomes(() => p.locator('img').evaluateAll(all => all.some(img => img.src.includes('/_usher/call/') && img.naturalWidth > 0)), false)
  }
  assert.equal((await p.goto(address)).status(), 403)
  await p.context().setOffline(true)
  await p.goto(address)
  await p.getByRole('heading', {name: 'You are offline'}).waitFor()
  assert.equal(await p.locator('img').count(), 0)
})

test('F108 A1 a download comes with its name, with script and without, and a refusal is told on the page', async () => {
  for (const script of [true, false]) {
    const p = await world.person({script})
    await logIn(p, world)
    await p.waitForURL('**/home')
    await p.goto(world.url + '/album')
    const got = p.waitForEvent('download')
    await p.getByRole('button', {name: 'Report'}).click()
    if (!script) await p.getByRole('link', {name: 'Download'}).click()
    const file = await got
    assert.equal(file.suggestedFilename(), 'Jahr 2026.csv')
    assert.equal(readFileSync(await file.path(), 'utf8'), 'emily,1\n')
    await p.getByText('The file Jahr 2026.csv is ready.').waitFor()
    assert.equal(new URL(p.url()).pathname, '/album')
    refuse = req => req.url === '/album/report' ? {status: 410, message: 'That report is gone.'} : undefined
    await p.getByRole('link', {name: 'Download'}).click()
    await p.getByText('That report is gone.').waitFor()
    refuse = undefined
    assert.equal(new URL(p.url()).pathname, '/album')
  }
})

test('F108 A1 no token reached a browser', async () => {
  assert.deepEqual(await world.leaks(), [])
})
