import test from 'ava'
import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { criLine, dockerLine, type WrittenLine } from '../../../helpers/files/container-lines.ts'
import { follow, toLines } from '../../../helpers/files/followed.ts'
import { MemoryState } from '../../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

const auto = [{ records: { format: 'auto' as const } }]

function line(text: string): WrittenLine {
  return { stream: 'stdout', text, isPartial: false, timeMs: 1_700_000_000_000, nanos: 5 }
}

test('the format of a file is found by its first lines, logged once and remembered', async t => {
  const dir = await makeTempDir(t)
  const state = new MemoryState()
  const first = follow(t, dir, { state, groups: auto })
  await writeFile(join(dir, 'a.log'), criLine(line('a')))
  await writeFile(join(dir, 'b.log'), dockerLine(line('b')))
  await writeFile(join(dir, 'c.log'), 'c\n')
  t.deepEqual(
    (await first.look())
      .flatMap(toLines)
      .map(({ text }) => text)
      .toSorted(),
    ['a', 'b', 'c'],
  )
  const found = first.logLines.filter(({ message }) => message === 'found a file format')
  t.deepEqual(found.map(({ fields }) => String(fields?.['format'])).toSorted(compareTexts), ['cri', 'docker', 'plain'])
  t.is(found.length, 3)
  first.ackAll()
  await first.source.close()
  const next = follow(t, dir, { state: state.copy(), groups: auto })
  await appendFile(join(dir, 'a.log'), Buffer.concat([criLine(line('d')), dockerLine(line('x'))]))
  await appendFile(join(dir, 'c.log'), criLine(line('e')))
  const texts = (await next.look()).flatMap(toLines).map(({ text }) => text)
  t.deepEqual(
    texts.filter(text => text.length === 1),
    ['d'],
  )
  t.true(texts.some(text => text.endsWith(' stdout F e')))
  t.false(next.logLines.some(({ message }) => message === 'found a file format'))
})

function compareTexts(one: string, other: string): number {
  return one < other ? -1 : Number(one > other)
}
