// The beginning: usher dev over a folder of unknown origin, and over an empty one.
import {after, before, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {poll, readdirSync, writeFileSync} from './harness.mjs'
import {Studio, accessible} from './studio.mjs'

const shop = {
  'app.yaml': 'usher: 1\nname: Corner Shop\n',
  'pages/home.yaml': 'path: /\ntitle: Home\nbody:\n  - text: Hello from the shop\n',
}

describe('usher dev over a folder that was not made here', () => {
  let s, page

  before(async () => {
    s = await new Studio().start({files: shop, trust: false})
    page = await s.open()
  })
  after(async () => { await s?.stop() })

  test('E6 it is seen and edited, and runs once its builder trusts it', async () => {
    const app = await s.window()
    await app.goto(s.app + '/')
    await app.getByRole('heading', {name: 'This folder is not trusted yet'}).waitFor()
    await accessible(app, 'the app that is not trusted')
    const canvas = page.frameLocator('iframe')
    await canvas.getByText('Hello from the shop').waitFor()
    const banner = page.getByRole('region', {name: 'Trust'})
    await banner.waitFor()
    await accessible(page, 'the banner')
    await s.look(page, 'trust')
    await banner.getByRole('button', {name: 'Trust this folder'}).click()
    await banner.waitFor({state: 'detached'})
    await app.getByText('Hello from the shop').waitFor() // by itself
    assert.deepEqual(readdirSync(s.folder).sort(), ['app.yaml', 'pages'], 'nothing of the trust is in the project')
  })

  test('what an editor saves shows at once, right or wrong', async () => {
    writeFileSync(s.path('pages/home.yaml'), shop['pages/home.yaml'].replace('Hello', 'Good morning'))
    const canvas = page.frameLocator('iframe')
    await canvas.getByText('Good morning from the shop').waitFor()
    const app = await s.window()
    await app.goto(s.app + '/')
    await app.getByText('Good morning from the shop').waitFor()
    writeFileSync(s.path('pages/home.yaml'), shop['pages/home.yaml'].replace('text: ', 'txt: '))
    await page.getByRole('button', {name: '1 problem'}).waitFor()
    await app.reload()
    await app.getByText('Good morning from the shop').waitFor()
    writeFileSync(s.path('pages/home.yaml'), shop['pages/home.yaml'])
    await page.getByRole('button', {name: 'No problems'}).waitFor()
    await canvas.getByText('Hello from the shop').waitFor()
    await poll('the app to go on', async () => { await app.reload(); return app.getByText('Hello from the shop').isVisible() })
    assert.deepEqual(page.faults, [])
  })
})

describe('usher dev over files with errors', () => {
  let s, page

  before(async () => {
    s = await new Studio().start({files: {...shop, 'pages/home.yaml': 'path: /\ntitle: Home\nbody:\n  - txt: Hello\n  - text: Fine\n'}})
    page = await s.open({dark: true})
  })
  after(async () => { await s?.stop() })

  test('the canvas and the problems show, and the app says what is wrong', async () => {
    await page.frameLocator('iframe').getByText('Fine').waitFor()
    await page.getByRole('button', {name: '1 problem'}).waitFor()
    const app = await s.window({dark: true})
    await app.goto(s.app + '/')
    await app.getByText('pages/home.yaml:4:5').waitFor()
    await accessible(app, 'the app that does not run')
    await s.look(app, 'app-with-errors')
    writeFileSync(s.path('pages/home.yaml'), shop['pages/home.yaml'])
    await app.getByText('Hello from the shop').waitFor()
  })
})
