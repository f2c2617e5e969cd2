import {useMemo, useState} from 'react'
import {debugging} from './debug.ts'
import {Icon} from './icons.tsx'
import {TreeView, type Node} from './TreeView.tsx'
import {Empty, Select, Switch} from './ui.tsx'
import type {DebugView, VariableView} from './wire.ts'

const kinds = ['text', 'number', 'bool', 'time', 'secret', 'list', 'object', 'nothing']
const icons: Record<string, string> = {text: 'type', number: 'number', bool: 'toggle', time: 'clock', secret: 'lock', list: 'list', object: 'box', nothing: 'minus'}

// DebugVariables is what expressions of the page could read when it was drawn last, as a tree.
export function DebugVariables({view}: {view: DebugView}) {
  const [search, setSearch] = useState('')
  const [kind, setKind] = useState('any')
  const [selected, setSelected] = useState('')
  const [closed, setClosed] = useState<ReadonlySet<string> | null>(null)
  const wanted = search.trim().toLowerCase()
  const nodes = useMemo(() => view.variables.flatMap(v => nodeOf(v, '', wanted, kind)), [view.variables, wanted, kind])
  const shut = useMemo(() => new Set(view.variables.flatMap(v => closedAtFirst(v, '', 0))), [view.variables])
  const page = view.browsers.find(b => b.id === view.picked)?.page
  return (
    <div className="debug-column">
      <div className="debug-bar">
        <label className="search debug-search"><Icon name="search" size={14} /><input type="search" aria-label="Search the variables" placeholder="Name or value" value={search} onChange={ev => setSearch(ev.target.value)} /></label>
        <span className="debug-kind"><Select label="Type" value={kind} onChange={setKind} options={[{value: 'any', label: 'Any type'}, ...kinds.map(k => ({value: k, label: k}))]} /></span>
        {page && <span className="hint debug-fill">as the page {page} was drawn last; secrets are masked</span>}
        {view.picked && <label className="debug-switch"><span>Show this data on the canvas</span><Switch label="Show this data on the canvas" checked={view.sample === view.picked} onChange={on => void debugging.press({act: 'sample', on})} /></label>}
      </div>
      <div className="debug-scroll">
        {nodes.length === 0
          ? <Empty icon="variable" title={view.variables.length ? 'Nothing fits' : 'Nothing to show yet'}>{view.variables.length ? 'Search for less, or choose another type.' : 'Open a page of the app.'}</Empty>
          : <TreeView label="Variables" nodes={nodes} selected={selected} onSelect={setSelected} closed={wanted || kind !== 'any' ? new Set() : closed ?? shut} setClosed={setClosed} />}
      </div>
    </div>
  )
}

function nodeOf(v: VariableView, path: string, wanted: string, kind: string): Node[] {
  const id = `${path}/${v.name}`
  const fits = (kind === 'any' || v.kind === kind) && (!wanted || v.name.toLowerCase().includes(wanted) || v.items.length === 0 && v.text.toLowerCase().includes(wanted))
  const inside = v.items.flatMap(i => nodeOf(i, id, fits && kind === 'any' ? '' : wanted, kind))
  if (!fits && inside.length === 0) return []
  const label = <><span className="tree-kind">{v.name}</span><span className={`tree-text${v.kind === 'secret' ? ' masked' : ''}`}>{v.text}</span></>
  return [{id, label: v.name, content: label, icon: icons[v.kind] ?? 'box', tone: v.kind === 'nothing' ? 'muted' : undefined, children: inside.length > 0 ? inside : undefined}]
}

// closedAtFirst are long lists and what is deep.
function closedAtFirst(v: VariableView, path: string, level: number): string[] {
  const id = `${path}/${v.name}`
  if (v.items.length === 0) return []
  return [...(level > 1 || v.kind === 'list' && v.items.length > 5 || v.name === 'constants' ? [id] : []), ...v.items.flatMap(i => closedAtFirst(i, id, level + 1))]
}
