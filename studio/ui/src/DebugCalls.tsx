import {useEffect, useMemo, useState} from 'react'
import {api} from './api.ts'
import {reasonOf, span, when} from './debug.ts'
import {Icon} from './icons.tsx'
import {Empty, Segmented} from './ui.tsx'
import type {CallDetail, CallSeen, DebugView, EventView, MessageView} from './wire.ts'

const outcomes: Record<string, {text: string; tone: string}> = {
  ok: {text: 'OK', tone: 'good'},
  refused: {text: 'Refused', tone: 'bad'},
  expired: {text: 'Expired', tone: 'warn'},
  trouble: {text: 'Trouble', tone: 'warn'},
  none: {text: 'No reply', tone: 'bad'},
  unsent: {text: 'Not sent', tone: 'bad'},
  success: {text: 'Renewed', tone: 'good'},
  reject: {text: 'Rejected', tone: 'bad'},
  not_sent: {text: 'Not processed', tone: 'warn'},
  ambiguous: {text: 'Ambiguous', tone: 'warn'},
  config: {text: 'Set up wrongly', tone: 'bad'},
}

const happened: Record<string, string> = {
  log_in: 'Logged in',
  session_end: 'Signed out',
  renewed: 'The login has new tokens',
  renew_failed: 'The renewal failed',
  renew_answer_dropped: 'The answer of a renewal came too late',
  refresh_endpoint_down: 'Renewals are held back: the backend does not answer them',
  refresh_endpoint_up: 'Renewals go on',
  mass_reject_hold: 'Many renewals were refused at once: nobody is logged out for now',
  upstream_logout_failed: 'The backend could not be told of the log-out yet',
  upstream_logout_given_up: 'The backend was never told of the log-out',
}

type Row = {at: number; call?: CallSeen; event?: EventView}

// DebugCalls is the log of the app's calls, with what happened to logins between them.
export function DebugCalls({view}: {view: DebugView}) {
  const [whose, setWhose] = useState('all')
  const [open, setOpen] = useState(0)
  const rows = useMemo(() => {
    const mine = (browser: string) => whose === 'all' || browser === view.picked
    const all: Row[] = [
      ...view.calls.filter(c => mine(c.browser)).map(call => ({at: new Date(call.at).getTime(), call})),
      ...view.events.filter(e => mine(e.browser) && happened[e.kind]).map(event => ({at: new Date(event.at).getTime(), event})),
    ]
    return all.sort((a, b) => b.at - a.at)
  }, [view, whose])
  return (
    <div className="debug-split wide">
      <div className="debug-column">
        <div className="debug-bar">
          <Segmented label="Requests of" value={whose} onChange={setWhose} choices={[{value: 'all', label: 'All browsers'}, {value: 'one', label: 'This browser'}]} />
          <span className="hint">{view.calls.length === 200 ? 'the last 200 calls' : `${view.calls.length} ${view.calls.length === 1 ? 'call' : 'calls'}`}, newest first</span>
        </div>
        {rows.length === 0 && <Empty icon="server" title="No call yet">What the app asks its backend for shows here.</Empty>}
        <ul className="debug-rows" aria-label="Requests">
          {rows.map(r => r.call
            ? <li key={r.call.id}><CallRow call={r.call} open={r.call.id === open} onOpen={setOpen} /></li>
            : r.event && <li key={`${r.event.at} ${r.event.kind}`} className="debug-event"><time>{when(r.event.at)}</time><Icon name="key" size={13} /><span>{happened[r.event.kind]}{told(r.event)}</span></li>)}
        </ul>
      </div>
      <Detail id={open} />
    </div>
  )
}

function told(e: EventView): string {
  if (e.reason) return `. ${reasonOf(e.reason)}`
  return e.class && e.class !== 'success' ? ` (${outcomes[e.class]?.text.toLowerCase() ?? e.class})` : ''
}

function CallRow({call, open, onOpen}: {call: CallSeen; open: boolean; onOpen: (id: number) => void}) {
  const said = outcomes[call.outcome] ?? {text: call.outcome, tone: ''}
  return (
    <button type="button" className="debug-row" aria-pressed={open} onClick={() => onOpen(open ? 0 : call.id)}>
      <time>{when(call.at)}</time>
      <span className={`chip ${said.tone}`}>{said.text}</span>
      <code className="debug-status">{call.status || '–'}</code>
      <span className="debug-call"><strong>{call.call}</strong>{call.who && <em className="debug-who">{call.logIn ? `log-in of ${call.who}` : call.who}</em>}{call.renewal && <em>renewal</em>}{call.replayed && <em>sent again after a renewal</em>}{call.tries > 1 && <em>{call.tries} tries</em>}{call.error && <em className="bad">{call.error}</em>}</span>
      <span className="debug-took">{span(call.ms)}</span>
    </button>
  )
}

function Detail({id}: {id: number}) {
  const [detail, setDetail] = useState<CallDetail | null>(null)
  const [fault, setFault] = useState('')
  useEffect(() => {
    let gone = false
    setFault('')
    if (!id) return setDetail(null)
    api.debugCall(id).then(d => { if (!gone) setDetail(d) }, (e: unknown) => { if (!gone) { setDetail(null); setFault(e instanceof Error ? e.message : 'It could not be read.') } })
    return () => { gone = true }
  }, [id])
  if (!detail) return <div className="debug-detail"><p className="hint">{fault || 'Choose a request to see what was sent and what came back. Secrets are masked.'}</p></div>
  const {call, sent, got} = detail
  return (
    <div className="debug-detail" role="region" aria-label={`The call ${call.call}`} tabIndex={0}>
      <p className="debug-url"><strong>{call.method}</strong> <code>{call.url || 'nothing was sent'}</code></p>
      {call.error && <p className="debug-tone bad">{call.error}</p>}
      <Message title="Sent" message={sent} />
      <Message title={call.status ? `Came back with ${call.status}` : 'Nothing came back'} message={got} />
    </div>
  )
}

function Message({title, message}: {title: string; message: MessageView}) {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {message.headers.length > 0 && <dl className="debug-facts small headers">{message.headers.map((h, i) => <div key={i}><dt>{h.name}</dt><dd><code>{h.value}</code></dd></div>)}</dl>}
      {message.body && <pre tabIndex={0} aria-label={`${title}: the body`}>{message.body}</pre>}
      {message.cut && <p className="hint">{message.body ? `The first part of ${message.size} bytes.` : `${message.size} bytes, which are not shown.`}</p>}
    </section>
  )
}
