import { join } from 'node:path'
import manifest from '../../package.json' with { type: 'json' }
import type { Entry } from '../layout.ts'
import type { InstallOrder } from './order.ts'

export interface Outcome {
  readonly order: InstallOrder
  /** All that belongs to an installation. */
  readonly entries: readonly Entry[]
  /** Configurations that were there, and were left alone. */
  readonly kept: readonly string[]
  /** Everything belongs to whom it should. */
  readonly isGiven: boolean
}

/** What was done, and what is left to be done by hand: every line that begins with spaces is a command. */
export function describeInstalled({ order, entries, kept, isGiven }: Outcome): string {
  const program = join(order.destdir, order.dirs.bindir, 'forwarder')
  const lines = [
    `forwarder ${manifest.version} is installed: ${program}`,
    ...kept.map(path => `${path} was there, and is as it was`),
  ]
  if (!isGiven) lines.push(...describeUser(entries, order))
  if (order.destdir === '' && kept.length > 0) lines.push(...restarting)
  else lines.push(...starting)
  return `${lines.join('\n')}\n`
}

export function describeRemoved({ dirs, destdir }: InstallOrder): string {
  const etc = join(destdir, dirs.sysconfdir, 'forwarder')
  const state = join(destdir, dirs.localstatedir, 'lib/forwarder')
  return `forwarder is removed; ${etc} and ${state} are left as they are\n`
}

function describeUser(entries: readonly Entry[], { dirs }: InstallOrder): readonly string[] {
  const paths = (kind: Entry['kind']) => entries.flatMap(entry => (entry.kind === kind ? [entry.path] : [])).join(' ')
  return [
    'The services run as the user forwarder, whom this does not make. On the machine, as root:',
    `  systemd-sysusers ${join(dirs.sysusersdir, 'forwarder.conf')}`,
    `  chgrp forwarder ${paths('config')}`,
    `  chown forwarder:forwarder ${paths('state')}`,
  ]
}

const starting = ['The agent is started by:', '  systemctl daemon-reload', '  systemctl enable --now forwarder']

const restarting = [
  'Services that run go on with the earlier program until:',
  '  systemctl daemon-reload',
  '  systemctl try-restart forwarder forwarder-collector forwarder-ca',
]
