import test, { type ExecutionContext } from 'ava'
import { appendFile, copyFile, mkdir, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { compress } from '../../../helpers/files/archive-bytes.ts'
import { addsUp } from '../../../helpers/files/byte-account.ts'
import { hideBirthTime } from '../../../helpers/files/file-hooks.ts'
import { follow } from '../../../helpers/files/followed.ts'
import { MemoryState } from '../../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

/** Birth times are taken from a clock with steps of some milliseconds. */
const CLOCK_STEP_MS = 15

async function makeContainer(t: ExecutionContext) {
  const dir = await makeTempDir(t)
  const [links, pods, other] = ['containers', 'pods', 'other'].map(name => join(dir, name)) as [string, string, string]
  for (const path of [links, pods, other]) await mkdir(path)
  const [link, log] = [join(links, 'app.log'), join(pods, '0.log')]
  await writeFile(log, 'first\n')
  await symlink(log, link)
  const rotate = async (suffix: string, text: string) => {
    await rename(log, `${log}.${suffix}`)
    await setTimeout(CLOCK_STEP_MS)
    await writeFile(log, text)
  }
  return { links, link, log, other, rotate, options: { groups: [{ paths: [join(links, '*.log')] }] } }
}

test('each generation behind a link is read, also one that came and was renamed between two looks', async t => {
  const { link, log, rotate, options } = await makeContainer(t)
  const { readLines, source } = follow(t, '/', options)
  await readLines()
  await appendFile(log, 'first again\n')
  await rotate('20261128-1', 'second\n')
  await rotate('20261128-2', 'third\n')
  await rotate('20261128-3', 'fourth\n')
  const lines = [...(await readLines()), ...(await readLines())]
  t.deepEqual(lines.map(({ text }) => text).toSorted(), ['first again', 'fourth', 'second', 'third'])
  t.deepEqual(new Set(lines.map(({ path }) => path)), new Set([link]))
  addsUp(t, source.status())
})

test('each generation behind a link is read that was renamed while the agent was stopped', async t => {
  const { log, rotate, options } = await makeContainer(t)
  const state = new MemoryState()
  const first = follow(t, '/', { ...options, state })
  await first.readLines()
  await first.source.close()
  await appendFile(log, 'first again\n')
  await rotate('20261128-1', 'second\n')
  await rotate('20261128-2', 'third\n')
  const { readTexts, source } = follow(t, '/', { ...options, state })
  t.deepEqual([...(await readTexts()), ...(await readTexts())].toSorted(), ['first again', 'second', 'third'])
  addsUp(t, source.status())
})

test('the file that a link led to is read to its end, also if it was closed', async t => {
  const { link, log, other, options } = await makeContainer(t)
  const { readTexts, pass, source } = follow(t, '/', { groups: [{ ...options.groups[0]!, deadTimeMs: 1000 }] })
  await readTexts()
  pass(2000)
  await readTexts()
  t.is(source.status().openFiles, 0)
  await appendFile(log, 'first again\n')
  await writeFile(join(other, '0.log'), 'other\n')
  await rm(link)
  await symlink(join(other, '0.log'), link)
  t.deepEqual([...(await readTexts()), ...(await readTexts())].toSorted(), ['first again', 'other'])
})

test('a rotated file that was there before its link was followed is not read', async t => {
  const { log, rotate, options } = await makeContainer(t)
  await rotate('20261128-1', 'second\n')
  const { readTexts } = follow(t, '/', options)
  t.deepEqual(await readTexts(), ['second'])
  await rotate('20261128-2', 'third\n')
  await writeFile(`${log}-of-others`, 'others\n')
  t.deepEqual([...(await readTexts()), ...(await readTexts())], ['third'])
})

test('of two files that a link led to, one after the other between two looks, the first one is not known', async t => {
  const { link, log, other, options } = await makeContainer(t)
  const { readTexts, source } = follow(t, '/', options)
  await readTexts()
  for (const name of ['1.log', '2.log']) {
    await writeFile(join(other, name), `${name}\n`)
    await rm(link)
    await symlink(join(other, name), link)
  }
  await appendFile(log, 'first again\n')
  const texts = [...(await readTexts()), ...(await readTexts())]
  t.deepEqual(texts.toSorted(), ['2.log', 'first again'])
  addsUp(t, source.status())
})

const unfound: Readonly<Record<string, (t: ExecutionContext, rotated: string) => Promise<void> | void>> = {
  'without birth times': hideBirthTime,
  'if it is compressed': async (_t, rotated) => {
    await writeFile(`${rotated}.gz`, compress(await readFile(rotated), 'gzip'))
    await rm(rotated)
  },
  'if it is moved to another directory': async (t, rotated) => rename(rotated, join(await makeTempDir(t), 'moved')),
}

for (const [condition, change] of Object.entries(unfound))
  test(`a generation that came and was renamed behind a link between two looks is not found ${condition}`, async t => {
    const { log, rotate, options } = await makeContainer(t)
    const { readTexts, source } = follow(t, '/', options)
    await readTexts()
    await rotate('20261128-1', 'second\n')
    await rotate('20261128-2', 'third\n')
    await change(t, `${log}.20261128-2`)
    t.deepEqual([...(await readTexts()), ...(await readTexts())], ['third'])
    addsUp(t, source.status())
  })

test('a copy that has the name of a link is the copy of the log behind it', async t => {
  const dir = await makeTempDir(t)
  const target = await makeTempDir(t)
  const { readTexts, source } = follow(t, dir)
  await writeFile(join(target, '1'), 'few bytes\n')
  await symlink(join(target, '1'), join(dir, 'a.log'))
  t.deepEqual(await readTexts(), ['few bytes'])
  await copyFile(join(target, '1'), join(dir, 'a.log.1'))
  await truncate(join(target, '1'))
  t.deepEqual(await readTexts(), [])
  addsUp(t, source.status())
})
