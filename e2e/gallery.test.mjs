// Every widget's page of the gallery on a phone, a tablet and a desk, in light, each day a third of them in dark, and right-to-left: no overflow, no fault, nothing
// for axe-core to find, reachable by keyboard with a visible focus, and drawn without script. UPDATE_PICTURES=1 writes the pictures of the reference anew.
import {after, before, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {mkdirSync, readdirSync} from 'node:fs'
import {Served, becomes, join, out, root} from './harness.mjs'
import {accessible, fits, ofRoom, today} from './looks.mjs'

const folder = join(root, 'examples', 'gallery')
const kinds = readdirSync(join(folder, 'pages')).filter(f => f.endsWith('.yaml')).map(f => f.slice(0, -5)).filter(k => k !== 'index')
const pictures = join(root, 'docs', 'pictures', 'widgets')
const widths = [360, 768, 1280]
const due = today(kinds) // for what is asked in dark, and of a page from right to left on a phone

const focusable = 'a[href], button:not([disabled]), input:not([disabled]):not([type=hidden]), select:not([disabled]), textarea:not([disabled]), summary, video[controls], [tabindex="0"]'

let served, url
before(async () => {
  served = await Served.start(folder)
  url = served.url
})
after(() => served?.stop())

// map stands for the site that the page of the frame shows: no test leaves this machine.
const map = `<!doctype html><title>Map</title><style>body{margin:0;overflow:hidden;background:#e8efe0}svg{inline-size:100vw;block-size:100vh}</style>
<svg viewBox="0 0 640 360" preserveAspectRatio="xMidYMid slice"><path fill="#a9cfe8" d="M120 210c40-60 150-90 220-50s120-10 170 30-20 110-110 110-90-20-160 0-160-30-120-90z"/>
<path fill="none" stroke="#fff" stroke-width="9" d="M0 120c120 20 160-50 300-40s220 70 340 10"/><path fill="none" stroke="#e9b44c" stroke-width="4" d="M40 360c60-80 20-160 110-240s180-40 260-120"/>
<path fill="none" stroke="#c9d8bb" stroke-width="26" d="M470 360c20-90 100-90 170-120"/><path fill="#c2410c" d="M392 132a17 17 0 0 1 34 0c0 15-17 34-17 34s-17-19-17-34z"/></svg>`

const person = async options => {
  const page = await served.person(options)
  await page.context().route('https://www.openstreetmap.org/**', route => route.fulfill({contentType: 'text/html', body: map}))
  return page
}

// scheme switches between light and dark, and lets the colours arrive.
async function scheme(page, colorScheme) {
  await page.emulateMedia({colorScheme})
  await page.evaluate(() => { for (const a of document.getAnimations()) if (a instanceof CSSTransition) a.finish() })
}

// walk presses Tab until the focus has been everywhere, and says which elements it missed, came to out of order, or did not show.
async function walk(page, name) {
  const count = await page.evaluate(selector => {
    const radios = new Set() // Tab goes to one radio button of a group
    globalThis.stops = [...document.querySelectorAll(selector)].filter(e => {
      if (!e.checkVisibility({visibilityProperty: true}) || e.closest('[inert]') || e.tabIndex < 0) return false
      if (e.type !== 'radio') return true
      const first = !radios.has(e.form?.id + e.name)
      radios.add(e.form?.id + e.name)
      return first
    })
    document.activeElement?.blur()
    return globalThis.stops.length
  }, focusable)
  const seen = []
  for (let i = 0; i < count * 10 + 3; i++) { // a date has a stop for each of its parts
    await page.keyboard.press('Tab')
    const stop = await page.evaluate(() => {
      const e = document.activeElement
      if (e === document.body || e === null) return null
      const shows = s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0 || s.boxShadow !== 'none'
      let visible = false // the ring may be round the whole control
      for (let p = e, up = 0; p && up < 4 && !visible; p = p.parentElement, up++) visible = shows(getComputedStyle(p)) && (p === e || p.matches(':focus-within'))
      const group = e.type === 'radio' ? globalThis.stops.findIndex(s => s.name === e.name && s.form === e.form) : globalThis.stops.indexOf(e)
      return {at: group, visible, html: e.outerHTML.slice(0, 160)}
    })
    if (stop === null) break
    if (stop.html.startsWith('<iframe')) continue // what is in it is another's
    if (seen.at(-1)?.at === stop.at) continue
    if (seen.some(s => s.at === stop.at)) break
    seen.push(stop)
  }
  assert.deepEqual(seen.filter(s => !s.visible).map(s => s.html), [], `${name}: the focus cannot be seen`)
  const order = seen.map(s => s.at).filter(at => at >= 0)
  assert.deepEqual(order, [...order].sort((a, b) => a - b), `${name}: Tab goes out of order`)
  assert.equal(order.length, count, `${name}: Tab reaches ${order.length} of ${count} elements`)
}

describe('each widget has a page that holds', () => {
  let page
  const began = performance.now()
  before(async () => { page = await person() })
  after(() => console.log(`# ${kinds.length} pages in ${((performance.now() - began) / 1000).toFixed(1)} s`))

  for (const kind of kinds) {
    test(kind, async () => {
      page.faults.length = 0
      await scheme(page, 'light')
      await page.setViewportSize({width: 1280, height: 900})
      const reply = await page.goto(`${url}/${kind}`)
      assert.equal(reply.status(), 200)
      await walk(page, kind)
      await page.evaluate(() => document.activeElement?.blur()) // the link that skips to the content lies over what is below it while it has the focus
      await arrived(page)
      const whole = due.includes(kind) || process.env.UPDATE_PICTURES
      for (const colours of whole ? ['light', 'dark'] : ['light']) {
        await scheme(page, colours)
        await accessible(page, `${kind}, ${colours}`, colours === 'dark' ? ['color-contrast'] : undefined) // nothing else is of colours
        if (process.env.UPDATE_PICTURES) await page.screenshot({path: join(out, `gallery-${kind}-${colours}.png`), fullPage: true})
        if (process.env.UPDATE_PICTURES && colours === 'light') await picture(page, kind)
      }
      for (const dir of ['ltr', 'rtl']) {
        await page.evaluate(d => { document.documentElement.dir = d }, dir)
        for (const width of widths) {
          await page.setViewportSize({width, height: 800})
          await fits(page, `${kind}, ${dir}, ${width} px`)
        }
      }
      await page.setViewportSize({width: 360, height: 800})
      if (whole) await accessible(page, `${kind}, rtl, 360 px`, ofRoom)
      assert.deepEqual(page.faults, [], kind)
    })
  }
})

// arrived waits for what frames show.
async function arrived(page) {
  for (const frame of await page.locator('iframe').all()) {
    await frame.scrollIntoViewIfNeeded()
    await frame.contentFrame().locator('svg').waitFor()
  }
}

// What lies over the page is shown open.
const opened = {dialog: 'dialog[open]', bottomSheet: 'dialog[open]', menu: 'details[open] .u-menu-list', drawer: '.u-drawer:popover-open'}

// picture shoots the first card or bar of the page, where the example of the reference stands.
async function picture(page, kind) {
  mkdirSync(pictures, {recursive: true})
  await page.setViewportSize({width: 640, height: 900})
  if (opened[kind]) await overlay(page, kind, opened[kind])
  else await page.locator('main :is(.u-card, .u-appbar, .u-navbar)').first().screenshot({path: join(pictures, `${kind}.png`)})
  await page.setViewportSize({width: 1280, height: 900})
}

// overlay takes the picture of what a button opens, and closes it.
async function overlay(page, kind, what) {
  await page.setViewportSize({width: 640, height: 420})
  await page.locator('main .u-card :is(button, summary)').first().click()
  await page.locator(what).first().waitFor()
  await page.mouse.move(0, 0)
  if (kind === 'menu') await page.locator('main .u-card').first().evaluate(e => scrollTo(0, e.offsetTop - 16))
  await page.screenshot({path: join(pictures, `${kind}.png`)})
  await page.keyboard.press('Escape')
  await page.locator(what).first().waitFor({state: 'hidden'})
}

describe('without script', () => {
  let page
  before(async () => { page = await person({javaScriptEnabled: false}) })

  test('every page is drawn', async () => {
    for (const kind of ['', ...kinds]) {
      const reply = await page.goto(`${url}/${kind}`)
      assert.equal(reply.status(), 200, kind)
      assert.ok((await page.locator('main').innerText()).trim().length > 20, kind)
    }
  })

  test('a form is checked, keeps what was typed, and is sent', async () => {
    await page.goto(url + '/form')
    await page.getByLabel('Name').fill('Nora')
    await page.getByLabel('E-mail').fill('no address')
    await page.locator('form').first().evaluate(f => { f.noValidate = true }).catch(() => {}) // the browser's own check is not what is tested
    await page.getByRole('button', {name: 'Send'}).click()
    assert.equal(await page.getByLabel('Name').inputValue(), 'Nora')
    await page.getByLabel('E-mail').fill('nora@example.com')
    await page.getByRole('button', {name: 'Send'}).click()
    await page.getByText('Hello Nora, we write to nora@example.com.').waitFor()
    await page.getByLabel('Code').fill('abc')
    await page.getByRole('button', {name: 'Reserve'}).click()
    await page.getByText('The code abc is taken.').waitFor()
  })

  test('a button runs its flow, a tab shows its panel', async () => {
    await page.goto(url + '/button')
    await page.getByRole('button', {name: 'Tapped 0 times'}).click()
    await page.getByRole('button', {name: 'Tapped 1 times'}).waitFor()
    await page.goto(url + '/tabBar')
    await page.getByRole('tab', {name: 'Summit'}).click()
    await page.getByText('The whole fjord lies below.').waitFor()
  })
})

for (const script of [true, false]) {
  test(`F150 a component keeps its own state, ${script ? 'with' : 'without'} script`, async () => {
    const page = await person({script})
    await page.goto(url + '/component')
    const boots = page.getByText('Boots, rain gear'), bus = page.getByText('By bus 12')
    await page.getByRole('button', {name: 'More'}).nth(1).click()
    await bus.waitFor()
    await becomes(() => boots.count(), 0)
    await page.getByRole('button', {name: 'Choose'}).first().click()
    await page.getByText('Chosen: Over the pass').waitFor()
    assert.ok(await bus.isVisible(), 'what is open stays open')
    await page.getByRole('button', {name: 'More'}).click()
    await boots.waitFor()
    await page.getByRole('button', {name: 'Less'}).nth(1).click()
    await bus.waitFor({state: 'detached'})
    assert.ok(await boots.isVisible())
    await page.goto(url + '/component')
    await page.getByRole('button', {name: 'More'}).nth(1).waitFor()
    await becomes(() => boots.count(), 0)
    assert.deepEqual(page.faults, [])
    await page.context().close()
  })
}
