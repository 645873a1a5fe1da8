import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface Licensed {
  readonly name: string
  readonly version: string
  readonly license?: string
  /** The directory of the installed package. */
  readonly dir: string
}

/** The licence texts of all packages, one after another. */
export async function renderLicences(packages: readonly Licensed[]): Promise<string> {
  const texts = await Promise.all(packages.map(renderOne))
  return `forwarder contains the following software.\n${texts.join('')}`
}

async function renderOne({ name, version, license, dir }: Licensed): Promise<string> {
  const files = (await readdir(dir)).filter(file => /^(licen[cs]e|notice|copying)/iu.test(file)).toSorted()
  const texts = await Promise.all(files.map(async file => await readFile(join(dir, file), 'utf8')))
  const body = texts.length > 0 ? texts.join('\n') : 'The package has no text of it.\n'
  return `\n${'='.repeat(80)}\n${name} ${version}: ${license ?? 'see below'}\n${'='.repeat(80)}\n\n${body.trimEnd()}\n`
}
