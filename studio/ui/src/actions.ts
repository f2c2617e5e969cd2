import {copy, cut, duplicate, named, paste, remove, step} from './arrange.ts'
import {Canvas} from './canvas.ts'
import {flows} from './flows.ts'
import {store} from './store.ts'
import {around, bound, retext, siblings, specOf, words, widgetAt} from './tree.ts'
import type {Json, WidgetView} from './wire.ts'

// What a builder does, as edits.

export function title(w: WidgetView): string {
  const {catalogue} = store.get()
  return (catalogue && specOf(catalogue, w.kind)?.title) ?? w.kind
}

// setProp gives widgets a property; null takes it away. Edits with one step, such as typing, are undone together.
export function setProp(widgets: WidgetView[], name: string, value: Json, step = '') {
  return store.edit(widgets.map(w => ({op: 'prop', at: w.at, name, value})), `${words(name).toLowerCase()} of ${named(widgets)}`, {step})
}

// typed takes what was typed into the canvas. False: it stays as it is, and the canvas must be drawn again.
export function typed(at: string, now: string, was: string): boolean {
  const {page} = store.get()
  const w = page && widgetAt(page, at)
  const written = w?.props.text
  if (!w || (written !== undefined && typeof written !== 'string')) return false
  const next = retext(written ?? '', was, now)
  if (next === null) {
    store.tell(bound(written) ? 'That part of the text comes from a variable. Change it on the right.' : 'This text cannot be changed here.')
    return false
  }
  void setProp([w], 'text', next)
  return true
}

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable], [role="listbox"] *, [role="menu"] *')
}

// shortcut acts on a key of the whole studio, wherever it was pressed; true when it did.
export function shortcut(key: string, ctrl: boolean, shiftKey: boolean, alt: boolean): boolean {
  const {selected, page, place} = store.get()
  const k = key.toLowerCase()
  if (ctrl && k === 'z') void (shiftKey ? store.redo() : store.undo())
  else if (ctrl && k === 'y') void store.redo()
  else if (place !== 'page' || !page || flows.get().at) return false
  else if (ctrl && k === 'v') paste()
  else if (key === 'ContextMenu' || (key === 'F10' && shiftKey)) Canvas.current?.menu()
  else if (!selected) return false
  else if (ctrl) return withCtrl(k)
  else if (alt) return withAlt(key)
  else if (key === 'Delete' || key === 'Backspace') remove()
  else if (key === 'Escape') store.select(around(page, selected).at(-1)?.widget.at ?? '')
  else if (key === 'ArrowLeft') store.select(around(page, selected).at(-1)?.widget.at ?? selected)
  else if (key === 'ArrowRight') store.select(widgetAt(page, selected)?.slots.find(s => s.widgets.length > 0)?.widgets[0]?.at ?? selected)
  else if (key === 'ArrowUp' || key === 'ArrowDown') {
    const {list, index} = siblings(page, selected)
    const next = list[index + (key === 'ArrowUp' ? -1 : 1)]
    if (next) store.select(next.at, shiftKey ? [selected, ...store.get().others].filter(at => at !== next.at) : [])
  } else return false
  return true
}

function withCtrl(key: string): boolean {
  if (key === 'c' && !getSelection()?.isCollapsed) return false // words on the screen are copied by the browser
  const known: Record<string, () => void> = {c: () => void copy(), x: () => void cut(), d: duplicate}
  known[key]?.()
  return known[key] !== undefined
}

function withAlt(key: string): boolean {
  const known: Record<string, 'up' | 'down' | 'out' | 'in'> = {ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'out', ArrowRight: 'in'}
  const way = known[key]
  if (way) step(way)
  return way !== undefined
}
