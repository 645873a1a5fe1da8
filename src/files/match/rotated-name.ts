import { basename, extname } from 'node:path'

/** The end of a rotated file's name: numbers, dates and times, and words for an old file. */
const ROTATION = /^(?:[-._:+]?(?:\d[TZ]?|old|bak|prev))+~?$/i

/** Before the extension, a small number is that of another log: `a2.log`, `a-2.log`. Only `a.1.log` is made from `a.log`. */
const NUMBERED = /^(?:\d|[-_:+]\d{1,5}$)/

/** True for names such as `a.log.1`, `a.log-20261128`, `a-2026-11-28.log` and `a.log.old` beside `a.log`. */
export function isRotatedName(name: string, original: string): boolean {
  if (name.startsWith(original)) return ROTATION.test(name.slice(original.length))
  const extension = extname(original)
  const stem = basename(original, extension)
  if (extension === '' || !name.startsWith(stem) || !name.endsWith(extension)) return false
  const suffix = name.slice(stem.length, -extension.length)
  return ROTATION.test(suffix) && !NUMBERED.test(suffix)
}
