import {inputsOf, type FlowAction} from './flows.ts'
import {store} from './store.ts'
import type {ActionView, Json} from './wire.ts'

// What a new action is, so that it is of use at once: an API call with its branches, a Log In with what the reply before it may hold.

// Near is what stands around the place of a new action.
export interface Near {
  flow: string
  call: FlowAction | undefined // the call whose reply it may read
  reply?: string // the type of that reply, as it is declared
}

const picks: Record<string, string> = {
  call: 'call', stream: 'stream', download: 'call', navigate: 'page', emit: 'event', block: 'block', logInWith: 'provider', open: 'dialog', loadMore: 'query', change: 'variable',
}

// pickKind says what is to be chosen before an action is added, '' nothing.
export function pickKind(spec: ActionView): string { return picks[spec.kind] ?? '' }

// given are the arguments that the page, or the component, has an input of the same name for.
function given(params: string[], near: Near): {[key: string]: Json} | null {
  const {page, catalogue} = store.get()
  if (!/^\/(pages|components|app\/bars)\//.test(near.flow)) return null
  const inputs = inputsOf(page, catalogue)
  const found = params.filter(p => inputs.includes(p)).map((p): [string, Json] => [p, '${form.' + p + '}'])
  return found.length ? Object.fromEntries(found) : null
}

// call is the scaffold of an API call: what came gets a name, and where it did not succeed the person is told.
function call(choice: string, params: string[], near: Near): Json {
  const as = (choice.split('.')[1] ?? choice).replace(/[^A-Za-z0-9_]/g, '')
  const args = given(params, near)
  const out: {[key: string]: Json} = {call: choice, ...(args && {with: args}), as}
  if (!near.flow.endsWith('/onLeave')) out.else = [{snackBar: {text: '${' + as + ".error ?? 'That did not work.'}", tone: 'error'}}]
  return out
}

const usual: Record<string, RegExp> = {
  token: /^(access_?token|auth_?token|id_?token|token|jwt)$/i,
  refreshToken: /^refresh_?token$/i,
  uid: /^(id|_id|uid|user_?id|sub)$/i,
}

// session is what Log In or Update Authenticated User is begun with: the parts that have their usual names in the reply of the call before it.
function session(near: Near): {[key: string]: Json} {
  const {project} = store.get()
  const as = near.call?.as
  const type = (name: string | undefined) => project?.types.find(t => t.name === name)
  const reply = type(near.reply)?.fields ?? []
  if (!as || reply.length === 0) return {}
  const out: {[key: string]: Json} = {}
  const body = `${as}.body`
  for (const part of ['token', 'refreshToken']) {
    const field = reply.find(f => usual[part]?.test(f.name))
    if (field) out[part] = '${' + `${body}.${field.name}` + '}'
  }
  const lives = reply.find(f => /^expires_?in$/i.test(f.name))
  if (lives) out.expiry = '${inSeconds(' + `${body}.${lives.name}` + ')}'
  const user = project?.auth.userDataType ?? ''
  const inner = reply.find(f => user !== '' && f.type.name === user)
  const person = inner ? type(user)?.fields ?? [] : reply
  const id = person.find(f => usual.uid?.test(f.name))
  const where = inner ? `${body}.${inner.name}` : body
  if (id) out.uid = '${' + (id.type.kind === 'text' ? `${where}.${id.name}` : `string(${where}.${id.name})`) + '}'
  const shared = (type(user)?.fields ?? []).filter(f => reply.some(r => r.name === f.name)).length
  if (inner || shared > 1) out.user = '${' + where + '}'
  return out
}

// fresh is a new action of a kind; choice is what it calls, opens or changes.
export function fresh(spec: ActionView, choice: string, params: string[], near: Near): Json {
  switch (spec.kind) {
    case 'call': return call(choice, params, near)
    case 'stream': return {stream: choice, as: (choice.split('.')[1] ?? choice), onMessage: []}
    case 'navigate': case 'block': {
      const args = given(params, near)
      return {[spec.kind]: choice, ...(args && {with: args})}
    }
    case 'change': return {change: choice, set: ''}
    case 'if': return {if: ''}
    case 'forEach': return {forEach: '', do: []}
    case 'while': return {while: '', do: []}
    case 'parallel': return {parallel: null, one: [], two: []}
    case 'wait': return {wait: '1s'}
    case 'setTheme': return {setTheme: 'dark'}
    case 'openUrl': return {openUrl: 'https://'}
    case 'listSessions': return {listSessions: {}, as: 'sessions'}
    case 'dialog': return {dialog: '', as: 'answer'}
    case 'logIn': return {logIn: session(near)}
    case 'updateAuthenticatedUser': return {updateAuthenticatedUser: session(near)}
    case 'clearCache': case 'refresh': return spec.kind
  }
  if (choice) return {[spec.kind]: choice}
  const main = spec.props.find(p => p.name === spec.main)
  if (!main?.required) return spec.props.some(p => p.required) ? {[spec.kind]: {}} : spec.kind
  return {[spec.kind]: main.kind === 'values' ? {} : ''}
}
