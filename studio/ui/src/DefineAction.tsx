import {useContext, useEffect, useId, useMemo, useRef, type ReactNode} from 'react'
import {Bound, SetFromVariable} from './Binding.tsx'
import {ExpressionInput, Whose} from './ExpressionInput.tsx'
import {Field, useDraft} from './fields.tsx'
import {act} from './flowacts.ts'
import {typed, useChoices} from './flowchoices.ts'
import type {FlowView} from './FlowEditor.tsx'
import {argEdits, chosen, find, flowAt, flows, inside, own, parse, setKey, setProp, titleOf, useFlows, type FlowAction} from './flows.ts'
import {sessionLabels} from './flowwords.ts'
import {Icon} from './icons.tsx'
import {store, useStudio} from './store.ts'
import {bound, holes, words} from './tree.ts'
import {controlOf, exampleOf, fieldsOf, typeOf, typeWords} from './typed.ts'
import {Doc, Empty, IconButton, Select, Switch, Tip} from './ui.tsx'
import {isObject, useValue} from './values.ts'
import type {Json, Problem, PropView, TypeView, WireEdit} from './wire.ts'

// DefineAction is the panel at the right: everything that the chosen action can be given, made from the catalogue.
export function DefineAction() {
  const {catalogue, project} = useStudio()
  const {at, selected, others} = useFlows()
  const flow = at || flowAt(selected)
  const value = useValue(flow)
  const actions = useMemo(() => (catalogue ? parse(value, flow, catalogue) : []), [value, flow, catalogue])
  const many = others.length > 0 ? chosen(actions) : []
  const a = many[0] ?? (selected ? find(actions, selected) : undefined)
  return (
    <aside className="properties" aria-label="Define Action">
      {many.length > 1 && a ? <Many actions={many} first={a} view={{at: flow, size: actions.length, actions, problems: project?.problems ?? []}} /> : a ? <Panel key={`${a.at} ${a.kind}`} action={a} actions={actions} problems={project?.problems ?? []} /> : (
        <Empty icon="zap" title="No action is chosen">Click an action to say what it does, or add one at a +. Actions run from top to bottom. Ctrl and a click choose one more, Shift and a click all up to there.</Empty>
      )}
    </aside>
  )
}

// Many is what can be done to several actions at once.
function Many({actions, first, view}: {actions: FlowAction[]; first: FlowAction; view: FlowView}) {
  const off = actions.every(x => x.disabled)
  return (
    <>
      <header className="panel-head">
        <span className="panel-icon"><Icon name="layers" size={18} /></span>
        <div className="panel-title"><h2>{actions.length} actions</h2></div>
        <IconButton icon="arrow-up" label="Move up" tip="Move up (Alt ↑)" onClick={() => act.shift(view, first, -1)} />
        <IconButton icon="arrow-down" label="Move down" tip="Move down (Alt ↓)" onClick={() => act.shift(view, first, 1)} />
        <IconButton icon="trash" label="Delete the actions" tip="Delete (Del)" onClick={() => act.remove(view, first)} />
      </header>
      <p className="panel-doc">What is inside one of them goes along with it.</p>
      <ol className="flow-chosen">{actions.map(x => <li key={x.at}><Icon name={x.spec?.icon ?? 'alert'} size={15} /> {titleOf(x)}{x.disabled && <span className="flow-tag">Disabled</span>}</li>)}</ol>
      <div className="flow-chosen-acts">
        <button type="button" className="button" onClick={() => act.disable(view, first)}><Icon name={off ? 'play' : 'pause'} size={14} /> {off ? 'Enable' : 'Disable'}</button>
        <button type="button" className="button" onClick={() => act.duplicate(view, first)}><Icon name="layers" size={14} /> Duplicate</button>
        <button type="button" className="button" onClick={() => act.copy(view, first)}><Icon name="copy" size={14} /> Copy</button>
        <button type="button" className="button" onClick={() => act.cut(view, first)}><Icon name="scissors" size={14} /> Cut</button>
        {!first.at.startsWith('/calls/') && <button type="button" className="button" onClick={() => act.block(view, first)}><Icon name="zap" size={14} /> Make an action block of them…</button>}
      </div>
      <p className="panel-doc">Drag one of them and all move. Escape chooses none.</p>
    </>
  )
}

type Write = (make: (now: FlowAction) => WireEdit[], label: string, step?: string) => void

function Panel({action: a, actions, problems}: {action: FlowAction; actions: FlowAction[]; problems: Problem[]}) {
  const mine = own(a, problems)
  const props = a.spec?.props ?? []
  const placed = (p: Problem) => props.some(x => faultsOf(a, x.name, mine).includes(p))
  const groups = [...new Set(props.map(p => p.group || 'Settings'))].map(name => ({name, props: props.filter(p => (p.group || 'Settings') === name)}))
  const write: Write = (make, label, step = '') => void flows.alter(a, make, `${label.toLowerCase()} of ${titleOf(a)}`, step && `${step}:${a.at}:${label}`)
  const view = {at: flowAt(a.at), size: actions.length, actions, problems}
  return (
    <>
      <header className="panel-head">
        <span className="panel-icon"><Icon name={a.spec?.icon ?? 'alert'} size={18} /></span>
        <div className="panel-title"><h2>{titleOf(a)}</h2><code>{a.kind}</code></div>
        <IconButton icon="arrow-up" label="Move up" tip="Move up (Alt ↑)" onClick={() => act.shift(view, a, -1)} />
        <IconButton icon="arrow-down" label="Move down" tip="Move down (Alt ↓)" onClick={() => act.shift(view, a, 1)} />
        <IconButton icon="trash" label="Delete the action" tip="Delete (Del)" onClick={() => act.remove(view, a)} />
      </header>
      {a.spec && <p className="panel-doc"><Doc text={a.spec.doc} /></p>}
      {mine.filter(p => !placed(p)).map((p, i) => <Fault key={i} problem={p} />)}
      {a.kind === 'change' ? <Change action={a} write={write} mine={mine} /> : groups.map(g => (
        <section key={g.name} className="group" aria-label={g.name}>
          <h3>{g.name}</h3>
          {g.props.map(p => <Prop key={p.name} action={a} prop={p} write={write} mine={mine} />)}
        </section>
      ))}
      {a.branches.filter(b => b.condition !== undefined).map((b, i) => <ElseIf key={b.at} action={a} index={i} condition={b.condition ?? ''} write={write} mine={mine} />)}
      <section className="group" aria-label="Action">
        <h3>Action</h3>
        {a.spec?.output && <Output action={a} />}
        <Note action={a} write={write} />
        <Inline label="Disabled" doc="It stays in the file and does not run.">{id => <Switch id={id} label="Disabled" describedBy={`${id}-doc`} checked={a.disabled} onChange={() => act.disable(view, a)} />}</Inline>
        {act.errorBranch(a).length > 0 && <button type="button" className="button flow-wide" onClick={() => write(act.errorBranch, 'Error branch')}><Icon name="plus" size={14} /> Add an error branch</button>}
      </section>
    </>
  )
}

function Fault({problem}: {problem: Problem}) {
  return <p className={`fault${problem.warning ? ' warning' : ''}`} data-at={problem.at}><Icon name="alert" size={15} /> <span>{problem.message}{problem.hint && <small>{problem.hint}</small>}</span></p>
}

// faultsOf are the problems of one property, wherever it is written.
function faultsOf(a: FlowAction, name: string, mine: Problem[]): Problem[] {
  const places = [`${a.at}/${name}`, `${a.at}/${a.kind}/${name}`]
  if (a.spec?.main === name && !isObject(isObject(a.raw) ? a.raw[a.kind] : null)) places.push(`${a.at}/${a.kind}`)
  return mine.filter(p => places.some(at => inside(p.at, at)))
}

const labels: Record<string, string> = {...sessionLabels, navigate: 'Navigate Automatically', replace: 'Replace Route', newTab: 'In a new tab', most: 'Most rounds', persist: 'Stay logged in'}

const snackBar: Record<string, string> = {replace: 'In place of others', action: 'Button', block: 'Button runs', page: 'Button opens'}

function labelOf(a: FlowAction, p: PropView): string {
  if (a.kind === 'snackBar' && snackBar[p.name]) return snackBar[p.name] ?? p.name
  if (p.name === a.kind) return words(p.name)
  return labels[p.name] ?? words(p.name)
}

const named: Record<string, string> = {'open id': 'dialog', 'refresh query': 'query', 'loadMore query': 'query', 'setLanguage language': 'language', 'change variable': 'variable'}

// choiceKind says which names of the app a property takes one of, '' where it takes anything.
function choiceKind(a: FlowAction, p: PropView): string {
  if (['call', 'page', 'block', 'provider', 'field'].includes(p.kind)) return a.kind === 'stream' ? 'stream' : p.kind
  if (a.kind === 'emit' && p.name === 'event') return 'event'
  return named[`${a.kind} ${p.name}`] ?? ''
}

function Prop({action: a, prop, write, mine}: {action: FlowAction; prop: PropView; write: Write; mine: Problem[]}) {
  const label = labelOf(a, prop)
  const value = a.props[prop.name]
  const set = (v: Json, step = '') => write(now => setProp(now, prop.name, v), label, step)
  const faults = faultsOf(a, prop.name, mine)
  const choices = choiceKind(a, prop)
  const called = prop.kind === 'args' && prop.name === 'with' ? calledBy(a) : ''
  if (called) return <Args action={a} called={called} write={write} mine={mine} />
  if (prop.kind === 'args' && prop.name === 'with') return null
  if (prop.kind === 'args' && prop.name === 'fields' && value === undefined) return <CallFields action={a} prop={prop} label={label} write={write} faults={faults} />
  if (prop.kind === 'args' || prop.kind === 'values') return <Pairs action={a} prop={prop} label={label} write={write} faults={faults} />
  if (choices && !bound(value)) return <Line label={label} prop={prop} action={a} value={value} set={set} faults={faults}>{id => <Pick id={id} kind={choices} label={label} value={value} prop={prop} onSet={set} start={a.kind === 'navigate'} />}</Line>
  if (prop.kind === 'fields') return <Words action={a} prop={prop} label={label} names={sessionNames(prop)} write={write} faults={faults} />
  if (prop.kind === 'list' && !prop.bindable) return <Inputs action={a} prop={prop} label={label} write={write} faults={faults} />
  if (prop.kind === 'user' && isObject(value)) return <UserFields action={a} write={write} faults={faults} />
  const shown = prop.kind === 'time' ? {...prop, kind: 'text'} : prop // when a token expires is reckoned, not chosen
  return <Line label={label} prop={prop} action={a} value={value} set={set} faults={faults}>{id => <Value id={id} prop={shown} label={label} value={value} onSet={set} />}</Line>
}

// Value is the control of one value; what is neither a text nor a choice is written as text, or as JSON where it is more.
function Value({id, prop, label, example, value, onSet}: {id: string; prop: PropView; label: string; example?: string; value: Json | undefined; onSet: (v: Json, step?: string) => void}) {
  if (prop.kind === 'json' || prop.kind === 'user') return <Any id={id} label={label} example={example} required={prop.required} value={value} onSet={onSet} />
  if (prop.kind === 'condition') return <Field id={id} prop={{...prop, kind: 'text', default: null}} label={label} value={value} onSet={onSet} />
  return <Field id={id} prop={prop} label={label} value={value} onSet={onSet} />
}

// shownAny is how a value of any kind is typed: a text as it is, unless it would read as something else.
function shownAny(v: Json | undefined): string {
  if (v === undefined || v === null) return ''
  if (typeof v !== 'string') return JSON.stringify(v)
  return typeof readAny(v) === 'string' ? v : JSON.stringify(v)
}

function readAny(t: string): Json {
  if (!/^\s*(-?\d|true$|false$|\[|\{|")/.test(t)) return t
  try {
    return JSON.parse(t) as Json
  } catch {
    return t
  }
}

function Any({id, label, example, required, value, onSet}: {id: string; label: string; example?: string; required: boolean; value: Json | undefined; onSet: (v: Json, step?: string) => void}) {
  const d = useDraft(shownAny(value), (t, step) => onSet(t === '' && !required ? null : readAny(t), step))
  return (
    <ExpressionInput
      id={id} {...useContext(Whose)} className={bound(d.draft) ? 'input bound' : 'input'} label={label} describedBy={`${id}-doc`} value={d.draft} placeholder={example} onChange={d.onChange} onFocus={d.onFocus} onBlur={d.onBlur}
      onKeyDown={ev => {
        if (ev.key === 'Enter' && !ev.shiftKey) { ev.preventDefault(); d.flush() }
        if (ev.key === 'Escape') d.back()
      }}
    />
  )
}

// place is where its value stands, where that is not the property of its name: with/id.
interface LineProps { label: string; prop: PropView; action: FlowAction; value: Json | undefined; set: (v: Json, step?: string) => void; faults: Problem[]; type?: string; place?: string; children: (id: string) => ReactNode }

// Line is one property: its name, what it is for, set from variable, the control, what is wrong with it.
function Line({label, prop, action: a, value, set, faults, type, place, children}: LineProps) {
  const id = useId()
  const inline = prop.kind === 'bool' && !bound(value)
  return (
    <div className={`row${inline ? ' inline' : ''}${faults.length ? ' bad' : ''}`}>
      <div className="row-head">
        <Tip text={prop.doc || label} side="left"><label htmlFor={id} className="row-label" tabIndex={-1}>{label}{prop.required && <span className="must" aria-hidden="true"> *</span>}{type && <span className="flow-type">{type}</span>}</label></Tip>
        <span className="sr" id={`${id}-doc`}><Doc text={prop.doc || label} /></span>
        {value !== undefined && !prop.required && <Tip text="Take it away"><button type="button" className="reset" aria-label={`Take ${label} away`} onClick={() => set(null)}><Icon name="x" size={12} /></button></Tip>}
        {prop.bindable && <SetFromVariable owner={{at: a.at, what: titleOf(a)}} prop={place ? {...prop, name: place} : prop} label={label} current={typeof value === 'string' ? value : ''} onSet={v => set(v)} />}
      </div>
      <div className="row-field"><Whose value={{at: a.at, prop: place ?? prop.name, kind: prop.kind}}>{children(id)}</Whose></div>
      {bound(value) && <Bound at={a.at} expressions={holes(value)} />}
      {faults.map((p, i) => <Fault key={i} problem={p} />)}
    </div>
  )
}

function Inline({label, doc, children}: {label: string; doc: string; children: (id: string) => ReactNode}) {
  const id = useId()
  return (
    <div className="row inline">
      <div className="row-head"><Tip text={doc} side="left"><label htmlFor={id} className="row-label" tabIndex={-1}>{label}</label></Tip><span className="sr" id={`${id}-doc`}>{doc}</span></div>
      <div className="row-field">{children(id)}</div>
    </div>
  )
}

function Pick({id, kind, label, value, prop, onSet, start}: {id: string; kind: string; label: string; value: Json | undefined; prop: PropView; onSet: (v: Json) => void; start: boolean}) {
  const choices = useChoices(kind, '')
  const now = typeof value === 'string' ? value : ''
  const options = (choices ?? []).map(c => ({value: c.value, label: c.value, hint: c.hint}))
  if (start) options.push({value: '/', label: 'Start page', hint: 'as the login says'})
  if (now && !options.some(o => o.value === now)) options.unshift({value: now, label: now, hint: ''})
  return <Select id={id} label={label} describedBy={`${id}-doc`} value={now} onChange={onSet} options={options} placeholder={prop.required ? 'Choose…' : 'None'} />
}

// calledBy is the path of the parameters that “with” gives values to, '' while nothing is called.
function calledBy(a: FlowAction): string {
  const name = (key: string) => (typeof a.props[key] === 'string' ? a.props[key] : '')
  const [group, call] = name('call').split('.')
  if (group && call) return `/calls/${group}/calls/${call}/params`
  const page = name('page') || name('otherwise')
  if (page && page !== '/') return `/pages/${page}/params`
  return name('block') ? `/flows/${name('block')}/params` : ''
}

function Args({action: a, called, write, mine}: {action: FlowAction; called: string; write: Write; mine: Problem[]}) {
  const params = useValue(called)
  const types = useStudio().project?.types ?? []
  const groupParams = useValue(called.startsWith('/calls/') ? `${called.split('/').slice(0, 3).join('/')}/params` : '')
  const route = useValue(called.startsWith('/pages/') ? called.replace(/params$/, 'path') : '')
  if (params === undefined) return null
  const inPath = [...(typeof route === 'string' ? route : '').matchAll(/\{(\w+)\}/g)].map(m => m[1] ?? '')
  const declared = {...Object.fromEntries(inPath.map(n => [n, 'text'])), ...(isObject(groupParams) ? groupParams : {}), ...(isObject(params) ? params : {})}
  const now = isObject(a.props.with) ? a.props.with : {}
  const names = [...new Set([...Object.keys(declared), ...Object.keys(now)])]
  return (
    <div className="flow-args" role="group" aria-label="Parameters">
      <h4>Parameters</h4>
      {names.length === 0 && <p className="hint">It takes none.</p>}
      {names.map(name => {
        const spec = declared[name]
        const o = isObject(spec) ? spec : {}
        const type = spec === undefined ? null : typeOf(typed(spec), types)
        const required = spec !== undefined && o.default === undefined && (called.startsWith('/pages/') ? o.required === true || inPath.includes(name) : o.required !== false)
        const prop: PropView = {name, ...controlOf(type ?? {kind: 'json'}), default: o.default ?? null, required, bindable: true, group: '', doc: typeof o.doc === 'string' ? o.doc : ''}
        const set = (v: Json, step = '') => write(now => argEdits(now, 'with', name, v), name, step)
        const faults = mine.filter(p => inside(p.at, `${a.at}/with/${name}`) || inside(p.at, `${a.at}/${a.kind}/with/${name}`))
        return <Typed key={name} label={name} type={type} prop={prop} place={`with/${name}`} action={a} value={now[name]} set={(v, step) => set(v === '' ? null : v, step)} faults={faults} />
      })}
    </div>
  )
}

interface TypedProps { label: string; type: TypeView | null; prop: PropView; place: string; action: FlowAction; value: Json | undefined; set: (v: Json, step?: string) => void; faults: Problem[] }

// Typed is a value of a declared type, with the control of that type; one of a data type is set as a whole or field by field. type is null where
// nothing of the name is declared.
function Typed({label, type, prop, place, action: a, value, set, faults}: TypedProps) {
  const types = useStudio().project?.types ?? []
  const fields = type ? fieldsOf(type, types) : []
  const said = type ? typeWords(type) : 'unknown'
  const example = type ? exampleOf(type, types) : ''
  if (fields.length === 0) return <Line label={label} type={said} prop={prop} place={place} action={a} value={value} set={set} faults={faults}>{id => <Value id={id} prop={prop} label={label} example={example} value={value} onSet={set} />}</Line>
  if (!isObject(value)) {
    return (
      <Line label={label} type={said} prop={prop} place={place} action={a} value={value} set={set} faults={faults}>
        {id => <><Value id={id} prop={prop} label={label} example={example} value={value} onSet={set} />{!bound(value) && <button type="button" className="flow-link" onClick={() => set({})}>Set it field by field</button>}</>}
      </Line>
    )
  }
  const inner = (name: string) => faults.filter(p => p.at?.includes(`/${name}`))
  const names = [...new Set([...fields.map(f => f.name), ...Object.keys(value)])]
  return (
    <div className="flow-typed" role="group" aria-label={label}>
      <h4><span>{label}{prop.required && <span className="must" aria-hidden="true"> *</span>}<span className="flow-type">{said}</span></span> <button type="button" className="flow-link" onClick={() => set(null)}>Set it as a whole</button></h4>
      {names.map(name => {
        const field = fields.find(f => f.name === name)
        const one: PropView = {name, ...controlOf(field?.type ?? {kind: 'json'}), default: null, required: false, bindable: true, group: '', doc: field?.doc ?? ''}
        const setField = (v: Json, step = '') => {
          const rest = Object.fromEntries(Object.entries(value).filter(([n]) => n !== name))
          set(v === null || v === '' ? rest : {...value, [name]: v}, step)
        }
        return <Typed key={name} label={name} type={field?.type ?? null} prop={one} place={`${place}/${name}`} action={a} value={value[name]} set={setField} faults={inner(name)} />
      })}
      {faults.filter(p => !names.some(n => inner(n).includes(p))).map((p, i) => <Fault key={i} problem={p} />)}
    </div>
  )
}

// begun is what a value of a type is before anybody has said what.
function begun(t: TypeView): Json {
  switch (t.kind) {
    case 'bool': return false
    case 'int': case 'number': return 0
    case 'list': return []
    case 'enum': return t.enum?.[0] ?? ''
  }
  return ''
}

// Pairs are names with values: variables of a state, inputs, headers.
function Pairs({action: a, prop, label, write, faults}: {action: FlowAction; prop: PropView; label: string; write: Write; faults: Problem[]}) {
  const choices = useChoices(['setState', 'setAppState', 'setField', 'fieldError'].includes(a.kind) ? a.kind : '', '')
  const types = useStudio().project?.types ?? []
  const value = a.props[prop.name]
  const now = isObject(value) ? value : {}
  const rest = (choices ?? []).filter(c => now[c.value] === undefined)
  const setting = (name: string) => (v: Json, step = '') => write(now => argEdits(now, prop.name, name, v), name, step)
  return (
    <div className="flow-args" role="group" aria-label={label}>
      <h4>{prop.name === 'values' ? 'Sets' : label}</h4>
      {prop.name !== 'values' && <p className="hint"><Doc text={prop.doc} /></p>}
      {Object.entries(now).map(([name, v]) => {
        const hint = choices?.find(c => c.value === name)?.hint ?? ''
        const type = typeOf(hint, types)
        const one: PropView = {name, ...controlOf(type), default: null, required: true, bindable: prop.bindable, group: '', doc: ''}
        const place = prop.name === a.spec?.main ? name : `${prop.name}/${name}`
        const mine = faults.filter(p => p.at?.endsWith(`/${name}`))
        return <Line key={name} label={name} type={hint} prop={{...one, required: false}} place={place} action={a} value={v} set={setting(name)} faults={mine}>{id => <Value id={id} prop={one} label={name} example={exampleOf(type, types)} value={v} onSet={setting(name)} />}</Line>
      })}
      {choices !== null ? (rest.length > 0 && <Select label={`Add to ${label}`} value="" placeholder="Add…" onChange={name => setting(name)(begun(typeOf(choices.find(c => c.value === name)?.hint ?? '', types)))} options={rest.map(c => ({value: c.value, label: c.value, hint: c.hint}))} />)
        : <AddName label={label} taken={Object.keys(now)} onAdd={name => setting(name)('')} />}
      {faults.filter(p => !Object.keys(now).some(n => p.at?.endsWith(`/${n}`))).map((p, i) => <Fault key={i} problem={p} />)}
    </div>
  )
}

// CallFields are the inputs that a call's errors belong to; there is nothing to choose where the call does not tell of single fields.
function CallFields(props: {action: FlowAction; prop: PropView; label: string; write: Write; faults: Problem[]}) {
  const called = calledBy(props.action)
  const own = useValue(called.replace(/\/params$/, '/fieldErrors'))
  const group = useValue(`${called.split('/').slice(0, 3).join('/')}/fieldErrors`)
  return (own ?? group ?? null) === null ? null : <Pairs {...props} />
}

function AddName({label, taken, onAdd}: {label: string; taken: string[]; onAdd: (name: string) => void}) {
  const input = useRef<HTMLInputElement>(null)
  const add = () => {
    const name = input.current?.value.trim() ?? ''
    if (!input.current || name === '' || taken.includes(name)) return
    onAdd(name)
    input.current.value = ''
  }
  return (
    <div className="flow-add-name">
      <input ref={input} className="input" aria-label={`Name to add to ${label}`} placeholder="Name" onKeyDown={ev => { if (ev.key === 'Enter') add() }} />
      <button type="button" className="button" onClick={add}>Add</button>
    </div>
  )
}

function sessionNames(p: PropView): {value: string; label: string}[] {
  return Object.entries(sessionLabels).filter(([name]) => p.name === 'clear' || name !== 'token').map(([value, label]) => ({value, label}))
}

function Words({action: a, prop, label, names, write, faults}: {action: FlowAction; prop: PropView; label: string; names: {value: string; label: string}[]; write: Write; faults: Problem[]}) {
  const chosen = (of: FlowAction) => [of.props[prop.name]].flat().filter(v => typeof v === 'string')
  const now = chosen(a)
  const toggle = (name: string, on: boolean) => {
    write(is => {
      const next = names.map(n => n.value).filter(n => (n === name ? on : chosen(is).includes(n)))
      return setProp(is, prop.name, next.length ? next : null)
    }, label)
  }
  return (
    <fieldset className="flow-words">
      <legend>{prop.name === 'clear' ? 'Clear' : label}</legend>
      <p className="hint"><Doc text={prop.doc} /></p>
      {names.length === 0 && <p className="hint">The page has no inputs.</p>}
      {names.map(n => <label key={n.value} className="flow-check"><input type="checkbox" checked={now.includes(n.value)} onChange={ev => toggle(n.value, ev.target.checked)} /> {n.label}</label>)}
      {faults.map((p, i) => <Fault key={i} problem={p} />)}
    </fieldset>
  )
}

function Inputs({action, prop, label, write, faults}: {action: FlowAction; prop: PropView; label: string; write: Write; faults: Problem[]}) {
  const choices = useChoices('field', '')
  return <Words action={action} prop={prop} label={label} names={(choices ?? []).map(c => ({value: c.value, label: c.value}))} write={write} faults={faults} />
}

// UserFields are the fields of the user data, where they are set one by one.
function UserFields({action: a, write, faults}: {action: FlowAction; write: Write; faults: Problem[]}) {
  const {project} = useStudio()
  const type = project?.types.find(t => t.name === project.auth.userDataType)
  const value = a.props.user
  const now = isObject(value) ? value : {}
  const fields = type ? fieldsOf(type, project?.types ?? []) : []
  const names = [...new Set([...fields.map(f => f.name), ...Object.keys(now)])]
  const at = isObject(a.raw) && a.raw.user !== undefined ? `${a.at}/user` : `${a.at}/${a.kind}/user`
  return (
    <div className="flow-args" role="group" aria-label="User Data">
      <h4>User Data <button type="button" className="flow-link" onClick={() => write(now => setProp(now, 'user', null), 'User Data')}>Set it as a whole</button></h4>
      {names.map(name => {
        const field = fields.find(f => f.name === name)
        const prop: PropView = {name, ...controlOf(field?.type ?? {kind: 'json'}), default: null, required: false, bindable: true, group: '', doc: field?.doc ?? ''}
        const set = (v: Json, step = '') => write(is => argEdits(is, 'user', name, v), name, step)
        return <Typed key={name} label={name} type={field?.type ?? null} prop={prop} place={`user/${name}`} action={a} value={now[name]} set={set} faults={faults.filter(p => inside(p.at, `${at}/${name}`))} />
      })}
    </div>
  )
}

// operations are what Change State can do to a variable.
const operations: {name: string; label: string; value: Json}[] = [
  {name: 'set', label: 'Set it', value: ''}, {name: 'reset', label: 'Back to its default', value: true}, {name: 'clear', label: 'Empty it', value: true}, {name: 'increment', label: 'Count up or down', value: 1}, {name: 'toggle', label: 'Turn it over', value: true},
  {name: 'append', label: 'List: add at the end', value: ''}, {name: 'prepend', label: 'List: add at the start', value: ''}, {name: 'insert', label: 'List: put in at a place', value: ''}, {name: 'removeAt', label: 'List: remove by place', value: 0},
  {name: 'removeWhere', label: 'List: remove where', value: ''}, {name: 'updateAt', label: 'List: change by place', value: 0}, {name: 'updateWhere', label: 'List: change where', value: ''},
]

function Change({action: a, write, mine}: {action: FlowAction; write: Write; mine: Problem[]}) {
  const props = a.spec?.props ?? []
  const now = operations.find(o => a.props[o.name] !== undefined)?.name ?? ''
  const belongs: Record<string, string[]> = {insert: ['at'], updateAt: ['to', 'fields'], updateWhere: ['to', 'fields']}
  const shown = ['variable', ...(['reset', 'clear', 'toggle', ''].includes(now) ? [] : [now]), ...(belongs[now] ?? [])]
  const choose = (name: string) => {
    write(is => {
      const gone = [...operations.map(o => o.name), 'at', 'to', 'fields'].filter(n => n !== name && is.props[n] !== undefined)
      return [...gone.flatMap(n => setProp(is, n, null)), ...setProp(is, name, operations.find(o => o.name === name)?.value ?? '')]
    }, 'Operation')
  }
  return (
    <section className="group" aria-label="Settings">
      <h3>Settings</h3>
      {props.filter(p => p.name === 'variable').map(p => <Prop key={p.name} action={a} prop={p} write={write} mine={mine} />)}
      <div className="row"><div className="row-head"><span className="row-label">Operation</span></div><Select label="Operation" value={now} placeholder="Choose…" onChange={choose} options={operations.map(o => ({value: o.name, label: o.label}))} /></div>
      {props.filter(p => p.name !== 'variable' && shown.includes(p.name)).map(p => <Prop key={p.name} action={a} prop={p} write={write} mine={mine} />)}
    </section>
  )
}

function ElseIf({action: a, index, condition, write, mine}: {action: FlowAction; index: number; condition: Json; write: Write; mine: Problem[]}) {
  const at = `${a.at}/elseIf/${index}`
  const prop: PropView = {name: 'if', kind: 'condition', values: [], default: null, required: true, bindable: true, group: '', doc: 'The condition, as ${…}; it is read where none before it was true.'}
  const set = (v: Json, step = '') => write(() => [{op: 'set', at: `${at}/if`, value: v ?? ''}], `Condition ${index + 2}`, step)
  return (
    <section className="group" aria-label={`Else if ${index + 1}`}>
      <h3>Else if</h3>
      <Line label="Condition" prop={prop} action={{...a, at}} value={condition} set={set} faults={mine.filter(p => inside(p.at, `${at}/if`))}>{id => <Value id={id} prop={prop} label="Condition" value={condition} onSet={set} />}</Line>
      <button type="button" className="button flow-wide" onClick={() => write(now => [{op: 'delete', at: now.branches.filter(b => b.condition !== undefined).length === 1 ? `${a.at}/elseIf` : at}], 'Else if')}><Icon name="trash" size={14} /> Remove this branch</button>
    </section>
  )
}

// useFocus puts the focus into a field when the menu of the card asks for it.
function useFocus(name: string) {
  const ref = useRef<HTMLInputElement & HTMLTextAreaElement>(null)
  const {focus} = useFlows()
  useEffect(() => {
    if (focus !== name) return
    ref.current?.focus()
    ref.current?.select()
    flows.focused()
  }, [focus, name])
  return ref
}

function Output({action: a}: {action: FlowAction}) {
  const id = useId()
  const ref = useFocus('as')
  const save = () => {
    const name = ref.current?.value.trim() ?? ''
    if (name === a.as) return
    if (name === '') void flows.alter(a, now => setKey(now, 'as', null), `output of ${titleOf(a)}`)
    else if (a.as) void store.edit([{op: 'rename', at: `${a.at}/as`, name}], `renaming the output ${a.as}`).then(() => { if (ref.current) ref.current.value = store.get().notice?.bad ? a.as : name })
    else void flows.alter(a, now => setKey(now, 'as', name), `output of ${titleOf(a)}`)
  }
  const doc = 'The name by which the actions behind it read what it brings. A new name is followed wherever the old one is read.'
  return (
    <div className="row">
      <div className="row-head"><Tip text={doc} side="left"><label htmlFor={id} className="row-label" tabIndex={-1}>Output name</label></Tip><span className="sr" id={`${id}-doc`}>{doc}</span></div>
      <input key={a.as} id={id} ref={ref} className="input mono" aria-describedby={`${id}-doc`} defaultValue={a.as} placeholder="none" spellCheck={false} onBlur={save} onKeyDown={ev => { if (ev.key === 'Enter') save() }} />
    </div>
  )
}

function Note({action: a, write}: {action: FlowAction; write: Write}) {
  const id = useId()
  const ref = useFocus('note')
  const d = useDraft(a.note, (t, step) => write(now => setKey(now, 'note', t.trim() === '' ? null : t.trim()), 'Note', step))
  return (
    <div className="row">
      <div className="row-head"><label htmlFor={id} className="row-label">Note</label></div>
      <textarea id={id} ref={ref} rows={2} className="input" placeholder="For people who read this flow" value={d.draft} onChange={ev => d.onChange(ev.target.value)} onFocus={d.onFocus} onBlur={d.onBlur} />
    </div>
  )
}
