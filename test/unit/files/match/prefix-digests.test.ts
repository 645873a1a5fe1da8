import test, { type ExecutionContext } from 'ava'
import { appendFile, open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { lookAt } from '../../../../src/files/look/identity.ts'
import type { Candidate } from '../../../../src/files/match/candidate.ts'
import { PrefixDigests } from '../../../../src/files/match/prefix-digests.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

async function openCandidate(t: ExecutionContext, path: string): Promise<Candidate> {
  const handle = await open(path)
  t.teardown(() => handle.close())
  return { handle, look: lookAt(await handle.stat({ bigint: true })) }
}

const text = 'one line\n'.repeat(200)

const rewritings: Readonly<Record<string, string>> = {
  'other bytes of the same length': text.replace('one', 'two'),
  'fewer bytes': text.replace('one', 'two').slice(0, -100),
  'more bytes, and others before the end': `${text.slice(0, -9)}another line\n`,
  'more bytes, and others at the beginning': `${text.replace('one', 'two')}one line\n`,
}

for (const [change, rewritten] of Object.entries(rewritings))
  test(`the digest of a file is that of its present bytes after it was rewritten with ${change}`, async t => {
    const path = join(await makeTempDir(t), 'a.log')
    const digests = new PrefixDigests()
    await writeFile(path, text)
    t.is(await digests.find(await openCandidate(t, path), text.length), crc32(text))
    await writeFile(path, rewritten)
    t.is(await digests.find(await openCandidate(t, path), rewritten.length), crc32(rewritten))
  })

test('the digest of a file that grew is guessed without reading its earlier bytes again', async t => {
  const path = join(await makeTempDir(t), 'a.log')
  const digests = new PrefixDigests()
  await writeFile(path, text)
  await digests.guess(await openCandidate(t, path), text.length)
  await writeFile(path, `${text.replace('one', 'two')}more\n`)
  t.is(await digests.guess(await openCandidate(t, path), text.length + 5), crc32(`${text}more\n`))
})

test('the digest of a file that grew is that of all its bytes', async t => {
  const path = join(await makeTempDir(t), 'a.log')
  const digests = new PrefixDigests()
  await writeFile(path, text)
  await digests.find(await openCandidate(t, path), text.length)
  await appendFile(path, 'more\n')
  t.is(await digests.find(await openCandidate(t, path), text.length + 5), crc32(`${text}more\n`))
})
