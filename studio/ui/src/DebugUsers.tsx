import {useState} from 'react'
import {debugging, useDebugging} from './debug.ts'
import {Icon} from './icons.tsx'
import {IconButton} from './ui.tsx'
import type {DebugView} from './wire.ts'

// DebugUsers are the accounts that a builder logs in with by one click.
export function DebugUsers({view}: {view: DebugView}) {
  const {busy} = useDebugging()
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const save = async () => {
    if (!name || !password) return
    if (await debugging.press({act: 'saveUser', user: name, password})) {
      setName('')
      setPassword('')
    }
  }
  return (
    <div className="debug-split">
      <div className="debug-scroll" role="region" aria-label="Test users" tabIndex={0}>
        <p className="hint">One click logs in at your backend by the app’s own log-in form, and opens the app as that person.</p>
        {view.users.length === 0 && <p className="debug-none">No test user is saved yet.</p>}
        <ul className="debug-users" aria-label="Saved test users">
          {view.users.map(u => (
            <li key={u}>
              <Icon name="user" size={16} /><strong>{u}</strong>
              <button type="button" className="button" aria-disabled={busy !== ''} aria-label={`Log in as ${u}`} onClick={() => void debugging.press({act: 'logIn', user: u})}><Icon name="log-in" size={14} /> Log in as {u}</button>
              <IconButton icon="trash" label={`Forget ${u}`} onClick={() => void debugging.press({act: 'forgetUser', user: u})} />
            </li>
          ))}
        </ul>
      </div>
      <form className="debug-buttons debug-form" aria-label="Save a test user" onSubmit={ev => { ev.preventDefault(); void save() }}>
        <h3>Save a test user</h3>
        <label>User name or e-mail<input className="input" value={name} autoComplete="off" onChange={ev => setName(ev.target.value)} /></label>
        <label>Password<input className="input" type="password" value={password} autoComplete="off" onChange={ev => setPassword(ev.target.value)} /></label>
        <button type="submit" className="button primary" aria-disabled={!name || !password}>Save</button>
        <p className="hint">It is kept outside the project, sealed, and goes to no other address than those that the app calls now. Use an account made for tests.</p>
      </form>
    </div>
  )
}
