// What changed between two texts, line by line, with three lines around each change.

export interface Line { kind: 'same' | 'added' | 'removed' | 'gap'; text: string }

const around = 3
const most = 2_000_000 // cells of the table; beyond it, all of the middle counts as changed

export function lineDiff(before: string, after: string): Line[] {
  return folded(compared(split(before), split(after)))
}

function split(text: string): string[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

function compared(a: string[], b: string[]): Line[] {
  let from = 0
  while (from < a.length && from < b.length && a[from] === b[from]) from++
  let tail = 0
  while (tail < a.length - from && tail < b.length - from && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++
  const same = (lines: string[]): Line[] => lines.map(text => ({kind: 'same', text}))
  return [...same(a.slice(0, from)), ...middle(a.slice(from, a.length - tail), b.slice(from, b.length - tail)), ...same(a.slice(a.length - tail))]
}

// middle finds the longest run of lines that both have, by the usual table.
function middle(a: string[], b: string[]): Line[] {
  const removed = (text: string): Line => ({kind: 'removed', text})
  const added = (text: string): Line => ({kind: 'added', text})
  if (a.length * b.length > most) return [...a.map(removed), ...b.map(added)]
  const width = b.length + 1
  const table = new Uint32Array((a.length + 1) * width)
  const at = (i: number, j: number) => table[i * width + j] ?? 0
  for (let i = a.length - 1; i >= 0; i--) for (let j = b.length - 1; j >= 0; j--) table[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
  const out: Line[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      out.push({kind: 'same', text: a[i++] ?? ''})
      j++
    } else if (i < a.length && (j === b.length || at(i + 1, j) >= at(i, j + 1))) out.push(removed(a[i++] ?? ''))
    else out.push(added(b[j++] ?? ''))
  }
  return out
}

// folded leaves out what is far from every change.
function folded(lines: Line[]): Line[] {
  const near = new Uint8Array(lines.length)
  lines.forEach((l, i) => { if (l.kind !== 'same') near.fill(1, Math.max(0, i - around), i + around + 1) })
  const out: Line[] = []
  let skipped = 0
  const gap = () => {
    if (skipped) out.push({kind: 'gap', text: `${skipped} ${skipped === 1 ? 'line' : 'lines'} alike`})
    skipped = 0
  }
  lines.forEach((l, i) => {
    if (!near[i]) return void skipped++
    gap()
    out.push(l)
  })
  gap()
  return out
}
