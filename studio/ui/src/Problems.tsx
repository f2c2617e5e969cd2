import {useMemo, useState} from 'react'
import {aim} from './aim.ts'
import {Icon} from './icons.tsx'
import {store, useStudio} from './store.ts'
import {Empty, Segmented} from './ui.tsx'
import type {Fix, Problem} from './wire.ts'

type Show = 'all' | 'errors' | 'warnings'

// Problems is what the checker says, file by file: a click goes there, and what would end a problem is one click away.
export function Problems() {
  const {project} = useStudio()
  const [show, setShow] = useState<Show>('all')
  const problems = project?.problems ?? []
  const errors = problems.filter(p => !p.warning).length
  const files = useMemo(() => byFile(problems.filter(p => show === 'all' || (show === 'warnings') === (p.warning === true))), [problems, show])
  if (problems.length === 0) return <Empty icon="check" title="Everything fits together">What does not is said here, with the place and what can be done.</Empty>
  return (
    <>
      {errors > 0 && errors < problems.length && (
        <div className="drawer-bar">
          <Segmented label="Which problems" value={show} onChange={v => setShow(v as Show)} choices={[
            {value: 'all', label: `All ${problems.length}`}, {value: 'errors', label: `Errors ${errors}`}, {value: 'warnings', label: `Warnings ${problems.length - errors}`},
          ]} />
          <span className="hint">Errors keep a version from being served; warnings do not.</span>
        </div>
      )}
      <div className="drawer-scroll">
        {files.map(([file, list]) => (
          <section key={file} aria-label={file}>
            <h3 className="drawer-file"><code>{file}</code></h3>
            <ul>{list.map((p, i) => <Row key={i} problem={p} />)}</ul>
          </section>
        ))}
      </div>
    </>
  )
}

function byFile(problems: Problem[]): [string, Problem[]][] {
  const files = new Map<string, Problem[]>()
  for (const p of problems) files.set(p.file, [...files.get(p.file) ?? [], p])
  return [...files]
}

function Row({problem}: {problem: Problem}) {
  const {message, hint, warning, line, fixes = []} = problem
  return (
    <li className={`problem${warning ? ' warning' : ''}`}>
      <button type="button" className="problem-go" onClick={() => void aim(problem)}>
        <Icon name="alert" size={15} />
        <span><span className="problem-text">{warning && <span className="sr">Warning: </span>}{message}</span><span className="problem-hint">{[line > 0 ? `line ${line}` : '', hint ?? ''].filter(Boolean).join(' · ')}</span></span>
      </button>
      {fixes.map(fix => <button key={fix.title} type="button" className="button small" onClick={() => apply(fix)}><Icon name="check" size={13} /> {fix.title}</button>)}
    </li>
  )
}

function apply(fix: Fix) {
  void store.edit(fix.edits, `“${fix.title}”`)
}
