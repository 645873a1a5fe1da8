import test from 'ava'
import { readdir } from 'node:fs/promises'
import type { Measure } from '../../../bench/measures/measure.ts'
import { measureRounds } from '../../../bench/results/measure-rounds.ts'
import type { Sender } from '../../../bench/senders/sender.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

const makeSender = (name: string, change: Partial<Sender> = {}): Sender => ({
  name,
  protocol: 2,
  hasAcks: true,
  prepare: async () => [],
  ...change,
})

const ours = makeSender('ours', { isForwarder: true })
const installed = makeSender('installed', { isForwarder: true, isInstalled: true })
const theirs = makeSender('theirs')
const FOUND = { senders: [ours, installed, theirs], missing: [{ name: 'another', reason: 'no binary' }] }

/** Its figure is the number of the run; it fails in the run with the number `fails`. */
function makeMeasure(change: Partial<Measure>, fails = Infinity): Measure {
  let runs = 0
  const run = async () => {
    if (++runs === fails) throw new Error('failed')
    return { run: runs }
  }
  const prepare = async () => ({ description: 'nothing', run })
  return { name: 'runs', key: 'runs', title: 'runs', columns: [], prepare, ...change }
}

async function makeOptions(dir: string) {
  const tls = { ca: '', cert: '', key: '' }
  const site = { dir, tls, runTimeoutMs: 1000, stop: new AbortController().signal }
  return { ...FOUND, site, rounds: 2, log: () => {} }
}

test('each round begins with another sender', async t => {
  const options = await makeOptions(await makeTempDir(t))
  const parts = await Array.fromAsync(measureRounds(makeMeasure({}), options))
  t.deepEqual(
    parts.map(({ rounds, runs }) => [rounds, runs.map(({ sender, round }) => `${round} ${sender}`)]),
    [
      [1, ['0 ours', '0 theirs']],
      [2, ['0 ours', '0 theirs', '1 theirs', '1 ours']],
    ],
  )
})

test('the results of a round are there even if a later one fails, and the input is deleted', async t => {
  const dir = await makeTempDir(t)
  const rounds = measureRounds(makeMeasure({}, 3), await makeOptions(dir))
  const first = await rounds.next()
  t.is((await readdir(dir)).length, 1)
  t.deepEqual(
    first.value?.runs.map(({ figures }: { readonly figures: object }) => figures),
    [{ run: 1 }, { run: 2 }],
  )
  await t.throwsAsync(rounds.next(), { message: 'failed' })
  t.deepEqual(await readdir(dir), [])
})

const hasSenders = test.macro({
  title: (_, change: Partial<Measure>, names: readonly string[], missing: number) =>
    `a measure ${JSON.stringify(change)} is of ${names.join(', ')}, and names ${missing} that are missing`,
  async exec(t, change: Partial<Measure>, names: readonly string[], missing: number) {
    const [part] = await Array.fromAsync(measureRounds(makeMeasure(change), await makeOptions(await makeTempDir(t))))
    t.deepEqual(
      part?.senders.map(({ name }) => name),
      names,
    )
    t.is(part?.missing.length, missing)
  },
})

test(hasSenders, {}, ['ours', 'theirs'], 1)
test(hasSenders, { isOfPackaging: true }, ['ours', 'installed', 'theirs'], 1)
test(hasSenders, { isOfForwarder: true }, ['ours'], 0)
