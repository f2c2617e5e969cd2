import {operationNamed} from './operations.ts'
import {member, quoted} from './variables.ts'
import type {FunctionView} from './wire.ts'

// Expressions taken apart for the picker, and put together again. What is not understood stays code.

export interface Step {
  op: string // the name of an operation
  args: string[] // expressions; '' left out
}

export interface Condition {
  left: string
  op: string
  right: string
}

export type Draft =
  | {how: 'variable'; base: string; steps: Step[]; otherwise: string}
  | {how: 'if'; conditions: Condition[]; every: boolean; then: string; otherwise: string}
  | {how: 'combine'; pieces: Piece[]}
  | {how: 'code'; text: string}

export interface Piece {
  text: string // as it is written, or an expression
  read: boolean // it is an expression
}

export const nothing: Draft = {how: 'variable', base: '', steps: [], otherwise: ''}

// tops calls fn for the places of a text that stand in no quotes and no brackets; a true answer ends it.
function tops(text: string, fn: (i: number) => boolean | void) {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? ''
    if (c === '"' || c === "'" || c === '`') {
      if (depth === 0 && fn(i)) return
      for (i++; i < text.length && text[i] !== c; i++) if (text[i] === '\\' && c !== '`') i++
      continue
    }
    if (')]}'.includes(c)) depth--
    if (depth === 0 && fn(i)) return
    if ('([{'.includes(c)) depth++
  }
}

// split cuts a text at a sign or word where it stands in no quotes and no brackets.
export function split(text: string, at: string): string[] {
  const parts: string[] = []
  const word = /^\w+$/.test(at)
  let from = 0
  tops(text, i => {
    if (i < from || !text.startsWith(at, i)) return
    if (word && (/\w/.test(text[i - 1] ?? ' ') || /\w/.test(text[i + at.length] ?? ' '))) return
    parts.push(text.slice(from, i).trim())
    from = i + at.length
  })
  return [...parts, text.slice(from).trim()]
}

// literal reads a fixed value: a text in quotes, a number, true or false. It is null for anything else.
export function literal(expression: string): string | null {
  const e = expression.trim()
  if (/^(-?\d+(\.\d+)?|true|false)$/.test(e)) return e
  if (!/^"([^"\\]|\\.)*"$/.test(e)) return null
  try {
    return JSON.parse(e) as string
  } catch {
    return null
  }
}

// written is a fixed value as an expression, by the kind that is needed: numbers and truths stand without quotes.
export function written(text: string, kind: string): string {
  const bare = /^-?\d+(\.\d+)?$/.test(text) && kind !== 'text' || /^(true|false)$/.test(text) && (kind === 'bool' || kind === '')
  return bare ? text : quoted(text)
}

// wrapped puts an expression in brackets where what follows would bind closer.
function wrapped(e: string): string {
  let plain = true
  tops(e, i => { if (/[^\w.[\]()"'#]/.test(e[i] ?? '')) plain = false })
  return plain ? e : `(${e})`
}

const operators: Record<string, string> = {'==': 'is', '!=': 'is not', '>': 'is greater than', '>=': 'is at least', '<': 'is less than', '<=': 'is at most', contains: 'contains', startsWith: 'starts with', endsWith: 'ends with'}
const asked: Record<string, string> = {set: 'is set', unset: 'is not set', empty: 'is empty', filled: 'is not empty', true: 'is true', false: 'is not true'}

// comparisons are the operators that have two sides; tests those of a condition.
export const comparisons = Object.entries(operators).map(([value, label]) => ({value, label}))
export const tests = [...comparisons, ...Object.entries(asked).map(([value, label]) => ({value, label}))]

// twoSided tells the operators that need a right side.
export function twoSided(op: string): boolean {
  return op in operators
}

// condition writes one; '' while it is not whole.
export function condition({left, op, right}: Condition): string {
  if (!left) return ''
  if (twoSided(op)) return right ? `${wrapped(left)} ${op} ${wrapped(right)}` : ''
  return ({set: `isSet(${left})`, unset: `not isSet(${left})`, empty: `isEmpty(${left})`, filled: `not isEmpty(${left})`, true: wrapped(left), false: `not ${wrapped(left)}`} as Record<string, string>)[op] ?? left
}

// readCondition takes one apart.
export function readCondition(text: string): Condition {
  const e = text.trim()
  const call = /^(not )?(isSet|isEmpty)\((.*)\)$/.exec(e)
  if (call && closes(e)) {
    const [, not, name, left = ''] = call
    return {left, op: name === 'isSet' ? (not ? 'unset' : 'set') : not ? 'filled' : 'empty', right: ''}
  }
  for (const op of ['==', '!=', '>=', '<=', '>', '<', 'contains', 'startsWith', 'endsWith']) {
    const parts = split(e, op)
    if (parts.length === 2 && parts[0] && parts[1]) return {left: bare(parts[0]), op, right: bare(parts[1])}
  }
  if (/^(not |!)/.test(e)) return {left: bare(e.replace(/^(not |!)\s*/, '')), op: 'false', right: ''}
  return {left: e, op: 'true', right: ''}
}

// closes tells a call whose bracket ends the text from f(a) + g(b).
function closes(e: string): boolean {
  const open = e.indexOf('(')
  let end = -1
  tops(e, i => { if (i > open && e[i] === ')') { end = i; return true } })
  return end === e.length - 1
}

// bare takes the brackets around a whole expression away.
function bare(e: string): string {
  return e.startsWith('(') && closes(e) ? e.slice(1, -1).trim() : e
}

// applied is an expression with one step more.
export function applied(e: string, {op, args}: Step): string {
  const [a = '', b = ''] = args
  switch (op) {
    case '.field': return a ? member(wrapped(e), a) : e
    case '.path': return a ? `${wrapped(e)}${/^[.[]/.test(a) ? '' : '.'}${a}` : e
    case '[at]': return `${wrapped(e)}[${a || '0'}]`
    case 'compare': return b ? `${wrapped(e)} ${a || '=='} ${wrapped(b)}` : e
    case 'calculate': return b ? `${wrapped(e)} ${a || '+'} ${wrapped(b)}` : e
    case 'not': return `not ${wrapped(e)}`
  }
  const given = [...args]
  while (given.length && !given.at(-1)) given.pop()
  return `${op}(${[e, ...given.map(g => g || 'nil')].join(', ')})`
}

// unfinished tells a step that is left out as long as something of it is not filled in.
export function unfinished({op, args}: Step): boolean {
  if (op === '.field' || op === '.path') return !args[0]
  return (op === 'compare' || op === 'calculate') && !args[1]
}

// chain is an expression with steps; the last steps can be left out.
export function chain(base: string, steps: Step[], upTo = steps.length): string {
  return steps.slice(0, upTo).reduce(applied, base)
}

// expressionOf writes a draft as one expression, '' while it is not whole.
export function expressionOf(d: Draft): string {
  switch (d.how) {
    case 'variable': {
      const e = d.base && chain(d.base, d.steps)
      return e && d.otherwise ? `${wrapped(e)} ?? ${d.otherwise}` : e
    }
    case 'if': {
      const all = d.conditions.map(condition)
      if (all.some(c => !c) || !d.then || !d.otherwise) return ''
      const when = all.join(d.every ? ' and ' : ' or ')
      return d.then === 'true' && d.otherwise === 'false' ? when : `${when} ? ${d.then} : ${d.otherwise}`
    }
    case 'combine': {
      const some = d.pieces.filter(p => p.text !== '')
      return some.length ? `join([${some.map(p => (p.read ? p.text : quoted(p.text))).join(', ')}], "")` : ''
    }
  }
  return d.text.trim()
}

// textOf writes a draft as the whole value of a property.
export function textOf(d: Draft): string {
  if (d.how === 'combine') return combined(d.pieces)
  const e = expressionOf(d)
  return e && '${' + e + '}'
}

const dollar = '"$"' // as an expression: one in front of ${ would make that a plain text

// combined writes pieces as one text, in which signs of what is plain mean nothing.
function combined(all: Piece[]): string {
  let out = ''
  let plain = ''
  const flush = (beforeHole: boolean) => {
    const text = plain.replace(/\$\{/g, () => '$${')
    out += beforeHole && text.endsWith('$') ? text.slice(0, -1) + '${' + dollar + '}' : text
    plain = ''
  }
  for (const p of all) {
    if (!p.read) { plain += p.text; continue }
    flush(true)
    out += '${' + p.text + '}'
  }
  flush(false)
  return out
}

// pieces cuts the text of a property into what is written and what is read.
export function pieces(text: string): Piece[] {
  const out: Piece[] = []
  let plain = ''
  for (let i = 0; i < text.length;) {
    if (text.startsWith('$${', i)) { plain += '${'; i += 3; continue }
    const end = text.startsWith('${', i) ? holeEnd(text, i + 2) : -1
    if (end < 0) { plain += text[i]; i++; continue }
    const inside = text.slice(i + 2, end).trim()
    if (inside === dollar) { plain += '$'; i = end + 1; continue }
    if (plain) out.push({text: plain, read: false})
    plain = ''
    out.push({text: inside, read: true})
    i = end + 1
  }
  if (plain) out.push({text: plain, read: false})
  return out
}

// holeEnd is where the expression that begins at a place ends, minding quotes and braces; -1 when it does not.
export function holeEnd(text: string, from: number): number {
  let depth = 0
  for (let i = from; i < text.length; i++) {
    const c = text[i] ?? ''
    if (c === '{') depth++
    if (c === '}' && depth-- === 0) return i
    if (c === '"' || c === "'" || c === '`') for (i++; i < text.length && text[i] !== c; i++) if (text[i] === '\\' && c !== '`') i++
  }
  return -1
}

// draftOf takes the text of a property apart. known are the expressions of the tree.
export function draftOf(text: string, known: ReadonlySet<string>, functions: FunctionView[]): Draft {
  const parts = pieces(text)
  if (!parts.some(p => p.read)) return nothing
  if (parts.length > 1) return {how: 'combine', pieces: parts}
  return draftOfExpression(parts[0]?.text ?? '', known, functions)
}

// draftOfExpression takes one expression apart.
export function draftOfExpression(expression: string, known: ReadonlySet<string>, functions: FunctionView[]): Draft {
  const e = expression.trim()
  if (!e) return nothing
  const choice = readChoice(e)
  if (choice) return choice
  const several = choiceMark(e) < 0 && readConditions(e)
  if (several) return several
  const [first = '', second, third] = split(e, '??')
  const found = third === undefined && (second === undefined || literal(second) !== null) ? readChain(bare(first), known, functions) : null
  const draft: Draft = {how: 'variable', ...(found ?? {base: '', steps: []}), otherwise: second ?? ''}
  return found && alike(expressionOf(draft), e) ? draft : {how: 'code', text: e}
}

// alike reports whether two expressions are the same but for their blanks: what is put together differently than it was written may mean something else.
function alike(a: string, b: string): boolean {
  const dense = (e: string) => bare(e).replace(/\s+/g, '')
  return dense(a) === dense(b)
}

// readConditions takes several conditions apart that are joined by and, or by or; null where there is one, or where they are mixed.
function readConditions(e: string): Draft | null {
  const [ands, ors] = joined(e)
  if ((ands.length > 1) === (ors.length > 1)) return null
  const every = ors.length === 1
  return {how: 'if', conditions: (every ? ands : ors).map(readCondition), every, then: 'true', otherwise: 'false'}
}

// choiceMark is where a ? b : c has its question mark, -1 when it is none.
function choiceMark(e: string): number {
  let mark = -1
  tops(e, i => {
    if (e[i] === '?' && e[i + 1] !== '?' && e[i + 1] !== '.' && e[i - 1] !== '?') { mark = i; return true }
  })
  return mark
}

function readChoice(e: string): Draft | null {
  const mark = choiceMark(e)
  if (mark < 0) return null
  const sides = split(e.slice(mark + 1), ':')
  if (sides.length !== 2 || sides.some(s => choiceMark(s) >= 0)) return null
  const when = e.slice(0, mark).trim()
  const [ands, ors] = joined(when)
  if (ands.length > 1 && ors.length > 1) return null
  const every = ors.length === 1
  return {how: 'if', conditions: (every ? ands : ors).map(readCondition), every, then: sides[0] ?? '', otherwise: sides[1] ?? ''}
}

// joined cuts conditions where they are joined by and, and where by or.
function joined(when: string): [string[], string[]] {
  return [split(when.replace(/&&/g, ' and '), 'and'), split(when.replace(/\|\|/g, ' or '), 'or')]
}

function readChain(e: string, known: ReadonlySet<string>, functions: FunctionView[]): {base: string; steps: Step[]} | null {
  if (known.has(e)) return {base: e, steps: []}
  const more = (base: string, step: Step) => {
    const found = readChain(bare(base), known, functions)
    return found && {base: found.base, steps: [...found.steps, step]}
  }
  for (const {value: op} of comparisons) {
    const parts = split(e, op)
    if (parts.length === 2 && parts[0] && parts[1] && !/[<>=!]$/.test(parts[0]) && !parts[1].startsWith('=')) return more(parts[0], {op: 'compare', args: [op, bare(parts[1])]})
  }
  if (e.startsWith('not ')) return more(e.slice(4).trim(), {op: 'not', args: []})
  const call = /^(\w+)\((.*)\)$/s.exec(e)
  if (call && closes(e)) {
    const [, name = '', inside = ''] = call
    const args = split(inside, ',')
    return operationNamed(name, functions) && args[0] ? more(args[0], {op: name, args: args.slice(1)}) : null
  }
  for (const sign of [' + ', ' - ', ' * ', ' / ']) {
    const parts = split(e, sign)
    if (parts.length === 2 && parts[0] && literal(parts[1] ?? '') !== null) return more(parts[0], {op: 'calculate', args: [sign.trim(), parts[1] ?? '']})
  }
  const place = /^(.+)\[(-?\d+)\]$/s.exec(e)
  if (place) return more(place[1] ?? '', {op: '[at]', args: [place[2] ?? '0']})
  const below = /^(.+)\.([A-Za-z_]\w*)$/s.exec(e)
  if (below) return more(below[1] ?? '', {op: '.field', args: [below[2] ?? '']})
  return null
}
