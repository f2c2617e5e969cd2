import './flow.css'
import {useMemo} from 'react'
import {eventPath, flows, parse, tally, troubles} from './flows.ts'
import {outline} from './flowwords.ts'
import {Icon} from './icons.tsx'
import {store, useStudio} from './store.ts'
import {words} from './tree.ts'
import {Tip} from './ui.tsx'
import {isObject, useValue} from './values.ts'
import type {Json, SpecView, WidgetView} from './wire.ts'

// Event is something that starts a flow, written or not.
interface Event { at: string; title: string; doc: string; value: Json | undefined }

// EventRow says in a line what an event does, and opens its flow.
function EventRow({event}: {event: Event}) {
  const {catalogue, project} = useStudio()
  const actions = useMemo(() => (catalogue ? parse(event.value, event.at, catalogue) : []), [event, catalogue])
  const faults = tally(troubles(project?.problems ?? [], event.at))
  return (
    <div className="flow-event">
      <Tip text={event.doc || event.title} side="left"><span className="row-label" tabIndex={-1}>{event.title}</span></Tip>
      {faults.n > 0 && <span className={`flow-count${faults.bad ? '' : ' warning'}`}>{faults.n}<span className="sr"> {faults.word}</span></span>}
      <button type="button" className="flow-link" data-flow={event.at} aria-label={`${actions.length ? 'Open flow' : 'Add actions'}: ${event.title}`} onClick={() => flows.open(event.at)}>{actions.length ? 'Open flow' : 'Add actions'}</button>
      <p className="flow-outline">{actions.length ? outline(actions) : 'does nothing'}</p>
    </div>
  )
}

// widgetEvents are the events of a widget and what is written for them.
export function widgetEvents(widget: WidgetView, spec: SpecView | undefined, item: Json | undefined): Event[] {
  const body = isObject(item) ? (spec?.part ? item : item[widget.kind]) : undefined
  const own = isObject(body) ? body : {}
  const known = spec?.events ?? []
  const others = [...widget.events, ...Object.keys(own).filter(k => /^on[A-Z]/.test(k))].filter(n => !known.some(e => e.name === n))
  return [...known, ...[...new Set(others)].map(name => ({name, doc: ''}))].map(e => ({at: eventPath(widget, e.name, spec?.part === true), title: words(e.name), doc: e.doc, value: own[e.name]}))
}

// WidgetFlows is the group Actions of a widget's properties.
export function WidgetFlows({widget, spec}: {widget: WidgetView; spec: SpecView | undefined}) {
  const item = useValue(widget.at)
  const events = widgetEvents(widget, spec, item)
  if (events.length === 0) return null
  return (
    <section className="group" aria-label="Actions">
      <h3>Actions</h3>
      {events.map(e => <EventRow key={e.at} event={e} />)}
    </section>
  )
}

const pageEvents: [string, string, string][] = [
  ['onLoad', 'On load', 'The page is opened, once for each visit.'],
  ['onLeave', 'On leave', 'Somebody goes to another page, to another site, or closes the tab. Calls alone can be sent.'],
]

// usePageEvents are the events of a page by itself, its timers among them.
export function usePageEvents(page: string): Event[] {
  const load = useValue(`/pages/${page}/onLoad`)
  const leave = useValue(`/pages/${page}/onLeave`)
  const timers = useValue(`/pages/${page}/timers`)
  return useMemo(() => [
    ...pageEvents.map(([name, title, doc]) => ({at: `/pages/${page}/${name}`, title, doc, value: name === 'onLoad' ? load : leave})),
    ...(Array.isArray(timers) ? timers : []).map((t, i): Event => {
      const o = isObject(t) ? t : {}
      return {at: `/pages/${page}/timers/${i}/do`, title: `Every ${typeof o.every === 'string' ? o.every : '…'}`, doc: 'Again and again, while the page is looked at.', value: o.do}
    }),
  ], [page, load, leave, timers])
}

// addTimer gives a page one more timer and opens its flow.
export function addTimer(page: string, count: number) {
  void store.edit([{op: 'insert', at: `/pages/${page}/timers/${count}`, value: {every: '30s', do: []}}], 'adding a timer').then(() => flows.open(`/pages/${page}/timers/${count}/do`))
}

// PageFlows is what runs on a page by itself.
export function PageFlows({page}: {page: string}) {
  const events = usePageEvents(page)
  return (
    <section className="group" aria-label="Actions of the page">
      <h3>Actions of the page</h3>
      {events.map(e => <EventRow key={e.at} event={e} />)}
      <button type="button" className="button flow-wide" onClick={() => addTimer(page, events.length - pageEvents.length)}><Icon name="clock" size={14} /> Add a timer</button>
    </section>
  )
}
