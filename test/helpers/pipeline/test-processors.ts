// Small processors for tests of the machinery around processors.
import type { Catalogue } from '../../../src/pipeline/compile/catalogue.ts'
import type { CompileServices } from '../../../src/pipeline/compile/compile-processors.ts'
import { FieldPath } from '../../../src/pipeline/document/field-path.ts'
import { ProcessingFault } from '../../../src/pipeline/document/processing-fault.ts'
import { compileTemplate } from '../../../src/pipeline/document/template.ts'
import { defineProcessor, type Outcome } from '../../../src/pipeline/processor/contract.ts'
import { OptionFault } from '../../../src/pipeline/processor/option-fault.ts'
import * as options from '../../../src/pipeline/processor/options.ts'
import { pipeline } from '../../../src/pipeline/processors/pipeline.ts'

/** Adds a text to the list `log`. */
const note = defineProcessor({
  summary: 'Notes.',
  options: { text: options.required(options.text('A template.')) },
  shorthand: 'text',
  compile({ text }) {
    const template = compileTemplate(text)
    const path = new FieldPath('log')
    return event => path.write(event, [...((path.read(event) ?? []) as string[]), template(event)])
  },
})

const break_ = defineProcessor({
  summary: 'Fails.',
  options: { message: options.withDefault(options.text('Its message.'), 'broken') },
  compile({ message }) {
    return () => {
      throw new ProcessingFault(message)
    }
  },
})

const bug = defineProcessor({
  summary: 'Throws what no processor should.',
  options: {},
  compile() {
    return () => {
      throw new TypeError('x is undefined')
    }
  },
})

const end = defineProcessor({
  summary: 'Ends.',
  options: { outcome: options.required(options.oneOf(['drop', 'terminate', 'reroute'], 'How.')) },
  compile:
    ({ outcome }) =>
    (): Outcome =>
      outcome,
})

/** Passes the event through its list of processors. */
const group = defineProcessor({
  summary: 'Groups.',
  options: { processors: options.required(options.processors('The processors.')) },
  compile: ({ processors }, context) => context.compileSteps(processors, 'processors'),
})

const kinds = defineProcessor({
  summary: 'Has an option of each kind.',
  options: {
    text: options.text('A text.'),
    texts: options.texts('Texts.'),
    flag: options.flag('A flag.'),
    count: options.count('A count.'),
    value: options.anyValue('A value.'),
    text_map: options.textMap('Texts by name.'),
    value_map: options.valueMap('Values by name.'),
    choice: options.oneOf(['red', 'green'], 'A colour.'),
    pattern: options.text('A pattern.'),
  },
  compile({ pattern = '', ...others }) {
    if (pattern.startsWith('(')) throw new OptionFault('not a pattern', { option: 'pattern', column: 1 })
    const path = new FieldPath('options')
    return event => path.write(event, JSON.stringify(others))
  },
})

export const TEST_CATALOGUE: Catalogue = { note, break: break_, bug, end, group, kinds, pipeline }

/** No files, and no time. */
export const NO_SERVICES: CompileServices = {
  openFile: () => {
    throw new Error('this test opens no files')
  },
  listDirectory: () => [],
  nowMs: () => 0,
}
