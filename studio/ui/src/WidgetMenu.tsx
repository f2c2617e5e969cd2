import {DropdownMenu} from 'radix-ui'
import {useRef, type ReactNode} from 'react'
import {add, canPasteInto, canUnwrap, canWrap, copy, cut, duplicate, named, paste, remove, step, unwrap, ways, wrap, wraps} from './arrange.ts'
import {componentAt, inARow} from './Components.tsx'
import {Icon, kindIcon} from './icons.tsx'
import {store, useStudio} from './store.ts'
import {around, isComponent, offered, specOf, widgetAt} from './tree.ts'
import {MenuItem} from './ui.tsx'
import type {SpecView, WidgetView} from './wire.ts'
import './canvas.css'

// WidgetMenu is the menu of what is selected, on the canvas and in the tree: a right click, Shift F10, the menu key, or the button with three dots.
export function WidgetMenu() {
  const {menu} = useStudio()
  const from = useRef<Element | null>(null)
  const anchor = useRef<HTMLButtonElement>(null)
  return (
    <DropdownMenu.Root modal={false} open={menu !== null} onOpenChange={open => { if (!open) store.openMenu(null) }}>
      <DropdownMenu.Trigger asChild>
        <button ref={anchor} type="button" className="menu-anchor" aria-hidden="true" tabIndex={-1} style={{left: menu?.x ?? 0, top: menu?.y ?? 0}} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={document.querySelector('.middle')}>
        <DropdownMenu.Content
          className="menu widget-menu" align="start" sideOffset={2} collisionPadding={8} aria-label="What to do with the selection"
          onCloseAutoFocus={ev => {
            ev.preventDefault()
            if (from.current instanceof HTMLElement && from.current.isConnected) from.current.focus()
          }}
          ref={el => { if (el && document.activeElement !== anchor.current && !el.contains(document.activeElement)) from.current = document.activeElement }}
        >
          {menu && <Items />}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

function Items() {
  const {page, catalogue, selected, others, clip} = useStudio()
  const w = page && widgetAt(page, selected)
  const spec = w && catalogue ? specOf(catalogue, w.kind) : undefined
  if (!page || !w) return <MenuItem icon="clipboard" keys="Ctrl V" disabled={clip.length === 0} onDo={() => paste()}>Paste at the end</MenuItem>
  const several = others.length > 0
  const can = ways()
  const up = around(page, selected).at(-1)?.widget
  return (
    <>
      <MenuItem icon="scissors" keys="Ctrl X" onDo={() => void cut()}>Cut</MenuItem>
      <MenuItem icon="copy" keys="Ctrl C" onDo={() => void copy()}>Copy</MenuItem>
      <MenuItem icon="clipboard" keys="Ctrl V" disabled={clip.length === 0} onDo={() => paste()}>Paste</MenuItem>
      {!several && canPasteInto(w) && <MenuItem icon="clipboard" onDo={() => paste(true)}>Paste into {named([w])}</MenuItem>}
      <MenuItem icon="duplicate" keys="Ctrl D" onDo={duplicate}>Duplicate</MenuItem>
      <DropdownMenu.Separator className="menu-line" />
      {!several && spec && <Inside widget={w} spec={spec} />}
      <Sub icon="box" title="Wrap in" disabled={!canWrap()}>
        {wraps().map(s => <MenuItem key={s.kind} icon={kindIcon(s.kind, s.icon)} onDo={() => wrap(s.kind)}>{s.title}</MenuItem>)}
      </Sub>
      {!several && spec && isComponent(spec) && <MenuItem icon="grid" onDo={() => void store.openSheet(componentAt(w.kind))}>Open the component {w.kind}</MenuItem>}
      <MenuItem icon="grid" disabled={!inARow(page, [selected, ...others])} onDo={() => store.turn(true)}>Turn into a component…</MenuItem>
      {!several && canUnwrap(w) && <MenuItem icon="minus" onDo={() => unwrap(w)}>Remove, keep what is in it</MenuItem>}
      <DropdownMenu.Separator className="menu-line" />
      <MenuItem icon="up" keys="Alt ↑" onDo={() => step('up')}>Move up</MenuItem>
      <MenuItem icon="down" keys="Alt ↓" onDo={() => step('down')}>Move down</MenuItem>
      {can.out && <MenuItem icon="chevron-left" keys="Alt ←" onDo={() => step('out')}>Move out of {up ? named([up]) : 'it'}</MenuItem>}
      {can.in && <MenuItem icon="chevron-right" keys="Alt →" onDo={() => step('in')}>Move into what is above</MenuItem>}
      <DropdownMenu.Separator className="menu-line" />
      {up && !several && <MenuItem icon="layers" keys="Esc" onDo={() => store.select(up.at)}>Select {named([up])} around it</MenuItem>}
      <MenuItem icon="trash" keys="Del" bad onDo={remove}>Delete</MenuItem>
    </>
  )
}

// Inside adds into a widget: parts such as a tab, and what stands in the palette, by slot.
function Inside({widget, spec}: {widget: WidgetView; spec: SpecView}) {
  const {catalogue, page} = useStudio()
  const parts = spec.slots.filter(s => s.of !== '')
  const free = spec.slots.filter(s => s.of === '')
  const slotOf = (name: string) => widget.slots.find(s => s.name === name)
  const into = (name: string, kind: string) => {
    const slot = slotOf(name)
    if (slot) add(kind, {at: slot.at, index: slot.widgets.length, into: ''})
  }
  return (
    <>
      {parts.map(s => <MenuItem key={s.name} icon="plus" onDo={() => into(s.name, s.of)}>Add {catalogue ? specOf(catalogue, s.of)?.title : s.of}</MenuItem>)}
      {free.map(s => (
        <Sub key={s.name} icon="plus" title={free.length === 1 ? 'Add into it' : `Add into ${s.name}`}>
          {offered(page, catalogue).map(k => <MenuItem key={k.kind} icon={kindIcon(k.kind, k.icon)} onDo={() => into(s.name, k.kind)}>{k.title}</MenuItem>)}
        </Sub>
      ))}
    </>
  )
}

function Sub({icon, title, disabled, children}: {icon: string; title: string; disabled?: boolean; children: ReactNode}) {
  return (
    <DropdownMenu.Sub>
      <DropdownMenu.SubTrigger className="menu-item" disabled={disabled}><Icon name={icon} size={15} /><span className="menu-text">{title}</span><Icon name="chevron-right" size={13} /></DropdownMenu.SubTrigger>
      <DropdownMenu.Portal container={document.querySelector('.middle')}>
        <DropdownMenu.SubContent className="menu widget-menu" sideOffset={4} collisionPadding={8}>{children}</DropdownMenu.SubContent>
      </DropdownMenu.Portal>
    </DropdownMenu.Sub>
  )
}
