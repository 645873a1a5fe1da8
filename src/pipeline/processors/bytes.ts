import { defineProcessor } from '../processor/contract.ts'
import { parseByteSize } from '../values/byte-size.ts'
import { compileTextStep, textOptions } from './text-processor.ts'

export const bytes = defineProcessor({
  summary: 'Makes a number of bytes of a size such as `1kb`.',
  options: textOptions,
  compile: options => compileTextStep(options, text => parseByteSize(text, 'Ingest Field')),
})
