// Compiles the chunks in a directory, beside them: node --predictable packaging/code-cache.ts DIR
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Script } from 'node:vm'
import { CODE_CACHE } from './chunk-names.ts'

const [dir = ''] = process.argv.slice(2)
for (const name of readdirSync(dir)) {
  const script = new Script(readFileSync(join(dir, name), 'latin1'), { filename: `./${name}` })
  writeFileSync(join(dir, `${name}${CODE_CACHE}`), script.createCachedData())
}
