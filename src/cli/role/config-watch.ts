import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isSkippedName } from '../../config/text/read-files.ts'
import { watchTerminal } from '../program/terminal-closed.ts'

export interface ConfigWatchOptions {
  /** The value of `--config`: a file or a directory. */
  readonly path: string
  /** The files that were read. */
  readonly files: readonly string[]
  /** Further directories in which files may come and go. Default: none. */
  readonly directories?: readonly string[]
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
  setFiles(files: readonly string[], directories?: readonly string[]): void
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
    // The present state is about to be read.
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

/** With the ctime, since a file that has become readable counts as changed. */
function lookAt(path: string): string | undefined {
  try {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
    if (stats === undefined || stats.isDirectory()) return undefined
    return [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(' ')
  } catch (error) {
    return (error as NodeJS.ErrnoException).code // the next reload reports it
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
