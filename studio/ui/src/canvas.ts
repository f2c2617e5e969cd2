import type {Box, Drawn, Drop, Hollow} from './drop.ts'
import type {Mode} from './store.ts'

// Canvas is the other end of app/assets/edit.js, which runs in the frame. The frame is of another origin: it says what was pointed at, and
// this page alone turns that into edits. A message counts only from that frame, that origin and with that nonce.
export interface Heard {
  select(path: string, add: boolean): void
  menu(path: string, x: number, y: number): void // at a place of the window
  drag(path: string, x: number, y: number): void
  dropped(there: boolean): void
  text(path: string, now: string, was: string): void
  key(key: string, ctrl: boolean, shift: boolean, alt: boolean): void
}

type Message = {usher?: unknown; type?: unknown; path?: unknown; text?: unknown; was?: unknown; key?: unknown; ctrl?: unknown; shift?: unknown; alt?: unknown; add?: unknown; x?: unknown; y?: unknown; rects?: unknown; slots?: unknown; scroll?: unknown; view?: unknown}

export class Canvas {
  static current: Canvas | null = null // the one that is on the screen

  private frame: HTMLIFrameElement
  private origin: string
  private nonce: string
  private heard: Heard
  private selected = ''
  private others: string[] = []
  private mode: Mode = 'light'
  private as = ''
  private scale = 1
  private revision = ''
  drawn: Drawn[] = [] // where widgets and empty slots are, as the frame has said
  hollow: Hollow[] = []
  private scroll = {x: 0, y: 0}
  private ready = false // the frame has said so

  constructor(frame: HTMLIFrameElement, origin: string, nonce: string, heard: Heard) {
    this.frame = frame
    this.origin = origin
    this.nonce = nonce
    this.heard = heard
    addEventListener('message', this.hear)
    Canvas.current = this
  }

  close() {
    removeEventListener('message', this.hear)
    if (Canvas.current === this) Canvas.current = null
  }

  // spot is a place of the window in the page that is drawn, null outside the frame.
  spot(x: number, y: number): {x: number; y: number} | null {
    const box = this.frame.getBoundingClientRect()
    const scale = box.width / this.frame.offsetWidth
    if (x < box.left || x > box.right || y < box.top || y > box.bottom) return null
    const at = (y - box.top) / box.height
    if (at < 0.06 || at > 0.94) this.say('roll', {by: at < 0.5 ? -24 : 24})
    return {x: (x - box.left) / scale + this.scroll.x, y: (y - box.top) / scale + this.scroll.y}
  }

  // mark shows where something would be dropped, null nowhere.
  mark(drop: Drop | null) { this.say('mark', drop ? {rect: drop.mark, shape: drop.shape, name: drop.name} : {}) }

  // free has the frame let go of what is dragged in it.
  free() { this.say('free', {}) }

  private window(x: number, y: number): [number, number] {
    const box = this.frame.getBoundingClientRect()
    const scale = box.width / this.frame.offsetWidth
    return [box.left + x * scale, box.top + y * scale]
  }

  // menu has the menu of what is selected opened beside it.
  menu() { this.say('menu', {}) }

  select(path: string, others: string[]) {
    this.selected = path
    this.others = others
    this.say('select', {path, others})
  }

  setMode(mode: Mode) {
    this.mode = mode
    this.say('mode', {mode})
  }

  // setScale tells how large the frame is drawn.
  setScale(scale: number) {
    this.scale = scale
    this.say('scale', {by: scale})
  }

  // showTo has the page drawn as for somebody who is logged in or out, or as for those whom it is for.
  showTo(as: string) {
    this.as = as
    this.say('as', {as})
  }

  // show tells the frame to draw the page anew, once a revision.
  show(revision: string) {
    if (this.revision && this.revision !== revision) this.say('refresh', {})
    this.revision = revision
  }

  // redraw shows again what the files say, after something that was typed is not taken.
  redraw() { this.say('refresh', {}) }

  private say(type: string, data: Record<string, unknown>) {
    if (this.ready) this.frame.contentWindow?.postMessage({usher: this.nonce, type, ...data}, this.origin)
  }

  private hear = (ev: MessageEvent<Message | null>) => {
    if (ev.origin !== this.origin || ev.source !== this.frame.contentWindow || ev.data?.usher !== this.nonce) return
    const m = ev.data
    if (m.type === 'ready') {
      this.ready = true
      this.say('mode', {mode: this.mode})
      this.say('as', {as: this.as})
      this.say('scale', {by: this.scale})
      this.say('select', {path: this.selected, others: this.others})
    }
    if (m.type === 'select') {
      this.heard.select(text(m.path), m.add === true)
    }
    if (m.type === 'menu') this.heard.menu(text(m.path), ...this.window(number(m.x), number(m.y)))
    if (m.type === 'drag') this.heard.drag(text(m.path), ...this.window(number(m.x), number(m.y)))
    if (m.type === 'drop' || m.type === 'still') this.heard.dropped(m.type === 'drop')
    if (m.type === 'scroll') this.scroll = {x: number(m.x), y: number(m.y)}
    if (m.type === 'rects') {
      const point = record(m.scroll)
      this.scroll = {x: number(point.x), y: number(point.y)}
      this.drawn = records(m.rects).map(r => ({path: text(r.path), rect: box(r.rect)}))
      this.hollow = records(m.slots).map(r => ({of: text(r.of), slot: text(r.slot), rect: box(r.rect)}))
    }
    if (m.type === 'text') this.heard.text(text(m.path), text(m.text), text(m.was))
    if (m.type === 'key') this.heard.key(text(m.key), m.ctrl === true, m.shift === true, m.alt === true)
  }
}

// What the frame says is looked at before it is believed.
const text = (v: unknown) => (typeof v === 'string' ? v : '')
const number = (v: unknown) => (typeof v === 'number' && Number.isFinite(v) ? v : 0)
const record = (v: unknown): Record<string, unknown> => (typeof v === 'object' && v !== null ? {...v} : {})
const records = (v: unknown) => (Array.isArray(v) ? v.map(record) : [])

function box(v: unknown): Box {
  const r = record(v)
  return {x: number(r.x), y: number(r.y), w: number(r.w), h: number(r.h)}
}
