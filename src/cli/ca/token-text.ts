import { resolve } from 'node:path'
import { formatDuration } from '../../config/values/duration.ts'
import type { TokenRecord } from '../../trust/authority/tokens.ts'
import { formatTime } from '../program/table-text.ts'

interface NewToken {
  readonly text: string
  /** The file that has it; absent: it is printed. */
  readonly path: string | undefined
  readonly fingerprint: string
}

/** Where the new token is, its validity, and the lines of configuration to paste. */
export function describeToken(token: TokenRecord, { text, path, fingerprint }: NewToken): string {
  const { kind, patterns, uses, expiresMs, createdMs } = token
  const [name = ''] = patterns
  const hasName = kind === 'agent' && patterns.length === 1 && !name.includes('*')
  const enrolment = {
    tokenFile: path === undefined ? '/etc/forwarder/token' : resolve(path),
    caFingerprint: `sha256:${fingerprint}`,
    ...(hasName && { name }),
  }
  return `token        ${path === undefined ? text : `in ${path}, mode 0600`}
             ${path === undefined ? 'It is shown only this once. ' : ''}ID: ${token.id}
valid for    ${uses === 0 ? 'any number of' : uses} ${kind}${uses === 1 ? '' : 's'}, ${patterns.length === 0 ? 'of any name' : `named ${patterns.join(', ')}`}
valid until  ${formatTime(expiresMs)} UTC, in ${formatDuration(expiresMs - createdMs)}

${path === undefined ? PRINTED : SAVED}
  "enrolment": ${JSON.stringify(enrolment, undefined, 1).replaceAll(/\n\s*/gu, ' ')}
`
}

const PRINTED = 'Save it to a file on that machine, mode 0600, and add this to its configuration, beside "discovery":'
const SAVED = `Copy the file to each machine that is to join with it, mode 0600; on this one it can stay where it is. Add this to the
machine's configuration, beside "discovery", with the path that the file has there:`
