import { formatPath } from '../text/key-path.ts'
import type { KeyPath } from '../text/key-path.ts'
import type { CheckReport } from './check-report.ts'
import { findAbove, type Leaf, listLeaves } from './field-leaves.ts'

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

/** The values of our own events, and those that a collector makes of the pairs of protocol 1. */
export const OWN_LEAVES: Readonly<Record<1 | 2, readonly string[]>> = {
  2: [
    '@metadata',
    '@timestamp',
    'message',
    'host.name',
    'log.file.path',
    'log.offset',
    'log.flags',
    'agent.type',
    'agent.version',
  ],
  1: ['@timestamp', 'message', 'host.name', 'log.file.path', 'log.offset', 'log.flags'],
}

interface FieldsAtPath {
  readonly fields: object | undefined
  readonly path: KeyPath
  readonly protocol: 1 | 2
  /** The global fields, of which an entry of `files` may replace some. */
  readonly global?: object | undefined
}

/** Refuses fields that would overwrite members of the event, that do not fit beside other members, or that no receiver accepts. */
export function checkFields({ fields = {}, path, protocol, global = {} }: FieldsAtPath, report: CheckReport): void {
  const remedies = OWN_MEMBERS[protocol]
  for (const name of Object.keys(fields)) {
    const own = [...path, name]
    if (Object.hasOwn(remedies, name)) {
      const why = `protocol ${protocol} events already have a member of that name`
      report.error(own, `${formatPath(own)}: ${why}; ${remedies[name]}`)
    }
    if (name === '__proto__' || name === '')
      report.error(own, `${formatPath(own)}: no receiver accepts such a name; ${RENAME}`)
  }
  const leaves = listLeaves(fields, path).filter(({ at }) => !Object.hasOwn(remedies, String(at[path.length])))
  checkBesideOwn(leaves, protocol, report)
  const others = Object.entries(global).filter(([name]) => !Object.hasOwn(fields, name))
  checkBesideEachOther(leaves, listLeaves(Object.fromEntries(others), ['fields']), report)
}

function checkBesideOwn(leaves: readonly Leaf[], protocol: 1 | 2, report: CheckReport): void {
  const own = new Map(OWN_LEAVES[protocol].map(dotted => [dotted, { dotted }]))
  for (const leaf of leaves) {
    const above = findAbove(leaf.dotted, own)?.dotted
    const below = OWN_LEAVES[protocol].find(dotted => findAbove(dotted, new Map([[leaf.dotted, leaf]])))
    const same = leaf.dotted.includes('.') ? own.get(leaf.dotted)?.dotted : undefined
    const found = above ?? below ?? same
    if (found === undefined) continue
    const where = above === undefined ? (below === undefined ? 'is the same' : 'lies below it') : 'lies above it'
    const why = `protocol ${protocol} events already have "${found}", which ${where}`
    report.error(leaf.at, `${formatPath(leaf.at)}: ${why}; ${RENAME}`)
  }
}

/** A store takes a value or members of that name, never both. */
function checkBesideEachOther(leaves: readonly Leaf[], others: readonly Leaf[], report: CheckReport): void {
  const [own, all] = [byName(leaves), byName([...others, ...leaves])]
  const reported = (leaf: Leaf, above: Leaf, place: Leaf) =>
    report.error(
      place.at,
      `${formatPath(leaf.at)}: ${formatPath(above.at)} lies above it, and no store takes both; give one of them another name`,
    )
  for (const leaf of leaves) {
    const above = findAbove(leaf.dotted, all)
    if (above !== undefined) reported(leaf, above, leaf)
  }
  for (const leaf of others) {
    const above = findAbove(leaf.dotted, own)
    if (above !== undefined) reported(leaf, above, above)
  }
}

function byName(leaves: readonly Leaf[]): ReadonlyMap<string, Leaf> {
  return new Map(leaves.map(leaf => [leaf.dotted, leaf]))
}
