// Widgets that show something or stand over the page, where a browser alone can tell.
import {after, before, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {createServer} from 'node:http'
import {Served, becomes, join, out, poll, root} from './harness.mjs'
import {accessible, fits} from './looks.mjs'

let served
before(async () => { served = await Served.start(join(root, 'examples', 'gallery')) })
after(() => served?.stop())

const settled = page => page.evaluate(async () => {
  for (const img of document.images) {
    img.loading = 'eager'
    await img.decode().catch(() => {})
  }
})

describe('pictures that do not load', () => {
  test('F193 a picture gives way to its fallback, and keeps its place', async () => {
    const page = await served.person()
    await page.goto(served.url + '/image')
    const other = page.getByAltText('Other hills')
    const before = await other.boundingBox()
    await settled(page)
    await poll('the fallback', () => other.evaluate(img => img.naturalWidth > 0 && img.src.includes('hills.png')))
    assert.deepEqual(await other.boundingBox(), before)
    assert.equal(await page.getByAltText('Green hills').evaluate(img => img.getAttribute('width')), '480')
    assert.deepEqual(page.faults, [])
  })

  for (const javaScriptEnabled of [true, false]) {
    test(`F193 otherwise a frame with its alt, ${javaScriptEnabled ? 'with' : 'without'} script`, async () => {
      const page = await served.person({javaScriptEnabled})
      await page.goto(served.url + '/image')
      const hut = page.getByAltText('A hut under snow')
      await hut.scrollIntoViewIfNeeded()
      await poll('the frame', async () => (await hut.boundingBox()).height > 60)
      await hut.screenshot({path: join(out, `image-torn-${javaScriptEnabled}.png`)})
    })
  }
})

test('F193 text is cut where its lines end, with dots or without, and what is not to be marked is not', async () => {
  const page = await served.person({viewport: {width: 390, height: 844}})
  await page.goto(served.url + '/text')
  const lines = id => page.locator(id).evaluate(e => e.getBoundingClientRect().height / parseFloat(getComputedStyle(e).lineHeight))
  for (const [id, clamp] of [['#w-dots', true], ['#w-clipped', false]]) {
    assert.ok(Math.abs(await lines(id) - 2) < 0.1, `${id} has ${await lines(id)} lines`)
    assert.ok(await page.locator(id).evaluate(e => e.scrollHeight > e.clientHeight + 10 && e.textContent.endsWith('behind.')), 'all of it is there for those who do not see it')
    assert.equal(await page.locator(id).evaluate(e => getComputedStyle(e).display.includes('box') || getComputedStyle(e).display === 'flow-root'), clamp)
  }
  const marked = id => page.locator(id).evaluate(e => {
    const s = getSelection()
    s.selectAllChildren(e)
    return s.toString().length
  })
  assert.ok(await marked('#w-dots') > 100)
  assert.equal(await marked('#w-fixed'), 0)
  await page.goto(served.url + '/markdown')
  const height = await page.locator('#w-cut').evaluate(e => e.getBoundingClientRect().height / parseFloat(getComputedStyle(e).lineHeight))
  assert.ok(height > 2.5 && height < 3.6, `rich text cut after three lines has ${height}`)
})

test('F199 F198 size classes end where the theme says, and a widget is there while its condition holds', async () => {
  const sized = await Served.start({
    'app.yaml': 'usher: 1\nname: Sizes\ntheme: {breakpoints: {phone: 600, tablet: 800, laptop: 1000}}\n',
    'pages/home.yaml': `path: /
title: Sizes
state: {open: {type: bool, default: false}}
body:
  - text: {text: On a phone, showOn: [phone]}
  - text: {text: On a tablet, showOn: [tablet]}
  - text: {text: On a laptop, showOn: [laptop]}
  - text: {text: On a desktop, showOn: [desktop]}
  - text: {text: Now open, visible: "\${state.open}"}
  - button: {text: Turn, onTap: [{setState: {open: "\${not state.open}"}}]}
`})
  try {
    const page = await sized.person()
    await page.goto(sized.url)
    for (const [width, name] of [[599, 'phone'], [600, 'phone'], [601, 'tablet'], [800, 'tablet'], [801, 'laptop'], [1000, 'laptop'], [1001, 'desktop']]) {
      await page.setViewportSize({width, height: 700})
      await becomes(() => page.locator('main p:visible').allInnerTexts(), [`On a ${name}`], `${width} px`)
    }
    await page.getByRole('button', {name: 'Turn'}).click()
    await page.getByText('Now open').waitFor()
    await page.getByRole('button', {name: 'Turn'}).click()
    await page.getByText('Now open').waitFor({state: 'detached'})
    assert.deepEqual(page.faults, [])
  } finally {
    await sized.stop()
  }
})

describe('what a page embeds', () => {
  test('F193 a video keeps its place, is moved about in, shows its captions and plays on while the page changes', async () => {
    const page = await served.person()
    const parts = []
    page.on('response', r => { if (r.url().endsWith('walk.webm')) parts.push(r.status()) })
    await page.goto(served.url + '/video', {waitUntil: 'commit'})
    const video = page.getByLabel('A walker crosses a ridge')
    const before = await video.boundingBox()
    await video.evaluate(async v => {
      if (v.readyState < 1) await new Promise(ok => v.addEventListener('loadedmetadata', ok))
    })
    assert.deepEqual(await video.boundingBox(), before)
    assert.ok(Math.abs(before.width / before.height - 16 / 9) < 0.01, JSON.stringify(before))
    const said = await video.evaluate(async v => {
      v.currentTime = 4.5
      await new Promise(ok => v.addEventListener('seeked', ok))
      while (v.querySelector('track').readyState !== 2 || !v.textTracks[0].activeCues.length) await new Promise(requestAnimationFrame)
      return v.textTracks[0].activeCues[0].text
    })
    assert.match(said, /walker crosses the ridge/)
    assert.ok(parts.includes(206), `the answers were ${parts}`)
    const chosen = page.getByLabel('What was chosen')
    await chosen.evaluate(v => { v.muted = v.loop = true; return v.play() })
    await video.evaluate(v => { v.muted = v.loop = true; globalThis.other = v; return v.play() })
    await page.getByRole('button', {name: 'None'}).click()
    await chosen.waitFor({state: 'detached'})
    assert.ok(await video.evaluate(v => v === globalThis.other && !v.paused), 'a change elsewhere on the page has stopped the video')
    await page.getByRole('button', {name: 'One from elsewhere'}).click()
    await page.getByText('This cannot be shown here').waitFor()
    await page.screenshot({path: join(out, 'video-refused.png')})
    await accessible(page, 'a video that is refused')
    await page.getByRole('button', {name: 'The walk'}).click()
    await chosen.waitFor()
    assert.deepEqual(page.faults, [])
  })

  for (const reducedMotion of ['reduce', 'no-preference']) {
    test(`F193 a video ${reducedMotion === 'reduce' ? 'stays still for who asked for less motion' : 'starts by itself'}`, async () => {
      const page = await served.person({reducedMotion})
      await page.goto(served.url + '/video')
      const silent = page.getByLabel('A walker on a ridge')
      await silent.scrollIntoViewIfNeeded()
      await silent.evaluate(async v => { while (v.readyState < 3) await new Promise(requestAnimationFrame) })
      await poll('the video', async () => await silent.evaluate(v => v.paused) === (reducedMotion === 'reduce'))
    })
  }

  test('F193 a framed page is shut in, learns nothing of ours, and another site is refused with a sentence', async () => {
    const page = await served.person()
    const html = '<!doctype html><title>A map</title><body>Map</body>'
    const asked = []
    await page.context().route('https://www.openstreetmap.org/**', route => {
      asked.push(route.request().headers().referer)
      route.fulfill({contentType: 'text/html', body: html})
    })
    await page.goto(served.url + '/frame')
    const shut = page.getByTitle('A map of the valley')
    await shut.scrollIntoViewIfNeeded()
    await shut.contentFrame().getByText('Map').waitFor()
    const inside = await (await shut.elementHandle()).contentFrame()
    assert.deepEqual(await inside.evaluate(() => {
      const refused = f => { try { f(); return false } catch { return true } }
      return {origin: self.origin, from: document.referrer, cookies: refused(() => document.cookie), parent: refused(() => parent.document)}
    }), {origin: 'null', from: '', cookies: true, parent: true})
    assert.deepEqual(asked.filter(Boolean), [])
    await page.getByRole('button', {name: 'Another site'}).press('Enter')
    await page.getByText('This cannot be shown here').waitFor()
    await page.locator('.u-embed-none').screenshot({path: join(out, 'frame-refused.png')})
    await page.getByRole('button', {name: 'A map'}).press('Enter')
    await page.getByTitle('What was chosen').contentFrame().getByText('Map').waitFor()
  })
})

const focused = page => page.evaluate(() => document.activeElement.getAttribute('aria-label') || document.activeElement.textContent.trim() || document.activeElement.id)

async function usable(page, name) {
  await accessible(page, name)
  await fits(page, name)
  await page.screenshot({path: join(out, `display-${name}.png`)})
}

test('F193 a label of a chart stands below its point, also where the writing goes from right to left', async () => {
  const page = await served.person()
  await page.goto(served.url + '/chart')
  for (const dir of ['ltr', 'rtl']) {
    await page.evaluate(d => { document.documentElement.dir = d }, dir)
    const far = await page.evaluate(() => {
      const middle = e => { const r = e.getBoundingClientRect(); return r.x + r.width / 2 }
      const chart = document.querySelector('.u-chart:has(.u-hit)')
      return Math.abs(middle(chart.querySelector('.u-xlabels > *')) - middle(chart.querySelector('.u-hit')))
    })
    assert.ok(far < 12, `${dir}: the first label is ${far} px from the first point`)
  }
})

describe('dialogs of a page', () => {
  test('F153 the keyboard opens one, stays in it, and Escape gives the focus back', async () => {
    const page = await served.person()
    await page.goto(served.url + '/dialog')
    await page.getByRole('button', {name: 'Rename'}).focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', {name: 'Rename the trip'})
    await dialog.waitFor()
    await becomes(() => dialog.evaluate(d => d.matches(':modal')), true)
    for (let i = 0; i < 8; i++) {
      await page.keyboard.press('Tab')
      assert.ok(await page.evaluate(() => document.activeElement === document.body || !!document.activeElement.closest('dialog')), 'the focus has left the dialog')
    }
    await usable(page, 'dialog-desk-light')
    await page.keyboard.press('Escape')
    await dialog.waitFor({state: 'detached'})
    await becomes(() => focused(page), 'Rename')
    await page.keyboard.press('Enter')
    await dialog.getByLabel('Name').fill('Over the pass')
    await page.keyboard.press('Enter')
    await dialog.waitFor({state: 'detached'})
    await page.getByText('Over the pass').waitFor()
    assert.deepEqual(page.faults, [])
  })

  test('F153 a press beside it closes, one without a button of its own stays', async () => {
    const page = await served.person({viewport: {width: 390, height: 844}, colorScheme: 'dark'})
    await page.goto(served.url + '/bottomSheet')
    await page.getByRole('button', {name: 'Share'}).click()
    const sheet = page.getByRole('dialog', {name: 'Share the trip'})
    await sheet.waitFor()
    await usable(page, 'sheet-phone-dark')
    await page.mouse.click(190, 60)
    await sheet.waitFor({state: 'detached'})
    await page.getByRole('button', {name: 'Share'}).click()
    await sheet.getByRole('button', {name: 'Delete'}).click()
    await page.getByRole('dialog').filter({hasText: 'Delete this trip?'}).getByRole('button', {name: 'OK'}).click()
    await page.getByText('Deleted').waitFor()
    await page.waitForFunction(() => !document.querySelector('dialog'))
    await page.goto(served.url + '/dialog')
    await page.getByRole('button', {name: 'Read the terms'}).click()
    await page.waitForFunction(() => document.querySelector('dialog:modal'))
    for (let i = 0; i < 4; i++) await page.keyboard.press('Escape') // a browser closes a dialog at last, whatever its page says
    await page.mouse.click(190, 60)
    await page.waitForFunction(() => document.querySelector('dialog:modal'))
    await page.getByRole('button', {name: 'Agreed'}).click()
    await page.getByRole('dialog').waitFor({state: 'detached'})
    assert.deepEqual(page.faults, [])
  })

  test('F153 without script a dialog opens, keeps the page behind it out of reach, and closes', async () => {
    const page = await served.person({javaScriptEnabled: false, viewport: {width: 390, height: 844}})
    await page.goto(served.url + '/dialog')
    await page.getByRole('button', {name: 'Rename'}).click()
    const dialog = page.getByRole('dialog', {name: 'Rename the trip'})
    await dialog.waitFor()
    await page.screenshot({path: join(out, 'display-dialog-noscript.png')})
    await page.getByRole('button', {name: 'Read the terms'}).click({timeout: 500}).then(() => assert.fail('the page behind can be used'), () => {})
    await dialog.getByLabel('Name').fill('Through the gorge')
    await dialog.getByRole('button', {name: 'Rename'}).click()
    await page.getByText('Through the gorge').waitFor()
    await page.getByRole('button', {name: 'Rename'}).click()
    await dialog.getByRole('button', {name: 'Dismiss'}).click()
    await page.getByText('Through the gorge').waitFor()
    await becomes(() => page.getByRole('dialog').count(), 0)
  })
})

describe('a list that goes on', () => {
  let backend, app, failing = false, slow = null
  const asked = []
  before(async () => {
    backend = createServer(async (req, res) => {
      const page = Number(new URL(req.url, 'http://x').searchParams.get('page'))
      asked.push(page)
      await slow
      res.writeHead(failing ? 500 : 200, {'Content-Type': 'application/json'})
      res.end(JSON.stringify(failing ? {message: 'asleep'} : {walks: Array.from({length: 12}, (_, i) => ({id: page * 12 + i, name: `Walk ${page * 12 + i}.`}))}))
    })
    await new Promise(ok => backend.listen(0, '127.0.0.1', ok))
    app = await Served.start({
      'app.yaml': 'usher: 1\nname: Walks\n',
      'calls/walks.yaml': `url: http://127.0.0.1:${backend.address().port}\nauth: none\ncalls:\n  all: {path: /walks, params: {page: int}, query: {page: "\${params.page}"}}\n`,
      'pages/walks.yaml': `path: /
title: Walks
access: any
queries: {walks: {call: walks.all, with: {page: "\${page.index}"}, pages: {items: "\${reply.body.walks}", more: "\${page.loaded < 48}"}}}
body:
  - container:
      children:
        - text: {text: Walks, style: display}
        - list:
            data: \${queries.walks.items}
            query: walks
            key: id
            more: scroll
            refresh: true
            item: [{card: {children: [{text: {text: "\${item.name}", style: title}}]}}]
`})
  })
  after(async () => {
    await app?.stop()
    backend?.closeAllConnections()
    backend?.close()
  })

  test('F197 the next page comes when the end is near, bars stand in its place, and the page stays where it is', async () => {
    const page = await app.person({viewport: {width: 390, height: 844}})
    await page.goto(app.url + '/')
    await page.getByText('Walk 23.').waitFor() // the end of the first page is near from the start
    let go
    slow = new Promise(ok => { go = ok })
    await page.getByText('Walk 23.').scrollIntoViewIfNeeded()
    await page.locator('.u-loading').waitFor()
    await usable(page, 'list-loading')
    const before = await page.evaluate(() => scrollY)
    assert.ok(before > 0)
    go()
    slow = null
    await page.getByText('Walk 24.').waitFor({state: 'attached'})
    assert.equal(await page.evaluate(() => scrollY), before, 'the page has moved')
    while (await page.locator('[data-scroll]').count()) await page.evaluate(() => new Promise(ok => { scrollTo(0, document.body.scrollHeight); setTimeout(ok, 50) }))
    await becomes(() => page.getByText(/^Walk \d/).count(), 48)
    assert.deepEqual(page.faults, [])
  })

  test('F197 a page that fails is not asked for again by itself, the keyboard tries again', async () => {
    const page = await app.person({expected: /500/})
    await page.goto(app.url + '/')
    await page.getByText('Walk 11.').waitFor()
    failing = true
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight))
    const again = page.getByRole('button', {name: 'Try again'})
    await again.waitFor()
    const so = asked.length
    await page.evaluate(() => new Promise(ok => requestAnimationFrame(() => setTimeout(ok, 300))))
    assert.equal(asked.length, so, 'it is asked again and again')
    await page.screenshot({path: join(out, 'display-list-failed.png')})
    failing = false
    await again.focus()
    await page.keyboard.press('Enter')
    await page.getByText('Walk 12.').waitFor({state: 'attached'})
  })

  test('F197 a finger that pulls the page down asks again', async () => {
    const context = await app.browser.newContext({viewport: {width: 390, height: 844}, hasTouch: true, isMobile: true})
    const page = await context.newPage()
    await page.goto(app.url + '/')
    await page.getByText('Walk 23.').waitFor()
    const so = asked.length
    const cdp = await context.newCDPSession(page)
    const touch = (type, y) => cdp.send('Input.dispatchTouchEvent', {type, touchPoints: type === 'touchEnd' ? [] : [{x: 200, y}]})
    await touch('touchStart', 300)
    for (let y = 320; y <= 420; y += 20) await touch('touchMove', y)
    await touch('touchEnd')
    await poll('the query', () => asked.length > so)
    await context.close()
  })

  test('F197 without script there are buttons', async () => {
    const page = await app.person({javaScriptEnabled: false})
    await page.goto(app.url + '/')
    await page.getByRole('button', {name: 'Load more'}).click()
    await page.getByText('Walk 23.').waitFor()
    await page.screenshot({path: join(out, 'display-list-noscript.png'), fullPage: true})
    await page.getByRole('button', {name: 'Refresh'}).click()
    await page.getByText('Walk 23.').waitFor()
  })
})

describe('one page gives way to the next', () => {
  let app
  const page = (here, path, there) => `path: ${path}\ntitle: ${here}\naccess: any\nbody:\n  - text: This is ${here}.\n  - link: {text: Follow, page: ${there}}\n  - button: {text: Go, onTap: [{navigate: ${there}}]}\n`
  before(async () => {
    app = await Served.start({'app.yaml': 'usher: 1\nname: Moves\ntheme: {transition: slide}\n', 'pages/one.yaml': page('one', '/', 'two'), 'pages/two.yaml': page('two', '/two', 'one')})
  })
  after(() => app?.stop())

  for (const [reducedMotion, moves] of [['no-preference', 1], ['reduce', 0]]) {
    test(`F148 by an event and by a link, for people who want ${moves ? 'motion' : 'none'}`, async () => {
      const page = await app.person({reducedMotion})
      await page.goto(app.url + '/')
      await page.evaluate(() => {
        globalThis.moved = 0
        const start = document.startViewTransition.bind(document)
        document.startViewTransition = change => { globalThis.moved++; return start(change) }
      })
      await page.getByRole('button', {name: 'Go'}).click()
      await page.getByText('This is two.').waitFor()
      assert.equal(await page.evaluate(() => globalThis.moved), moves)
      await page.getByRole('link', {name: 'Follow'}).click()
      await page.getByText('This is one.').waitFor()
      await page.goBack()
      await page.getByText('This is two.').waitFor()
      assert.deepEqual(page.faults, [])
    })
  }
})
