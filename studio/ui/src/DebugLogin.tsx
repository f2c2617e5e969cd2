import {useEffect, useState, type ReactNode} from 'react'
import {debugging, reasonOf, useDebugging, when} from './debug.ts'
import {Icon} from './icons.tsx'
import {Empty} from './ui.tsx'
import type {DebugView, LoginView, VariableView} from './wire.ts'

// DebugLogin shows who is logged in in the picked browser, and the buttons that make a login meet what it will meet.
export function DebugLogin({view}: {view: DebugView}) {
  const {login} = view
  return (
    <div className="debug-split">
      <div className="debug-scroll" role="region" aria-label="The login" tabIndex={0}>
        {view.browsers.length === 0 && <Empty icon="play" title="The app has not been opened yet">Press Run and log in: the login shows here.</Empty>}
        {view.browsers.length > 0 && !login && <Empty icon="user" title="A guest">Nobody is logged in in this browser.</Empty>}
        {login && !login.active && (
          <div className="debug-over" role="status">
            <Icon name="log-out" size={18} />
            <span><strong>Signed out{login.endedAt && ` at ${when(login.endedAt)}`}</strong><span>{login.ended ? reasonOf(login.ended) : 'Why is not known any more.'}</span>{login.ended && <code>{login.ended}</code>}</span>
          </div>
        )}
        {login?.active && <Facts login={login} renewals={view.events.filter(e => e.kind === 'renewed' && e.browser === view.picked).length} />}
      </div>
      <Buttons view={view} />
    </div>
  )
}

function Facts({login, renewals}: {login: LoginView; renewals: number}) {
  return (
    <>
      <dl className="debug-facts">
        <Fact name="Authentication token"><code>{login.token || 'none'}</code></Fact>
        <Fact name="Refresh token"><code>{login.refreshToken || 'none'}</code></Fact>
        <Fact name="Token expires">{login.expiry ? <Countdown to={login.expiry} /> : 'not known'}</Fact>
        <Fact name="Renewal">{login.renewable ? `by itself; ${renewals === 0 ? 'not renewed yet' : renewals === 1 ? 'renewed once' : `renewed ${renewals} times`}` : 'none'}</Fact>
        <Fact name="User id"><code>{login.uid || 'none'}</code></Fact>
        <Fact name="Logged in since">{when(login.since)}{login.via && ` by ${login.via}`}, {login.persist ? 'kept until log-out' : 'ends with the browser'}</Fact>
      </dl>
      <Values title="User data" values={login.user} empty="No user data is kept." />
      <Values title="Claims of the token" note="not verified: anybody can write them" values={login.claims} empty="This token is no JWT: only the backend can read it." />
    </>
  )
}

function Fact({name, children}: {name: string; children: ReactNode}) {
  return <div><dt>{name}</dt><dd>{children}</dd></div>
}

function Values({title, note, values, empty}: {title: string; note?: string; values: VariableView[]; empty: string}) {
  return (
    <section className="debug-values" aria-label={title}>
      <h3>{title}{note && values.length > 0 && <small> {note}</small>}</h3>
      {values.length === 0 && <p className="hint">{empty}</p>}
      <dl className="debug-facts small">
        {values.map(v => <Fact key={v.name} name={v.name}>{v.kind === 'time' ? new Date(v.text).toLocaleString() : v.items.length > 0 ? v.items.map(i => i.text).join(', ') : v.text}</Fact>)}
      </dl>
    </section>
  )
}

// Countdown says how long a moment is away, each second anew.
function Countdown({to}: {to: string}) {
  const [now, setNow] = useState(Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  const left = Math.round((new Date(to).getTime() - now) / 1000)
  const text = (s: number) => (s >= 3600 ? `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min` : s >= 60 ? `${Math.floor(s / 60)} min ${s % 60} s` : `${s} s`)
  if (left <= 0) return <span className="debug-tone bad">expired {text(-left)} ago</span>
  return <span className={left < 60 ? 'debug-tone warn' : ''}>in {text(left)}, at {when(to)}</span>
}

interface Button { act: string; icon: string; label: string; what: string; armed?: boolean }

const buttons: Button[] = [
  {act: 'expire', icon: 'clock', label: 'Expire token now', what: 'Its time is up; the next request renews it.'},
  {act: 'refuseCall', icon: 'lock', label: 'Refuse the next call', what: 'It is answered with 401, as if expired.', armed: true},
  {act: 'failRefresh', icon: 'x-circle', label: 'Fail next refresh', what: 'The backend refuses the renewal: the login ends.', armed: true},
  {act: 'troubleRefresh', icon: 'cloud', label: 'Trouble at next refresh', what: 'The backend answers 503: nobody is logged out.', armed: true},
  {act: 'loseRefresh', icon: 'wifi', label: 'Lose next refresh reply', what: 'The backend renews, and its answer gets lost.', armed: true},
  {act: 'logOut', icon: 'log-out', label: 'Log out elsewhere', what: 'The browser hears of it at its next request.'},
  {act: 'reset', icon: 'rotate', label: 'Reset session', what: 'Log out and forget the app state.'},
]

function Buttons({view}: {view: DebugView}) {
  const {busy} = useDebugging()
  const who = view.login?.active ? view.browsers.find(b => b.id === view.picked)?.who : ''
  return (
    <div className="debug-buttons" role="group" aria-label="Have it happen">
      <h3>Have it happen</h3>
      {who && <p className="hint">to {who} in this browser, and to nobody else</p>}
      {buttons.map(b => {
        const on = view.armed === b.act
        return (
          <button key={b.act} type="button" className={`debug-button${on ? ' on' : ''}`} aria-pressed={b.armed ? on : undefined} aria-disabled={busy !== ''} onClick={() => void debugging.press({act: on ? 'disarm' : b.act})}>
            <Icon name={b.icon} size={16} />
            <span><strong>{b.label}</strong><small>{on ? 'Waits for its moment. Press again to take it back.' : b.what}</small></span>
          </button>
        )
      })}
    </div>
  )
}
