import type {ComponentType} from 'react'
import {History} from './History.tsx'
import {Problems} from './Problems.tsx'
import {store, useStudio} from './store.ts'
import {IconButton} from './ui.tsx'
import './drawers.css'

// What can lie open below the middle, one at a time.
const drawers: {name: string; title: string; Body: ComponentType}[] = [
  {name: 'problems', title: 'Problems', Body: Problems},
  {name: 'history', title: 'History', Body: History},
]

export function Drawer() {
  const {drawer} = useStudio()
  const open = drawers.find(d => d.name === drawer)
  if (!open) return null
  return (
    <section className="drawer" aria-label={open.title}>
      <header>
        <h2>{open.title}</h2>
        <IconButton icon="x" label={`Close the ${open.title.toLowerCase()}`} onClick={() => store.toggle(open.name)} />
      </header>
      <open.Body />
    </section>
  )
}
