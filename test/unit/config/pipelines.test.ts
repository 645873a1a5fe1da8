import test, { type ExecutionContext } from 'ava'
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { loadCollectorConfig } from '../../../src/config/load.ts'
import { checkPipelines } from '../../../src/config/pipelines/check-pipelines.ts'
import { ConfigError } from '../../../src/config/text/problem.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

const HOSTS = ['http://127.0.0.1:9200']

async function write(t: ExecutionContext, config: object | string): Promise<string> {
  const path = join(await makeTempDir(t), 'collector.json')
  const text = typeof config === 'string' ? config : JSON.stringify({ listen: '127.0.0.1:5044', ...config })
  await writeFile(path, text)
  return path
}

function problemsOf(run: () => void): readonly string[] {
  try {
    run()
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map(({ position, message }) => `${position?.line}:${position?.column} ${message}`)
  }
}

test('the processors of a pipeline stay as they are written, and their files begin at the configuration', async t => {
  const pipeline = [{ set: { field: 'a', value: null } }]
  const path = await write(t, { pipeline, pipelineTimeout: '2s' })
  const { settings } = loadCollectorConfig(path)
  t.deepEqual(settings.pipeline, pipeline)
  t.is(settings.pipelineTimeoutMs, 2000)
  t.is(settings.pipelineFailure, 'store')
  t.is(settings.pipelineDirectory, dirname(path))
})

test('each fault of a processor has its line, and its column in a text', async t => {
  const path = await write(
    t,
    `{"listen": "127.0.0.1:5044",
 "pipeline": [
  {"rename": {"field": "a", "taget_field": "b"}},
  {"grok": {"field": "a", "patterns": ["\\\\d %{NOSUCH:x}"]}}
 ]}`,
  )
  const problems = problemsOf(() => checkPipelines(loadCollectorConfig(path)))
  t.true(
    problems.some(problem => /^3:29 pipeline\[0\]\.rename\.taget_field: .*did you mean "target_field"/.test(problem)),
    problems.join('\n'),
  )
  t.true(
    problems.some(problem => problem.startsWith('4:40 pipeline[1].grok.patterns[0]: ')),
    problems.join('\n'),
  )
})

interface Row {
  readonly law: string
  readonly store: object
  readonly problem?: RegExp
}

const indices = test.macro({
  title: (_, { law }: Row) => law,
  async exec(t, { store, problem }: Row) {
    const path = await write(t, { store: { type: 'elasticsearch', hosts: HOSTS, ...store } })
    const problems = problemsOf(() => void loadCollectorConfig(path))
    if (problem === undefined) t.deepEqual(problems, [])
    else t.regex(problems.join(), problem)
  },
})

const index = 'logs-%{event.dataset:generic}-%{+yyyy.MM}'
test(indices, {
  law: 'fields in an index need a list of the indices that they may choose',
  store: { index },
  problem: /"allowedIndices" has to list what they may choose, such as \["logs-\*-\*"\]/,
})
test(indices, {
  law: 'the list has to allow an index for events without a name of their own',
  store: { index, allowedIndices: ['logs-web-*'] },
  problem: /has to allow logs-other-\*/,
})
test(indices, { law: 'fields in an index within the list are valid', store: { index, allowedIndices: ['logs-*-*'] } })
test(indices, {
  law: 'a data stream may have fields, and no times',
  store: { dataStream: 'logs-%{a}-default', allowedIndices: ['logs-*'] },
})
test(indices, {
  law: 'a data stream with a time is refused',
  store: { dataStream: 'logs-%{a}-%{+yyyy}', allowedIndices: ['logs-*'] },
  problem: /store\.dataStream/,
})
test(indices, {
  law: 'a field without a name is refused',
  store: { index: 'logs-%{}', allowedIndices: ['logs-*'] },
  problem: /store\.index/,
})
