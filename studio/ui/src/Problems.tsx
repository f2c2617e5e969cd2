import {Icon} from './icons.tsx'
import {store, useStudio} from './store.ts'
import {IconButton} from './ui.tsx'

export function Problems() {
  const {project} = useStudio()
  const problems = project?.problems ?? []
  return (
    <section className="problems" aria-label="Problems">
      <header><h2>Problems</h2><IconButton icon="x" label="Close the problems" onClick={() => store.toggleProblems()} /></header>
      {problems.length === 0 && <p className="hint">Everything fits together.</p>}
      <ul>
        {problems.map((p, i) => (
          <li key={i}>
            <button type="button" className={`problem${p.warning ? ' warning' : ''}`} onClick={() => void store.reveal(p.at ?? '')}>
              <Icon name="alert" size={15} />
              <span><span className="problem-text">{p.message}</span>{p.hint && <span className="problem-hint">{p.hint}</span>}</span>
              <code>{p.file}{p.line > 0 && `:${p.line}`}</code>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
