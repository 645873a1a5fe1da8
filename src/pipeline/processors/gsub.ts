import { compileJavaPattern } from '../java/java-pattern.ts'
import { compileReplacement } from '../java/replacement.ts'
import { defineProcessor } from '../processor/contract.ts'
import { required, text } from '../processor/options.ts'
import { compileTextStep, textOptions } from './text-processor.ts'

export const gsub = defineProcessor({
  summary: 'Replaces what matches a pattern in a text.',
  options: {
    ...textOptions,
    pattern: required(text('A regular expression of Java.')),
    replacement: required(text('The text in its place. `$1` and `${name}` are groups of the pattern.')),
  },
  compile: options =>
    compileTextStep(options, compileReplacement(compileJavaPattern(options.pattern), options.replacement)),
})
