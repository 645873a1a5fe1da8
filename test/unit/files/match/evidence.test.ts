import test, { type ExecutionContext } from 'ava'
import { appendFile, copyFile, rename, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { follow, history, toText } from '../../../helpers/files/followed.ts'
import { MemoryState } from '../../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

type Act = (path: string, restart: () => Promise<void>) => Promise<void>

const CASES: readonly (readonly [evidence: string, act: Act])[] = [
  ['new', async () => {}],
  [
    'the same file, by all bytes that were read',
    async (path, restart) => {
      await restart()
      await appendFile(path, 'more\n')
    },
  ],
  [
    'new: the bytes before it were truncated or rewritten',
    async path => {
      await writeFile(path, 'next\n')
    },
  ],
  [
    'copy of PATH, by all bytes that were read',
    async path => {
      await copyFile(path, `${path}.1`)
      await truncate(path)
    },
  ],
  [
    'earlier copy of PATH, by the bytes up to a mark',
    async path => {
      await writeFile(`${path}.1`, toText(history.slice(0, -1)))
      await truncate(path)
    },
  ],
  [
    'successor of PATH, by all bytes that were read',
    async path => {
      await writeFile(`${path}-new`, toText([...history, 'more']))
      await rename(`${path}-new`, path)
    },
  ],
]

async function findEvidence(t: ExecutionContext, act: Act): Promise<readonly (string | undefined)[]> {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const state = new MemoryState()
  const options = { state, groups: [{ exclude: ['*-new'] }] }
  let followed = follow(t, dir, options)
  await writeFile(path, toText(history))
  await followed.readTexts()
  await act(path, async () => {
    await followed.source.close()
    followed = follow(t, dir, options)
  })
  for (let i = 0; i < 2; i++) await followed.readTexts()
  return [...state.files.values()].map(({ evidence }) => evidence?.replace(path, 'PATH'))
}

for (const [evidence, act] of CASES) {
  test(`the record of a file has its evidence: ${evidence}`, async t => {
    const found = await findEvidence(t, act)
    t.true(found.includes(evidence), JSON.stringify(found))
  })
}
