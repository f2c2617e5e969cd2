import {span} from './debug.ts'
import {Icon} from './icons.tsx'
import {useStudio} from './store.ts'

const ways: Record<string, string> = {then: 'TRUE', else: 'FALSE', onError: 'ERROR'}

// Ran marks an action that ran in the flow that the debug panel shows: which way it went, how often, and how long it took.
export function Ran({at}: {at: string}) {
  const {trace} = useStudio()
  const steps = trace?.steps.filter(s => s.at === at) ?? []
  const last = steps[steps.length - 1]
  if (!last) return null
  const words = [last.error ? 'Failed' : ways[last.way] ?? 'Ran', steps.length > 1 ? `${steps.length} times` : '', span(steps.reduce((sum, s) => sum + s.ms, 0))]
  return <span className={`ran${last.error ? ' bad' : ''}`} title={last.error || last.note || undefined}><Icon name={last.error ? 'x' : 'play'} size={11} /> {words.filter(Boolean).join(' · ')}</span>
}
