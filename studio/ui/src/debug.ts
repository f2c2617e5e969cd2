import {useSyncExternalStore} from 'react'
import {api} from './api.ts'
import {store} from './store.ts'
import type {DebugRequest, DebugView} from './wire.ts'

// Debugging is what the debug panel shows. It is replaced, never changed.
export interface Debugging {
  view: DebugView | null
  browser: string // that was picked, '' the one seen last
  busy: string // the button that is being pressed, '' none
}

class DebugStore {
  state: Debugging = {view: null, browser: '', busy: ''}
  private listeners = new Set<() => void>()
  private asking = false
  private again = false

  constructor() {
    store.heard['debug'] = () => { if (store.get().drawer === 'debug') void this.load() }
    store.heard['pointed'] = path => { void store.reveal(path) }
  }

  subscribe = (fn: () => void) => {
    this.listeners.add(fn)
    return () => { this.listeners.delete(fn) }
  }
  get = () => this.state

  private set(patch: Partial<Debugging>) {
    this.state = {...this.state, ...patch}
    for (const fn of this.listeners) fn()
  }

  // load asks what the app did; news that come meanwhile are asked for once afterwards.
  async load() {
    if (this.asking) {
      this.again = true
      return
    }
    this.asking = true
    try {
      do {
        this.again = false
        this.set({view: await api.debug(this.state.browser)})
      } while (this.again)
    } catch (e) {
      store.tell(e instanceof Error ? e.message : 'The debug panel could not be filled.', true)
    } finally {
      this.asking = false
    }
  }

  pick(browser: string) {
    this.set({browser})
    return this.load()
  }

  // press presses a button; what it gives to open opens in a tab of its own.
  async press(request: DebugRequest): Promise<boolean> {
    if (this.state.busy) return false
    this.set({busy: request.act})
    // The tab is opened before the answer is there, or browsers take it for a pop-up that nobody wanted.
    const tab = request.act === 'logIn' ? open('about:blank', '_blank') : null
    try {
      const answer = await api.press({browser: this.state.view?.picked ?? '', ...request})
      if (answer.said) store.tell(answer.said)
      if (answer.url && tab) {
        tab.opener = null
        tab.location.replace(answer.url)
      }
      this.set({busy: ''})
      await this.load()
      return true
    } catch (e) {
      tab?.close()
      store.tell(e instanceof Error ? e.message : 'That did not work.', true)
      return false
    } finally {
      this.set({busy: ''})
    }
  }
}

export const debugging = new DebugStore()

export function useDebugging(): Debugging {
  return useSyncExternalStore(debugging.subscribe, debugging.get)
}

// when is a moment as the panel writes it.
export function when(iso: string): string {
  return new Date(iso).toLocaleTimeString([], {hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23'})
}

// span is how long something took.
export function span(ms: number): string {
  if (ms >= 10_000) return `${Math.round(ms / 1000)} s`
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`
  return ms >= 10 ? `${Math.round(ms)} ms` : `${ms.toFixed(1)} ms`
}

const reasons: Record<string, string> = {
  revoked: 'The backend refused to renew the login.',
  lost_rotation: 'An answer to a renewal was lost on its way, and the backend then took the old refresh token for stolen.',
  timeout_idle: 'Nobody did anything for longer than the idle limit.',
  timeout_absolute: 'The login reached its greatest age.',
  timeout_away: 'The browser was closed, and the app does not keep logins beyond that.',
  token_expired: 'The token expired, and nothing could renew it.',
  logged_out: 'The person logged out here.',
  logged_out_elsewhere: 'Logged out from another place.',
  replaced: 'Another login in the same browser took its place.',
  tampered: 'What is stored of the login was changed from outside.',
  key_missing: 'The key that sealed the login is gone.',
  uid_changed: 'The renewal answered for another person.',
  moved: 'It goes on under a new id.',
  restored: 'It came from a backup, in which its tokens were spent already.',
}

// reasonOf says why a login is over.
export function reasonOf(reason: string): string { return reasons[reason] ?? reason }
