import {store} from './store.ts'
import type {Problem} from './wire.ts'

const control = 'input:not([type=hidden]), textarea, select, button[role=switch], button[role=combobox], [role=radio], [contenteditable=true]'

const fields = '.row, .setting, .entry, .texts td, .word, .flow-words' // what holds a control and what is said of it

const visibly = {preventScroll: true, focusVisible: true} as FocusOptions

let stop = () => {}

// aim goes to what a problem is about: to the section that shows it, and there to the field below which it is said. What is wrong with a file as a
// whole is mended in its text.
export async function aim(problem: Problem) {
  const at = problem.at ?? ''
  stop()
  if (/^\/(pages|components|calls|types|flows)\/[^/]+$/.test(at) || (at === '/app' && problem.line > 0)) {
    store.show('files', at)
    return store.setMistake({at, line: problem.line, column: problem.column})
  }
  await store.reveal(at)
  if (!hit(problem)) wait(problem)
}

// wait looks again whenever something is drawn, until the field is there or somebody does something else.
function wait(problem: Problem) {
  const watch = new MutationObserver(() => { if (hit(problem)) stop() })
  const timer = window.setTimeout(() => stop(), 5000)
  const gone = () => stop()
  stop = () => {
    watch.disconnect()
    clearTimeout(timer)
    for (const event of ['pointerdown', 'keydown']) window.removeEventListener(event, gone, true)
    stop = () => {}
  }
  watch.observe(document.body, {childList: true, subtree: true, attributes: true, attributeFilter: ['data-at']})
  for (const event of ['pointerdown', 'keydown']) window.addEventListener(event, gone, true)
}

// hit goes to the field of a problem, where it is drawn.
function hit(problem: Problem): boolean {
  const said = [...document.querySelectorAll<HTMLElement>('.fault[data-at]')].filter(f => f.dataset.at === problem.at && f.textContent.includes(problem.message))[0]
  const field = said?.closest<HTMLElement>(fields) ?? said?.parentElement
  if (!said || !field) return false
  field.scrollIntoView({block: 'center'})
  if (field.matches(fields)) (field.querySelector<HTMLElement>(control) ?? field.querySelector<HTMLElement>('button:not(.reset)'))?.focus(visibly)
  if (!matchMedia('(prefers-reduced-motion: reduce)').matches) said.animate([{outline: '2px solid currentColor', outlineOffset: '2px'}, {outline: '2px solid transparent', outlineOffset: '6px'}], 900)
  return true
}
