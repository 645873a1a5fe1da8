import type { Command, CommandGroup, CommandOption } from '../program/command-contract.ts'
import { FILTER_OPTIONS } from './letter-filter.ts'

export const DEAD_LETTERS_GROUP: CommandGroup = {
  name: 'dead-letters',
  summary: 'events that the store of a collector could not take, also while it runs',
}

const PLACE_OPTIONS: readonly CommandOption[] = [
  { flags: '--config <path>', help: "the collector's configuration, which names the file" },
  { flags: '--state-dir <dir>', help: 'or the collector\'s state directory (default: that of one without "stateDir")' },
]
const ALL_OPTION: CommandOption = { flags: '--all', help: 'every letter' }
const CONFIG = '--config /etc/forwarder/collector.json'

const listCommand: Command = {
  name: 'dead-letters list',
  summary: 'count the dead letters by target, type of fault and sender',
  options: [
    ...PLACE_OPTIONS,
    ...FILTER_OPTIONS,
    { flags: '--limit <n>', help: 'at most this many lines, 0 for all (default: 100)' },
    { flags: '--json', help: 'print one JSON object' },
  ],
  examples: [`forwarder dead-letters list ${CONFIG}`, `forwarder dead-letters list ${CONFIG} --sender web1 --since 1d`],
  async run(input) {
    return await (await import('./read-letters.ts')).listLetters(input)
  },
}

const showCommand: Command = {
  name: 'dead-letters show',
  summary: 'print dead letters with their reasons and documents, the newest first',
  options: [
    ...PLACE_OPTIONS,
    ...FILTER_OPTIONS,
    { flags: '--limit <n>', help: 'at most this many letters, 0 for all (default: 10)' },
  ],
  examples: [`forwarder dead-letters show ${CONFIG} --target "logs-*" --limit 1`],
  async run(input) {
    return await (await import('./read-letters.ts')).showLetters(input)
  },
}

const replayCommand: Command = {
  name: 'dead-letters replay',
  summary: 'let the collector deliver dead letters again, each exactly once; those that are refused again stay',
  options: [
    ...PLACE_OPTIONS,
    ...FILTER_OPTIONS,
    ALL_OPTION,
    { flags: '--timeout <duration>', help: 'how long to wait for the collector (default: 1m); it goes on afterwards' },
  ],
  examples: [`forwarder dead-letters replay ${CONFIG} --target logs-2026.11.29`],
  async run(input) {
    return await (await import('./change-letters.ts')).replayLetters(input)
  },
}

const exportCommand: Command = {
  name: 'dead-letters export',
  summary: 'print dead letters as JSON lines, the oldest first',
  options: [...PLACE_OPTIONS, ...FILTER_OPTIONS],
  examples: [`forwarder dead-letters export ${CONFIG} > letters.jsonl`],
  async run(input) {
    return await (await import('./read-letters.ts')).exportLetters(input)
  },
}

const dropCommand: Command = {
  name: 'dead-letters drop',
  summary: 'delete dead letters',
  options: [...PLACE_OPTIONS, ...FILTER_OPTIONS, ALL_OPTION],
  examples: [`forwarder dead-letters drop ${CONFIG} --sender web1 --until 7d`],
  async run(input) {
    return await (await import('./change-letters.ts')).dropLetters(input)
  },
}

export const deadLettersCommands: readonly Command[] = [
  listCommand,
  showCommand,
  replayCommand,
  exportCommand,
  dropCommand,
]
