import {useEffect, useId, useRef, useState} from 'react'
import {api, Refusal} from './api.ts'
import {Icon} from './icons.tsx'
import {Sheet, textOf} from './SettingsKit.tsx'
import {store, useStudio} from './store.ts'
import type {Finding, LoginLine, LoginTest, LoginTestView, WireEdit} from './wire.ts'

// what became of a renewal, and what to do about it; the words are those of the session core
const classes: Record<string, {title: string; advice: string}> = {
  success: {title: 'Success', advice: 'The refresh works as it is declared.'},
  reject: {title: 'Reject: a definite no', advice: 'The backend refused a refresh token that it had just issued. Look at the arguments: is it sent under the name and in the place that the backend expects?'},
  not_sent: {title: 'Not sent', advice: 'The backend was not reached, or asked to be left alone for a while. Nobody would be logged out. Is it running, and is the address right?'},
  config: {title: 'Set up wrongly', advice: 'The call is not as the backend wants it, or its reply lacks what the mapping reads. Compare the mapping with the reply; nobody would be logged out.'},
  ambiguous: {title: 'Ambiguous', advice: 'The answer was cut off or cannot be read, so nobody knows whether the token was spent. Usher would ask again.'},
}

const icons: Record<string, string> = {ok: 'check', note: 'info', fault: 'alert'}

// what each step of a probe does
const stepTitles: Record<string, string> = {
  'log in': 'Logs in by the app’s own log-in page', me: 'Asks who that is', 'unknown token': 'Presents a token that was never issued', renewal: 'Renews the login',
  'old token': 'Presents the token from before', 'unknown refresh token': 'Presents a refresh token that was never issued', 'old refresh token': 'Logs in again, and presents a spent refresh token for up to 20 seconds', 'log out': 'Ends the logins made here',
}

interface Step { name: string; findings: Finding[] }

// probe reads the lines of a probe as they come.
async function probe(account: LoginTest, signal: AbortSignal, tell: (l: LoginLine) => void) {
  const answer = await fetch('/api/login/probe', {method: 'POST', headers: {'X-Usher': '1', 'Content-Type': 'application/json'}, body: JSON.stringify(account), signal})
  if (!answer.ok || !answer.body) {
    const {error = 'fault', message = 'Something went wrong.'} = await answer.json().catch(() => ({})) as {error?: string; message?: string}
    throw new Refusal(answer.status, error, message)
  }
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (;;) {
    const {value, done} = await reader.read()
    if (done) return
    const lines = (rest + value).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) tell(JSON.parse(line) as LoginLine)
  }
}

// useEnvironment is the environment that the development app uses, '' where it uses the defaults.
function useEnvironment(): string {
  const {project} = useStudio()
  const [name, setName] = useState('')
  const revision = project?.revision
  useEffect(() => {
    let wanted = true
    api.values().then(v => { if (wanted) setName(v.environment) }, () => {})
    return () => { wanted = false }
  }, [revision])
  return name
}

// Try logs in for real with a test account, by the app's own log-in page, and says what was read; no token ever gets here.
export function Try() {
  const id = useId()
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState('')
  const [result, setResult] = useState<LoginTestView & {of: string}>()
  const [refused, setRefused] = useState('')
  const [steps, setSteps] = useState<Step[]>([])
  const [stopped, setStopped] = useState(false)
  const stop = useRef<AbortController>(null)
  useEffect(() => () => stop.current?.abort(), [])
  const probeIt = async () => {
    const ender = new AbortController()
    stop.current = ender
    setBusy('probe')
    setRefused('')
    setResult(undefined)
    setSteps([])
    setStopped(false)
    let ended = false
    try {
      await probe({username, password, kind: 'probe'}, ender.signal, l => {
        const {step, finding, result, fault} = l
        if (step) setSteps(all => [...all, {name: step, findings: []}])
        if (finding) setSteps(all => all.map((x, i) => (i === all.length - 1 ? {...x, findings: [...x.findings, finding]} : x)))
        if (result) {
          setResult({...result, of: 'What the app says of its backend'})
          setSteps([])
        }
        if (fault) setRefused(fault)
        ended ||= result !== undefined || fault !== undefined
      })
      if (!ended) setRefused('The probe was broken off.')
    } catch (e) {
      if (!ender.signal.aborted) setRefused(e instanceof Error ? e.message : 'It could not be tried.')
    }
    setStopped(ender.signal.aborted)
    setBusy('')
  }
  const run = async (kind: LoginTest['kind']) => {
    setSteps([])
    setBusy(kind)
    setRefused('')
    try {
      setResult({...await api.testLogin({username, password, kind}), of: {logIn: 'Log-in', refresh: 'Refresh', probe: 'What the app says of its backend'}[kind]})
    } catch (e) {
      setResult(undefined)
      setRefused(e instanceof Error ? e.message : 'It could not be tried.')
    }
    setBusy('')
  }
  const where = useEnvironment()
  const idle = busy === '' && username !== '' && password !== ''
  const kind = classes[result?.class ?? '']
  return (
    <Sheet title="Test" doc="Logs in to your backend for real, by the app’s own log-in page, and logs out again. Use a test account: it is sent to your backend alone and kept nowhere.">
      {where && <p className="hint try-where"><Icon name="globe" size={14} /> In the environment <strong>{where}</strong>, which the development app uses. <button type="button" className="link" onClick={() => store.show('settings', 'environments')}>Choose another</button></p>}
      <form className="try" onSubmit={ev => { ev.preventDefault(); if (idle) void run('logIn') }}>
        <div><label htmlFor={`${id}-u`}>User name or e-mail</label><input id={`${id}-u`} className="input" autoComplete="off" value={username} onChange={ev => setUsername(ev.target.value)} /></div>
        <div><label htmlFor={`${id}-p`}>Password</label><input id={`${id}-p`} className="input" type="password" autoComplete="off" value={password} onChange={ev => setPassword(ev.target.value)} /></div>
        <button type="submit" className="button primary" disabled={!idle}><Icon name="play" size={14} /> {busy === 'logIn' ? 'Logging in…' : 'Test log in'}</button>
        <button type="button" className="button" disabled={!idle} onClick={() => void run('refresh')}><Icon name="refresh" size={14} /> {busy === 'refresh' ? 'Renewing…' : 'Test refresh'}</button>
        <p className="try-more"><button type="button" className="button" disabled={!idle} onClick={() => void probeIt()}><Icon name="search" size={14} /> {busy === 'probe' ? 'Probing…' : 'Probe the backend'}</button>
          {busy === 'probe' && <button type="button" className="button" onClick={() => stop.current?.abort()}><Icon name="stop" size={14} /> Stop</button>}
          <span className="hint">Learns how it treats tokens: it logs in twice, renews, and presents spent tokens on purpose.</span></p>
      </form>
      <div role="status" aria-live="polite">
        {refused && <p className="fault"><Icon name="alert" size={15} /> <span>{refused}</span></p>}
        {steps.length > 0 && <Steps steps={steps} busy={busy === 'probe'} stopped={stopped} />}
        {result && (
          <div className="tried">
            <p className={`verdict ${result.ok ? 'ok' : 'bad'}`}><Icon name={result.ok ? 'check' : 'alert'} size={16} /> <strong>{result.of} {result.of.startsWith('What') ? (result.ok ? 'fits' : 'does not fit yet') : result.ok ? 'works' : 'does not work yet'}</strong>{kind && <span className="chip">{kind.title}</span>}</p>
            {kind && !(result.ok && result.class === 'success') && <p className="hint">{kind.advice}</p>}
            {result.edits.length > 0 && <Fill edits={result.edits} onDone={() => setResult({...result, edits: []})} />}
            <ul aria-label="Findings">{result.findings.map((f, i) => <FindingRow key={i} finding={f} />)}</ul>
          </div>
        )}
      </div>
    </Sheet>
  )
}

// Steps is a probe on its way: what it has done, with what it learned from that, and what it does now.
function Steps({steps, busy, stopped}: {steps: Step[]; busy: boolean; stopped: boolean}) {
  const last = steps.length - 1
  return (
    <div className="tried">
      {stopped && <p className="verdict"><Icon name="stop" size={16} /> <strong>Stopped.</strong> <span className="hint">The logins made so far are ended, where the app declares how.</span></p>}
      <ol className="probe-steps" aria-label="Steps of the probe">
        {steps.map((x, i) => {
          const now = i === last && !stopped && busy
          const state = now ? 'now' : i === last && stopped ? 'stopped' : x.findings.some(f => f.level === 'fault') ? 'fault' : 'done'
          return (
            <li key={i} className={`probe-step ${state}`}>
              <p><Icon name={{now: 'clock', stopped: 'stop', fault: 'alert', done: 'check'}[state]} size={15} /> {stepTitles[x.name] ?? x.name}{now && <span className="hint"> now</span>}</p>
              {x.findings.length > 0 && <ul>{x.findings.map((f, j) => <FindingRow key={j} finding={f} />)}</ul>}
            </li>
          )
        })}
      </ol>
    </div>
  )
}

// Fill writes what was learned into the app's settings.
function Fill({edits, onDone}: {edits: WireEdit[]; onDone: () => void}) {
  return (
    <div className="fill" role="group" aria-label="What can be filled in">
      <ul>{edits.map(e => <li key={e.at}><code>{e.at.replace('/app/authentication/', '').replace(/\//g, '.')}</code> becomes <code>{textOf(e.value)}</code></li>)}</ul>
      <button type="button" className="button primary" onClick={() => { void store.edit(edits, 'what the probe learned'); onDone() }}><Icon name="check" size={14} /> Fill in</button>
    </div>
  )
}

function FindingRow({finding: {level, topic, text, at}}: {finding: Finding}) {
  return (
    <li className={`finding ${level}`}>
      <Icon name={icons[level] ?? 'info'} size={15} />
      <span><strong>{topic}</strong> {text}</span>
      {at && <button type="button" className="link" onClick={() => void store.reveal(at)} title={at}>Show</button>}
    </li>
  )
}
