import {useEffect, useState} from 'react'
import {api} from './api.ts'
import {useStudio} from './store.ts'
import type {ExpressionView, ScopeView, TypeView} from './wire.ts'

// What expressions may read at a place, and what the checker says of a text there.

let kept = {revision: '', known: new Map<string, Promise<ScopeView>>()}

// scopeAt asks once a revision for each place.
function scopeAt(revision: string, at: string, prop: string, kind: string): Promise<ScopeView> {
  if (kept.revision !== revision) kept = {revision, known: new Map()}
  const key = JSON.stringify([at, prop, kind])
  const have = kept.known.get(key)
  if (have) return have
  const asked = api.scope(at, prop, kind)
  asked.catch(() => kept.known.delete(key))
  kept.known.set(key, asked)
  return asked
}

// forgetScopes has everything asked anew: a test may have shown more of a reply.
export function forgetScopes() { kept = {revision: '', known: new Map()} }

export interface Known { scope: ScopeView | null; why: string }

// useScope is what may be read at a place, kept up to date; why says what is in the way of knowing it. An empty at asks nothing.
export function useScope(at: string, prop = '', kind = ''): Known {
  const revision = useStudio().project?.revision ?? ''
  const [known, setKnown] = useState<Known & {key: string}>({scope: null, why: '', key: ''})
  const key = JSON.stringify([at, prop, kind])
  useEffect(() => {
    if (!at || !revision) return
    let wanted = true
    scopeAt(revision, at, prop, kind).then(
      scope => { if (wanted) setKnown({scope, why: '', key}) },
      (e: unknown) => { if (wanted) setKnown({scope: null, why: e instanceof Error ? e.message : 'This is not known.', key}) },
    )
    return () => { wanted = false }
  }, [revision, at, prop, kind, key])
  return known.key === key ? known : {scope: null, why: ''}
}

// part is the kind of what is only a part of a value: any type will do.
export const part = 'part'

const pause = 180 // of typing, before the checker is asked

export interface Judged { view: ExpressionView | null; text: string; busy: boolean }

// useJudged is what the checker says of a text at a place, while it is typed. An empty text asks nothing; view belongs to the text beside it.
export function useJudged(at: string, prop: string, kind: string, text: string): Judged {
  const revision = useStudio().project?.revision ?? ''
  const [judged, setJudged] = useState<{view: ExpressionView | null; text: string}>({view: null, text: ''})
  useEffect(() => {
    if (!text || !at) return
    let wanted = true
    const timer = window.setTimeout(() => {
      api.expression({at, prop, kind, text}).then(view => { if (wanted) setJudged({view, text}) }, () => {})
    }, pause)
    return () => { wanted = false; clearTimeout(timer) }
  }, [revision, at, prop, kind, text])
  if (!text) return {view: null, text: '', busy: false}
  return {...judged, busy: judged.text !== text}
}

// useTypes are the types of expressions at a place, by their text: null for one that is wrong, nothing while it is not known.
export function useTypes(at: string, prop: string, expressions: string[]): Record<string, TypeView | null> {
  const revision = useStudio().project?.revision ?? ''
  const [types, setTypes] = useState<{key: string; known: Record<string, TypeView | null>}>({key: '', known: {}})
  const key = JSON.stringify([revision, at, prop])
  const all = JSON.stringify(expressions)
  useEffect(() => {
    let wanted = true
    for (const e of JSON.parse(all) as string[]) {
      if (!e || types.key === key && e in types.known) continue
      void api.expression({at, prop, kind: part, text: '${' + e + '}'}).then(({type}) => {
        if (wanted) setTypes(t => ({key, known: {...(t.key === key ? t.known : {}), [e]: type}}))
      }, () => {})
    }
    return () => { wanted = false }
  }, [key, all, at, prop])
  return types.key === key ? types.known : {}
}
