import {useId, useState, type ReactNode} from 'react'
import {Declared, Faults, NameInput, TypePicker} from './CallRows.tsx'
import {componentAt, used} from './Components.tsx'
import {useDraft} from './fields.tsx'
import {Icon} from './icons.tsx'
import {ifUnused, Removal} from './Modal.tsx'
import {store, useStudio} from './store.ts'
import {all} from './tree.ts'
import {IconButton, Tip} from './ui.tsx'
import {alter, escaped, isObject, removed, useValue} from './values.ts'
import type {Json, Problem, WireEdit} from './wire.ts'
import './components.css'

// ComponentSettings are those of a component: what it is given, keeps for itself, tells the page, and leaves for the page to fill.
export function ComponentSettings({name}: {name: string}) {
  const {project} = useStudio()
  const at = componentAt(name)
  const value = useValue(at)
  const entry = project?.parts.find(k => k.name === name)
  if (!isObject(value) || !entry) return null
  return (
    <>
      <header className="panel-head">
        <span className="panel-icon"><Icon name="grid" size={18} /></span>
        <div className="panel-title"><h2>{name}</h2><code>a component, {used(entry.uses)}</code></div>
      </header>
      <section className="group" aria-label="Component">
        <h3>Component</h3>
        <Doc at={at} name={name} value={value.doc} />
      </section>
      <section className="group page-vars" aria-label="Properties">
        <h3>Properties</h3>
        <p className="hint">What each use gives it: <code>{'${props.title}'}</code>. The canvas shows its default, or something made up.</p>
        <Declared at={`${at}/props`} what={name} noun="property" value={value.props} />
      </section>
      <section className="group page-vars" aria-label="Own state">
        <h3>Own state</h3>
        <p className="hint">What each use keeps for itself while the page is open: <code>{'${own.open}'}</code>.</p>
        <Declared at={`${at}/state`} what={name} noun="variable" value={value.state} kept />
      </section>
      <section className="group page-vars" aria-label="Events">
        <h3>Events</h3>
        <p className="hint">What it tells the place where it is used. The action Emit tells it; the flow that runs is written there.</p>
        <Events at={`${at}/events`} name={name} value={value.events} />
      </section>
      <section className="group page-vars" aria-label="Slots">
        <h3>Slots</h3>
        <p className="hint">Places that each use fills with widgets of its own. <em>Add</em> has the widget Slot, which makes one.</p>
        <Slots at={`${at}/slots`} name={name} value={value.slots} />
      </section>
    </>
  )
}

function Doc({at, name, value}: {at: string; name: string; value: Json | undefined}) {
  const id = useId()
  const d = useDraft(typeof value === 'string' ? value : '', (t, step) => void store.edit([t.trim() === '' ? {op: 'delete', at: `${at}/doc`} : {op: 'set', at: `${at}/doc`, value: t.trim()}], `what ${name} is`, {step}))
  return (
    <div className="row">
      <div className="row-head"><Tip text="A note for whoever uses it; the palette shows it." side="left"><label htmlFor={id} className="row-label" tabIndex={-1}>What it is</label></Tip></div>
      <div className="row-field"><input id={id} className="input" placeholder="A note for whoever uses it" value={d.draft} onChange={ev => d.onChange(ev.target.value)} onFocus={d.onFocus} onBlur={d.onBlur} /></div>
    </div>
  )
}

const nothing = ''

// told are the events that are written, as names or as a mapping, each with the type of what it hands over.
function told(value: Json | undefined): [string, string][] {
  if (Array.isArray(value)) return value.map(v => [String(v), nothing])
  return isObject(value) ? Object.entries(value).map(([n, t]) => [n, typeof t === 'string' ? t : nothing]) : []
}

// toldAt is where an event or a slot is written: an item of a list, or a key.
function toldAt(at: string, list: Json | undefined, name: string): string {
  return `${at}/${Array.isArray(list) ? list.indexOf(name) : escaped(name)}`
}

// Told is an event or a slot of a component. Its name can be given anew, with all that names it; to remove it asks where something uses it. along are widgets that go with it.
function Told({at, list, noun, name, of, along = [], children}: {at: string; list: Json | undefined; noun: string; name: string; of: string; along?: string[]; children?: ReactNode}) {
  const [asking, setAsking] = useState(false)
  const path = toldAt(at, list, name)
  const rename = (to: string) => alter(at, now => [{op: 'rename', at: toldAt(at, now, name), name: to}], `${noun} ${name} → ${to}`)
  const remove = () => alter(at, now => [...along.map((w): WireEdit => ({op: 'delete', at: w})), ...removed(now, at, toldAt(at, now, name), [])], `removing the ${noun} ${name} of ${of}`)
  const goes = (use: Problem) => along.some(w => use.at === w || use.at?.startsWith(`${w}/`))
  return (
    <div className="component-told">
      <NameInput label={`Name of the ${noun} ${name}`} value={name} onRename={rename} />
      <IconButton icon="x" label={`Remove the ${noun} ${name}`} onClick={() => void ifUnused(path, remove, () => setAsking(true), goes)} />
      {children}
      {asking && <Removal at={path} what={`the ${noun} ${name}`} remove={remove} along={goes} onClose={() => setAsking(false)} />}
    </div>
  )
}

// Events are written as a list of names, or with types where one of them hands something over.
function Events({at, name, value}: {at: string; name: string; value: Json | undefined}) {
  const [adding, setAdding] = useState(false)
  const write = (change: (now: [string, string][]) => [string, string][], label: string) => void alter(at, now => {
    const next = change(told(now))
    return [{op: 'set', at, value: next.every(([, t]) => t === nothing) ? next.map(([n]) => n) : Object.fromEntries(next.map(([n, t]) => [n, t === nothing ? null : t]))}]
  }, label)
  const add = (event: string) => {
    setAdding(false)
    write(now => (now.some(([n]) => n === event) ? now : [...now, [event, nothing]]), `event ${event} of ${name}`)
  }
  return (
    <div className="pairs declared">
      {told(value).map(([event, type]) => (
        <div className="pair" key={event}>
          <Told at={at} list={value} noun="event" name={event} of={name}>
            <span className="component-gives"><span className="hint">hands over</span> <TypePicker label={`What ${event} hands over`} value={type} none="nothing" onChange={t => write(now => now.map(([n, was]) => [n, n === event ? t : was]), `what ${event} of ${name} hands over`)} /></span>
          </Told>
          <Faults at={toldAt(at, value, event)} below />
        </div>
      ))}
      {adding && <div className="pair-row"><NameInput label="Name of the new event" value="" placeholder="choose" autoFocus onRename={add} /><span className="hint">Enter adds it.</span></div>}
      <button type="button" className="add" onClick={() => setAdding(true)}><Icon name="plus" size={14} /> Add event</button>
      <Faults at={at} />
    </div>
  )
}

function Slots({at, name, value}: {at: string; name: string; value: Json | undefined}) {
  const {page} = useStudio()
  const names = Array.isArray(value) ? value.map(String) : []
  const widgets = page?.root === componentAt(name) ? Array.from(all(page.widgets)) : []
  return (
    <div className="pairs declared">
      {names.map(n => <Told key={n} at={at} list={value} noun="slot" name={n} of={name} along={widgets.filter(w => w.kind === 'slot' && w.props.name === n).map(w => w.at).reverse()} />)}
      {names.length === 0 && page && <p className="hint">None.</p>}
      <Faults at={at} below />
    </div>
  )
}

// BarsSettings say what the bars are.
export function BarsSettings() {
  return (
    <>
      <header className="panel-head">
        <span className="panel-icon"><Icon name="layers" size={18} /></span>
        <div className="panel-title"><h2>On every page</h2><code>bars in app.yaml</code></div>
      </header>
      <p className="panel-doc">What stands here is drawn on every page, above its own widgets: an app bar, a navigation bar, a component of yours. <code>{'${props.title}'}</code> is the title of the page.</p>
      <p className="panel-doc">A page that is better without, such as a log-in, leaves them out: its settings have a switch. What only some people are to see has <em>Visible</em> <code>{'${auth.loggedIn}'}</code>.</p>
    </>
  )
}
