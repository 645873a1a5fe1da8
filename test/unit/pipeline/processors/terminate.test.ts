import test from 'ava'
import { terminate } from '../../../../src/pipeline/processors/terminate.ts'
import { runProcessor } from '../../../helpers/pipeline/run-processor.ts'

test('terminate ends the pipeline and changes nothing', t => {
  const { outcome, event } = runProcessor(terminate, {}, { a: 1 })
  t.is(outcome, 'terminate')
  t.false(event.isChanged)
})
