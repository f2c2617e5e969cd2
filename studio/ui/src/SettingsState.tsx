import {useContext, useId, useState} from 'react'
import {Icon} from './icons.tsx'
import {AppValue, Expression, Faults, Head, RowTools, Sheet, Suggested, textOf, TextBox, write} from './SettingsKit.tsx'
import {store, useStudio} from './store.ts'
import {Segmented, Switch} from './ui.tsx'
import {alter, briefly, escaped, isObject, read} from './values.ts'
import type {Json} from './wire.ts'

const legalName = /^[A-Za-z_]\w*$/

// StateSettings are the app's variables and what never changes.
export function StateSettings() {
  return (
    <>
      <Head title="State & constants">What every page of the app can read: <code>{'${app.cart}'}</code>, <code>{'${constants.currency}'}</code>. A name that changes here changes wherever it is read.</Head>
      <AppState />
      <Constants />
    </>
  )
}

// Name is a name that can be given anew, with all that names it; a bare one is named nowhere else.
export function Name({at, name, what, legal = legalName, bare}: {at: string; name: string; what: string; legal?: RegExp; bare?: boolean}) {
  const [wrong, setWrong] = useState(false)
  return (
    <span className="name-box">
      <TextBox label={`Name of ${what} ${name}`} mono value={name} onSet={v => {
        setWrong(!legal.test(v))
        if (legal.test(v)) void store.edit([bare ? {op: 'move', from: at, at: at.slice(0, at.lastIndexOf('/') + 1) + escaped(v)} : {op: 'rename', at, name: v}], `name of ${name}`)
      }} />
      {wrong && <span className="hint">Letters, digits and _ alone; so it is not written.</span>}
    </span>
  )
}

function AppState() {
  const app = useContext(AppValue)
  const {project} = useStudio()
  const [name, setName] = useState('')
  const all = read(app, ['state'])
  const vars = isObject(all) ? Object.entries(all) : []
  const legal = legalName.test(name) && !vars.some(([n]) => n === name)
  return (
    <Sheet title="App state" at="/app/state" doc="Variables of each person’s visit. They are kept on the server with the login, sealed; for guests they travel sealed with the page. A log-out forgets them, but for those that are kept.">
      <Faults faults={(project?.problems ?? []).filter(p => p.at === '/app/state')} />
      {vars.map(([n, v]) => <Variable key={n} name={n} value={v} />)}
      <form className="add-row" onSubmit={ev => { ev.preventDefault(); if (legal) { void store.edit([{op: 'set', at: `/app/state/${escaped(name)}`, value: 'text'}], `variable ${name}`); setName('') } }}>
        <input className="input mono" aria-label="Name of a new variable" placeholder="Name, such as cart" value={name} onChange={ev => setName(ev.target.value.trim())} />
        <button type="submit" className="button" disabled={!legal}><Icon name="plus" size={14} /> Add a variable</button>
      </form>
    </Sheet>
  )
}

// typeNames are the types that a variable may have.
export function useTypeNames(): string[] {
  const {project} = useStudio()
  const own = (project?.types ?? []).map(t => t.name ?? '').filter(n => n !== '')
  const plain = ['text', 'int', 'number', 'bool', 'time', 'json', 'color', 'image']
  return [...plain, ...own, ...['text', 'int', 'number', ...own].map(t => `list of ${t}`)]
}

function Variable({name, value}: {name: string; value: Json}) {
  const {project} = useStudio()
  const id = useId()
  const here = `/app/state/${escaped(name)}`
  const more = isObject(value)
  const type = textOf(more ? value.type : value)
  const types = useTypeNames()
  const put = (key: string, v: Json, step = '') => void alter(here, now => briefly(now, here, 'type', key, v), `variable ${name}`, step && `${step}:${here}/${key}`)
  return (
    <div className="sub" role="group" aria-label={`Variable ${name}`}>
      <div className="state-grid">
        <div><label>Name</label><Name at={here} name={name} what="variable" /></div>
        <div>
          <label htmlFor={`${id}-t`}>Type</label>
          <Suggested id={`${id}-t`} label={`Type of ${name}`} value={type} suggest={types} onSet={(v, step) => { if (v.trim() !== '') put('type', v.trim(), step) }} />
        </div>
        <div>
          <label htmlFor={`${id}-d`}>Begins as</label>
          <Expression id={`${id}-d`} bare at={`${here}/default`} label={`Default of ${name}`} value={more ? value.default : undefined} placeholder="nothing" onSet={(v, step) => put('default', v === null ? null : typed(v, type), step)} />
        </div>
        <RowTools what={`variable ${name}`} onRemove={() => void write(here, null, `variable ${name}`)} />
      </div>
      <div className="state-foot">
        <label htmlFor={`${id}-k`}>Kept after a log-out</label><Switch id={`${id}-k`} label={`${name} is kept after a log-out`} checked={more && value.keep === true} onChange={on => put('keep', on ? true : null)} />
        <TextBox label={`Note on ${name}`} value={textOf(more ? value.doc : undefined)} placeholder="A note for people" onSet={(v, step) => put('doc', v === '' ? null : v, step)} />
      </div>
      <Faults faults={(project?.problems ?? []).filter(p => p.at === here || p.at?.startsWith(`${here}/`))} />
    </div>
  )
}

// typed is what was typed, as a value of a type.
function typed(v: Json, type: string): Json {
  if (typeof v !== 'string' || v.includes('${')) return v
  if (type === 'int' || type === 'number') return v.trim() !== '' && Number.isFinite(Number(v)) ? Number(v) : v
  if (type === 'bool') return v === 'true' ? true : v === 'false' ? false : v
  return v
}

const kinds = [{value: 'text', label: 'Text'}, {value: 'number', label: 'Number'}, {value: 'bool', label: 'Yes or no'}, {value: 'json', label: 'JSON'}]

function kindOf(v: Json): string {
  return typeof v === 'number' ? 'number' : typeof v === 'boolean' ? 'bool' : typeof v === 'string' ? 'text' : 'json'
}

function Constants() {
  const app = useContext(AppValue)
  const {project} = useStudio()
  const [name, setName] = useState('')
  const [kind, setKind] = useState('text')
  const all = read(app, ['constants'])
  const list = isObject(all) ? Object.entries(all) : []
  const legal = legalName.test(name) && !list.some(([n]) => n === name)
  const fresh: Record<string, Json> = {text: 'value', number: 0, bool: true, json: []}
  return (
    <Sheet title="Constants" at="/app/constants" doc="Values that never change while the app runs.">
      <Faults faults={(project?.problems ?? []).filter(p => p.at === '/app/constants')} />
      {list.map(([n, v]) => <Constant key={n} name={n} value={v} />)}
      <form className="add-row" onSubmit={ev => { ev.preventDefault(); if (legal) { void store.edit([{op: 'set', at: `/app/constants/${escaped(name)}`, value: fresh[kind] ?? ''}], `constant ${name}`); setName('') } }}>
        <input className="input mono" aria-label="Name of a new constant" placeholder="Name, such as currency" value={name} onChange={ev => setName(ev.target.value.trim())} />
        <Segmented label="Kind of the new constant" value={kind} onChange={setKind} choices={kinds} />
        <button type="submit" className="button" disabled={!legal}><Icon name="plus" size={14} /> Add a constant</button>
      </form>
    </Sheet>
  )
}

function Constant({name, value}: {name: string; value: Json}) {
  const {project} = useStudio()
  const [bad, setBad] = useState(false)
  const here = `/app/constants/${escaped(name)}`
  const kind = kindOf(value)
  const set = (v: Json, step = '') => void store.edit([{op: 'set', at: here, value: v}], `constant ${name}`, {step: step && `${step}:${here}`})
  const type = (t: string, step: string) => {
    if (kind === 'text') return set(t, step)
    try {
      const v = JSON.parse(t) as Json
      const fits = kind === 'json' ? typeof v === 'object' : kindOf(v) === kind
      setBad(!fits)
      if (fits) set(v, step)
    } catch {
      setBad(true)
    }
  }
  return (
    <div className="const-row" role="group" aria-label={`Constant ${name}`}>
      <Name at={here} name={name} what="constant" />
      {kind === 'bool' ? <Switch label={`Value of ${name}`} checked={value === true} onChange={on => set(on)} /> : <TextBox label={`Value of ${name}`} value={kind === 'json' ? JSON.stringify(value) : textOf(value)} mono={kind === 'json'} onSet={type} />}
      <span className="hint">{kinds.find(k => k.value === kind)?.label}</span>
      <RowTools what={`constant ${name}`} onRemove={() => void write(here, null, `constant ${name}`)} />
      {bad && <p className="hint">This is no {kind === 'json' ? 'JSON list or mapping' : 'number'} yet, so it is not written.</p>}
      <Faults faults={(project?.problems ?? []).filter(p => p.at === here || p.at?.startsWith(`${here}/`))} />
    </div>
  )
}
