import { defineProcessor } from '../processor/contract.ts'
import { trimText } from '../values/java-text.ts'
import { compileTextStep, textOptions } from './text-processor.ts'

export const trim = defineProcessor({
  summary: 'Removes white space and control characters of ASCII from both ends of a text.',
  options: textOptions,
  compile: options => compileTextStep(options, trimText),
})
