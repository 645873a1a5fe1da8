import { once } from 'node:events'
import { Writable } from 'node:stream'
import type { Hit } from '../../stores/contract.ts'
import { EXIT } from '../program/exit-codes.ts'
import type { Command, CommandInput, Output } from '../program/command-contract.ts'
import { formatHit } from './format-hit.ts'
import type { SearchTarget } from './open-search.ts'
import { FOLLOW_LIMIT, readQuery } from './search-query.ts'

export const searchCommand: Command = {
  name: 'search',
  summary: 'search what a collector has stored, also while it runs; newest first',
  args: '[query]',
  options: [
    { flags: '--config <path>', help: "the collector's configuration, which says where its store is" },
    { flags: '--store <path>', help: 'or: the file of an embedded store' },
    {
      flags: '--since <time>',
      help: 'not older than a duration such as 1h or 7d, or a time such as 2026-11-21T10:00:00Z',
    },
    { flags: '--field <name=value>', help: 'with this value, as host.name=web1 (repeatable)', isRepeatable: true },
    { flags: '--limit <n>', help: `at most so many, 0 for all (default: 100, ${FOLLOW_LIMIT} with --follow)` },
    { flags: '--json', help: 'whole events, one JSON object a line' },
    { flags: '--follow', help: 'oldest first, and then go on with what is being stored, until interrupted' },
  ],
  examples: [
    'forwarder search --config collector.json                    the latest events',
    'forwarder search "connection refused" --config collector.json --since 1h',
    'forwarder search --store events.db --field host.name=web1 --json --limit 0 | jq .message',
    'forwarder search error --config collector.json --follow',
  ],
  async run(input) {
    const { openSearch } = await import('./open-search.ts')
    const target = await openSearch(input)
    if (input.options['follow'] === true) await follow(target, input)
    else if ((await show(target, input)) === 0) input.terminal.err.write('no events match\n')
    return EXIT.done
  },
}

async function show(target: SearchTarget, input: CommandInput): Promise<number> {
  let count = 0
  for await (const hit of target.search(readQuery(input))) {
    await print(hit, input)
    count++
  }
  return count
}

/** What is stored while the earlier events are being read is in both answers, and shown once. */
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

/** Waits for a slow reader, so that unread text never piles up. */
async function writeLine(output: Output, text: string): Promise<void> {
  const isReady = output.write(`${text}\n`)
  if (isReady === false && output instanceof Writable) await once(output, 'drain')
}
