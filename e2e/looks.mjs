// What every page must hold wherever a journey comes by: nothing for axe-core to find, and no wider than the screen.
import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {createRequire} from 'node:module'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const wcag = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

// ofRoom are the rules whose answer may be another where there is less room: names that are not shown, targets that lie closer, parts that scroll.
export const ofRoom = ['target-size', 'scrollable-region-focusable', 'button-name', 'link-name', 'label', 'aria-input-field-name', 'select-name', 'image-alt', 'aria-hidden-focus', 'nested-interactive']

// accessible runs axe-core (WCAG 2.2 AA) through the debugger, for the page's own policy lets no foreign script in. only names the rules that are asked,
// where the others were asked of the same page before.
export async function accessible(page, name, only) {
  if (!await page.evaluate(() => 'axe' in globalThis)) await page.evaluate(axe)
  const found = await page.evaluate(async rules => {
    const changing = () => document.getAnimations().some(a => a instanceof CSSTransition)
    for (let frames = 0; frames < 2 || changing() && frames < 120; frames++) await new Promise(requestAnimationFrame) // from light to dark, element by element
    const {violations} = await globalThis.axe.run(document, {runOnly: rules, resultTypes: ['violations']})
    return violations.map(v => `${v.id}: ${v.nodes.map(n => n.html.slice(0, 160)).join(' | ')}`)
  }, only ?? wcag)
  assert.deepEqual(found, [], name)
}

// today is a third of a list, every day the next: what takes long and is about the same for each. With USHER_LONG=1 it is the whole.
export function today(list) {
  return process.env.USHER_LONG ? list : list.filter((_, i) => (i + Math.floor(Date.now() / 86_400_000)) % 3 === 0)
}

// fits refuses a page that has to be scrolled sideways.
export async function fits(page, name) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  assert.ok(over <= 0, `${name} is ${over} px wider than the screen`)
}

// shifts is how far the page has moved by itself since it was opened (cumulative layout shift).
export async function shifts(page) {
  return page.evaluate(() => new Promise(ok => {
    new PerformanceObserver((list, observer) => {
      observer.disconnect()
      ok(list.getEntries().reduce((sum, e) => sum + (e.hadRecentInput ? 0 : e.value), 0))
    }).observe({type: 'layout-shift', buffered: true})
    setTimeout(ok, 120, 0) // nothing is told where nothing has moved
  }))
}

// still refuses a page that moves by itself while it is opened, and says what moved.
export async function still(page, name) {
  await page.waitForLoadState('load')
  const far = await shifts(page)
  if (far === 0) return
  const moved = await page.evaluate(() => new Promise(ok => new PerformanceObserver(list => ok(list.getEntries().flatMap(e => e.sources.map(({node, previousRect: a, currentRect: b}) => {
    const el = node?.nodeType === 1 ? node : node?.parentElement
    return `${el ? `${el.tagName}.${el.className?.baseVal ?? el.className}` : 'gone'} from ${[a.x, a.y, a.width, a.height]} to ${[b.x, b.y, b.width, b.height]} at ${Math.round(e.startTime)} ms`
  })))).observe({type: 'layout-shift', buffered: true})))
  assert.fail(`${name} moves by ${far}: ${moved.join('; ')}`)
}
