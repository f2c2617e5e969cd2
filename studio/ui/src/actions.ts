import {flows} from './flows.ts'
import {store} from './store.ts'
import {around, bound, itemPath, retext, siblings, specOf, words, widgetAt} from './tree.ts'
import type {Json, WidgetView} from './wire.ts'

// What a builder does, as edits.

export function title(w: WidgetView): string {
  const {catalogue} = store.get()
  return (catalogue && specOf(catalogue, w.kind)?.title) ?? w.kind
}

// setProp gives a widget a property; null takes it away. Edits with one step, such as typing, are undone together.
export function setProp(w: WidgetView, name: string, value: Json, step = '') {
  return store.edit([{op: 'prop', at: w.at, name, value}], `${words(name).toLowerCase()} of ${title(w)}`, {step})
}

export function remove(at: string) {
  const {page} = store.get()
  const w = page && widgetAt(page, at)
  if (!page || !w) return
  const {list, index} = siblings(page, at)
  const up = around(page, at).at(-1)?.widget.at ?? ''
  const then = list.length > 1 ? itemPath(at, Math.min(index, list.length - 2)) : up
  void store.edit([{op: 'delete', at}], `removing ${title(w)}`, {then})
}

// shift moves a widget among its siblings.
export function shift(at: string, by: -1 | 1) {
  const {page} = store.get()
  const w = page && widgetAt(page, at)
  if (!page || !w) return
  const {list, index} = siblings(page, at)
  const to = index + by
  if (to < 0 || to >= list.length) return
  void store.edit([{op: 'move', from: at, at: itemPath(at, by > 0 ? to + 1 : to)}], `moving ${title(w)}`, {then: itemPath(at, to)})
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
  void setProp(w, 'text', next)
  return true
}

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable], [role="listbox"] *, [role="menu"] *')
}

// shortcut acts on a key of the whole studio, wherever it was pressed; true when it did.
export function shortcut(key: string, ctrl: boolean, shiftKey: boolean, alt: boolean): boolean {
  const {selected, page} = store.get()
  const k = key.toLowerCase()
  if (ctrl && k === 'z') void (shiftKey ? store.redo() : store.undo())
  else if (ctrl && k === 'y') void store.redo()
  else if (ctrl || !selected || !page || flows.get().at) return false
  else if (key === 'Delete' || key === 'Backspace') remove(selected)
  else if (key === 'Escape') store.select(around(page, selected).at(-1)?.widget.at ?? '')
  else if (alt && key === 'ArrowUp') shift(selected, -1)
  else if (alt && key === 'ArrowDown') shift(selected, 1)
  else if (key === 'ArrowUp' || key === 'ArrowDown') {
    const {list, index} = siblings(page, selected)
    const next = list[index + (key === 'ArrowUp' ? -1 : 1)]
    if (next) store.select(next.at)
  } else return false
  return true
}
