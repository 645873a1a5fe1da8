import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'
import { type Spoken, runInside } from '../../../helpers/process/command-line.ts'

const LINE = '10.0.0.1 GET /a 200'
const OUTPUT = { message: LINE, source: { ip: '10.0.0.1' }, method: 'GET', path: '/a', status: 200 }
const PIPELINE = [
  { grok: { field: 'message', patterns: ['^%{IPV4:source.ip} %{WORD:method} %{NOTSPACE:path} %{INT:status:int}$'] } },
  { rename: { field: 'path', target_field: 'url.path', if: "ctx.method == 'POST'" } },
]

async function runFile(t: ExecutionContext, file: object, more: readonly string[] = []): Promise<Spoken> {
  const directory = await makeTempDir(t)
  const path = join(directory, 'cases.json')
  await writeFile(path, JSON.stringify(file))
  const config = { listen: '127.0.0.1:0', tls: false, store: { type: 'embedded' }, pipeline: PIPELINE }
  await writeFile(join(directory, 'collector.json'), JSON.stringify(config))
  return await runInside(['pipeline', 'test', path, ...more])
}

test('cases that come out as expected pass', async t => {
  const cases = [
    { name: 'a line', input: LINE, output: OUTPUT },
    { input: { message: LINE, kept: 1 }, output: { ...OUTPUT, kept: 1 } },
    { name: 'nonsense', input: 'x', failure: 'do not match' },
    { input: 'x', failure: true },
  ]
  const passed = 'passed a line\npassed cases[1]\npassed nonsense\npassed cases[3]\n4 of 4 cases passed\n'
  t.like(await runFile(t, { pipeline: PIPELINE, cases }), { code: 0, out: passed, err: '' })
  t.like(await runFile(t, { config: 'collector.json', cases }), { code: 0, out: passed })
})

test('a case that comes out otherwise fails, and every field that differs is named', async t => {
  const output = { message: `${LINE}1`, source: { ip: '10.0.0.1', port: 1 }, method: 'GET', status: 200.5 }
  const { code, out } = await runFile(t, { pipeline: PIPELINE, cases: [{ name: 'a', input: LINE, output }] })
  t.is(code, 2)
  t.is(
    out,
    [
      'failed a',
      '       message: expected "10.0.0.1 GET /a 2001", but is "10.0.0.1 GET /a 200" (they differ from character 20)',
      '       source.port: expected 1, but there is none',
      '       status: expected 200.5, but is 200',
      '       path: not expected, but is "/a"',
      '0 of 1 cases passed',
      '',
    ].join('\n'),
  )
})

test('an event that is stored, dropped or failed against the expectation fails its case', async t => {
  const cases = [
    { name: 'a', input: LINE, dropped: true },
    { name: 'b', input: 'x', output: {} },
    { name: 'c', input: 'x', failure: 'something else' },
    { name: 'd', input: LINE, output: OUTPUT, index: 'logs' },
  ]
  const { code, out } = await runFile(t, { pipeline: PIPELINE, cases })
  t.is(code, 2)
  const reason = 'Provided Grok expressions do not match field value: [x]'
  t.deepEqual(
    out
      .split('\n')
      .filter(line => line.startsWith(' '))
      .map(line => line.trim()),
    [
      'expected that the event is dropped, but it is stored',
      `expected that the event is stored, but it is failed: ${reason}`,
      `expected a failure with "something else", not: ${reason}`,
      'expected the index "logs", not that of the store',
    ],
  )
})

test('fields may be left out of the comparison, and 1 and 1.0 differ', async t => {
  const cases = [{ input: { message: LINE, a: { b: 1, c: 2 } }, output: { ...OUTPUT, a: { c: 2 } } }]
  t.is((await runFile(t, { pipeline: PIPELINE, ignore: ['a.b', 'none'], cases })).code, 0)
  const directory = await makeTempDir(t)
  const path = join(directory, 'cases.json')
  await writeFile(path, '{"pipeline":[],"cases":[{"input":{"a":1.0},"output":{"a":1}}]}')
  t.regex((await runInside(['pipeline', 'test', path])).out, /a: expected 1, but is 1\.0/u)
})

const refused = test.macro<[object, RegExp]>({
  async exec(t, file, message) {
    const { code, err } = await runFile(t, file)
    t.is(code, 1)
    t.regex(err, message)
  },
  title: (_, file) => `the file ${JSON.stringify(file).slice(0, 90)} is refused`,
})

test(refused, [], /cases\.json: the file: expected an object/u)
test(refused, { pipeline: [] }, /expected "cases"/u)
test(refused, { cases: [{ input: 'x', dropped: true }] }, /neither "pipeline" nor "config"/u)
test(refused, { pipeline: [], cases: [{ input: 1, dropped: true }] }, /cases\[0\]: expected "input"/u)
test(refused, { pipeline: [], cases: [{ input: 'x' }] }, /cases\[0\]: expected one of "output"/u)
test(refused, { pipeline: [], cases: [{ input: 'x', outptu: {} }] }, /unknown member "outptu"/u)
test(
  refused,
  { pipeline: [{ gork: {} }], cases: [{ input: 'x', output: {} }] },
  /pipeline\[0\]: unknown processor "gork"/u,
)
test(refused, { pipeline: [], now: 'x', cases: [{ input: 'x', output: {} }] }, /"now" is not a time/u)
