import './flow.css'
import {createContext, useContext, useEffect, useMemo, useRef, type KeyboardEvent, type MouseEvent} from 'react'
import {Ran} from './DebugMark.tsx'
import {FlowAdd} from './FlowAdd.tsx'
import {FlowMenu} from './FlowMenu.tsx'
import {FlowName} from './FlowName.tsx'
import {act} from './flowacts.ts'
import {FlowZoom, useZoom} from './FlowZoom.tsx'
import {each, flows, own, parse, tally, titleOf, troubles, useFlows, find, type Branch, type FlowAction} from './flows.ts'
import {spoken, summary} from './flowwords.ts'
import {Icon} from './icons.tsx'
import {useStudio} from './store.ts'
import {useWritten} from './values.ts'
import type {Json, Problem} from './wire.ts'

// FlowView is the flow that the parts of its editor are about.
export interface FlowView {
  at: string
  size: number | null // null: nothing is written there yet
  actions: FlowAction[]
  problems: Problem[]
}

const Flow = createContext<FlowView>({at: '', size: null, actions: [], problems: []})

// useFlow is the flow around a part of the editor.
export function useFlow(): FlowView { return useContext(Flow) }

// FlowEditor draws a list of actions as cards, in the order in which they run, with their branches side by side; at is its path.
export function FlowEditor({at, label, empty}: {at: string; label: string; empty: string}) {
  const {project, catalogue} = useStudio()
  const written = useWritten(at)
  const value = written?.value
  const root = useRef<HTMLDivElement>(null)
  const zoom = useZoom(root)
  const last = useRef<{at: string; value: Json} | null>(null)
  if (value !== undefined) last.current = {at, value}
  const shown = value ?? (last.current?.at === at ? last.current.value : undefined)
  const actions = useMemo(() => (catalogue ? parse(shown, at, catalogue) : []), [shown, at, catalogue])
  const problems = project?.problems ?? []
  const view = useMemo<FlowView>(() => ({at, size: Array.isArray(shown) ? shown.length : null, actions, problems}), [at, shown, actions, problems])
  useEffect(() => {
    const wanted = flows.arrived(written?.revision)
    if (!wanted) return
    const card = root.current?.querySelector<HTMLElement>(`[data-at="${CSS.escape(wanted)}"]`)
    card?.focus()
    card?.scrollIntoView({block: 'nearest', inline: 'nearest'})
  }, [actions])
  const there = shown !== undefined && catalogue !== null
  useEffect(() => { // what opened it is gone: the keyboard goes on here
    if (!there || document.activeElement !== document.body) return
    const first = root.current?.querySelector<HTMLElement>('[data-at]') ?? root.current?.querySelector<HTMLElement>('.flow-add')
    first?.focus({preventScroll: true})
    if (first && !first.matches(':focus-visible')) first.blur() // it was the mouse: no key shall act on what is not seen to have the focus
  }, [at, there])
  if (shown === undefined || !catalogue) return <div className="flow-stage" aria-busy="true" />
  return (
    <Flow.Provider value={view}>
      <div className="flow-stage" ref={root} onKeyDown={ev => onKey(ev, view, root.current)} onClick={ev => { if (ev.target === ev.currentTarget) flows.select('') }}>
        <div className="flow-tree" style={{zoom}}>
          <p className="flow-start"><Icon name="play" size={13} /> {label}</p>
          {actions.length === 0 && <p className="flow-empty">{empty}</p>}
          <List actions={actions} at={at} label={label} />
          {actions.length > 0 && <p className="flow-end">End</p>}
        </div>
      </div>
      <FlowZoom now={zoom} />
      <FlowName flow={view} />
    </Flow.Provider>
  )
}

function List({actions, at, label}: {actions: FlowAction[]; at: string; label: string}) {
  return (
    <ol className="flow-list" aria-label={label}>
      {actions.map((a, i) => (
        <li key={`${a.kind}-${i}`} className={`flow-item${a.disabled ? ' off' : ''}`}>
          <Gap list={at} index={i} before={titleOf(a)} />
          <Card action={a} />
          {a.branches.length > 0 && <Branches action={a} />}
        </li>
      ))}
      <li className="flow-item"><Gap list={at} index={actions.length} last={actions.length > 0} before="" /></li>
    </ol>
  )
}

// Gap is a place between actions: a sign to add one, and where one that is dragged can be let go.
function Gap({list, index, before, last = false}: {list: string; index: number; before: string; last?: boolean}) {
  const flow = useFlow()
  const {dragged, clipboard} = useFlows()
  const source = dragged ? find(flow.actions, dragged) : undefined
  const fits = source !== undefined && act.fits(flow, dragged, list, index)
  return (
    <div
      className={`flow-gap${fits ? ' takes' : ''}`} data-gap={`${list}/${index}`} onDragOver={ev => { if (fits) { ev.preventDefault(); ev.currentTarget.classList.add('over') } }}
      onDragLeave={ev => ev.currentTarget.classList.remove('over')}
      onDrop={ev => {
        ev.preventDefault()
        ev.currentTarget.classList.remove('over')
        if (source) act.move(flow, source, list, index)
        flows.drag('')
      }}
    >
      <FlowAdd list={list} index={index} label={before ? `Add an action before ${before}` : last ? 'Add an action at the end' : 'Add an action'} flow={flow} paste={clipboard.length > 0 ? () => act.paste(flow, list, index) : undefined} onAdd={(actions, title) => {
        act.add(flow, list, index, actions, `adding ${title}`)
      }} />
    </div>
  )
}

function Card({action: a}: {action: FlowAction}) {
  const flow = useFlow()
  const {selected, others, collapsed} = useFlows()
  const on = selected === a.at || others.includes(a.at)
  const mine = own(a, flow.problems)
  const told = tally(mine)
  const {bad} = told
  const says = summary(a)
  const folded = collapsed.has(a.at) && a.branches.length > 0
  return (
    <div
      className={`flow-card${on ? ' selected' : ''}${bad ? ' bad' : mine.length ? ' warn' : ''}`} draggable onDragStart={ev => { ev.stopPropagation(); ev.dataTransfer.effectAllowed = 'move'; ev.dataTransfer.setData('text/plain', titleOf(a)); requestAnimationFrame(() => flows.drag(a.at)) }}
      onDragEnd={() => flows.drag('')}
    >
      <button type="button" className="flow-main" data-at={a.at} aria-pressed={on} onClick={ev => pick(ev, a, flow)}>
        <span className="flow-icon"><Icon name={a.spec?.icon ?? 'alert'} size={17} /></span>
        <span className="flow-text">
          <span className="flow-title"><span className="flow-name">{titleOf(a)}</span>{a.disabled && <span className="flow-tag">Disabled</span>}</span>
          {says.main && <span className={says.code ? 'flow-value code' : 'flow-value'}>{says.main}</span>}
          {says.missing && <span className="flow-missing">{says.missing}</span>}
          {says.rest && <span className="flow-rest">{says.rest}</span>}
          {a.as && <span className="flow-out"><Icon name="arrow-right" size={12} /> <span className="sr">its output is </span><code>{a.as}</code></span>}
          {a.note && <span className="flow-note"><Icon name="edit" size={12} /> <span className="sr">Note: </span>{a.note}</span>}
          {mine.map((p, i) => <span key={i} className={`flow-fault${p.warning ? ' warning' : ''}`}><Icon name="alert" size={13} /> <span>{p.message}</span></span>)}
        </span>
      </button>
      <Ran at={a.at} />
      <span className="flow-tools">
        {mine.length > 0 && <span className={`flow-count${bad ? '' : ' warning'}`} title={`${told.n} ${told.word}`} aria-hidden="true">{told.n}</span>}
        <FlowMenu action={a} flow={flow} />
        {a.branches.length > 0 && (
          <button type="button" className="reset" aria-label={folded ? `Unfold ${titleOf(a)}` : `Fold ${titleOf(a)}`} aria-expanded={!folded} onClick={() => flows.collapse(a.at, !folded)}><Icon name={folded ? 'chevron-right' : 'chevron-down'} size={14} /></button>
        )}
      </span>
    </div>
  )
}

function Branches({action: a}: {action: FlowAction}) {
  const {collapsed} = useFlows()
  const flow = useFlow()
  if (collapsed.has(a.at)) {
    const inside = a.branches.flatMap(b => [...each(b.actions)])
    const faults = tally(a.branches.flatMap(b => troubles(flow.problems, b.at)))
    return (
      <button type="button" className="flow-folded" onClick={() => flows.collapse(a.at, false)}>
        {inside.length === 0 ? 'Nothing inside' : `${inside.length} ${inside.length === 1 ? 'action' : 'actions'} inside`}{faults.n > 0 && <span className={`flow-count${faults.bad ? '' : ' warning'}`}>{faults.n}<span className="sr"> {faults.word}</span></span>}
      </button>
    )
  }
  return (
    <div className={`flow-branches n${Math.min(a.branches.length, 2)}`}>
      {a.branches.map(b => <Column key={b.at} branch={b} action={a} />)}
      {act.moreBranches(a).map(m => (
        <div key={m.label} className="flow-more"><button type="button" className="flow-branch-add" onClick={() => void flows.alter(a, now => act.moreBranches(now).find(n => n.label === m.label)?.edits ?? [], m.label.toLowerCase())}><Icon name="plus" size={13} /> {m.label}</button></div>
      ))}
    </div>
  )
}

function Column({branch: b, action: a}: {branch: Branch; action: FlowAction}) {
  const {trace} = useStudio()
  const taken = trace?.steps.findLast(x => x.at === a.at)?.way === b.key
  return (
    <div className={taken ? 'flow-branch taken' : 'flow-branch'}>
      <p className={`flow-label ${b.tone}`} title={b.doc}>{b.label}{taken && <span className="sr">, the way that was taken</span>}</p>
      {b.condition !== undefined && <button type="button" className="flow-condition" onClick={() => flows.select(a.at)}>{spoken(b.condition).replace(/^‹|›$/g, '') || <em>Set the condition</em>}</button>}
      <List actions={b.actions} at={b.at} label={`${b.label} of ${titleOf(a)}`} />
    </div>
  )
}

// pick selects an action; with Ctrl it joins those that are selected, with Shift all between it and the last one do.
function pick(ev: MouseEvent, a: FlowAction, flow: FlowView) {
  if (ev.ctrlKey || ev.metaKey) flows.also(a.at)
  else if (ev.shiftKey) through(flow, a.at)
  else flows.select(a.at)
}

// through selects all actions that are drawn from the one that is selected to another one.
function through(flow: FlowView, at: string) {
  const {selected, others} = flows.get()
  const all = [...each(flow.actions)].map(a => a.at)
  const from = others.length > 0 ? others[others.length - 1] ?? selected : selected
  const [i, j] = [all.indexOf(from), all.indexOf(at)].sort((x, y) => x - y) as [number, number]
  if (i < 0) return flows.select(at)
  flows.select(at, all.slice(i, j + 1).filter(x => x !== at && x !== from).concat(from === at ? [] : [from]))
}

// onKey walks the cards by arrows and acts on the one that has the focus.
function onKey(ev: KeyboardEvent, flow: FlowView, root: HTMLElement | null) {
  const el = ev.target instanceof HTMLElement ? ev.target.closest<HTMLElement>('[data-at]') : null
  const a = el?.dataset.at ? find(flow.actions, el.dataset.at) : undefined
  if (!el || !a || !root || ev.target !== el) return
  const cards = [...root.querySelectorAll<HTMLElement>('[data-at]')]
  const here = cards.indexOf(el)
  const ctrl = ev.ctrlKey || ev.metaKey
  const key = ev.key.toLowerCase()
  const to = (card: HTMLElement | undefined) => {
    if (!card?.dataset.at) return
    if (ev.shiftKey) {
      if (!flows.get().selected) flows.select(a.at)
      through(flow, card.dataset.at)
    }
    card.focus()
  }
  const siblings = () => [...each(flow.actions)].filter(x => x.list === a.list && x !== a).map(x => x.at)
  const does: Record<string, () => void> = ctrl
    ? {c: () => act.copy(flow, a), x: () => act.cut(flow, a), v: () => act.paste(flow, a.list, a.index + 1), d: () => act.duplicate(flow, a), a: () => flows.select(a.at, siblings()), ' ': () => flows.also(a.at)}
    : ev.altKey ? {arrowup: () => act.shift(flow, a, -1), arrowdown: () => act.shift(flow, a, 1)}
      : {
          arrowup: () => to(cards[here - 1]), arrowdown: () => to(cards[here + 1]), home: () => to(cards[0]), end: () => to(cards[cards.length - 1]),
          delete: () => act.remove(flow, a), backspace: () => act.remove(flow, a),
          arrowleft: () => flows.collapse(a.at, true), arrowright: () => flows.collapse(a.at, false), escape: () => flows.select(''),
        }
  const doIt = does[key]
  if (!doIt || (key === 'escape' && !flows.get().selected)) return
  ev.preventDefault()
  ev.stopPropagation()
  doIt()
}
