import { appendFile, readFile, readdir, rename, rm, copyFile, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'

const TOKEN = /<\d+>/g

/** A directory of which the files are made of tokens, each written once; a line may have several. */
export class TokenDirectory {
  readonly path: string
  readonly #written = new Map<string, Set<string>>()
  #nextToken = 1
  #nextFirstLine = 1

  constructor(path: string) {
    this.path = path
  }

  makeToken(): string {
    return `<${this.#nextToken++}>`
  }

  async append(file: string, text: string): Promise<void> {
    const written = this.#written.get(file) ?? new Set()
    for (const [token] of text.matchAll(TOKEN)) written.add(token)
    this.#written.set(file, written)
    const path = join(this.path, file)
    const size = await stat(path).then(stats => stats.size, ignoreMissing)
    await appendFile(path, size ? text : `${this.#makeFirstLine()}\n${text}`)
  }

  /** All tokens that were ever written to a file under this name. */
  writtenTo(file: string): Iterable<string> {
    return this.#written.get(file) ?? []
  }

  async tokensOf(file: string): Promise<string[]> {
    const text = await readFile(join(this.path, file), 'utf8').catch(ignoreMissing)
    return [...(text ?? '').matchAll(TOKEN)].map(([token]) => token)
  }

  async read(file: string): Promise<string> {
    return readFile(join(this.path, file), 'utf8')
  }

  async inodeOf(file: string): Promise<number | undefined> {
    return stat(join(this.path, file)).then(({ ino }) => ino, ignoreMissing)
  }

  async files(): Promise<{ name: string; inode: number; size: number }[]> {
    const names = await readdir(this.path)
    return Promise.all(
      names.map(async name => {
        const { ino: inode, size } = await stat(join(this.path, name))
        return { name, inode, size }
      }),
    )
  }

  async move(file: string, to: string): Promise<void> {
    await rename(join(this.path, file), join(this.path, to)).catch(ignoreMissing)
  }

  async replaceByCopy(copy: string, file: string): Promise<void> {
    await this.remove(copy)
    await copyFile(join(this.path, file), join(this.path, copy))
  }

  async truncate(file: string): Promise<void> {
    await truncate(join(this.path, file)).catch(ignoreMissing)
  }

  async remove(file: string): Promise<void> {
    await rm(join(this.path, file), { force: true })
  }

  /** A kilobyte: of a file with less, the copy is not recognised, and its lines come twice. */
  #makeFirstLine(): string {
    const number = this.#nextFirstLine++
    return Array.from({ length: 200 }, (_, i) => (number * 7919 + i * i) % 100_003).join(' ')
  }
}

export function countTokens(texts: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const [token] of texts.join('\n').matchAll(TOKEN)) counts.set(token, (counts.get(token) ?? 0) + 1)
  return counts
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
