import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isSkippedName } from '../../config/text/read-files.ts'
import { watchTerminal } from '../program/terminal-closed.ts'

export interface ConfigWatchOptions {
  /** What `--config` names: a file or a directory. */
  readonly path: string
  /** The files that were read. */
  readonly files: readonly string[]
  /** Others in which files may come and go. Default: none. */
  readonly directories?: readonly string[]
  /** Whether SIGHUP counts as a change. */
  readonly signals: boolean
  /** Then SIGHUP is not meant as a change. Default: looked at from now on. */
  readonly isTerminalClosed?: () => boolean
  /** Called once a change, with a reason for the log: `SIGHUP`, or which file. */
  readonly onChange: (reason: string) => void
  /** Default: 1000. */
  readonly intervalMs?: number
}

export interface ConfigWatch {
  /** From now on these files, and what is in these directories, are looked at. */
  setFiles(files: readonly string[], directories?: readonly string[]): void
  close(): void
}

/** By path: what tells one state of a file from another. Without those that are not there. */
type Looks = ReadonlyMap<string, string>

/**
 * Notices that the configuration changed: at once where SIGHUP says so, else by looking at its files from time to time. A
 * change counts when two looks in a row see the same, so that nothing is read while it is being written.
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
  let known = lookAround()
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
    // What there is now is about to be read.
    known = lookAround()
    unsettled = undefined
    onChange('SIGHUP')
  }
  if (signals) process.on('SIGHUP', hangUp)

  return {
    setFiles(next, nextDirectories = []) {
      const fresh = next.filter(file => !files.includes(file) && !known.has(file))
      const gone = new Set(files).difference(new Set(next))
      files = next
      directories = nextDirectories
      known = new Map([...known, ...lookAtAll([], fresh)].filter(([file]) => !gone.has(file)))
    },
    close() {
      clearInterval(timer)
      process.off('SIGHUP', hangUp)
    },
  }
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

/** Of the path itself where it is no directory. */
function listDirectory(path: string): readonly string[] {
  try {
    return readdirSync(path)
      .filter(name => !isSkippedName(name))
      .map(name => join(path, name))
  } catch {
    return [path] // a file, or nothing that can be listed: looking at it tells
  }
}

/** Also ctime: a file that may be read again has changed for us. */
function lookAt(path: string): string | undefined {
  try {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
    if (stats === undefined || stats.isDirectory()) return undefined
    return [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(' ')
  } catch (error) {
    return (error as NodeJS.ErrnoException).code // whoever reads it will say so
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
