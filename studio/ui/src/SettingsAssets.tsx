import {AlertDialog} from 'radix-ui'
import {useRef, useState} from 'react'
import {address, upload, useAssets} from './Assets.tsx'
import {Icon} from './icons.tsx'
import {Head, Pick} from './SettingsKit.tsx'
import {store} from './store.ts'
import {Empty, IconButton} from './ui.tsx'
import type {AssetView} from './wire.ts'

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
      await store.asset(a.name, null)
      store.tell(`${a.name} is removed. Undo brings it back.`)
    } catch (e) {
      store.tell(e instanceof Error ? e.message : 'It could not be removed.', true)
    }
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
            <AlertDialog.Description>{leaving?.uses.length ? `It is used at ${leaving.uses.join(', ')}.` : 'Nothing uses it.'} Undo brings it back.</AlertDialog.Description>
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
