import type {FieldView, Json, TypeView} from './wire.ts'

// What a type that is written in a file means for the field that takes a value of it.

const plain = ['text', 'int', 'number', 'bool', 'time', 'secret', 'image', 'color', 'file', 'json']

// typeOf is a type as it is written: text, list of int, or one of the app's own.
export function typeOf(written: string, types: TypeView[]): TypeView {
  const of = /^list of (.+)$/.exec(written.trim())?.[1]
  if (of) return {kind: 'list', elem: typeOf(of, types)}
  if (plain.includes(written)) return {kind: written}
  return types.find(t => t.name === written) ?? {kind: 'json'}
}

// typeWords is a type as people read it; the values of a choice are seen anyway.
export function typeWords(t: TypeView): string {
  if (t.kind === 'list') return `list of ${t.elem ? typeWords(t.elem) : 'json'}`
  return t.name ?? t.kind
}

// controlOf is the kind of property whose control a type has, with the values that there are to choose from.
export function controlOf(t: TypeView): {kind: string; values: string[]} {
  if (t.kind === 'enum' && t.enum) return {kind: 'enum', values: t.enum}
  if (t.kind === 'list' && (t.elem?.kind === 'text' || t.elem?.kind === 'enum')) return {kind: 'texts', values: []}
  if (t.kind === 'list' && (t.elem?.kind === 'int' || t.elem?.kind === 'number')) return {kind: 'numbers', values: []}
  if (t.kind === 'color') return {kind: 'text', values: []}
  return {kind: ['text', 'int', 'number', 'bool', 'time', 'secret', 'image'].includes(t.kind) ? t.kind : 'json', values: []}
}

// exampleOf is how a value of a type is typed that has no control of its own: as JSON. It is '' where a text will do.
export function exampleOf(t: TypeView, types: TypeView[]): string {
  return t.kind === 'list' || t.kind === 'object' ? JSON.stringify(sampleOf(t, types, 0)) : ''
}

function sampleOf(written: TypeView, types: TypeView[], depth: number): Json {
  const t = whole(written, types)
  switch (t.kind) {
    case 'list': return t.elem ? [sampleOf(t.elem, types, depth)] : []
    case 'object': return depth > 0 ? {} : Object.fromEntries((t.fields ?? []).map(f => [f.name, sampleOf(f.type, types, depth + 1)]))
    case 'int': case 'number': return 1
    case 'bool': return true
    case 'time': return '2030-01-31'
    case 'enum': return t.enum?.[0] ?? ''
  }
  return '…'
}

// whole is a type with its fields and values, which are left out where a field names it.
export function whole(t: TypeView, types: TypeView[]): TypeView {
  if (t.kind === 'list' && t.elem) return {...t, elem: whole(t.elem, types)}
  return t.name && !t.fields && !t.enum ? types.find(x => x.name === t.name) ?? t : t
}

// fieldsOf are the fields of a data type with their types, none where a value of it is no object.
export function fieldsOf(t: TypeView, types: TypeView[]): FieldView[] {
  if (t.kind !== 'object') return []
  return (whole(t, types).fields ?? []).map(f => ({...f, type: whole(f.type, types)}))
}
