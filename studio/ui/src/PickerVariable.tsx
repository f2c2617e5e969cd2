import {useEffect, useMemo, useRef, useState} from 'react'
import {chain, draftOfExpression, type Draft, type Step} from './expression.ts'
import {Icon} from './icons.tsx'
import {operationNamed, operationsFor, startOf, type Operation} from './operations.ts'
import {Argument} from './PickerParts.tsx'
import type {Ask, Place} from './Picker.tsx'
import {useTypes} from './scope.ts'
import {TreeView, type Node} from './TreeView.tsx'
import {IconButton} from './ui.tsx'
import {find, fit, flat, full, nameOf, typeName, type Variable} from './variables.ts'
import {Operand} from './PickerParts.tsx'
import type {TypeView} from './wire.ts'

type Chain = Extract<Draft, {how: 'variable'}>

interface Props {
  place: Place
  draft: Chain
  change: (draft: Draft) => void
  ask: Ask
  onWrite: (expression: string) => void // at once
}

// VariableEditor chooses a source, and what is made of it.
export function VariableEditor({place, draft, change, ask, onWrite}: Props) {
  const [zone, setZone] = useState<'sources' | 'operations'>('sources')
  const variable = flat(place.tree).find(v => v.expression === draft.base && v.expression)
  const prefixes = draft.base ? draft.steps.map((_, i) => chain(draft.base, draft.steps, i + 1)) : []
  const found = useTypes(place.at, place.prop, variable ? prefixes : [draft.base, ...prefixes])
  const typeAfter = (n: number): TypeView | null | undefined => (n === 0 && variable ? variable.type : found[chain(draft.base, draft.steps, n)])
  const now = typeAfter(draft.steps.length)
  const shown = useRef<HTMLDivElement>(null)
  const added = useRef(-1) // the step whose arguments are to be given next
  const add = (o: Operation) => {
    added.current = draft.steps.length
    change({...draft, steps: [...draft.steps, {op: o.name, args: o.params.map(startOf)}]})
    setZone('sources')
  }
  const compare = operationNamed('compare', place.functions)
  useEffect(() => {
    const step = added.current < 0 ? undefined : shown.current?.querySelectorAll('.step')[added.current]
    if (step) {
      added.current = -1
      step.scrollIntoView({block: 'nearest'})
      const empty = step.querySelector<HTMLElement>('input:placeholder-shown, .select[data-placeholder]')
      ;(empty ?? step.querySelector<HTMLElement>('input, .select'))?.focus()
    }
  })
  useEffect(() => { // a button that did its work and went leaves the keyboard here
    if (document.activeElement === document.body) shown.current?.querySelector<HTMLElement>('.chain-base button:enabled')?.focus()
  }, [draft.base, draft.steps.length])
  return (
    <>
      {zone === 'operations' && now ? <Operations type={now} place={place} onAdd={add} onBack={() => setZone('sources')} /> : <Sources place={place} draft={draft} change={change} onWrite={onWrite} />}
      {draft.base && zone === 'sources' && (
        <div className="chain" ref={shown}>
          <div className="chain-base"><span className="pill"><Icon name={variable?.secret ? 'lock' : 'variable'} size={13} /> <span>{nameOf(draft.base, place.tree) || draft.base}</span></span>
            {now && <span className="chain-type">{typeName(now)}</span>}
            <button type="button" className="button small" disabled={!now} onClick={() => setZone('operations')}><Icon name="plus" size={13} /> Operation</button>
          </div>
          {variable && !draft.steps.length && <Fits place={place} variable={variable} change={change} onCompare={compare && (() => add(compare))} />}
          {draft.steps.map((step, i) => (
            <StepEditor key={i} place={place} step={step} before={typeAfter(i)} index={i} ask={ask}
              onChange={s => change({...draft, steps: draft.steps.map((x, j) => (j === i ? s : x))})} onRemove={() => change({...draft, steps: draft.steps.filter((_, j) => j !== i)})} />
          ))}
          {takesDefault(place.kind) && (
            <Operand label="Default value" placeholder="Default, if it is empty" kind={now?.kind === 'int' || now?.kind === 'number' ? 'number' : place.kind} expression={draft.otherwise} place={place} optional
              onChange={otherwise => change({...draft, otherwise})} onAsk={() => ask('Default value', place.kind, draft.otherwise, (d, e) => (d.how === 'variable' ? {...d, otherwise: e} : d))} />
          )}
        </div>
      )}
    </>
  )
}

function takesDefault(kind: string): boolean {
  return ['', 'text', 'number', 'int', 'image', 'enum'].includes(kind)
}

// Fits says why a variable cannot stand there, and what can instead.
function Fits({place, variable, change, onCompare}: {place: Place; variable: Variable; change: (d: Draft) => void; onCompare?: () => void}) {
  const can = fit(variable.expression, variable.type, place.kind, place.types, place.secrets, variable.label)
  if (can.ok) return variable.doc && variable.doc !== variable.label ? <p className="hint">{variable.doc}</p> : null
  const {instead} = can
  const compares = place.kind === 'bool' && ['text', 'int', 'number', 'time', 'enum'].includes(full(variable.type, place.types).kind)
  return (
    <>
      <p className="why"><Icon name={variable.secret ? 'lock' : 'info'} size={15} /> <span>{can.why}</span></p>
      <div className="instead">
        {compares && onCompare && <button type="button" className="button" onClick={onCompare}>Compare it</button>}
        {instead && <button type="button" className="button" onClick={() => change(draftOfExpression(instead.expression, place.known, place.functions))}>{instead.label}</button>}
      </div>
    </>
  )
}

function toNode(v: Variable, place: Place): Node {
  const can = fit(v.expression, v.type, place.kind, place.types, place.secrets, v.label)
  return {
    id: v.id,
    label: v.label,
    icon: v.secret ? 'lock' : v.icon,
    tone: v.expression && !can.ok && !v.children.length ? 'muted' : undefined,
    content: <><span className="tree-kind">{v.label}</span>{v.expression && <> <span className="tree-text">{typeName(v.type)}</span></>}</>,
    children: v.children.length ? v.children.map(c => toNode(c, place)) : undefined,
  }
}

const opened = ['#person', '#auth', '#user', '#item', '#outputs']
const none: ReadonlySet<string> = new Set()

function Sources({place, draft, change, onWrite}: {place: Place; draft: Chain; change: (d: Draft) => void; onWrite: (expression: string) => void}) {
  const [search, setSearch] = useState('')
  const [fitting, setFitting] = useState(false)
  const all = useMemo(() => flat(place.tree), [place.tree])
  const way = all.filter(v => v.children.length && flat(v.children).some(c => c.expression === draft.base && draft.base)).map(v => v.id)
  const [closed, setClosed] = useState<ReadonlySet<string>>(() => new Set(all.filter(v => v.children.length && !opened.includes(v.id) && !way.includes(v.id)).map(v => v.id)))
  const shown = useMemo(() => find(fitting ? onlyFitting(place.tree, place) : place.tree, search), [place, search, fitting])
  const nodes = useMemo(() => shown.map(v => toNode(v, place)), [shown, place])
  const byID = (id: string) => all.find(v => v.id === id)
  const chosen = all.find(v => v.expression && v.expression === draft.base)?.id ?? ''
  const choose = (id: string) => {
    const v = byID(id)
    if (v?.expression && v.expression !== draft.base) change({...draft, base: v.expression, steps: [], otherwise: ''})
  }
  const quick = (id: string) => {
    const v = byID(id)
    if (v && fit(v.expression, v.type, place.kind, place.types, place.secrets).ok) onWrite(v.expression)
  }
  return (
    <>
      <div className="picker-search">
        <div className="search">
          <Icon name="search" size={15} />
          <input type="search" aria-label="Search variables" placeholder="Search variables" value={search} onChange={ev => setSearch(ev.target.value)} />
        </div>
        {place.kind && <IconButton icon="filter" label="Only what fits" pressed={fitting} onClick={() => setFitting(!fitting)} />}
      </div>
      <div className="picker-tree">
        {nodes.length ? <TreeView label="Variables" nodes={nodes} selected={chosen} onSelect={choose} onAct={quick} closed={search || fitting ? none : closed} setClosed={setClosed} /> : <p className="hint">{search ? 'Nothing is called that.' : 'Nothing here fits.'}</p>}
      </div>
    </>
  )
}

function onlyFitting(tree: Variable[], place: Place): Variable[] {
  return tree.flatMap(v => {
    const children = onlyFitting(v.children, place)
    return children.length || v.expression && fit(v.expression, v.type, place.kind, place.types, place.secrets).ok ? [{...v, children}] : []
  })
}

function Operations({type, place, onAdd, onBack}: {type: TypeView; place: Place; onAdd: (o: Operation) => void; onBack: () => void}) {
  const [search, setSearch] = useState('')
  const [chosen, setChosen] = useState('')
  const all = useMemo(() => operationsFor(type, place.functions, place.types), [type, place])
  const want = search.trim().toLowerCase()
  const found = all.filter(o => !want || `${o.title} ${o.name} ${o.doc}`.toLowerCase().includes(want))
  const groups = [...new Set(found.map(o => o.group))]
  const [closed, setClosed] = useState<ReadonlySet<string>>(() => new Set([...new Set(all.map(o => o.group))].slice(1).map(g => `#${g}`)))
  const nodes: Node[] = groups.map(g => ({
    id: `#${g}`, label: g, children: found.filter(o => o.group === g).map(o => ({id: o.name, label: o.title, content: <><span className="tree-kind">{o.title}</span> <span className="tree-text">{o.usage}</span></>})),
  }))
  const operation = all.find(o => o.name === chosen)
  const act = (id: string) => { const o = all.find(x => x.name === id); if (o) onAdd(o) }
  return (
    <>
      <div className="picker-search">
        <IconButton icon="chevron-left" label="Back to the variable" onClick={onBack} />
        <div className="search">
          <Icon name="search" size={15} />
          <input type="search" autoFocus aria-label="Search operations" placeholder={`What to do with ${typeName(type)}`} value={search} onChange={ev => setSearch(ev.target.value)} />
        </div>
      </div>
      <div className="picker-tree">
        {nodes.length ? <TreeView label="Operations" nodes={nodes} selected={chosen} onSelect={setChosen} onAct={act} closed={want ? none : closed} setClosed={setClosed} /> : <p className="hint">No operation is called that.</p>}
      </div>
      {operation && (
        <div className="chain">
          <p className="operation-doc"><strong>{operation.title}.</strong> {sentence(operation.doc)}</p>
          <Example operation={operation} />
          <button type="button" className="button primary" onClick={() => onAdd(operation)}>Add operation</button>
        </div>
      )}
    </>
  )
}

function sentence(doc: string): string {
  return doc && `${doc.charAt(0).toUpperCase()}${doc.slice(1)}.`
}

function Example({operation}: {operation: Operation}) {
  if (!operation.example) return null
  return <p className="example"><code>{operation.example}</code> <span>gives</span> <code>{operation.gives}</code></p>
}

function StepEditor({place, step, before, index, ask, onChange, onRemove}: {place: Place; step: Step; before: TypeView | null | undefined; index: number; ask: Ask; onChange: (s: Step) => void; onRemove: () => void}) {
  const o = operationNamed(step.op, place.functions)
  const [helps, setHelps] = useState(false)
  return (
    <section className="step" aria-label={o?.title ?? step.op}>
      <div className="step-head">
        <h3>{o?.title ?? step.op}</h3>
        {o?.example && <IconButton icon="help" label={`About ${o.title}`} pressed={helps} onClick={() => setHelps(!helps)} />}
        <IconButton icon="x" label={`Remove ${o?.title ?? step.op}`} onClick={onRemove} />
      </div>
      {helps && o && <><p className="hint">{sentence(o.doc)}</p><Example operation={o} /></>}
      {o?.params.map((p, n) => (
        <Argument key={p.name} place={place} param={p} value={step.args[n] ?? ''} before={before} step={step}
          onChange={v => onChange({...step, args: o.params.map((_, j) => (j === n ? v : step.args[j] ?? ''))})}
          onAsk={(kind, initial, rewrite) => ask(`${p.name} of ${o.title}`, kind, initial, (d, e) => (d.how === 'variable' ? {...d, steps: d.steps.map((s, i) => (i === index ? {...s, args: o.params.map((_, j) => (j === n ? rewrite(s.args[j] ?? '', e) : s.args[j] ?? ''))} : s))} : d))} />
      ))}
    </section>
  )
}
