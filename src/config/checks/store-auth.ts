import { createSecret } from '../values/secret.ts'
import { readSecret } from './read-secret.ts'
import type { Incomplete, CheckReport } from './check-report.ts'
import type { StoreAuth } from '../settings.ts'
import type { ElasticsearchConfig } from '../schema/store-schema.ts'

type Config = Incomplete<ElasticsearchConfig>
const SECRET_NAMES = ['password', 'apiKey', 'bearer'] as const
type SecretName = (typeof SECRET_NAMES)[number]

/** How the collector authenticates to the store. Secrets are read from their files once, here. */
export function readAuth(config: Config, report: CheckReport): StoreAuth {
  const given = SECRET_NAMES.filter(name => config[name] !== undefined || config[`${name}File`] !== undefined)
  if (given.length > 1) {
    const list = given.map(name => `"${name}"`).join(' and ')
    report.error(['store'], `store has ${list}, of which only one can be used; remove the others`)
  }
  const [name] = given
  checkUser(config, name, report)
  if (name === undefined) return { kind: 'none' }
  const secret = readSecret(config, name, { in: ['store'], report }) ?? createSecret('')
  if (name === 'password') return { kind: 'basic', user: config.user ?? '', password: secret }
  return name === 'apiKey' ? { kind: 'apiKey', apiKey: secret } : { kind: 'bearer', token: secret }
}

function checkUser({ user }: Config, name: SecretName | undefined, report: CheckReport): void {
  if (user !== undefined && name === undefined) {
    report.error(
      ['store', 'user'],
      'store.user has no password: add "passwordFile", or "password": "${NAME}" to take it from the environment',
    )
  }
  if (user?.includes(':') === true) {
    report.error(
      ['store', 'user'],
      'store.user has a colon: a server takes what follows it for the password, so no user has one in its name',
    )
  }
  if (user === undefined && name === 'password') report.error(['store'], 'store has a password but no "user" for it')
}
