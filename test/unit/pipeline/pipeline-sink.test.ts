import test from 'ava'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { openPipeline } from '../../helpers/pipeline/pipeline-scene.ts'
import { makeBatch } from '../../helpers/stores/store-events.ts'

const FILLER = Array.from({ length: 20 }, (_, n) => ({ n, deed: 'passes' }))

test.serial('a batch keeps its order, its ids and its number of events', async t => {
  const { pass, stored } = await openPipeline(t)
  await pass(Array.from({ length: 1000 }, (_, n) => (n % 2 === 0 ? { n } : { n, deed: 'passes' })))
  t.deepEqual(
    stored.map(({ id, document }) => [id, document['n'], document['passed']]),
    Array.from({ length: 1000 }, (_, n) => [String(n), n, n % 2 === 0 ? undefined : true]),
  )
})

test.serial('an event that no step changed keeps its bytes', async t => {
  const { pipeline, stored } = await openPipeline(t)
  const bytes = Buffer.from('{ "a" : 1.0 }')
  const event = { id: 'x', timeMs: 5, bytes, start: 0, end: bytes.length, doubtfulSinceMs: 3, receivedAtMs: 4 }
  await pipeline.deliver(makeBatch([event]), new AbortController().signal)
  t.is(stored[0]?.event, event)
})

test.serial('a changed @timestamp is the time of the event from then on', async t => {
  const { pass, stored } = await openPipeline(t)
  await pass([{ deed: 'dates' }, { deed: 'passes' }])
  t.deepEqual(
    stored.map(({ timeMs }) => timeMs),
    [Date.parse('2020-01-02T03:04:05.678Z'), 1001],
  )
})

test.serial('dropped events are left out, and a batch of nothing else is delivered nowhere', async t => {
  const { pass, stored, batches, pipeline } = await openPipeline(t)
  await pass([{ deed: 'drops' }, { n: 1 }])
  t.deepEqual(
    stored.map(({ id }) => id),
    ['1'],
  )
  await pass([{ deed: 'drops' }])
  t.is(batches.length, 1)
  t.is(pipeline.status().dropped, 2)
  t.is(pipeline.status().steps.find(({ type }) => type === 'drop')?.dropped, 2)
})

test.serial('an index that a processor chose goes with the event', async t => {
  const { pass, stored } = await openPipeline(t)
  await pass([{ deed: 'reroutes' }, { n: 1 }])
  t.deepEqual(
    stored.map(({ event }) => event.reroutedTo),
    ['other', undefined],
  )
})

interface Row {
  readonly deed: string
  readonly type: string
  readonly message: RegExp
  readonly hangs?: boolean
  readonly timeoutMs?: number
}

/** An event that does this costs itself only: it is stored as it came, and those beside it are not touched. */
const costsItself = test.macro({
  title: (_, { deed }: Row) => `an event that ${deed} costs its own fields only, and no order`,
  async exec(t, { deed, type, message, hangs = false, timeoutMs = 300 }: Row) {
    const { pass, stored, pipeline } = await openPipeline(t, { timeoutMs })
    await pass([...FILLER, { n: 20, deed, tags: ['own'] }, ...FILLER.map(one => ({ ...one, n: one.n + 21 }))])
    t.deepEqual(
      stored.map(({ document }) => document['n']),
      Array.from({ length: 41 }, (_, n) => n),
    )
    for (const { document } of stored) if (document['n'] !== 20) t.is(document['passed'], true)
    const failed = stored[20]?.document ?? {}
    const { tags, error, ...rest } = failed
    t.deepEqual(rest, { n: 20, deed })
    t.deepEqual(tags, ['own', 'pipeline_failure', ...(type === 'pipeline_timeout' ? [type] : [])])
    t.is((error as { type: string }).type, type)
    t.regex((error as { message: string }).message, message)
    t.is(pipeline.status().timeouts, hangs ? 1 : 0)
  },
})

const pattern = /^pipeline\.0\.grok: the event took longer than 300 ms, in the pattern \^\(a\+\)\+\$$/
const timeout = { type: 'pipeline_timeout', hangs: true }
test.serial(costsItself, { deed: 'backtracks', message: pattern, ...timeout })
test.serial(costsItself, { deed: 'loops', message: /took longer than 300 ms/, ...timeout })
test.serial(costsItself, { deed: 'waits', message: /took longer than 300 ms/, ...timeout })
const failure = { type: 'pipeline_failure' }
test.serial(costsItself, { deed: 'fails', message: /^pipeline\.0\.grok: as it was asked to$/, ...failure })
test.serial(costsItself, { deed: 'calls itself', message: /call stack/, ...failure })
test.serial(costsItself, { deed: 'exits', message: /ended two threads/, ...failure })
test.serial(costsItself, { deed: 'uses up its memory', message: /ended two threads/, timeoutMs: 60_000, ...failure })
test.serial(costsItself, { deed: 'grows', message: /larger than limits\.eventBytes/, ...failure })
test.serial(costsItself, { deed: 'nests', message: /nested more than/, ...failure })

test.serial('the log and the health name the step and the pattern of a timeout, and no text of the event', async t => {
  const { pass, log, pipeline } = await openPipeline(t)
  await pass([{ deed: 'backtracks', secret: 'hush' }])
  const line = log.lines.find(({ level }) => level === 'error')
  t.deepEqual(line?.fields, {
    step: 'pipeline.0.grok',
    tag: 'access',
    pattern: '^(a+)+$',
    timeoutMs: 300,
    timeouts: 1,
  })
  t.regex(pipeline.status().notes.join(), /pipeline\.0\.grok \(tag access\) took longer than 300 ms on 1 events/)
  t.false(JSON.stringify([log.lines, pipeline.status()]).includes('hush'))
})

test.serial('several events that hang cost a time limit each', async t => {
  const { pass, stored, pipeline } = await openPipeline(t, { timeoutMs: 100 })
  await pass(Array.from({ length: 12 }, (_, n) => ({ n, deed: n % 4 === 0 ? 'backtracks' : 'passes' })))
  t.is(pipeline.status().timeouts, 3)
  t.deepEqual(
    stored.map(({ document }) => document['passed'] ?? 'as received'),
    Array.from({ length: 12 }, (_, n) => (n % 4 === 0 ? 'as received' : true)),
  )
})

test.serial('a thread that ends once, by chance, costs no event anything', async t => {
  const once = join(await makeTempDir(t), 'once')
  const { pass, stored } = await openPipeline(t)
  await pass([{ deed: 'passes' }, { deed: 'exits', once }, { deed: 'passes' }])
  t.deepEqual(
    stored.map(({ document }) => document['passed']),
    [true, true, true],
  )
})

test.serial('where failures are dead letters, they are filed under the pipeline with the bytes that came', async t => {
  const { pass, batches, stored } = await openPipeline(t, { written: { onFailure: 'deadLetter' } })
  await pass([{ deed: 'fails' }, { deed: 'passes' }, { deed: 'backtracks' }])
  t.is(stored.length, 1)
  const poison = batches.flatMap(batch => batch.poison)
  t.deepEqual(
    poison.map(({ id, type, target, timeMs, payload }) => [id, type, target, timeMs, payload.toString()]),
    [
      ['0', 'pipeline_failure', 'pipeline', 1000, '{"deed":"fails"}'],
      ['2', 'pipeline_failure', 'pipeline', 1002, '{"deed":"backtracks"}'],
    ],
  )
  t.regex(poison[1]?.reason ?? '', /took longer/)
})

test.serial('a batch that becomes large is passed on in parts, and no part waits for memory of another', async t => {
  let held = 0
  let most = 0
  const { pass, stored, batches } = await openPipeline(t)
  const holdMore = (bytes: number) => {
    held += bytes
    most = Math.max(most, held)
  }
  await pass(
    Array.from({ length: 20 }, (_, n) => ({ n, deed: 'doubles' })),
    { holdMore },
  )
  t.is(stored.length, 20)
  t.true(batches.length >= 4)
  t.true(most < 8_000_000, String(most))
  t.is(held, 0)
})

test.serial('a sender whose events take long does not keep another one waiting', async t => {
  const { pass } = await openPipeline(t)
  const over: string[] = []
  const slow = pass(
    Array.from({ length: 100 }, () => ({ deed: 'takes a while' })),
    { peer: 'slow' },
  ).then(() => over.push('slow'))
  const quick = pass(FILLER, { peer: 'quick' }).then(() => over.push('quick'))
  await Promise.all([slow, quick])
  t.deepEqual(over, ['quick', 'slow'])
})

test.serial('a new pipeline is for new batches, and one that cannot run leaves the earlier one in use', async t => {
  const first = Promise.withResolvers<void>()
  const { pass, use, stored, pipeline } = await openPipeline(t, { deliver: () => first.promise })
  const passing = pass([{ deed: 'passes' }])
  await t.throwsAsync(use({ fault: 'it is broken' }), { message: 'it is broken' })
  const path = join(await makeTempDir(t), 'dictionary')
  await writeFile(path, 'new')
  await use({ file: path })
  first.resolve()
  await passing
  await pass([{ deed: 'passes' }])
  t.deepEqual(
    stored.map(({ document }) => document['file']),
    [undefined, 'new'],
  )
  await pipeline.change(undefined)
  await pass([{ deed: 'passes' }])
  t.is(stored.at(-1)?.document['passed'], undefined)
})

test.serial('without a pipeline a batch goes to the indexer as it is', async t => {
  const { pipeline, batches } = await openPipeline(t)
  await pipeline.change(undefined)
  const batch = makeBatch([])
  await pipeline.deliver(batch, new AbortController().signal)
  t.is(batches[0], batch)
  t.deepEqual(pipeline.lifeSigns(), [])
})

test.serial('a batch that is given up leaves the pipeline', async t => {
  const { pass } = await openPipeline(t)
  const giveUp = new AbortController()
  const passing = pass([{ deed: 'takes a while' }], {}, giveUp.signal)
  giveUp.abort(new Error('enough'))
  await t.throwsAsync(passing, { message: 'enough' })
})
