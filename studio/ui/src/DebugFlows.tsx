import {useEffect, useRef, useState} from 'react'
import {span, when} from './debug.ts'
import {Icon} from './icons.tsx'
import {store, useStudio} from './store.ts'
import {Empty} from './ui.tsx'
import type {DebugView, StepSeen, TraceView} from './wire.ts'

const ways: Record<string, {text: string; tone: string}> = {
  then: {text: 'TRUE', tone: 'good'},
  else: {text: 'FALSE', tone: 'warn'},
  onError: {text: 'ERROR', tone: 'bad'},
}

// DebugFlows lists the flows that ran, and the actions of one of them. A click on an action shows it where it is written.
export function DebugFlows({view}: {view: DebugView}) {
  const [id, setId] = useState(0)
  const flows = [...view.flows].reverse()
  const flow = flows.find(f => f.id === id) ?? flows[0]
  const {project} = useStudio()
  const revision = useRef(project?.revision)
  const known = flow?.id
  useEffect(() => {
    revision.current = store.get().project?.revision
    store.showTrace(flow ?? null)
  }, [known])
  useEffect(() => { if (project?.revision !== revision.current) store.showTrace(null) }, [project?.revision]) // its paths may mean other actions now
  if (!flow) return <Empty icon="zap" title="No flow has run yet">Press a button in the running app: each action that runs shows here.</Empty>
  return (
    <div className="debug-split wide">
      <ul className="debug-rows" aria-label="Flows">
        {flows.map(f => (
          <li key={f.id}>
            <button type="button" className="debug-row flow" aria-pressed={f === flow} onClick={() => setId(f.id)}>
              <time>{when(f.at)}</time>
              {f.error ? <span className="chip bad">Fault</span> : f.waits ? <span className="chip warn">Waits</span> : <span className="chip good">Done</span>}
              <span className="debug-call"><strong>{nameOf(f.flow)}</strong><em>{f.page}</em></span>
              <span className="debug-took">{span(f.ms)}</span>
            </button>
          </li>
        ))}
      </ul>
      <Steps flow={flow} />
    </div>
  )
}

// nameOf says which flow a path means: the event that starts it, or the block.
function nameOf(flow: string): string {
  const parts = flow.split('/').filter(Boolean)
  if (parts[0] === 'flows') return parts[1] ?? 'a block'
  return parts[parts.length - 1] ?? 'a flow'
}

function Steps({flow}: {flow: TraceView}) {
  const {catalogue} = useStudio()
  const title = (kind: string) => catalogue?.actions.find(a => a.kind === kind)?.title ?? kind
  const icon = (kind: string) => catalogue?.actions.find(a => a.kind === kind)?.icon ?? 'zap'
  const whole = Math.max(flow.ms, 0.001)
  return (
    <div className="debug-detail steps" role="region" aria-label="Actions that ran" tabIndex={0}>
      <ol>
        {flow.steps.map((s, i) => (
          <li key={i}>
            <button type="button" className={`debug-step${s.error ? ' bad' : ''}`} style={{paddingInlineStart: 10 + depth(flow.flow, s) * 18}} onClick={() => void store.reveal(s.at)}>
              <Icon name={icon(s.kind)} size={15} />
              <span className="debug-call"><strong>{title(s.kind)}</strong>{s.note && !ways[s.way] && <em>{s.note}</em>}{s.note && ways[s.way] && s.kind !== 'if' && <em>{s.note}</em>}{s.error && <em className="bad">{s.error}</em>}</span>
              <span>{s.way && <span className={`chip ${ways[s.way]?.tone ?? ''}`}>{ways[s.way]?.text ?? s.way}</span>}</span>
              <span className="debug-lane" aria-hidden="true"><span style={{marginInlineStart: `${Math.min(98, 100 * s.from / whole)}%`, width: `${Math.max(2, Math.min(100, 100 * s.ms / whole))}%`}} /></span>
              <span className="debug-took">{span(s.ms)}</span>
            </button>
          </li>
        ))}
      </ol>
      {flow.more > 0 && <p className="hint">and {flow.more} more</p>}
      {flow.waits && <p className="hint">The flow waits for an answer and goes on with it.</p>}
      {flow.error && <p className="debug-tone bad">{flow.error}</p>}
    </div>
  )
}

// depth is how many branches an action stands inside, as far as its path says so.
function depth(flow: string, s: StepSeen): number {
  if (!s.at.startsWith(flow + '/')) return 1
  return s.at.slice(flow.length + 1).split('/').filter(p => /^\d+$/.test(p)).length - 1
}
