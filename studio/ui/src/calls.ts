import {useEffect, useState} from 'react'
import {ask} from './api.ts'
import {store, useStudio} from './store.ts'
import {alter, escaped, holder, isObject, removed} from './values.ts'
import type {CallsView, CallView, GroupView, Json, TypeView, UsesView, WireEdit} from './wire.ts'

// The API groups and calls of the app, and where they stand.

// Place is what a path in calls/ is about: a group, or a call of it.
export interface Place { group: string; call: string }

const unescaped = (part: string) => part.replace(/~1/g, '/').replace(/~0/g, '~')

// placeOf reads /calls/GROUP and /calls/GROUP/calls/CALL, whatever follows.
export function placeOf(path: string): Place {
  const [, root, group = '', word, call = ''] = path.split('/').map(unescaped)
  return root === 'calls' ? {group, call: word === 'calls' ? call : ''} : {group: '', call: ''}
}

export const groupPath = (group: string) => `/calls/${escaped(group)}`
export const callPath = (group: string, call: string) => `${groupPath(group)}/calls/${escaped(call)}`

let kept: {revision: string; view: CallsView} | undefined // of the last answer, so that two panels ask once

// useCalls is what GET /api/calls says, kept up to date; undefined until it is known.
export function useCalls(): CallsView | undefined {
  const {project} = useStudio()
  const revision = project?.revision ?? ''
  const [view, setView] = useState(kept?.view)
  useEffect(() => {
    let wanted = true
    if (kept?.revision === revision) setView(kept.view)
    else void ask<CallsView>('GET', '/api/calls').then(answer => {
      kept = {revision: answer.revision, view: answer}
      if (wanted) setView(answer)
    }, () => {})
    return () => { wanted = false }
  }, [revision])
  return view
}

// written is what a group says of a call.
export function written(group: GroupView | undefined, call: string): {[key: string]: Json} {
  const calls = isObject(group?.value) ? group.value.calls : undefined
  const found = isObject(calls) ? calls[call] : undefined
  return isObject(found) ? found : {}
}

// callNames are the calls of a group, in the order of its file.
export function callNames(group: GroupView): string[] {
  const calls = isObject(group.value) ? group.value.calls : undefined
  return isObject(calls) ? Object.keys(calls) : []
}

export function methodOf(call: {[key: string]: Json}): string {
  return typeof call.method === 'string' ? call.method : 'GET'
}

export function text(value: Json | undefined): string {
  return value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value)
}

export function understood(group: GroupView | undefined, call: string): CallView | undefined {
  return group?.calls.find(c => c.name === call)
}

// freeName is name, or name2, name3 … where it is taken.
export function freeName(name: string, taken: string[]): string {
  if (!taken.includes(name)) return name
  let n = 2
  while (taken.includes(`${name}${n}`)) n++
  return `${name}${n}`
}

// uses asks what would no longer be right without what stands at a path.
export const uses = (at: string) => ask<UsesView>('GET', `/api/uses?at=${encodeURIComponent(at)}`)

// put writes one value, or takes it away where it is null; the last key of the mapping last takes that along.
export function put(at: string, value: Json, label: string, {step = '', last}: {step?: string; last?: string} = {}) {
  if (value !== null) return store.edit([{op: 'set', at, value}], label, {step})
  const around = holder(at)
  return alter(last ?? around, now => removed(now, last ?? around, at, last ? [] : [around]), label, step)
}

// amend changes a value that is written as a whole, from what is written when its turn has come: two changes in a row both count.
export function amend(at: string, change: (now: Json) => Json, label: string, step = '') {
  return alter(at, now => [{op: 'set', at, value: change(now)}], label, step)
}

// editThenShow makes a change and then shows what it made; a change that is refused leaves what is shown.
export async function editThenShow(edits: WireEdit[], label: string, place: string, item: string) {
  const before = store.get().project?.revision
  await store.edit(edits, label)
  if (store.get().project?.revision !== before) store.show(place, item)
}

// The types that are always there, and what to call them.
export const builtin: {value: string; label: string}[] = [
  {value: 'text', label: 'Text'}, {value: 'int', label: 'Whole number'}, {value: 'number', label: 'Number'}, {value: 'bool', label: 'Yes or no'}, {value: 'time', label: 'Time'},
  {value: 'secret', label: 'Secret'}, {value: 'image', label: 'Picture'}, {value: 'color', label: 'Colour'}, {value: 'file', label: 'File'}, {value: 'json', label: 'JSON'},
]

// typeText is a type as files write it.
export function typeText(t: TypeView): string {
  return t.kind === 'list' ? `list of ${t.elem ? typeText(t.elem) : 'json'}` : t.name ?? t.kind
}
