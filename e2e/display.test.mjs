// Widgets that show something, where a browser alone can tell: pictures that do not load.
import {after, before, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {Served, join, out, poll, root} from './harness.mjs'

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
