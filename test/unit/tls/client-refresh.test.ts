import test from 'ava'
import { copyFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { TlsClient } from '../../../src/tls/client-tls.ts'
import { makeCertificates } from '../../helpers/trust/certificates.ts'
import { makeRecordingLog } from '../../helpers/process/recording-log.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { until } from '../../helpers/time/until.ts'

async function makeScene(t: Parameters<typeof makeTempDir>[0]) {
  const dir = await makeTempDir(t)
  const before = await makeCertificates(join(dir, 'before'))
  const after = await makeCertificates(join(dir, 'after'))
  const ca = join(dir, 'live.pem')
  await copyFile(before.ca, ca)
  const log = makeRecordingLog()
  const client = new TlsClient({ ca }, log, { refreshMs: 5 })
  return { ca, after, log, client }
}

test('a listener is called once for changed files, and earlier connections are of an older generation', async t => {
  const { ca, after, client } = await makeScene(t)
  const { generation } = await client.prepare()
  let changes = 0
  t.teardown(client.onChange(() => void changes++))
  await copyFile(after.ca, ca)
  await until(() => changes > 0, 'the change is noticed')
  for (let i = 0; i < 5; i++) await sleep(10)
  t.is(changes, 1)
  t.true(generation < client.generation)
  t.is((await client.prepare()).generation, client.generation)
})

test('a listener is also called for a change that a new connection noticed first', async t => {
  const { ca, after, client } = await makeScene(t)
  await client.prepare()
  let changes = 0
  t.teardown(client.onChange(() => void changes++))
  await copyFile(after.ca, ca)
  await client.prepare()
  t.is(changes, 1)
})

test('unusable new files are not a change, and are logged once', async t => {
  const { ca, client, log } = await makeScene(t)
  await client.prepare()
  let changes = 0
  t.teardown(client.onChange(() => void changes++))
  await writeFile(`${ca}.new`, 'no certificate')
  await rename(`${ca}.new`, ca) // an empty file, as there is while one is written, would be another complaint
  await until(() => log.lines.some(({ level }) => level === 'error'), 'it is complained of')
  for (let i = 0; i < 5; i++) await sleep(10)
  t.is(log.lines.filter(({ level }) => level === 'error').length, 1)
  t.is(changes, 0)
})

test('the files are not read periodically without a listener', async t => {
  const { ca, after, client, log } = await makeScene(t)
  await client.prepare()
  client.onChange(() => {})()
  await copyFile(after.ca, ca)
  for (let i = 0; i < 5; i++) await sleep(10)
  t.is(client.generation, 1)
  t.deepEqual(log.lines, [])
})
