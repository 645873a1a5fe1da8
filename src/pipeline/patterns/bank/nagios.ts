import { type NamesIn, type PatternSet, re } from './pattern-set.ts'

/** A lazy text ends at the first semicolon; before a number it may have more. */
type Kind = 'text' | 'rest' | 'NUMBER' | 'INT'

type Column = readonly [kind: Kind, legacyField: string, ecsField: string, ecsKind?: Kind]

const columns = {
  host: ['text', 'nagios_hostname', 'host.hostname'],
  service: ['text', 'nagios_service', 'service.name'],
  state: ['text', 'nagios_state', 'service.state'],
  stateType: ['text', 'nagios_statetype', 'nagios.log.state_type'],
  stateLevel: ['text', 'nagios_statelevel', 'nagios.log.state_type'],
  stateCode: ['text', 'nagios_statecode', 'nagios.log.attempt:int', 'INT'],
  attempt: ['NUMBER', 'nagios_attempt', 'nagios.log.attempt:int', 'INT'],
  notified: ['text', 'nagios_notifyname', 'user.name'],
  contact: ['text', 'nagios_contact', 'nagios.log.notification_command'],
  handler: ['text', 'nagios_event_handler_name', 'nagios.log.event_handler_name'],
  from: ['NUMBER', 'nagios_unknown1', 'nagios.log.period_from:int'],
  to: ['NUMBER', 'nagios_unknown2', 'nagios.log.period_to:int'],
  start: ['NUMBER', 'nagios_start_time', 'nagios.log.start_time'],
  end: ['NUMBER', 'nagios_end_time', 'nagios.log.end_time'],
  fixed: ['NUMBER', 'nagios_fixed', 'nagios.log.fixed'],
  trigger: ['NUMBER', 'nagios_trigger_id', 'nagios.log.trigger_id'],
  duration: ['NUMBER', 'nagios_duration', 'nagios.log.duration:int'],
  author: ['text', 'author', 'user.name'],
  note: ['text', 'comment', 'nagios.log.comment'],
  message: ['rest', 'nagios_message', 'message'],
  comment: ['rest', 'nagios_comment', 'nagios.log.comment'],
  result: ['rest', 'nagios_check_result', 'nagios.log.check_result'],
  lastHost: ['rest', 'nagios_hostname', 'host.hostname'],
  lastService: ['rest', 'nagios_service', 'service.name'],
} as const satisfies Readonly<Record<string, Column>>

type ColumnName = keyof typeof columns

/** The lines that begin with their type, in words. */
const lines: Readonly<Record<string, readonly ColumnName[]>> = {
  CURRENT_SERVICE_STATE: ['host', 'service', 'state', 'stateType', 'stateCode', 'message'],
  CURRENT_HOST_STATE: ['host', 'state', 'stateType', 'stateCode', 'message'],
  SERVICE_NOTIFICATION: ['notified', 'host', 'service', 'state', 'contact', 'message'],
  HOST_NOTIFICATION: ['notified', 'host', 'state', 'contact', 'message'],
  SERVICE_ALERT: ['host', 'service', 'state', 'stateLevel', 'attempt', 'message'],
  HOST_ALERT: ['host', 'state', 'stateLevel', 'attempt', 'message'],
  SERVICE_FLAPPING_ALERT: ['host', 'service', 'state', 'message'],
  HOST_FLAPPING_ALERT: ['host', 'state', 'message'],
  SERVICE_DOWNTIME_ALERT: ['host', 'service', 'state', 'comment'],
  HOST_DOWNTIME_ALERT: ['host', 'state', 'comment'],
  PASSIVE_SERVICE_CHECK: ['host', 'service', 'state', 'comment'],
  PASSIVE_HOST_CHECK: ['host', 'state', 'comment'],
  SERVICE_EVENT_HANDLER: ['host', 'service', 'state', 'stateLevel', 'handler'],
  HOST_EVENT_HANDLER: ['host', 'state', 'stateLevel', 'handler'],
  TIMEPERIOD_TRANSITION: ['service', 'from', 'to'],
}

/** The lines of commands from outside. */
const commands: Readonly<Record<string, readonly ColumnName[]>> = {
  DISABLE_SVC_CHECK: ['host', 'service'],
  ENABLE_SVC_CHECK: ['host', 'service'],
  DISABLE_HOST_CHECK: ['host'],
  ENABLE_HOST_CHECK: ['host'],
  PROCESS_HOST_CHECK_RESULT: ['host', 'state', 'result'],
  PROCESS_SERVICE_CHECK_RESULT: ['host', 'service', 'state', 'result'],
  SCHEDULE_HOST_DOWNTIME: ['host', 'start', 'end', 'fixed', 'trigger', 'duration', 'author', 'note'],
  DISABLE_HOST_SVC_NOTIFICATIONS: ['lastHost'],
  ENABLE_HOST_SVC_NOTIFICATIONS: ['lastHost'],
  DISABLE_HOST_NOTIFICATIONS: ['lastHost'],
  ENABLE_HOST_NOTIFICATIONS: ['lastHost'],
  DISABLE_SVC_NOTIFICATIONS: ['host', 'lastService'],
  ENABLE_SVC_NOTIFICATIONS: ['host', 'lastService'],
}

type Naming = 'legacy' | 'ecs'

interface TypedField {
  readonly kind: Kind
  readonly field: string
}

function typedField(name: ColumnName, naming: Naming): TypedField {
  const [kind, legacyField, ecsField, ecsKind]: Column = columns[name]
  return naming === 'legacy' ? { kind, field: legacyField } : { kind: ecsKind ?? kind, field: ecsField }
}

function columnsOf(names: readonly ColumnName[], naming: Naming): string {
  const fields = names.map(name => typedField(name, naming))
  return fields.map((field, i) => columnOf(field, fields[i + 1])).join(';')
}

function columnOf({ kind, field }: TypedField, next: TypedField | undefined): string {
  if (kind === 'rest') return `%{GREEDYDATA:${field}}`
  if (kind !== 'text') return `%{${kind}:${field}}`
  const endsAtSemicolon = next?.kind === 'text' || next?.kind === 'rest'
  return endsAtSemicolon ? re`(?<${field}>[^;\n]*)` : `%{DATA:${field}}`
}

function linesIn(naming: Naming): NamesIn {
  const type = naming === 'legacy' ? 'nagios_type' : 'nagios.log.type'
  const command = naming === 'legacy' ? 'nagios_command' : 'nagios.log.command'
  const typed = Object.entries(lines).map(([kind, names]) => [
    `NAGIOS_${kind}`,
    `%{NAGIOS_TYPE_${kind}:${type}}: ${columnsOf(names, naming)}`,
  ])
  const commanded = Object.entries(commands).map(([kind, names]) => [
    `NAGIOS_EC_LINE_${kind}`,
    `%{NAGIOS_TYPE_EXTERNAL_COMMAND:${type}}: %{NAGIOS_EC_${kind}:${command}};${columnsOf(names, naming)}`,
  ])
  return Object.fromEntries([...typed, ...commanded]) as NamesIn
}

const types = [...Object.keys(lines), 'EXTERNAL_COMMAND']
const commandTypes = [...Object.keys(commands), 'SCHEDULE_SERVICE_DOWNTIME']
const anyLine = ['NAGIOS_WARNING', ...Object.keys(linesIn('legacy'))].map(name => `%{${name}}`).join('|')

export const nagios: PatternSet = {
  both: {
    NAGIOSTIME: re`\[%{NUMBER:nagios_epoch|timestamp}\]`,
    NAGIOS_WARNING: re`Warning:\s*%{GREEDYDATA:nagios_message|message}`,
    ...Object.fromEntries(types.map(type => [`NAGIOS_TYPE_${type}`, type.replaceAll('_', ' ')])),
    ...Object.fromEntries(commandTypes.map(type => [`NAGIOS_EC_${type}`, type])),
    NAGIOSLOGLINE: `%{NAGIOSTIME} (?:${anyLine})`,
  },
  legacy: linesIn('legacy'),
  ecs: linesIn('ecs'),
}
