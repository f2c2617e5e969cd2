import {Dialog} from 'radix-ui'
import {useState} from 'react'
import type {FlowView} from './FlowEditor.tsx'
import {equal, find, flows, stepped, titleOf, useFlows, type FlowAction} from './flows.ts'
import {Icon} from './icons.tsx'
import {store, useStudio} from './store.ts'

// FlowName asks what the action block is to be called that actions become.
export function FlowName({flow}: {flow: FlowView}) {
  const {naming} = useFlows()
  const [first] = naming
  return (
    <Dialog.Root open={first !== undefined} onOpenChange={open => { if (!open) flows.name([]) }}>
      <Dialog.Portal>
        <Dialog.Overlay className="flow-veil" />
        <Dialog.Content className="popover flow-ask" aria-describedby={undefined} onCloseAutoFocus={chosenCard}>{first && <Ask key={first.at} first={first} actions={naming} flow={flow} />}</Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

// chosenCard gives the focus to the action that is selected: the dialog kept it from the block that was drawn before it closed.
function chosenCard(ev: Event) {
  ev.preventDefault()
  document.querySelector<HTMLElement>(`[data-at="${CSS.escape(flows.get().selected)}"]`)?.focus()
}

// suggested is a name for a block of actions: that of the call which they send, or of the one action that there is.
function suggested(actions: FlowAction[], files: string[]): string {
  const called = actions.flatMap(a => (typeof a.props.call === 'string' ? [a.props.call.split('.')[1] ?? ''] : []))
  const name = called[0] || (actions.length === 1 ? actions[0]?.kind : '') || ''
  for (let n = 2; name; n++) {
    const one = n === 2 ? name : `${name}${n - 1}`
    if (!taken(one, files)) return one
  }
  return name
}

function taken(name: string, files: string[]): boolean {
  return files.some(f => f.toLowerCase() === `flows/${name.toLowerCase()}.yaml`)
}

function Ask({first, actions, flow}: {first: FlowAction; actions: FlowAction[]; flow: FlowView}) {
  const {project} = useStudio()
  const files = project?.files ?? []
  const [name, setName] = useState(() => suggested(actions, files))
  const [refused, setRefused] = useState('')
  const many = actions.length > 1
  const called = name.trim()
  const wrong = taken(called, files) ? 'There is a block of that name.' : called === '' || /^[A-Za-z][\w-]*$/.test(called) ? '' : 'A name begins with a letter and has letters, digits, _ and -.'
  const make = async () => {
    if (wrong || called === '') return
    if (!actions.every(a => { const now = find(flow.actions, a.at); return now && equal(now, a) })) return setRefused('The flow has changed meanwhile. Choose the actions again.')
    const why = await flows.attempt([{op: 'block', at: first.at, name: called, ...(many && {value: actions.length})}], `making the action block ${called}`, {
      then: first.at, shift: path => stepped(path, first.list, first.index + actions.length, 1 - actions.length),
    })
    if (why) return setRefused(why)
    flows.name([])
    store.tell(`${called} stands in the section Flows now, and is run here.`)
  }
  return (
    <form onSubmit={ev => { ev.preventDefault(); void make() }}>
      <Dialog.Title>{many ? `Make an action block of ${actions.length} actions` : `Turn ${titleOf(first)} into an action block`}</Dialog.Title>
      <p className="hint">{many ? 'They move with all that is in them' : 'It moves with all that is in it'} to <code>flows/</code>, where other flows can run {many ? 'them' : 'it'} too. What {many ? 'they read' : 'it reads'} of this place becomes parameters; what is read behind of {many ? 'their outputs' : 'its output'} is what the block gives back.</p>
      {many && <ol className="flow-chosen">{actions.map(a => <li key={a.at}><Icon name={a.spec?.icon ?? 'alert'} size={15} /> {titleOf(a)}{a.as && <code>{a.as}</code>}</li>)}</ol>}
      <label htmlFor="flow-block-name">Name</label>
      <input id="flow-block-name" className="input" autoFocus value={name} aria-invalid={wrong !== ''} aria-describedby="flow-block-wrong" onChange={ev => { setName(ev.target.value); setRefused('') }} onFocus={ev => ev.target.select()} />
      <p id="flow-block-wrong" className="hint">{wrong}</p>
      {refused && <p className="fault" role="alert"><Icon name="alert" size={15} /> <span>{refused}</span></p>}
      <div className="flow-uses-foot"><Dialog.Close className="button">Cancel</Dialog.Close><button type="submit" className="button primary" disabled={called === '' || wrong !== ''}>Make the block</button></div>
    </form>
  )
}
