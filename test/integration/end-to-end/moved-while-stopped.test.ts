import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import test from 'ava'
import { addsUpIn } from '../../helpers/files/byte-account.ts'
import { judgeLines, makeNumberedLine } from '../../helpers/files/numbered-lines.ts'
import { type Shipping, startShipping } from '../../helpers/process/shipping.ts'
import { until } from '../../helpers/time/until.ts'

function text(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, i) => `${makeNumberedLine(from + i)}\n`).join('')
}

test('lines of a log that was rotated into a directory below while the agent was stopped arrive, and those elsewhere are warned of', async t => {
  const shipping = await startShipping(t)
  const old = join(shipping.logs, 'old')
  const elsewhere = join(shipping.dir, 'elsewhere')
  for (const dir of [old, elsewhere]) await mkdir(dir)
  const names = { 'below.log': old, 'aside.log': elsewhere }
  for (const name of Object.keys(names)) await writeFile(join(shipping.logs, name), text(0, 60), { flag: 'a' })
  await shipping.startAgent()
  await shipping.waitForCount(120)
  const { seen: offset } = await addsUpIn(t, shipping.agent)
  t.is(await shipping.agent.stop(), 0)
  for (const [name, dir] of Object.entries(names)) {
    const config = join(shipping.dir, `${name}.conf`)
    const path = join(shipping.logs, name)
    await writeFile(path, text(60, 80), { flag: 'a' })
    await writeFile(config, `${path} {\nrotate 3\nolddir ${dir}\ncreate 0644\n}\n`, { mode: 0o600 })
    await promisify(execFile)('logrotate', ['--force', '--state', join(shipping.dir, `${name}.state`), config])
    await writeFile(path, text(80, 90), { flag: 'a' })
  }
  await shipping.startAgent()
  await shipping.waitForCount(160)
  await until(async () => (await findWarnings(shipping)).length > 0, 'the file elsewhere is warned of')
  t.deepEqual(await findWarnings(shipping), [{ path: join(shipping.logs, 'aside.log'), offset: offset / 2 }])
  const found = judgeLines(await shipping.readMessages(), 90)
  t.deepEqual(found, { twice: 70, strange: [], missing: [] })
  await addsUpIn(t, shipping.agent)
})

/** Of any message: a path and an offset are what an operator needs. */
async function findWarnings(shipping: Shipping) {
  const lines = (await shipping.readLog()).filter(line => line.level !== 'info' && 'path' in line && 'offset' in line)
  return lines.map(line => ({ path: line['path'], offset: line['offset'] }))
}
