import {useEffect, useRef, useState, useSyncExternalStore, type ReactNode} from 'react'
import {api} from './api.ts'
import type {Editor, Offer} from './codeeditor.ts'
import {CodeFile, type FileState} from './codefile.ts'
import {placeOf} from './codeplace.ts'
import {holeAt, suggestions} from './completion.ts'
import {Icon} from './icons.tsx'
import {store, useStudio} from './store.ts'
import {all} from './tree.ts'
import {Empty, IconButton, nonce} from './ui.tsx'
import './code.css'

// The code view: the same file beside the canvas, both live, and every other file of the app in a section of its own.

// beside says whether the code stands beside the canvas; it is a choice of this browser.
const beside = {
  open: localStorage.getItem('studio.code') === 'yes',
  heard: new Set<() => void>(),
  turn(open: boolean) {
    beside.open = open
    localStorage.setItem('studio.code', open ? 'yes' : 'no')
    for (const fn of beside.heard) fn()
  },
}

function useBeside(): boolean {
  return useSyncExternalStore(fn => { beside.heard.add(fn); return () => { beside.heard.delete(fn) } }, () => beside.open)
}

// CodeToggle shows the code beside the canvas, or hides it.
export function CodeToggle() {
  const open = useBeside()
  return <IconButton icon="code" label="Code beside the canvas" pressed={open} onClick={() => beside.turn(!open)} />
}

// CodeBeside puts the code of the page beside what it holds.
export function CodeBeside({children}: {children: ReactNode}) {
  const open = useBeside()
  const {root} = useStudio()
  const at = root === '/app/bars' ? '/app' : root
  return (
    <div className={open && at ? 'with-code' : 'without-code'}>
      <div className="code-other">{children}</div>
      {open && at && <CodePane key={at} at={at} onClose={() => beside.turn(false)} />}
    </div>
  )
}

// CodePane is the text of the file at a path, live both ways.
export function CodePane({at, onClose}: {at: string; onClose?: () => void}) {
  const {project, selected, place, item, mistake} = useStudio()
  const file = `${at.slice(1)}.yaml`
  const box = useRef<HTMLDivElement>(null)
  const held = useRef<{editor: Editor; file: CodeFile} | null>(null)
  const [ready, setReady] = useState(false)
  const [state, setState] = useState<FileState>('saved')
  const [fault, setFault] = useState('')

  useEffect(() => {
    let wanted = true
    Promise.all([import('./codeeditor.ts'), api.text(at)]).then(([{openEditor}, {text, revision}]) => {
      if (!wanted || !box.current) return
      const kept = new CodeFile(text, revision, {
        send: (doc, still) => send(at, file, doc, still).then(() => arrive(at, kept)),
        show: now => editor.show(now),
        changed: () => setState(kept.state()),
      })
      const editor = openEditor(box.current, {
        label: `Code of ${file}`, nonce, text, typed: now => kept.typed(now), moved: follow(file, kept), complete: offers(at),
        undo: () => void kept.save().then(() => store.undo()), redo: () => void kept.save().then(() => store.redo()),
      })
      held.current = {editor, file: kept}
      setReady(true)
    }, (e: unknown) => { if (wanted) setFault(e instanceof Error ? e.message : 'The file could not be read.') })
    return () => {
      wanted = false
      held.current?.file.close()
      held.current?.editor.close()
      held.current = null
    }
  }, [at, file])

  const revision = project?.revision
  useEffect(() => { if (ready && held.current) void arrive(at, held.current.file) }, [at, ready, revision])
  useEffect(() => { if (ready) held.current?.editor.mark((project?.problems ?? []).filter(p => p.file === file)) }, [ready, project, file])
  useEffect(() => {
    if (!ready || !selected.startsWith(`${at}/`)) return
    let wanted = true
    api.where(selected).then(where => {
      const {current} = held
      if (wanted && current?.file.state() === 'saved') current.editor.reveal(where, !current.editor.focused())
    }, () => {})
    return () => { wanted = false }
  }, [ready, selected, revision, at])

  const asked = place === 'files' && item.startsWith(`${at}/`) ? item : ''
  useEffect(() => {
    if (!ready || !asked) return
    api.where(asked).then(where => held.current?.editor.reveal(where, true), () => {})
  }, [ready, asked])

  useEffect(() => {
    const {current} = held
    if (!ready || !current || mistake?.at !== at) return
    current.editor.go(mistake.line, mistake.column)
    store.setMistake(null)
  }, [ready, mistake, at])

  if (fault) return <section className="code-pane" aria-label={`Code of ${file}`}><Empty icon="alert" title="This file cannot be shown">{fault}</Empty></section>
  return (
    <section className="code-pane" aria-label={`File ${file}`}>
      <div className="code-bar">
        <code>{file}</code>
        <span className="code-state" role="status">{{saved: 'Saved', typing: 'Typing…', conflict: 'Not saved'}[state]}</span>
        {place === 'page' && <IconButton icon="external" label="Open among all files" onClick={() => store.show('files', at)} />}
        {onClose && <IconButton icon="x" label="Close the code" onClick={onClose} />}
      </div>
      {state === 'conflict' && (
        <div className="code-conflict" role="alert">
          <p>Somebody else changed the same lines meanwhile. What you typed is here, and not saved yet.</p>
          <button type="button" className="button" onClick={() => held.current?.file.keepMine()}>Save mine</button>
          <button type="button" className="button" onClick={() => held.current?.file.takeTheirs()}>Take theirs</button>
        </div>
      )}
      <div className="code-box" ref={box} aria-busy={!ready} />
    </section>
  )
}

// send saves a text as an edit like any other; nothing is sent when the files have changed under it.
async function send(at: string, file: string, text: string, still: () => boolean) {
  const now = Date.now()
  if (now - typing.last > rest || typing.at !== at) typing.step = `code:${now}`
  typing.last = now
  typing.at = at
  const {step} = typing
  const before = store.get().project?.revision
  await store.plan(() => (still() ? {edits: [{op: 'text', at, value: text}], label: `code of ${file}`, step} : undefined))
  const {project, notice} = store.get()
  if (project?.revision !== before && notice?.bad) store.hush() // it need not be made again: what was typed is here
}

const rest = 2000 // after which what is typed next is a step of its own
const typing = {at: '', last: 0, step: ''}

// arrive hands what is saved to who types.
async function arrive(at: string, file: CodeFile) {
  try {
    const {text, revision} = await api.text(at)
    file.arrived(text, revision)
  } catch {
    file.failed() // the file is gone, or nobody answers: what is typed stays
  }
}

const settle = 160 // of moving about, before the canvas follows

// follow selects the widget that the cursor is in.
function follow(file: string, kept: CodeFile): (line: number, column: number) => void {
  let timer = 0
  return (line, column) => {
    clearTimeout(timer)
    timer = window.setTimeout(() => {
      if (kept.state() !== 'saved') return
      api.whatAt(file, line, column).then(({at}) => {
        const {page, selected} = store.get()
        const best = Array.from(all(page?.widgets ?? []), w => w.at).filter(w => at === w || at.startsWith(`${w}/`)).sort((a, b) => b.length - a.length)[0]
        if (best && best !== selected) store.select(best)
      }, () => {})
    }, settle)
  }
}

// offers completes from the schema of the file, the names of the project, and what may be read at the place.
function offers(file: string): (before: string[], after: string[], asked: boolean) => Promise<Offer | null> {
  return async (before, after, asked) => {
    const here = placeOf(before, after)
    const {project, catalogue} = store.get()
    const hole = holeAt(here.text, here.text.length)
    if (hole !== null && project && catalogue) {
      const {scope} = await api.scope(file + here.path)
      const found = suggestions(hole, {scope, types: project.types, functions: catalogue.functions}, asked)
      return found.length ? {back: found[0]?.back ?? 0, options: found.map(s => ({label: s.label, detail: s.detail, doc: s.doc, insert: s.insert, more: false}))} : null
    }
    if (!here.word && !asked && !(here.value && /^\s*$/.test(here.text))) return null
    const {keys, values} = await api.completion(file + here.path, here.has)
    const options = here.value ? values.map(v => ({label: v.name, detail: '', doc: v.doc, insert: v.name, more: false}))
      : [...keys.map(k => ({label: k.name, detail: '', doc: k.doc, insert: `${k.name}: `, more: true})), ...values.filter(v => !keys.some(k => k.name === v.name)).map(v => ({label: v.name, detail: '', doc: v.doc, insert: v.name, more: false}))]
    return options.length ? {back: here.word.length, options} : null
  }
}

const folders: [prefix: string, title: string][] = [['app.yaml', 'App'], ['pages/', 'Pages'], ['components/', 'Components'], ['flows/', 'Action blocks'], ['calls/', 'API calls'], ['types/', 'Data types'], ['locales/', 'Languages']]

// openFile is the file that the section shows: the one that was asked for, else app.yaml.
function useOpenFile(): string {
  const {project, item} = useStudio()
  const files = (project?.files ?? []).filter(f => f.endsWith('.yaml'))
  const wanted = files.find(f => item === `/${f.slice(0, -5)}` || item.startsWith(`/${f.slice(0, -5)}/`))
  return wanted ?? files[0] ?? ''
}

// FilesSide lists the files that the app is made of.
export function FilesSide() {
  const {project} = useStudio()
  const open = useOpenFile()
  const files = (project?.files ?? []).filter(f => f.endsWith('.yaml'))
  const bad = new Set((project?.problems ?? []).filter(p => !p.warning).map(p => p.file))
  return (
    <nav className="files" aria-label="Files">
      {folders.map(([prefix, title]) => {
        const mine = files.filter(f => f.startsWith(prefix))
        return mine.length > 0 && (
          <section key={prefix} aria-label={title}>
            <h2 className="side-title">{title}</h2>
            {mine.map(f => (
              <button type="button" key={f} className="side-item" aria-current={f === open ? 'page' : undefined} onClick={() => store.show('files', `/${f.slice(0, -5)}`)}>
                <Icon name="file-text" size={15} /> <span>{f.slice(f.indexOf('/') + 1)}</span>{bad.has(f) && <span className="file-bad"><Icon name="alert" size={14} /><span className="sr">has problems</span></span>}
              </button>
            ))}
          </section>
        )
      })}
    </nav>
  )
}

// FilesMain is the code of the file that is open.
export function FilesMain() {
  const open = useOpenFile()
  if (!open) return <Empty icon="file-text" title="There is no file yet">Files appear here as the app grows.</Empty>
  return <CodePane key={open} at={`/${open.slice(0, -5)}`} />
}
