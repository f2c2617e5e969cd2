import {useId, useState} from 'react'
import {goes, named, removeAll} from './arrange.ts'
import {freeName} from './calls.ts'
import {Icon} from './icons.tsx'
import {Labelled, Modal, Removal} from './Modal.tsx'
import {listOf, together, topmost} from './places.ts'
import {copied, NameField, Naming, SideList, SideRow, type Act} from './SideList.tsx'
import {store, useStudio} from './store.ts'
import {specOf, widgetAt, words} from './tree.ts'
import {Dot} from './ui.tsx'
import {escaped} from './values.ts'
import type {ComponentEntry, Json, PageView, Problem, ProjectView} from './wire.ts'
import './components.css'

// componentAt is where a component is written.
export function componentAt(name: string): string { return `/components/${escaped(name)}` }

// whyName says what is wrong with a name for a component, '' nothing.
export function whyName(name: string, project: ProjectView | null): string {
  if (name === '') return ''
  if (!/^[A-Z][A-Za-z0-9]*$/.test(name)) return 'Begin with a capital letter, then letters and digits: TripCard.'
  return project?.parts.some(k => k.name.toLowerCase() === name.toLowerCase()) ? 'There is a component of that name.' : ''
}

type Asked = {what: 'add'} | {what: Act; part: ComponentEntry}

// Components lists the app's own widgets and what stands on every page; each is built on the canvas like a page.
export function Components() {
  const {project, root, place} = useStudio()
  const [asked, setAsked] = useState<Asked | null>(null)
  const close = () => setAsked(null)
  if (!project) return null
  const open = (at: string) => place === 'page' && root === at
  return (
    <SideList title="Components" add="Add a component" onAdd={() => setAsked({what: 'add'})}>
      {project.parts.length === 0 && <p className="components-none">Widgets of your own. Make one here, or of a widget by its menu.</p>}
      {project.parts.map(k => (
        <SideRow key={k.name} what="component" name={k.name} icon="grid" tip={k.doc || undefined} current={open(componentAt(k.name))} bad={k.broken || faulty(project.problems, componentAt(k.name))} settings="Properties, state and events"
          onOpen={() => void store.openSheet(componentAt(k.name))} onAsk={what => setAsked({what, part: k})}>
          <span className="count" title={used(k.uses)}><span aria-hidden="true">{k.uses}</span><span className="sr">{used(k.uses)}</span></span>
        </SideRow>
      ))}
      {project.bars && (
        <button type="button" className="side-item" aria-current={open('/app/bars') ? 'page' : undefined} onClick={() => void store.openSheet('/app/bars')}>
          <Icon name="layers" /><span className="side-name">On every page</span>{faulty(project.problems, '/app/bars') && <Dot />}
        </button>
      )}
      {asked?.what === 'add' && <AddComponent onClose={close} />}
      {(asked?.what === 'rename' || asked?.what === 'copy') && <NameComponent part={asked.part} act={asked.what} project={project} onClose={close} />}
      {asked?.what === 'remove' && <Removal at={componentAt(asked.part.name)} what={`the component ${asked.part.name}`} onClose={close} />}
    </SideList>
  )
}

function faulty(problems: Problem[], at: string): boolean {
  return problems.some(p => !p.warning && (p.at === at || p.at?.startsWith(`${at}/`)))
}

// used says how often something is used.
export function used(n: number): string {
  return n === 0 ? 'not used yet' : n === 1 ? 'used once' : `used ${n} times`
}

const called = 'What it is called in the palette and in files, such as TripCard.'

function AddComponent({onClose}: {onClose: () => void}) {
  const {project} = useStudio()
  const [name, setName] = useState('')
  const [doc, setDoc] = useState('')
  const id = useId()
  const bad = whyName(name, project)
  const send = () => {
    onClose()
    const value: Json = {...(doc.trim() && {doc: doc.trim()}), body: [{card: {children: [{text: words(name)}]}}]}
    void store.edit([{op: 'set', at: componentAt(name), value}], `adding the component ${name}`).then(() => store.openSheet(componentAt(name)))
  }
  return (
    <Modal title="Add a component" doc="A widget of your own, in a file of its own: built like a page, used by its name on any page and in other components." send="Add" disabled={name === '' || bad !== ''} onSend={send} onClose={onClose}>
      <NameField id={`${id}-name`} bad={bad} doc={called} value={name} onChange={setName} />
      <Labelled id={`${id}-doc`} label="What it is" doc="A note for whoever uses it. It may stay empty."><input id={`${id}-doc`} className="input" value={doc} onChange={ev => setDoc(ev.target.value)} /></Labelled>
    </Modal>
  )
}

function NameComponent({part, act, project, onClose}: {part: ComponentEntry; act: 'rename' | 'copy'; project: ProjectView; onClose: () => void}) {
  const at = componentAt(part.name)
  const write = (name: string) => (act === 'copy' ? copied(at, componentAt(name), `duplicating the component ${part.name}`) : store.edit([{op: 'rename', at, name}], `renaming the component ${part.name}`))
  const onName = (name: string) => void write(name).then(() => { if (store.get().project?.parts.some(k => k.name === name)) return store.openSheet(componentAt(name)) })
  return <Naming what="component" name={part.name} free={freeName(part.name, project.parts.map(k => k.name))} act={act} doc={act === 'copy' ? 'The copy is used nowhere yet.' : `Its uses follow: it is ${used(part.uses)}.`} why={name => whyName(name, project)} onName={onName} onClose={onClose} />
}

// inARow reports whether widgets stand one behind the other in one list, and are no parts such as tabs.
export function inARow(page: PageView, paths: string[]): boolean {
  const {catalogue} = store.get()
  const picked = topmost(page, paths)
  const places = picked.map(listOf)
  const parts = picked.some(at => catalogue && specOf(catalogue, widgetAt(page, at)?.kind ?? '')?.part)
  return picked.length > 0 && !parts && together(picked) && places.every((p, i) => p.index === (places[0]?.index ?? 0) + i)
}

// Losing asks before a slot goes with what is selected, whose uses fill it.
export function Losing() {
  const {losing} = useStudio()
  return losing && <Removal at={losing.at} what={`the slot ${losing.name}`} remove={() => removeAll()} along={goes} onClose={() => store.lose(null)} />
}

// TurnInto asks for the name of the component that what is selected becomes.
export function TurnInto() {
  const {turning, page} = useStudio()
  return turning && page ? <Turn page={page} /> : null
}

function Turn({page}: {page: PageView}) {
  const {project, selected, others} = useStudio()
  const [name, setName] = useState('')
  const [fault, setFault] = useState('')
  const [busy, setBusy] = useState(false)
  const id = useId()
  const picked = topmost(page, [selected, ...others])
  const [at = ''] = picked
  const what = named(picked.map(p => widgetAt(page, p)).filter(w => w !== undefined))
  const bad = whyName(name, project)
  const send = () => {
    setBusy(true)
    void store.attempt([{op: 'component', at, name, ...(picked.length > 1 && {value: picked.length})}], `turning ${what} into the component ${name}`, at).then(why => {
      setBusy(false)
      if (why) return setFault(why)
      store.turn(false)
      store.tell(`${name} is a component now and used here. Open it from its menu.`)
    })
  }
  return (
    <Modal title={`Turn ${what} into a component`} doc="A file of its own takes it up, and is used in its place. What it reads of this page becomes properties; a flow that needs the page stays here, as the flow of an event." send="Turn into a component" busy={busy} disabled={name === '' || bad !== ''} onSend={send} onClose={() => store.turn(false)}>
      <NameField id={id} bad={bad} doc={called} value={name} onChange={to => { setName(to); setFault('') }} />
      {fault && <p className="fault" role="alert"><Icon name="alert" size={15} /> <span>{fault}</span></p>}
    </Modal>
  )
}
