import {api} from './api.ts'
import {fresh, required} from './fresh.ts'
import {ifUnused} from './Modal.tsx'
import {after, beside, inside, inward, landing, listOf, moves, outside, pathOf, placeName, together, topmost, type Place} from './places.ts'
import {store, type Clip, type Plan} from './store.ts'
import {all, itemPath, siblings, specOf, widgetAt} from './tree.ts'
import {isObject} from './values.ts'
import type {CatalogueView, Json, PageView, Problem, SpecView, WidgetView, WireEdit} from './wire.ts'

// What a builder does to the widgets that are selected, one or several.

interface At { page: PageView; catalogue: CatalogueView; picked: WidgetView[] }

// now is the page and what is selected on it, without what stands in another that is selected.
function now(): At | null {
  const {page, catalogue, selected, others} = store.get()
  if (!page || !catalogue || page.broken) return null
  const picked = topmost(page, [selected, ...others]).map(at => widgetAt(page, at)).filter(w => w !== undefined)
  return {page, catalogue, picked}
}

// act makes a plan of what is there once everything before it is done.
function act(make: (at: At) => Plan | undefined) {
  void store.plan(() => {
    const at = now()
    return at ? make(at) : undefined
  })
}

// named is what several widgets are called: “Button”, “3 widgets”.
export function named(widgets: WidgetView[]): string {
  const {catalogue} = store.get()
  const [first] = widgets
  if (widgets.length !== 1 || !first) return `${widgets.length} widgets`
  return (catalogue && specOf(catalogue, first.kind)?.title) ?? first.kind
}

function chosen(paths: string[]): {then: string; others: string[]} {
  const [then = '', ...others] = paths
  return {then, others}
}

function refused(why: string): undefined {
  store.tell(why)
}

// add puts a new widget of a kind at a place, by default into or behind what is selected, and selects it.
export function add(kind: string, place?: Place) {
  act(({page, catalogue}) => {
    const spec = specOf(catalogue, kind)
    const to = place ?? landing(page, catalogue, store.get().selected, kind)
    if (!spec || !to) return refused(`${spec?.title ?? kind} cannot stand here.`)
    const where = placeName(page, catalogue, to)
    if (kind === 'slot') return slotted(page, catalogue, pathOf(to), where)
    const pages = (store.get().project?.pages ?? []).filter(p => !p.path.includes('{')).map(p => p.name)
    return {edits: [{op: 'paste', at: pathOf(to), value: fresh(spec, page.scope, pages)}], label: `adding ${spec.title}`, then: pathOf(to), said: `${spec.title} was put ${where}.`}
  })
}

// slotted puts a new slot of a component at a place, and declares it.
function slotted(page: PageView, catalogue: CatalogueView, at: string, where: string): Plan {
  const had = (specOf(catalogue, page.name)?.slots ?? []).map(s => s.name)
  let name = 'content'
  for (let n = 2; had.includes(name); n++) name = `content${n}`
  return {edits: [{op: 'set', at: `${page.root}/slots`, value: [...had, name]}, {op: 'paste', at, value: {slot: name}}], label: `adding the slot ${name}`, then: at, said: `The slot ${name} was put ${where}.`}
}

// undeclared takes slots out of those that a component declares.
function undeclared(root: string, had: string[], gone: string[]): WireEdit[] {
  const left = had.filter(n => !gone.includes(n))
  if (left.length === had.length) return []
  return [left.length > 0 ? {op: 'set', at: `${root}/slots`, value: left} : {op: 'delete', at: `${root}/slots`}]
}

// slotsGone are the slots of a component that go with widgets.
function slotsGone({page, catalogue, picked}: At): WireEdit[] {
  const gone = Array.from(all(picked)).filter(w => w.kind === 'slot').map(w => String(w.props.name))
  return page.kind === 'component' ? undeclared(page.root, (specOf(catalogue, page.name)?.slots ?? []).map(s => s.name), gone) : []
}

// slotsBack declares the slots of a component that come back with what was cut from it.
function slotsBack({page, catalogue}: At, clip: Clip[]): WireEdit[] {
  if (page.kind !== 'component') return []
  const had = (specOf(catalogue, page.name)?.slots ?? []).map(s => s.name)
  const back = clip.flatMap(c => slotNames(c.value)).filter((name, i, names) => !had.includes(name) && names.indexOf(name) === i)
  return back.length > 0 ? [{op: 'set', at: `${page.root}/slots`, value: [...had, ...back]}] : []
}

function slotNames(v: Json): string[] {
  if (Array.isArray(v)) return v.flatMap(slotNames)
  if (!isObject(v)) return []
  return Object.entries(v).flatMap(([key, inner]) => (key === 'slot' && typeof inner === 'string' ? [inner] : slotNames(inner)))
}

// lost is the slot of a component that would go with what is selected, null when none would.
function lost(at: At | null): {at: string; name: string} | null {
  const [slot] = at?.page.kind === 'component' ? Array.from(all(at.picked)).filter(w => w.kind === 'slot') : []
  const nth = at && slot ? (specOf(at.catalogue, at.page.name)?.slots ?? []).findIndex(s => s.name === slot.props.name) : -1
  return at && slot && nth >= 0 ? {at: `${at.page.root}/slots/${nth}`, name: String(slot.props.name)} : null
}

// goes reports whether a use is in what is selected.
export function goes(use: Problem): boolean {
  return (now()?.picked ?? []).some(w => use.at === w.at || use.at?.startsWith(`${w.at}/`))
}

// remove takes away what is selected, and asks first where uses of the component fill a slot that goes with it.
export function remove(verb?: string) {
  const slot = lost(now())
  if (!slot) return removeAll(verb)
  void ifUnused(slot.at, () => { if (lost(now())?.at === slot.at) removeAll(verb) }, () => store.lose(slot), goes)
}

// removeAll takes away what is selected.
export function removeAll(verb = 'removing') {
  act(at => {
    const {page, picked} = at
    const paths = picked.map(w => w.at)
    const [first] = paths
    if (first === undefined) return undefined
    const {list, index} = siblings(page, first)
    const left = list.filter(w => !paths.includes(w.at)).length
    const then = left > 0 ? itemPath(first, Math.min(index, left - 1)) : above(page, first)
    return {edits: [...[...paths].reverse().map((p): WireEdit => ({op: 'delete', at: p})), ...slotsGone(at)], label: `${verb} ${named(picked)}`, then}
  })
}

// above is the widget that a path stands in, '' for none.
function above(page: PageView, at: string): string {
  for (let up = at.slice(0, at.lastIndexOf('/')); up.length > page.at.length; up = up.slice(0, up.lastIndexOf('/'))) {
    if (widgetAt(page, up)) return up
  }
  return ''
}

// copy keeps what is selected, as it is written, until it is pasted: here, on another page, more than once.
export async function copy(): Promise<boolean> {
  const at = now()
  if (!at || at.picked.length === 0) return false
  try {
    const values = await Promise.all(at.picked.map(w => api.value(w.at)))
    store.copy(values.map(({value}, i): Clip => ({kind: at.picked[i]?.kind ?? '', value})))
    store.tell(`Copied ${named(at.picked)}. Paste with Ctrl V, on any page.`)
    return true
  } catch (e) {
    store.tell(e instanceof Error ? e.message : 'This could not be copied.', true)
    return false
  }
}

export async function cut() {
  if (await copy()) remove('cutting')
}

// paste puts what was copied into what is selected while that is an empty place, or where it is asked to; else behind it.
export function paste(into = false) {
  act(at => {
    const {clip, selected} = store.get()
    const [first] = clip
    const place = first && pastePlace(at, first.kind, selected, into)
    if (!first) return undefined
    if (!place) return refused('What was copied cannot stand here.')
    const edits = [...slotsBack(at, clip), ...clip.map((c, i): WireEdit => ({op: 'paste', at: `${place.at}/${place.index + i}`, value: c.value}))]
    const what = clip.length === 1 ? specOf(at.catalogue, first.kind)?.title ?? first.kind : `${clip.length} widgets`
    return {edits, label: `pasting ${what}`, ...chosen(edits.filter(e => e.op === 'paste').map(e => e.at))}
  })
}

function pastePlace({page, catalogue}: At, kind: string, selected: string, into: boolean): Place | undefined {
  const w = widgetAt(page, selected)
  const slot = w && inside(catalogue, w, kind)
  if (slot && (into || slot.widgets.length === 0)) return {at: slot.at, index: slot.widgets.length, into: ''}
  return (w && beside(page, catalogue, w.at, kind)) ?? landing(page, catalogue, selected, kind)
}

// canPasteInto reports whether what was copied may stand in a widget.
export function canPasteInto(w: WidgetView): boolean {
  const {catalogue, clip} = store.get()
  return catalogue !== null && clip[0] !== undefined && inside(catalogue, w, clip[0].kind) !== undefined
}

// duplicate puts a copy of each widget that is selected behind it.
export function duplicate() {
  act(({picked}) => {
    let rest = picked.map(w => w.at)
    const edits: WireEdit[] = []
    const made: string[] = []
    for (let from = rest.shift(); from; from = rest.shift()) {
      const {list, index} = listOf(from)
      edits.push({op: 'duplicate', at: from})
      made.push(`${list}/${index + 1}`)
      rest = rest.map(p => after(p, `${list}/${far}`, `${list}/${index + 1}`))
    }
    return edits.length > 0 ? {edits, label: `duplicating ${named(picked)}`, ...chosen(made)} : undefined
  })
}

const far = 1e6 // an index behind all items of a list: what comes from there is new, what goes there is gone

// wraps are the kinds that something can be put into.
export function wraps(): SpecView[] {
  return (store.get().catalogue?.widgets ?? []).filter(s => !s.part && s.slots.some(slot => !slot.item && slot.of === '') && (s.group === 'Layout' || s.kind === 'form' || s.kind === 'dialog'))
}

// canWrap reports whether what is selected can be put into one new widget.
export function canWrap(at = now()): boolean {
  return at !== null && at.picked.length > 0 && together(at.picked.map(w => w.at)) && at.picked.every(w => beside(at.page, at.catalogue, w.at, 'container') !== undefined)
}

// wrap puts what is selected into a new widget of a kind, in its place.
export function wrap(kind: string) {
  act(at => {
    const spec = specOf(at.catalogue, kind)
    const slot = spec?.slots.find(s => !s.item && s.of === '')
    const [first, ...rest] = at.picked
    if (!spec || !slot || !first || !canWrap(at)) return undefined
    const value: {[key: string]: Json} = {...(kind === 'dialog' ? {id: 'dialog'} : {}), ...required(spec)}
    const into = `${first.at}/${kind}/${slot.name}`
    const edits: WireEdit[] = [{op: 'wrap', at: first.at, name: kind, value}, ...moves(rest.map(w => w.at), `${into}/1`).edits]
    return {edits, label: `wrapping ${named(at.picked)} in ${spec.title}`, then: first.at}
  })
}

// canUnwrap reports whether a widget can go while what is in it stays.
export function canUnwrap(w: WidgetView): boolean {
  const {page, catalogue} = store.get()
  const held = w.slots.flatMap(s => s.widgets)
  return page !== null && catalogue !== null && held.length > 0 && !w.slots.some(s => s.item) && held.every(c => beside(page, catalogue, w.at, c.kind) !== undefined)
}

// unwrap puts what is in a widget in its place.
export function unwrap(w: WidgetView) {
  act(() => {
    const {list, index} = listOf(w.at)
    const {edits, then} = moves(w.slots.flatMap(s => s.widgets.map(c => c.at)), `${list}/${index + 1}`)
    const left = then.map(p => after(p, w.at, `${list}/${far}`))
    return {edits: [...edits, {op: 'delete', at: w.at}], label: `taking ${named([w])} from around what is in it`, ...chosen(left)}
  })
}

// move brings widgets to a place, one behind the other.
export function move(paths: string[], place: Place) {
  act(({page}) => moved(page, paths, place))
}

function moved(page: PageView, paths: string[], place: Place): Plan | undefined {
  const tops = topmost(page, paths)
  const what = tops.map(p => widgetAt(page, p)).filter(w => w !== undefined)
  const {edits, then} = moves(tops, pathOf(place))
  return tops.every((p, i) => p === then[i]) ? undefined : {edits, label: `moving ${named(what)}`, ...chosen(then)}
}

// step moves what is selected by the keyboard: among its siblings, out of what it stands in, or into what stands before it.
export function step(way: 'up' | 'down' | 'out' | 'in') {
  act(at => {
    const place = stepPlace(at, way)
    return place && moved(at.page, at.picked.map(w => w.at), place)
  })
}

function stepPlace({page, catalogue, picked}: At, way: 'up' | 'down' | 'out' | 'in'): Place | undefined {
  const first = picked[0]
  const last = picked.at(-1)
  if (!first || !last) return undefined
  if (way === 'out') return outside(page, catalogue, first)
  if (way === 'in') return inward(page, catalogue, first)
  if (!together(picked.map(w => w.at))) return undefined
  const {list, index} = listOf(way === 'up' ? first.at : last.at)
  const to = way === 'up' ? index - 1 : index + 2
  return to >= 0 && to <= siblings(page, first.at).list.length ? {at: list, index: to, into: ''} : undefined
}

// ways says which steps between levels can be taken.
export function ways(): {out: boolean; in: boolean} {
  const at = now()
  return {out: at !== null && stepPlace(at, 'out') !== undefined, in: at !== null && stepPlace(at, 'in') !== undefined}
}
