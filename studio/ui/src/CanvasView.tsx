import {useEffect, useRef, useState} from 'react'
import {shortcut, typed} from './actions.ts'
import {Canvas} from './canvas.ts'
import {CodeToggle} from './Code.tsx'
import {useDebugging} from './debug.ts'
import {Icon} from './icons.tsx'
import {store, useStudio, type Device, type Mode} from './store.ts'
import {Segmented} from './ui.tsx'

const sizes: Record<Device, {w: number; h: number}> = {phone: {w: 390, h: 844}, tablet: {w: 820, h: 1180}, desktop: {w: 1280, h: 800}}
const room = 56 // around the frame

export function CanvasView() {
  const {page, project, pageName, device, mode} = useStudio()
  const entry = project?.pages.find(p => p.name === pageName)
  const stage = useRef<HTMLDivElement>(null)
  const box = useSize(stage)
  const {w, h} = sizes[device]
  const fits = Math.min(1, (box.w - room) / w, device === 'desktop' ? 1 : Math.max(0.55, (box.h - room) / h))
  const scale = Math.floor(w * fits) / w // whole pixels, or the edges show seams
  const height = device === 'desktop' ? Math.max(480, (box.h - room) / scale) : h
  return (
    <>
      <div className="canvas-bar">
        <span className="route"><strong>{pageName}</strong>{entry?.path && <code>{entry.path}</code>}</span>
        <Segmented label="Device" value={device} onChange={v => store.choose({device: v as Device})} choices={[
          {value: 'phone', label: 'Phone, 390 wide', icon: 'mobile'}, {value: 'tablet', label: 'Tablet, 820 wide', icon: 'tablet'}, {value: 'desktop', label: 'Desktop, 1280 wide', icon: 'desktop'},
        ]} />
        <span className="canvas-right">
          <CodeToggle />
          <span className="zoom">{Math.round(scale * 100)} %</span>
          <Segmented label="Look of the app" value={mode} onChange={v => store.choose({mode: v as Mode})} choices={[
            {value: 'light', label: 'The app in light', icon: 'sun'}, {value: 'dark', label: 'The app in dark', icon: 'moon'},
          ]} />
        </span>
      </div>
      {project?.preview && <p className="strip" role="status"><Icon name="info" size={14} /> {project.preview}</p>}
      <div className="stage" ref={stage} role="group" aria-label="Canvas" tabIndex={0}>
        {box.w > 0 && (
          <div className="device-space" style={{width: w * scale, height: height * scale}}>
            <div className={`device ${device} ${mode}`} style={{width: w, height, transform: `scale(${scale})`}}>
              {page && project && <Frame key={page.canvas} url={page.canvas} nonce={page.nonce} origin={project.origin} name={pageName} />}
            </div>
          </div>
        )}
      </div>
    </>
  )
}

function Frame({url, nonce, origin, name}: {url: string; nonce: string; origin: string; name: string}) {
  const {selected, others, mode, project} = useStudio()
  const frame = useRef<HTMLIFrameElement>(null)
  const canvas = useRef<Canvas | null>(null)

  useEffect(() => {
    if (!frame.current) return
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
      text: (path, now, was) => { if (!typed(path, now, was)) c.redraw() },
      key: (key, ctrl, shift, alt) => { shortcut(key, ctrl, shift, alt) },
    })
    canvas.current = c
    return () => { c.close() }
  }, [origin, nonce])

  useEffect(() => { canvas.current?.select(selected, others) }, [selected, others])
  const sample = useDebugging().view?.sample
  useEffect(() => { canvas.current?.redraw() }, [sample])
  useEffect(() => { canvas.current?.setMode(mode) }, [mode])
  useEffect(() => { canvas.current?.show(project?.revision ?? '') }, [project?.revision])

  return <iframe ref={frame} src={url} title={`Canvas: the page ${name}`} sandbox="allow-scripts allow-same-origin allow-forms" referrerPolicy="no-referrer" />
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
