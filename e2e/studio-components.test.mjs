// Components in the studio: listed with their uses, built on the canvas, made of widgets of a page, renamed and removed; what stands on every page.
import {after, before, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {existsSync, writeFileSync} from 'node:fs'
import {poll} from './harness.mjs'
import {Studio, accessible} from './studio.mjs'

const files = {
  'app.yaml': 'usher: 1\nname: Trips\n',
  'pages/home.yaml': `path: /
title: Home
state:
  joined: {type: bool, default: false}
  guide: {type: text, default: Ada}
body:
  - TripCard: {name: Zermatt, onChoose: [{setState: {joined: true}}]}
  - column:
      children:
        - text: {text: "Guided by \${state.guide}", style: title}
        - text: {text: "You have joined", visible: "\${state.joined}"}
        - button: {text: Join, onTap: [{setState: {joined: true}}]}
`,
  'pages/places.yaml': `path: /places
title: Places
body:
  - row:
      children:
        - card: {grow: true, children: [{text: Left}, {text: And more}, {text: And more}]}
        - column: {grow: true, children: [{card: {children: [{text: Right}]}}]}
        - link: {text: Home, page: home}
  - column:
      align: center
      children:
        - card: {width: xs, children: [{text: Narrow}]}
  - column:
      children:
        - card: {width: sm, showOn: [phone, tablet], children: [{text: Wide}]}
`,
  'pages/shelves.yaml': `path: /shelves
title: Shelves
body:
  - container: {children: [{card: {children: [{text: Shelf}]}}]}
  - container: {width: lg, background: subtle, padding: xl, children: [{card: {children: [{text: Wide shelf}]}}]}
  - text: The end
`,
  'components/TripCard.yaml': `# A trip in a card.
doc: A trip, and a button to choose it.
props:
  name: {type: text, doc: Name of the trip.}
events: [choose]
slots: [more]
body:
  - card:
      children:
        - text: {text: "\${props.name}", style: title}
        - slot: more
        - button: {text: Choose, onTap: [{emit: choose}]}
`,
}

describe('components are built like pages', () => {
  let s, page, canvas
  const list = () => page.getByRole('navigation', {name: 'Components'})
  const open = name => list().getByRole('button', {name: new RegExp(`^${name}`)}).first().click()
  const openPage = name => page.getByRole('navigation', {name: 'Pages'}).getByRole('button', {name: new RegExp(`^${name}`)}).first().click()
  const panel = () => page.getByRole('complementary', {name: 'Properties'})
  const group = name => panel().getByRole('region', {name, exact: true})
  const tree = () => page.getByRole('tree', {name: /^Widgets of/})
  const row = name => tree().getByRole('treeitem', {name})
  const menuOf = name => list().getByRole('button', {name: `Menu of the component ${name}`, exact: true}).click({force: true})
  const item = name => page.getByRole('menuitem', {name})
  const tab = name => page.getByRole('tab', {name, exact: true}).click()
  const noProblems = () => page.getByRole('button', {name: 'No problems'}).waitFor()

  before(async () => {
    s = await new Studio().start({files})
    page = await s.open()
    canvas = page.frameLocator('iframe')
    await canvas.getByText('Zermatt').waitFor()
  })
  after(async () => { await s?.stop() })

  test('F201 a component opens on the canvas, drawn with sample values, and is edited there', async () => {
    await list().getByText('used once').waitFor({state: 'attached'})
    await open('TripCard')
    await canvas.getByText('Ada Lindgren').waitFor() // made up for the property “name”
    await canvas.locator('.u-slot', {hasText: 'more'}).waitFor()
    await panel().getByRole('heading', {name: 'TripCard', exact: true}).waitFor()
    await accessible(page, 'a component')
    await s.look(page, 'components')
    await page.getByRole('button', {name: 'Studio in dark'}).click()
    await accessible(page, 'a component, dark')
    await s.look(page, 'components-dark')
    await page.setViewportSize({width: 900, height: 760})
    await s.look(page, 'components-dark-900')
    await page.setViewportSize({width: 1440, height: 1060})
    await page.getByRole('button', {name: 'Studio in light'}).click()
    await canvas.getByText('Choose').click()
    await panel().getByRole('heading', {name: 'Button', exact: true}).waitFor()
    await panel().getByRole('textbox', {name: 'Text', exact: true}).fill('Take it')
    await s.saved('components/TripCard.yaml', 'button: {text: Take it, onTap: [{emit: choose}]}')
    await canvas.getByText('Take it').waitFor()
  })

  test('F201 its properties, its own state and its events stand in the panel', async () => {
    await page.getByRole('navigation', {name: 'Stands in'}).getByRole('button', {name: 'TripCard'}).click()
    await group('Properties').getByRole('button', {name: 'Add property'}).click()
    await page.getByRole('textbox', {name: 'Name of the new property'}).fill('note')
    await page.getByRole('textbox', {name: 'Name of the new property'}).press('Enter')
    await page.getByRole('textbox', {name: 'Default of note'}).fill('Bring water')
    await s.saved('components/TripCard.yaml', 'note: {type: text, default: Bring water}')
    await group('Own state').getByRole('button', {name: 'Add variable'}).click()
    await page.getByRole('textbox', {name: 'Name of the new variable'}).fill('open')
    await page.getByRole('textbox', {name: 'Name of the new variable'}).press('Enter')
    await s.saved('components/TripCard.yaml', 'state:')
    await group('Events').getByRole('button', {name: 'Add event'}).click()
    await page.getByRole('textbox', {name: 'Name of the new event'}).fill('share')
    await page.getByRole('textbox', {name: 'Name of the new event'}).press('Enter')
    await s.saved('components/TripCard.yaml', 'events: [choose, share]')
    const was = page.getByRole('textbox', {name: 'Name of the property name', exact: true})
    await was.fill('place')
    await was.press('Enter')
    await s.saved('components/TripCard.yaml', '${props.place}')
    await s.saved('pages/home.yaml', 'TripCard: {place: Zermatt')
    await noProblems()
  })

  test('F201 events and slots are renamed with their uses, and one undo takes that back', async () => {
    const rename = async (name, to) => {
      const field = page.getByRole('textbox', {name: `Name of the ${name}`, exact: true})
      await field.fill(to)
      await field.press('Enter')
    }
    const undo = () => page.getByRole('button', {name: 'Undo', exact: true}).click()
    await rename('event choose', 'pick')
    await s.saved('components/TripCard.yaml', 'events: [pick, share]')
    await s.saved('components/TripCard.yaml', 'onTap: [{emit: pick}]')
    await s.saved('pages/home.yaml', 'onPick: [{setState')
    await noProblems()
    await undo()
    await s.saved('components/TripCard.yaml', 'onTap: [{emit: choose}]')
    await s.saved('pages/home.yaml', 'onChoose: [{setState')
    await rename('slot more', 'below')
    await s.saved('components/TripCard.yaml', 'slots: [below]')
    await s.saved('components/TripCard.yaml', '- slot: below\n')
    await noProblems()
    await undo()
    await s.saved('components/TripCard.yaml', '- slot: more\n')
    await page.getByRole('textbox', {name: 'Name of the slot more', exact: true}).waitFor()
  })

  test('F201 an event or a slot that is used is removed only after a question that says where', async () => {
    await group('Events').getByRole('button', {name: 'Remove the event share'}).click()
    await s.saved('components/TripCard.yaml', 'events: [choose]')
    await group('Events').getByRole('button', {name: 'Remove the event choose'}).click()
    const dialog = page.getByRole('dialog', {name: 'Remove the event choose?'})
    await dialog.getByText('pages/home.yaml:').waitFor()
    await dialog.getByText('components/TripCard.yaml:').waitFor()
    await accessible(page, 'the removal of an event')
    await s.look(page, 'component-removal')
    await dialog.getByRole('button', {name: 'Cancel'}).click()
    await group('Properties').getByRole('button', {name: 'Remove the property place'}).click()
    await page.getByRole('dialog', {name: 'Remove the property place?'}).getByText('pages/home.yaml:').waitFor()
    await page.keyboard.press('Escape')
    await group('Slots').getByRole('button', {name: 'Remove the slot more'}).click() // nothing stands in it, and its place goes along
    await s.poll('the slot is gone', () => !s.text('components/TripCard.yaml').includes('slot'))
    await noProblems()
    await page.getByRole('button', {name: 'Undo', exact: true}).click()
    await s.saved('components/TripCard.yaml', '- slot: more\n')
  })

  test('F201 a flow in a component chooses from what the component has', async () => {
    await canvas.getByText('Take it').click()
    await row('Card').click()
    await panel().getByRole('button', {name: 'Add actions: On tap'}).click()
    const flow = page.getByRole('main')
    const add = async (sign, action, choice) => {
      await flow.getByRole('button', {name: sign, exact: true}).click()
      await page.getByRole('searchbox', {name: 'Search actions'}).fill(action)
      await page.getByRole('dialog').getByRole('button', {name: new RegExp(`^${action}`, 'i')}).first().click()
      await page.getByRole('dialog').getByRole('button', {name: choice}).click()
    }
    await add('Add an action', 'Emit', /^choose/)
    await s.saved('components/TripCard.yaml', 'onTap:\n        - emit: choose\n')
    await add('Add an action at the end', 'Change', /^own\.open/)
    await s.saved('components/TripCard.yaml', '        - change: own.open\n')
    await s.look(page, 'component-flow')
    await page.getByRole('button', {name: 'Undo', exact: true}).click()
    await page.getByRole('button', {name: 'Undo', exact: true}).click()
    await s.poll('the card does nothing again', () => !s.text('components/TripCard.yaml').includes('emit: choose\n'))
    await page.getByRole('button', {name: 'Back to the canvas'}).click()
    await noProblems()
  })

  test('F201 what is put into its slot is edited where it is used', async () => {
    await openPage('home')
    await canvas.locator('[data-slot=more]').waitFor()
    await row('TripCard').click()
    await panel().getByRole('heading', {name: 'TripCard', exact: true}).waitFor()
    await tab('Add')
    await page.getByRole('tabpanel').getByRole('button', {name: 'Divider', exact: true}).click()
    await s.saved('pages/home.yaml', 'more:')
    await canvas.locator('[data-kind=divider]').waitFor()
    await tab('Tree')
    await row('Divider').waitFor()
    await noProblems()
  })

  test('F201 a slot that uses fill goes from the canvas after a question too', async () => {
    await open('TripCard')
    await row('Slot more').click()
    await row('Slot more').press('Delete')
    const dialog = page.getByRole('dialog', {name: 'Remove the slot more?'})
    await dialog.getByText('One place uses it').waitFor()
    await dialog.getByText('pages/home.yaml:').waitFor()
    await dialog.getByRole('button', {name: 'Cancel'}).click()
    await row('Slot more').press('Delete')
    await dialog.getByRole('button', {name: 'Remove', exact: true}).click()
    await s.poll('the slot is gone', () => !s.text('components/TripCard.yaml').includes('slot'))
    await page.getByRole('button', {name: 'Undo', exact: true}).click()
    await s.saved('components/TripCard.yaml', '- slot: more\n')
    await noProblems()
    const was = s.text('components/TripCard.yaml')
    await row('Slot more').press('Control+x') // to put it elsewhere
    await dialog.getByRole('button', {name: 'Remove', exact: true}).click()
    await s.poll('the slot is cut', () => !s.text('components/TripCard.yaml').includes('slot'))
    await page.keyboard.press('Control+v')
    await s.saved('components/TripCard.yaml', 'slot: more\n')
    assert.match(s.text('components/TripCard.yaml'), /^slots:\s+(- more|\[more\])$/m)
    await noProblems()
    await page.getByRole('button', {name: 'Undo', exact: true}).click()
    await s.poll('it is cut again', () => !s.text('components/TripCard.yaml').includes('slot'))
    await page.getByRole('button', {name: 'Undo', exact: true}).click()
    await s.poll('all is as before', () => s.text('components/TripCard.yaml') === was)
    await openPage('home')
    await row('TripCard').click()
    await panel().getByRole('textbox', {name: 'Note', exact: true}).fill('Bring a map') // as it is, for it is a text
    await s.saved('pages/home.yaml', 'note: Bring a map')
    const sizes = panel().getByRole('group', {name: 'Show on'})
    await sizes.getByRole('button', {name: 'Phone', pressed: true}).click()
    await s.saved('pages/home.yaml', 'showOn')
    assert.match(s.text('pages/home.yaml'), /showOn:[\s[-]+tablet[\s,-]+laptop[\s,-]+desktop\b/)
    await sizes.getByRole('button', {name: 'Phone', pressed: false}).click()
    await s.poll('on all again', () => !s.text('pages/home.yaml').includes('showOn'))
    let held = false
    let letGo
    const allowed = new Promise(ok => { letGo = ok })
    await page.route('**/api/edit', async route => { held = true; await allowed; await route.continue() }, {times: 1})
    await sizes.getByRole('button', {name: 'Phone', pressed: true}).click()
    await sizes.getByRole('button', {name: 'Tablet', pressed: true}).click() // before the first is saved
    await poll('the first is on its way', () => held)
    letGo()
    await s.poll('both count', () => /showOn:[\s[-]+laptop[\s,-]+desktop\b/.test(s.text('pages/home.yaml')))
    await page.getByRole('button', {name: 'Undo', exact: true}).click()
    await s.poll('one less', () => /showOn:[\s[-]+tablet/.test(s.text('pages/home.yaml')))
    await page.getByRole('button', {name: 'Undo', exact: true}).click()
    await s.poll('as before', () => !s.text('pages/home.yaml').includes('showOn'))
  })

  test('F201 a new one is renamed with its uses, duplicated and removed', async () => {
    await list().getByRole('button', {name: 'Add a component'}).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', {name: 'Name', exact: true}).fill('badge')
    await dialog.getByText('Begin with a capital letter').waitFor()
    await dialog.getByRole('textbox', {name: 'Name', exact: true}).fill('Place')
    await accessible(page, 'a new component')
    await dialog.getByRole('button', {name: 'Add', exact: true}).click()
    await s.saved('components/Place.yaml', 'text: Place')
    await canvas.locator('[data-kind=text]', {hasText: 'Place'}).waitFor()
    await openPage('home')
    await canvas.getByText('Zermatt').waitFor()
    await tab('Add')
    await page.getByRole('group', {name: 'Components'}).getByRole('button', {name: 'Place', exact: true}).click()
    await s.saved('pages/home.yaml', '- Place\n')
    await menuOf('Place')
    await item('Rename…').click()
    await page.getByRole('dialog').getByRole('textbox', {name: 'Name', exact: true}).fill('Spot')
    await page.getByRole('dialog').getByRole('textbox', {name: 'Name', exact: true}).press('Enter')
    await s.saved('pages/home.yaml', '- Spot\n')
    await canvas.locator('[data-kind=text]', {hasText: 'Place'}).waitFor()
    await menuOf('Spot')
    await item('Duplicate…').click()
    await page.getByRole('dialog').getByRole('button', {name: 'Duplicate', exact: true}).click()
    await s.saved('components/Spot2.yaml', 'text: Place')
    await menuOf('Spot')
    await item('Remove…').click()
    await page.getByRole('dialog').getByText('One place uses it').waitFor()
    await page.keyboard.press('Escape')
    await menuOf('Spot2')
    await item('Remove…').click()
    await page.getByRole('dialog').getByText('Nothing in the app uses it.').waitFor()
    await page.getByRole('dialog').getByRole('button', {name: 'Remove', exact: true}).click()
    await s.poll('the copy is gone', () => !existsSync(s.path('components/Spot2.yaml')))
  })

  test('F201 widgets of a page become a component, and undo brings them back', async () => {
    const before = s.text('pages/home.yaml')
    await openPage('home')
    await tab('Tree')
    await row('Column').click()
    await row('Column').press('Shift+F10')
    await item('Turn into a component…').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', {name: 'Name', exact: true}).fill('Guide')
    await accessible(page, 'turning into a component')
    await s.look(page, 'component-turn')
    await dialog.getByRole('textbox', {name: 'Name', exact: true}).press('Enter')
    await s.saved('pages/home.yaml', `  - Guide:
      guide: \${state.guide}
      joined: \${state.joined}
      onTap:
        - setState: {joined: true}
`)
    await s.saved('components/Guide.yaml', 'text: {text: "Guided by ${props.guide}", style: title}')
    await canvas.getByText('Guided by Ada').waitFor()
    await noProblems()
    await panel().getByRole('heading', {name: 'Guide', exact: true}).waitFor()
    await panel().getByRole('button', {name: 'Open component'}).click()
    await group('Events').getByRole('textbox', {name: 'Name of the event tap', exact: true}).waitFor()
    await list().getByRole('button', {name: /^Guide/}).and(page.locator('[aria-current]')).waitFor()
    await page.getByRole('button', {name: 'Undo', exact: true}).click()
    await s.poll('the page as it was', () => s.text('pages/home.yaml') === before && !existsSync(s.path('components/Guide.yaml')))
  })

  test('F201 what becomes a component stands where it stood, as large as it was', async () => {
    await openPage('places')
    const cards = canvas.locator('.u-card')
    const boxes = async () => JSON.stringify(await cards.evaluateAll(all => all.map(el => el.getBoundingClientRect()).map(b => [b.x, b.y, b.width, b.height])))
    await s.poll('four cards', async () => await cards.count() === 4 && await row('Card').count() === 4)
    const before = await boxes()
    await s.look(page, 'component-places-before')
    for (const [name, at, use] of [['Wide', row('Card').nth(3), '        - Wide:\n            width: sm\n            showOn:\n              - phone\n'], ['Narrow', row('Card').nth(2), '        - Narrow: {width: xs}\n'], ['Right', row('Column').first(), '        - Right: {grow: true}\n']]) {
      await at.click()
      await at.press('Shift+F10')
      await item('Turn into a component…').click()
      await page.getByRole('dialog').getByRole('textbox', {name: 'Name', exact: true}).fill(name)
      await page.getByRole('dialog').getByRole('textbox', {name: 'Name', exact: true}).press('Enter')
      await s.saved('pages/places.yaml', use)
      await row(name).waitFor()
      await canvas.locator(`[data-kind=${name}]`).waitFor()
      await s.poll(`${name} stands as it stood`, async () => await boxes() === before)
    }
    await s.look(page, 'component-places-after')
    for (let n = 0; n < 3; n++) await page.getByRole('button', {name: 'Undo', exact: true}).click()
    await s.poll('the page as it was', () => s.text('pages/places.yaml') === files['pages/places.yaml'])
    await noProblems()
  })

  test('F201 a container right on a page is as wide and as far from its edge when it becomes a component', async () => {
    await openPage('shelves')
    const cards = canvas.locator('.u-card')
    const boxes = async () => JSON.stringify(await cards.evaluateAll(all => [...all, document.querySelector('.u-main').lastElementChild].map(el => el.getBoundingClientRect()).map(b => [b.x, b.y, b.width, b.height])))
    await s.poll('two cards', async () => await cards.count() === 2 && await row('Container').count() === 2)
    const frames = {}
    for (const device of ['Desktop', 'Phone']) {
      await page.getByRole('radio', {name: new RegExp(`^${device}`)}).click()
      await s.poll(`${device}: drawn`, async () => { const one = await boxes(); return one === await boxes() && one !== frames.Desktop && (frames[device] = one) })
    }
    for (const [name, use] of [['WideShelf', '  - WideShelf: {width: lg}\n'], ['Shelf', '  - Shelf\n']]) {
      await row('Container').last().click()
      await row('Container').last().press('Shift+F10')
      await item('Turn into a component…').click()
      await page.getByRole('dialog').getByRole('textbox', {name: 'Name', exact: true}).fill(name)
      await page.getByRole('dialog').getByRole('textbox', {name: 'Name', exact: true}).press('Enter')
      await s.saved('pages/shelves.yaml', use)
      await canvas.locator(`[data-kind=${name}]`).waitFor()
    }
    for (const device of ['Desktop', 'Phone']) {
      await page.getByRole('radio', {name: new RegExp(`^${device}`)}).click()
      await s.poll(`${device}: as before`, async () => await boxes() === frames[device]).catch(async () => assert.equal(await boxes(), frames[device]))
    }
    for (let n = 0; n < 2; n++) await page.getByRole('button', {name: 'Undo', exact: true}).click()
    await s.poll('the page as it was', () => s.text('pages/shelves.yaml') === files['pages/shelves.yaml'])
    await noProblems()
  })

  test('F216 a problem in a component leads there', async () => {
    await openPage('home')
    writeFileSync(s.path('components/Spot.yaml'), 'body:\n  - text: ${props.gone}\n')
    await page.getByRole('button', {name: /problem/}).first().click()
    await page.getByRole('region', {name: 'components/Spot.yaml'}).getByRole('button').first().click()
    await list().getByRole('button', {name: /^Spot/}).and(page.locator('[aria-current]')).waitFor()
    await panel().getByRole('heading', {name: 'Text', exact: true}).waitFor()
    writeFileSync(s.path('components/Spot.yaml'), 'body:\n  - text: Spot\n')
    await noProblems()
    await page.getByRole('button', {name: /problems/i}).first().click()
  })

  test('F198 what is hidden is marked in the tree, and another id goes wherever it was read', async () => {
    writeFileSync(s.path('pages/form.yaml'), `path: /form
title: Form
body:
  - textField: {id: first, label: Password, type: email}
  - textField: {id: again, label: Again, type: email, sameAs: first}
  - text: {text: "\${form.first}", visible: "\${form.again != ''}", showOn: [phone]}
  - text: {text: Never, visible: false}
`)
    await openPage('form')
    await tab('Tree')
    await row(/shown only on phone and while form.again/).waitFor()
    await row(/Never\s*, never shown/).waitFor()
    await row(/^Text Field Password/).click()
    const field = panel().getByRole('textbox', {name: 'Id', exact: true})
    await field.fill('secret')
    await field.press('Enter')
    await s.saved('pages/form.yaml', 'sameAs: secret')
    await s.saved('pages/form.yaml', 'text: "${form.secret}"')
    await page.getByRole('button', {name: 'Undo', exact: true}).click()
    await s.saved('pages/form.yaml', 'sameAs: first')
  })

  test('F202 what stands on every page is built on the canvas', async () => {
    await s.section(page, 'Settings')
    await page.getByRole('navigation', {name: 'Settings'}).getByRole('button', {name: 'App', exact: true}).click()
    await page.getByRole('button', {name: 'Add an app bar'}).click()
    await s.saved('app.yaml', 'bars:\n  - appBar: {title: "${props.title}"}')
    await canvas.locator('[data-kind=appBar]').waitFor()
    await panel().getByRole('heading', {name: 'On every page'}).waitFor()
    await accessible(page, 'bars')
    await s.look(page, 'bars')
    await openPage('home')
    await page.getByRole('switch', {name: 'Bars'}).click()
    await s.saved('pages/home.yaml', 'bars: false')
    await noProblems()
    writeFileSync(s.path('app.yaml'), `${s.text('app.yaml')}  - searchField: {id: find, label: Search}\n`)
    writeFileSync(s.path('pages/found.yaml'), 'path: /found\ntitle: Found\nbody:\n  - text: "${form.find}"\n')
    await list().getByRole('button', {name: 'On every page'}).click()
    await row(/^Search Field/).click()
    const field = panel().getByRole('textbox', {name: 'Id', exact: true})
    await field.fill('wanted')
    await field.press('Enter')
    await s.saved('app.yaml', 'searchField: {id: wanted, label: Search}')
    await s.saved('pages/found.yaml', 'text: "${form.wanted}"')
    await noProblems()
    assert.deepEqual(page.faults, [])
  })
})
