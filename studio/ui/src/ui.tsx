import {DropdownMenu, Select as RSelect, Switch as RSwitch, ToggleGroup, Tooltip as RTooltip} from 'radix-ui'
import type {ReactNode} from 'react'
import {Icon} from './icons.tsx'

// The few controls that the studio is made of, over radix-ui's primitives.

export const nonce = document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? ''

export function Tip({text, children, side = 'bottom', open, onOpen}: {text: ReactNode; children: ReactNode; side?: 'top' | 'bottom' | 'left' | 'right'; open?: boolean; onOpen?: (open: boolean) => void}) {
  return (
    <RTooltip.Root open={open} onOpenChange={onOpen}>
      <RTooltip.Trigger asChild>{children}</RTooltip.Trigger>
      <RTooltip.Portal>
        <RTooltip.Content className="tip" side={side} sideOffset={6} collisionPadding={8}>{typeof text === 'string' ? <Doc text={text} /> : text}</RTooltip.Content>
      </RTooltip.Portal>
    </RTooltip.Root>
  )
}

// Doc is a text of the catalogue: what stands between backquotes is a word of the files.
export function Doc({text}: {text: string}) {
  return <>{text.split('`').map((part, i) => (i % 2 ? <code key={i}>{part}</code> : part))}</>
}

export function IconButton({icon, label, onClick, disabled, pressed, tip}: {icon: string; label: string; onClick: () => void; disabled?: boolean; pressed?: boolean; tip?: ReactNode}) {
  return (
    <Tip text={tip ?? label}>
      <button type="button" className="icon-button" aria-label={label} aria-pressed={pressed} aria-disabled={disabled} onClick={() => { if (!disabled) onClick() }}>
        <Icon name={icon} size={17} />
      </button>
    </Tip>
  )
}

export function Switch({id, label, checked, onChange, disabled, describedBy}: {id?: string; label: string; checked: boolean; onChange: (on: boolean) => void; disabled?: boolean; describedBy?: string}) {
  return (
    <RSwitch.Root id={id} className="switch" aria-label={label} aria-describedby={describedBy} checked={checked} onCheckedChange={onChange} disabled={disabled}>
      <RSwitch.Thumb className="switch-thumb" />
    </RSwitch.Root>
  )
}

// MenuItem is one thing to do of a menu, with its keys.
export function MenuItem({icon, keys, bad, disabled, onDo, children}: {icon: string; keys?: string; bad?: boolean; disabled?: boolean; onDo: () => void; children: ReactNode}) {
  return (
    <DropdownMenu.Item className={`menu-item${bad ? ' bad' : ''}`} disabled={disabled} onSelect={onDo}>
      <Icon name={icon} size={15} /><span className="menu-text">{children}</span>{keys && <kbd>{keys}</kbd>}
    </DropdownMenu.Item>
  )
}

// Dot marks what has problems.
export function Dot() { return <span className="dot" title="has problems"><span className="sr">has problems</span></span> }

export interface Option { value: string; label: string; hint?: string }

export function Select({id, label, value, options, onChange, placeholder = 'Choose…', disabled, describedBy}: {
  id?: string; label: string; value: string; options: Option[]; onChange: (value: string) => void; placeholder?: string; disabled?: boolean; describedBy?: string
}) {
  return (
    <RSelect.Root value={value} onValueChange={onChange} disabled={disabled}>
      <RSelect.Trigger id={id} className="select" aria-label={label} aria-describedby={describedBy}>
        <RSelect.Value placeholder={placeholder} />
        <RSelect.Icon className="select-icon"><Icon name="chevron-down" size={14} /></RSelect.Icon>
      </RSelect.Trigger>
      <RSelect.Portal>
        <RSelect.Content className="menu select-menu" position="popper" sideOffset={4} collisionPadding={8}>
          <RSelect.Viewport nonce={nonce}>
            {options.map(o => (
              <RSelect.Item key={o.value} value={o.value} className="menu-item">
                <RSelect.ItemText>{o.label}</RSelect.ItemText>
                {o.hint && <span className="menu-hint">{o.hint}</span>}
                <RSelect.ItemIndicator className="menu-check"><Icon name="check" size={14} /></RSelect.ItemIndicator>
              </RSelect.Item>
            ))}
          </RSelect.Viewport>
        </RSelect.Content>
      </RSelect.Portal>
    </RSelect.Root>
  )
}

export interface Choice { value: string; label: string; icon?: string }

export function Segmented({label, value, choices, onChange, describedBy}: {label: string; value: string; choices: Choice[]; onChange: (value: string) => void; describedBy?: string}) {
  return (
    <ToggleGroup.Root type="single" className="segmented" aria-label={label} aria-describedby={describedBy} value={value} onValueChange={v => { if (v) onChange(v) }}>
      {choices.map(c => c.icon ? (
        <Tip key={c.value} text={c.label}>
          <span className="segment-wrap">
            <ToggleGroup.Item value={c.value} className="segment" aria-label={c.label}><Icon name={c.icon} size={17} /></ToggleGroup.Item>
          </span>
        </Tip>
      ) : (
        <ToggleGroup.Item key={c.value} value={c.value} className="segment">{c.label}</ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  )
}

export function Empty({icon, title, children}: {icon: string; title: string; children?: ReactNode}) {
  return (
    <div className="empty">
      <span className="empty-icon"><Icon name={icon} size={22} /></span>
      <p className="empty-title">{title}</p>
      {children && <p>{children}</p>}
    </div>
  )
}
