import {useEffect, useId, useRef, useState, type ReactNode} from 'react'
import {Bound, SetFromVariable} from './Binding.tsx'
import {amend, builtin, put, text} from './calls.ts'
import {ExpressionInput} from './ExpressionInput.tsx'
import {Field, useDraft} from './fields.tsx'
import {Icon} from './icons.tsx'
import {ifUnused, Removal} from './Modal.tsx'
import {store, useStudio} from './store.ts'
import {bound, holes, words} from './tree.ts'
import {IconButton, Select, Switch, Tip} from './ui.tsx'
import {alter, escaped, isObject} from './values.ts'
import type {Json, Problem, PropView} from './wire.ts'

// The rows that groups, calls and data types are edited with.

type Mapping = {[key: string]: Json}

// Faults says what is wrong at a path and, if below is set, under it.
export function Faults({at, below}: {at: string; below?: boolean}) {
  const {project} = useStudio()
  const mine = (project?.problems ?? []).filter(p => p.at === at || (below && p.at?.startsWith(`${at}/`)))
  return <>{mine.map((p, i) => <Fault key={i} problem={p} />)}</>
}

function Fault({problem}: {problem: Problem}) {
  return <p className={`fault${problem.warning ? ' warning' : ''}`} data-at={problem.at}><Icon name="alert" size={15} /> <span>{problem.message}{problem.hint && <small>{problem.hint}</small>}</span></p>
}

// Entry is one property of a group or a call: its name, what it means, and its control.
export function Entry({at, what, prop, value, label = words(prop.name), children}: {at: string; what: string; prop: PropView; value: Json | undefined; label?: string; children?: ReactNode}) {
  const id = useId()
  const path = `${at}/${prop.name}`
  const has = value !== undefined && value !== null
  const set = (v: Json, step = '') => void put(path, v, `${label.toLowerCase()} of ${what}`, {step})
  return (
    <div className="entry">
      <div className="entry-head">
        <label htmlFor={id} className="entry-label">{label}</label>
        {has && !prop.required && <Tip text="Back to the default"><button type="button" className="reset" aria-label={`${label} back to the default`} onClick={() => set(null)}><Icon name="x" size={12} /></button></Tip>}
        {prop.bindable && !children && <SetFromVariable owner={{at: path, what}} prop={prop} label={label} current={typeof value === 'string' ? value : ''} onSet={v => set(v)} />}
      </div>
      <p className="entry-doc" id={`${id}-doc`}>{prop.doc}</p>
      {children ?? <Field id={id} prop={prop} label={label} value={value} onSet={set} owner={{at: path, what}} />}
      {!children && bound(value) && <Bound at={path} expressions={holes(value)} />}
      <Faults at={path} below={prop.kind !== 'values'} />
    </div>
  )
}

// NameInput is a name that is written at Enter or when it is left, never while it is typed; one that is refused is taken back.
export function NameInput({id, value, label, className = 'input', placeholder, onRename, autoFocus}: {id?: string; value: string; label: string; className?: string; placeholder?: string; onRename: (name: string) => Promise<void> | void; autoFocus?: boolean}) {
  const [draft, setDraft] = useState(value)
  useEffect(() => setDraft(value), [value])
  const done = () => {
    const name = draft.trim()
    if (!name || name === value) return setDraft(value)
    const before = store.get().project?.revision
    void onRename(name)?.then(() => { if (store.get().project?.revision === before) setDraft(value) })
  }
  return (
    <input
      id={id} className={className} aria-label={label} placeholder={placeholder} value={draft} spellCheck={false} autoFocus={autoFocus} onChange={ev => setDraft(ev.target.value)} onBlur={done}
      onKeyDown={ev => {
        if (ev.key === 'Enter') { ev.preventDefault(); ev.currentTarget.blur() }
        if (ev.key === 'Escape') setDraft(value)
      }}
    />
  )
}

// Cell is a text that is written after a pause.
export function Cell({value, label, placeholder, mono, at, onSet}: {value: string; label: string; placeholder?: string; mono?: boolean; at?: string; onSet: (text: string, step: string) => void}) {
  const d = useDraft(value, onSet)
  if (at) {
    return (
      <ExpressionInput at={at} prop="" kind="" className={`input${bound(d.draft) ? ' bound' : ''}${mono ? ' mono' : ''}`} label={label} placeholder={placeholder} value={d.draft} onChange={d.onChange} onFocus={d.onFocus} onBlur={d.onBlur}
        onKeyDown={ev => {
          if (ev.key === 'Enter' && !ev.shiftKey) { ev.preventDefault(); d.flush() }
          if (ev.key === 'Escape') d.back()
        }} />
    )
  }
  return (
    <input
      className={`input${bound(d.draft) ? ' bound' : ''}${mono ? ' mono' : ''}`} aria-label={label} placeholder={placeholder} spellCheck={false} value={d.draft} onChange={ev => d.onChange(ev.target.value)} onFocus={d.onFocus} onBlur={d.onBlur}
      onKeyDown={ev => {
        if (ev.key === 'Enter') { ev.preventDefault(); d.flush() }
        if (ev.key === 'Escape') d.back()
      }}
    />
  )
}

// typed reads what was typed into a cell of a JSON body: numbers, truths, lists and objects as JSON, anything else as text.
export function typed(s: string): Json {
  const t = s.trim()
  if (/^(-?\d+(\.\d+)?|true|false|null)$/.test(t) || /^[[{"]/.test(t)) {
    try { return JSON.parse(t) as Json } catch { return s }
  }
  return s
}

// shownAs is what typed reads again as the same value.
export function shownAs(v: Json): string {
  if (typeof v !== 'string') return JSON.stringify(v)
  return typed(v) === v ? v : JSON.stringify(v)
}

const valueProp = (name: string, json: boolean): PropView => ({name, kind: json ? 'json' : 'text', values: [], default: '', required: false, bindable: true, group: '', doc: ''})

// FilePart is what a part of a multipart body says of its file: its name and its type, where they are not the file's own.
function FilePart({name, value, onSet}: {name: string; value: Json; onSet: (v: Json, step?: string) => void}) {
  const now: Mapping = isObject(value) ? value : {file: value}
  const [open, setOpen] = useState(now.name !== undefined || now.type !== undefined)
  const last = useRef(now) // what was set last: it may not show yet
  useEffect(() => { last.current = isObject(value) ? value : {file: value} }, [value])
  const set = (key: 'name' | 'type', t: string, step = '') => {
    const full: Mapping = {...last.current, [key]: t}
    for (const k of ['name', 'type']) if (!full[k]) delete full[k]
    last.current = full
    onSet(Object.keys(full).length === 1 ? full.file ?? '' : full, step)
  }
  if (!open) return <button type="button" className="add part-open" aria-label={`File name and type of ${name}`} onClick={() => setOpen(true)}><Icon name="file" size={13} /> File name and type</button>
  return (
    <div className="inline-fields part">
      <label className="small-field"><span>File name</span><Cell label={`File name of ${name}`} placeholder="The file’s own" value={text(now.name)} onSet={(t, step) => set('name', t, step)} /></label>
      <label className="small-field"><span>Type</span><Cell label={`Type of the file ${name}`} placeholder="The file’s own, such as image/png" value={text(now.type)} onSet={(t, step) => set('type', t, step)} /></label>
    </div>
  )
}

// Pairs edits a mapping of names to values. json: values keep their types. parts: which values are files of a multipart body.
export function Pairs({at, what, noun, value, json, parts, extra, taken = {}}: {
  at: string; what: string; noun: string; value: Json | undefined; json?: boolean; parts?: (value: Json) => boolean; extra?: (name: string, value: Json) => ReactNode; taken?: Mapping
}) {
  const rows = isObject(value) ? Object.entries(value) : []
  const [adding, setAdding] = useState(false)
  const path = (name: string) => `${at}/${escaped(name)}`
  const add = (name: string) => {
    setAdding(false)
    void addNew(at, name, '', `${noun} ${name} of ${what}`)
  }
  return (
    <div className="pairs">
      {Object.entries(taken).map(([name, v]) => rows.some(([n]) => n.toLowerCase() === name.toLowerCase()) ? null : <div className="pair-row taken" key={name}><span className="pair-name">{name}</span><span className="pair-value">{text(v)}</span><small>from the group</small></div>)}
      {rows.map(([name, v]) => {
        const value = isObject(v) && 'value' in v ? v.value ?? '' : v
        const inner = isObject(v) && 'value' in v ? `${path(name)}/value` : path(name)
        const part = isObject(v) && 'file' in v // of a multipart body
        const set = (t: string, step = '') => void alter(path(name), now => {
          const key = ['file', 'value'].find(k => isObject(now) && k in now)
          return [{op: 'set', at: key ? `${path(name)}/${key}` : path(name), value: json ? typed(t) : t}]
        }, `${noun} ${name} of ${what}`, step)
        const shown = part ? text(v.file) : json ? shownAs(value) : text(value)
        return (
          <div className="pair" key={name}>
            <div className="pair-row">
              <NameInput label={`Name of the ${noun} ${name}`} value={name} onRename={to => store.edit([{op: 'move', from: path(name), at: path(to)}], `${noun} ${to} of ${what}`)} />
              <Cell label={`Value of the ${noun} ${name}`} value={shown} onSet={set} at={part ? `${path(name)}/file` : inner} />
              <SetFromVariable owner={{at: inner, what}} prop={valueProp(name, json === true)} label={name} current={shown} onSet={v => set(v)} />
              {extra?.(name, v)}
              <IconButton icon="x" label={`Remove the ${noun} ${name}`} onClick={() => void put(path(name), null, `removing ${noun} ${name}`, {last: at})} />
            </div>
            {parts?.(v) && <FilePart name={name} value={v} onSet={(full, step) => void put(path(name), full, `${noun} ${name} of ${what}`, {step})} />}
            <Faults at={path(name)} below />
          </div>
        )
      })}
      {adding && <div className="pair-row"><NameInput label={`Name of the new ${noun}`} value="" placeholder="Name" autoFocus onRename={add} /><span className="hint">Enter adds it.</span></div>}
      <button type="button" className="add" onClick={() => setAdding(true)}><Icon name="plus" size={14} /> Add {noun}</button>
    </div>
  )
}

// TypePicker chooses a type: one that is always there, or a data type of the app; or a list of it.
export function TypePicker({label, value, none, describedBy, onChange}: {label: string; value: string; none?: string; describedBy?: string; onChange: (type: string) => void}) {
  const {project} = useStudio()
  const list = value.startsWith('list of ')
  const inner = list ? value.slice('list of '.length) : value
  const options = [
    ...(none ? [{value: '-', label: none}] : []), ...builtin,
    ...(project?.types ?? []).filter(t => t.name).map(t => ({value: t.name ?? '', label: t.name ?? '', hint: t.enum ? 'one of some words' : 'data type'})),
  ]
  if (inner && !options.some(o => o.value === inner)) options.push({value: inner, label: inner})
  return (
    <span className="type-picker">
      <Select label={label} describedBy={describedBy} value={inner || '-'} options={options} onChange={v => onChange(v === '-' ? '' : list ? `list of ${v}` : v)} />
      <Tip text={list ? 'A list of it' : 'One of it; press for a list'}>
        <button type="button" className="list-toggle" aria-pressed={list} aria-label={`${label} is a list`} disabled={!inner} onClick={() => onChange(list ? inner : `list of ${inner}`)}><Icon name="list" size={15} /></button>
      </Tip>
    </span>
  )
}

// brief writes what is declared as a person would: the type alone where nothing else is said.
export function brief(full: Mapping): Json {
  const kept = Object.entries(full).filter(([, v]) => v !== null && v !== undefined && v !== '')
  return kept.length === 1 && kept[0]?.[0] === 'type' ? kept[0][1] : Object.fromEntries(kept)
}

// spread is the opposite of brief.
export function spread(value: Json | undefined): Mapping {
  return isObject(value) ? value : {type: value ?? 'text'}
}

// Declared edits names with their types: the variables of a call, the fields of a data type, what a page keeps (kept: nobody gives it).
export function Declared({at, what, noun, value, fields, kept, inherited}: {at: string; what: string; noun: string; value: Json | undefined; fields?: boolean; kept?: boolean; inherited?: ReactNode}) {
  const rows = isObject(value) ? Object.entries(value) : []
  const [adding, setAdding] = useState(false)
  const [open, setOpen] = useState('')
  const [removing, setRemoving] = useState('')
  const {project} = useStudio()
  const path = (name: string) => `${at}/${escaped(name)}`
  const add = (name: string) => {
    setAdding(false)
    void addNew(at, name, 'text', `${noun} ${name} of ${what}`)
  }
  const remove = (name: string) => put(path(name), null, `removing ${noun} ${name}`, {last: fields ? undefined : at})
  return (
    <div className="pairs declared">
      {inherited}
      {rows.map(([name, v], i) => {
        const full = spread(v)
        const set = (patch: Mapping | ((full: Mapping) => Mapping), step = '') => amend(path(name), now => { const is = spread(now ?? v); return brief({...is, ...(typeof patch === 'function' ? patch(is) : patch)}) }, `${noun} ${name} of ${what}`, step)
        const type = text(full.type)
        const shown = open === name
        const doc = text(full.doc)
        return (
          <div className="pair" key={name}>
            <div className="pair-row">
              <NameInput label={`Name of the ${noun} ${name}`} value={name} onRename={to => store.edit([{op: 'rename', at: path(name), name: to}], `${noun} ${name} → ${to}`)} />
              <TypePicker label={`Type of ${name}`} value={type} onChange={t => set({type: t, default: null})} />
              {type === 'secret' || type === 'file' ? <span className="pair-value hint">{type === 'secret' ? 'never shown, no default' : 'chosen by the person'}</span>
                : <Cell label={`Default of ${name}`} placeholder="No default" value={full.default === undefined ? '' : shownAs(full.default)} onSet={(t, step) => set(is => ({default: t === '' ? null : is.type === 'text' ? t : typed(t), required: null}), step)} />}
              <IconButton icon={shown ? 'chevron-up' : 'more'} label={`More about ${name}`} pressed={shown} onClick={() => setOpen(shown ? '' : name)} />
              <IconButton icon="x" label={`Remove the ${noun} ${name}`} onClick={() => void ifUnused(path(name), () => remove(name), () => setRemoving(name))} />
            </div>
            {!shown && doc && <p className="pair-doc">{doc}</p>}
            {shown && (
              <div className="pair-more">
                <label className="more-line"><span>What it is</span><Cell label={`What ${name} is`} placeholder="A note for people" value={doc} onSet={(t, step) => set({doc: t}, step)} /></label>
                {fields ? <label className="more-line"><span>Name in JSON</span><Cell label={`Name of ${name} in JSON`} placeholder={name} value={text(full.key)} onSet={(t, step) => set({key: t}, step)} /></label> : !kept && (
                  <div className="more-line"><span>Required</span><Switch label={`${name} is required`} checked={full.required !== false && full.default === undefined} disabled={full.default !== undefined} onChange={on => set({required: on ? null : false})} /><span className="hint">{full.default !== undefined ? 'It has a default.' : 'Each use must give it.'}</span></div>
                )}
                {project?.types.some(t => t.name === inner(type)) && <div className="more-line"><span>Its type</span><button type="button" className="add" onClick={() => store.show('types', `/types/${escaped(inner(type))}`)}><Icon name="database" size={14} /> Open {inner(type)}</button></div>}
                <div className="more-line"><span>Place</span>
                  <IconButton icon="up" label={`Move ${name} up`} disabled={i === 0} onClick={() => void reorder(at, name, -1, what)} />
                  <IconButton icon="down" label={`Move ${name} down`} disabled={i === rows.length - 1} onClick={() => void reorder(at, name, 1, what)} />
                </div>
              </div>
            )}
            <Faults at={path(name)} below />
          </div>
        )
      })}
      {adding && <div className="pair-row"><NameInput label={`Name of the new ${noun}`} value="" placeholder="Name" autoFocus onRename={add} /><span className="hint">Enter adds it.</span></div>}
      <button type="button" className="add" onClick={() => setAdding(true)}><Icon name="plus" size={14} /> Add {noun}</button>
      {removing && <Removal at={path(removing)} what={`the ${noun} ${removing}`} remove={() => remove(removing)} onClose={() => setRemoving('')} />}
    </div>
  )
}

const inner = (type: string) => type.replace(/^(list of )+/, '')

// addNew adds a name that is not there yet.
export function addNew(at: string, name: string, value: Json, label: string) {
  return alter(at, now => isObject(now) && now[name] !== undefined ? [] : [{op: 'set', at: `${at}/${escaped(name)}`, value}], label)
}

// reorder moves an entry among its siblings: what stands behind its new place goes out and comes back behind it, with its comments.
function reorder(at: string, name: string, by: -1 | 1, what: string) {
  return alter(at, now => {
    const names = isObject(now) ? Object.keys(now) : []
    const i = names.indexOf(name)
    const first = Math.min(i, i + by)
    const [a, b] = [names[first], names[first + 1]]
    if (i < 0 || a === undefined || b === undefined) return []
    const aside = `${at.slice(0, at.lastIndexOf('/'))}/moved`
    return [a, ...names.slice(first + 2)].flatMap(n => [{op: 'move' as const, from: `${at}/${escaped(n)}`, at: aside}, {op: 'move' as const, from: aside, at: `${at}/${escaped(n)}`}])
  }, `order of ${what}`)
}
