import {appIcons} from './appicons.ts'

// The studio's own signs; all others are the icons that apps use.
const own: Record<string, string> = {
  undo: '<path d="M8.5 4.5 4 9l4.5 4.5M4 9h10a6 6 0 0 1 0 12h-3.5"/>',
  redo: '<path d="M15.5 4.5 20 9l-4.5 4.5M20 9H10a6 6 0 0 0 0 12h3.5"/>',
  keyboard: '<rect x="2.5" y="6" width="19" height="12" rx="2.5"/><path d="M6.500 10h.01M10 10h.01M13.500 10h.01M17.500 10h.01M8 14h8"/>',
  history: '<path d="M4 5v4.500h4.500M4.500 9.200A8.200 8.200 0 1 1 4 13"/><path d="M12 8v4.500l3 2"/>',
  play: '<path d="M7.5 4.5v15l12-7.5z"/>',
  mobile: '<rect x="7" y="3" width="10" height="18" rx="2.5"/><path d="M11 18h2"/>',
  tablet: '<rect x="5" y="3" width="14" height="18" rx="2.5"/><path d="M11 18h2"/>',
  desktop: '<rect x="3" y="4" width="18" height="12.5" rx="2"/><path d="M9 20.5h6M12 16.5v4"/>',
  layers: '<path d="m12 3.5 8.5 4.7L12 13 3.5 8.200zM4 12.500l8 4.5 8-4.500M4 16.500l8 4.5 8-4.5"/>',
  page: '<rect x="5" y="3.5" width="14" height="17" rx="2.5"/><path d="M5 8.500h14"/>',
  column: '<rect x="5" y="4" width="14" height="6.5" rx="1.5"/><rect x="5" y="13.5" width="14" height="6.5" rx="1.5"/>',
  row: '<rect x="4" y="5" width="6.5" height="14" rx="1.5"/><rect x="13.5" y="5" width="6.5" height="14" rx="1.5"/>',
  box: '<rect x="4" y="4" width="16" height="16" rx="3"/>',
  card: '<rect x="3.5" y="5" width="17" height="14" rx="3"/><path d="M7.5 10h6M7.5 14h9"/>',
  type: '<path d="M5 7.500V5h14v2.500M12 5v14M9 19h6"/>',
  input: '<rect x="3" y="7" width="18" height="10" rx="2.5"/><path d="M7 10.500v3"/>',
  button: '<rect x="3" y="7.5" width="18" height="9" rx="4.5"/><path d="M9 12h6"/>',
  form: '<rect x="4" y="3.5" width="16" height="17" rx="2.5"/><path d="M7.5 8h9M7.5 12h9M13 16.500h3.5"/>',
  tabs: '<path d="M3.5 19.500V6A1.5 1.5 0 0 1 5 4.500h5V9h9A1.5 1.5 0 0 1 20.5 10.500v9z"/>',
  toggle: '<rect x="3" y="7" width="18" height="10" rx="5"/><circle cx="8" cy="12" r="2.5"/>',
  variable: '<path d="M8.5 4.500C5.5 4.5 7.5 11 4 12c3.5 1 1.5 7.5 4.5 7.500M15.5 4.500c3 0 1 6.5 4.5 7.5-3.5 1-1.5 7.5-4.5 7.5"/><path d="M12 12h.01"/>',
  number: '<path d="M9.5 4 7.5 20M16.5 4l-2 16M4.5 9h16M3.5 15h16"/>',
  clipboard: '<rect x="5" y="5" width="14" height="16" rx="2"/><path d="M9 3.500h6V7H9z"/>',
  duplicate: '<rect x="3.500" y="3.500" width="12" height="12" rx="2"/><path d="M19 9.500a1.500 1.500 0 0 1 1.500 1.500v8a1.500 1.500 0 0 1-1.500 1.500h-8a1.500 1.500 0 0 1-1.500-1.500"/><path d="M9.500 7v5M7 9.500h5"/>',
  up: '<path d="M12 19.500V5M6 10.5 12 4.500l6 6"/>',
  down: '<path d="M12 4.500V19M6 13.500l6 6 6-6"/>',
  external: '<path d="M14 4.500h5.500V10M19 5l-8.5 8.500M17.5 14v4a1.5 1.5 0 0 1-1.5 1.500H6A1.5 1.5 0 0 1 4.5 18V8A1.5 1.5 0 0 1 6 6.500h4"/>',
  split: '<path d="M12 20v-7M12 13 6 8V4M12 13l6-5V4M3.500 6.500 6 4l2.5 2.500M15.5 6.500 18 4l2.5 2.500"/>',
  pencil: '<path d="m4 20 1-4.500L16.500 4l3.500 3.500L8.500 19zM14 6.500l3.500 3.500"/>',
  scissors: '<circle cx="6" cy="6.500" r="2.500"/><circle cx="6" cy="17.500" r="2.500"/><path d="M8 8.200 20 17M8 15.800 20 7"/>',
  'user-check': '<circle cx="9.500" cy="8" r="3.500"/><path d="M3 20c.5-4 3-6 6.500-6 2 0 3.600.6 4.800 1.700M15.500 19l2 2 4-4.500"/>',
  bug: '<rect x="8" y="7.500" width="8" height="12" rx="4"/><path d="M9.500 7.500a2.500 2.500 0 0 1 5 0M8 13H4M20 13h-4M8.500 10 5 7.500M15.500 10 19 7.500M8.500 16.500 5 19M15.500 16.500 19 19M12 11v8.500"/>',
  database: '<ellipse cx="12" cy="6" rx="7.5" ry="3"/><path d="M4.5 6v12c0 1.7 3.4 3 7.5 3s7.5-1.3 7.5-3V6M4.5 12c0 1.7 3.4 3 7.5 3s7.5-1.3 7.5-3"/>',
}

const kinds: Record<string, string> = {
  column: 'column', row: 'row', container: 'box', card: 'card', spacer: 'more', divider: 'minus', text: 'type', markdown: 'file-text', image: 'image', video: 'video', logo: 'star', frame: 'globe', avatar: 'user',
  icon: 'star', progress: 'loader', chart: 'chart', form: 'form', textField: 'input', checkbox: 'check', dropdown: 'chevron-down', button: 'button', iconButton: 'plus',
  pinCode: 'key', slider: 'sliders', checkboxGroup: 'check', searchField: 'search', link: 'link', tabBar: 'tabs', tab: 'tabs', list: 'list',
}

// kindIcon is the sign of a kind of widget; icon is that of its catalogue entry.
export function kindIcon(kind: string, icon = ''): string {
  return kinds[kind] ?? (own[icon] !== undefined || appIcons[icon] !== undefined ? icon : 'box')
}

export function Icon({name, size = 16}: {name: string; size?: number}) {
  const paths = own[name] ?? appIcons[name] ?? ''
  return <svg className="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" dangerouslySetInnerHTML={{__html: paths}} />
}
