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
  after(async () => { if (process.env.SHOW) console.log(s.text(process.env.SHOW)); await s?.stop() })

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
})
