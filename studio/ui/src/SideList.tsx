import {DropdownMenu} from 'radix-ui'
import {useId, useState, type ReactNode} from 'react'
import {ask} from './api.ts'
import {Icon} from './icons.tsx'
import {Labelled, Modal} from './Modal.tsx'
import {store} from './store.ts'
import {Dot, IconButton, MenuItem} from './ui.tsx'
import type {TextView, WireEdit} from './wire.ts'
import './sidelist.css'

// SideList is a list of the app's files beside the canvas, with a button that adds one.
export function SideList({title, add, onAdd, children}: {title: string; add: string; onAdd: () => void; children: ReactNode}) {
  return (
    <nav className="pages" aria-label={title}>
      <div className="pages-head"><h2 className="side-title">{title}</h2><IconButton icon="plus" label={add} onClick={onAdd} /></div>
      {children}
    </nav>
  )
}

// Act is what the menu of a file asks for.
export type Act = 'rename' | 'copy' | 'remove'

// SideRow is one of them: a click opens it, its menu has what else there is to do. children mark it, more is of its menu.
export function SideRow({what, name, icon, tip, current, bad, settings, onOpen, onAsk, more, children}: {
  what: string; name: string; icon: string; tip?: string; current: boolean; bad: boolean; settings: string; onOpen: () => void; onAsk: (act: Act) => void; more?: ReactNode; children?: ReactNode
}) {
  const [open, setOpen] = useState(false)
  return (
    <div className="page-row" onContextMenu={ev => { ev.preventDefault(); setOpen(true) }}>
      <button type="button" className="side-item" title={tip} aria-current={current ? 'page' : undefined} onClick={onOpen}>
        <Icon name={icon} /><span className="side-name">{name}</span>{bad && <Dot />}{children}
      </button>
      <DropdownMenu.Root modal={false} open={open} onOpenChange={setOpen}>
        <DropdownMenu.Trigger className="page-more" aria-label={`Menu of the ${what} ${name}`}><Icon name="more" size={15} /></DropdownMenu.Trigger>
        <DropdownMenu.Portal container={document.querySelector('.middle')}>
          <DropdownMenu.Content className="menu widget-menu" align="start" sideOffset={2} collisionPadding={8}>
            <MenuItem icon="edit" onDo={() => { onOpen(); store.select('') }}>{settings}</MenuItem>
            <MenuItem icon="pencil" onDo={() => onAsk('rename')}>Rename…</MenuItem>
            <MenuItem icon="duplicate" onDo={() => onAsk('copy')}>Duplicate…</MenuItem>
            {more}
            <DropdownMenu.Separator className="menu-line" />
            <MenuItem icon="trash" bad onDo={() => onAsk('remove')}>Remove…</MenuItem>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
    </div>
  )
}

// Naming asks for another name of a file, or for that of a copy. why says what is wrong with a name, '' nothing; free is a name for the copy.
export function Naming({what, name, free, act, doc, why, onName, onClose}: {what: string; name: string; free: string; act: 'rename' | 'copy'; doc: string; why: (name: string) => string; onName: (name: string) => void; onClose: () => void}) {
  const copy = act === 'copy'
  const [to, setTo] = useState(copy ? free : name)
  const id = useId()
  const bad = to === name ? '' : why(to)
  const send = () => {
    onClose()
    if (to !== name) onName(to)
  }
  return (
    <Modal title={`${copy ? 'Duplicate' : 'Rename'} the ${what} ${name}`} doc={doc} send={copy ? 'Duplicate' : 'Rename'} disabled={to === '' || bad !== ''} onSend={send} onClose={onClose}>
      <NameField id={id} bad={bad} value={to} onChange={setTo} />
    </Modal>
  )
}

// NameField is where a name is typed, with what is wrong with it, else what it is for.
export function NameField({id, value, bad, doc, onChange}: {id: string; value: string; bad: string; doc?: string; onChange: (name: string) => void}) {
  return <Labelled id={id} label="Name" doc={bad || doc}><input id={id} className="input" autoFocus aria-invalid={bad !== ''} value={value} onChange={ev => onChange(ev.target.value.trim())} /></Labelled>
}

// copied writes a file once more, comments and all; more are edits of the copy.
export async function copied(from: string, to: string, label: string, more: WireEdit[] = []) {
  try {
    const {text} = await ask<TextView>('GET', `/api/text?at=${encodeURIComponent(from)}`)
    await store.edit([{op: 'text', at: to, value: text}, ...more], label)
  } catch (e) {
    store.tell(e instanceof Error ? e.message : 'It could not be copied.', true)
  }
}
