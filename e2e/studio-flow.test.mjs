// The action flow editor of the studio, by mouse and by keyboard: what runs is drawn, added, moved, copied, said of its problems, and written as a person would.
import {after, before, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {becomes} from './harness.mjs'
import {Studio, accessible} from './studio.mjs'

describe('the action flow editor', () => {
  let s, page
  const login = 'pages/login.yaml'
  const open = async name => { await page.getByRole('navigation', {name: 'Pages'}).getByRole('button', {name: new RegExp(`^${name}`)}).click() }
  const pane = () => page.getByRole('main')
  // add adds an action by the sign at its place: the first that is found by a word, and for some what it calls or opens.
  const add = async (sign, word, choice) => {
    await sign.click()
    const search = page.getByRole('searchbox', {name: 'Search actions'})
    await search.fill(word)
    await search.press('Enter')
    if (choice) await page.getByRole('dialog').getByRole('button', {name: choice}).click()
    await search.waitFor({state: 'detached'})
    await s.settled()
  }
  const anAction = () => page.getByRole('button', {name: 'Add an action', exact: true})
  const atEnd = () => page.getByRole('button', {name: 'Add an action at the end'})
  const typing = name => becomes(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label')), name)
  const define = () => page.getByRole('complementary', {name: 'Define Action'})
  const list = name => page.getByRole('list', {name, exact: true})
  const both = async name => {
    for (const mode of ['light', 'dark']) {
      const change = page.getByRole('button', {name: `Studio in ${mode}`})
      if (await change.count()) await change.click()
      await accessible(page, `${name}, ${mode}`)
      for (const [width, height] of [[1440, 960], [900, 760]]) {
        await page.setViewportSize({width, height})
        await s.look(page, `flow-${name}-${mode}-${width}`)
      }
      await page.setViewportSize({width: 1440, height: 1060})
    }
  }

  before(async () => {
    s = await new Studio().start()
    page = await s.open()
  })
  after(async () => { await s.look(page, 'flow-last'); if (process.env.SHOW) console.log(s.text(process.env.SHOW)); await s?.stop() })

  test('F140 F141 a widget says what its events do, and opens the flow as it runs', async () => {
    await open('login')
    await page.getByRole('treeitem', {name: /^Form/}).first().click()
    const actions = page.getByRole('region', {name: 'Actions'})
    await actions.getByText('API Call auth.login').waitFor()
    await actions.getByRole('button', {name: 'Open flow: On submit'}).click()
    await pane().getByRole('heading', {name: 'Action Flow Editor'}).waitFor()
    await list('On submit').getByRole('button', {name: /^API Call/}).waitFor()
    await list('TRUE of API Call').getByRole('button', {name: /^Log In/}).waitFor()
    await list('FALSE of API Call').getByRole('button', {name: /^Show Snack Bar/}).waitFor()
    await list('TRUE of API Call').getByRole('button', {name: /^Log In/}).click()
    for (const label of ['Authentication Token', 'Refresh Token', 'Token Expiry Time', 'User UID', 'User Data', 'Navigate Automatically']) await define().getByLabel(label, {exact: true}).first().waitFor()
    await becomes(() => define().getByLabel('Authentication Token', {exact: true}).and(page.locator('textarea')).inputValue(), '${login.body.accessToken}')
    await both('login')
  })

  test('F143 F147 an API call comes with its branches and a name of its own, by keyboard alone', async () => {
    await open('profile')
    await page.getByRole('treeitem', {name: 'Button Log out'}).click()
    await page.getByRole('button', {name: 'Open flow: On tap'}).click()
    for (const name of ['me', 'me2']) {
      await page.getByRole('button', {name: 'Add an action before Log Out'}).focus()
      await page.keyboard.press('Enter')
      await typing('Search actions')
      await page.keyboard.type('api call')
      await page.keyboard.press('Enter')
      await typing('Search calls')
      await page.getByRole('button', {name: /^auth\.me/}).waitFor()
      await page.keyboard.type('auth.me')
      await page.keyboard.press('Enter')
      await s.saved('pages/profile.yaml', `                    - call: auth.me
                      as: ${name}
                      else:
                        - snackBar: {text: "\${${name}.error ?? 'That did not work.'}", tone: error}
`)
      await s.poll('focus on the new card', () => page.evaluate(() => document.activeElement?.textContent?.startsWith('API Call')))
    }
    await becomes(() => define().getByLabel('Output name').inputValue(), 'me2')
    await pane().getByText('No problems in this flow').waitFor()
    await s.look(page, 'flow-scaffold')
  })
  test('F159 what is wrong stands at its card, and the flow counts it', async () => {
    await page.getByRole('button', {name: 'Add an action at the end'}).last().click()
    await s.look(page, 'flow-menu')
    await accessible(page, 'the menu of actions')
    await page.getByRole('searchbox', {name: 'Search actions'}).fill('conditional')
    await page.getByRole('button', {name: /^Conditional/}).click()
    await list('On tap').getByRole('button', {name: /^Conditional/}).waitFor()
    await pane().getByText('1 problem in this flow').waitFor()
    await s.look(page, 'flow-problem')
    await define().getByLabel('Condition', {exact: true}).fill('${me.ok}')
    await pane().getByText('No problems in this flow').waitFor()
    await s.saved('pages/profile.yaml', '                    - if: "${me.ok}"\n')
  })

  const card = (where, name) => list(where).locator('> li > .flow-card').getByRole('button', {name: new RegExp(`^${name}`)}).first()
  const more = async (name, ...items) => {
    await page.getByRole('button', {name: `More for ${name}`}).first().click()
    for (const item of items) await page.getByRole('menuitem', {name: item}).click()
  }

  test('F147 an output gets another name, and what reads it follows', async () => {
    await open('login')
    await page.getByRole('treeitem', {name: /^Form/}).first().click()
    await page.getByRole('button', {name: 'Open flow: On submit'}).click()
    await card('On submit', 'API Call').click()
    await more('API Call', 'Rename the output')
    await s.poll('focus in the field', () => page.evaluate(() => document.activeElement?.tagName === 'INPUT'))
    await page.keyboard.type('entry')
    await page.keyboard.press('Enter')
    for (const text of ['as: entry\n', 'token: ${entry.body.accessToken}', '"${entry.error ?? ']) await s.saved(login, text)
    await page.keyboard.press('Escape')
    await page.getByRole('button', {name: 'Undo', exact: true}).click()
    await s.saved(login, 'as: login\n')
  })

  test('F157 an action gets a note, is disabled, folded, copied to another page and pasted there', async () => {
    await card('FALSE of API Call', 'Show Snack Bar').click()
    await more('Show Snack Bar', 'Add a note')
    await define().getByLabel('Note', {exact: true}).fill('Say why')
    await s.saved(login, 'note: Say why')
    await list('FALSE of API Call').getByText('Say why').waitFor()
    await more('Show Snack Bar', 'Disable')
    await s.saved(login, 'disabled: true')
    await pane().getByText('1 warning in this flow').waitFor()
    await both('noted')
    await card('FALSE of API Call', 'Show Snack Bar').press('ControlOrMeta+C')
    await more('Show Snack Bar', 'Enable')
    await s.poll('the note alone', () => !s.text(login).includes('disabled') && s.text(login).includes('note: Say why'))
    await card('On submit', 'API Call').press('ArrowLeft')
    await pane().getByText('2 actions inside').waitFor()
    await card('On submit', 'API Call').press('ArrowRight')
    await card('TRUE of API Call', 'Log In').waitFor()
    await open('post')
    await page.getByRole('treeitem', {name: 'Button Try again'}).click()
    await page.getByRole('button', {name: 'Open flow: On tap'}).click()
    await page.getByRole('button', {name: 'Add an action at the end'}).click()
    await page.getByRole('dialog').getByRole('button', {name: /^Paste/}).click()
    await s.saved('pages/post.yaml', `                    - refresh: post
                    - snackBar: {text: "\${login.error ?? 'That did not work.'}", tone: error}
                      note: Say why
                      disabled: true
`)
    await card('On tap', 'Show Snack Bar').press('Delete')
    await s.poll('it is gone', () => !s.text('pages/post.yaml').includes('Say why'))
  })

  test('F141 keys that come faster than the server: each is meant for the action as it was seen', async () => {
    const profile = 'pages/profile.yaml'
    await open('profile')
    await page.getByRole('treeitem', {name: 'Button Update from the backend'}).click()
    await page.getByRole('button', {name: 'Open flow: On tap'}).click()
    const before = s.text(profile)
    const where = text => s.text(profile).lastIndexOf(text)
    const burst = (element, key, altKey) => element.evaluate((e, [key, altKey]) => {
      for (let i = 0; i < 2; i++) e.dispatchEvent(new KeyboardEvent('keydown', {key, altKey, bubbles: true, cancelable: true}))
    }, [key, altKey])
    await card('TRUE of API Call', 'Show Snack Bar').press('ControlOrMeta+d')
    await s.poll('a copy', () => s.text(profile).split('up to date').length === 3)
    await s.poll('it shows', () => page.evaluate(() => document.activeElement?.dataset.at?.endsWith('/then/2')))
    await burst(card('TRUE of API Call', 'Update Authenticated User'), 'ArrowDown', true)
    await s.poll('it went two down', () => where('updateAuthenticatedUser') > where('up to date'))
    await s.poll('it has the focus', () => page.evaluate(() => document.activeElement?.getAttribute('aria-label')?.startsWith('Update') || document.activeElement?.textContent.startsWith('Update')))
    await page.keyboard.press('Alt+ArrowUp')
    await s.poll('it is between the others', () => where('updateAuthenticatedUser') < where('up to date'))
    await s.poll('it shows there', () => page.evaluate(() => document.activeElement?.dataset.at?.endsWith('/then/1')))
    await burst(card('TRUE of API Call', 'Update Authenticated User'), 'Delete', false)
    await s.poll('it is gone', () => where('updateAuthenticatedUser') < 0)
    for (let n = 0; n < 5; n++) {
      const text = s.text(profile)
      assert.equal(text.split('up to date').length, 3, 'what stood beside it is there')
      await page.getByRole('button', {name: /^Undo/}).first().click()
      await s.poll('a step is taken back', () => s.text(profile) !== text)
      if (s.text(profile) === before) break
    }
    assert.equal(s.text(profile), before)
    await page.getByRole('button', {name: 'Back to the canvas'}).click()
  })

  test('F141 actions are moved by mouse and by keyboard, into branches and out of them', async () => {
    await open('profile')
    await page.getByRole('treeitem', {name: 'Button Update from the backend'}).click()
    await page.getByRole('button', {name: 'Open flow: On tap'}).click()
    const before = s.text('pages/profile.yaml')
    await card('TRUE of API Call', 'Show Snack Bar').dragTo(page.locator('[data-gap$="/onTap/1"]'))
    await card('On tap', 'Show Snack Bar').waitFor()
    await s.saved('pages/profile.yaml', '                    - snackBar: {text: Your profile is up to date., tone: success}\n')
    await card('On tap', 'Show Snack Bar').press('Alt+ArrowUp')
    await s.poll('it runs first', () => s.text('pages/profile.yaml').indexOf('up to date') < s.text('pages/profile.yaml').indexOf('call: auth.me'))
    await s.poll('focus goes along', () => page.evaluate(() => document.activeElement?.dataset.at?.endsWith('/onTap/0')))
    await list('On tap').getByRole('button', {name: 'More for Show Snack Bar'}).first().click()
    await page.getByRole('menuitem', {name: 'Move', exact: true}).press('ArrowRight')
    await page.getByRole('menuitem', {name: 'Into TRUE of API Call'}).waitFor()
    await s.look(page, 'flow-move')
    await page.getByRole('menuitem', {name: 'Into TRUE of API Call'}).press('Enter')
    await s.poll('it is back', () => s.text('pages/profile.yaml').includes('                        - snackBar: {text: Your profile is up to date.'))
    await card('TRUE of API Call', 'Show Snack Bar').press('Alt+ArrowDown')
    await s.poll('as it was', () => s.text('pages/profile.yaml') === before)
  })

  test('F157 several actions are disabled, moved, copied and removed together', async () => {
    const profile = 'pages/profile.yaml'
    const before = s.text(profile)
    const count = text => s.text(profile).split(text).length - 1
    await s.poll('the page is as the file', () => page.evaluate(() => document.activeElement?.dataset.at?.endsWith('/then/1')))
    await card('TRUE of API Call', 'Update Authenticated User').click()
    await card('TRUE of API Call', 'Show Snack Bar').click({modifiers: ['Shift']})
    await define().getByRole('heading', {name: '2 actions'}).waitFor()
    await define().getByRole('button', {name: 'Disable', exact: true}).click()
    await s.poll('both are off', () => count('disabled: true') === 2)
    await accessible(page, 'several actions')
    await s.look(page, 'flow-several')
    await define().getByRole('button', {name: 'Enable', exact: true}).click()
    await s.poll('both run', async () => s.text(profile) === before && await page.locator('.flow-tree .flow-tag').count() === 0)
    await card('TRUE of API Call', 'Show Snack Bar').dragTo(page.locator('[data-gap$="/onTap/1"]'))
    await card('On tap', 'Update Authenticated User').waitFor()
    await card('On tap', 'Show Snack Bar').waitFor()
    await s.saved(profile, '                    - updateAuthenticatedUser:')
    await s.poll('both stay chosen, the first has the focus', () => page.evaluate(() => document.querySelectorAll('.flow-card.selected').length === 2 && document.activeElement.dataset.at?.endsWith('/onTap/1')))
    await page.keyboard.press('Alt+ArrowUp')
    await s.poll('they run first', () => s.text(profile).indexOf('updateAuthenticatedUser') < s.text(profile).indexOf('up to date') && s.text(profile).indexOf('up to date') < s.text(profile).indexOf('call: auth.me'))
    await s.poll('the focus goes along', () => page.evaluate(() => document.activeElement?.dataset.at?.endsWith('/onTap/0')))
    await list('On tap').getByRole('button', {name: 'More for Show Snack Bar'}).first().click()
    await page.getByText('2 actions', {exact: true}).first().waitFor()
    await s.look(page, 'flow-several-menu')
    await page.getByRole('menuitem', {name: /^Duplicate/}).click()
    await s.poll('two more', () => count('up to date') === 2 && count('updateAuthenticatedUser') === 2)
    await s.poll('the copies are chosen', () => page.evaluate(() => document.activeElement?.dataset.at?.endsWith('/onTap/2')))
    await page.keyboard.press('Delete')
    await s.poll('the copies are gone', () => count('up to date') === 1)
    await page.getByRole('button', {name: 'Undo', exact: true}).click()
    await s.poll('and back, in one step', () => count('up to date') === 2 && count('updateAuthenticatedUser') === 2)
    for (let i = 0; i < 3; i++) await page.getByRole('button', {name: 'Undo', exact: true}).click()
    await s.poll('as it was', () => s.text(profile) === before)
    await card('On tap', 'API Call').click()
    await card('On tap', 'API Call').press('Shift+ArrowDown')
    await page.keyboard.press('Shift+ArrowDown')
    await s.poll('a branch goes along with what holds it', () => page.evaluate(() => document.querySelectorAll('.flow-card.selected').length === 3))
    await define().getByRole('heading', {name: 'API Call'}).waitFor()
    await page.keyboard.press('Escape')
  })

  test('a long flow is made smaller until all of it is seen', async () => {
    const size = page.getByRole('group', {name: 'Size of the flow'})
    await page.setViewportSize({width: 900, height: 560})
    await size.getByRole('button', {name: /click to see all/}).click()
    await s.poll('it fits', () => page.evaluate(() => { const e = document.querySelector('.flow-stage'); return e.scrollHeight <= e.clientHeight && e.scrollWidth <= e.clientWidth }))
    await s.look(page, 'flow-fits')
    await size.getByRole('button', {name: 'Larger'}).click()
    await size.getByRole('button', {name: /click to see all/}).click()
    await size.getByRole('button', {name: /all of it/}).click()
    await size.getByRole('button', {name: /^100 %/}).waitFor()
    await page.setViewportSize({width: 1440, height: 1060})
  })

  test('F157 the menu of actions says what cannot stand at a place, and why', async () => {
    await page.getByRole('button', {name: 'Back to the canvas'}).click()
    await open('home')
    await page.getByRole('button', {name: /^(Add actions|Open flow): On load/}).click()
    await page.getByRole('tab', {name: /^On leave/}).click()
    await page.getByRole('button', {name: 'Add an action', exact: true}).click()
    const menu = page.getByRole('dialog', {name: 'Add an action'})
    await menu.getByRole('button', {name: /cannot stand here/}).click()
    await menu.getByRole('button', {name: /^Show Snack Bar/}).getByText('nobody sees what comes of it', {exact: false}).waitFor()
    await accessible(page, 'what cannot stand at a place')
    await menu.getByRole('button', {name: /^Show Snack Bar/}).scrollIntoViewIfNeeded()
    await s.look(page, 'flow-refused')
    const before = s.text('pages/home.yaml')
    await page.getByRole('searchbox', {name: 'Search actions'}).fill('snack')
    await menu.getByText('Not here:', {exact: false}).waitFor()
    await page.getByRole('searchbox', {name: 'Search actions'}).press('Enter')
    await page.keyboard.press('Escape')
    await menu.waitFor({state: 'hidden'})
    assert.equal(s.text('pages/home.yaml'), before)
  })

  test('F154 F156 the section Flows has the action blocks and the events of the app', async () => {
    await s.section(page, 'Flows')
    await page.getByRole('button', {name: /^On session expired/}).click()
    await card('On session expired', 'Show Snack Bar').click()
    await both('events')
    await page.getByRole('button', {name: 'Add an action block'}).click()
    await page.getByLabel('Name of the new block').fill('greet')
    await page.getByLabel('Name of the new block').press('Enter')
    await s.poll('the file', () => s.text('flows/greet.yaml') === 'actions: []\n')
    await page.getByRole('button', {name: /^greet\(\)/}).click()
    await page.getByLabel('Name of a new parameter').fill('who')
    await page.getByLabel('Name of a new parameter').press('Enter')
    await s.saved('flows/greet.yaml', 'params:\n  who: text\n')
    await add(anAction(), 'snack')
    await define().getByLabel('Text', {exact: true}).first().fill('Hello ${params.who}')
    await s.saved('flows/greet.yaml', 'actions:\n  - snackBar: "Hello ${params.who}"\n')
    await both('block')
    await page.setViewportSize({width: 900, height: 760})
    const remove = page.getByRole('button', {name: 'Remove the parameter who'})
    await remove.scrollIntoViewIfNeeded()
    await s.poll('all of a parameter is reached in a narrow window', () => remove.evaluate(el => {
      const {x, y, width, height} = el.getBoundingClientRect()
      return document.elementFromPoint(x + width / 2, y + height / 2)?.closest('button') === el
    }))
    await page.setViewportSize({width: 1440, height: 1060})
    await page.getByLabel('Name', {exact: true}).fill('welcome')
    await page.getByLabel('Name', {exact: true}).press('Enter')
    await s.saved('flows/welcome.yaml', 'Hello')
    await page.getByRole('button', {name: /^On app start/}).click()
    await add(anAction(), 'action block', /^welcome/)
    await s.saved('app.yaml', 'onAppStart:\n  - block: welcome\n')
    await define().getByLabel('who', {exact: true}).fill('you')
    await s.saved('app.yaml', '  - block: welcome\n    with: {who: you}\n')
    await page.getByRole('button', {name: /^welcome/}).click()
    await page.getByRole('button', {name: 'Delete the block welcome'}).click()
    await page.getByRole('alertdialog').getByText('It is still used').waitFor()
    await s.look(page, 'flow-uses')
    await page.getByRole('button', {name: 'Keep it'}).click()
  })
  test('F154 an action becomes an action block, and one step of undo takes it back', async () => {
    await s.section(page, 'Pages')
    await open('profile')
    const before = s.text('pages/profile.yaml')
    await page.getByRole('treeitem', {name: 'Button Update from the backend'}).click()
    await page.getByRole('button', {name: 'Open flow: On tap'}).click()
    await card('On tap', 'API Call').waitFor()
    await more('API Call', 'Turn into an action block…')
    await page.getByRole('dialog').getByLabel('Name').fill('greet it')
    await page.getByRole('dialog').getByText('A name begins with a letter').waitFor()
    await accessible(page, 'the name of a block')
    await page.getByRole('dialog').getByLabel('Name').fill('update')
    await s.look(page, 'flow-into-block')
    await page.getByRole('dialog').getByLabel('Name').press('Enter')
    await s.saved('pages/profile.yaml', '                    - block: update\n')
    assert.match(s.text('flows/update.yaml'), /^actions:\n  - call: auth.me\n    as: me\n    then:\n      - updateAuthenticatedUser: /)
    await card('On tap', 'Action Block').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', {name: 'Undo', exact: true}).click()
    await s.poll('all is back', () => s.text('pages/profile.yaml') === before)
  })

  const back = async () => { if (await page.getByRole('button', {name: 'Back to the canvas'}).count()) await page.getByRole('button', {name: 'Back to the canvas'}).click() }

  test('F159 a problem leads to the action that has it', async () => {
    await back()
    await open('post')
    await page.getByRole('treeitem', {name: 'Icon Button Back to the stories'}).click()
    await page.getByRole('button', {name: 'Open flow: On tap'}).click()
    await add(atEnd(), 'snack')
    await define().getByLabel('Text', {exact: true}).first().fill('${nobody.name}')
    await pane().getByText('1 problem in this flow').waitFor()
    await s.look(page, 'flow-wrong')
    await open('home')
    await page.getByRole('button', {name: /^1 problem/}).first().click()
    await page.getByRole('region', {name: 'Problems'}).getByRole('button', {name: /nobody/}).first().click()
    await page.locator('.flow-card.selected.bad').getByText('nobody', {exact: false}).first().waitFor()
    await page.getByRole('button', {name: 'Close the problems'}).click()
    await page.locator('.flow-card.selected .flow-main').press('Delete')
    await page.getByRole('button', {name: 'No problems'}).waitFor()
  })

  test('F143 Log In behind a call is begun with the parts that have their usual names in its reply', async () => {
    await add(atEnd(), 'api call', /^auth\.login/)
    await card('On tap', 'API Call').waitFor()
    await add(list('TRUE of API Call').getByRole('button', {name: 'Add an action', exact: true}), 'log in')
    await s.saved('pages/post.yaml', `                      then:
                        - logIn:
                            token: \${login.body.accessToken}
                            refreshToken: \${login.body.refreshToken}
                            uid: \${string(login.body.id)}
                            user: \${login.body}
                      else:
`)
    await s.look(page, 'flow-login-mapped')
    await card('On tap', 'API Call').press('Delete')
    await s.poll('it is gone', () => !s.text('pages/post.yaml').includes('logIn'))
  })

  test('F140 F152 what runs on a page by itself: on load, and timers', async () => {
    await back()
    await open('home')
    await page.getByRole('button', {name: 'Add actions: On load'}).click()
    await page.getByRole('tab', {name: /^On load/}).waitFor()
    await add(anAction(), 'snack')
    await define().getByLabel('Text', {exact: true}).first().fill('Hello')
    await s.saved('pages/home.yaml', 'onLoad:\n  - snackBar: "Hello"\n\nbody:\n')
    await page.getByRole('button', {name: 'Add a timer'}).click()
    await page.getByRole('tab', {name: /^Every 30s/, selected: true}).waitFor()
    await page.getByLabel('Every', {exact: true}).fill('2m')
    await s.saved('pages/home.yaml', 'every: 2m')
    await add(anAction(), 'refresh query')
    await s.saved('pages/home.yaml', '- refresh')
    await both('timer')
    await page.getByRole('button', {name: 'Remove the timer'}).click()
    await s.poll('no timer', () => !s.text('pages/home.yaml').includes('timers'))
  })

  test('what the running app did lights up the cards', async () => {
    const app = await page.context().newPage()
    await app.goto(await page.getByRole('link', {name: 'Run'}).getAttribute('href'))
    await app.getByLabel('Username or e-mail').fill('nobody')
    await app.getByLabel('Password', {exact: true}).first().fill('not the password')
    await app.getByRole('button', {name: 'Sign in', exact: true}).click()
    await app.getByRole('alert').or(app.getByRole('status')).first().waitFor()
    await s.section(page, 'Pages')
    await open('login')
    await page.getByRole('treeitem', {name: /^Form/}).first().click()
    await page.getByRole('button', {name: 'Open flow: On submit'}).click()
    await page.getByRole('button', {name: 'Debug', exact: true}).click()
    await page.getByRole('tab', {name: /^Flows/}).click()
    await page.locator('.flow-card:has(> .ran)').getByText('auth.login', {exact: true}).waitFor()
    await page.locator('.flow-branch.taken').getByText('FALSE').waitFor()
    await page.setViewportSize({width: 1440, height: 1500}) // or the panel covers half of a sign
    await accessible(page, 'a flow that ran')
    await s.look(page, 'flow-ran')
    await page.setViewportSize({width: 1440, height: 1060})
    await app.close()
    await page.getByRole('button', {name: 'Debug', exact: true}).click()
  })

  test('nothing is said in the console', () => { assert.deepEqual(page.faults, []) })
})
