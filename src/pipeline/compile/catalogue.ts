// All processors by the name that they have in a pipeline; one line each.
import type { Processor } from '../processor/contract.ts'
import type { OptionTable } from '../processor/options.ts'
import { pipeline } from '../processors/pipeline.ts'
import { rename } from '../processors/rename.ts'

export type Catalogue = Readonly<Record<string, Processor<OptionTable>>>

export const CATALOGUE: Catalogue = {
  pipeline,
  rename,
}
