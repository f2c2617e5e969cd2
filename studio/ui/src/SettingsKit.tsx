import {createContext, useContext, useEffect, useId, useState, type ReactNode} from 'react'
import {api} from './api.ts'
import {SetFromVariable} from './Binding.tsx'
import {spread} from './CallRows.tsx'
import {Field, useDraft} from './fields.tsx'
import {Icon} from './icons.tsx'
import {store, useStudio} from './store.ts'
import {IconButton, Segmented, Select, Switch, type Option} from './ui.tsx'
import {alter, escaped, isObject, parts, read, removed} from './values.ts'
import type {Json, Problem, PropView, SettingView} from './wire.ts'

// What the pages of the settings are made of: a line a key of app.yaml, with its sentence, its control and what is wrong with it.

// AppValue is app.yaml as it is written.
export const AppValue = createContext<Json>({})

// textOf is a value as a text field shows it.
export function textOf(v: Json | undefined): string {
  return v === undefined || v === null ? '' : typeof v === 'string' ? v : typeof v === 'object' ? JSON.stringify(v) : String(v)
}

const kept = ['/app', '/app/authentication'] // not taken away with the last key in them

// write sets a value, or takes it away with what would be empty without it.
export function write(at: string, value: Json, label: string, step = '') {
  if (value !== null) return store.edit([{op: 'set', at, value}], label, {step})
  return alter('/app', app => removed(app, '/app', at, kept), label, step)
}

// specAt is what the language says of a key.
export function specAt(settings: SettingView[], at: string): SettingView | undefined {
  const wanted = at.split('/')
  return settings.find(s => {
    const have = s.at.split('/')
    return have.length === wanted.length && have.every((p, i) => p === '*' || p === wanted[i])
  })
}

// useSetting is a key of app.yaml: what is said of it, what is written, what is wrong, and how to change it.
export function useSetting(at: string, label: string, deep = true) {
  const app = useContext(AppValue)
  const {project, catalogue} = useStudio()
  const spec = specAt(catalogue?.settings ?? [], at)
  const value = read(app, parts(at).slice(1))
  const faults = (project?.problems ?? []).filter(p => p.at === at || (deep && p.at?.startsWith(`${at}/`)))
  const set = (v: Json, step = '') => {
    const same = spec !== undefined && JSON.stringify(v) === JSON.stringify(spec.default)
    return void write(at, same ? null : v, label, step && `${step}:${at}`)
  }
  return {spec, value, faults, set}
}

// Faults are what the checker says of a place.
export function Faults({faults}: {faults: Problem[]}) {
  return <>{faults.map((p, i) => <p key={i} className={`fault${p.warning ? ' warning' : ''}`} data-at={p.at}><Icon name="alert" size={15} /> <span>{p.message}{p.hint && <small>{p.hint}</small>}</span></p>)}</>
}

// Head begins a page of the settings.
export function Head({title, children, tools}: {title: string; children: ReactNode; tools?: ReactNode}) {
  return (
    <div className="settings-head">
      <div><h2>{title}</h2><p>{children}</p></div>
      {tools}
    </div>
  )
}

// Sheet is a part of a page of the settings; its name is in the list at the left.
export function Sheet({title, doc, at, children}: {title: string; doc?: ReactNode; at?: string; children: ReactNode}) {
  return (
    <section className="sheet" aria-label={title} id={`settings-${title.replace(/\W+/g, '-')}`} data-sheet={title} data-at={at}>
      <h3>{title}</h3>
      {doc && <p className="sheet-doc">{doc}</p>}
      {children}
    </section>
  )
}

// Line is a name, a sentence, and a control beside or, when wide, below them.
export function Line({label, doc, id, wide, faults = [], children, below}: {label: string; doc?: ReactNode; id?: string; wide?: boolean; faults?: Problem[]; children: ReactNode; below?: ReactNode}) {
  return (
    <div className={`setting${wide ? ' wide' : ''}${faults.length ? ' bad' : ''}`}>
      <div className="setting-main">
        <div className="setting-text">
          {id ? <label htmlFor={id}>{label}</label> : <span className="setting-name">{label}</span>}
          {doc && <p id={id && `${id}-doc`}>{doc}</p>}
        </div>
        <div className="setting-control">{children}</div>
      </div>
      <Faults faults={faults} />
      {below}
    </div>
  )
}

// Toggle is a switch.
export function Toggle({label, doc, checked, onChange, disabled, faults, children}: {label: string; doc: ReactNode; checked: boolean; onChange: (on: boolean) => void; disabled?: boolean; faults?: Problem[]; children?: ReactNode}) {
  const id = useId()
  return <Line label={label} doc={doc} id={id} faults={faults} below={children}><Switch id={id} label={label} describedBy={`${id}-doc`} checked={checked} onChange={onChange} disabled={disabled} /></Line>
}

const nothing = '\u0000'

// Pick chooses one of some names; none says what no choice is called, where there may be none.
export function Pick({id, label, value, options, onChange, none, disabled}: {id?: string; label: string; value: string; options: Option[]; onChange: (v: string) => void; none?: string; disabled?: boolean}) {
  const lost = value !== '' && !options.some(o => o.value === value) ? [{value, label: value, hint: 'is not there'}] : []
  const all = [...(none === undefined ? [] : [{value: nothing, label: none}]), ...lost, ...options]
  return <Select id={id} label={label} describedBy={id && `${id}-doc`} value={value === '' && none !== undefined ? nothing : value} options={all} onChange={v => onChange(v === nothing ? '' : v)} disabled={disabled} />
}

// Choice is a line with one of some names.
export function Choice({label, doc, value, options, onChange, none, disabled, faults, below}: {label: string; doc?: ReactNode; value: string; options: Option[]; onChange: (v: string) => void; none?: string; disabled?: boolean; faults?: Problem[]; below?: ReactNode}) {
  const id = useId()
  return <Line label={label} doc={doc} id={id} faults={faults} below={below}><Pick id={id} label={label} value={value} options={options} onChange={onChange} none={none} disabled={disabled} /></Line>
}

interface SettingProps {
  at: string
  label: string
  doc?: ReactNode // beside what the language says
  as?: 'page' | 'type' | 'expression' | 'lines'
  suggest?: string[]
  placeholder?: string
  none?: string
  disabled?: boolean
}

// Setting is a key of app.yaml with the control for what it takes.
export function Setting({at, label, doc, as, suggest, placeholder, none, disabled}: SettingProps) {
  const id = useId()
  const {project} = useStudio()
  const {spec, value, faults, set} = useSetting(at, label)
  if (!spec) return null
  const says = <>{spec.doc}{doc && <> {doc}</>}</>
  if (as === 'page' || as === 'type') {
    const options = as === 'page' ? (project?.pages ?? []).map(p => ({value: p.name, label: p.name, hint: p.path}))
      : (project?.types ?? []).filter(t => t.kind === 'object' && t.name).map(t => ({value: t.name ?? '', label: t.name ?? ''}))
    return <Choice label={label} doc={says} value={textOf(value)} options={options} none={none ?? (spec.required ? undefined : 'None')} onChange={v => set(v === '' ? null : v)} faults={faults} disabled={disabled} />
  }
  if (spec.kind === 'bool') return <Toggle label={label} doc={says} checked={typeof value === 'boolean' ? value : spec.default === true} onChange={on => set(on)} faults={faults} disabled={disabled} />
  if (spec.kind === 'enum' && spec.default === null) return <Choice label={label} doc={says} value={textOf(value)} options={spec.values.map(v => ({value: v, label: v}))} none={none ?? 'Not set'} onChange={v => set(v === '' ? null : v)} faults={faults} disabled={disabled} />
  if (as === 'lines') return <Line label={label} doc={says} id={id} faults={faults} wide><Lines id={id} label={label} value={value} onSet={set} placeholder={placeholder} /></Line>
  if (as === 'expression' || spec.kind === 'condition') return <Line label={label} doc={says} id={id} faults={faults} wide><Expression id={id} at={at} label={label} value={value} suggest={suggest} placeholder={placeholder} onSet={set} /></Line>
  const prop: PropView = {name: label, kind: spec.kind, values: spec.values, default: spec.default ?? placeholder ?? '', required: spec.required, bindable: false, group: '', doc: spec.doc}
  return <Line label={label} doc={says} id={id} faults={faults}><Field id={id} prop={prop} label={label} value={value} onSet={set} /></Line>
}

// Expression is a field for ${…}: what may be read at its place is offered while one types and by Set from variable, and what fits best while it is empty.
export function Expression({id, at, label, value, suggest = [], placeholder = '', bare, onSet}: {id: string; at: string; label: string; value: Json | undefined; suggest?: string[]; placeholder?: string; bare?: boolean; onSet: (v: Json, step?: string) => void}) {
  const prop: PropView = {name: '', kind: 'text', values: [], default: placeholder, required: false, bindable: true, group: '', doc: ''}
  const owner = {at, what: 'setting'}
  const put = (v: Json, step?: string) => onSet(typeof v === 'string' ? (v.trim() === '' ? null : literal(v)) : v, step)
  const offered = textOf(value) === '' ? suggest.slice(0, 3) : []
  return (
    <div className="expr">
      <div className="expr-line">
        <Field id={id} prop={prop} label={label} value={textOf(value)} owner={owner} onSet={put} />
        {!bare && <SetFromVariable owner={owner} prop={prop} label={label} current={textOf(value)} onSet={v => put(v)} />}
      </div>
      {offered.length > 0 && <p className="offered"><span className="hint">Perhaps</span>{offered.map(s => <button key={s} type="button" className="pill" onClick={() => put(s)}><code>{s}</code></button>)}</p>}
    </div>
  )
}

// Suggested is a field for a text with some that fit offered while one types.
export function Suggested({id, label, value, suggest, placeholder = '', onSet}: {id: string; label: string; value: string; suggest: string[]; placeholder?: string; onSet: (v: string, step: string) => void}) {
  const d = useDraft(value, onSet)
  return (
    <>
      <input
        id={id} className="input mono" aria-label={label} list={`${id}-list`} spellCheck={false} autoComplete="off" value={d.draft} placeholder={placeholder}
        onChange={ev => d.onChange(ev.target.value)} onFocus={d.onFocus} onBlur={d.onBlur} onKeyDown={ev => { if (ev.key === 'Enter') d.flush(); if (ev.key === 'Escape') d.back() }}
      />
      <datalist id={`${id}-list`}>{suggest.map(s => <option key={s} value={s} />)}</datalist>
    </>
  )
}

// literal is what is typed as YAML would take it: true, false and mappings as such, all else as text.
function literal(t: string): Json {
  if (t === 'true' || t === 'false') return t === 'true'
  if (t.startsWith('{') || t.startsWith('[')) {
    try { return JSON.parse(t) as Json } catch { return t }
  }
  return t
}

// Lines is a list of texts, one a line.
export function Lines({id, label, value, onSet, placeholder = 'One a line'}: {id: string; label: string; value: Json | undefined; onSet: (v: Json, step?: string) => void; placeholder?: string}) {
  const d = useDraft(Array.isArray(value) ? value.map(textOf).join('\n') : textOf(value), (t, step) => {
    const list = t.split('\n').map(l => l.trim()).filter(l => l !== '')
    onSet(list.length ? list : null, step)
  })
  return <textarea id={id} className="input" rows={2} aria-label={`${label}, one a line`} placeholder={placeholder} value={d.draft} onChange={ev => d.onChange(ev.target.value)} onFocus={d.onFocus} onBlur={d.onBlur} />
}

// TextBox is a field for a text that is written after a pause; an empty one is null.
export function TextBox({id, label, value, onSet, placeholder = '', mono, type = 'text', min, max, step: by}: {id?: string; label: string; value: string; onSet: (v: string, step: string) => void; placeholder?: string; mono?: boolean; type?: 'text' | 'number'; min?: number; max?: number; step?: number | 'any'}) {
  const d = useDraft(value, onSet)
  return (
    <input
      id={id} type={type} min={min} max={max} step={by} className={`input${mono ? ' mono' : ''}`} aria-label={label} spellCheck={false} autoComplete="off" value={d.draft} placeholder={placeholder}
      onChange={ev => d.onChange(ev.target.value)} onFocus={d.onFocus} onBlur={d.onBlur} onKeyDown={ev => { if (ev.key === 'Enter') d.flush(); if (ev.key === 'Escape') d.back() }}
    />
  )
}

// CallInfo is a call of the app, as its file has it.
export interface CallInfo {
  id: string
  params: {name: string; type: string; doc: string; required: boolean}[]
  reply: string
}

// useCalls are the calls of all groups.
export function useCalls(): CallInfo[] {
  const {project} = useStudio()
  const [calls, setCalls] = useState<CallInfo[]>([])
  const revision = project?.revision
  useEffect(() => {
    let wanted = true
    const groups = (project?.files ?? []).filter(f => f.startsWith('calls/')).map(f => f.slice(6, -5))
    void Promise.all(groups.map(g => api.value(`/calls/${escaped(g)}`).then(v => callsOf(g, v.value), () => []))).then(all => { if (wanted) setCalls(all.flat()) })
    return () => { wanted = false }
  }, [revision])
  return calls
}

function callsOf(group: string, file: Json): CallInfo[] {
  const named = (v: Json | undefined) => isObject(v) ? Object.entries(v).map(([name, t]) => {
    const full = spread(t)
    return {name, type: textOf(full.type), doc: textOf(full.doc), required: full.required !== false && full.default === undefined}
  }) : []
  const calls = read(file, ['calls'])
  if (!isObject(calls)) return []
  return Object.entries(calls).map(([name, c]) => ({
    id: `${group}.${name}`, params: [...named(read(file, ['params'])), ...named(read(c, ['params']))], reply: textOf(read(c, ['reply'])),
  }))
}

// Args are the arguments of a call: a line a parameter.
export function Args({at, call, suggest}: {at: string; call: CallInfo | undefined; suggest: string[]}) {
  const {value} = useSetting(at, 'arguments')
  const {project} = useStudio()
  const id = useId()
  const given = isObject(value) ? value : {}
  const names = [...new Set([...(call?.params ?? []).map(p => p.name), ...Object.keys(given)])]
  if (names.length === 0) return null
  return (
    <Line label="Arguments" doc="What is sent as the parameters of the call." wide>
      <div className="arg-rows">
        {names.map(n => {
          const own = `${at}/${escaped(n)}`
          const param = call?.params.find(p => p.name === n)
          return (
            <div key={n} className="arg-row">
              <label htmlFor={`${id}-${n}`}>{n}{param?.required && <span className="must" aria-hidden="true"> *</span>} <span className="hint">{param?.type}</span></label>
              <Expression id={`${id}-${n}`} at={own} label={n} value={given[n]} suggest={suggest} onSet={(v, step) => void write(own, v, n, step && `${step}:${own}`)} />
              {param?.doc && <p className="hint arg-doc">{param.doc}</p>}
              <Faults faults={(project?.problems ?? []).filter(p => p.at === own)} />
            </div>
          )
        })}
      </div>
    </Line>
  )
}

// Placement is where a token travels: in a header, a query or a cookie.
export function Placement({at, label, doc, usual}: {at: string; label: string; doc?: ReactNode; usual: string}) {
  const {spec, value, faults, set} = useSetting(at, label)
  const id = useId()
  const now = isObject(value) ? value : {}
  const where = ['header', 'query', 'cookie'].find(k => k in now) ?? ''
  const name = textOf(now[where])
  const format = textOf(now.format)
  const names: Record<string, string> = {header: 'Authorization', query: 'access_token', cookie: 'session'}
  const key = (k: string) => (v: string, step: string) => void write(`${at}/${k}`, v === '' ? null : v, label, `${step}:${at}/${k}`)
  const sample = (format || '{token}').replace('{token}', '•••••')
  return (
    <>
      <Line label={label} doc={<>{spec?.doc} {doc}</>} faults={faults}>
        <Segmented label={label} value={where || 'usual'} onChange={v => set(v === 'usual' ? null : v === 'header' ? {header: names.header ?? '', format: 'Bearer {token}'} : {[v]: names[v] ?? ''})}
          choices={[{value: 'usual', label: usual}, {value: 'header', label: 'Header'}, {value: 'query', label: 'Query'}, {value: 'cookie', label: 'Cookie'}]} />
      </Line>
      {where !== '' && (
        <div className="setting-pair">
          <div><label htmlFor={`${id}-n`}>{`Name of the ${where === 'query' ? 'query parameter' : where}`}</label><TextBox id={`${id}-n`} label={`Name of the ${where}`} value={name} onSet={key(where)} mono /></div>
          {where === 'header' && <div><label htmlFor={`${id}-f`}>Format</label><TextBox id={`${id}-f`} label="Format" value={format} placeholder="{token}" onSet={key('format')} mono /></div>}
          <p className="hint">Sent as <code>{where === 'header' ? `${name}: ${sample}` : where === 'query' ? `?${name}=•••••` : `Cookie: ${name}=•••••`}</code></p>
        </div>
      )}
    </>
  )
}

// Flow is an event of the app: whether it does something, and the way to what it does.
export function FlowLine({at, label}: {at: string; label: string}) {
  const {spec, value, faults} = useSetting(at, label)
  const n = Array.isArray(value) ? value.length : 0
  const place = store.home(at)
  return (
    <Line label={label} doc={spec?.doc} faults={faults}>
      {place !== '' && place !== 'settings'
        ? <button type="button" className="button" onClick={() => store.show(place, at)}>{n ? `${n} ${n === 1 ? 'action' : 'actions'}` : 'Add actions'}</button>
        : <span className="fixed">{n ? `${n} ${n === 1 ? 'action' : 'actions'} in app.yaml` : 'Does nothing'}</span>}
    </Line>
  )
}

// RowTools move and remove an item of a list, by mouse and keyboard alike.
export function RowTools({what, first, last, onUp, onDown, onRemove}: {what: string; first?: boolean; last?: boolean; onUp?: () => void; onDown?: () => void; onRemove: () => void}) {
  return (
    <span className="row-tools">
      {onUp && <IconButton icon="up" label={`Move ${what} up`} disabled={first} onClick={onUp} />}
      {onDown && <IconButton icon="down" label={`Move ${what} down`} disabled={last} onClick={onDown} />}
      <IconButton icon="trash" label={`Remove ${what}`} onClick={onRemove} />
    </span>
  )
}

// More holds what few need.
export function More({title, children, open}: {title: string; children: ReactNode; open?: boolean}) {
  return <details className="more" open={open}><summary><Icon name="chevron-right" size={14} /> {title}</summary>{children}</details>
}
