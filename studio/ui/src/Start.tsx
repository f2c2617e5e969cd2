import {useEffect, useId, useRef, useState, type FormEvent, type ReactNode} from 'react'
import {ask, zip} from './api.ts'
import {Icon} from './icons.tsx'
import {Labelled} from './Modal.tsx'
import {store} from './store.ts'
import './start.css'
import type {BackendView, LookView, PlanView, ProjectView, StartRequest, StartView} from './wire.ts'

type Way = '' | 'login' | 'openapi' | 'backend' | 'sample' | 'page' | 'archive'

const ways: {way: Way; icon: string; title: string; text: string}[] = [
  {way: 'login', icon: 'link', title: 'I have a URL', text: 'Usher logs in once with a test account and learns what your backend answers.'},
  {way: 'openapi', icon: 'file-text', title: 'I have an OpenAPI file', text: 'Its operations become calls and data types; you say which of them log people in.'},
  {way: 'backend', icon: 'database', title: 'I use a known backend', text: 'Supabase, Firebase, Keycloak, Directus, WordPress and others: everything is set already.'},
  {way: 'sample', icon: 'play', title: 'Just show me', text: 'A sample backend on this machine, with somebody who can log in at once.'},
]

const nothing: StartRequest = {
  kind: '', name: '', backend: '', settings: {}, source: '', text: '',
  login: {address: '', logIn: '', refresh: '', me: '', field: '', username: '', password: ''}, approve: [],
}

// Start is what an empty folder shows: what the backend is, and from there to an app whose people can log in.
export function Start() {
  const [offer, setOffer] = useState<StartView>()
  const [way, setWay] = useState<Way>('')
  const [fault, setFault] = useState('')
  const [busy, setBusy] = useState(false)
  const [name, setName] = useState('')
  useEffect(() => {
    ask<StartView>('GET', '/api/start').then(o => { setOffer(o); setName(o.name) }, (e: unknown) => setFault(said(e)))
  }, [])
  // run does what asks the server, one thing at a time, and says what went wrong.
  const run = async (fn: () => Promise<void>) => {
    if (busy) return
    setBusy(true)
    setFault('')
    await fn().catch((e: unknown) => setFault(said(e)))
    setBusy(false)
  }
  const make = (part: Partial<StartRequest>) => run(async () => {
    await ask<ProjectView>('POST', '/api/start', {...nothing, name, ...part})
    await store.begun()
    if (part.kind === 'sample') await welcome()
  })
  const plan = (part: Partial<StartRequest>, then: (p: PlanView) => void) => run(async () => {
    then(await ask<PlanView>('POST', '/api/start/plan', {...nothing, name, ...part}))
  })
  const open = (archive: Blob) => run(async () => {
    await ask<ProjectView>('POST', '/api/archive', new Blob([archive], {type: zip}))
    await store.begun()
  })
  const back = () => { setWay(''); setFault('') }
  return (
    <main className="start">
      <div className="start-page">
        {!way && (
          <>
            <header className="start-head">
              <h2>What do your people log in to?</h2>
              <p>This folder is empty. Say what backend you have, and a few questions later there is an app whose people can log in. Everything can be changed afterwards.</p>
            </header>
            {!offer && !fault && <p className="hint">One moment…</p>}
            {offer && (
              <ul className="start-ways">
                {ways.map(w => (
                  <li key={w.way}>
                    <button type="button" className="start-way" onClick={() => setWay(w.way)}>
                      <span className="start-icon"><Icon name={w.icon} size={20} /></span>
                      <span><strong>{w.title}</strong><span>{w.text}</span></span>
                    </button>
                  </li>
                ))}
              </ul>
            )}
            {offer && <p className="start-quiet">Or <button type="button" className="link" onClick={() => setWay('page')}>begin with an empty page</button>: no backend is asked, you build it all yourself. Or <button type="button" className="link" onClick={() => setWay('archive')}>open an archive</button> of an app.</p>}
          </>
        )}
        {offer && way === 'login' && <FromLogin {...{name, setName, busy, fault, back, make, plan}} />}
        {offer && way === 'openapi' && <FromOpenAPI {...{name, setName, busy, fault, back, make, plan}} />}
        {offer && way === 'backend' && <FromBackend {...{name, setName, busy, fault, back, make, plan}} backends={offer.backends} />}
        {offer && way === 'sample' && <FromSample {...{name, setName, busy, fault, back, make, plan}} />}
        {offer && way === 'archive' && <FromArchive {...{busy, back, open}} />}
        {offer && way === 'page' && <FromPage {...{name, setName, busy, fault, back, make, plan}} />}
        {fault && <p className="fault start-fault" role="alert"><Icon name="alert" size={15} /> <span>{fault}</span></p>}
      </div>
    </main>
  )
}

interface Step {
  name: string
  setName: (name: string) => void
  busy: boolean
  fault: string
  back: () => void
  make: (part: Partial<StartRequest>) => Promise<void>
  plan: (part: Partial<StartRequest>, then: (p: PlanView) => void) => Promise<void>
}

function said(e: unknown): string {
  return e instanceof Error ? e.message : 'Something went wrong.'
}

function counted(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`
}

// Sheet is one way: its questions, and what they lead to. Enter sends it.
function Sheet({title, doc, send, busy, ready = true, back, onSend, children}: {
  title: string; doc: ReactNode; send: string; busy: boolean; ready?: boolean; back: () => void; onSend: () => void; children: ReactNode
}) {
  const submit = (ev: FormEvent) => {
    ev.preventDefault()
    if (ready && !busy) onSend()
  }
  return (
    <form className="start-sheet" onSubmit={submit}>
      <header className="start-head"><h2>{title}</h2><p>{doc}</p></header>
      {children}
      <footer>
        <button type="button" className="button" onClick={back}>Back</button>
        <button type="submit" className="button primary" aria-disabled={busy || !ready}>{busy ? 'One moment…' : send}</button>
      </footer>
    </form>
  )
}

function Text({label, value, onChange, onLeave, doc, type = 'text', placeholder, required, autoFocus}: {
  label: string; value: string; onChange: (v: string) => void; onLeave?: () => void; doc?: ReactNode; type?: string; placeholder?: string; required?: boolean; autoFocus?: boolean
}) {
  const id = useId()
  return (
    <Labelled id={id} label={label} doc={doc}>
      <input id={id} className="input" type={type} value={value} placeholder={placeholder} required={required} autoFocus={autoFocus} autoComplete="off" spellCheck={false}
        aria-describedby={doc ? `${id}-doc` : undefined} onChange={ev => onChange(ev.target.value)} onBlur={onLeave} />
    </Labelled>
  )
}

// welcome says who can log in to the sample.
async function welcome() {
  const {sample} = await ask<StartView>('GET', '/api/start')
  if (sample) store.tell(`You can log in at once: as ${sample.username}, with the password ${sample.password}. The steps, at the top right, say it again.`)
}

function FromSample({name, setName, busy, back, make}: Step) {
  const [app, setApp] = useState('touristtrail')
  return (
    <Sheet title="The sample backend" send="Make the app" {...{busy, back}} onSend={() => void make({kind: 'sample', backend: app})}
      doc="It runs on this machine as long as usher dev runs, keeps its accounts in the data folder, and is asked over HTTP like yours would be.">
      <fieldset className="start-choice">
        <legend>Which app?</legend>
        <label><input type="radio" name="app" autoFocus checked={app === 'touristtrail'} onChange={() => setApp('touristtrail')} /><span><strong>TouristTrail</strong><span>The tutorial’s app, finished: log in, sign up, stories, profile. To look around in.</span></span></label>
        <label><input type="radio" name="app" checked={app === ''} onChange={() => setApp('')} /><span><strong>An app to begin with</strong><span>Log in, sign up, a home page and a profile. To build on.</span></span></label>
      </fieldset>
      {app === '' && <Text label="Name of the app" value={name} onChange={setName} required />}
    </Sheet>
  )
}

function FromPage({name, setName, busy, back, make}: Step) {
  return (
    <Sheet title="An empty page" send="Make the app" {...{busy, back}} onSend={() => void make({kind: 'page'})}
      doc="The app has one page, without calls and without a log-in. The checklist of seven steps, at the top right, says what a log-in needs.">
      <Text label="Name of the app" value={name} onChange={setName} required autoFocus />
    </Sheet>
  )
}

function FromArchive({busy, back, open}: {busy: boolean; back: () => void; open: (archive: Blob) => void}) {
  const [file, setFile] = useState<File>()
  const id = useId()
  return (
    <Sheet title="An archive of an app" send="Open it" {...{busy, back}} ready={file !== undefined} onSend={() => { if (file) open(file) }}
      doc={<>A zip file that <em>Export as one archive</em> or <code>usher export archive</code> has made. Its files come into this folder, and nothing of them runs before you trust them.</>}>
      <Labelled id={id} label="Archive">
        <input id={id} className="input" type="file" accept=".zip,application/zip" autoFocus onChange={ev => setFile(ev.target.files?.[0])} />
      </Labelled>
    </Sheet>
  )
}

function FromBackend({name, setName, busy, back, make, backends}: Step & {backends: BackendView[]}) {
  const [chosen, setChosen] = useState<BackendView>()
  const [search, setSearch] = useState('')
  const [settings, setSettings] = useState<{[name: string]: string}>({})
  if (!chosen) {
    const wanted = backends.filter(b => `${b.title} ${b.name} ${b.about}`.toLowerCase().includes(search.trim().toLowerCase()))
    return (
      <section className="start-sheet">
        <header className="start-head"><h2>Which backend?</h2><p>Calls, data types, mappings and pages are there for each of these, and were tried against what it really sends.</p></header>
        <Text label="Search" value={search} onChange={setSearch} autoFocus />
        <ul className="start-backends" aria-label="Backends">
          {wanted.map(b => (
            <li key={b.name}><button type="button" className="start-way" onClick={() => { setChosen(b); setSettings({}) }}><span><strong>{b.title}</strong><span>{b.about}</span></span></button></li>
          ))}
        </ul>
        {wanted.length === 0 && <p className="hint">None is called so. “I have a URL” works with any backend.</p>}
        <footer><button type="button" className="button" onClick={back}>Back</button></footer>
      </section>
    )
  }
  const secrets = chosen.settings.filter(s => s.secret)
  return (
    <Sheet title={chosen.title} send="Make the app" {...{busy}} back={() => setChosen(undefined)} onSend={() => void make({kind: 'backend', backend: chosen.name, settings})}
      doc={<>{chosen.about} {chosen.docs && <a href={chosen.docs} target="_blank" rel="noopener noreferrer">Its documentation</a>}</>}>
      <Text label="Name of the app" value={name} onChange={setName} required autoFocus />
      {chosen.settings.filter(s => !s.secret).map(s => (
        <Text key={s.name} label={s.name} doc={s.doc} value={settings[s.name] ?? s.value} onChange={v => setSettings({...settings, [s.name]: v})} />
      ))}
      {secrets.map(s => (
        <p className="hint" key={s.name}><strong>{s.name}</strong> is secret and never in the files: start <code>usher dev</code> with it in the environment.{s.doc && ` ${s.doc}.`}</p>
      ))}
    </Sheet>
  )
}

function FromOpenAPI({name, setName, busy, back, make, plan}: Step) {
  const [source, setSource] = useState('')
  const [text, setText] = useState('')
  const [found, setFound] = useState<PlanView>()
  const id = useId()
  const part = {kind: 'openapi', source, text}
  if (found) return <Approve {...{found, busy, name, setName}} back={() => setFound(undefined)} make={approve => void make({...part, approve})} />
  const choose = async (file: File | undefined) => {
    if (!file) return
    setSource(file.name)
    setText(await file.text())
  }
  return (
    <Sheet title="An OpenAPI description" send="Read it" {...{busy, back}} ready={source !== ''} onSend={() => void plan(part, setFound)}
      doc="OpenAPI 3.0, 3.1 or Swagger 2.0, as JSON or YAML. Of a backend the address is enough: the usual places are looked at.">
      <Text label="Address" value={text ? '' : source} onChange={v => { setSource(v); setText('') }} placeholder="https://api.example.com/openapi.json" autoFocus />
      <Labelled id={id} label="Or a file">
        <input id={id} className="input" type="file" accept=".json,.yaml,.yml,application/json" onChange={ev => void choose(ev.target.files?.[0])} />
      </Labelled>
    </Sheet>
  )
}

function FromLogin({name, setName, busy, back, make, plan}: Step) {
  const [login, setLogin] = useState(nothing.login)
  const [found, setFound] = useState<{part: Partial<StartRequest>; plan: PlanView}>()
  const {look, forget, says} = useLook()
  const set = (key: keyof typeof login) => (v: string) => setLogin({...login, [key]: v})
  const read = (part: Partial<StartRequest>) => void plan(part, p => setFound({part, plan: p}))
  const account = login.username !== '' && login.password !== ''
  const looked = says !== undefined && 'address' in says
  if (found) return <Approve {...{busy, name, setName}} found={found.plan} back={() => setFound(undefined)} make={approve => void make({...found.part, approve})} />
  return (
    <Sheet title="Your backend’s address" send={account || looked ? 'Ask the backend' : 'Look at the address'} {...{busy, back}} ready={login.address !== '' && (account || !looked)} onSend={() => (account ? read({kind: 'login', login}) : look(login.address))}
      doc="A backend that describes itself needs no more than its address. Of any other Usher learns by a log-in with a test account: it asks who that is, and renews once. It looks at the names and kinds of what comes back; no value of it is shown or kept.">
      <Text label="Address" value={login.address} onChange={v => { set('address')(v); forget() }} onLeave={() => look(login.address)} placeholder="https://api.example.com" required autoFocus />
      <Looked says={says} busy={busy} onUse={source => read({kind: 'openapi', source})} />
      <div className="start-pair">
        <Text label="User name or e-mail" value={login.username} onChange={set('username')} doc="Of a test account." />
        <Text label="Password" type="password" value={login.password} onChange={set('password')} doc="It goes to the backend and nowhere else." />
      </div>
      <details className="start-more">
        <summary>Paths and fields</summary>
        <p className="hint">Usual ones are tried where you leave these empty.</p>
        <div className="start-pair">
          <Text label="Log-in path" value={login.logIn} onChange={set('logIn')} placeholder="/auth/login" />
          <Text label="Field of the user name" value={login.field} onChange={set('field')} placeholder="username" />
          <Text label="“Who am I” path" value={login.me} onChange={set('me')} placeholder="/auth/me" />
          <Text label="Refresh path" value={login.refresh} onChange={set('refresh')} placeholder="/auth/refresh" />
        </div>
      </details>
    </Sheet>
  )
}

type Says = {looking: string} | {fault: string} | LookView | undefined

// useLook looks for what a backend says of itself, once for each address; what an older question brought is passed over.
function useLook() {
  const [says, setSays] = useState<Says>()
  const asked = useRef('')
  const look = (typed: string) => {
    const address = typed.trim()
    if (address === asked.current) return
    asked.current = address
    if (!/^https?:\/\/[^/]/.test(address)) return setSays(address ? {fault: 'The address begins with https://, or http:// on this machine.'} : undefined)
    setSays({looking: address})
    const answer = (s: Says) => { if (asked.current === address) setSays(s) }
    ask<LookView>('POST', '/api/start/look', {address}).then(answer, (e: unknown) => {
      answer({fault: said(e)})
      if (asked.current === address) asked.current = '' // it is asked again when the field is left again
    })
  }
  const forget = () => { asked.current = ''; setSays(undefined) }
  return {look, forget, says}
}

// Looked says what the address led to, and offers to go on with it.
function Looked({says, busy, onUse}: {says: Says; busy: boolean; onUse: (source: string) => void}) {
  return (
    <div role="status" className={says && 'address' in says && says.address ? 'start-looked found' : 'start-looked'}>
      {!says ? null : 'looking' in says ? <p>Looking for a description there…</p>
        : 'fault' in says ? <p>{says.fault}</p>
          : says.address ? (
            <>
              <Icon name="file-text" size={18} />
              <p><strong>An OpenAPI description: {says.title}, {counted(says.operations, 'operation', 'operations')}</strong><code>{says.address}</code><span>With it no test account is needed.</span></p>
              <button type="button" className="button primary" aria-disabled={busy} onClick={() => { if (!busy) onUse(says.address) }}>Use the description</button>
            </>
          )
            : says.issuer ? <p>No description of its API is there, but an OpenID provider. Begin with a known backend or an empty page, and name <code>{says.issuer}</code> as the issuer in Settings → Authentication → OpenID Connect.</p>
              : <p>It does not describe itself in the usual places. A test account shows what it answers.</p>}
    </div>
  )
}

const roles: {[role: string]: string} = {'log in': 'Log in', 'sign up': 'Sign up', refresh: 'Renew the token', me: 'Who am I', 'log out': 'Log out'}

// Approve shows what was found; a guess is written only where it is ticked.
function Approve({found, busy, back, name, setName, make}: {
  found: PlanView; busy: boolean; back: () => void; name: string; setName: (name: string) => void; make: (approve: string[]) => void
}) {
  const [right, setRight] = useState(found.guesses.map(g => g.role))
  const entry = !found.guesses.some(g => g.role === 'log in')
  const toggle = (role: string, on: boolean) => setRight(on ? [...right, role] : right.filter(r => r !== role))
  return (
    <Sheet title="This is what was found" send="Make the app" {...{busy, back}} ready={right.length === 0 || right.includes('log in')} onSend={() => make(right)}
      doc={entry ? 'No call looks like a log-in. The app gets the calls; authentication can be set up in the studio.' : 'Untick what is not right. Everything can be changed afterwards.'}>
      {found.asked.length > 0 && <p className="start-asked">{found.asked.map((a, i) => <code key={i}>{a}</code>)}</p>}
      {found.guesses.length > 0 && (
        <fieldset className="start-choice">
          <legend>What the calls are for</legend>
          {found.guesses.map(g => (
            <label key={g.role}>
              <input type="checkbox" checked={right.includes(g.role)} onChange={ev => toggle(g.role, ev.target.checked)} />
              <span><strong>{roles[g.role] ?? g.role}: <code>{g.call}</code></strong><span>{g.reasons.join('; ')}</span>{g.does.map((d, i) => <span key={i} className="start-does">{d}</span>)}</span>
            </label>
          ))}
        </fieldset>
      )}
      {right.length > 0 && !right.includes('log in') && <p className="hint">The others need the log-in.</p>}
      <details className="start-more">
        <summary>{counted(found.made.length, 'part is made', 'parts are made')}{found.left.length > 0 && `, ${counted(found.left.length, 'thing', 'things')} to know`}</summary>
        <ul>{[...found.made, ...found.left].map((n, i) => <li key={i}>{n.at && <code>{n.at}</code>} {n.message}</li>)}</ul>
      </details>
      <Text label="Name of the app" value={name} onChange={setName} required />
    </Sheet>
  )
}
