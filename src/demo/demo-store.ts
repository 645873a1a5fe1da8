import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { silentLog } from '../telemetry/log.ts'
import { searchElasticsearch } from '../stores/elasticsearch/search.ts'
import { searchEmbedded } from '../stores/embedded/search.ts'
import { selfCommand } from './role-process.ts'
import { type DemoVerdict, judge } from './verdict.ts'
import type { Workplace } from './workplace.ts'

/** Runs `forwarder search` as a user would, with its output on the screen. */
export async function showSearch(place: Workplace, print: (text: string) => void): Promise<void> {
  const args = ['search', 'POST login', '--config', place.collectorConfig, '--limit', '3']
  print(`\n$ forwarder search "POST login" --config collector.json --limit 3`)
  const [command, selfArgs] = selfCommand(args)
  const child = spawn(command, selfArgs, { stdio: ['ignore', 'inherit', 'inherit'] })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`the search failed (exit code ${code})`)
}

/** Compares the whole store with the lines written. */
export async function judgeStore({ store }: Workplace, written: number): Promise<DemoVerdict> {
  const everything = { text: '', fields: [], limit: 0 }
  if ('path' in store) return await judge(searchEmbedded(store.path, everything), written)
  await fetch(`${store.url}/${store.index}/_refresh`, { method: 'POST' })
  const target = { kind: 'index', pattern: store.index } as const
  return await judge(searchElasticsearch({ hosts: [store.url], target, log: silentLog }, everything), written)
}

export async function removeIndex({ store }: Workplace): Promise<void> {
  if ('url' in store) await fetch(`${store.url}/${store.index}`, { method: 'DELETE' })
}
