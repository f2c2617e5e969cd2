import {DropdownMenu} from 'radix-ui'
import {useId, useState, type ReactNode} from 'react'
import {ask} from './api.ts'
import {Icon} from './icons.tsx'
import {Labelled, Modal, Removal} from './Modal.tsx'
import {named} from './arrange.ts'
import {listOf, together, topmost} from './places.ts'
import {store, useStudio} from './store.ts'
import {specOf, widgetAt, words} from './tree.ts'
import {IconButton} from './ui.tsx'
import {escaped} from './values.ts'
import type {ComponentEntry, Json, PageView, Problem, ProjectView, TextView} from './wire.ts'
import './components.css'

// componentAt is where a component is written.
export function componentAt(name: string): string { return `/components/${escaped(name)}` }

// whyName says what is wrong with a name for a component, '' nothing.
export function whyName(name: string, project: ProjectView | null): string {
  if (name === '') return ''
  if (!/^[A-Z][A-Za-z0-9]*$/.test(name)) return 'Begin with a capital letter, then letters and digits: TripCard.'
  return project?.parts.some(k => k.name.toLowerCase() === name.toLowerCase()) ? 'There is a component of that name.' : ''
}

type Asked = {what: 'add'} | {what: 'rename' | 'copy' | 'remove'; part: ComponentEntry}

// Components lists the app's own widgets and what stands on every page; each is built on the canvas like a page.
export function Components() {
  const {project, root, place} = useStudio()
  const [asked, setAsked] = useState<Asked | null>(null)
  const close = () => setAsked(null)
  if (!project) return null
  const open = (at: string) => place === 'page' && root === at
  return (
    <nav className="pages" aria-label="Components">
      <div className="pages-head">
        <h2 className="side-title">Components</h2>
        <IconButton icon="plus" label="Add a component" onClick={() => setAsked({what: 'add'})} />
      </div>
      {project.parts.length === 0 && <p className="components-none">Widgets of your own. Make one here, or of a widget by its menu.</p>}
      {project.parts.map(k => <Row key={k.name} part={k} current={open(componentAt(k.name))} problems={project.problems} onAsk={what => setAsked({what, part: k})} />)}
      {project.bars && (
        <button type="button" className="side-item" aria-current={open('/app/bars') ? 'page' : undefined} onClick={() => void store.openSheet('/app/bars')}>
          <Icon name="layers" /><span className="side-name">On every page</span>{faulty(project.problems, '/app/bars') && <Dot />}
        </button>
      )}
      {asked?.what === 'add' && <AddComponent onClose={close} />}
      {(asked?.what === 'rename' || asked?.what === 'copy') && <NameComponent part={asked.part} copy={asked.what === 'copy'} onClose={close} />}
      {asked?.what === 'remove' && <Removal at={componentAt(asked.part.name)} what={`the component ${asked.part.name}`} onClose={close} then={() => {}} />}
    </nav>
  )
}

function Dot() { return <span className="dot" title="has problems"><span className="sr">has problems</span></span> }

function faulty(problems: Problem[], at: string): boolean {
  return problems.some(p => !p.warning && (p.at === at || p.at?.startsWith(`${at}/`)))
}

// used says how often something is used.
export function used(n: number): string {
  return n === 0 ? 'not used yet' : n === 1 ? 'used once' : `used ${n} times`
}

function Row({part, current, problems, onAsk}: {part: ComponentEntry; current: boolean; problems: Problem[]; onAsk: (what: 'rename' | 'copy' | 'remove') => void}) {
  const [open, setOpen] = useState(false)
  const at = componentAt(part.name)
  return (
    <div className="page-row" onContextMenu={ev => { ev.preventDefault(); setOpen(true) }}>
      <button type="button" className="side-item" title={part.doc || undefined} aria-current={current ? 'page' : undefined} onClick={() => void store.openSheet(at)}>
        <Icon name="grid" />
        <span className="side-name">{part.name}</span>
        {(part.broken || faulty(problems, at)) && <Dot />}
        <span className="count" title={used(part.uses)}><span aria-hidden="true">{part.uses}</span><span className="sr">{used(part.uses)}</span></span>
      </button>
      <DropdownMenu.Root modal={false} open={open} onOpenChange={setOpen}>
        <DropdownMenu.Trigger className="page-more" aria-label={`Menu of the component ${part.name}`}><Icon name="more" size={15} /></DropdownMenu.Trigger>
        <DropdownMenu.Portal container={document.querySelector('.middle')}>
          <DropdownMenu.Content className="menu widget-menu" align="start" sideOffset={2} collisionPadding={8}>
            <Item icon="edit" onDo={() => { void store.openSheet(at); store.select('') }}>Properties, state and events</Item>
            <Item icon="pencil" onDo={() => onAsk('rename')}>Rename…</Item>
            <Item icon="duplicate" onDo={() => onAsk('copy')}>Duplicate…</Item>
            <DropdownMenu.Separator className="menu-line" />
            <Item icon="trash" bad onDo={() => onAsk('remove')}>Remove…</Item>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
    </div>
  )
}

function Item({icon, bad, onDo, children}: {icon: string; bad?: boolean; onDo: () => void; children: ReactNode}) {
  return <DropdownMenu.Item className={`menu-item${bad ? ' bad' : ''}`} onSelect={onDo}><Icon name={icon} size={15} /><span className="menu-text">{children}</span></DropdownMenu.Item>
}

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
      <Labelled id={`${id}-name`} label="Name" doc={bad || 'What it is called in the palette and in files, such as TripCard.'}><input id={`${id}-name`} className="input" autoFocus aria-invalid={bad !== ''} value={name} onChange={ev => setName(ev.target.value.trim())} /></Labelled>
      <Labelled id={`${id}-doc`} label="What it is" doc="A note for whoever uses it. It may stay empty."><input id={`${id}-doc`} className="input" value={doc} onChange={ev => setDoc(ev.target.value)} /></Labelled>
    </Modal>
  )
}

// NameComponent asks for the name of a component, or of a copy of it.
function NameComponent({part, copy, onClose}: {part: ComponentEntry; copy: boolean; onClose: () => void}) {
  const {project} = useStudio()
  const [name, setName] = useState(copy ? free(part.name, project) : part.name)
  const id = useId()
  const bad = !copy && name === part.name ? '' : whyName(name, project)
  const send = () => {
    onClose()
    if (name === part.name) return
    const at = componentAt(part.name)
    const made = copy ? copied(part.name, name) : store.edit([{op: 'rename', at, name}], `renaming the component ${part.name}`)
    void made.then(() => { if (store.get().project?.parts.some(k => k.name === name)) return store.openSheet(componentAt(name)) })
  }
  return (
    <Modal title={copy ? `Duplicate the component ${part.name}` : `Rename the component ${part.name}`} doc={copy ? 'The copy is used nowhere yet.' : `Its uses follow: it is ${used(part.uses)}.`} send={copy ? 'Duplicate' : 'Rename'} disabled={name === '' || bad !== ''} onSend={send} onClose={onClose}>
      <Labelled id={id} label="Name" doc={bad || undefined}><input id={id} className="input" autoFocus aria-invalid={bad !== ''} value={name} onChange={ev => setName(ev.target.value.trim())} /></Labelled>
    </Modal>
  )
}

function free(name: string, project: ProjectView | null): string {
  for (let n = 2; ; n++) if (!project?.parts.some(k => k.name === `${name}${n}`)) return `${name}${n}`
}

// copied writes a component once more, comments and all.
async function copied(from: string, to: string) {
  try {
    const {text} = await ask<TextView>('GET', `/api/text?at=${encodeURIComponent(componentAt(from))}`)
    await store.edit([{op: 'text', at: componentAt(to), value: text}], `duplicating the component ${from}`)
  } catch (e) {
    store.tell(e instanceof Error ? e.message : 'The component could not be copied.', true)
  }
}

// inARow reports whether widgets stand one behind the other in one list, and are no parts such as tabs.
export function inARow(page: PageView, paths: string[]): boolean {
  const {catalogue} = store.get()
  const picked = topmost(page, paths)
  const places = picked.map(listOf)
  const parts = picked.some(at => catalogue && specOf(catalogue, widgetAt(page, at)?.kind ?? '')?.part)
  return picked.length > 0 && !parts && together(picked) && places.every((p, i) => p.index === (places[0]?.index ?? 0) + i)
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
      <Labelled id={id} label="Name" doc={bad || 'What it is called in the palette and in files, such as TripCard.'}><input id={id} className="input" autoFocus aria-invalid={bad !== ''} value={name} onChange={ev => { setName(ev.target.value.trim()); setFault('') }} /></Labelled>
      {fault && <p className="fault" role="alert"><Icon name="alert" size={15} /> <span>{fault}</span></p>}
    </Modal>
  )
}
