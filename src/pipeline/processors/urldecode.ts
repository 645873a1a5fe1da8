import { ProcessingFault } from '../document/processing-fault.ts'
import { defineProcessor } from '../processor/contract.ts'
import { decodeUrlText } from '../values/java-url-decode.ts'
import { compileTextStep, textOptions } from './text-processor.ts'

export const urldecode = defineProcessor({
  summary: 'Decodes the percent signs and plus signs of a URL.',
  options: textOptions,
  compile: options => compileTextStep(options, decoded),
})

function decoded(value: string): string {
  try {
    return decodeUrlText(value)
  } catch (error) {
    throw new ProcessingFault((error as Error).message, { cause: error })
  }
}
