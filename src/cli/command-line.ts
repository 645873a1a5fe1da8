import { findNearest } from '../flow/nearest-word.ts'
import { ConfigError } from '../config/text/problem.ts'
import { TlsError } from '../tls/tls-error.ts'
import { TrustError } from '../trust/contract.ts'
import { COMMAND_SET } from './command-set.ts'
import type { Terminal } from './program/command-contract.ts'
import { dispatch } from './program/dispatch.ts'
import { EXIT } from './program/exit-codes.ts'
import type { ExitCode } from './program/exit-codes.ts'
import { translateArguments } from './program/logstash-forwarder-arguments.ts'
import { UsageError } from './program/option-values.ts'

/** The whole command line: arguments in, exit code out. Never rejects. */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { args: ours, warnings } = translateArguments(args)
  for (const warning of warnings) terminal.err.write(`forwarder: ${warning}\n`)
  try {
    if (ours.length === 0) return await showUsage(terminal)
    checkWord(ours[0] ?? '')
    return await dispatch(COMMAND_SET, ours, terminal)
  } catch (error) {
    return explain(error, terminal)
  }
}

/** Without arguments the help goes where errors go. */
async function showUsage(terminal: Terminal): Promise<ExitCode> {
  await dispatch(COMMAND_SET, ['--help'], { ...terminal, out: terminal.err })
  return EXIT.usage
}

/** Options alone are the agent's; a word has to be a command. */
function checkWord(word: string): void {
  const words = COMMAND_SET.commands.map(({ name }) => name.split(' ', 1)[0] ?? name)
  if (word.startsWith('-') || words.includes(word)) return
  const nearest = findNearest(word, words)
  const remedy = nearest === undefined ? 'forwarder --help lists them' : `did you mean "${nearest}"?`
  throw new UsageError(`there is no command "${word}"; ${remedy}`)
}

function explain(error: unknown, { err }: Terminal): ExitCode {
  if (error instanceof ConfigError) {
    err.write(`${error.message}\n`)
    return EXIT.usage
  }
  err.write(`forwarder: ${describe(error)}\n`)
  return error instanceof UsageError || error instanceof TlsError || error instanceof TrustError
    ? EXIT.usage
    : EXIT.failed
}

/** An expected error has a code and a sentence; of any other one only the stack helps. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return 'code' in error ? error.message : (error.stack ?? error.message)
}
