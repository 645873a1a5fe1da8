import anyTest, { type ExecutionContext, type TestFn } from 'ava'
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Page, renderPages } from '../../../packaging/man/pages.ts'
import { fold, formatInline, page } from '../../../packaging/man/roff.ts'
import { buildTree, listNodes } from '../../../src/cli/program/command-facts.ts'
import { COMMAND_SET } from '../../../src/cli/command-set.ts'
import { listOldOptions } from '../../../src/cli/program/logstash-forwarder-arguments.ts'
import { agentSchema } from '../../../src/config/schema/agent-schema.ts'
import { authoritySchema } from '../../../src/config/schema/ca-serve-schema.ts'
import { collectorSchema } from '../../../src/config/schema/collector-schema.ts'
import type { SchemaNode } from '../../../src/config/schema/schema-node.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

interface Context {
  readonly pages: readonly Page[]
}

const test = anyTest as TestFn<Context>
const run = promisify(execFile)

test.before(async t => {
  process.env['SOURCE_DATE_EPOCH'] = '1795000000'
  t.context = { pages: await renderPages() }
})

async function write(t: ExecutionContext<Context>, { file, text }: Pick<Page, 'file' | 'text'>): Promise<string> {
  const path = join(await makeTempDir(t), file)
  await writeFile(path, text)
  return path
}

/** What a reader sees in a terminal of 80 columns. */
async function read(t: ExecutionContext<Context>, given: Pick<Page, 'file' | 'text'>): Promise<string> {
  const env = { PATH: process.env['PATH'], MANWIDTH: '80', MAN_KEEP_FORMATTING: '', LC_ALL: 'C.UTF-8', TERM: 'dumb' }
  const { stdout } = await run('man', ['--local-file', await write(t, given)], { env })
  return stdout
}

async function readPage(t: ExecutionContext<Context>, section: number): Promise<string> {
  const found = t.context.pages.find(candidate => candidate.section === section)
  if (found === undefined) throw new Error(`there is no page of section ${section}`)
  return await read(t, found)
}

test('groff, man and mandoc report nothing about the man pages', async t => {
  for (const given of t.context.pages) {
    const path = await write(t, given)
    const groff = await run('groff', ['-man', '-ww', '-Tutf8', '-z', path])
    t.is(groff.stderr, '')
    const man = await run('man', ['--warnings=w', '--local-file', path], { env: { ...process.env, LC_ALL: 'C.UTF-8' } })
    t.is(man.stderr, '')
    // It ends with another code than 0 where it finds the slightest matter of style.
    const lint = await run('mandoc', ['-Tlint', path]).catch((error: unknown) => error as { stdout: string })
    t.is(lint.stdout, '')
  }
})

test('apropos finds the man pages', async t => {
  for (const given of t.context.pages) {
    const { stdout } = await run('lexgrog', [await write(t, given)])
    t.true(stdout.includes(`"${given.file.slice(0, -2)} - `), stdout)
  }
})

test('a rendered man page contains no roff, and no line is wider than the terminal', async t => {
  for (const given of t.context.pages) {
    const text = await read(t, given)
    t.true(text.length > 5000)
    for (const line of text.split('\n')) {
      t.true(line.length <= 80, line)
      t.notRegex(line, /^\s*\.[A-Z]{2}\b|\\[-f(&~[|e]|`/u)
    }
  }
})

test('forwarder(1) has each command with each of its options', async t => {
  const text = await readPage(t, 1)
  for (const { words, options } of listNodes(buildTree(COMMAND_SET)).slice(1)) {
    const [, section] = text.split(new RegExp(`^ {3}${words.join(' ')}(?: [<[].*)?$`, 'mu'))
    if (section === undefined) {
      t.fail(`${words.join(' ')} is missing`)
      continue
    }
    const [own = ''] = section.split(/^ {0,3}\S/mu)
    for (const { name } of options.filter(option => option.name !== '--help')) {
      t.regex(own, new RegExp(`^ {7}${name}(?: |$)`, 'mu'), words.join(' '))
    }
  }
  t.regex(text, /^OPTIONS OF EVERY COMMAND\n +-h, --help\n.*\n\n +--version$/mu)
})

test("forwarder(1) has logstash-forwarder's options, the exit codes and the signals", async t => {
  const text = await readPage(t, 1)
  for (const { names } of listOldOptions()) {
    for (const name of names) t.regex(text, new RegExp(`^ {7}(?:-.*, )?-${name}(?:[ ,]|$)`, 'mu'))
  }
  for (const code of [0, 1, 2, 3]) t.regex(text, new RegExp(`^ {7}${code} {6}[A-Z]`, 'mu'))
  t.regex(text, /^ {7}SIGTERM, SIGINT$[^]*^ {7}SIGHUP /mu)
})

test('forwarder.json(5) has each setting of each role', async t => {
  const [, ...roles] = (await readPage(t, 5)).split(/^THE (?=AGENT|COLLECTOR|AUTHORITY)/mu)
  const schemas = { AGENT: agentSchema, COLLECTOR: collectorSchema, AUTHORITY: authoritySchema }
  for (const [name, schema] of Object.entries(schemas)) {
    const text = roles.find(role => role.startsWith(name)) ?? ''
    const keys = listKeys(schema as SchemaNode)
    t.true(keys.size > 10)
    for (const key of keys) {
      const tag = RegExp.escape(/^\w+$/u.test(key) ? key : `"${key}"`)
      t.regex(text, new RegExp(`^ {7}${tag}(?: |$)`, 'mu'), `${name} ${key}`)
    }
  }
})

function listKeys(schema: SchemaNode): Set<string> {
  const inner = [...(schema.anyOf ?? []), ...(schema.items ? [schema.items] : [])]
  const properties = Object.entries(schema.properties ?? {})
  return new Set([
    ...properties.flatMap(([key, property]) => [key, ...listKeys(property)]),
    ...inner.flatMap(part => [...listKeys(part)]),
  ])
}

const nasty = [
  String.raw`.SH not a heading`,
  String.raw`'ig not a request`,
  String.raw`\fBnot bold\fR \(em \*[x] \n(.l \e \" not a comment`,
  'a "quoted" word, $HOME, ${NAME}, 100 % of #them & <tags> | \\',
  '-- --option -x a-b ~/.config ^caret it’s … – ü 😀',
  '@, !, ;, (, ), [, ], {, }, =, +, /, *',
]

test('any characters in a text are rendered unchanged', async t => {
  const body = nasty.map(text => `.PP\n${fold(formatInline(text))}`)
  const head = { name: 'x', section: 1, date: '2026-01-01', version: '1', manual: 'm' }
  const text = await read(t, { file: 'x.1', text: page(head, ['.SH NAME', 'x \\- y', '.SH TEXT', ...body]) })
  const paragraphs = text.split(/\n\n+/u).map(part => part.trim().replaceAll(/\s+/gu, ' ').replaceAll('‐', '-'))
  for (const line of nasty)
    t.true(
      paragraphs.some(part => part.replace(/^TEXT /u, '') === line.trim()),
      `${line}\n${text}`,
    )
})
