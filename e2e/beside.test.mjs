// What a backend says of single fields stands beside their inputs, also of those deep in what was sent; nothing that was typed or chosen is lost
// by it, with script and without.
import {after, before, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {createServer} from 'node:http'
import {Served, becomes, freePort} from './harness.mjs'

const page = `path: /
title: Join
access: any
state: {done: {type: text, default: ""}}
body:
  - form:
      onSubmit:
        - call: members.join
          with: {email: "\${form.email}", street: "\${form.street}", photo: "\${form.photo}"}
          fields: {profile.age: age, profile.addresses.street: street}
          then: [{setState: {done: "joined"}}]
      children:
        - textField: {id: email, label: E-mail, type: email, autocomplete: email}
        - textField: {id: age, label: Age, type: number}
        - textField: {id: street, label: Street, mask: "AA-000"}
        - textField: {id: about, label: About, type: multiline}
        - dropdown: {id: city, label: City, searchable: true, options: [Bergen, Oslo]}
        - dropdown: {id: trail, label: Trail, options: [a, b]}
        - checkboxGroup: {id: wishes, label: Wishes, options: [Sea, Huts, Towns]}
        - radioGroup: {id: plan, label: Plan, options: [Free, Team]}
        - switch: {id: news, label: News}
        - dateField: {id: born, label: Born}
        - pinCode: {id: code, label: Code, length: 4}
        - textField: {id: secret, label: Password, type: password, autocomplete: new-password}
        - fileUpload: {id: photo, label: Photo, accept: .txt}
        - button: {text: Join, submit: true}
  - text: "Done: \${state.done}."
`
const calls = port => `url: http://127.0.0.1:${port}
auth: none
fieldErrors: \${reply.body.errors}
calls:
  join:
    method: POST
    path: /join
    params: {email: text, street: text, photo: {type: file, required: false}}
    multipart: {email: "\${params.email}", street: "\${params.street}", photo: "\${params.photo}"}
`
const refusal = {errors: {email: ['This address is taken.'], profile: {age: ['Too young.'], addresses: [{street: ['No such street.']}]}, photo: ['Too dark.'], plan: {code: 'full', message: 'No room in this plan.'}}}

let served, backend, refuse
const received = []
before(async () => {
  const port = await freePort()
  backend = createServer((req, res) => {
    const parts = []
    req.on('data', d => parts.push(d)).on('end', () => {
      received.push(Buffer.concat(parts).toString())
      res.writeHead(refuse ? 422 : 201, {'Content-Type': 'application/json'})
      res.end(JSON.stringify(refuse ? refusal : {}))
    })
  })
  await new Promise(ok => backend.listen(port, '127.0.0.1', ok))
  served = await Served.start({'app.yaml': 'usher: 1\nname: Join\n', 'pages/join.yaml': page, 'calls/members.yaml': calls(port)})
})
after(async () => {
  await served?.stop()
  backend?.close()
})

const field = (p, id) => p.locator('#w-' + id)
const said = async (p, id) => (await p.locator(`#w-${id}-error`).innerText()).trim()

async function fill(p, script) {
  for (const [id, text] of Object.entries({email: 'nora@example.com', age: '12', street: 'ab123', about: '\nTwo\nlines <b>', born: '2014-05-31', code: '0471', secret: 'three small birds'})) await field(p, id).fill(text)
  if (script) {
    await p.getByRole('combobox', {name: 'City', exact: true}).fill('Oslo')
    await p.keyboard.press('Tab')
  } else await field(p, 'city').selectOption('Oslo')
  await field(p, 'trail').selectOption('b')
  await p.getByLabel('Sea').check()
  await p.getByLabel('Towns').check()
  await p.getByLabel('Team').check()
  await p.getByLabel('News').check()
  await field(p, 'photo').setInputFiles({name: 'me at sea.txt', mimeType: 'text/plain', buffer: Buffer.from('dark')})
}

// kept says what stands in the page: all but passwords and files, which a page never holds.
const kept = async p => ({
  ...Object.fromEntries(await Promise.all(['email', 'age', 'street', 'about', 'born', 'code', 'city', 'trail'].map(async id => [id, await field(p, id).inputValue()]))),
  checked: await p.locator('input:checked').evaluateAll(all => all.map(el => el.value)),
})
const whole = {email: 'nora@example.com', age: '12', street: 'AB-123', about: '\nTwo\nlines <b>', born: '2014-05-31', code: '0471', city: 'Oslo', trail: 'b', checked: ['Sea', 'Towns', 'Team', 'on']}

describe('F196 what the backend says of fields', () => {
  for (const script of [true, false]) {
    test(`stands beside them and loses nothing, ${script ? 'with' : 'without'} script`, async () => {
      refuse = true
      const p = await served.atForm('/', {script})
      await fill(p, script)
      await p.getByRole('button', {name: 'Join'}).click()
      await p.locator('.u-wrongs').waitFor()
      for (const [id, sentence] of Object.entries({email: 'This address is taken.', age: 'Too young.', street: 'No such street.', plan: 'No room in this plan.', photo: 'Too dark.'})) await becomes(() => said(p, id), sentence, id)
      assert.equal(await p.locator('.u-snack').count(), 0, 'each has its place')
      await becomes(() => kept(p), whole)
      if (script) {
        assert.equal(await field(p, 'secret').inputValue(), 'three small birds')
        assert.deepEqual(await field(p, 'photo').evaluate(el => Array.from(el.files, f => f.name)), ['me at sea.txt'])
      } else {
        assert.equal(await field(p, 'secret').inputValue(), '', 'a password is never written into a page')
        await p.getByText('No longer chosen: me at sea.txt.').waitFor()
      }
      refuse = false
      await p.getByRole('button', {name: 'Join'}).click()
      await p.getByText('Done: joined.').waitFor()
      assert.match(received.at(-1), /AB-123/)
      assert.equal(/me at sea/.test(received.at(-1)), script)
      assert.deepEqual(p.faults, [])
    })
  }
})
