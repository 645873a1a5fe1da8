// logstash-forwarder's command line, which is Go's: one or two dashes, `-name value` or `-name=value`, and booleans only
// as `-name` or `-name=false`. It is translated into ours before anything else reads it.

interface OldFlag {
  readonly isBoolean: boolean
  /** The present form; empty where it no longer has a meaning. */
  translate(value: string): readonly string[]
  /** Printed when it is used: why it does nothing, or something else. */
  readonly warning?: string
}

export interface OldOption {
  readonly names: readonly string[]
  readonly isBoolean: boolean
  readonly becomes: string | undefined
  readonly warning: string | undefined
}

export interface TranslatedArguments {
  readonly args: readonly string[]
  readonly warnings: readonly string[]
}

const value = (name: string): OldFlag => ({ isBoolean: false, translate: text => [`--${name}`, text] })
const toggle = (name: string, warning?: string): OldFlag => ({
  isBoolean: true,
  translate: text => (text === 'false' ? [] : [`--${name}`]),
  ...(warning === undefined ? {} : { warning }),
})
const nothing = (isBoolean: boolean, warning: string): OldFlag => ({ isBoolean, translate: () => [], warning })

const spoolSize = value('spool-size')
const bufferSize = nothing(
  false,
  'it has no effect: read buffers size themselves; "maxLineBytes" limits the length of a line',
)
const tail = toggle(
  'tail',
  'only files that exist at the first start begin at their end; files that appear later, for example by rotation, are read whole',
)
const syslog = toggle(
  'log-to-syslog',
  'log lines go to standard error with a syslog priority in front: journald understands it; otherwise pipe them into "logger --prio-prefix"',
)

const FLAGS: Readonly<Record<string, OldFlag>> = {
  config: value('config'),
  'spool-size': spoolSize,
  sv: spoolSize,
  'harvest-buffer-size': bufferSize,
  hb: bufferSize,
  'idle-flush-time': nothing(false, 'it has no effect: lines are sent as soon as they are read'),
  tail,
  t: tail,
  quiet: toggle('quiet'),
  'log-to-syslog': syslog,
  syslog,
  cpuprofile: nothing(
    false,
    'it has no effect: a checkout profiles the whole run with NODE_OPTIONS=--cpu-prof, which the single executable ignores',
  ),
  'from-beginning': {
    isBoolean: true,
    translate: text => (text === 'false' ? ['--tail'] : []),
    warning: 'files are read from their beginning anyway, unless "startPosition" or -tail is set otherwise',
  },
  version: toggle('version'),
  help: toggle('help'),
}

/** The old flags by all their names, with their present form: undefined where it has no effect. */
export function listOldOptions(): OldOption[] {
  const groups = Map.groupBy(Object.entries(FLAGS), ([, flag]) => flag)
  return [...groups].map(([flag, entries]) => ({
    names: entries.map(([name]) => name),
    isBoolean: flag.isBoolean,
    becomes: flag.translate('VALUE')[0],
    warning: flag.warning,
  }))
}

/** Commands without a counterpart in logstash-forwarder: their options are never in the old form. */
const OWN_COMMANDS: ReadonlySet<string> = new Set(['search', 'ca', 'demo'])

/** Rewrites old forms and leaves everything else unchanged. */
export function translateArguments(args: readonly string[]): TranslatedArguments {
  if (OWN_COMMANDS.has(args[0] ?? '')) return { args, warnings: [] }
  const translated: string[] = []
  const warnings: string[] = []
  for (let index = 0; index < args.length;) {
    const used = readOne(args, index)
    translated.push(...used.args)
    warnings.push(...used.warnings)
    index += used.taken
  }
  return { args: translated, warnings }
}

function readOne(args: readonly string[], index: number): TranslatedArguments & { readonly taken: number } {
  const written = args[index] ?? ''
  const found = /^-{1,2}(?<name>[a-z][a-z-]*)(?:=(?<given>.*))?$/su.exec(written)?.groups
  const name = found?.['name'] ?? ''
  const flag = Object.hasOwn(FLAGS, name) ? FLAGS[name] : undefined
  if (flag === undefined) return { args: [written], warnings: [], taken: 1 }
  const given = found?.['given'] ?? (flag.isBoolean ? readStrayBoolean(args[index + 1]) : args[index + 1])
  const taken = found?.['given'] === undefined && given !== undefined ? 2 : 1
  if (given === undefined && !flag.isBoolean) return { args: flag.translate('').slice(0, 1), warnings: [], taken }
  const warnings = flag.warning === undefined || given === 'false' ? [] : [`${written}: ${flag.warning}`]
  return { args: flag.translate(given ?? 'true'), warnings, taken }
}

/** `-quiet true` made logstash-forwarder ignore all later options; here it has the meaning that its users intended. */
function readStrayBoolean(next: string | undefined): string | undefined {
  return next === 'true' || next === 'false' ? next : undefined
}
