import { resolve } from 'node:path'
import { chooseDirectories, type Directories, DIRECTORY_NAMES } from '../directories.ts'
import { InstallError } from './error.ts'

export interface InstallOrder {
  readonly deed: 'install' | 'uninstall'
  readonly dirs: Directories
  /** The prefix of all paths; empty: the root of this machine. */
  readonly destdir: string
  /** The directory with the results of `make dist`. */
  readonly dist: string
}

/** Reads `install prefix=/usr DESTDIR=/tmp/x`, as make passes it; an empty value is ignored. */
export function readOrder([deed = '', ...given]: readonly string[], defaultDist: string): InstallOrder {
  if (deed !== 'install' && deed !== 'uninstall') throw new InstallError(`write install or uninstall, not "${deed}"`)
  const values = new Map(given.map(text => splitOnce(text)).filter(([, value]) => value !== ''))
  const chosen = DIRECTORY_NAMES.flatMap(name => {
    const value = values.get(name) ?? (name === 'prefix' ? values.get('PREFIX') : undefined)
    return value === undefined ? [] : [[name, absolute(name, value)] as const]
  })
  const destdir = values.get('DESTDIR') ?? ''
  return {
    deed,
    dirs: chooseDirectories(Object.fromEntries(chosen)),
    destdir: destdir === '' ? '' : resolve(destdir),
    dist: resolve(values.get('DIST') ?? defaultDist),
  }
}

function splitOnce(text: string): readonly [name: string, value: string] {
  const at = text.indexOf('=')
  return [text.slice(0, at), text.slice(at + 1)]
}

/** Units and configurations name the path, and separate words by spaces. */
function absolute(name: string, path: string): string {
  if (/^\/[^\s"\\$%]*$/u.test(path)) return path.replace(/(?<=.)\/+$/u, '')
  throw new InstallError(`${name}=${path}: an absolute path is needed, without spaces, quotes, \\, $ and %`)
}
