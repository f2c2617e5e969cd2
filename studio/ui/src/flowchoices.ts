import {useEffect, useState} from 'react'
import {api} from './api.ts'
import {inputsOf, useFlows} from './flows.ts'
import {store, useStudio} from './store.ts'
import {all} from './tree.ts'
import {escaped, isObject} from './values.ts'
import type {Json} from './wire.ts'

// Choice is something that an action can name: a call, a page, a block …, with the parameters that it takes.
export interface Choice { value: string; hint: string; params: string[]; reply?: string }

function keys(v: Json | undefined): string[] {
  return isObject(v) ? Object.keys(v) : []
}

function base(file: string): string {
  return file.replace(/^[^/]*\//, '').replace(/\.yaml$/, '')
}

function line(v: Json | undefined): string {
  return typeof v === 'string' ? v : ''
}

async function written(at: string): Promise<Json> {
  return (await api.value(at)).value
}

async function calls(streams: boolean): Promise<Choice[]> {
  const files = store.get().project?.files.filter(f => f.startsWith('calls/')) ?? []
  const groups = await Promise.all(files.map(async f => ({name: base(f), group: await written(`/calls/${base(f)}`)})))
  return groups.flatMap(({name, group}) => Object.entries(isObject(group) && isObject(group.calls) ? group.calls : {}).flatMap(([call, v]): Choice[] => {
    const o = isObject(v) ? v : {}
    if (streams && o.replyAs !== 'events') return []
    return [{value: `${name}.${call}`, hint: `${line(o.method) || 'GET'} ${line(o.path)}`, params: keys(o.params), reply: line(o.reply)}]
  }))
}

async function pages(): Promise<Choice[]> {
  const list = store.get().project?.pages ?? []
  return Promise.all(list.map(async p => ({value: p.name, hint: p.path, params: keys(await written(`/pages/${p.name}/params`))})))
}

async function blocks(): Promise<Choice[]> {
  const files = store.get().project?.files.filter(f => f.startsWith('flows/')) ?? []
  return Promise.all(files.map(async f => {
    const flow = await written(`/flows/${base(f)}`)
    return {value: base(f), hint: isObject(flow) ? line(flow.doc) : '', params: keys(isObject(flow) ? flow.params : undefined)}
  }))
}

const plain = (names: string[], hint = ''): Choice[] => names.map(value => ({value, hint, params: []}))

// home is what a flow stands in: its component, what stands on every page, or the page that is open. A component has state of its own, and inputs and
// dialogs of its own; bars have inputs and dialogs.
function home(flow: string): {at: string; body: string; own: boolean} {
  const part = /^\/components\/[^/]+/.exec(flow)?.[0]
  if (part) return {at: part, body: `${part}/body`, own: true}
  if (flow.startsWith('/app/bars/')) return {at: '', body: '/app/bars', own: true}
  const {pageName} = store.get()
  const at = pageName ? `/pages/${escaped(pageName)}` : ''
  return {at, body: `${at}/body`, own: false}
}

async function variables(kind: string, flow: string): Promise<Choice[]> {
  const {at, own} = home(flow)
  const [app, state] = await Promise.all([written('/app/state'), at ? written(`${at}/state`) : null])
  const of = (v: Json, up: string) => Object.entries(isObject(v) ? v : {}).map(([name, t]) => ({value: up + name, hint: typed(t), params: []}))
  if (kind === 'setState') return of(state, '')
  if (kind === 'setAppState') return of(app, '')
  return [...of(state, own ? 'own.' : 'state.'), ...of(app, 'app.')]
}

// typed is the type of a variable or a parameter, as it is declared.
export function typed(v: Json | undefined): string {
  return isObject(v) ? line(v.type) || 'json' : line(v) || 'json'
}

// events are what a component can tell, each with what it hands over.
async function events(flow: string): Promise<Choice[]> {
  const {at, own} = home(flow)
  const v = own && at ? await written(`${at}/events`) : null
  if (Array.isArray(v)) return plain(v.filter(x => typeof x === 'string'))
  return Object.entries(isObject(v) ? v : {}).map(([value, t]) => ({value, hint: line(t), params: []}))
}

// ids are the ids of the widgets of some kinds, as they are written.
function ids(v: Json | undefined, kinds: string[]): string[] {
  if (Array.isArray(v)) return v.flatMap(x => ids(x, kinds))
  if (!isObject(v)) return []
  return Object.entries(v).flatMap(([key, x]) => [...(kinds.includes(key) && isObject(x) && typeof x.id === 'string' ? [x.id] : []), ...ids(x, kinds)])
}

async function named(flow: string, kinds: string[]): Promise<Choice[]> {
  return plain(ids(await written(home(flow).body), kinds))
}

// load finds what a kind of property can name in a flow.
async function load(kind: string, flow: string): Promise<Choice[]> {
  const {pageName, page, catalogue} = store.get()
  const inputs = catalogue?.widgets.filter(w => w.input).map(w => w.kind) ?? []
  const {own} = home(flow)
  switch (kind) {
    case 'call': return calls(false)
    case 'stream': return calls(true)
    case 'page': return pages()
    case 'block': return blocks()
    case 'provider': return plain(keys(await written('/app/authentication/providers')))
    case 'event': return events(flow)
    case 'dialog': if (own) return named(flow, ['dialog', 'bottomSheet']); return plain(Array.from(all(page?.widgets ?? []), w => (['dialog', 'bottomSheet'].includes(w.kind) ? line(w.props.id) : '')).filter(n => n !== ''))
    case 'query': return plain(keys(pageName && !own ? await written(`/pages/${pageName}/queries`) : null))
    case 'language': return plain(store.get().project?.files.filter(f => f.startsWith('locales/')).map(base) ?? [])
    case 'variable': case 'setState': case 'setAppState': return variables(kind, flow)
    case 'setField': case 'fieldError': case 'field': if (own) return named(flow, inputs); return plain(inputsOf(page, catalogue))
  }
  return []
}

// useChoices is what a kind of property can name in the flow that is open; null until it is known, and for '' for ever. more is what the answer depends on beside the project.
export function useChoices(kind: string, more: string): Choice[] | null {
  const {project, pageName} = useStudio()
  const flow = useFlows().at
  const [known, setKnown] = useState<{kind: string; choices: Choice[]} | null>(null)
  const revision = project?.revision
  useEffect(() => {
    let wanted = true
    if (kind) void load(kind, flow).catch(() => []).then(choices => { if (wanted) setKnown({kind, choices}) })
    return () => { wanted = false }
  }, [kind, more, revision, pageName, flow])
  return known?.kind === kind ? known.choices : null
}
