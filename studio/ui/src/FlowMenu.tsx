import {DropdownMenu} from 'radix-ui'
import {useState} from 'react'
import {act} from './flowacts.ts'
import type {FlowView} from './FlowEditor.tsx'
import {chosen, flows, titleOf, useFlows, type FlowAction} from './flows.ts'
import {Icon} from './icons.tsx'

// FlowMenu is all that can be done to an action, for the mouse and for the keyboard.
export function FlowMenu({action: a, flow}: {action: FlowAction; flow: FlowView}) {
  const [open, setOpen] = useState(false)
  const {clipboard, collapsed} = useFlows()
  const places = open ? act.places(flow, a) : []
  const errors = open ? act.errorBranch(a) : []
  const them = open ? chosen(flow.actions, a.at) : [a]
  const one = them.length === 1
  const off = them.every(x => x.disabled)
  return (
    <DropdownMenu.Root open={open} onOpenChange={setOpen} modal={false}>
      <DropdownMenu.Trigger className="reset" aria-label={`More for ${titleOf(a)}`} onPointerDown={() => keep(a.at)} onKeyDown={ev => { if (opening.includes(ev.key)) keep(a.at) }}><Icon name="more" size={15} /></DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu flow-menu" align="end" sideOffset={4} collisionPadding={8}>
          {!one && <DropdownMenu.Label className="flow-many">{them.length} actions</DropdownMenu.Label>}
          <Item icon="arrow-up" label="Move up" keys="Alt ↑" off={them.some(x => x.index === 0)} onSelect={() => act.shift(flow, a, -1)} />
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
          {one && <Item icon="edit" label={a.note ? 'Change the note' : 'Add a note'} onSelect={() => flows.field(a.at, 'note')} />}
          {one && a.spec?.output && <Item icon="tag" label={a.as ? 'Rename the output' : 'Name the output'} onSelect={() => flows.field(a.at, 'as')} />}
          <Item icon={off ? 'play' : 'pause'} label={off ? 'Enable' : 'Disable'} onSelect={() => act.disable(flow, a)} />
          {one && errors.length > 0 && <Item icon="alert" label="Add an error branch" onSelect={() => void flows.alter(a, act.errorBranch, `error branch of ${titleOf(a)}`)} />}
          {!(one && a.kind === 'block') && !a.at.startsWith('/calls/') && <Item icon="zap" label={one ? 'Turn into an action block…' : 'Make an action block of them…'} onSelect={() => act.block(flow, a)} />}
          {one && a.branches.length > 0 && <Item icon="chevron-down" label={collapsed.has(a.at) ? 'Unfold' : 'Fold'} keys={collapsed.has(a.at) ? '→' : '←'} onSelect={() => flows.collapse(a.at, !collapsed.has(a.at))} />}
          <DropdownMenu.Separator className="flow-line" />
          <Item icon="scissors" label="Cut" keys="Ctrl X" onSelect={() => act.cut(flow, a)} />
          <Item icon="copy" label="Copy" keys="Ctrl C" onSelect={() => act.copy(flow, a)} />
          <Item icon="file" label="Paste below" keys="Ctrl V" off={clipboard.length === 0} onSelect={() => act.paste(flow, a.list, a.index + 1)} />
          <Item icon="layers" label="Duplicate" keys="Ctrl D" onSelect={() => act.duplicate(flow, a)} />
          <DropdownMenu.Separator className="flow-line" />
          <Item icon="trash" label="Delete" keys="Del" onSelect={() => act.remove(flow, a)} />
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

const opening = ['Enter', ' ', 'ArrowDown'] // the keys that ask for a menu; Tab only goes by

// keep selects the action whose menu is asked for, unless it is one of those that are selected.
function keep(at: string) {
  const {selected, others} = flows.get()
  if (![selected, ...others].includes(at)) flows.select(at)
}

function Item({icon, label, keys, off = false, onSelect}: {icon: string; label: string; keys?: string; off?: boolean; onSelect: () => void}) {
  return (
    <DropdownMenu.Item className="menu-item" disabled={off} onSelect={onSelect}>
      <Icon name={icon} size={15} /> {label}{keys && <span className="flow-keys">{keys}</span>}
    </DropdownMenu.Item>
  )
}
