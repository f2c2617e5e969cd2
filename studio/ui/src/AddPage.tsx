import {useEffect, useId, useState} from 'react'
import {ask} from './api.ts'
import {callNames, useCalls} from './calls.ts'
import {Icon} from './icons.tsx'
import {Labelled, Modal} from './Modal.tsx'
import {dashed, whoMayOpen, whyPage, whyPath} from './PagesList.tsx'
import {store, useStudio} from './store.ts'
import {words} from './tree.ts'
import {Select, Switch} from './ui.tsx'
import {escaped, useValue} from './values.ts'
import type {Json, ProjectView, TemplatePlan, TemplateRequest, TemplatesView, TemplateView} from './wire.ts'
import './addpage.css'

// AddPage makes a page: an empty one, or one of a template, wired to the app's calls. What it would write is shown before.
export function AddPage({onClose}: {onClose: () => void}) {
  const {project} = useStudio()
  const [templates, setTemplates] = useState<TemplateView[]>([])
  const [chosen, setChosen] = useState('')
  const [name, setName] = useState('')
  const [path, setPath] = useState('')
  const [who, setWho] = useState('any')
  const guarded = useValue('/app/authentication/pagesRequireAuthentication') === true // a page that says nothing needs a login
  const [calls, setCalls] = useState<Record<string, string>>({})
  const [use, setUse] = useState(false)
  const [fault, setFault] = useState('')
  const [busy, setBusy] = useState(false)
  useEffect(() => { void ask<TemplatesView>('GET', '/api/templates').then(v => setTemplates(v.templates), () => {}) }, [])
  const id = useId()
  const pages = project?.pages ?? []
  const template = templates.find(t => t.name === chosen)
  const bad = whyPage(name, pages)
  const route = path || (template ? '' : name && `/${dashed(name)}`)
  const badPath = whyPath(route, pages)
  const wish: TemplateRequest | null = template && !bad && !badPath ? {revision: '', template: template.name, name, path, calls: named(calls), use} : null
  const plan = usePlan(wish)
  const off = template ? !plan || plan.misfit !== '' || bad !== '' || badPath !== '' : name === '' || bad !== '' || badPath !== ''
  const choose = (next: string) => { setChosen(next); setFault(''); setCalls({}); setUse(false) }
  const empty = () => {
    const title = words(name)
    const value: Json = {path: route, title, ...((who !== 'any' || guarded) && {access: who}), body: [{container: {children: [{text: {text: title, style: 'headline'}}]}}]}
    void store.edit([{op: 'set', at: `/pages/${escaped(name)}`, value}], `adding the page ${name}`).then(() => store.open(name))
    onClose()
  }
  const send = () => {
    if (!wish || !plan) return empty()
    setBusy(true)
    void store.make(revision => ask<ProjectView>('POST', '/api/template', {...wish, revision}), `/pages/${escaped(plan.page)}`).then(why => {
      setBusy(false)
      if (why) setFault(why)
      else onClose()
    })
  }
  return (
    <Modal title="Add a page" doc="Empty, or one to begin with that is wired to your calls." send="Add" wide busy={busy} disabled={off} onSend={send} onClose={onClose}>
      <div className="add-page">
        <div className="add-page-list" role="radiogroup" aria-label="What the page begins with">
          <Choice title="Empty" about="A heading to begin with." picked={chosen === ''} onPick={() => choose('')} />
          {templates.map(t => <Choice key={t.name} title={t.title} about={t.about} picked={chosen === t.name} onPick={() => choose(t.name)} />)}
        </div>
        <div className="add-page-rest">
          <Labelled id={`${id}-name`} label="Name" doc={bad || 'How the app’s files and actions name it.'}><input id={`${id}-name`} className="input" autoFocus aria-invalid={bad !== ''} placeholder={template?.page ?? 'trips'} value={name} onChange={ev => setName(ev.target.value.trim())} /></Labelled>
          <Labelled id={`${id}-path`} label="Path" doc={badPath || (template ? 'Its address in the app.' : 'Its address in the app. {id} in it is a parameter: /trips/{id}.')}><input id={`${id}-path`} className="input" aria-invalid={badPath !== ''} placeholder={template?.path ?? (route || '/trips')} value={path} onChange={ev => setPath(ev.target.value.trim())} /></Labelled>
          {!template && <Labelled id={`${id}-who`} label="Who may open it"><Select id={`${id}-who`} label="Who may open it" value={who} options={whoMayOpen} onChange={setWho} /></Labelled>}
          {template && template.roles.length > 0 && <Calls roles={template.roles} chosen={calls} onChange={setCalls} />}
          {plan?.setting && <p className="add-page-use"><Switch label={`Name it in ${plan.setting}`} checked={use} onChange={setUse} /> <span><code>{plan.setting}</code> names <strong>{plan.names}</strong>. Name this page instead.</span></p>}
          {use && !plan?.setting && plan && <p className="add-page-use"><Switch label="Name it in app.yaml" checked onChange={setUse} /> <span>app.yaml names this page instead of the one that it named.</span></p>}
          {fault && <p className="fault" role="alert"><Icon name="alert" size={15} /> <span>{fault}</span></p>}
          {template && plan && <Plan plan={plan} title={template.title} />}
        </div>
      </div>
    </Modal>
  )
}

function Choice({title, about, picked, onPick}: {title: string; about: string; picked: boolean; onPick: () => void}) {
  return <label className={`add-page-choice${picked ? ' picked' : ''}`}><input type="radio" name="template" checked={picked} onChange={onPick} /><span><strong>{title}</strong><small>{about}</small></span></label>
}

function named(calls: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(calls).filter(([, call]) => call !== ''))
}

// usePlan is what would be written, asked anew whenever the wish changes; undefined until it is known.
function usePlan(wish: TemplateRequest | null): TemplatePlan | undefined {
  const {project} = useStudio()
  const key = wish && JSON.stringify(wish)
  const [known, setKnown] = useState<{key: string; plan: TemplatePlan}>()
  useEffect(() => {
    if (!key) return
    let wanted = true
    const soon = setTimeout(() => {
      void ask<TemplatePlan>('POST', '/api/template/plan', JSON.parse(key)).then(plan => { if (wanted) setKnown({key, plan}) }, (e: unknown) => { if (wanted) store.tell(e instanceof Error ? e.message : 'What it would be is not known.', true) })
    }, 150)
    return () => { wanted = false; clearTimeout(soon) }
  }, [key, project?.revision])
  return known && known.key === key ? known.plan : undefined
}

// Calls chooses which calls of the app do what the page is for, where that cannot be told by itself.
function Calls({roles, chosen, onChange}: {roles: string[]; chosen: Record<string, string>; onChange: (calls: Record<string, string>) => void}) {
  const view = useCalls()
  const id = useId()
  const all = (view?.groups ?? []).flatMap(g => callNames(g).map(c => `${g.name}.${c}`))
  if (all.length === 0) return null
  const options = [{value: '-', label: 'Found by itself'}, ...all.map(c => ({value: c, label: c}))]
  return (
    <details className="add-page-calls">
      <summary>Which calls it sends</summary>
      {roles.map(role => <Labelled key={role} id={`${id}-${role}`} label={words(role)}><Select id={`${id}-${role}`} label={`Call for ${words(role)}`} value={chosen[role] ?? '-'} options={options} onChange={v => onChange({...chosen, [role]: v === '-' ? '' : v})} /></Labelled>)}
    </details>
  )
}

function Plan({plan, title}: {plan: TemplatePlan; title: string}) {
  const {mode} = useStudio()
  if (plan.misfit) return <p className="fault" role="status"><Icon name="alert" size={15} /> <span>{plan.misfit}</span></p>
  return (
    <div className="add-page-plan">
      {plan.canvas && <div className="add-page-picture"><iframe title={`${title}, as it would be`} src={`${plan.canvas}&mode=${mode}`} sandbox="allow-scripts allow-same-origin" referrerPolicy="no-referrer" tabIndex={-1} inert /></div>}
      <div>
        <h3>What will be written</h3>
        <ul className="add-page-files" aria-label="Files that will be written">
          {plan.files.map(f => (
            <li key={f.file}>
              <details><summary><span className={`file-sign ${f.before === null ? 'new' : 'changed'}`}>{f.before === null ? 'new' : 'changed'}</span> <code>{f.file}</code></summary><pre tabIndex={0}>{f.after}</pre></details>
            </li>
          ))}
        </ul>
        {plan.left.length > 0 && <><h3>Left to do then</h3><ul className="add-page-left">{plan.left.map(t => <li key={t}>{t}</li>)}</ul></>}
      </div>
    </div>
  )
}
