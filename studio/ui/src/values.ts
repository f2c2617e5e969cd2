import {useEffect, useState} from 'react'
import {api} from './api.ts'
import {useStudio} from './store.ts'
import type {Json} from './wire.ts'

// useValue is what is written at a path, kept up to date; undefined until it is known, null where nothing is written.
export function useValue(at: string): Json | undefined {
  const {project} = useStudio()
  const revision = project?.revision
  const [known, setKnown] = useState<{at: string; value: Json}>()
  useEffect(() => {
    let wanted = true
    if (at) void api.value(at).then(({value}) => { if (wanted) setKnown({at, value}) }, () => {})
    return () => { wanted = false }
  }, [at, revision])
  return known?.at === at ? known.value : undefined
}

// isObject tells a mapping from all else.
export function isObject(v: Json | undefined): v is {[key: string]: Json} {
  return typeof v === 'object' && v !== null && !Array.isArray(v)
}

export {escaped} from './tree.ts'
