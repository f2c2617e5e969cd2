import './binding.css'
import {Popover} from 'radix-ui'
import {createContext, useEffect, useId, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type RefObject} from 'react'
import {holeAt, suggestions, type Suggestion} from './completion.ts'
import {Icon} from './icons.tsx'
import {useScope} from './scope.ts'
import {useStudio} from './store.ts'
import type {TextProblem} from './wire.ts'

// Whose says whose property the fields below are of, so that they know what may be read there.
export const Whose = createContext({at: '', prop: '', kind: ''})

interface Props {
  id?: string
  at: string // of whose scope names are offered; '' none
  prop: string
  kind: string
  label: string
  value: string
  bare?: boolean // the whole text is an expression, without ${…}
  className: string
  placeholder?: string
  describedBy?: string
  invalid?: boolean
  onChange: (text: string) => void
  onKeyDown?: (ev: KeyboardEvent) => void
  onFocus?: () => void
  onBlur?: () => void
}

// ExpressionInput is a text field that knows what can be read inside ${…}, and offers it while it is typed.
export function ExpressionInput({id, at, prop, kind, label, value, bare = false, className, placeholder, describedBy, invalid, onChange, onKeyDown, onFocus, onBlur}: Props) {
  const area = useRef<HTMLTextAreaElement>(null)
  const list = useId()
  const [focused, setFocused] = useState(false)
  const [caret, setCaret] = useState(-1) // -1: nothing is offered
  const [asked, setAsked] = useState(false)
  const [active, setActive] = useState(0)
  const offers = useOffers(focused ? at : '', prop, kind, value, caret, bare, asked)
  const open = focused && offers.length > 0
  useHeight(area, value)
  useEffect(() => setActive(0), [value, caret])
  const placed = useRef(-1) // where the cursor belongs in a text that was completed: before the next key, however fast it comes
  useLayoutEffect(() => {
    if (placed.current >= 0) area.current?.setSelectionRange(placed.current, placed.current)
    placed.current = -1
  }, [value])

  const take = (s: Suggestion) => {
    const el = area.current
    if (!el || caret < 0) return
    const from = caret - s.back
    const next = value.slice(0, from) + s.insert + value.slice(caret)
    const end = from + s.insert.length
    el.focus()
    if (next === value) el.setSelectionRange(end, end)
    else placed.current = end
    onChange(next)
    setCaret(end)
  }
  const keys = (ev: KeyboardEvent) => {
    if (ev.key === ' ' && ev.ctrlKey) {
      ev.preventDefault()
      setAsked(true)
      return setCaret(area.current?.selectionStart ?? -1)
    }
    if (!open) return onKeyDown?.(ev)
    const moves: Record<string, () => void> = {
      ArrowDown: () => setActive((active + 1) % offers.length),
      ArrowUp: () => setActive((active + offers.length - 1) % offers.length),
      Enter: () => { const s = offers[active]; if (s) take(s) },
      Tab: () => { const s = offers[active]; if (s) take(s) },
      Escape: () => setCaret(-1),
    }
    const move = moves[ev.key]
    if (!move || ev.shiftKey && ev.key === 'Tab') return onKeyDown?.(ev)
    ev.preventDefault()
    ev.stopPropagation()
    move()
  }
  return (
    <Popover.Root open={open} onOpenChange={now => { if (!now) setCaret(-1) }}>
      <Popover.Anchor asChild>
        <textarea
          ref={area} id={id} rows={1} spellCheck={false} className={className} aria-label={label} aria-describedby={describedBy} aria-invalid={invalid || undefined} aria-autocomplete="list"
          aria-controls={open ? list : undefined} aria-activedescendant={open ? `${list}-${active}` : undefined} value={value} placeholder={placeholder}
          onChange={ev => { onChange(ev.target.value); setAsked(false); setCaret(ev.target.selectionStart) }} onKeyDown={keys}
          onClick={() => setCaret(-1)} onFocus={() => { setFocused(true); onFocus?.() }} onBlur={() => { setFocused(false); setCaret(-1); onBlur?.() }}
        />
      </Popover.Anchor>
      <Popover.Portal>
        <Popover.Content
          className="popover offers" side="bottom" align="start" sideOffset={4} collisionPadding={8} aria-label="Completion" onOpenAutoFocus={ev => ev.preventDefault()} onCloseAutoFocus={ev => ev.preventDefault()}
          onInteractOutside={ev => { if (ev.target === area.current) ev.preventDefault() }} onEscapeKeyDown={ev => ev.preventDefault()}
        >
          <ul role="listbox" id={list} aria-label={`Completions of ${label}`}>
            {offers.map((s, i) => (
              <li key={s.label + s.detail} id={`${list}-${i}`} role="option" aria-selected={i === active} className="offer" onPointerDown={ev => { ev.preventDefault(); take(s) }} onPointerMove={() => setActive(i)}>
                <code>{s.label}</code> <span>{s.detail}</span>
              </li>
            ))}
          </ul>
          {offers[active]?.doc && <p className="offer-doc">{offers[active].doc}</p>}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

function useOffers(at: string, prop: string, kind: string, value: string, caret: number, bare: boolean, asked: boolean): Suggestion[] {
  const {project, catalogue} = useStudio()
  const {scope} = useScope(caret >= 0 ? at : '', prop, kind)
  return useMemo(() => {
    if (caret < 0 || !scope || !project || !catalogue) return []
    const before = bare ? value.slice(0, caret) : holeAt(value, caret)
    return before === null ? [] : suggestions(before, {scope: scope.scope, types: project.types, functions: catalogue.functions}, asked)
  }, [scope, project, catalogue, value, caret, bare, asked])
}

// useHeight makes a field as high as its text.
function useHeight(area: RefObject<HTMLTextAreaElement | null>, value: string) {
  useLayoutEffect(() => { if (area.current) fit(area.current) }, [area, value])
  useEffect(() => { // a narrower field has more lines
    const el = area.current
    if (!el) return
    let width = el.clientWidth
    const seen = new ResizeObserver(() => {
      if (el.clientWidth === width) return
      width = el.clientWidth
      requestAnimationFrame(() => fit(el))
    })
    seen.observe(el)
    return () => seen.disconnect()
  }, [area])
}

function fit(el: HTMLTextAreaElement) {
  el.style.height = 'auto'
  el.style.height = `${el.scrollHeight + 2}px`
}

// Faults says what is wrong with a text, and where.
export function Faults({problems, text}: {problems: TextProblem[]; text: string}) {
  return (
    <>
      {problems.map((p, i) => (
        <p key={i} className={`fault${p.warning ? ' warning' : ''}`}>
          <Icon name="alert" size={15} />
          <span>{p.message}{p.hint && <small>{p.hint}</small>}{!p.warning && p.offset > 0 && <Where text={text} offset={p.offset} />}</span>
        </p>
      ))}
    </>
  )
}

const beside = 18 // characters of the text around a fault

function Where({text, offset}: {text: string; offset: number}) {
  const all = Array.from(text)
  const from = Math.max(0, offset - beside)
  return <code className="where">{from > 0 && '…'}{all.slice(from, offset).join('')}<mark>{all.slice(offset, offset + beside).join('') || ' '}</mark></code>
}
