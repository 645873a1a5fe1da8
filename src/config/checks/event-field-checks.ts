import { formatPath } from '../text/key-path.ts'
import type { KeyPath } from '../text/key-path.ts'
import type { CheckReport } from './check-report.ts'

type Remedies = Readonly<Record<string, string>>

const RENAME = 'give the field another name'

/** The members of our own events, each with a remedy for the likely intention. */
const OWN_MEMBERS: Readonly<Record<1 | 2, Remedies>> = {
  2: {
    message: RENAME,
    '@timestamp': 'it is the time when the line was read; give the field another name',
    '@metadata': "it carries the event's id and is not a field; give the field another name",
    host: 'to change the name of the host, write "host" beside "network"',
    'host.name': 'to change the name of the host, write "host" beside "network"',
    log: 'it has the file and the offset; give the field another name',
    'log.file.path': RENAME,
    'log.offset': RENAME,
    'log.flags': RENAME,
    agent: 'it names the program that sent the event; give the field another name',
    'agent.type': RENAME,
    'agent.version': RENAME,
  },
  1: {
    file: RENAME,
    host: 'to change the name of the host, write "host" beside "network"',
    offset: RENAME,
    line: RENAME,
  },
}

interface FieldsAtPath {
  readonly fields: object | undefined
  readonly path: KeyPath
  readonly protocol: 1 | 2
}

/** Refuses fields that would overwrite members of the event, or that no receiver accepts. */
export function checkFields({ fields, path, protocol }: FieldsAtPath, report: CheckReport): void {
  const remedies = OWN_MEMBERS[protocol]
  for (const name of Object.keys(fields ?? {})) {
    const own = [...path, name]
    if (Object.hasOwn(remedies, name)) {
      const why = `protocol ${protocol} events already have a member of that name`
      report.error(own, `${formatPath(own)}: ${why}; ${remedies[name]}`)
    }
    if (name === '__proto__' || name === '')
      report.error(own, `${formatPath(own)}: no receiver accepts such a name; ${RENAME}`)
  }
}
