import './modal.css'
import {Dialog} from 'radix-ui'
import {useEffect, useState, type FormEvent, type ReactNode} from 'react'
import {Icon} from './icons.tsx'
import {store} from './store.ts'
import {uses} from './calls.ts'
import type {Problem} from './wire.ts'

// Modal is a window over the studio with a form in it. Enter sends, Escape closes.
export function Modal({title, doc, wide, send, busy, bad, disabled, onSend, onClose, children, foot}: {
  title: string; doc?: ReactNode; wide?: boolean; send?: string; busy?: boolean; bad?: boolean; disabled?: boolean; onSend?: () => void; onClose: () => void; children?: ReactNode; foot?: ReactNode
}) {
  const submit = (ev: FormEvent) => {
    ev.preventDefault()
    if (!busy && !disabled) onSend?.()
  }
  return (
    <Dialog.Root open onOpenChange={open => { if (!open) onClose() }}>
      <Dialog.Portal>
        <Dialog.Overlay className="modal-shade" />
        <Dialog.Content className={`modal${wide ? ' wide' : ''}`} {...(doc ? {} : {'aria-describedby': undefined})}>
          <form onSubmit={submit}>
            <header className="modal-head">
              <Dialog.Title>{title}</Dialog.Title>
              {doc && <Dialog.Description>{doc}</Dialog.Description>}
              <Dialog.Close className="icon-button" aria-label="Close" type="button"><Icon name="x" size={16} /></Dialog.Close>
            </header>
            <div className="modal-body">{children}</div>
            <footer className="modal-foot">
              {foot}
              <Dialog.Close className="button" type="button">{send ? 'Cancel' : 'Close'}</Dialog.Close>
              {send && <button type="submit" className={`button primary${bad ? ' bad' : ''}`} aria-disabled={busy || disabled}>{busy ? 'One moment…' : send}</button>}
            </footer>
          </form>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

// Labelled is a control of a Modal with its name before it and a sentence below.
export function Labelled({id, label, doc, children}: {id: string; label: string; doc?: ReactNode; children: ReactNode}) {
  return (
    <div className="labelled">
      <label htmlFor={id}>{label}</label>
      {children}
      {doc && <p className="hint" id={`${id}-doc`}>{doc}</p>}
    </div>
  )
}

// ifUnused takes something away at once where nothing uses it, and asks first for anything else. along are uses that go with it.
export async function ifUnused(at: string, remove: () => unknown, askFirst: () => void, along: (use: Problem) => boolean = () => false) {
  const used = await uses(at).then(u => !u.uses.every(along), () => true)
  if (used) askFirst()
  else remove()
}

// Removal asks before something goes, and shows first what would no longer be right. It deletes what stands at the path, unless remove says how it goes; along are uses that go with it.
export function Removal({at, what, onClose, then, remove, along}: {at: string; what: string; onClose: () => void; then?: () => void; remove?: () => unknown; along?: (use: Problem) => boolean}) {
  const [found, setFound] = useState<Problem[] | null>(null)
  const [fault, setFault] = useState('')
  useEffect(() => {
    let wanted = true
    uses(at).then(u => { if (wanted) setFound(u.uses) }, (e: unknown) => { if (wanted) setFault(e instanceof Error ? e.message : 'Where it is used could not be found out.') })
    return () => { wanted = false }
  }, [at])
  const broken = found && (along ? found.filter(p => !along(p)) : found)
  const send = () => {
    if (remove) remove()
    else void store.edit([{op: 'delete', at}], `removing ${what}`)
    then?.()
    onClose()
  }
  return (
    <Modal title={`Remove ${what}?`} send="Remove" bad busy={!broken && !fault} onSend={send} onClose={onClose}>
      {fault && <p className="hint">{fault}</p>}
      {broken?.length === 0 && <p>Nothing in the app uses it. Undo brings it back.</p>}
      {broken && broken.length > 0 && (
        <>
          <p>{broken.length === 1 ? 'One place uses it and would no longer be right.' : `${broken.length} places use it and would no longer be right.`} Undo brings it back.</p>
          <ul className="modal-list" tabIndex={0} aria-label="Where it is used">
            {broken.slice(0, 30).map((p, i) => <li key={i}><code>{p.file}:{p.line}</code> <span>{p.message}</span></li>)}
            {broken.length > 30 && <li className="hint">and {broken.length - 30} more</li>}
          </ul>
        </>
      )}
    </Modal>
  )
}
