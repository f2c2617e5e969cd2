import {useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode} from 'react'
import {Icon} from './icons.tsx'

// TreeView is an ARIA tree: arrows walk and open, Home and End jump, letters find, Enter acts. One item is in the tab order.
export interface Node {
  id: string
  label: string // what it is called, for letters typed in the tree
  content?: ReactNode // what is drawn, the label when absent
  icon?: string
  tone?: 'muted' | 'bad'
  children?: Node[]
}

interface Flat { node: Node; level: number; parent: string; size: number; place: number }

interface Props {
  label: string
  nodes: Node[]
  selected: string
  onSelect: (id: string) => void
  onAct?: (id: string) => void // Enter or a double click
  onKey?: (id: string, ev: KeyboardEvent) => boolean // true: it was handled
  closed: ReadonlySet<string>
  setClosed: (closed: ReadonlySet<string>) => void
}

function flatten(nodes: Node[], closed: ReadonlySet<string>, level = 1, parent = ''): Flat[] {
  return nodes.flatMap((node, i) => [
    {node, level, parent, size: nodes.length, place: i + 1},
    ...(node.children && !closed.has(node.id) ? flatten(node.children, closed, level + 1, node.id) : []),
  ])
}

export function TreeView({label, nodes, selected, onSelect, onAct, onKey, closed, setClosed}: Props) {
  const rows = useMemo(() => flatten(nodes, closed), [nodes, closed])
  const [active, setActive] = useState('')
  const root = useRef<HTMLDivElement>(null)
  const current = rows.some(r => r.node.id === active) ? active : rows.some(r => r.node.id === selected) ? selected : rows[0]?.node.id ?? ''

  useEffect(() => {
    setActive(selected)
    const row = root.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(selected)}"]`)
    row?.scrollIntoView({block: 'nearest'})
    if (root.current?.contains(document.activeElement)) row?.focus() // a row that moved takes the focus along
  }, [selected])

  const toggle = (id: string, open: boolean) => {
    const next = new Set(closed)
    if (open) next.delete(id)
    else next.add(id)
    setClosed(next)
  }
  const go = (row: Flat | undefined) => {
    if (!row) return
    setActive(row.node.id)
    onSelect(row.node.id)
    const el = root.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(row.node.id)}"]`)
    el?.focus()
  }

  const onKeyDown = (ev: KeyboardEvent) => {
    const at = rows.findIndex(r => r.node.id === current)
    const row = rows[at]
    if (!row) return
    if (onKey?.(row.node.id, ev)) return ev.preventDefault()
    if (ev.altKey || ev.ctrlKey || ev.metaKey) return
    const isOpen = row.node.children && !closed.has(row.node.id)
    const letter = ev.key.length === 1 && /\S/.test(ev.key) ? ev.key.toLowerCase() : ''
    const known: Record<string, () => void> = {
      ArrowDown: () => go(rows[at + 1]),
      ArrowUp: () => go(rows[at - 1]),
      Home: () => go(rows[0]),
      End: () => go(rows[rows.length - 1]),
      ArrowRight: () => (isOpen ? go(rows[at + 1]) : row.node.children && toggle(row.node.id, true)),
      ArrowLeft: () => (isOpen ? toggle(row.node.id, false) : go(rows.find(r => r.node.id === row.parent))),
      Enter: () => onAct?.(row.node.id),
      ' ': () => onSelect(row.node.id),
    }
    const act = known[ev.key] ?? (letter ? () => go([...rows.slice(at + 1), ...rows.slice(0, at)].find(r => r.node.label.toLowerCase().startsWith(letter))) : null)
    if (!act) return
    ev.preventDefault()
    act()
  }

  return (
    <div role="tree" aria-label={label} className="tree" ref={root} onKeyDown={onKeyDown}>
      {rows.map(({node, level, size, place}) => {
        const open = !closed.has(node.id)
        return (
          <div
            key={node.id} data-id={node.id} role="treeitem" aria-level={level} aria-setsize={size} aria-posinset={place} aria-selected={node.id === selected}
            aria-expanded={node.children ? open : undefined} tabIndex={node.id === current ? 0 : -1} className={`tree-row${node.tone ? ` ${node.tone}` : ''}`}
            style={{paddingInlineStart: 6 + (level - 1) * 14}} onClick={() => go({node, level, parent: '', size, place})} onDoubleClick={() => onAct?.(node.id)}
          >
            <span className={`twist${node.children ? '' : ' leaf'}${open ? ' open' : ''}`} onClick={ev => { if (node.children) { ev.stopPropagation(); toggle(node.id, !open) } }}>
              {node.children && <Icon name="chevron-right" size={12} />}
            </span>
            {node.icon && <Icon name={node.icon} size={15} />}
            <span className="tree-label">{node.content ?? node.label}</span>
          </div>
        )
      })}
    </div>
  )
}
