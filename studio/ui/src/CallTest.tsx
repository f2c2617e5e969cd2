import './calltest.css'
import {useEffect, useId, useMemo, useState} from 'react'
import {ask} from './api.ts'
import {callPath, put, text, understood} from './calls.ts'
import {Icon} from './icons.tsx'
import {TypeOfReply} from './Imports.tsx'
import {forgetScopes} from './scope.ts'
import {store} from './store.ts'
import {TreeView, type Node} from './TreeView.tsx'
import {Segmented, Select, type Option} from './ui.tsx'
import {isObject, useValue} from './values.ts'
import {iconOf, typeName} from './variables.ts'
import type {CURLView, DebugView, GroupView, Json, ParamView, TrialLine, TrialRequest, TrialView} from './wire.ts'

// Response & Test: a call is sent for real, and what came back is shown with the expression of each value.

const typedIn = new Map<string, Record<string, string>>() // by call, for as long as the page is open; never what is secret

// CallTest sends a call and shows its reply.
export function CallTest({group, call, written}: {group: GroupView; call: string; written: {[key: string]: Json}}) {
  const id = `${group.name}.${call}`
  const known = understood(group, call)
  const environments = useValue('/app/environments')
  const [params, setParams] = useState<Record<string, string>>(typedIn.get(id) ?? {})
  const [who, setWho] = useState('nobody')
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const [environment, setEnvironment] = useState('')
  const [reply, setReply] = useState<TrialView | null>(null)
  const [files, setFiles] = useState<Record<string, File[]>>({})
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState('')
  const [people, setPeople] = useState<Option[]>([])
  useEffect(() => {
    let wanted = true
    ask<DebugView>('GET', '/api/debug').then(d => { if (wanted) setPeople(peopleOf(d)) }, () => {})
    return () => { wanted = false }
  }, [])
  useEffect(() => {
    let wanted = true
    ask<TrialView>('GET', `/api/trial?call=${encodeURIComponent(id)}`).then(v => { if (wanted && v.known) setReply(now => now ?? v) }, () => {})
    return () => { wanted = false }
  }, [id])
  const set = (p: ParamView, value: string) => {
    const next = {...params, [p.name]: value}
    setParams(next)
    const secrets = new Set((known?.params ?? []).filter(x => x.type.kind === 'secret').map(x => x.name))
    typedIn.set(id, Object.fromEntries(Object.entries(next).filter(([name]) => !secrets.has(name))))
  }
  const send = async () => {
    setBusy(true)
    setFault('')
    const given = Object.fromEntries((known?.params ?? []).flatMap(p => {
      const typed = params[p.name]
      return typed !== undefined && (typed !== '' || (p.required && p.type.kind === 'text')) ? [[p.name, typed]] : p.required && p.type.kind === 'text' ? [[p.name, '']] : []
    }))
    const request: TrialRequest = {call: id, params: given, files: await read(files), environment, username: who === 'account' ? username : '', password: who === 'account' ? password : '', user: after(who, 'user '), browser: after(who, 'browser '), as: ''}
    try {
      setReply(await ask<TrialView>('POST', '/api/trial', request))
      forgetScopes()
    } catch (e) {
      setFault(e instanceof Error ? e.message : 'That did not work.')
    }
    setBusy(false)
  }
  const names = isObject(environments) ? Object.keys(environments) : []
  const large = Object.values(files).flat().reduce((n, f) => n + f.size, 0) > mostBytes
  const needs = known?.auth === 'required' && who === 'nobody'
  return (
    <>
      <section className="sheet api-sheet" aria-label="Send it">
        <h3>Send it</h3>
        <p className="sheet-doc">The call is sent for real, so it does what it does there. No secret is shown, and nothing that you type here is kept.</p>
        <form onSubmit={ev => { ev.preventDefault(); if (!busy && !large) void send() }}>
          {!known && <p className="hint">The call cannot be read yet; its problems say why.</p>}
          <div className="test-params">{known?.params.map(p => takesFile(p) ? <FileParam key={p.name} param={p} files={files[p.name] ?? []} onChange={chosen => setFiles({...files, [p.name]: chosen})} /> : <Param key={p.name} param={p} value={params[p.name] ?? ''} onChange={v => set(p, v)} />)}</div>
          <div className="test-who">
            {people.length === 0 ? <Segmented label="As whom" value={who} onChange={setWho} choices={[{value: 'nobody', label: 'As nobody'}, {value: 'account', label: 'Log in first'}]} />
              : <Select label="As whom" value={who} onChange={setWho} options={[{value: 'nobody', label: 'As nobody'}, ...people, {value: 'account', label: 'Log in first'}]} />}
            {names.length > 0 && <Select label="Environment" value={environment || '-'} options={[{value: '-', label: 'The running environment'}, ...names.map(n => ({value: n, label: n}))]} onChange={v => setEnvironment(v === '-' ? '' : v)} />}
          </div>
          {who === 'account' && (
            <div className="test-account">
              <label><span>User name or e-mail</span><input className="input" autoComplete="off" value={username} onChange={ev => setUsername(ev.target.value)} /></label>
              <label><span>Password</span><input className="input" type="password" autoComplete="off" value={password} onChange={ev => setPassword(ev.target.value)} /></label>
              <p className="hint">The account logs in by the app&apos;s own log-in page, for this call alone, and out again where the app declares how.</p>
            </div>
          )}
          {needs && <p className="hint test-needs"><Icon name="lock" size={14} /> This call needs a login: choose <em>Log in first</em>.</p>}
          <div className="test-go">
            <button type="submit" className="button primary" aria-disabled={busy || !known || large}><Icon name="send" size={14} /> {busy ? 'Sending…' : 'Send'}</button>
            <button type="button" className="button" aria-disabled={!known} onClick={() => { if (known) copyCURL(id) }}><Icon name="copy" size={14} /> Copy as cURL</button>
          </div>
        </form>
        {large && <p className="fault" role="alert"><Icon name="alert" size={15} /> <span>Files for a test have 5 MB at most, together.</span></p>}
        {fault && <p className="fault" role="alert"><Icon name="alert" size={15} /> <span>{fault}</span></p>}
      </section>
      {reply && <Reply at={callPath(group.name, call)} call={call} group={group} reply={reply} written={written} />}
    </>
  )
}

const mostBytes = 5 << 20 // of all files of a test; the server holds to it as well

function takesFile(p: ParamView): boolean {
  return p.type.kind === 'file' || (p.type.kind === 'list' && p.type.elem?.kind === 'file')
}

// read takes the bytes of files for one sending.
async function read(files: Record<string, File[]>): Promise<TrialRequest['files']> {
  const out: TrialRequest['files'] = {}
  for (const [name, list] of Object.entries(files)) {
    if (list.length > 0) out[name] = await Promise.all(list.map(async f => ({name: f.name, type: f.type, data: await base64(f)})))
  }
  return out
}

function base64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,?/, ''))
    reader.onerror = () => reject(new Error(`${file.name} cannot be read.`))
    reader.readAsDataURL(file)
  })
}

function copyCURL(id: string) {
  ask<CURLView>('GET', `/api/curl?call=${encodeURIComponent(id)}`).then(v => navigator.clipboard.writeText(v.command).then(
    () => store.tell('The command is copied. Secrets, tokens and variables without a default stand in it as $NAMES.'),
    () => store.tell('Your browser does not let the studio copy.', true),
  ), (e: unknown) => store.tell(e instanceof Error ? e.message : 'That did not work.', true))
}

function FileParam({param, files, onChange}: {param: ParamView; files: File[]; onChange: (files: File[]) => void}) {
  const id = useId()
  const many = param.type.kind === 'list'
  const size = files.reduce((n, f) => n + f.size, 0)
  return (
    <div className="test-param">
      <label htmlFor={id}>{param.name} <span className="hint">{typeName(param.type)}</span></label>
      <input id={id} type="file" className="input test-file" multiple={many} onChange={ev => onChange([...ev.target.files ?? []])} />
      <p className="hint">{[param.required ? 'required' : 'left out when empty', files.length > 0 ? `${Math.ceil(size / 1024)} KB` : '5 MB at most; it is sent and not kept', param.doc].filter(Boolean).join(' · ')}</p>
    </div>
  )
}

// peopleOf are those whose login can go along: in a browser that has the app open, or saved test users.
function peopleOf(d: DebugView): Option[] {
  return [
    ...d.browsers.filter(b => b.loggedIn).map(b => ({value: `browser ${b.id}`, label: `As ${b.who || 'somebody'}`, hint: b.name})),
    ...d.users.map(u => ({value: `user ${u}`, label: `As ${u}`, hint: 'test user'})),
  ]
}

function after(text: string, start: string): string {
  return text.startsWith(start) ? text.slice(start.length) : ''
}

function Param({param, value, onChange}: {param: ParamView; value: string; onChange: (v: string) => void}) {
  const id = useId()
  const {kind} = param.type
  const hint = [param.required ? 'required' : param.default !== null ? `else ${text(param.default)}` : 'left out when empty', param.doc].filter(Boolean).join(' · ')
  const options = param.type.enum ?? (kind === 'bool' ? ['true', 'false'] : null)
  const json = ['list', 'object', 'json'].includes(kind)
  return (
    <div className="test-param">
      <label htmlFor={id}>{param.name} <span className="hint">{typeName(param.type)}</span></label>
      {options ? <Select id={id} label={param.name} value={value || '-'} options={[{value: '-', label: param.required ? 'Choose…' : 'Left out'}, ...options.map(o => ({value: o, label: o}))]} onChange={v => onChange(v === '-' ? '' : v)} />
          : json ? <textarea id={id} className="input mono" rows={3} spellCheck={false} placeholder={kind === 'list' ? '[]' : '{}'} value={value} onChange={ev => onChange(ev.target.value)} />
            : <input id={id} className="input" type={kind === 'secret' ? 'password' : 'text'} autoComplete="off" spellCheck={false} placeholder={text(param.default)} value={value} onChange={ev => onChange(ev.target.value)} />}
      <p className="hint">{hint}</p>
    </div>
  )
}

const tones: Record<string, string> = {ok: 'good', odd: 'warn', busy: 'warn', none: 'bad', login: 'bad', refused: 'bad', missing: 'bad', down: 'bad'}

function Reply({at, call, group, reply, written}: {at: string; call: string; group: GroupView; reply: TrialView; written: {[key: string]: Json}}) {
  const [shown, setShown] = useState('tree')
  const [making, setMaking] = useState(false)
  const body = reply.tree[0]
  const typed = written.reply !== undefined
  return (
    <section className="sheet api-sheet" aria-label="Reply">
      <h3>Reply</h3>
      <div className="reply-head" role="status">
        <span className={`status ${tones[reply.class] ?? ''}`}>{reply.status || 'No reply'}</span>
        <p><strong>{reply.meaning}</strong> {reply.address && <span className="hint">after {reply.took}{reply.replayed ? ', sent again after the login was renewed' : reply.refreshed ? ', with a renewed login' : ''}</span>}</p>
      </div>
      {reply.sentence && <p className="reply-line">People read: “{reply.sentence}”</p>}
      {reply.trouble && reply.trouble !== reply.sentence && <p className="reply-line hint">{reply.trouble}</p>}
      {reply.address && <p className="whole-address">{reply.method} {reply.address}</p>}
      {reply.mismatches.length > 0 && (
        <div className="mismatches"><p><Icon name="triangle-alert" size={14} /> Not as its type says:</p>
          <ul>{reply.mismatches.slice(0, 50).map(m => <li key={m.path}><code>{m.path}</code> wanted {m.want}, got {m.got}</li>)}</ul></div>
      )}
      {reply.address && (
        <div className="reply-bar">
          <Segmented label="What is shown" value={shown} onChange={setShown} choices={[{value: 'tree', label: 'Tree'}, {value: 'raw', label: 'As it came'}, {value: 'headers', label: `Headers (${reply.headers.length})`}]} />
          {reply.ok && body && (body.kind === 'object' || body.kind === 'list') && (
            typed ? <span className="hint">Its type: {text(written.reply)}</span> : <button type="button" className="button" onClick={() => setMaking(true)}><Icon name="database" size={14} /> Make a data type of this</button>
          )}
        </div>
      )}
      {reply.address && shown === 'tree' && <Body at={at} call={call} group={group} reply={reply} written={written} />}
      {reply.address && shown === 'raw' && (
        <>
          {reply.rewritten && <p className="hint">It holds secrets, so it is not quite as it came.</p>}
          <pre className="raw" tabIndex={0} aria-label="Body as it came">{pretty(reply.raw) || 'The body is empty.'}</pre>
          {reply.cut && <p className="hint">It is longer; this is its beginning.</p>}
        </>
      )}
      {reply.address && shown === 'headers' && (
        <table className="headers"><caption className="sr">Headers of the reply</caption><thead className="sr"><tr><th>Name</th><th>Value</th></tr></thead>
          <tbody>{reply.headers.map(h => <tr key={h.name}><th scope="row">{h.name}</th><td>{h.value}</td></tr>)}</tbody></table>
      )}
      {reply.address && shown === 'headers' && <p className="hint">Sent along: {reply.sent.join(', ') || 'nothing'}.</p>}
      {making && <TypeOfReply call={reply.call} suggested={suggest(call)} onClose={() => setMaking(false)} />}
    </section>
  )
}

// suggest makes the name of a data type of that of a call: posts is Posts.
function suggest(call: string): string {
  return call.charAt(0).toUpperCase() + call.slice(1)
}

function pretty(raw: string): string {
  try { return JSON.stringify(JSON.parse(raw), null, 2) } catch { return raw }
}

function toNodes(lines: TrialLine[], from: number, depth: number): [Node[], number] {
  const out: Node[] = []
  let i = from
  for (let line = lines[i]; line && line.depth >= depth; line = lines[i]) {
    const up = i
    const [children, next] = toNodes(lines, i + 1, depth + 1)
    i = Math.max(next, up + 1)
    const name = /(?:\.([^.[\]]+)|(\[[^\]]*\]))$/.exec(line.path)
    const label = name?.[1] ?? name?.[2] ?? line.path
    out.push({
      id: line.path, label, icon: iconOf({kind: line.kind}),
      content: <><span className="tree-kind">{label}</span> <span className={`tree-text value-${line.kind}`}>{line.kind === 'null' ? 'null' : line.value}</span></>,
      children: children.length ? children : undefined,
    })
  }
  return [out, i]
}

function Body({at, call, group, reply, written}: {at: string; call: string; group: GroupView; reply: TrialView; written: {[key: string]: Json}}) {
  const [search, setSearch] = useState('')
  const [selected, setSelected] = useState('')
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set())
  useEffect(() => { setSelected(''); setClosed(new Set(reply.tree.filter(l => l.depth > 1 && l.count > 0).map(l => l.path))) }, [reply])
  const want = search.trim().toLowerCase()
  const nodes = useMemo(() => (want ? reply.tree.filter(l => l.path.toLowerCase().includes(want) || l.value.toLowerCase().includes(want)).map((l): Node => ({
    id: l.path, label: l.path, icon: iconOf({kind: l.kind}), content: <><span className="tree-kind">{l.path}</span> <span className="tree-text">{l.value}</span></>,
  })) : toNodes(reply.tree, 0, 0)[0]), [reply, want])
  const line = reply.tree.find(l => l.path === selected)
  if (reply.tree.length === 1 && reply.tree[0]?.kind === 'null' && reply.raw.trim() !== 'null') {
    return <p className="hint">{reply.raw ? 'What came is no JSON, so expressions have nothing to read in it. “As it came” shows it.' : 'There is no body.'}</p>
  }
  return (
    <>
      <div className="search"><Icon name="search" size={15} /><input type="search" aria-label="Search the reply" placeholder="Search names and values" value={search} onChange={ev => setSearch(ev.target.value)} /></div>
      <div className="reply-tree">
        {nodes.length ? <TreeView label="Body of the reply" nodes={nodes} selected={selected} onSelect={setSelected} onAct={copy} closed={want ? nothing : closed} setClosed={setClosed} /> : <p className="hint">Nothing in it is called that.</p>}
      </div>
      {reply.more > 0 && <p className="hint">and {reply.more} more values</p>}
      {line ? <Picked at={at} call={call} group={group} line={line} failed={!reply.ok} written={written} /> : <p className="hint">Choose a value to get its expression. Enter or a double click copies it.</p>}
    </>
  )
}

const nothing: ReadonlySet<string> = new Set()

function copy(path: string) {
  const expression = '${' + path + '}'
  navigator.clipboard.writeText(expression).then(() => store.tell(`Copied ${expression}`), () => store.tell(`Your browser does not let the studio copy. It is ${expression}`, true))
}

// Picked is a value of the reply: its expression, and what it can be used as.
function Picked({at, call, group, line, failed, written}: {at: string; call: string; group: GroupView; line: TrialLine; failed: boolean; written: {[key: string]: Json}}) {
  const name = line.path.slice(0, line.path.indexOf('.'))
  const below = line.path.slice(line.path.indexOf('.') + 1) // body.…
  const keys = below.split('.').slice(1).join('.')
  const groupSays = isObject(group.value) ? group.value : {}
  const whole = line.kind === 'object' || line.kind === 'list'
  const unwraps = text(written.unwrap ?? groupSays.unwrap) !== ''
  const payload = !failed && whole && keys !== '' && /^[^[\]"]+$/.test(keys) && !unwraps && written.reply === undefined
  const set = (key: string, value: string, what: string) => {
    void put(`${at}/${key}`, value, `${what} of ${call}`)
    store.tell(`${call} has its ${what} from there now.`)
  }
  return (
    <div className="picked">
      <div className="picked-line"><code className="expression">{'${' + line.path + '}'}</code>
        <button type="button" className="button" onClick={() => copy(line.path)}><Icon name="copy" size={14} /> Copy</button>
      </div>
      <p className="hint">In a flow or query that calls its output <code>{name}</code>. A <em>{line.kind}</em>{line.kind === 'secret' ? ': it never reaches the browser' : line.value ? `: ${line.value}` : ''}.</p>
      <div className="picked-acts">
        {payload && <button type="button" className="button" onClick={() => set('unwrap', keys, 'payload')}>Use as the payload</button>}
        {failed && line.kind === 'text' && <button type="button" className="button" onClick={() => set('errorMessage', '${reply.' + below + '}', 'sentence for people')}>Use as the sentence for people</button>}
        {failed && whole && <button type="button" className="button" onClick={() => set('fieldErrors', '${reply.' + below + '}', 'errors of fields')}>Use as the errors of fields</button>}
      </div>
      {payload && <p className="hint"><em>Use as the payload</em> writes <code>unwrap: {keys}</code>: <code>{name}.body</code> is then what stands here, in each success.</p>}
    </div>
  )
}

