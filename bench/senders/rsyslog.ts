import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { RunPlace, Sender } from './sender.ts'

const PROGRAM = '/usr/sbin/rsyslogd'
const prepareScript = join(import.meta.dirname, '../../test/prepare')

/** Installs the Debian package if it is missing; throws a sentence if that is not possible. */
export async function findRsyslog(): Promise<Sender> {
  try {
    await promisify(execFile)(prepareScript, ['--only', PROGRAM, 'rsyslog-openssl'])
  } catch (cause) {
    const { stderr } = cause as { readonly stderr?: string }
    throw new Error(stderr?.trim().split('\n').at(-1) || 'rsyslog is not installed', { cause })
  }
  return { name: 'rsyslog', protocol: 'lines', hasAcks: false, prepare }
}

async function prepare(place: RunPlace): Promise<readonly string[]> {
  const path = join(place.dir, 'rsyslog.conf')
  await writeFile(path, makeConfig(place))
  return [PROGRAM, '-n', '-f', path, '-i', join(place.dir, 'pid')]
}

/** The framing of the forwarder ends each message with a newline. */
function makeConfig({ dir, logPath, port, ca }: RunPlace): string {
  const tls = 'StreamDriver="ossl" StreamDriverMode="1" StreamDriverAuthMode="x509/certvalid"'
  return [
    `global(workDirectory="${dir}" maxMessageSize="64k" defaultNetstreamDriverCAFile="${ca}")`,
    'module(load="imfile")',
    'template(name="line" type="string" string="%msg%")',
    `input(type="imfile" file="${logPath}" tag="bench")`,
    `action(type="omfwd" target="127.0.0.1" port="${port}" protocol="tcp" template="line" ${tls})`,
    '',
  ].join('\n')
}
