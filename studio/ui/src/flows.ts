import {useSyncExternalStore} from 'react'
import {api} from './api.ts'
import {store} from './store.ts'
import {all} from './tree.ts'
import {isObject} from './values.ts'
import type {ActionView, CatalogueView, Json, PageView, Problem, WidgetView, WireEdit} from './wire.ts'

// Flows: the lists of actions of the files as a tree, what a builder does to them as edits, and what the editor shows of them.

// FlowAction is an action as it is written.
export interface FlowAction {
  at: string
  list: string // the path of the list that it stands in
  index: number
  kind: string
  spec: ActionView | undefined // undefined for what is no action
  raw: Json
  props: Record<string, Json>
  as: string
  note: string
  disabled: boolean
  branches: Branch[]
}

// Branch is a list of actions in an action, written or not.
export interface Branch {
  key: string // such as then, elseIf/0/then
  at: string
  label: string
  doc: string
  tone: 'yes' | 'no' | 'error' | ''
  written: boolean
  actions: FlowAction[]
  condition?: Json // of an else-if
}

// always are the branches that are drawn although nothing is written in them.
const always: Record<string, string[]> = {
  call: ['then', 'else'], if: ['then', 'else'], confirm: ['then', 'else'], forEach: ['do'], while: ['do'], stream: ['onMessage', 'onClose'], parallel: ['one', 'two'],
}

const labels: Record<string, {label: string; doc: string; tone: Branch['tone']}> = {
  'call then': {label: 'TRUE', doc: 'It succeeded', tone: 'yes'},
  'call else': {label: 'FALSE', doc: 'It did not succeed', tone: 'no'},
  'if then': {label: 'TRUE', doc: 'The condition is true', tone: 'yes'},
  'if else': {label: 'FALSE', doc: 'None of the conditions is true', tone: 'no'},
  'confirm then': {label: 'YES', doc: 'The person agrees', tone: 'yes'},
  'confirm else': {label: 'NO', doc: 'The person does not agree', tone: 'no'},
  'forEach do': {label: 'EACH ITEM', doc: 'Once for each item of the list', tone: ''},
  'while do': {label: 'AGAIN AND AGAIN', doc: 'As long as the condition is true', tone: ''},
  'stream onMessage': {label: 'EACH MESSAGE', doc: 'Once for each message that comes', tone: ''},
  'stream onClose': {label: 'WHEN IT ENDS', doc: 'The stream has ended', tone: ''},
}

// named is what a branch is called above its column.
function named(kind: string, key: string) {
  if (key === 'onError') return {label: 'ON ERROR', doc: 'It cannot be done; the flow goes on behind it', tone: 'error' as const}
  return labels[`${kind} ${key}`] ?? {label: key.toUpperCase(), doc: kind === 'parallel' ? 'Runs at the same time as the others' : '', tone: '' as const}
}

function text(v: Json | undefined): string {
  return typeof v === 'string' ? v : ''
}

// kindOf is the kind of an action, '' when it is none.
export function kindOf(raw: Json | undefined, catalogue: CatalogueView): string {
  if (typeof raw === 'string') return raw
  if (!isObject(raw)) return ''
  return Object.keys(raw).find(k => catalogue.actions.some(a => a.kind === k)) ?? Object.keys(raw)[0] ?? ''
}

// mapMain tells kinds whose whole value is a map of names to values, such as setState.
function mapMain(spec: ActionView | undefined): boolean {
  return spec?.props.find(p => p.name === spec.main)?.kind === 'values'
}

// inner is the mapping of properties under the action's own key, undefined where they are not written so.
function inner(a: Pick<FlowAction, 'raw' | 'kind' | 'spec'>): {[key: string]: Json} | undefined {
  const body = isObject(a.raw) ? a.raw[a.kind] : undefined
  return isObject(body) && !mapMain(a.spec) ? body : undefined
}

// parse reads a list of actions.
export function parse(list: Json | undefined, at: string, catalogue: CatalogueView): FlowAction[] {
  if (!Array.isArray(list)) return []
  return list.map((raw, index) => action(raw, `${at}/${index}`, at, index, catalogue))
}

function action(raw: Json, at: string, list: string, index: number, catalogue: CatalogueView): FlowAction {
  const kind = kindOf(raw, catalogue)
  const spec = catalogue.actions.find(a => a.kind === kind)
  const out: FlowAction = {at, list, index, kind, spec, raw, props: {}, as: '', note: '', disabled: false, branches: []}
  if (isObject(raw)) {
    const under = inner(out)
    if (under) Object.assign(out.props, under)
    else if (spec?.main && raw[kind] !== null && raw[kind] !== undefined) out.props[spec.main] = raw[kind]
    for (const p of spec?.props ?? []) if (p.name !== kind && raw[p.name] !== undefined) out.props[p.name] ??= raw[p.name] as Json
    if (spec?.output) out.as = text(raw.as)
    out.note = text(raw.note)
    out.disabled = raw.disabled === true
  }
  out.branches = branches(out, catalogue)
  return out
}

function branches(a: FlowAction, catalogue: CatalogueView): Branch[] {
  const raw = isObject(a.raw) ? a.raw : {}
  const shown = always[a.kind] ?? []
  return (a.spec?.branches ?? []).flatMap((key): Branch[] => {
    const written = raw[key] !== undefined
    if (key === 'elseIf') {
      const items = Array.isArray(raw[key]) ? raw[key] : []
      return items.map((item, i): Branch => {
        const at = `${a.at}/elseIf/${i}/then`
        const o = isObject(item) ? item : {}
        return {key: `elseIf/${i}/then`, at, label: 'ELSE IF', doc: 'The first condition that is true decides', tone: 'yes', written: true, actions: parse(o.then, at, catalogue), condition: o.if ?? ''}
      })
    }
    if (!written && !shown.includes(key)) return []
    const at = `${a.at}/${key}`
    return [{key, at, ...named(a.kind, key), written, actions: parse(raw[key], at, catalogue)}]
  })
}

// each visits actions and those of their branches.
export function* each(actions: FlowAction[]): Generator<FlowAction> {
  for (const a of actions) {
    yield a
    for (const b of a.branches) yield* each(b.actions)
  }
}

export function find(actions: FlowAction[], at: string): FlowAction | undefined {
  for (const a of each(actions)) if (a.at === at) return a
  return undefined
}

// chosen are the actions that are selected, in the order of the flow; what stands inside one of them goes along with it. With at it is those
// that an act on that action is about: all of them when it is one of them, else itself.
export function chosen(actions: FlowAction[], at = ''): FlowAction[] {
  const {selected, others} = flows.get()
  const all = [selected, ...others]
  const wanted = at && !all.includes(at) ? [at] : all
  const found = [...each(actions)].filter(a => wanted.includes(a.at))
  return found.filter(a => !found.some(b => b !== a && inside(a.at, b.at)))
}

// equal reports whether two actions are written alike.
export function equal(a: FlowAction, b: FlowAction): boolean { return JSON.stringify(a.raw) === JSON.stringify(b.raw) }

// titleOf is what a card is called.
export function titleOf(a: FlowAction): string {
  return a.spec?.title ?? (a.kind || 'Not an action')
}

// own are the problems of an action itself, without those of what stands in its branches.
export function own(a: FlowAction, problems: Problem[]): Problem[] {
  return problems.filter(p => inside(p.at, a.at) && !a.branches.some(b => b.actions.some(c => inside(p.at, c.at))))
}

export function inside(path: string | undefined, at: string): boolean {
  return path !== undefined && (path === at || path.startsWith(`${at}/`))
}

// --- Paths that move

// parted is the list and the place of the path of an item.
export function parted(at: string): {list: string; index: number} {
  const cut = at.lastIndexOf('/')
  return {list: at.slice(0, cut), index: Number(at.slice(cut + 1))}
}

// stepped gives the path that path has once n items were put (or, below 0, taken away) at a place of a list.
export function stepped(path: string, list: string, index: number, n: number): string {
  if (!path.startsWith(`${list}/`)) return path
  const rest = path.slice(list.length + 1).split('/')
  const here = Number(rest[0])
  if (!Number.isInteger(here) || here < index) return path
  return [list, here + n, ...rest.slice(1)].join('/')
}

// --- Edits

const beside = ['call', 'stream', 'navigate', 'back', 'if', 'forEach', 'while', 'block', 'change', 'parallel']

// setProp is the edits that give an action a property, or take it away when value is null; short where the language is.
export function setProp(a: FlowAction, name: string, value: Json): WireEdit[] {
  return value === null ? unset(a, name) : set(a, name, value)
}

function set(a: FlowAction, name: string, value: Json): WireEdit[] {
  const {at, kind, spec, raw} = a
  const body = `${at}/${kind}`
  const under = inner(a)
  const main = spec?.main ?? ''
  if (!isObject(raw)) {
    if (name === main) return [{op: 'set', at, value: {[kind]: value}}]
    return [{op: 'set', at, value: beside.includes(kind) ? {[kind]: {}, [name]: value} : {[kind]: {[name]: value}}}]
  }
  if (name === main) return [{op: 'set', at: under && Object.keys(under).length > 0 ? `${body}/${name}` : body, value}]
  if (name !== kind && raw[name] !== undefined) return [{op: 'set', at: `${at}/${name}`, value}]
  if (under && Object.keys(under).length > 0) return [{op: 'set', at: `${body}/${name}`, value}]
  if (beside.includes(kind)) return [{op: 'set', at: `${at}/${name}`, value}]
  const now = raw[kind]
  const plain = under || now === null || now === undefined
  return [{op: 'set', at: body, value: plain ? {[name]: value} : {[main]: now, [name]: value}}]
}

function unset(a: FlowAction, name: string): WireEdit[] {
  const {at, kind, spec, raw} = a
  if (!isObject(raw) || a.props[name] === undefined) return []
  const body = `${at}/${kind}`
  const under = inner(a)
  if (under?.[name] === undefined) {
    if (name === spec?.main) return emptied(a)
    return [{op: 'delete', at: `${at}/${name}`}]
  }
  const left = Object.keys(under).filter(k => k !== name)
  const only = left[0]
  if (only === undefined) return emptied(a)
  const value = only === spec?.main ? under[only] : undefined
  if (left.length === 1 && value !== undefined && !isObject(value)) return [{op: 'set', at: body, value}]
  return [{op: 'delete', at: `${body}/${name}`}]
}

// emptied leaves an action without properties: its bare name where nothing else is written.
function emptied(a: FlowAction): WireEdit[] {
  const bare = isObject(a.raw) && Object.keys(a.raw).length === 1
  return bare ? [{op: 'set', at: a.at, value: a.kind}] : [{op: 'set', at: `${a.at}/${a.kind}`, value: {}}]
}

// setKey is the edits that give an action its output name, note, or that it is disabled.
export function setKey(a: FlowAction, key: 'as' | 'note' | 'disabled', value: Json): WireEdit[] {
  const {at, kind, raw} = a
  if (!isObject(raw)) return value === null ? [] : [{op: 'set', at, value: {[kind]: {}, [key]: value}}]
  if (value !== null) return [{op: 'set', at: `${at}/${key}`, value}]
  if (raw[key] === undefined) return []
  const rest = Object.keys(raw).filter(k => k !== key)
  const body = raw[kind]
  const bare = rest.length === 1 && (body === null || (isObject(body) && Object.keys(body).length === 0))
  return bare ? [{op: 'set', at, value: kind}] : [{op: 'delete', at: `${at}/${key}`}]
}

// argPath is where an argument of “with” is written.
export function argEdits(a: FlowAction, map: string, name: string, value: Json): WireEdit[] {
  const now = a.props[map]
  const args = isObject(now) ? now : {}
  const mapAt = map === a.spec?.main && !inner(a) ? `${a.at}/${a.kind}` : isObject(a.raw) && map !== a.kind && a.raw[map] !== undefined ? `${a.at}/${map}` : `${a.at}/${a.kind}/${map}`
  const key = name.replace(/~/g, '~0').replace(/\//g, '~1')
  if (value === null) {
    if (args[name] === undefined) return []
    return Object.keys(args).length === 1 ? setProp(a, map, null) : [{op: 'delete', at: `${mapAt}/${key}`}]
  }
  return Object.keys(args).length ? [{op: 'set', at: `${mapAt}/${key}`, value}] : setProp(a, map, {[name]: value})
}

// keeps reports whether a list stays as an empty one when its last action goes.
function keeps(list: string): boolean {
  return /\/(do|actions)$|\/elseIf\/\d+\/then$/.test(list)
}

// removal is the edits that take an action away, and with the last one its list.
export function removal(at: string, size: number): WireEdit[] {
  const {list} = parted(at)
  return [{op: 'delete', at: size === 1 && !keeps(list) ? list : at}]
}

// insertion is the edits that put actions into a list. first: what the list is missing is made by the edit of its widget.
export function insertion(list: string, index: number, actions: Json[], size: number | null): WireEdit[] {
  const widget = size === null ? widgetOf(list) : null
  if (widget) return [{op: 'prop', at: widget.widget.at, name: widget.event, value: actions}]
  return [{op: 'actions', at: `${list}/${index}`, value: actions}]
}

// relocation is the edits that move an action into a list, and the path that it has then; null where it cannot go.
export function relocation(from: string, size: number, list: string, index: number): {edits: WireEdit[]; then: string; shift: (path: string) => string} | null {
  const source = parted(from)
  if (inside(list, from)) return null
  if (source.list === list && (index === source.index || index === source.index + 1)) return null
  const edits: WireEdit[] = [{op: 'move', from, at: `${list}/${index}`}]
  if (size === 1 && !keeps(source.list)) edits.push({op: 'delete', at: parted(stepped(from, list, index, 1)).list})
  const moved = parted(stepped(from, list, index, 1))
  const closed = (path: string) => stepped(path, moved.list, moved.index + 1, -1)
  const then = closed(`${list}/${index}`)
  const shift = (path: string) => inside(path, from) ? then + path.slice(from.length) : closed(stepped(path, list, index, 1))
  return {edits, then, shift}
}

// removals is the edits that take actions away, which come in the order of the flow; sizes are those of their lists.
export function removals(actions: FlowAction[], size: (list: string) => number): WireEdit[] {
  const left = new Map<string, number>()
  return [...actions].reverse().flatMap(a => {
    const now = left.get(a.list) ?? size(a.list)
    left.set(a.list, now - 1)
    return removal(a.at, now)
  })
}

// relocations is the edits that move actions into a list, one behind the other, and the paths that they have then; null where they cannot go.
export function relocations(actions: FlowAction[], size: (list: string) => number, list: string, index: number): {edits: WireEdit[]; then: string[]; shift: (path: string) => string} | null {
  const edits: WireEdit[] = []
  const shifts: ((path: string) => string)[] = []
  const shift = (path: string) => shifts.reduce((at, fn) => fn(at), path)
  const gone = new Map<string, number>()
  if (actions.some(a => inside(list, a.at))) return null
  let to = {list, index}
  const ends: {at: string; after: number}[] = []
  for (const a of actions) {
    const from = shift(a.at)
    const here = parted(from)
    if (here.list === to.list && (here.index === to.index || here.index === to.index - 1)) {
      ends.push({at: from, after: shifts.length})
      to = {list: to.list, index: here.index + 1}
      continue
    }
    const left = size(a.list) - (gone.get(a.list) ?? 0)
    const how = relocation(from, here.list === to.list ? left + 1 : left, to.list, to.index)
    if (!how) return null
    if (here.list !== to.list) gone.set(a.list, (gone.get(a.list) ?? 0) + 1)
    edits.push(...how.edits)
    shifts.push(how.shift)
    const then = parted(how.then)
    ends.push({at: how.then, after: shifts.length})
    to = {list: then.list, index: then.index + 1}
  }
  if (edits.length === 0) return null
  return {edits, then: ends.map(e => shifts.slice(e.after).reduce((at, fn) => fn(at), e.at)), shift}
}

// --- Where flows stand

// Trigger is something that starts a flow.
export interface Trigger { at: string; name: string; title: string; doc: string }

// eventPath is where the flow of a widget's event is written, or would be.
export function eventPath(w: WidgetView, event: string, part: boolean): string {
  return part ? `${w.at}/${event}` : `${w.at}/${w.kind}/${event}`
}

// widgetOf finds the widget of the open page whose event a path is, or stands in.
export function widgetOf(path: string): {widget: WidgetView; event: string; at: string} | null {
  const {page, catalogue} = store.get()
  if (!page || !catalogue || !path.startsWith(`${page.root}/`)) return null
  let found: {widget: WidgetView; event: string; at: string} | null = null
  for (const w of all(page.widgets)) {
    if (!path.startsWith(`${w.at}/`)) continue
    const rest = path.slice(w.at.length + 1).split('/')
    const n = rest[0] === w.kind ? 1 : 0
    const event = rest[n] ?? ''
    if (/^on[A-Z]/.test(event)) found = {widget: w, event, at: [w.at, ...rest.slice(0, n + 1)].join('/')}
  }
  return found
}

// flowAt is the flow that a path stands in: the list that an event, a timer or an action block runs, '' for none.
export function flowAt(path: string): string {
  const parts = path.split('/')
  for (let i = 2; i < parts.length; i++) {
    const part = parts[i] ?? ''
    const timer = part === 'do' && i === 5 && parts[3] === 'timers'
    const block = part === 'actions' && i === 3 && parts[1] === 'flows'
    if (timer || block || /^on[A-Z]/.test(part)) return parts.slice(0, i + 1).join('/')
  }
  return ''
}

// troubles counts the problems of a flow.
export function troubles(problems: Problem[], at: string): Problem[] {
  return problems.filter(p => inside(p.at, at))
}

// tally counts problems as they are told: the errors, or where there are none the warnings.
export function tally(problems: Problem[]): {n: number; word: string; bad: boolean} {
  const errors = problems.filter(p => !p.warning).length
  const n = errors || problems.length
  return {n, word: `${errors > 0 ? 'problem' : 'warning'}${n === 1 ? '' : 's'}`, bad: errors > 0}
}

// inputsOf are the ids of the inputs of a page.
export function inputsOf(page: PageView | null, catalogue: CatalogueView | null): string[] {
  return Array.from(all(page?.widgets ?? []), w => (catalogue?.widgets.find(s => s.kind === w.kind)?.input ? text(w.props.id) : '')).filter(id => id !== '')
}

// --- What the editor shows

// FlowState is what is open in the flow editor, beside what the project says.
export interface FlowState {
  at: string // the flow, '' when none is open
  selected: string // the path of an action, '' none
  others: string[] // selected as well
  zoom: number // how large the cards are: 1 as they are; 0 so that all of them fit
  collapsed: ReadonlySet<string> // actions whose branches are folded away
  clipboard: Json[]
  dragged: string // the path of the action that is being dragged
  naming: FlowAction[] // the actions that are to become an action block, none otherwise
  focus: string // the field of the panel that is to have the focus: as, note; '' none
}

// FlowChange is edits of a flow, the actions to select then, and where those that were there have come to stand.
export interface FlowChange { edits: WireEdit[]; then?: string | string[]; shift?: (path: string) => string }

class Flows {
  state: FlowState = {at: '', selected: '', others: [], zoom: 1, collapsed: new Set(), clipboard: [], dragged: '', naming: [], focus: ''}
  private listeners = new Set<() => void>()
  private wanted: {paths: string[]; choices: number} | null = null // to select, once their flow has been read again
  private choices = 0 // how often somebody has chosen what is selected
  private edits: {made: string | undefined; shift: (path: string) => string}[] = [] // the revision that each edit made, and where it put what was there
  private drawn = 0 // how many of them what is drawn has

  subscribe = (fn: () => void) => {
    this.listeners.add(fn)
    return () => { this.listeners.delete(fn) }
  }
  get = () => this.state

  private set(patch: Partial<FlowState>) {
    if (patch.selected !== undefined) this.choices++
    this.state = {...this.state, ...patch}
    for (const fn of this.listeners) fn()
  }

  open(at: string, selected = '') { this.set({at, selected, others: []}) }
  close() { this.set({at: '', selected: '', others: []}) }
  select(selected: string, others: string[] = []) { if (selected !== this.state.selected || others.length > 0 || this.state.others.length > 0) this.set({selected, others}) }
  // also takes one more action to those that are selected, or out of them.
  also(at: string) {
    const had = [this.state.selected, ...this.state.others].filter(x => x !== '')
    if (!had.includes(at)) return this.select(at, had)
    const [first = '', ...rest] = had.filter(x => x !== at)
    this.select(first, rest)
  }
  magnify(zoom: number) { this.set({zoom}) }
  // field selects an action and puts the focus into a field of its panel.
  field(selected: string, focus: string) { this.set({selected, others: [], focus}) }
  name(naming: FlowAction[]) { this.set({naming}) }
  focused() { this.set({focus: ''}) }
  drag(dragged: string) { this.set({dragged}) }
  copy(actions: Json[]) { this.set({clipboard: actions}) }

  collapse(at: string, folded: boolean) {
    const collapsed = new Set(this.state.collapsed)
    if (folded) collapsed.add(at)
    else collapsed.delete(at)
    this.set({collapsed})
  }

  collapseAll(paths: string[], folded: boolean) {
    const collapsed = new Set(this.state.collapsed)
    for (const at of paths) {
      if (folded) collapsed.add(at)
      else collapsed.delete(at)
    }
    this.set({collapsed})
  }

  // edit changes a flow. then are the actions to select once the change shows; shift says where those that were there have come to stand.
  edit(edits: WireEdit[], label: string, {then, shift}: Omit<FlowChange, 'edits'> = {}) {
    return this.perform(() => ({edits, then, shift}), label, '')
  }

  // plan changes a flow as it is written when its turn has come; size is null while nothing is written.
  plan(flow: string, make: (actions: FlowAction[], size: number | null) => FlowChange | undefined, label: string, step = '') {
    return this.perform(async () => {
      const {catalogue} = store.get()
      const {value} = await api.value(flow)
      return catalogue ? make(parse(value, flow, catalogue), Array.isArray(value) ? value.length : null) : undefined
    }, label, step)
  }

  // alter changes one action as it is written when its turn has come.
  alter(a: FlowAction, make: (now: FlowAction) => WireEdit[], label: string, step = '') {
    return this.plan(flowAt(a.at), actions => {
      const now = find(actions, a.at)
      return now?.kind === a.kind ? {edits: make(now)} : undefined
    }, label, step)
  }

  // follow changes a flow by actions that were chosen as they were drawn. make gets them as they stand when its turn has come, and where a path
  // has come to; nothing happens where one is not there any more, or is not the same.
  follow(flow: string, chosen: FlowAction[], make: (now: FlowAction[], actions: FlowAction[], way: (path: string) => string) => FlowChange | undefined, label: string, same = equal) {
    const since = this.drawn
    return this.plan(flow, actions => {
      const way = (path: string) => this.edits.slice(since).reduce((at, edit) => edit.shift(at), path)
      const now = chosen.flatMap(a => {
        const b = find(actions, way(a.at))
        return b && same(a, b) ? [b] : []
      })
      return now.length === chosen.length ? make(now, actions, way) : undefined
    }, label)
  }

  // attempt is edit for a change that may be refused: it says why, '' when it was made.
  async attempt(edits: WireEdit[], label: string, {then, shift}: Omit<FlowChange, 'edits'> = {}): Promise<string> {
    const choices = this.choices
    const before = store.get().project?.revision
    const why = await store.attempt(edits, label, store.get().selected)
    const after = store.get().project?.revision
    if (why || after === before) return why
    this.made(choices, after, then, shift)
    return ''
  }

  private async perform(make: () => FlowChange | undefined | Promise<FlowChange | undefined>, label: string, step: string) {
    const choices = this.choices
    let made: FlowChange | undefined
    let before: string | undefined
    await store.plan(async () => {
      before = store.get().project?.revision
      made = await make()
      return made && made.edits.length > 0 ? {edits: made.edits, label, step} : undefined
    })
    const after = store.get().project?.revision
    if (!made || after === before) return
    this.made(choices, after, made.then, made.shift)
  }

  private made(choices: number, after: string | undefined, then: FlowChange['then'], shift: FlowChange['shift']) {
    this.edits.push({made: after, shift: shift ?? (path => path)})
    if (shift) this.set({collapsed: new Set([...this.state.collapsed].map(shift))})
    if (then !== undefined) this.wanted = {paths: typeof then === 'string' ? [then] : then, choices}
  }

  // arrived is called when a flow has been read again, of which revision. It returns the action that is to have the focus.
  arrived(revision?: string): string {
    const nth = this.edits.findLastIndex(e => e.made === revision)
    if (nth >= 0 && store.get().project?.revision === revision) this.edits.length = nth + 1 // those behind it were undone
    this.drawn = nth < 0 ? this.edits.length : nth + 1
    if (this.wanted === null || revision !== store.get().project?.revision) return '' // what is drawn may be older than the change
    const {paths: [first = '', ...others], choices} = this.wanted
    this.wanted = null
    if (choices !== this.choices) return '' // somebody has chosen another one meanwhile
    this.select(first, others)
    this.choices = choices // that was nobody's choice: keys may have been faster
    return first
  }
}

export const flows = new Flows()

// useFlows is the state of the flow editor.
export function useFlows(): FlowState {
  return useSyncExternalStore(flows.subscribe, flows.get)
}

// actionAt is the innermost action that a path names or stands in, '' for none.
export function actionAt(path: string): string {
  const flow = flowAt(path)
  const rest = path.slice(flow.length)
  const way = /^(\/\d+(?:\/(?:then|else|do|one|two|three|four|five|six|on[A-Z]\w*|elseIf\/\d+\/then)\/\d+)*)/.exec(rest)?.[1]
  return flow && way ? flow + way : ''
}

// The editor opens where a problem, an undo or a search leads to.
store.revealed = path => {
  const flow = flowAt(path)
  if (flow) flows.open(flow, actionAt(path))
}
