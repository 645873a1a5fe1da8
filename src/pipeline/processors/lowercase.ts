import { defineProcessor } from '../processor/contract.ts'
import { compileTextStep, textOptions } from './text-processor.ts'

export const lowercase = defineProcessor({
  summary: 'Makes the letters of a text small ones.',
  options: textOptions,
  compile: options => compileTextStep(options, text => text.toLowerCase()),
})
