// Three themes of one page, in light and dark: colours, sizes and variants as the theme says, nothing for axe-core to find, no overflow with long words
// from right to left. UPDATE_PICTURES=1 writes the pictures of the documentation anew.
import {describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {cpSync} from 'node:fs'
import {Served, becomes, join, out, root} from './harness.mjs'
import {accessible, fits} from './looks.mjs'
import {signs, woff2} from './typeface.mjs'

const page = `path: /
title: Trips
params: {long: {type: text, default: ""}}
body:
  - appBar: {title: "Trips\${params.long}", actions: [{iconButton: {icon: search, label: Search, onTap: [{snackBar: Hello}]}}]}
  - container:
      children:
        - text: {text: "Round the lake\${params.long}", style: display}
        - text: {text: "Eight kilometres, mostly flat. Bring water\${params.long}.", color: muted}
        - grid:
            columns: 2
            children:
              - card: [{stat: {label: "Distance\${params.long}", value: 8.2 km, change: +12 %, icon: map-pin}}]
              - card: {variant: hero, children: [{text: {text: Tomorrow, style: title}}, {text: "Seven guests, two dogs\${params.long}"}]}
        - card:
            - form:
                - textField: {id: name, label: "Your name\${params.long}", placeholder: Nora}
                - checkbox: {id: dogs, label: "I bring a dog\${params.long}"}
                - row:
                    wrap: true
                    children:
                      - button: {text: "Join\${params.long}", submit: true}
                      - button: {text: Maybe, variant: tonal}
                      - button: {text: Cancel, variant: danger, onTap: [{snackBar: Gone}]}
        - wrap: [{badge: {text: Open, tone: success}}, {badge: {text: Last places, tone: warning}}, {badge: {text: "New\${params.long}", variant: vip}}, {link: {text: All trips, page: home}}]
`

const variants = `  variants:
    card: {hero: {background: accent2, border: none}}
    badge: {vip: {background: tertiary}}
    button: {danger: {like: outlined, background: none, color: error, border: error}}
`
const themes = {
  one: 'theme:\n  accent: "#0f766e"\n' + variants,
  two: `theme:
  radius: 3
  density: compact
  type: {base: 15, ratio: 1.25}
  maxWidth: 900
  colors:
    primary: {light: "#b91c1c", dark: "#fca5a5"}
    secondary: "#1d4ed8"
    tertiary: "#6d28d9"
    primaryBackground: {light: "#faf7f2", dark: "#14110d"}
    secondaryBackground: {light: "#fffdf9", dark: "#201b15"}
    primaryText: {light: "#292018", dark: "#f5efe6"}
    alternate: {light: "#e7ddcf", dark: "#3b332a"}
` + variants,
  three: `theme:
  accent: "#eab308"
  mode: dark
  font: serif
  density: comfortable
  radius: large
  type: {base: 17, ratio: 1.3}
  spacing: {md: 20, lg: 32}
` + variants,
}

describe('F200 themes', () => {
  for (const [name, theme] of Object.entries(themes)) {
    test(`F200 ${name}`, async () => {
      const served = await Served.start({'app.yaml': `usher: 1\nname: Trips\n${theme}`, 'pages/home.yaml': page})
      try {
        assert.doesNotMatch(served.app.out + served.app.err, /below 4\.5:1/)
        const p = await served.person({viewport: {width: 720, height: 900}})
        await p.goto(served.url)
        for (const colorScheme of ['light', 'dark']) {
          await p.emulateMedia({colorScheme})
          await p.evaluate(() => { for (const a of document.getAnimations()) if (a instanceof CSSTransition) a.finish() })
          await accessible(p, `${name}, ${colorScheme}`)
          await p.screenshot({path: join(out, `theme-${name}-${colorScheme}.png`)})
        }
        if (process.env.UPDATE_PICTURES) cpSync(join(out, `theme-${name}-${name === 'three' ? 'dark' : 'light'}.png`), join(root, 'docs', 'pictures', `theme-${name}.png`))
        for (const width of [360, 1280]) {
          await p.setViewportSize({width, height: 800})
          await p.goto(`${served.url}/?long=${'Donaudampfschifffahrtsgesellschaft'.repeat(4)}`)
          await p.evaluate(() => { document.documentElement.dir = 'rtl' })
          await fits(p, `${name} at ${width} px`)
        }
        await p.screenshot({path: join(out, `theme-${name}-long.png`)})
        assert.deepEqual(p.faults, [])
      } finally { await served.stop() }
    })
  }

  test('F200 what stands right on a page leaves its margin free, whatever its width', async () => {
    const widths = ['auto', 'full', 'xs', 'sm', 'md', 'lg', 'xl']
    const one = ['button: {text: Button, onTap: [snackBar: Hello]', 'link: {text: Link, page: home', 'text: {text: Text', 'badge: {text: Badge', 'stat: {label: Stat, value: 8 km',
      'textField: {id: name, label: Name', 'switch: {id: on, label: Switch', 'dropdown: {id: which, label: Which, options: [a, b]', 'divider: {', 'progress: {label: Progress, value: 4', 'row: {children: [text: Row]',
      'stack: {children: [text: Stack]', 'markdown: {text: Markdown', 'form: {children: [textField: {id: mail, label: Mail}]', 'codeBlock: {code: x']
    const served = await Served.start({
      'app.yaml': 'usher: 1\nname: Trips\n',
      'pages/narrow.yaml': `path: /narrow\ntitle: Narrow\nbody:\n${one.map(w => `  - ${w}${w.endsWith('{') ? '' : ', '}width: xs}\n`).join('')}  - container:\n${one.map(w => `      - ${w.replace('id: ', 'id: in_')}${w.endsWith('{') ? '' : ', '}width: xs}\n`).join('')}`,
      'pages/home.yaml': `path: /\ntitle: Widths\nbody:\n${widths.map(w => `  - button: {text: ${w}, width: ${w}, onTap: [snackBar: Hello]}\n  - card: {width: ${w}, children: [text: Card ${w}]}\n`).join('')}`,
    })
    try {
      const p = await served.person()
      await p.goto(served.url)
      for (const width of [360, 1280]) {
        await p.setViewportSize({width, height: 900})
        await fits(p, `widths at ${width} px`)
        const boxes = await p.evaluate(() => [...document.querySelectorAll('main>*')].map(el => ({left: el.getBoundingClientRect().left, right: document.documentElement.clientWidth - el.getBoundingClientRect().right})))
        assert.equal(boxes.length, 2 * widths.length)
        for (const [i, {left, right}] of boxes.entries()) {
          assert.ok(left >= 16 && right >= 16, `${widths[i >> 1]} at ${width} px: ${left} px before it, ${right} px behind it`)
          if (i > 1) assert.ok(Math.abs(left - right) < 1, `${widths[i >> 1]} at ${width} px is not in the middle: ${left} px before it, ${right} px behind it`)
        }
        await p.screenshot({path: join(out, `widths-${width}.png`), fullPage: true})
      }
      await p.goto(served.url + '/narrow')
      const narrow = await p.evaluate(() => [...document.querySelectorAll('.u-w-xs')].map(el => [el.className, el.getBoundingClientRect().toJSON()]))
      assert.equal(narrow.length, 2 * one.length)
      for (const [kind, {x, width}] of narrow) {
        assert.ok(width > 300 && width <= 320, `${kind} is ${width} px wide`)
        assert.ok(Math.abs(x + width / 2 - 640) < 1, `${kind} is not in the middle: ${x}`)
      }
      await p.screenshot({path: join(out, 'widths-narrow.png'), fullPage: true})
      assert.deepEqual(p.faults, [])
    } finally { await served.stop() }
  })

  test('F200 a font of its own is asked for at once and from the app alone', async () => {
    const served = await Served.start({
      'app.yaml': 'usher: 1\nname: Trips\ntheme: {fonts: {body: {file: signs.woff2, adjust: 120%}, heading: signs.woff2}}\n',
      'pages/home.yaml': 'path: /\ntitle: Signs\nbody: [{text: {text: "Signs \uea60\uea61", style: headline}}, {text: "More \uea60"}]\n',
      'assets/signs.woff2': woff2(signs()),
    })
    try {
      const p = await served.person()
      const asked = []
      p.on('request', r => asked.push(r.url()))
      await p.goto(served.url)
      await p.evaluate(() => document.fonts.ready)
      const fonts = () => p.evaluate(() => [...document.fonts].filter(f => !f.family.includes('-like')).map(f => `${f.family.replaceAll('"', '')} ${f.status}`).sort())
      await becomes(fonts, ['u-body loaded', 'u-heading loaded'])
      assert.equal(asked.filter(u => u.endsWith('.woff2')).length, 1)
      assert.ok(asked.every(u => u.startsWith(served.url)), asked.join(' '))
      const like = await p.evaluate(() => [...document.styleSheets].flatMap(s => [...s.cssRules]).find(r => r.type === CSSRule.FONT_FACE_RULE && r.cssText.includes('u-body-like')).cssText)
      assert.match(like, /size-adjust: 120%/) // the browser has understood it
      assert.match(await p.locator('main :is(h1, h2, h3)').first().evaluate(e => getComputedStyle(e).fontFamily), /^"?u-heading/)
      assert.deepEqual(p.faults, [])
    } finally { await served.stop() }
  })
})
