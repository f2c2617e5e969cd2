import {DropdownMenu} from 'radix-ui'
import {useState} from 'react'
import {AddPage} from './AddPage.tsx'
import {freeName} from './calls.ts'
import {Icon} from './icons.tsx'
import {Removal} from './Modal.tsx'
import {copied, Naming, SideList, SideRow, type Act} from './SideList.tsx'
import {store, useStudio} from './store.ts'
import {MenuItem} from './ui.tsx'
import {escaped} from './values.ts'
import type {PageEntry, ProjectView} from './wire.ts'
import './pages.css'

const access: Record<string, {icon: string; text: string}> = {
  loggedIn: {icon: 'lock', text: 'only for people who are logged in'},
  loggedOut: {icon: 'log-in', text: 'only for people who are logged out'},
  rule: {icon: 'shield', text: 'only for people whom its rule lets in'},
}

// whoMayOpen are the words for who may open a page.
export const whoMayOpen = [
  {value: 'any', label: 'Everybody'}, {value: 'loggedIn', label: 'Who is logged in'}, {value: 'loggedOut', label: 'Who is logged out'},
]

type Asked = {what: 'add'} | {what: Act; page: PageEntry}

const pageAt = (name: string) => `/pages/${escaped(name)}`

// Pages lists the pages: one is opened, added, renamed, copied, removed.
export function Pages() {
  const {project, pageName, place} = useStudio()
  const [asked, setAsked] = useState<Asked | null>(null)
  const close = () => setAsked(null)
  return (
    <SideList title="Pages" add="Add a page" onAdd={() => setAsked({what: 'add'})}>
      {project?.pages.map(p => {
        const gate = access[p.access]
        return (
          <SideRow key={p.name} what="page" name={p.name} icon="page" current={place === 'page' && p.name === pageName} bad={project.problems.some(f => !f.warning && f.file === `pages/${p.name}.yaml`)} settings="Settings of the page"
            onOpen={() => void store.open(p.name)} onAsk={what => setAsked({what, page: p})} more={project.auth.enabled && <Roles page={p} auth={project.auth} />}>
            {gate && <span className="gate" title={gate.text}><Icon name={gate.icon} size={13} /><span className="sr">{gate.text}</span></span>}
          </SideRow>
        )
      })}
      {asked?.what === 'add' && <AddPage onClose={close} />}
      {(asked?.what === 'rename' || asked?.what === 'copy') && <NamePage page={asked.page} act={asked.what} pages={project?.pages ?? []} onClose={close} />}
      {asked?.what === 'remove' && <Removal at={pageAt(asked.page.name)} what={`the page ${asked.page.name}`} onClose={close} />}
    </SideList>
  )
}

// Roles make a page the one that people are led to.
function Roles({page, auth}: {page: PageEntry; auth: ProjectView['auth']}) {
  const make = (key: 'entryPage' | 'loggedInPage', label: string) => void store.edit([{op: 'set', at: `/app/authentication/${key}`, value: page.name}], label)
  return (
    <>
      <DropdownMenu.Separator className="menu-line" />
      <MenuItem icon="log-in" disabled={auth.entryPage === page.name} onDo={() => make('entryPage', 'Entry Page')}>Make it the Entry Page</MenuItem>
      <MenuItem icon="home" disabled={auth.loggedInPage === page.name} onDo={() => make('loggedInPage', 'Logged In Page')}>Make it the Logged In Page</MenuItem>
    </>
  )
}

// whyPage says what is wrong with a name for a page, '' nothing.
export function whyPage(name: string, pages: PageEntry[]): string {
  if (name === '') return ''
  if (!/^[A-Za-z][\w-]*$/.test(name)) return 'Begin with a letter, then letters, digits, - and _.'
  return pages.some(p => p.name.toLowerCase() === name.toLowerCase()) ? 'There is a page of that name.' : ''
}

// whyPath says what is wrong with a path for a page, '' nothing.
export function whyPath(path: string, pages: PageEntry[]): string {
  if (path === '') return ''
  if (!path.startsWith('/')) return 'A path begins with a slash.'
  return pages.some(p => p.path === path) ? 'There is a page at that path.' : ''
}

// dashed is a name as a part of an address: newTrips is new-trips.
export function dashed(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase()
}

function NamePage({page, act, pages, onClose}: {page: PageEntry; act: 'rename' | 'copy'; pages: PageEntry[]; onClose: () => void}) {
  const at = pageAt(page.name)
  const write = (name: string) => (act === 'copy' ? copy(page, name) : store.edit([{op: 'rename', at, name}], `renaming the page ${page.name}`))
  return <Naming what="page" name={page.name} free={freeName(page.name, pages.map(p => p.name))} act={act} doc={act === 'copy' ? 'The copy has a path of its own.' : 'What leads to it follows: links, actions, settings.'} why={name => whyPage(name, pages)} onName={name => void write(name).then(() => store.open(name))} onClose={onClose} />
}

// copy writes a page once more at another path, with the parameters of its own.
function copy(page: PageEntry, name: string) {
  const path = page.path && `/${dashed(name)}${/\/\{.*/.exec(page.path)?.[0] ?? ''}`
  return copied(pageAt(page.name), pageAt(name), `duplicating the page ${page.name}`, path ? [{op: 'set', at: `${pageAt(name)}/path`, value: path}] : [])
}
