import test from 'ava'
import type { Fields } from '../../../../src/pipeline/document/value.ts'
import { markFailure } from '../../../../src/pipeline/threads/mark-failure.ts'

const step = { path: 'pipeline.3.grok', type: 'grok' }
const ours = { type: 'pipeline_failure', message: 'pipeline.3.grok: no match' }

interface Row {
  readonly law: string
  readonly before: Fields
  readonly after: Fields
}

const marked = test.macro({
  title: (_, { law }: Row) => law,
  exec(t, { before, after }: Row) {
    const fields = structuredClone(before)
    markFailure(fields, { type: 'pipeline_failure', message: 'no match', step })
    t.deepEqual(fields, after)
  },
})

const tags = ['pipeline_failure']
test(marked, {
  law: 'a failed event has a tag and the reason',
  before: { a: 1 },
  after: { a: 1, tags, error: { ...ours } },
})
test(marked, {
  law: 'tags of the event stay',
  before: { tags: 'own' },
  after: { tags: ['own', ...tags], error: { ...ours } },
})
test(marked, {
  law: 'an error of the event stays beside the reason',
  before: { error: { message: 'own', code: 7 } },
  after: { tags, error: { type: ours.type, message: ['own', ours.message], code: 7 } },
})
test(marked, {
  law: 'an error that is a text stays, and a store takes it',
  before: { error: 'own' },
  after: { tags, error: 'own' },
})
test(marked, {
  law: 'an event that failed before has its tag once',
  before: { tags, error: { ...ours } },
  after: { tags, error: { ...ours } },
})
