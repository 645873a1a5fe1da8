import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import test, { type ExecutionContext } from 'ava'
import { buildTree, listNodes } from '../../../src/cli/program/command-facts.ts'
import { COMMAND_SET } from '../../../src/cli/command-set.ts'
import { runInside, runProgram } from '../../helpers/process/command-line.ts'
import { type Ask, askBash, askBashWithPackage, askFish, askZsh } from '../../helpers/process/shells.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

const nodes = listNodes(buildTree(COMMAND_SET))

/** The typed text, and all completions of it. */
const rows: readonly (readonly [line: string, offered: readonly string[]])[] = [
  ['forwarder c', ['ca', 'check', 'collector', 'completion']],
  ['forwarder ca issue server --d', ['--days', '--dir']],
  ['forwarder check --config c', ['conf 2.json', 'conf1.json', 'conf.d'].toSorted()],
  ['forwarder --config conf1', ['conf1.json']],
  ['forwarder ca create --dir ', ['conf.d', 'other']],
  ['forwarder migrate filebeat --registry o', ['other']],
  ['forwarder ca token create --name a --for ', ['agent', 'collector']],
  ['forwarder completion ', ['bash', 'fish', 'zsh']],
  ['forwarder collector --config conf1.json --q', ['--quiet']],
  ['forwarder search check --config conf1.json --js', ['--json']],
  ['forwarder search --limit ', []],
  ...nodes.flatMap(({ words, options, children }) => {
    const line = ['forwarder', ...words].join(' ')
    const names = options.map(({ name }) => name).toSorted()
    const below = children.map(child => child.words.at(-1) ?? '').toSorted()
    return [[`${line} --`, names], ...(below.length === 0 ? [] : [[`${line} `, below] as const])] as const
  }),
]

async function makeScene(t: ExecutionContext, shell: string) {
  const [dir, home] = [await makeTempDir(t), await makeTempDir(t)]
  for (const name of ['conf1.json', 'conf 2.json']) await writeFile(join(dir, name), '{}')
  for (const name of ['conf.d', 'other']) await mkdir(join(dir, name))
  const script = join(home, 'script')
  const { code, out, err } = await runProgram(['completion', shell])
  t.deepEqual([code, err], [0, ''])
  await writeFile(script, out)
  return { dir, home, script }
}

const completes = test.macro<[string, Ask]>({
  title: (name = '') => `${name} offers commands, options, values and files`,
  async exec(t, shell, ask) {
    const offered = await ask(
      await makeScene(t, shell),
      rows.map(([line]) => line),
    )
    t.deepEqual([...offered], rows)
  },
})

test('bash', completes, 'bash', askBash)
test('bash with bash-completion', completes, 'bash', askBashWithPackage)
test('zsh', completes, 'zsh', askZsh)
test('fish', completes, 'fish', askFish)

const offers = test.macro<[Ask, string, readonly string[]]>(async (t, ask, line, expected) => {
  const offered = await ask(await makeScene(t, 'bash'), [line])
  t.deepEqual(offered.get(line), expected)
})

test('bash completes options with one dash, as in logstash-forwarder', offers, askBash, 'forwarder -config conf1', [
  'conf1.json',
])
test('bash completes a value after an equals sign', offers, askBash, 'forwarder ca token create --for=', [
  '--for=agent',
  'collector',
])

test('completion scripts exist for bash, zsh and fish only', async t => {
  const { code, err } = await runInside(['completion', 'tcsh'])
  t.is(code, 1)
  t.regex(err, /completion takes bash, zsh, fish, not "tcsh"/u)
})

test('shellcheck finds nothing in the completion script of bash', async t => {
  const { script } = await makeScene(t, 'bash')
  const { stdout } = await promisify(execFile)('shellcheck', ['--shell=bash', script])
  t.is(stdout, '')
})
