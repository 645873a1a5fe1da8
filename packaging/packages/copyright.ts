import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../bundle.ts'

interface Part {
  readonly name: string
  readonly license: string
  readonly text: string
}

const nodeAuthors = ['Node.js contributors, and the authors of the libraries that it brings']

/** Renders the licences that `make dist` collected in Debian's machine-readable form. Throws for a licence without a text. */
export async function renderCopyright(thirdParty: string): Promise<string> {
  const known = parseLicences(await readFile(join(root, 'packaging/debian/licences'), 'utf8'))
  const parts = parseParts(thirdParty)
  const used = ['Apache-2.0', ...new Set(parts.map(({ license }) => license).toSorted())]
  const texts = [...new Set(used)].map(license => {
    const text = known.get(license)
    if (text === undefined) throw new Error(`packaging/debian/licences has no text of ${license}: add it`)
    return text
  })
  return `${[header, ours, ...parts.map(renderPart), ...texts].join('\n\n')}\n`
}

/** The expression of all licences that rpm asks for. */
export function licenceExpression(thirdParty: string): string {
  const licenses = new Set(parseParts(thirdParty).map(({ license }) => (license === 'Node.js' ? 'MIT' : license)))
  return ['Apache-2.0', ...[...licenses].filter(license => license !== 'Apache-2.0').toSorted()].join(' AND ')
}

const header = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: forwarder
Comment: /usr/bin/forwarder holds Node.js and the libraries below. Their own
 texts, as they came with them, are in THIRD-PARTY-LICENSES.gz beside this file.`

const ours = `Files: *
Copyright: The forwarder authors
License: Apache-2.0`

function renderPart({ name, license, text }: Part): string {
  const holders = license === 'Node.js' ? nodeAuthors : findHolders(text)
  const lines = holders.length > 0 ? holders : [`The authors of ${name}`]
  return `Files: node_modules/${name}/*\nCopyright: ${lines.join('\n ')}\nLicense: ${license}`
}

function parseParts(thirdParty: string): readonly Part[] {
  const rule = '='.repeat(80)
  const pieces = thirdParty.split(`${rule}\n`).slice(1)
  const parts = new Map<string, Part>()
  for (let i = 0; i + 1 < pieces.length; i += 2) {
    const [, name = '', license = ''] = /^(\S+) \S+: (.+)\n$/u.exec(pieces[i] ?? '') ?? []
    if (name === '') throw new Error(`THIRD-PARTY-LICENSES has a heading of an unknown form: ${pieces[i]}`)
    const isNode = name.startsWith('node-linux-')
    const part = { name, license: isNode ? 'Node.js' : license, text: pieces[i + 1] ?? '' }
    parts.set(part.name, part)
  }
  return [...parts.values()]
}

/** Matches statements, but neither the words "copyright notice" in a licence nor the form at the end of the Apache licence. */
function findHolders(text: string): readonly string[] {
  const statements = text.matchAll(/^\s*Copyright (?:\(c\) |© )?((?!notice|and related|license)[^\n[{]+)$/gimu)
  const holders = [...statements].map(([, holder = '']) =>
    holder.replace(/[., ]*All rights reserved\.?\s*$/iu, '').trim(),
  )
  return [...new Set(holders)].filter(holder => /[A-Za-z]{3}/u.test(holder))
}

function parseLicences(text: string): ReadonlyMap<string, string> {
  const paragraphs = text.trimEnd().split('\n\n')
  return new Map(paragraphs.map(paragraph => [/^License: (.+)/u.exec(paragraph)?.[1] ?? '', paragraph]))
}
