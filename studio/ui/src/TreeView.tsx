import {useEffect, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent, type PointerEvent, type ReactNode} from 'react'
import {Icon} from './icons.tsx'

// TreeView is an ARIA tree: arrows walk and open, Home and End jump, letters find, Enter acts. One item is in the tab order.
export interface Node {
  id: string
  label: string // what it is called, for letters typed in the tree
  content?: ReactNode // what is drawn, the label when absent
  icon?: string
  tone?: 'muted' | 'bad' | 'place'
  children?: Node[]
}

interface Flat { node: Node; level: number; parent: string; size: number; place: number }

interface Props {
  label: string
  nodes: Node[]
  selected: string
  also?: readonly string[] // selected as well, where several can be
  onPick?: (ids: string[]) => void // several were selected; the first is the main one
  onGrip?: (id: string, label: string, ev: PointerEvent<HTMLElement>) => void // the pointer went down on an item: it may be dragged
  mark?: {id: string; where: 'before' | 'after' | 'into'} | null // where something would be dropped
  onMenu?: (id: string, x: number, y: number) => void
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

export function TreeView({label, nodes, selected, also = [], onPick, onMenu, onGrip, mark, onSelect, onAct, onKey, closed, setClosed}: Props) {
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

  const toggleOne = (id: string) => {
    const had = [selected, ...also].filter(other => other !== '' && rows.some(r => r.node.id === other))
    onPick?.(had.includes(id) ? had.filter(other => other !== id) : [id, ...had])
  }
  // reach selects all rows from the main one to another.
  const reach = (id: string) => {
    const at = [rows.findIndex(r => r.node.id === id), Math.max(0, rows.findIndex(r => r.node.id === selected))]
    const ids = rows.slice(Math.min(...at), Math.max(...at) + 1).map(r => r.node.id)
    onPick?.([id, ...ids.filter(other => other !== id)])
  }
  const onClick = (row: Flat, ev: MouseEvent) => {
    if (onPick && (ev.ctrlKey || ev.metaKey)) return toggleOne(row.node.id)
    if (onPick && ev.shiftKey) return reach(row.node.id)
    go(row)
  }
  const menuAt = (id: string, x: number, y: number) => {
    if (id !== selected && !also.includes(id)) onSelect(id)
    onMenu?.(id, x, y)
  }

  const onKeyDown = (ev: KeyboardEvent) => {
    const at = rows.findIndex(r => r.node.id === current)
    const row = rows[at]
    if (!row) return
    if (onMenu && (ev.key === 'ContextMenu' || (ev.key === 'F10' && ev.shiftKey))) {
      const box = root.current?.querySelector(`[data-id="${CSS.escape(row.node.id)}"]`)?.getBoundingClientRect()
      ev.preventDefault()
      return menuAt(row.node.id, (box?.left ?? 0) + 40, box?.bottom ?? 0)
    }
    if (onPick && ev.ctrlKey && ev.key === ' ') {
      ev.preventDefault()
      return toggleOne(row.node.id)
    }
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
    <div role="tree" aria-label={label} aria-multiselectable={onPick ? true : undefined} className="tree" ref={root} onKeyDown={onKeyDown}>
      {rows.map(({node, level, size, place}) => {
        const open = !closed.has(node.id)
        return (
          <div
            key={node.id} data-id={node.id} role="treeitem" aria-level={level} aria-setsize={size} aria-posinset={place} aria-selected={node.id === selected || also.includes(node.id)}
            aria-expanded={node.children ? open : undefined} tabIndex={node.id === current ? 0 : -1} className={`tree-row${node.tone ? ` ${node.tone}` : ''}${also.includes(node.id) ? ' also' : ''}${mark?.id === node.id ? ` drop-${mark.where}` : ''}`}
            style={{paddingInlineStart: 6 + (level - 1) * 14}} onClick={ev => onClick({node, level, parent: '', size, place}, ev)} onPointerDown={ev => onGrip?.(node.id, node.label, ev)} onContextMenu={ev => { if (onMenu) { ev.preventDefault(); menuAt(node.id, ev.clientX, ev.clientY) } }} onDoubleClick={() => onAct?.(node.id)}
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
