import {Popover} from 'radix-ui'
import {useEffect, useState} from 'react'
import {ask} from './api.ts'
import {Icon} from './icons.tsx'
import {store, useStudio} from './store.ts'
import {IconButton} from './ui.tsx'
import './guide.css'
import type {SampleView, StartView} from './wire.ts'

const words: {[name: string]: {title: string; text: string}} = {
  enable: {title: 'Enable', text: 'Authentication is on, with an Entry Page, a Logged In Page and a data type for the person.'},
  pages: {title: 'Build pages', text: 'One where people log in, one where they come to.'},
  authenticate: {title: 'Authenticate', text: 'A button calls your backend.'},
  save: {title: 'Save', text: 'Where the call worked, Log In keeps token, refresh token, expiry and the person.'},
  access: {title: 'Access', text: 'Set from Variable → Authenticated User shows who is logged in.'},
  update: {title: 'Update', text: 'A refresh, or Update Authenticated User, puts a new token in place of the old.'},
  logOut: {title: 'Log out', text: 'The Log Out action ends it.'},
}

// away is a choice of this browser: the steps are put away.
function wasPutAway(): boolean { return localStorage.getItem('studio.steps') === 'away' }

// Guide is the checklist of the seven steps. It is read off the project, so what is done by hand in a file is ticked as well.
export function Guide() {
  const {project} = useStudio()
  const [open, setOpen] = useState(false)
  const [away, setAway] = useState(wasPutAway)
  const [sample, setSample] = useState<SampleView | null>(null)
  useEffect(() => {
    if (open) void ask<StartView>('GET', '/api/start').then(s => setSample(s.sample), () => setSample(null))
  }, [open])
  if (!project) return null
  const done = project.guide.filter(s => s.done).length
  const put = (next: boolean) => {
    localStorage.setItem('studio.steps', next ? 'away' : '')
    setAway(next)
    setOpen(false)
  }
  const label = `${done} of ${project.guide.length} steps`
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className={away ? 'icon-button' : 'badge guide-badge'} aria-label={label} title={away ? label : undefined}>
        <Icon name="list" size={15} /> {!away && <span>{label}</span>}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="popover guide" align="end" sideOffset={8} collisionPadding={12} aria-label="The seven steps"
          onOpenAutoFocus={ev => { ev.preventDefault(); if (ev.currentTarget instanceof HTMLElement) ev.currentTarget.focus() }}>
          <section aria-label="The seven steps of logging in">
            <h2>The seven steps of logging in</h2>
            <ol>
              {project.guide.map(s => (
                <li key={s.name} className={s.done ? 'done' : ''}>
                  <span className="guide-mark"><Icon name={s.done ? 'check' : 'minus'} size={13} /><span className="sr">{s.done ? 'done:' : 'to do:'}</span></span>
                  <span><strong>{words[s.name]?.title}</strong><span>{words[s.name]?.text}</span></span>
                  {s.at && <IconButton icon="chevron-right" label={`Go to ${words[s.name]?.title ?? s.name}`} onClick={() => { setOpen(false); void store.reveal(s.at) }} />}
                </li>
              ))}
            </ol>
            {sample && <p className="guide-sample">The sample backend runs at <code>{sample.address}</code>. Log in as <code>{sample.username}</code> with <code>{sample.password}</code>.</p>}
            <footer>
              {away
                ? <button type="button" className="button" onClick={() => put(false)}>Keep in sight</button>
                : <button type="button" className="button" onClick={() => put(true)}>Put away</button>}
            </footer>
          </section>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
