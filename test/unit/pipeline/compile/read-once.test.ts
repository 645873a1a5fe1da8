import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { compilePipelines } from '../../../../src/pipeline/compile/compile-pipelines.ts'
import { formatFaultPath } from '../../../../src/pipeline/compile/pipeline-fault.ts'
import { readOnce } from '../../../../src/pipeline/compile/read-once.ts'
import { defineProcessor } from '../../../../src/pipeline/processor/contract.ts'
import { required, text } from '../../../../src/pipeline/processor/options.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

const reader = defineProcessor({
  summary: 'Reads.',
  options: { file: required(text('A file.')) },
  compile({ file }, context) {
    context.openFile(file, String)
    return () => {}
  },
})

test('relative paths begin in the directory, and a file that is not there is a fault of its option', async t => {
  const directory = await makeTempDir(t)
  await mkdir(join(directory, 'sub'))
  await writeFile(join(directory, 'sub', 'b'), 'text')
  await writeFile(join(directory, 'sub', 'a'), '')
  const services = readOnce(directory)
  t.is(services.openFile('sub/b', String).current, 'text')
  t.deepEqual(services.listDirectory('sub'), [join(directory, 'sub', 'a'), join(directory, 'sub', 'b')])
  const { faults } = compilePipelines({ pipeline: [{ reader: { file: 'c' } }] }, services, { reader })
  t.is(faults[0] && formatFaultPath(faults[0].path), 'pipeline[0].reader.file')
  t.regex(faults[0]?.message ?? '', /^cannot read c: ENOENT/u)
})
