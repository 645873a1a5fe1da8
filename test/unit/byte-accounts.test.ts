import test from 'ava'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

/** In a file with one of these an agent may have lines. */
const follows =
  /\b(?:startAgent|startShipping|startMigrated|startFleet|startMachine|startSystemd\w*|createFilesSource|follow)\(|role: 'agent'|start\('agents?'|buildPackages|forwarderCommand|mistake-scene/u
const checks = /\b(?:addsUp|addsUpIn|addsUpMeanwhile|allAddUp|endsWell|shipRotated|untilDelivered)\(/u

/** Where it has none, or where its account cannot be read. */
const others = new Map([
  ['integration/cli/check-connect-places.test.ts', 'only check connects'],
  ['integration/cli/check-connect.test.ts', 'its agents have no lines'],
  ['integration/cli/demo.test.ts', 'the demo starts and stops its agent itself, and gives a verdict'],
  ['integration/cli/fleet-demo.test.ts', 'the demo starts and stops its agents itself, and gives a verdict'],
  ['integration/cli/process.test.ts', 'its agents do not start, or have no lines'],
  ['integration/end-to-end/dead-letters.test.ts', 'there is only a collector'],
  ['integration/end-to-end/program.test.ts', 'its agents have no lines, or are those of a demo'],
  ['integration/end-to-end/seed-configuration.test.ts', 'the configuration of logstash-forwarder has no metrics'],
  ['integration/migrate/kill.test.ts', 'no agent is started'],
  ['integration/packages/authority.test.ts', 'no agent is started'],
  ['integration/packages/contents.test.ts', 'no agent is started'],
  ['integration/packages/deb.test.ts', 'no agent is started'],
  ['integration/packages/rpm.test.ts', 'no agent is started'],
  ['integration/systemd/fleet-units.test.ts', 'no agent is started'],
  ['integration/systemd/hardening.test.ts', 'no agent is started'],
  ['integration/telemetry/service-manager.test.ts', 'its agents have no collector; the status has their only line'],
])

async function readTests(): Promise<ReadonlyMap<string, string>> {
  const names = await Promise.all(['fault', 'integration'].map(list))
  const texts = names.flat().map(async name => [name, await readFile(join(root, name), 'utf8')] as const)
  return new Map(await Promise.all(texts))
}

async function list(directory: string): Promise<readonly string[]> {
  const names = await readdir(join(root, directory), { recursive: true })
  return names.filter(name => name.endsWith('.test.ts')).map(name => join(directory, name))
}

test('each file of integration and fault tests in which an agent has lines checks that its bytes add up', async t => {
  const texts = [...(await readTests())].filter(([, text]) => follows.test(text))
  t.true(texts.length > 60)
  const unchecked = texts.filter(([, text]) => !checks.test(text)).map(([name]) => name)
  t.deepEqual(unchecked.toSorted(), [...others.keys()].toSorted())
})
