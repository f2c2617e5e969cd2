import './binding.css'
import {Popover} from 'radix-ui'
import {useMemo, useState} from 'react'
import {Icon} from './icons.tsx'
import {Picker, type PickerProps} from './Picker.tsx'
import {useScope} from './scope.ts'
import {useStudio} from './store.ts'
import {Tip} from './ui.tsx'
import {nameOf, variables} from './variables.ts'

export type {Owner} from './Picker.tsx'

const besidePanel = 288 // from the button to the left edge of the panel: the property stays in view

// SetFromVariable is the button beside a property and the picker it opens.
export function SetFromVariable(props: PickerProps) {
  const [open, setOpen] = useState(false)
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Tip text="Set from variable" side="left">
        <Popover.Trigger className={`bind${props.current.includes('${') ? ' on' : ''}`} aria-label={`Set ${props.label} from variable`}><Icon name="variable" size={15} /></Popover.Trigger>
      </Tip>
      <Popover.Portal>
        <Popover.Content className="popover picker" side="left" align="start" sideOffset={besidePanel} collisionPadding={12} aria-label={`Set ${props.label} from variable`}>
          <Picker {...props} onDone={() => setOpen(false)} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
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
