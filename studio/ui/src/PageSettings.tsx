import {useId, type ReactNode} from 'react'
import {SetFromVariable} from './Binding.tsx'
import {Declared, Faults} from './CallRows.tsx'
import {freeName} from './calls.ts'
import {Field} from './fields.tsx'
import {Icon} from './icons.tsx'
import {whoMayOpen} from './PagesList.tsx'
import {store, useStudio} from './store.ts'
import {Select, Switch, Tip} from './ui.tsx'
import {alter, escaped, isObject, keyed, useValue} from './values.ts'
import type {Json, PropView} from './wire.ts'
import './pages.css'

const prop = (name: string, kind: string, doc: string, bindable = false): PropView => ({name, kind, values: [], default: '', required: false, bindable, group: '', doc})

// PageSettings are those of a page: what it is called, where it is, who may open it, what it is given and what it keeps.
export function PageSettings({name}: {name: string}) {
  const {project} = useStudio()
  const at = `/pages/${escaped(name)}`
  const value = useValue(at)
  if (value === undefined || !isObject(value)) return null
  const page = value
  const put = (key: string, v: Json, step = '') => {
    void alter(at, now => keyed(now, at, key, v === '' ? null : v), `${key} of the page ${name}`, step && `${step}:${at}:${key}`)
  }
  const who = typeof page.access === 'string' ? page.access : 'any'
  const rule = who.includes('${')
  const queries = isObject(page.queries) ? Object.entries(page.queries) : []
  const others = [{value: '-', label: 'The page that says so'}, ...(project?.pages ?? []).filter(p => p.name !== name).map(p => ({value: p.name, label: p.name}))]
  return (
    <>
      <header className="panel-head">
        <span className="panel-icon"><Icon name="page" size={18} /></span>
        <div className="panel-title"><h2>{name}</h2><code>the page</code></div>
      </header>
      {['', '/body', '/otherwise', '/bars'].map(key => <Faults key={key} at={at + key} />)}
      <section className="group" aria-label="Page">
        <h3>Page</h3>
        <TextRow owner={{at, what: `the page ${name}`}} prop={prop('title', 'text', 'What the browser’s tab says.', true)} label="Title" value={page.title} onSet={(v, step) => put('title', v, step)} />
        <TextRow owner={{at, what: `the page ${name}`}} prop={prop('path', 'text', 'Its address in the app. {id} in it is a parameter.')} label="Path" value={page.path} onSet={(v, step) => put('path', v, step)} />
        <Line label="Who may open it" doc="Others are led to the Entry Page or the Logged In Page, or see that they may not.">
          {id => <Select id={id} label="Who may open it" value={rule ? 'rule' : who} options={[...whoMayOpen, {value: 'rule', label: 'By a rule'}]} onChange={v => put('access', v === 'rule' ? '${auth.loggedIn}' : v)} />}
        </Line>
        {!rule && <Faults at={`${at}/access`} />}
        {project?.bars && (
          <Line label="Bars" doc="Whether what stands on every page stands on this one too.">
            {id => <Switch id={id} label="Bars" checked={page.bars !== false} onChange={on => put('bars', on ? null : false)} />}
          </Line>
        )}
        {rule && <TextRow owner={{at, what: `the page ${name}`}} prop={prop('access', 'condition', 'True for those who may open it.', true)} label="Rule" value={who} onSet={(v, step) => put('access', v, step)} />}
        {rule && (
          <Line label="Others go to" doc="Where those go who are logged in and whom the rule does not let in.">
            {id => <Select id={id} label="Others go to" value={typeof page.otherwise === 'string' ? page.otherwise : '-'} options={others} onChange={v => put('otherwise', v === '-' ? null : v)} />}
          </Line>
        )}
      </section>
      <section className="group page-vars" aria-label="Parameters">
        <h3>Parameters</h3>
        <p className="hint">What it is given by whoever leads here: <code>{'${params.id}'}</code>.</p>
        <Declared at={`${at}/params`} what={`the page ${name}`} noun="parameter" value={page.params} />
      </section>
      <section className="group page-vars" aria-label="Page state">
        <h3>Page state</h3>
        <p className="hint">What it keeps while it is open: <code>{'${state.step}'}</code>.</p>
        <Declared at={`${at}/state`} what={`the page ${name}`} noun="variable" value={page.state} kept />
      </section>
      <section className="group" aria-label="Queries">
        <h3>Queries</h3>
        <p className="hint">Calls that run before it is drawn: <code>{'${queries.NAME.body}'}</code>.</p>
        {queries.map(([q, v]) => {
          const call = isObject(v) && typeof v.call === 'string' ? v.call : ''
          const [group = ''] = call.split('.')
          return <button type="button" key={q} className="side-item" onClick={() => void store.reveal(`/calls/${escaped(group)}`)}><Icon name="cloud" size={15} /><span className="side-name">{q}</span><code>{call}</code></button>
        })}
        <Faults at={`${at}/queries`} below />
        <AddQuery at={`${at}/queries`} />
      </section>
    </>
  )
}

function Line({label, doc, children}: {label: string; doc: string; children: (id: string) => ReactNode}) {
  const id = useId()
  return (
    <div className="row">
      <div className="row-head"><Tip text={doc} side="left"><label htmlFor={id} className="row-label" tabIndex={-1}>{label}</label></Tip><span className="sr" id={`${id}-doc`}>{doc}</span></div>
      <div className="row-field">{children(id)}</div>
    </div>
  )
}

function TextRow({owner, prop: p, label, value, onSet}: {owner: {at: string; what: string}; prop: PropView; label: string; value: Json | undefined; onSet: (v: Json, step?: string) => void}) {
  const {project} = useStudio()
  const id = useId()
  const faults = (project?.problems ?? []).filter(f => f.at === `${owner.at}/${p.name}`)
  return (
    <div className={`row${faults.some(f => !f.warning) ? ' bad' : ''}`}>
      <div className="row-head">
        <Tip text={p.doc} side="left"><label htmlFor={id} className="row-label" tabIndex={-1}>{label}</label></Tip>
        <span className="sr" id={`${id}-doc`}>{p.doc}</span>
        {p.bindable && <SetFromVariable owner={{at: `${owner.at}/${p.name}`, what: owner.what}} prop={p} label={label} current={typeof value === 'string' ? value : ''} onSet={v => onSet(v)} />}
      </div>
      <div className="row-field"><Field id={id} prop={{...p, kind: 'text'}} label={label} value={value} onSet={onSet} /></div>
      {faults.map((f, i) => <p key={i} className={`fault${f.warning ? ' warning' : ''}`} data-at={f.at}><Icon name="alert" size={15} /> <span>{f.message}{f.hint && <small>{f.hint}</small>}</span></p>)}
    </div>
  )
}

// AddQuery adds a call of the app that needs no argument or gets its own later, under the call's name.
function AddQuery({at}: {at: string}) {
  const {project} = useStudio()
  const names = (project?.files ?? []).filter(f => f.startsWith('calls/')).map(f => f.slice('calls/'.length, -'.yaml'.length))
  return <>{names.map(g => <GroupCalls key={g} group={g} at={at} />)}</>
}

function GroupCalls({group, at}: {group: string; at: string}) {
  const calls = useValue(`/calls/${escaped(group)}/calls`)
  if (!isObject(calls)) return null
  const gets = Object.entries(calls).filter(([, c]) => isObject(c) && (c.method === undefined || c.method === 'GET')).map(([name]) => name)
  if (gets.length === 0) return null
  const add = (call: string) => void alter(at, now => {
    const name = freeName(call, isObject(now) ? Object.keys(now) : [])
    return [{op: 'set', at: `${at}/${escaped(name)}`, value: {call: `${group}.${call}`}}]
  }, `query of ${group}.${call}`)
  return <Select label={`Add a query of ${group}`} value="" placeholder={`Add a call of ${group}…`} options={gets.map(c => ({value: c, label: c}))} onChange={add} />
}
