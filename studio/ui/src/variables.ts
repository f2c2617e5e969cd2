import type {FieldView, ProjectView, ScopeView, TypeView} from './wire.ts'

// What a property can be set from: the scope of its place as the tree of “Set from variable”.

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

// iconOf is the sign of a type.
export function iconOf(t: TypeView): string {
  return icons[t.kind] ?? 'tag'
}

// full looks a data type up by its name.
export function full(t: TypeView, types: TypeView[]): TypeView {
  return t.name && !t.fields && !t.enum ? types.find(x => x.name === t.name) ?? t : t
}

const kindNames: Record<string, string> = {int: 'whole number', bool: 'yes or no', json: 'anything', image: 'picture'}

// typeName is a type in words.
export function typeName(t: TypeView): string {
  if (t.kind === 'list') return `list of ${t.elem ? typeName(t.elem) : 'anything'}`
  return t.name ?? kindNames[t.kind] ?? t.kind
}

// aType is a type with its article.
function aType(t: TypeView): string {
  return t.name || !['int', 'number', 'time', 'image', 'list'].includes(t.kind) ? typeName(t) : `a ${typeName(t)}`
}

// member is the expression of a field below another; odd names stand in brackets.
export function member(up: string, name: string): string {
  if (!up) return name
  return /^[A-Za-z_]\w*$/.test(name) ? `${up}.${name}` : `${up}[${quoted(name)}]`
}

// quoted is a text as expressions write it.
export function quoted(text: string): string {
  return `"${text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')}"`
}

const deepest = 5

function field(f: FieldView, up: string, types: TypeView[], label = f.name, depth = 0): Variable {
  const type = full(f.type, types)
  const expression = member(up, f.name)
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
  if (!found) return []
  const fields = full(found.type, types).fields ?? []
  if (fields.length) return [heading(`#${name}`, label, icon, fields.map(f => field(f, name, types)))]
  return found.type.kind === 'json' ? [field(found, '', types, label)] : []
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

const single: Record<string, [label: string, doc: string]> = {
  now: ['Current Time', 'The moment of drawing'], language: ['Language', 'The language of who reads, such as en'],
}

// one is a name of the scope as a variable of its own.
function one(scope: FieldView[], name: string, types: TypeView[], label: string, doc = ''): Variable[] {
  return scope.filter(s => s.name === name).map(s => field({...s, doc: s.doc || doc}, '', types, label))
}

// enums are the values of the app's enums, each as the text that it is.
function enums(types: TypeView[]): Variable[] {
  const some = types.filter(t => t.enum && t.name)
  if (!some.length) return []
  return [heading('#enums', 'Enum Values', 'tag', some.map(t => heading(`#enum-${t.name}`, t.name ?? '', 'tag', (t.enum ?? []).map(v => ({
    id: `${t.name}:${v}`, label: v, expression: quoted(v), type: {kind: 'enum', name: t.name}, doc: '', icon: 'tag', children: [], secret: false,
  })))))]
}

const grouped = ['auth', 'user', 'item', 'index', 'each', 'props', 'own', 'state', 'params', 'queries', 'form', 'app', 'constants', 'env', 'secrets', 'page', 'now', 'language', 'reply', 'request', 'response', 'session', 'message', 'error', 'event', 'claims']

function paramsLabel(at: string): string {
  if (at.startsWith('/calls/')) return 'Parameters of the Call'
  return at.startsWith('/flows/') ? 'Parameters of the Block' : 'Page Parameters'
}

// variables lists what an expression at a place may read.
export function variables(project: ProjectView, at: string, view: ScopeView | null): Variable[] {
  const scope = view?.scope ?? []
  const {types} = project
  const loggedIn = scope.find(s => s.name === 'auth')?.type.fields?.find(f => f.name === 'loggedIn')
  const item = [...one(scope, 'item', types, 'item'), ...one(scope, 'index', types, 'index', 'Place in the list, from 0')]
  const outputs = scope.filter(s => !grouped.includes(s.name))
  return [
    ...(item.length ? [heading('#item', at.includes('/change/') ? 'Item That Changes' : 'Item of the List', 'list', item)] : []),
    ...one(scope, 'each', types, 'Element of the Loop'),
    ...one(scope, 'reply', types, 'Reply'), ...one(scope, 'request', types, 'Request'), ...one(scope, 'message', types, 'Message of the Stream'),
    ...group(scope, 'error', 'Error', 'alert', types), ...one(scope, 'event', types, 'Event'), ...group(scope, 'session', 'Session That Ended', 'user', types), ...one(scope, 'claims', types, 'Claims'),
    ...(outputs.length ? [heading('#outputs', 'Action Outputs', 'play', outputs.map(o => field(o, '', types)))] : []),
    ...person(scope, types),
    ...(loggedIn ? [field(loggedIn, 'auth', types, authLabels.loggedIn)] : []),
    ...group(scope, 'props', 'Component Properties', 'box', types),
    ...group(scope, 'own', 'Component State', 'edit', types),
    ...group(scope, 'form', 'Form Inputs', 'form', types),
    ...group(scope, 'state', 'Page State', 'edit', types),
    ...group(scope, 'params', paramsLabel(at), 'link', types),
    ...group(scope, 'queries', 'Queries', 'cloud', types),
    ...group(scope, 'app', 'App State', 'database', types),
    ...group(scope, 'constants', 'Constants', 'tag', types),
    ...(at.startsWith('/calls/') || at.startsWith('/app/authentication') ? [...group(scope, 'env', 'Environment', 'globe', types), ...group(scope, 'secrets', 'Secrets of the Group', 'lock', types)] : []),
    ...enums(types),
    ...group(scope, 'page', 'This Page', 'page', types),
    ...Object.entries(single).flatMap(([name, [label, doc]]) => one(scope, name, types, label, doc)),
    ...(view ? [{id: 'today()', label: 'Today', expression: 'today()', type: {kind: 'time'}, doc: 'The beginning of today', icon: 'clock', children: [], secret: false}] : []),
  ]
}

// flat is every variable of a tree.
export function flat(tree: Variable[]): Variable[] {
  return tree.flatMap(v => [v, ...flat(v.children)])
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

// kindOf is the kind of value that a property of a kind of the catalogue needs, "" anything.
export function kindOf(prop: string): string {
  return ({condition: 'bool', options: 'list', texts: 'list', numbers: 'list', enum: 'text', color: 'text', media: 'image', json: ''} as Record<string, string>)[prop] ?? prop
}

const needed: Record<string, string> = {bool: 'yes or no is', int: 'a whole number is', number: 'a number is', list: 'a list is', image: 'the address of a picture is', time: 'a time is', object: 'a single object is'}

// conversions are what makes one kind of value of another.
const conversions: Record<string, (e: string, from: string) => {expression: string; label: string} | undefined> = {
  bool: (e, from) => ({expression: from === 'list' ? `count(${e}) > 0` : `isSet(${e})`, label: from === 'list' ? 'Ask whether it has items' : 'Ask whether it is set'}),
  int: (e, from) => (from === 'list' ? {expression: `count(${e})`, label: 'Count its items'} : from === 'number' || from === 'text' ? {expression: `int(${e})`, label: 'Make it a whole number'} : from === 'time' ? {expression: `toUnix(${e})`, label: 'Use its UNIX time'} : undefined),
  number: (e, from) => (from === 'list' ? {expression: `count(${e})`, label: 'Count its items'} : from === 'text' ? {expression: `number(${e})`, label: 'Make it a number'} : undefined),
  time: (e, from) => (from === 'int' || from === 'number' ? {expression: `unix(${e})`, label: 'Read it as a UNIX time'} : from === 'text' ? {expression: `time(${e})`, label: 'Read it as a time'} : undefined),
  text: (e, from) => (from === 'list' ? {expression: `join(${e}, ", ")`, label: 'Join its items'} : from === 'object' ? {expression: `json(${e})`, label: 'Write it as JSON'} : undefined),
}

// fit says whether a value of a type may stand where a kind is needed, and what can stand there instead. secrets says that a secret may.
export function fit(expression: string, type: TypeView, kind: string, types: TypeView[], secrets = false, label = expression): Fit {
  const t = full(type, types)
  const yes: Fit = {ok: true, why: ''}
  if (!expression) return {ok: false, why: ''}
  const want = kindOf(kind)
  if (t.kind === 'secret') {
    if (secrets || kind === 'condition' || kind === 'secret') {
      return want === 'bool' ? {ok: false, why: `${label} is a secret; yes or no is needed.`, instead: conversions.bool?.(expression, 'secret')} : yes
    }
    const what = `${label} is secret: it never reaches the browser, so nothing visible can be set from it.`
    if (want === 'text') return {ok: false, why: `${what} A masked form of it can be shown.`, instead: {expression: `masked(${expression})`, label: 'Use it masked'}}
    if (want === 'bool') return {ok: false, why: `${what} Whether it is set can be asked.`, instead: {expression: `isSet(${expression})`, label: 'Ask whether it is set'}}
    if (want === 'time') return {ok: false, why: `${label} is a secret; a time is needed. A token that is a JWT says itself when it ends.`, instead: {expression: `jwt(${expression}).exp`, label: 'Read when it ends'}}
    return {ok: false, why: what}
  }
  if (t.kind === 'json' || !want || want === 'secret') return yes
  const fits = want === t.kind || want === 'number' && t.kind === 'int' || want === 'image' && t.kind === 'text' || want === 'enum' && t.kind === 'text'
    || want === 'text' && !['list', 'object'].includes(t.kind)
  if (fits) return yes
  const instead = conversions[want]?.(expression, t.kind)
  if (want === 'text') return {ok: false, why: t.kind === 'list' ? `This is ${aType(type)}; text needs a single value.` : 'This is an object; choose one of its fields.', instead}
  return needed[want] ? {ok: false, why: `This is ${aType(type)}; ${needed[want]} needed.`, instead} : yes
}

// withDefault adds what stands in for a value that is not there.
export function withDefault(expression: string, type: TypeView, otherwise: string): string {
  const text = otherwise.trim()
  if (!text) return expression
  const plain = ['int', 'number', 'bool'].includes(type.kind) && /^(-?\d+(\.\d+)?|true|false)$/.test(text)
  const simple = /^[\w.[\]"()]+$/.test(expression) || /^\w+\(.*\)$/.test(expression)
  return `${simple ? expression : `(${expression})`} ?? ${plain ? text : quoted(text)}`
}
