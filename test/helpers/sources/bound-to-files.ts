import { transformSync } from 'esbuild'

interface Rule {
  readonly pattern: RegExp
  readonly why: string
  /** Sources, by their path from src/, that may. */
  readonly except?: readonly string[]
}

const inPlace = 'a single executable has no files beside its sources'
const byName = 'only what is imported by its name is bundled'
const ownStart = 'selfCommand knows both forms'
/** packaging/user-agent-rules.ts puts data in the place of the call, and fails where it does not find it. */
const replaced = 'pipeline/user-agents/read-rules.ts'

/** Of the code as esbuild writes it: no comments, no types, one way to write texts and spaces. */
const rules: readonly Rule[] = [
  { pattern: /\bimport\.meta\b(?!\.(?:main|url)\b).{0,12}/, why: inPlace },
  { pattern: /\b__(?:dirname|filename)\b/, why: inPlace },
  {
    pattern: /(?<!new URL\("worker\.ts", )import\.meta\.url/,
    why: `${inPlace}; only a worker's name is put together from it`,
    except: [replaced],
  },
  {
    pattern: /import\.meta\.url/,
    why: 'a worker has to be listed in packaging/bundle.ts and here',
    except: [
      'stores/embedded/store.ts',
      'registry/registry-thread.ts',
      'delivery/letters/dead-letters.ts',
      'workers/frame-workers.ts',
      'pipeline/pipeline-sink.ts',
      replaced,
    ],
  },
  { pattern: /\bWorker\b/, why: 'startWorker finds the script in either form', except: ['workers/start-worker.ts'] },
  {
    pattern: /\bcreateRequire\b|\brequire\b|\bgetBuiltinModule\b|"(?:node:)?module"/,
    why: byName,
    except: [replaced],
  },
  { pattern: /\bimport\((?!"[^"]*"\)).{0,20}/, why: byName },
  {
    pattern: /\beval\(|\bFunction\(|"(?:node:)?vm"/,
    why: 'code comes from the bundle alone',
    // One looks up a function of V8, `gc`, which a context that existed before its flag does not have; the other one calls a
    // function of the bundle with a limit.
    except: ['lumberjack/receive/short-lived-bytes.ts', 'cli/pipeline/time-limit.ts'],
  },
  { pattern: /\bprocess\.dlopen\b|\.node"/, why: 'a native module is a file' },
  { pattern: /\bexecPath\b|\bexecArgv\b|\bargv0\b/, why: ownStart, except: ['demo/role-process.ts'] },
  {
    pattern: /\bargv\b(?!\.slice\(2\))/,
    why: ownStart,
    except: ['demo/role-process.ts', 'cli/completion/fish.ts'],
  },
  { pattern: /\bfork\b/, why: `fork starts Node with a file; ${ownStart}` },
  {
    pattern: /\b(?:spawn|exec|execFile)(?:Sync)?\(\s*["'`](?:node|npm|npx|forwarder|\S*bin\/forwarder)\b/,
    why: `the machine may not have it; ${ownStart}`,
  },
]

/** Gives a sentence for each thing in a source that would not work, or not be found, in a single executable. */
export function findBoundToFiles(path: string, text: string): string[] {
  const { code } = transformSync(text, { loader: 'ts', format: 'esm', target: 'esnext', legalComments: 'none' })
  return rules.flatMap(({ pattern, why, except = [] }) => {
    const found = except.includes(path) ? null : pattern.exec(code)
    return found === null ? [] : [`${path} has ${found[0]}: ${why}`]
  })
}
