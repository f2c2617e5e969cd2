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
    void flows.follow(flow.at, them, (now, actions, way) => relocations(now, l => listOf({...flow, actions}, l).length, way(list), index) ?? undefined, `moving ${named(them)}`)
  },
  shift(flow: FlowView, a: FlowAction, by: -1 | 1) {
    const them = chosen(flow.actions, a.at)
    if (them.some(x => x.list !== a.list)) return store.tell('They stand in different branches. Move them by a drag, or by the menu.')
    void flows.follow(flow.at, them, (now, actions) => {
      const places = now.map(x => x.index)
      const [list = a.list] = now.map(x => x.list)
      const size = (l: string) => listOf({...flow, actions}, l).length
      const to = by > 0 ? Math.max(...places) + 2 : Math.min(...places) - 1
      return to >= 0 && to <= size(list) ? relocations(now, size, list, to) ?? undefined : undefined
    }, `moving ${named(them)}`)
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
    void flows.follow(flow.at, them, (now, actions) => {
      const then = {...flow, actions}
      const [first] = now
      if (!first) return undefined
      const left = listOf(then, first.list).length - now.filter(x => x.list === first.list).length
      const next = left > 0 ? `${first.list}/${Math.min(first.index, left - 1)}` : parentOf(then, first)
      const shift = (path: string) => [...now].reverse().reduce((p, x) => stepped(p, x.list, x.index + 1, -1), path)
      return {edits: removals(now, l => listOf(then, l).length), then: next, shift}
    }, `${label} ${named(them)}`)
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
    void flows.follow(flow.at, them, now => {
      const {list, index} = parted((now[now.length - 1] ?? a).at)
      return {
        edits: [{op: 'actions', at: `${list}/${index + 1}`, value: now.map(x => x.raw)}],
        then: now.map((_, i) => `${list}/${index + 1 + i}`), shift: p => stepped(p, list, index + 1, now.length),
      }
    }, `duplicating ${named(them)}`)
  },
  // disable switches actions off, or on where all are off already.
  disable(flow: FlowView, a: FlowAction) {
    const them = chosen(flow.actions, a.at)
    const off = them.every(x => x.disabled)
    const change = (now: FlowAction[]) => ({edits: now.filter(x => x.disabled === off).flatMap(x => setKey(x, 'disabled', off ? null : true))})
    void flows.follow(flow.at, them, change, `${off ? 'enabling' : 'disabling'} ${named(them)}`, (x, y) => x.kind === y.kind)
  },
  // block asks for the name of the action block that actions are to become: one runs in one go, so they must follow each other.
  block(flow: FlowView, a: FlowAction) {
    const them = chosen(flow.actions, a.at)
    if (them.some(x => x.list !== a.list)) return store.tell('They stand in different branches. An action block runs in one go: choose actions that follow each other.')
    if (them.some((x, i) => x.index !== (them[0]?.index ?? 0) + i)) return store.tell('Something else stands between them. An action block runs in one go: choose actions that follow each other.')
    flows.name(them)
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
