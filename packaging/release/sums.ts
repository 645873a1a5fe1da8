// SHA256SUMS is signed, and so determines which files belong to a release.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { ReleaseError } from './error.ts'
import { signaturePath } from './signature.ts'

export const SUMS = 'SHA256SUMS'

export interface Sum {
  readonly name: string
  readonly sha256: string
}

export async function sumFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

/** Sums all files in a directory except the sums and their signature, by name. */
export async function sumDirectory(dir: string): Promise<readonly Sum[]> {
  const names = (await readdir(dir)).filter(name => name !== SUMS && name !== signaturePath(SUMS)).toSorted()
  return await sumFiles(names.map(name => join(dir, name)))
}

export async function sumFiles(paths: readonly string[]): Promise<readonly Sum[]> {
  const sums: Sum[] = []
  for (const path of paths) sums.push({ name: basename(path), sha256: await sumFile(path) }) // one at a time: they are large
  return sums
}

/** Adds files of a directory to its list of sums, or replaces their sums there. */
export async function addSums(dir: string, paths: readonly string[]): Promise<void> {
  const sums = new Map([...(await readSums(dir)), ...(await sumFiles(paths))].map(sum => [sum.name, sum]))
  await writeSums(dir, [...sums.values()])
}

/** The format of sha256sum. */
export async function writeSums(dir: string, sums: readonly Sum[]): Promise<void> {
  await writeFile(join(dir, SUMS), sums.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join(''))
}

export async function readSums(dir: string): Promise<readonly Sum[]> {
  const path = join(dir, SUMS)
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new ReleaseError(`${dir} has no ${SUMS}; name the directory of a release`, error)
  })
  const lines = text.split('\n').slice(0, -1)
  return lines.map(line => {
    const { sha256, name } = /^(?<sha256>[0-9a-f]{64}) {2}(?<name>[^/]+)$/u.exec(line)?.groups ?? {}
    if (sha256 === undefined || name === undefined)
      throw new ReleaseError(`${path} has a line that is not the sum of a file: ${line}`)
    return { name, sha256 }
  })
}

/** Throws a ReleaseError that names each file that differs, is missing, or is not in the list. */
export function compareSums(expected: readonly Sum[], found: readonly Sum[], failure: string): void {
  const [left, right] = [byName(expected), byName(found)]
  const names = [...new Set([...left.keys(), ...right.keys()])].toSorted()
  const faults = names.flatMap(name => {
    const [one, other] = [left.get(name), right.get(name)]
    if (one === other) return []
    return [`${name} ${one === undefined ? 'is not in the list' : other === undefined ? 'is missing' : 'differs'}`]
  })
  if (faults.length > 0) throw new ReleaseError(`${failure}: ${faults.join(', ')}`)
}

function byName(sums: readonly Sum[]): ReadonlyMap<string, string> {
  return new Map(sums.map(({ name, sha256 }) => [name, sha256]))
}
