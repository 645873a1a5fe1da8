import { setTimeout as sleep } from 'node:timers/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { readRegistry } from '../../../src/registry/load-registry.ts'
import { openRegistry } from '../../../src/registry/registry.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { kill, startScript } from '../../helpers/process/child-script.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { until } from '../../helpers/time/until.ts'

const script = new URL('../../helpers/scripts/use-registry.ts', import.meta.url)

/** Lets the script work for a random while, kills it, and returns what it said. */
async function runAndKill(t: ExecutionContext, stateDir: string, durability: string): Promise<string[]> {
  const child = startScript(t, script, [stateDir, durability])
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  // Every third one dies around its opening and first write, the others in full work.
  const mark = Math.random() < 1 / 3 ? 'open\n' : '\nj '
  await until(() => said.includes(mark), 'the registry is in use')
  await sleep(Math.random() * 50)
  await kill(child)
  await new Promise(resolve => (child.stdout.readableEnded ? resolve(0) : child.stdout.once('end', resolve)))
  return said.split('\n').filter(line => /^[jc] \d+ \d+ \d+$/.test(line))
}

for (const durability of ['disk', 'process'] as const) {
  test(`a journaled batch is unconfirmed or acked after kill -9 at any moment (durability ${durability})`, async t => {
    const stateDir = join(await makeTempDir(t), 'state')
    let journaled = 0
    let leftUnconfirmed = 0
    // A busy machine leaves it less time in each round.
    for (let round = 0; round < 12 || journaled <= 100 || leftUnconfirmed <= 12; round++) {
      const said = await runAndKill(t, stateDir, durability)
      const { files, unconfirmed } = readRegistry(join(stateDir, 'registry.db'))
      const known = new Set(unconfirmed.map(batch => batch.sequence))
      const offsets = new Map(files.map(file => [file.key, file.offset]))
      for (const line of said) {
        const [kind, sequence, key, end] = line.split(' ')
        const isCovered = (offsets.get(Number(key)) ?? 0) >= Number(end)
        t.true(known.has(Number(sequence)) || (isCovered && said.includes(line.replace('j', 'c'))), `${round}: ${line}`)
        journaled += kind === 'j' ? 1 : 0
      }
      leftUnconfirmed += known.size
    }
    const registry = await openRegistry({ stateDir, durability, onLostState: 'stop', log: silentLog })
    t.is(registry.files.length, 4)
    await registry.close()
  })
}
