import './calls.css'
import {useId, useState, type ReactNode} from 'react'
import {SetFromVariable} from './Binding.tsx'
import {Cell, Declared, Entry, Faults, NameInput, Pairs, TypePicker, typed} from './CallRows.tsx'
import {callNames, callPath, editThenShow, groupPath, methodOf, placeOf, put, text, understood, useCalls, written} from './calls.ts'
import {duplicate, Method, NewCall, NewGroup} from './CallsSide.tsx'
import {CallTest} from './CallTest.tsx'
import {Field} from './fields.tsx'
import {Icon} from './icons.tsx'
import {ImportDialog} from './Imports.tsx'
import {Labelled, Modal, Removal} from './Modal.tsx'
import {store, useStudio} from './store.ts'
import {words} from './tree.ts'
import {typeName} from './variables.ts'
import {Empty, IconButton, Segmented, Select} from './ui.tsx'
import {alter, briefly, escaped, isObject, read} from './values.ts'
import type {CallsView, GroupView, Json, PropView, WireEdit} from './wire.ts'

type Mapping = {[key: string]: Json}

// CallsMain shows what is open in the section “API”: a group or a call.
export function CallsMain() {
  const {item, catalogue, project} = useStudio()
  const view = useCalls()
  const [making, setMaking] = useState(false)
  const [importing, setImporting] = useState(false)
  const [tab, setTab] = useState('definition')
  if (!view || !catalogue) return <p className="hint opening" aria-busy="true">Opening…</p>
  const here = placeOf(item)
  const group = view.groups.find(g => g.name === here.group) ?? view.groups[0]
  if (!group) {
    return (
      <div className="scroll"><Empty icon="cloud" title="Your app calls no API yet">
        <span className="empty-act">Say where your backend is, and what is asked of it.</span>
        <button type="button" className="button primary" onClick={() => setMaking(true)}>New API group</button> <button type="button" className="button" onClick={() => setImporting(true)}>Import</button>
      </Empty>{importing && <ImportDialog onClose={() => setImporting(false)} />}{making && <NewGroup view={view} onClose={() => setMaking(false)} />}</div>
    )
  }
  if (group.broken) return <div className="scroll"><Empty icon="alert" title={`calls/${group.name}.yaml cannot be read`}>The problems say where. Mend it in the code, then it shows here.</Empty></div>
  const fresh = view.revision === project?.revision
  if (!fresh && (here.group !== '' && here.group !== group.name || here.call !== '' && !callNames(group).includes(here.call))) return <p className="hint opening" aria-busy="true">Opening…</p>
  const call = here.group === group.name && callNames(group).includes(here.call) ? here.call : ''
  return (
    <div className="scroll" key={call ? callPath(group.name, call) : group.name}><div className="api">
      {call ? <CallEditor view={view} group={group} call={call} tab={tab} setTab={setTab} /> : <GroupEditor view={view} group={group} />}
    </div></div>
  )
}

function Sheet({title, doc, children}: {title: string; doc?: ReactNode; children: ReactNode}) {
  return <section className="sheet api-sheet" aria-label={title}><h3>{title}</h3>{doc && <p className="sheet-doc">{doc}</p>}{children}</section>
}

function find(props: PropView[], name: string): PropView {
  return props.find(p => p.name === name) ?? {name, kind: 'json', values: [], default: null, required: false, bindable: false, group: '', doc: ''}
}

function Head({crumb, name, label, onRename, doc, children}: {crumb?: ReactNode; name: string; label: string; onRename: (to: string) => void; doc: ReactNode; children: ReactNode}) {
  return (
    <header className="api-head">
      <div className="api-title">
        {crumb}
        <h2 className="sr">{name}</h2>
        <NameInput className="api-name" label={label} value={name} onRename={onRename} />
        <div className="api-doc">{doc}</div>
      </div>
      <div className="api-tools">{children}</div>
    </header>
  )
}

function GroupEditor({view, group}: {view: CallsView; group: GroupView}) {
  const {catalogue} = useStudio()
  const [open, setOpen] = useState<'' | 'call' | 'remove'>('')
  const at = groupPath(group.name)
  const value = group.value as Mapping
  const prop = (name: string) => find(catalogue?.group ?? [], name)
  const entry = (name: string, label?: string) => <Entry at={at} what={group.name} prop={prop(name)} value={value[name]} label={label} />
  const names = callNames(group)
  return (
    <>
      <Head name={group.name} label="Name of the API group" doc={<Cell label="Note about the group" placeholder="What this API is, in a sentence" value={text(value.doc)} onSet={(t, step) => void put(`${at}/doc`, t || null, `note of ${group.name}`, {step})} />}
        onRename={to => editThenShow([{op: 'rename', at, name: to}], `group ${group.name} → ${to}`, 'calls', groupPath(to))}>
        <button type="button" className="button" onClick={() => setOpen('call')}><Icon name="plus" size={14} /> Call</button>
        <IconButton icon="trash" label={`Remove the group ${group.name}`} onClick={() => setOpen('remove')} />
      </Head>
      <Faults at={at} />
      <Sheet title="Where it is">{entry('url', 'Address')}</Sheet>
      <Sheet title="Calls">
        {!names.length && <p className="hint">None yet.</p>}
        <ul className="call-list">
          {names.map(name => (
            <li key={name}><button type="button" onClick={() => store.show('calls', callPath(group.name, name))}><Method method={methodOf(written(group, name))} /> <span className="call-name">{name}</span> <code>{text(written(group, name).path)}</code></button></li>
          ))}
        </ul>
      </Sheet>
      <Sheet title="Authentication">
        {entry('auth', 'Authentication of its calls')}
        <Token at={at} what={group.name} prop={prop('token')} value={value.token} />
        {entry('cookies')}
        <Entry at={at} what={group.name} prop={prop('clientAddress')} value={value.clientAddress} label="Person's address">
          <Cell label="Header of the person's address" placeholder="Not sent; such as X-Forwarded-For" value={isObject(value.clientAddress) ? text(value.clientAddress.header) : ''} onSet={(t, step) => void put(`${at}/clientAddress`, t ? {header: t} : null, `person's address of ${group.name}`, {step})} />
        </Entry>
      </Sheet>
      <Sheet title="Headers" doc={prop('headers').doc}><Pairs at={`${at}/headers`} what={group.name} noun="header" value={value.headers} /></Sheet>
      <Sheet title="Variables" doc="Parameters that every call of the group has: given in each use, or by their default."><Declared at={`${at}/params`} what={group.name} noun="variable" value={value.params} /></Sheet>
      <Secrets at={`${at}/secrets`} group={group.name} doc={prop('secrets').doc} value={value.secrets} />
      <Sheet title="Reply">{['unwrap', 'errorMessage', 'fieldErrors'].map(n => <div key={n}>{entry(n)}</div>)}</Sheet>
      <Sheet title="Time and repetition">{entry('timeout')}{entry('retry')}<Limits at={at} what={group.name} prop={prop('limits')} value={value.limits} /></Sheet>
      <Around at={at} value={value} />
      {open === 'call' && <NewCall view={view} group={group} onClose={() => setOpen('')} />}
      {open === 'remove' && <Removal at={at} what={`the group ${group.name}`} onClose={() => setOpen('')} then={() => store.show('calls')} />}
    </>
  )
}

const places = [{value: '-', label: 'As the app says'}, {value: 'header', label: 'In a header'}, {value: 'query', label: 'In the query'}, {value: 'cookie', label: 'In a cookie'}, {value: 'none', label: 'Nowhere'}]

function Token({at, what, prop, value}: {at: string; what: string; prop: PropView; value: Json | undefined}) {
  const where = value === undefined ? '-' : value === 'none' ? 'none' : isObject(value) ? ['header', 'query', 'cookie'].find(k => k in value) ?? '-' : '-'
  const set = (v: Json) => void put(`${at}/token`, v, `token of ${what}`)
  const part = (key: string) => (t: string, step: string) => void put(`${at}/token/${key}`, t, `token of ${what}`, {step})
  const first: Record<string, Json> = {header: {header: 'Authorization', format: 'Bearer {token}'}, query: {query: 'access_token'}, cookie: {cookie: 'token'}, none: 'none'}
  const chosen: Mapping = isObject(value) ? value : {}
  return (
    <Entry at={at} what={what} prop={prop} value={value} label="Place of the token">
      <div className="inline-fields">
        <Select label="Place of the token" value={where} options={places} onChange={v => set(v === '-' ? null : first[v] ?? null)} />
        {isObject(value) && <Cell label="Name" value={text(chosen[where])} onSet={part(where)} />}
        {where === 'header' && <Cell label="Format" placeholder="Bearer {token}" value={text(chosen.format)} onSet={part('format')} />}
      </div>
    </Entry>
  )
}

function Secrets({at, group, doc, value}: {at: string; group: string; doc: string; value: Json | undefined}) {
  const rows = isObject(value) ? Object.entries(value) : []
  const [adding, setAdding] = useState(false)
  return (
    <Sheet title="Secrets" doc={doc}>
      <div className="pairs">
        {rows.map(([name, v]) => (
          <div className="pair" key={name}>
            <div className="pair-row">
              <NameInput label={`Name of the secret ${name}`} value={name} onRename={to => void store.edit([{op: 'move', from: `${at}/${name}`, at: `${at}/${to}`}], `secret ${to}`)} />
              <Cell label={`Origin of ${name}`} placeholder="https://api.example.com" value={isObject(v) ? text(v.origin) : ''} onSet={(t, step) => void put(`${at}/${name}/origin`, t, `origin of ${name}`, {step})} />
              <IconButton icon="x" label={`Remove the secret ${name}`} onClick={() => void put(`${at}/${name}`, null, `removing secret ${name}`, {last: at})} />
            </div>
            <p className="pair-doc">Its value: <code>usher secrets set {group}.{name}</code>, or <code>{name}</code> in the environment. Calls read it as <code>{'${secrets.' + name + '}'}</code>.</p>
            <Faults at={`${at}/${name}`} below />
          </div>
        ))}
        {adding && <div className="pair-row"><NameInput label="Name of the new secret" value="" placeholder="KEY" autoFocus onRename={name => { setAdding(false); void put(`${at}/${name}`, {origin: 'https://api.example.com'}, `secret ${name}`) }} /><span className="hint">Enter adds it.</span></div>}
        <button type="button" className="add" onClick={() => setAdding(true)}><Icon name="plus" size={14} /> Add secret</button>
      </div>
    </Sheet>
  )
}

const parts: Record<string, {label: string; placeholder: string}> = {
  reply: {label: 'Reply', placeholder: '8 MB'}, request: {label: 'Request', placeholder: '8 MB'}, file: {label: 'File', placeholder: '100 MB'}, depth: {label: 'Levels of JSON', placeholder: '64'},
}

function Limits({at, what, prop, value}: {at: string; what: string; prop: PropView; value: Json | undefined}) {
  const now: Mapping = isObject(value) ? value : {}
  return (
    <Entry at={at} what={what} prop={prop} value={value} label="Limits">
      <div className="inline-fields four">
        {Object.entries(parts).map(([name, p]) => (
          <label key={name} className="small-field"><span>{p.label}</span>
            <Cell label={`Limit: ${p.label}`} placeholder={p.placeholder} value={text(now[name])} onSet={(t, step) => void put(`${at}/limits/${name}`, t ? typed(t) : null, `limits of ${what}`, {step, last: `${at}/limits`})} />
          </label>
        ))}
      </div>
    </Entry>
  )
}

function Cache({at, what, prop, value}: {at: string; what: string; prop: PropView; value: Json | undefined}) {
  const now: Mapping = isObject(value) ? value : {}
  const on = isObject(value)
  const set = (name: string, v: Json, step = '') => void put(`${at}/cache/${name}`, v, `cache of ${what}`, {step})
  return (
    <Entry at={at} what={what} prop={prop} value={value} label="Cache">
      {!on ? <button type="button" className="add" onClick={() => void put(`${at}/cache`, {for: '5m'}, `cache of ${what}`)}><Icon name="plus" size={14} /> Remember replies</button> : (
        <div className="inline-fields">
          <label className="small-field"><span>For</span><Cell label="Remember for" placeholder="5m" value={text(now.for)} onSet={(t, step) => set('for', t || null, step)} /></label>
          <label className="small-field"><span>Of whom</span><Select label="Remember of whom" value={text(now.scope) || 'user'} options={[{value: 'user', label: 'Each login'}, {value: 'app', label: 'Everybody'}]} onChange={v => set('scope', v === 'user' ? null : v)} /></label>
          <label className="small-field"><span>Key</span><Cell label="Cache key" placeholder="The arguments" value={text(now.key)} onSet={(t, step) => set('key', t || null, step)} /></label>
        </div>
      )}
    </Entry>
  )
}

function Around({at, value}: {at: string; value: Mapping}) {
  const {catalogue} = useStudio()
  return (
    <Sheet title="Around each call" doc="Flows that run before it is sent and after its reply, wherever it is used.">
      {(['onRequest', 'onResponse'] as const).map(name => {
        const flow = value[name]
        const count = Array.isArray(flow) ? flow.length : 0
        return (
          <div className="entry" key={name}>
            <div className="entry-head"><span className="entry-label">{name === 'onRequest' ? 'Before it is sent' : 'After its reply'}</span>
              <button type="button" className="button small" onClick={() => store.show('flows', `${at}/${name}`)}>{count ? <><Icon name="play" size={13} /> {count === 1 ? '1 action' : `${count} actions`}</> : <><Icon name="plus" size={13} /> Add a flow</>}</button>
            </div>
            <p className="entry-doc">{find(catalogue?.group ?? [], name).doc}</p>
            <Faults at={`${at}/${name}`} below />
          </div>
        )
      })}
    </Sheet>
  )
}

function CallEditor({view, group, call, tab, setTab}: {view: CallsView; group: GroupView; call: string; tab: string; setTab: (tab: string) => void}) {
  const {catalogue, project} = useStudio()
  const [open, setOpen] = useState<'' | 'move' | 'remove'>('')
  const at = callPath(group.name, call)
  const value = written(group, call)
  const of: Mapping = isObject(group.value) ? group.value : {}
  const prop = (name: string) => find(catalogue?.call ?? [], name)
  const typeNamed = project?.types.find(t => t.name === text(value.reply).replace(/^(list of )+/, ''))?.name
  const entry = (name: string, label?: string) => <Entry at={at} what={call} prop={prop(name)} value={value[name]} label={label} />
  return (
    <>
      <Head name={call} label="Name of the call" crumb={<button type="button" className="crumb" onClick={() => store.show('calls', groupPath(group.name))}><Icon name="server" size={13} /> {group.name}</button>}
        doc={<Cell label="Note about the call" placeholder="What this call does, in a sentence" value={text(value.doc)} onSet={(t, step) => void put(`${at}/doc`, t || null, `note of ${call}`, {step})} />}
        onRename={to => editThenShow([{op: 'rename', at, name: to}], `call ${call} → ${to}`, 'calls', callPath(group.name, to))}>
        <IconButton icon="copy" label="Duplicate" onClick={() => duplicate(group, call)} />
        <IconButton icon="folder" label="Move to another group" disabled={view.groups.length < 2} tip={view.groups.length < 2 ? 'There is one group only' : undefined} onClick={() => setOpen('move')} />
        <IconButton icon="trash" label={`Remove ${call}`} onClick={() => setOpen('remove')} />
      </Head>
      <Faults at={at} />
      <div className="api-tabs"><Segmented label="Part of the call" value={tab} onChange={setTab} choices={[{value: 'definition', label: 'Definition'}, {value: 'test', label: 'Response & Test'}]} /></div>
      {tab === 'test' ? <CallTest group={group} call={call} written={value} /> : <>
      <Sheet title="Request">
        <Address at={at} call={call} value={value} base={text(value.url) || text(of.url)} prop={prop} />
        <CallAuth at={at} call={call} value={value} group={text(of.auth) || 'none'} prop={prop('auth')} />
      </Sheet>
      <Sheet title="Variables" doc={prop('params').doc}>
        <Declared at={`${at}/params`} what={call} noun="variable" value={value.params} inherited={<Inherited group={group} call={call} />} />
      </Sheet>
      <Sheet title="Query" doc={prop('query').doc}>
        <Pairs at={`${at}/query`} what={call} noun="parameter" value={value.query} json extra={(name, v) => (
          <Select label={`Style of ${name}`} value={isObject(v) && v.style === 'comma' ? 'comma' : 'repeat'} options={[{value: 'repeat', label: 'repeat', hint: 'a=1&a=2'}, {value: 'comma', label: 'comma', hint: 'a=1,2'}]}
            onChange={s => void alter(`${at}/query/${escaped(name)}`, now => briefly(now, `${at}/query/${escaped(name)}`, 'value', 'style', s === 'comma' ? s : null), `style of ${name}`)} />
        )} />
      </Sheet>
      <Sheet title="Headers" doc={prop('headers').doc}><Pairs at={`${at}/headers`} what={call} noun="header" value={value.headers} taken={isObject(of.headers) ? of.headers : {}} /></Sheet>
      <Body at={at} call={call} value={value} prop={prop} />
      <Sheet title="Reply">
        <Entry at={at} what={call} prop={prop('reply')} value={value.reply} label="Type">
          <TypePicker label="Type of the reply" none="Whatever comes" value={text(value.reply)} onChange={t => void put(`${at}/reply`, t || null, `reply of ${call}`)} />
          {typeNamed && <button type="button" className="add" onClick={() => store.show('types', `/types/${escaped(typeNamed)}`)}><Icon name="database" size={14} /> Open {typeNamed}</button>}
        </Entry>
        <Entry at={at} what={call} prop={prop('replyAs')} value={value.replyAs} label="Read as">
          <Select label="Read as" value={text(value.replyAs) || '-'} options={[{value: '-', label: 'What it is'}, {value: 'json', label: 'JSON'}, {value: 'text', label: 'Text'}, {value: 'none', label: 'Nothing'}, {value: 'events', label: 'A stream of messages'}]} onChange={v => void put(`${at}/replyAs`, v === '-' ? null : v, `reading of ${call}`)} />
        </Entry>
        {entry('unwrap', 'Payload in')}{entry('errorMessage', 'Sentence when it fails')}{entry('fieldErrors', 'Errors of single fields')}
      </Sheet>
      <Sheet title="Time and repetition">
        {entry('timeout', 'Gives up after')}{entry('retry', 'Repetitions')}{entry('idempotent', 'May be done twice')}
        <Cache at={at} what={call} prop={prop('cache')} value={value.cache} />
        <Limits at={at} what={call} prop={prop('limits')} value={value.limits} />
        {entry('redirects')}
      </Sheet>
      <Around at={at} value={value} />
      {(isObject(of) && (of.onRequest || of.onResponse)) ? <Sheet title="The group's flows">{entry('interceptors', 'Flows of the group')}</Sheet> : null}
      </>}
      {open === 'move' && <MoveCall view={view} group={group} call={call} onClose={() => setOpen('')} />}
      {open === 'remove' && <Removal at={at} what={call} onClose={() => setOpen('')} then={() => store.show('calls', groupPath(group.name))} />}
    </>
  )
}

// Inherited lists the variables that a call has from its group.
function Inherited({group, call}: {group: GroupView; call: string}) {
  const from = understood(group, call)?.params.filter(p => p.group) ?? []
  return <>{from.map(p => <div className="pair-row taken" key={p.name}><span className="pair-name">{p.name}</span><span className="pair-value">{typeName(p.type)}</span><small>from the group</small></div>)}</>
}

function Address({at, call, value, base, prop}: {at: string; call: string; value: Mapping; base: string; prop: (name: string) => PropView}) {
  const id = useId()
  const [own, setOwn] = useState(value.url !== undefined)
  const path = prop('path')
  const set = (v: Json, step = '') => void put(`${at}/path`, v === null ? '/' : v, `path of ${call}`, {step})
  return (
    <>
      <div className="entry">
        <div className="entry-head"><label htmlFor={id} className="entry-label">Method and path</label>
          <SetFromVariable owner={{at: `${at}/path`, what: call}} prop={path} label="Path" current={text(value.path)} onSet={v => set(v)} /></div>
        <p className="entry-doc" id={`${id}-doc`}>{path.doc}</p>
        <div className="address">
          <Select label="Method" value={methodOf(value)} options={prop('method').values.map(m => ({value: m, label: m}))} onChange={m => void put(`${at}/method`, m === 'GET' ? null : m, `method of ${call}`)} />
          <Field id={id} prop={{...path, required: true}} label="Path" value={value.path} onSet={set} owner={{at: `${at}/path`, what: call}} />
        </div>
        <p className="whole-address">{base}<strong>{text(value.path)}</strong></p>
        <Faults at={`${at}/path`} /><Faults at={`${at}/method`} />
      </div>
      {own ? <Entry at={at} what={call} prop={prop('url')} value={value.url} label="Address of its own" />
        : <button type="button" className="add" onClick={() => setOwn(true)}><Icon name="plus" size={14} /> An address of its own</button>}
    </>
  )
}

function CallAuth({at, call, value, group, prop}: {at: string; call: string; value: Mapping; group: string; prop: PropView}) {
  const says = value.url === undefined ? group : 'none'
  return (
    <Entry at={at} what={call} prop={prop} value={value.auth} label="Authentication">
      <Segmented label="Authentication" value={text(value.auth) || '-'} choices={[{value: '-', label: `As the group: ${says}`}, ...prop.values.map(v => ({value: v, label: v}))]} onChange={v => void put(`${at}/auth`, v === '-' ? null : v, `authentication of ${call}`)} />
    </Entry>
  )
}

const kinds = [{value: '', label: 'None'}, {value: 'json', label: 'JSON'}, {value: 'form', label: 'Form'}, {value: 'multipart', label: 'Multipart'}, {value: 'text', label: 'Text'}, {value: 'file', label: 'File'}]

// bodyKind is the kind of the body that a call is written with, '' for none.
const bodyKind = (call: Json) => kinds.find(k => k.value && read(call, [k.value]) !== undefined)?.value ?? ''

function Body({at, call, value, prop}: {at: string; call: string; value: Mapping; prop: (name: string) => PropView}) {
  const kind = bodyKind(value)
  const [raw, setRaw] = useState(false)
  const now = kind ? value[kind] : undefined
  const choose = (to: string) => void alter(at, written => {
    const from = bodyKind(written)
    if (to === from) return []
    if (from && ['json', 'form', 'multipart'].includes(to) && isObject(read(written, [from]))) return [{op: 'move', from: `${at}/${from}`, at: `${at}/${to}`}]
    const gone: WireEdit[] = from ? [{op: 'delete', at: `${at}/${from}`}] : []
    return to ? [...gone, {op: 'set', at: `${at}/${to}`, value: to === 'text' || to === 'file' ? '' : {}}] : gone
  }, `body of ${call}`)
  const flat = isObject(now)
  const declared: Mapping = isObject(value.params) ? value.params : {}
  const isFile = (v: Json) => {
    const name = /^\$\{params\.(\w+)\}$/.exec(text(v))?.[1]
    const says = name ? declared[name] : undefined
    return isObject(v) || /\bfile$/.test(text(isObject(says) ? says.type : says))
  }
  return (
    <Sheet title="Body">
      <div className="entry">
        <Segmented label="Kind of body" value={kind || 'none'} choices={kinds.map(k => ({value: k.value || 'none', label: k.label}))} onChange={v => choose(v === 'none' ? '' : v)} />
        <p className="entry-doc">{kind ? prop(kind).doc : 'Nothing is sent but the address and the headers.'}</p>
        {kind && kind !== 'text' && kind !== 'file' && !raw && flat && <Pairs at={`${at}/${kind}`} what={call} noun="field" value={now} json={kind === 'json'} parts={kind === 'multipart' ? isFile : undefined} />}
        {kind === 'json' && (raw || !flat) && <Field id={`${at}-json`} prop={{...prop('json'), kind: 'json'}} label="Body as JSON" value={now} onSet={(v, step) => void put(`${at}/json`, v ?? {}, `body of ${call}`, {step})} />}
        {kind === 'json' && flat && <button type="button" className="add" aria-pressed={raw} onClick={() => setRaw(!raw)}><Icon name="code" size={14} /> {raw ? 'Show its fields' : 'Write it as JSON'}</button>}
        {(kind === 'text' || kind === 'file') && <Entry at={at} what={call} prop={{...prop(kind), doc: ''}} value={now} label={kind === 'text' ? 'Text' : 'File'} />}
        <Faults at={`${at}/${kind || 'json'}`} />
      </div>
    </Sheet>
  )
}

function MoveCall({view, group, call, onClose}: {view: CallsView; group: GroupView; call: string; onClose: () => void}) {
  const id = useId()
  const others = view.groups.filter(g => g.name !== group.name && !g.broken)
  const [to, setTo] = useState(others[0]?.name ?? '')
  const target = others.find(g => g.name === to)
  const taken = target ? callNames(target).includes(call) : false
  const says = (g: GroupView | undefined, key: string) => (g && isObject(g.value) ? text(g.value[key]) : '')
  const differ = ['url', 'auth', 'headers', 'params', 'unwrap'].filter(k => says(group, k) !== says(target, k))
  const move = () => {
    void editThenShow([{op: 'moveCall', at: callPath(group.name, call), name: to}], `moving ${call} to ${to}`, 'calls', callPath(to, call))
    onClose()
  }
  return (
    <Modal title={`Move ${call}`} doc="Whatever uses the call follows." send="Move" disabled={!to || taken} onSend={move} onClose={onClose}>
      <Labelled id={id} label="To the group" doc={taken ? `${to} has a call of this name already.` : undefined}><Select id={id} label="To the group" value={to} options={others.map(g => ({value: g.name, label: g.name}))} onChange={setTo} /></Labelled>
      {differ.length > 0 && <p className="advice"><Icon name="info" size={15} /> <span>The groups differ in: {differ.map(k => ({url: 'address'})[k] ?? words(k).toLowerCase()).join(', ')}. The call has what its new group says.</span></p>}
    </Modal>
  )
}
