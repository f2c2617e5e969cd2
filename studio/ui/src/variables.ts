import {around} from './tree.ts'
import type {FieldView, PageView, ProjectView, TypeView} from './wire.ts'

// What a property can be set from: the page's scope as the tree of “Set from variable”.

export interface Variable {
  id: string
  label: string
  expression: string // "" for a heading
  type: TypeView
  doc: string
  icon: string
  children: Variable[]
  secret: boolean
}

const any: TypeView = {kind: 'json'}

const authLabels: Record<string, string> = {
  token: 'Authentication Token', refreshToken: 'Refresh Token', expiry: 'Token Expiry Time', uid: 'User UID', loggedIn: 'Is User Logged In', expired: 'Is Token Expired', secondsLeft: 'Seconds Until Expiry',
}

const icons: Record<string, string> = {text: 'type', int: 'number', number: 'number', bool: 'toggle', time: 'clock', list: 'list', object: 'database', secret: 'lock', image: 'image', json: 'file-text'}

export function iconOf(t: TypeView): string {
  return icons[t.kind] ?? 'tag'
}

// full looks a data type up by its name.
export function full(t: TypeView, types: TypeView[]): TypeView {
  return t.name && !t.fields && !t.enum ? types.find(x => x.name === t.name) ?? t : t
}

export function typeName(t: TypeView): string {
  if (t.kind === 'list') return `list of ${t.elem ? typeName(t.elem) : 'json'}`
  return t.name ?? {int: 'whole number', bool: 'yes or no'}[t.kind] ?? t.kind
}

const deepest = 5

function field(f: FieldView, up: string, types: TypeView[], label = f.name, depth = 0): Variable {
  const type = full(f.type, types)
  const expression = up ? `${up}.${f.name}` : f.name
  const fields = depth < deepest ? type.fields ?? [] : []
  return {
    id: expression, label, expression, type: f.type, doc: f.doc ?? '', icon: iconOf(type), secret: type.kind === 'secret',
    children: fields.map(x => field(x, expression, types, x.name, depth + 1)),
  }
}

function heading(id: string, label: string, icon: string, children: Variable[]): Variable {
  return {id, label, expression: '', type: any, doc: '', icon, children, secret: false}
}

// group is a heading over the fields of one name of the scope; nothing when there are none.
function group(scope: FieldView[], name: string, label: string, icon: string, types: TypeView[]): Variable[] {
  const found = scope.find(s => s.name === name)
  const fields = found ? full(found.type, types).fields ?? [] : []
  return fields.length ? [heading(`#${name}`, label, icon, fields.map(f => field(f, name, types)))] : []
}

function person(scope: FieldView[], types: TypeView[]): Variable[] {
  const auth = scope.find(s => s.name === 'auth')
  const user = scope.find(s => s.name === 'user')
  const parts: Variable[] = []
  if (auth) parts.push(heading('#auth', 'Auth Properties', 'shield', (auth.type.fields ?? []).filter(f => f.name !== 'loggedIn').map(f => field(f, 'auth', types, authLabels[f.name] ?? f.name))))
  if (user) {
    const fields = full(user.type, types).fields ?? []
    parts.push(fields.length ? heading('#user', 'User Data Fields', 'user', fields.map(f => field(f, 'user', types)))
      : {...field(user, '', types, 'User Data'), doc: 'No data type is associated, so its fields are not known. Authentication settings can name one.'})
  }
  return parts.length ? [heading('#person', 'Authenticated User', 'user', parts)] : []
}

// variables lists what the widget at a path may read.
export function variables(project: ProjectView, page: PageView, at: string): Variable[] {
  const {scope} = page
  const {types} = project
  const out = person(scope, types)
  const loggedIn = scope.find(s => s.name === 'auth')?.type.fields?.find(f => f.name === 'loggedIn')
  if (loggedIn) out.push(field(loggedIn, 'auth', types, 'Is User Logged In'))
  const inside = around(page, at).filter(u => u.slot.item).at(-1)
  if (inside?.widget.item) {
    out.unshift(heading('#item', 'Item of the List', 'list', [
      field({name: 'item', type: inside.widget.item}, '', types, 'item'), field({name: 'index', type: {kind: 'int'}, doc: 'Place in the list, from 0'}, '', types, 'index'),
    ]))
  }
  return [
    ...out,
    ...group(scope, 'state', 'Page State', 'edit', types),
    ...group(scope, 'params', 'Page Parameters', 'link', types),
    ...group(scope, 'queries', 'Queries', 'cloud', types),
    ...group(scope, 'form', 'Form Inputs', 'form', types),
    ...group(scope, 'app', 'App State', 'database', types),
    ...group(scope, 'constants', 'Constants', 'tag', types),
    ...group(scope, 'page', 'This Page', 'page', types),
    ...scope.filter(s => s.name === 'now').map(s => field({...s, doc: 'The moment of drawing'}, '', types, 'Current Time')),
  ]
}

// nameOf says where an expression comes from in the words of the tree, "" when it is more than a path.
export function nameOf(expression: string, tree: Variable[]): string {
  for (const v of tree) {
    if (v.expression === expression && v.expression) return v.label
    const below = nameOf(expression, v.children)
    if (below) return v.label === 'Auth Properties' || v.label === 'User Data Fields' ? below : `${v.label} › ${below}`
  }
  return ''
}

// find keeps what a search matches, with the way there.
export function find(tree: Variable[], search: string): Variable[] {
  const want = search.trim().toLowerCase()
  if (!want) return tree
  return tree.flatMap(v => {
    const children = find(v.children, search)
    const hit = v.label.toLowerCase().includes(want) || v.expression.toLowerCase().includes(want)
    return hit || children.length ? [{...v, children: hit && !children.length ? v.children : children}] : []
  })
}

export interface Fit { ok: boolean; why: string; instead?: {expression: string; label: string} }

// fit says whether a variable may stand in a property of a kind, and what can stand there instead.
export function fit(v: Variable, kind: string, types: TypeView[]): Fit {
  const t = full(v.type, types)
  const yes: Fit = {ok: true, why: ''}
  if (!v.expression) return {ok: false, why: ''}
  const secret = v.secret
  if (secret && kind !== 'condition' && kind !== 'secret') {
    const what = `${v.label} is secret: it never reaches the browser, so nothing visible can be set from it.`
    if (kind === 'text') return {ok: false, why: `${what} A masked form of it can be shown.`, instead: {expression: `masked(${v.expression})`, label: 'Use it masked'}}
    if (kind === 'bool') return {ok: false, why: `${what} Whether it is set can be asked.`, instead: {expression: `isSet(${v.expression})`, label: 'Ask whether it is set'}}
    return {ok: false, why: what}
  }
  if (t.kind === 'json') return yes
  const name = typeName(v.type)
  const numbers = ['int', 'number']
  switch (kind) {
    case 'text': case 'json':
      return kind === 'json' || !['list', 'object'].includes(t.kind) ? yes : {ok: false, why: t.kind === 'list' ? `This is a ${name}; text needs a single value.` : 'Choose one of its fields.'}
    case 'bool': case 'condition':
      return t.kind === 'bool' ? yes : {ok: false, why: `This is ${name}; yes or no is needed.`, instead: {expression: `isSet(${v.expression})`, label: 'Ask whether it is set'}}
    case 'int': case 'number':
      return numbers.includes(t.kind) ? yes : {ok: false, why: `This is ${name}; a number is needed.`}
    case 'list': case 'options':
      return t.kind === 'list' ? yes : {ok: false, why: `This is ${name}; a list is needed.`}
    case 'image':
      return ['text', 'image'].includes(t.kind) ? yes : {ok: false, why: `This is ${name}; the address of a picture is needed.`}
    case 'time':
      return t.kind === 'time' ? yes : {ok: false, why: `This is ${name}; a time is needed.`}
  }
  return yes
}

// withDefault adds what stands in for a value that is not there.
export function withDefault(expression: string, type: TypeView, otherwise: string): string {
  const text = otherwise.trim()
  if (!text) return expression
  const plain = ['int', 'number', 'bool'].includes(type.kind) && /^(-?\d+(\.\d+)?|true|false)$/.test(text)
  return `${expression} ?? ${plain ? text : `"${text.replace(/\\/g, '\\\\').replace(/"/g, '\\"')}"`}`
}
