import {ExpressionInput} from './ExpressionInput.tsx'
import {tests, twoSided, type Condition, type Draft, type Piece} from './expression.ts'
import {Icon} from './icons.tsx'
import type {Ask, Place} from './Picker.tsx'
import {Operand} from './PickerParts.tsx'
import {useTypes} from './scope.ts'
import {IconButton, Segmented, Select} from './ui.tsx'
import {full} from './variables.ts'

interface Props<How extends Draft['how']> {
  place: Place
  draft: Extract<Draft, {how: How}>
  change: (draft: Draft) => void
  ask: Ask
}

const fresh: Condition = {left: '', op: '==', right: ''}

// IfEditor chooses between two values by conditions.
export function IfEditor({place, draft, change, ask}: Props<'if'>) {
  const {conditions} = draft
  const types = useTypes(place.at, place.prop, conditions.map(c => c.left))
  const put = (n: number, c: Condition) => change({...draft, conditions: conditions.map((x, i) => (i === n ? c : x))})
  const kindOfLeft = (c: Condition) => {
    const t = types[c.left]
    const kind = t ? full(t, place.types).kind : ''
    return ['text', 'int', 'number', 'bool'].includes(kind) ? kind : ''
  }
  const side = (key: 'then' | 'otherwise', label: string) => (
    <section className="side-of-if" aria-label={label}>
      <h3>{label}</h3>
      <Operand label={label} placeholder="A value, or a variable" kind={place.kind} expression={draft[key]} place={place} onChange={v => change({...draft, [key]: v})}
        onAsk={() => ask(label, place.kind, draft[key], (d, e) => (d.how === 'if' ? {...d, [key]: e} : d))} />
    </section>
  )
  return (
    <div className="picker-body">
      <section className="side-of-if" aria-label="If">
        <h3>If</h3>
        {conditions.length > 1 && <Segmented label="Conditions" value={draft.every ? 'and' : 'or'} onChange={v => change({...draft, every: v === 'and'})} choices={[{value: 'and', label: 'all are so'}, {value: 'or', label: 'any is so'}]} />}
        {conditions.map((c, n) => (
          <div className="condition" key={n}>
            <Operand label={`Condition ${n + 1}`} placeholder="Choose a variable" kind="" expression={c.left} place={place} onChange={left => put(n, {...c, left})}
              onAsk={() => ask('Condition', '', c.left, (d, e) => (d.how === 'if' ? {...d, conditions: d.conditions.map((x, i) => (i === n ? {...x, left: e} : x))} : d))} />
            <div className="condition-with">
              <Select label={`Comparison ${n + 1}`} value={c.op} options={tests} onChange={op => put(n, {...c, op})} />
              {conditions.length > 1 && <IconButton icon="x" label={`Remove condition ${n + 1}`} onClick={() => change({...draft, conditions: conditions.filter((_, i) => i !== n)})} />}
            </div>
            {twoSided(c.op) && <Operand label={`Compared with ${n + 1}`} placeholder="A value, or a variable" kind={kindOfLeft(c)} expression={c.right} place={place} onChange={right => put(n, {...c, right})}
              onAsk={() => ask('Compared with', kindOfLeft(c), c.right, (d, e) => (d.how === 'if' ? {...d, conditions: d.conditions.map((x, i) => (i === n ? {...x, right: e} : x))} : d))} />}
          </div>
        ))}
        <button type="button" className="button small" onClick={() => change({...draft, conditions: [...conditions, fresh]})}><Icon name="plus" size={13} /> Condition</button>
      </section>
      {side('then', 'Then')}
      {side('otherwise', 'Else')}
    </div>
  )
}

// CombineEditor joins pieces of text and values.
export function CombineEditor({place, draft, change, ask}: Props<'combine'>) {
  const put = (all: Piece[]) => change({...draft, pieces: all})
  const at = (n: number, p: Piece) => put(draft.pieces.map((x, i) => (i === n ? p : x)))
  const move = (n: number, by: number) => {
    const all = [...draft.pieces]
    const [p] = all.splice(n, 1)
    if (p) all.splice(n + by, 0, p)
    put(all)
  }
  const pick = (n: number, initial: string) => ask('Value in the text', '', initial, (d, e) => (d.how === 'combine' ? {...d, pieces: d.pieces.some((_, i) => i === n) ? d.pieces.map((x, i) => (i === n ? {text: e, read: true} : x)) : [...d.pieces, {text: e, read: true}]} : d))
  return (
    <div className="picker-body">
      <ol className="pieces">
        {draft.pieces.map((p, n) => (
          <li key={n}>
            {p.read ? <Operand label={`Piece ${n + 1}`} kind="text" expression={p.text || 'nil'} place={place} onChange={() => at(n, {text: '', read: false})} onAsk={() => pick(n, p.text)} />
              : <textarea className="input" rows={1} aria-label={`Piece ${n + 1}`} placeholder="Text" value={p.text} onChange={ev => at(n, {text: ev.target.value, read: false})} />}
            <IconButton icon="up" label={`Piece ${n + 1} up`} disabled={n === 0} onClick={() => move(n, -1)} />
            <IconButton icon="down" label={`Piece ${n + 1} down`} disabled={n === draft.pieces.length - 1} onClick={() => move(n, 1)} />
            <IconButton icon="trash" label={`Remove piece ${n + 1}`} onClick={() => put(draft.pieces.filter((_, i) => i !== n))} />
          </li>
        ))}
      </ol>
      <div className="piece-add">
        <button type="button" className="button small" onClick={() => put([...draft.pieces, {text: '', read: false}])}><Icon name="plus" size={13} /> Text</button>
        <button type="button" className="button small" onClick={() => pick(draft.pieces.length, '')}><Icon name="variable" size={13} /> Value</button>
      </div>
    </div>
  )
}

// CodeEditor is the expression as it is written.
export function CodeEditor({place, draft, change}: Omit<Props<'code'>, 'ask'>) {
  return (
    <div className="picker-body">
      <ExpressionInput at={place.at} prop={place.prop} kind={place.propKind} bare label="Expression" className="input mono code" placeholder="upper(user.firstName)" value={draft.text} onChange={text => change({how: 'code', text})} />
      <p className="hint">Names, fields and functions are offered while you type; Ctrl+Space offers them at once.</p>
    </div>
  )
}
