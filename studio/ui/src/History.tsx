import {useEffect, useState} from 'react'
import {api} from './api.ts'
import {lineDiff, type Line} from './diff.ts'
import {Icon} from './icons.tsx'
import {store, useStudio} from './store.ts'
import {Empty, Segmented} from './ui.tsx'
import type {Commit, FileView, HistoryView, StepView} from './wire.ts'

type Show = 'steps' | 'files' | 'commits'

// History is what was done in this sitting, what it made of the files, and what version control knows of the time before.
export function History() {
  const {project} = useStudio()
  const [history, setHistory] = useState<HistoryView>()
  const [show, setShow] = useState<Show>('steps')
  useEffect(() => {
    let wanted = true
    void api.history().then(h => { if (wanted) setHistory(h) }, (e: unknown) => store.tell(e instanceof Error ? e.message : 'The history cannot be read.', true))
    return () => { wanted = false }
  }, [project?.revision])
  if (!history) return <p className="hint drawer-pad" aria-busy="true">Reading…</p>
  const {steps, files, commits} = history
  return (
    <>
      <div className="drawer-bar">
        <Segmented label="Which history" value={show} onChange={v => setShow(v as Show)} choices={[
          {value: 'steps', label: `Steps ${steps.length}`}, {value: 'files', label: `Changed files ${files.length}`}, ...(commits.length ? [{value: 'commits', label: `Commits ${commits.length}`}] : []),
        ]} />
        <span className="hint">{hints[show]}</span>
      </div>
      <div className="drawer-scroll">
        {show === 'steps' && <Steps steps={steps} />}
        {show === 'files' && <Files files={files} />}
        {show === 'commits' && <Commits commits={commits} />}
      </div>
    </>
  )
}

const hints: Record<Show, string> = {
  steps: 'Since the studio was started. Choose a step to go back to it, or forward again.',
  files: 'What is not as it was when the studio was started, whoever changed it.',
  commits: 'What Git knows of the app’s folder. The studio makes no commits.',
}

// Steps lists what undo and redo know; each leads to the state right after it.
function Steps({steps}: {steps: StepView[]}) {
  if (!steps.length) return <Empty icon="history" title="Nothing was changed yet">Each change that you make here can be taken back.</Empty>
  const done = steps.filter(s => !s.undone).length
  return (
    <ol className="past" aria-label="Steps">
      <Step label="As it was at the start" current={done === 0} undone={false} onGo={() => void store.travel(-done)} />
      {steps.map((s, i) => <Step key={i} label={s.label} current={i + 1 === done} undone={s.undone} onGo={() => void store.travel(i + 1 - done)} />)}
    </ol>
  )
}

function Step({label, current, undone, onGo}: {label: string; current: boolean; undone: boolean; onGo: () => void}) {
  return (
    <li>
      <button type="button" className={`past-step${undone ? ' undone' : ''}`} aria-current={current ? 'step' : undefined} onClick={onGo}>
        <span className="past-dot" aria-hidden="true" />{label}{undone && <span className="hint">taken back</span>}{current && <span className="hint">now</span>}
      </button>
    </li>
  )
}

function Files({files}: {files: FileView[]}) {
  const [open, setOpen] = useState('')
  if (!files.length) return <Empty icon="check" title="All files are as they were" />
  const shown = files.find(f => f.file === open) ?? files[0]
  return (
    <div className="changed">
      <ul aria-label="Changed files">
        {files.map(f => (
          <li key={f.file}><button type="button" className="side-item" aria-current={f === shown ? 'true' : undefined} onClick={() => setOpen(f.file)}><Icon name="file-text" size={15} /> <span className="side-name">{f.file}</span> <span className="hint">{f.before === null ? 'new' : f.after === null ? 'removed' : ''}</span></button></li>
        ))}
      </ul>
      {shown && <Diff lines={lineDiff(shown.before ?? '', shown.after ?? '')} />}
    </div>
  )
}

const signs = {same: ' ', added: '+', removed: '−'}
const spoken = {same: '', added: 'added: ', removed: 'removed: '}

function Diff({lines}: {lines: Line[]}) {
  return (
    <div className="diff" role="group" aria-label="What changed" tabIndex={0}>
      {lines.map((l, i) => l.kind === 'gap' ? <div key={i} className="diff-gap">{l.text}</div> : (
        <div key={i} className={`diff-line ${l.kind}`}><span aria-hidden="true">{signs[l.kind]}</span><code><span className="sr">{spoken[l.kind]}</span>{l.text || ' '}</code></div>
      ))}
    </div>
  )
}

function Commits({commits}: {commits: Commit[]}) {
  return (
    <ol className="commits" aria-label="Commits">
      {commits.map(c => <li key={c.name}><code>{c.name.slice(0, 8)}</code><span className="commit-subject">{c.subject}</span><span className="hint">{c.author}, {new Date(c.time).toLocaleString()}</span></li>)}
    </ol>
  )
}
