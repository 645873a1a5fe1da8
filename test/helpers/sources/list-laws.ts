// `make laws`: the title of every test, by file, without running any. AVA is replaced by something that only takes titles.
import { glob } from 'node:fs/promises'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const root = join(import.meta.dirname, '../../..')
const titleTaker = new URL('./title-taker.ts', import.meta.url).href

/** The titles of a test file, in their order. */
export interface FileLaws {
  /** From the checkout. */
  readonly path: string
  readonly titles: readonly string[]
}

/** Loads every test file. It has to be called before anything in the process has loaded AVA. */
export async function listLaws(patterns: readonly string[]): Promise<FileLaws[]> {
  const hooks = registerHooks({
    resolve: (name, context, next) => (name === 'ava' ? { url: titleTaker, shortCircuit: true } : next(name, context)),
  })
  const { takeTitles } = await import('./title-taker.ts')
  const laws: FileLaws[] = []
  for (const path of (await Array.fromAsync(glob([...patterns], { cwd: root }))).toSorted()) {
    await import(pathToFileURL(join(root, path)).href)
    laws.push({ path, titles: takeTitles() })
  }
  hooks.deregister()
  return laws
}

if (import.meta.main) {
  const patterns = process.argv.length > 2 ? process.argv.slice(2) : ['test/**/*.test.ts']
  const laws = await listLaws(patterns)
  const text = laws.map(({ path, titles }) => `${path}\n${titles.map(title => `  ${title}\n`).join('')}`).join('\n')
  await new Promise(resolve => process.stdout.write(text, resolve))
  process.exit() // some test files hold something open from the moment that they are loaded
}
