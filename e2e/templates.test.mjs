// Every page of a template, added to TouristTrail over the real issuer: on a phone and a desk, light and dark, nothing is wider than the screen
// (360 px too) and axe-core finds nothing. UPDATE_PICTURES=1 takes the pictures of docs/templates.md anew.
import {after, before, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {mkdirSync} from 'node:fs'
import {World, binary, join, logIn, poll, root, writeFileSync} from './harness.mjs'
import {accessible, fits, still} from './looks.mjs'

const pictures = join(root, 'docs', 'pictures', 'templates')
mkdirSync(pictures, {recursive: true})

const templates = execFileSync(binary, ['add', 'page', '--list'], {encoding: 'utf8'}).trim().split('\n').map(line => line.split(' ')[0])
const inside = ['change-password', 'dashboard', 'edit-profile', 'list', 'profile', 'settings'] // for who is logged in

// Furnished is the world of TouristTrail with all pages.
class Furnished extends World {
  async serve() {
    if (!this.furnished) for (const t of templates) execFileSync(binary, ['add', 'page', t, '--as', `t-${t}`, '--path', `/t/${t}`, '--in', this.project])
    this.furnished = true
    await super.serve()
  }
}

let world
before(async () => {
  world = new Furnished({tokenTTL: '1h', project: 'touristtrail', wholeBrowser: true}) // the shell gives no advice on forms
  await world.begin()
})
after(() => world?.stop())

async function scheme(page, colorScheme) {
  await page.emulateMedia({colorScheme})
  await page.evaluate(async () => {
    const changing = () => document.getAnimations().some(a => a instanceof CSSTransition)
    for (let frames = 0; frames < 2 || changing() && frames < 120; frames++) await new Promise(requestAnimationFrame)
  })
}

// holds looks at the page that is open, on each screen and in each colour.
async function holds(page, name) {
  await page.evaluate(() => document.activeElement?.blur())
  for (const [screen, width, height] of [['desktop', 1040, 650], ['phone', 360, 740]]) {
    await page.setViewportSize({width, height})
    for (const colours of ['light', 'dark']) {
      await scheme(page, colours)
      await fits(page, `${name}, ${screen}, ${colours}`)
      await accessible(page, `${name}, ${screen}, ${colours}`)
      if (process.env.UPDATE_PICTURES) {
        await page.waitForFunction(() => [...document.images].every(i => i.complete))
        await picture(page, `${name}-${screen}-${colours}`, width, height)
      }
    }
  }
  assert.deepEqual(page.faults, [], name)
}

// picture shoots the screen at half its size, so that the repository stays small.
async function picture(page, name, width, height) {
  const cdp = await page.context().newCDPSession(page)
  const {data} = await cdp.send('Page.captureScreenshot', {format: 'png', clip: {x: 0, y: 0, width, height, scale: 0.6}})
  writeFileSync(join(pictures, name + '.png'), Buffer.from(data, 'base64'))
  await cdp.detach()
}

// managed says why a password manager could not fill in, or keep, what is typed into the forms of a page.
const managed = page => page.evaluate(() => {
  const faults = []
  const inputs = [...document.querySelectorAll('main input:not([type=hidden])')]
  const words = el => (el.autocomplete ?? '').split(' ').filter(Boolean)
  const has = (el, ...all) => words(el).some(w => all.includes(w))
  if (new Set(inputs.map(el => el.id)).size !== inputs.length || inputs.some(el => !el.id || !el.name)) faults.push('an input has no id and name of its own')
  for (const el of inputs) {
    if (el.type === 'password') {
      if (!has(el, 'current-password', 'new-password')) faults.push(`${el.id} says nothing of its password`)
      if (el.form?.method !== 'post') faults.push(`${el.id} stands in no form that is sent`)
      const before = [...el.form.elements].slice(0, [...el.form.elements].indexOf(el))
      if (!before.some(e => has(e, 'username', 'email', 'tel'))) faults.push(`no user name before ${el.id}`)
    } else if (el.type === 'email' && !has(el, 'email', 'username')) faults.push(`${el.id} does not say that it is an address`)
    else if (el.type === 'tel' && !words(el).some(w => w.startsWith('tel'))) faults.push(`${el.id} does not say that it is a number`)
  }
  for (const form of document.forms) {
    const current = [...form.elements].filter(el => has(el, 'current-password')).length
    if (current > 1) faults.push('two passwords to log in with stand in one form')
    if (current && !form.querySelector('[type=submit]')) faults.push('a form to log in has no button that sends it')
  }
  return faults
})

describe('F191 F194 pages of templates hold', () => {
  let guest, member
  before(async () => {
    guest = await world.person()
    member = await world.person()
    for (const page of [guest, member]) {
      page.advice = [] // what the password manager of the browser has to say
      page.on('console', m => { if (m.text().startsWith('[DOM]')) page.advice.push(m.text()) })
    }
    await logIn(member, world)
    await member.getByText('Welcome Emily').waitFor()
  })

  for (const name of templates) {
    test(`F191 ${name}`, async () => {
      const page = inside.includes(name) ? member : guest
      await page.setViewportSize({width: 1280, height: 800})
      const reply = await page.goto(`${world.url}/t/${name}`)
      assert.equal(new URL(page.url()).pathname, `/t/${name}`)
      assert.equal(reply.status(), 200)
      const ids = () => page.locator('main input').evaluateAll(all => all.map(el => el.id + ' ' + el.name))
      const first = await ids()
      assert.deepEqual(await managed(page), [], name)
      await still(page, `${name}, desktop`)
      await page.setViewportSize({width: 360, height: 740})
      await page.reload()
      await still(page, `${name}, phone`)
      await holds(page, name)
      await page.reload()
      assert.deepEqual(await ids(), first, `${name}: ids change`)
      assert.deepEqual(page.advice, [], name)
    })
  }

  test('F194 the browser says what a password manager lacks, and a form that has logged in is gone', async () => {
    const page = await world.person()
    const advice = []
    page.on('console', m => { if (m.text().startsWith('[DOM]')) advice.push(m.text()) })
    await page.route('**/bare', route => route.fulfill({contentType: 'text/html', body: '<!doctype html><title>Bare</title><input type=password>'}))
    await page.goto(world.url + '/bare')
    await poll('its advice', () => advice.some(a => a.includes('Password field is not contained in a form')))
    await page.unroute('**/bare')
    await logIn(page, world)
    await page.getByText('Welcome Emily').waitFor()
    assert.equal(await page.locator('input[type=password]').count(), 0)
    assert.equal(new URL(page.url()).pathname, '/home')
  })

  test('F191 one item of a list', async () => {
    await member.setViewportSize({width: 1280, height: 800})
    await member.goto(`${world.url}/t/list`)
    await member.locator('main .u-card').first().click()
    await member.waitForURL(/\/t\/list\/\d+$/)
    await holds(member, 'list-item')
  })
})
