import type {Mode} from './store.ts'

// Canvas is the other end of app/assets/edit.js, which runs in the frame. The frame is of another origin: it says what was pointed at, and
// this page alone turns that into edits. A message counts only from that frame, that origin and with that nonce.
export interface Heard {
  select(path: string, add: boolean): void
  menu(path: string, x: number, y: number): void // at a place of the window
  text(path: string, now: string, was: string): void
  key(key: string, ctrl: boolean, shift: boolean, alt: boolean): void
}

type Message = {usher?: unknown; type?: unknown; path?: unknown; text?: unknown; was?: unknown; key?: unknown; ctrl?: unknown; shift?: unknown; alt?: unknown; add?: unknown; x?: unknown; y?: unknown}

export class Canvas {
  static current: Canvas | null = null // the one that is on the screen

  private frame: HTMLIFrameElement
  private origin: string
  private nonce: string
  private heard: Heard
  private selected = ''
  private others: string[] = []
  private mode: Mode = 'light'
  private revision = ''
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
    const text = (v: unknown) => (typeof v === 'string' ? v : '')
    const number = (v: unknown) => (typeof v === 'number' && Number.isFinite(v) ? v : 0)
    if (m.type === 'ready') {
      this.ready = true
      this.say('mode', {mode: this.mode})
      this.say('select', {path: this.selected, others: this.others})
    }
    if (m.type === 'select') {
      this.heard.select(text(m.path), m.add === true)
    }
    if (m.type === 'menu') {
      const box = this.frame.getBoundingClientRect()
      const scale = box.width / this.frame.offsetWidth
      this.heard.menu(text(m.path), box.left + number(m.x) * scale, box.top + number(m.y) * scale)
    }
    if (m.type === 'text') this.heard.text(text(m.path), text(m.text), text(m.was))
    if (m.type === 'key') this.heard.key(text(m.key), m.ctrl === true, m.shift === true, m.alt === true)
  }
}
