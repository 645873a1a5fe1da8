import { resolve } from 'node:path'
import { chooseDirectories, type Directories, DIRECTORY_NAMES } from '../directories.ts'
import { InstallError } from './error.ts'

export interface InstallOrder {
  readonly deed: 'install' | 'uninstall'
  readonly dirs: Directories
  /** Before all paths; empty: this machine's root. */
  readonly destdir: string
  /** Where `make dist` puts what it makes. */
  readonly dist: string
}

/** From `install prefix=/usr DESTDIR=/tmp/x`, as make passes them on; an empty one counts as none. */
export function readOrder([deed = '', ...given]: readonly string[], defaultDist: string): InstallOrder {
  if (deed !== 'install' && deed !== 'uninstall') throw new InstallError(`install or uninstall, not "${deed}"`)
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

/** Units and configurations name it, and have spaces between their words. */
function absolute(name: string, path: string): string {
  if (/^\/[^\s"\\$%]*$/u.test(path)) return path.replace(/(?<=.)\/+$/u, '')
  throw new InstallError(`${name}=${path}: an absolute path is needed, without spaces, quotes, \\, $ and %`)
}
