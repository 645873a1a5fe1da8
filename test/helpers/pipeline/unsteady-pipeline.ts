// A thread whose pipeline does to an event what it asks for; it counts as three steps.
import { existsSync, writeFileSync } from 'node:fs'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import type { PipelineEvent } from '../../../src/pipeline/document/pipeline-event.ts'
import { ProcessingFault } from '../../../src/pipeline/document/processing-fault.ts'
import type { Fields } from '../../../src/pipeline/document/value.ts'
import { servePipeline } from '../../../src/pipeline/threads/serve-pipeline.ts'
import type { Passed, PipelineHost, ServedPipeline, StepWatch } from '../../../src/pipeline/threads/served-pipeline.ts'
import type { ThreadData } from '../../../src/pipeline/threads/thread-contract.ts'

export interface UnsteadyPipeline {
  readonly onFailure?: 'store' | 'deadLetter'
  /** Its content is in each event as `file`. */
  readonly file?: string
  readonly fault?: string
}

const STEPS = [
  { path: 'pipeline.0.grok', type: 'grok', tag: 'access', patterns: ['^first', '^(a+)+$'] },
  { path: 'pipeline.1.set', type: 'set' },
  { path: 'pipeline.2.drop', type: 'drop' },
]

const deeds: Readonly<Record<string, (event: PipelineEvent) => void>> = {
  backtracks: event => {
    event.notePart(1)
    void /^(a+)+$/.test(`${'a'.repeat(60)}b`)
  },
  loops: () => {
    for (;;);
  },
  waits: () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
  'uses up its memory': () => {
    const kept: unknown[] = []
    for (;;) kept.push({ number: kept.length })
  },
  exits: () => process.exit(3),
  fails: () => {
    throw new ProcessingFault('as it was asked to')
  },
  'calls itself': event => deeds['calls itself']?.(event),
  grows: event => void (event.fields['text'] = 'x'.repeat(3_000_000)),
  doubles: event => void (event.fields['text'] = 'x'.repeat(1_500_000)),
  nests: event => {
    let inner: Fields = {}
    for (let i = 0; i < 100_000; i++) inner = { inner }
    event.fields['nested'] = inner
  },
  dates: event => void (event.fields['@timestamp'] = '2020-01-02T03:04:05.678Z'),
  reroutes: event => void (event.index = 'other'),
  'takes a while': () => {
    const until = performance.now() + 20
    while (performance.now() < until);
  },
}

function compile(written: unknown, host: PipelineHost): ServedPipeline {
  const { onFailure = 'store', file, fault } = written as UnsteadyPipeline
  if (fault !== undefined) throw new Error(fault)
  const content = file === undefined ? undefined : host.openFile(file, bytes => readContent(bytes))
  return {
    steps: STEPS,
    onFailure,
    run: (event, watch) => run(event, watch, content?.current),
    targetOf: ({ index }) => (index === undefined ? undefined : { reroutedTo: index }),
    fallbackTarget: undefined,
  }
}

function readContent(bytes: Buffer): string {
  const text = bytes.toString()
  if (text === 'broken') throw new Error('the file is broken')
  return text
}

function run(event: PipelineEvent, watch: StepWatch, content: string | undefined): Passed {
  const { deed } = event.fields
  if (typeof deed !== 'string') return { kind: 'stored' }
  watch.begin(0)
  try {
    if (isDue(event.fields)) deeds[deed]?.(event)
    watch.end(0, 'passed')
  } catch (error) {
    watch.end(0, 'failed')
    if (!(error instanceof ProcessingFault)) throw error
    return { kind: 'failed', step: 0, type: 'pipeline_failure', message: error.message }
  }
  if (deed === 'drops') {
    watch.begin(2)
    watch.end(2, 'drop')
    return { kind: 'dropped' }
  }
  watch.begin(1)
  event.fields['passed'] = true
  if (content !== undefined) event.fields['file'] = content
  event.isChanged = true
  watch.end(1, 'passed')
  return { kind: 'stored' }
}

/** `"once":"FILE"` limits a deed to the first time. */
function isDue({ once }: Fields): boolean {
  if (typeof once !== 'string') return true
  if (existsSync(once)) return false
  writeFileSync(once, '')
  return true
}

servePipeline(parentPort as MessagePort, workerData as ThreadData, compile)
