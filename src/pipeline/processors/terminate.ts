import { defineProcessor } from '../processor/contract.ts'

export const terminate = defineProcessor({
  summary: 'Ends this pipeline for the event; a pipeline that called it continues.',
  options: {},
  compile: () => () => 'terminate',
})
