// Writes value/calendar/: how languages write dates, times, distances in time, money and sizes, one file a language. The data is that of the
// Unicode CLDR (Unicode License V3, see value/calendar/LICENSE) as Node's Intl has it: node tools/calendar.mjs value/calendar
import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'

const languages = ['en', 'en-US', 'de', 'de-AT', 'fr', 'es', 'it', 'nl', 'pt', 'pt-PT', 'pl', 'cs', 'sv', 'da', 'nb', 'fi', 'tr', 'ru', 'uk', 'ar', 'he', 'fa', 'hi', 'ja', 'zh', 'ko']
const units = ['year', 'month', 'week', 'day', 'hour', 'minute', 'second']
// What we say otherwise: English without a region is written as most of the world reads it, and has no date that depends on who reads.
const patternsOf = {en: 'en-GB', ar: 'ar-AE'}
const just = {en: 'just now', 'en-US': 'just now', de: 'gerade eben', 'de-AT': 'gerade eben'}

const day = (m, d = 2, h = 3) => new Date(Date.UTC(2030, m, d, h, 4, 5))
const base = tag => `${tag}-u-ca-gregory-nu-latn`
const format = (tag, options) => new Intl.DateTimeFormat(base(tag), {timeZone: 'UTC', ...options})
const part = (f, type, at) => f.formatToParts(at).find(p => p.type === type)?.value
const tidy = s => s.replaceAll('\u202f', '\u00a0')
const quoted = s => tidy(s).replace(/[A-Za-z]+/g, "'$&'")

function names(tag) {
  const twelve = f => Array.from({length: 12}, (_, m) => tidy(part(f, 'month', day(m))))
  const seven = f => Array.from({length: 7}, (_, d) => tidy(part(f, 'weekday', day(0, 6 + d)))) // 6 January 2030 is a Sunday
  const halves = format(tag, {hour: 'numeric', hourCycle: 'h12'})
  const alone = Array.from({length: 12}, (_, m) => tidy(format(tag, {month: 'long'}).format(day(m))))
  const months = twelve(format(tag, {month: 'long', day: 'numeric', year: 'numeric'}))
  const short = twelve(format(tag, {month: 'short', day: 'numeric', year: 'numeric'}))
  const numeric = s => /^\d+$/.test(s)
  return {
    months: months.some(numeric) ? alone : months, alone, monthsShort: short.some(numeric) ? alone : short,
    days: seven(format(tag, {weekday: 'long'})), daysShort: seven(format(tag, {weekday: 'short'})),
    halves: [3, 15].map(h => tidy(part(halves, 'dayPeriod', day(0, 2, h)) ?? (h < 12 ? 'AM' : 'PM'))),
  }
}

function pattern(tag, options, n) {
  const f = format(patternsOf[tag] ?? tag, options)
  const twelve = (f.resolvedOptions().hourCycle ?? '').startsWith('h1')
  return f.formatToParts(day(0)).map(({type, value}) => {
    const wide = /^0/.test(value) ? 2 : 1
    switch (type) {
      case 'year': return value.length === 2 ? 'yy' : 'y'
      case 'month': return /^\d+$/.test(value) ? 'M'.repeat(wide) : tidy(value) === n.months[0] ? 'MMMM' : 'MMM'
      case 'day': return 'd'.repeat(wide)
      case 'weekday': return tidy(value) === n.days[3] ? 'EEEE' : 'EEE'
      case 'hour': return (twelve ? 'h' : 'H').repeat(wide)
      case 'minute': return 'mm'
      case 'dayPeriod': return 'a'
      case 'literal': return quoted(value)
    }
    throw new Error(`${tag}: a part of type ${type}`)
  }).join('')
}

// forms are the sentences for a unit by plural form, the number as {n}.
function forms(tag, unit, sign) {
  const f = new Intl.RelativeTimeFormat(base(tag))
  const rules = new Intl.PluralRules(base(tag))
  const out = {}
  for (let n = 0; n <= 200; n++) {
    const form = rules.select(n)
    out[form] ??= n === 0 && form !== 'zero' ? undefined : tidy(f.formatToParts(sign * n, unit).map(p => (p.type === 'integer' ? '{n}' : p.value)).join(''))
  }
  out.other ??= tidy(f.formatToParts(sign * 1.5, unit).map(p => (p.type === 'literal' ? p.value : p.type === 'integer' ? '{n}' : '')).join(''))
  for (const form of Object.keys(out)) if (form !== 'other' && out[form] === out.other) delete out[form]
  return out
}

function money(tag) {
  const parts = new Intl.NumberFormat(base(tag), {style: 'currency', currency: 'EUR', maximumFractionDigits: 0}).formatToParts(7)
  return tidy(parts.map(p => ({currency: '¤', integer: '{n}'})[p.type] ?? p.value).join(''))
}

// bytes are the words for a number of bytes by plural form, sizes those for thousands, millions and so on.
function bytes(tag) {
  const f = new Intl.NumberFormat(base(tag), {style: 'unit', unit: 'byte', unitDisplay: 'long'})
  const rules = new Intl.PluralRules(base(tag))
  const out = {}
  for (let n = 0; n <= 200; n++) out[rules.select(n)] ??= tidy(f.formatToParts(n).map(p => (p.type === 'integer' ? '{n}' : p.value)).join(''))
  out.other ??= tidy(f.formatToParts(1.5).map(p => (p.type === 'integer' ? '{n}' : p.type === 'fraction' || p.type === 'decimal' ? '' : p.value)).join(''))
  for (const form of Object.keys(out)) if (form !== 'other' && out[form] === out.other) delete out[form]
  return out
}

function sizes(tag) {
  return ['kilobyte', 'megabyte', 'gigabyte', 'terabyte'].map(unit => tidy(new Intl.NumberFormat(base(tag), {style: 'unit', unit, unitDisplay: 'short'})
    .formatToParts(7).map(p => (p.type === 'integer' ? '{n}' : p.value)).join('')))
}

const folder = process.argv[2]
mkdirSync(folder, {recursive: true})
for (const tag of languages) {
  const n = names(tag)
  const sentences = sign => Object.fromEntries(units.map(u => [u, forms(tag, u, sign)]))
  const datetime = pattern(tag, {dateStyle: 'medium', timeStyle: 'short'}, n)
  const date = pattern(tag, {dateStyle: 'medium'}, n)
  const time = pattern(tag, {timeStyle: 'short'}, n)
  const all = {
    ...n, date, long: pattern(tag, {dateStyle: 'long'}, n), full: pattern(tag, {dateStyle: 'full'}, n), time, datetime,
    now: just[tag] ?? tidy(new Intl.RelativeTimeFormat(base(tag), {numeric: 'auto'}).format(0, 'second')), ago: sentences(-1), in: sentences(1), money: money(tag), bytes: bytes(tag), sizes: sizes(tag),
  }
  writeFileSync(join(folder, `${tag}.json`), `${JSON.stringify(all, null, 1).replace(/\[\n\s+([^\]]*?)\n\s+\]/g, (_, inner) => `[${inner.replace(/\n\s+/g, ' ')}]`)}\n`)
}
console.log(`CLDR ${process.versions.cldr}, ICU ${process.versions.icu}`)
