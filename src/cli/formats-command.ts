import type { Command } from './program/command-contract.ts'
import { EXIT } from './program/exit-codes.ts'

export const formatsCommand: Command = {
  name: 'formats',
  summary: 'list the formats that a pipeline parses by name, with an example each',
  options: [],
  examples: ['forwarder formats'],
  async run({ terminal }) {
    const { FORMATS } = await import('../pipeline/formats/catalogue.ts')
    for (const { name, title, examples } of FORMATS) {
      terminal.out.write(`${name}: ${title}\n`)
      for (const example of examples) terminal.out.write(`    ${example}\n`)
    }
    return EXIT.done
  },
}
