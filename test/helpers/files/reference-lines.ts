export interface ReferenceLine {
  readonly offset: number
  readonly text: string
  readonly flags: number
}

/** The lines of a whole file, found without haste: NULs at both ends are no part of them, and neither is a last line without its end. */
export function splitAsReference(bytes: Buffer): readonly ReferenceLine[] {
  const start = bytes.findIndex(byte => byte !== 0)
  if (start === -1) return []
  const text = bytes.subarray(start)
  if (start > 0) return splitBytes(text, start)
  if (text.toString('latin1', 0, 2) === '\xff\xfe') return splitUnits(text, unit => unit.readUInt16LE())
  if (text.toString('latin1', 0, 2) === '\xfe\xff') return splitUnits(text, unit => unit.readUInt16BE())
  return text.toString('latin1', 0, 3) === '\xef\xbb\xbf' ? splitBytes(text.subarray(3), 3) : splitBytes(text, 0)
}

function splitUnits(bytes: Buffer, read: (bytes: Buffer) => number): readonly ReferenceLine[] {
  const lines: ReferenceLine[] = []
  let offset = 2
  let text = ''
  for (let at = 2; at + 1 < bytes.length; at += 2) {
    const character = String.fromCharCode(read(bytes.subarray(at)))
    text += character
    if (character !== '\n') continue
    lines.push({ offset, text: text.replace(/\r?\n$/, '').toWellFormed(), flags: 0 })
    offset = at + 2
    text = ''
  }
  return lines
}

function splitBytes(bytes: Buffer, offset: number): readonly ReferenceLine[] {
  const lines: ReferenceLine[] = []
  let start = 0
  for (const [at, byte] of bytes.entries()) {
    if (byte !== 0x0a) continue
    const text = bytes.toString('utf8', start, at).replace(/\r$/, '')
    lines.push({ offset: offset + start, text, flags: 0 })
    start = at + 1
  }
  return lines
}
