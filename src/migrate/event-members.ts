/** What each event has of its own at top level: no field may have such a name. */
export const eventMembers: ReadonlySet<string> = new Set([
  'message',
  '@timestamp',
  '@metadata',
  'host',
  'host.name',
  'log',
  'log.file.path',
  'log.offset',
  'log.flags',
  'agent',
  'agent.type',
  'agent.version',
  '__proto__',
  '',
])
