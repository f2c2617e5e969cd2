import {Popover, ToggleGroup} from 'radix-ui'
import {useContext, useEffect, useRef, useState, useSyncExternalStore} from 'react'
import {appIcons} from './appicons.ts'
import {AssetChoice} from './Assets.tsx'
import {pieces} from './expression.ts'
import {ExpressionInput, Faults, Whose} from './ExpressionInput.tsx'
import {useChoices} from './flowchoices.ts'
import {Icon} from './icons.tsx'
import type {Owner} from './Picker.tsx'
import {useJudged} from './scope.ts'
import {store, useStudio} from './store.ts'
import {all, bound, specOf, words} from './tree.ts'
import {Segmented, Select, Switch} from './ui.tsx'
import type {Json, PropView} from './wire.ts'

interface Props {
  id: string
  prop: PropView
  label: string
  value: Json | undefined // as written, undefined when it is not
  owner?: Owner // whose it is: what may be read there is offered while ${…} is typed
  onSet: (value: Json, step?: string) => void
}

// Field is the control for a property, chosen by its kind in the catalogue.
export function Field(props: Props) {
  const {prop, value} = props
  if (bound(value)) return <TextField {...props} />
  switch (prop.kind) {
    case 'bool': case 'condition':
      return <BoolField {...props} />
    case 'enum': case 'color':
      return <EnumField {...props} />
    case 'image':
      return <div className="field-with"><TextField {...props} /><AssetChoice label={props.label} value={text(value)} onPick={props.onSet} /></div>
    case 'time':
      return text(value) === '' || moment.test(text(value)) ? <TimeField {...props} /> : <TextField {...props} />
    case 'icon':
      return <IconField {...props} />
    case 'int': case 'number':
      return <NumberField {...props} />
    case 'page': case 'field':
      return <NameField {...props} />
    case 'call':
      return <CallField {...props} />
    case 'options': case 'texts': case 'numbers':
      return Array.isArray(value) && value.some(v => typeof v !== 'string' && !(prop.kind === 'numbers' && typeof v === 'number')) ? <JsonField {...props} /> : <OptionsField {...props} />
    case 'sizes': case 'words':
      return <WordsField {...props} />
    case 'args': case 'values': case 'json':
      return <JsonField {...props} />
  }
  return <TextField {...props} />
}

const pause = 350 // of typing, before it is written

// useDraft holds what is being typed; it is written after a pause, at Enter, and when the field is left. What changes elsewhere comes in while nobody types.
export function useDraft(written: string, write: (text: string, step: string) => void) {
  const [draft, setDraft] = useState(written)
  const state = useRef({written, sent: written, typed: written, way: [] as string[], timer: 0, step: '', focused: false, refused: false, at: '', write})
  const s = state.current
  s.write = write
  useEffect(() => {
    const now = state.current
    const mine = now.way.indexOf(written)
    now.written = written
    if (mine >= 0) now.way = now.way.slice(mine + 1)
    if (now.focused && now.typed !== now.sent) { // what is being typed is not taken away
      now.sent = now.way.at(-1) ?? written
      return
    }
    if (now.focused && mine >= 0) return // what was sent after it is on its way
    setDraft(written)
    now.sent = now.typed = written
    now.way = []
    now.refused = false
  }, [written])
  // What was refused can be sent again while the field is in use and nothing else was written there; afterwards it is not shown as if it were.
  const refusals = useSyncExternalStore(store.subscribe, () => store.get().refused)
  useEffect(() => {
    const now = state.current
    if (now.sent === now.written) return
    now.way = []
    if (now.typed !== now.sent) now.sent = now.written // more was typed since, and is sent by itself
    else if (now.focused) now.refused = true
    else {
      setDraft(now.written)
      now.sent = now.typed = now.written
    }
  }, [refusals])
  // What was typed just before the field went is written as well, unless an edit took the field away: its place may be another's then.
  useEffect(() => () => {
    const {timer, typed, sent, step, at, write} = state.current
    clearTimeout(timer)
    if (typed !== sent && at === store.revision()) write(typed, step)
  }, [])
  const flush = (text: string) => {
    clearTimeout(s.timer)
    if (text === s.sent && !s.refused) return
    s.refused = false
    s.sent = text
    s.way.push(text)
    write(text, s.step)
  }
  return {
    draft,
    onChange: (text: string) => {
      setDraft(text)
      s.typed = text
      s.at = store.revision()
      clearTimeout(s.timer)
      s.timer = window.setTimeout(() => flush(text), pause)
    },
    onFocus: () => { s.focused = true; s.step = `typing-${Date.now()}` },
    onBlur: () => { s.focused = false; flush(draft) },
    leave: () => { s.focused = false }, // without writing what is typed
    flush: () => flush(draft),
    put: (text: string) => { setDraft(text); s.typed = text; flush(text) }, // at once
    back: () => {
      clearTimeout(s.timer)
      if (s.refused) s.sent = s.written
      s.refused = false
      s.typed = s.sent
      setDraft(s.written)
    },
  }
}

function text(value: Json | undefined): string {
  return value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value)
}

function TextField({id, prop, label, value, onSet, owner}: Props) {
  const d = useDraft(text(value), (t, step) => onSet(t === '' && !prop.required ? null : t, step))
  const [typing, setTyping] = useState(false)
  const around = useContext(Whose)
  const whose = owner ? {at: owner.at, prop: prop.name, kind: prop.kind} : around
  const {view, text: judged} = useJudged(whose.at, whose.prop, whose.kind, typing && bound(d.draft) ? d.draft : '')
  const faults = view && judged === d.draft ? view.problems : []
  const unsaid = d.draft === text(value) ? [] : faults // what is written has its problems below
  return (
    <>
      <ExpressionInput
        id={id} {...whose} label={label} describedBy={`${id}-doc`} className={bound(d.draft) ? 'input bound' : 'input'} value={d.draft} invalid={faults.some(f => !f.warning)}
        placeholder={prop.default === null || prop.default === '' ? '' : String(prop.default)} onChange={d.onChange} onFocus={() => { setTyping(true); d.onFocus() }} onBlur={() => { setTyping(false); d.onBlur() }}
        onKeyDown={ev => {
          if (ev.key === 'Enter' && !ev.shiftKey) { ev.preventDefault(); d.flush() }
          if (ev.key === 'Escape') d.back()
        }}
      />
      {unsaid.length > 0 && <div className="under-field"><Faults problems={unsaid} text={d.draft} /></div>}
    </>
  )
}

// WordsField chooses some of a few words. Of the sizes of screens all are meant where none is named, and none cannot be.
function WordsField({id, prop, label, value, onSet}: Props) {
  const sizes = prop.kind === 'sizes'
  const unset = sizes ? prop.values : Array.isArray(prop.default) ? prop.default.map(String) : []
  const now = Array.isArray(value) ? value.map(String) : typeof value === 'string' ? [value] : unset
  const d = useDraft(now.join(' '), t => onSet(t === unset.join(' ') ? null : t.split(' ').filter(w => w !== ''))) // the next click counts on from this one, before it is saved
  const set = (next: string[]) => {
    const list = prop.values.filter(w => next.includes(w))
    d.put((sizes && list.length === 0 ? unset : list).join(' '))
  }
  return (
    <ToggleGroup.Root id={id} type="multiple" role="group" className="few-words" aria-label={label} aria-describedby={`${id}-doc`} value={d.draft.split(' ').filter(w => w !== '')} onValueChange={set} onFocus={d.onFocus} onBlur={d.onBlur}>
      {prop.values.map(w => <ToggleGroup.Item key={w} value={w} className="few-word">{words(w)}</ToggleGroup.Item>)}
    </ToggleGroup.Root>
  )
}

function NumberField({id, prop, label, value, onSet}: Props) {
  const d = useDraft(text(value), (t, step) => {
    const n = Number(t)
    if (t.trim() === '') onSet(null, step)
    else if (Number.isFinite(n)) onSet(prop.kind === 'int' ? Math.trunc(n) : n, step)
  })
  return (
    <input
      id={id} type="number" step={prop.kind === 'int' ? 1 : 'any'} aria-label={label} aria-describedby={`${id}-doc`} className="input" value={d.draft} placeholder={text(prop.default)}
      onChange={ev => d.onChange(ev.target.value)} onFocus={d.onFocus} onBlur={d.onBlur} onKeyDown={ev => { if (ev.key === 'Enter') d.flush() }}
    />
  )
}

const moment = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d))?$/

// TimeField is a day, and a time of it where one is meant.
function TimeField({id, label, value, onSet}: Props) {
  const [, day = '', clock = ''] = moment.exec(text(value)) ?? []
  const set = (d: string, c: string) => onSet(d ? d + (c ? `T${c}` : '') : null)
  return (
    <div className="field-time">
      <input id={id} type="date" aria-label={label} aria-describedby={`${id}-doc`} className="input" value={day} onChange={ev => set(ev.target.value, clock)} />
      <input type="time" aria-label={`Time of ${label}`} className="input" value={clock} disabled={day === ''} onChange={ev => set(day, ev.target.value)} />
    </div>
  )
}

function BoolField({id, prop, label, value, onSet}: Props) {
  const on = typeof value === 'boolean' ? value : prop.default === true
  return <Switch id={id} label={label} describedBy={`${id}-doc`} checked={on} onChange={v => onSet(v === (prop.default === true) && !prop.required ? null : v)} />
}

function EnumField({id, prop, label, value, onSet}: Props) {
  const now = text(value ?? prop.default)
  const few = prop.values.length <= 5 && prop.values.join('').length <= 24
  if (few) return <Segmented label={label} describedBy={`${id}-doc`} value={now} onChange={onSet} choices={prop.values.map(v => ({value: v, label: v}))} />
  return <Select id={id} label={label} describedBy={`${id}-doc`} value={now} onChange={onSet} options={prop.values.map(v => ({value: v, label: v, hint: v === prop.default ? 'default' : undefined}))} />
}

function NameField({id, prop, label, value, onSet}: Props) {
  const {project, page, catalogue} = useStudio()
  const isInput = (kind: string) => catalogue !== null && specOf(catalogue, kind)?.input === true
  const names = prop.kind === 'page' ? (project?.pages ?? []).map(p => p.name)
    : Array.from(all(page?.widgets ?? []), w => (isInput(w.kind) ? text(w.props.id) : '')).filter(n => n !== '')
  return <Select id={id} label={label} describedBy={`${id}-doc`} value={text(value)} onChange={onSet} options={names.map(n => ({value: n, label: n}))} placeholder="None" />
}

// CallField is the call that brings a picture or the like: it only reads.
function CallField({id, label, value, onSet}: Props) {
  const now = text(value)
  const options = (useChoices('call', '') ?? []).filter(c => c.hint.startsWith('GET ')).map(c => ({value: c.value, label: c.value, hint: c.hint}))
  if (now && !options.some(o => o.value === now)) options.unshift({value: now, label: now, hint: ''})
  return <Select id={id} label={label} describedBy={`${id}-doc`} value={now} onChange={onSet} options={options} placeholder="None" />
}

function OptionsField({id, prop, label, value, onSet}: Props) {
  const lines = Array.isArray(value) ? value.map(text).join('\n') : text(value)
  const item = (l: string): Json => (prop.kind === 'numbers' && /^-?\d+(\.\d+)?$/.test(l) ? Number(l) : l) // what is no number stays as it is, for the checker to say so
  const d = useDraft(lines, (t, step) => onSet(t.split('\n').map(l => l.trim()).filter(l => l !== '').map(item), step))
  const left = () => { // one expression alone is the list itself
    const [whole, more] = pieces(d.draft.trim())
    if (!whole?.read || more || !prop.bindable) return d.onBlur()
    d.leave()
    d.back()
    onSet(d.draft.trim())
  }
  return <textarea id={id} className="input" rows={4} aria-label={`${label}, one a line`} aria-describedby={`${id}-doc`} placeholder={prop.kind === 'options' ? 'One option a line' : 'One a line'} value={d.draft} onChange={ev => d.onChange(ev.target.value)} onFocus={d.onFocus} onBlur={left} />
}

function JsonField({id, label, value, onSet}: Props) {
  const [bad, setBad] = useState(false)
  const d = useDraft(value === undefined ? '' : JSON.stringify(value, null, 1), (t, step) => {
    try {
      onSet(t.trim() === '' ? null : (JSON.parse(t) as Json), step)
      setBad(false)
    } catch {
      setBad(true)
    }
  })
  return (
    <>
      <textarea id={id} className="input mono" rows={3} spellCheck={false} aria-label={label} aria-invalid={bad} aria-describedby={`${id}-doc`} placeholder="{}" value={d.draft} onChange={ev => d.onChange(ev.target.value)} onFocus={d.onFocus} onBlur={d.onBlur} />
      {bad && <p className="hint">This is not JSON yet, so it is not written.</p>}
    </>
  )
}

function IconField({id, prop, label, value, onSet}: Props) {
  const {catalogue} = useStudio()
  const [open, setOpen] = useState(false)
  const [search, setSearch] = useState('')
  const now = text(value)
  const names = (catalogue?.icons ?? []).filter(n => n.includes(search.trim().toLowerCase()))
  const pick = (name: string | null) => { onSet(name); setOpen(false) }
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger id={id} className="select" aria-label={`${label}: ${now || 'none'}`} aria-describedby={`${id}-doc`}>
        <span className="icon-value">{appIcons[now] !== undefined && <Icon name={now} />} {now || <span className="placeholder">None</span>}</span>
        <span className="select-icon"><Icon name="chevron-down" size={14} /></span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="popover icon-picker" align="end" sideOffset={4} collisionPadding={8} aria-label={label}>
          <div className="search"><Icon name="search" size={15} /><input type="search" aria-label="Search icons" placeholder="Search icons" value={search} onChange={ev => setSearch(ev.target.value)} /></div>
          <div className="icon-grid">
            {!prop.required && <button type="button" className="icon-cell" aria-label="No icon" aria-pressed={now === ''} onClick={() => pick(null)}>–</button>}
            {names.map(n => <button type="button" key={n} className="icon-cell" aria-label={n} title={n} aria-pressed={n === now} onClick={() => pick(n)}><Icon name={n} size={20} /></button>)}
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
