import fc from 'fast-check'
import { anyDocument, fieldPath } from '../../../helpers/pipeline/differential/arbitraries.ts'
import { type Comparison, makeOptions, ofProcessor } from '../../../helpers/pipeline/differential/comparison.ts'

export const comparisons: readonly Comparison[] = [
  {
    name: 'rename',
    pipelines: ofProcessor(
      'rename',
      makeOptions({ field: fieldPath, target_field: fieldPath }, { ignore_missing: fc.boolean() }),
    ),
    documents: anyDocument,
  },
]
