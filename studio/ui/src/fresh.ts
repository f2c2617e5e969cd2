import {words} from './tree.ts'
import type {FieldView, Json, PropView, SpecView, TypeView} from './wire.ts'

// A new widget, as somebody would begin to write it: what must be there and what makes it be seen, nothing else. Ids that are taken already
// get a number when it is put in.

type Props = {[key: string]: Json}

// starts are the kinds that begin with more, or other words, than their required properties say.
const starts: Record<string, (scope: FieldView[], pages: string[]) => Json> = {
  text: () => 'Text',
  markdown: () => 'Some **text**',
  link: () => ({text: 'Link', url: 'https://example.com'}),
  textField: () => ({id: 'field', label: 'Field'}),
  numberField: () => ({id: 'number', label: 'Number'}),
  dateField: () => ({id: 'date', label: 'Date'}),
  timeField: () => ({id: 'time', label: 'Time'}),
  dateTimeField: () => ({id: 'when', label: 'Date and time'}),
  checkbox: () => ({id: 'agree', label: 'I agree'}),
  switch: () => ({id: 'on', label: 'On'}),
  dropdown: () => ({id: 'choice', label: 'Choice', options: ['One', 'Two', 'Three']}),
  radioGroup: () => ({id: 'choice', label: 'Choice', options: ['One', 'Two', 'Three']}),
  checkboxGroup: () => ({id: 'choices', label: 'Choices', options: ['One', 'Two', 'Three']}),
  searchField: () => ({id: 'search', label: 'Search'}),
  fileUpload: () => ({id: 'file', label: 'File'}),
  pinCode: () => ({id: 'code', label: 'Code'}),
  slider: () => ({id: 'amount', label: 'Amount'}),
  image: () => ({src: '', alt: 'A picture'}),
  video: () => ({src: '', label: 'A film'}),
  frame: () => ({src: '', title: 'A page from elsewhere'}),
  avatar: () => ({name: 'Ada Lindgren'}),
  icon: () => 'star',
  iconButton: () => ({icon: 'star', label: 'Favourite'}),
  stat: () => ({label: 'Total', value: '42'}),
  form: () => ({children: [{textField: {id: 'field', label: 'Field'}}, {button: {text: 'Send', submit: true}}] as Json[]}),
  tabBar: () => ({tabs: [{label: 'First', children: [{text: 'The first tab'}]}, {label: 'Second', children: [{text: 'The second tab'}]}]}),
  tab: () => ({label: 'Tab', children: []}),
  appBar: () => ({title: 'Title'}),
  navBar: (_, pages) => ({children: ways(pages, ['home', 'star'])}),
  breadcrumbs: (_, pages) => ({children: ways(pages, [''])}),
  conditional: () => ({when: true, then: [{text: 'Shown while it is so'}], else: [{text: 'Shown while it is not'}]}),
  list: scope => listed(scope, item => ({data: item.data, item: [{text: item.text}]})),
  repeat: scope => listed(scope, item => ({data: item.data, item: [{text: item.text}]})),
  table: scope => listed(scope, item => ({data: item.data, label: 'Table', columns: item.columns})),
  tableColumn: () => ({label: 'Column', value: '${item}'}),
  chart: scope => listed(scope, item => ({label: 'Chart', data: item.data, x: item.x, y: item.y})),
  dialog: () => ({id: 'dialog', label: 'Dialog', children: [{text: 'Text'}]}),
  bottomSheet: () => ({id: 'sheet', label: 'Sheet', children: [{text: 'Text'}]}),
  drawer: () => ({label: 'Menu', children: []}),
  menu: (_, pages) => ({label: 'Menu', children: ways(pages, [''])}),
  slot: () => 'content',
}

// ways are links to the first pages of an app, one for each icon; where there are fewer pages the rest lead elsewhere.
function ways(pages: string[], icons: string[]): Json[] {
  return icons.map((icon, i) => {
    const page = pages[i]
    return {link: {text: page ? words(page) : 'Link', ...page ? {page} : {url: 'https://example.com'}, ...icon ? {icon} : {}}}
  })
}

interface Item { data: string; text: string; x: string; y: string; columns: Json[] }

// listed makes a widget that draws a list: the first that the page has, else three words.
function listed(scope: FieldView[], make: (item: Item) => Json): Json {
  const found = firstList(scope)
  const fields = found?.elem.fields ?? []
  const texts = fields.filter(f => f.type.kind === 'text' && f.name !== 'id')
  const numbers = fields.filter(f => f.type.kind === 'int' || f.type.kind === 'number')
  const shown = texts[0]?.name
  if (!found) return make({data: '${["One", "Two", "Three"]}', text: '${item}', x: 'name', y: 'value', columns: [{label: 'Name', value: '${item}'}]})
  const columns = [...texts.slice(0, 2), ...numbers.slice(0, 1)].map((f): Json => ({label: words(f.name), field: f.name}))
  return make({
    data: `\${${found.path}}`, text: shown ? `\${item.${shown}}` : '${item}', x: shown ?? 'name', y: numbers[0]?.name ?? 'value',
    columns: columns.length ? columns : [{label: 'Name', value: '${item}'}],
  })
}

function firstList(scope: FieldView[]): {path: string; elem: TypeView} | undefined {
  const walk = (fields: FieldView[], path: string, depth: number): {path: string; elem: TypeView} | undefined => {
    for (const f of fields) {
      const at = path ? `${path}.${f.name}` : f.name
      if (f.name === 'headers' || /^(text|secret)$/.test(f.type.kind)) continue
      if (f.type.kind === 'list' && f.type.elem) return {path: at, elem: f.type.elem}
      const found = depth < 5 && f.type.fields ? walk(f.type.fields, at, depth + 1) : undefined
      if (found) return found
    }
    return undefined
  }
  const sources = ['queries', 'state', 'app', 'params', 'user']
  return walk(sources.flatMap(name => scope.filter(f => f.name === name)), '', 0)
}

// plain is a value for a property that must be there.
function plain(p: PropView, spec: SpecView): Json {
  if (p.values.length > 0) return p.values[0] ?? ''
  switch (p.kind) {
    case 'bool': case 'condition': return true
    case 'int': case 'number': return 1
    case 'icon': return 'star'
    case 'list': return '${["One", "Two", "Three"]}'
    case 'options': case 'texts': return ['One', 'Two', 'Three']
  }
  return spec.main === p.name || ['label', 'title', 'name', 'text'].includes(p.name) ? spec.title : words(p.name)
}

// required are the properties without which a widget cannot be drawn, with something to begin with.
export function required(spec: SpecView): Props {
  return Object.fromEntries(spec.props.filter(p => p.required).map(p => [p.name, plain(p, spec)]))
}

// fresh is a new widget of a kind, as an item of a list. pages are those that a link can lead to.
export function fresh(spec: SpecView, scope: FieldView[], pages: string[]): Json {
  const body = starts[spec.kind]?.(scope, pages) ?? begun(spec)
  return spec.part ? body : body === null ? spec.kind : {[spec.kind]: body}
}

function begun(spec: SpecView): Json {
  const props = required(spec)
  const slot = spec.slots.find(s => s.name === spec.main) ?? spec.slots[0]
  if (slot && slot.of === '') return {...props, [slot.name]: []}
  return Object.keys(props).length > 0 ? props : null
}
