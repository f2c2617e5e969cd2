import {useId, useState} from 'react'
import {comparisons, condition, literal, readCondition, tests, twoSided, written, type Condition, type Step} from './expression.ts'
import {Icon} from './icons.tsx'
import {wanted, type Param} from './operations.ts'
import type {Place} from './Picker.tsx'
import {words} from './tree.ts'
import {IconButton, Select, type Option} from './ui.tsx'
import {full, nameOf, quoted, typeName} from './variables.ts'
import type {TypeView} from './wire.ts'

interface OperandProps {
  label: string
  placeholder?: string
  kind: string // of value that is needed, '' anything
  expression: string // '' nothing yet
  place: Place
  optional?: boolean
  onChange: (expression: string) => void
  onAsk: () => void // for a variable
}

// Operand is a fixed value that is typed, or a variable that is chosen.
export function Operand({label, placeholder, kind, expression, place, onChange, onAsk}: OperandProps) {
  const fixed = expression === '' ? '' : literal(expression)
  const [typed, setTyped] = useState(fixed ?? '')
  const shown = fixed !== null && literal(written(typed, kind)) === fixed ? typed : fixed ?? ''
  const choose = <IconButton icon="variable" label={`${label} from variable`} tip="From variable" onClick={onAsk} />
  if (fixed === null) {
    return (
      <div className="operand">
        <button type="button" className="pill operand-pill" aria-label={`${label}: ${nameOf(expression, place.tree) || expression}`} onClick={onAsk}><Icon name="variable" size={13} /> <span>{nameOf(expression, place.tree) || expression}</span></button>
        <IconButton icon="x" label={`${label} without a variable`} tip="Without a variable" onClick={() => onChange('')} />
      </div>
    )
  }
  if (kind === 'bool') {
    return <div className="operand"><Select label={label} value={expression} placeholder="Yes or no" options={[{value: 'true', label: 'Yes'}, {value: 'false', label: 'No'}]} onChange={onChange} />{choose}</div>
  }
  return (
    <div className="operand">
      <input className="input" aria-label={label} placeholder={placeholder ?? label} value={shown} inputMode={kind === 'int' || kind === 'number' ? 'decimal' : undefined}
        onChange={ev => { setTyped(ev.target.value); onChange(ev.target.value === '' ? '' : written(ev.target.value, kind)) }} />
      {choose}
    </div>
  )
}

const choices: Record<string, [value: string, label: string][]> = {
  order: [['', 'Smallest first'], ['"desc"', 'Largest first']],
  unit: ['seconds', 'minutes', 'hours', 'days', 'weeks', 'months', 'years'].map((u): [string, string] => [quoted(u), u]),
  sign: [['+', '+ plus'], ['-', '− minus'], ['*', '× times'], ['/', '÷ divided by']],
  layout: [['', 'As it is usual'], ['"date"', 'Date'], ['"time"', 'Time'], ['"datetime"', 'Date and time'], ['"relative"', 'Relative, such as 3 days ago']],
}

interface ArgumentProps {
  place: Place
  param: Param
  value: string // an expression, '' left out
  before: TypeView | null | undefined // of what the operation is done with
  step: Step
  onChange: (value: string) => void
  onAsk: (kind: string, initial: string, rewrite: (old: string, expression: string) => string) => void
}

// Argument asks for one argument of an operation, in the way of its type.
export function Argument(props: ArgumentProps) {
  const {place, param, value, before, step, onChange, onAsk} = props
  const label = `${words(param.name)}${param.optional ? ', if any' : ''}`
  const id = useId()
  const list = step.op === 'part' && param.type === 'unit' ? ['year', 'month', 'day', 'hour', 'minute', 'second', 'weekday', 'week'].map((u): [string, string] => [quoted(u), u])
    : param.type === 'operator' ? comparisons.map((c): [string, string] => [c.value, c.label])
    : param.name === 'order' ? choices.order : choices[param.type]
  if (list) return <Labelled id={id} label={words(param.name)}><Choice id={id} label={words(param.name)} value={value} list={list} onChange={onChange} /></Labelled>
  if (param.type === 'field') return <Labelled id={id} label={label}><FieldChoice id={id} label={label} type={before} place={place} value={value} onChange={onChange} /></Labelled>
  if (param.type === 'expression any' || param.type === 'expression' || param.type === 'any' && param.name === 'expression') {
    return <Labelled id={id} label="Field of each item"><FieldChoice id={id} label="Field of each item" type={before?.elem} place={place} value={value.replace(/^\./, '')} onChange={v => onChange(v && v !== '#' ? `.${v}` : v)} /></Labelled>
  }
  if (param.type === 'condition') return <Test {...props} />
  if (param.type === 'path' || param.type === 'index') {
    return <Labelled id={id} label={label}><input id={id} className="input mono" value={value} placeholder={param.type === 'path' ? 'data.items[0].name' : '0'} onChange={ev => onChange(ev.target.value.trim())} /></Labelled>
  }
  const kind = param.type === 'any' && before ? scalar(full(before, place.types).kind) : wanted(param)
  return <div className="operand-row"><span aria-hidden="true">{label}</span><Operand label={label} kind={kind} expression={value} place={place} onChange={onChange} onAsk={() => onAsk(kind, value, (_, e) => e)} /></div>
}

function scalar(kind: string): string {
  return ['text', 'int', 'number', 'bool', 'time'].includes(kind) ? kind : ''
}

function Labelled({id, label, children}: {id: string; label: string; children: React.ReactNode}) {
  return <div className="operand-row"><label htmlFor={id}>{label}</label>{children}</div>
}

const left = '\u2205' // a choice needs a value, also the one that leaves the argument out

function Choice({id, label, value, list, onChange}: {id: string; label: string; value: string; list: [string, string][]; onChange: (v: string) => void}) {
  const options: Option[] = list.map(([v, l]) => ({value: v || left, label: l}))
  if (value && !list.some(([v]) => v === value)) options.push({value, label: literal(value) ?? value})
  return <Select id={id} label={label} value={value || (list.some(([v]) => v === '') ? left : '')} options={options} onChange={v => onChange(v === left ? '' : v)} />
}

function FieldChoice({id, label, type, place, value, onChange}: {id: string; label: string; type: TypeView | null | undefined; place: Place; value: string; onChange: (v: string) => void}) {
  const fields = type ? full(type, place.types).fields ?? [] : []
  if (!fields.length) return <input id={id} className="input mono" aria-label={label} value={value} placeholder="name of the field, # for the item itself" onChange={ev => onChange(ev.target.value.trim())} />
  const options: Option[] = fields.map(f => ({value: f.name, label: f.name, hint: typeName(f.type)}))
  if (value && !fields.some(f => f.name === value)) options.push({value, label: value})
  return <Select id={id} label={label} value={value} options={options} placeholder="Choose a field…" onChange={onChange} />
}

// Test is the condition that an operation asks of each item.
function Test({place, param, value, before, onChange, onAsk}: ArgumentProps) {
  const elem = before?.elem ?? null
  const c = value ? readCondition(value) : {left: '', op: '==', right: ''}
  const [draft, setDraft] = useState<Condition>(c)
  const now = value ? c : draft
  const id = useId()
  const put = (next: Condition) => { setDraft(next); onChange(condition(next)) }
  const name = now.left.replace(/^\./, '')
  const kind = scalar((elem && full(elem, place.types).fields?.find(f => f.name === name)?.type.kind) ?? '')
  return (
    <fieldset className="test">
      <legend>{param.optional ? 'Only items where' : 'Where'}</legend>
      <FieldChoice id={id} label="Field" type={elem} place={place} value={name} onChange={v => put({...now, left: v && v !== '#' ? `.${v}` : v})} />
      <Select label="Comparison" value={now.op} options={tests} onChange={op => put({...now, op})} />
      {twoSided(now.op) && <Operand label="Value" kind={kind} expression={now.right} place={place} onChange={right => put({...now, right})} onAsk={() => onAsk(kind, now.right, (old, e) => condition({...(old ? readCondition(old) : now), right: e}))} />}
    </fieldset>
  )
}
