import {useRef, useState, type KeyboardEvent, type PointerEvent} from 'react'
import {add} from './arrange.ts'
import {drag} from './drag.ts'
import {Icon, kindIcon} from './icons.tsx'
import {landing, placeName} from './places.ts'
import {useStudio} from './store.ts'
import {offered} from './tree.ts'
import {Empty, Tip} from './ui.tsx'
import type {SpecView} from './wire.ts'
import './canvas.css'

// Palette holds every kind of widget, the project's components too. A click or Enter puts one into or behind what is selected.
export function Palette() {
  const {page, catalogue, selected} = useStudio()
  const [search, setSearch] = useState('')
  const kinds = found(offered(page, catalogue), search.trim().toLowerCase())
  const place = page && catalogue ? landing(page, catalogue, selected, 'text') : undefined
  return (
    <div className="palette" onKeyDown={walk}>
      <div className="search"><Icon name="search" size={15} /><input type="search" aria-label="Search widgets" placeholder="Search widgets" value={search} onChange={ev => setSearch(ev.target.value)} /></div>
      {page && catalogue && place && <p className="hint palette-where">Drag one to its place, or click: it goes <strong>{placeName(page, catalogue, place)}</strong>{place.into === '' && place.index > 0 ? ', behind what is there' : ''}.</p>}
      {kinds.length === 0 && <Empty icon="search" title="No such widget">Try another word, such as list, picture or field.</Empty>}
      {[...new Set(kinds.map(s => s.group))].map(group => (
        <div key={group} role="group" className="palette-group" aria-label={group}>
          <h3 className="side-title">{group}</h3>
          <div className="tiles">{kinds.filter(s => s.group === group).map(s => <Tile key={s.kind} spec={s} first={s === kinds[0]} />)}</div>
        </div>
      ))}
    </div>
  )
}

// found are the kinds that a word finds: first those whose name begins with it, last those of which only the description has it.
function found(kinds: SpecView[], word: string): SpecView[] {
  const far = (s: SpecView) => {
    const names = [s.title.toLowerCase(), s.kind.toLowerCase()]
    if (names.some(n => n.startsWith(word))) return 0
    if (names.some(n => n.includes(word))) return 1
    return s.doc.toLowerCase().includes(word) ? 2 : 3
  }
  return [0, 1, 2].flatMap(n => kinds.filter(s => far(s) === n))
}

function Tile({spec, first}: {spec: SpecView; first: boolean}) {
  const [told, setTold] = useState(false)
  const held = useRef(false) // no tip opens over what is dragged, or about to be
  const letGo = () => { held.current = false }
  const hold = (ev: PointerEvent<HTMLElement>) => {
    held.current = true
    drag.from(ev, spec.title, () => ({kind: spec.kind, paths: []}))
  }
  return (
    <Tip text={spec.doc || spec.title} side="right" open={told} onOpen={open => setTold(open && !held.current)}>
      <button type="button" className="tile" tabIndex={first ? 0 : -1} onClick={() => add(spec.kind)} onPointerDown={hold} onPointerUp={letGo} onPointerCancel={letGo}>
        <Icon name={kindIcon(spec.kind, spec.icon)} size={19} /><span>{spec.title}</span>
      </button>
    </Tip>
  )
}

// walk moves the focus between the tiles by the arrow keys: one of them is in the tab order.
function walk(ev: KeyboardEvent<HTMLDivElement>) {
  const tiles = Array.from(ev.currentTarget.querySelectorAll<HTMLElement>('.tile'))
  const here = ev.target instanceof HTMLElement ? ev.target : null
  const at = here ? tiles.indexOf(here) : -1
  if (!here || (at < 0 && ev.key !== 'ArrowDown')) return
  const to = at < 0 ? tiles[0] : next(tiles, at, ev.key)
  if (!to) return
  ev.preventDefault()
  for (const t of tiles) t.tabIndex = t === to ? 0 : -1
  to.focus()
}

function next(tiles: HTMLElement[], at: number, key: string): HTMLElement | undefined {
  if (key === 'ArrowRight') return tiles[at + 1]
  if (key === 'ArrowLeft') return tiles[at - 1]
  if (key === 'Home') return tiles[0]
  if (key === 'End') return tiles.at(-1)
  const here = tiles[at]?.getBoundingClientRect()
  if (!here || (key !== 'ArrowDown' && key !== 'ArrowUp')) return undefined
  const column = (key === 'ArrowDown' ? tiles.slice(at + 1) : tiles.slice(0, at).reverse()).filter(t => Math.abs(t.getBoundingClientRect().left - here.left) < 8)
  return column.find(t => t.getBoundingClientRect().top !== here.top)
}
