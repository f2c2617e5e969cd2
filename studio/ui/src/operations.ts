import {full, kindOf} from './variables.ts'
import type {FunctionView, TypeView} from './wire.ts'

// What can be made of a value: the functions of the catalogue, and what operators do.

export interface Param {
  name: string
  type: string // as the catalogue has it: text, int, condition, expression, unit …
  optional: boolean
}

export interface Operation {
  name: string
  title: string
  group: string
  usage: string
  doc: string
  example: string
  gives: string
  params: Param[] // beside the value itself
}

const titles: Record<string, string> = {
  upper: 'Upper case', lower: 'Lower case', title: 'Title case', trim: 'Trim blanks', replace: 'Replace text', split: 'Split into a list', join: 'Join the items', truncate: 'Cut after some letters',
  padStart: 'Pad at the start', padEnd: 'Pad at the end', slug: 'Make a slug', match: 'Match a pattern', matchAll: 'All matches of a pattern', replaceMatches: 'Replace a pattern', base64: 'Base64',
  plural: 'Singular or plural', floor: 'Round down', ceil: 'Round up', abs: 'Without its sign', clamp: 'Keep between', min: 'Smallest', max: 'Largest', formatNumber: 'Format number', formatPercent: 'Format as per cent',
  formatMoney: 'Format as money', formatBytes: 'Format as size', time: 'Read as a time', formatTime: 'Format date and time', addTime: 'Add time', between: 'Time between', startOf: 'Start of day, week, month…',
  part: 'Part of a date', toUnix: 'To UNIX time (seconds)', toUnixMs: 'To UNIX time (milliseconds)', unix: 'From UNIX time (seconds)', unixMs: 'From UNIX time (milliseconds)', inSeconds: 'So many seconds from now',
  inMs: 'So many milliseconds from now', inMinutes: 'So many minutes from now', inDuration: 'This long from now', map: 'Map each item', filter: 'Filter items', find: 'Find an item', findLast: 'Find the last item',
  findIndex: 'Place of an item that…', findLastIndex: 'Last place of an item that…', count: 'Number of items', sum: 'Sum', all: 'All items are…', any: 'Any item is…', none: 'No item is…', one: 'Exactly one item is…',
  sortBy: 'Sort by a field', groupBy: 'Group by a field', sort: 'Sort', take: 'First items', skip: 'All but the first items', flatten: 'Flatten lists', average: 'Average', indexOf: 'Place of', first: 'First', last: 'Last',
  reverse: 'Reverse', unique: 'Each once', len: 'Length', json: 'To JSON text', fromJson: 'From JSON text', keys: 'Names of its fields', values: 'Values of its fields', entries: 'Names and values', merge: 'Merge with another',
  pick: 'Only some fields', omit: 'Without some fields', string: 'To text', int: 'To whole number', number: 'To number', bool: 'To yes or no', default: 'Default if empty', isSet: 'Is set', isEmpty: 'Is empty',
  jwt: 'Claims of the token', masked: 'Masked', initials: 'Initials', repeat: 'Repeat', round: 'Round',
}

const plain = {usage: '', example: '', gives: '', params: []}

// built are the operations that are no function.
const built: (Operation & {takes: string[]})[] = [
  {...plain, name: '.field', title: 'Field', group: 'Often used', usage: 'value.field', doc: 'One of its fields', params: [{name: 'field', type: 'field', optional: false}], takes: ['object']},
  {...plain, name: '.path', title: 'JSON path', group: 'Often used', usage: 'value.data.items[0].name', doc: 'What stands deeper in it: names with dots, places in brackets', params: [{name: 'path', type: 'path', optional: false}], takes: ['json', 'object']},
  {...plain, name: '[at]', title: 'Item at a place', group: 'Often used', usage: 'value[0]', doc: 'One item, counted from 0; -1 is the last', params: [{name: 'place', type: 'index', optional: false}], takes: ['list', 'json']},
  {...plain, name: 'compare', title: 'Compare', group: 'Often used', usage: 'value == other', doc: 'Whether it is equal, greater, less, or contains something', params: [{name: 'comparison', type: 'operator', optional: false}, {name: 'with', type: 'any', optional: false}], takes: ['text', 'int', 'number', 'bool', 'time', 'enum', 'json', 'list']},
  {...plain, name: 'not', title: 'Not', group: 'Often used', usage: 'not value', doc: 'Yes becomes no', takes: ['bool', 'json']},
  {...plain, name: 'calculate', title: 'Calculate', group: 'Often used', usage: 'value + 1', doc: 'Add, subtract, multiply, divide', params: [{name: 'by', type: 'sign', optional: false}, {name: 'number', type: 'number', optional: false}], takes: ['int', 'number']},
]

const often: Record<string, string[]> = {
  text: ['upper', 'lower', 'trim', 'truncate', 'len'], int: ['formatNumber', 'unix', 'string'], number: ['formatNumber', 'round', 'formatMoney'], time: ['formatTime', 'toUnix', 'between'],
  list: ['count', 'first', 'filter', 'sortBy', 'map', 'join'], json: ['string', 'count'], object: ['json'], secret: ['masked', 'isSet', 'jwt'], bool: [],
}

const notOffered = ['now', 'today', 'never', 't', 'reduce', 'default']

// paramsOf reads a signature of the catalogue: "truncate(text text, length int, end? text) text".
export function paramsOf(f: FunctionView): Param[] {
  const inside = /\((.*)\)/.exec(f.signature)?.[1] ?? ''
  return inside.split(', ').filter(p => p !== '').map(p => {
    const [name = '', ...type] = p.split(' ')
    return {name: name.replace('?', ''), type: type.join(' '), optional: name.endsWith('?')}
  })
}

const takers: Record<string, string[]> = {
  text: ['text', 'enum', 'image', 'color'], number: ['int', 'number'], int: ['int'], list: ['list'], object: ['object'], time: ['time'], items: ['list', 'text', 'object'], any: ['text', 'int', 'number', 'bool', 'time', 'enum', 'image', 'object', 'list', 'file'],
}

function takes(f: FunctionView, kind: string): boolean {
  const first = paramsOf(f)[0]
  if (!first || notOffered.includes(f.name)) return false
  if (kind === 'secret') return ['masked', 'jwt', 'isSet', 'isEmpty'].includes(f.name)
  if (f.name === 'jwt' || f.name === 'masked') return kind === 'text' || kind === 'json'
  return kind === 'json' || (takers[first.type] ?? []).includes(kind)
}

function ofFunction(f: FunctionView): Operation {
  return {name: f.name, title: titles[f.name] ?? f.name, group: f.group, usage: f.usage, doc: f.doc, example: f.example, gives: f.gives, params: paramsOf(f).slice(1)}
}

// operationsFor lists what can be made of a value of a type, what is often used first.
export function operationsFor(type: TypeView, functions: FunctionView[], types: TypeView[]): Operation[] {
  const kind = full(type, types).kind
  const mine = functions.filter(f => takes(f, kind)).map(ofFunction)
  const first = (often[kind] ?? []).flatMap(name => mine.filter(o => o.name === name)).map(o => ({...o, group: 'Often used'}))
  return [...built.filter(b => b.takes.includes(kind)), ...first, ...mine.filter(o => !first.some(f => f.name === o.name))]
}

// operationNamed is an operation by its name.
export function operationNamed(name: string, functions: FunctionView[]): Operation | undefined {
  const f = functions.find(x => x.name === name)
  return built.find(b => b.name === name) ?? (f && ofFunction(f))
}

// startOf is what an argument begins with.
export function startOf(p: Param): string {
  return ({index: '0', operator: '==', sign: '+', unit: '"days"', path: '', condition: '', expression: '', field: ''} as Record<string, string>)[p.type] ?? ''
}

// wanted is the kind of value that an argument needs, '' anything.
export function wanted(p: Param): string {
  return ['text', 'int', 'number', 'bool', 'list', 'object', 'time'].includes(p.type) ? kindOf(p.type) : ''
}
