import { defineProcessor } from '../processor/contract.ts'

export const drop = defineProcessor({
  summary: 'Ends the pipeline for the event, which is not stored.',
  options: {},
  compile: () => () => 'drop',
})
