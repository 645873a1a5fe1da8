interface Rule {
  readonly pattern: RegExp
  readonly why: string
  /** Sources, by their path from src/, that may. */
  readonly except?: readonly string[]
}

const inPlace = 'a single executable has no files beside its sources'

const rules: readonly Rule[] = [
  { pattern: /\bimport\.meta\.(?!main\b|url\b)\w+/, why: inPlace },
  { pattern: /\b__(dirname|filename)\b/, why: inPlace },
  {
    pattern: /(?<!new URL\('worker\.ts', )import\.meta\.url/,
    why: `${inPlace}; only a worker's name is put together from it`,
  },
  {
    pattern: /import\.meta\.url/,
    why: 'a worker has to be listed in packaging/bundle.ts and here',
    except: ['stores/embedded/store.ts', 'registry/write-loop.ts'],
  },
  { pattern: /\bnew Worker\(/, why: 'startWorker finds the script in either form', except: ['sqlite/start-worker.ts'] },
  { pattern: /\bcreateRequire\b/, why: 'only what is imported by name is bundled' },
  { pattern: /\bimport\((?!\s*['"])/, why: 'only what is imported by name is bundled' },
  { pattern: /\bprocess\.execPath\b/, why: 'selfCommand knows both forms', except: ['cli/demo/role-process.ts'] },
]

/** Gives a sentence for each thing in a source that would not work, or not be found, in a single executable. */
export function findBoundToFiles(path: string, text: string): string[] {
  const code = text.replace(/^\s*(\/\/|\*|\/\*).*$/gm, '')
  return rules.flatMap(({ pattern, why, except = [] }) => {
    const found = except.includes(path) ? null : pattern.exec(code)
    return found === null ? [] : [`${path} has ${found[0]}: ${why}`]
  })
}
