import {useContext} from 'react'
import {AssetPick} from './SettingsAssets.tsx'
import {AppValue, FlowLine, Head, Line, Setting, Sheet, textOf, useSetting} from './SettingsKit.tsx'
import {store} from './store.ts'
import {read} from './values.ts'

// openBars shows what is on every page on the canvas; where there is nothing yet, an app bar with the page's title is made.
function openBars(there: boolean) {
  const made = there ? Promise.resolve() : store.edit([{op: 'set', at: '/app/bars', value: [{appBar: {title: '${props.title}'}}]}], 'adding an app bar to every page')
  void made.then(() => store.openSheet('/app/bars'))
}

// AppSettings are the name of the app, its pages for when something is missing, and what devices know of it.
export function AppSettings() {
  const app = useContext(AppValue)
  const {value: id} = useSetting('/app/id', 'Id')
  const bars = useSetting('/app/bars', 'Bars')
  const count = Array.isArray(bars.value) ? bars.value.length : 0
  const icon = useSetting('/app/icon', 'Icon')
  const name = textOf(read(app, ['name']))
  const made = name.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '')
  return (
    <>
      <Head title="App">What the app is called and how it behaves as a whole. Written to <code>app.yaml</code>.</Head>
      <Sheet title="Name">
        <Setting at="/app/name" label="Name" />
        <Setting at="/app/shortName" label="Short name" placeholder={name} />
        <Setting at="/app/id" label="Id" placeholder={made} doc={<>Now <code>{textOf(id) || made}</code>. Another one gives the app another cookie, so everybody logs in anew, and another address while it is developed: start usher again after a change.</>} />
        <Line label="Icon" doc={icon.spec?.doc} faults={icon.faults}><AssetPick label="Icon" value={textOf(icon.value)} ends={['.svg', '.png']} none="The first letter" onPick={v => icon.set(v === '' ? null : v)} /></Line>
      </Sheet>
      <Sheet title="Pages">
        <Setting at="/app/notFound" label="Page for unknown addresses" as="page" none="Usher’s own" />
        <Setting at="/app/errorPage" label="Page for faults" as="page" none="Usher’s own" />
      </Sheet>
      <Sheet title="Bars">
        <Line label="Bars" doc={bars.spec?.doc} faults={bars.faults}><span className="fixed">{count ? `${count} ${count === 1 ? 'widget' : 'widgets'}` : 'None'}</span> <button type="button" className="button small" onClick={() => openBars(count > 0)}>{count ? 'Open on the canvas' : 'Add an app bar'}</button></Line>
      </Sheet>
      <Sheet title="Start" doc="Actions that run by themselves, whatever page is open.">
        <FlowLine at="/app/onAppStart" label="On App Start" />
        <FlowLine at="/app/onResume" label="On Resume" />
        <Setting at="/app/installable" label="Installable" />
      </Sheet>
      <Sheet title="Other origins" doc="The policy of the app’s pages refuses everything that is not named here.">
        <Setting at="/app/media" label="Videos from" as="lines" placeholder="https://videos.example.com" />
        <Setting at="/app/frames" label="Framed pages from" as="lines" placeholder="https://www.example.com" />
      </Sheet>
    </>
  )
}
