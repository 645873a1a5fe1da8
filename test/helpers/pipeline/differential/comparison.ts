import fc, { type Arbitrary } from 'fast-check'
import type { Fields } from '../../../../src/pipeline/document/value.ts'
import type { IngestServer } from './ingest-servers.ts'
import type { Outcome, Outcomes, WrittenPipeline } from './outcome.ts'

/** Pipelines and documents for which ours and the other server's results have to be the same. */
export interface Comparison {
  /** Such as `append`, or `append: a templated field`. */
  readonly name: string
  readonly pipelines: Arbitrary<WrittenPipeline>
  readonly documents: Arbitrary<Fields>
  /** How many pipelines; 40 if not given. */
  readonly runs?: number
  /** False: two failures are the same whatever their messages. */
  readonly compareMessages?: boolean
  /** True: numbers with a fraction are compared with the precision of 32 bits, since before version 19 Java's texts differ. */
  readonly areFloats?: boolean
  readonly deviations?: readonly Deviation[]
  /** The only server that is asked. */
  readonly server?: IngestServer['name']
  /** For a processor that has other names in OpenSearch: the same pipeline in its words. */
  readonly toTheirs?: (pipeline: WrittenPipeline) => WrittenPipeline
}

/** A difference that docs/pipeline.md names. */
export interface Deviation {
  /** The first column of the row in docs/pipeline.md. */
  readonly row: string
  isExpected(difference: Difference): boolean
}

/** One document with which the results differ. */
export interface Difference {
  readonly pipeline: WrittenPipeline
  /** JSON. */
  readonly document: string
  readonly ours: Outcome | Exclude<Outcomes, { kind: 'ran' }>
  readonly theirs: Outcome | Exclude<Outcomes, { kind: 'ran' }>
}

/** A pipeline of this processor alone. */
export function ofProcessor(name: string, options: Arbitrary<object>): Arbitrary<WrittenPipeline> {
  return options.map(written => ({ processors: [{ [name]: written }] }))
}

/** Options of these arbitraries; those of `optional` may be missing. */
export function makeOptions(
  required: Readonly<Record<string, Arbitrary<unknown>>>,
  optional: Readonly<Record<string, Arbitrary<unknown>>> = {},
): Arbitrary<object> {
  return fc.record({ ...required, ...optional }, { requiredKeys: Object.keys(required) })
}
