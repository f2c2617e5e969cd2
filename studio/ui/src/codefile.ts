// The text of one file while it is typed: what is saved, what is on its way, and how changes from two sides come together.

export interface Splice { from: number; to: number; text: string }

// splice is the one change that makes after of before.
export function splice(before: string, after: string): Splice {
  const least = Math.min(before.length, after.length)
  let from = 0
  while (from < least && before[from] === after[from]) from++
  let same = 0
  while (same < least - from && before[before.length - 1 - same] === after[after.length - 1 - same]) same++
  return {from, to: before.length - same, text: after.slice(from, after.length - same)}
}

function put(text: string, s: Splice): string {
  return text.slice(0, s.from) + s.text + text.slice(s.to)
}

// merged is a text with the changes of both sides, null where they touch the same line.
export function merged(base: string, mine: string, theirs: string): string | null {
  const [a, b] = [splice(base, mine), splice(base, theirs)]
  if (a.to < b.from && base.slice(a.to, b.from).includes('\n')) return put(put(base, b), a)
  if (b.to < a.from && base.slice(b.to, a.from).includes('\n')) return put(put(base, a), b)
  return mine === theirs ? mine : null
}

export interface Doors {
  send: (text: string, still: () => boolean) => Promise<void> // still is asked when it is about to be sent
  show: (text: string) => void // puts another text in the place of what is typed
  changed: () => void // state() is another
}

export type FileState = 'saved' | 'typing' | 'conflict'

const pause = 400 // of typing, before it is saved

// CodeFile keeps what is typed in a file together with what is saved. Nothing that was typed is ever dropped without being asked.
export class CodeFile {
  doc: string
  private base: string // what is saved, as far as we know
  private revision: string
  private sent: string | null = null
  private theirs: string | null = null // saved by somebody else, over what is typed here
  private timer = 0
  private readonly doors: Doors

  constructor(text: string, revision: string, doors: Doors) {
    this.doc = this.base = text
    this.revision = revision
    this.doors = doors
  }

  state(): FileState {
    if (this.theirs !== null) return 'conflict'
    return this.doc === this.base ? 'saved' : 'typing'
  }

  typed(text: string) {
    this.doc = text
    this.later()
    this.doors.changed()
  }

  private later() {
    clearTimeout(this.timer)
    this.timer = window.setTimeout(() => void this.save(), pause)
  }

  // save sends what is typed, unless the file has changed under it: then what arrived comes first.
  async save(): Promise<void> {
    clearTimeout(this.timer)
    if (this.theirs !== null || this.sent !== null || this.doc === this.base) return
    const {doc, revision} = this
    this.sent = doc
    await this.doors.send(doc, () => this.revision === revision)
  }

  // arrived takes up what is saved in a revision.
  arrived(text: string, revision: string) {
    const {sent} = this
    this.sent = null
    this.revision = revision
    if (text === sent || text === this.doc) this.base = text
    else if (this.doc === this.base) this.adopt(text)
    else if (text !== this.base) this.join(text)
    if (this.theirs === null && this.doc !== this.base) this.later()
    this.doors.changed()
  }

  // failed says that what was sent was not saved, and nothing else arrived.
  failed() {
    this.sent = null
    this.doors.changed()
  }

  private adopt(text: string) {
    this.theirs = null
    this.doc = this.base = text
    this.doors.show(text)
  }

  private join(text: string) {
    const both = merged(this.base, this.doc, text)
    if (both === null) {
      this.theirs = text
      return
    }
    this.base = text
    this.doc = both
    this.doors.show(both)
  }

  // keepMine saves what is typed over what somebody else saved.
  keepMine() {
    if (this.theirs === null) return
    this.base = this.theirs
    this.theirs = null
    this.doors.changed()
    void this.save()
  }

  // takeTheirs shows what somebody else saved.
  takeTheirs() {
    if (this.theirs === null) return
    this.adopt(this.theirs)
    this.doors.changed()
  }

  // close saves what is left.
  close() { void this.save() }
}
