import { execFile } from 'node:child_process'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import test, { type ExecutionContext } from 'ava'
import { cutLines } from '../../../src/files/read/line-splitter.ts'
import { joinRecords } from '../../../src/files/read/records/join-records.ts'
import { makeLineTexts } from '../../../src/files/read/records/line-texts.ts'
import { rulesOf } from '../../../src/files/read/records/record-rules.ts'
import type { ReadyMadeName } from '../../../src/patterns/ready-made-names.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

const run = promisify(execFile)
const fixtures = join(import.meta.dirname, '../../fixtures/traces')
const root = join(import.meta.dirname, '../../..')

interface Program {
  readonly name: ReadyMadeName
  readonly needs?: readonly [command: string, debianPackage: string]
  readonly law: string
  /** Runs it in a directory with its source, and gives what it prints to stderr. */
  readonly print: (dir: string) => Promise<string>
  /** The first lines of its records, without times and numbers of processes. */
  readonly heads: readonly string[]
}

/** What a program prints that may end with an error. */
async function printed(command: string, args: readonly string[], cwd: string): Promise<string> {
  const { stderr } = await run(command, args, { cwd, timeout: 20_000 }).catch(
    (error: unknown) => error as { readonly stderr: string },
  )
  return stderr
}

function recordsOf(output: string, name: ReadyMadeName): readonly string[] {
  const bytes = Buffer.from(output)
  const lines = cutLines(bytes, { maxLineBytes: 1e6, startsInsideLine: false, tail: 'open', maxLines: Infinity })
  const settings = { multiline: { how: name, maxLines: 500, maxBytes: 1e6, timeoutMs: 5000 } }
  const textOf = makeLineTexts(bytes, { utf16: undefined })
  const how = { rules: rulesOf(settings), textOf, maxRecords: Infinity, isFlushed: true, isLeavingOut: false }
  const { ends } = joinRecords(lines, how)
  return [...ends].map((end, i) => bytes.toString('utf8', ends[i - 1] ?? 0, end))
}

function headOf(record: string): string {
  const [head = ''] = record.split('\n')
  return head
    .replace(/^\[?\d{2,4}[-/]\w{2,3}[-/]\d{2,4} [\d:,]+(?: UTC\])? /, '')
    .replace(/\[\d{4}-[\dT:.-]+ #\d+\]/, '[…]')
    .replace(/^[A-Z][a-z]{2} \d+, \d{4} [\d:]+ [AP]M /, '')
    .replace(/\(node:\d+\)/, '(node)')
    .replaceAll(/ \/\S*\/| \/\S*\//g, ' ')
    .replace(/^\/\S*\//, '')
}

const GO_HEADS = [
  'starting',
  'http: panic serving 127.0.0.1: runtime error: index out of range [3] with length 0',
  'after the panic of a handler',
  'recovered: runtime error: index out of range [1] with length 0',
  'after the stack',
]

function goProgram(how: string, heads: readonly string[]): Program {
  return {
    name: 'go',
    needs: ['go', 'golang-go'],
    law: `the traces of a program in Go that ends with ${how} are one record each`,
    print: async dir => {
      // With C, Go does not find a deadlock.
      const env = { ...process.env, CGO_ENABLED: '0' }
      await run('go', ['build', '-o', 'traces', 'traces.go'], { cwd: dir, env })
      return (await printed('./traces', [how], dir)).replace(/127\.0\.0\.1:\d+/, '127.0.0.1')
    },
    heads,
  }
}

const programs: readonly Program[] = [
  {
    name: 'java',
    needs: ['javac', 'openjdk-17-jdk-headless'],
    law: 'the traces of a program in Java, with causes, suppressed and circular ones, are one record each',
    print: async dir => {
      await run('javac', ['Traces.java'], { cwd: dir })
      return await printed('java', ['Traces'], dir)
    },
    heads: [
      '2026-11-28 INFO starting',
      '2026-11-28 ERROR failed',
      'java.lang.RuntimeException: outer',
      '2026-11-28 INFO next',
      '2026-11-28 ERROR suppressed',
      'Traces main',
      '2026-11-28 ERROR circle',
      '2026-11-28 INFO end',
      'Exception in thread "main" java.lang.RuntimeException: outer',
    ],
  },
  {
    name: 'python',
    needs: ['python3', 'python3-minimal'],
    law: 'the traces of a program in Python, with chains and groups of exceptions, are one record each',
    print: async dir => await printed('python3', ['traces.py'], dir),
    heads: [
      'WARNING starting',
      'ERROR failed',
      'ERROR failed',
      'ERROR failed',
      'WARNING between',
      'ERROR group',
      'WARNING next',
      'ERROR syntax',
      'WARNING end',
    ],
  },
  {
    name: 'ruby',
    needs: ['ruby', 'ruby'],
    law: 'the traces of a program in Ruby, with causes and code, are one record each',
    print: async dir => await printed('ruby', ['traces.rb'], dir),
    heads: [
      'I, […]  INFO -- : starting',
      'E, […] ERROR -- : outer (RuntimeError)',
      'I, […]  INFO -- : between',
      'E, […] ERROR -- : outer (RuntimeError)',
      "traces.rb:4:in `rescue in outer': outer (RuntimeError)",
      'I, […]  INFO -- : before the crash',
      "traces.rb:11:in `<main>': undefined method `foo' for nil:NilClass (NoMethodError)",
      'I, […]  INFO -- : end',
      "traces.rb:4:in `rescue in outer': outer (RuntimeError)",
    ],
  },
  {
    name: 'node',
    law: 'the traces of a program for Node, with causes, members and the code of a crash, are one record each',
    print: async dir => await printed(process.execPath, ['traces.cjs'], dir),
    heads: [
      '2026-11-28 starting',
      '2026-11-28 failed Error: outer',
      '2026-11-28 next',
      'Error: outer',
      'AggregateError: many',
      'Error: with members',
      '2026-11-28 end',
      '(node) DeprecationWarning: careful',
      '(Use `node --trace-deprecation ...` to show where the warning was created)',
      'traces.cjs:8',
    ],
  },
  {
    name: 'php',
    needs: ['php', 'php-cli'],
    law: 'the traces of a program in PHP, with the exceptions before, are one record each',
    print: async dir => await printed('php', ['traces.php'], dir),
    heads: [
      'starting',
      'InvalidArgumentException: inner in traces.php:3',
      'between',
      'PHP Warning:  Undefined variable $undefined in traces.php on line 8',
      'end',
      'PHP Fatal error:  Uncaught InvalidArgumentException: inner in traces.php:3',
    ],
  },
  goProgram('panic', [...GO_HEADS, 'panic: runtime error: index out of range [5] with length 1 [recovered]']),
  goProgram('nil', [...GO_HEADS, 'panic: runtime error: invalid memory address or nil pointer dereference']),
  goProgram('deadlock', ['starting', 'fatal error: all goroutines are asleep - deadlock!']),
]

const joined = test.macro<[Program]>({
  async exec(t: ExecutionContext, { name, needs, print, heads }) {
    t.timeout(400_000)
    if (needs !== undefined) await run(join(root, 'test/prepare'), ['--only', ...needs])
    const dir = await makeTempDir(t)
    for (const file of ['Traces.java', 'traces.py', 'traces.rb', 'traces.cjs', 'traces.php', 'traces.go'])
      await copyFile(join(fixtures, file), join(dir, file))
    const records = recordsOf(await print(dir), name)
    t.deepEqual(records.map(headOf), heads, records.join('\n----\n'))
  },
  title: (_, { law }) => law,
})

for (const program of programs) test.serial(joined, program)
