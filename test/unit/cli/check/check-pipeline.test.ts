import test from 'ava'
import { inspectPipeline } from '../../../../src/cli/check/check-pipeline.ts'

const RENAME = { rename: { field: 'a', target_field: 'b', tag: 'x' } }

test('a summary has the processors in their order', t => {
  const { summary, findings } = inspectPipeline(
    { pipeline: [RENAME, { rename: { field: 'b', target_field: 'c', on_failure: [RENAME] } }] },
    '/',
  )
  t.deepEqual(summary, [['pipeline', 'rename (x) → rename']])
  t.deepEqual(findings, [])
  t.deepEqual(inspectPipeline({}, '/').summary, [])
})

test('processors that cannot run, and patterns that are slow where they do not match, are reported', t => {
  const pipeline = [
    { grok: { field: 'a', patterns: ['^%{WORD:b}', '%{WORD:c}'] } },
    { terminate: { if: 'ctx.a == 1' } },
    { terminate: {} },
    RENAME,
  ]
  const { findings } = inspectPipeline({ pipeline, pipelines: { unused: [RENAME] } }, '/')
  t.deepEqual(
    findings.map(({ message }) => message),
    [
      'pipeline[3] cannot run: pipeline[2].terminate before it has no "if"',
      'pipelines.unused cannot run: no processor calls it',
      'pipeline[0].grok.patterns[1] is slow on lines that it does not match: begin it with ^ if it matches whole lines',
    ],
  )
})

test('a reference of a pattern that is not one is reported', t => {
  const patterns = ['^%{WORD:a} %{WORD:b', '^%{INT:n:int} %{A=x+} \\\\%{}', '^%{:a}']
  const { findings } = inspectPipeline({ pipeline: [{ grok: { field: 'a', patterns } }] }, '/')
  const reason = 'has a "%{" that matches this very text: a reference is %{NAME}, %{NAME:field} or %{NAME:field:int}'
  t.deepEqual(
    findings.map(({ message }) => message),
    [`pipeline[0].grok.patterns[0] ${reason}`, `pipeline[0].grok.patterns[2] ${reason}`],
  )
})
