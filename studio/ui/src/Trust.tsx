import {Icon} from './icons.tsx'
import {store} from './store.ts'
import './trust.css'

// Trust asks whether the project may run: it was not made here, so its builder has to know where it comes from.
export function Trust() {
  return (
    <section className="trust" aria-label="Trust">
      <Icon name="lock" size={18} />
      <p><strong>Nothing of this folder runs yet.</strong> It was not made here. You can look at it and change it; the app runs and calls its backend once you trust it.</p>
      <button type="button" className="button primary" onClick={() => void store.trust()}>Trust this folder</button>
    </section>
  )
}
