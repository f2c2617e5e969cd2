import {useContext, useEffect, useState} from 'react'
import {api} from './api.ts'
import {Icon} from './icons.tsx'
import {AppValue, Choice, Faults, Head, RowTools, Sheet, textOf, TextBox, write} from './SettingsKit.tsx'
import {Name} from './SettingsState.tsx'
import {store, useStudio} from './store.ts'
import {Switch} from './ui.tsx'
import {alter, escaped, isObject, keyed, read, removed} from './values.ts'
import type {Json, SecretView, ValuesView, WireEdit} from './wire.ts'

const legalVariable = /^[A-Z][A-Z0-9_]*$/
const legalEnvironment = /^[A-Za-z_][A-Za-z0-9_-]*$/

// EnvironmentSettings are the values that differ from place to place, and the secrets, which go in and never come out.
export function EnvironmentSettings() {
  const {project} = useStudio()
  const [values, setValues] = useState<ValuesView>()
  const revision = project?.revision
  useEffect(() => {
    let wanted = true
    void api.values().then(v => { if (wanted) setValues(v) }, () => {})
    return () => { wanted = false }
  }, [revision])
  return (
    <>
      <Head title="Environments & secrets">Values that differ from place to place, such as the address of the backend. Calls read them as <code>{'${env.API_URL}'}</code>.</Head>
      <Environments values={values} setValues={setValues} />
      <Secrets values={values} setValues={setValues} />
    </>
  )
}

type Given = {values: ValuesView | undefined; setValues: (v: ValuesView) => void}

// told does something that changes the values, and says why it cannot be done.
async function told(ask: Promise<ValuesView>, setValues: (v: ValuesView) => void): Promise<boolean> {
  try {
    setValues(await ask)
    return true
  } catch (e) {
    store.tell(e instanceof Error ? e.message : 'It could not be done.', true)
    return false
  }
}

function Environments({values, setValues}: Given) {
  const app = useContext(AppValue)
  const {project} = useStudio()
  const [name, setName] = useState('')
  const [env, setEnv] = useState('')
  const declared = read(app, ['env'])
  const vars = isObject(declared) ? Object.entries(declared) : []
  const all = read(app, ['environments'])
  const names = isObject(all) ? Object.keys(all) : []
  const legal = legalVariable.test(name) && !vars.some(([n]) => n === name)
  const legalEnv = legalEnvironment.test(env) && !names.includes(env)
  const isSecret = (v: Json) => isObject(v) && v.secret === true
  const plain = (v: Json) => textOf(isObject(v) ? v.default : v)
  const setDefault = (n: string, text: string, step: string) => {
    const here = `/app/env/${escaped(n)}`
    const value: Json = text === '' ? null : text
    void alter(here, now => isObject(now) ? keyed(now, here, 'default', value) : [{op: 'set', at: here, value}], `value of ${n}`, `${step}:${here}`)
  }
  const setSecret = (n: string, on: boolean) => void alter('/app', app => [
    {op: 'set', at: `/app/env/${escaped(n)}`, value: on ? {secret: true} : plain(read(app, ['env', n]) ?? null) || null}, ...on ? inEnvironments(app, n) : [],
  ], `secrecy of ${n}`)
  const remove = (n: string) => void alter('/app', app => [...inEnvironments(app, n), ...removed(app, '/app', `/app/env/${escaped(n)}`)], `value ${n}`)
  return (
    <Sheet title="Environments" at="/app/env" doc="A row a value, a column an environment. What an environment leaves empty has the default; what the process’s own environment gives wins over both.">
      <Choice label="The development app uses" doc={values?.runs === false ? 'This studio runs no app.' : 'Which environment gives the app its values here. A server is told with --env.'} value={values?.environment ?? ''} none="The defaults" options={names.map(n => ({value: n, label: n}))}
        disabled={!values?.runs} onChange={v => void told(api.environment({name: v}), setValues)} />
      <Faults faults={(project?.problems ?? []).filter(p => p.at === '/app/env' || p.at === '/app/environments')} />
      {vars.length > 0 && (
        <div className="texts-scroll" role="group" aria-label="Values by environment">
          <table className="texts env">
            <thead><tr><th scope="col">Value</th><th scope="col">Default</th>
              {names.map(e => <th key={e} scope="col"><span className="env-name"><Name at={`/app/environments/${escaped(e)}`} name={e} what="environment" legal={legalEnvironment} bare /><RowTools what={`environment ${e}`} onRemove={() => void write(`/app/environments/${escaped(e)}`, null, `environment ${e}`)} /></span></th>)}
              <th scope="col">Private</th><th scope="col"><span className="sr">Tools</span></th></tr></thead>
            <tbody>
              {vars.map(([n, v]) => (
                <tr key={n}>
                  <th scope="row"><Name at={`/app/env/${escaped(n)}`} name={n} what="value" legal={legalVariable} />{values?.outside.includes(n) && <span className="chip" title="The environment of the process gives it">from outside</span>}</th>
                  <td>{isSecret(v) ? <span className="hint">from outside alone</span> : <TextBox label={`Default of ${n}`} value={plain(v)} mono placeholder="none" onSet={(t, step) => setDefault(n, t, step)} />}
                    <Faults faults={(project?.problems ?? []).filter(p => p.at === `/app/env/${escaped(n)}` || p.at?.startsWith(`/app/env/${escaped(n)}/`))} /></td>
                  {names.map(e => {
                    const here = `/app/environments/${escaped(e)}/${escaped(n)}`
                    return <td key={e}>{isSecret(v) ? <span className="hint">–</span> : <TextBox label={`${n} in ${e}`} value={textOf(read(all, [e, n]))} mono placeholder="the default" onSet={(t, step) => void alter(`/app/environments/${escaped(e)}`, now => keyed(now, `/app/environments/${escaped(e)}`, n, t === '' ? null : t), `${n} in ${e}`, `${step}:${here}`)} />}
                      <Faults faults={(project?.problems ?? []).filter(p => p.at === here)} /></td>
                  })}
                  <td><Switch label={`${n} is private`} checked={isSecret(v)} onChange={on => setSecret(n, on)} /></td>
                  <td><RowTools what={`value ${n}`} onRemove={() => remove(n)} /></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <div className="add-pair">
        <form className="add-row" onSubmit={ev => { ev.preventDefault(); if (legal) { void store.edit([{op: 'set', at: `/app/env/${escaped(name)}`, value: null}], `value ${name}`); setName('') } }}>
          <input className="input mono" aria-label="Name of a new value" placeholder="API_URL" value={name} onChange={ev => setName(ev.target.value.trim().toUpperCase())} />
          <button type="submit" className="button" disabled={!legal}><Icon name="plus" size={14} /> Add a value</button>
        </form>
        <form className="add-row" onSubmit={ev => { ev.preventDefault(); if (legalEnv) { void store.edit([{op: 'set', at: `/app/environments/${escaped(env)}`, value: {}}], `environment ${env}`); setEnv('') } }}>
          <input className="input mono" aria-label="Name of a new environment" placeholder="staging" value={env} onChange={ev => setEnv(ev.target.value.trim())} />
          <button type="submit" className="button" disabled={!legalEnv}><Icon name="plus" size={14} /> Add an environment</button>
        </form>
      </div>
    </Sheet>
  )
}

// inEnvironments are the edits that take a value out of all environments.
function inEnvironments(app: Json, name: string): WireEdit[] {
  const all = read(app, ['environments'])
  return isObject(all) ? Object.keys(all).filter(e => read(all, [e, name]) !== undefined).map(e => ({op: 'delete', at: `/app/environments/${escaped(e)}/${escaped(name)}`})) : []
}

const states: Record<string, string> = {set: 'Set', outside: 'From outside', dead: 'Wiped: its origin changed', missing: 'Missing'}

function Secrets({values, setValues}: Given) {
  const {project} = useStudio()
  const groups = (project?.files ?? []).filter(f => f.startsWith('calls/')).map(f => f.slice(6, -5))
  const [group, setGroup] = useState(groups[0] ?? '')
  const [name, setName] = useState('')
  const [origin, setOrigin] = useState('')
  const legal = legalVariable.test(name) && /^https?:\/\/[^/\s]+$/.test(origin) && groups.includes(group)
  const add = () => {
    if (!legal) return
    void store.edit([{op: 'set', at: `/calls/${escaped(group)}/secrets/${escaped(name)}`, value: {origin}}], `secret ${group}.${name}`)
    setName('')
  }
  return (
    <Sheet title="Secrets" doc={<>Keys that calls of one API group send to one origin, as <code>{'${secrets.KEY}'}</code>. A value goes in and is never shown again: it is sealed in the data folder, never in the app’s files. It is wiped when the group names another origin for it.</>}>
      {(values?.secrets ?? []).map(s => <Secret key={s.id} secret={s} setValues={setValues} />)}
      {values?.secrets.length === 0 && <p className="hint">No API group declares one.</p>}
      {groups.length > 0 && (
        <form className="add-row secret-add" onSubmit={ev => { ev.preventDefault(); add() }}>
          <select className="select" aria-label="API group of a new secret" value={group} onChange={ev => setGroup(ev.target.value)}>{groups.map(g => <option key={g}>{g}</option>)}</select>
          <input className="input mono" aria-label="Name of a new secret" placeholder="API_KEY" value={name} onChange={ev => setName(ev.target.value.trim().toUpperCase())} />
          <input className="input mono" aria-label="Origin of a new secret" placeholder="https://api.example.com" value={origin} onChange={ev => setOrigin(ev.target.value.trim())} />
          <button type="submit" className="button" disabled={!legal}><Icon name="plus" size={14} /> Declare</button>
        </form>
      )}
    </Sheet>
  )
}

function Secret({secret, setValues}: {secret: SecretView; setValues: (v: ValuesView) => void}) {
  const {project} = useStudio()
  const [value, setValue] = useState('')
  const here = `/calls/${escaped(secret.group)}/secrets/${escaped(secret.name)}`
  const seal = async () => {
    const text = value
    setValue('')
    if (text !== '' && await told(api.secret({id: secret.id, value: text, origin: secret.origin}), setValues)) store.tell(`${secret.id} is sealed.`)
  }
  return (
    <div className="secret" role="group" aria-label={`Secret ${secret.id}`}>
      <div className="secret-head">
        <strong>{secret.id}</strong> <span className={`chip state-${secret.state}`}>{states[secret.state] ?? secret.state}</span>
        <RowTools what={`the declaration of ${secret.id}`} onRemove={() => void store.edit([{op: 'delete', at: here}], `secret ${secret.id}`)} />
      </div>
      <div className="setting-pair">
        <label>Origin <TextBox label={`Origin of ${secret.id}`} value={secret.origin} mono onSet={(v, step) => { if (v !== '') void store.edit([{op: 'set', at: `${here}/origin`, value: v}], `origin of ${secret.id}`, {step}) }} /></label>
        <form onSubmit={ev => { ev.preventDefault(); void seal() }}>
          <label>{secret.state === 'set' ? 'Another value' : 'Value'}
            <span className="secret-set"><input className="input" type="password" autoComplete="off" aria-label={`Value of ${secret.id}`} value={value} onChange={ev => setValue(ev.target.value)} placeholder={secret.state === 'set' ? '••••••••' : ''} />
              <button type="submit" className="button" disabled={value === ''}>Set</button>
              {(secret.state === 'set' || secret.state === 'dead') && <button type="button" className="button" onClick={() => void told(api.secret({id: secret.id, value: '', origin: secret.origin}), setValues)}>Forget</button>}</span>
          </label>
        </form>
      </div>
      <Faults faults={(project?.problems ?? []).filter(p => p.at === here || p.at?.startsWith(`${here}/`))} />
    </div>
  )
}
