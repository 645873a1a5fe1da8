// Brings faults back into a copy of the sources, one at a time: the model has to find each within a minute of a processor.
//   node run-mutants.ts [words of a fault …]
import { spawn } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mutants, type Mutant } from './mutants.ts'

const ROOT = join(import.meta.dirname, '../../../..')
const SECONDS = '60'

const words = process.argv.slice(2).join(' ')
let survivors = 0
for (const mutant of mutants.filter(({ fault }) => fault.includes(words))) {
  const found = await runWith(mutant)
  if (!found.isFound) survivors++
  console.log(`${found.isFound ? 'found' : 'NOT FOUND'}: ${mutant.fault}\n  ${found.lines.join('\n  ')}`)
}
process.exitCode = survivors === 0 ? 0 : 1

interface Found {
  readonly isFound: boolean
  readonly lines: readonly string[]
}

async function runWith(mutant: Mutant): Promise<Found> {
  const dir = await mkdtemp(join(tmpdir(), 'forwarder-mutant-'))
  try {
    for (const name of ['src', 'test/helpers', 'package.json'])
      await cp(join(ROOT, name), join(dir, name), { recursive: true })
    await symlink(join(ROOT, 'node_modules'), join(dir, 'node_modules'))
    await change(join(dir, mutant.path), mutant)
    return await search(dir, mutant)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

async function change(path: string, { fault, from, to }: Mutant): Promise<void> {
  const parts = (await readFile(path, 'utf8')).split(from)
  if (parts.length !== 2) throw new Error(`the mutant no longer applies (${parts.length - 1} places): ${fault}`)
  await writeFile(path, parts.join(to))
}

async function search(dir: string, { laws }: Mutant): Promise<Found> {
  const script = join(dir, 'test/helpers/files/collisions/search-collisions.ts')
  const options = ['--seconds', SECONDS, '--cpu', '--first', ...(laws === undefined ? [] : ['--law', laws])]
  const child = spawn(process.execPath, [script, ...options], { stdio: ['ignore', 'pipe', 'inherit'] })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  const code = await new Promise<number | null>(resolve => child.on('close', resolve))
  const lines = Buffer.concat(chunks).toString().trim().split('\n')
  return { isFound: code === 1, lines: [...lines.slice(0, 3), lines.at(-1)!] }
}
