import {DropdownMenu} from 'radix-ui'
import {useState} from 'react'
import {Icon} from './icons.tsx'
import {Modal} from './Modal.tsx'
import {useStudio} from './store.ts'
import './projectmenu.css'

// ProjectMenu is what there is to do with the project as a whole, behind its name.
export function ProjectMenu() {
  const {project} = useStudio()
  const [keys, setKeys] = useState(false)
  if (!project) return null
  return (
    <h1 className="brand">
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger className="brand-button">
          <span className="mark" aria-hidden="true">U</span><span className="app-name">{project.name}<span className="sr">: the project</span></span><Icon name="chevron-down" size={13} />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className="menu" align="start" sideOffset={6} collisionPadding={8}>
            <DropdownMenu.Item className="menu-item" asChild><a className="menu-link" href="/api/archive" download><Icon name="download" size={15} /> Export as one archive <span className="menu-hint">no secrets in it</span></a></DropdownMenu.Item>
            <DropdownMenu.Item className="menu-item" onSelect={() => setKeys(true)}><Icon name="keyboard" size={15} /> Keys of the studio</DropdownMenu.Item>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      {keys && <Keys onClose={() => setKeys(false)} />}
    </h1>
  )
}

// known are the keys that work on the canvas and in the widget tree, and everywhere.
const known: [string, [string, string][]][] = [
  ['Everywhere', [['Ctrl Z', 'Undo'], ['Ctrl Shift Z', 'Redo'], ['Esc', 'Close what is open']]],
  ['Canvas and widget tree', [
    ['↑ ↓', 'Select the widget before or behind'], ['← →', 'Select what it stands in, or the first inside'], ['Shift ↑ ↓', 'Select several'], ['Alt ↑ ↓', 'Move up or down'], ['Alt ← →', 'Move out of what it stands in, or into the one before'],
    ['Ctrl C X V', 'Copy, cut, paste; across pages too'], ['Ctrl D', 'Duplicate'], ['Del', 'Remove'], ['Shift F10', 'All that can be done with it'],
  ]],
  ['Trees and lists', [['↑ ↓ Home End', 'Walk'], ['← →', 'Close and open'], ['A–Z', 'Go to what begins so'], ['Enter', 'Choose']]],
]

function Keys({onClose}: {onClose: () => void}) {
  return (
    <Modal title="Keys of the studio" doc="On a Mac, ⌘ stands for Ctrl." onClose={onClose}>
      {known.map(([where, keys]) => (
        <section key={where} className="keys" aria-label={where}>
          <h3>{where}</h3>
          <dl>{keys.map(([key, what]) => <div key={key}><dt>{key.split(' ').map(k => <kbd key={k}>{k}</kbd>)}</dt><dd>{what}</dd></div>)}</dl>
        </section>
      ))}
    </Modal>
  )
}
