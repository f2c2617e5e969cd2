import {useContext, useState} from 'react'
import {Icon} from './icons.tsx'
import {Args, AppValue, Choice, Expression, Faults, FlowLine, Head, Line, More, Pick, Placement, RowTools, Setting, Sheet, textOf, Toggle, useCalls, useSetting, write, type CallInfo} from './SettingsKit.tsx'
import {Try} from './SettingsTry.tsx'
import {store, useStudio} from './store.ts'
import {dashed} from './PagesList.tsx'
import {Segmented} from './ui.tsx'
import {alter, escaped, isObject, moveItem, read, removeItem} from './values.ts'
import type {Json, PageEntry, TypeView, WireEdit} from './wire.ts'

const at = '/app/authentication'

// AuthenticationSettings say who can log in, where they arrive, how long they stay and how their token is kept good.
export function AuthenticationSettings() {
  const {project} = useStudio()
  const {faults} = useSetting(at, 'Authentication', false)
  const calls = useCalls()
  if (!project) return null
  const {auth} = project
  const set = (name: string, value: Json, label: string) => void store.edit([{op: 'set', at: `${at}/${name}`, value}], label)
  return (
    <>
      <Head title="Authentication">Who can log in to your app, where they arrive, and how long they stay. Written to <code>app.yaml</code>.</Head>
      <Faults faults={faults} />
      <Sheet title="Log-in" at={at}>
        <Toggle label="Enable Authentication" doc="People can log in, and pages can be for those who have." checked={auth.enabled} onChange={on => enable(on, project.pages)} />
        <Choice label="Authentication Type" doc="Your own backend checks who people are, over your own API. A provider of OpenID Connect is named further below." value={auth.type} options={[{value: 'custom', label: 'Custom'}]} onChange={v => set('type', v, 'Authentication Type')} disabled={!auth.enabled} />
      </Sheet>
      {auth.enabled && (
        <>
          <InitialPages />
          <Session />
          <Sheet title="Token" at={`${at}/token`}>
            <Placement at={`${at}/token`} label="Token placement" usual="Bearer" />
          </Sheet>
          <Refresh calls={calls} />
          <Try />
          <CallSheet title="Log out" name="logOut" calls={calls} off="Only this app forgets the login" suggest={spendable}>
            <Placement at={`${at}/logOut/token`} label="Refresh token placement" usual="None" />
            <Setting at={`${at}/logOut/done`} label="Done" as="expression" placeholder="a status of 2xx" suggest={['${reply.status == 204}']} />
          </CallSheet>
          <CallSheet title="Who am I" name="me" calls={calls} off="The reply to the log-in says who it is" suggest={['${auth.token}', '${auth.uid}']}>
            <Mapped name="me" calls={calls} fields={['uid', 'user']} />
            <Setting at={`${at}/me/afterRefresh`} label="Ask again after a refresh" />
          </CallSheet>
          <CallSheet title="Tell guests apart" name="probe" calls={calls} off="Nothing is asked" suggest={['${auth.token}']}>
            <Setting at={`${at}/probe/when`} label="Looks like a guest’s" as="expression" />
            <Setting at={`${at}/probe/guest`} label="Is a guest’s" as="expression" />
          </CallSheet>
          <Providers />
          <Sheet title="Events" doc="Actions that run when a login begins or ends, whatever page is open.">
            <FlowLine at="/app/onLogIn" label="On Log In" />
            <FlowLine at="/app/onLogOut" label="On Log Out" />
            <FlowLine at="/app/onSessionExpired" label="On Session Expired" />
          </Sheet>
        </>
      )}
    </>
  )
}

// enable turns authentication on or off. While it is on, / leads to the Entry Page or the Logged In Page: the page that is there gets a path of its own.
function enable(on: boolean, pages: PageEntry[]) {
  const edits: WireEdit[] = [{op: 'set', at: `${at}/enabled`, value: on}]
  const start = on ? pages.find(p => p.path === '/') : undefined
  const path = start && free(dashed(start.name), pages)
  if (start) edits.push({op: 'set', at: `/pages/${escaped(start.name)}/path`, value: path})
  const said = start && `The page ${start.name} is at ${path} now: the app begins with the Entry Page or the Logged In Page.`
  void store.plan(() => ({edits, label: 'Enable Authentication', said}))
}

// free is a path that no page has.
function free(name: string, pages: PageEntry[]): string {
  for (let n = 1; ; n++) {
    const path = n === 1 ? `/${name}` : `/${name}${n}`
    if (!pages.some(p => p.path === path)) return path
  }
}

function InitialPages() {
  const {project} = useStudio()
  const {spec, value, faults, set} = useSetting(`${at}/loggedInPage`, 'Logged In Page')
  const options = (project?.pages ?? []).map(p => ({value: p.name, label: p.name, hint: p.path}))
  const rules = Array.isArray(value) ? value : null
  return (
    <Sheet title="Initial pages" at={`${at}/entryPage`}>
      <Setting at={`${at}/entryPage`} label="Entry Page" as="page" />
      {!rules && <Choice label="Logged In Page" doc={spec?.doc} value={textOf(value)} options={options} onChange={v => set(v)} faults={faults} />}
      <Line label={rules ? 'Logged In Page' : 'By rules'} doc={rules ? 'The first rule that holds counts; the last has no condition.' : 'Such as another page for administrators.'} faults={rules ? faults : []}>
        <Segmented label="How the Logged In Page is chosen" value={rules ? 'rules' : 'one'} choices={[{value: 'one', label: 'One page'}, {value: 'rules', label: 'Rules'}]}
          onChange={v => void alter(`${at}/loggedInPage`, now => byRules(now, v === 'rules'), 'Logged In Page')} />
      </Line>
      {rules && <Rules rules={rules} options={options} />}
      <Setting at={`${at}/pagesRequireAuthentication`} label="Pages Require Authentication" />
    </Sheet>
  )
}

// byRules is the edit that has the Logged In Page chosen by rules, or by none; the page of everybody else stays.
function byRules(now: Json, rules: boolean): WireEdit[] {
  if (rules === Array.isArray(now)) return []
  const page = textOf(Array.isArray(now) ? read(now.at(-1), ['page']) : now)
  return [{op: 'set', at: `${at}/loggedInPage`, value: rules ? [{when: '${user.role == "admin"}', page}, {page}] : page}]
}

function Rules({rules, options}: {rules: Json[]; options: {value: string; label: string}[]}) {
  const here = `${at}/loggedInPage`
  const edit = (edits: Parameters<typeof store.edit>[0], step = '') => void store.edit(edits, 'Logged In Page', {step})
  return (
    <ol className="rule-rows" aria-label="Rules of the Logged In Page">
      {rules.map((r, i) => {
        const when = read(r, ['when'])
        const otherwise = i === rules.length - 1 && when === undefined
        return (
          <li key={i} className="rule-row">
            {otherwise ? <span className="rule-else">Everybody else</span> : <Expression id={`rule-${i}`} at={`${here}/${i}/when`} label={`Condition ${i + 1}`} value={when} placeholder='${user.role == "admin"}' onSet={(v, step) => edit([v === null ? {op: 'delete', at: `${here}/${i}/when`} : {op: 'set', at: `${here}/${i}/when`, value: v}], step && `${step}:rule${i}`)} />}
            <Pick label={`Page ${i + 1}`} value={textOf(read(r, ['page']))} options={options} onChange={v => edit([{op: 'set', at: `${here}/${i}/page`, value: v}])} />
            <RowTools what={`rule ${i + 1}`} first={i === 0} last={i >= rules.length - 2}
              onUp={otherwise ? undefined : () => void moveItem(here, r, i, -1, 'Logged In Page')}
              onDown={otherwise ? undefined : () => void moveItem(here, r, i, 1, 'Logged In Page')}
              onRemove={() => void removeItem(here, r, i, 'Logged In Page')} />
          </li>
        )
      })}
      <li><button type="button" className="button" onClick={() => edit([{op: 'insert', at: `${here}/0`, value: {when: '${user.role == "admin"}', page: textOf(read(rules[0], ['page']))}}])}><Icon name="plus" size={14} /> Add a rule</button></li>
    </ol>
  )
}

function Session() {
  const {project} = useStudio()
  const {value: absolute} = useSetting(`${at}/absolute`, 'Absolute limit')
  if (!project) return null
  const {auth} = project
  const set = (name: string, value: Json, label: string) => void write(`${at}/${name}`, value, label)
  const objects = project.types.filter(t => t.kind === 'object' && t.name)
  const first = objects.find(t => /^user$/i.test(t.name ?? '')) ?? objects[0]
  const picked = objects.find(t => t.name === auth.userDataType)
  const persists = useSetting(`${at}/persistSessions`, 'Persist Auth Sessions')
  const typed = useSetting(`${at}/userDataType`, 'Associate User Data Type')
  return (
    <Sheet title="Sessions and user data" at={`${at}/persistSessions`}>
      <Toggle
        label="Persist Auth Sessions" checked={auth.persist} onChange={on => set('persistSessions', on, 'Persist Auth Sessions')} faults={persists.faults}
        doc={auth.persist ? 'People remain logged in until they log out, also after the browser was closed.' : 'People are logged out when they close the browser, after 30 minutes without doing anything, and after 12 hours.'}
      >
        {auth.persist && absolute === undefined && <p className="advice"><Icon name="shield" size={15} /> <span>NIST SP 800-63B advises that people log in again at least every 30 days (OWASP ASVS asks for a documented limit). Set both limits if your app holds something that matters. <button type="button" className="link" onClick={() => void store.edit([{op: 'set', at: `${at}/absolute`, value: '30d'}, {op: 'set', at: `${at}/idle`, value: '14d'}], 'limits of logins')}>Set 30 and 14 days</button></span></p>}
      </Toggle>
      <Setting at={`${at}/absolute`} label="Absolute limit" placeholder={auth.persist ? 'none' : '12h'} />
      <Setting at={`${at}/idle`} label="Idle limit" placeholder={auth.persist ? 'none' : '30m'} />
      <Toggle
        label="Associate User Data Type" checked={auth.userDataType !== ''} disabled={!first && auth.userDataType === ''} faults={auth.userDataType === '' ? typed.faults : []}
        doc={first ? 'What is known of a person has these fields; bindings offer and check them.' : 'Make a data type first.'}
        onChange={on => set('userDataType', on ? first?.name ?? null : null, 'Associate User Data Type')}
      />
      {auth.userDataType !== '' && (
        <>
          <Choice label="Data Type" doc={picked ? `Fields: ${(picked.fields ?? []).map(f => f.name).join(', ')}.` : ''} value={auth.userDataType} options={objects.map(t => ({value: t.name ?? '', label: t.name ?? ''}))} onChange={v => set('userDataType', v, 'User Data Type')} faults={typed.faults} />
          <RoleField type={picked} />
        </>
      )}
    </Sheet>
  )
}

function RoleField({type}: {type: TypeView | undefined}) {
  const {spec, value, faults, set} = useSetting(`${at}/roleField`, 'Role field')
  return <Choice label="Role field" doc={spec?.doc} value={textOf(value)} none="None" options={(type?.fields ?? []).map(f => ({value: f.name, label: f.name}))} onChange={v => set(v === '' ? null : v)} faults={faults} />
}

const spendable = ['${auth.refreshToken}', '${auth.token}', '${auth.uid}']
const statuses = [400, 401, 403, 419, 422, 498].map(s => '${reply.status == ' + s + '}')

// replies are expressions that read the reply of a call, by its type.
function replies(call: CallInfo | undefined, types: TypeView[], field: string): string[] {
  const type = types.find(t => t.name === call?.reply)
  const names = (type?.fields ?? []).map(f => `reply.body.${f.name}`)
  const holds = (...words: string[]) => names.filter(n => words.some(w => n.toLowerCase().includes(w)))
  const hole = (e: string) => '${' + e + '}'
  switch (field) {
    case 'expiry': case 'refreshExpiry':
      return [...holds('token').filter(n => !/refresh/i.test(n)).map(n => hole(`jwt(${n}).exp`)), ...holds('expires', 'ttl').map(n => hole(`inSeconds(${n})`)), ...holds('expire').map(n => hole(`time(${n})`)), hole('inSeconds(3600)')]
    case 'uid':
      return holds('id', 'sub').map(n => hole(`string(${n})`))
    case 'user':
      return [...holds('user', 'profile').map(hole), hole('reply.body')]
    case 'refreshToken':
      return holds('refresh').map(hole)
  }
  return holds('token').filter(n => !/refresh/i.test(n)).concat(names).filter((n, i, all) => all.indexOf(n) === i).map(hole)
}

function CallPick({name, title, calls, off}: {name: string; title: string; calls: CallInfo[]; off: string}) {
  const {spec, value, faults} = useSetting(`${at}/${name}`, title, false)
  const call = textOf(read(value, ['call']))
  const wrong = useSetting(`${at}/${name}/call`, title).faults
  const pick = (v: string) => {
    if (v === '') return void write(`${at}/${name}`, null, title)
    void alter(`${at}/${name}`, now => [now !== null || name !== 'refresh' ? {op: 'set', at: `${at}/${name}/call`, value: v} : {op: 'set', at: `${at}/${name}`, value: fresh(calls.find(c => c.id === v), v)}], title)
  }
  return <Choice label="Call" doc={spec?.doc} value={call} none={off} options={calls.map(c => ({value: c.id, label: c.id}))} onChange={pick} faults={[...faults, ...wrong]} />
}

// fresh is a new refresh: what can be told from the call's parameters and its reply is filled in.
function fresh(call: CallInfo | undefined, id: string): Json {
  const {project} = store.get()
  const best = (field: string) => replies(call, project?.types ?? [], field)[0]
  const out: {[key: string]: Json} = {call: id}
  const spends = call?.params.find(p => /refresh|token/i.test(p.name))
  if (spends) out.with = {[spends.name]: '${auth.refreshToken}'}
  const update: {[key: string]: Json} = {token: best('token') ?? '${reply.body.accessToken}'}
  const refreshToken = best('refreshToken')
  if (refreshToken) update.refreshToken = refreshToken
  const expiry = best('expiry')
  if (expiry && expiry !== '${inSeconds(3600)}') update.expiry = expiry
  out.update = update
  return out
}

function CallSheet({title, name, calls, off, suggest, children}: {title: string; name: string; calls: CallInfo[]; off: string; suggest: string[]; children: React.ReactNode}) {
  const {value} = useSetting(`${at}/${name}`, title)
  const call = calls.find(c => c.id === textOf(read(value, ['call'])))
  return (
    <Sheet title={title} at={`${at}/${name}`}>
      <CallPick name={name} title={title} calls={calls} off={off} />
      {value !== undefined && <><Args at={`${at}/${name}/with`} call={call} suggest={suggest} />{children}</>}
    </Sheet>
  )
}

const fieldLabels: Record<string, string> = {token: 'Authentication Token', refreshToken: 'Refresh Token', expiry: 'Expiry', refreshExpiry: 'Refresh Token Expiry', uid: 'User UID', user: 'User Data'}

// Mapped are the parts of a login that are read from a reply.
function Mapped({name, calls, fields}: {name: string; calls: CallInfo[]; fields: string[]}) {
  const {project} = useStudio()
  const app = useContext(AppValue)
  const call = calls.find(c => c.id === textOf(read(app, ['authentication', name.split('/')[0] ?? '', 'call'])))
  return <>{fields.map(f => <Setting key={f} at={`${at}/${name}/${f}`} label={fieldLabels[f] ?? f} as="expression" suggest={replies(call, project?.types ?? [], f)} />)}</>
}

function Refresh({calls}: {calls: CallInfo[]}) {
  const {value} = useSetting(`${at}/refresh`, 'Refresh')
  const call = calls.find(c => c.id === textOf(read(value, ['call'])))
  return (
    <Sheet title="Refresh" at={`${at}/refresh`} doc="Declared once: every call that carries the token renews it before it expires, or when the backend says that it has.">
      <CallPick name="refresh" title="Refresh" calls={calls} off="Never renewed" />
      {value === undefined ? (
        <>
          <Setting at={`${at}/whenExpired`} label="When the token has expired" />
          <Setting at={`${at}/expired`} label="Expired" as="expression" placeholder="${reply.status == 401}" suggest={statuses} />
          <Setting at={`${at}/sliding`} label="Sliding" placeholder="none" />
        </>
      ) : (
        <>
          <Args at={`${at}/refresh/with`} call={call} suggest={spendable} />
          <Mapped name="refresh/update" calls={calls} fields={['token', 'refreshToken', 'expiry']} />
          <Setting at={`${at}/refresh/rotation`} label="Rotation" />
          <Setting at={`${at}/refresh/mode`} label="What is spent" none="As the mapping tells" />
          <Placement at={`${at}/refresh/token`} label="Refresh token placement" usual="None" />
          <More title="More of the mapping">
            <Mapped name="refresh/update" calls={calls} fields={['refreshExpiry', 'uid', 'user']} />
            <Setting at={`${at}/refresh/update/optional`} label="Fields that may be missing" as="lines" placeholder="refreshToken" />
          </More>
          <More title="Rules: what a reply means" open={['expired', 'rejected', 'transient', 'misconfigured', 'notYet'].some(k => read(value, [k]) !== undefined)}>
            <Setting at={`${at}/refresh/expired`} label="Expired" as="expression" placeholder="${reply.status == 401}" suggest={statuses} />
            <Setting at={`${at}/refresh/rejected`} label="Rejected" as="expression" suggest={statuses} />
            <Setting at={`${at}/refresh/transient`} label="Try again later" as="expression" suggest={['${reply.status == 429}', '${reply.status >= 500}']} />
            <Setting at={`${at}/refresh/misconfigured`} label="Set up wrongly" as="expression" />
            <Setting at={`${at}/refresh/notYet`} label="From the future" as="expression" />
            <Setting at={`${at}/refresh/permissionLooksExpired`} label="A lack of permission looks expired" />
            <Setting at={`${at}/sliding`} label="Sliding" placeholder="none" />
          </More>
        </>
      )}
    </Sheet>
  )
}

function Providers() {
  const {spec, value, faults} = useSetting(`${at}/providers`, 'Identity providers', false)
  const [name, setName] = useState('')
  const all = isObject(value) ? Object.keys(value) : []
  const legal = /^[A-Za-z_][A-Za-z0-9_-]*$/.test(name) && !all.includes(name)
  const add = () => {
    if (!legal) return
    void store.edit([{op: 'set', at: `${at}/providers/${escaped(name)}`, value: {issuer: 'https://', clientId: ''}}], `provider ${name}`)
    setName('')
  }
  return (
    <Sheet title="OpenID Connect" at={`${at}/providers`} doc={spec?.doc}>
      <Faults faults={faults} />
      {all.map(n => {
        const here = `${at}/providers/${escaped(n)}`
        return (
          <div key={n} className="sub">
            <div className="sub-head"><h4>{n}</h4><RowTools what={`provider ${n}`} onRemove={() => void write(here, null, `provider ${n}`)} /></div>
            <Setting at={`${here}/issuer`} label="Issuer" />
            <Setting at={`${here}/clientId`} label="Client id" />
            <Setting at={`${here}/clientSecret`} label="Client secret" as="expression" placeholder="${env.CLIENT_SECRET}" />
            <Setting at={`${here}/scopes`} label="Scopes" as="lines" placeholder={'profile\nemail'} />
            <Setting at={`${here}/token`} label="Token" />
            <Setting at={`${here}/uid`} label="User UID" as="expression" placeholder="${claims.sub}" suggest={['${claims.sub}', '${claims.email}']} />
            <Setting at={`${here}/user`} label="User Data" as="expression" suggest={['${claims}']} />
          </div>
        )
      })}
      <form className="add-row" onSubmit={ev => { ev.preventDefault(); add() }}>
        <input className="input" aria-label="Name of a new provider" placeholder="Name, such as google" value={name} onChange={ev => setName(ev.target.value)} />
        <button type="submit" className="button" disabled={!legal}><Icon name="plus" size={14} /> Add a provider</button>
      </form>
    </Sheet>
  )
}
