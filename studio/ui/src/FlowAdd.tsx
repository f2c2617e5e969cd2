import {Popover} from 'radix-ui'
import {useEffect, useRef, useState, type KeyboardEvent} from 'react'
import {ask} from './api.ts'
import type {FlowView} from './FlowEditor.tsx'
import {each} from './flows.ts'
import {fresh, pickKind, type Near} from './flownew.ts'
import {useChoices} from './flowchoices.ts'
import {Icon} from './icons.tsx'
import {useStudio} from './store.ts'
import {Doc} from './ui.tsx'
import type {ActionView, FitsView, Json, RefusedView} from './wire.ts'

interface Props {
  list: string
  index: number
  label: string
  flow: FlowView
  paste?: () => void
  onAdd: (actions: Json[], title: string) => void
}

// FlowAdd is a sign to add an action, and the menu that it opens: the catalogue, searchable, and for some kinds what they call or open.
export function FlowAdd(props: Props) {
  const [open, setOpen] = useState(false)
  const done = useRef(false) // what was added has the focus then
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className="flow-add" aria-label={props.label}><Icon name="plus" size={13} /></Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="popover flow-adder" side="right" align="start" sideOffset={8} collisionPadding={12} aria-label={props.label} onCloseAutoFocus={ev => { if (done.current) ev.preventDefault(); done.current = false }}>
          {open && <Menu {...props} onDone={() => { done.current = true; setOpen(false) }} />}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

// order is the order of the groups in the menu.
const order = ['API', 'Authentication', 'Navigation', 'Logic', 'Message', 'State', 'Form']

interface Refused { known: Map<string, RefusedView> | null; failed: boolean; again: () => void }

// useRefused is what cannot stand in a list of actions, by kind; null until the checker has said.
function useRefused(list: string): Refused {
  const [known, setKnown] = useState<Map<string, RefusedView> | null>(null)
  const [failed, setFailed] = useState(false)
  const [asked, setAsked] = useState(0)
  useEffect(() => {
    let wanted = true
    setFailed(false)
    ask<FitsView>('GET', `/api/fits?${new URLSearchParams({at: list})}`).then(v => { if (wanted) setKnown(new Map(v.refused.map(r => [r.kind, r]))) }, () => { if (wanted) setFailed(true) })
    return () => { wanted = false }
  }, [list, asked])
  return {known, failed, again: () => setAsked(n => n + 1)}
}

function sentence(t: string): string {
  return `${t.slice(0, 1).toUpperCase()}${t.slice(1)}${/[.!?]$/.test(t) ? '' : '.'}`
}

function walk(ev: KeyboardEvent<HTMLElement>) {
  if (ev.key !== 'ArrowDown' && ev.key !== 'ArrowUp') return
  const items = [...ev.currentTarget.querySelectorAll<HTMLElement>('[data-choice]')]
  const here = items.indexOf(document.activeElement as HTMLElement)
  ev.preventDefault()
  const to = here + (ev.key === 'ArrowDown' ? 1 : -1)
  if (to < 0) ev.currentTarget.querySelector<HTMLElement>('input')?.focus()
  else items[to]?.focus()
}

function Menu({list, index, flow, paste, onAdd, onDone}: Props & {onDone: () => void}) {
  const {catalogue} = useStudio()
  const [kind, setKind] = useState<ActionView | null>(null)
  const [search, setSearch] = useState('')
  const {known: refused, failed, again} = useRefused(list)
  const [all, setAll] = useState(false)
  const [entered, setEntered] = useState(false) // before it was known what cannot stand here
  const [early, setEarly] = useState<ActionView | null>(null) // chosen before it was known what is around its place
  const near = nearOf(flow, list, index)
  const calls = useChoices(near.call ? 'call' : '', '')
  near.reply = calls?.find(c => c.value === near.call?.props.call)?.reply
  const add = (spec: ActionView, choice: string, params: string[]) => {
    onAdd([fresh(spec, choice, params, near)], spec.title)
    onDone()
  }
  const known = refused !== null && (!near.call || calls !== null)
  const choose = (spec: ActionView) => {
    if (!known) setEarly(spec)
    else if (refused.has(spec.kind)) return
    else if (pickKind(spec)) setKind(spec)
    else add(spec, '', [])
  }
  useEffect(() => {
    if (!early || !known) return
    setEarly(null)
    choose(early)
  }, [early, known])
  const want = search.trim().toLowerCase()
  const found = refused === null ? [] : (catalogue?.actions ?? []).filter(a => (!want || `${a.title} ${a.kind} ${a.group}`.toLowerCase().includes(want)))
  const groups = [...new Set([...order, ...found.map(a => a.group)])].map(g => ({name: g, actions: found.filter(a => a.group === g && !refused?.has(a.kind))})).filter(g => g.actions.length > 0)
  const first = groups[0]?.actions[0]
  useEffect(() => {
    if (!entered || refused === null) return
    setEntered(false)
    if (first) choose(first)
  })
  if (kind) return <Which spec={kind} onBack={() => setKind(null)} onPick={(choice, params) => add(kind, choice, params)} />
  const not = found.filter(a => refused?.has(a.kind))
  return (
    <div onKeyDown={walk} className="flow-menu-body">
      <div className="search"><Icon name="search" size={15} /><input type="search" aria-label="Search actions" placeholder="Search actions" value={search} onChange={ev => { setSearch(ev.target.value); setEntered(false) }} onKeyDown={ev => { if (ev.key === 'Enter') { ev.preventDefault(); setEntered(true) } }} /></div>
      <div className="flow-kinds" aria-busy={refused === null && !failed}>
        {paste && !want && <button type="button" data-choice className="flow-kind" onClick={() => { paste(); onDone() }}><Icon name="copy" size={16} /><span><span className="flow-kind-title">Paste</span><span className="flow-kind-doc">What was copied or cut last.</span></span></button>}
        {groups.map(g => (
          <section key={g.name} aria-label={g.name}>
            <h3>{g.name}</h3>
            {g.actions.map(a => (
              <button type="button" key={a.kind} data-choice className="flow-kind" onClick={() => choose(a)}>
                <Icon name={a.icon} size={16} />
                <span><span className="flow-kind-title">{a.title}</span><span className="flow-kind-doc"><Doc text={a.doc} /></span></span>
                {pickKind(a) && <Icon name="chevron-right" size={14} />}
              </button>
            ))}
          </section>
        ))}
        {not.length > 0 && (
          <section aria-label="Not here">
            {!want && <button type="button" data-choice className="flow-not" aria-expanded={all} onClick={() => setAll(!all)}><Icon name={all ? 'chevron-down' : 'chevron-right'} size={14} /> {not.length} {not.length === 1 ? 'action' : 'actions'} cannot stand here</button>}
            {(all || want) && not.map(a => (
              <button type="button" key={a.kind} data-choice className="flow-kind refused" aria-disabled="true">
                <Icon name={a.icon} size={16} />
                <span><span className="flow-kind-title">{a.title}</span><span className="flow-kind-doc">Not here: {reason(refused?.get(a.kind))}</span></span>
              </button>
            ))}
          </section>
        )}
        {refused !== null && found.length === 0 && <p className="hint">No action is called that.</p>}
        {failed && <p className="hint" role="alert">What can stand here could not be asked. <button type="button" className="flow-link" onClick={again}>Ask again</button></p>}
      </div>
    </div>
  )
}

function reason(no: RefusedView | undefined): string {
  return no ? `${no.why}.${no.hint ? ` ${sentence(no.hint)}` : ''}` : ''
}

// nearOf is what stands around the place where an action is to go.
function nearOf(flow: FlowView, list: string, index: number): Near {
  const outer = [...each(flow.actions)].filter(a => list.startsWith(`${a.at}/`)).at(-1)
  const before = [...each(flow.actions)].filter(a => a.list === list && a.index < index)
  const then = outer && list === `${outer.at}/then` ? outer : undefined
  const call = [...before].reverse().find(a => a.kind === 'call') ?? (then?.kind === 'call' ? then : undefined)
  return {flow: flow.at, call}
}

function Which({spec, onBack, onPick}: {spec: ActionView; onBack: () => void; onPick: (choice: string, params: string[]) => void}) {
  const kind = pickKind(spec)
  const choices = useChoices(kind, '')
  const [search, setSearch] = useState('')
  const want = search.trim().toLowerCase()
  const found = (choices ?? []).filter(c => !want || `${c.value} ${c.hint}`.toLowerCase().includes(want))
  const pick = (value: string) => onPick(value, choices?.find(c => c.value === value)?.params ?? [])
  const [early, setEarly] = useState(false) // Enter came before what there is to choose from
  useEffect(() => {
    if (!early || !choices) return
    setEarly(false)
    if (found[0]) pick(found[0].value)
  }, [early, choices])
  return (
    <div onKeyDown={walk} className="flow-menu-body">
      <div className="flow-which"><button type="button" className="reset" aria-label="Back to all actions" onClick={onBack}><Icon name="arrow-left" size={15} /></button><h2>{spec.title}</h2></div>
      <div className="search"><Icon name="search" size={15} /><input type="search" autoFocus aria-label={`Search ${nouns[kind]?.many ?? 'names'}`} placeholder={`Which ${nouns[kind]?.one ?? 'one'}?`} value={search} onChange={ev => setSearch(ev.target.value)} onKeyDown={ev => { if (ev.key === 'Enter' && !choices) setEarly(true); else if (ev.key === 'Enter' && found[0]) { ev.preventDefault(); pick(found[0].value) } }} /></div>
      <div className="flow-kinds">
        {found.map(c => (
          <button type="button" key={c.value} data-choice className="flow-kind" onClick={() => pick(c.value)}>
            <span><span className="flow-kind-title">{c.value}</span>{c.hint && <span className="flow-kind-doc">{c.hint}</span>}</span>
          </button>
        ))}
        {choices?.length === 0 && <p className="hint">{nouns[kind]?.none}</p>}
        {choices !== null && choices.length > 0 && found.length === 0 && <p className="hint">Nothing is called that.</p>}
      </div>
    </div>
  )
}

const nouns: Record<string, {one: string; many: string; none: string}> = {
  call: {one: 'call', many: 'calls', none: 'The app has no API calls yet. Add one in the section API calls.'},
  stream: {one: 'call', many: 'calls', none: 'No call streams its reply (replyAs: events).'},
  page: {one: 'page', many: 'pages', none: 'The app has no pages yet.'},
  block: {one: 'action block', many: 'action blocks', none: 'The app has no action blocks yet. Add one in the section Flows.'},
  provider: {one: 'provider', many: 'providers', none: 'No identity provider is set up in the authentication settings.'},
  dialog: {one: 'dialog', many: 'dialogs', none: 'The page has no dialog or bottom sheet with an id yet.'},
  query: {one: 'query', many: 'queries', none: 'The page has no queries yet.'},
  event: {one: 'event', many: 'events', none: 'The component has no events yet.'},
  variable: {one: 'variable', many: 'variables', none: 'Neither the page nor the app has state yet.'},
}
