// API calls, their tests, data types and imports, as a builder makes them in the studio.
import {after, before, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {poll} from './harness.mjs'
import {Studio, accessible} from './studio.mjs'

describe('API calls in the studio', () => {
  let s, page
  const looks = async name => {
    for (const theme of ['light', 'dark']) {
      await page.getByRole('button', {name: `Studio in ${theme}`}).click({timeout: 300}).catch(() => {})
      await poll(theme, () => page.evaluate(t => document.documentElement.dataset.theme === t, theme))
      await accessible(page, `${name}, ${theme}`)
      await s.look(page, `${name}-${theme}`)
    }
    await page.getByRole('button', {name: 'Studio in light'}).click()
    await page.setViewportSize({width: 900, height: 1060})
    await s.look(page, `${name}-900`)
    await page.setViewportSize({width: 1440, height: 1060})
  }
  const call = name => page.getByRole('tree', {name: 'API calls'}).getByRole('treeitem', {name: new RegExp(`^${name} `)}).click()
  const fill = async (label, value) => {
    const field = page.getByLabel(label, {exact: true})
    await field.fill(value)
    await field.press('Enter')
  }

  before(async () => {
    s = await new Studio().start()
    page = await s.open()
    page.setDefaultTimeout(10000)
    await page.getByRole('button', {name: 'No problems'}).waitFor()
    await s.section(page, 'API')
  })
  after(async () => { await s?.stop() })

  test('F089 the tree shows groups and calls, and what a group says', async () => {
    await page.getByRole('treeitem', {name: /^trail/}).waitFor()
    await page.getByRole('textbox', {name: 'Address', exact: true}).waitFor()
    await looks('calls-group')
  })

  test('F080 a call is made, named, given variables, a query and a body, and stands in the file as a person would write it', async () => {
    await page.getByRole('treeitem', {name: /^trail/}).click()
    await page.getByRole('button', {name: 'New API call', exact: true}).click()
    const dialog = page.getByRole('dialog', {name: 'New API call'})
    await dialog.getByLabel('Name').fill('like')
    await dialog.getByRole('combobox', {name: 'Method'}).click()
    await page.getByRole('option', {name: 'POST'}).click()
    await dialog.getByLabel('Path').fill('/likes')
    await accessible(page, 'New API call')
    await dialog.getByRole('button', {name: 'Make the call'}).click()
    await s.saved('calls/trail.yaml', '  like:')
    await page.getByRole('button', {name: 'Add variable'}).click()
    await fill('Name of the new variable', 'post')
    await s.saved('calls/trail.yaml', 'post: text')
    await page.getByRole('button', {name: 'Add field'}).waitFor({state: 'detached'})
    await page.getByRole('radio', {name: 'JSON'}).click()
    await page.getByRole('button', {name: 'Add field'}).click()
    await fill('Name of the new field', 'postId')
    await fill('Value of the field postId', '${params.post}')
    await s.saved('calls/trail.yaml', '${params.post}')
    await page.getByRole('button', {name: 'Add parameter'}).click()
    await fill('Name of the new parameter', 'quiet')
    await fill('Value of the parameter quiet', 'true')
    await s.saved('calls/trail.yaml', 'quiet: true')
    const made = s.text('calls/trail.yaml').split('\n  like:')[1]
    assert.equal(made.trim(), '{method: POST, path: /likes, params: {post: text}, json: {postId: "${params.post}"}, query: {quiet: true}}')
    await page.getByRole('button', {name: 'No problems'}).waitFor()
    await looks('calls-call')
  })

  test('F081 a variable is renamed where the call reads it', async () => {
    const name = page.getByLabel('Name of the variable post', {exact: true})
    await name.fill('postId')
    await name.press('Enter')
    await s.saved('calls/trail.yaml', 'json: {postId: "${params.postId}"}')
    await page.getByRole('button', {name: 'No problems'}).waitFor()
  })

  test('F089 a call goes to another group, and what uses it follows; undo brings it back', async () => {
    await call('posts')
    const before = [s.text('calls/trail.yaml'), s.text('pages/home.yaml')]
    await page.getByRole('button', {name: 'Move to another group'}).click()
    const dialog = page.getByRole('dialog', {name: 'Move posts'})
    await dialog.getByText('The groups differ in: address, authentication').or(dialog.getByText(/The groups differ in/)).first().waitFor()
    await dialog.getByRole('button', {name: 'Move', exact: true}).click()
    await s.saved('calls/auth.yaml', '  posts:')
    await s.saved('pages/home.yaml', 'auth.posts')
    await page.getByRole('button', {name: 'Undo'}).click()
    await poll('the files are as before', () => s.text('calls/trail.yaml') === before[0] && s.text('pages/home.yaml') === before[1])
  })

  test('a call is removed only after its uses were shown', async () => {
    await call('posts')
    await page.getByRole('button', {name: 'Remove posts'}).click()
    const dialog = page.getByRole('dialog', {name: 'Remove posts?'})
    await dialog.getByText('pages/home.yaml').first().waitFor()
    await accessible(page, 'Remove')
    await s.look(page, 'calls-remove')
    await dialog.getByRole('button', {name: 'Cancel'}).click()
    assert.ok(s.text('calls/trail.yaml').includes('  posts:'))
  })
})
