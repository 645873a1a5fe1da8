// Brings faults back into a copy of the sources, one at a time: the model has to find each within a minute of a processor,
// by cases that do not fail without the fault.
//   node run-mutants.ts [words of a fault …]
import { spawn } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { collisionLaws } from './collision-laws.ts'
import { mutants, type Mutant } from './mutants.ts'

const ROOT = join(import.meta.dirname, '../../../..')
const SECONDS = '60'

const words = process.argv.slice(2).join(' ')
let survivors = 0
for (const mutant of mutants.filter(({ fault }) => fault.includes(words))) {
  const result = await runWith(mutant)
  if (result.verdict !== 'found') survivors++
  console.log(`${result.verdict}: ${mutant.fault}\n  ${result.lines.join('\n  ')}`)
}
process.exitCode = survivors === 0 ? 0 : 1

interface Result {
  readonly verdict: 'found' | 'NOT FOUND' | 'FAILS WITHOUT THE FAULT'
  readonly lines: readonly string[]
}

async function runWith(mutant: Mutant): Promise<Result> {
  const dir = await mkdtemp(join(tmpdir(), 'forwarder-mutant-'))
  try {
    for (const name of ['src', 'test/helpers', 'package.json'])
      await cp(join(ROOT, name), join(dir, name), { recursive: true })
    await symlink(join(ROOT, 'node_modules'), join(dir, 'node_modules'))
    const original = await change(join(dir, mutant.path), mutant)
    const laws = mutant.laws === undefined ? [] : ['--law', mutant.laws]
    const { isFailure, lines } = await search(dir, ['--seconds', SECONDS, '--cpu', ...laws])
    if (!isFailure) return { verdict: 'NOT FOUND', lines }
    await writeFile(join(dir, mutant.path), original)
    const again = await search(dir, ['--seconds', '1', ...sameCases(lines)])
    return { verdict: again.isFailure ? 'FAILS WITHOUT THE FAULT' : 'found', lines }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** Returns the file as it was. */
async function change(path: string, { fault, from, to }: Mutant): Promise<string> {
  const text = await readFile(path, 'utf8')
  const parts = text.split(from)
  if (parts.length !== 2) throw new Error(`the mutant no longer applies (${parts.length - 1} places): ${fault}`)
  await writeFile(path, parts.join(to))
  return text
}

/** One round of the law that failed, with the same seed. */
function sameCases([title, seed = '']: readonly string[]): readonly string[] {
  const law = collisionLaws.findIndex(one => one.title === title)
  return ['--law', String(law), `--seed=${/-?\d+/.exec(seed)![0]}`]
}

async function search(
  dir: string,
  options: readonly string[],
): Promise<{ readonly isFailure: boolean; readonly lines: readonly string[] }> {
  const script = join(dir, 'test/helpers/files/collisions/search-collisions.ts')
  const child = spawn(process.execPath, [script, '--first', ...options], { stdio: ['ignore', 'pipe', 'inherit'] })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  const code = await new Promise<number | null>(resolve => child.on('close', resolve))
  const lines = Buffer.concat(chunks).toString().trim().split('\n')
  return { isFailure: code === 1, lines: [...lines.slice(0, 3), lines.at(-1)!] }
}
