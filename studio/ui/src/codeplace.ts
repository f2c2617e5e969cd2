import {escaped} from './values.ts'

// Where a place in a YAML text is, from its indentation alone: the text may be broken while it is typed.

export interface CodePlace {
  path: string // below the file, such as /body/0/text
  has: string[] // the keys of the same mapping
  word: string // what is typed of a key or a value
  value: boolean // a value is typed, else a key or an item
  text: string // of the value, up to the place
}

interface Level { indent: number; name: string; item: boolean }

const keyPattern = /^("[^"]*"|'[^']*'|[\w$.][^\s:]*|[\w$][^:#]*?):(?=\s|$)/

// read walks one line: what it stands in, with the keys and items that it opens.
function read(line: string, stack: Level[]): {rest: string; column: number} {
  let column = line.length - line.trimStart().length
  let rest = line.slice(column)
  while (/^-(\s|$)/.test(rest)) {
    while (stack.length && last(stack).indent > column) stack.pop()
    const top = stack.at(-1)
    if (top?.item && top.indent === column) top.name = String(Number(top.name) + 1)
    else stack.push({indent: column, name: '0', item: true})
    const gap = /^-\s*/.exec(rest)?.[0].length ?? 1
    column += gap
    rest = rest.slice(gap)
  }
  const key = keyPattern.exec(rest)
  while (stack.length && last(stack).indent >= column && !(last(stack).item && last(stack).indent < column)) stack.pop()
  if (key) {
    stack.push({indent: column, name: bare(key[1] ?? ''), item: false})
    rest = rest.slice(key[0].length)
  }
  return {rest, column}
}

function last(stack: Level[]): Level {
  return stack[stack.length - 1] as Level
}

function bare(key: string): string {
  return key.replace(/^(['"])(.*)\1$/, '$2').trim()
}

function pathOf(names: string[]): string {
  return names.map(n => `/${escaped(n)}`).join('')
}

// placeOf finds the place of a column, from 0, in the last of some lines.
export function placeOf(before: string[], after: string[]): CodePlace {
  const stack: Level[] = []
  const current = before[before.length - 1] ?? ''
  let block = -1 // the indentation of a key whose text stands below it
  for (const line of before.slice(0, -1)) {
    if (/^\s*(#|$)/.test(line)) continue
    const indent = line.length - line.trimStart().length
    if (block >= 0 && indent > block) continue
    const {rest} = read(line, stack)
    block = /^\s*[|>][+-]?\s*(#.*)?$/.test(rest) ? indent : -1
  }
  const {rest, column} = read(current.trim() === '' ? `${current}x` : current, stack)
  const keyed = stack.length > 0 && !last(stack).item && keyPattern.test(current.trimStart().replace(/^(-\s+)+/, ''))
  const names = stack.map(l => l.name)
  const inner = keyed ? inside(rest.trimStart(), names) : inside(current.slice(column), names)
  if (inner) return inner
  if (keyed) return {path: pathOf(names), has: [], word: wordAt(rest), value: true, text: rest.trimStart()}
  return {path: pathOf(names), has: siblings([...before.slice(0, -1)], after, column), word: wordAt(current.slice(column)), value: false, text: current.slice(column)}
}

function wordAt(text: string): string {
  return /[\w.-]*$/.exec(text)?.[0] ?? ''
}

// siblings are the keys of the mapping that stands at a column around a place.
function siblings(before: string[], after: string[], column: number): string[] {
  const has: string[] = []
  const look = (line: string, down: boolean): boolean => {
    if (/^\s*(#|$)/.test(line)) return true
    const dashes = /^\s*(-\s+)*/.exec(line)?.[0] ?? ''
    const indent = line.length - line.trimStart().length
    const opens = dashes.length > indent
    if (dashes.length === column && !(down && opens)) {
      const key = keyPattern.exec(line.slice(dashes.length))
      if (key) has.push(bare(key[1] ?? ''))
    }
    return indent >= column
  }
  for (const line of [...before].reverse()) if (!look(line, false)) break
  for (const line of after) if (!look(line, true)) break
  return has
}

// inside finds a place within { } and [ ] on one line; null when it is in none.
function inside(text: string, up: string[]): CodePlace | null {
  interface Frame { list: boolean; keys: string[]; key: string; n: number; from: number }
  const frames: Frame[] = []
  let quote = ''
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? ''
    if (quote) {
      if (c === '\\' && quote === '"') i++
      else if (c === quote) quote = ''
      continue
    }
    const top = frames.at(-1)
    if (c === '"' || c === "'") quote = c
    else if (c === '{' && text[i - 1] !== '$' || c === '[') frames.push({list: c === '[', keys: [], key: '', n: 0, from: i + 1})
    else if ((c === '}' || c === ']') && frames.length) frames.pop()
    else if (c === ',' && top) { top.n++; top.key = ''; top.from = i + 1 }
    else if (c === ':' && top && !top.list && !top.key && /\s/.test(text[i + 1] ?? ' ')) {
      top.key = bare(text.slice(top.from, i).trim())
      top.keys.push(top.key)
      top.from = i + 1
    }
  }
  const top = frames.at(-1)
  if (!top) return null
  const names = [...up, ...frames.flatMap((f, i) => (f.list ? [String(f.n)] : f.key ? [f.key] : i === frames.length - 1 ? [] : []))]
  const rest = text.slice(top.from).trimStart()
  return {path: pathOf(names), has: top.keys, word: wordAt(rest), value: top.key !== '' || top.list, text: rest}
}
