import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { runProgram } from '../../helpers/process/command-line.ts'

const PIPELINE = [
  { grok: { field: 'message', patterns: ['^%{WORD:method} %{NOTSPACE:path} %{INT:status:int}$'], tag: 'access' } },
  { rename: { field: 'path', target_field: 'url.path', if: 'ctx.status >= 400' } },
]
const INPUT = 'GET /a 200\n\nGET /b 404\nGET /c x\n'

async function writeConfig(t: ExecutionContext, replaced: object = {}): Promise<string> {
  const path = join(await makeTempDir(t), 'collector.json')
  const config = { listen: '127.0.0.1:0', tls: false, store: { type: 'embedded' }, pipeline: PIPELINE, ...replaced }
  await writeFile(path, JSON.stringify(config))
  return path
}

test('lines pass the pipeline as they would in the collector', async t => {
  const { code, out, err } = await runProgram(['pipeline', 'run', '--config', await writeConfig(t)], INPUT)
  t.is(code, 2)
  t.is(err, '2 stored, 0 dropped, 1 failed\n')
  const documents = out
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Record<string, unknown>)
  for (const document of documents) t.regex(String(document['@timestamp']), /^\d{4}-.*Z$/u)
  t.like(documents[0], { message: 'GET /a 200', method: 'GET', path: '/a', status: 200 })
  t.like(documents[1], { method: 'GET', url: { path: '/b' }, status: 404 })
  t.like(documents[2], { message: 'GET /c x', tags: ['pipeline_failure'] })
})

test('a trace has the effect of each step, and how far a pattern came', async t => {
  const { out } = await runProgram(['pipeline', 'run', '--config', await writeConfig(t), '--trace', '--suggest'], INPUT)
  t.is(
    out.replaceAll(/\d+\.\d+ ms/gu, 'TIME'),
    [
      'GET /a 200',
      '  pipeline[0].grok (access)  passed  TIME',
      '    + method = "GET"',
      '    + path = "/a"',
      '    + status = 200',
      '  pipeline[1].rename  skipped: not ctx.status >= 400  TIME',
      'stored',
      '',
      'GET /b 404',
      '  pipeline[0].grok (access)  passed  TIME',
      '    + method = "GET"',
      '    + path = "/b"',
      '    + status = 404',
      '  pipeline[1].rename  passed  TIME',
      '    - path',
      '    + url.path = "/b"',
      'stored',
      '',
      'GET /c x',
      '  pipeline[0].grok (access)  failed: Provided Grok expressions do not match field value: [GET /c x]  TIME',
      '    pattern 0 matches up to ^%{WORD:method} %{NOTSPACE:path} , and then not %{INT:status:int} at character 8:',
      '      GET /c ▶x',
      'stored as received: Provided Grok expressions do not match field value: [GET /c x]',
      '',
      '1 of 1 lines match this pattern; give its fields better names:',
      '{"grok":{"field":"message","patterns":["^%{WORD:word} /%{WORD:word2} %{WORD:word3}$"]}}',
      '',
    ].join('\n'),
  )
})

test('lines may be whole events', async t => {
  const event = '{"message":"GET /a 200","n":1.0,"big":12345678901234567890}\n[]\n'
  const args = ['pipeline', 'run', '--config', await writeConfig(t), '--documents']
  const { out, err } = await runProgram(args, event)
  t.is(out, '{"message":"GET /a 200","n":1.0,"big":12345678901234567890,"method":"GET","path":"/a","status":200}\n')
  t.is(err, 'not an event: the document is not a JSON object\n1 stored, 0 dropped, 1 failed\n')
})

/** Exponential on a text that does not end as it should. */
const HANGS = '^(?:a+)+$'
const HANGING = {
  pipelineTimeout: '300ms',
  pipeline: [
    { set: { field: 'seen', value: 1 } },
    { grok: { field: 'message', patterns: ['^%{INT:n}$', HANGS], tag: 'slow' } },
  ],
}
const OVER_TIME = `the event took longer than 300 ms, in the pattern ${HANGS}`

test('a pattern that hangs costs its line its fields, and is named', async t => {
  const input = `1\n${'a'.repeat(40)}!\n2\n`
  const { code, out, err } = await runProgram(
    ['pipeline', 'run', '--config', await writeConfig(t, HANGING), '--suggest'],
    input,
  )
  t.is(code, 2)
  t.is(err, '2 stored, 0 dropped, 1 failed\n')
  const [first, second, third, ...proposals] = out.trim().split('\n')
  const documents = [first, second, third].map(line => JSON.parse(line ?? '') as Record<string, unknown>)
  t.like(documents[0], { n: '1', seen: 1 })
  t.like(documents[1], {
    message: `${'a'.repeat(40)}!`,
    seen: undefined,
    tags: ['pipeline_failure', 'pipeline_timeout'],
    error: { type: 'pipeline_timeout', message: `pipeline[1].grok: ${OVER_TIME}` },
  })
  t.like(documents[2], { n: '2', seen: 1 })
  t.is(proposals.length, 2)
})

test('the trace of an event that hangs ends at the processor', async t => {
  const input = `${'a'.repeat(40)}!\n`
  const args = ['pipeline', 'run', '--config', await writeConfig(t, HANGING), '--trace']
  const { out } = await runProgram(args, input)
  t.deepEqual(out.replaceAll(/\d+\.\d+ ms/gu, 'TIME').split('\n'), [
    `${'a'.repeat(40)}!`,
    '  pipeline[0].set  passed  TIME',
    '    + seen = 1',
    `  pipeline[1].grok (slow)  ended: ${OVER_TIME}`,
    `stored as received: ${OVER_TIME}`,
    '',
    '',
  ])
})
