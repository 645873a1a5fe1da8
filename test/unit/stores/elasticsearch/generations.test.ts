import test from 'ava'
import { array, assert, constantFrom, property } from 'fast-check'
import { findWritableSince, type GenerationIndex } from '../../../../src/stores/elasticsearch/index/generations.ts'
import { HOUR_MS } from '../../../../src/flow/time-units.ts'

const STEPS = ['rollover', 'write', 'shrink', 'clone', 'copy', 'delete', 'restore'] as const
const FORMS = {
  'rolling alias': (number: string) => `logs-app-${number}`,
  'rolling alias with dates': (number: string) => `logs-app-2026.11.29-${number}`,
  'data stream': (number: string) => `.ds-logs-app-2026.11.29-${number}`,
}

interface Index extends GenerationIndex {
  /** The newest write into it, or into what it was made of. */
  readonly writtenMs: number
}

/** What a server has after these steps, an hour each. */
function run(steps: readonly (typeof STEPS)[number][], nameOf: (number: string) => string): readonly Index[] {
  let count = 1
  let indices: Index[] = [{ name: nameOf('000001'), createdMs: 0, writtenMs: 0 }]
  const current = () => nameOf(String(count).padStart(6, '0'))
  for (const [i, step] of steps.entries()) {
    const nowMs = (i + 1) * HOUR_MS
    const old = indices.find(({ name }) => name !== current())
    if (step === 'write')
      indices = indices.map(index => (index.name === current() ? { ...index, writtenMs: nowMs } : index))
    if (step === 'rollover') {
      count++
      indices.push({ name: current(), createdMs: nowMs, writtenMs: nowMs })
    }
    if (old === undefined) continue
    const others = indices.filter(index => index !== old)
    const derive = (name: string) => ({ ...old, name, createdMs: nowMs })
    if (step === 'shrink') indices = [...others, derive(`shrink-${i}x-${old.name}`)]
    if (step === 'restore') indices = [...others, derive(`restored-${i}x-${old.name}`)]
    if (step === 'clone') indices = [...indices, derive(`clone-${i}x-${old.name}`)]
    if (step === 'copy') indices = [...indices, derive(`copy${i}`)]
    if (step === 'delete') indices = others
  }
  return indices
}

function isComplete(indices: readonly Index[], sinceMs: number): boolean {
  const asked = findWritableSince(indices, 'logs-app', sinceMs)
  return indices.every(({ name, writtenMs }) => writtenMs < sinceMs || asked.includes(name))
}

for (const [kind, nameOf] of Object.entries(FORMS)) {
  test(`${kind}: every index that was written since a time is asked, after any rollovers, shrinks, clones and deletions`, t => {
    assert(
      property(array(constantFrom(...STEPS), { maxLength: 20 }), steps => {
        const indices = run(steps, nameOf)
        const times = Array.from({ length: steps.length + 2 }, (_, i) => i * HOUR_MS)
        return times.every(sinceMs => isComplete(indices, sinceMs))
      }),
    )
    t.pass()
  })

  test(`${kind}: a generation that ended before a time is not asked, and neither is what was made of it`, t => {
    const indices = run(['rollover', 'rollover', 'shrink', 'write'], nameOf)
    t.deepEqual(findWritableSince(indices, 'logs-app', 2 * HOUR_MS), [nameOf('000002'), nameOf('000003')])
    t.deepEqual(findWritableSince(indices, 'logs-app', 3 * HOUR_MS), [nameOf('000003')])
  })
}

test('the index of another target that looks alike ends no generation', t => {
  const indices = [
    { name: 'logs-000001', createdMs: 0 },
    { name: 'logs-app-000002', createdMs: HOUR_MS },
  ]
  t.deepEqual(findWritableSince(indices, 'logs', 2 * HOUR_MS), ['logs-000001', 'logs-app-000002'])
})

test('indices whose names no rollover gives are all asked', t => {
  const indices = ['app-000001', 'app-000002', 'today'].map((name, i) => ({ name, createdMs: i }))
  t.deepEqual(
    findWritableSince(indices, 'logs', HOUR_MS),
    indices.map(({ name }) => name),
  )
})
