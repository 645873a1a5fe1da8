import { resolve } from 'node:path'
import type { IssuedCertificate } from '../../tls/file-authority.ts'
import { quoteForShell } from '../program/shell-word.ts'

export type CertificateKind = 'authority' | 'server' | 'client'

/** The new files, their validity, and the lines of configuration to paste. */
export function describeIssued(issued: IssuedCertificate, kind: CertificateKind): string {
  const lines = [
    `certificate  ${issued.certificate}`,
    `key          ${issued.key} (keep it secret)`,
    ...(kind === 'authority' ? [] : [`valid for    ${issued.names.join(', ')}`]),
    `valid from   ${formatDay(issued.notBefore)} to ${formatDay(issued.notAfter)}; renew it by ${formatDay(issued.renewAt)}`,
    '',
    ...nextSteps(issued, kind),
  ]
  return `${lines.join('\n')}\n`
}

function nextSteps(issued: IssuedCertificate, kind: CertificateKind): string[] {
  const paths = { certificate: resolve(issued.certificate), key: resolve(issued.key), ca: resolve(issued.ca) }
  switch (kind) {
    case 'authority':
      return nextToAuthority(dirOf(issued))
    case 'server':
      return [
        'In the collector\'s configuration; add the authority as "ca" to admit only agents with a certificate from it:',
        `  "tls": ${formatJson({ certificate: paths.certificate, key: paths.key })},`,
        '',
        `In an agent's, inside "network", with a copy of ${issued.ca}:`,
        `  "servers": [${JSON.stringify(withPort(issued.names.find(name => !name.startsWith('*')) ?? 'NAME'))}],`,
        `  "tls": ${formatJson({ ca: paths.ca })}`,
      ]
    case 'client':
      return ['In the agent\'s configuration, inside "network":', `  "tls": ${formatJson(paths)}`]
  }
}

function nextToAuthority(dir: string): string[] {
  const word = quoteForShell(dir)
  const ca = { ca: { dir: resolve(dir) }, discovery: { etcd: { endpoints: ['https://ETCD:2379'] } } }
  return [
    'Next, by hand: a certificate for the collector, and one for each agent:',
    `  forwarder ca issue server --dir ${word} --host NAME`,
    `  forwarder ca issue client NAME --dir ${word}`,
    '',
    'Or through etcd: machines request and renew certificates themselves. Start the authority, with this in ca.json, and',
    'create join tokens:',
    `  ${formatJson(ca)}`,
    '  forwarder ca serve --config ca.json',
    `  forwarder ca token create --dir ${word} --for collector --name NAME --out collector.token`,
    `  forwarder ca token create --dir ${word} --for agent --name NAME --out agent.token`,
  ]
}

/** On one line, with spaces as a person writes it. */
function formatJson(value: object): string {
  return JSON.stringify(value, undefined, 1).replaceAll(/\n\s*/gu, ' ')
}

function dirOf({ certificate }: IssuedCertificate): string {
  return certificate.replace(/\/?[^/]*$/u, '') || '.'
}

function withPort(name: string): string {
  return name.includes(':') ? `[${name}]:5044` : `${name}:5044`
}

function formatDay(date: Date): string {
  return date.toISOString().slice(0, 10)
}
