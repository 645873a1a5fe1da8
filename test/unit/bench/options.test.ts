import test from 'ava'
import { MEASURE_NAMES, readOptions } from '../../../bench/options.ts'
import { findSenders } from '../../../bench/senders/find-senders.ts'
import { findWorkload } from '../../../bench/workloads/find-workload.ts'

test('a workload has the size that is given with its name, or else that of --megabytes', t => {
  t.deepEqual(readOptions(['--workloads', 'short,access:1000', '--megabytes', '20'])?.workloads, [
    { name: 'short', megabytes: 20 },
    { name: 'access', megabytes: 1000 },
  ])
})

test('without options the bench measures everything, and the access log also with 1 GB', t => {
  const options = readOptions([])
  t.deepEqual(options?.measures, MEASURE_NAMES)
  t.deepEqual(options?.workloads.at(-1), { name: 'access', megabytes: 1000 })
  t.deepEqual(options?.workloads[0], { name: 'access', megabytes: 200 })
  t.regex(options?.page ?? '', /\/bench\/RESULTS\.md$/)
})

test('--measures none measures nothing, and --no-page writes no page', t => {
  const options = readOptions(['--measures', 'none', '--no-page'])
  t.deepEqual(options?.measures, [])
  t.is(options?.page, undefined)
})

test('a measure, a workload or a sender that does not exist is refused by its name', async t => {
  t.throws(() => readOptions(['--measures', 'idle,speed']), { message: /there is no "speed"/ })
  t.throws(() => findWorkload('huge'), { message: /there is no "huge", only access, / })
  const options = { only: ['forwarder', 'another'], logstashForwarder: undefined, agent: ['true'], hasInstalled: false }
  await t.throwsAsync(findSenders(options), { message: /no sender is named another/ })
})

test('a size, a number of rounds or a time that is not above 0 is refused', t => {
  for (const option of ['--megabytes', '--rounds', '--seconds', '--files', '--timeout']) {
    t.throws(() => readOptions([option, '0']), { message: `${option} needs a number above 0, not "0"` })
  }
})
