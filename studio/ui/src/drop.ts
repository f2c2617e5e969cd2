import {accepts, beside, inside, listOf, ofSlot, stands, type Place} from './places.ts'
import {around, specOf, widgetAt} from './tree.ts'
import type {CatalogueView, PageView, WidgetView} from './wire.ts'

// Where something is dropped that is dragged over the canvas or the tree: before a widget, behind it, or into it.

export interface Box { x: number; y: number; w: number; h: number }
export interface Drawn { path: string; rect: Box } // a widget on the canvas; one of a list is drawn more than once
export interface Hollow { of: string; slot: string; rect: Box } // an empty slot
export interface Drop { place: Place; mark: Box; shape: 'line' | 'box'; name: string }
export interface Dragged { kind: string; paths: string[] } // what is dragged: a new kind, or widgets of the page

interface Scene { page: PageView; catalogue: CatalogueView; drawn: Drawn[]; hollow: Hollow[] }

function holds(b: Box, x: number, y: number): boolean {
  return x >= b.x && x <= b.x + b.w && y >= b.y && y <= b.y + b.h
}

function titleOf(catalogue: CatalogueView, w: WidgetView): string {
  return specOf(catalogue, w.kind)?.title ?? w.kind
}

// dropAt is where what is dragged over the canvas would come to stand, null for nowhere.
export function dropAt(scene: Scene, what: Dragged, x: number, y: number): Drop | null {
  const {page, catalogue, drawn, hollow} = scene
  const free = (path: string) => !what.paths.some(p => stands(path, p))
  const empty = hollow.filter(h => free(h.of) && holds(h.rect, x, y)).at(-1)
  const owner = empty && widgetAt(page, empty.of)
  const slot = owner?.slots.find(s => s.name === empty?.slot)
  if (empty && owner && slot && accepts(catalogue, ofSlot(catalogue, owner, slot.name), what.kind)) {
    return {place: {at: slot.at, index: 0, into: slot.name}, mark: empty.rect, shape: 'box', name: `into ${titleOf(catalogue, owner)}`}
  }
  const under = drawn.filter(d => free(d.path) && holds(d.rect, x, y))
  for (const d of under.sort((a, b) => b.path.split('/').length - a.path.split('/').length)) {
    const w = widgetAt(page, d.path)
    const drop = w && near(scene, what, w, d.rect, x, y)
    if (drop) return drop
  }
  return atEnd(scene, what, y)
}

// near is the drop for a widget that is under the pointer.
function near(scene: Scene, what: Dragged, w: WidgetView, rect: Box, x: number, y: number): Drop | null {
  const {catalogue} = scene
  const slot = inside(catalogue, w, what.kind)
  const edge = Math.min(12, rect.h / 4)
  if (slot && y > rect.y + edge && y < rect.y + rect.h - edge) return within(scene, what, w, rect, x, y)
  return besideOf(scene, what, w.at, rect, x, y)
}

// within is the drop into a widget that holds others: beside the nearest of them, or into the empty one.
function within(scene: Scene, what: Dragged, w: WidgetView, rect: Box, x: number, y: number): Drop | null {
  const {catalogue, drawn} = scene
  const slot = inside(catalogue, w, what.kind)
  if (!slot) return null
  const items = drawn.filter(d => slot.widgets.some(c => c.at === d.path) && !what.paths.some(p => stands(d.path, p)))
  if (items.length === 0) return {place: {at: slot.at, index: slot.widgets.length, into: slot.name}, mark: rect, shape: 'box', name: `into ${titleOf(catalogue, w)}`}
  const best = items.reduce((a, b) => (far(b.rect, x, y) < far(a.rect, x, y) ? b : a))
  return besideOf(scene, what, best.path, best.rect, x, y)
}

function far(b: Box, x: number, y: number): number {
  return Math.max(b.x - x, 0, x - b.x - b.w) + Math.max(b.y - y, 0, y - b.y - b.h)
}

// besideOf is the drop before or behind a widget, by the half of it that the pointer is over.
function besideOf({page, catalogue, drawn}: Scene, what: Dragged, at: string, rect: Box, x: number, y: number): Drop | null {
  const w = widgetAt(page, at)
  const behind = beside(page, catalogue, at, what.kind)
  if (!w || !behind) return null
  const row = sideBySide(page, drawn, at, rect)
  const first = row ? x < rect.x + rect.w / 2 : y < rect.y + rect.h / 2
  const {list, index} = listOf(at)
  const mark = row
    ? {x: (first ? rect.x : rect.x + rect.w) - 2, y: rect.y, w: 3, h: rect.h}
    : {x: rect.x, y: (first ? rect.y : rect.y + rect.h) - 2, w: rect.w, h: 3}
  return {place: {at: list, index: first ? index : index + 1, into: ''}, mark, shape: 'line', name: `${first ? 'before' : 'after'} ${titleOf(catalogue, w)}`}
}

// sideBySide reports whether a widget's siblings are drawn beside it, not below.
function sideBySide(page: PageView, drawn: Drawn[], at: string, rect: Box): boolean {
  const {list} = listOf(at)
  const up = around(page, at).at(-1)
  if (up && ['row', 'wrap', 'navBar', 'breadcrumbs', 'tabBar'].includes(up.widget.kind) && up.widget.slots.every(s => s.widgets.length < 2)) return up.widget.kind !== 'tabBar'
  return drawn.some(d => d.path !== at && listOf(d.path).list === list && d.rect.y < rect.y + rect.h && rect.y < d.rect.y + d.rect.h && (d.rect.x >= rect.x + rect.w - 1 || d.rect.x + d.rect.w <= rect.x + 1))
}

// atEnd is the drop where no widget is: at the page's start or end.
function atEnd({page, catalogue, drawn}: Scene, what: Dragged, y: number): Drop | null {
  if (!accepts(catalogue, '', what.kind)) return null
  const tops = drawn.filter(d => page.widgets.some(w => w.at === d.path))
  const left = Math.min(...tops.map(d => d.rect.x), 1e5)
  const right = Math.max(...tops.map(d => d.rect.x + d.rect.w), left)
  const last = Math.max(...tops.map(d => d.rect.y + d.rect.h), 0)
  const first = Math.min(...tops.map(d => d.rect.y), last)
  const start = tops.length > 0 && y < first
  return {
    place: {at: page.at, index: start ? 0 : page.widgets.length, into: page.widgets.length ? '' : 'page'},
    mark: {x: tops.length ? left : 8, y: start ? first - 2 : last, w: tops.length ? right - left : 240, h: 3}, shape: 'line', name: start ? 'at the start of the page' : 'at the end of the page',
  }
}

// dropOnRow is where what is dragged over a row of the tree would come to stand: share is how far down the row the pointer is, 0 to 1.
export function dropOnRow(page: PageView, catalogue: CatalogueView, what: Dragged, id: string, share: number): {place: Place; where: 'before' | 'after' | 'into'; name: string} | null {
  if (what.paths.some(p => stands(id, p))) return null
  const w = widgetAt(page, id)
  if (!w) return onSlot(page, catalogue, what, id)
  const slot = inside(catalogue, w, what.kind)
  const behind = beside(page, catalogue, w.at, what.kind)
  const {list, index} = listOf(w.at)
  const title = titleOf(catalogue, w)
  if (behind && share < (slot ? 0.28 : 0.5)) return {place: {at: list, index, into: ''}, where: 'before', name: `before ${title}`}
  if (behind && (!slot || (share > 0.72 && slot.widgets.length === 0))) return {place: behind, where: 'after', name: `after ${title}`}
  if (!slot) return null
  return share > 0.72
    ? {place: {at: slot.at, index: 0, into: ''}, where: 'after', name: `into ${title}, first`}
    : {place: {at: slot.at, index: slot.widgets.length, into: slot.name}, where: 'into', name: `into ${title}`}
}

function onSlot(page: PageView, catalogue: CatalogueView, what: Dragged, id: string): {place: Place; where: 'into'; name: string} | null {
  const owner = widgetAt(page, id.slice(0, id.lastIndexOf('/', id.lastIndexOf('/') - 1))) ?? widgetAt(page, id.slice(0, id.lastIndexOf('/')))
  const slot = owner?.slots.find(s => s.at === id)
  if (!owner || !slot || !accepts(catalogue, ofSlot(catalogue, owner, slot.name), what.kind)) return null
  return {place: {at: slot.at, index: slot.widgets.length, into: slot.name}, where: 'into', name: `into ${slot.name} of ${titleOf(catalogue, owner)}`}
}
