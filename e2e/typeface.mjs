// Typefaces that no device has, for tests of apps that bring their own.
import {readFileSync, readdirSync} from 'node:fs'
import {createRequire} from 'node:module'
import {join} from 'node:path'
import {brotliCompressSync} from 'node:zlib'

// signs is a typeface of pictures that the browser driver brings along.
export function signs() {
  const lib = join(createRequire(import.meta.url).resolve('playwright-core/package.json'), '..', 'lib')
  const file = readdirSync(lib, {recursive: true}).find(f => /codicon[^/]*\.ttf$/.test(f))
  return readFileSync(join(lib, file))
}

// woff2 packs a TrueType font, its tables as they are.
export function woff2(ttf) {
  const tables = Array.from({length: ttf.readUInt16BE(4)}, (_, i) => {
    const at = 12 + 16 * i
    const [offset, length] = [ttf.readUInt32BE(at + 8), ttf.readUInt32BE(at + 12)]
    return {tag: ttf.toString('latin1', at, at + 4), data: ttf.subarray(offset, offset + length)}
  })
  const number = n => {
    const bytes = [n & 127]
    while ((n >>= 7)) bytes.unshift(n & 127 | 128)
    return Buffer.from(bytes)
  }
  const list = Buffer.concat(tables.map(t => Buffer.concat([Buffer.from([63 | (['glyf', 'loca'].includes(t.tag) ? 3 << 6 : 0)]), Buffer.from(t.tag, 'latin1'), number(t.data.length)])))
  const packed = brotliCompressSync(Buffer.concat(tables.map(t => t.data)))
  const header = Buffer.alloc(48)
  header.write('wOF2', 'latin1')
  ttf.copy(header, 4, 0, 4)
  const unpadded = 48 + list.length + packed.length
  header.writeUInt32BE(unpadded + (4 - unpadded % 4) % 4, 8)
  header.writeUInt16BE(tables.length, 12)
  header.writeUInt32BE(12 + 16 * tables.length + tables.reduce((n, t) => n + Math.ceil(t.data.length / 4) * 4, 0), 16)
  header.writeUInt32BE(packed.length, 20)
  return Buffer.concat([header, list, packed, Buffer.alloc((4 - unpadded % 4) % 4)])
}

// letters is the typeface of pictures, which stand for the letters: much wider than those of any device.
export function letters() {
  const ttf = signs()
  const cmap = Buffer.alloc(12 + 16 + 12)
  cmap.writeUInt16BE(1, 2)
  cmap.writeUInt16BE(3, 4) // of Windows, all of Unicode
  cmap.writeUInt16BE(10, 6)
  cmap.writeUInt32BE(12, 8)
  cmap.writeUInt16BE(12, 12)
  cmap.writeUInt32BE(28, 16)
  cmap.writeUInt32BE(1, 24)
  cmap.writeUInt32BE(0x20, 28)
  cmap.writeUInt32BE(0x7e, 32)
  cmap.writeUInt32BE(1, 36)
  const out = Buffer.concat([ttf, cmap])
  for (let i = 0; i < ttf.readUInt16BE(4); i++) {
    const at = 12 + 16 * i
    if (ttf.toString('latin1', at, at + 4) !== 'cmap') continue
    out.writeUInt32BE(ttf.length, at + 8)
    out.writeUInt32BE(cmap.length, at + 12)
  }
  return out
}
