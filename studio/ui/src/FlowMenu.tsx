import {DropdownMenu} from 'radix-ui'
import {useState} from 'react'
import {act} from './flowacts.ts'
import type {FlowView} from './FlowEditor.tsx'
import {flows, titleOf, useFlows, type FlowAction} from './flows.ts'
import {Icon} from './icons.tsx'

// FlowMenu is all that can be done to an action, for the mouse and for the keyboard.
export function FlowMenu({action: a, flow}: {action: FlowAction; flow: FlowView}) {
  const [open, setOpen] = useState(false)
  const {clipboard, collapsed} = useFlows()
  const places = open ? act.places(flow, a) : []
  const errors = open ? act.errorBranch(a) : []
  return (
    <DropdownMenu.Root open={open} onOpenChange={setOpen} modal={false}>
      <DropdownMenu.Trigger className="reset" aria-label={`More for ${titleOf(a)}`} onClick={() => flows.select(a.at)}><Icon name="more" size={15} /></DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu flow-menu" align="end" sideOffset={4} collisionPadding={8}>
          <Item icon="arrow-up" label="Move up" keys="Alt ↑" off={a.index === 0} onSelect={() => act.shift(flow, a, -1)} />
          <Item icon="arrow-down" label="Move down" keys="Alt ↓" onSelect={() => act.shift(flow, a, 1)} />
          {places.length > 0 && (
            <DropdownMenu.Sub>
              <DropdownMenu.SubTrigger className="menu-item"><Icon name="split" size={15} /> Move <span className="flow-keys"><Icon name="chevron-right" size={13} /></span></DropdownMenu.SubTrigger>
              <DropdownMenu.Portal>
                <DropdownMenu.SubContent className="menu" sideOffset={4} collisionPadding={8}>
                  {places.map(p => <DropdownMenu.Item key={`${p.list}/${p.index}`} className="menu-item" onSelect={() => act.move(flow, a, p.list, p.index)}>{p.label}</DropdownMenu.Item>)}
                </DropdownMenu.SubContent>
              </DropdownMenu.Portal>
            </DropdownMenu.Sub>
          )}
          <DropdownMenu.Separator className="flow-line" />
          <Item icon="edit" label={a.note ? 'Change the note' : 'Add a note'} onSelect={() => flows.field(a.at, 'note')} />
          {a.spec?.output && <Item icon="tag" label={a.as ? 'Rename the output' : 'Name the output'} onSelect={() => flows.field(a.at, 'as')} />}
          <Item icon={a.disabled ? 'play' : 'pause'} label={a.disabled ? 'Enable' : 'Disable'} onSelect={() => act.disable(a)} />
          {errors.length > 0 && <Item icon="alert" label="Add an error branch" onSelect={() => void flows.edit(errors, `error branch of ${titleOf(a)}`)} />}
          {a.kind !== 'block' && !a.at.startsWith('/calls/') && <Item icon="box" label="Turn into an action block…" onSelect={() => flows.name(a.at)} />}
          {a.branches.length > 0 && <Item icon="chevron-down" label={collapsed.has(a.at) ? 'Unfold' : 'Fold'} keys={collapsed.has(a.at) ? '→' : '←'} onSelect={() => flows.collapse(a.at, !collapsed.has(a.at))} />}
          <DropdownMenu.Separator className="flow-line" />
          <Item icon="scissors" label="Cut" keys="Ctrl X" onSelect={() => act.cut(flow, a)} />
          <Item icon="copy" label="Copy" keys="Ctrl C" onSelect={() => act.copy(a)} />
          <Item icon="file" label="Paste below" keys="Ctrl V" off={clipboard.length === 0} onSelect={() => act.paste(a.list, a.index + 1, 1)} />
          <Item icon="layers" label="Duplicate" keys="Ctrl D" onSelect={() => act.duplicate(a)} />
          <DropdownMenu.Separator className="flow-line" />
          <Item icon="trash" label="Delete" keys="Del" onSelect={() => act.remove(flow, a)} />
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

function Item({icon, label, keys, off = false, onSelect}: {icon: string; label: string; keys?: string; off?: boolean; onSelect: () => void}) {
  return (
    <DropdownMenu.Item className="menu-item" disabled={off} onSelect={onSelect}>
      <Icon name={icon} size={15} /> {label}{keys && <span className="flow-keys">{keys}</span>}
    </DropdownMenu.Item>
  )
}
