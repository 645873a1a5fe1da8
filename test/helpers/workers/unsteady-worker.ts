// A thread that reads events, and that some events end: what they say is done before they are read.
import { existsSync, writeFileSync } from 'node:fs'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { Progress } from '../../../src/workers/frame-contract.ts'
import { serveFrames } from '../../../src/workers/serve-frames.ts'

const deeds: Readonly<Record<string, () => void>> = {
  exits: () => process.exit(3),
  hangs: () => {
    for (;;);
  },
  backtracks: () => void /^(a+)+$/.test(`${'a'.repeat(60)}b`),
  'uses up its memory': () => {
    const kept: unknown[] = []
    for (;;) kept.push({ number: kept.length })
  },
  fails: () =>
    process.nextTick(() => {
      throw new Error('as it was asked to')
    }),
}

/** `"once":"FILE"` limits a deed to the first time. */
function act(payload: Buffer): void {
  const deed = /"deed":"([^"]+)"/.exec(payload.toString())?.[1]
  if (deed === undefined) return
  const once = /"once":"([^"]+)"/.exec(payload.toString())?.[1]
  if (once !== undefined && existsSync(once)) return
  if (once !== undefined) writeFileSync(once, '')
  deeds[deed]?.()
}

serveFrames(parentPort as MessagePort, new Progress(workerData as Int32Array<SharedArrayBuffer>), act)
