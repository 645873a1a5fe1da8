// The rules of uap-core are a file of YAML. A single executable has no such file, so the bundle has them as JSON.
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Plugin } from 'esbuild'
import { parse } from 'yaml'

const reading =
  /parseRules\(readFileSync\(createRequire\(import\.meta\.url\)\.resolve\('(uap-core\/regexes\.yaml)'\)\)\)/u

export const userAgentRules: Plugin = {
  name: 'user-agent-rules',
  setup(build) {
    build.onLoad({ filter: /\/user-agents\/read-rules\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8')
      const [, file] = reading.exec(text) ?? []
      if (file === undefined) throw new Error(`${path} does not read the rules as expected; adapt packaging/ to it`)
      const contents = `import rules from '${file}'\n${text.replace(reading, () => 'rules as WrittenRules')}`
      return { contents, loader: 'ts', resolveDir: dirname(path) }
    })
    build.onLoad({ filter: /\/uap-core\/regexes\.yaml$/ }, async ({ path }) => {
      const rules = parse(await readFile(path, 'utf8')) as unknown
      return { contents: `export default JSON.parse(${JSON.stringify(JSON.stringify(rules))})`, loader: 'js' }
    })
  },
}
