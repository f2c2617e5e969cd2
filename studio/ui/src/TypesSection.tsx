import './calls.css'
import {useEffect, useId, useState} from 'react'
import {Cell, Declared, Faults, NameInput} from './CallRows.tsx'
import {editThenShow, put, text, uses} from './calls.ts'
import {Icon} from './icons.tsx'
import {ImportDialog} from './Imports.tsx'
import {Labelled, Modal, Removal} from './Modal.tsx'
import {store, useStudio} from './store.ts'
import {Dot, Empty, IconButton, Segmented} from './ui.tsx'
import {alter, briefly, escaped, isObject, moveItem, placed, removeItem, useValue} from './values.ts'
import type {Json, Problem, ProjectView} from './wire.ts'

// The section “Data types”: what objects are made of, and words to choose from.

const typePath = (name: string) => `/types/${escaped(name)}`

function names(project: ProjectView): string[] {
  return project.files.filter(f => f.startsWith('types/')).map(f => f.slice('types/'.length, -'.yaml'.length))
}

// openType is the data type that a path is about, else the first.
function openType(item: string, project: ProjectView): string {
  const [, root, name = ''] = item.split('/').map(p => p.replace(/~1/g, '/').replace(/~0/g, '~'))
  const all = names(project)
  return root === 'types' && all.includes(name) ? name : all[0] ?? ''
}

// TypesSide lists the data types.
export function TypesSide() {
  const {project, item} = useStudio()
  const [search, setSearch] = useState('')
  const [open, setOpen] = useState<'' | 'new' | 'json'>('')
  if (!project) return null
  const here = openType(item, project)
  const want = search.trim().toLowerCase()
  const all = names(project)
  const shown = all.filter(n => n.toLowerCase().includes(want))
  const isEnum = (n: string) => project.types.find(t => t.name === n)?.enum !== undefined
  const bad = (n: string) => project.problems.some(p => !p.warning && p.file === `types/${n}.yaml`)
  return (
    <nav className="settings-nav types-nav" aria-label="Data types">
      <div className="side-head">
        <h2 className="side-title">Data types</h2>
        <IconButton icon="download" label="Data type from JSON" onClick={() => setOpen('json')} />
        <IconButton icon="plus" label="New data type" onClick={() => setOpen('new')} />
      </div>
      <div className="search side-search"><Icon name="search" size={15} /><input type="search" aria-label="Search data types" placeholder="Search" value={search} onChange={ev => setSearch(ev.target.value)} /></div>
      <div className="types-list">
        {shown.map(n => (
          <button type="button" key={n} className="side-item" aria-current={n === here ? 'page' : undefined} onClick={() => store.show('types', typePath(n))}>
            <Icon name={isEnum(n) ? 'tag' : 'database'} /> <span className="side-name">{n}</span>
            {bad(n) && <Dot />}
          </button>
        ))}
        {all.length > 0 && !shown.length && <p className="hint side-none">Nothing is called that.</p>}
      </div>
      {open === 'new' && <NewType taken={all} onClose={() => setOpen('')} />}
      {open === 'json' && <ImportDialog kinds={['json']} onClose={() => setOpen('')} />}
    </nav>
  )
}

function NewType({taken, onClose}: {taken: string[]; onClose: () => void}) {
  const id = useId()
  const [name, setName] = useState('')
  const [kind, setKind] = useState('fields')
  const [first, setFirst] = useState('')
  const is = name.trim()
  const firsts = first.split(',').map(f => f.trim()).filter(f => f !== '')
  const make = () => {
    const value: Json = kind === 'fields' ? {fields: Object.fromEntries((firsts.length ? firsts : ['name']).map(f => [f, 'text']))} : {enum: firsts}
    void editThenShow([{op: 'set', at: typePath(is), value}], `data type ${is}`, 'types', typePath(is))
    onClose()
  }
  return (
    <Modal title="New data type" doc="What the values of your app are made of, so that bindings can offer their parts and check them." send="Make the data type" disabled={!/^[A-Z]\w*$/.test(is) || taken.includes(is) || (kind === 'enum' && !firsts.length)} onSend={make} onClose={onClose}>
      <Labelled id={`${id}-n`} label="Name" doc={taken.includes(is) ? 'There is a data type of this name.' : 'Begins with a capital letter, such as Post.'}>
        <input id={`${id}-n`} className="input" autoFocus value={name} onChange={ev => setName(ev.target.value)} />
      </Labelled>
      <div className="labelled"><span className="labelled-name">Kind</span><Segmented label="Kind" value={kind} onChange={setKind} choices={[{value: 'fields', label: 'An object with fields'}, {value: 'enum', label: 'One of some words'}]} /></div>
      <Labelled id={`${id}-f`} label={kind === 'fields' ? 'First fields' : 'Words'} doc="With commas between; more can be added then.">
        <input id={`${id}-f`} className="input" placeholder={kind === 'fields' ? 'name, email' : 'open, closed'} value={first} onChange={ev => setFirst(ev.target.value)} />
      </Labelled>
    </Modal>
  )
}

// TypesMain shows the data type that is open.
export function TypesMain() {
  const {project, item} = useStudio()
  const [open, setOpen] = useState<'' | 'new' | 'json'>('')
  const name = project ? openType(item, project) : ''
  const value = useValue(name ? typePath(name) : '')
  if (!project) return null
  if (!name) {
    return (
      <div className="scroll"><Empty icon="database" title="No data types yet">
        <span className="empty-act">With them the studio knows what a reply holds, and offers it wherever something is set from a variable.</span>
        <button type="button" className="button primary" onClick={() => setOpen('json')}>From JSON</button> <button type="button" className="button" onClick={() => setOpen('new')}>New data type</button>
      </Empty>{open === 'new' && <NewType taken={[]} onClose={() => setOpen('')} />}{open === 'json' && <ImportDialog kinds={['json']} onClose={() => setOpen('')} />}</div>
    )
  }
  if (value === undefined) return <p className="hint opening" aria-busy="true">Opening…</p>
  if (!isObject(value)) return <div className="scroll"><Empty icon="alert" title={`types/${name}.yaml cannot be read`}>The problems say where. Mend it in the code, then it shows here.</Empty></div>
  return <div className="scroll" key={name}><div className="api"><TypeEditor name={name} value={value} /></div></div>
}

function TypeEditor({name, value}: {name: string; value: {[key: string]: Json}}) {
  const [removing, setRemoving] = useState(false)
  const at = typePath(name)
  return (
    <>
      <header className="api-head">
        <div className="api-title">
          <h2 className="sr">{name}</h2>
          <NameInput className="api-name" label="Name of the data type" value={name} onRename={to => editThenShow([{op: 'rename', at, name: to}], `data type ${name} → ${to}`, 'types', typePath(to))} />
          <div className="api-doc"><Cell label="Note about the data type" placeholder="What it is, in a sentence" value={text(value.doc)} onSet={(t, step) => void put(`${at}/doc`, t || null, `note of ${name}`, {step})} /></div>
        </div>
        <div className="api-tools"><IconButton icon="trash" label={`Remove ${name}`} onClick={() => setRemoving(true)} /></div>
      </header>
      <Faults at={at} />
      {Array.isArray(value.enum) ? <Words at={`${at}/enum`} name={name} words={value.enum} /> : (
        <section className="sheet api-sheet" aria-label="Fields">
          <h3>Fields</h3>
          <p className="sheet-doc">Any field may be unset. One that is not there reads as its default, else as nothing; a reply in which a field is of another type is told of.</p>
          <Declared at={`${at}/fields`} what={name} noun="field" value={value.fields} fields />
        </section>
      )}
      <UsedBy at={at} />
      {removing && <Removal at={at} what={name} onClose={() => setRemoving(false)} then={() => store.show('types')} />}
    </>
  )
}

// Words edits the values of an enum.
function Words({at, name, words}: {at: string; name: string; words: Json[]}) {
  const [adding, setAdding] = useState(false)
  const set = (drawn: Json, i: number, key: 'name' | 'wire', value: string, step = '') => void alter(at, now => {
    const n = placed(now, drawn, i)
    return n < 0 ? [] : briefly((now as Json[])[n] ?? null, `${at}/${n}`, 'name', key, value || null)
  }, `words of ${name}`, step)
  return (
    <section className="sheet api-sheet" aria-label="Words">
      <h3>Words</h3>
      <p className="sheet-doc">A value is one of these. Where the backend has another name for a word, say so: expressions know yours, requests and replies theirs.</p>
      <div className="pairs words">
        {words.map((w, i) => {
          const is = isObject(w) ? text(w.name) : text(w)
          return (
            <div className="pair" key={`${i}-${words.length}`}>
              <div className="pair-row">
                <NameInput label={`Word ${i + 1}`} value={is} onRename={to => set(w, i, 'name', to)} />
                <Cell label={`Name of ${is} in JSON`} placeholder={`${is} in JSON too`} value={isObject(w) ? text(w.wire) : ''} onSet={(t, step) => set(w, i, 'wire', t, step)} />
                <IconButton icon="up" label={`Move ${is} up`} disabled={i === 0} onClick={() => void moveItem(at, w, i, -1, `order of ${name}`)} />
                <IconButton icon="down" label={`Move ${is} down`} disabled={i === words.length - 1} onClick={() => void moveItem(at, w, i, 1, `order of ${name}`)} />
                <IconButton icon="x" label={`Remove ${is}`} disabled={words.length === 1} onClick={() => void removeItem(at, w, i, `removing ${is}`)} />
              </div>
              <Faults at={`${at}/${i}`} below />
            </div>
          )
        })}
        {adding && <div className="pair-row"><NameInput label="The new word" value="" placeholder="Word" autoFocus onRename={to => { setAdding(false); void store.edit([{op: 'insert', at: `${at}/-`, value: to}], `word ${to} of ${name}`) }} /><span className="hint">Enter adds it.</span></div>}
        <button type="button" className="add" onClick={() => setAdding(true)}><Icon name="plus" size={14} /> Add word</button>
      </div>
      <Faults at={at} />
    </section>
  )
}

// UsedBy lists the places that name a data type, with a way there.
function UsedBy({at}: {at: string}) {
  const {project} = useStudio()
  const revision = project?.revision
  const [places, setPlaces] = useState<Problem[] | null>(null)
  useEffect(() => {
    let wanted = true
    uses(at).then(u => { if (wanted) setPlaces(u.uses) }, () => { if (wanted) setPlaces(null) })
    return () => { wanted = false }
  }, [at, revision])
  const files = new Map<string, Problem[]>()
  for (const p of places ?? []) files.set(p.file, [...(files.get(p.file) ?? []), p])
  return (
    <section className="sheet api-sheet" aria-label="Used by">
      <h3>Used by</h3>
      {places === null ? <p className="hint">…</p> : !places.length && <p className="hint">Nothing in the app names it.</p>}
      <ul className="call-list used-by">
        {[...files].map(([file, all]) => (
          <li key={file}><button type="button" onClick={() => void store.reveal(all[0]?.at ?? '')}><Icon name={fileIcon(file)} /> <span className="call-name">{file}</span> <code>{all.length === 1 ? `line ${all[0]?.line}` : `${all.length} places`}</code></button></li>
        ))}
      </ul>
    </section>
  )
}

function fileIcon(file: string): string {
  return {pages: 'page', calls: 'cloud', types: 'database', flows: 'zap', components: 'box'}[file.split('/')[0] ?? ''] ?? 'settings'
}
