import type { Command, CommandGroup } from '../program/command-contract.ts'

export const PIPELINE_GROUP: CommandGroup = {
  name: 'pipeline',
  summary: 'try the pipeline of a collector, without a collector',
}

const testCommand: Command = {
  name: 'pipeline test',
  summary: 'pass the cases of a file through a pipeline, and compare the documents with the expected ones',
  args: '<file>',
  options: [{ flags: '--config <path>', help: "the collector's configuration, if the file does not name one" }],
  examples: [
    'forwarder pipeline test pipeline-cases.json',
    'forwarder pipeline test cases.json --config collector.json',
  ],
  async run(input) {
    return await (await import('./test-cases.ts')).testCases(input)
  },
}

const runCommand: Command = {
  name: 'pipeline run',
  summary: 'pass lines of standard input through a pipeline, and print the documents',
  options: [
    { flags: '--config <path>', help: "the collector's configuration", isRequired: true },
    { flags: '--trace', help: 'print the effect of each step, with its time, instead of the documents' },
    { flags: '--documents', help: 'the lines are whole events, one JSON object each' },
    { flags: '--suggest', help: 'propose a format or a pattern for the lines on which the pipeline fails' },
  ],
  examples: [
    'forwarder pipeline run --config collector.json < access.log',
    'head -3 access.log | forwarder pipeline run --config collector.json --trace',
  ],
  async run(input) {
    return await (await import('./run-lines.ts')).runLines(input)
  },
}

export const pipelineCommands: readonly Command[] = [testCommand, runCommand]
