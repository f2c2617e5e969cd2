import {useId, useState} from 'react'
import {setProp, title} from './actions.ts'
import {named, remove, step} from './arrange.ts'
import {SetFromVariable, Bound} from './Binding.tsx'
import {componentAt} from './Components.tsx'
import {Field} from './fields.tsx'
import {PageFlows, WidgetFlows} from './FlowEvents.tsx'
import {Icon, kindIcon} from './icons.tsx'
import {NameInput} from './CallRows.tsx'
import {BarsSettings, ComponentSettings} from './ComponentSettings.tsx'
import {PageSettings} from './PageSettings.tsx'
import {store, useStudio} from './store.ts'
import {around, bound, holes, isComponent, specOf, widgetAt, words} from './tree.ts'
import {Doc, Empty, IconButton, Tip} from './ui.tsx'
import type {CatalogueView, Json, PageView, Problem, PropView, SpecView, WidgetView} from './wire.ts'

export function Properties() {
  const {page, selected, others, catalogue} = useStudio()
  const several = page ? [selected, ...others].map(at => widgetAt(page, at)).filter(w => w !== undefined) : []
  const widget = page && selected ? widgetAt(page, selected) : undefined
  const spec = widget && catalogue ? specOf(catalogue, widget.kind) : undefined
  return (
    <aside className="properties" aria-label="Properties">
      {page && catalogue && several.length > 1 ? <Several key={several.map(w => w.at).join()} widgets={several} catalogue={catalogue} /> : page && widget ? <Panel key={widget.at} page={page} widget={widget} spec={spec} /> : (
        page && !page.broken ? <SheetSettings key={page.root} page={page} /> : <Empty icon="edit" title="Nothing is selected">Click something in the canvas or in the widget tree.</Empty>
      )}
      {page?.kind === 'page' && !widget && <PageFlows page={page.name} />}
    </aside>
  )
}

// SheetSettings are those of what is on the canvas as a whole.
function SheetSettings({page}: {page: PageView}) {
  if (page.kind === 'component') return <ComponentSettings name={page.name} />
  return page.kind === 'bars' ? <BarsSettings /> : <PageSettings name={page.name} />
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
  const [search, setSearch] = useState('')
  const wanted = search.trim().toLowerCase()
  const found = (spec ? groups(spec) : []).map(([name, props]): [string, PropView[]] => [name, props.filter(p => `${words(p.name)} ${p.name} ${p.doc}`.toLowerCase().includes(wanted))]).filter(([, props]) => props.length > 0)
  // What is wrong with the widget itself, and what it lacks that has no row below.
  const own = `${widget.at}/${widget.kind}`
  const rowless = (key: string) => key !== '' && !key.includes('/') && key !== 'id' && key !== 'visible' && !spec?.props.some(p => p.name === key)
  const mine = (project?.problems ?? []).filter(p => p.at === widget.at || p.at === own || (p.at?.startsWith(`${own}/`) && rowless(p.at.slice(own.length + 1))))
  const said = (project?.problems ?? []).some(p => !p.warning && p.message === widget.fault && p.at?.startsWith(widget.at))
  return (
    <>
      <header className="panel-head">
        <span className="panel-icon"><Icon name={kindIcon(widget.kind, spec?.icon)} size={18} /></span>
        <div className="panel-title"><h2>{title(widget)}</h2>{typeof widget.props.id === 'string' && <code>{widget.props.id}</code>}</div>
        <IconButton icon="up" label="Move up" tip="Move up (Alt ↑)" onClick={() => step('up')} />
        <IconButton icon="down" label="Move down" tip="Move down (Alt ↓)" onClick={() => step('down')} />
        <IconButton icon="trash" label="Remove" tip="Remove (Delete)" onClick={remove} />
        <MenuButton />
      </header>
      <nav className="trail" aria-label="Stands in">
        <button type="button" onClick={() => store.select('')}>{page.name}</button>
        {trail.map(({widget: w}) => <button type="button" key={w.at} onClick={() => store.select(w.at)}>{w.kind}</button>)}
      </nav>
      {spec && <p className="panel-doc"><Doc text={spec.doc} /></p>}
      {spec && isComponent(spec) && <p className="panel-doc"><button type="button" className="button small" onClick={() => void store.openSheet(componentAt(widget.kind))}><Icon name="grid" size={14} /> Open component</button></p>}
      {widget.fault && !said && <p className="fault"><Icon name="alert" size={15} /> <span>{widget.fault}</span></p>}
      {mine.map((p, i) => <Fault key={i} problem={p} />)}
      {spec && (
        <div className="search panel-search"><Icon name="search" size={15} /><input type="search" aria-label="Search properties" placeholder="Search properties" value={search} onChange={ev => setSearch(ev.target.value)} /></div>
      )}
      {spec && found.length === 0 && <p className="panel-doc">No property has “{search}” in its name or in what is said of it.</p>}
      {found.map(([name, props]) => (
        <section key={name} className="group" aria-label={name}>
          <h3>{name}</h3>
          {props.map(p => <Row key={p.name} widgets={[widget]} prop={p} />)}
        </section>
      ))}
      <WidgetFlows widget={widget} spec={spec} />
    </>
  )
}

// Several is what widgets that are selected together have in common.
function Several({widgets, catalogue}: {widgets: WidgetView[]; catalogue: CatalogueView}) {
  const specs = widgets.map(w => specOf(catalogue, w.kind)).filter(s => s !== undefined)
  const like = (a: PropView, b: PropView) => a.name === b.name && a.kind === b.kind && a.values.join() === b.values.join()
  const [first] = specs
  const common = first ? groups(first).map(([name, props]): [string, PropView[]] => [name, props.filter(p => p.name !== 'id' && (p.name === 'visible' || specs.every(s => s.props.some(q => like(p, q)))))]).filter(([, props]) => props.length > 0) : []
  return (
    <>
      <header className="panel-head">
        <span className="panel-icon"><Icon name="layers" size={18} /></span>
        <div className="panel-title"><h2>{named(widgets)}</h2></div>
        <IconButton icon="trash" label="Remove" tip="Remove (Delete)" onClick={remove} />
        <MenuButton />
      </header>
      <p className="panel-doc">What is changed here is changed in all of them.</p>
      {common.map(([name, props]) => (
        <section key={name} className="group" aria-label={name}>
          <h3>{name}</h3>
          {props.map(p => <Row key={p.name} widgets={widgets} prop={p} />)}
        </section>
      ))}
    </>
  )
}

// MenuButton opens the menu of what is selected for those who do not know the right click.
function MenuButton() {
  const {menu} = useStudio()
  return (
    <Tip text="Cut, copy, wrap in … (Shift F10)">
      <button type="button" className="icon-button" aria-label="Menu of the selection" aria-haspopup="menu" aria-expanded={menu !== null} onClick={ev => {
        const box = ev.currentTarget.getBoundingClientRect()
        store.openMenu({x: box.left, y: box.bottom})
      }}><Icon name="more" size={17} /></button>
    </Tip>
  )
}

function Fault({problem}: {problem: Problem}) {
  return <p className={`fault${problem.warning ? ' warning' : ''}`} data-at={problem.at}><Icon name="alert" size={15} /> <span>{problem.message}{problem.hint && <small>{problem.hint}</small>}</span></p>
}

// Id is the name of a widget. Another one goes wherever it was read: form.email, the fields that must be the same, what opens a dialog.
function Id({widget, id, onSet}: {widget: WidgetView; id: string; onSet: (v: Json) => void}) {
  const {catalogue} = useStudio()
  const now = typeof widget.props.id === 'string' ? widget.props.id : ''
  const part = catalogue && specOf(catalogue, widget.kind)?.part
  const rename = (name: string) => {
    if (now === '') return onSet(name)
    return store.edit([{op: 'rename', at: part ? `${widget.at}/id` : `${widget.at}/${widget.kind}/id`, name}], `renaming ${now}`)
  }
  return <NameInput key={now} id={id} label="Id" value={now} onRename={rename} />
}

// Row is a property of a widget, or of several that are selected: what is set there is set in all of them.
function Row({widgets, prop}: {widgets: WidgetView[]; prop: PropView}) {
  const {project} = useStudio()
  const id = useId()
  const label = words(prop.name)
  const [widget] = widgets
  if (!widget) return null
  const values = widgets.map(w => w.props[prop.name])
  const same = values.every(v => JSON.stringify(v) === JSON.stringify(values[0]))
  const value = same ? values[0] : undefined
  const written = values.some(v => v !== undefined)
  const at = [`${widget.at}/${widget.kind}/${prop.name}`, `${widget.at}/${prop.name}`]
  const faults = (project?.problems ?? []).filter(p => at.some(a => p.at === a || p.at?.startsWith(`${a}/`)))
  const set = (v: Json, step = '') => void setProp(widgets, prop.name, v, step && `${step}:${widget.at}:${prop.name}`)
  const inline = (prop.kind === 'bool' || prop.kind === 'condition') && !bound(value)
  return (
    <div className={`row${inline ? ' inline' : ''}${faults.length ? ' bad' : ''}`}>
      <div className="row-head">
        <Tip text={prop.doc} side="left"><label htmlFor={id} className="row-label" tabIndex={-1}>{label}{prop.required && <span className="must" aria-hidden="true"> *</span>}</label></Tip>
        <span className="sr" id={`${id}-doc`}><Doc text={prop.doc} /></span>
        {written && !prop.required && (
          <Tip text="Back to the default"><button type="button" className="reset" aria-label={`${label} back to the default`} onClick={() => set(null)}><Icon name="x" size={12} /></button></Tip>
        )}
        {prop.bindable && <SetFromVariable owner={{at: widget.at, what: title(widget)}} prop={prop} label={label} current={typeof value === 'string' ? value : ''} onSet={v => set(v)} />}
      </div>
      <div className="row-field">{prop.name === 'id' && widgets.length === 1 ? <Id widget={widget} id={id} onSet={set} /> : <Field id={id} prop={prop} label={label} value={value} onSet={set} owner={{at: widget.at, what: title(widget)}} />}{!same && <p className="differs">They differ.</p>}</div>
      {bound(value) && <Bound at={widget.at} expressions={holes(value)} />}
      {faults.map((p, i) => <Fault key={i} problem={p} />)}
    </div>
  )
}
