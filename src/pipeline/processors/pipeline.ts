import { ProcessingFault } from '../document/processing-fault.ts'
import { compileTemplate, isTemplate } from '../document/template.ts'
import { defineProcessor } from '../processor/contract.ts'
import { OptionFault } from '../processor/option-fault.ts'
import { flag, required, text } from '../processor/options.ts'

export const pipeline = defineProcessor({
  summary: 'Passes the event through another pipeline.',
  options: {
    name: required(text('The name of the pipeline in `pipelines`. May be a template.')),
    ignore_missing_pipeline: flag('An event passes unchanged if there is no pipeline of this name.'),
  },
  compile({ name, ignore_missing_pipeline }, context) {
    if (!ignore_missing_pipeline && !isTemplate(name) && context.pipelineNamed(name) === undefined)
      throw new OptionFault(`"pipelines" has no "${name}"`, { option: 'name' })
    const nameOf = compileTemplate(name)
    return event => {
      const called = nameOf(event)
      const step = context.pipelineNamed(called)
      if (step !== undefined) return step(event)
      if (ignore_missing_pipeline) return undefined
      throw new ProcessingFault(`Pipeline processor configured for non-existent pipeline [${called}]`)
    }
  },
})
