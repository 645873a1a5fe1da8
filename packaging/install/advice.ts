import { join } from 'node:path'
import manifest from '../../package.json' with { type: 'json' }
import type { Entry } from '../layout.ts'
import type { InstallOrder } from './order.ts'

export interface Outcome {
  readonly order: InstallOrder
  /** Everything that an installation consists of. */
  readonly entries: readonly Entry[]
  /** Existing configurations, which were not changed. */
  readonly kept: readonly string[]
  /** True when all files have the right owner. */
  readonly isGiven: boolean
}

/** Reports what was done and what is left to do by hand: each indented line is a command. */
export function describeInstalled({ order, entries, kept, isGiven }: Outcome): string {
  const program = join(order.destdir, order.dirs.bindir, 'forwarder')
  const lines = [
    `forwarder ${manifest.version} is installed: ${program}`,
    ...kept.map(path => `${path} already existed and was not changed`),
  ]
  if (!isGiven) lines.push(...describeUser(entries, order))
  if (order.destdir === '' && kept.length > 0) lines.push(...restarting)
  else lines.push(...starting)
  return `${lines.join('\n')}\n`
}

export function describeRemoved({ dirs, destdir }: InstallOrder): string {
  const etc = join(destdir, dirs.sysconfdir, 'forwarder')
  const state = join(destdir, dirs.localstatedir, 'lib/forwarder')
  return `forwarder is removed; ${etc} and ${state} are kept\n`
}

function describeUser(entries: readonly Entry[], { dirs }: InstallOrder): readonly string[] {
  const paths = (kind: Entry['kind']) => entries.flatMap(entry => (entry.kind === kind ? [entry.path] : [])).join(' ')
  return [
    'The services run as the user forwarder, which is not created here. On the machine, as root:',
    `  systemd-sysusers ${join(dirs.sysusersdir, 'forwarder.conf')}`,
    `  chgrp forwarder ${paths('config')}`,
    `  chown forwarder:forwarder ${paths('state')}`,
  ]
}

const starting = ['To start the agent:', '  systemctl daemon-reload', '  systemctl enable --now forwarder']

const restarting = [
  'Running services keep using the earlier program until:',
  '  systemctl daemon-reload',
  '  systemctl try-restart forwarder forwarder-collector forwarder-ca',
]
