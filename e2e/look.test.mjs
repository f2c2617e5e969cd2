// How the pages look and whether everybody can use them: axe-core, overflow, keyboard, pictures.
// UPDATE_PICTURES=1 writes the pictures of the documentation anew.
import {after, before, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {mkdirSync} from 'node:fs'
import {World, becomes, join, logIn, out, root} from './harness.mjs'
import {accessible, fits} from './looks.mjs'

// shown are the pictures that the documentation uses; all others stay in e2e/out.
const shown = ['home-desktop-light', 'home-phone-dark', 'login-phone-light', 'profile-phone-light']
const docs = join(root, 'docs', 'pictures')

const sizes = {phone: [390, 844], desktop: [1280, 900]}

async function usable(page, name) {
  await accessible(page, name)
  await fits(page, name)
  assert.deepEqual(page.faults, [], name)
}

describe('every page of TouristTrail, on a phone and a desk, in light and dark', () => {
  let w
  before(async () => { w = await World.start() })
  after(async () => { await w?.stop() })

  for (const [size, [width, height]] of Object.entries(sizes)) {
    for (const dark of [false, true]) {
      const kind = `${size}-${dark ? 'dark' : 'light'}`
      test(kind, async () => {
        const page = await w.person({dark, width, height})
        const look = async name => {
          await page.waitForFunction(() => document.readyState === 'complete' && Array.from(document.images).every(i => i.complete || i.loading === 'lazy')) // the network is never idle: a stream is open
          await usable(page, `${name} ${kind}`)
          const picture = `${name}-${kind}`
          await page.screenshot({path: join(out, picture + '.png'), fullPage: name !== 'login'})
          if (process.env.UPDATE_PICTURES && shown.includes(picture)) {
            mkdirSync(docs, {recursive: true})
            await page.screenshot({path: join(docs, picture + '.png')})
          }
        }
        await page.goto(w.url + '/')
        await look('login')
        await page.getByText('Sign Up', {exact: true}).click()
        await page.getByLabel('First name').waitFor()
        await look('sign-up')
        for (const [label, text] of [['First name', 'Nora'], ['E-mail', 'nora@example.com'], ['Username', 'nora'], ['Password', 'granite lantern 42'], ['Repeat the password', 'granite lantern 43']]) {
          await page.getByLabel(label, {exact: true}).fill(text)
        }
        await page.getByRole('button', {name: 'Create account'}).click()
        await page.locator('[aria-invalid="true"]').first().waitFor()
        await look('sign-up-faults')
        await logIn(page, w)
        await page.getByText('Welcome Emily').first().waitFor()
        await look('home')
        await page.goto(w.url + '/profile')
        await look('profile')
        await page.goto(w.url + '/posts/1')
        await look('post')
        await page.goto(w.url + '/nowhere')
        await look('not-found')
      })
    }
  }

  test('F203 the keyboard alone logs in and out', async () => {
    const page = await w.person()
    await page.goto(w.url + '/')
    await page.getByLabel('Username or e-mail').focus()
    await page.keyboard.type(w.username)
    await page.keyboard.press('Tab')
    await page.keyboard.type(w.password)
    await page.keyboard.press('Enter')
    await page.getByText('Welcome Emily').first().waitFor()
    await page.getByRole('button', {name: 'Log out'}).focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(w.url + '/login')
  })

  test('focus and what is typed stay through a redraw', async () => {
    const page = await w.person()
    await page.goto(w.url + '/')
    await page.getByLabel('Username or e-mail').fill('somebody')
    await page.getByLabel('Password', {exact: true}).fill('wrong password here')
    await page.keyboard.press('Enter')
    await page.getByText('Username or password is wrong').first().waitFor()
    await becomes(() => page.getByLabel('Username or e-mail').inputValue(), 'somebody')
    await becomes(() => page.getByLabel('Password', {exact: true}).inputValue(), 'wrong password here')
    await becomes(() => page.evaluate(() => document.activeElement.getAttribute('name')), 'password')
  })

  test('F197 the password eye shows what is typed', async () => {
    const page = await w.person()
    await page.goto(w.url + '/')
    const field = page.getByLabel('Password', {exact: true})
    await field.fill('visible words')
    await page.getByRole('button', {name: /show.*password/i}).first().click()
    await becomes(() => page.locator('input[name=password]').getAttribute('type'), 'text')
  })
})
