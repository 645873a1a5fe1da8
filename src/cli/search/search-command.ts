import type { Hit } from '../../stores/contract.ts'
import { EXIT } from '../program/exit-codes.ts'
import type { Command, CommandInput } from '../program/command-contract.ts'
import { writeLine } from '../program/write-line.ts'
import { formatHit } from './format-hit.ts'
import type { SearchTarget } from './open-searched-store.ts'
import { FOLLOW_LIMIT, readQuery } from './search-query.ts'

export const searchCommand: Command = {
  name: 'search',
  summary: 'search the events that a collector has stored, newest first; the collector may be running',
  args: '[query]',
  options: [
    { flags: '--config <path>', help: "the collector's configuration, which names its store" },
    { flags: '--store <path>', help: 'or the file of an embedded store' },
    {
      flags: '--since <time>',
      help: 'only events since a time such as 2026-11-21T10:00:00Z, or within a duration such as 1h or 7d',
    },
    {
      flags: '--field <name=value>',
      help: 'only events with this value, such as host.name=web1 (repeatable)',
      isRepeatable: true,
    },
    { flags: '--limit <n>', help: `at most this many events, 0 for all (default: 100, ${FOLLOW_LIMIT} with --follow)` },
    { flags: '--json', help: 'print whole events, one JSON object a line' },
    { flags: '--follow', help: 'oldest first, then new events as they are stored, until interrupted' },
  ],
  examples: [
    'forwarder search --config collector.json                    the latest events',
    'forwarder search "connection refused" --config collector.json --since 1h',
    'forwarder search --store events.db --field host.name=web1 --json --limit 0 | jq .message',
    'forwarder search error --config collector.json --follow',
  ],
  async run(input) {
    const { openSearch } = await import('./open-searched-store.ts')
    const target = await openSearch(input)
    if (input.options['follow'] === true) await follow(target, input)
    else await showAll(target, input)
    return EXIT.done
  },
}

async function showAll(target: SearchTarget, input: CommandInput): Promise<void> {
  const { err } = input.terminal
  try {
    if ((await show(target, input)) === 0) err.write('no events match\n')
  } catch (error) {
    const awaited = target.findAwaited?.(error)
    if (awaited === undefined) throw error
    err.write(`no events are stored yet: the collector has not created ${awaited}\n`)
  }
}

async function show(target: SearchTarget, input: CommandInput): Promise<number> {
  let count = 0
  for await (const hit of target.search(readQuery(input))) {
    await print(hit, input)
    count++
  }
  return count
}

/** An event stored while the earlier ones are being read is in both results, and shown once. */
async function follow(target: SearchTarget, input: CommandInput): Promise<void> {
  const query = readQuery(input)
  const interrupted = new AbortController()
  process.once('SIGINT', () => interrupted.abort())
  process.once('SIGTERM', () => interrupted.abort())
  const later = target.follow(query, interrupted.signal)
  const earlier = await Array.fromAsync(target.search(query))
  for (const hit of earlier.toReversed()) await print(hit, input)
  const shown = new Set(earlier.map(({ id }) => id))
  for await (const hit of later) {
    if (!shown.delete(hit.id)) await print(hit, input)
  }
}

async function print(hit: Hit, { options, terminal }: CommandInput): Promise<void> {
  const hasColour = terminal.out.isTTY === true && !terminal.environment['NO_COLOR']
  const text = options['json'] === true ? JSON.stringify({ _id: hit.id, ...hit.document }) : formatHit(hit, hasColour)
  await writeLine(terminal.out, text)
}
