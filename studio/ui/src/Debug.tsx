import {Tabs} from 'radix-ui'
import {useEffect} from 'react'
import './debug.css'
import {debugging, useDebugging} from './debug.ts'
import {DebugCalls} from './DebugCalls.tsx'
import {DebugFlows} from './DebugFlows.tsx'
import {DebugLogin} from './DebugLogin.tsx'
import {DebugUsers} from './DebugUsers.tsx'
import {DebugVariables} from './DebugVariables.tsx'
import {store, useStudio} from './store.ts'
import {Empty, IconButton, Select} from './ui.tsx'

const tabs = [
  {name: 'login', title: 'Login', Show: DebugLogin},
  {name: 'calls', title: 'Requests', Show: DebugCalls},
  {name: 'flows', title: 'Flows', Show: DebugFlows},
  {name: 'variables', title: 'Variables', Show: DebugVariables},
  {name: 'users', title: 'Test users', Show: DebugUsers},
]

// Debug is the drawer that follows the running app.
export function Debug() {
  const {view} = useDebugging()
  const {project} = useStudio()
  useEffect(() => {
    void debugging.load()
    return () => store.showTrace(null)
  }, [])
  return (
    <section className="debug" aria-label="Debug">
      <Tabs.Root defaultValue="login" className="debug-tabs">
        <header className="debug-head">
          <Tabs.List className="debug-list" aria-label="Debug">
            {tabs.map(t => <Tabs.Trigger key={t.name} value={t.name} className="debug-tab">{t.title}</Tabs.Trigger>)}
          </Tabs.List>
          {view && view.browsers.length > 0 && (
            <span className="debug-browser">
              <Select label="Browser" value={view.picked} onChange={id => void debugging.pick(id)} options={view.browsers.map(b => ({
                value: b.id, label: `${b.name}, ${b.loggedIn ? b.who : 'a guest'}`, hint: b.page,
              }))} />
            </span>
          )}
          <IconButton icon="target" label="Inspect the running app" pressed={view?.inspect ?? false} tip="A click in the running app selects the widget here. Without this, hold Alt and Shift there." onClick={() => void debugging.press({act: 'inspect', on: !(view?.inspect ?? false)})} />
          <IconButton icon="trash" label="Clear the log" tip="Clear the requests and flows" onClick={() => void debugging.press({act: 'clear'})} />
          <IconButton icon="x" label="Close the debug panel" onClick={() => store.toggle('debug')} />
        </header>
        {view && !view.on && <Empty icon="bug" title="Nobody follows the app here">Start it with usher demo or usher dev to see what it does.</Empty>}
        {view?.on && tabs.map(({name, Show}) => (
          <Tabs.Content key={name} value={name} className="debug-body">
            {view.browsers.length === 0 && !['login', 'users'].includes(name)
              ? <Empty icon="play" title="The app has not been opened yet">Press Run: what it does shows here while it does it.{project?.appURL ? '' : ' This app has no address.'}</Empty>
              : <Show view={view} />}
          </Tabs.Content>
        ))}
      </Tabs.Root>
    </section>
  )
}
