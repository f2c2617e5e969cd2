import {useEffect, useLayoutEffect, useRef, useState, type RefObject} from 'react'
import {flows, useFlows} from './flows.ts'
import {IconButton, Tip} from './ui.tsx'

// steps are the sizes that the cards of a flow can have.
const steps = [0.4, 0.5, 0.6, 0.75, 0.9, 1, 1.25, 1.5]

const least = 0.25 // smaller cards cannot be read

// useZoom is how large the cards in a stage are drawn; Ctrl and the wheel change it.
export function useZoom(stage: RefObject<HTMLDivElement | null>): number {
  const {zoom} = useFlows()
  const [fits, setFits] = useState(1)
  const now = zoom || fits
  const shown = useRef(now)
  shown.current = now
  useLayoutEffect(() => {
    const el = stage.current
    const tree = el?.firstElementChild
    if (!el || !tree || zoom) return
    const measure = () => {
      const space = getComputedStyle(el)
      const width = el.clientWidth - parseFloat(space.paddingLeft) - parseFloat(space.paddingRight)
      const height = el.clientHeight - parseFloat(space.paddingTop) - parseFloat(space.paddingBottom)
      const drawn = shown.current
      const widest = Math.max(1, ...[...tree.children].map(x => x.getBoundingClientRect().width)) / drawn
      const whole = tree.getBoundingClientRect().height / drawn
      setFits(Math.max(least, Math.floor(100 * Math.min(1, width / widest, height / whole)) / 100))
    }
    const seen = new ResizeObserver(measure)
    seen.observe(el)
    seen.observe(tree)
    return () => seen.disconnect()
  }, [stage, zoom])
  useEffect(() => {
    const el = stage.current
    if (!el) return
    const turn = (ev: WheelEvent) => {
      if (!ev.ctrlKey) return
      ev.preventDefault()
      change(flows.get().zoom || fits, ev.deltaY < 0)
    }
    el.addEventListener('wheel', turn, {passive: false})
    return () => el.removeEventListener('wheel', turn)
  }, [stage, fits])
  return now
}

function change(now: number, larger: boolean) {
  const next = larger ? steps.find(s => s > now + 0.01) : steps.filter(s => s < now - 0.01).at(-1)
  if (next) flows.magnify(next)
}

// FlowZoom says how large the cards are drawn, and changes it.
export function FlowZoom({now}: {now: number}) {
  const {zoom} = useFlows()
  const percent = `${Math.round(now * 100)} %`
  return (
    <span className="flow-zoom" role="group" aria-label="Size of the flow">
      <IconButton icon="minus" label="Smaller" disabled={now <= (steps[0] ?? 0)} onClick={() => change(now, false)} />
      <Tip text={zoom === 0 ? 'All of it is shown. Click for its own size' : 'Click so that all of it is shown'} side="top">
        <button type="button" className="zoom-now" aria-label={`${percent}, ${zoom === 0 ? 'all of it' : 'click to see all of it'}`} onClick={() => flows.magnify(zoom === 0 ? 1 : 0)}>{percent}</button>
      </Tip>
      <IconButton icon="plus" label="Larger" disabled={now >= (steps[steps.length - 1] ?? 1)} onClick={() => change(now, true)} />
    </span>
  )
}
