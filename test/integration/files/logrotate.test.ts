import test, { type ExecutionContext } from 'ava'
import { addsUp } from '../../helpers/files/byte-account.ts'
import { follow, type Followed } from '../../helpers/files/followed.ts'
import { Logrotate, LogWriter, type Rotation } from '../../helpers/files/logrotate.ts'
import { MemoryState } from '../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { sampleOf, seed } from '../../helpers/suite/sample.ts'

interface Row extends Rotation {
  readonly writer: 'appends' | 'keeps its position'
  /** The agent is stopped over the first rotation, or the collector takes nothing over both. */
  readonly absent: 'none' | 'agent' | 'collector'
}

const settings: { readonly [Key in keyof Row]: readonly Row[Key][] } = {
  method: ['create', 'nocreate', 'copytruncate'],
  name: ['plain', 'dateext', 'olddir'],
  compression: ['none', 'compress', 'delaycompress'],
  absent: ['none', 'agent', 'collector'],
  writer: ['appends', 'keeps its position'],
}

const rows = Object.entries(settings).reduce<readonly object[]>(
  (some, [key, values]) => some.flatMap(row => values.map(value => ({ ...row, [key]: value }))),
  [{}],
) as readonly Row[]

/** Each list has any two settings together. */
function listOf(row: Row): number {
  const { method, name, compression, absent } = settings
  const numbers = [method.indexOf(row.method), name.indexOf(row.name), compression.indexOf(row.compression)]
  return numbers.reduce((sum, number) => sum + number, absent.indexOf(row.absent)) % 3
}

/** The agent before and after a stop, and what it has sent. */
class Agent {
  readonly #start: () => Followed
  #running: Followed
  readonly texts: string[] = []

  constructor(start: () => Followed) {
    this.#start = start
    this.#running = start()
  }

  get source(): Followed['source'] {
    return this.#running.source
  }

  async work(isTaken: boolean): Promise<void> {
    if (isTaken) this.texts.push(...(await this.#running.readTexts()))
    else await this.source.poll()
  }

  async stop(): Promise<void> {
    await this.source.close()
  }

  startAgain(): void {
    this.#running = this.#start()
  }

  async settle(): Promise<void> {
    for (let i = 0; i < 6; i++) {
      await this.work(true)
      this.#running.pass(15_000)
    }
  }
}

async function rotateTwice(t: ExecutionContext, row: Row) {
  const dir = await makeTempDir(t)
  const logrotate = new Logrotate(dir, row)
  await logrotate.prepare()
  const writer = new LogWriter(logrotate.logPath, { keepsPosition: row.writer === 'keeps its position' })
  t.teardown(() => writer.close())
  const state = new MemoryState()
  const agent = new Agent(() => follow(t, dir, { state, groups: [{ paths: [logrotate.logPath] }] }))
  const isTaken = row.absent !== 'collector'
  await writer.reopen()
  await writer.write(100)
  await agent.work(true)
  await writer.write(20)
  await agent.work(isTaken && row.absent === 'none')
  let inNoFile: readonly string[] = []
  for (const round of [1, 2]) {
    const isAway = row.absent === 'agent' && round === 1
    if (isAway) await agent.stop()
    await logrotate.rotate()
    if (!isAway) await agent.work(isTaken)
    await writer.write(7)
    if (isAway && (await writer.isUnlinked())) inNoFile = writer.written.slice(-7)
    if (row.method !== 'copytruncate') await writer.reopen()
    if (!isAway) await agent.work(isTaken)
    await writer.write(60)
    if (isAway) agent.startAgain()
    await agent.work(isTaken)
  }
  await agent.settle()
  return { agent, written: writer.written, inNoFile }
}

const stopped = { none: 'neither role is', agent: 'the agent is', collector: 'the collector is' }

const arrives = test.macro<[Row]>({
  async exec(t, row) {
    const { agent, written, inNoFile } = await rotateTwice(t, row)
    const sent = new Set(agent.texts)
    t.is(agent.texts.length, sent.size, 'none comes twice')
    t.deepEqual(
      agent.texts.filter(text => !written.includes(text)),
      [],
      'none was not written',
    )
    t.deepEqual(
      written.filter(line => !sent.has(line)),
      inNoFile,
      'none is missing that is in a file',
    )
    addsUp(t, agent.source.status())
  },
  title: (_, { method, name, compression, writer, absent }) =>
    `each line arrives once through logrotate with ${method}, ${name}, compression ${compression}, when the writer ${writer} and ${stopped[absent]} stopped`,
})

const lists = [0, 1, 2].map(list => rows.filter(row => listOf(row) === list))

test('there are 162 combinations in three lists, of which the seed chooses one', t => {
  t.log(`FORWARDER_TEST_SEED=${seed} chooses the same again, make torture takes all`)
  t.is(new Set(lists.flat().map(row => JSON.stringify(row))).size, 162)
})

for (const row of sampleOf(lists)) test.serial(arrives, row)
