import type { Command, CommandInput, CommandOption } from '../program/command-contract.ts'
import { countOption, listOption, requiredOption, textOption } from '../program/option-values.ts'
import { describeIssued } from './issued-text.ts'
import { EXIT } from '../program/exit-codes.ts'
import { PASSPHRASE_OPTION, readPassphrase } from './authority-options.ts'

const MAX_DAYS = 36_500

const OPTIONS: readonly CommandOption[] = [
  { flags: '--dir <dir>', help: 'directory of the authority, to which new files are written', isRequired: true },
  { flags: '--days <days>', help: 'validity in days' },
  { flags: '--overwrite', help: 'replace existing files' },
  PASSPHRASE_OPTION,
]

export const CA_GROUPS = [
  { name: 'ca', summary: 'create and issue certificates for collectors and agents, by hand or through etcd' },
  { name: 'ca issue', summary: 'issue a certificate' },
  { name: 'ca token', summary: 'manage join tokens, with which machines get their first certificate' },
  { name: 'ca rollover', summary: 'replace the authority while all machines keep running' },
]

export const createAuthorityCommand: Command = {
  name: 'ca create',
  summary: 'create a certificate authority: ca.pem, which may be copied to all machines, and ca.key, which is secret',
  options: [...OPTIONS, { flags: '--name <name>', help: 'name of the authority (default: "forwarder CA")' }],
  examples: ['forwarder ca create --dir certificates'],
  async run(input) {
    const { createAuthority } = await import('../../tls/file-authority.ts')
    const name = textOption(input, 'name')
    const issued = await createAuthority({ ...(await commonOptions(input)), ...(name !== undefined && { name }) })
    input.terminal.out.write(describeIssued(issued, 'authority'))
    return EXIT.done
  },
}

export const issueServerCommand: Command = {
  name: 'ca issue server',
  summary: "issue a collector's certificate for all names and addresses that agents use to reach it",
  options: [
    ...OPTIONS,
    { flags: '--host <name>', help: 'host name, as agents write it in "servers" (repeatable)', isRepeatable: true },
    { flags: '--ip <address>', help: 'IP address, if agents use one (repeatable)', isRepeatable: true },
  ],
  examples: ['forwarder ca issue server --dir certificates --host logs.example.com --ip 10.0.0.5'],
  async run(input) {
    const { issueServerCertificate } = await import('../../tls/file-authority.ts')
    const names = { hosts: listOption(input, 'host'), ips: listOption(input, 'ip') }
    const issued = await issueServerCertificate({ ...(await commonOptions(input)), ...names })
    input.terminal.out.write(describeIssued(issued, 'server'))
    return EXIT.done
  },
}

export const issueClientCommand: Command = {
  name: 'ca issue client',
  summary: "issue an agent's certificate",
  args: '<name>',
  options: OPTIONS,
  examples: ['forwarder ca issue client web1 --dir certificates'],
  async run(input) {
    const { issueClientCertificate } = await import('../../tls/file-authority.ts')
    const issued = await issueClientCertificate({ ...(await commonOptions(input)), name: input.args[0] ?? '' })
    input.terminal.out.write(describeIssued(issued, 'client'))
    return EXIT.done
  },
}

async function commonOptions(input: CommandInput) {
  const days = countOption(input, 'days', { min: 1, max: MAX_DAYS })
  const passphrase = await readPassphrase(input)
  return {
    ...(passphrase !== undefined && { passphrase }),
    dir: requiredOption(input, 'dir'),
    overwrite: input.options['overwrite'] === true,
    ...(days !== undefined && { days }),
  }
}
