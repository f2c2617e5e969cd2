// The action flow editor of the studio, by mouse and by keyboard: what runs is drawn, added, moved, copied, said of its problems, and written as a person would.
import {after, before, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {poll} from './harness.mjs'
import {Studio, accessible} from './studio.mjs'

describe('the action flow editor', () => {
  let s, page
  const login = 'pages/login.yaml'
  const open = async name => { await page.getByRole('navigation', {name: 'Pages'}).getByRole('button', {name: new RegExp(`^${name}`)}).click() }
  const pane = () => page.getByRole('main')
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
    assert.equal(await define().getByLabel('Authentication Token', {exact: true}).and(page.locator('textarea')).inputValue(), '${login.body.accessToken}')
    await both('login')
  })

  test('F143 F147 an API call comes with its branches and a name of its own, by keyboard alone', async () => {
    await open('profile')
    await page.getByRole('treeitem', {name: 'Button Log out'}).click()
    await page.getByRole('button', {name: 'Open flow: On tap'}).click()
    for (const name of ['me', 'me2']) {
      await page.getByRole('button', {name: 'Add an action before Log Out'}).focus()
      await page.keyboard.press('Enter')
      await page.getByRole('searchbox', {name: 'Search actions'}).waitFor()
      await page.keyboard.type('api call')
      await page.keyboard.press('Enter')
      await page.getByRole('searchbox', {name: 'Search calls'}).waitFor()
      await page.getByRole('button', {name: /^auth\.me/}).waitFor()
      await page.keyboard.type('auth.me')
      await page.keyboard.press('Enter')
      await s.saved('pages/profile.yaml', `                    - call: auth.me
                      as: ${name}
                      else:
                        - snackBar: {text: "\${${name}.error ?? 'That did not work.'}", tone: error}
`)
      await poll('focus on the new card', () => page.evaluate(() => document.activeElement?.textContent?.startsWith('API Call')))
    }
    assert.equal(await define().getByLabel('Output name').inputValue(), 'me2')
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
    await poll('focus in the field', () => page.evaluate(() => document.activeElement?.tagName === 'INPUT'))
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
    await page.keyboard.type('Say why')
    await s.saved(login, 'note: Say why')
    await list('FALSE of API Call').getByText('Say why').waitFor()
    await more('Show Snack Bar', 'Disable')
    await s.saved(login, 'disabled: true')
    await pane().getByText('1 warning in this flow').waitFor()
    await both('noted')
    await card('FALSE of API Call', 'Show Snack Bar').press('ControlOrMeta+C')
    await more('Show Snack Bar', 'Enable')
    await poll('the note alone', () => !s.text(login).includes('disabled') && s.text(login).includes('note: Say why'))
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
    await poll('it is gone', () => !s.text('pages/post.yaml').includes('Say why'))
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
    await poll('it runs first', () => s.text('pages/profile.yaml').indexOf('up to date') < s.text('pages/profile.yaml').indexOf('call: auth.me'))
    await poll('focus goes along', () => page.evaluate(() => document.activeElement?.dataset.at?.endsWith('/onTap/0')))
    await list('On tap').getByRole('button', {name: 'More for Show Snack Bar'}).first().click()
    await page.getByRole('menuitem', {name: 'Move', exact: true}).press('ArrowRight')
    await page.getByRole('menuitem', {name: 'Into TRUE of API Call'}).waitFor()
    await s.look(page, 'flow-move')
    await page.getByRole('menuitem', {name: 'Into TRUE of API Call'}).press('Enter')
    await poll('it is back', () => s.text('pages/profile.yaml').includes('                        - snackBar: {text: Your profile is up to date.'))
    await card('TRUE of API Call', 'Show Snack Bar').press('Alt+ArrowDown')
    await poll('as it was', () => s.text('pages/profile.yaml') === before)
  })

  test('F154 F156 the section Flows has the action blocks and the events of the app', async () => {
    await s.section(page, 'Flows')
    await page.getByRole('button', {name: /^On session expired/}).click()
    await card('On session expired', 'Show Snack Bar').click()
    await both('events')
    await page.getByRole('button', {name: 'Add an action block'}).click()
    await page.keyboard.type('greet')
    await page.keyboard.press('Enter')
    await poll('the file', () => s.text('flows/greet.yaml') === 'actions: []\n')
    await page.getByRole('button', {name: /^greet\(\)/}).click()
    await page.getByLabel('Name of a new parameter').fill('who')
    await page.keyboard.press('Enter')
    await s.saved('flows/greet.yaml', 'params:\n  who: text\n')
    await page.getByRole('button', {name: 'Add an action', exact: true}).click()
    await page.keyboard.type('snack')
    await page.keyboard.press('Enter')
    await define().getByLabel('Text', {exact: true}).first().fill('Hello ${params.who}')
    await s.saved('flows/greet.yaml', 'actions:\n  - snackBar: "Hello ${params.who}"\n')
    await both('block')
    await page.getByLabel('Name', {exact: true}).fill('welcome')
    await page.keyboard.press('Enter')
    await s.saved('flows/welcome.yaml', 'Hello')
    await page.getByRole('button', {name: /^On app start/}).click()
    await page.getByRole('button', {name: 'Add an action', exact: true}).click()
    await page.keyboard.type('action block')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByRole('button', {name: /^welcome/}).click()
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
    await page.keyboard.press('Enter')
    await s.saved('pages/profile.yaml', '                    - block: update\n')
    assert.match(s.text('flows/update.yaml'), /^actions:\n  - call: auth.me\n    as: me\n    then:\n      - updateAuthenticatedUser: /)
    await card('On tap', 'Action Block').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', {name: 'Undo', exact: true}).click()
    await poll('all is back', () => s.text('pages/profile.yaml') === before)
  })

  const back = async () => { if (await page.getByRole('button', {name: 'Back to the canvas'}).count()) await page.getByRole('button', {name: 'Back to the canvas'}).click() }

  test('F159 a problem leads to the action that has it', async () => {
    await back()
    await open('post')
    await page.getByRole('treeitem', {name: 'Icon Button Back to the stories'}).click()
    await page.getByRole('button', {name: 'Open flow: On tap'}).click()
    await page.getByRole('button', {name: 'Add an action at the end'}).click()
    await page.keyboard.type('snack')
    await page.keyboard.press('Enter')
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
    await page.getByRole('button', {name: 'Add an action at the end'}).click()
    await page.keyboard.type('api call')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByRole('button', {name: /^auth\.login/}).click()
    await card('On tap', 'API Call').waitFor()
    await list('TRUE of API Call').getByRole('button', {name: 'Add an action', exact: true}).click()
    await page.keyboard.type('log in')
    await page.getByRole('dialog').getByRole('button', {name: /^Log In/}).first().waitFor()
    await page.keyboard.press('Enter')
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
    await poll('it is gone', () => !s.text('pages/post.yaml').includes('logIn'))
  })

  test('F140 F152 what runs on a page by itself: on load, and timers', async () => {
    await back()
    await open('home')
    await page.getByRole('button', {name: 'Add actions: On load'}).click()
    await page.getByRole('tab', {name: /^On load/}).waitFor()
    await page.getByRole('button', {name: 'Add an action', exact: true}).click()
    await page.keyboard.type('snack')
    await page.keyboard.press('Enter')
    await define().getByLabel('Text', {exact: true}).first().fill('Hello')
    await s.saved('pages/home.yaml', 'onLoad:\n  - snackBar: "Hello"\n\nbody:\n')
    await page.getByRole('button', {name: 'Add a timer'}).click()
    await page.getByRole('tab', {name: /^Every 30s/, selected: true}).waitFor()
    await page.getByLabel('Every', {exact: true}).fill('2m')
    await s.saved('pages/home.yaml', 'every: 2m')
    await page.getByRole('button', {name: 'Add an action', exact: true}).click()
    await page.keyboard.type('refresh query')
    await page.keyboard.press('Enter')
    await s.saved('pages/home.yaml', '- refresh')
    await both('timer')
    await page.getByRole('button', {name: 'Remove the timer'}).click()
    await poll('no timer', () => !s.text('pages/home.yaml').includes('timers'))
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
