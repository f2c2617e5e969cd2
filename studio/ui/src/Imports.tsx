import './imports.css'
import {useEffect, useId, useRef, useState} from 'react'
import {ask} from './api.ts'
import {Icon} from './icons.tsx'
import {Labelled, Modal} from './Modal.tsx'
import {store} from './store.ts'
import {Segmented, Select} from './ui.tsx'
import type {FileView, ImportChoice, ImportRequest, ImportView, Note, ProjectView} from './wire.ts'

// What builders already have becomes files of the app: a preview first, then all of it or nothing.

const message = (e: unknown) => (e instanceof Error ? e.message : 'That did not work.')

// preview asks what a source becomes.
const preview = (source: Omit<ImportRequest, 'revision'>) => ask<ImportView>('POST', '/api/import', {revision: store.get().project?.revision ?? '', ...source})

// Plan shows what a source becomes, and lets guesses be taken on.
function Plan({view, approved, onApprove}: {view: ImportView; approved: string[]; onApprove: (roles: string[]) => void}) {
  const id = useId()
  return (
    <div className="plan">
      <p className="plan-title">From {view.title}</p>
      {view.found && <p className="hint">{view.found}</p>}
      <Notes title="This is made" icon="plus" notes={view.made} none="Nothing new: all of it is there already." />
      {view.left.length > 0 && <Notes title="To know, and what has no place in an app" icon="info" notes={view.left} />}
      {view.guesses.length > 0 && (
        <section aria-label="Guesses">
          <h3>Guesses, each for you to approve</h3>
          {view.guesses.map(g => (
            <label className="guess" key={g.role} htmlFor={`${id}-${g.role}`}>
              <input type="checkbox" id={`${id}-${g.role}`} checked={approved.includes(g.role)} onChange={ev => onApprove(ev.target.checked ? [...approved, g.role] : approved.filter(r => r !== g.role))} />
              <span><strong>{g.role}</strong> is <code>{g.call}</code> <em>{g.confidence} %</em><small>{g.reasons.join('; ')}</small>{g.does.length > 0 && <small>Would write {g.does.join(', ')}</small>}</span>
            </label>
          ))}
        </section>
      )}
      {view.files.length > 0 && <section aria-label="Files"><h3>Files</h3>{view.files.map(f => <FileText key={f.file} file={f} />)}</section>}
    </div>
  )
}

function FileText({file}: {file: FileView}) {
  return (
    <details className="plan-file">
      <summary><code>{file.file}</code> <span className="hint">{file.before === null ? 'new' : 'changed'}</span></summary>
      <pre tabIndex={0} aria-label={file.file}>{file.after}</pre>
    </details>
  )
}

const most = 200

function Notes({title, icon, notes, none}: {title: string; icon: string; notes: Note[]; none?: string}) {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {!notes.length && <p className="hint">{none}</p>}
      <ul className="notes" tabIndex={0} aria-label={title}>
        {notes.slice(0, most).map((n, i) => <li key={i}><Icon name={icon} size={13} /> <span>{n.at && <code>{n.at}</code>} {n.line ? <small>line {n.line}</small> : null} {n.message}</span></li>)}
        {notes.length > most && <li className="hint">and {notes.length - most} more</li>}
      </ul>
    </section>
  )
}

// useImport keeps a preview and writes it.
function useImport() {
  const [view, setView] = useState<ImportView | null>(null)
  const [approved, setApproved] = useState<string[]>([])
  const [fault, setFault] = useState('')
  const [busy, setBusy] = useState(false)
  const turn = useRef(0) // an answer to what was asked before counts for nothing
  const run = async (fn: (still: () => boolean) => Promise<void>) => {
    const mine = ++turn.current
    const still = () => mine === turn.current
    setBusy(true)
    setFault('')
    try { await fn(still) } catch (e) { if (still()) setFault(message(e)) }
    if (still()) setBusy(false)
  }
  return {
    view, approved, fault, busy,
    read: (source: Omit<ImportRequest, 'revision'>) => run(async still => {
      setApproved([])
      const next = await preview(source)
      if (still()) setView(next)
    }),
    approve: (roles: string[]) => {
      if (!view) return
      setApproved(roles)
      const choice: ImportChoice = {revision: view.revision, id: view.id, approve: roles}
      void run(async still => {
        const next = await ask<ImportView>('POST', '/api/import/choose', choice)
        if (still()) setView(next)
      })
    },
    write: (done: (select: string) => void) => run(async () => {
      if (!view) return
      const project = await ask<ProjectView>('POST', '/api/import/write', {revision: view.revision, id: view.id, approve: approved})
      await store.refresh()
      done(project.select)
    }),
    back: () => {
      turn.current++
      setView(null)
      setFault('')
      setBusy(false)
    },
  }
}

type Kind = 'curl' | 'openapi' | 'json'
const words: Record<Kind, string> = {
  curl: 'A command as browsers and manuals hand them out. Passwords, tokens and keys in it become secret variables, or names of secrets; none is written into a file.',
  openapi: 'OpenAPI 3.0, 3.1 or 2.0, as JSON or YAML. It becomes API groups, calls and data types.',
  json: 'An object, or a list of objects. It becomes a data type, and one for each object inside.',
}

// ImportDialog takes in a cURL command, an OpenAPI document or a JSON sample.
export function ImportDialog({kinds = ['curl', 'openapi', 'json'], groups = [], onClose}: {kinds?: Kind[]; groups?: string[]; onClose: () => void}) {
  const id = useId()
  const [kind, setKind] = useState<Kind>(kinds[0] ?? 'curl')
  const [text, setText] = useState('')
  const [url, setURL] = useState('')
  const [name, setName] = useState('')
  const [file, setFile] = useState('')
  const [group, setGroup] = useState('')
  const imp = useImport()
  const ready = kind === 'json' ? text.trim() !== '' && /^[A-Z]\w*$/.test(name.trim()) : kind === 'openapi' ? url.trim() !== '' || text.trim() !== '' : text.trim() !== ''
  const send = () => {
    if (imp.view) void imp.write(select => { onClose(); if (select) void store.reveal(select) })
    else void imp.read({kind, text: kind === 'openapi' && url.trim() ? '' : text, url: kind === 'openapi' ? url.trim() : '', name: kind === 'json' ? name.trim() : file, group, call: ''})
  }
  const choose = async (chosen: File | undefined) => {
    if (!chosen) return
    setFile(chosen.name)
    setURL('')
    setText(await chosen.text())
  }
  return (
    <Modal title={imp.view ? 'What becomes of it' : 'Import'} wide send={imp.view ? 'Write it' : 'Show what becomes of it'} busy={imp.busy} disabled={imp.view ? imp.view.files.length === 0 : !ready} onSend={send} onClose={onClose}
      doc={imp.view ? 'Nothing is written yet. Nothing that is there is overwritten, and one undo takes all of it back.' : words[kind]}
      foot={imp.view ? <button type="button" className="button" onClick={imp.back}>Back</button> : undefined}>
      {imp.fault && <p className="fault" role="alert"><Icon name="alert" size={15} /> <span>{imp.fault}</span></p>}
      {imp.view ? <Plan view={imp.view} approved={imp.approved} onApprove={imp.approve} /> : (
        <>
          {kinds.length > 1 && <Segmented label="What you have" value={kind} onChange={v => setKind(v as Kind)} choices={[{value: 'curl', label: 'cURL command'}, {value: 'openapi', label: 'OpenAPI document'}, {value: 'json', label: 'JSON sample'}]} />}
          {kind === 'json' && (
            <Labelled id={`${id}-n`} label="Name of the data type" doc="Begins with a capital letter, such as Post."><input id={`${id}-n`} className="input" value={name} onChange={ev => setName(ev.target.value)} /></Labelled>
          )}
          {kind === 'openapi' && (
            <>
              <Labelled id={`${id}-u`} label="Address of the document, or of its backend" doc="Usher reads it; your browser does not. Of a backend the usual places are looked at."><input id={`${id}-u`} className="input" placeholder="https://api.example.com/openapi.json" value={url} onChange={ev => setURL(ev.target.value)} /></Labelled>
              <Labelled id={`${id}-f`} label="or a file"><input id={`${id}-f`} className="file-input" type="file" accept=".json,.yaml,.yml" onChange={ev => void choose(ev.target.files?.[0])} /></Labelled>
            </>
          )}
          {(kind !== 'openapi' || !url.trim()) && (
            <Labelled id={`${id}-t`} label={kind === 'curl' ? 'Command' : kind === 'json' ? 'Sample' : 'or its text'}>
              <textarea id={`${id}-t`} className="input mono source" rows={kind === 'openapi' ? 6 : 10} spellCheck={false} value={text} placeholder={kind === 'curl' ? "curl https://api.example.com/posts -H 'Accept: application/json'" : kind === 'json' ? '{"id": 1, "title": "Hello"}' : ''} onChange={ev => setText(ev.target.value)} />
            </Labelled>
          )}
          {kind === 'curl' && groups.length > 0 && (
            <Labelled id={`${id}-g`} label="API group" doc="Where the call goes."><Select id={`${id}-g`} label="API group" value={group || '-'} options={[{value: '-', label: 'The one with the same address, or a new one'}, ...groups.map(g => ({value: g, label: g}))]} onChange={v => setGroup(v === '-' ? '' : v)} /></Labelled>
          )}
        </>
      )}
    </Modal>
  )
}

// TypeOfReply makes data types of what a call answered, and sets them as its reply.
export function TypeOfReply({call, suggested, onClose}: {call: string; suggested: string; onClose: () => void}) {
  const id = useId()
  const [name, setName] = useState(suggested)
  const imp = useImport()
  const first = useRef(true)
  const read = () => void imp.read({kind: 'reply', text: '', url: '', name: name.trim(), group: '', call})
  useEffect(() => {
    if (first.current) read()
    first.current = false
  }, [])
  const stale = imp.view === null
  return (
    <Modal title="Make a data type of the reply" doc={<>Objects inside get data types of their own; what is a token becomes <em>secret</em>. The call then says that its reply is of this type.</>} wide
      send={stale ? 'Show what becomes of it' : 'Write it'} busy={imp.busy} disabled={!/^[A-Z]\w*$/.test(name.trim()) || imp.view?.files.length === 0} onSend={() => { if (stale) read(); else void imp.write(() => { onClose(); store.tell(`${name} is a data type now.`) }) }} onClose={onClose}>
      <Labelled id={id} label="Name of the data type" doc="Begins with a capital letter."><input id={id} className="input" value={name} onChange={ev => { setName(ev.target.value); imp.back() }} /></Labelled>
      {imp.fault && <p className="fault" role="alert"><Icon name="alert" size={15} /> <span>{imp.fault}</span></p>}
      {imp.view && <Plan view={imp.view} approved={[]} onApprove={() => {}} />}
    </Modal>
  )
}
