import {holeEnd} from './expression.ts'
import {full, quoted, typeName} from './variables.ts'
import type {FieldView, FunctionView, TypeView} from './wire.ts'

// What can be written next in an expression.

export interface Suggestion {
  label: string
  detail: string
  doc: string
  insert: string
  back: number // how many characters before the caret it takes the place of
}

export interface Sources {
  scope: FieldView[]
  types: TypeView[]
  functions: FunctionView[]
}

// holeAt is the expression around a place of a text, up to that place; null outside ${…}.
export function holeAt(text: string, caret: number): string | null {
  for (let i = 0; i < caret; i++) {
    if (text.startsWith('$${', i)) { i += 2; continue }
    if (!text.startsWith('${', i)) continue
    const end = holeEnd(text, i + 2)
    if (caret >= i + 2 && (end < 0 || caret <= end)) return text.slice(i + 2, caret)
    if (end < 0) return null
    i = end
  }
  return null
}

function inQuotes(text: string): boolean {
  let quote = ''
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? ''
    if (quote) {
      if (c === '\\') i++
      else if (c === quote) quote = ''
    } else if (c === '"' || c === "'") quote = c
  }
  return quote !== ''
}

// typeOf follows a path through the types of a scope, undefined where they are not known.
export function typeOf(path: string, {scope, types}: Sources): TypeView | undefined {
  const [first = '', ...rest] = path.replace(/\[[^\]]*\]/g, '.[]').split('.').filter(p => p !== '')
  let t = scope.find(s => s.name === first)?.type
  for (const name of rest) {
    const now = t && full(t, types)
    t = name === '[]' ? now?.elem : now?.fields?.find(f => f.name === name)?.type
  }
  return t && full(t, types)
}

const most = 12

// suggestions are what can follow the beginning of an expression.
export function suggestions(before: string, from: Sources, asked = false): Suggestion[] {
  if (inQuotes(before)) return []
  const path = /(?:^|[^\w.\])#])((?:[A-Za-z_]\w*(?:\[[^\]]*\])*\.)+)(\w*)$/.exec(before)
  if (path) {
    const [, up = '', start = ''] = path
    return some(start, (typeOf(up.slice(0, -1), from)?.fields ?? []).map(f => ({label: f.name, detail: typeName(f.type), doc: f.doc ?? '', insert: f.name, back: start.length})))
  }
  const word = /(?:^|[^\w.#])([A-Za-z_]\w*)?$/.exec(before)
  if (!word) return []
  const start = word[1] ?? ''
  if (!start && !asked && before.trim() !== '' && !/[(,?:=<>+*/&|!]\s*$/.test(before)) return []
  const names = from.scope.map(s => ({label: s.name, detail: typeName(s.type), doc: s.doc ?? '', insert: s.name, back: start.length}))
  const functions = from.functions.map(f => ({label: f.name, detail: f.usage, doc: f.doc, insert: `${f.name}(`, back: start.length}))
  const values = from.types.flatMap(t => (t.enum ?? []).map(v => ({label: v, detail: t.name ?? 'enum', doc: '', insert: quoted(v), back: start.length})))
  return some(start, start ? [...names, ...functions, ...values] : names)
}

function some(start: string, all: Suggestion[]): Suggestion[] {
  const want = start.toLowerCase()
  const begins = all.filter(s => s.label.toLowerCase().startsWith(want))
  const holds = want.length > 1 ? all.filter(s => !begins.includes(s) && s.label.toLowerCase().includes(want)) : []
  const found = [...begins, ...holds].slice(0, most)
  return found.length === 1 && found[0]?.label === start ? [] : found
}
