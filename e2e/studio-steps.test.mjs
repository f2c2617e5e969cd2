// The seven steps of the tutorial in the studio, from an empty folder, by somebody who takes no wizard: card by card, with mouse and keyboard alone.
import {after, before, describe, test} from 'node:test'
import assert from 'node:assert/strict'
import {readdirSync} from 'node:fs'
import {Process, becomes, poll, renewedOnce} from './harness.mjs'
import {DummyJSON} from './dummyjson.mjs'
import {Studio, accessible, like} from './studio.mjs'

describe('F225 the seven steps in the studio without a wizard', () => {
  const life = 5 // seconds: what is asked for with a token that was just renewed has to arrive while it lives
  let s, page, backend

  before(async () => {
    backend = await new DummyJSON({ttl: life}).start()
    s = await new Studio().start({files: {}})
    page = await s.open()
  })
  after(async () => {
    if (page) await s.look(page, 'steps-last')
    await s?.stop()
    await backend?.stop()
  })

  const sheet = name => page.getByRole('region', {name, exact: true})
  const choose = async (label, option) => {
    await page.getByRole('combobox', {name: label, exact: true}).click()
    await page.getByRole('option', {name: option}).first().click()
    await page.getByRole('listbox').waitFor({state: 'detached'}) // or it takes the focus from what comes next
    await s.settled()
  }
  const done = n => page.getByRole('button', {name: `${n} of 7 steps`}).waitFor()

  test('an empty folder becomes an app of one page', async () => {
    await page.getByRole('button', {name: 'begin with an empty page'}).click()
    await page.getByLabel('Name of the app').fill('Corner Shop')
    await accessible(page, 'an empty page')
    await s.look(page, 'steps-0')
    await page.getByLabel('Name of the app').press('Enter')
    await page.getByRole('heading', {name: 'Corner Shop'}).waitFor()
    await page.frameLocator('iframe').getByText('Home').waitFor()
    await done(0)
    await page.getByRole('button', {name: '0 of 7 steps'}).click()
    await s.look(page, 'steps-guide')
    await page.getByRole('button', {name: 'Go to Enable'}).click()
  })

  const pages = () => page.getByRole('navigation', {name: 'Pages'})
  const open = name => pages().getByRole('button', {name: new RegExp(`^${name}`)}).first().click()
  const panel = () => page.getByRole('complementary', {name: 'Properties'})
  const dialog = name => page.getByRole('dialog', {name})
  const canvas = () => page.frameLocator('iframe')
  const type = async (field, text) => {
    await field.fill(text)
    await field.press('Enter')
    await s.settled() // what comes next is not meant for the panel as it was
  }

  test('step 1: authentication is enabled', async () => {
    await page.getByRole('switch', {name: 'Enable Authentication'}).click()
    await s.saved('pages/home.yaml', 'path: /home\n')
    await page.getByText('The page home is at /home now').waitFor()
    await choose('Logged In Page', /^home/)
    await s.saved('app.yaml', 'loggedInPage: home')
    await becomes(() => page.getByRole('switch', {name: 'Persist Auth Sessions'}).getAttribute('aria-checked'), 'true')
    await s.look(page, 'steps-1')
  })

  test('step 2: the pages are built', async () => {
    await s.section(page, 'Pages')
    await page.getByRole('button', {name: 'Add a page'}).click()
    await dialog('Add a page').getByLabel('Name').fill('login')
    await choose('Who may open it', 'Who is logged out')
    await page.getByRole('button', {name: 'Add', exact: true}).click()
    await s.saved('pages/login.yaml', 'access: loggedOut')
    await page.getByRole('button', {name: 'Menu of the page login', exact: true}).click()
    await page.getByRole('menuitem', {name: 'Make it the Entry Page'}).click()
    await s.saved('app.yaml', 'entryPage: login')
    await page.getByRole('button', {name: 'No problems'}).waitFor()
    await open('home')
    await choose('Who may open it', 'Who is logged in')
    await s.saved('pages/home.yaml', 'access: loggedIn')
    await done(1)
    await s.look(page, 'steps-2')
  })

  const fill = async (label, value) => type(page.getByLabel(label, {exact: true}), value)
  const makeCall = async (name, method, path) => {
    await page.getByRole('button', {name: 'New API call', exact: true}).click()
    const d = dialog('New API call')
    await d.getByLabel('Name').fill(name)
    if (method !== 'GET') {
      await d.getByRole('combobox', {name: 'Method'}).click()
      await page.getByRole('option', {name: method}).click()
      await page.getByRole('listbox').waitFor({state: 'detached'})
    }
    await d.getByLabel('Path').fill(path)
    await d.getByLabel('Path').press('Enter')
    await page.getByRole('heading', {name, exact: true}).waitFor()
  }
  const variable = async (name, kind) => {
    await page.getByRole('button', {name: 'Add variable'}).click()
    await fill('Name of the new variable', name)
    await page.getByRole('combobox', {name: `Type of ${name}`}).waitFor()
    if (kind) await choose(`Type of ${name}`, kind)
  }
  const field = async (name, of) => {
    await page.getByRole('button', {name: 'Add field'}).click()
    await fill('Name of the new field', name)
    await page.getByRole('button', {name: `Set ${name} from variable`}).click()
    await picked(name, of)
  }
  // picked takes a variable in the picker that is open.
  const picked = async (label, name, row = new RegExp(`^${name} `)) => {
    const d = dialog(`Set ${label} from variable`)
    await d.getByRole('searchbox', {name: 'Search variables'}).fill(name)
    await d.getByRole('treeitem', {name: row}).first().click()
    await d.getByRole('button', {name: 'Set', exact: true}).click()
    await d.waitFor({state: 'detached'})
    await s.settled()
  }
  const typeOfReply = async name => {
    await page.getByRole('button', {name: 'Make a data type of this'}).click()
    const d = dialog('Make a data type of the reply')
    await d.getByLabel('Name of the data type').fill(name)
    await d.getByRole('button', {name: 'Show what becomes of it'}).click()
    await d.getByText(`types/${name}.yaml`).first().waitFor()
    await d.getByRole('button', {name: 'Write it'}).click()
    await d.waitFor({state: 'detached'})
  }

  test('step 3: the calls of the backend, tried for real', async () => {
    await s.section(page, 'API')
    await page.getByRole('button', {name: 'New API group'}).first().click()
    const d = dialog('New API group')
    await d.getByLabel('Name').fill('auth')
    await d.getByLabel('Address').fill(backend.url)
    await d.getByLabel('Address').press('Enter')
    await page.getByRole('heading', {name: 'auth', exact: true}).waitFor()
    await makeCall('login', 'POST', '/auth/login')
    await variable('username')
    await variable('password', /^Secret/)
    await page.getByRole('radio', {name: 'JSON'}).click()
    await field('username', 'username')
    await field('password', 'password')
    await s.saved('calls/auth.yaml', 'password: "${params.password}"')
    await s.look(page, 'steps-3a')
    await page.getByRole('radio', {name: 'Response & Test'}).click()
    await page.getByLabel(/^username/).fill('emilys')
    await page.getByLabel(/^password/).fill(backend.password)
    await page.getByRole('button', {name: 'Send', exact: true}).click()
    await page.getByText('It worked.').waitFor()
    await s.look(page, 'steps-3b')
    await typeOfReply('LoginReply')
    await s.saved('calls/auth.yaml', 'reply: LoginReply')
 
    await page.getByRole('radio', {name: 'Definition'}).click()
    await makeCall('me', 'GET', '/auth/me')
    await page.getByRole('radio', {name: 'required'}).click()
    await s.saved('calls/auth.yaml', 'auth: required')
    await makeCall('refresh', 'POST', '/auth/refresh')
    await variable('refreshToken', /^Secret/)
    await page.getByRole('radio', {name: 'JSON'}).click()
    await field('refreshToken', 'refreshToken')
    await s.saved('calls/auth.yaml', '"${params.refreshToken}"')
    await page.getByRole('button', {name: 'No problems'}).waitFor()
  })

  const fromJSON = async (name, sample) => {
    await page.getByRole('button', {name: 'Data type from JSON'}).click()
    const d = dialog('Import')
    await d.getByLabel('Name of the data type').fill(name)
    await d.getByLabel('Sample').fill(sample)
    await d.getByRole('button', {name: 'Show what becomes of it'}).click()
    await page.getByRole('dialog').getByRole('button', {name: 'Write it'}).click()
    await page.getByRole('heading', {name, exact: true}).waitFor()
  }
  const replyOf = async (call, type) => {
    await page.getByRole('tree', {name: 'API calls'}).getByRole('treeitem', {name: new RegExp(`^${call}`)}).click()
    await page.getByRole('heading', {name: call, exact: true}).waitFor()
    await choose('Type of the reply', new RegExp(`^${type}`))
    await s.saved('calls/auth.yaml', `reply: ${type}`)
  }

  test('step 3: data types of what the backend answers', async () => {
    await s.section(page, 'Data types')
    await fromJSON('User', JSON.stringify(backend.user))
    await fromJSON('Tokens', '{"accessToken": "eyJ", "refreshToken": "eyJ"}')
    await s.look(page, 'steps-3c')
    await s.section(page, 'API')
    await replyOf('me', 'User')
    await replyOf('refresh', 'Tokens')
    await s.section(page, 'Settings')
    await page.getByRole('navigation', {name: 'Settings'}).getByRole('button', {name: 'Authentication', exact: true}).click()
    await page.getByRole('switch', {name: 'Associate User Data Type'}).click()
    await s.saved('app.yaml', 'userDataType: User')
    await done(2)
  })

  const tab = name => page.getByRole('tab', {name, exact: true}).click()
  const tile = name => page.getByRole('tabpanel').getByRole('button', {name, exact: true})
  const prop = async (label, value) => type(panel().getByLabel(label, {exact: true}).and(page.locator('input, textarea')), value)
  const heading = name => panel().getByRole('heading', {name, exact: true}).waitFor()
  const middle = async (locator, share) => {
    const box = await locator.boundingBox()
    return [box.x + box.width / 2, box.y + box.height * share]
  }

  test('step 3: fields and a button on the login page', async () => {
    await s.section(page, 'Pages')
    await open('login')
    await canvas().getByText('Login').waitFor()
    await tab('Add')
    await tile('Text Field').scrollIntoViewIfNeeded()
    await page.mouse.move(...await middle(tile('Text Field'), 0.5))
    await page.mouse.down()
    await s.poll('a place behind the heading', async () => {
      const [x, y] = await middle(canvas().getByText('Login'), 0.9)
      await page.mouse.move(x - 20, y, {steps: 4})
      await page.mouse.move(x, y, {steps: 4})
      return page.locator('.ghost', {hasText: 'Text Field after Text'}).waitFor({timeout: 1500}).then(() => true, () => false)
    })
    await s.look(page, 'steps-3d')
    await page.mouse.up()
    await heading('Text Field')
    await prop('Id', 'username')
    await s.saved('pages/login.yaml', 'autocomplete: username') // by its name
    await prop('Label', 'Username')
    await s.saved('pages/login.yaml', 'label: Username')
    await panel().getByRole('switch', {name: 'Required'}).click()
    await s.poll('Username is required', () => /label: Username, .*required: true/.test(s.text('pages/login.yaml')))
    await tile('Text Field').press('Enter')
    await s.saved('pages/login.yaml', 'id: field')
    await s.poll('the new field', async () => await panel().getByLabel('Id', {exact: true}).inputValue() === 'field')
    await prop('Id', 'password')
    await s.saved('pages/login.yaml', 'autocomplete: current-password')
    await prop('Label', 'Password')
    await s.saved('pages/login.yaml', 'label: Password')
    await panel().getByRole('switch', {name: 'Required'}).click()
    await s.poll('both are required', () => s.text('pages/login.yaml').split('required: true').length === 3)
    await tile('Button').click()
    await heading('Button')
    await prop('Text', 'Log in')
    await s.saved('pages/login.yaml', 'Log in')
    await canvas().getByRole('button', {name: 'Log in'}).waitFor()
    await s.look(page, 'steps-3e')
  })

  const list = name => page.getByRole('list', {name, exact: true})
  const define = () => page.getByRole('complementary', {name: 'Define Action'})
  const act = async (button, name, first) => {
    await button.click()
    await page.getByRole('searchbox', {name: 'Search actions'}).fill(name)
    await page.getByRole('dialog').getByRole('button', {name: new RegExp(`^${first}`)}).first().click()
    await s.settled()
  }

  test('step 3 and 4: the flow of the button: the call, and Log In where it worked', async () => {
    await panel().getByRole('button', {name: 'Add actions: On tap'}).click()
    await act(page.getByRole('button', {name: 'Add an action', exact: true}).first(), 'api call', 'API Call')
    await page.getByRole('dialog').getByRole('button', {name: /^auth\.login/}).click()
    await s.saved('pages/login.yaml', 'as: login')
    await list('FALSE of API Call').getByRole('button', {name: /^Show Snack Bar/}).waitFor()
    await s.look(page, 'steps-4a')
    await act(list('TRUE of API Call').getByRole('button', {name: 'Add an action', exact: true}), 'log in', 'Log In')
    await s.saved('pages/login.yaml', 'logIn:')
    await s.look(page, 'steps-4b')
    await define().getByRole('button', {name: 'Set Token Expiry Time from variable'}).click()
    const d = dialog('Set Token Expiry Time from variable')
    await d.getByRole('searchbox', {name: 'Search variables'}).fill('accessToken')
    await d.getByRole('treeitem', {name: /^accessToken/}).first().click()
    await accessible(page, 'when a token ends')
    await s.look(page, 'steps-4c')
    await d.getByRole('button', {name: 'Read when it ends'}).click()
    await d.getByRole('button', {name: 'Set', exact: true}).click()
    await s.saved('pages/login.yaml', 'expiry: ${jwt(login.body.accessToken).exp}')
    await page.getByText('No problems in this flow').waitFor()
    await done(4)
  })

  const addBelow = async (name, text) => {
    await tab('Add')
    await tile(name).click()
    await heading(name)
    await s.poll(`the new ${name} in the panel`, async () => await panel().getByLabel('Text', {exact: true}).and(page.locator('input, textarea')).inputValue() === name) // another may have been there
    await prop('Text', text)
    await s.saved('pages/home.yaml', text)
  }

  test('step 5: the page shows who is logged in', async () => {
    await page.getByRole('button', {name: 'Back to the canvas'}).click()
    await open('home')
    await canvas().getByText('Home').click()
    await heading('Text')
    await panel().getByRole('button', {name: 'Set Text from variable'}).click()
    await picked('Text', 'firstName')
    await s.saved('pages/home.yaml', '${user.firstName}')
    await addBelow('Button', 'Who am I?')
    await panel().getByRole('button', {name: 'Add actions: On tap'}).click()
    await act(page.getByRole('button', {name: 'Add an action', exact: true}).first(), 'api call', 'API Call')
    await page.getByRole('dialog').getByRole('button', {name: /^auth\.me/}).click()
    await s.saved('pages/home.yaml', 'as: me')
    await act(list('TRUE of API Call').getByRole('button', {name: 'Add an action', exact: true}), 'snack', 'Show Snack Bar')
    await define().getByRole('button', {name: 'Set Text from variable'}).click()
    await picked('Text', 'email')
    await s.saved('pages/home.yaml', 'email')
    await page.getByRole('button', {name: 'Back to the canvas'}).click()
    await done(5)
    await s.look(page, 'steps-5')
  })

  test('step 6: the token is renewed', async () => {
    await s.section(page, 'Settings')
    await page.getByRole('navigation', {name: 'Settings'}).getByRole('button', {name: 'Authentication', exact: true}).click()
    await sheet('Refresh').getByRole('combobox', {name: 'Call'}).click()
    await page.getByRole('option', {name: 'auth.refresh'}).click()
    await s.saved('app.yaml', 'call: auth.refresh')
    await sheet('Refresh').scrollIntoViewIfNeeded()
    await s.look(page, 'steps-6')
    await done(6)
  })

  test('step 7: a button logs out', async () => {
    await s.section(page, 'Pages')
    await open('home')
    await canvas().getByRole('button', {name: 'Who am I?'}).click()
    await heading('Button')
    await addBelow('Button', 'Log out')
    await panel().getByRole('button', {name: 'Add actions: On tap'}).click()
    await act(page.getByRole('button', {name: 'Add an action', exact: true}).first(), 'log out', 'Log Out')
    await s.saved('pages/home.yaml', 'logOut')
    await page.getByRole('button', {name: 'Back to the canvas'}).click()
    await done(7)
    await page.getByRole('button', {name: 'No problems'}).waitFor()
    await s.look(page, 'steps-7')
  })

  test('the log-in and its renewal are tried from the settings', async () => {
    await s.section(page, 'Settings')
    await page.getByRole('navigation', {name: 'Settings'}).getByRole('button', {name: 'Authentication', exact: true}).click()
    await sheet('Test').getByLabel('User name or e-mail').fill('emilys')
    await sheet('Test').getByLabel('Password').fill(backend.password)
    await sheet('Test').getByLabel('Password').press('Enter')
    await sheet('Test').getByText('Log-in works').waitFor()
    await sheet('Test').getByRole('button', {name: 'Test refresh'}).click()
    await sheet('Test').getByText('Refresh works').waitFor()
    await sheet('Test').scrollIntoViewIfNeeded()
    await s.look(page, 'steps-test')
  })

  test('somebody logs in, is greeted, outlives the token, and logs out', async () => {
    const app = await s.window()
    await app.goto(await page.getByRole('link', {name: 'Run'}).getAttribute('href'))
    await app.getByLabel('Username', {exact: true}).fill('emilys')
    await app.getByLabel('Password', {exact: true}).fill(backend.password)
    await app.getByRole('button', {name: 'Log in', exact: true}).click()
    await app.getByText('Emily', {exact: true}).waitFor()
    await s.look(app, 'steps-app')
    const expired = () => poll('the token to expire', () => !backend.valid([...backend.secrets].at(-2), 'access'))
    await renewedOnce(life - 1, expired, () => backend.count('POST /auth/refresh'), async () => {
      await app.reload()
      await app.getByRole('button', {name: 'Who am I?'}).click()
      await app.getByText('emily.johnson@x.dummyjson.com').first().waitFor()
    })
    await app.getByRole('button', {name: 'Log out'}).click()
    await app.getByRole('button', {name: 'Log in', exact: true}).waitFor()
    await app.goto(s.app + '/home')
    await app.getByRole('button', {name: 'Log in', exact: true}).waitFor()
    assert.deepEqual(app.faults, [])
  })

  test('what it wrote is what a person would have written', async () => {
    for (const args of [['check'], ['fmt', '--check']]) {
      const tried = new Process([...args, s.folder])
      assert.equal(await tried.done, 0, `${args}: ${tried.out}${tried.err}`)
    }
    const all = readdirSync(s.folder, {recursive: true}).filter(f => f.endsWith('.yaml')).map(f => s.text(f)).join('\n')
    for (const secret of backend.secrets) assert.equal(all.includes(secret), false)
    like(s, 'steps', backend.url)
    assert.deepEqual(page.faults, [])
  })
})
