import {useEffect, useState} from 'react'
import {api} from './api.ts'
import {store, useStudio} from './store.ts'
import {escaped} from './tree.ts'
import type {Json, ValueView, WireEdit} from './wire.ts'

// useValue is what is written at a path, kept up to date; undefined until it is known, null where nothing is written.
export function useValue(at: string): Json | undefined {
  return useWritten(at)?.value
}

// useWritten is useValue with the revision that it was read of.
export function useWritten(at: string): ValueView | undefined {
  const {project} = useStudio()
  const revision = project?.revision
  const [known, setKnown] = useState<{at: string; view: ValueView}>()
  useEffect(() => {
    let wanted = true
    if (at) void api.value(at).then(view => { if (wanted) setKnown({at, view}) }, () => {})
    return () => { wanted = false }
  }, [at, revision])
  return known?.at === at ? known.view : undefined
}

// isObject tells a mapping from all else.
export function isObject(v: Json | undefined): v is {[key: string]: Json} {
  return typeof v === 'object' && v !== null && !Array.isArray(v)
}

export {escaped} from './tree.ts'

// read is what is written at a path below another; undefined when nothing is.
export function read(root: Json | undefined, keys: string[]): Json | undefined {
  let v: Json | undefined = root
  for (const k of keys) {
    if (Array.isArray(v)) v = v[Number(k)]
    else if (isObject(v)) v = Object.hasOwn(v, k) ? v[k] : undefined
    else return undefined
  }
  return v
}

// parts are the names that a path is made of.
export function parts(at: string): string[] {
  return at.slice(1).split('/').map(p => p.replace(/~1/g, '/').replace(/~0/g, '~'))
}

// alter sends a change of what is written at a path, thought out from what is written when its turn has come: whoever is faster than
// the server changes what the change before has made, and not what was drawn.
export function alter(at: string, make: (now: Json) => WireEdit[], label: string, step = ''): Promise<void> {
  return store.plan(async () => {
    const edits = make((await api.value(at)).value)
    return edits.length > 0 ? {edits, label, step} : undefined
  })
}

// removed takes away what is written at a path below root, and with it each holder up to kept that it leaves empty.
export function removed(root: Json, rootAt: string, at: string, kept: string[] = [rootAt]): WireEdit[] {
  if (root === null) return []
  const below = (path: string) => read(root, path === rootAt ? [] : parts(path.slice(rootAt.length)))
  if (below(at) === undefined) return []
  let gone = at
  for (let up = holder(at); up.length >= rootAt.length && !kept.includes(up); up = holder(up)) {
    const around = below(up)
    if ((isObject(around) ? Object.keys(around) : Array.isArray(around) ? around : []).length !== 1) break
    gone = up
  }
  return [{op: 'delete', at: gone}]
}

// holder is the path of what a path stands in.
export const holder = (at: string) => at.slice(0, at.lastIndexOf('/'))

// briefly gives what is written at a path a key, or takes it away when value is null. What says no more than its main key is written as the value of that alone.
export function briefly(now: Json, at: string, main: string, key: string, value: Json): WireEdit[] {
  if (!isObject(now)) {
    if (value === null) return key === main && now !== null ? [{op: 'delete', at}] : []
    if (key === main) return [{op: 'set', at, value}]
    return [{op: 'set', at, value: now === null ? {[key]: value} : {[main]: now, [key]: value}}]
  }
  if (value !== null) return [{op: 'set', at: `${at}/${escaped(key)}`, value}]
  if (now[key] === undefined) return []
  const left = Object.keys(now).filter(k => k !== key)
  const only = left.length === 1 && left[0] === main ? now[main] : undefined
  if (left.length === 0) return [{op: 'delete', at}]
  return only !== undefined && !isObject(only) ? [{op: 'set', at, value: only}] : [{op: 'delete', at: `${at}/${escaped(key)}`}]
}

// keyed sets one key of what is written at a path, or takes it away if it is there.
export function keyed(now: Json, at: string, key: string, value: Json): WireEdit[] {
  if (value !== null) return [{op: 'set', at: `${at}/${escaped(key)}`, value}]
  return read(now, [key]) === undefined ? [] : [{op: 'delete', at: `${at}/${escaped(key)}`}]
}

// placed is where the item of a list stands now that was drawn at a place; -1 when it is gone. Its name is what it is known by, else all of it.
export function placed(list: Json, drawn: Json, i: number): number {
  if (!Array.isArray(list)) return -1
  const known = (v: Json) => JSON.stringify(isObject(v) ? v.name ?? v : v)
  const is = known(drawn)
  const same = list.map((v, n) => (known(v) === is ? n : -1)).filter(n => n >= 0)
  return same.length ? same.reduce((best, n) => (Math.abs(n - i) < Math.abs(best - i) ? n : best)) : -1
}

// moveItem puts an item of a list before or behind its neighbour, wherever it stands when its turn has come.
export function moveItem(list: string, drawn: Json, i: number, by: -1 | 1, label: string): Promise<void> {
  return alter(list, now => {
    const from = placed(now, drawn, i)
    const to = from + by
    if (from < 0 || to < 0 || to >= (now as Json[]).length) return []
    return [{op: 'move', from: `${list}/${from}`, at: `${list}/${by > 0 ? to + 1 : to}`}]
  }, label)
}

// removeItem takes an item out of a list, wherever it stands when its turn has come; the last takes the list along, unless it is kept.
export function removeItem(list: string, drawn: Json, i: number, label: string, keep = false): Promise<void> {
  return alter(list, now => {
    const at = placed(now, drawn, i)
    return at < 0 ? [] : removed(now, list, `${list}/${at}`, keep ? [list] : [])
  }, label)
}
