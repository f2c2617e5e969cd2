// What happens on a page by itself: timers, leaving, coming back.
import {after, before, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {World, poll, stopClock} from './harness.mjs'

const watch = `path: /watch/{place}
title: Watch
access: any
state: {n: {type: int, default: 0}, run: {type: bool, default: true}}
onLeave: [{call: leave.tell}]
timers:
  - {every: 1s, when: "\${state.run}", do: [{setState: {n: "\${state.n + 1}"}}]}
body:
  - text: "N \${state.n}."
  - textField: {id: note, label: Note}
  - button: {text: Hold, onTap: [{setState: {run: false}}]}
  - button: {text: Ask, onTap: [{confirm: Sure?}, {setState: {n: 100}}]}
  - button: {text: Elsewhere, onTap: [{navigate: watch, with: {place: b}}]}
  - link: {text: Away, page: after}
`
const elsewhere = `path: /after
title: After
access: any
body: [text: You are elsewhere., link: {text: There, page: watch, with: {place: a}}]
`
const leave = `url: \${env.API_URL}
calls: {tell: {method: POST, path: /seen, auth: none}}
`

// away and back make a page believe that nobody looks at it, for a while.
const away = p => p.evaluate(() => {
  Object.defineProperty(document, 'hidden', {value: true, configurable: true})
  document.dispatchEvent(new Event('visibilitychange'))
})
const back = (p, seconds) => p.evaluate(after => {
  const now = Date.now
  Date.now = () => now() + after * 1000
  Object.defineProperty(document, 'hidden', {value: false, configurable: true})
  document.dispatchEvent(new Event('visibilitychange'))
}, seconds)

describe('what a page does by itself', () => {
  let w
  before(async () => {
    w = await World.start({
      files: {'pages/watch.yaml': watch, 'pages/after.yaml': elsewhere, 'calls/leave.yaml': leave},
      edits: [['app.yaml', 'usher: 1\n', 'usher: 1\nonResume: [{snackBar: Welcome back}]\n']],
    })
  })
  after(async () => { await w?.stop() })

  const ticks = p => {
    const seen = []
    p.on('request', r => { if (r.headers()['x-usher-live']) seen.push(r) })
    return seen
  }

  test('F140 F152 a timer runs while the page is looked at, beside what somebody types, and prolongs no login', async () => {
    const p = await w.person()
    const seen = ticks(p)
    await stopClock(p)
    await p.goto(w.url + '/watch/a')
    await p.getByLabel('Note').pressSequentially('half')
    await p.clock.runFor(1000)
    await p.getByText('N 1.').waitFor()
    assert.equal(await p.getByLabel('Note').inputValue(), 'half')
    assert.ok(await p.getByLabel('Note').evaluate(el => el === document.activeElement), 'the focus has gone')
    await away(p)
    await p.clock.runFor(10000)
    assert.equal(seen.length, 1, 'it ran while nobody looked')
    await back(p, 1)
    await p.getByText('N 2.').waitFor()
    await p.getByRole('button', {name: 'Hold'}).click()
    await poll('the end of the timer', () => p.evaluate(() => !document.querySelector('[data-timer]')))
    await p.clock.runFor(5000)
    assert.equal(seen.length, 2, 'what came due meanwhile ran once, and nothing after the end')
    assert.deepEqual(p.faults, [])
  })

  test('F152 a timer waits for an answer that is asked for, and begins anew on another page', async () => {
    const p = await w.person()
    const seen = ticks(p)
    await stopClock(p)
    await p.goto(w.url + '/watch/a')
    await p.getByRole('button', {name: 'Ask'}).click()
    await p.getByRole('dialog').waitFor()
    await p.clock.runFor(3000)
    assert.equal(seen.length, 0)
    await p.getByRole('button', {name: 'OK'}).click()
    await p.getByText('N 100.').waitFor()
    await poll('the timer', async () => { // which waits until the answer is drawn
      await p.clock.runFor(200)
      return p.getByText('N 101.').isVisible()
    })
    await p.getByRole('button', {name: 'Elsewhere'}).click()
    await p.waitForURL(/watch\/b/)
    await p.getByText('N 0.').waitFor() // its timer is wound up
    await p.clock.runFor(1000)
    await p.getByText('N 1.').waitFor()
    assert.deepEqual(p.faults, [])
  })

  test('F140 what runs when a page is left: by an event, by a link, and when the tab is closed', async () => {
    const p = await w.person()
    const told = () => w.wire.count('POST /seen')
    let n = told()
    await p.goto(w.url + '/watch/a')
    await p.getByRole('button', {name: 'Elsewhere'}).click()
    await p.waitForURL(/watch\/b/)
    await poll('the first page', () => told() === n + 1)
    await p.getByRole('link', {name: 'Away'}).click()
    await p.getByText('You are elsewhere.').waitFor()
    await poll('the second page', () => told() === n + 2)
    await p.getByRole('link', {name: 'There'}).click()
    await p.getByText(/^N [1-9]/).waitFor()
    n = told()
    await p.close({runBeforeUnload: true})
    for (let tries = 0; tries < 5; tries++) { // a browser waits only so long for a page that goes: on a machine that has stood still meanwhile another tab is closed
      if (await poll('the tab that was closed', () => told() === n + 1, 8000).catch(() => false)) return
      const tab = await w.person()
      await tab.goto(w.url + '/watch/a')
      await tab.getByText(/^N [1-9]/).waitFor()
      n = told()
      await tab.close({runBeforeUnload: true})
    }
    assert.equal(told(), n + 1, 'no tab that was closed has told')
  })

  test('F156 who comes back after a while is told, who only glanced elsewhere is not', async () => {
    const p = await w.person()
    await p.goto(w.url + '/after')
    await away(p)
    await back(p, 5)
    await away(p)
    await back(p, 60)
    await p.getByText('Welcome back').waitFor()
    assert.equal(await p.getByText('Welcome back').count(), 1)
    assert.deepEqual(p.faults, [])
  })
})

const touch = `path: /touch
title: Touch
access: any
state: {log: {type: text, default: ""}, pause: {type: bool, default: false}}
body:
  - text: "Log: \${state.log}"
  - button:
      text: Both
      onTap: [{setState: {log: "\${state.log}tap,"}}]
      onDoubleTap: [{setState: {log: "\${state.log}double,"}}]
      onLongPress: [{setState: {log: "\${state.log}long,"}}]
  - card:
      onTap: [{setState: {log: "\${state.log}open,"}}]
      onLongPress: [{setState: {log: "\${state.log}choose,"}}]
      children: [{text: {text: Trip, style: title}}]
  - textField: {id: word, label: Word, onFocus: [{setState: {log: "\${state.log}in,"}}], onBlur: [{setState: {log: "\${state.log}out \${form.word},"}}]}
  - radioGroup: {id: way, label: Way, options: [Rail, Road], onFocus: [{setState: {log: "\${state.log}group,"}}], onBlur: [{setState: {log: "\${state.log}left \${form.way},"}}]}
  - button: {text: Plain, onTap: [{setState: {log: "\${state.log}plain \${form.word},"}}]}
`

describe('taps and inputs', () => {
  let w
  before(async () => {
    w = await World.start({files: {'pages/touch.yaml': touch}})
  })
  after(async () => { await w?.stop() })

  // Taps are told apart by the time between them, which passes here only where a test says so.
  const sure = p => p.clock.runFor(400) // that no second tap follows
  const hold = async (p, locator) => {
    await locator.hover()
    await p.mouse.down()
    await p.clock.runFor(700)
    await p.mouse.up()
  }
  const log = async (p, said) => {
    await p.getByText('Log: ' + said, {exact: true}).waitFor()
    assert.deepEqual(p.faults, [])
  }

  test('F140 one tap, two, one that is held, and a right click, each once', async () => {
    const p = await w.person()
    await stopClock(p)
    await p.goto(w.url + '/touch')
    const both = p.getByRole('button', {name: 'Both'})
    await both.dblclick()
    await log(p, 'double,')
    await both.click()
    await sure(p)
    await log(p, 'double,tap,')
    await hold(p, both)
    await log(p, 'double,tap,long,')
    await both.click({button: 'right'})
    await log(p, 'double,tap,long,long,')
    const card = p.getByRole('button', {name: 'Trip'})
    await hold(p, card)
    await log(p, 'double,tap,long,long,choose,')
    await card.click()
    await log(p, 'double,tap,long,long,choose,open,')
  })

  test('F140 by touch: two taps, and one that is held, each once', async () => {
    const p = await w.person({touch: true, width: 390, height: 844})
    await stopClock(p)
    await p.goto(w.url + '/touch')
    const at = await p.getByRole('button', {name: 'Both'}).boundingBox()
    const [x, y] = [at.x + at.width / 2, at.y + at.height / 2]
    await p.touchscreen.tap(x, y)
    await p.touchscreen.tap(x, y)
    await log(p, 'double,')
    const cdp = await p.context().newCDPSession(p)
    await cdp.send('Input.dispatchTouchEvent', {type: 'touchStart', touchPoints: [{x, y}]})
    await p.clock.runFor(700)
    await log(p, 'double,long,')
    await cdp.send('Input.dispatchTouchEvent', {type: 'touchEnd', touchPoints: []})
    await p.touchscreen.tap(x, y)
    await sure(p)
    await log(p, 'double,long,tap,')
  })

  test('F140 the same by keys', async () => {
    const p = await w.person({width: 390, height: 844})
    await p.goto(w.url + '/touch')
    await p.getByRole('button', {name: 'Both'}).focus()
    await p.keyboard.press('Enter')
    await log(p, 'tap,')
    await p.keyboard.press('Shift+Enter')
    await log(p, 'tap,double,')
    await p.getByRole('button', {name: 'Both'}).focus()
    await p.keyboard.press('ContextMenu')
    await log(p, 'tap,double,long,')
  })

  test('F140 coming to an input and leaving it, a group as one, and what is pressed then', async () => {
    const p = await w.person()
    await p.goto(w.url + '/touch')
    await p.getByLabel('Word').focus()
    await log(p, 'in,')
    await p.keyboard.type('hill')
    assert.ok(await p.getByLabel('Word').evaluate(el => el === document.activeElement))
    await p.getByRole('radio', {name: 'Rail'}).focus()
    await log(p, 'in,out hill,group,')
    await p.keyboard.press('ArrowDown')
    await p.keyboard.press('Tab')
    await log(p, 'in,out hill,group,left Road,')
    await p.getByLabel('Word').focus()
    await log(p, 'in,out hill,group,left Road,in,')
    await p.getByRole('button', {name: 'Plain'}).click()
    await log(p, 'in,out hill,group,left Road,in,out hill,plain hill,')
  })

  test('F140 without script a tap is a tap', async () => {
    const p = await w.person({script: false})
    await p.goto(w.url + '/touch')
    await p.getByRole('button', {name: 'Both'}).click()
    await log(p, 'tap,')
  })
})
