// What an action hands over, by the type that it is declared with, and actions that become an action block together.
import {after, before, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {poll} from './harness.mjs'
import {Studio, accessible} from './studio.mjs'

const files = {
  'app.yaml': 'usher: 1\nname: Shop\nstartPage: shop\n',
  'types/Size.yaml': 'enum: [small, large]\n',
  'types/Item.yaml': 'fields:\n  name: text\n  price: number\n  size: Size\n',
  'flows/order.yaml': `doc: Orders something.
params:
  amount: {type: int, doc: How many of it.}
  gift: bool
  size: Size
  day: {type: time, required: false, doc: When it is wanted.}
  tags: {type: list of text, required: false}
  sizes: {type: list of number, required: false}
  items: {type: list of Item, required: false}
  item: {type: Item, required: false}
actions:
  - snackBar: "\${params.amount}"
`,
  'calls/shop.yaml': 'url: https://shop.test\ncalls:\n  list: {path: /list, params: {size: Size}}\n  buy: {method: POST, path: /buy, params: {name: text}}\n',
  'pages/item.yaml': 'path: /item/{id}\ntitle: Item\naccess: any\nparams:\n  big: bool\nbody: []\n',
  'pages/shop.yaml': `path: /
title: Shop
access: any
state: {count: int, name: text, open: bool, size: Size, numbers: list of number}
body:
  - textField: {id: who, label: Who}
  - button:
      text: Order
      onTap:
        - block: order
        - navigate: item
  - button:
      text: Buy
      onTap:
        # what is bought
        - call: shop.buy
          with: {name: "\${form.who}"}
          as: bought
        - call: shop.list # all of it
          with: {size: small}
          as: all
        # and said
        - snackBar: "\${bought.ok} \${all.ok}"
        - forEach: \${["a", "b"]}
          do:
            - if: \${each == "a"}
              then: [break]
            - clearCache
        - setState: {count: 1}
`,
}

describe('what is handed over in a flow', () => {
  let s, page
  const shop = 'pages/shop.yaml'
  const define = () => page.getByRole('complementary', {name: 'Define Action'})
  const list = name => page.getByRole('list', {name, exact: true})
  const card = (where, name) => list(where).locator('> li > .flow-card').getByRole('button', {name: new RegExp(`^${name}`)}).first()
  const flow = async (widget, event = 'On tap') => {
    await page.getByRole('treeitem', {name: `Button ${widget}`}).click()
    await page.getByRole('button', {name: `Open flow: ${event}`}).click()
  }
  const back = () => page.getByRole('button', {name: 'Back to the canvas'}).click()
  const theme = async mode => {
    const change = page.getByRole('button', {name: `Studio in ${mode}`})
    if (await change.count()) await change.click()
    await page.getByRole('button', {name: `Studio in ${mode === 'dark' ? 'light' : 'dark'}`}).waitFor()
  }
  const both = async name => {
    for (const mode of ['light', 'dark']) {
      await theme(mode)
      await accessible(page, `${name}, ${mode}`)
      for (const [width, height] of [[1440, 1060], [900, 760]]) {
        await page.setViewportSize({width, height})
        await s.look(page, `arguments-${name}-${mode}-${width}`)
      }
      await page.setViewportSize({width: 1440, height: 1060})
    }
    await theme('light')
  }

  before(async () => {
    s = await new Studio().start({files})
    page = await s.open()
    await page.getByRole('navigation', {name: 'Pages'}).getByRole('button', {name: /^shop/}).click()
  })
  after(async () => { if (page) await s.look(page, 'arguments-last'); await s?.stop() })

  test('F154 each argument of a block has the control of its type, its mark and its words', async () => {
    await flow('Order')
    await card('On tap', 'Action Block').click()
    await define().getByText('How many of it.').waitFor({state: 'attached'})
    for (const name of ['amount', 'gift', 'size']) await define().locator('.row-head', {hasText: new RegExp(`^${name}`)}).locator('.must').waitFor()
    await define().getByLabel('amount', {exact: true}).fill('3')
    await s.saved(shop, 'amount: 3')
    await define().getByRole('switch', {name: 'gift'}).click()
    await s.saved(shop, 'gift: true')
    await define().getByRole('switch', {name: 'gift', checked: true}).click()
    await s.saved(shop, 'gift: false')
    await define().getByRole('radio', {name: 'large'}).click()
    await s.saved(shop, 'size: large')
    await define().getByLabel('day', {exact: true}).fill('2026-03-01')
    await s.saved(shop, '2026-03-01')
    await define().getByLabel('Time of day').fill('10:30')
    await s.saved(shop, '2026-03-01T10:30')
    await define().getByLabel('tags, one a line').fill('new\nred')
    await s.poll('both tags', () => /tags:[\s\S]*new[\s\S]*red/.test(s.text(shop)))
    await define().getByRole('button', {name: 'Set it field by field'}).click()
    const item = define().getByRole('group', {name: 'item', exact: true})
    await item.getByLabel('price', {exact: true}).fill('2.5')
    await s.saved(shop, 'price: 2.5')
    await item.getByRole('radio', {name: 'small'}).click()
    await s.poll('the size of the item', () => s.text(shop).split('size: small').length === 3)
    await page.getByText('1 problem in this flow').waitFor() // of the page that is opened next
    await both('block')
  })

  test('F154 a value for an argument is picked among those that fit it', async () => {
    await define().getByRole('button', {name: 'Set amount from variable'}).click()
    const picker = page.getByRole('dialog', {name: 'Set amount from variable'})
    await picker.getByText(/^amount of this action block · needs /).waitFor()
    await accessible(page, 'the picker of an argument')
    await s.look(page, 'arguments-picker')
    await page.keyboard.press('Escape')
    await picker.waitFor({state: 'hidden'})
  })

  test('F154 a list is typed one a line, or is one expression; of data types it shows how', async () => {
    const sizes = () => define().getByLabel('sizes, one a line')
    await sizes().fill('1\n2.5\nlarge')
    await define().getByText('must be a number, not "large"', {exact: false}).waitFor()
    await sizes().fill('1\n2.5')
    await s.poll('numbers', () => /sizes:\s+- 1\n\s+- 2\.5\n|sizes: \[1, 2\.5\]/.test(s.text(shop)))
    await page.getByText('1 problem in this flow').waitFor()
    await sizes().fill('${state.numbers}')
    await define().getByLabel('amount', {exact: true}).focus()
    await s.saved(shop, 'sizes: ${state.numbers}')
    await define().getByText('Page State › numbers').waitFor()
    await page.getByText('1 problem in this flow').waitFor()
    await define().getByLabel('items', {exact: true}).and(page.getByPlaceholder('[{"name":"…","price":1,"size":"small"}]')).waitFor()
  })

  test('F154 a page says what it needs, in its path too', async () => {
    await card('On tap', 'Navigate To').click()
    await define().locator('.row-head', {hasText: /^id/}).locator('.must').waitFor()
    await define().getByLabel('id', {exact: true}).fill('7')
    await s.saved(shop, 'navigate: item\n          with: {id: "7"}\n')
    await define().getByRole('switch', {name: 'big'}).click()
    await s.saved(shop, 'big: true')
    await page.getByText('No problems in this flow').waitFor()
    await back()
  })

  test('F154 several actions become one action block', async () => {
    const before = s.text(shop)
    await flow('Buy')
    await card('On tap', 'API Call').click()
    await define().getByRole('heading', {name: 'API Call'}).waitFor()
    await list('On tap').locator('[data-at$="/onTap/1"]').click({modifiers: ['ControlOrMeta']})
    await define().getByRole('heading', {name: '2 actions'}).waitFor()
    await list('On tap').getByRole('button', {name: 'More for API Call'}).first().click()
    await page.getByRole('menuitem', {name: 'Make an action block of them…'}).click()
    const ask = page.getByRole('dialog', {name: 'Make an action block of 2 actions'})
    assert.equal(await ask.getByLabel('Name').inputValue(), 'buy')
    await ask.getByLabel('Name').fill('order')
    await ask.getByText('There is a block of that name.').waitFor()
    await ask.getByLabel('Name').fill('purchase')
    await accessible(page, 'making a block of several actions')
    for (const [width, height] of [[900, 760], [1440, 1060]]) {
      await page.setViewportSize({width, height})
      await s.look(page, `arguments-making-light-${width}`)
    }
    await ask.getByRole('button', {name: 'Make the block'}).click()
    await ask.waitFor({state: 'hidden'})
    await s.saved(shop, `      onTap:
        - block: purchase
          with: {who: "\${form.who}"}
          as: purchase
        # and said
        - snackBar: "\${purchase.bought.ok} \${purchase.all.ok}"
`)
    assert.equal(s.text('flows/purchase.yaml'), `params:
  who: text
actions:
  # what is bought
  - call: shop.buy
    with: {name: "\${params.who}"}
    as: bought
  - call: shop.list # all of it
    with: {size: small}
    as: all
result: "\${{bought: bought, all: all}}"
`)
    await page.getByText('No problems in this flow').waitFor()
    await s.poll('the block is chosen', () => page.evaluate(() => document.activeElement?.dataset.at?.endsWith('/onTap/0')))
    await page.getByRole('button', {name: 'Undo', exact: true}).click()
    await s.poll('all is back', () => s.text(shop) === before)
    await list('On tap').locator('[data-at$="/onTap/1"]').waitFor()
  })

  test('F154 what would mean something else in a block is not made one, and a sentence says why', async () => {
    const before = s.text(shop)
    await theme('dark')
    await card('On tap', 'API Call').click()
    await list('On tap').locator('> li > .flow-card').getByRole('button', {name: /^Show Snack Bar/}).click({modifiers: ['ControlOrMeta']})
    await define().getByRole('heading', {name: '2 actions'}).waitFor()
    await define().getByRole('button', {name: 'Make an action block of them…'}).click()
    await page.getByText('Something else stands between them', {exact: false}).waitFor()
    await card('EACH ITEM of Loop over a List', 'Conditional').click()
    await list('EACH ITEM of Loop over a List').getByRole('button', {name: 'More for Conditional'}).click()
    await page.getByRole('menuitem', {name: 'Turn into an action block…'}).click()
    const ask = page.getByRole('dialog', {name: 'Turn Conditional into an action block'})
    await ask.getByLabel('Name').fill('leave')
    await page.keyboard.press('Enter')
    await ask.getByRole('alert').getByText('Leave the Loop ends a loop that stays outside', {exact: false}).waitFor()
    await accessible(page, 'a block that cannot be made, dark')
    await s.look(page, 'arguments-refused')
    await ask.getByRole('button', {name: 'Cancel'}).click()
    await theme('light')
    assert.equal(s.text(shop), before)
  })

  test('F157 Enter waits until it is known what cannot stand at a place', async () => {
    const before = s.text(shop)
    let release
    const held = new Promise(done => { release = done })
    await page.route('**/api/fits?*', async route => { await held; await route.continue() })
    await page.getByRole('button', {name: 'Add an action at the end'}).last().click()
    await page.getByRole('searchbox', {name: 'Search actions'}).fill('emit')
    await page.keyboard.press('Enter')
    release()
    const menu = page.getByRole('dialog', {name: 'Add an action at the end'})
    await menu.getByText('Not here:', {exact: false}).waitFor()
    await page.getByRole('searchbox', {name: 'Search actions'}).fill('terminate')
    await page.keyboard.press('Enter')
    await s.saved(shop, '        - stop\n')
    assert.equal(s.text(shop), before + '        - stop\n')
    await page.unroute('**/api/fits?*')
  })

  test('F157 nothing is offered while it cannot be asked what may stand at a place', async () => {
    await page.route('**/api/fits?*', route => route.abort())
    await page.getByRole('button', {name: 'Add an action at the end'}).last().click()
    const menu = page.getByRole('dialog', {name: 'Add an action at the end'})
    await menu.getByText('What can stand here could not be asked.').waitFor()
    assert.equal(await menu.getByRole('button', {name: /^Show Snack Bar/}).count(), 0)
    await s.poll('the browser has said so as well', () => page.faults.length === 1)
    assert.match(page.faults.pop() ?? '', /Failed to load/)
    await page.unroute('**/api/fits?*')
    await menu.getByRole('button', {name: 'Ask again'}).click()
    await menu.getByRole('button', {name: /^Show Snack Bar/}).waitFor()
    await page.keyboard.press('Escape')
    await menu.waitFor({state: 'detached'})
  })

  test('nothing is said in the console', () => { assert.deepEqual(page.faults, []) })
})
