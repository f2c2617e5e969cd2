// Files: chosen, listed, taken back, refused before they are sent, sent with script and without.
import {after, before, test} from 'node:test'
import assert from 'node:assert/strict'
import {Served, becomes, join, root} from './harness.mjs'

let served
before(async () => {
  served = await Served.start(join(root, 'examples', 'gallery'))
})
after(() => served?.stop())

const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
const file = (name, buffer, mimeType = 'image/png') => ({name, mimeType, buffer})

test('F121 a picture is listed, can be taken back, and is sent', async () => {
  const page = await served.person()
  await page.goto(`${served.url}/fileUpload`)
  const input = page.locator('#w-portrait')
  await input.setInputFiles(file('me.png', png))
  await page.locator('.u-files li canvas').waitFor()
  await page.getByRole('button', {name: 'Remove me.png'}).click()
  await becomes(() => input.evaluate(e => e.files.length), 0)
  await input.setInputFiles(file('me.png', Buffer.concat([png, Buffer.alloc(1.5e6)])))
  await page.getByRole('button', {name: 'Keep it'}).click()
  await page.getByText('Taken: me.png, image/png').waitFor()
  await becomes(() => input.evaluate(e => e.files.length), 1, 'the answer keeps what is chosen')
  await becomes(() => page.locator('.u-files progress').count(), 0)
})

test('F121 what is too large or of another kind is said at once and not sent', async () => {
  const page = await served.person()
  await page.goto(`${served.url}/fileUpload`)
  let posts = 0
  page.on('request', r => { if (r.method() === 'POST') posts++ })
  const input = page.locator('#w-portrait')
  await input.setInputFiles(file('me.png', Buffer.concat([png, Buffer.alloc(2.2e6)])))
  await page.getByText('A file may have 2 MB at most.').waitFor()
  await page.getByRole('button', {name: 'Keep it'}).click()
  await input.setInputFiles(file('me.txt', Buffer.from('text'), 'text/plain'))
  await page.getByText('Choose files of these kinds').waitFor()
  await page.getByRole('button', {name: 'Keep it'}).click()
  assert.equal(posts, 0)
  await input.setInputFiles(file('me.png', Buffer.from('<html>')))
  await page.getByRole('button', {name: 'Keep it'}).click()
  await page.getByText('Choose files of these kinds').waitFor()
  await becomes(() => posts, 1, 'the content is for the server to look at')
})

test('F121 several files add up, and works without script', async () => {
  const page = await served.person()
  await page.goto(`${served.url}/fileUpload`)
  const papers = page.locator('#w-papers')
  await papers.setInputFiles(file('a.pdf', Buffer.from('%PDF-1'), 'application/pdf'))
  await papers.setInputFiles(file('b.csv', Buffer.from('a,b'), 'text/csv'))
  await becomes(() => papers.evaluate(e => Array.from(e.files, f => f.name)), ['a.pdf', 'b.csv'])
  const plain = await served.person({javaScriptEnabled: false})
  await plain.goto(`${served.url}/fileUpload`)
  await plain.locator('#w-portrait').setInputFiles(file('me.png', png))
  await plain.getByRole('button', {name: 'Keep it'}).click()
  await plain.getByText('Taken: me.png, image/png').waitFor()
  await plain.getByText('No longer chosen: me.png').waitFor()
})
