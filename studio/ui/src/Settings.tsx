import {useEffect, useRef, useState, type ComponentType} from 'react'
import {api} from './api.ts'
import {Icon} from './icons.tsx'
import './settings.css'
import {AppSettings} from './SettingsApp.tsx'
import {AssetSettings} from './SettingsAssets.tsx'
import {AuthenticationSettings} from './SettingsAuth.tsx'
import {EnvironmentSettings} from './SettingsEnv.tsx'
import {AppValue} from './SettingsKit.tsx'
import {LanguageSettings} from './SettingsLanguages.tsx'
import {StateSettings} from './SettingsState.tsx'
import {ThemeSettings} from './SettingsTheme.tsx'
import {store, useStudio} from './store.ts'
import type {ValueView} from './wire.ts'

// SettingsPage is a page of the settings; owns are the paths that it shows.
interface SettingsPage {
  name: string
  title: string
  icon: string
  owns: string[]
  Page: ComponentType
}

const pages: SettingsPage[] = [
  {name: 'app', title: 'App', icon: 'settings', owns: ['/app'], Page: AppSettings},
  {name: 'authentication', title: 'Authentication', icon: 'shield', owns: ['/app/authentication', '/app/onLogIn', '/app/onLogOut', '/app/onSessionExpired'], Page: AuthenticationSettings},
  {name: 'theme', title: 'Theme', icon: 'palette', owns: ['/app/theme'], Page: ThemeSettings},
  {name: 'environments', title: 'Environments & secrets', icon: 'globe', owns: ['/app/env', '/app/environments'], Page: EnvironmentSettings},
  {name: 'state', title: 'State & constants', icon: 'database', owns: ['/app/state', '/app/constants'], Page: StateSettings},
  {name: 'languages', title: 'Languages', icon: 'message', owns: ['/locales', '/app/language'], Page: LanguageSettings},
  {name: 'assets', title: 'Assets', icon: 'image', owns: ['/assets'], Page: AssetSettings},
]

const last = pages[1]

// pageFor is the page of the settings that an item of the store means: its name, or a path that it shows.
function pageFor(item: string): SettingsPage | undefined {
  const named = pages.find(p => p.name === item)
  if (named) return named
  const fits = (own: string) => item === own || item.startsWith(`${own}/`)
  const best = pages.flatMap(p => p.owns.filter(fits).map(own => ({p, own}))).sort((a, b) => b.own.length - a.own.length)[0]
  return best?.p ?? last
}

// ownsSettings tells whether what is written at a path is shown in the settings.
export function ownsSettings(path: string): boolean {
  return pages.some(p => p.owns.some(own => path === own || path.startsWith(`${own}/`)))
}

// SettingsSide is the list of pages; below the open one stand its parts.
export function SettingsSide() {
  const {item, project} = useStudio()
  const open = pageFor(item)
  const [sheets, setSheets] = useState<string[]>([])
  useEffect(() => {
    const found = () => setSheets(now => {
      const names = [...document.querySelectorAll<HTMLElement>('.settings [data-sheet]')].map(s => s.dataset.sheet ?? '')
      return names.join() === now.join() ? now : names
    })
    found()
    const main = document.querySelector('.middle')
    const watch = new MutationObserver(found)
    if (main) watch.observe(main, {childList: true, subtree: true})
    return () => watch.disconnect()
  }, [open])
  const bad = (p: SettingsPage) => (project?.problems ?? []).some(x => !x.warning && x.at !== undefined && ownsSettings(x.at) && pageFor(x.at) === p)
  return (
    <nav className="settings-nav" aria-label="Settings">
      <h2 className="side-title">Settings</h2>
      {pages.map(p => (
        <div key={p.name}>
          <button type="button" className="side-item" aria-current={p === open ? 'page' : undefined} onClick={() => store.show('settings', p.name)}>
            <Icon name={p.icon} /> <span className="side-name">{p.title}</span>{bad(p) && <span className="dot" aria-hidden="true" />}
          </button>
          {p === open && sheets.length > 1 && (
            <ul className="side-sheets">
              {sheets.map(s => <li key={s}><button type="button" onClick={() => document.querySelector(`[data-sheet="${CSS.escape(s)}"]`)?.scrollIntoView({block: 'start', behavior: 'auto'})}>{s}</button></li>)}
            </ul>
          )}
        </div>
      ))}
    </nav>
  )
}

// useApp is app.yaml as it is written, with the revision that it is of.
function useApp(): ValueView | undefined {
  const {project} = useStudio()
  const [app, setApp] = useState<ValueView>()
  const revision = project?.revision
  useEffect(() => {
    let wanted = true
    void api.value('/app').then(v => { if (wanted) setApp(v) }, () => {})
    return () => { wanted = false }
  }, [revision])
  return app
}

// SettingsMain is the open page of the settings.
export function SettingsMain() {
  const {item} = useStudio()
  const app = useApp()
  const page = pageFor(item)
  const scroll = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!item.startsWith('/')) {
      scroll.current?.scrollTo(0, 0)
      return
    }
    const sheets = [...(scroll.current?.querySelectorAll<HTMLElement>('[data-at]') ?? [])].filter(s => item.startsWith(s.dataset.at ?? '/'))
    sheets.at(-1)?.scrollIntoView({block: 'start'})
  }, [item])
  if (!page || !app) return null
  return (
    <AppValue.Provider value={app.value}>
      <div className={`scroll settings-${page.name}`} ref={scroll}><div className="settings" data-revision={app.revision}><page.Page /></div></div>
    </AppValue.Provider>
  )
}
