import {Popover} from 'radix-ui'
import {useMemo, useState} from 'react'
import {Icon} from './icons.tsx'
import {useScope} from './scope.ts'
import {useStudio} from './store.ts'
import {TreeView, type Node} from './TreeView.tsx'
import {Segmented, Tip} from './ui.tsx'
import {find, fit, flat, nameOf, typeName, variables, withDefault, type Variable} from './variables.ts'
import type {ProjectView, PropView, ScopeView, TypeView} from './wire.ts'

// Owner is what a property belongs to: a widget, an action, a call.
export interface Owner {
  at: string // its path: what may be read there is offered
  what: string // what to call it, such as “Text” or “API Call”
}

interface Props {
  owner: Owner
  prop: PropView
  label: string
  current: string // what is written, "" nothing
  onSet: (value: string) => void
}

const besidePanel = 288 // from the button to the left edge of the panel: the property stays in view

// SetFromVariable is the button beside a property and the picker it opens.
export function SetFromVariable(props: Props) {
  const {project} = useStudio()
  const [open, setOpen] = useState(false)
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Tip text="Set from variable" side="left">
        <Popover.Trigger className={`bind${props.current.includes('${') ? ' on' : ''}`} aria-label={`Set ${props.label} from variable`}><Icon name="variable" size={15} /></Popover.Trigger>
      </Tip>
      <Popover.Portal>
        <Popover.Content className="popover picker" side="left" align="start" sideOffset={besidePanel} collisionPadding={12} aria-label={`Set ${props.label} from variable`}>
          {project && <Opened {...props} project={project} onDone={() => setOpen(false)} />}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

function toNode(v: Variable, kind: string, types: TypeView[]): Node {
  const can = fit(v.expression, v.type, kind, types, false, v.label)
  return {
    id: v.id,
    label: v.label,
    icon: v.secret ? 'lock' : v.icon,
    tone: v.expression && !can.ok && !v.children.length ? 'muted' : undefined,
    content: <><span className="tree-kind">{v.label}</span>{v.expression && <> <span className="tree-text">{typeName(v.type)}</span></>}</>,
    children: v.children.length ? v.children.map(c => toNode(c, kind, types)) : undefined,
  }
}

// Opened waits until it is known what the place may read.
function Opened(props: Props & {project: ProjectView; onDone: () => void}) {
  const {scope, why} = useScope(props.owner.at, props.prop.name, props.prop.kind)
  if (scope) return <Picker {...props} scope={scope} />
  return <p className="hint picker-foot" role="status">{why || 'Looking what may be read here…'}</p>
}

function Picker({owner, prop, label, current, onSet, onDone, project, scope}: Props & {project: ProjectView; scope: ScopeView; onDone: () => void}) {
  const tree = useMemo(() => variables(project, owner.at, scope), [project, owner.at, scope])
  const [search, setSearch] = useState('')
  const [chosen, setChosen] = useState('')
  const [closed, setClosed] = useState<ReadonlySet<string>>(() => new Set(flat(tree).filter(v => v.children.length && !['#person', '#auth', '#user', '#item'].includes(v.id)).map(v => v.id)))
  const shown = useMemo(() => find(tree, search), [tree, search])
  const nodes = useMemo(() => shown.map(v => toNode(v, prop.kind, project.types)), [shown, prop.kind, project.types])
  const variable = flat(tree).find(v => v.id === chosen)
  const joins = prop.kind === 'text' && current !== '' && !/^\$\{[^}]*\}$/.test(current)
  const [how, setHow] = useState<'replace' | 'append'>('replace')

  const write = (expression: string) => {
    const hole = '${' + expression + '}'
    onSet(joins && how === 'append' ? `${current}${/\s$/.test(current) ? '' : ' '}${hole}` : hole)
    onDone()
  }
  const quick = (id: string) => {
    const v = flat(tree).find(x => x.id === id)
    if (v && fit(v.expression, v.type, prop.kind, project.types).ok) write(v.expression)
  }
  return (
    <>
      <div className="picker-head">
        <h2>Set from variable</h2>
        <p>{label} of this {owner.what.toLowerCase()}</p>
      </div>
      <div className="search">
        <Icon name="search" size={15} />
        <input type="search" aria-label="Search variables" placeholder="Search variables" value={search} onChange={ev => setSearch(ev.target.value)} />
      </div>
      <div className="picker-tree">
        {nodes.length ? <TreeView label="Variables" nodes={nodes} selected={chosen} onSelect={setChosen} onAct={quick} closed={search ? none : closed} setClosed={setClosed} /> : <p className="hint">Nothing is called that.</p>}
      </div>
      {joins && (
        <div className="picker-how">
          <Segmented label="How it is set" value={how} onChange={v => setHow(v as 'replace' | 'append')} choices={[{value: 'replace', label: 'Replace the text'}, {value: 'append', label: 'Add to the text'}]} />
        </div>
      )}
      {variable?.expression ? <Chosen key={variable.id} variable={variable} kind={prop.kind} types={project.types} onWrite={write} /> : <p className="hint picker-foot">Choose a value. Double-click or press Enter to set it at once.</p>}
    </>
  )
}

const none: ReadonlySet<string> = new Set()

function Chosen({variable, kind, types, onWrite}: {variable: Variable; kind: string; types: TypeView[]; onWrite: (expression: string) => void}) {
  const [otherwise, setOtherwise] = useState('')
  const can = fit(variable.expression, variable.type, kind, types, false, variable.label)
  if (!can.ok) {
    return (
      <div className="picker-foot">
        <p className="why"><Icon name={variable.secret ? 'lock' : 'info'} size={15} /> <span>{can.why}</span></p>
        {can.instead && <button type="button" className="button" onClick={() => onWrite(can.instead?.expression ?? '')}>{can.instead.label}</button>}
      </div>
    )
  }
  const expression = withDefault(variable.expression, variable.type, otherwise)
  const takesDefault = ['text', 'number', 'int', 'image'].includes(kind)
  return (
    <div className="picker-foot">
      <code className="expression">{'${' + expression + '}'}</code>
      {variable.doc && variable.doc !== variable.label && <p className="hint">{variable.doc}</p>}
      <div className="picker-set">
        {takesDefault && <input aria-label="Default value" placeholder="Default value, if it is empty" value={otherwise} onChange={ev => setOtherwise(ev.target.value)} />}
        <button type="button" className="button primary" onClick={() => onWrite(expression)}>Set</button>
      </div>
    </div>
  )
}

// Bound says in words where the expressions of a value come from.
export function Bound({at, expressions}: {at: string; expressions: string[]}) {
  const {project} = useStudio()
  const {scope} = useScope(at)
  const tree = useMemo(() => (project ? variables(project, at, scope) : []), [project, at, scope])
  return (
    <ul className="pills">
      {expressions.map((e, i) => <li key={i} className="pill"><Icon name="variable" size={13} /> <span>{nameOf(e.replace(/\s*\?\?.*$/, ''), tree) || e}</span></li>)}
    </ul>
  )
}
