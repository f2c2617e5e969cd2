import './calls.css'
import {useId, useMemo, useState, type KeyboardEvent} from 'react'
import {callNames, callPath, editThenShow, freeName, groupPath, methodOf, placeOf, text, useCalls, written} from './calls.ts'
import {ImportDialog} from './Imports.tsx'
import {Labelled, Modal, Removal} from './Modal.tsx'
import {store, useStudio} from './store.ts'
import {TreeView, type Node} from './TreeView.tsx'
import {Empty, IconButton, Select} from './ui.tsx'
import {Icon} from './icons.tsx'
import {isObject} from './values.ts'
import type {CallsView, GroupView, Json} from './wire.ts'

// Method is the word of an HTTP method in its colour.
export function Method({method}: {method: string}) {
  return <span className={`method ${method.toLowerCase()}`}>{method}</span>
}

function nodes(view: CallsView, search: string, bad: (path: string) => boolean): Node[] {
  const want = search.trim().toLowerCase()
  return view.groups.flatMap((g): Node[] => {
    const hit = g.name.toLowerCase().includes(want)
    const calls = callNames(g).filter(name => hit || `${name} ${text(written(g, name).path)} ${methodOf(written(g, name))}`.toLowerCase().includes(want))
    if (!hit && !calls.length) return []
    return [{
      id: groupPath(g.name), label: g.name, icon: 'server', tone: g.broken || bad(groupPath(g.name)) ? 'bad' : undefined,
      content: <><span className="tree-kind">{g.name}</span> <span className="tree-text">{calls.length === 1 ? '1 call' : `${calls.length} calls`}</span></>,
      children: calls.length ? calls.map((name): Node => ({
        id: callPath(g.name, name), label: name, tone: bad(callPath(g.name, name)) ? 'bad' : undefined,
        content: <><span className="tree-kind">{name}</span> <Method method={methodOf(written(g, name))} /></>,
      })) : undefined,
    }]
  })
}

// CallsSide is the tree of API groups and calls.
export function CallsSide() {
  const {project, item} = useStudio()
  const view = useCalls()
  const [search, setSearch] = useState('')
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set())
  const [open, setOpen] = useState<'' | 'group' | 'call' | 'remove' | 'import'>('')
  const problems = project?.problems
  const tree = useMemo(() => {
    const bad = (path: string) => (problems ?? []).some(p => !p.warning && (p.at === path || p.at?.startsWith(`${path}/`)))
    return view ? nodes(view, search, bad) : []
  }, [view, search, problems])
  const here = placeOf(item)
  const group = view?.groups.find(g => g.name === here.group) ?? view?.groups[0]
  const selected = here.call ? callPath(here.group, here.call) : group ? groupPath(group.name) : ''
  const onKey = (_: string, ev: KeyboardEvent) => {
    if (ev.key !== 'Delete' && ev.key !== 'Backspace') return false
    setOpen('remove')
    return true
  }
  return (
    <section className="widgets" aria-label="API groups and calls">
      <div className="side-head">
        <h2 className="side-title">API</h2>
        <IconButton icon="download" label="Import" tip="Import cURL, OpenAPI or JSON" onClick={() => setOpen('import')} />
        <IconButton icon="folder" label="New API group" onClick={() => setOpen('group')} />
        <IconButton icon="plus" label="New API call" disabled={!group} tip={group ? 'New API call' : 'Make an API group first'} onClick={() => setOpen('call')} />
      </div>
      <div className="search side-search"><Icon name="search" size={15} /><input type="search" aria-label="Search API calls" placeholder="Search" value={search} onChange={ev => setSearch(ev.target.value)} /></div>
      {view && !view.groups.length && <Empty icon="cloud" title="No API yet">An API group names your backend's address; its calls say what is asked of it.</Empty>}
      {tree.length > 0 && <TreeView label="API calls" nodes={tree} selected={selected} onSelect={id => store.show('calls', id)} onKey={onKey} closed={search ? none : closed} setClosed={setClosed} />}
      {view && view.groups.length > 0 && !tree.length && <p className="hint side-none">Nothing is called that.</p>}
      {open === 'group' && view && <NewGroup view={view} onClose={() => setOpen('')} />}
      {open === 'call' && view && group && <NewCall view={view} group={group} onClose={() => setOpen('')} />}
      {open === 'import' && view && <ImportDialog groups={view.groups.map(g => g.name)} onClose={() => setOpen('')} />}
      {open === 'remove' && selected && <Removal at={selected} what={here.call || `the group ${here.group}`} onClose={() => setOpen('')} then={() => store.show('calls', here.call ? groupPath(here.group) : '')} />}
    </section>
  )
}

const none: ReadonlySet<string> = new Set()

// NewGroup asks for what a group cannot be without.
export function NewGroup({view, onClose}: {view: CallsView; onClose: () => void}) {
  const id = useId()
  const others = [...new Set(view.groups.map(g => (isObject(g.value) ? text(g.value.url) : '')).filter(u => u !== ''))]
  const [name, setName] = useState('')
  const [url, setURL] = useState(others[0] ?? '')
  const make = () => {
    const at = groupPath(name.trim())
    void editThenShow([{op: 'set', at, value: {url: url.trim()}}], `API group ${name.trim()}`, 'calls', at)
    onClose()
  }
  const taken = view.groups.some(g => g.name === name.trim())
  return (
    <Modal title="New API group" doc="Calls to one backend stand together: they share its address, headers and authentication." send="Make the group" disabled={!/^[a-zA-Z][\w-]*$/.test(name.trim()) || taken || !url.trim()} onSend={make} onClose={onClose}>
      <Labelled id={`${id}-n`} label="Name" doc={taken ? 'There is a group of this name.' : 'A short word, such as shop. Actions name its calls by it: shop.products.'}>
        <input id={`${id}-n`} className="input" autoFocus value={name} onChange={ev => setName(ev.target.value)} />
      </Labelled>
      <Labelled id={`${id}-u`} label="Address" doc={<>Where the backend is. <code>{'${env.API_URL}'}</code> reads it from the environment, so that another one can be chosen later.</>}>
        <input id={`${id}-u`} className="input" placeholder="https://api.example.com" value={url} onChange={ev => setURL(ev.target.value)} />
      </Labelled>
    </Modal>
  )
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']

// NewCall asks for what a call begins with.
export function NewCall({view, group, onClose}: {view: CallsView; group: GroupView; onClose: () => void}) {
  const id = useId()
  const [to, setTo] = useState(group.name)
  const [name, setName] = useState('')
  const [method, setMethod] = useState('GET')
  const [path, setPath] = useState('/')
  const others = callNames(view.groups.find(g => g.name === to) ?? group)
  const taken = others.includes(name.trim())
  const make = () => {
    const at = callPath(to, name.trim())
    const value: {[key: string]: Json} = {...(method === 'GET' ? {} : {method}), path: path.trim()}
    void editThenShow([{op: 'set', at, value}], `API call ${name.trim()}`, 'calls', at)
    onClose()
  }
  return (
    <Modal title="New API call" send="Make the call" disabled={!/^[a-zA-Z]\w*$/.test(name.trim()) || taken || !path.startsWith('/')} onSend={make} onClose={onClose}>
      <Labelled id={`${id}-n`} label="Name" doc={taken ? `${to} has a call of this name.` : 'What it does, such as products or signUp.'}>
        <input id={`${id}-n`} className="input" autoFocus value={name} onChange={ev => setName(ev.target.value)} />
      </Labelled>
      <Labelled id={`${id}-g`} label="API group"><Select id={`${id}-g`} label="API group" value={to} options={view.groups.map(g => ({value: g.name, label: g.name}))} onChange={setTo} /></Labelled>
      <Labelled id={`${id}-m`} label="Method"><Select id={`${id}-m`} label="Method" value={method} options={methods.map(m => ({value: m, label: m}))} onChange={setMethod} /></Labelled>
      <Labelled id={`${id}-p`} label="Path" doc="Added to the group's address; begins with /.">
        <input id={`${id}-p`} className="input" value={path} onChange={ev => setPath(ev.target.value)} />
      </Labelled>
    </Modal>
  )
}

// duplicate makes a copy of a call in its group and shows it.
export function duplicate(group: GroupView, call: string) {
  const name = freeName(call, callNames(group))
  void editThenShow([{op: 'set', at: callPath(group.name, name), value: written(group, call)}], `copy of ${call}`, 'calls', callPath(group.name, name))
}
