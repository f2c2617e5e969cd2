import {DropdownMenu} from 'radix-ui'
import {useId, useState} from 'react'
import {AddPage} from './AddPage.tsx'
import {api, ask} from './api.ts'
import {Icon} from './icons.tsx'
import {Labelled, Modal, Removal} from './Modal.tsx'
import {store, useStudio} from './store.ts'
import {IconButton} from './ui.tsx'
import {escaped} from './values.ts'
import type {PageEntry, Problem, TextView, WireEdit} from './wire.ts'
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

type Asked = {what: 'add'} | {what: 'rename' | 'copy' | 'remove'; page: PageEntry}

// Pages lists the pages: one is opened, added, renamed, copied, removed.
export function Pages() {
  const {project, pageName, place} = useStudio()
  const [asked, setAsked] = useState<Asked | null>(null)
  const close = () => setAsked(null)
  return (
    <nav className="pages" aria-label="Pages">
      <div className="pages-head">
        <h2 className="side-title">Pages</h2>
        <IconButton icon="plus" label="Add a page" onClick={() => setAsked({what: 'add'})} />
      </div>
      {project?.pages.map(p => <PageRow key={p.name} page={p} current={place === 'page' && p.name === pageName} problems={project.problems} onAsk={what => setAsked({what, page: p})} />)}
      {asked?.what === 'add' && <AddPage onClose={close} />}
      {(asked?.what === 'rename' || asked?.what === 'copy') && <NamePage page={asked.page} copy={asked.what === 'copy'} onClose={close} />}
      {asked?.what === 'remove' && <Removal at={`/pages/${escaped(asked.page.name)}`} what={`the page ${asked.page.name}`} onClose={close} then={() => {}} />}
    </nav>
  )
}

function PageRow({page, current, problems, onAsk}: {page: PageEntry; current: boolean; problems: Problem[]; onAsk: (what: 'rename' | 'copy' | 'remove') => void}) {
  const {project} = useStudio()
  const [open, setOpen] = useState(false)
  const gate = access[page.access]
  const bad = problems.some(p => !p.warning && p.file === `pages/${page.name}.yaml`)
  const auth = (key: 'entryPage' | 'loggedInPage', label: string) => void store.edit([{op: 'set', at: `/app/authentication/${key}`, value: page.name}], label)
  return (
    <div className="page-row" onContextMenu={ev => { ev.preventDefault(); setOpen(true) }}>
      <button type="button" className="side-item" aria-current={current ? 'page' : undefined} onClick={() => void store.open(page.name)}>
        <Icon name="page" />
        <span className="side-name">{page.name}</span>
        {bad && <span className="dot" title="has problems"><span className="sr">has problems</span></span>}
        {gate && <span className="gate" title={gate.text}><Icon name={gate.icon} size={13} /><span className="sr">{gate.text}</span></span>}
      </button>
      <DropdownMenu.Root modal={false} open={open} onOpenChange={setOpen}>
        <DropdownMenu.Trigger className="page-more" aria-label={`Menu of the page ${page.name}`}><Icon name="more" size={15} /></DropdownMenu.Trigger>
        <DropdownMenu.Portal container={document.querySelector('.middle')}>
          <DropdownMenu.Content className="menu widget-menu" align="start" sideOffset={2} collisionPadding={8}>
            <Item icon="edit" onDo={() => { void store.open(page.name); store.select('') }}>Settings of the page</Item>
            <Item icon="pencil" onDo={() => onAsk('rename')}>Rename…</Item>
            <Item icon="duplicate" onDo={() => onAsk('copy')}>Duplicate…</Item>
            {project?.auth.enabled && (
              <>
                <DropdownMenu.Separator className="menu-line" />
                <Item icon="log-in" disabled={project.auth.entryPage === page.name} onDo={() => auth('entryPage', 'Entry Page')}>Make it the Entry Page</Item>
                <Item icon="home" disabled={project.auth.loggedInPage === page.name} onDo={() => auth('loggedInPage', 'Logged In Page')}>Make it the Logged In Page</Item>
              </>
            )}
            <DropdownMenu.Separator className="menu-line" />
            <Item icon="trash" bad onDo={() => onAsk('remove')}>Remove…</Item>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
    </div>
  )
}

function Item({icon, bad, disabled, onDo, children}: {icon: string; bad?: boolean; disabled?: boolean; onDo: () => void; children: string}) {
  return <DropdownMenu.Item className={`menu-item${bad ? ' bad' : ''}`} disabled={disabled} onSelect={onDo}><Icon name={icon} size={15} /><span className="menu-text">{children}</span></DropdownMenu.Item>
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

// NamePage asks for the name of a page, or of a copy of it.
function NamePage({page, copy, onClose}: {page: PageEntry; copy: boolean; onClose: () => void}) {
  const {project} = useStudio()
  const pages = project?.pages ?? []
  const [name, setName] = useState(copy ? free(page.name, pages) : page.name)
  const id = useId()
  const bad = !copy && name === page.name ? '' : whyPage(name, pages)
  const send = () => {
    onClose()
    if (name === page.name) return
    const at = `/pages/${escaped(page.name)}`
    const made = copy ? copied(page, name) : store.edit([{op: 'rename', at, name}], `renaming the page ${page.name}`)
    void made.then(() => store.open(name))
  }
  return (
    <Modal title={copy ? `Duplicate the page ${page.name}` : `Rename the page ${page.name}`} doc={copy ? 'The copy has a path of its own.' : 'What leads to it follows: links, actions, settings.'} send={copy ? 'Duplicate' : 'Rename'} disabled={name === '' || bad !== ''} onSend={send} onClose={onClose}>
      <Labelled id={id} label="Name" doc={bad || undefined}><input id={id} className="input" autoFocus aria-invalid={bad !== ''} value={name} onChange={ev => setName(ev.target.value.trim())} /></Labelled>
    </Modal>
  )
}

function free(name: string, pages: PageEntry[]): string {
  for (let n = 2; ; n++) if (!pages.some(p => p.name === `${name}${n}`)) return `${name}${n}`
}

// copied writes a page once more, comments and all, at another path.
async function copied(page: PageEntry, name: string) {
  try {
    const {text} = await ask<TextView>('GET', `/api/text?at=${encodeURIComponent(`/pages/${escaped(page.name)}`)}`)
    const at = `/pages/${escaped(name)}`
    const {value} = await api.value(`/pages/${escaped(page.name)}/path`)
    const edits: WireEdit[] = [{op: 'text', at, value: text}]
    if (typeof value === 'string') edits.push({op: 'set', at: `${at}/path`, value: `/${dashed(name)}${/\/\{.*/.exec(value)?.[0] ?? ''}`})
    await store.edit(edits, `duplicating the page ${page.name}`)
  } catch (e) {
    store.tell(e instanceof Error ? e.message : 'The page could not be copied.', true)
  }
}
