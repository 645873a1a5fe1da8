import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { addsUpIn, countLost } from '../../helpers/files/byte-account.ts'
import { judgeLines, makeNumberedLine } from '../../helpers/files/numbered-lines.ts'
import { type Shipping, startShipping } from '../../helpers/process/shipping.ts'

interface Row {
  readonly descriptors: number
  readonly files: number
}

const rows: readonly Row[] = [
  { descriptors: 1024, files: 1500 },
  { descriptors: 256, files: 511 },
]

const pathOf = (shipping: Shipping, i: number) => join(shipping.logs, `${i}.log`)

async function appendToAll(shipping: Shipping, files: number, round: number): Promise<void> {
  for (let i = 0; i < files; i++) await appendFile(pathOf(shipping, i), `${makeNumberedLine(round * files + i)}\n`)
}

/** Nothing is reported as lost, and the endpoint answered. */
async function isUnharmed(t: ExecutionContext, shipping: Shipping): Promise<void> {
  const bytes = await addsUpIn(t, shipping.agent)
  t.is(countLost({ bytes }), 0)
  const log = await shipping.readLog()
  t.deepEqual(
    log.filter(({ level, message }) => level === 'error' || /vanished|unconfirmed/.test(message)),
    [],
  )
}

for (const { descriptors, files } of rows) {
  test(`an agent with at most ${descriptors} descriptors sends each line of ${files} files, round after round`, async t => {
    const shipping = await startShipping(t, { within: `prlimit --nofile=${descriptors}:${descriptors}` })
    await appendToAll(shipping, files, 0)
    await shipping.startAgent()
    for (let round = 1; round <= 2; round++) {
      await shipping.waitForCount(round * files)
      await appendToAll(shipping, files, round)
    }
    await shipping.waitForCount(3 * files)
    const metrics = await shipping.agent.readMetrics()
    t.is(metrics.get('process_max_fds'), descriptors)
    t.true(metrics.get('forwarder_open_files')! <= descriptors - 64)
    t.deepEqual(judgeLines(await shipping.readMessages(), 3 * files), { twice: 0, strange: [], missing: [] })
    await isUnharmed(t, shipping)
    t.is(await shipping.agent.stop(), 0)
  })
}

/** The limits of a user namespace are its own. */
const withLimit = (name: string, limit: number) =>
  `unshare --user --map-root-user sh -c 'echo ${limit} > /proc/sys/user/${name} && exec "$0" "$@"'`

for (const { name, limit } of [
  { name: 'max_inotify_watches', limit: 3 },
  { name: 'max_inotify_instances', limit: 0 },
]) {
  test(`an agent with ${name} ${limit} warns once and finds new lines and files by its timer`, async t => {
    const shipping = await startShipping(t, { within: withLimit(name, limit), patterns: ['logs/*/*.log'] })
    for (let i = 0; i < 6; i++) {
      await mkdir(join(shipping.logs, `${i}`))
      await writeFile(join(shipping.logs, `${i}/a.log`), `${makeNumberedLine(i)}\n`)
    }
    await shipping.startAgent()
    await shipping.waitForCount(6)
    for (let i = 0; i < 6; i++) {
      await appendFile(join(shipping.logs, `${i}/a.log`), `${makeNumberedLine(6 + 2 * i)}\n`)
      await writeFile(join(shipping.logs, `${i}/b.log`), `${makeNumberedLine(7 + 2 * i)}\n`)
    }
    await shipping.waitForCount(18)
    t.deepEqual(judgeLines(await shipping.readMessages(), 18), { twice: 0, strange: [], missing: [] })
    const warnings = (await shipping.readLog()).filter(({ level }) => level === 'warn')
    t.is(warnings.length, 1, JSON.stringify(warnings))
    t.regex(warnings[0]!.message, /cannot watch/)
    t.regex(JSON.stringify(warnings[0]), /max_user|max_inotify|fs\.inotify/)
    await isUnharmed(t, shipping)
  })
}
