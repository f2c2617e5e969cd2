import {pieces} from './expression.ts'
import type {CatalogueView, Json, PageView, SlotView, SpecView, WidgetView} from './wire.ts'

// The tree of widgets: how to find one, what stands around it, what to call it.

export function* all(widgets: WidgetView[]): Generator<WidgetView> {
  for (const w of widgets) {
    yield w
    for (const slot of w.slots) yield* all(slot.widgets)
  }
}

export function widgetAt(page: PageView, at: string): WidgetView | undefined {
  for (const w of all(page.widgets)) if (w.at === at) return w
  return undefined
}

// escaped is a name as a part of a path.
export function escaped(name: string): string {
  return name.replace(/~/g, '~0').replace(/\//g, '~1')
}

// rootOf is what a path stands in that the canvas can show: a page, a component, the bars; "" for none.
export function rootOf(path: string): string {
  return /^(\/pages\/[^/]+|\/components\/[^/]+|\/app\/bars(?=\/|$))/.exec(path)?.[1] ?? ''
}

// around returns the widgets that a widget stands in, outermost first, without itself.
export function around(page: PageView, at: string): {widget: WidgetView; slot: SlotView}[] {
  const walk = (widgets: WidgetView[]): {widget: WidgetView; slot: SlotView}[] | null => {
    for (const w of widgets) {
      if (w.at === at) return []
      for (const slot of w.slots) {
        const found = walk(slot.widgets)
        if (found) return [{widget: w, slot}, ...found]
      }
    }
    return null
  }
  return walk(page.widgets) ?? []
}

// siblings returns the list that a widget stands in and its place there.
export function siblings(page: PageView, at: string): {list: WidgetView[]; index: number} {
  const up = around(page, at).at(-1)
  const list = up ? up.slot.widgets : page.widgets
  return {list, index: list.findIndex(w => w.at === at)}
}

// moved is the path of an item of a list that goes to another index of it.
export function itemPath(at: string, index: number): string {
  return `${at.slice(0, at.lastIndexOf('/'))}/${index}`
}

export function specOf(catalogue: CatalogueView, kind: string): SpecView | undefined {
  return catalogue.widgets.find(s => s.kind === kind)
}

// isComponent tells a component of the app from the widgets that every app has.
export function isComponent(spec: SpecView): boolean {
  return spec.group === 'Components' && spec.kind !== 'slot'
}

// offered are the kinds of widgets that can be added to what is on the canvas: slots in components alone, and no component to itself.
export function offered(page: PageView | null, catalogue: CatalogueView | null): SpecView[] {
  const inside = page?.kind === 'component'
  return (catalogue?.widgets ?? []).filter(s => !s.part && (s.kind !== 'slot' || inside) && !(inside && s.kind === page.name))
}

// words makes words of a name: requiredMessage is “Required message”.
export function words(name: string): string {
  const spaced = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase()
  return spaced.charAt(0).toUpperCase() + spaced.slice(1)
}

// caption is what tells a widget from its like: its text, label, name or id.
export function caption(w: WidgetView): string {
  for (const name of ['text', 'label', 'name', 'icon', 'id', 'src', 'data']) {
    const v = w.props[name]
    if (typeof v === 'string' && v) return v.replace(/\$\{\s*([^}]*?)\s*\}/g, '‹$1›')
  }
  return ''
}

// hiddenWhen says when a widget is not shown, '' when it always is.
export function hiddenWhen(w: WidgetView): string {
  const {visible, showOn} = w.props
  if (visible === false || visible === 'false') return 'never shown'
  const sizes = Array.isArray(showOn) ? showOn.map(String) : typeof showOn === 'string' ? [showOn] : []
  const parts = [sizes.length > 0 ? `on ${sizes.join(', ')}` : '', bound(visible) ? `while ${holes(visible).join(', ')}` : '']
  return parts.some(p => p !== '') ? `shown only ${parts.filter(p => p !== '').join(' and ')}` : ''
}

// bound reports whether a value reads something.
export function bound(v: Json | undefined): v is string {
  return typeof v === 'string' && v.includes('${')
}

// holes are the expressions of a text.
export function holes(text: string): string[] {
  return pieces(text).filter(p => p.read).map(p => p.text)
}

// retext carries an edit made in the drawn text over to the written one: “Welcome Emily” made “Hello Emily” keeps ${user.firstName}. It is null
// when what was drawn for an expression was itself changed.
export function retext(written: string, was: string, now: string): string | null {
  const parts = written.split(/(\$\{[^}]*\})/)
  if (parts.length === 1) return now
  const squeeze = (s: string) => s.replace(/\s+/g, ' ')
  const escape = (s: string) => squeeze(s).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const drawn = new RegExp(`^\\s*${parts.map((p, i) => (i % 2 ? '(.+?)' : escape(p).trim() ? escape(p) : '\\s*')).join('')}\\s*$`, 'u').exec(squeeze(was))
  if (!drawn) return null
  let rest = now
  let out = ''
  for (let i = 1; i < parts.length; i += 2) {
    const value = drawn[(i + 1) / 2] ?? ''
    const at = rest.indexOf(value)
    if (!value || at < 0) return null
    out += rest.slice(0, at) + (parts[i] ?? '')
    rest = rest.slice(at + value.length)
  }
  return out + rest
}
