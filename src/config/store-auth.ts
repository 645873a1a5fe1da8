import { readFileSync, statSync } from 'node:fs'
import { createSecret } from './secret.ts'
import type { Secret } from './secret.ts'
import type { Incomplete, Report } from './report.ts'
import type { StoreAuth } from './settings.ts'
import type { ElasticsearchConfig } from './store-schema.ts'

type Config = Incomplete<ElasticsearchConfig>
type SecretName = 'password' | 'apiKey' | 'bearer'

const NAMES = ['password', 'apiKey', 'bearer'] as const
const READABLE_BY_ALL = 0o004
/** Anything longer is some other file. */
const MAX_SECRET_BYTES = 64 * 1024

/** How the collector proves who it is; secrets are read from their files here, once. */
export function readAuth(config: Config, report: Report): StoreAuth {
  const given = NAMES.filter(name => config[name] !== undefined || config[`${name}File`] !== undefined)
  if (given.length > 1) {
    const list = given.map(name => `"${name}"`).join(' and ')
    report.error(['store'], `store has ${list}, of which only one can be used; leave the others out`)
  }
  const [name] = given
  checkUser(config, name, report)
  if (name === undefined) return { kind: 'none' }
  const secret = readSecret(config, name, report) ?? createSecret('')
  if (name === 'password') return { kind: 'basic', user: config.user ?? '', password: secret }
  return name === 'apiKey' ? { kind: 'apiKey', apiKey: secret } : { kind: 'bearer', token: secret }
}

function checkUser({ user }: Config, name: SecretName | undefined, report: Report): void {
  if (user !== undefined && name === undefined) {
    report.error(
      ['store', 'user'],
      'store.user has no password: add "passwordFile", or "password": "${NAME}" to take it from the environment',
    )
  }
  if (user === undefined && name === 'password')
    report.error(['store'], 'store has a password but no "user" that it belongs to')
}

function readSecret(config: Config, name: SecretName, report: Report): Secret | undefined {
  const [text, file] = [config[name], config[`${name}File`]]
  if (text !== undefined && file !== undefined) {
    report.error(['store', name], `store has both "${name}" and "${name}File"; leave one of them out`)
  }
  if (file === undefined) return text === undefined ? undefined : createSecret(text)
  return readSecretFile(file, `${name}File`, report)
}

function readSecretFile(file: string, key: string, report: Report): Secret | undefined {
  const path = ['store', key]
  try {
    const { mode, size } = statSync(file)
    if (size > MAX_SECRET_BYTES) throw new Error('it is too large to hold a secret')
    if ((mode & READABLE_BY_ALL) !== 0) report.warn(path, `${file} can be read by every user: chmod o-r ${file}`)
    const text = readFileSync(file, 'utf8').replace(/\r?\n$/u, '')
    if (text === '') throw new Error('it is empty')
    if (/\p{Cc}/u.test(text)) throw new Error('it has more than one line, or control characters, in it')
    return createSecret(text)
  } catch (error) {
    const reason = explainFailure(error)
    report.error(path, `store.${key}: can't take the secret from ${file}: ${reason}`)
    return undefined
  }
}

function explainFailure(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return 'there is no such file'
  return code === 'EACCES' ? 'this user may not read it' : message
}
