import { defineProcessor } from '../processor/contract.ts'
import { compileTextStep, textOptions } from './text-processor.ts'

export const uppercase = defineProcessor({
  summary: 'Makes the letters of a text capital ones.',
  options: textOptions,
  compile: options => compileTextStep(options, text => text.toUpperCase()),
})
