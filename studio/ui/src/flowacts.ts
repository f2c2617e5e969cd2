import {each, flows, insertion, relocation, removal, setKey, stepped, titleOf, type FlowAction} from './flows.ts'
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

export const act = {
  move(flow: FlowView, a: FlowAction, list: string, index: number) {
    const how = relocation(a.at, listOf(flow, a.list).length, list, index)
    if (how) void flows.edit(how.edits, `moving ${titleOf(a)}`, {then: how.then, shift: how.shift})
  },
  shift(flow: FlowView, a: FlowAction, by: -1 | 1) {
    const size = listOf(flow, a.list).length
    const to = a.index + by
    if (to >= 0 && to < size) act.move(flow, a, a.list, by > 0 ? to + 1 : to)
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
    const around = listOf(flow, a.list)
    const next = around.length > 1 ? `${a.list}/${Math.min(a.index, around.length - 2)}` : parentOf(flow, a)
    void flows.edit(removal(a.at, around.length), `${label} ${titleOf(a)}`, {then: next, shift: p => stepped(p, a.list, a.index + 1, -1)})
  },
  copy(a: FlowAction) {
    flows.copy([a.raw])
    store.tell(`${titleOf(a)} is copied. Paste it at any + of any flow.`)
  },
  cut(flow: FlowView, a: FlowAction) {
    flows.copy([a.raw])
    act.remove(flow, a, 'cutting')
  },
  paste(list: string, index: number, size: number | null) {
    const {clipboard} = flows.get()
    if (clipboard.length) void flows.edit(insertion(list, index, clipboard, size), 'pasting actions', {then: `${list}/${index}`, shift: p => stepped(p, list, index, clipboard.length)})
  },
  duplicate(a: FlowAction) {
    void flows.edit([{op: 'actions', at: `${a.list}/${a.index + 1}`, value: [a.raw]}], `duplicating ${titleOf(a)}`, {then: `${a.list}/${a.index + 1}`, shift: p => stepped(p, a.list, a.index + 1, 1)})
  },
  disable(a: FlowAction) {
    void flows.edit(setKey(a, 'disabled', a.disabled ? null : true), `${a.disabled ? 'enabling' : 'disabling'} ${titleOf(a)}`)
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
