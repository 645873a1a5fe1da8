import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { lookAt } from '../../config/text/file-look.ts'
import { isSkippedName } from '../../config/text/read-files.ts'
import { watchTerminal } from '../program/terminal-closed.ts'

/** What one reading of a configuration was made of. */
export interface WatchedFiles {
  /** The files that were read. */
  readonly files: readonly string[]
  /** By path: their states before they were read. Default: as they are now, as with pipes. */
  readonly looks?: Looks
  /** Further directories in which files may come and go. Default: none. */
  readonly directories?: readonly string[]
}

export interface ConfigWatchOptions extends WatchedFiles {
  /** The value of `--config`: a file or a directory. */
  readonly path: string
  /** Whether SIGHUP counts as a change. */
  readonly signals: boolean
  /** True: SIGHUP does not mean a change. Default: watches the terminal from now on. */
  readonly isTerminalClosed?: () => boolean
  /** Called once for each change, with a reason for the log: `SIGHUP`, or a sentence about a file. */
  readonly onChange: (reason: string) => void
  /** Default: 1000. */
  readonly intervalMs?: number
}

export interface ConfigWatch {
  /** Watches these files and directories from now on. */
  follow(next: WatchedFiles): void
  close(): void
}

/** By path: text that differs between two states of a file. Without missing files. */
type Looks = ReadonlyMap<string, string>

/**
 * Notices changes of the configuration: at once at SIGHUP, otherwise by polling its files. A change counts once two polls in a
 * row see the same, so that no file is read while it is being written.
 */
export function watchConfig({
  path,
  signals,
  isTerminalClosed = watchTerminal(),
  onChange,
  intervalMs = 1000,
  ...options
}: ConfigWatchOptions): ConfigWatch {
  let { files, directories = [] } = options
  const lookAround = () => lookAtAll([path, ...directories], files)
  let known = lookAtRead(options)
  let unsettled: Looks | undefined

  const look = () => {
    const now = lookAround()
    const change = describeChange(known, now)
    const isSettled = unsettled !== undefined && describeChange(unsettled, now) === undefined
    unsettled = change === undefined || isSettled ? undefined : now
    if (change === undefined || !isSettled) return
    known = now
    onChange(change)
  }
  const timer = setInterval(look, intervalMs)
  timer.unref()

  const hangUp = () => {
    if (isTerminalClosed()) return
    // The present state is about to be read.
    known = lookAround()
    unsettled = undefined
    onChange('SIGHUP')
  }
  if (signals) process.on('SIGHUP', hangUp)

  return {
    follow({ files: next, looks, directories: nextDirectories = [] }) {
      const fresh = next.filter(file => !files.includes(file) && !known.has(file))
      const gone = new Set(files).difference(new Set(next))
      files = next
      directories = nextDirectories
      const added = lookAtRead({ files: fresh, ...(looks && { looks }) })
      known = new Map([...known, ...added].filter(([file]) => !gone.has(file)))
    },
    close() {
      clearInterval(timer)
      process.off('SIGHUP', hangUp)
    },
  }
}

/** Whatever has changed since these files were read differs from this. */
function lookAtRead({ files, looks }: WatchedFiles): Looks {
  return new Map([...lookAtAll([], files), ...files.flatMap(file => findLook(file, looks))])
}

function findLook(file: string, looks: Looks | undefined): (readonly [string, string])[] {
  const look = looks?.get(file)
  return look === undefined ? [] : [[file, look]]
}

function lookAtAll(places: readonly string[], files: readonly string[]): Looks {
  const paths = new Set([...files, ...places.flatMap(place => listDirectory(place))])
  return new Map(
    [...paths].flatMap(file => {
      const look = lookAt(file)
      return look === undefined ? [] : [[file, look] as const]
    }),
  )
}

/** Gives the path itself where it is not a directory. */
function listDirectory(path: string): readonly string[] {
  try {
    return readdirSync(path)
      .filter(name => !isSkippedName(name))
      .map(name => join(path, name))
  } catch {
    return [path] // a file, or something that cannot be listed: `lookAt` finds out
  }
}

function describeChange(before: Looks, after: Looks): string | undefined {
  const changes = [...new Set([...before.keys(), ...after.keys()])].flatMap(path => {
    if (before.get(path) === after.get(path)) return []
    if (!before.has(path)) return [`${path} is new`]
    return [after.has(path) ? `${path} has changed` : `${path} is gone`]
  })
  const [first, ...others] = changes
  return first === undefined || others.length === 0 ? first : `${first}, and ${others.length} more`
}
