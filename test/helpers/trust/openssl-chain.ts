import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** One certificate, made by openssl: kinds that our own maker refuses. */
export interface OpensslRequest {
  readonly name: string
  /** As for `-newkey`: `rsa:1024`, or `ec:prime192v1`. Default: rsa:2048. */
  readonly key?: string
  /** `sha1`, `md5`. Default: sha256. */
  readonly digest?: string
  readonly isAuthority?: boolean
  readonly issuer?: OpensslFiles
}

export interface OpensslFiles {
  readonly certificate: string
  readonly key: string
}

export async function makeByOpenssl(dir: string, request: OpensslRequest): Promise<OpensslFiles> {
  const { name, key: kind = 'rsa:2048', digest = 'sha256', isAuthority = false, issuer } = request
  const files = { certificate: join(dir, `${name}.pem`), key: join(dir, `${name}.key`) }
  await makeKey(kind, files.key)
  const extensions = join(dir, `${name}.cnf`)
  await writeFile(extensions, `basicConstraints=critical,CA:${isAuthority ? 'TRUE' : 'FALSE'}\n${NAMES}`)
  const asked = join(dir, `${name}.csr`)
  await run('openssl', ['req', '-new', '-key', files.key, '-subj', `/CN=${name}`, '-out', asked])
  const signer = issuer === undefined ? ['-signkey', files.key] : ['-CA', issuer.certificate, '-CAkey', issuer.key]
  const dates = ['-days', '30', '-set_serial', String(Math.floor(Math.random() * 1e9))]
  const words = ['-req', '-in', asked, '-out', files.certificate, '-extfile', extensions, `-${digest}`, ...dates]
  await run('openssl', ['x509', ...words, ...signer])
  return files
}

const NAMES = 'subjectAltName=DNS:localhost\n'

async function makeKey(kind: string, path: string): Promise<void> {
  const [algorithm = '', parameter = ''] = kind.split(':')
  const option = algorithm === 'rsa' ? `rsa_keygen_bits:${parameter}` : `ec_paramgen_curve:${parameter}`
  await run('openssl', ['genpkey', '-algorithm', algorithm, '-pkeyopt', option, '-out', path])
}
