import type { CollectorConfig } from '../schema/collector-schema.ts'
import type { CheckReport, Incomplete } from './check-report.ts'
import { OWN_LEAVES } from './event-field-checks.ts'
import { findAbove } from './field-leaves.ts'

type Config = Incomplete<CollectorConfig>

const PATH = ['ids', 'nameField']
const EXAMPLE = '"tls.client.x509.subject.common_name"'
const MAX_CHARACTERS = 256
/** Steps with dots between them, that no store reads in another way. */
const FIELD_NAME = /^[\w-]+(?:\.[\w-]+)*$/
/** Values that events of any program have once a collector has read them. */
const EVENT_LEAVES = [...OWN_LEAVES[2], 'agent.name', 'log.original', 'unreadable_timestamp']
/** Objects whose members other programs name. */
const EVENT_OBJECTS = ['fields']

/** Refuses a field for the name of senders that they could fill themselves, or that does not fit beside the event's own. */
export function checkNameField({ ids, tls, enrolment }: Config, report: CheckReport): void {
  const field = ids?.nameField
  if (field === undefined) return
  const fault = findFault(field)
  if (fault !== undefined) report.error(PATH, `ids.nameField: ${fault}`)
  if (!asksForNames(tls, enrolment))
    report.error(PATH, 'ids.nameField needs certificates of the senders: set tls.ca, and tls.clientAuth to "required"')
}

function findFault(field: string): string | undefined {
  if (field.length > MAX_CHARACTERS || !FIELD_NAME.test(field))
    return `"${field.slice(0, MAX_CHARACTERS)}" is not the name of a field; write one such as ${EXAMPLE}`
  const own = [...EVENT_LEAVES, ...EVENT_OBJECTS]
  const above = findAbove(field, new Map(EVENT_LEAVES.map(dotted => [dotted, { dotted }])))?.dotted
  const below = own.find(dotted => findAbove(dotted, new Map([[field, { dotted: field }]])))
  const same = own.find(dotted => dotted === field)
  const found = above ?? below ?? same
  if (found === undefined) return undefined
  const where = found === above ? 'lies above it' : found === below ? 'lies below it' : 'is the same'
  return `events have "${found}", which ${where}; write a field of its own, such as ${EXAMPLE}`
}

function asksForNames(tls: Config['tls'], enrolment: Config['enrolment']): boolean {
  if (enrolment !== undefined) return enrolment.clientAuth !== 'none'
  return tls !== undefined && tls !== false && tls.ca !== undefined && tls.clientAuth !== 'none'
}
