import {Tooltip} from 'radix-ui'
import {useEffect} from 'react'
import {isTyping, shortcut} from './actions.ts'
import {Debug} from './Debug.tsx'
import {tally} from './flows.ts'
import {Guide} from './Guide.tsx'
import {Icon} from './icons.tsx'
import {Drawer} from './drawers.tsx'
import {ProjectMenu} from './ProjectMenu.tsx'
import {sectionOf, sections} from './sections.tsx'
import {store, useStudio} from './store.ts'
import {Start} from './Start.tsx'
import {Trust} from './Trust.tsx'
import {Empty, IconButton, Tip} from './ui.tsx'

export function App() {
  const {project, fault, place, theme, drawer} = useStudio()
  useEffect(() => { document.documentElement.dataset.theme = theme }, [theme])
  useEffect(() => {
    const onKey = (ev: KeyboardEvent) => {
      if (ev.defaultPrevented || isTyping(ev.target)) return
      const ctrl = ev.ctrlKey || ev.metaKey
      const plain = ev.target === document.body || ctrl
      if (plain && shortcut(ev.key, ctrl, ev.shiftKey, ev.altKey)) ev.preventDefault()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
  const section = sectionOf(place)
  if (fault) return <main className="full"><Empty icon="alert" title="The studio could not open">{fault}</Empty></main>
  if (!project) return <main className="full" aria-busy="true"><p className="hint">Opening…</p></main>
  if (project.files.length === 0) {
    return (
      <Tooltip.Provider delayDuration={350} skipDelayDuration={200}>
        <div className="studio begin"><EmptyBar /><Start /><Notice /></div>
      </Tooltip.Provider>
    )
  }
  return (
    <Tooltip.Provider delayDuration={350} skipDelayDuration={200}>
      <div className={`studio${section?.Right ? '' : ' wide'}${drawer === 'debug' ? ' debugging' : ''}`} data-revision={project.revision}>
        <TopBar />
        <Rail />
        {section && <aside className="sidebar" aria-label={section.title}><section.Side /></aside>}
        <main className="middle">
          {!project.trusted && <Trust />}
          {section && <section.Main />}
          <Drawer />
        </main>
        {section?.Right && <section.Right />}
        {drawer === 'debug' && <Debug />}
        <Notice />
      </div>
    </Tooltip.Provider>
  )
}

// Rail is the way from section to section.
function Rail() {
  const {place} = useStudio()
  return (
    <nav className="rail" aria-label="Sections">
      {sections.map(s => (
        <Tip key={s.name} text={s.title} side="right">
          <button type="button" className="rail-item" aria-label={s.title} aria-current={s.name === place ? 'page' : undefined} onClick={() => store.show(s.name)}><Icon name={s.icon} size={20} /></button>
        </Tip>
      ))}
    </nav>
  )
}

// EmptyBar is the top of the studio while there is no app.
function EmptyBar() {
  const {project, theme, offline} = useStudio()
  return (
    <header className="top">
      <span className="brand"><span className="mark" aria-hidden="true">U</span><h1 className="app-name">{project?.name}</h1></span>
      <span className="top-middle" role="status">{offline && <span className="offline"><Icon name="cloud" size={14} /> {offline}</span>}</span>
      <IconButton icon={theme === 'dark' ? 'sun' : 'moon'} label={theme === 'dark' ? 'Studio in light' : 'Studio in dark'} onClick={() => store.choose({theme: theme === 'dark' ? 'light' : 'dark'})} />
    </header>
  )
}

function TopBar() {
  const {project, theme, offline, drawer} = useStudio()
  if (!project) return null
  const {n, word, bad} = tally(project.problems)
  return (
    <header className="top">
      <ProjectMenu />
      <span className="top-tools">
        <IconButton icon="undo" label="Undo" disabled={!project.undo} tip={project.undo ? `Undo ${project.undo} (Ctrl Z)` : 'Nothing to undo'} onClick={() => void store.undo()} />
        <IconButton icon="redo" label="Redo" disabled={!project.redo} tip={project.redo ? `Redo ${project.redo} (Ctrl Shift Z)` : 'Nothing to redo'} onClick={() => void store.redo()} />
      </span>
      <IconButton icon="history" label="History" pressed={drawer === 'history'} onClick={() => store.toggle('history')} />
      <span className="top-middle" role="status">{offline && <span className="offline"><Icon name="cloud" size={14} /> {offline}</span>}</span>
      <Guide />
      <button type="button" className={`badge${bad ? ' bad' : n > 0 ? ' warn' : ''}`} aria-expanded={drawer === 'problems'} onClick={() => store.toggle('problems')}>
        <Icon name={n > 0 ? 'alert' : 'check'} size={15} /> {n > 0 ? `${n} ${word}` : 'No problems'}
      </button>
      <button type="button" className="badge plain" aria-expanded={drawer === 'debug'} onClick={() => store.toggle('debug')}><Icon name="bug" size={15} /> Debug</button>
      <IconButton icon={theme === 'dark' ? 'sun' : 'moon'} label={theme === 'dark' ? 'Studio in light' : 'Studio in dark'} onClick={() => store.choose({theme: theme === 'dark' ? 'light' : 'dark'})} />
      {project.appURL && <a className="button primary run" href={project.appURL} target="_blank" rel="noopener noreferrer"><Icon name="play" size={14} /> Run</a>}
    </header>
  )
}

function Notice() {
  const {notice} = useStudio()
  useEffect(() => {
    if (!notice) return
    const timer = setTimeout(() => store.hush(), Math.max(6000, 80 * notice.text.length)) // long enough to be read
    return () => clearTimeout(timer)
  }, [notice])
  return (
    <div className="notices" role="status" aria-live="polite">
      {notice && <p className={`notice${notice.bad ? ' bad' : ''}`}><span>{notice.text}</span><button type="button" className="reset" aria-label="Close" onClick={() => store.hush()}><Icon name="x" size={13} /></button></p>}
    </div>
  )
}
