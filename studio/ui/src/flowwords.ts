import type {FlowAction} from './flows.ts'
import {words} from './tree.ts'
import {isObject} from './values.ts'
import type {Json} from './wire.ts'

// What an action does, in words: for its card, and for the line under an event.

export const sessionLabels: Record<string, string> = {
  token: 'Authentication Token', refreshToken: 'Refresh Token', expiry: 'Token Expiry Time', refreshExpiry: 'Refresh Token Expiry', uid: 'User UID', user: 'User Data',
}

// spoken is a value as a person reads it: ${form.email} is ‹form.email›.
export function spoken(v: Json | undefined): string {
  if (v === undefined || v === null) return ''
  if (typeof v === 'string') return v.replace(/\$\{\s*([^}]*?)\s*\}/g, '‹$1›')
  if (Array.isArray(v)) return v.length ? v.map(spoken).join(', ') : 'an empty list'
  if (isObject(v)) return Object.entries(v).map(([k, x]) => `${k}: ${spoken(x)}`).join(', ')
  return String(v)
}

// bare is a value that is one expression as that expression, anything else as it is spoken.
function bare(v: Json | undefined): string {
  const one = typeof v === 'string' ? /^\$\{\s*([^}]*?)\s*\}$/.exec(v)?.[1] : undefined
  return one ?? spoken(v)
}

// Summary is what a card says: its chief value, and the rest in a second line.
export interface Summary { main: string; code: boolean; rest: string; missing: string }

function names(v: Json | undefined): string {
  return isObject(v) && Object.keys(v).length ? Object.keys(v).join(', ') : ''
}

function assigned(v: Json | undefined): string {
  return isObject(v) ? Object.entries(v).map(([k, x]) => `${k} = ${bare(x) || '“”'}`).join(', ') : bare(v)
}

const operations: [string, (v: Json) => string][] = [
  ['set', v => `becomes ${bare(v)}`], ['reset', () => 'back to its default'], ['clear', () => 'emptied'], ['increment', v => (typeof v === 'number' && v < 0 ? `less ${-v}` : `plus ${bare(v)}`)], ['toggle', () => 'turned over'],
  ['append', v => `${bare(v)} added at the end`], ['prepend', v => `${bare(v)} added at the start`], ['insert', v => `${bare(v)} put in`], ['removeAt', v => `without item ${bare(v)}`],
  ['removeWhere', v => `without items where ${bare(v)}`], ['updateAt', v => `item ${bare(v)} changed`], ['updateWhere', v => `items changed where ${bare(v)}`],
]

function session(a: FlowAction): string {
  const set = Object.keys(sessionLabels).filter(n => a.props[n] !== undefined).map(n => sessionLabels[n])
  return set.join(', ')
}

// lineOf is what an action is about.
function lineOf(a: FlowAction): {main: string; code?: boolean; rest?: string; missing?: string} {
  const p = a.props
  const withArgs = names(p.with) && `with ${names(p.with)}`
  switch (a.kind) {
    case 'call': case 'stream': case 'download': return {main: spoken(p.call), code: true, rest: withArgs, missing: 'Choose the call'}
    case 'navigate': return {main: p.page === '/' ? 'to the start page' : p.page ? `to ${spoken(p.page)}` : '', rest: [withArgs, p.replace === true && 'no way back here'].filter(Boolean).join(', '), missing: 'Choose the page'}
    case 'back': return {main: p.otherwise ? `or to ${spoken(p.otherwise)}` : 'to the page before'}
    case 'block': return {main: spoken(p.block), code: true, rest: withArgs, missing: 'Choose the action block'}
    case 'if': case 'while': return {main: bare(p.condition), code: true, missing: 'Set the condition'}
    case 'forEach': return {main: bare(p.list), code: true, rest: `each as ${spoken(p.as) || 'each'}`, missing: 'Set the list'}
    case 'logIn': return {main: session(a), missing: 'Map what the backend handed out'}
    case 'updateAuthenticatedUser': return {main: [session(a), names(p.clear) || (Array.isArray(p.clear) && p.clear.length && `empties ${p.clear.map(n => sessionLabels[String(n)] ?? String(n)).join(', ')}`)].filter(Boolean).join('; '), missing: 'Choose what changes'}
    case 'logOut': return {main: p.elsewhere === true ? 'in all other browsers' : p.navigate === false ? 'and stay on the page' : 'and go to the Entry Page'}
    case 'snackBar': case 'confirm': case 'dialog': return {main: p.text ? `“${spoken(p.text)}”` : '', rest: [p.tone && spoken(p.tone), p.title && `titled “${spoken(p.title)}”`, p.action && `button ${spoken(p.action)}`].filter(Boolean).join(', '), missing: 'Write the text'}
    case 'setState': case 'setAppState': case 'setField': case 'fieldError': return {main: assigned(p.values), missing: 'Choose what is set'}
    case 'change': return {main: spoken(p.variable), code: true, rest: operations.filter(([n]) => p[n] !== undefined).map(([n, say]) => say(p[n] ?? null)).join(', '), missing: 'Choose the variable'}
    case 'refresh': return {main: spoken(p.query) || 'all queries of the page'}
    case 'validate': return {main: 'and stop where something is wrong'}
    case 'stop': return {main: 'the flow ends here'}
  }
  return {main: ''}
}

// summary says in words what an action does.
export function summary(a: FlowAction): Summary {
  if (!a.spec) return {main: a.kind ? `There is no action “${a.kind}”` : 'This is not an action', code: false, rest: '', missing: ''}
  const line = lineOf(a)
  if (line.main || line.missing) return {main: line.main, code: line.code === true, rest: line.rest ?? '', missing: line.main ? '' : line.missing ?? ''}
  const main = a.spec.main ? bare(a.props[a.spec.main]) : ''
  const rest = a.spec.props.filter(p => p.name !== a.spec?.main && a.props[p.name] !== undefined).map(p => `${words(p.name).toLowerCase()}: ${bare(a.props[p.name])}`).join(', ')
  return {main: main || rest, code: false, rest: main ? rest : '', missing: !main && a.spec.props.some(p => p.required) ? 'Not filled in yet' : ''}
}

// outline is a flow in one line: its actions by their titles.
export function outline(actions: FlowAction[]): string {
  const titles = actions.map(a => {
    const s = summary(a)
    return ['call', 'navigate', 'block'].includes(a.kind) && s.main ? `${a.spec?.title ?? a.kind} ${s.main}` : a.spec?.title ?? a.kind
  })
  return titles.length > 3 ? `${titles.slice(0, 3).join(', ')} and ${titles.length - 3} more` : titles.join(', ')
}
