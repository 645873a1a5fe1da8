import { closeSync, fstatSync, openSync, readSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError } from './problem.ts'
import type { Problem } from './problem.ts'
import { reasonOf } from '../../flow/error-reason.ts'
import { describeLook } from './file-look.ts'

/** Protects memory; the limit of logstash-forwarder. A configuration is never larger. */
const MAX_FILE_BYTES = 10 * 1024 * 1024

/** Files that editors and package managers leave behind, beside those whose names begin with a dot. */
const LEFT_BEHIND = /~$|^#.*#$|\.(?:bak|orig|rej|swp|dpkg-[a-z]+|rpmsave|rpmnew|rpmorig)$/u

export interface ConfigFile {
  readonly path: string
  readonly content: string
  /** Its state before it was read, so that any later change differs from it; absent for a pipe, which reading changes. */
  readonly look?: string
}

export interface ReadFiles {
  readonly files: readonly ConfigFile[]
  readonly warnings: readonly Problem[]
}

/**
 * Reads a file, or all files of a directory in the order of their names. Throws a ConfigError if one cannot be read.
 */
export function readConfigFiles(path: string): ReadFiles {
  const read = readPlace(path)
  if (read.files.length > 0) return read
  throw makeFileError(`the directory ${path} has no configuration in it`)
}

/** As `readConfigFiles`, but a directory may be empty. */
export function readPlace(path: string): ReadFiles & { readonly isDirectory: boolean } {
  const isDirectory = tryTo(path, () => statSync(path).isDirectory())
  return { isDirectory, ...(isDirectory ? readDirectory(path) : { files: [readConfigFile(path)], warnings: [] }) }
}

function readDirectory(path: string): ReadFiles {
  const entries = tryTo(path, () => readdirSync(path)).toSorted()
  const skipped = entries.flatMap(name => {
    const reason = whySkipped(path, name)
    return reason === undefined ? [] : [{ name, message: `${join(path, name)} is not read: it is ${reason}` }]
  })
  const names = new Set(skipped.map(({ name }) => name))
  const files = entries.filter(name => !names.has(name)).map(name => readConfigFile(join(path, name)))
  return { files, warnings: skipped.map(({ message }) => ({ message })) }
}

export function isSkippedName(name: string): boolean {
  return name.startsWith('.') || LEFT_BEHIND.test(name)
}

function whySkipped(directory: string, name: string): string | undefined {
  const path = join(directory, name)
  if (name.startsWith('.')) return 'a hidden file'
  if (LEFT_BEHIND.test(name)) return 'a backup'
  return tryTo(path, () => statSync(path).isDirectory()) ? 'a directory' : undefined
}

function readConfigFile(path: string): ConfigFile {
  const { bytes, ...look } = tryTo(path, () => readBounded(path))
  if (bytes.length > MAX_FILE_BYTES)
    throw makeFileError(`${path} is larger than 10 MiB; a configuration is never that large`)
  try {
    return { path, ...look, content: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) }
  } catch {
    throw makeFileError(`${path} is not UTF-8 text; save it in that encoding`)
  }
}

/** Also reads pipes, which have no size, and stops soon after the limit. */
function readBounded(path: string): { readonly bytes: Buffer; readonly look?: string } {
  const descriptor = openSync(path, 'r')
  try {
    const stats = fstatSync(descriptor, { bigint: true })
    const bytes = Buffer.concat([...readChunks(descriptor)])
    return { bytes, ...(stats.isFile() && { look: describeLook(stats) }) }
  } finally {
    closeSync(descriptor)
  }
}

function* readChunks(descriptor: number): Generator<Buffer> {
  for (let total = 0; total <= MAX_FILE_BYTES;) {
    const chunk = Buffer.allocUnsafe(64 * 1024)
    const count = readSync(descriptor, chunk)
    if (count === 0) return
    yield chunk.subarray(0, count)
    total += count
  }
}

function tryTo<Result>(path: string, read: () => Result): Result {
  try {
    return read()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT')
      throw makeFileError(`there is no ${path}; --config takes the path of a file or of a directory, as "include" does`)
    if (code === 'EACCES') throw makeFileError(`${path} cannot be read by this user; check its owner and mode`)
    throw makeFileError(`cannot read ${path}: ${reasonOf(error)}`)
  }
}

function makeFileError(message: string): ConfigError {
  return new ConfigError([{ message }])
}
