import test, { type ExecutionContext } from 'ava'
import { ByteAccount } from '../../../src/flow/byte-account.ts'

const MiB = 1024 * 1024

function setUp({ totalBytes = 256 * MiB } = {}) {
  let nowMs = 0
  const account = new ByteAccount({ totalBytes, now: () => nowMs })
  /** Time passes as with the timer. */
  const pass = async (milliseconds: number) => {
    for (const end = nowMs + milliseconds; nowMs < end; account.look()) {
      nowMs += 250
      await Promise.resolve()
    }
  }
  return { account, pass }
}

/** A connection whose batches are given up as soon as they are to give way. */
function connect(account: ByteAccount, sender: string, member = '') {
  const gaveWay: string[] = []
  const holder = account.open(
    () => ({ sender, member }),
    () => {
      gaveWay.push('reading')
      holder.close()
    },
  )
  const hold = async (bytes: number, { isRepeated = true, name = 'batch' } = {}) => {
    if (!(await holder.take(bytes))) return undefined
    const held = holder.hand(bytes, {
      isRepeated,
      giveWay: () => {
        gaveWay.push(name)
        held.giveBack()
      },
    })
    return Object.assign(held.giveBack, held)
  }
  return { holder, hold, gaveWay }
}

async function isGranted(granted: Promise<unknown>): Promise<boolean> {
  return await Promise.race([granted.then(Boolean), new Promise<boolean>(resolve => void setImmediate(resolve, false))])
}

test('a batch holds its dead letters twice until it is over, since their thread gets a copy', async t => {
  const { account } = setUp()
  const { holder } = connect(account, 'a')
  await holder.take(100)
  const end = holder.hand(100, { isRepeated: true, giveWay: () => {}, copiedBytes: 60 })
  t.is(account.heldBytes, 160)
  end.giveBack()
  t.is(account.heldBytes, 0)
})

test('a batch holds its bytes until it is over, whether its connection lives or not', async t => {
  const { account } = setUp()
  const { holder, hold } = connect(account, 'a')
  const end = await hold(100)
  t.is(account.heldBytes, 100)
  holder.leave()
  t.true(account.heldBytes >= 100)
  end?.()
  t.is(account.heldBytes, 0)
  end?.()
  t.is(account.heldBytes, 0)
})

test('a batch that becomes larger holds more, until it is over', async t => {
  const { account } = setUp()
  const { hold } = connect(account, 'a')
  const end = await hold(100)
  end?.holdMore(50)
  t.is(account.heldBytes, 150)
  end?.holdMore(-20)
  t.is(account.heldBytes, 130)
  end?.()
  end?.holdMore(50)
  t.is(account.heldBytes, 0)
})

test('the bytes that are read for a connection are given back when it is closed, and its wait ends', async t => {
  const { account } = setUp({ totalBytes: 100 })
  const [a, b] = [connect(account, 'a'), connect(account, 'b')]
  t.true(await a.holder.take(90))
  const waiting = b.holder.take(20)
  b.holder.leave()
  t.false(await waiting)
  t.false(await b.holder.take(1))
  a.holder.close()
  t.is(account.heldBytes, 0)
})

test('a large waiter is served before any number of small ones that came later', async t => {
  const { account } = setUp({ totalBytes: 128 })
  const small = Array.from({ length: 10 }, (_, i) => connect(account, `small ${i}`))
  const ends = await Promise.all(small.map(async ({ hold }) => await hold(12)))
  const large = connect(account, 'large').holder.take(64)
  const later = small.map(async ({ hold }) => await hold(12))
  t.false(await isGranted(large))
  for (const [i, end] of ends.entries()) {
    end?.()
    if (i < 5) t.false(await isGranted(later[0] as Promise<unknown>), 'nobody passes the large one')
  }
  t.true(await isGranted(large))
})

test('senders that always ask are served in turns, however many connections they have', async t => {
  const { account } = setUp({ totalBytes: 100 })
  const first = await connect(account, 'first').hold(100)
  const served: string[] = []
  const ask = async (sender: string) => {
    const end = await connect(account, sender).hold(100)
    served.push(sender)
    setImmediate(() => end?.())
  }
  for (let i = 0; i < 30; i++) void ask('many')
  for (let i = 0; i < 3; i++) void ask('few')
  first?.()
  while (served.length < 33) await new Promise(resolve => void setImmediate(resolve))
  t.is(served.slice(0, 6).filter(sender => sender === 'few').length, 3, served.slice(0, 8).join())
})

test('the agents of one sender are served in the turns of that sender, in turns, however many there are or claim to be', async t => {
  const { account } = setUp({ totalBytes: 100 })
  const first = await connect(account, 'first').hold(100)
  const served: string[] = []
  const ask = async (sender: string, member: string) => {
    const end = await connect(account, sender, member).hold(100)
    served.push(`${sender} ${member}`)
    setImmediate(() => end?.())
  }
  for (let i = 0; i < 20; i++) void ask('shared', 'greedy')
  for (let i = 0; i < 20; i++) void ask('shared', `invented ${i}`)
  for (let i = 0; i < 3; i++) void ask('shared', 'honest')
  for (let i = 0; i < 3; i++) void ask('other', '')
  first?.()
  while (served.length < 46) await new Promise(resolve => void setImmediate(resolve))
  const rounds = served.filter(name => name !== 'other ')
  t.deepEqual(
    served.slice(0, 6).filter(name => name === 'other '),
    ['other ', 'other ', 'other '],
    'invented agents take no turn of another sender',
  )
  t.is(rounds.slice(0, 22).filter(name => name === 'shared greedy').length, 1, 'each agent has one turn in a round')
  t.true(rounds.slice(0, 22).includes('shared honest'))
})

test('those who hold much leave a quarter of the total to those who hold little', async t => {
  const { account } = setUp()
  const greedy = Array.from({ length: 4 }, (_, i) => connect(account, `greedy ${i}`))
  for (let i = 0; i < 40; i++) for (const { hold } of greedy) void hold(4 * MiB)
  await new Promise(resolve => void setImmediate(resolve))
  t.true(account.heldBytes <= 192 * MiB)
  const modest = Array.from({ length: 8 }, (_, i) => connect(account, `modest ${i}`))
  for (const { holder } of modest) t.true(holder.tryTake(8 * MiB))
  t.deepEqual(
    greedy.flatMap(({ gaveWay }) => gaveWay),
    [],
  )
})

test('when held batches fill the account, the one that is held longest gives way', async t => {
  const { account, pass } = setUp()
  const holders = Array.from({ length: 20 }, (_, i) => connect(account, `holder ${i}`))
  for (const { hold } of holders) {
    t.truthy(await hold(12 * MiB))
    await pass(250)
  }
  await hold12(t, account)
  const honest = connect(account, 'honest')
  const granted = honest.holder.take(8 * MiB)
  t.false(await isGranted(granted))
  await pass(10_000)
  t.true(await isGranted(granted))
  const gone = holders.findIndex(({ gaveWay }) => gaveWay.length > 0)
  t.is(gone, 0)
  t.deepEqual(honest.gaveWay, [])
})

/** Fills what is left of the account. */
async function hold12(t: ExecutionContext, account: ByteAccount): Promise<void> {
  const rest = 256 * MiB - account.heldBytes
  if (rest > 0) t.truthy(await connect(account, 'the last').hold(rest))
}

test('batches that move on are not given up, however long others wait', async t => {
  const { account, pass } = setUp({ totalBytes: 16 * MiB })
  const busy = Array.from({ length: 4 }, (_, i) => connect(account, `busy ${i}`))
  const ends = await Promise.all(busy.map(async ({ hold }) => await hold(4 * MiB)))
  for (let round = 0; round < 60; round++) {
    const waiting = connect(account, `round ${round}`).hold(4 * MiB)
    await pass(500)
    ends.shift()?.()
    ends.push(await waiting)
  }
  t.deepEqual(
    busy.flatMap(({ gaveWay }) => gaveWay),
    [],
  )
})

test('batches of a connection that has ended give way at once if its client sends them again', async t => {
  const { account } = setUp({ totalBytes: 4 * MiB })
  let kept = 0
  for (let i = 0; i < 100; i++) {
    const returning = connect(account, 'returning')
    t.truthy(await returning.hold(MiB / 2), `return ${i}`)
    returning.holder.leave()
    kept = Math.max(kept, account.heldBytes)
  }
  t.true(kept <= 4 * MiB + 64 * 1024, `${kept} bytes`)
})

test('a request larger than the total is granted when the others hold nothing', async t => {
  const { account } = setUp({ totalBytes: 10 })
  const [large, other] = [connect(account, 'large'), connect(account, 'other')]
  t.true(other.holder.tryTake(1))
  const granted = large.holder.take(50)
  t.false(await isGranted(granted))
  other.holder.give(1)
  t.true(await granted)
  t.true(await large.holder.take(50), 'and more of the same')
})

test('a larger total wakes those who wait; a smaller one revokes no held bytes', async t => {
  const { account } = setUp({ totalBytes: 10 })
  const [a, b] = [connect(account, 'a'), connect(account, 'b')]
  t.true(a.holder.tryTake(7))
  const waiting = b.holder.take(8)
  account.resize(20)
  t.true(await waiting)
  account.resize(5)
  t.is(account.heldBytes, 15)
  a.holder.give(7)
  t.false(a.holder.tryTake(1), 'as long as more is held than there is')
  b.holder.give(8)
  t.true(a.holder.tryTake(1))
})
