/** One import of a source file. `target` is a path from src/ (`flow/pump.ts`), or a module's name. */
export interface Import {
  readonly from: string
  readonly target: string
  readonly isLocal: boolean
  readonly isTypeOnly: boolean
  /** `export … from`: a second door to what another file has. */
  readonly isPassedOn: boolean
}

const statements = [
  /^(import)\s+(type\s+(?!from\b))?(?:([^'"`;]+?)\s+from\s+)?['"]([^'"\n]+)['"]/gm,
  /^(export)\s+(type\s+)?(\*[^'"{;]*|\{[^}]*\})\s+from\s+['"]([^'"\n]+)['"]/gm,
]
const dynamic = /\bimport\(\s*['"]([^'"\n]+)['"]/g
const worker = /\bnew URL\(\s*['"](\.[^'"\n]+\.ts)['"]\s*,\s*import\.meta\.url/g

/** All imports of a file (static, dynamic, and the modules that it starts as workers). `from` is its path from src/. */
export function readImports(from: string, text: string): Import[] {
  const code = text.replace(/^\s*(\/\/|\*|\/\*).*$/gm, '')
  const found = statements
    .flatMap(pattern => [...code.matchAll(pattern)])
    .map(([, keyword, type, names = '', target = '']) => ({
      target,
      isTypeOnly: type !== undefined || hasOnlyInlineTypes(names),
      isPassedOn: keyword === 'export',
    }))
  const atRunTime = [...code.matchAll(dynamic), ...code.matchAll(worker)].map(([, target = '']) => ({
    target,
    isTypeOnly: false,
    isPassedOn: false,
  }))
  return [...found, ...atRunTime].map(entry => resolve(from, entry))
}

function hasOnlyInlineTypes(names: string): boolean {
  const list = /\{([^}]*)\}/
    .exec(names)?.[1]
    ?.split(',')
    .filter(name => name.trim() !== '')
  return list !== undefined && list.length > 0 && list.every(name => /^\s*type\s/.test(name))
}

function resolve(from: string, entry: { target: string; isTypeOnly: boolean; isPassedOn: boolean }): Import {
  const isLocal = entry.target.startsWith('.')
  const target = isLocal ? new URL(entry.target, `file:///${from}`).pathname.slice(1) : entry.target
  return { ...entry, from, target, isLocal }
}
