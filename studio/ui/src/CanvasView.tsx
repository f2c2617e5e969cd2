import {useEffect, useRef, useState} from 'react'
import {shortcut, typed} from './actions.ts'
import {Canvas} from './canvas.ts'
import {CodeToggle} from './Code.tsx'
import {useDebugging} from './debug.ts'
import {drag} from './drag.ts'
import {dropAt} from './drop.ts'
import {named} from './arrange.ts'
import {Icon} from './icons.tsx'
import {store, useStudio, zooms, type Device, type Mode} from './store.ts'
import {widgetAt} from './tree.ts'
import {IconButton, Segmented, Tip} from './ui.tsx'

const sizes: Record<Device, {w: number; h: number}> = {phone: {w: 390, h: 844}, tablet: {w: 820, h: 1180}, desktop: {w: 1280, h: 800}}
const room = 56 // around the frame

export function CanvasView() {
  const {page, project, pageName, device, mode, zoom, as} = useStudio()
  const entry = project?.pages.find(p => p.name === pageName)
  const stage = useRef<HTMLDivElement>(null)
  const box = useSize(stage)
  const {w, h} = sizes[device]
  const fits = Math.min(1, (box.w - room) / w, device === 'desktop' ? 1 : Math.max(0.55, (box.h - room) / h))
  const scale = Math.floor(w * (zoom === 'fit' ? fits : Number(zoom))) / w // whole pixels, or the edges show seams
  const height = device === 'desktop' ? Math.max(480, (box.h - room) / Math.min(1, scale)) : h
  const who = as || (entry?.access === 'loggedOut' ? 'out' : 'in')
  return (
    <>
      <div className="canvas-bar">
        <span className="route"><strong>{page?.name ?? pageName}</strong>{entry?.path && <code>{entry.path}</code>}{page && page.kind !== 'page' && <span className="route-kind">{page.kind === 'bars' ? 'on every page' : 'component'}</span>}</span>
        <span className="canvas-tools">
          {project?.auth.enabled && (
            <Segmented label="Shown as to somebody who is" value={who} onChange={v => store.showTo(v === 'out' ? 'out' : 'in')} choices={[
              {value: 'in', label: 'As logged in, with sample data', icon: 'user-check'}, {value: 'out', label: 'As logged out', icon: 'log-out'},
            ]} />
          )}
          <Segmented label="Device" value={device} onChange={v => store.choose({device: v as Device})} choices={[
            {value: 'phone', label: 'Phone, 390 wide', icon: 'mobile'}, {value: 'tablet', label: 'Tablet, 820 wide', icon: 'tablet'}, {value: 'desktop', label: 'Desktop, 1280 wide', icon: 'desktop'},
          ]} />
          <Segmented label="Look of the app" value={mode} onChange={v => store.choose({mode: v as Mode})} choices={[
            {value: 'light', label: 'The app in light', icon: 'sun'}, {value: 'dark', label: 'The app in dark', icon: 'moon'},
          ]} />
          <Zoom scale={scale} />
        </span>
        <CodeToggle />
      </div>
      {project?.preview && <p className="strip" role="status"><Icon name="info" size={14} /> {project.preview}</p>}
      <div className="stage" ref={stage} role="group" aria-label="Canvas" tabIndex={0}>
        {box.w > 0 && (
          <div className="device-space" style={{width: w * scale, height: height * scale}}>
            <div className={`device ${device} ${mode}`} style={{width: w, height, transform: `scale(${scale})`}}>
              {page && project && <Frame key={page.canvas} url={page.canvas} nonce={page.nonce} origin={project.origin} scale={scale} name={page.kind === 'page' ? `the page ${page.name}` : page.kind === 'bars' ? 'what is on every page' : `the component ${page.name}`} />}
            </div>
          </div>
        )}
      </div>
    </>
  )
}

// Zoom is how large the frame is drawn: as it fits, or by steps.
function Zoom({scale}: {scale: number}) {
  const {zoom} = useStudio()
  const smaller = zooms.filter(z => Number(z) < scale - 0.01).at(-1)
  const larger = zooms.find(z => Number(z) > scale + 0.01)
  return (
    <span className="zoom" role="group" aria-label="Zoom">
      <IconButton icon="minus" label="Smaller" disabled={!smaller} onClick={() => { if (smaller) store.choose({zoom: smaller}) }} />
      <Tip text={zoom === 'fit' ? 'It fits. Click for its own size' : 'Click so that it fits'}>
        <button type="button" className={`zoom-now${zoom === 'fit' ? '' : ' fixed-size'}`} aria-label={`${Math.round(scale * 100)} %, ${zoom === 'fit' ? 'fits' : 'click to fit'}`} onClick={() => store.choose({zoom: zoom === 'fit' ? '1' : 'fit'})}>{Math.round(scale * 100)} %</button>
      </Tip>
      <IconButton icon="plus" label="Larger" disabled={!larger} onClick={() => { if (larger) store.choose({zoom: larger}) }} />
    </span>
  )
}

function Frame({url, nonce, origin, scale, name}: {url: string; nonce: string; origin: string; scale: number; name: string}) {
  const {selected, others, mode, as, project} = useStudio()
  const frame = useRef<HTMLIFrameElement>(null)
  const canvas = useRef<Canvas | null>(null)

  useEffect(() => {
    if (!frame.current) return
    let mine = false // what is dragged was taken in the frame
    const c = new Canvas(frame.current, origin, nonce, {
      select: (path, add) => {
        letGo()
        if (add && path) store.also(path); else if (!add) store.select(path)
      },
      menu: (path, x, y) => {
        const {selected, others} = store.get()
        if (path !== selected && !others.includes(path)) store.select(path)
        store.openMenu({x, y})
      },
      drag: (path, x, y) => {
        const {page, selected, others} = store.get()
        const w = page && widgetAt(page, path)
        if (!w) return
        const paths = selected === path || others.includes(path) ? [selected, ...others] : [path]
        const all = paths.map(p => widgetAt(page, p)).filter(one => one !== undefined)
        mine = true
        drag.to({kind: w.kind, paths}, named(all), x, y)
      },
      dropped: there => {
        mine = false
        drag.end(there)
      },
      text: (path, now, was) => { if (!typed(path, now, was)) c.redraw() },
      key: (key, ctrl, shift, alt) => { shortcut(key, ctrl, shift, alt) },
    })
    canvas.current = c
    const leave = drag.join({
      over: (what, x, y) => {
        const {page, catalogue} = store.get()
        const at = c.spot(x, y)
        const drop = page && catalogue && at ? dropAt({page, catalogue, drawn: c.drawn, hollow: c.hollow}, what, at.x, at.y) : null
        c.mark(drop)
        return drop
      },
      clear: () => c.mark(null),
    })
    // Escape is pressed in the studio as long as nothing in the frame has the focus.
    const onKey = (ev: KeyboardEvent) => {
      if (ev.key !== 'Escape' || !mine) return
      ev.preventDefault()
      ev.stopPropagation()
      mine = false
      c.free()
      drag.end(false)
    }
    addEventListener('keydown', onKey, true)
    return () => { removeEventListener('keydown', onKey, true); leave(); c.close() }
  }, [origin, nonce])

  useEffect(() => { canvas.current?.select(selected, others) }, [selected, others])
  const sample = useDebugging().view?.sample
  useEffect(() => { canvas.current?.redraw() }, [sample])
  useEffect(() => { canvas.current?.setMode(mode) }, [mode])
  useEffect(() => { canvas.current?.setScale(scale) }, [scale])
  useEffect(() => { canvas.current?.showTo(as) }, [as])
  useEffect(() => { canvas.current?.show(project?.revision ?? '') }, [project?.revision])

  return <iframe ref={frame} src={url} title={`Canvas: ${name}`} sandbox="allow-scripts allow-same-origin allow-forms" referrerPolicy="no-referrer" />
}

// letGo takes the focus from what had it in the studio: the canvas was pointed at, and keys are for it now.
function letGo() {
  const {activeElement} = document
  if (activeElement instanceof HTMLElement && activeElement.tagName !== 'IFRAME') activeElement.blur()
}

function useSize(ref: React.RefObject<HTMLElement | null>) {
  const [size, setSize] = useState({w: 0, h: 0})
  useEffect(() => {
    const el = ref.current
    if (!el) return
    const see = new ResizeObserver(() => setSize({w: el.clientWidth, h: el.clientHeight}))
    see.observe(el)
    return () => see.disconnect()
  }, [ref])
  return size
}
