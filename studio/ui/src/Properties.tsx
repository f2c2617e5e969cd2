import {useId} from 'react'
import {remove, setProp, shift, title} from './actions.ts'
import {SetFromVariable, Bound} from './Binding.tsx'
import {Field} from './fields.tsx'
import {PageFlows, WidgetFlows} from './FlowEvents.tsx'
import {Icon, kindIcon} from './icons.tsx'
import {store, useStudio} from './store.ts'
import {around, bound, holes, specOf, widgetAt, words} from './tree.ts'
import {Empty, IconButton, Tip} from './ui.tsx'
import type {Json, PageView, Problem, PropView, SpecView, WidgetView} from './wire.ts'

export function Properties() {
  const {page, selected, catalogue} = useStudio()
  const widget = page && selected ? widgetAt(page, selected) : undefined
  const spec = widget && catalogue ? specOf(catalogue, widget.kind) : undefined
  return (
    <aside className="properties" aria-label="Properties">
      {page && widget ? <Panel key={widget.at} page={page} widget={widget} spec={spec} /> : (
        <Empty icon="edit" title="Nothing is selected">Click something in the canvas or in the widget tree. Double-click a text to write in place.</Empty>
      )}
      {page && !widget && <PageFlows page={page.name} />}
    </aside>
  )
}

const own: PropView[] = [
  {name: 'visible', kind: 'condition', values: [], default: true, required: false, bindable: true, group: 'General', doc: 'Shown only while this is so.'},
  {name: 'id', kind: 'name', values: [], default: '', required: false, bindable: false, group: 'General', doc: 'Its name on the page; expressions read inputs by it.'},
]

const order = ['Content', 'Style', 'Layout', 'Behaviour', 'Validation', 'General']

function groups(spec: SpecView): [string, PropView[]][] {
  const all = [...spec.props, ...own]
  const names = [...order, ...all.map(p => p.group).filter(g => !order.includes(g))]
  return [...new Set(names)].map((g): [string, PropView[]] => [g, all.filter(p => p.group === g)]).filter(([, props]) => props.length > 0)
}

function Panel({page, widget, spec}: {page: PageView; widget: WidgetView; spec: SpecView | undefined}) {
  const {project} = useStudio()
  const trail = around(page, widget.at)
  const mine = (project?.problems ?? []).filter(p => p.at === widget.at || p.at === `${widget.at}/${widget.kind}`)
  const said = (project?.problems ?? []).some(p => !p.warning && p.message === widget.fault && p.at?.startsWith(widget.at))
  return (
    <>
      <header className="panel-head">
        <span className="panel-icon"><Icon name={kindIcon(widget.kind)} size={18} /></span>
        <div className="panel-title"><h2>{title(widget)}</h2>{typeof widget.props.id === 'string' && <code>{widget.props.id}</code>}</div>
        <IconButton icon="up" label="Move up" tip="Move up (Alt ↑)" onClick={() => shift(widget.at, -1)} />
        <IconButton icon="down" label="Move down" tip="Move down (Alt ↓)" onClick={() => shift(widget.at, 1)} />
        <IconButton icon="trash" label="Remove" tip="Remove (Delete)" onClick={() => remove(widget.at)} />
      </header>
      <nav className="trail" aria-label="Stands in">
        <button type="button" onClick={() => store.select('')}>{page.name}</button>
        {trail.map(({widget: w}) => <button type="button" key={w.at} onClick={() => store.select(w.at)}>{w.kind}</button>)}
      </nav>
      {spec && <p className="panel-doc">{spec.doc}</p>}
      {widget.fault && !said && <p className="fault"><Icon name="alert" size={15} /> <span>{widget.fault}</span></p>}
      {mine.map((p, i) => <Fault key={i} problem={p} />)}
      {spec && groups(spec).map(([name, props]) => (
        <section key={name} className="group" aria-label={name}>
          <h3>{name}</h3>
          {props.map(p => <Row key={p.name} widget={widget} prop={p} />)}
        </section>
      ))}
      <WidgetFlows widget={widget} spec={spec} />
    </>
  )
}

function Fault({problem}: {problem: Problem}) {
  return <p className={`fault${problem.warning ? ' warning' : ''}`}><Icon name="alert" size={15} /> <span>{problem.message}{problem.hint && <small>{problem.hint}</small>}</span></p>
}

function Row({widget, prop}: {widget: WidgetView; prop: PropView}) {
  const {project} = useStudio()
  const id = useId()
  const label = words(prop.name)
  const value = widget.props[prop.name]
  const written = value !== undefined
  const at = [`${widget.at}/${widget.kind}/${prop.name}`, `${widget.at}/${prop.name}`]
  const faults = (project?.problems ?? []).filter(p => at.some(a => p.at === a || p.at?.startsWith(`${a}/`)))
  const set = (v: Json, step = '') => void setProp(widget, prop.name, v, step && `${step}:${widget.at}:${prop.name}`)
  const inline = (prop.kind === 'bool' || prop.kind === 'condition') && !bound(value)
  return (
    <div className={`row${inline ? ' inline' : ''}${faults.length ? ' bad' : ''}`}>
      <div className="row-head">
        <Tip text={prop.doc} side="left"><label htmlFor={id} className="row-label" tabIndex={-1}>{label}{prop.required && <span className="must" aria-hidden="true"> *</span>}</label></Tip>
        <span className="sr" id={`${id}-doc`}>{prop.doc}</span>
        {written && !prop.required && (
          <Tip text="Back to the default"><button type="button" className="reset" aria-label={`${label} back to the default`} onClick={() => set(null)}><Icon name="x" size={12} /></button></Tip>
        )}
        {prop.bindable && <SetFromVariable owner={{at: widget.at, what: title(widget)}} prop={prop} label={label} current={typeof value === 'string' ? value : ''} onSet={v => set(v)} />}
      </div>
      <div className="row-field"><Field id={id} prop={prop} label={label} value={value} onSet={set} /></div>
      {bound(value) && <Bound at={widget.at} expressions={holes(value)} />}
      {faults.map((p, i) => <Fault key={i} problem={p} />)}
    </div>
  )
}
