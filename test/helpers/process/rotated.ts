import { execFile } from 'node:child_process'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { ExecutionContext } from 'ava'
import { addsUpIn } from '../files/byte-account.ts'
import { judgeLines, LineWriter, makeNumberedLine } from '../files/numbered-lines.ts'
import { until } from '../time/until.ts'
import { type Shipping, startShipping } from './shipping.ts'

/** A log that is rotated by the real logrotate under a writer. */
export interface Rotated {
  readonly law: string
  readonly mode: 'append' | 'position'
  /** Of logrotate, without those about names. */
  readonly directives: readonly string[]
  readonly patterns: readonly string[]
  readonly exclude?: readonly string[]
  readonly rotations: number
}

export const onlyLive: readonly string[] = ['logs/*.log']
export const allNames: readonly string[] = ['logs/*.log*']

/** The real program, once a line of each generation is stored: one that was never seen leaves no trace. */
async function rotateOften(shipping: Shipping, writer: LineWriter, { directives, rotations }: Rotated): Promise<void> {
  const config = join(shipping.dir, 'logrotate.conf')
  const isTruncating = directives.includes('copytruncate')
  const script = isTruncating ? [] : ['postrotate', `kill -HUP ${writer.pid}`, 'endscript']
  const live = join(shipping.logs, 'app.log')
  for (let i = 1; i <= rotations; i++) {
    await until(async () => (await stat(live).catch(() => ({ size: 0 }))).size > 20_000, 'the log has grown')
    await shipping.waitForMessage(await readLastLine(live))
    const name = directives.includes('dateext') ? [`dateformat -%Y%m%d-${i}`] : []
    const lines = [...directives, ...name, 'rotate 99', ...script]
    await writeFile(config, `${join(shipping.logs, '*.log')} {\n${lines.join('\n')}\n}\n`, { mode: 0o600 })
    await promisify(execFile)('logrotate', ['--force', '--state', join(shipping.dir, 'logrotate.state'), config])
  }
  await sleep(500)
}

/** That is whole. */
async function readLastLine(path: string): Promise<string> {
  return (await readFile(path, 'latin1')).replaceAll('\0', '').split('\n').at(-2)!
}

/** All that was written is stored, or is missing; nothing is stored twice. */
export async function shipRotated(t: ExecutionContext, row: Rotated) {
  const { patterns, exclude = [], mode } = row
  const shipping = await startShipping(t, { patterns, exclude })
  await shipping.startAgent()
  const writer = new LineWriter(t, { path: join(shipping.logs, 'app.log'), mode, lines: 12 })
  await rotateOften(shipping, writer, row)
  const written = await writer.stop()
  await shipping.waitForMessage(makeNumberedLine(written - 1))
  const bytes = await addsUpIn(t, shipping.agent)
  const found = judgeLines(await shipping.readMessages(), written)
  t.true((await readdir(shipping.logs)).length > row.rotations)
  t.is(found.twice, 0)
  t.deepEqual(found.strange, [])
  return { shipping, written, bytes, missing: found.missing }
}
