import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../../..')

/** The text of a unit in `systemd/`. */
export async function readUnit(name: string): Promise<string> {
  return await readFile(join(root, 'systemd', name), 'utf8')
}

/** The drop-in of docs/systemd.md whose first line says that it is this file, such as `forwarder.service.d/groups.conf`. */
export async function readDocumentedDropIn(name: string): Promise<string> {
  const page = await readFile(join(root, 'docs/systemd.md'), 'utf8')
  for (const [, text = ''] of page.matchAll(/^```ini\n(.*?)^```/gmsu))
    if (text.startsWith(`# /etc/systemd/system/${name}`)) return text
  throw new Error(`docs/systemd.md has no drop-in ${name}`)
}

/** The setting that docs/systemd.md shows in a line of its own, such as `tls`. */
export async function readDocumentedSetting(name: string): Promise<unknown> {
  const page = await readFile(join(root, 'docs/systemd.md'), 'utf8')
  const [, value] = new RegExp(String.raw`^    "${RegExp.escape(name)}": (.*)$`, 'mu').exec(page) ?? []
  if (value === undefined) throw new Error(`docs/systemd.md shows no setting ${name}`)
  return JSON.parse(value)
}

/** A drop-in with the credential that a unit has in a comment. */
export async function readOfferedCredential(unit: string, name: string): Promise<string> {
  const [, line] =
    new RegExp(String.raw`^#(LoadCredential=${RegExp.escape(name)}:.*)$`, 'mu').exec(await readUnit(unit)) ?? []
  if (line === undefined) throw new Error(`${unit} offers no credential ${name}`)
  return `[Service]\n${line}\n`
}
