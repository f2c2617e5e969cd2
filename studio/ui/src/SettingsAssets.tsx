import {AlertDialog} from 'radix-ui'
import {useEffect, useRef, useState} from 'react'
import {api} from './api.ts'
import {Icon} from './icons.tsx'
import {Head, Pick} from './SettingsKit.tsx'
import {store, useStudio} from './store.ts'
import {Empty, IconButton} from './ui.tsx'
import type {AssetsView, AssetView} from './wire.ts'

let changes = 0 // of assets, in this window: another picture under the same name makes no other revision
const listeners = new Set<() => void>()

// useAssets are the files in assets/.
export function useAssets(): AssetsView | undefined {
  const {project} = useStudio()
  const [assets, setAssets] = useState<AssetsView>()
  const [seen, setSeen] = useState(0)
  const revision = project?.revision
  useEffect(() => {
    const again = () => setSeen(n => n + 1)
    listeners.add(again)
    return () => { listeners.delete(again) }
  }, [])
  useEffect(() => {
    let wanted = true
    void api.assets().then(a => { if (wanted) setAssets(a) }, () => {})
    return () => { wanted = false }
  }, [revision, seen])
  return assets
}

function changed() {
  changes++
  for (const fn of listeners) fn()
}

// address is where the studio shows an asset.
export function address(name: string): string {
  return `/api/asset/${encodeURIComponent(name)}?n=${changes}`
}

// plain is a file's name as assets are named.
function plain(name: string): string {
  const dot = name.lastIndexOf('.')
  const stem = (dot > 0 ? name.slice(0, dot) : name).normalize('NFKD').replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^-+|-+$/g, '') || 'file'
  return `${stem}${dot > 0 ? name.slice(dot).toLowerCase() : ''}`
}

// upload puts a file into assets/; it gives the name that the file has there, '' when it was refused, which is told.
export async function upload(file: File): Promise<string> {
  const name = plain(file.name)
  try {
    await api.putAsset(name, file)
    changed()
    return name
  } catch (e) {
    store.tell(e instanceof Error ? e.message : 'It could not be taken.', true)
    return ''
  }
}

// AssetPick chooses one of the assets of some kinds, or brings a new one.
export function AssetPick({label, value, ends, none, onPick}: {label: string; value: string; ends: string[]; none: string; onPick: (name: string) => void}) {
  const assets = useAssets()
  const input = useRef<HTMLInputElement>(null)
  const bare = value.replace(/^assets\//, '')
  const fits = (assets?.assets ?? []).filter(a => ends.some(e => a.name.toLowerCase().endsWith(e)))
  const picture = fits.some(a => a.name === bare && a.media.startsWith('image/'))
  const bring = async (file: File | undefined) => {
    if (!file) return
    const name = await upload(file)
    if (name) onPick(name)
  }
  return (
    <span className="asset-pick">
      {picture && <img src={address(bare)} alt="" />}
      <Pick label={label} value={bare} none={none} options={fits.map(a => ({value: a.name, label: a.name}))} onChange={onPick} />
      <IconButton icon="upload" label={`Upload for ${label}`} onClick={() => input.current?.click()} />
      <input ref={input} type="file" hidden accept={ends.join()} aria-label={`File for ${label}`} onChange={ev => { void bring(ev.target.files?.[0]); ev.target.value = '' }} />
    </span>
  )
}

function size(n: number): string {
  return n < 1000 ? `${n} B` : n < 1e6 ? `${Math.round(n / 100) / 10} kB` : `${Math.round(n / 1e5) / 10} MB`
}

// AssetSettings are the pictures, fonts and films that the app brings along.
export function AssetSettings() {
  const assets = useAssets()
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const [leaving, setLeaving] = useState<AssetView>()
  const bring = async (files: FileList | null) => {
    for (const f of [...files ?? []]) {
      const name = await upload(f)
      if (name) store.tell(`${name} is in assets/.`)
    }
  }
  const remove = async (a: AssetView) => {
    setLeaving(undefined)
    try {
      await api.deleteAsset(a.name)
    } catch (e) {
      store.tell(e instanceof Error ? e.message : 'It could not be removed.', true)
    }
    changed()
  }
  return (
    <>
      <Head title="Assets" tools={<button type="button" className="button primary" onClick={() => input.current?.click()}><Icon name="upload" size={14} /> Upload</button>}>Pictures, fonts and films that the app brings along, in the folder <code>assets/</code>. {assets && `At most ${size(assets.most)} each.`}</Head>
      <input ref={input} type="file" multiple hidden aria-label="Files to upload" onChange={ev => { void bring(ev.target.files); ev.target.value = '' }} />
      <div className={`drop${over ? ' over' : ''}`} onDragOver={ev => { ev.preventDefault(); setOver(true) }} onDragLeave={() => setOver(false)} onDrop={ev => { ev.preventDefault(); setOver(false); void bring(ev.dataTransfer.files) }}>
        {assets?.assets.length === 0 && <Empty icon="image" title="No assets yet">Drop files here, or press Upload.</Empty>}
        <ul className="asset-grid" aria-label="Assets">
          {(assets?.assets ?? []).map(a => (
            <li key={a.name} className="asset">
              <span className="asset-look">{a.media.startsWith('image/') ? <img src={address(a.name)} alt="" loading="lazy" /> : <Icon name={a.media.startsWith('font/') ? 'type' : a.media.startsWith('video/') ? 'video' : 'file'} size={26} />}</span>
              <span className="asset-name" title={a.name}>{a.name}</span>
              <span className="asset-foot">
                <span className="hint">{size(a.size)} · {a.uses.length ? `${a.uses.length} ${a.uses.length === 1 ? 'use' : 'uses'}` : 'not used'}</span>
                {a.uses[0] && <IconButton icon="arrow-up-right" label={`Go to what uses ${a.name}`} onClick={() => void store.reveal(a.uses[0] ?? '')} />}
                <IconButton icon="trash" label={`Remove ${a.name}`} onClick={() => setLeaving(a)} />
              </span>
            </li>
          ))}
        </ul>
      </div>
      <AlertDialog.Root open={leaving !== undefined} onOpenChange={open => { if (!open) setLeaving(undefined) }}>
        <AlertDialog.Portal>
          <AlertDialog.Overlay className="veil" />
          <AlertDialog.Content className="ask">
            <AlertDialog.Title>Remove {leaving?.name}?</AlertDialog.Title>
            <AlertDialog.Description>{leaving?.uses.length ? `It is used at ${leaving.uses.join(', ')}.` : 'Nothing uses it.'} The file is deleted: Undo does not bring it back.</AlertDialog.Description>
            <div className="ask-tools">
              <AlertDialog.Cancel className="button">Keep it</AlertDialog.Cancel>
              <AlertDialog.Action className="button danger" onClick={() => { if (leaving) void remove(leaving) }}>Remove</AlertDialog.Action>
            </div>
          </AlertDialog.Content>
        </AlertDialog.Portal>
      </AlertDialog.Root>
    </>
  )
}
