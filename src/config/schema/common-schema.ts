import { Type } from 'typebox'
import { address, choice, duration, list, path, toggle } from './schema-values.ts'

/** Unknown keys are refused: a misspelt one would otherwise silently have no effect. */
export const CLOSED = { additionalProperties: false, expects: 'an object' } as const

export const noTls = Type.Literal(false)

export const commonProperties = {
  include: Type.Optional(
    list(path({ description: 'A file or a directory.' }), {
      expects: 'a list such as ["conf.d"]',
      description:
        'More files of this configuration, or directories of them; merged as with `--config DIR`. Relative paths start at the directory of the including file. A directory may be empty; files that appear later are read.',
    }),
  ),
  stateDir: Type.Optional(
    path({
      description:
        'Where durable state is kept. One process owns it at a time. Default: `/var/lib/forwarder/<role>` for root, otherwise `$XDG_STATE_HOME/forwarder/<role>` (`~/.local/state/forwarder/<role>`).',
    }),
  ),
  shutdownTimeout: duration({
    description: 'How long an orderly stop (SIGTERM, SIGINT) waits for events in flight.',
    default: '5s',
    from: '0s',
    to: '1h',
  }),
  metrics: Type.Optional(
    Type.Object(
      {
        listen: address({
          description:
            'Where `/metrics` (Prometheus) and `/health` are served, to at most 32 connections at a time, without TLS or password. An address that is not loopback is warned of.',
          expects: '"host:port" such as "127.0.0.1:9605"',
        }),
      },
      { ...CLOSED, description: 'Off by default.' },
    ),
  ),
  log: Type.Object(
    {
      level: choice(['debug', 'info', 'warn', 'error'], {
        description: 'The lowest level that is logged.',
        default: 'info',
      }),
      format: choice(['auto', 'json', 'text'], {
        description: '`auto`: text on a terminal, otherwise JSON lines.',
        default: 'auto',
      }),
      syslog: toggle({
        description:
          'Begins each line of the log with a priority such as `<28>`, as `logger --prio-prefix` expects it. Not needed under systemd: lines for the journal always begin with a priority that it understands, such as `<4>`.',
        default: false,
      }),
    },
    { ...CLOSED, description: "The program's own log, on standard error.", default: {} },
  ),
}

export function fieldsOf(description: string) {
  return Type.Record(Type.String(), Type.Unknown(), { expects: 'an object', description, default: {} })
}

export function pemFile(description: string) {
  return path({ description, expects: 'the path of a PEM file' })
}

/** As logstash-forwarder has it. */
export function oldPemFile(description: string) {
  return path({ description, expects: 'the path of a PEM file', isAbsentWhenEmpty: true })
}
