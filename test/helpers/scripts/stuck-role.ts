// A role whose end never comes: stuck-role.ts CONFIG
import { EXIT } from '../../../src/cli/program/exit-codes.ts'
import { runRole } from '../../../src/cli/role/run-role.ts'
import { loadAgentConfig } from '../../../src/config/load.ts'

const [path = ''] = process.argv.slice(2)
const run = async () => {
  setInterval(() => {}, 1000)
  process.stdout.write('ready\n')
  await new Promise(() => {})
  return EXIT.done
}
await runRole({ path, load: () => loadAgentConfig(path), run })
