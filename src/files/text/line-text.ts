import { isUtf16 } from '../../encodings/text-form.ts'

/** The text of a line as UTF-8. */
export interface LineText {
  readonly bytes: Buffer
  /** False where U+FFFD is in the place of bytes that the encoding does not have. */
  readonly isValid: boolean
}

export type DecodeText = (bytes: Buffer) => LineText

/** Decodes one line at a time: each begins in the initial state of its encoding. */
export function makeLineDecoder(encoding: string): DecodeText {
  // Wrong UTF-8 is found and replaced where events are made.
  if (encoding === 'utf-8') return bytes => ({ bytes, isValid: true })
  const decode = makeStrictDecoder(encoding)
  const lenient = new TextDecoder(encoding, { ignoreBOM: true })
  const fix = fixerOf(encoding)
  return bytes => {
    const text = decode(bytes)
    return text === undefined
      ? { bytes: Buffer.from(fix(lenient.decode(bytes))), isValid: false }
      : { bytes: Buffer.from(text), isValid: true }
  }
}

/** For many lines at once; undefined where a byte of them has no meaning. */
export function makeStrictDecoder(encoding: string): (bytes: Buffer) => string | undefined {
  const strict = new TextDecoder(encoding, { fatal: true, ignoreBOM: true })
  const fix = fixerOf(encoding)
  return bytes => {
    try {
      return fix(strict.decode(bytes))
    } catch {
      return undefined // the lenient decoder replaces what is wrong
    }
  }
}

/** Bytes of ASCII that the decoder of Shift_JIS, which is IBM's, takes for each other, and the standard does not. */
const SWAPPED: ReadonlyMap<string, string> = new Map([
  ['\u001c', '\u001a'],
  ['\u007f', '\u001c'],
  ['\u001a', '\u007f'],
])

function fixerOf(encoding: string): (text: string) => string {
  if (encoding !== 'shift_jis') return text => text
  // oxlint-disable-next-line no-control-regex -- control characters are what is exchanged
  return text => text.replaceAll(/[\u001a\u001c\u007f]/g, character => SWAPPED.get(character)!)
}

/** Bytes below 128 may be something else than ASCII. */
export function hasShifts(encoding: string, bytes: Buffer): boolean {
  if (isUtf16(encoding)) return true
  return encoding === 'iso-2022-jp' && (bytes.includes(0x1b) || bytes.includes(0x0e) || bytes.includes(0x0f))
}
