import { readFileSync, statSync } from 'node:fs'
import type { KeyPath } from '../text/key-path.ts'
import { formatPath } from '../text/key-path.ts'
import type { CheckReport } from './check-report.ts'
import { createSecret } from '../values/secret.ts'
import type { Secret } from '../values/secret.ts'

const READABLE_BY_ALL = 0o004
/** A longer file is not a secret. */
const MAX_SECRET_BYTES = 64 * 1024

interface Place {
  /** The object with the two keys. */
  readonly in: KeyPath
  readonly report: CheckReport
}

type SecretKeys<Name extends string> = { readonly [Key in Name | `${Name}File`]?: string | undefined }

/** Reads a secret from the key `name`, or from the file that the key `nameFile` names; problems are reported. */
export function readSecret<Name extends string>(
  config: SecretKeys<Name>,
  name: Name,
  { in: parent, report }: Place,
): Secret | undefined {
  const [text, file] = [config[name], config[`${name}File`]]
  if (text !== undefined && file !== undefined) {
    report.error([...parent, name], `${formatPath(parent)} has both "${name}" and "${name}File"; remove one of them`)
  }
  if (file === undefined) return text === undefined ? undefined : createSecret(text)
  return readSecretFile(file, [...parent, `${name}File`], report)
}

function readSecretFile(file: string, path: KeyPath, report: CheckReport): Secret | undefined {
  try {
    const { size } = statSync(file)
    if (size > MAX_SECRET_BYTES) throw new Error('it is too large to hold a secret')
    checkSecrecy(file, path, report)
    const text = readFileSync(file, 'utf8').replace(/^\uFEFF|\r?\n$/gu, '')
    if (text === '') throw new Error('it is empty')
    if (/\p{Cc}/u.test(text)) throw new Error('it has more than one line, or control characters')
    return createSecret(text)
  } catch (error) {
    const reason = explainFailure(error)
    report.error(path, `${formatPath(path)}: cannot read the secret from ${file}: ${reason}`)
    return undefined
  }
}

/** Warns of a file that all users can read; there may be none. */
export function checkSecrecy(file: string, path: KeyPath, report: CheckReport): void {
  const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? 0
  if ((mode & READABLE_BY_ALL) !== 0) report.warn(path, `${file} can be read by every user: chmod o-r ${file}`)
}

function explainFailure(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return 'there is no such file'
  return code === 'EACCES' ? 'this user may not read it' : message
}
