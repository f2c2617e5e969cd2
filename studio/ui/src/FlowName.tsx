import {Dialog} from 'radix-ui'
import {useState} from 'react'
import {find, flows, titleOf, useFlows, type FlowAction} from './flows.ts'
import {store, useStudio} from './store.ts'

// FlowName asks what the action block is to be called that an action becomes.
export function FlowName({actions}: {actions: FlowAction[]}) {
  const {naming} = useFlows()
  const a = naming ? find(actions, naming) : undefined
  return (
    <Dialog.Root open={a !== undefined} onOpenChange={open => { if (!open) flows.name('') }}>
      <Dialog.Portal>
        <Dialog.Overlay className="flow-veil" />
        <Dialog.Content className="popover flow-ask" aria-describedby={undefined}>{a && <Ask key={a.at} action={a} />}</Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Ask({action: a}: {action: FlowAction}) {
  const {project} = useStudio()
  const called = typeof a.props.call === 'string' ? a.props.call.split('.')[1] ?? '' : ''
  const [name, setName] = useState(called || a.kind)
  const taken = project?.files.includes(`flows/${name.trim()}.yaml`) === true
  const wrong = taken ? 'There is a block of that name.' : /^[A-Za-z][\w-]*$/.test(name.trim()) ? '' : 'A name begins with a letter and has letters, digits, _ and -.'
  const make = () => {
    if (wrong) return
    flows.name('')
    void flows.edit([{op: 'block', at: a.at, name: name.trim()}], `making the action block ${name.trim()}`, {then: a.at}).then(() => {
      if (store.get().project?.files.includes(`flows/${name.trim()}.yaml`)) store.tell(`${name.trim()} stands in the section Flows now, and is run here.`)
    })
  }
  return (
    <form onSubmit={ev => { ev.preventDefault(); make() }}>
      <Dialog.Title>Turn {titleOf(a)} into an action block</Dialog.Title>
      <p className="hint">It moves with all that is in it to <code>flows/</code>, where other flows can run it too. What it reads of this place becomes parameters.</p>
      <label htmlFor="flow-block-name">Name</label>
      <input id="flow-block-name" className="input" autoFocus value={name} aria-invalid={wrong !== ''} aria-describedby="flow-block-wrong" onChange={ev => setName(ev.target.value)} onFocus={ev => ev.target.select()} />
      <p id="flow-block-wrong" className="hint">{wrong}</p>
      <div className="flow-uses-foot"><Dialog.Close className="button">Cancel</Dialog.Close><button type="submit" className="button primary">Make the block</button></div>
    </form>
  )
}
