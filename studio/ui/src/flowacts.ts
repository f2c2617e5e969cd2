import {chosen, each, flows, insertion, parted, relocations, removals, setKey, stepped, titleOf, type FlowAction} from './flows.ts'
import type {FlowView} from './FlowEditor.tsx'
import {store} from './store.ts'
import type {Json, WireEdit} from './wire.ts'

// What a builder does to the actions of a flow.

function listOf(flow: FlowView, list: string): FlowAction[] {
  if (list === flow.at) return flow.actions
  for (const x of each(flow.actions)) {
    const branch = x.branches.find(b => b.at === list)
    if (branch) return branch.actions
  }
  return []
}

const many = ['one', 'two', 'three', 'four', 'five', 'six']

// Place is somewhere that an action can be moved to, in words.
export interface Place { label: string; list: string; index: number }

// named is what actions are called in a sentence: one by its title, several by their number.
function named(them: FlowAction[]): string {
  const [a] = them
  return them.length === 1 && a ? titleOf(a) : `${them.length} actions`
}

// What is done to an action is done to all that are selected, when it is one of them.
export const act = {
  // fits reports whether an action, and those that are selected with it, can be moved to a place.
  fits(flow: FlowView, at: string, list: string, index: number): boolean {
    return relocations(chosen(flow.actions, at), l => listOf(flow, l).length, list, index) !== null
  },
  move(flow: FlowView, a: FlowAction, list: string, index: number) {
    const them = chosen(flow.actions, a.at)
    const how = relocations(them, l => listOf(flow, l).length, list, index)
    if (how) void flows.edit(how.edits, `moving ${named(them)}`, {then: how.then, shift: how.shift})
  },
  shift(flow: FlowView, a: FlowAction, by: -1 | 1) {
    const them = chosen(flow.actions, a.at)
    if (them.some(x => x.list !== a.list)) return store.tell('They stand in different branches. Move them by a drag, or by the menu.')
    const places = them.map(x => x.index)
    const to = by > 0 ? Math.max(...places) + 2 : Math.min(...places) - 1
    if (to >= 0 && to <= listOf(flow, a.list).length) act.move(flow, a, a.list, to)
  },
  // places are the branches that an action can be moved into from where it stands, and the way out of its own.
  places(flow: FlowView, a: FlowAction): Place[] {
    const around = listOf(flow, a.list)
    const into = [around[a.index - 1], around[a.index + 1]].flatMap(n => (n?.branches ?? []).map(b => ({label: `Into ${b.label} of ${titleOf(n as FlowAction)}`, list: b.at, index: n && n.index < a.index ? b.actions.length : 0})))
    const up = [...each(flow.actions)].find(x => x.branches.some(b => b.at === a.list))
    const beside = up?.branches.filter(b => b.at !== a.list).map(b => ({label: `Into ${b.label}`, list: b.at, index: b.actions.length})) ?? []
    return [...into, ...beside, ...(up ? [{label: `Out, behind ${titleOf(up)}`, list: up.list, index: up.index + 1}] : [])]
  },
  remove(flow: FlowView, a: FlowAction, label = 'removing') {
    const them = chosen(flow.actions, a.at)
    const first = them[0] ?? a
    const left = listOf(flow, first.list).length - them.filter(x => x.list === first.list).length
    const next = left > 0 ? `${first.list}/${Math.min(first.index, left - 1)}` : parentOf(flow, first)
    const shift = (path: string) => [...them].reverse().reduce((p, x) => stepped(p, x.list, x.index + 1, -1), path)
    void flows.edit(removals(them, l => listOf(flow, l).length), `${label} ${named(them)}`, {then: next, shift})
  },
  copy(flow: FlowView, a: FlowAction) {
    const them = chosen(flow.actions, a.at)
    flows.copy(them.map(x => x.raw))
    store.tell(`${named(them)} ${them.length === 1 ? 'is' : 'are'} copied. Paste at any + of any flow.`)
  },
  cut(flow: FlowView, a: FlowAction) {
    flows.copy(chosen(flow.actions, a.at).map(x => x.raw))
    act.remove(flow, a, 'cutting')
  },
  // add puts actions into a list; behind the last that was drawn means at its end.
  add(flow: FlowView, list: string, index: number, added: Json[], label: string) {
    const last = index >= listOf(flow, list).length
    void flows.plan(flow.at, (actions, size) => {
      const at = last ? listOf({...flow, actions}, list).length : index
      return {edits: insertion(list, at, added, list === flow.at ? size : 1), then: added.map((_, i) => `${list}/${at + i}`), shift: p => stepped(p, list, at, added.length)}
    }, label)
  },
  paste(flow: FlowView, list: string, index: number) {
    const {clipboard} = flows.get()
    if (clipboard.length) act.add(flow, list, index, clipboard, 'pasting actions')
  },
  // duplicate puts copies behind the last of those that are copied.
  duplicate(flow: FlowView, a: FlowAction) {
    const them = chosen(flow.actions, a.at)
    const {list, index} = parted((them[them.length - 1] ?? a).at)
    void flows.edit([{op: 'actions', at: `${list}/${index + 1}`, value: them.map(x => x.raw)}], `duplicating ${named(them)}`, {then: them.map((_, i) => `${list}/${index + 1 + i}`), shift: p => stepped(p, list, index + 1, them.length)})
  },
  // disable switches actions off, or on where all are off already.
  disable(flow: FlowView, a: FlowAction) {
    const them = chosen(flow.actions, a.at)
    const off = them.every(x => x.disabled)
    void flows.edit(them.filter(x => x.disabled === off).flatMap(x => setKey(x, 'disabled', off ? null : true)), `${off ? 'enabling' : 'disabling'} ${named(them)}`)
  },
  // moreBranches are the branches that an action can have beside those that it has.
  moreBranches(a: FlowAction): {label: string; edits: WireEdit[]}[] {
    const has = (key: string) => a.branches.some(b => b.key === key)
    const out: {label: string; edits: WireEdit[]}[] = []
    if (a.kind === 'if') {
      const n = a.branches.filter(b => b.condition !== undefined).length
      out.push({label: 'Add else-if', edits: [{op: 'insert', at: `${a.at}/elseIf/${n}`, value: {if: '', then: []}}]})
    }
    const next = a.kind === 'parallel' ? many.find(k => !has(k)) : undefined
    if (next) out.push({label: 'Add a branch', edits: [{op: 'set', at: `${a.at}/${next}`, value: []}]})
    return out
  },
  // errorBranch are the edits that give an action the branch that runs when it fails; none where it has one or cannot.
  errorBranch(a: FlowAction): WireEdit[] {
    if (!a.spec?.branches.includes('onError') || a.branches.some(b => b.key === 'onError')) return []
    const value: Json = [{snackBar: {text: '${error.message}', tone: 'error'}}]
    return typeof a.raw === 'string' ? [{op: 'set', at: a.at, value: {[a.kind]: {}, onError: value}}] : [{op: 'set', at: `${a.at}/onError`, value}]
  },
}

function parentOf(flow: FlowView, a: FlowAction): string {
  return [...each(flow.actions)].find(x => x.branches.some(b => b.at === a.list))?.at ?? ''
}
