import type {ComponentType} from 'react'
import {CallsMain} from './CallsMain.tsx'
import {CallsSide} from './CallsSide.tsx'
import {FilesMain, FilesSide} from './Code.tsx'
import {DefineAction} from './DefineAction.tsx'
import {PageMain, PageRight} from './FlowPane.tsx'
import {FlowsMain, FlowsSide} from './FlowsSection.tsx'
import {PagesSide} from './PagesSide.tsx'
import {SettingsMain, SettingsSide, ownsSettings} from './Settings.tsx'
import {store} from './store.ts'
import {rootOf} from './tree.ts'
import {TypesMain, TypesSide} from './TypesSection.tsx'

// Section is a part of the studio: a sign in the rail at the left, what stands beside it, in the middle, and at the right.
export interface Section {
  name: string // store.place while it is open
  title: string
  icon: string
  Side: ComponentType
  Main: ComponentType
  Right?: ComponentType
  owns?: (path: string) => boolean // what is written at a path is shown here
}

export const sections: Section[] = [
  {name: 'page', title: 'Pages', icon: 'layers', Side: PagesSide, Main: PageMain, Right: PageRight},
  {name: 'flows', title: 'Flows', icon: 'zap', Side: FlowsSide, Main: FlowsMain, Right: DefineAction, owns: path => /^\/(flows|app\/on[A-Z]|calls\/.*\/on(Request|Response))/.test(path)},
  {name: 'calls', title: 'API', icon: 'cloud', Side: CallsSide, Main: CallsMain, owns: path => path.startsWith('/calls')},
  {name: 'files', title: 'Files', icon: 'file-text', Side: FilesSide, Main: FilesMain},
  {name: 'types', title: 'Data types', icon: 'database', Side: TypesSide, Main: TypesMain, owns: path => path.startsWith('/types')},
  {name: 'settings', title: 'Settings', icon: 'settings', Side: SettingsSide, Main: SettingsMain, owns: path => rootOf(path) === '' && ownsSettings(path)},
]

export function sectionOf(place: string): Section | undefined {
  return sections.find(s => s.name === place)
}

store.home = path => sections.find(s => s.owns?.(path))?.name ?? ''
