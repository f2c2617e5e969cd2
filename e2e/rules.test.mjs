// What a browser says of an input before anything is sent is what the server says of it: both are asked the same table, project/testdata/rules.json.
import {after, before, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {Served, join, root} from './harness.mjs'

const {other, fields} = JSON.parse(readFileSync(join(root, 'project', 'testdata', 'rules.json'), 'utf8'))
const named = fields.map((f, i) => ({...f, id: `x${i}`}))
const longer = text => text.replace(/^@(\d+)/, (_, n) => 'a'.repeat(n))

// page has all the inputs in one form, each under the same label.
const page = `path: /
title: Rules
access: any
body:
  - form:
      onSubmit: [{snackBar: Sent}]
      children:
        - ${other.join('\n        - ')}
        - ${named.map(f => `${f.kind}: {id: ${f.id}, label: X, ${f.props}}`).join('\n        - ')}
        - button: {text: Send, submit: true}
`

let served
before(async () => { served = await Served.start({
  'app.yaml': 'usher: 1\nname: Rules\nlanguage: en\n',
  'locales/en.yaml': 'a: A\n',
  'locales/de.yaml': 'a: A\n',
  'pages/rules.yaml': page,
}) })
after(() => served?.stop())

// enter does what a person does: come to the input, enter something, go on; it returns what is said then.
const enter = (p, id, text) => p.evaluate(([id, text]) => {
  const chosen = text.split('|').filter(Boolean)
  const all = [...document.getElementsByName(id)]
  all[0].focus()
  for (const el of all) {
    if (/checkbox|radio/.test(el.type)) {
      if (el.checked !== chosen.includes(el.value)) el.checked = !el.checked
    } else {
      el.value = text
    }
    el.dispatchEvent(new Event('input', {bubbles: true}))
    el.dispatchEvent(new Event('change', {bubbles: true}))
  }
  all[0].blur()
  return document.getElementById(`w-${id}-error`)?.textContent.trim() ?? ''
}, [id, text])

describe('F196 a browser says what the server says', () => {
  const people = {}
  before(async () => {
    for (const lang of ['en', 'de']) {
      people[lang] = await served.person({locale: lang})
      await people[lang].goto(served.url + '/')
      assert.equal(await people[lang].locator('html').getAttribute('lang'), lang)
      await people[lang].locator('button[type=submit]:visible').click()
      await people[lang].locator('.u-problem').first().waitFor()
    }
  })
  for (const f of named) {
    test(`${f.kind}: {${f.props}}`, async () => {
      for (const [text, said] of f.cases) assert.equal(await enter(people[f.lang ?? 'en'], f.id, longer(text)), said, JSON.stringify(text.slice(0, 40)))
    })
  }
  test('and says it with script, whatever the browser itself would', async () => {
    assert.deepEqual(people.en.faults, [])
    assert.equal(await people.en.evaluate(() => [...document.forms].every(f => f.noValidate || !f.querySelector('[data-rules]'))), true)
  })
})
