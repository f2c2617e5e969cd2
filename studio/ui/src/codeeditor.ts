import {autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, startCompletion, type CompletionContext, type CompletionResult} from '@codemirror/autocomplete'
import {defaultKeymap} from '@codemirror/commands'
import {yaml} from '@codemirror/lang-yaml'
import {bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting} from '@codemirror/language'
import {lintGutter, lintKeymap, setDiagnostics, type Diagnostic} from '@codemirror/lint'
import {highlightSelectionMatches, search, searchKeymap} from '@codemirror/search'
import {Annotation, EditorState, StateEffect, StateField, type Text} from '@codemirror/state'
import {Decoration, drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers, type DecorationSet} from '@codemirror/view'
import {tags as t} from '@lezer/highlight'
import {splice} from './codefile.ts'
import type {Problem, WhereView} from './wire.ts'

// The editor of a file's text, over CodeMirror. It has no undo of its own: the studio's undo is the one.

export interface Editor {
  show: (text: string) => void // another text, with the cursor where it was
  mark: (problems: Problem[]) => void
  reveal: (where: WhereView, go: boolean) => void // what is selected; go moves the cursor there
  go: (line: number, column: number) => void // the cursor and the focus
  focused: () => boolean
  focus: () => void
  close: () => void
}

export interface Wishes {
  label: string
  nonce: string
  text: string
  typed: (text: string) => void
  moved: (line: number, column: number) => void // the cursor, by hand
  undo: () => void
  redo: () => void
  complete: (before: string[], after: string[], asked: boolean) => Promise<Offer | null>
}

export interface Offer {
  back: number // how many characters before the cursor an option takes the place of
  options: {label: string; detail: string; doc: string; insert: string; more: boolean}[] // more: the next thing is offered at once
}

const fromOutside = Annotation.define<boolean>()
const chosen = StateEffect.define<{from: number; to: number} | null>()

const chosenField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, tr) {
    let next = marks.map(tr.changes)
    for (const e of tr.effects) if (e.is(chosen)) next = e.value ? lines(tr.state.doc, e.value.from, e.value.to) : Decoration.none
    return next
  },
  provide: f => EditorView.decorations.from(f),
})

const line = Decoration.line({class: 'cm-chosen'})

function lines(doc: Text, from: number, to: number): DecorationSet {
  const marks = []
  for (let n = doc.lineAt(from).number; n <= doc.lineAt(Math.max(from, to)).number; n++) marks.push(line.range(doc.line(n).from))
  return Decoration.set(marks)
}

const colours = HighlightStyle.define([
  {tag: [t.definition(t.propertyName), t.propertyName, t.attributeName], color: 'var(--code-key)'},
  {tag: [t.string, t.special(t.string)], color: 'var(--code-text)'},
  {tag: [t.comment, t.lineComment], color: 'var(--soft)', fontStyle: 'italic'},
  {tag: [t.number, t.bool, t.null, t.atom, t.keyword], color: 'var(--code-word)'},
  {tag: [t.punctuation, t.separator, t.squareBracket, t.brace, t.meta], color: 'var(--soft)'},
])

// openEditor makes an editor in an element.
export function openEditor(parent: HTMLElement, wishes: Wishes): Editor {
  const source = async (context: CompletionContext): Promise<CompletionResult | null> => {
    const at = context.state.doc.lineAt(context.pos)
    const before = context.state.doc.sliceString(0, context.pos).split('\n')
    const after = context.state.doc.sliceString(at.to + 1).split('\n')
    const offer = await wishes.complete(before, after, context.explicit)
    if (!offer || context.aborted) return null
    return {
      from: context.pos - offer.back,
      options: offer.options.map(o => ({
        label: o.label, detail: o.detail, info: o.doc || undefined,
        apply: (view, _, from, to) => {
          view.dispatch({changes: {from, to, insert: o.insert}, selection: {anchor: from + o.insert.length}, userEvent: 'input.complete'})
          if (o.more) startCompletion(view)
        },
      })),
      validFor: /^[\w.-]*$/,
    }
  }
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: wishes.text,
      extensions: [
        EditorView.cspNonce.of(wishes.nonce), EditorView.contentAttributes.of({'aria-label': wishes.label, tabindex: '0'}),
        lineNumbers(), lintGutter(), highlightActiveLine(), highlightActiveLineGutter(), drawSelection(), bracketMatching(), closeBrackets(), indentOnInput(), highlightSelectionMatches(),
        indentUnit.of('  '), EditorState.tabSize.of(2), yaml(), syntaxHighlighting(colours), search({top: true}), chosenField,
        autocompletion({override: [source], icons: false}),
        keymap.of([
          {key: 'Mod-z', run: () => { wishes.undo(); return true }}, {key: 'Mod-Shift-z', run: () => { wishes.redo(); return true }}, {key: 'Mod-y', run: () => { wishes.redo(); return true }},
          ...closeBracketsKeymap, ...completionKeymap, ...searchKeymap, ...lintKeymap, ...defaultKeymap,
        ]),
        EditorView.updateListener.of(u => {
          const outside = u.transactions.some(tr => tr.annotation(fromOutside))
          if (u.docChanged && !outside) wishes.typed(u.state.doc.toString())
          if (u.selectionSet && !u.docChanged && !outside) {
            const at = u.state.doc.lineAt(u.state.selection.main.head)
            wishes.moved(at.number, Array.from(at.text.slice(0, u.state.selection.main.head - at.from)).length + 1)
          }
        }),
      ],
    }),
  })
  const place = (doc: Text, n: number, column: number) => {
    const at = doc.line(Math.min(Math.max(n, 1), doc.lines))
    return Math.min(at.to, at.from + Array.from(at.text).slice(0, Math.max(column - 1, 0)).join('').length)
  }
  return {
    show: text => {
      const s = splice(view.state.doc.toString(), text)
      view.dispatch({changes: {from: s.from, to: s.to, insert: s.text}, annotations: fromOutside.of(true)})
    },
    mark: problems => {
      const {doc} = view.state
      const marks = problems.map((p): Diagnostic => {
        const from = place(doc, p.line || 1, p.column || 1)
        const rest = doc.sliceString(from, doc.lineAt(from).to)
        return {from, to: from + (/^[^\s,}\]]+/.exec(rest)?.[0].length ?? 0), severity: p.warning ? 'warning' : 'error', message: p.hint ? `${p.message} (${p.hint})` : p.message}
      })
      view.dispatch(setDiagnostics(view.state, marks))
    },
    reveal: (w, go) => {
      const {doc} = view.state
      const from = place(doc, w.line, w.column)
      const to = Math.max(from, place(doc, w.endLine, w.endColumn) - (w.endColumn === 1 ? 1 : 0))
      view.dispatch({
        effects: go ? [chosen.of({from, to}), EditorView.scrollIntoView(from, {y: 'nearest', yMargin: 60})] : [chosen.of({from, to})],
        ...(go ? {selection: {anchor: from}} : {}), annotations: fromOutside.of(true),
      })
    },
    go: (line, column) => {
      const anchor = place(view.state.doc, line, column)
      view.dispatch({effects: EditorView.scrollIntoView(anchor, {y: 'center'}), selection: {anchor}, annotations: fromOutside.of(true)})
      view.focus()
    },
    focused: () => view.hasFocus,
    focus: () => view.focus(),
    close: () => view.destroy(),
  }
}
