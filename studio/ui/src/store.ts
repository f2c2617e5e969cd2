import {useSyncExternalStore} from 'react'
import {api, Refusal} from './api.ts'
import {escaped, rootOf, widgetAt} from './tree.ts'
import type {CatalogueView, Json, PageView, ProjectView, TraceView, WireEdit} from './wire.ts'

export type Device = 'phone' | 'tablet' | 'desktop'
export type Mode = 'light' | 'dark'

// zooms are the sizes that the frame can have.
export const zooms = ['0.25', '0.33', '0.5', '0.67', '0.75', '0.9', '1', '1.25', '1.5', '2']

// Clip is a widget that was copied, as it is written.
export interface Clip { kind: string; value: Json }

// Plan is a change, what is selected once it is made, and what is said then.
export interface Plan { edits: WireEdit[]; label: string; step?: string; then?: string; others?: string[]; said?: string }

// State is all that the screen shows. It is replaced, never changed.
export interface State {
  project: ProjectView | null
  catalogue: CatalogueView | null
  page: PageView | null
  pageName: string // the page that is on the canvas, '' while a component or the bars are
  root: string // what is on the canvas: /pages/home, /components/TripCard, /app/bars; '' nothing
  place: string // the section that is open, as sections.tsx names it
  item: string // what is open in it, such as a path; '' its first
  selected: string
  others: string[] // selected as well
  clip: Clip[] // what was copied or cut
  menu: {x: number; y: number} | null // where the menu of what is selected is open
  mistake: {at: string; line: number; column: number} | null // the place in a file's text that the cursor is to go to
  losing: {at: string; name: string} | null // the slot that goes with what is to be removed, and that is used: that is asked about
  turning: boolean // the name of a component is asked for, which what is selected becomes
  side: 'tree' | 'add' // what stands below the pages
  device: Device
  zoom: string // 'fit', or how large the frame is: '1' as it is
  as: '' | 'in' | 'out' // to whom the canvas shows the page, '' to those it is for
  mode: Mode
  theme: Mode
  drawer: string // the drawer that is open below, as drawers.tsx names it; '' none
  trace: TraceView | null // the flow that the debug panel shows: which actions ran, and which way they went
  notice: {text: string; bad: boolean; id: number} | null
  refused: number // changes that were not made; who thinks that his was looks again
  assets: number // grows with each change of an asset: another picture under the same name makes no other revision
  offline: string // why the server is not heard, '' when it is
  fault: string
}

const dark = matchMedia('(prefers-color-scheme: dark)')

// saved is a choice of this browser; studio choices are no part of the project.
function saved<T extends string>(key: string, allowed: readonly T[], otherwise: T): T {
  const found = localStorage.getItem(`studio.${key}`)
  return allowed.find(a => a === found) ?? otherwise
}

class Store {
  state: State = {
    project: null,
    catalogue: null,
    page: null,
    pageName: '',
    root: '',
    place: 'page',
    item: '',
    selected: '',
    others: [],
    clip: [],
    menu: null,
    turning: false,
    mistake: null,
    losing: null,
    side: 'tree',
    device: saved('device', ['phone', 'tablet', 'desktop'], 'phone'),
    zoom: saved('zoom', ['fit', ...zooms], 'fit'),
    as: '',
    mode: saved('mode', ['light', 'dark'], 'light'),
    theme: saved('theme', ['light', 'dark'], dark.matches ? 'dark' : 'light'),
    drawer: '',
    trace: null,
    notice: null,
    refused: 0,
    assets: 0,
    offline: '',
    fault: '',
  }
  private listeners = new Set<() => void>()
  private queue: Promise<void> = Promise.resolve()
  private notices = 0

  subscribe = (fn: () => void) => {
    this.listeners.add(fn)
    return () => { this.listeners.delete(fn) }
  }
  get = () => this.state

  private set(patch: Partial<State>) {
    this.state = {...this.state, ...patch}
    for (const fn of this.listeners) fn()
  }

  async start() {
    try {
      const [catalogue, project] = await Promise.all([api.catalogue(), api.project()])
      this.set({catalogue: withKinds(catalogue, project), project})
      await this.open(firstPage(project))
      this.follow()
    } catch (e) {
      this.set({fault: e instanceof Error ? e.message : 'The studio could not start.'})
    }
  }

  // follow takes up what changes elsewhere: an editor, another window.
  private follow() {
    const events = new EventSource('/api/events')
    events.addEventListener('revision', ev => {
      this.set({offline: ''})
      if ((ev as MessageEvent<string>).data !== this.state.project?.revision || !this.state.project.trusted) void this.serial(() => this.reload())
    })
    for (const kind of ['debug', 'pointed']) events.addEventListener(kind, ev => this.heard[kind]?.((ev as MessageEvent<string>).data))
    events.addEventListener('error', () => this.set({
      offline: events.readyState === EventSource.CLOSED ? 'Usher was restarted: open the new link that it printed' : 'Usher does not answer',
    }))
  }

  // revision is that of the files as they are shown.
  revision() { return this.state.project?.revision ?? '' }

  // heard are those who are told other news of the server, by their kind.
  heard: Record<string, (text: string) => void> = {}

  // serial runs what asks the server one after the other: each edit is meant for the revision that the one before it made.
  private serial(fn: () => Promise<void>) {
    this.queue = this.queue.then(fn).catch(async (e: unknown) => {
      this.tell(e instanceof Error ? e.message : 'Something went wrong.', true)
      if (e instanceof Refusal && e.code === 'stale') await this.reload().catch(() => {})
      this.set({refused: this.state.refused + 1})
    })
    return this.queue
  }

  // refresh takes up what was written by another way than edit.
  refresh() { return this.serial(() => this.reload()) }

  private async reload() {
    await this.take(await api.project())
  }

  // take shows a revision: the project, then the page if it is still there.
  private async take(project: ProjectView) {
    let page: PageView | null
    let root: string
    let wanted: string
    do { // somebody may go to another page meanwhile
      wanted = this.state.root
      root = stands(project, wanted) ? wanted : pageRoot(firstPage(project))
      page = root ? await api.sheet(root) : null
    } while (this.state.root !== wanted)
    const selected = page && this.state.selected && widgetAt(page, this.state.selected) ? this.state.selected : ''
    const others = this.state.others.filter(at => page && at !== selected && widgetAt(page, at))
    this.set({project, page, root, pageName: nameOf(root), selected: selected || (others.shift() ?? ''), others, catalogue: withKinds(this.state.catalogue, project)})
  }

  open(name: string) { return this.openSheet(pageRoot(name)) }

  // openSheet shows a page, a component or the bars on the canvas, by its path.
  async openSheet(root: string) {
    if (!root) return this.set({page: null, pageName: '', root: '', selected: '', others: [], place: 'page'})
    if (this.state.root !== root) this.set({selected: '', others: [], as: ''})
    this.set({root, pageName: nameOf(root), place: 'page', menu: null})
    const page = await api.sheet(root)
    if (this.state.root === root) this.set({page})
  }

  // show opens a section, with what is to be shown in it.
  show(place: string, item = '') { this.set({place, item}) }
  select(path: string, others: string[] = []) {
    const {selected, others: had, menu} = this.state
    if (path !== selected || others.length > 0 || had.length > 0 || menu) this.set({selected: path, others, menu: null})
  }
  // also takes one more widget to those that are selected, or out of them.
  also(path: string) {
    const had = [this.state.selected, ...this.state.others].filter(at => at !== '')
    if (!had.includes(path)) return this.select(path, had)
    const [first = '', ...rest] = had.filter(at => at !== path)
    this.select(first, rest)
  }
  copy(clip: Clip[]) { this.set({clip}) }
  showTo(as: 'in' | 'out') { this.set({as}) }
  openMenu(menu: {x: number; y: number} | null) { this.set({menu}) }
  turn(turning: boolean) { this.set({turning}) }
  lose(losing: State['losing']) { this.set({losing}) }

  setMistake(mistake: State['mistake']) { this.set({mistake}) }
  showSide(side: 'tree' | 'add') { this.set({side}) }
  tell(text: string, bad = false) { this.set({notice: {text, bad, id: ++this.notices}}) }
  hush() { this.set({notice: null}) }
  // toggle opens a drawer, or closes it.
  toggle(drawer: string) { this.set({drawer: this.state.drawer === drawer ? '' : drawer}) }
  showTrace(trace: TraceView | null) { this.set({trace}) }

  choose(patch: Partial<Pick<State, 'device' | 'zoom' | 'mode' | 'theme'>>) {
    for (const [key, value] of Object.entries(patch)) localStorage.setItem(`studio.${key}`, value)
    this.set(patch)
  }

  // edit sends a change. then is the path to select once it is made.
  edit(edits: WireEdit[], label: string, options: {step?: string; then?: string} = {}) {
    return this.plan(() => ({edits, label, ...options}))
  }

  // plan sends a change that is thought out once those before it are made: keys may be faster than the server.
  plan(make: () => Plan | undefined | Promise<Plan | undefined>) {
    return this.serial(async () => {
      const {project, selected, others: had} = this.state
      const made = await make()
      if (!project || !made) return
      const {edits, label, step = '', then, others = [], said} = made
      const next = await api.edit({revision: project.revision, edits, label, step})
      const still = this.state.selected === selected && this.state.others === had // nobody has pointed at something else meanwhile
      if (then !== undefined && still) this.set({selected: then, others})
      await this.take(next)
      if (said) this.tell(said)
    })
  }

  // attempt is edit for a change that may be refused: it says why, '' when it was made.
  async attempt(edits: WireEdit[], label: string, then: string): Promise<string> {
    let why = ''
    await this.serial(async () => {
      const {project} = this.state
      if (!project) return
      try {
        const next = await api.edit({revision: project.revision, edits, label, step: ''})
        this.set({selected: then, others: []})
        await this.take(next)
      } catch (e) {
        if (!(e instanceof Refusal) || e.code === 'stale') throw e
        why = e.message
      }
    })
    return why
  }

  // make sends what changes the files by another way than edit, with what it is meant for; it says why it was refused, '' when it was made.
  async make(send: (revision: string) => Promise<ProjectView>, root: string): Promise<string> {
    let why = ''
    await this.serial(async () => {
      try {
        const next = await send(this.revision())
        if (stands(next, root)) this.set({root, pageName: nameOf(root), selected: '', others: [], place: 'page'})
        await this.take(next)
      } catch (e) {
        if (!(e instanceof Refusal) || e.code === 'stale') throw e
        why = e.message
      }
    })
    return why
  }

  // asset puts a file into assets/, or takes it away when there is none. What is refused is thrown, for who asked to say.
  asset(name: string, file: File | null, replace = false): Promise<void> {
    return new Promise((done, refused) => void this.serial(async () => {
      const revision = this.revision()
      const answer = file ? api.putAsset(name, file, revision, replace) : api.deleteAsset(name, revision)
      try {
        await answer
      } catch (e) {
        refused(e instanceof Error ? e : new Error('It could not be done.'))
        return e instanceof Refusal && e.code === 'stale' ? this.reload() : undefined
      }
      this.set({assets: this.state.assets + 1})
      done()
      await this.reload()
    }))
  }

  // begun shows the app that an empty folder has become.
  begun() {
    return this.serial(() => this.reload())
  }

  // trust lets the project run, from now on.
  trust() {
    return this.serial(async () => { await this.take(await api.trust()) })
  }

  undo() { return this.step('undo') }
  redo() { return this.step('redo') }

  // travel takes back so many steps, or with a number above 0 does them again.
  async travel(steps: number) {
    for (let n = Math.abs(steps); n > 0; n--) {
      const was = this.state.project?.revision
      await this.step(steps < 0 ? 'undo' : 'redo')
      if (this.state.project?.revision === was) return // it was refused, and that has been said
    }
  }

  private step(which: 'undo' | 'redo') {
    return this.serial(async () => {
      const {project} = this.state
      if (!project || !project[which]) return
      const next = await api[which]({revision: project.revision})
      this.hush() // what was said of the step is no longer so
      const root = rootOf(next.select)
      if (root && stands(next, root)) this.set({root, pageName: nameOf(root), place: 'page'})
      if (next.select.startsWith('/assets/')) this.set({assets: this.state.assets + 1})
      await this.take(next)
      const place = this.home(next.select)
      if (place) this.show(place, next.select)
    })
  }

  // home tells which section a path is shown in, '' for none but pages; sections.tsx sets it.
  home: (path: string) => string = () => ''

  // revealed is told of each path that is gone to; the flow editor opens what runs there.
  revealed: (path: string) => void = () => {}

  // reveal goes to what a path names: a page and the widget around it, or the section that shows it.
  async reveal(path: string) {
    const place = this.home(path)
    if (place) {
      this.show(place, path)
      return this.revealed(path)
    }
    const root = rootOf(path)
    if (!root || !this.state.project || !stands(this.state.project, root)) return
    await this.openSheet(root)
    const page = this.state.page
    for (let at = path; page && at.length > root.length; at = at.slice(0, at.lastIndexOf('/'))) {
      if (!widgetAt(page, at)) continue
      this.select(at)
      return this.revealed(path)
    }
    this.select('')
    this.revealed(path)
  }
}

// withKinds is the catalogue with the components of the project, which are the last group.
function withKinds(catalogue: CatalogueView | null, project: ProjectView): CatalogueView | null {
  return catalogue && {...catalogue, widgets: [...catalogue.widgets.filter(s => s.group !== componentGroup), ...project.kinds]}
}

const componentGroup = 'Components'

// stands reports whether there is what a path of the canvas names.
function stands(project: ProjectView, root: string): boolean {
  return root === '/app/bars' ? project.bars : project.pages.some(p => pageRoot(p.name) === root) || project.parts.some(p => root === `/components/${escaped(p.name)}`)
}

function pageRoot(name: string): string { return name && `/pages/${escaped(name)}` }

function nameOf(root: string): string {
  return root.startsWith('/pages/') ? root.slice('/pages/'.length).replace(/~1/g, '/').replace(/~0/g, '~') : ''
}

function firstPage(project: ProjectView): string {
  const {auth, pages} = project
  const landing = typeof auth.loggedInPage === 'string' ? auth.loggedInPage : ''
  return [landing, auth.entryPage].find(n => pages.some(p => p.name === n)) ?? pages[0]?.name ?? ''
}

export const store = new Store()

export function useStudio(): State {
  return useSyncExternalStore(store.subscribe, store.get)
}
