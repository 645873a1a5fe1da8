import test from 'ava'
import { glob, readFile, readdir } from 'node:fs/promises'
import { findWorkload, WORKLOADS } from '../../../bench/workloads/find-workload.ts'
import { makeLongLine, makeQuotedLine, makeShortLine } from '../../../bench/workloads/lines.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

const NUMBERS = [0, 1, 39, 40, 999, 123_456, 26_000_000]

const hasItsSize = test.macro({
  title: (_, name: string) =>
    `the workload ${name} has the number of lines and bytes that it announces, and no line twice`,
  async exec(t, name: string) {
    const dir = await makeTempDir(t)
    const { logPath, lines, bytes } = await findWorkload(name).write(dir, 300_000)
    const paths = await Array.fromAsync(glob(logPath))
    const texts = await Promise.all(paths.map(path => readFile(path, 'utf8')))
    const found = texts.flatMap(text => text.trimEnd().split('\n'))
    t.is(found.length, lines)
    t.is(
      texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0),
      bytes,
    )
    t.true(bytes >= 300_000 && bytes < 500_000)
    t.is(new Set(found).size, lines, 'a line is there twice')
    t.true(found.every(line => line !== ''))
  },
})

for (const { name } of WORKLOADS) test(hasItsSize, name)

test('a workload is always the same', async t => {
  const write = async () => {
    const dir = await makeTempDir(t)
    await findWorkload('application').write(dir, 10_000)
    const [name = ''] = await readdir(dir)
    return readFile(`${dir}/${name}`, 'utf8')
  }
  t.is(await write(), await write())
})

test('short lines have 40 bytes, and long ones 4 KiB, with their newlines', t => {
  for (const number of NUMBERS) {
    t.is(Buffer.byteLength(makeShortLine(number)), 39)
    t.is(Buffer.byteLength(makeLongLine(number)), 4095)
  }
})

test('lines with quotes are JSON that has quotes and letters beyond ASCII in it', t => {
  for (const number of NUMBERS) {
    const { msg } = JSON.parse(makeQuotedLine(number)) as { readonly msg: string }
    t.regex(msg, /"/)
    t.regex(msg, /[^\0-~]/)
  }
})
