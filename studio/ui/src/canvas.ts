import type {Mode} from './store.ts'

// Canvas is the other end of app/assets/edit.js, which runs in the frame. The frame is of another origin: it says what was pointed at, and
// this page alone turns that into edits. A message counts only from that frame, that origin and with that nonce.
export interface Heard {
  select(path: string): void
  text(path: string, now: string, was: string): void
  key(key: string, ctrl: boolean, shift: boolean, alt: boolean): void
}

type Message = {usher?: unknown; type?: unknown; path?: unknown; text?: unknown; was?: unknown; key?: unknown; ctrl?: unknown; shift?: unknown; alt?: unknown}

export class Canvas {
  private frame: HTMLIFrameElement
  private origin: string
  private nonce: string
  private heard: Heard
  private selected = ''
  private mode: Mode = 'light'
  private revision = ''
  private ready = false // the frame has said so

  constructor(frame: HTMLIFrameElement, origin: string, nonce: string, heard: Heard) {
    this.frame = frame
    this.origin = origin
    this.nonce = nonce
    this.heard = heard
    addEventListener('message', this.hear)
  }

  close() { removeEventListener('message', this.hear) }

  select(path: string) {
    this.selected = path
    this.say('select', {path})
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
    if (m.type === 'ready') {
      this.ready = true
      this.say('mode', {mode: this.mode})
      this.say('select', {path: this.selected})
    }
    if (m.type === 'select') {
      this.selected = text(m.path)
      this.heard.select(this.selected)
    }
    if (m.type === 'text') this.heard.text(text(m.path), text(m.text), text(m.was))
    if (m.type === 'key') this.heard.key(text(m.key), m.ctrl === true, m.shift === true, m.alt === true)
  }
}
