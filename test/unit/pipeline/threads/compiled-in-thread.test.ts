import test from 'ava'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CompiledInThread } from '../../../../src/pipeline/threads/compiled-in-thread.ts'
import type { PipelineHost, ServedPipeline } from '../../../../src/pipeline/threads/served-pipeline.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

interface Change {
  readonly path: string
  readonly fault: string | undefined
}

/** A pipeline whose one step is named after the content of its files. */
function compile(written: unknown, { openFile, listDirectory }: PipelineHost): ServedPipeline {
  const { file, directory } = written as { readonly file?: string; readonly directory?: string }
  const names = directory === undefined ? [file as string] : listDirectory(directory)
  const path = names.map(name => openFile(name, readContent).current).join(' ')
  const none = { targetOf: () => undefined, fallbackTarget: undefined }
  return { steps: [{ path, type: 'set' }], onFailure: 'store', run: () => ({ kind: 'stored' }), ...none }
}

function readContent(bytes: Buffer): string {
  if (bytes.includes('broken')) throw new Error('it is broken')
  return bytes.toString()
}

function open(written: unknown) {
  let nowMs = 0
  const changes: Change[] = []
  const onChange = (path: string, fault: string | undefined) => void changes.push({ path, fault })
  const compiled = new CompiledInThread({ written, compile, onChange, now: () => nowMs })
  const look = (afterMs = 5000) => {
    nowMs += afterMs
    compiled.look()
    return compiled.current.steps[0]?.path
  }
  return { look, changes }
}

test('a file that has changed is read again at the next look, five seconds later', async t => {
  const file = join(await makeTempDir(t), 'dictionary')
  await writeFile(file, 'first')
  const { look, changes } = open({ file })
  await writeFile(file, 'the second')
  t.is(look(4999), 'first')
  t.is(look(1), 'the second')
  t.deepEqual(changes, [{ path: file, fault: undefined }])
})

test('the last usable content stays in use while a file is broken or missing, and each fault is reported once', async t => {
  const file = join(await makeTempDir(t), 'dictionary')
  await writeFile(file, 'first')
  const { look, changes } = open({ file })
  await writeFile(file, 'broken')
  t.deepEqual([look(), look()], ['first', 'first'])
  await rm(file)
  t.deepEqual([look(), look()], ['first', 'first'])
  await writeFile(file, 'third')
  t.is(look(), 'third')
  t.deepEqual(
    changes.map(({ fault }) => fault?.replace(file, 'FILE').replace(/,.*/, '')),
    ['cannot read FILE: it is broken', 'cannot read FILE: ENOENT: no such file or directory', undefined],
  )
})

test('a new file in a directory of patterns is found', async t => {
  const directory = join(await makeTempDir(t), 'patterns')
  await mkdir(directory)
  await writeFile(join(directory, 'a'), 'A')
  const { look } = open({ directory })
  await writeFile(join(directory, 'b'), 'B')
  t.is(look(), 'A B')
})

test('a pipeline whose file is missing at the start cannot be used', async t => {
  const file = join(await makeTempDir(t), 'dictionary')
  t.throws(() => open({ file }), { message: /^cannot read .*dictionary: ENOENT/ })
})
