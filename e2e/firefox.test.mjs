// What two browsers must agree on, in Firefox.
import {test} from 'node:test'
import assert from 'node:assert/strict'
import {createServer} from 'node:http'
import {World, freePort} from './harness.mjs'
import {Firefox} from './marionette.mjs'

test('A4 A13 log in, then a link from another site opens the guarded page with no login page between', async () => {
  const w = await World.start()
  const port = await freePort()
  const attacks = []
  const site = createServer((req, res) => {
    attacks.push(req.url)
    res.writeHead(200, {'Content-Type': 'text/html'})
    res.end(`<a id="go" href="${w.url}/profile">to the profile</a>
      <form id="attack" method="post" action="${w.url}/home"><input name="_event" value="x"><button id="fire">fire</button></form>`)
  })
  await new Promise(ok => site.listen(port, '127.0.0.1', ok))
  let f
  try {
    f = await Firefox.start()
    await f.go(w.url + '/')
    await f.type('input[name=username]', w.username)
    await f.type('input[name=password]', w.password)
    await f.click('form button[name=_event]:not([hidden])')
    await f.sees('Welcome Emily')

    await f.go(`http://other.localhost:${port}/`)
    await f.click('#go')
    await f.sees('Your profile')
    assert.equal(await f.url(), w.url + '/profile')
    assert.ok(!(await f.run('return document.cookie')).includes('touristtrail'), 'script cannot read the cookie')

    await f.run(`document.cookie = '__Host-Http-touristtrail=v1.planted; path=/; secure'`)
    await f.go(w.url + '/home')
    await f.sees('Welcome Emily') // planting was refused by the browser, so the login is still the one cookie

    await f.go(`http://other.localhost:${port}/`)
    await f.click('#fire')
    await f.go(w.url + '/home')
    await f.sees('Welcome Emily') // the foreign form changed nothing
  } finally {
    await f?.stop()
    site.closeAllConnections?.()
    site.close()
    await w.stop()
  }
})
