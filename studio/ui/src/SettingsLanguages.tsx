import {useEffect, useState} from 'react'
import {api} from './api.ts'
import {useDraft} from './fields.tsx'
import {Icon} from './icons.tsx'
import {Faults, Head, More, Pick, RowTools, Setting, Sheet, textOf, useSetting} from './SettingsKit.tsx'
import {store, useStudio} from './store.ts'
import {IconButton, Switch} from './ui.tsx'
import {alter, escaped, isObject, read, removed} from './values.ts'
import type {Json, WireEdit, WordsView} from './wire.ts'

const forms = ['zero', 'one', 'two', 'few', 'many', 'other']

// isPlural tells the plural forms of one text from a mapping of keys.
function isPlural(v: Json | undefined): v is {[key: string]: Json} {
  return isObject(v) && 'other' in v && Object.keys(v).every(k => forms.includes(k))
}

// flat is a file of texts as its keys, joined by dots.
function flat(v: Json | undefined, up = ''): [string, Json][] {
  if (!isObject(v)) return []
  return Object.entries(v).flatMap(([k, x]): [string, Json][] => isObject(x) && !isPlural(x) ? flat(x, `${up}${k}.`) : [[up + k, x]])
}

// useLocales are the files of texts by their language.
function useLocales(): Map<string, Json> | undefined {
  const {project} = useStudio()
  const [files, setFiles] = useState<Map<string, Json>>()
  const revision = project?.revision
  useEffect(() => {
    let wanted = true
    const tags = (store.get().project?.files ?? []).filter(f => f.startsWith('locales/')).map(f => f.slice(8, -5))
    void Promise.all(tags.map(t => api.value(`/locales/${escaped(t)}`).then((v): [string, Json] => [t, v.value]))).then(all => { if (wanted) setFiles(new Map(all)) }, () => {})
    return () => { wanted = false }
  }, [revision])
  return files
}

const path = (tag: string, key: string) => `/locales/${escaped(tag)}/${key.split('.').map(escaped).join('/')}`

// put writes a text; taking one away takes the keys along that hold nothing else.
function put(tag: string, key: string, value: Json, step = '') {
  if (value !== null) return void store.edit([{op: 'set', at: path(tag, key), value}], `text ${key}`, {step})
  const file = `/locales/${escaped(tag)}`
  void alter(file, now => removed(now, file, path(tag, key)), `text ${key}`, step)
}

const names = new Intl.DisplayNames(['en'], {type: 'language'})
const nameOf = (tag: string) => { try { return names.of(tag) ?? tag } catch { return tag } }

// LanguageSettings are the languages of the app, its texts in each of them, and what Usher itself says.
export function LanguageSettings() {
  const files = useLocales()
  const {project} = useStudio()
  const {value} = useSetting('/app/language', 'Language')
  const home = textOf(value) || 'en'
  const tags = files ? [home, ...[...files.keys()].filter(t => t !== home).sort()] : []
  const broad = (project?.problems ?? []).filter(p => /^\/locales(\/[^/]+)?$/.test(p.at ?? ''))
  if (!files) return null
  return (
    <>
      <Head title="Languages">What the app says, in each of its languages: a file a language in the folder <code>locales/</code>. Pages read a text as <code>{'${t("home.greeting")}'}</code>.</Head>
      <Sheet title="Languages">
        <Setting at="/app/language" label="The app’s own language" placeholder="en" />
        <ul className="tag-list" aria-label="Languages of the app">
          {tags.filter(t => files.has(t)).map(t => (
            <li key={t}><strong>{nameOf(t)}</strong> <code>{t}</code> {t === home ? <span className="chip">own</span> : <span className="hint">{missing(files, home, t)}</span>}
              <RowTools what={`language ${t}`} onRemove={() => void store.edit([{op: 'delete', at: `/locales/${escaped(t)}`}], `language ${t}`)} /></li>
          ))}
        </ul>
        <AddLanguage files={files} home={home} />
        <Faults faults={broad} />
      </Sheet>
      {files.size > 0 && <Texts files={files} tags={tags} home={home} />}
      {files.size > 0 && <Words files={files} tags={tags.filter(t => files.has(t))} />}
    </>
  )
}

const own = (key: string) => key.startsWith('usher.')

function missing(files: Map<string, Json>, home: string, tag: string): string {
  const have = new Set(flat(files.get(tag)).map(([k]) => k))
  const parent = new Set(tag.includes('-') ? flat(files.get(tag.slice(0, tag.lastIndexOf('-')))).map(([k]) => k) : [])
  const n = flat(files.get(home)).filter(([k]) => !own(k) && !have.has(k) && !parent.has(k)).length
  return n ? `${n} ${n === 1 ? 'text is' : 'texts are'} missing` : 'has every text'
}

function AddLanguage({files, home}: {files: Map<string, Json>; home: string}) {
  const [tag, setTag] = useState('')
  const legal = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(tag) && !files.has(tag)
  const add = () => {
    if (!legal) return
    const edits: WireEdit[] = [{op: 'set', at: `/locales/${escaped(tag)}`, value: {}}]
    if (!files.has(home) && tag !== home) edits.unshift({op: 'set', at: `/locales/${escaped(home)}`, value: {}})
    void store.edit(edits, `language ${tag}`)
    setTag('')
  }
  return (
    <form className="add-row" onSubmit={ev => { ev.preventDefault(); add() }}>
      <input className="input" aria-label="Tag of a new language" placeholder="Tag, such as de or pt-BR" list="language-tags" value={tag} onChange={ev => setTag(ev.target.value.trim())} />
      <datalist id="language-tags">{['en', 'de', 'fr', 'es', 'it', 'nl', 'pt', 'pl', 'cs', 'sv', 'da', 'nb', 'fi', 'tr', 'ru', 'uk', 'ar', 'he', 'fa', 'hi', 'ja', 'zh', 'ko'].filter(t => !files.has(t)).map(t => <option key={t} value={t}>{nameOf(t)}</option>)}</datalist>
      <button type="submit" className="button" disabled={!legal}><Icon name="plus" size={14} /> Add a language</button>
    </form>
  )
}

// Cell is a text in one language: its forms, where it has some.
function Cell({label, value, hint, onSet, onForm}: {label: string; value: Json | undefined; hint: string; onSet: (v: Json, step: string) => void; onForm: (form: string, v: string, step: string) => void}) {
  if (isPlural(value)) {
    return (
      <span className="plural">
        {forms.filter(f => f in value).map(f => <span key={f}><code>{f}</code><Text label={`${label}, ${f}`} value={textOf(value[f])} hint="" onSet={(v, step) => onForm(f, v, step)} /></span>)}
        <button type="button" className="link" onClick={() => onSet(textOf(value.other), '')}>One form alone</button>
      </span>
    )
  }
  return <Text label={label} value={textOf(value)} hint={hint} onSet={(v, step) => onSet(v === '' ? null : v, step)} />
}

function Text({label, value, hint, onSet}: {label: string; value: string; hint: string; onSet: (v: string, step: string) => void}) {
  const d = useDraft(value, onSet)
  return <textarea className="input" rows={Math.max(1, Math.ceil(d.draft.length / 34))} aria-label={label} placeholder={hint} value={d.draft} onChange={ev => d.onChange(ev.target.value)} onFocus={d.onFocus} onBlur={d.onBlur} onKeyDown={ev => { if (ev.key === 'Enter' && !ev.shiftKey) { ev.preventDefault(); d.flush() } if (ev.key === 'Escape') d.back() }} />
}

function Texts({files, tags, home}: {files: Map<string, Json>; tags: string[]; home: string}) {
  const {project} = useStudio()
  const [find, setFind] = useState('')
  const [only, setOnly] = useState(false)
  const [fresh, setFresh] = useState('')
  const [text, setText] = useState('')
  const texts = new Map(tags.map(t => [t, new Map(flat(files.get(t)).filter(([k]) => !own(k)))]))
  const keys = [...new Set([...texts.values()].flatMap(m => [...m.keys()]))]
  const lacks = (k: string) => tags.some(t => !texts.get(t)?.has(k))
  const shown = keys.filter(k => (!only || lacks(k)) && (find === '' || k.toLowerCase().includes(find.toLowerCase()) || tags.some(t => textOf(texts.get(t)?.get(k)).toLowerCase().includes(find.toLowerCase()))))
  const legal = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/.test(fresh) && !keys.includes(fresh) && !own(fresh) && text !== ''
  const add = () => {
    if (!legal) return
    const edits: WireEdit[] = files.has(home) ? [] : [{op: 'set', at: `/locales/${escaped(home)}`, value: {}}]
    void store.edit([...edits, {op: 'set', at: path(home, fresh), value: text}], `text ${fresh}`)
    setFresh('')
    setText('')
  }
  return (
    <Sheet title="Texts" doc={<>Keys are joined by dots; <code>{'{name}'}</code> is a placeholder. The number <code>count</code> chooses among plural forms.</>}>
      <div className="texts-bar">
        <div className="search"><Icon name="search" size={15} /><input type="search" aria-label="Search texts" placeholder="Search texts" value={find} onChange={ev => setFind(ev.target.value)} /></div>
        <label className="hint" htmlFor="only-missing">Only what is missing</label><Switch id="only-missing" label="Only what is missing" checked={only} onChange={setOnly} />
      </div>
      <div className="texts-scroll" role="group" aria-label="Texts by language">
        <table className="texts">
          <thead><tr><th scope="col">Key</th>{tags.map(t => <th key={t} scope="col">{nameOf(t)} <code>{t}</code></th>)}</tr></thead>
          <tbody>
            {shown.map(k => <Row key={k} name={k} tags={tags} texts={texts} />)}
          </tbody>
        </table>
        {shown.length === 0 && <p className="hint texts-none">{keys.length === 0 ? 'There is no text yet.' : only ? 'Nothing is missing.' : 'No text is called that.'}</p>}
      </div>
      <form className="add-row" onSubmit={ev => { ev.preventDefault(); add() }}>
        <input className="input mono" aria-label="Key of a new text" placeholder="home.greeting" value={fresh} onChange={ev => setFresh(ev.target.value.trim())} />
        <input className="input" aria-label={`New text in ${nameOf(home)}`} placeholder={`Text in ${nameOf(home)}`} value={text} onChange={ev => setText(ev.target.value)} />
        <button type="submit" className="button" disabled={!legal}><Icon name="plus" size={14} /> Add a text</button>
      </form>
      <Faults faults={(project?.problems ?? []).filter(p => !p.warning && /^\/locales\/[^/]+\//.test(p.at ?? '') && !/^\/locales\/[^/]+\/usher/.test(p.at ?? '') && !keys.some(k => tags.some(t => p.at === path(t, k))))} />
    </Sheet>
  )
}

function Row({name, tags, texts}: {name: string; tags: string[]; texts: Map<string, Map<string, Json>>}) {
  const {project} = useStudio()
  const [naming, setNaming] = useState(false)
  const leaf = name.slice(name.lastIndexOf('.') + 1)
  const [to, setTo] = useState(leaf)
  const first = tags.find(t => texts.get(t)?.has(name)) ?? ''
  const rename = () => {
    setNaming(false)
    if (to !== leaf && /^[A-Za-z_]\w*$/.test(to)) void store.edit([{op: 'rename', at: path(first, name), name: to}], `name of ${name}`)
    else setTo(leaf)
  }
  const home = texts.get(tags[0] ?? '')?.get(name)
  return (
    <tr>
      <th scope="row">
        {naming
          ? <input className="input mono" autoFocus aria-label={`New name of ${name}`} value={to} onChange={ev => setTo(ev.target.value)} onBlur={rename} onKeyDown={ev => { if (ev.key === 'Enter') rename(); if (ev.key === 'Escape') { setTo(leaf); setNaming(false) } }} />
          : <span className="key"><code>{name}</code></span>}
        <span className="row-tools">
          <IconButton icon="edit" label={`Rename ${name}`} onClick={() => setNaming(true)} />
          {!isPlural(home) && <IconButton icon="layers" label={`Give ${name} plural forms`} onClick={() => void store.edit(tags.filter(t => texts.get(t)?.has(name)).map((t): WireEdit => ({op: 'set', at: path(t, name), value: {one: textOf(texts.get(t)?.get(name)), other: textOf(texts.get(t)?.get(name))}})), `plural of ${name}`)} />}
          <IconButton icon="trash" label={`Remove ${name}`} onClick={() => void store.edit(tags.filter(t => texts.get(t)?.has(name)).map((t): WireEdit => ({op: 'delete', at: path(t, name)})), `text ${name}`)} />
        </span>
      </th>
      {tags.map(t => {
        const v = texts.get(t)?.get(name)
        return (
          <td key={t} className={v === undefined ? 'missing' : ''}>
            <Cell label={`${name} in ${nameOf(t)}`} value={v} hint={v === undefined ? 'missing' : ''} onSet={(x, step) => put(t, name, x, step && `${step}:${t}:${name}`)} onForm={(f, x, step) => put(t, `${name}.${f}`, x, `${step}:${t}:${name}`)} />
            <Faults faults={(project?.problems ?? []).filter(p => p.at === path(t, name))} />
          </td>
        )
      })}
    </tr>
  )
}

// Words are Usher's own sentences, which the app may say in its own way.
function Words({files, tags}: {files: Map<string, Json>; tags: string[]}) {
  const {project} = useStudio()
  const [tag, setTag] = useState(tags[0] ?? 'en')
  const [words, setWords] = useState<WordsView>()
  const [find, setFind] = useState('')
  useEffect(() => {
    let wanted = true
    void api.words(tag).then(w => { if (wanted) setWords(w) }, () => {})
    return () => { wanted = false }
  }, [tag])
  const theirs = new Map(flat(words?.own))
  const ours = new Map(flat(read(files.get(tag), ['usher'])))
  const all = flat(words?.english).filter(([k, v]) => find === '' || `${k} ${textOf(theirs.get(k) ?? v)} ${textOf(ours.get(k))}`.toLowerCase().includes(find.toLowerCase()))
  const groups = [...new Set(all.map(([k]) => k.split('.')[0] ?? ''))]
  return (
    <Sheet title="What Usher says" doc="Messages about inputs, pages of faults, labels such as “Show password”. What is left empty is said in Usher’s words.">
      <div className="texts-bar">
        <div className="search"><Icon name="search" size={15} /><input type="search" aria-label="Search sentences" placeholder="Search sentences" value={find} onChange={ev => setFind(ev.target.value)} /></div>
        <Pick label="Language of the sentences" value={tag} options={tags.map(t => ({value: t, label: nameOf(t)}))} onChange={setTag} />
      </div>
      {words && words.own === null && <p className="advice"><Icon name="info" size={15} /> <span>Usher does not speak {nameOf(tag)} itself: what is left empty is English.</span></p>}
      {groups.map(g => {
        const mine = all.filter(([k]) => k.split('.')[0] === g)
        const said = mine.filter(([k]) => ours.has(k)).length
        return (
          <More key={`${g}${find !== ''}`} title={`${g} (${mine.length}${said ? `, ${said} your own` : ''})`} open={find !== '' && mine.length < 30}>
            <div className="words">
              {mine.map(([k, english]) => {
                const usual = theirs.get(k) ?? english
                const value = ours.get(k)
                return (
                  <div key={k} className="word">
                    <span><code>{k}</code><span className="hint">{isPlural(usual) ? textOf(usual.other) : textOf(usual)}</span></span>
                    <Cell label={`${k} in ${nameOf(tag)}`} value={value} hint="as Usher says it" onSet={(v, step) => put(tag, `usher.${k}`, v !== null && isPlural(usual) && !isObject(v) ? {...usual, other: v} : v, step && `${step}:${tag}:${k}`)} onForm={(f, v, step) => put(tag, `usher.${k}.${f}`, v, `${step}:${tag}:${k}`)} />
                    <Faults faults={(project?.problems ?? []).filter(p => p.at === path(tag, `usher.${k}`))} />
                  </div>
                )
              })}
            </div>
          </More>
        )
      })}
    </Sheet>
  )
}
