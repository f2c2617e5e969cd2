import './flow.css'
import {useEffect, useId, useState} from 'react'
import {ask} from './api.ts'
import {SetFromVariable} from './Binding.tsx'
import {Declared} from './CallRows.tsx'
import {useDraft} from './fields.tsx'
import {FlowFrame} from './FlowPane.tsx'
import {actionAt, flowAt, flows, troubles} from './flows.ts'
import {Icon} from './icons.tsx'
import {store, useStudio} from './store.ts'
import {bound} from './tree.ts'
import {Dot, IconButton} from './ui.tsx'
import {alter, escaped, isObject, keyed, useValue} from './values.ts'
import type {Json, ProjectView, PropView, UsesView} from './wire.ts'

// The section Flows: the action blocks of the app, and what happens in the app as a whole.

const appEvents: [string, string, string][] = [
  ['onAppStart', 'On app start', 'A browser opens the app.'],
  ['onLogIn', 'On log in', 'Somebody has logged in.'],
  ['onLogOut', 'On log out', 'Somebody has logged out.'],
  ['onSessionExpired', 'On session expired', 'A login has ended by itself; session.reason says why.'],
  ['onResume', 'On resume', 'Somebody comes back to the app’s tab after half a minute or more.'],
]

function blockNames(project: ProjectView): string[] {
  return project.files.filter(f => f.startsWith('flows/')).map(f => f.slice('flows/'.length, -'.yaml'.length))
}

// aroundCalls is the flow around each call of an API group, or around one call.
const aroundCalls = /^\/calls\/([^/]+)(?:\/calls\/([^/]+))?\/on(Request|Response)/

// openIn is what is open in the section: a block (/flows/renew), an event of the app (/app/onLogIn) or a flow around calls.
function openIn(item: string, project: ProjectView): string {
  const around = aroundCalls.exec(item)
  if (around) return around[0]
  const parts = item.split('/').slice(0, 3).join('/')
  const names = blockNames(project)
  if (names.some(n => parts === `/flows/${escaped(n)}`) || appEvents.some(([n]) => parts === `/app/${n}`)) return parts
  return names[0] ? `/flows/${escaped(names[0])}` : '/app/onAppStart'
}

// after shows what an edit has made, unless something else was opened meanwhile.
function after(edit: Promise<void>, place: () => string) {
  const {item} = store.get()
  void edit.then(() => { if (store.get().place === 'flows' && store.get().item === item) store.show('flows', place()) })
}

export function FlowsSide() {
  const {project, item} = useStudio()
  const [adding, setAdding] = useState(false)
  const app = useValue('/app')
  if (!project) return null
  const open = openIn(item, project)
  const around = aroundCalls.exec(open)
  const faults = (at: string) => troubles(project.problems, at).filter(p => !p.warning).length > 0
  const row = (at: string, icon: string, name: string, dim: boolean) => (
    <button type="button" key={at} className={`side-item${dim ? ' flow-dim' : ''}`} aria-current={open === at ? 'page' : undefined} onClick={() => store.show('flows', at)}>
      <Icon name={icon} /> <span className="side-name">{name}</span>{dim && <span className="sr">, does nothing</span>}
      {faults(at) && <Dot />}
    </button>
  )
  return (
    <nav className="flow-side" aria-label="Flows">
      <div className="flow-side-head"><h2 className="side-title">Action blocks</h2><IconButton icon="plus" label="Add an action block" onClick={() => setAdding(!adding)} /></div>
      {adding && <NewBlock project={project} onDone={() => setAdding(false)} />}
      {blockNames(project).map(n => row(`/flows/${escaped(n)}`, 'layers', n, false))}
      {blockNames(project).length === 0 && !adding && <p className="flow-side-hint">A block is a flow that others run by its name, with parameters and a result.</p>}
      <h2 className="side-title">App events</h2>
      {appEvents.map(([name, title]) => row(`/app/${name}`, 'zap', title, !(isObject(app) && Array.isArray(app[name]) && app[name].length > 0)))}
      {around && <><h2 className="side-title">Around calls</h2>{row(open, 'cloud', `${around[3] === 'Request' ? 'Before' : 'After'} ${around[2] ? `${around[1]}.${around[2]}` : `each call of ${around[1]}`}`, false)}</>}
    </nav>
  )
}

function NewBlock({project, onDone}: {project: ProjectView; onDone: () => void}) {
  const [name, setName] = useState('')
  const taken = blockNames(project).includes(name.trim())
  const add = () => {
    const n = name.trim()
    if (!n || taken) return
    after(store.edit([{op: 'set', at: `/flows/${escaped(n)}`, value: {actions: []}}], `adding the block ${n}`), () => `/flows/${escaped(n)}`)
    onDone()
  }
  return (
    <div className="flow-new">
      <input className="input" autoFocus aria-label="Name of the new block" placeholder="Name, such as renew" value={name} onChange={ev => setName(ev.target.value)} onKeyDown={ev => { if (ev.key === 'Enter') add(); if (ev.key === 'Escape') onDone() }} />
      <button type="button" className="button" onClick={add}>Add</button>
      {taken && <p className="hint">There is a block of that name.</p>}
    </div>
  )
}

export function FlowsMain() {
  const {project, item} = useStudio()
  const open = project ? openIn(item, project) : ''
  const flow = open.startsWith('/flows/') ? `${open}/actions` : open
  useEffect(() => {
    if (flows.get().at !== flow) flows.open(flow, flowAt(item) === flow ? actionAt(item) : '')
    return () => flows.close()
  }, [flow, item])
  const value = useValue(flow)
  if (!project) return null
  const event = appEvents.find(([n]) => flow === `/app/${n}`)
  if (event) return <FlowFrame key={flow} what={`${event[1]}, in the app as a whole`} tabs={[{at: flow, title: event[1], doc: event[2], value}]} at={flow} />
  const around = aroundCalls.exec(open)
  if (around) {
    const title = around[3] === 'Request' ? 'Before it is sent' : 'After its reply'
    const home = open.slice(0, open.lastIndexOf('/'))
    return <FlowFrame key={flow} what={around[2] ? `The call ${around[1]}.${around[2]}` : `Each call of ${around[1]}`} tabs={[{at: flow, title, doc: '', value}]} at={flow} more={<button type="button" className="button" onClick={() => store.show('calls', home)}>Back to the {around[2] ? 'call' : 'group'}</button>} />
  }
  const name = open.slice('/flows/'.length).replace(/~1/g, '/').replace(/~0/g, '~')
  return (
    <FlowFrame key={flow} what={`Action block ${name}`} tabs={[{at: flow, title: name, doc: '', value}]} at={flow} more={<Delete at={open} name={name} />}>
      <Block key={open} at={open} name={name} />
    </FlowFrame>
  )
}

// Delete removes a block, and says first where it is run.
function Delete({at, name}: {at: string; name: string}) {
  const [uses, setUses] = useState<UsesView['uses'] | null>(null)
  const look = () => void ask<UsesView>('GET', `/api/uses?at=${encodeURIComponent(at)}`).then(v => {
    if (v.uses.length === 0) remove()
    else setUses(v.uses)
  }, () => remove())
  const remove = () => {
    setUses(null)
    after(store.edit([{op: 'delete', at}], `deleting the block ${name}`), () => '')
  }
  return (
    <>
      <IconButton icon="trash" label={`Delete the block ${name}`} onClick={look} />
      {uses && (
        <div className="popover flow-uses" role="alertdialog" aria-label={`Delete the block ${name}?`}>
          <h3>It is still used</h3>
          <p className="hint">Without it these would be wrong:</p>
          <ul>{uses.map((u, i) => <li key={i}><button type="button" className="flow-link" onClick={() => void store.reveal(u.at ?? '')}>{u.file}:{u.line}</button> <span>{u.message}</span></li>)}</ul>
          <div className="flow-uses-foot"><button type="button" className="button" autoFocus onClick={() => setUses(null)}>Keep it</button><button type="button" className="button" onClick={remove}>Delete all the same</button></div>
        </div>
      )}
    </>
  )
}

function Block({at, name}: {at: string; name: string}) {
  const doc = useValue(`${at}/doc`)
  const params = useValue(`${at}/params`)
  const result = useValue(`${at}/result`)
  const [open, setOpen] = useState(false)
  const id = useId()
  const setName = (to: string) => {
    if (!to || to === name) return
    after(store.edit([{op: 'rename', at, name: to}], `renaming the block ${name}`), () => (store.get().project?.files.includes(`flows/${to}.yaml`) ? `/flows/${escaped(to)}` : at))
  }
  const text = (key: string, now: Json | undefined, label: string) => ({now: typeof now === 'string' ? now : '', set: (t: string, step = '') => void alter(at, now => keyed(now, at, key, t.trim() || null), `${label} of ${name}`, step)})
  const about = text('doc', doc, 'description')
  const gives = text('result', result, 'result')
  const listed = isObject(params) ? Object.keys(params) : []
  if (doc === undefined || params === undefined || result === undefined) return null
  return (
    <div className="flow-block">
      <button type="button" className="flow-block-head" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        <Icon name={open ? 'chevron-down' : 'chevron-right'} size={14} />
        <span><strong>{name}</strong>({listed.join(', ')}){gives.now && <> gives <code>{gives.now}</code></>}</span>
        {about.now && !open && <span className="hint">{about.now}</span>}
      </button>
      {open && (
        <div id={id} className="flow-block-body">
          <Text label="Name" now={name} onSet={setName} late />
          <Text label="Description" now={about.now} onSet={about.set} placeholder="What it does" />
          <div className="flow-field params" role="group" aria-label="Parameters">
            <span className="flow-params-title">Parameters</span>
            <Declared at={`${at}/params`} what={name} noun="parameter" value={params} />
          </div>
          <Text label="Result" now={gives.now} onSet={gives.set} placeholder="What it gives back, such as ${renewal.ok}" owner={{at: `${at}/result`, what: 'Action Block'}} />
        </div>
      )}
    </div>
  )
}

function Text({label, now, onSet, placeholder, owner, late = false}: {label: string; now: string; onSet: (t: string, step?: string) => void; placeholder?: string; owner?: {at: string; what: string}; late?: boolean}) {
  const id = useId()
  const d = useDraft(now, onSet)
  const [name, setName] = useState(now)
  const prop: PropView = {name: label, kind: 'json', values: [], default: null, required: false, bindable: true, group: '', doc: placeholder ?? ''}
  return (
    <div className="flow-field">
      <label htmlFor={id}>{label}</label>
      {late ? <input id={id} className="input" value={name} onChange={ev => setName(ev.target.value)} onBlur={() => onSet(name.trim())} onKeyDown={ev => { if (ev.key === 'Enter') onSet(name.trim()) }} />
        : <input id={id} className={bound(d.draft) ? 'input bound' : 'input'} placeholder={placeholder} value={d.draft} onChange={ev => d.onChange(ev.target.value)} onFocus={d.onFocus} onBlur={d.onBlur} />}
      {owner && <SetFromVariable owner={owner} prop={prop} label={label} current={now} onSet={v => onSet(v)} />}
    </div>
  )
}
