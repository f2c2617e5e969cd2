import {useSyncExternalStore, type PointerEvent as ReactPointerEvent} from 'react'
import {add, move} from './arrange.ts'
import type {Dragged} from './drop.ts'
import type {Place} from './places.ts'

// A drag that begins in the studio, from the palette or the tree, or in the canvas. Whoever can take something in is a target.

export interface Target {
  over(what: Dragged, x: number, y: number): {place: Place; name: string} | null // at a place of the window; shows the place
  clear(): void // shows none
}

export interface Dragging { what: Dragged; title: string; x: number; y: number; name: string } // name: where it would go, '' nowhere

const least = 5 // pixels that tell a drag from a click

class Drag {
  targets = new Set<Target>()
  state: Dragging | null = null
  private place: Place | null = null
  private listeners = new Set<() => void>()

  subscribe = (fn: () => void) => {
    this.listeners.add(fn)
    return () => { this.listeners.delete(fn) }
  }
  get = () => this.state

  private set(state: Dragging | null) {
    this.state = state
    for (const fn of this.listeners) fn()
  }

  // join makes a target take part; the answer ends that.
  join(t: Target) {
    this.targets.add(t)
    return () => { this.targets.delete(t) }
  }

  to(what: Dragged, title: string, x: number, y: number) {
    let found: {place: Place; name: string} | null = null
    for (const t of this.targets) {
      if (found) t.clear()
      else found = t.over(what, x, y)
    }
    this.place = found?.place ?? null
    this.set({what, title, x, y, name: found?.name ?? ''})
  }

  // end drops, or lets go.
  end(drop: boolean) {
    const {state, place} = this
    for (const t of this.targets) t.clear()
    this.place = null
    this.set(null)
    if (!drop || !state || !place) return
    if (state.what.paths.length > 0) move(state.what.paths, place)
    else add(state.what.kind, place)
  }

  // from begins a drag of what stands under the pointer, once the pointer has moved far enough.
  from(ev: ReactPointerEvent<HTMLElement>, title: string, what: () => Dragged) {
    if (ev.button !== 0 || ev.pointerType === 'touch') return
    const el = ev.currentTarget
    const [x, y, id] = [ev.clientX, ev.clientY, ev.pointerId]
    let begun: Dragged | null = null
    const onMove = (e: PointerEvent) => {
      if (e.pointerId !== id || (!begun && Math.hypot(e.clientX - x, e.clientY - y) < least)) return
      begun ??= what()
      if (!el.hasPointerCapture(id)) el.setPointerCapture(id)
      this.to(begun, title, e.clientX, e.clientY)
    }
    const stop = (drop: boolean) => {
      removeEventListener('pointermove', onMove)
      removeEventListener('pointerup', onUp)
      removeEventListener('pointercancel', onCancel)
      removeEventListener('keydown', onKey, true)
      if (begun) this.end(drop)
    }
    const onUp = () => {
      if (begun) noClick()
      stop(true)
    }
    const onCancel = () => stop(false)
    const onKey = (e: KeyboardEvent) => {
      if (e.key !== 'Escape' || !begun) return
      e.preventDefault()
      e.stopPropagation()
      addEventListener('pointerup', noClick, {once: true})
      stop(false)
    }
    addEventListener('pointermove', onMove)
    addEventListener('pointerup', onUp)
    addEventListener('pointercancel', onCancel)
    addEventListener('keydown', onKey, true)
  }
}

// noClick lets no click come of the pointer that was let go: it was a drag.
function noClick() {
  addEventListener('click', swallow, {capture: true, once: true})
  setTimeout(() => removeEventListener('click', swallow, {capture: true})) // none came
}

function swallow(ev: Event) {
  ev.preventDefault()
  ev.stopPropagation()
}

export const drag = new Drag()

export function useDrag(): Dragging | null {
  return useSyncExternalStore(drag.subscribe, drag.get)
}
