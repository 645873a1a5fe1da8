// The agents of a comparison: of this checkout, of another one, and of any commands.
import { join } from 'node:path'

/** For the help text of a bench. */
export const AGENTS_HELP = `  --other DIR          compare with bin/forwarder of another checkout
  --command NAME=CMD   compare with a command, in which {config} is replaced by its configuration file; may be repeated`

/** For `parseArgs`. */
export const AGENT_OPTIONS = { other: { type: 'string' }, command: { type: 'string', multiple: true } } as const

export interface ComparedAgent {
  readonly name: string
  /** Its words; one is `{config}`. */
  readonly command: readonly string[]
}

const root = join(import.meta.dirname, '..')

/** Those that the options name, behind that of this checkout. */
export function findAgents(values: {
  readonly other?: string | undefined
  readonly command?: readonly string[] | undefined
}): readonly ComparedAgent[] {
  const others = values.other === undefined ? [] : [ofCheckout('the other one', values.other)]
  const named = (values.command ?? []).map(given => {
    const at = given.indexOf('=')
    return make(given.slice(0, at), given.slice(at + 1))
  })
  return [ofCheckout('this checkout', root), ...others, ...named]
}

/** Runs all of them once without counting, then in rounds, each in the order opposite to that of the one before. */
export async function runInRounds<Agent, Run>(
  agents: readonly Agent[],
  rounds: number,
  run: (order: readonly Agent[], isCounted: boolean) => Promise<Run>,
): Promise<readonly Run[]> {
  await run(agents, false)
  const runs: Run[] = []
  for (let round = 0; round < rounds; round++)
    runs.push(await run(round % 2 === 0 ? agents : agents.toReversed(), true))
  return runs
}

function ofCheckout(name: string, dir: string): ComparedAgent {
  return make(name, `${join(dir, 'bin/forwarder')} agent --config {config}`)
}

function make(name: string, command: string): ComparedAgent {
  return { name, command: command.split(' ') }
}
