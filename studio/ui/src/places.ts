import {all, around, siblings, specOf, widgetAt, words} from './tree.ts'
import type {CatalogueView, PageView, SlotView, WidgetView, WireEdit} from './wire.ts'

// Where widgets can stand, and what becomes of paths when they are moved.

// Place is a place in a list of widgets: before the item index of the list at at.
export interface Place {
  at: string
  index: number
  into: string // the slot's name when the list is empty, '' when it has items
}

// pathOf is a place as an edit names it.
export function pathOf(p: Place): string {
  return `${p.at}/${p.index}`
}

// listOf is the list that an item's path stands in, and the item's number there.
export function listOf(path: string): {list: string; index: number} {
  const cut = path.lastIndexOf('/')
  return {list: path.slice(0, cut), index: Number(path.slice(cut + 1))}
}

// stands reports whether a path is the one of a widget or of something in it.
export function stands(path: string, within: string): boolean {
  return path === within || path.startsWith(`${within}/`)
}

// shifted is a path after by items were put before the item at at, or (by < 0) after the item at at was taken away.
function shifted(path: string, at: string, by: 1 | -1): string {
  const {list, index} = listOf(at)
  if (!path.startsWith(`${list}/`)) return path
  const [item = '', ...rest] = path.slice(list.length + 1).split('/')
  const n = Number(item)
  if (!Number.isInteger(n) || (by > 0 ? n < index : n <= index)) return path
  return [list, n + by, ...rest].join('/')
}

// after is where a path leads once the item at from has come to stand before the item at to.
export function after(path: string, from: string, to: string): string {
  const target = shifted(to, from, -1)
  if (stands(path, from)) return target + path.slice(from.length)
  return shifted(shifted(path, from, -1), target, 1)
}

// moves are the edits that bring several widgets, one behind the other, before the item at to, and where they stand then.
export function moves(paths: string[], to: string): {edits: WireEdit[]; then: string[]} {
  const edits: WireEdit[] = []
  let waiting = [...paths]
  let then: string[] = []
  while (waiting.length > 0) {
    const [from = '', ...rest] = waiting
    const now = after(from, from, to)
    edits.push({op: 'move', from, at: to})
    waiting = rest.map(p => after(p, from, to))
    then = [...then.map(p => after(p, from, to)), now]
    const {list, index} = listOf(now)
    to = `${list}/${index + 1}`
  }
  return {edits, then}
}

// accepts reports whether a kind of widget may stand in a slot that takes of.
export function accepts(catalogue: CatalogueView, of: string | string[], kind: string): boolean {
  if (typeof of !== 'string') return of.includes(kind)
  return specOf(catalogue, kind)?.part ? of === kind : of === ''
}

// ofSlot is the kind, or the kinds, that a widget's slot takes, '' for any.
export function ofSlot(catalogue: CatalogueView, w: WidgetView, slot: string): string | string[] {
  const spec = specOf(catalogue, w.kind)?.slots.find(s => s.name === slot)
  return spec?.holds.length ? spec.holds : spec?.of ?? ''
}

// inside is the slot of a widget that a kind goes into, its main one if it can; undefined when it takes none.
export function inside(catalogue: CatalogueView, w: WidgetView, kind: string): SlotView | undefined {
  const main = specOf(catalogue, w.kind)?.main
  const fits = w.slots.filter(s => accepts(catalogue, ofSlot(catalogue, w, s.name), kind))
  return fits.find(s => s.name === main) ?? fits[0]
}

function end(s: SlotView): Place {
  return {at: s.at, index: s.widgets.length, into: s.widgets.length ? '' : s.name}
}

// beside is the place behind a widget, if a kind may stand there.
export function beside(page: PageView, catalogue: CatalogueView, at: string, kind: string): Place | undefined {
  const up = around(page, at).at(-1)
  const of = up ? ofSlot(catalogue, up.widget, up.slot.name) : ''
  const {list, index} = listOf(at)
  return accepts(catalogue, of, kind) ? {at: list, index: index + 1, into: ''} : undefined
}

// landing is where a kind is put that is added while at is selected: into what is made to hold others, else behind it, else behind what it stands in.
export function landing(page: PageView, catalogue: CatalogueView, at: string, kind: string): Place | undefined {
  const body = accepts(catalogue, '', kind) ? {at: page.at, index: page.widgets.length, into: page.widgets.length ? '' : 'page'} : undefined
  const w = widgetAt(page, at)
  if (!w) return body
  const slot = inside(catalogue, w, kind)
  if (slot) return end(slot)
  for (const one of [w, ...around(page, at).map(u => u.widget).reverse()]) {
    const place = beside(page, catalogue, one.at, kind)
    if (place) return place
  }
  return body
}

// topmost leaves out of paths what stands in another of them, and puts them in the order of the page.
export function topmost(page: PageView, paths: string[]): string[] {
  const set = new Set(paths)
  return Array.from(all(page.widgets), w => w.at).filter(at => set.has(at) && !paths.some(p => p !== at && stands(at, p)))
}

// together reports whether paths stand in one list.
export function together(paths: string[]): boolean {
  return new Set(paths.map(p => listOf(p).list)).size === 1
}

// placeName says where a place is, for people.
export function placeName(page: PageView, catalogue: CatalogueView, p: Place): string {
  const title = (w: WidgetView) => specOf(catalogue, w.kind)?.title ?? w.kind
  for (const w of all(page.widgets)) {
    const slot = w.slots.find(s => s.at === p.at)
    if (!slot) continue
    const main = specOf(catalogue, w.kind)?.main === slot.name || w.slots.length === 1
    return main ? `into ${title(w)}` : `into ${words(slot.name).toLowerCase()} of ${title(w)}`
  }
  return page.kind === 'page' ? `into the page ${page.name}` : page.kind === 'bars' ? 'onto every page' : `into ${page.name}`
}

// outside is the place behind what a widget stands in, inward the end of what stands before it; the keyboard's way to move between levels.
export function outside(page: PageView, catalogue: CatalogueView, w: WidgetView): Place | undefined {
  for (const up of around(page, w.at).reverse()) {
    const place = beside(page, catalogue, up.widget.at, w.kind)
    if (place) return place
  }
  return undefined
}

export function inward(page: PageView, catalogue: CatalogueView, w: WidgetView): Place | undefined {
  const {list, index} = siblings(page, w.at)
  const before = list[index - 1]
  const slot = before && inside(catalogue, before, w.kind)
  return slot && end(slot)
}
