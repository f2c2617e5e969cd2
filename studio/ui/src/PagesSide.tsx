import {Tabs} from 'radix-ui'
import {useEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent} from 'react'
import {shortcut} from './actions.ts'
import {drag, useDrag} from './drag.ts'
import {dropOnRow} from './drop.ts'
import {Components, Losing, TurnInto} from './Components.tsx'
import {Icon, kindIcon} from './icons.tsx'
import {Pages} from './PagesList.tsx'
import {Palette} from './Palette.tsx'
import {store, useStudio} from './store.ts'
import {caption, hiddenWhen, specOf, widgetAt, words} from './tree.ts'
import {TreeView, type Node} from './TreeView.tsx'
import {Dot, Empty} from './ui.tsx'
import {WidgetMenu} from './WidgetMenu.tsx'
import type {CatalogueView, Problem, WidgetView} from './wire.ts'

// PagesSide is what stands beside the canvas: the pages, and what the open one is made of.
export function PagesSide() {
  return (
    <>
      <div className="sheets"><Pages /><Components /></div>
      <Widgets />
      <WidgetMenu />
      <TurnInto />
      <Losing />
      <Ghost />
    </>
  )
}

function node(w: WidgetView, catalogue: CatalogueView, problems: Problem[]): Node {
  const spec = specOf(catalogue, w.kind)
  const title = spec?.title ?? w.kind
  const text = caption(w)
  const main = w.slots.find(s => s.name === spec?.main) ?? (w.slots.length === 1 ? w.slots[0] : undefined)
  const filled = w.slots.filter(s => s.widgets.length > 0 || s !== main)
  const plain = main !== undefined && w.slots.every(s => s === main || (s.widgets.length === 0 && w.slots.length > 4))
  const inside = plain
    ? main.widgets.map(c => node(c, catalogue, problems))
    : filled.map((s): Node => ({id: s.at, label: `${words(s.name)} of ${title}`, content: <em>{words(s.name)}{s.widgets.length === 0 && ' · empty'}</em>, tone: 'muted', children: s.widgets.length ? s.widgets.map(c => node(c, catalogue, problems)) : undefined}))
  const bad = w.fault !== '' || problems.some(p => !p.warning && (p.at === w.at || p.at?.startsWith(`${w.at}/${w.kind}/`)) && !filled.some(s => p.at?.startsWith(s.at)))
  return {
    id: w.at,
    label: text ? `${title} ${text}` : title,
    content: <><span className="tree-kind">{title}</span>{text && <> <span className="tree-text">{text}</span></>}<Hidden widget={w} />{bad && <> <Dot /></>}</>,
    icon: kindIcon(w.kind, spec?.icon),
    tone: bad ? 'bad' : undefined,
    children: inside.length ? inside : undefined,
  }
}

// Hidden marks a widget that is not shown, or not always.
function Hidden({widget}: {widget: WidgetView}) {
  const why = hiddenWhen(widget)
  if (!why) return null
  return <span className="tree-mark" title={why}><Icon name={widget.props.visible === false ? 'eye-off' : 'eye'} size={13} /><span className="sr">, {why}</span></span>
}

function Widgets() {
  const {page, catalogue, project, selected, others, side} = useStudio()
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set())
  const nodes = useMemo(() => (page && catalogue && project ? page.widgets.map(w => node(w, catalogue, project.problems)) : []), [page, catalogue, project])
  const onKey = (_id: string, ev: KeyboardEvent) => {
    if (!ev.altKey && !ev.ctrlKey && !ev.metaKey && ev.key !== 'Delete' && ev.key !== 'Backspace') return false
    return shortcut(ev.key, ev.ctrlKey || ev.metaKey, ev.shiftKey, ev.altKey)
  }
  const pick = (ids: string[]) => {
    const [first = '', ...rest] = ids.filter(id => page && widgetAt(page, id))
    store.show('page')
    store.select(first, rest)
  }
  const [mark, setMark] = useState<{id: string; where: 'before' | 'after' | 'into'} | null>(null)
  const root = useRef<HTMLElement>(null)
  useEffect(() => drag.join({
    over: (what, x, y) => {
      const {page: now, catalogue: kinds} = store.get()
      const row = Array.from(root.current?.querySelectorAll<HTMLElement>('[data-id]') ?? []).find(el => within(el.getBoundingClientRect(), x, y))
      const id = row?.dataset.id
      const box = row?.getBoundingClientRect()
      const drop = now && kinds && id && box ? dropOnRow(now, kinds, what, id, (y - box.top) / box.height) : null
      setMark(drop && id ? {id, where: drop.where} : null)
      return drop
    },
    clear: () => setMark(null),
  }), [])
  const grip = (id: string, label: string, ev: PointerEvent<HTMLElement>) => {
    const w = page && widgetAt(page, id)
    if (!w) return
    drag.from(ev, label, () => ({kind: w.kind, paths: id === selected || others.includes(id) ? [selected, ...others] : [id]}))
  }
  return (
    <section ref={root} className="widgets" aria-label="Widget tree">
      <Tabs.Root value={side} onValueChange={v => store.showSide(v === 'add' ? 'add' : 'tree')} asChild>
        <div className="widgets-tabs">
          <Tabs.List className="side-tabs" aria-label="Widgets of the page">
            <Tabs.Trigger className="side-tab" value="tree"><Icon name="layers" size={14} /> Tree</Tabs.Trigger>
            <Tabs.Trigger className="side-tab" value="add"><Icon name="plus" size={14} /> Add</Tabs.Trigger>
          </Tabs.List>
          <Tabs.Content value="tree" tabIndex={-1}>
            {page?.broken ? <Empty icon="alert" title="This file cannot be read">The problems below say where. The canvas shows what was there before.</Empty> : (
              <TreeView
                label={`Widgets of ${page?.name ?? 'the page'}`} nodes={nodes} selected={selected} also={others} onPick={pick} onMenu={(_id, x, y) => store.openMenu({x, y})} onGrip={grip} mark={mark}
                onSelect={id => { store.show('page'); store.select(id) }} onKey={onKey} closed={closed} setClosed={setClosed}
              />
            )}
          </Tabs.Content>
          <Tabs.Content value="add" tabIndex={-1}><Palette /></Tabs.Content>
        </div>
      </Tabs.Root>
    </section>
  )
}

function within(box: DOMRect, x: number, y: number): boolean {
  return x >= box.left && x <= box.right && y >= box.top && y < box.bottom
}

// Ghost is what is dragged, beside the pointer, over a pane that keeps the pointer from the canvas.
function Ghost() {
  const dragging = useDrag()
  if (!dragging) return null
  const {title, name, x, y} = dragging
  return <div className="glass"><span className={`ghost${name ? '' : ' nowhere'}`} style={{left: x + 14, top: y + 10}}><strong>{title}</strong> {name || 'cannot stand here'}</span></div>
}
