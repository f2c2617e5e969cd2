import './settings.css'
import {Popover} from 'radix-ui'
import {useEffect, useRef, useState} from 'react'
import {api, Refusal} from './api.ts'
import {Icon} from './icons.tsx'
import {store, useStudio} from './store.ts'
import type {AssetsView} from './wire.ts'

// useAssets are the files in assets/.
export function useAssets(): AssetsView | undefined {
  const {project, assets: changes} = useStudio()
  const [assets, setAssets] = useState<AssetsView>()
  const revision = project?.revision
  useEffect(() => {
    let wanted = true
    void api.assets().then(a => { if (wanted) setAssets(a) }, () => {})
    return () => { wanted = false }
  }, [revision, changes])
  return assets
}

// address is where the studio shows an asset.
export function address(name: string): string {
  return `/api/asset/${encodeURIComponent(name)}?n=${store.get().assets}`
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
    await store.asset(name, file).catch((e: unknown) => {
      if (!(e instanceof Refusal) || e.code !== 'taken' || !confirm(`${e.message} Put this file in its place? Undo brings the other back.`)) throw e
      return store.asset(name, file, true)
    })
    return name
  } catch (e) {
    store.tell(e instanceof Error ? e.message : 'It could not be taken.', true)
    return ''
  }
}

// pictures are the endings of pictures that every browser shows.
export const pictures = ['.svg', '.png', '.webp', '.avif', '.jpg', '.jpeg', '.gif']

// AssetChoice is the button beside a field for a picture: one of the app's pictures, or a new one.
export function AssetChoice({label, value, onPick}: {label: string; value: string; onPick: (name: string) => void}) {
  const [open, setOpen] = useState(false)
  const pick = (name: string) => { setOpen(false); onPick(name) }
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className="icon-button" aria-label={`Choose ${label} from the assets`} title="Choose from the assets"><Icon name="image" size={16} /></Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="popover asset-choice" side="left" align="start" sideOffset={8} collisionPadding={12} aria-label="Pictures of the app"><Pictures value={value} onPick={pick} /></Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

function Pictures({value, onPick}: {value: string; onPick: (name: string) => void}) {
  const assets = useAssets()
  const input = useRef<HTMLInputElement>(null)
  const bring = async (file: File | undefined) => {
    const name = file ? await upload(file) : ''
    if (name) onPick(name)
  }
  const shown = (assets?.assets ?? []).filter(a => a.media.startsWith('image/'))
  return (
    <>
      {shown.length === 0 && <p className="hint">The app has no pictures yet.</p>}
      <ul>{shown.map(a => <li key={a.name}><button type="button" className="asset-cell" aria-pressed={a.name === value.replace(/^assets\//, '')} title={a.name} onClick={() => onPick(a.name)}><img src={address(a.name)} alt="" /><span>{a.name}</span></button></li>)}</ul>
      <button type="button" className="button" onClick={() => input.current?.click()}><Icon name="upload" size={14} /> Upload a picture</button>
      <input ref={input} type="file" hidden accept={pictures.join()} aria-label="Picture to upload" onChange={ev => { void bring(ev.target.files?.[0]); ev.target.value = '' }} />
    </>
  )
}
