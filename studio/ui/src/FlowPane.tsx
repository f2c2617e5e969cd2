import {Tabs} from 'radix-ui'
import {useEffect, useId, useMemo, useRef, type ReactNode} from 'react'
import {title} from './actions.ts'
import {CanvasView} from './CanvasView.tsx'
import {CodeBeside} from './Code.tsx'
import {DefineAction} from './DefineAction.tsx'
import {Bound, SetFromVariable} from './Binding.tsx'
import {ExpressionInput} from './ExpressionInput.tsx'
import {useDraft} from './fields.tsx'
import {FlowEditor} from './FlowEditor.tsx'
import {addTimer, usePageEvents, widgetEvents} from './FlowEvents.tsx'
import {each, flows, parse, tally, troubles, useFlows, widgetOf} from './flows.ts'
import {Icon} from './icons.tsx'
import {Properties} from './Properties.tsx'
import {store, useStudio} from './store.ts'
import {bound, caption, holes, specOf, widgetAt} from './tree.ts'
import {IconButton} from './ui.tsx'
import {alter, holder, keyed, read, removeItem, useValue} from './values.ts'
import type {Json, Problem, PropView} from './wire.ts'

// useOpen reports whether a flow of the page that is shown is open.
function useOpen(): boolean {
  const {at} = useFlows()
  const {root} = useStudio()
  return at.startsWith(`${root}/`)
}

// PageMain is the middle of the pages: the canvas, and over it the flow that is open.
export function PageMain() {
  const open = useOpen()
  const {root} = useStudio()
  const {at} = useFlows()
  const before = useRef(at)
  useEffect(() => { // the keyboard goes on where the flow was opened
    if (before.current && !at && document.activeElement === document.body) document.querySelector<HTMLElement>(`[data-flow="${CSS.escape(before.current)}"]`)?.focus()
    before.current = at
  }, [at])
  useEffect(() => { if (!flows.get().at.startsWith(`${root}/`)) flows.close() }, [root])
  return (
    <>
      <div className={open ? 'flow-under away' : 'flow-under'} inert={open}><CodeBeside><CanvasView /></CodeBeside></div>
      {open && <FlowPane />}
    </>
  )
}

// PageRight is what stands beside it.
export function PageRight() {
  return useOpen() ? <DefineAction /> : <Properties />
}

interface Tab { at: string; title: string; doc: string; value: Json | undefined }

// FlowPane is the editor of the flows of one widget, or of the page by itself; what starts them are its tabs.
function FlowPane() {
  const {at} = useFlows()
  const {selected, page, catalogue, pageName} = useStudio()
  const owner = widgetOf(at)
  const item = useValue(owner?.widget.at ?? '')
  const pageTabs = usePageEvents(pageName)
  const spec = owner && catalogue ? specOf(catalogue, owner.widget.kind) : undefined
  const tabs = owner ? widgetEvents(owner.widget, spec, item) : pageTabs
  useFollow(selected, owner?.widget.at ?? '')
  if (!page) return null
  const named = owner ? caption(owner.widget) : ''
  const what = owner ? `${title(owner.widget)}${named ? ` “${named}”` : ''}` : `Page ${pageName}`
  return (
    <FlowFrame what={what} tabs={tabs} at={at} onClose={() => flows.close()} more={owner ? null : <IconButton icon="clock" label="Add a timer" onClick={() => addTimer(pageName, tabs.length - 2)} />}>
      {/\/timers\/\d+\/do$/.test(at) && <Timer at={at.slice(0, -'/do'.length)} />}
    </FlowFrame>
  )
}

// useFollow goes to the flows of another widget when that is selected in the tree, and closes where it has none.
function useFollow(selected: string, owner: string) {
  const before = useRef(selected)
  useEffect(() => {
    if (before.current === selected) return
    before.current = selected
    const {page, catalogue} = store.get()
    const w = page && selected ? widgetAt(page, selected) : undefined
    if (!w || selected === owner) return
    const spec = catalogue ? specOf(catalogue, w.kind) : undefined
    const events = widgetEvents(w, spec, undefined)
    const first = events.find(e => w.events.some(n => e.at.endsWith(`/${n}`))) ?? events[0]
    if (first) flows.open(first.at)
    else flows.close()
  }, [selected, owner])
}

interface FrameProps { what: string; tabs: Tab[]; at: string; onClose?: () => void; more?: ReactNode; children?: ReactNode }

// FlowFrame is the editor of a flow with what it belongs to above it.
export function FlowFrame({what, tabs, at, onClose, more, children}: FrameProps) {
  const {catalogue, project} = useStudio()
  const tab = tabs.find(t => t.at === at)
  const problems = project?.problems ?? []
  const actions = useMemo(() => (catalogue ? parse(tab?.value, at, catalogue) : []), [tab?.value, at, catalogue])
  const folds = [...each(actions)].filter(a => a.branches.length > 0).map(a => a.at)
  const {collapsed} = useFlows()
  const folded = folds.length > 0 && folds.every(f => collapsed.has(f))
  return (
    <Tabs.Root className="flow-pane" value={at} onValueChange={v => flows.open(v)} activationMode="manual">
      <header className="flow-head">
        {onClose && <IconButton icon="arrow-left" label="Back to the canvas" onClick={onClose} />}
        <div className="flow-what"><h2>Action Flow Editor</h2><p>{what}</p></div>
        <Badge problems={troubles(problems, at)} />
        {folds.length > 0 && <button type="button" className="button" onClick={() => flows.collapseAll(folds, !folded)}>{folded ? 'Unfold all' : 'Fold all'}</button>}
        {more}
      </header>
      {tabs.length > 1 && (
        <Tabs.List className="flow-tabs" aria-label="What starts the flow">
          {tabs.map(t => {
            const count = Array.isArray(t.value) ? t.value.length : 0
            const faults = tally(troubles(problems, t.at))
            return <Tabs.Trigger key={t.at} value={t.at} className="flow-tab" title={t.doc}>{t.title}{count > 0 && <span className="flow-number">{count}<span className="sr"> actions</span></span>}{faults.n > 0 && <span className={faults.bad ? 'flow-count' : 'flow-count warning'}>{faults.n}<span className="sr"> {faults.word}</span></span>}</Tabs.Trigger>
          })}
        </Tabs.List>
      )}
      <Tabs.Content value={at} className="flow-body" tabIndex={-1}>
        {children}
        <FlowEditor at={at} label={tab?.title ?? 'Start'} empty={tab?.doc ? `${tab.doc} Add what is to happen then.` : 'Nothing happens yet. Add the first action.'} />
      </Tabs.Content>
    </Tabs.Root>
  )
}

// Badge counts what is wrong with a flow.
function Badge({problems}: {problems: Problem[]}) {
  const {n, word, bad} = tally(problems)
  if (n === 0) return <span className="flow-badge good"><Icon name="check" size={14} /> No problems<span className="flow-long"> in this flow</span></span>
  return <span className={`flow-badge ${bad ? 'bad' : 'warn'}`} role="status"><Icon name="alert" size={14} /> {n} <span className="flow-word">{word}</span><span className="flow-long"> in this flow</span></span>
}

const when: PropView = {name: 'when', kind: 'condition', values: [], default: null, required: false, bindable: true, group: '', doc: 'It runs while this is true; always when nothing is set.'}

// Timer is how often a timer of the page runs, and while what.
function Timer({at}: {at: string}) {
  const every = useValue(`${at}/every`)
  const cond = useValue(`${at}/when`)
  const timers = useValue(holder(at))
  const nth = at.slice(at.lastIndexOf('/') + 1)
  const id = useId()
  const rate = useDraft(typeof every === 'string' ? every : '', (t, step) => void store.edit([{op: 'set', at: `${at}/every`, value: t.trim()}], 'how often the timer runs', {step}))
  const setWhen = (t: string, step = '') => void alter(at, now => keyed(now, at, 'when', t.trim() || null), 'when the timer runs', step)
  const now = typeof cond === 'string' ? cond : ''
  const text = useDraft(now, setWhen)
  return (
    <div className="flow-timer">
      <label htmlFor={id}>Every</label>
      <input id={id} className="input" value={rate.draft} onChange={ev => rate.onChange(ev.target.value)} onFocus={rate.onFocus} onBlur={rate.onBlur} placeholder="30s" />
      <label htmlFor={`${id}-when`}>while</label>
      <ExpressionInput
        id={`${id}-when`} at={at} prop={when.name} kind={when.kind} label="while" className={bound(text.draft) ? 'input bound' : 'input'} value={text.draft} placeholder="always"
        onChange={text.onChange} onFocus={text.onFocus} onBlur={text.onBlur} onKeyDown={ev => { if (ev.key === 'Enter') { ev.preventDefault(); text.flush() } if (ev.key === 'Escape') text.back() }}
      />
      <SetFromVariable owner={{at, what: 'Timer'}} prop={when} label="while" current={now} onSet={v => setWhen(v)} />
      {bound(now) && <Bound at={at} expressions={holes(now)} />}
      <IconButton icon="trash" label="Remove the timer" onClick={() => void removeItem(holder(at), read(timers, [nth]) ?? null, Number(nth), 'removing the timer').then(() => flows.open(`${at.replace(/\/timers\/\d+$/, '')}/onLoad`))} />
    </div>
  )
}
