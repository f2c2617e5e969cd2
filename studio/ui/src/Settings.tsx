import {useId, type ReactNode} from 'react'
import {Icon} from './icons.tsx'
import {store, useStudio} from './store.ts'
import {Select, Switch} from './ui.tsx'
import type {AuthView, Json, Problem, ProjectView} from './wire.ts'

const at = '/app/authentication'

function set(name: string, value: Json, label: string) {
  void store.edit([value === null ? {op: 'delete', at: `${at}/${name}`} : {op: 'set', at: `${at}/${name}`, value}], label)
}

export function SettingsSide() {
  return (
    <nav className="settings-nav" aria-label="Settings">
      <h2 className="side-title">Settings</h2>
      <button type="button" className="side-item" aria-current="page">
        <Icon name="shield" /> <span>Authentication</span>
      </button>
    </nav>
  )
}

export function AuthenticationSettings() {
  const {project} = useStudio()
  if (!project) return null
  const {auth, problems} = project
  const mine = problems.filter(p => p.at?.startsWith(at))
  return (
    <div className="scroll"><div className="settings">
      <div className="settings-head">
        <h2>Authentication</h2>
        <p>Who can log in to your app, where they arrive, and how long they stay. Written to <code>app.yaml</code>.</p>
      </div>
      {mine.map((p, i) => <Trouble key={i} problem={p} />)}
      <section className="sheet" aria-label="Authentication">
        <Toggle label="Enable Authentication" doc="People can log in, and pages can be for those who have." checked={auth.enabled} onChange={on => set('enabled', on, 'Enable Authentication')} />
        <Choice label="Authentication Type" doc="Your own backend checks who people are, over your own API." value={auth.type} options={[{value: 'custom', label: 'Custom'}]} onChange={v => set('type', v, 'Authentication Type')} disabled={!auth.enabled} />
      </section>
      <Pages auth={auth} project={project} />
      <Session auth={auth} project={project} />
      <p className="settings-foot"><Icon name="info" size={15} /> <span>Token placement, refresh and log-out calls are in <code>app.yaml</code> under <code>authentication</code>; an edit there shows here at once.</span></p>
    </div></div>
  )
}

function Pages({auth, project}: {auth: AuthView; project: ProjectView}) {
  const pages = project.pages.map(p => ({value: p.name, label: p.name, hint: p.path}))
  const rules = Array.isArray(auth.loggedInPage) ? auth.loggedInPage.length : 0
  return (
    <section className="sheet" aria-label="Initial pages">
      <h3>Initial pages</h3>
      <Choice label="Entry Page" doc="Where people start who are not logged in." value={auth.entryPage} options={pages} onChange={v => set('entryPage', v, 'Entry Page')} disabled={!auth.enabled} />
      {rules > 0 ? (
        <Line label="Logged In Page" doc="Where people start who are logged in."><span className="fixed">By {rules} rules in app.yaml</span></Line>
      ) : (
        <Choice label="Logged In Page" doc="Where people start who are logged in." value={typeof auth.loggedInPage === 'string' ? auth.loggedInPage : ''} options={pages} onChange={v => set('loggedInPage', v, 'Logged In Page')} disabled={!auth.enabled} />
      )}
    </section>
  )
}

function Session({auth, project}: {auth: AuthView; project: ProjectView}) {
  const objects = project.types.filter(t => t.kind === 'object' && t.name)
  const first = objects.find(t => /^user$/i.test(t.name ?? '')) ?? objects[0]
  const picked = objects.find(t => t.name === auth.userDataType)
  return (
    <section className="sheet" aria-label="Sessions and user data">
      <h3>Sessions and user data</h3>
      <Toggle
        label="Persist Auth Sessions" checked={auth.persist} onChange={on => set('persistSessions', on, 'Persist Auth Sessions')} disabled={!auth.enabled}
        doc={auth.persist ? 'People remain logged in until they log out, also after the browser was closed.' : 'People are logged out when they close the browser, after 30 minutes without doing anything, and after 12 hours.'}
      >
        {auth.persist && <p className="advice"><Icon name="shield" size={15} /> <span>NIST SP 800-63B advises that people log in again at least every 30 days (OWASP ASVS asks for a documented limit). Set <code>absolute: 30d</code> and <code>idle: 14d</code> beside this if your app holds something that matters.</span></p>}
      </Toggle>
      <Toggle
        label="Associate User Data Type" checked={auth.userDataType !== ''} disabled={!auth.enabled || (!first && auth.userDataType === '')}
        doc={first ? 'What is known of a person has these fields; bindings offer and check them.' : 'Make a data type in types/ first.'}
        onChange={on => set('userDataType', on ? first?.name ?? null : null, 'Associate User Data Type')}
      />
      {auth.userDataType !== '' && (
        <Choice label="Data Type" doc={picked ? `Fields: ${(picked.fields ?? []).map(f => f.name).join(', ')}.` : ''} value={auth.userDataType} options={objects.map(t => ({value: t.name ?? '', label: t.name ?? ''}))} onChange={v => set('userDataType', v, 'User Data Type')} disabled={!auth.enabled} />
      )}
    </section>
  )
}

function Trouble({problem}: {problem: Problem}) {
  return <p className={`fault${problem.warning ? ' warning' : ''}`}><Icon name="alert" size={15} /> <span>{problem.message}{problem.hint && <small>{problem.hint}</small>}</span></p>
}

function Line({label, doc, docId, htmlFor, children, below}: {label: string; doc: string; docId?: string; htmlFor?: string; children: ReactNode; below?: ReactNode}) {
  return (
    <div className="setting">
      <div className="setting-main">
        <div className="setting-text">
          {htmlFor ? <label htmlFor={htmlFor}>{label}</label> : <span className="setting-name">{label}</span>}
          {doc && <p id={docId}>{doc}</p>}
        </div>
        <div className="setting-control">{children}</div>
      </div>
      {below}
    </div>
  )
}

function Toggle({label, doc, checked, onChange, disabled, children}: {label: string; doc: string; checked: boolean; onChange: (on: boolean) => void; disabled?: boolean; children?: ReactNode}) {
  const id = useId()
  return <Line label={label} doc={doc} docId={`${id}-doc`} htmlFor={id} below={children}><Switch id={id} label={label} describedBy={`${id}-doc`} checked={checked} onChange={onChange} disabled={disabled} /></Line>
}

function Choice({label, doc, value, options, onChange, disabled}: {label: string; doc: string; value: string; options: {value: string; label: string; hint?: string}[]; onChange: (v: string) => void; disabled?: boolean}) {
  const id = useId()
  return <Line label={label} doc={doc} docId={`${id}-doc`} htmlFor={id}><Select id={id} label={label} describedBy={doc ? `${id}-doc` : undefined} value={value} options={options} onChange={onChange} disabled={disabled} /></Line>
}
