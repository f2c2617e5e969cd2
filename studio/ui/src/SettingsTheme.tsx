import {useContext, useEffect, useId, useState} from 'react'
import {api} from './api.ts'
import {pictures} from './Assets.tsx'
import {CanvasView} from './CanvasView.tsx'
import {Icon} from './icons.tsx'
import {AppValue, Choice, Faults, Head, Line, More, RowTools, Sheet, specAt, textOf, TextBox, useSetting, write} from './SettingsKit.tsx'
import {AssetPick} from './SettingsAssets.tsx'
import {store, useStudio} from './store.ts'
import {Segmented, Switch} from './ui.tsx'
import {alter, briefly, escaped, isObject, parts, read, removed} from './values.ts'
import type {ContrastView, Json, RoleView, ThemeView} from './wire.ts'

const at = '/app/theme'

// ThemeSettings are the look of the app. The canvas beside them shows each change at once.
export function ThemeSettings() {
  const theme = useTheme()
  const [shown, setShown] = useState(false) // in a narrow window the canvas stands in the form's place
  return (
    <div className={`theme-split${shown ? ' shown' : ''}`}>
      <div className="theme-form">
        <Head title="Theme" tools={<button type="button" className="button theme-flip" onClick={() => setShown(true)}><Icon name="eye" size={14} /> Preview</button>}>One accent colour is enough: all other colours are computed from it, in light and in dark, so that everything can be read. Written to <code>app.yaml</code>.</Head>
        <Sheet title="Look" at={at}>
          <Accent />
          <Words name="mode" label="Mode" />
          <Radius />
          <Words name="density" label="Density" />
          <Words name="transition" label="Transition" />
        </Sheet>
        <Colours theme={theme} />
        <Sheet title="Type" at={`${at}/type`}>
          <Words name="font" label="Typeface" />
          <Slide at={`${at}/type/base`} label="Size of body text" unit="px" step={1} />
          <Slide at={`${at}/type/ratio`} label="Ratio" unit="" step={0.01} />
          <Scale />
          <Font name="body" label="Font of all text" />
          <Font name="heading" label="Font of headings" />
        </Sheet>
        <Sheet title="Space" at={`${at}/spacing`}>
          {['xs', 'sm', 'md', 'lg', 'xl'].map(s => <Slide key={s} at={`${at}/spacing/${s}`} label={`Step ${s}`} unit="px" step={1} most={80} />)}
          <Slide at={`${at}/maxWidth`} label="Widest content" unit="px" step={8} most={2000} />
        </Sheet>
        <Sheet title="Logo" at={`${at}/logo`}><Logo /></Sheet>
        <Sheet title="Screens" at={`${at}/breakpoints`} doc="Where the size classes of screens end.">
          {(['phone', 'tablet', 'laptop'] as const).map(s => <Breakpoint key={s} name={s} />)}
        </Sheet>
        <Variants theme={theme} />
      </div>
      <div className="theme-canvas" aria-label="Preview" role="region">
        <button type="button" className="button theme-flip" onClick={() => setShown(false)}><Icon name="arrow-left" size={14} /> Back to the theme</button>
        <CanvasView />
      </div>
    </div>
  )
}

function useTheme(): ThemeView | undefined {
  const {project} = useStudio()
  const [theme, setTheme] = useState<ThemeView>()
  const revision = project?.revision
  useEffect(() => {
    let wanted = true
    void api.theme().then(t => { if (wanted) setTheme(t) }, () => {})
    return () => { wanted = false }
  }, [revision])
  return theme
}

const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i
const whole = (c: string) => c.length === 4 ? `#${[...c.slice(1)].map(x => x + x).join('')}` : c.toLowerCase()

// Colour is a colour to pick or to type. What is not set shows what it comes to.
function Colour({label, value, computed, onSet}: {label: string; value: string; computed: string; onSet: (v: string | null, step: string) => void}) {
  const [step, setStep] = useState('')
  const now = hex.test(value) ? whole(value) : computed
  return (
    <span className={`colour${value ? '' : ' computed'}`}>
      <input type="color" aria-label={label} value={hex.test(now) ? now : '#000000'} onFocus={() => setStep(`colour-${Date.now()}`)} onChange={ev => onSet(ev.target.value, step)} />
      <TextBox label={`${label} as text`} value={value} placeholder={computed} mono onSet={(v, s) => onSet(v.trim() === '' ? null : v.trim(), s)} />
    </span>
  )
}

function Accent() {
  const {spec, value, faults, set} = useSetting(`${at}/accent`, 'Accent')
  return <Line label="Accent" doc={spec?.doc} faults={faults}><Colour label="Accent" value={textOf(value)} computed={textOf(spec?.default)} onSet={(v, step) => set(v, step)} /></Line>
}

function Words({name, label}: {name: string; label: string}) {
  const {spec, value, faults, set} = useSetting(`${at}/${name}`, label)
  return <Line label={label} doc={spec?.doc} faults={faults}><Segmented label={label} value={textOf(value ?? spec?.default)} onChange={v => set(v)} choices={(spec?.values ?? []).map(v => ({value: v, label: v}))} /></Line>
}

function Radius() {
  const {spec, value, faults, set} = useSetting(`${at}/radius`, 'Radius')
  const now = textOf(value ?? spec?.default)
  const px = typeof value === 'number'
  return (
    <Line label="Radius" doc={spec?.doc} faults={faults}>
      <div className="theme-pair">
        <Segmented label="Radius" value={px ? 'px' : now} onChange={v => set(v === 'px' ? 12 : v)} choices={[...(spec?.values ?? []).map(v => ({value: v, label: v})), {value: 'px', label: 'px'}]} />
        {px && <TextBox label="Radius in px" type="number" min={0} max={40} value={now} onSet={(v, step) => { if (v !== '') set(Number(v), step) }} />}
      </div>
    </Line>
  )
}

// Slide is a number between two others, to drag and to type.
function Slide({at: here, label, unit, step, most}: {at: string; label: string; unit: string; step: number; most?: number}) {
  const id = useId()
  const {spec, value, faults, set} = useSetting(here, label)
  const [gesture, setGesture] = useState('')
  const now = typeof value === 'number' ? value : Number(spec?.default ?? 0)
  return (
    <Line label={label} doc={spec?.doc} id={id} faults={faults}>
      <span className="slide">
        <input type="range" aria-label={`${label}, to drag`} min={spec?.min ?? 0} max={Math.min(most ?? Infinity, spec?.max ?? 100)} step={step} value={now} onPointerDown={() => setGesture(`slide-${Date.now()}`)} onFocus={() => setGesture(`slide-${Date.now()}`)} onChange={ev => set(Number(ev.target.value), gesture)} />
        <TextBox id={id} label={label} type="number" min={spec?.min ?? undefined} max={spec?.max ?? undefined} step={step} value={typeof value === 'number' ? String(value) : ''} placeholder={textOf(spec?.default)} onSet={(v, s) => set(v === '' ? null : Number(v), s)} />
        <span className="unit">{unit}</span>
      </span>
    </Line>
  )
}

function Scale() {
  const base = useSetting(`${at}/type/base`, 'base')
  const ratio = useSetting(`${at}/type/ratio`, 'ratio')
  const b = Number(base.value ?? base.spec?.default ?? 16)
  const r = Number(ratio.value ?? ratio.spec?.default ?? 1.2)
  const usual = 1.2 // the sizes stand for this ratio; with another each is as many steps away from the body
  const size = (n: number) => b * n ** (Math.log(r) / Math.log(usual))
  const steps = [['Caption', 0.8125], ['Body', 1], ['Title', 1.125], ['Headline', 1.75], ['Display', 2.75]] as const
  return (
    <div className="scale" aria-label="Type scale" role="img">
      {steps.map(([name, n]) => <span key={name} style={{fontSize: Math.min(64, size(n))}}>{name} <small>{Math.round(size(n) * 10) / 10}</small></span>)}
    </div>
  )
}

function Font({name, label}: {name: string; label: string}) {
  const {spec, value, faults} = useSetting(`${at}/fonts/${name}`, label)
  const here = `${at}/fonts/${name}`
  const file = textOf(isObject(value) ? value.file : value)
  const put = (key: string, v: Json, step = '') => void alter(here, now => briefly(now, here, 'file', key, v), label, step && `${step}:${here}/${key}`)
  const pick = (v: string) => (v === '' ? void write(here, null, label) : put('file', v))
  return (
    <>
      <Line label={label} doc={<>{spec?.doc} A WOFF2.</>} faults={faults}><AssetPick label={label} value={file} ends={['.woff2']} none="The typeface above" onPick={pick} /></Line>
      {file !== '' && (
        <div className="setting-pair">
          <label>Width beside Arial <TextBox label={`Adjust of ${label}`} value={textOf(read(value, ['adjust']))} placeholder="100%" onSet={(v, step) => put('adjust', v === '' ? null : v, step)} /></label>
          <div className="inline-switch"><label htmlFor={`swap-${name}`}>Text changes to it whenever it comes</label><Switch id={`swap-${name}`} label={`Swap of ${label}`} checked={read(value, ['swap']) === true} onChange={on => put('swap', on ? true : null)} /></div>
        </div>
      )}
    </>
  )
}

function Logo() {
  const app = useContext(AppValue)
  const {spec, value, faults} = useSetting(`${at}/logo`, 'Logo')
  const light = textOf(isObject(value) ? value.light : value)
  const here = `${at}/logo`
  const part = (key: string) => (v: string, step = '') => void alter(here, now => briefly(now, here, 'light', key, v === '' ? null : v), 'Logo', step && `${step}:${here}/${key}`)
  return (
    <>
      <Line label="Logo" doc={spec?.doc} faults={faults}><AssetPick label="Logo" value={light} ends={pictures} none="None" onPick={v => v === '' ? void write(here, null, 'Logo') : part('light')(v)} /></Line>
      {light !== '' && (
        <>
          <Line label="Logo for dark" doc="In place of the other where colours are dark."><AssetPick label="Logo for dark" value={textOf(read(value, ['dark']))} ends={pictures} none="The same" onPick={part('dark')} /></Line>
          <Line label="What it says" doc="To those who do not see it."><TextBox label="What it says" value={textOf(read(value, ['alt']))} placeholder={textOf(read(app, ['name']))} onSet={part('alt')} /></Line>
        </>
      )}
    </>
  )
}

const widths = {phone: 479, tablet: 767, laptop: 991}

function Breakpoint({name}: {name: keyof typeof widths}) {
  const {spec, value, faults, set} = useSetting(`${at}/breakpoints/${name}`, name)
  const id = useId()
  return <Line label={name[0]?.toUpperCase() + name.slice(1)} id={id} doc={spec?.doc} faults={faults}><TextBox id={id} label={`Widest ${name}`} type="number" value={textOf(value)} placeholder={String(widths[name])} onSet={(v, step) => set(v === '' ? null : Number(v), step)} /></Line>
}

function Colours({theme}: {theme: ThemeView | undefined}) {
  const {mode} = useStudio()
  const {faults} = useSetting(`${at}/colors`, 'Colours', false)
  return (
    <Sheet title="Colours" at={`${at}/colors`} doc="By role. What is not set is computed to suit what is; beside each stands how clearly it is read where it is read worst.">
      <Faults faults={faults} />
      <div className="colour-head"><span>Role</span><span>Light</span><span>Dark</span></div>
      {(theme?.roles ?? []).map(r => <Role key={r.name} role={r} contrasts={(theme?.contrasts ?? []).filter(c => c.role === r.name)} mode={mode} />)}
    </Sheet>
  )
}

function Role({role, contrasts, mode}: {role: RoleView; contrasts: ContrastView[]; mode: string}) {
  const here = `${at}/colors/${role.name}`
  const {value, faults} = useSetting(here, role.name)
  const light = textOf(isObject(value) ? value.light : value)
  const dark = textOf(read(value, ['dark']))
  const set = (key: 'light' | 'dark') => (v: string | null, step: string) => void alter('/app', app => {
    const edits = briefly(read(app, parts(here).slice(1)) ?? null, here, 'light', key, v === '' ? null : v)
    return edits.flatMap(e => e.op === 'delete' && e.at === here ? removed(app, '/app', here) : [e])
  }, `colour ${role.name}`, `${step}:${here}`)
  const figure = (m: string) => {
    const c = contrasts.find(x => x.mode === m)
    if (!c) return null
    const bad = c.ratio < c.least
    return <span className={`ratio${bad ? ' bad' : ''}`} title={`on ${c.on}, where ${c.least}:1 is needed`}>{bad && <Icon name="alert" size={12} />}{c.ratio.toFixed(1)}:1<span className="sr"> on {c.on} in {m}{bad ? `, below ${c.least}:1` : ''}</span></span>
  }
  return (
    <div className={`colour-row${faults.length ? ' bad' : ''}`} data-mode={mode}>
      <div className="colour-name"><strong>{role.name}</strong><p>{role.doc}</p></div>
      <div><Colour label={`${role.name} in light`} value={light} computed={role.light} onSet={set('light')} />{figure('light')}</div>
      <div><Colour label={`${role.name} in dark`} value={dark} computed={role.dark} onSet={set('dark')} />{figure('dark')}</div>
      <div className="colour-faults"><Faults faults={faults} /></div>
    </div>
  )
}

function Variants({theme}: {theme: ThemeView | undefined}) {
  const {catalogue} = useStudio()
  const app = useContext(AppValue)
  const [kind, setKind] = useState('button')
  const [name, setName] = useState('')
  const kinds = [...new Set((catalogue?.settings ?? []).map(s => /^\/app\/theme\/variants\/(\w+)$/.exec(s.at)?.[1]).filter(k => k !== undefined))]
  const all = kinds.flatMap(k => { const v = read(app, ['theme', 'variants', k]); return isObject(v) ? Object.keys(v).map(n => [k, n] as const) : [] })
  const legal = /^[a-z][A-Za-z0-9_-]*$/.test(name) && !all.some(([k, n]) => k === kind && n === name)
  void theme
  return (
    <Sheet title="Variants" at={`${at}/variants`} doc="Looks of buttons, cards and badges that you name yourself, made of the colours above.">
      {all.map(([k, n]) => {
        const here = `${at}/variants/${k}/${escaped(n)}`
        const look = read(app, ['theme', 'variants', k, n])
        return (
          <div key={`${k}/${n}`} className="sub">
            <div className="sub-head"><h4>{n} <span className="hint">{k}</span></h4><RowTools what={`variant ${n}`} onRemove={() => void write(here, null, `variant ${n}`)} /></div>
            <More title="Its look" open={isObject(look) && Object.keys(look).length < 2}>
              {['like', 'background', 'color', 'border', 'radius', 'weight', 'shadow'].map(p => <Token key={p} at={`${here}/${p}`} label={p} of={n} />)}
            </More>
          </div>
        )
      })}
      <form className="add-row" onSubmit={ev => { ev.preventDefault(); if (legal) { void store.edit([{op: 'set', at: `${at}/variants/${kind}/${escaped(name)}`, value: {background: 'primary'}}], `variant ${name}`); setName('') } }}>
        <Segmented label="Kind of widget" value={kind} onChange={setKind} choices={kinds.map(k => ({value: k, label: k}))} />
        <input className="input" aria-label="Name of a new variant" placeholder="Name, such as quiet" value={name} onChange={ev => setName(ev.target.value)} />
        <button type="submit" className="button" disabled={!legal}><Icon name="plus" size={14} /> Add</button>
      </form>
    </Sheet>
  )
}

function Token({at: here, label, of}: {at: string; label: string; of: string}) {
  const {catalogue} = useStudio()
  const {value, faults, set} = useSetting(here, `${label} of ${of}`)
  const spec = specAt(catalogue?.settings ?? [], here)
  return <Choice label={label} doc={spec?.doc} value={textOf(value)} none="As it is" options={(spec?.values ?? []).map(v => ({value: v, label: v}))} onChange={v => set(v === '' ? null : v)} faults={faults} />
}

