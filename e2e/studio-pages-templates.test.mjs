// Pages of templates in the studio: the plan before, what it writes, and one undo for all of it.
import {after, before, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {existsSync} from 'node:fs'
import {becomes} from './harness.mjs'
import {Studio, accessible} from './studio.mjs'

describe('a page begins with a template', () => {
  let s, page, canvas
  const dialog = () => page.getByRole('dialog')
  const files = () => dialog().getByRole('list', {name: 'Files that will be written'})
  const begin = async title => {
    await page.getByRole('button', {name: 'Add a page'}).click()
    const radio = dialog().getByRole('radio', {name: new RegExp(`^${title}`)})
    await radio.press('Space')
    await s.poll(`${title} is chosen`, () => radio.isChecked())
  }
  const add = () => dialog().getByRole('button', {name: 'Add', exact: true}).click()

  before(async () => {
    s = await new Studio().start()
    page = await s.open()
    canvas = page.frameLocator('iframe[title^=Canvas]')
    await canvas.getByText(/^Welcome/).first().waitFor()
  })
  after(async () => { await s?.stop() })

  test('F191 the plan says what will be written, and one undo takes all of it back', async () => {
    const app = s.text('app.yaml')
    await begin('Forgotten password')
    await files().getByText('pages/forgot-password.yaml').waitFor()
    await files().getByText(/^tests./).first().waitFor()
    await dialog().frameLocator('iframe').locator('[data-kind=button]').first().waitFor()
    await accessible(page, 'adding a page of a template')
    await s.look(page, 'page-template')
    await files().getByText('pages/forgot-password.yaml').click()
    await files().getByText('path: /forgot-password').waitFor()
    const made = (await files().locator('code').allTextContents()).filter(f => f !== 'app.yaml' && !existsSync(s.path(f)))
    assert.ok(made.length > 1, made.join())
    await dialog().getByRole('textbox', {name: 'Path', exact: true}).fill('/login')
    await dialog().getByText('There is a page at that path.').waitFor()
    await dialog().getByRole('textbox', {name: 'Path', exact: true}).fill('/lost')
    await s.poll('the plan follows', async () => (await files().textContent()).includes('path: /lost'))
    await add()
    await s.saved('pages/forgot-password.yaml', 'path: /lost')
    await s.poll('all files', () => made.every(f => existsSync(s.path(f))))
    await canvas.locator('[data-kind=button]').first().waitFor()
    await page.getByRole('navigation', {name: 'Pages'}).getByRole('button', {name: /^forgot-password/}).and(page.locator('[aria-current]')).waitFor()
    await page.getByRole('button', {name: 'Undo', exact: true}).click()
    await s.poll('all is gone', () => made.every(f => !existsSync(s.path(f))))
    assert.equal(s.text('app.yaml'), app)
    await page.getByRole('button', {name: 'Redo', exact: true}).click()
    await s.poll('all is back', () => made.every(f => existsSync(s.path(f))))
    await page.getByRole('button', {name: 'Undo', exact: true}).click()
    await s.poll('all is gone again', () => made.every(f => !existsSync(s.path(f))))
  })

  test('F191 a setting that names another page is asked about, and what cannot be says why', async () => {
    await begin('Not found')
    await dialog().getByText(/the path \/not-found is taken/).waitFor()
    await dialog().getByRole('textbox', {name: 'Path', exact: true}).fill('/nowhere')
    await dialog().getByRole('switch', {name: 'Name it in notFound'}).click()
    await files().getByText('app.yaml', {exact: true}).waitFor()
    await page.evaluate(() => { document.documentElement.dataset.theme = 'dark' })
    await accessible(page, 'adding a page of a template, dark')
    await s.look(page, 'page-template-dark')
    await add()
    await s.saved('app.yaml', 'notFound: not-found')
    await page.getByRole('button', {name: 'Undo', exact: true}).click()
    await begin('Profile')
    await dialog().getByText(/there is a page profile already/).waitFor()
    await becomes(() => dialog().getByRole('button', {name: 'Add', exact: true}).getAttribute('aria-disabled'), 'true')
    await dialog().getByRole('textbox', {name: 'Name', exact: true}).fill('mine')
    await dialog().getByRole('textbox', {name: 'Path', exact: true}).fill('/mine')
    await files().getByText('pages/mine.yaml').waitFor()
    await page.keyboard.press('Escape')
    assert.deepEqual(page.faults, [])
  })

  test('F190 an empty page begins with a heading', async () => {
    await page.getByRole('button', {name: 'Add a page'}).click()
    await dialog().getByRole('textbox', {name: 'Name', exact: true}).fill('newTrips')
    await add()
    await s.saved('pages/newTrips.yaml', 'path: /new-trips')
    await canvas.getByText('New trips').waitFor()
  })
})
