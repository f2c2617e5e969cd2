import {useMemo, useState} from 'react'
import {copied, copy} from './clipboard.ts'
import {draftOf, draftOfExpression, expressionOf, nothing, pieces, readCondition, textOf, unfinished, type Draft} from './expression.ts'
import {Icon} from './icons.tsx'
import {CodeEditor, CombineEditor, IfEditor} from './PickerModes.tsx'
import {VariableEditor} from './PickerVariable.tsx'
import {part, useJudged, useScope} from './scope.ts'
import {useStudio} from './store.ts'
import {IconButton, Segmented} from './ui.tsx'
import {Faults} from './ExpressionInput.tsx'
import {fit, flat, kindOf, typeName, variables, type Variable} from './variables.ts'
import type {FunctionView, PreviewView, ProjectView, PropView, ScopeView, TypeView} from './wire.ts'

// Owner is what a property belongs to: a widget, an action, a call.
export interface Owner {
  at: string // its path: what may be read there is offered
  what: string // what to call it, such as “Text” or “API Call”
}

export interface PickerProps {
  owner: Owner
  prop: PropView
  label: string
  current: string // what is written, "" nothing
  onSet: (value: string) => void
}

// Place is where the picked value is to stand, and what is known of it.
export interface Place {
  at: string
  prop: string
  propKind: string
  kind: string // of value that is needed, '' anything
  secrets: boolean
  tree: Variable[]
  known: ReadonlySet<string>
  types: TypeView[]
  functions: FunctionView[]
}

// Ask opens the picker for a part of the value: put gives it its place.
export type Ask = (title: string, kind: string, initial: string, put: (draft: Draft, expression: string) => Draft) => void

interface Frame {
  title: string
  kind: string
  draft: Draft
  put: (draft: Draft, expression: string) => Draft
}

// Picker is what “Set from variable” opens.
export function Picker(props: PickerProps & {onDone: () => void}) {
  const {project, catalogue} = useStudio()
  const {scope, why} = useScope(props.owner.at, props.prop.name, props.prop.kind)
  if (!project || !catalogue || !scope) return <p className="hint picker-foot" role="status">{why || 'Looking what may be read here…'}</p>
  return <Opened {...props} project={project} scope={scope} functions={catalogue.functions} />
}

function Opened({owner, prop, label, current, onSet, onDone, project, scope, functions}: PickerProps & {onDone: () => void; project: ProjectView; scope: ScopeView; functions: FunctionView[]}) {
  const place = usePlace(owner.at, prop, project, scope, functions)
  const [frames, setFrames] = useState<Frame[]>(() => [{title: '', kind: place.kind, draft: draftOf(current, place.known, functions), put: d => d}])
  const top = frames.at(-1)
  if (!top) return null
  const below = frames.length > 1
  const change = (draft: Draft) => setFrames(fs => fs.map((f, i) => (i === fs.length - 1 ? {...f, draft} : f)))
  const ask: Ask = (title, kind, initial, put) => setFrames(fs => [...fs, {title, kind, draft: draftOfExpression(initial, place.known, functions), put}])
  const back = () => setFrames(fs => fs.slice(0, -1))
  const give = (expression: string) => setFrames(fs => fs.slice(0, -1).map((f, i, all) => (i === all.length - 1 ? {...f, draft: top.put(f.draft, expression)} : f)))
  const set = (text: string) => { onSet(text); onDone() }
  return (
    <>
      <div className="picker-head">
        <div>
          {below && <IconButton icon="chevron-left" label="Back" onClick={back} />}
          <h2>{below ? top.title : 'Set from variable'}</h2>
          {!below && <Clipboard place={place} draft={top.draft} owner={owner} label={label} onPaste={text => change(draftOf(text, place.known, functions))} />}
        </div>
        <p>{label} of this {owner.what.toLowerCase()}{needs(below ? top.kind : '', below ? null : scope.needs, below ? top.kind : prop.kind)}</p>
      </div>
      <Body key={frames.length} frame={top} place={below ? {...place, kind: top.kind, propKind: top.kind, secrets: true} : place} below={below} current={current} change={change} ask={ask} onWrite={below ? give : set} />
    </>
  )
}

function usePlace(at: string, prop: PropView, project: ProjectView, scope: ScopeView, functions: FunctionView[]): Place {
  return useMemo(() => {
    const tree = variables(project, at, scope)
    const kind = scope.needs ? (scope.needs.kind === 'json' ? '' : scope.needs.kind) : kindOf(prop.kind)
    return {
      at, prop: prop.name, propKind: prop.kind, kind, secrets: scope.secret, tree, types: project.types, functions,
      known: new Set(flat(tree).map(v => v.expression).filter(e => e !== '')),
    }
  }, [at, prop.name, prop.kind, project, scope, functions])
}

function needs(kind: string, type: TypeView | null, otherwise: string): string {
  const t = type ?? {kind: kindOf(kind || otherwise) || 'json'}
  return t.kind === 'json' ? '' : ` · needs ${typeName(t)}`
}

function Clipboard({place, draft, owner, label, onPaste}: {place: Place; draft: Draft; owner: Owner; label: string; onPaste: (text: string) => void}) {
  const [, drawn] = useState(0)
  const text = textOf(draft)
  const have = copied()
  return (
    <span className="picker-clip">
      <IconButton icon="copy" label="Copy variable" disabled={!text} onClick={() => { copy(text, `${label} of ${owner.what}`); drawn(n => n + 1) }} />
      <IconButton icon="clipboard" label="Paste variable" tip={have ? `Paste ${have.text}, copied from ${have.from}` : 'Nothing was copied'} disabled={!have || !place.at} onClick={() => { if (have) onPaste(have.text) }} />
    </span>
  )
}

const modes = [
  {value: 'variable', label: 'Variable'}, {value: 'if', label: 'If / Else'}, {value: 'combine', label: 'Combine'}, {value: 'code', label: 'Code'},
]

function Body({frame, place, below, current, change, ask, onWrite}: {frame: Frame; place: Place; below: boolean; current: string; change: (d: Draft) => void; ask: Ask; onWrite: (text: string) => void}) {
  const {draft} = frame
  const joins = ['', 'text', 'secret', 'image'].includes(place.kind)
  const choices = modes.filter(m => m.value !== 'combine' || joins)
  const turn = (how: string) => change(turned(draft, how, below ? '' : current, place.kind === 'bool'))
  return (
    <>
      <div className="picker-how"><Segmented label="How it is set" value={draft.how} onChange={turn} choices={choices} /></div>
      {draft.how === 'variable' && <VariableEditor place={place} draft={draft} change={change} ask={ask} onWrite={e => onWrite(below ? e : '${' + e + '}')} />}
      {draft.how === 'if' && <IfEditor place={place} draft={draft} change={change} ask={ask} />}
      {draft.how === 'combine' && <CombineEditor place={place} draft={draft} change={change} ask={ask} />}
      {draft.how === 'code' && <CodeEditor place={place} draft={draft} change={change} />}
      <Foot place={place} draft={draft} below={below} onWrite={onWrite} change={change} />
    </>
  )
}

// turned carries a draft over to another way of setting the value.
function turned(d: Draft, how: string, current: string, truth: boolean): Draft {
  const e = expressionOf(d)
  switch (how) {
    case 'if':
      if (truth) return {how: 'if', conditions: [e ? readCondition(e) : {left: '', op: '==', right: ''}], every: true, then: 'true', otherwise: 'false'}
      return {how: 'if', conditions: [{left: '', op: 'true', right: ''}], every: true, then: e, otherwise: ''}
    case 'combine':
      return {how: 'combine', pieces: e && d.how !== 'if' ? [{text: '', read: false}, {text: e, read: true}] : current && !e ? pieces(current) : [{text: '', read: false}]}
    case 'code':
      return {how: 'code', text: e}
  }
  return nothing
}

// Foot shows what it comes to: the expression, what is wrong with it, its value, and the button that sets it.
function Foot({place, draft, below, onWrite, change}: {place: Place; draft: Draft; below: boolean; onWrite: (text: string) => void; change: (d: Draft) => void}) {
  const expression = expressionOf(draft)
  const text = below ? expression && '${' + expression + '}' : expression && textOf(draft)
  const {view: last, busy} = useJudged(place.at, place.prop, below ? part : place.propKind, text)
  const view = busy && draft.how !== 'code' ? null : last // of another text: nothing below may move under the pointer
  const faults = view?.problems ?? []
  const wrong = faults.some(p => !p.warning)
  const can = view?.type && draft.how !== 'combine' ? fit(expression, view.type, place.kind, place.types, place.secrets) : null
  const variable = draft.how === 'variable' && !draft.steps.length ? flat(place.tree).find(v => v.expression !== '' && v.expression === draft.base) : undefined
  if (variable && !fit(variable.expression, variable.type, place.kind, place.types, place.secrets).ok) return null // said above
  if (draft.how === 'variable' && draft.steps.some(unfinished)) return <p className="hint picker-foot">Fill in what the operation asks for.</p>
  if (!text) return <p className="hint picker-foot">{draft.how === 'variable' ? 'Choose a value. Double-click or press Enter to set it at once.' : 'Fill in what is asked for.'}</p>
  return (
    <div className="picker-foot">
      <code className="expression">{text}</code>
      {!below && draft.how === 'variable' && wrong && <Instead place={place} expression={expression} change={change} />}
      {faults.length > 0 && <Faults problems={faults} text={text} />}
      {can && !can.ok && !wrong && <p className="why"><Icon name="info" size={15} /> <span>{can.why}</span></p>}
      {view?.preview ? <Preview preview={view.preview} /> : !view && <p className="preview"><span>Gives</span><em>…</em></p>}
      <button type="button" className="button primary" aria-busy={busy} disabled={wrong && !busy} onClick={() => onWrite(below ? expression : text)}>{below ? 'Use' : 'Set'}</button>
    </div>
  )
}

function Instead({place, expression, change}: {place: Place; expression: string; change: (d: Draft) => void}) {
  const {view} = useJudged(place.at, place.prop, part, '${' + expression + '}')
  const can = view?.type && fit(expression, view.type, place.kind, place.types, place.secrets)
  if (!can || can.ok || !can.instead) return null
  const {instead} = can
  return <button type="button" className="button" onClick={() => change(draftOfExpression(instead.expression, place.known, place.functions))}>{instead.label}</button>
}

// Preview is a value with the canvas's sample data.
export function Preview({preview}: {preview: PreviewView}) {
  const said = {none: 'nothing with the sample data', secret: 'a secret: it is never shown'}[preview.kind as 'none' | 'secret']
  return (
    <p className="preview" aria-label="Preview">
      <span>{preview.kind === 'fault' ? 'Would fail' : 'Gives'}</span>
      {said ? <em>{said}</em> : <output className={preview.kind}>{preview.text === '' ? <em>an empty text</em> : preview.text}</output>}
    </p>
  )
}
