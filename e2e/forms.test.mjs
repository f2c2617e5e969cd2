// Forms: what is wrong stands beside its input, in the same words before and after the server has seen it; nothing typed is lost.
import {after, before, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {Served, becomes, join, out} from './harness.mjs'

const page = `path: /
title: Trip
access: any
state: {sent: {type: text, default: ""}}
body:
  - container:
      width: sm
      children:
        - text: {text: Trip, style: headline}
        - form:
            onSubmit:
              - if: \${form.name == "taken"}
                then: [{fieldError: {name: "The name is taken.", seats: "There are only 4 left."}}]
                else: [{setState: {sent: "\${form.name} for \${string(form.seats)}"}}]
            children:
              - textField: {id: name, label: Name, required: true, minLength: 3, help: As others see it.}
              - textField: {id: mail, label: E-mail, type: email, required: true, requiredMessage: We write to you., autocomplete: email}
              - numberField: {id: seats, label: Seats, integer: true, min: 1, max: 8}
              - dateField: {id: day, label: Day, min: "2026-01-01"}
              - textField: {id: secret, label: Password, type: password, autocomplete: new-password, pattern: "[a-z]{6,}", patternMessage: Six small letters at least.}
              - textField: {id: again, label: Repeat it, type: password, autocomplete: new-password, sameAs: secret}
              - radioGroup: {id: plan, label: Plan, required: true, options: [Free, Team]}
              - checkbox: {id: agreed, label: I agree, required: true}
              - button: {text: Send, submit: true}
        - text: "Sent: \${state.sent}."
`

let served
before(async () => { served = await Served.start({'app.yaml': 'usher: 1\nname: Forms\n', 'pages/trip.yaml': page}) })
after(() => served?.stop())

const person = options => served.atForm('/', options)
const said = (p, id) => p.locator(`#w-${id}-error`)
const send = p => p.getByRole('button', {name: 'Send'}).click()
const leave = (p, label) => p.getByLabel(label, {exact: true}).blur()

async function fill(p) {
  await p.getByLabel('Name').fill('Alps')
  await p.getByLabel('E-mail').fill('nora@example.com')
  await p.getByLabel('Seats').fill('2')
  await p.getByLabel('Free').check()
  await p.getByLabel('I agree').check()
}

describe('forms, with script', () => {
  test('nothing is said before somebody tries to send', async () => {
    const p = await person()
    await p.getByLabel('Name').fill('A')
    await leave(p, 'Name')
    assert.equal(await p.locator('.u-problem').count(), 0)
  })

  test('the first try says everything beside its input, in our words, and sends nothing', async () => {
    const p = await person()
    await send(p)
    await said(p, 'name').waitFor()
    await becomes(async () => (await said(p, 'name').innerText()).trim(), 'Name is required.')
    await becomes(async () => (await said(p, 'mail').innerText()).trim(), 'We write to you.')
    await becomes(async () => (await said(p, 'agreed').innerText()).trim(), 'I agree must be ticked.')
    await becomes(async () => (await said(p, 'plan').innerText()).trim(), 'Plan is required.')
    assert.equal(await p.getByLabel('Name').getAttribute('aria-describedby'), 'w-name-help w-name-error')
    await becomes(() => p.evaluate(() => document.activeElement.name), 'name')
    assert.equal(p.posts, 0)
    await p.screenshot({path: join(out, 'forms-wrong.png'), fullPage: true})
    assert.deepEqual(p.faults, [])
  })

  test('from then on each input is judged when it is left, and acquitted', async () => {
    const p = await person()
    await send(p)
    await said(p, 'mail').waitFor()
    for (const [id, label, wrong, sentence, right] of [
      ['name', 'Name', 'Al', 'Use at least 3 characters.', 'Alps'],
      ['mail', 'E-mail', 'nora', 'Enter an e-mail address such as name@example.com.', 'nora@example.com'],
      ['seats', 'Seats', 'two', 'Enter a number.', '2'],
      ['seats', 'Seats', '2.5', 'Enter a whole number.', '2'],
      ['seats', 'Seats', '9', 'Enter 8 or less.', '8'],
      ['day', 'Day', '2025-12-31', 'This may not be before 2026-01-01.', '2026-01-01'],
      ['secret', 'Password', 'abc', 'Six small letters at least.', 'abcdef'],
      ['again', 'Repeat it', 'abcdeg', 'This is not the same as Password.', 'abcdef'],
    ]) {
      const input = p.getByLabel(label, {exact: true})
      await input.fill(wrong)
      await leave(p, label)
      await becomes(async () => (await said(p, id).innerText()).trim(), sentence, label)
      await becomes(() => input.getAttribute('aria-invalid'), 'true', label)
      await input.fill(right)
      await leave(p, label)
      await becomes(() => said(p, id).count(), 0, `${label}: ${right}`)
      await becomes(() => input.getAttribute('aria-invalid'), null, label)
    }
    await p.getByLabel('Free').check()
    await becomes(() => said(p, 'plan').count(), 0)
    await p.getByLabel('I agree').check()
    await becomes(() => said(p, 'agreed').count(), 0)
    assert.equal(p.posts, 0)
    await send(p)
    await p.getByText('Sent: Alps for 8.').waitFor()
    assert.deepEqual(p.faults, [])
  })

  test('what the server says of several inputs is summed up, and nothing typed is lost', async () => {
    const p = await person()
    await fill(p)
    await p.getByLabel('Name').fill('taken')
    await p.getByLabel('Password', {exact: true}).fill('abcdef')
    await p.getByLabel('Repeat it').fill('abcdef')
    await send(p)
    const wrongs = p.locator('.u-wrongs')
    await wrongs.waitFor()
    await becomes(() => p.evaluate(() => document.activeElement.className), 'u-wrongs')
    assert.match(await wrongs.innerText(), /Name: The name is taken\.\s+Seats: There are only 4 left\./)
    await p.screenshot({path: join(out, 'forms-summary.png'), fullPage: true})
    await wrongs.getByRole('link', {name: 'Seats'}).click()
    await becomes(() => p.evaluate(() => document.activeElement.name), 'seats')
    await leave(p, 'Seats')
    await becomes(async () => (await said(p, 'seats').innerText()).trim(), 'There are only 4 left.')
    for (const [label, text] of [['Name', 'taken'], ['E-mail', 'nora@example.com'], ['Password', 'abcdef'], ['Repeat it', 'abcdef']]) {
      await becomes(() => p.getByLabel(label, {exact: true}).inputValue(), text, label)
    }
    await p.getByLabel('Name').fill('Alps')
    await send(p)
    await p.getByText('Sent: Alps for 2.').waitFor()
    await becomes(() => wrongs.count(), 0)
    assert.deepEqual(p.faults, [])
  })
})

describe('a button that is pressed', () => {
  test('does not move away because of what is said above it', async () => {
    const p = await person()
    await send(p)
    await fill(p)
    await p.getByLabel('Repeat it').fill('nothing like it')
    await send(p)
    await said(p, 'again').waitFor()
    assert.equal(p.posts, 0)
    await p.getByLabel('Repeat it').fill('')
    await send(p)
    await p.getByText('Sent: Alps for 2.').waitFor()
  })
})

describe('forms, without script', () => {
  test('the summary leads to the inputs', async () => {
    const p = await person({script: false, colorScheme: 'dark'})
    await fill(p)
    await p.getByLabel('Name').fill('taken')
    await send(p)
    const wrongs = p.locator('.u-wrongs')
    await wrongs.waitFor()
    await p.screenshot({path: join(out, 'forms-summary-dark.png'), fullPage: true})
    await wrongs.getByRole('link', {name: 'Seats'}).click()
    await p.waitForURL(/#w-seats$/)
    assert.equal(await p.getByLabel('Name').inputValue(), 'taken')
    await becomes(async () => (await said(p, 'seats').innerText()).trim(), 'There are only 4 left.')
  })
})
