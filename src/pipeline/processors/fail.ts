import { ProcessingFault } from '../document/processing-fault.ts'
import { compileTemplate } from '../document/template.ts'
import { defineProcessor } from '../processor/contract.ts'
import { required, text } from '../processor/options.ts'

export const fail = defineProcessor({
  summary: 'Fails with a message, for an event that must not be there.',
  options: { message: required(text('The message. May be a template.')) },
  compile({ message }) {
    const messageOf = compileTemplate(message)
    return event => {
      throw new ProcessingFault(messageOf(event))
    }
  },
})
